-- Events of devices and places, the life of every load, and daily balances.

-- What an event is about: a truck, or a device or place by its id.
alter table events
    alter vehicle_no drop not null,
    alter lat_deg drop not null,
    alter lon_deg drop not null,
    add subject_kind text not null default 'vehicle'
        check (subject_kind in ('vehicle', 'washer', 'gate', 'site', 'dump_point')),
    add subject_id text,
    add constraint one_subject check (
        (subject_kind = 'vehicle') = (vehicle_no is not null) and (vehicle_no is null) = (subject_id is not null)
    );
create index events_subject on events (subject_kind, subject_id, start_time) where vehicle_no is null;

-- Every load from birth to end: the gate's word, how it ended, and whether it was only inferred.
alter table trips
    add gate_in_at timestamptz,
    add gate_out_at timestamptz,
    add gate_dump_point_id text,
    add weighed_kg double precision,
    add ending text check (ending in ('delivered', 'dumped', 'returned', 'lost')),
    add inferred boolean not null default false;
-- By site: departures that late records of washers speak of; by time alone: the loads of the daily balances.
create index trips_left_site on trips (site_id, left_site_at) where withdrawn_at is null;
create index trips_left on trips (left_site_at) where withdrawn_at is null;

-- One row for each local day of each site and weighing dump point, brought up to date by a job of ingest.
create table mass_balance (
    place_kind text not null check (place_kind in ('site', 'dump_point')),
    place_id text not null,
    day date not null,
    loads integer not null,
    arrived integer not null,
    unweighed integer not null,
    sent_kg bigint not null,
    received_kg bigint not null,
    gap_share double precision,
    settled boolean not null,
    imbalanced boolean not null,
    world_version text not null,
    constraint mass_balance_key primary key (place_kind, place_id, day)
);
create index mass_balance_day on mass_balance (day);
create index device_events_gates on device_events (event_time) where type = 'gate_passage';
