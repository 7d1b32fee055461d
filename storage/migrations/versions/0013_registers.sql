-- Registers that people edit, with their history.

-- Permits have a life (申报, 核准, 注销). Only approved ones are in force, which is what the world's document holds; the
-- others keep their papers, which may name a site or a company that is long gone: references bind those in force only.
alter table permits
    add column status text not null default 'approved'
        check (status in ('applied', 'rejected', 'approved', 'suspended', 'cancelled')),
    drop constraint permits_company_id_fkey,
    drop constraint permits_site_id_fkey,
    add column company_in_force text generated always as (case when status = 'approved' then company_id end) stored
        references companies,
    add column site_in_force text generated always as (case when status = 'approved' then site_id end) stored
        references sites;
create index permits_company on permits (company_id);

-- Steps of permits, append-only.
create table permit_steps (
    step_no bigint generated always as identity primary key,
    permit_id text not null,
    at timestamptz not null default clock_timestamp(),
    by_user integer,
    by_name text not null,
    step text not null check (step in ('apply', 'approve', 'reject', 'suspend', 'resume', 'cancel')),
    from_status text,
    to_status text not null,
    comment text
);
create index permit_steps_permit on permit_steps (permit_id, step_no);

-- What trips used up of a permit is counted from the trips themselves.
create index trips_permit on trips (permit_id) where permit_id is not null;

create table drivers (
    driver_id text primary key,
    company_id text,
    document jsonb not null,
    retired_at timestamptz,
    company_in_force text generated always as (case when retired_at is null then company_id end) stored
        references companies
);

-- Which driver was in which truck when; null is open.
create view driver_assignments as
select driver_id, stay ->> 'vehicle_id' as vehicle_id,
    tstzrange((stay ->> 'from')::timestamptz, (stay ->> 'to')::timestamptz) as valid
from drivers cross join jsonb_array_elements(coalesce(nullif(document -> 'assignments', 'null'), '[]')) as stay
where retired_at is null;

-- An item that was merged into another. Records keep the number of the truck that they came under: who asks for a truck
-- asks for all of its numbers.
create table register_aliases (
    kind text not null,
    alias_id text not null,
    id text not null,
    merged_at timestamptz not null default now(),
    constraint register_aliases_key primary key (kind, alias_id),
    check (alias_id <> id)
);
create index register_aliases_id on register_aliases (kind, id);

-- The numbers under which a truck's records stand: its own, and those of trucks merged into it that stayed out of service.
create function vehicle_nos_of(wanted text) returns setof integer language sql stable as $$
    with recursive names (id) as (
        select wanted
        union
        select a.alias_id from register_aliases a join names on a.id = names.id where a.kind = 'vehicles'
    )
    select v.vehicle_no from vehicles v join names on names.id = v.vehicle_id
    where v.vehicle_id = wanted or v.retired_at is not null
$$;

-- Smallest box around a GeoJSON geometry. [deg]
create function geometry_box(geometry jsonb) returns box language sql immutable strict as $$
    select box(
        point(min((place ->> 0)::float8), min((place ->> 1)::float8)),
        point(max((place ->> 0)::float8), max((place ->> 1)::float8))
    )
    from jsonb_path_query(geometry, 'strict $.coordinates.** ? (@.type() == "array" && @[0].type() == "number")', '{}', true)
        as place
$$;

-- History ----------------------------------------------------------------------------------------------------------
-- Every change of a register's row, whoever makes it: a person, an import, a world folder, a device's admission. A writer
-- says who it is by `set_config('muckline.who', ..., true)` and likewise user_no, source and reason.

create table register_history (
    history_no bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    who text not null,
    user_no integer,
    source text not null,
    kind text not null,
    id text not null,
    action text not null check (action in ('created', 'changed', 'retired')),
    before jsonb,
    after jsonb,
    reason text
);
create index register_history_item on register_history (kind, id, history_no desc);
create index register_history_who on register_history (who, history_no desc);
create index register_history_at on register_history (at);

-- A row as its document has it; NULL for what is out of service.
create function register_item(kind text, r jsonb) returns jsonb language sql stable as $$
    select case
        when r ->> 'retired_at' is not null then null
        when kind = 'companies' then jsonb_strip_nulls(r - 'more') || (r -> 'more')
        when kind in ('vehicles', 'terminals')
            then jsonb_strip_nulls(r - '{vehicle_no,terminal_no,more,retired_at}'::text[]) || (r -> 'more')
        when kind = 'assignments' then jsonb_strip_nulls(jsonb_build_object(
            'terminal_id', (select terminal_id from terminals where terminal_no = (r ->> 'terminal_no')::integer),
            'vehicle_id', (select vehicle_id from vehicles where vehicle_no = (r ->> 'vehicle_no')::integer),
            'from', lower((r ->> 'valid')::tstzrange), 'to', upper((r ->> 'valid')::tstzrange)
        ))
        when kind = 'permits' then (r -> 'document') || jsonb_build_object('status', r -> 'status')
        when kind in ('limits', 'drivers') then r -> 'document'
        when kind = 'city' then r -> 'value'
        else r -> 'feature'
    end
