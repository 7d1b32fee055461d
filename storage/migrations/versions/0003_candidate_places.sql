-- Candidate black sites and black dump points.

-- Places outside the registry at which trucks were loaded or unloaded again and again; a job of ingest brings them up to
-- date. A place is named by its earliest visit.
create table candidate_places (
    place_id uuid primary key,
    kind text not null check (kind in ('loading', 'unloading')),
    first_time timestamptz not null,
    last_time timestamptz not null,
    visits integer not null,
    vehicles integer not null,
    load_kg double precision,
    measured_share double precision not null,
    lat_deg double precision not null,
    lon_deg double precision not null,
    geometry jsonb not null,
    event_ids uuid[] not null,
    world_version text not null
);
create index candidate_places_newest on candidate_places (last_time desc, place_id);
