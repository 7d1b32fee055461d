-- Evidence that was given out, the world as it was, reports, and figures by day.

-- Every public key that ever signed a bundle: what was signed with a key no longer in use stays verifiable.
create table evidence_keys (
    fingerprint text primary key check (fingerprint ~ '^[0-9a-f]{64}$'),
    public_key bytea not null check (length(public_key) = 32),
    first_used_at timestamptz not null default now()
);

-- Append-only: each bundle that left the house.
create table evidence_issued (
    issue_no bigint generated always as identity primary key,
    at timestamptz not null default now(),
    user_name text not null,
    object_kind text not null check (object_kind in ('event', 'case')),
    object_id text not null,
    manifest_sha256 text not null check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
    fingerprint text not null references evidence_keys
);
create index evidence_issued_object on evidence_issued (object_kind, object_id, issue_no);
create index evidence_issued_manifest on evidence_issued (manifest_sha256);

create function refuse_to_change_evidence() returns trigger language plpgsql as $$
begin
    raise exception 'expected % to be appended to only, got %', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger evidence_keys_append_only before update or delete or truncate on evidence_keys
    for each statement execute function refuse_to_change_evidence();
create trigger evidence_issued_append_only before update or delete or truncate on evidence_issued
    for each statement execute function refuse_to_change_evidence();

-- What places, permits and limits said, and from when to when: an event is explained by the world that it was judged by,
-- not by the one of the day on which somebody asks. The box is that of the geometry, NULL where there is none. [deg]
create table world_past (
    past_no bigint generated always as identity primary key,
    kind text not null,
    id text not null,
    document jsonb not null,
    from_at timestamptz not null,
    to_at timestamptz not null default 'infinity',
    west_deg double precision,
    south_deg double precision,
    east_deg double precision,
    north_deg double precision
);
create index world_past_id on world_past (kind, id, from_at);
create index world_past_open on world_past (kind, id) where to_at = 'infinity';

create function keep_world_past(of_kind text, of_id text, content jsonb, since timestamptz) returns void
language sql as $$
    insert into world_past (kind, id, document, from_at, west_deg, east_deg, south_deg, north_deg)
    select of_kind, of_id, content, since,
        min((corner ->> 0)::float8), max((corner ->> 0)::float8),
        min((corner ->> 1)::float8), max((corner ->> 1)::float8)
    from (select) as one left join jsonb_path_query(
        content, 'strict $.geometry.coordinates.** ? (@.type() == "array" && @[0].type() == "number")', '{}', true
    ) as corner on true
$$;

-- Arguments: the column of the id, the column of the document. A permit that is not approved is not in the world.
create function follow_world() returns trigger language plpgsql as $$
declare
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
    if tg_table_name = 'permits' then
        before := case when before ->> 'status' = 'approved' then before end;
        after := case when after ->> 'status' = 'approved' then after end;
    end if;
    if before -> tg_argv[1] is not distinct from after -> tg_argv[1] then
        return null;
    end if;
    update world_past set to_at = now()
    where kind = tg_table_name and id = coalesce(before, after) ->> tg_argv[0] and to_at = 'infinity';
    if after is not null then
        perform keep_world_past(tg_table_name, after ->> tg_argv[0], after -> tg_argv[1], now());
    end if;
    return null;
end $$;

create trigger sites_past after insert or update or delete on sites
    for each row execute function follow_world('site_id', 'feature');
create trigger dump_points_past after insert or update or delete on dump_points
    for each row execute function follow_world('dump_point_id', 'feature');
create trigger zones_past after insert or update or delete on zones
    for each row execute function follow_world('zone_id', 'feature');
create trigger corridors_past after insert or update or delete on corridors
    for each row execute function follow_world('corridor_id', 'feature');
create trigger roads_past after insert or update or delete on roads
    for each row execute function follow_world('road_id', 'feature');
create trigger permits_past after insert or update or delete on permits
    for each row execute function follow_world('permit_id', 'document');
create trigger limits_past after insert or update or delete on limits
    for each row execute function follow_world('scope', 'document');
create trigger city_past after insert or update or delete on city
    for each row execute function follow_world('member', 'value');

select keep_world_past('sites', site_id, feature, '-infinity') from sites;
select keep_world_past('dump_points', dump_point_id, feature, '-infinity') from dump_points;
select keep_world_past('zones', zone_id, feature, '-infinity') from zones;
select keep_world_past('corridors', corridor_id, feature, '-infinity') from corridors;
select keep_world_past('roads', road_id, feature, '-infinity') from roads;
select keep_world_past('permits', permit_id, document, '-infinity') from permits where status = 'approved';
select keep_world_past('limits', scope, document, '-infinity') from limits;
select keep_world_past('city', member, value, '-infinity') from city;

-- Daily and monthly reports as they were made. `content` holds the figures, from which each file is made anew.
create table reports (
    period text not null check (period in ('day', 'month')),
    first_day date not null,
    company_id text not null default '',  -- empty: of the whole city
    made_at timestamptz not null,
    sha256 text not null,
    content jsonb not null,
    constraint reports_key primary key (period, first_day, company_id)
);

-- Figures by local day, brought up to date by a job: a month of a large city holds millions of events.
-- Rows of two grains, so that neither has as many as there are events: by kind (hour -1), and by hour (kind '').
create table event_figures (
    day date not null,
    hour smallint not null check (hour between -1 and 23),
    kind text not null,
    company_id text not null, -- likewise below: '' where there is none
    district_id text not null,
    site_id text not null,
    violations integer not null,
    withdrawn integer not null
);
create index event_figures_day on event_figures (day, hour);

create table trip_figures (
    day date not null,
    hour smallint not null check (hour between -1 and 23), -- likewise: -1 by site, else by hour
    company_id text not null,
    district_id text not null,
    site_id text not null,
    trips integer not null,
    delivered integer not null,
    dumped integer not null,
    mass_kg double precision not null -- as weighed, else by the truck's sensor
);
create index trip_figures_day on trip_figures (day, hour);

-- The days that stand above, and up to which change of the events they do.
create table figure_days (
    day date primary key,
    refreshed_at timestamptz not null
);
create table figure_cursor (
    only_row boolean primary key default true check (only_row),
    change_no bigint not null,
    refreshed_at timestamptz not null
);
