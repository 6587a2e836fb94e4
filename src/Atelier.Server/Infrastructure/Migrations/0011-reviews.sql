-- Review and landing of what agents did: their files before and after each turn, comments, and how their work got into other branches.

alter table agents add column landed_at timestamptz;
-- Files that could not be merged into the base branch when the last turn had ended; null when nobody knows.
alter table agents add column base_conflicts integer;

-- The files of an agent's worktree at one moment, kept by git under ref. A row outlives its agent until git has let go of the ref.
create table checkpoints (
    id text primary key,
    agent_id varchar(255) not null,
    repository_id text not null,
    host_id text not null,
    -- Null for one that was made by a restore: what the files were before it.
    turn_id varchar(255),
    work_session_id varchar(255),
    attempt integer not null default 1,
    which text not null check (which in ('before', 'after', 'restore')),
    -- The checkpoint that a restore brings back.
    restores text,
    ref text not null,
    state text not null check (state in ('making', 'made', 'failed')),
    commit_id text,
    head_id text,
    -- Untracked files that were too big or too many.
    left_out integer not null default 0,
    -- Why it failed, in words.
    problem text,
    created_by text references users (id),
    created_at timestamptz not null,
    unique (agent_id, ref)
);

create unique index checkpoints_of_turn on checkpoints (turn_id, which) where turn_id is not null;
create index checkpoints_of_agent on checkpoints (agent_id, created_at);
create index checkpoints_unfinished on checkpoints (created_at) where state = 'making';

-- What a person says to a line of an agent's work.
create table review_comments (
    id text primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    path text not null,
    side text not null check (side in ('old', 'new')),
    line integer not null,
    last_line integer not null,
    -- The contents that the lines were read in, as git names them.
    file_hash text,
    -- The lines as they were.
    quote text not null,
    body text not null,
    state text not null check (state in ('draft', 'sent', 'resolved')),
    -- The name under which it is being sent; it stays.
    send_key text,
    turn_id varchar(255),
    created_by text not null references users (id),
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index review_comments_of_agent on review_comments (agent_id, created_at);
create index review_comments_sending on review_comments (agent_id, send_key) where state = 'draft' and send_key is not null;

-- What a person has looked at: a file as it differed then.
create table viewed_files (
    agent_id varchar(255) not null references agents (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    path text not null,
    hash text not null,
    at timestamptz not null,
    primary key (agent_id, user_id, path)
);

-- How an agent's work got into another branch, or why not. A row is there before anything is done.
create table landings (
    id text primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    idempotency_key text not null,
    how text not null check (how in ('merge', 'squash', 'push')),
    into_branch text not null,
    message text not null,
    -- The message under which uncommitted work is committed first; null: such work is a reason not to land.
    commit_message text,
    author_name text,
    author_email text,
    completes boolean not null,
    state text not null check (state in ('doing', 'landed', 'pushed', 'conflicts', 'refused', 'failed')),
    commit_id text,
    paths text[] not null default '{}',
    -- Why it was refused, a stable word; and more of it, in words.
    reason text,
    detail text,
    pull_request_url text,
    created_by text not null references users (id),
    created_at timestamptz not null,
    finished_at timestamptz,
    unique (agent_id, idempotency_key)
);

create index landings_of_agent on landings (agent_id, created_at);

-- That is the rule "one landing of an agent at a time".
create unique index landings_doing on landings (agent_id) where state = 'doing';
