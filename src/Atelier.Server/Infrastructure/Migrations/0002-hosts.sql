-- Machines where code lives. A host shows its key when its daemon dials.
create table hosts (
    id text primary key,
    name text not null,
    key_hash bytea not null unique,
    -- The server's own machine: its daemon is started by the server, its keepers are reached without a tunnel.
    is_local boolean not null,
    -- What the daemon said last.
    version text,
    boot_id text,
    last_seen_at timestamptz,
    created_at timestamptz not null
);

create unique index hosts_local_is_one on hosts ((true)) where is_local;
