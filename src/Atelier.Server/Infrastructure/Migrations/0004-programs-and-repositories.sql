-- Programs that people added; the ones that come with the product are in the code.
create table agent_programs (
    id text primary key,
    name text not null,
    command_template text not null,
    continue_template text,
    asking_patterns text[] not null,
    icon text,
    sandbox text not null check (sandbox in ('none', 'bubblewrap')),
    created_by text not null references users (id),
    created_at timestamptz not null
);

create table repositories (
    id text primary key,
    owner text not null,
    name text not null,
    provider text not null check (provider in ('directory', 'local', 'github', 'git')),
    host_id text not null references hosts (id),
    -- Null until a clone is there.
    path text,
    url text,
    default_branch text,
    status text not null check (status in ('cloning', 'ready', 'failed')),
    -- Why it failed, in words.
    problem text,
    setup_command text,
    template_files jsonb not null,
    copy_files text[] not null,
    created_by text not null references users (id),
    created_at timestamptz not null
);

create unique index repositories_place on repositories (host_id, path);

create table repository_members (
    repository_id text not null references repositories (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null check (role in ('viewer', 'editor', 'owner')),
    primary key (repository_id, user_id)
);

-- Worktrees that were made here. Numbers are unique on a host, so that ports do not meet.
create table worktrees (
    host_id text not null references hosts (id),
    path text not null,
    repository_id text not null references repositories (id) on delete cascade,
    branch text not null,
    number integer not null,
    first_port integer not null,
    created_at timestamptz not null,
    primary key (host_id, path),
    unique (host_id, number)
);

alter table sessions add constraint sessions_repository foreign key (repository_id) references repositories (id);
