-- Conversations that an editor has begun and not asked anything yet. The agent, under the ids that stand here, is made by its first prompt.
create table editor_sessions (
    -- That of the work session to come.
    id varchar(255) primary key,
    agent_id varchar(255) not null,
    user_id text not null references users (id) on delete cascade,
    repository_id text not null references repositories (id) on delete cascade,
    base_branch text,
    agent_program_id text not null,
    title text,
    cwd text not null,
    created_at timestamptz not null
);

create index editor_sessions_of_user on editor_sessions (user_id, created_at);
create index editor_sessions_by_age on editor_sessions (created_at);

-- Where the agents work whose conversations an editor asks for by directory.
create index agent_worktrees_by_path on agent_worktrees (path);

-- Tokens that let the program of an agent call us about that agent, while one process of it runs.
alter table access_tokens drop constraint access_tokens_kind_check;
alter table access_tokens add column agent_id varchar(255) references agents (id) on delete cascade;
alter table access_tokens add column agent_epoch integer;
alter table access_tokens add constraint access_tokens_kind_check check (kind in ('program', 'browser', 'agent') and (kind = 'agent') = (agent_id is not null and agent_epoch is not null));
create index access_tokens_of_agent on access_tokens (agent_id, agent_epoch) where agent_id is not null;