$$;

create function register_id(kind text, key text, r jsonb) returns text language sql stable as $$
    select case when kind = 'assignments'
        then (select terminal_id from terminals where terminal_no = (r ->> 'terminal_no')::integer)
        else r ->> key end
$$;

create function register_author(setting text) returns text language sql stable as $$
    select nullif(current_setting('muckline.' || setting, true), '')
$$;

-- Set by set, not row by row: a world folder of ten thousand trucks is one statement each.
create function note_register_change() returns trigger language plpgsql as $$
declare
    -- These three name what is written: kind and key of the table.
    of_kind constant text := tg_argv[0];
    of_key constant text := tg_argv[1];
begin
    if tg_op = 'INSERT' then
        insert into register_history (who, user_no, source, kind, id, action, before, after, reason)
        select coalesce(register_author('who'), nullif(current_setting('application_name'), ''), session_user),
            register_author('user_no')::integer, coalesce(register_author('source'), 'database'), of_kind,
            register_id(of_kind, of_key, r), 'created', null, item, register_author('reason')
        from (select r, register_item(of_kind, r) as item from (select to_jsonb(added) as r from added) as n offset 0) as n
        where item is not null;
    elsif tg_op = 'DELETE' then
        insert into register_history (who, user_no, source, kind, id, action, before, after, reason)
        select coalesce(register_author('who'), nullif(current_setting('application_name'), ''), session_user),
            register_author('user_no')::integer, coalesce(register_author('source'), 'database'), of_kind,
            register_id(of_kind, of_key, r), 'retired', item, null, register_author('reason')
        from (select r, register_item(of_kind, r) as item from (select to_jsonb(removed) as r from removed) as o offset 0)
            as o
        where item is not null;
    else
        insert into register_history (who, user_no, source, kind, id, action, before, after, reason)
        select coalesce(register_author('who'), nullif(current_setting('application_name'), ''), session_user),
            register_author('user_no')::integer, coalesce(register_author('source'), 'database'), of_kind, id,
            case when before is null then 'created' when after is null then 'retired' else 'changed' end,
            before, after, register_author('reason')
        from (
            select register_id(of_kind, of_key, coalesce(n, o)) as id, register_item(of_kind, o) as before,
                register_item(of_kind, n) as after
            from (
                -- Rows meet by grouping, not by a join: a function's plan is made once and kept, perhaps when there was
                -- not a row, and a join so planned compares each row with every other.
                select (array_agg(r) filter (where is_old))[1] as o, (array_agg(r) filter (where not is_old))[1] as n
                from (
                    select true as is_old, to_jsonb(removed) as r from removed
                    union all
                    select false, to_jsonb(added) from added
                ) as written
                group by r ->> of_key, case when of_kind = 'assignments' then lower((r ->> 'valid')::tstzrange) end
            ) as pairs
            where o <> n
        ) as changes
        where before is distinct from after;
    end if;
    return null;
end $$;

do $$
declare
    of_table text;
    of_kind text;
    of_key text;
begin
    for of_table, of_kind, of_key in values
        ('companies', 'companies', 'company_id'), ('vehicles', 'vehicles', 'vehicle_id'),
        ('terminals', 'terminals', 'terminal_id'), ('terminal_assignments', 'assignments', 'terminal_no'),
        ('districts', 'districts', 'district_id'), ('sites', 'sites', 'site_id'),
        ('dump_points', 'dump_points', 'dump_point_id'), ('zones', 'zones', 'zone_id'),
        ('corridors', 'corridors', 'corridor_id'), ('roads', 'roads', 'road_id'), ('permits', 'permits', 'permit_id'),
        ('limits', 'limits', 'scope'), ('city', 'city', 'member'), ('drivers', 'drivers', 'driver_id')
    loop
        execute format('create trigger %I after insert on %I referencing new table as added
            for each statement execute function note_register_change(%L, %L)',
            of_table || '_history_new', of_table, of_kind, of_key);
        execute format('create trigger %I after update on %I referencing old table as removed new table as added
            for each statement execute function note_register_change(%L, %L)',
            of_table || '_history_changed', of_table, of_kind, of_key);
        execute format('create trigger %I after delete on %I referencing old table as removed
            for each statement execute function note_register_change(%L, %L)',
            of_table || '_history_gone', of_table, of_kind, of_key);
    end loop;
end $$;

create function refuse_to_change_register_history() returns trigger language plpgsql as $$
begin
    raise exception 'expected % to be appended to only, got %', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger register_history_append_only before update or delete or truncate on register_history
    for each statement execute function refuse_to_change_register_history();
create trigger permit_steps_append_only before update or delete or truncate on permit_steps
    for each statement execute function refuse_to_change_register_history();
