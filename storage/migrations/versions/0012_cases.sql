-- Cases: what a bureau does about what was found or reported, step by step. Times here are of the clock.

create sequence case_changes;

-- Numbers of cases run through a year without a gap: people read them out on the telephone.
create table case_numbers (
    year integer primary key,
    last integer not null
);

-- A case as its steps left it; the steps themselves stand in `case_steps` and never change.
create table cases (
    case_id uuid primary key,
    case_no text not null unique,
    change_no bigint not null unique,
    version integer not null default 1 check (version > 0),
    kind text not null,
    severity smallint not null check (severity between 0 and 3),
    status text not null
        check (status in ('new', 'acknowledged', 'assigned', 'handled', 'verified', 'closed', 'false_positive')),
    source text not null check (source in ('event', 'hotline', 'patrol', 'inbox')),
    vehicle_no integer references vehicles,
    company_id text, -- of the truck when the case was opened
    district_id text, -- where it began, then
    subject_kind text not null,
    subject_id text,
    lon_deg double precision,
    lat_deg double precision,
    start_time timestamptz not null,
    end_time timestamptz, -- NULL while an event of it goes on
    newest_time timestamptz not null, -- up to which its events are known to have gone on
    opened_at timestamptz not null,
    acknowledge_by timestamptz not null,
    first_due_at timestamptz not null,
    due_at timestamptz not null check (due_at >= first_due_at),
    step_due_at timestamptz, -- of the step that is next; NULL once it has ended
    extensions smallint not null default 0,
    assignee_no integer references users,
    handler_no integer references users,
    -- When it first came so far; figures are made of them.
    acknowledged_at timestamptz,
    assigned_at timestamptz,
    handled_at timestamptz,
    verified_at timestamptz,
    ended_at timestamptz, -- when it came to an end last
    rework smallint not null default 0,
    satisfaction smallint check (satisfaction between 1 and 5),
    false_reason text,
    paged boolean not null,
    -- Of a report.
    reporter_no integer references users,
    reported_plate text,
    description text,
    contact text,
    reference text,
    match_at timestamptz, -- when to look again which trucks were there; NULL: no more
    updated_at timestamptz not null,
    constraint ended_when_it_ended check ((status in ('closed', 'false_positive')) = (ended_at is not null)),
    constraint reason_of_false_positives check ((status = 'false_positive') = (false_reason is not null)),
    constraint somebody_was_sent check (status <> 'assigned' or assignee_no is not null),
    constraint extended_by_steps check ((due_at > first_due_at) <= (extensions > 0))
);
create index cases_page on cases (opened_at desc, case_id desc);
create index cases_status on cases (status, opened_at desc, case_id desc);
create index cases_kind on cases (kind, opened_at desc, case_id desc);
create index cases_company on cases (company_id, opened_at desc, case_id desc);
create index cases_district on cases (district_id, opened_at desc, case_id desc);
create index cases_vehicle on cases (vehicle_no, opened_at desc, case_id desc);
create index cases_assignee on cases (assignee_no, opened_at desc, case_id desc);
create index cases_due on cases (due_at) where ended_at is null;
create index cases_unacknowledged on cases (acknowledge_by) where status = 'new';
create index cases_matching on cases (match_at) where match_at is not null;
create index cases_reporter on cases (reporter_no, opened_at desc) where reporter_no is not null;
-- What an event is merged into.
create index cases_open_vehicle on cases (vehicle_no, kind) where ended_at is null and vehicle_no is not null;
create index cases_open_subject on cases (subject_id, subject_kind, kind) where ended_at is null and vehicle_no is null;

-- The events of a case. An event belongs to one case for ever.
create table case_events (
    event_id uuid primary key,
    case_id uuid not null references cases,
    joined_at timestamptz not null,
    start_time timestamptz not null,
    end_time timestamptz,
    newest_time timestamptz not null,
    severity smallint not null,
    withdrawn boolean not null
);
create index case_events_case on case_events (case_id, start_time);

