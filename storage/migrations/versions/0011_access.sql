-- Who may see what: users, districts, the log of looks.

create table users (
    user_no integer generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'),
    display_name text not null,
    role text not null
        check (role in ('administrator', 'bureau', 'district', 'inspector', 'company', 'association', 'public')),
    company_id text,
    district_ids text[] not null default '{}',
    password_hash text, -- argon2id; NULL where nobody can log in by password
    must_change_password boolean not null default false,
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    constraint company_of_its_role check ((role = 'company') = (company_id is not null)),
    constraint districts_of_their_role check ((role = 'district') = (district_ids <> '{}'))
);

-- What a log-in begins. Whoever carries an access token names its session, so that its end is the token's end.
create table sessions (
    session_id uuid primary key default gen_random_uuid(),
    user_no integer not null references users,
    begun_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_why text check (ended_why in ('logged_out', 'token_reused', 'password_changed', 'disabled', 'changed')),
    address text,
    program text
);
create index sessions_user on sessions (user_no) where ended_at is null;

-- Refresh tokens of sessions, each good for one refresh; only their hashes are kept.
create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

-- Failed log-ins by what was tried and from where, also for names that nobody has.
create table failed_logins (
    tried text primary key,
    failures integer not null,
    failed_at timestamptz not null,
    locked_until timestamptz not null
);

