-- Lists of agents are read page by page, the newest first.
create index agents_by_time on agents (created_at desc, id desc);

-- The words of a text as searches know them: paths, addresses and names of code fall into their parts.
create function searched_words(text text) returns tsvector language sql immutable parallel safe as $body$
    select to_tsvector('simple'::regconfig, translate(text, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32)))
$body$;

-- What was said: each prompt, and each message of a program whose turn is over, under the number of the event with which it begins. Kept by the triggers below.
create table agent_texts (
    turn_id varchar(255) not null references turns (id) on delete cascade,
    seq bigint not null,
    agent_id varchar(255) not null,
    work_session_id varchar(255) not null,
    kind text not null check (kind in ('prompt', 'message')),
    text text not null,
    at timestamptz not null,
    words tsvector not null generated always as (searched_words(text)) stored,
    primary key (turn_id, seq)
);

create index agent_texts_words on agent_texts using gin (words);

-- A text within JSON; null where there is none, or one that no row can keep.
create function text_within(value json, path text[]) returns text language plpgsql immutable as $body$
begin
    return value #>> path;
exception when others then
    return null;
end
$body$;

-- The text of a prompt's content blocks.
create function prompt_text(content json) returns text language plpgsql immutable as $body$
begin
    return (select string_agg(block ->> 'text', E'\n') from json_array_elements(content) block);
exception when others then
    return null;
end
$body$;

-- The messages of a turn: pieces of one follow each other; another id or another kind of event begins a new one. Of a very long one its beginning is searched.
create function turn_messages(turn varchar) returns table (seq bigint, text text, at timestamptz) language sql stable as $body$
    select min(pieces.seq), left(string_agg(pieces.piece, '' order by pieces.seq), 100000), min(pieces.at)
    from (
        select marked.*, count(*) filter (where marked.begins) over (order by marked.seq) as number
        from (
            select said.*, said.kind is distinct from lag(said.kind) over (order by said.seq)
                or said.message_id is distinct from lag(said.message_id) over (order by said.seq) as begins
            from (
                select event.seq, event.at, event.kind,
                    case when event.kind = 'agent-message' then text_within(event.payload, '{content,text}') end as piece,
                    case when event.kind = 'agent-message' then text_within(event.payload, '{messageId}') end as message_id
                from agent_events event
                where event.turn_id = turn and event.kind in ('agent-message', 'agent-thought', 'tool-call', 'plan')
            ) said
        ) marked
    ) pieces
    where pieces.kind = 'agent-message' and pieces.piece <> ''
    group by pieces.number
$body$;

-- Writes what is searched of a turn anew.
create function fill_agent_texts(turn varchar) returns void language plpgsql set search_path from current as $body$
begin
    delete from agent_texts where turn_id = turn;
    insert into agent_texts (turn_id, seq, agent_id, work_session_id, kind, text, at)
    select turns.id,
        coalesce(
            (select min(event.seq) from agent_events event
                where event.turn_id = turns.id and event.kind = 'turn-changed' and text_within(event.payload, '{turn,state}') = 'sent'),
            (select min(event.seq) from agent_events event where event.turn_id = turns.id),
            0),
        turns.agent_id, turns.work_session_id, 'prompt', left(prompt_text(turns.content), 100000), turns.created_at
    from turns where turns.id = turn and prompt_text(turns.content) <> '';
    insert into agent_texts (turn_id, seq, agent_id, work_session_id, kind, text, at)
    select turns.id, said.seq, turns.agent_id, turns.work_session_id, 'message', said.text, said.at
    from turns cross join lateral turn_messages(turns.id) said
    where turns.id = turn and turns.state in ('done', 'failed', 'cancelled');
end
$body$;

create function turn_was_told() returns trigger language plpgsql set search_path from current as $body$
begin
    perform fill_agent_texts(new.id);
    return null;
end
$body$;

-- At the end of the transaction, which has the turn's events then.
create constraint trigger agent_texts_of_asked after insert on turns
    deferrable initially deferred for each row execute function turn_was_told();

create constraint trigger agent_texts_of_changed after update of state on turns
    deferrable initially deferred for each row
    when (old.state is distinct from new.state and new.state in ('sent', 'done', 'failed', 'cancelled'))
    execute function turn_was_told();

select fill_agent_texts(id) from turns;
