-- Everything that waits for a person, and what became of it. A row is open exactly while its agent's record says that it waits.
create table inbox_items (
    id varchar(255) primary key,
    agent_id varchar(255) not null references agents (id) on delete cascade,
    work_session_id varchar(255),
    turn_id varchar(255),
    request_id varchar(255),
    repository_id text,
    kind text not null check (kind in ('permission', 'question', 'budget', 'finished', 'failed')),
    state text not null check (state in ('open', 'answered', 'dismissed', 'expired', 'withdrawn')),
    -- What it is about, in words: the command, the question, the prompt.
    title text not null,
    -- More, where there is more to say: why it failed.
    summary text,
    -- The permission rule that answered it; null when none did.
    rule_id text,
    -- When it is answered without a person; null for never.
    expires_at timestamptz,
    -- What was answered, in a word: the kind of a permission's option, or what became of it otherwise; null while it is open.
    answer text,
    -- Who answered or dismissed it; null when no person did.
    answered_by text references users (id),
    answered_at timestamptz,
    created_at timestamptz not null
);

create unique index inbox_items_of_request on inbox_items (request_id) where request_id is not null;
create index inbox_items_open on inbox_items (created_at) where state = 'open';
create index inbox_items_of_agent on inbox_items (agent_id, created_at);
create index inbox_items_by_time on inbox_items (created_at desc, id);

-- Questions that were open before there were rows.
insert into inbox_items (id, agent_id, work_session_id, turn_id, request_id, repository_id, kind, state, title, created_at)
select 'inb_' || substr(request.id, strpos(request.id, '_') + 1), request.agent_id, request.work_session_id, request.turn_id, request.id, agents.repository_id,
    request.what, 'open', coalesce(agents.title, left(agents.task_request, 200)), request.created_at
from agent_requests request join agents on agents.id = request.agent_id
where request.state = 'open' and request.what in ('permission', 'question');

-- When a question is answered without a person, and the rule that answered it.
alter table agent_requests add column expires_at timestamptz;
alter table agent_requests add column rule_id text;
alter table agent_requests drop constraint agent_requests_state_check;
alter table agent_requests add constraint agent_requests_state_check check (state in ('open', 'answered', 'withdrawn', 'void', 'expired'));

-- When a person last set aside what came of it.
alter table work_sessions add column reviewed_at timestamptz;

-- How much an agent may use before a person is asked, and how much it has used.
alter table agents add column budget json;
alter table agents add column spending json;

-- The client's name for the request that made it, so that asking twice makes one.
alter table agents add column idempotency_key text;
create unique index agents_of_key on agents (user_id, idempotency_key) where idempotency_key is not null;

-- What is always allowed, or never, in a repository. A rule is revoked, never removed: rows say which one answered them.
create table permission_rules (
    id varchar(255) primary key,
    repository_id text not null references repositories (id) on delete cascade,
    -- The one program it is for; null for all.
    agent_program_id text,
    -- Kind of tool, as programs name them.
    tool_kind text not null,
    -- What is compared: the command, or the title of what is to be done.
    subject text not null check (subject in ('command', 'title')),
    -- Whether all of it must be the same, or its leading words.
    match text not null check (match in ('exact', 'prefix')),
    pattern text not null,
    -- The folder of a command within its worktree; empty for the worktree's own.
    folder text not null default '',
    decision text not null check (decision in ('allow', 'deny')),
    created_by text not null references users (id),
    created_at timestamptz not null,
    revoked_by text references users (id),
    revoked_at timestamptz,
    last_used_at timestamptz,
    times_used bigint not null default 0
);

create index permission_rules_of_repository on permission_rules (repository_id, created_at);

-- What a person wants to be told outside of the page; no row: nothing.
create table notification_settings (
    user_id text primary key references users (id) on delete cascade,
    webhook boolean not null default false,
    kinds text[] not null
);

-- What is to be told outside of the page. A row is there before anything is sent, so that a restart loses none.
create table notifications (
    id bigint generated always as identity primary key,
    item_id varchar(255) not null references inbox_items (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'given-up')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    -- Why the last attempt came to nothing.
    problem text,
    created_at timestamptz not null,
    unique (item_id, user_id)
);

create index notifications_waiting on notifications (next_at) where state = 'waiting';
