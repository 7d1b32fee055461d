-- Points, deductions and appeals; manifests, projects and compliance.

-- Points ---------------------------------------------------------------------------------------------------------------
-- The table of points as a bureau edits it: a later row of the same kind and subject takes the place of an earlier one
-- from `from_time` on. What was deducted under an earlier row stays as it was.
create table point_rules (
    point_rule_no bigint generated always as identity primary key,
    kind text not null check (kind <> ''), -- of a case; `base` is what a year begins with
    subject_kind text not null check (subject_kind in ('company', 'vehicle', 'driver')),
    points numeric(6, 2) not null check (points between 0 and 1000),
    from_time timestamptz not null,
    by_name text not null,
    reason text not null,
    at timestamptz not null default now()
);
create index point_rules_in_force on point_rules (kind, subject_kind, from_time desc, point_rule_no desc);

-- Every deduction, and what was given back; never changed.
create table score_entries (
    entry_no bigint generated always as identity primary key,
    at timestamptz not null,
    event_time timestamptz not null, -- decides the year that it counts for
    subject_kind text not null check (subject_kind in ('company', 'vehicle', 'driver')),
    subject_id text not null,
    points numeric(6, 2) not null check (points <> 0), -- deducted; negative: given back
    case_id uuid references cases,
    point_rule_no bigint references point_rules,
    reverses bigint unique references score_entries,
    reason text not null,
    by_name text not null,
    constraint given_back_for_something check ((points < 0) = (reverses is not null)),
    change_no bigint not null unique
);
create index score_entries_subject on score_entries (subject_kind, subject_id, event_time desc, entry_no desc);
create index score_entries_case on score_entries (case_id, subject_kind, subject_id);
create index score_entries_time on score_entries (event_time);

-- How far the cases were looked through.
create table score_cursor (
    only_row boolean primary key default true check (only_row),
    change_no bigint not null
);
insert into score_cursor (change_no) values (0);

create table appeals (
    appeal_no bigint generated always as identity primary key,
    entry_no bigint not null unique references score_entries, -- a deduction is objected to once
    at timestamptz not null,
    by_name text not null,
    text text not null check (text <> ''),
    photos uuid[] not null default '{}'
);
create table appeal_decisions (
    appeal_no bigint primary key references appeals,
    at timestamptz not null,
    by_name text not null,
    upheld boolean not null, -- the objection, not the deduction
    reason text not null check (reason <> '')
);

-- Manifests ------------------------------------------------------------------------------------------------------------
-- 电子联单: one load's papers, scanned out at the site and in at the dump point.
create table manifests (
    manifest_no text primary key check (manifest_no ~ '^[A-Z0-9-]{6,32}$'),
    permit_id text,
    vehicle_no integer not null references vehicles,
    driver_id text,
    site_id text not null,
    dump_point_id text not null,
    material text,
    planned_kg double precision check (planned_kg > 0),
    issued_at timestamptz not null,
    issued_by text not null
);
create index manifests_issued on manifests (issued_at desc, manifest_no desc);
create index manifests_vehicle on manifests (vehicle_no, issued_at desc);

create table manifest_scans (
    manifest_no text not null references manifests,
    scan text not null check (scan in ('out', 'in', 'void')),
    at timestamptz not null,
    received_at timestamptz not null,
    by_name text not null,
    lon_deg double precision,
    lat_deg double precision,
    note text,
    constraint manifest_scans_key primary key (manifest_no, scan)
);
create index manifest_scans_at on manifest_scans (at);

-- Compliance -----------------------------------------------------------------------------------------------------------
-- 七统一、一必须: what each truck must have, as the bureau defines it. A later row of an item takes the place of an earlier.
create table compliance_items (
    item_no bigint generated always as identity primary key,
    item_id text not null check (item_id ~ '^[a-z][a-z0-9_]{0,39}$'),
    position smallint not null,
    name_zh text not null,
    name_en text not null,
    required boolean not null,
    in_use boolean not null,
    at timestamptz not null default now(),
    by_name text not null
);
create index compliance_items_newest on compliance_items (item_id, item_no desc);

create table compliance_checks (
    check_no bigint generated always as identity primary key,
    vehicle_no integer not null references vehicles,
    item_id text not null,
    passed boolean not null,
    expires_on date,
    evidence text,
    photos uuid[] not null default '{}',
    at timestamptz not null,
    by_name text not null
);
create index compliance_checks_newest on compliance_checks (vehicle_no, item_id, check_no desc);

