# ruff: noqa: S608 - the statements are made of our own names and numbers
"""The two statements that every figure of events and trips is made of, for stored days and for the one that goes on.

Days are the city's: an instant belongs to the local day that `offset` (an interval) puts it in.
"""

from __future__ import annotations

# Parameter `days`: a date[]. One index range a day, so that a hole in the past costs nothing.
_OF_DAYS = """
    unnest(%(days)s::date[]) as asked (day)
    join {table} on start_time >= (asked.day::timestamp - %(offset)s::interval) at time zone 'UTC'
        and start_time < (asked.day::timestamp + interval '1 day' - %(offset)s::interval) at time zone 'UTC'
"""
_HOUR = "extract(hour from start_time at time zone 'UTC' + %(offset)s::interval)::smallint"

EVENT_FIGURES = f"""
    select asked.day, coalesce(at.hour, -1)::smallint as hour, coalesce(kind, '') as kind,
        at.company_id, at.district_id, coalesce(at.site_id, '') as site_id,
        (count(*) filter (where withdrawn_at is null))::integer as violations,
        (count(*) filter (where withdrawn_at is not null))::integer as withdrawn
    from {_OF_DAYS.format(table="events")}
        left join vehicles using (vehicle_no)
        cross join lateral (
            select {_HOUR} as hour, coalesce(vehicles.company_id, '') as company_id,
                coalesce(events.district_id, '') as district_id,
                coalesce(opening ->> 'site_id', case subject_kind when 'site' then subject_id end, '') as site_id
        ) as at
    where severity > 0
    group by grouping sets (
        (asked.day, kind, at.company_id, at.district_id, at.site_id),
        (asked.day, at.hour, at.company_id, at.district_id)
    )
"""

# A trip counts where its site is, and in the district of that site.
TRIP_FIGURES = f"""
    select asked.day, coalesce(at.hour, -1)::smallint as hour, at.company_id, at.district_id,
        coalesce(at.site_id, '') as site_id, count(*)::integer as trips,
        (count(*) filter (where ending = 'delivered'))::integer as delivered,
        (count(*) filter (where ending = 'dumped'))::integer as dumped,
        coalesce(sum(coalesce(weighed_kg, load_kg)), 0) as mass_kg
    from {_OF_DAYS.format(table="trips")}
        join vehicles using (vehicle_no)
        left join lateral (
            select min(district_id) as district_id from place_districts
            where place_kind = 'site' and place_id = site_id
        ) as part on true
        cross join lateral (
            select {_HOUR} as hour, coalesce(vehicles.company_id, '') as company_id,
                coalesce(part.district_id, '') as district_id, coalesce(trips.site_id, '') as site_id
        ) as at
    where withdrawn_at is null
    group by grouping sets (
        (asked.day, at.company_id, at.district_id, at.site_id),
        (asked.day, at.hour, at.company_id, at.district_id)
    )
"""