-- Keys of programs: each acts for a user, with all that its role may do or less.
create table api_keys (
    key_id text primary key check (key_id ~ '^[0-9a-f]{12}$'),
    user_no integer not null references users,
    label text not null,
    secret_hash bytea not null,
    permissions text[], -- NULL for all of the role
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_keys_user on api_keys (user_no);

-- Tickets for streams that cannot send a header: each opens one stream within seconds.
create table tickets (
    ticket_hash bytea primary key,
    session_id uuid references sessions on delete cascade,
    key_id text references api_keys,
    expires_at timestamptz not null,
    check (num_nonnulls(session_id, key_id) = 1)
);

-- Outlines of the districts as PostgreSQL's own polygons, so that a place's district is found without an extension.
create table district_rings (
    district_id text not null,
    ring polygon not null,
    bounds box not null,
    is_hole boolean not null
);
create index district_rings_district on district_rings (district_id);

create function corners(coordinates jsonb) returns text language sql immutable as $$
    select string_agg('(' || (point ->> 0) || ',' || (point ->> 1) || ')', ',' order by position)
    from jsonb_array_elements(coordinates) with ordinality as corner (point, position)
$$;

create function ring_of(coordinates jsonb) returns polygon language sql immutable as $$
    select ('(' || corners(coordinates) || ')')::polygon
$$;

-- The rings of an area, with their number in their part: 1 is its outline, further ones are holes.
create function rings_of(feature jsonb) returns table (ring polygon, ring_no bigint) language sql immutable as $$
    select ring_of(outline.ring), outline.position
    from jsonb_array_elements(
        case feature -> 'geometry' ->> 'type'
            when 'Point' then jsonb_build_array(jsonb_build_array(jsonb_build_array(feature -> 'geometry' -> 'coordinates')))
            when 'Polygon' then jsonb_build_array(feature -> 'geometry' -> 'coordinates')
            when 'MultiPolygon' then feature -> 'geometry' -> 'coordinates'
            else '[]'
        end
    ) as part
    cross join jsonb_array_elements(part) with ordinality as outline (ring, position)
$$;

create function lines_of(feature jsonb) returns table (line path, start point) language sql immutable as $$
    select ('[' || corners(line) || ']')::path, point((line -> 0 ->> 0)::float8, (line -> 0 ->> 1)::float8)
    from jsonb_array_elements(
        case feature -> 'geometry' ->> 'type'
            when 'LineString' then jsonb_build_array(feature -> 'geometry' -> 'coordinates')
            when 'MultiLineString' then feature -> 'geometry' -> 'coordinates'
            else '[]'
        end
    ) as line
$$;

-- The district that a position lies in; the first by name where they overlap, NULL outside all.
create function district_at(lon_deg double precision, lat_deg double precision) returns text language sql stable as $$
    select min(district_id) from (
        select district_id from district_rings
        where bounds @> point(lon_deg, lat_deg) and ring @> point(lon_deg, lat_deg)
        group by district_id having not bool_or(is_hole)
    ) as inside
$$;

-- Every district that an area or a line has a part in.
create function districts_of(feature jsonb) returns setof text language sql stable as $$
    select district.district_id
    from rings_of(feature) as area join district_rings as district on not is_hole and area.ring && district.ring
    where area.ring_no = 1 and not exists (
        select from district_rings as hole
        where hole.district_id = district.district_id and hole.is_hole and hole.ring @> area.ring
    )
    union
    select district.district_id
    from lines_of(feature) join district_rings as district on not is_hole
        and (district.ring @> start or line ?# district.ring::path)
$$;

-- Which districts each place of the registry has a part in; kept by triggers.
create table place_districts (
    place_kind text not null,
    place_id text not null,
    district_id text not null,
    constraint place_districts_key primary key (place_kind, place_id, district_id)
);
create index place_districts_district on place_districts (district_id, place_kind);

create function places() returns table (place_kind text, place_id text, feature jsonb) language sql stable as $$
    select 'site', site_id, feature from sites
    union all select 'dump_point', dump_point_id, feature from dump_points
    union all select 'zone', zone_id, feature from zones
    union all select 'corridor', corridor_id, feature from corridors
$$;

create function refresh_place() returns trigger language plpgsql as $$
declare
    changed_kind constant text := tg_argv[0];
    changed_id constant text := to_jsonb(coalesce(new, old)) ->> (changed_kind || '_id');
begin
    delete from place_districts where place_kind = changed_kind and place_id = changed_id;
    if tg_op <> 'DELETE' then
        insert into place_districts select changed_kind, changed_id, districts_of(new.feature);
    end if;
    return null;
end $$;

create function refresh_district() returns trigger language plpgsql as $$
declare
    changed_id constant text := coalesce(new.district_id, old.district_id);
begin
    delete from district_rings where district_id = changed_id;
    delete from place_districts where district_id = changed_id;
    if tg_op <> 'DELETE' then
        insert into district_rings
        select changed_id, ring, box(ring), ring_no > 1 from rings_of(new.feature);
        insert into place_districts
        select place_kind, place_id, district_id from places(), districts_of(feature) as district_id
        where district_id = changed_id;
    end if;
    return null;
end $$;

create function forget_district_rings() returns trigger language plpgsql as $$
begin
    delete from district_rings;
    delete from place_districts;
    return null;
end $$;

create trigger districts_rings after insert or delete on districts
    for each row execute function refresh_district();
create trigger districts_rings_changed after update on districts
    for each row when (old is distinct from new) execute function refresh_district();
create trigger districts_rings_gone after truncate on districts
    for each statement execute function forget_district_rings();

do $$
declare
    place_kind text;
begin
    foreach place_kind in array '{site,dump_point,zone,corridor}'::text[] loop
        execute format(
            'create trigger %1$s_districts after insert or delete on %1$ss for each row execute function refresh_place(%1$L)',
            place_kind
        );
        execute format(
            'create trigger %1$s_districts_changed after update on %1$ss for each row when (old is distinct from new)'
            ' execute function refresh_place(%1$L)', place_kind
        );
    end loop;
end $$;

-- What stood there before.
insert into district_rings
select district_id, ring, box(ring), ring_no > 1 from districts, rings_of(feature);
insert into place_districts
select place_kind, place_id, district_id from places(), districts_of(feature) as district_id;

-- The district that an event happened in, written with it: what a district may see stays so when its outline changes.
alter table events add district_id text;
create index events_district on events (district_id, start_time);

create function district_of_event(event events) returns text language sql stable as $$
    select coalesce(
        district_at(event.lon_deg, event.lat_deg),
        (
            select min(place.district_id) from place_districts as place
            where place.place_kind = event.subject_kind and place.place_id = event.subject_id
        ),
        (
            select min(place.district_id) from terminals join place_districts as place
                on (place.place_kind, place.place_id) in (('site', site_id), ('dump_point', dump_point_id))
            where event.subject_kind in ('washer', 'gate') and terminal_id = event.subject_id
        )
    )
$$;

create function place_event() returns trigger language plpgsql as $$
begin
    new.district_id := district_of_event(new);
    return new;
end $$;
create trigger events_district_new before insert on events
    for each row execute function place_event();
create trigger events_district_changed before update of lat_deg, lon_deg on events
    for each row when ((new.lat_deg, new.lon_deg) is distinct from (old.lat_deg, old.lon_deg))
    execute function place_event();
alter table events disable trigger user; -- no reader is told
update events set district_id = district_of_event(events);
alter table events enable trigger user;

-- Who may see what -------------------------------------------------------------------------------------------------
-- ONE place decides it: `scope_of` says how far a user sees, `visible` gives the ids of a kind of thing that it sees,
-- and rows that carry a company and a district ask `scope_of` themselves (storage/scope.py). Someone unknown or disabled
-- has no scope; a kind that is not known is seen by nobody.

create function scope_of(viewer integer)
returns table (everything boolean, company_id text, district_ids text[], is_public boolean)
language sql stable as $$
    select role in ('administrator', 'bureau', 'inspector', 'association'), company_id, district_ids, role = 'public'
    from users where user_no = viewer and disabled_at is null
$$;

-- Permits have a status from a later migration on; those of before are approved.
create function is_approved(permit permits) returns boolean language sql stable as $$
    select coalesce(to_jsonb(permit) ->> 'status', 'approved') = 'approved'
$$;

-- A permit belongs to the company that it names; one that names none to the company of all its trucks.
create function permits_of_company(wanted text) returns setof text language sql stable as $$
    select permit_id from permits where company_id = wanted
    union all
    select permit_id from permits
    where company_id is null and jsonb_typeof(document -> 'vehicle_ids') = 'array'
        and jsonb_array_length(document -> 'vehicle_ids') > 0 and not exists (
            select from jsonb_array_elements_text(document -> 'vehicle_ids') as named (vehicle_id)
            left join vehicles using (vehicle_id)
            where vehicles.company_id is distinct from wanted
        )
$$;

create function permits_of_districts(wanted text[]) returns setof text language sql stable as $$
    select permit_id from place_districts join permits on site_id = place_id
    where district_id = any(wanted) and place_kind = 'site'
    union
    select permit_id from place_districts join permits on document -> 'dump_point_ids' ? place_id
    where district_id = any(wanted) and place_kind = 'dump_point'
$$;

-- What a district sees of trucks: those in it now, with a permit for a place in it, or found at something there lately.
create function vehicles_of_districts(wanted text[]) returns setof text language sql stable as $$
    select vehicle_id
    from district_rings as outline
    join latest on outline.bounds @> point(lon_deg, lat_deg) and outline.ring @> point(lon_deg, lat_deg)
    join vehicles using (vehicle_no)
    where outline.district_id = any(wanted) and not outline.is_hole and not exists (
        select from district_rings as hole
        where hole.district_id = outline.district_id and hole.is_hole
            and hole.bounds @> point(lon_deg, lat_deg) and hole.ring @> point(lon_deg, lat_deg)
    )
    union
    select vehicle_id from permits_of_districts(wanted) as permit_id join permits using (permit_id)
    cross join jsonb_array_elements_text(
        case jsonb_typeof(document -> 'vehicle_ids') when 'array' then document -> 'vehicle_ids' else '[]' end
    ) as vehicle_id
    where (upper_inf(valid) or upper(valid) > now()) and is_approved(permits)
    union
    select vehicle_id from permits_of_districts(wanted) as permit_id join permits using (permit_id)
    join vehicles using (company_id)
    where coalesce(jsonb_typeof(document -> 'vehicle_ids'), 'null') <> 'array'
        and (upper_inf(valid) or upper(valid) > now()) and is_approved(permits)
    union
    select vehicle_id from events join vehicles using (vehicle_no)
    where district_id = any(wanted) and start_time > now() - interval '30 days' and withdrawn_at is null
$$;

create function companies_of_districts(wanted text[]) returns setof text language sql stable as $$
    select company_id from vehicles_of_districts(wanted) as vehicle_id join vehicles using (vehicle_id)
    where company_id is not null
    union
    select company_id from permits_of_districts(wanted) as permit_id join permits using (permit_id)
    where company_id is not null
$$;

create function visible(viewer integer, kind text) returns setof text language sql stable as $$
    select vehicle_id from scope_of(viewer) as scope join vehicles
        on scope.everything or vehicles.company_id = scope.company_id
    where visible.kind = 'vehicle'
    union all
    select vehicle_id from scope_of(viewer) as scope, vehicles_of_districts(scope.district_ids) as vehicle_id
    where visible.kind = 'vehicle' and scope.district_ids <> '{}'
    union all
    select companies.company_id from scope_of(viewer) as scope join companies
        on scope.everything or companies.company_id = scope.company_id
    where visible.kind = 'company'
    union all
    select seen.id from scope_of(viewer) as scope, companies_of_districts(scope.district_ids) as seen (id)
    where visible.kind = 'company' and scope.district_ids <> '{}'
    union all
    select place_id from scope_of(viewer) as scope join places() on scope.everything
    where visible.kind in ('site', 'dump_point', 'zone', 'corridor') and place_kind = visible.kind
    union all
    select place_id from scope_of(viewer) as scope join places() on scope.is_public
    where visible.kind in ('site', 'dump_point') and place_kind = visible.kind
    union all
    select place_id from scope_of(viewer) as scope join place_districts on district_id = any(scope.district_ids)
    where visible.kind in ('site', 'dump_point', 'zone', 'corridor') and place_kind = visible.kind
    union all
    select site_id from scope_of(viewer) as scope, permits_of_company(scope.company_id) as permit_id
        join permits using (permit_id)
    where visible.kind = 'site' and scope.company_id is not null
    union all
    select place_id from scope_of(viewer) as scope, permits_of_company(scope.company_id) as permit_id
        join permits using (permit_id)
        cross join jsonb_array_elements_text(
            case jsonb_typeof(document -> (visible.kind || '_ids')) when 'array' then document -> (visible.kind || '_ids')
            else '[]' end
        ) as place_id
    where visible.kind in ('dump_point', 'corridor') and scope.company_id is not null
    union all
    select permit_id from scope_of(viewer) as scope join permits
        on scope.everything or scope.is_public and valid @> now() and is_approved(permits)
    where visible.kind = 'permit'
    union all
    select permit_id from scope_of(viewer) as scope, permits_of_company(scope.company_id) as permit_id
    where visible.kind = 'permit' and scope.company_id is not null
    union all
    select permit_id from scope_of(viewer) as scope, permits_of_districts(scope.district_ids) as permit_id
    where visible.kind = 'permit' and scope.district_ids <> '{}'
    union all
    select district_id from scope_of(viewer) as scope join districts
        on scope.everything or district_id = any(scope.district_ids)
    where visible.kind = 'district'
    union all
    select terminal_id from scope_of(viewer) as scope join terminals on scope.everything
    where visible.kind = 'terminal'
    union all
    select terminal_id from scope_of(viewer) as scope join vehicles on vehicles.company_id = scope.company_id
        join terminal_assignments using (vehicle_no) join terminals using (terminal_no)
    where visible.kind = 'terminal' and valid @> now()
    union all
    select terminal_id from scope_of(viewer) as scope, vehicles_of_districts(scope.district_ids) as vehicle_id
        join vehicles using (vehicle_id) join terminal_assignments using (vehicle_no) join terminals using (terminal_no)
    where visible.kind = 'terminal' and scope.district_ids <> '{}' and valid @> now()
    union all
    select terminal_id from scope_of(viewer) as scope join place_districts on district_id = any(scope.district_ids)
        join terminals on (place_kind, place_id) in (('site', site_id), ('dump_point', dump_point_id))
    where visible.kind = 'terminal'
$$;

-- Append-only and chained: who looked at what, who did what, and what was refused. Each row's hash covers the hash before
-- it, so that a row taken out or altered later shows.
create table audit_log (
    audit_no bigint primary key,
    at timestamptz not null,
    user_no integer,
    user_name text not null,
    role text not null,
    action text not null,
    object_kind text not null,
    object_id text not null,
    allowed boolean not null,
    detail jsonb not null,
    previous_hash bytea not null,
    hash bytea not null
);

create index audit_log_user on audit_log (user_name, audit_no);
create index audit_log_object on audit_log (object_kind, object_id, audit_no);
create index audit_log_time on audit_log (at);

create function audit_hash(entry audit_log) returns bytea language sql immutable as $$
    select sha256(entry.previous_hash || convert_to(jsonb_build_array(
        entry.audit_no, extract(epoch from entry.at), entry.user_no, entry.user_name, entry.role, entry.action,
        entry.object_kind, entry.object_id, entry.allowed, entry.detail
    )::text, 'UTF8'))
$$;

create function chain_audit_log() returns trigger language plpgsql as $$
declare
    newest record;
begin
    perform pg_advisory_xact_lock(hashtextextended('muckline audit log', 0));
    select audit_no, hash into newest from audit_log order by audit_no desc limit 1;
    new.audit_no := coalesce(newest.audit_no, 0) + 1;
    new.at := clock_timestamp();
    new.previous_hash := coalesce(newest.hash, '\x'::bytea);
    new.hash := audit_hash(new);
    return new;
end $$;
create trigger audit_log_chain before insert on audit_log for each row execute function chain_audit_log();

create function refuse_to_change_audit_log() returns trigger language plpgsql as $$
begin
    raise exception 'expected audit_log to be appended to only, got %', tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_to_change_audit_log();