-- What the programme of 七统一、一必须 is commonly taken to ask; a bureau puts its own in the place.
insert into compliance_items (item_id, position, name_zh, name_en, required, in_use, by_name) values
    ('model', 1, '统一车型', 'Approved model', true, true, 'muckline'),
    ('colour', 2, '统一车身颜色', 'Colour of the body', true, true, 'muckline'),
    ('marking', 3, '统一标识喷涂', 'Markings', true, true, 'muckline'),
    ('roof_light', 4, '统一顶灯', 'Roof light', true, true, 'muckline'),
    ('cover', 5, '统一密闭装置', 'Closed cover', true, true, 'muckline'),
    ('terminal', 6, '统一安装卫星定位', 'Satellite terminal', true, true, 'muckline'),
    ('management', 7, '统一企业化管理', 'Managed by a company', true, true, 'muckline'),
    ('permit', 8, '必须持证运输', 'Carries a permit', true, true, 'muckline');

-- Projects -------------------------------------------------------------------------------------------------------------
-- Key projects (metro stations, say) with a fleet, a mark and a board of their own. A later row takes the place.
create table projects (
    project_row bigint generated always as identity primary key,
    project_id text not null check (project_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$'),
    name text not null,
    mark text not null check (mark ~ '^#[0-9a-f]{6}$'),
    site_ids text[] not null,
    vehicle_ids text[] not null,
    from_time timestamptz,
    to_time timestamptz check (to_time > from_time),
    in_use boolean not null,
    at timestamptz not null default now(),
    by_name text not null
);
create index projects_newest on projects (project_id, project_row desc);

-- Changes --------------------------------------------------------------------------------------------------------------
-- For the exchange: as with events, entries and manifests are numbered in the order of their commits. A manifest changes
-- when it is issued and with each scan; who writes them takes the lock before any of these rows.
create sequence score_changes;
create sequence manifest_change_numbers;
create table manifest_changes (
    manifest_no text primary key references manifests,
    change_no bigint not null unique
);

create function lock_paper_changes() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('muckline paper changes', 0));
    return null;
end $$;

create function number_score_entry() returns trigger language plpgsql as $$
begin
    new.change_no := nextval('score_changes');
    return new;
end $$;

create function number_manifest_change() returns trigger language plpgsql as $$
begin
    insert into manifest_changes (manifest_no, change_no) values (new.manifest_no, nextval('manifest_change_numbers'))
    on conflict (manifest_no) do update set change_no = excluded.change_no;
    return null;
end $$;

create trigger score_entries_lock before insert on score_entries
    for each statement execute function lock_paper_changes();
create trigger score_entries_number before insert on score_entries
    for each row execute function number_score_entry();
create trigger manifests_lock before insert on manifests for each statement execute function lock_paper_changes();
create trigger manifests_number after insert on manifests for each row execute function number_manifest_change();
create trigger manifest_scans_lock before insert on manifest_scans
    for each statement execute function lock_paper_changes();
create trigger manifest_scans_number after insert on manifest_scans
    for each row execute function number_manifest_change();

-- Photos that an appeal or a check shows are kept like those of a case's step.
create index appeals_photos on appeals using gin (photos) where photos <> '{}';
create index compliance_checks_photos on compliance_checks using gin (photos) where photos <> '{}';
create or replace function keep_photos_in_use() returns trigger language plpgsql as $$
begin
    if exists (select from case_steps where photos <> '{}' and photos @> array[old.photo_id])
        or exists (select from appeals where photos <> '{}' and photos @> array[old.photo_id])
        or exists (select from compliance_checks where photos <> '{}' and photos @> array[old.photo_id])
    then
        raise exception 'expected a photo that nothing shows, got one that a step, an appeal or a check shows'
            using errcode = 'integrity_constraint_violation';
    end if;
    return old;
end $$;

create function refuse_to_change_books() returns trigger language plpgsql as $$
begin
    raise exception 'expected % to be appended to only, got %', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
do $$
declare
    book text;
begin
    foreach book in array array[
        'point_rules', 'score_entries', 'appeals', 'appeal_decisions', 'manifests', 'manifest_scans',
        'compliance_items', 'compliance_checks', 'projects'
    ] loop
        execute format(
            'create trigger %I before update or delete or truncate on %I
             for each statement execute function refuse_to_change_books()', book || '_append_only', book
        );
    end loop;
end $$;
