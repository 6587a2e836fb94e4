-- What was taken over from another program, as it was there. What has no column of ours stays here, where it can be read; and
-- what is here is known: importing it again changes nothing.
create table imported_records (
    source text not null check (source in ('agent-console')),
    kind text not null check (kind in ('repository', 'agent-program', 'session')),
    -- Its id there.
    id text not null,
    -- What it became here. The same, unless we had the thing already under an id of our own.
    subject_id text not null,
    -- json, not jsonb: kept to the letter.
    original json not null,
    -- What could not be taken over as it was, in words.
    notes text[] not null,
    imported_by text not null references users (id),
    imported_at timestamptz not null,
    primary key (source, kind, id)
);
