-- What a program speaks: the Agent Client Protocol through its pipes, or Zed's sync protocol through a WebSocket that it opens itself.
alter table agent_programs add column protocol text not null default 'acp' check (protocol in ('acp', 'zed'));

-- The agent within Zed that does the work; null for Zed's own.
alter table agent_programs add column zed_agent text;

-- As it was when the agent was made: a program that is changed does not change how its agents are spoken with.
alter table agents add column protocol text not null default 'acp' check (protocol in ('acp', 'zed'));
alter table agents add column zed_agent text;

-- What was shown to the one process that may dial with it. It is of no use once that process has ended.
create table zed_sync_tokens (
    token_hash bytea primary key,
    instance_id varchar(255) not null references zed_instance_mappings (id) on delete cascade,
    epoch integer not null,
    created_at timestamptz not null
);

create index zed_sync_tokens_of_instance on zed_sync_tokens (instance_id);

-- How much of each entry of a conversation stands in the events. Zed tells entries whole and again: what is new follows from this.
create table zed_entries (
    thread_id varchar(255) not null references zed_thread_mappings (id) on delete cascade,
    -- Zed's id of the conversation, and of the entry in it; entries of different requests may have the same one.
    zed_thread_id varchar(255) not null,
    request_id text not null,
    message_id text not null,
    kind text not null check (kind in ('text', 'tool_call', 'user')),
    length integer not null,
    -- Of its text so far; what begins otherwise is another text.
    hash text not null,
    -- Messages and thoughts that the text was told as.
    parts integer not null,
    -- A tool call's, as it was told last.
    title text,
    status text,
    primary key (thread_id, zed_thread_id, request_id, message_id)
);
