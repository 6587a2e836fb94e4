-- Places with workers. A worktree session has a repository and a branch, a quick session only a directory.
create table sessions (
    id text primary key,
    type text not null check (type in ('worktree', 'quick')),
    title text,
    host_id text not null references hosts (id),
    location_path text not null,
    repository_id text,
    branch text,
    created_by text not null references users (id),
    -- What everybody else may do with a quick session; null when it is its creator's alone.
    shared_role text check (shared_role in ('viewer', 'editor', 'owner')),
    created_at timestamptz not null,
    check ((type = 'worktree') = (repository_id is not null and branch is not null))
);

create index sessions_of_repository on sessions (repository_id, branch);

create table workers (
    id text primary key,
    session_id text not null references sessions (id) on delete cascade,
    type text not null check (type in ('agent', 'terminal')),
    name text not null,
    position integer not null,
    agent_program_id text,
    -- Program and arguments; null for the login shell.
    command text[],
    status text not null check (status in ('starting', 'running', 'exited', 'lost')),
    activity text not null check (activity in ('unknown', 'idle', 'active', 'asking')),
    epoch integer not null,
    cols integer not null,
    rows integer not null,
    exit_code integer,
    signal text,
    created_at timestamptz not null,
    constraint workers_name_is_unique unique (session_id, name) deferrable initially deferred
);

create index workers_of_session on workers (session_id, position);

-- What changed, for everybody who watches. A row names the thing; the watcher is sent the thing as it is by then.
create table news (
    seq bigint generated always as identity primary key,
    kind text not null,
    subject_id text not null,
    at timestamptz not null
);

create index news_by_age on news (at);

-- A notification carries the number alone: who hears it reads the rows.
create function tell_news() returns trigger language plpgsql as $$
begin
    perform pg_notify('atelier_news', (select max(seq)::text from added));
    return null;
end
$$;

create trigger news_told after insert on news
    referencing new table as added for each statement execute function tell_news();
