-- What is true of this installation as a whole; one row. Its id names the cookie, so that two installations on one machine do not
-- overwrite each other's.
create table installation (
    id text primary key,
    created_at timestamptz not null
);

create unique index installation_is_one on installation ((true));

create table users (
    id text primary key,
    display_name text not null,
    is_administrator boolean not null,
    created_at timestamptz not null,
    -- When somebody first logged in as this user; null until then.
    claimed_at timestamptz,
    -- Since when this account is closed; null while it is open.
    disabled_at timestamptz
);

-- Whatever proves who calls: tokens that people make for programs, and logged-in browsers.
create table access_tokens (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    kind text not null check (kind in ('program', 'browser')),
    name text not null,
    token_hash bytea not null unique,
    created_at timestamptz not null,
    last_used_at timestamptz,
    expires_at timestamptz
);

create index access_tokens_of_user on access_tokens (user_id, created_at);

create table login_links (
    code_hash bytea primary key,
    user_id text not null references users (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table invites (
    id text primary key,
    code_hash bytea not null unique,
    display_name text,
    invited_by text not null references users (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz
);

-- Who did what to which thing. Rows outlive what they tell of, so nothing is referenced.
create table audit_log (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('user', 'agent', 'host', 'server')),
    actor_id text not null,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    details jsonb
);

create index audit_log_of_subject on audit_log (subject_kind, subject_id, seq);
create index audit_log_of_actor on audit_log (actor_kind, actor_id, seq);
