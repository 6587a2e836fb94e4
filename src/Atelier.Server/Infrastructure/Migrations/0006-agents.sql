-- Tasks given to programs. An older product keeps the same things in public.chat_sessions, whose rows can be taken in here:
-- user_request is task_request, and what it knows that has no column here goes into "details".
create table agents (
    id varchar(255) primary key,
    user_id text not null references users (id),
    title text,
    task_request text not null,
    status text not null check (status in ('preparing', 'active', 'completed', 'failed', 'cancelled')),
    -- Why it failed, in words.
    problem text,
    agent_program_id text,
    repository_id text references repositories (id),
    repository_owner text,
    repository_name text,
    base_branch text,
    branch text,
    -- Set aside by a person; null while it is in the lists.
    archived_at timestamptz,
    -- The last number given to an event; what a page shows in lists changed with it.
    last_seq bigint not null default 0,
    -- Goes up with each change; whoever changes an agent says which one it has seen, so that there is one owner at a time.
    revision bigint not null default 0,
    details jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    completed_at timestamptz
);

create index agents_of_user on agents (user_id, created_at desc);
create index agents_of_repository on agents (repository_id);

-- Where an agent works: a worktree of each of its repositories. The ids are chosen before anything is made.
create table agent_worktrees (
    agent_id varchar(255) not null references agents (id) on delete cascade,
    repository_id text not null references repositories (id),
    session_id text not null unique,
    host_id text not null references hosts (id),
    branch text not null,
    base_branch text not null,
    -- Null until the worktree is there.
    path text,
    created_at timestamptz not null,
    primary key (agent_id, repository_id)
);

create table work_sessions (
    id varchar(255) primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    name text not null,
    agent_type text not null check (agent_type in ('zed_agent', 'helix_agent', 'simple')),
    status text not null check (status in ('pending', 'active', 'completed', 'failed', 'cancelled')),
    position integer not null,
    created_at timestamptz not null,
    started_at timestamptz,
    completed_at timestamptz
);

create index work_sessions_of_agent on work_sessions (agent_id, position);

-- The one process of an agent's program. That task_id is unique is the rule "one instance per task".
create table zed_instance_mappings (
    id varchar(255) primary key,
    task_id varchar(255) not null unique references agents (id) on delete cascade,
    -- The program's own id of itself; null until it says one, and for programs that have none.
    zed_instance_id varchar(255) unique,
    project_path varchar(500),
    workspace_config jsonb,
    status varchar(50) not null default 'pending' check (status in ('pending', 'active', 'disconnected', 'completed', 'failed')),
    created_at timestamptz not null default now(),
    last_activity_at timestamptz,
    -- The worker under whose keeper it runs.
    worker_id text not null unique,
    -- The process that is wanted or runs, from 1; 0 before the first.
    epoch integer not null default 0,
    -- Whether the host has said that this process was started.
    is_started boolean not null default false,
    -- Whether the process is to end: there is nothing for it to do.
    is_unwanted boolean not null default false,
    -- The last process whose end is stored, with everything it said.
    ended_epoch integer not null default 0,
    -- Number of the last command to the process.
    sequence bigint not null default 0,
    -- How much of the program's output is stored, as a log offset in bytes.
    log_offset bigint not null default 0,
    -- What the program is and can do, as the process said; null until it has.
    abilities json,
    -- The command that is to open it, or has; null until it is sent.
    opening_sequence bigint,
    -- When it was last connected with, and since when it cannot be.
    reached_at timestamptz,
    disconnected_at timestamptz,
    problem text
);

create index idx_zed_instance_task on zed_instance_mappings (task_id);
create index idx_zed_instance_status on zed_instance_mappings (status);

create table zed_thread_mappings (
    id varchar(255) primary key,
    work_session_id varchar(255) not null unique references work_sessions (id) on delete cascade,
    zed_instance_id varchar(255) not null references zed_instance_mappings (id) on delete cascade,
    -- The program's own id of the conversation; null until it says one, and again when it cannot open it any more.
    zed_thread_id varchar(255),
    -- What a person wants of its settings, by "mode" or "option/" and an id.
    thread_config jsonb,
    -- What the program offers and has set, as it said it; and what is on its way to it.
    settings json,
    setting_sent json,
    status varchar(50) not null default 'pending' check (status in ('pending', 'active', 'disconnected', 'completed', 'failed')),
    created_at timestamptz not null default now(),
    last_activity_at timestamptz,
    -- The process in which it is open, and the command that is to open it there.
    open_epoch integer not null default 0,
    opening_sequence bigint,
    opening text check (opening in ('new', 'resume', 'load')),
    -- The program tells a loaded conversation again; until the next prompt that is no news.
    is_retelling boolean not null default false,
    -- The conversation in the program is younger than ours: the next prompt brings along what was said.
    needs_history boolean not null default false,
    -- Its queue waits for a person: what came before it went wrong.
    is_held boolean not null default false,
    unique (zed_instance_id, zed_thread_id)
);

