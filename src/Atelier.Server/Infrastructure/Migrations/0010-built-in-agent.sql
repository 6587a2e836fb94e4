-- Where the built-in agent and plain chat ask for answers.
create table model_providers (
    id text primary key,
    name text not null,
    kind text not null check (kind in ('anthropic', 'openai-compatible')),
    base_url text not null,
    model text not null,
    -- Sealed with the key in the data folder; null where none is needed.
    api_key bytea,
    context_tokens integer not null,
    max_output_tokens integer not null,
    is_default boolean not null default false,
    created_by text not null references users (id),
    created_at timestamptz not null
);

create unique index model_providers_default on model_providers (is_default) where is_default;

-- What an agent's lines of work write down for each other.
create table agent_notes (
    agent_id varchar(255) primary key references agents (id) on delete cascade,
    text text not null
);

-- A work session that is served here and by no program: how it works, and where its loop stands.
create table built_in_threads (
    work_session_id varchar(255) primary key references work_sessions (id) on delete cascade,
    mode text not null check (mode in ('ask', 'accept_edits', 'full')),
    -- Null for whichever is the default when it is asked.
    provider_id text,
    -- Its queue waits for a person: what came before it went wrong.
    is_held boolean not null default false,
    -- Number of its last step.
    last_seq bigint not null default 0,
    -- What the turn in flight, or the last one, has used: answers, and tokens of them.
    turn_answers integer not null default 0,
    turn_tokens bigint not null default 0,
    created_at timestamptz not null
);

-- Everything of its conversation, in order: what was asked, each answer of the model, each tool call, each summary. A row is there before what it says is done.
create table built_in_steps (
    id varchar(255) primary key,
    work_session_id varchar(255) not null references work_sessions (id) on delete cascade,
    seq bigint not null,
    turn_id varchar(255) not null references turns (id) on delete cascade,
    kind text not null check (kind in ('prompt', 'answer', 'call', 'summary')),
    state text not null check (state in ('begun', 'done', 'given_up')),
    -- How often the model was asked for it, and how often that went wrong.
    tries integer not null default 0,
    failures integer not null default 0,
    -- Whether events tell something of the last try.
    has_spoken boolean not null default false,
    content json not null,
    created_at timestamptz not null,
    unique (work_session_id, seq)
);

-- The text that such a thread knows of a file, by its hash: what it writes next is a change of that.
create table built_in_seen_files (
    work_session_id varchar(255) not null references work_sessions (id) on delete cascade,
    path text not null,
    hash text not null,
    primary key (work_session_id, path)
);

-- A question of the built-in agent belongs to no process.
alter table agent_requests alter column instance_id drop not null;
