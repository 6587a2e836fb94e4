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