create index idx_zed_thread_work_session on zed_thread_mappings (work_session_id);
create index idx_zed_thread_instance on zed_thread_mappings (zed_instance_id);

create table turns (
    id varchar(255) primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    work_session_id varchar(255) not null references work_sessions (id) on delete cascade,
    -- Order of the queue and of the conversation.
    position bigint not null,
    -- Content blocks of the prompt.
    content json not null,
    state text not null check (state in ('queued', 'sent', 'running', 'done', 'failed', 'cancelled')),
    attempt integer not null,
    -- This attempt's own id, never used again.
    request_id text not null unique,
    -- The client's name for this prompt, so that asking twice is asking once.
    idempotency_key text,
    created_by text references users (id),
    created_at timestamptz not null,
    dispatched_at timestamptz,
    last_event_at timestamptz,
    finished_at timestamptz,
    cancel_requested_at timestamptz,
    is_cancel_sent boolean not null default false,
    -- The process that has the prompt, and the number of the command; its JSON-RPC id follows from that number.
    epoch integer,
    sequence bigint,
    stop_reason text,
    -- Why it failed, in words.
    problem text,
    unique (agent_id, idempotency_key)
);

create index turns_of_agent on turns (agent_id, position);

-- That is the rule "at most one turn in flight".
create unique index turns_in_flight on turns (work_session_id) where state in ('sent', 'running');

-- What a program asks, and what it was answered.
create table agent_requests (
    id varchar(255) primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    instance_id varchar(255) not null references zed_instance_mappings (id) on delete cascade,
    epoch integer not null,
    -- The program's own id of the question, as JSON.
    program_request_id text not null,
    work_session_id varchar(255) references work_sessions (id) on delete cascade,
    turn_id varchar(255) references turns (id) on delete cascade,
    what text not null,
    payload json not null,
    state text not null check (state in ('open', 'answered', 'withdrawn', 'void')),
    answer json,
    answered_by text references users (id),
    is_answer_sent boolean not null default false,
    created_at timestamptz not null,
    answered_at timestamptz
);

create index agent_requests_of_agent on agent_requests (agent_id, created_at);
create index agent_requests_open on agent_requests (created_at) where state = 'open';

-- A program may use an id again once it has its answer, but has no two open under one.
create unique index agent_requests_of_program on agent_requests (instance_id, epoch, md5(program_request_id)) where state = 'open';

-- Terminals that a program has asked for: workers of the agent's session. A row goes with its tab.
create table agent_terminals (
    -- The worker's.
    id text primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    -- The process that asked for it.
    epoch integer not null,
    output_byte_limit integer,
    created_at timestamptz not null,
    -- When the program let go of it, or could not ask for it any more.
    released_at timestamptz,
    -- Whether its processes were ended after that, and whether its tab is to go.
    is_ended boolean not null default false,
    is_forgotten boolean not null default false
);

create index agent_terminals_of_agent on agent_terminals (agent_id);

-- The text that a conversation's program knows of a file, by its hash: what it writes next is a change of that.
create table agent_seen_files (
    thread_id varchar(255) not null references zed_thread_mappings (id) on delete cascade,
    path text not null,
    hash text not null,
    at timestamptz not null,
    primary key (thread_id, path)
);

-- What is said to a process, in order. A row stays until the process has taken it.
create table agent_commands (
    instance_id varchar(255) not null references zed_instance_mappings (id) on delete cascade,
    epoch integer not null,
    sequence bigint not null,
    command json not null,
    created_at timestamptz not null,
    primary key (instance_id, epoch, sequence)
);

create table agent_events (
    agent_id varchar(255) not null references agents (id) on delete cascade,
    seq bigint not null,
    kind text not null,
    work_session_id varchar(255),
    turn_id varchar(255),
    payload json not null,
    at timestamptz not null,
    primary key (agent_id, seq)
);

create index agent_events_of_turn on agent_events (turn_id) where turn_id is not null;

-- A terminal, or the three pipes of a program that speaks a protocol.
alter table workers add column kind text not null default 'terminal' check (kind in ('terminal', 'protocol'));

-- How a program is started that speaks the Agent Client Protocol; null for one that lives in a terminal only.
alter table agent_programs add column acp_command text;
alter table agent_programs alter column command_template drop not null;

-- That a sample repository was made for a newcomer, or was not needed; at most one row, so that what was removed stays away.
create table sample_offer (
    is_one boolean primary key default true check (is_one),
    offered_at timestamptz not null
);