create table case_steps (
    case_id uuid not null references cases,
    step_no integer not null check (step_no > 0),
    at timestamptz not null,
    user_no integer references users, -- NULL: the records themselves
    by_name text not null,
    by_display_name text not null,
    step text not null,
    from_status text,
    to_status text not null,
    comment text,
    detail jsonb not null default '{}',
    photos uuid[] not null default '{}',
    retry_key text, -- the same step sent again carries the same
    constraint case_steps_key primary key (case_id, step_no)
);
create unique index case_steps_retry on case_steps (case_id, user_no, retry_key) where retry_key is not null;
create index case_steps_at on case_steps (at);
create index case_steps_photos on case_steps using gin (photos) where photos <> '{}';

create table photos (
    photo_id uuid primary key,
    uploader_no integer not null references users,
    uploaded_at timestamptz not null,
    sha256 bytea not null, -- of `image`
    original_sha256 bytea not null, -- of what was sent
    width integer not null,
    height integer not null,
    image bytea not null, -- JPEG without any metadata
    thumbnail bytea not null,
    taken_at timestamptz, -- what the camera wrote into it
    taken_local text, -- likewise, where it did not say in which zone
    lon_deg double precision,
    lat_deg double precision,
    camera text
);
alter table photos alter image set storage external, alter thumbnail set storage external; -- JPEG does not compress
create index photos_uploader on photos (uploader_no, uploaded_at);
create index photos_original on photos (original_sha256);

-- Trucks that were near the place of a report at about its time.
create table case_candidates (
    case_id uuid not null references cases,
    vehicle_no integer not null references vehicles,
    distance_m double precision not null,
    at timestamptz not null,
    lon_deg double precision not null,
    lat_deg double precision not null,
    fixes integer not null,
    constraint case_candidates_key primary key (case_id, vehicle_no)
);

-- Who is sent, in which district and when.
create table duty_shifts (
    shift_no integer generated always as identity primary key,
    district_id text not null,
    user_no integer not null references users,
    valid tstzrange not null check (not isempty(valid) and not lower_inf(valid) and not upper_inf(valid)),
    constraint one_shift_at_a_time exclude using gist (
        int4range(user_no, user_no, '[]') with =,
        int4range(hashtext(district_id), hashtext(district_id), '[]') with =,
        valid with &&
    )
);
create index duty_shifts_district on duty_shifts (district_id, lower(valid));

-- How far the events have become cases.
create table case_cursor (
    only_row boolean primary key default true check (only_row),
    change_no bigint not null
);
-- Where there were rules before there were cases, what was found in the last day becomes cases, not years of history.
insert into case_cursor (change_no)
select coalesce(min(change_no) filter (where found_at > now() - interval '1 day') - 1, max(change_no), 0) from events;

-- As with events: changes are numbered in the order of their commits. Who writes cases takes the lock before any row.
create function lock_cases() returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended('muckline case changes', 0))
$$;

create function lock_case_changes() returns trigger language plpgsql as $$
begin
    perform lock_cases();
    return null;
end $$;

create function number_case_change() returns trigger language plpgsql as $$
begin
    new.change_no := nextval('case_changes');
    return new;
end $$;

create function announce_case_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('muckline_cases', '');
    return null;
end $$;

create trigger cases_lock before insert or update on cases
    for each statement execute function lock_case_changes();
create trigger cases_number before insert or update on cases
    for each row execute function number_case_change();
create trigger cases_announce after insert or update on cases
    for each statement execute function announce_case_change();

create function next_case_no(year_of_case integer) returns text language sql as $$
    insert into case_numbers (year, last) values (year_of_case, 1)
    on conflict (year) do update set last = case_numbers.last + 1
    returning year || '-' || lpad(last::text, greatest(6, length(last::text)), '0')
$$;

create function refuse_to_change_case_steps() returns trigger language plpgsql as $$
begin
    raise exception 'expected % to be appended to only, got %', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger case_steps_append_only before update or delete or truncate on case_steps
    for each statement execute function refuse_to_change_case_steps();
create trigger cases_are_kept before delete or truncate on cases
    for each statement execute function refuse_to_change_case_steps();
create trigger photos_are_not_changed before update or truncate on photos
    for each statement execute function refuse_to_change_case_steps();

create function keep_photos_in_use() returns trigger language plpgsql as $$
begin
    if exists (select from case_steps where photos <> '{}' and photos @> array[old.photo_id]) then
        raise exception 'expected a photo of no case, got one that a step shows'
            using errcode = 'integrity_constraint_violation';
    end if;
    return old;
end $$;
create trigger photos_in_use_are_kept before delete on photos
    for each row execute function keep_photos_in_use();
