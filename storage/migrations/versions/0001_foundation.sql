-- Times are event time unless a name says otherwise. A value that a terminal did not report is NULL, never zero.
-- Angles in degrees, everything else in SI; the unit ends the name.

-- Registry ---------------------------------------------------------------------------------------------------------
-- The world's documents (DESIGN.md section 9); `more` holds the members that have no column, so that nothing of a
-- document is lost. Trucks and terminals are never deleted, as records name them by number: one that is gone from the
-- documents is retired and keeps its number for the day it comes back.

create table companies (
    company_id text primary key,
    name text,
    more jsonb not null default '{}'
);

create table districts (
    district_id text primary key,
    feature jsonb not null
);

create table sites (
    site_id text primary key,
    feature jsonb not null
);

create table dump_points (
    dump_point_id text primary key,
    feature jsonb not null
);

create table zones (
    zone_id text primary key,
    feature jsonb not null
);

create table corridors (
    corridor_id text primary key,
    feature jsonb not null
);

create table vehicles (
    vehicle_no integer generated always as identity primary key,
    vehicle_id text not null unique,
    plate text,
    company_id text references companies,
    capacity_kg double precision,
    tare_kg double precision,
    more jsonb not null default '{}',
    retired_at timestamptz
);
create index vehicles_plate on vehicles (plate);

create table terminals (
    terminal_no integer generated always as identity primary key,
    terminal_id text not null unique,
    kind text not null check (kind in ('truck', 'washer', 'gate')),
    region text check (region ~ '^[0-9]{6}$'),
    status text not null,
    site_id text references sites,
    dump_point_id text references dump_points,
    more jsonb not null default '{}',
    retired_at timestamptz
);

create table terminal_assignments (
    terminal_no integer not null references terminals,
    vehicle_no integer not null references vehicles,
    valid tstzrange not null check (not isempty(valid)),
    -- A range of one number stands for the number: plain integers have no GiST operator class without btree_gist.
    constraint one_vehicle_at_a_time
        exclude using gist (int4range(terminal_no, terminal_no, '[]') with =, valid with &&)
);
create index terminal_assignments_vehicle on terminal_assignments (vehicle_no);

create table permits (
    permit_id text primary key,
    company_id text references companies,
    site_id text references sites,
    valid tstzrange not null check (not isempty(valid)),
    document jsonb not null
);

create table limits (
    scope text primary key,
    document jsonb not null
);

create table world_version (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    changed_at timestamptz not null
);
insert into world_version (version, changed_at) values (0, now());

-- Records ----------------------------------------------------------------------------------------------------------
-- No default time index: every query names its vehicle, and the key is two thirds of the cost of an insert already.
-- Chunks of a day: of an hour they take rows 1.3 times faster, but the accepted window of 60 days is then 1440 chunks:
-- late rows spread over it took 5 times as long, made 28 s of chunks once, and need a lock on each. Above some 5,000
-- trucks, `select set_chunk_time_interval('fixes', interval '6 hours')` keeps the newest chunk's index in memory.

create table fixes (
    vehicle_no integer not null,
    terminal_no integer not null,
    fix_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    received_at timestamptz not null,
    lat_deg double precision,
    lon_deg double precision,
    speed_mps real,
    course_deg real,
    hdop real,
    load_kg real,
    load_ratio real,
    lift_deg real,
    faults integer not null,
    alarms integer not null,
    satellites smallint,
    cover smallint,
    ignition smallint,
    main_power smallint,
    constraint fixes_key primary key (vehicle_no, fix_time, epoch, seq)
);
select create_hypertable('fixes', by_range('fix_time', interval '1 day'), create_default_indexes => false);

create table device_events (
    terminal_no integer not null,
    vehicle_no integer,
    event_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    received_at timestamptz not null,
    type text not null,
    plate text,
    body jsonb not null,
    constraint device_events_key primary key (terminal_no, event_time, epoch, seq)
);
select create_hypertable('device_events', by_range('event_time', interval '7 days'), create_default_indexes => false);
create index device_events_vehicle on device_events (vehicle_no, event_time) where vehicle_no is not null;

create table device_states (
    terminal_no integer not null references terminals,
    received_at timestamptz not null,
    state text not null,
    state_time timestamptz,
    epoch bigint,
    firmware text,
    constraint device_states_key unique (terminal_no, state_time, epoch, state)
);
create index device_states_newest on device_states (terminal_no, received_at desc);

create table rejected (
    rejected_no bigint generated always as identity primary key,
    device text not null,
    reason text not null,
    sha256 bytea not null,
    detail text not null,
    topic text not null,
    epoch bigint,
    seq bigint,
    payload bytea not null,
    received_at timestamptz not null,
    last_received_at timestamptz not null,
    count bigint not null default 1,
    constraint rejected_key unique (device, sha256, reason)
);
create index rejected_newest on rejected (last_received_at);

-- Books ------------------------------------------------------------------------------------------------------------

-- Which records of a terminal are kept, together with `ledger_news`. `refused` is the part of `seqs` that stands in
-- `rejected` only.
create table ledger (
    terminal_no integer not null,
    epoch bigint not null,
    seqs int8multirange not null,
    refused int8multirange not null,
    constraint ledger_key primary key (terminal_no, epoch)
) with (fillfactor = 50); -- room beside each row, so that an update needs no index entry

