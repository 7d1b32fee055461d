-- What other bureaux read and push.

-- Trips are numbered as events are: in the order in which changes become visible. They share the lock of events, because
-- a batch writes both, and two locks could be taken in two orders.
create sequence trip_changes;
alter table trips add change_no bigint;
update trips set change_no = numbered.change_no
from (select trip_id, nextval('trip_changes') as change_no from (select trip_id from trips order by start_time) as t)
    as numbered
where trips.trip_id = numbered.trip_id;
alter table trips alter change_no set not null;
create unique index trips_change on trips (change_no);

-- Compared as rows, with what readers do not see taken from before: as JSON it takes ten times as long.
create function number_trip_change() returns trigger language plpgsql as $$
declare
    seen trips := new;
begin
    if tg_op = 'UPDATE' then
        seen.change_no := old.change_no;
        seen.judged_to := old.judged_to;
        seen.world_version := old.world_version;
    end if;
    if tg_op = 'UPDATE' and seen is not distinct from old then
        new.change_no := old.change_no;
    else
        new.change_no := nextval('trip_changes');
    end if;
    return new;
end $$;
create trigger trips_lock before insert or update on trips
    for each statement execute function lock_event_changes();
create trigger trips_number before insert or update on trips
    for each row execute function number_trip_change();

-- The region that a truck's terminal reports to now.
create function region_of_vehicle(wanted integer) returns text language sql stable as $$
    select max(region) from terminal_assignments join terminals using (terminal_no)
    where vehicle_no = wanted and upper_inf(valid)
$$;

-- Penalties and incidents that others report. A correction is a new version; nothing is edited.
create table inbox_reports (
    report_no bigint generated always as identity primary key,
    user_no integer not null references users,
    external_id text not null,
    version integer not null,
    kind text not null check (kind in ('penalty', 'incident')),
    occurred_at timestamptz not null,
    document jsonb not null,
    received_at timestamptz not null,
    constraint inbox_reports_key unique (user_no, external_id, version)
);

-- Who each report is about, found by plate and company, again when the registers change, or said by a person.
create table inbox_matches (
    user_no integer not null references users,
    external_id text not null,
    newest_no bigint not null references inbox_reports,
    matched text not null check (matched in ('plate', 'person', 'company', 'ambiguous', 'nothing')),
    vehicle_no integer references vehicles,
    company_id text,
    wants_case boolean not null, -- a case is to be opened for it, or has been
    case_id uuid,
    changed_at timestamptz not null,
    constraint inbox_matches_key primary key (user_no, external_id)
);
create index inbox_matches_newest on inbox_matches (newest_no);
create index inbox_matches_open on inbox_matches (newest_no) where vehicle_no is null;
create index inbox_matches_cases on inbox_matches (newest_no) where wants_case and case_id is null;
create index inbox_matches_vehicle on inbox_matches (vehicle_no);
