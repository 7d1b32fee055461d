-- Who may see what: users, districts, the log of looks.

create table users (
    user_no integer generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'),
    display_name text not null,
    role text not null
        check (role in ('administrator', 'bureau', 'district', 'inspector', 'company', 'association', 'public')),
    company_id text,
    district_ids text[] not null default '{}',
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    constraint company_of_its_role check ((role = 'company') = (company_id is not null)),
    constraint districts_of_their_role check ((role = 'district') = (district_ids <> '{}'))
);

-- Outlines of the districts as PostgreSQL's own polygons, so that a place's district is found without an extension.
create table district_rings (
    district_id text not null,
    ring polygon not null,
    is_hole boolean not null
);
create index district_rings_district on district_rings (district_id);

create function ring_of(coordinates jsonb) returns polygon language sql immutable as $$
    select ('(' || string_agg('(' || (point ->> 0) || ',' || (point ->> 1) || ')', ',' order by position) || ')')::polygon
    from jsonb_array_elements(coordinates) with ordinality as corner (point, position)
$$;

create function refresh_district_rings() returns trigger language plpgsql as $$
begin
    delete from district_rings;
    insert into district_rings (district_id, ring, is_hole)
    select district_id, ring_of(ring), position > 1
    from districts
    cross join jsonb_array_elements(
        case feature -> 'geometry' ->> 'type'
            when 'Polygon' then jsonb_build_array(feature -> 'geometry' -> 'coordinates')
            when 'MultiPolygon' then feature -> 'geometry' -> 'coordinates'
            else '[]'
        end
    ) as part
    cross join jsonb_array_elements(part) with ordinality as outline (ring, position);
    return null;
end $$;
create trigger districts_rings after insert or update or delete or truncate on districts
    for each statement execute function refresh_district_rings();

-- The district that a position lies in; the first by name where they overlap, NULL outside all.
create function district_at(lon_deg double precision, lat_deg double precision) returns text language sql stable as $$
    select min(district_id) from (
        select district_id from district_rings where ring @> point(lon_deg, lat_deg)
        group by district_id having not bool_or(is_hole)
    ) as inside
$$;

-- The ONE place that decides what a user sees: the ids of a kind of thing. Every query, export and stream asks it.
-- A kind that it does not know is seen by nobody.
create function visible(viewer integer, kind text) returns setof text language sql stable as $$
    select vehicle_id from vehicles, users
    where kind = 'vehicle' and user_no = viewer and disabled_at is null and (
        users.role in ('administrator', 'bureau', 'inspector', 'association')
        or users.role = 'company' and vehicles.company_id = users.company_id
        or users.role = 'district' and exists (
            select from latest where latest.vehicle_no = vehicles.vehicle_no
                and district_at(latest.lon_deg, latest.lat_deg) = any(users.district_ids)
        )
    )
    union all
    select companies.company_id from companies, users
    where kind = 'company' and user_no = viewer and disabled_at is null
        and (users.role in ('administrator', 'bureau', 'inspector', 'association', 'district')
            or users.company_id = companies.company_id)
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