-- Ranges of seq stored since the ledger was settled last, a row a batch (storage/ledger_news.py).
create table ledger_news (
    entry_no bigint generated always as identity primary key,
    terminal_nos integer[] not null,
    epochs bigint[] not null,
    firsts bigint[] not null,
    lasts bigint[] not null
);
alter table ledger_news
    alter terminal_nos set storage external, -- compressing takes longer than writing
    alter epochs set storage external,
    alter firsts set storage external,
    alter lasts set storage external;

-- The newest fix of each truck. The position is the newest one there is, of `position_time`: a truck whose receiver
-- lost the sky stays on the map where it was last seen.
create table latest (
    vehicle_no integer primary key,
    terminal_no integer not null,
    fix_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    received_at timestamptz not null,
    position_time timestamptz,
    lat_deg double precision,
    lon_deg double precision,
    speed_mps real,
    course_deg real,
    hdop real,
    load_kg real,
    load_ratio real,
    lift_deg real,
    faults integer not null,
    alarms integer not null,
    satellites smallint,
    cover smallint,
    ignition smallint,
    main_power smallint
) with (fillfactor = 50); -- likewise

create table checkpoints (
    vehicle_no integer not null references vehicles,
    fix_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    mark smallint not null,
    layout text not null,
    carry bytea not null,
    constraint checkpoints_key primary key (vehicle_no, fix_time, mark, epoch, seq)
);

create table rejudge_queue (
    vehicle_no integer primary key references vehicles,
    from_time timestamptz not null,
    revision bigint not null
);
create sequence rejudge_revisions;

-- What the rules found ---------------------------------------------------------------------------------------------

create sequence event_changes;

-- opened_to and closed_to say how far the truck's rows had been judged when the event's opening and closing were given
-- out: re-judging from a checkpoint must give again exactly what was given out after it.
create table events (
    event_id uuid primary key,
    event_no bigint generated always as identity unique,
    change_no bigint not null unique,
    vehicle_no integer not null references vehicles,
    kind text not null,
    start_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    confirmed_at timestamptz not null,
    end_time timestamptz,
    lat_deg double precision,
    lon_deg double precision,
    severity smallint not null,
    opening jsonb not null,
    closing jsonb,
    opened_to timestamptz not null,
    closed_to timestamptz,
    world_version text not null,
    found_at timestamptz not null,
    back_dated boolean not null,
    withdrawn_at timestamptz,
    constraint closed_as_a_whole check ((closing is null) = (closed_to is null))
);
create index events_vehicle on events (vehicle_no, start_time);
create index events_kind on events (kind, start_time);
create index events_time on events (start_time);

-- Changes are numbered in the order in which they become visible, so that a reader who has seen number n never finds a
-- smaller one later. Numbers are given under a lock that is held until after the commit; it is taken per statement,
-- before any row is locked, so that two writers cannot wait for each other.
create function lock_event_changes() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('muckline event changes', 0));
    return null;
end $$;

-- Found again with the same content is no change: what readers do not see may be written without telling them.
create function number_event_change() returns trigger language plpgsql as $$
declare
    unseen constant text[] := '{change_no,opened_to,closed_to,world_version}';
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - unseen = to_jsonb(old) - unseen then
        new.change_no := old.change_no;
        new.world_version := old.world_version;
    else
        new.change_no := nextval('event_changes');
    end if;
    return new;
end $$;

create function announce_event_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('muckline_events', '');
    return null;
end $$;

create trigger events_lock before insert or update on events
    for each statement execute function lock_event_changes();
create trigger events_number before insert or update on events
    for each row execute function number_event_change();
create trigger events_announce_new after insert on events
    for each row execute function announce_event_change();
create trigger events_announce_changed after update on events
    for each row when (new.change_no <> old.change_no) execute function announce_event_change();

create table trips (
    trip_id uuid primary key,
    vehicle_no integer not null references vehicles,
    start_time timestamptz not null,
    epoch bigint not null,
    seq bigint not null,
    site_id text,
    permit_id text,
    corridor_id text,
    loading_start timestamptz,
    loaded_at timestamptz not null,
    washed_at timestamptz,
    left_site_at timestamptz,
    unloading_start timestamptz,
    unloading_end timestamptz,
    dump_point_id text,
    end_time timestamptz,
    load_kg double precision,
    judged_to timestamptz not null,
    world_version text not null,
    withdrawn_at timestamptz
);
create index trips_vehicle on trips (vehicle_no, start_time);

-- What a trip was known to be, by how far its truck had been judged: what re-judging from a checkpoint goes back to.
create table trip_states (
    trip_id uuid not null references trips on delete cascade,
    judged_to timestamptz not null,
    state jsonb not null,
    constraint trip_states_key primary key (trip_id, judged_to)
);

-- How each ingest is, said by itself every few seconds: in the records a silent city and a stopped ingest look alike.
create table ingest_status (
    client_id text primary key,
    seen_at timestamptz not null,
    world_version bigint not null,
    oldest_uncommitted_s double precision not null
);
