-- What an agent's program needs of a person before it goes on, and which conversations it knows.
alter table zed_instance_mappings add column login json;
alter table zed_instance_mappings add column conversations json;

-- The conversation began elsewhere and was taken up: what the program tells of it when it is opened for the first time is news.
alter table zed_thread_mappings add column takes_up boolean not null default false;

-- What is being done about a program on the server's own machine, or came of that last. Programs that come with the product have no row of their own.
create table program_installs (
    agent_program_id text primary key,
    state text not null check (state in ('installing', 'removing', 'done', 'failed')),
    version text not null,
    -- Under which its output is told; another for each try.
    operation_id text not null,
    problem text,
    started_by text not null references users (id),
    started_at timestamptz not null,
    finished_at timestamptz
);

-- Variables that a program gets beside those of the machine: a JSON object, sealed with the key in the data folder.
create table program_environments (
    agent_program_id text primary key,
    variables bytea not null,
    changed_by text not null references users (id),
    changed_at timestamptz not null
);

-- Servers of tools that are handed to agents: a JSON list of a program or of a repository, sealed in the same way.
create table tool_servers (
    agent_program_id text unique,
    repository_id text unique references repositories (id) on delete cascade,
    servers bytea not null,
    changed_by text not null references users (id),
    changed_at timestamptz not null,
    check ((agent_program_id is null) <> (repository_id is null))
);
