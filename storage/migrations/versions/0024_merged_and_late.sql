-- All numbers of a merged truck, and cases that were late once.

drop function vehicle_nos_of(text);

-- The numbers under which a truck's records stand, as a viewer sees them: its own, and those of trucks that were merged
-- into it and stayed out of service. What came while the other was registered with another company is seen by those
-- alone who see everything.
create function vehicle_nos_of(wanted text, viewer integer) returns setof integer language sql stable as $$
    with recursive names (id) as (
        select wanted
        union
        select a.alias_id from names join register_aliases a on a.id = names.id and a.kind = 'vehicles'
        join vehicles past on past.vehicle_id = a.alias_id and past.retired_at is not null
    )
    select v.vehicle_no from names join vehicles v on v.vehicle_id = names.id
    where v.vehicle_id = wanted
        or v.company_id is not distinct from (select company_id from vehicles where vehicle_id = wanted)
        or exists (select from scope_of(viewer) as scope where scope.everything)
$$;

-- The truck that one out of service became, however often that was merged on; NULL where it was not merged.
create function kept_vehicle(gone text) returns text language sql stable as $$
    with recursive names (id, way) as (
        select a.id, array[a.alias_id, a.id] from register_aliases a
        join vehicles past on past.vehicle_id = a.alias_id and past.retired_at is not null
        where a.kind = 'vehicles' and a.alias_id = gone
        union all
        select a.id, way || a.id from names join register_aliases a on a.alias_id = names.id and a.kind = 'vehicles'
        join vehicles past on past.vehicle_id = a.alias_id and past.retired_at is not null
        where a.id <> all(way)
    )
    select id from names order by cardinality(way) desc limit 1
$$;

-- Trucks out of service that were merged, each with the one that it became.
create view merged_vehicles as
select past.vehicle_no, past.vehicle_id, past.plate, kept.vehicle_no as kept_no, kept.vehicle_id as kept_id,
    kept.plate as kept_plate, past.company_id is not distinct from kept.company_id as same_company
from register_aliases a
join vehicles past on past.vehicle_id = a.alias_id and past.retired_at is not null
join vehicles kept on kept.vehicle_id = kept_vehicle(a.alias_id)
where a.kind = 'vehicles';

-- A case that was given time anew when it was late already: however soon it is closed then, it was late.
alter table cases add column was_late boolean not null default false;
update cases set was_late = true where exists (
    select from case_steps again
    where again.case_id = cases.case_id and again.step = 'reopen' and (again.detail ->> 'was_due_at')::timestamptz < (
        select max(ending.at) from case_steps ending
        where ending.case_id = again.case_id and ending.step_no < again.step_no
            and ending.to_status in ('closed', 'false_positive') and ending.from_status <> ending.to_status
    )
);

-- A year's ranking sums up half a million entries: read from the index alone, each is not fetched from its row.
drop index score_entries_subject;
create index score_entries_subject on score_entries (subject_kind, subject_id, event_time desc, entry_no desc)
    include (points);
