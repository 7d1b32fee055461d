# ruff: noqa: S608 - the statements are made of our own names and numbers
"""How good the data are, terminal by terminal: silence, clocks, jumps, gaps, holes in the books, doubled identities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen

# Arrival is after the fix: later than this, the record waited in the terminal; earlier, its clock runs ahead. [s]
LATE_S, AHEAD_S = 60, 2

# Only terminals of the page are looked at in the records: an hour of fixes of a hundred trucks, not of a city.
PAGE = f"""
    select t.terminal_no, t.terminal_id, t.kind, t.status, a.vehicle_no, v.vehicle_id, v.plate, v.company_id,
        latest.fix_time as last_fix_time, latest.received_at as last_received_at
    from terminals t
        left join terminal_assignments a on a.terminal_no = t.terminal_no and a.valid @> %(end)s
        left join vehicles v using (vehicle_no)
        left join latest on latest.terminal_no = t.terminal_no
    where t.retired_at is null and t.terminal_id in {seen("terminal")}
        and (%(after)s::text is null or t.terminal_id > %(after)s)
        and (not %(silent)s or latest.fix_time is null or latest.fix_time < %(end)s - interval '1 day')
        and (not %(troubled)s or exists (
            select from events e where e.vehicle_no = a.vehicle_no and e.kind = any(%(kinds)s)
                and e.withdrawn_at is null and e.start_time >= %(start)s and e.start_time < %(end)s
        ) or exists (
            select from rejected r where r.device = t.terminal_id and r.last_received_at >= %(start)s
                and r.received_at < %(end)s
        ))
    order by t.terminal_id
    limit %(limit)s
"""
EVENTS = """
    select vehicle_no, kind, count(*)::integer as events from events
    where vehicle_no = any(%(vehicle_nos)s) and start_time >= %(start)s and start_time < %(end)s
        and withdrawn_at is null and kind = any(%(kinds)s)
    group by vehicle_no, kind
"""
# Of the newest fixes of each truck, however many the range holds: clocks drift by the day, not by the second.
CLOCKS = f"""
    select terminal_no, count(*)::integer as looked_at,
        percentile_cont(0.5) within group (order by delay_s) as median_delay_s, max(delay_s) as longest_delay_s,
        (count(*) filter (where delay_s > {LATE_S}))::integer as late,
        (count(*) filter (where delay_s < -{AHEAD_S}))::integer as ahead,
        (count(*) filter (where lat_deg is null))::integer as without_position,
        (count(*) filter (where faults <> 0))::integer as under_fault
    from unnest(%(vehicle_nos)s::integer[]) as asked (vehicle_no)
    cross join lateral (
        select terminal_no, lat_deg, faults, extract(epoch from received_at - fix_time)::float8 as delay_s from fixes
        where fixes.vehicle_no = asked.vehicle_no and fix_time >= %(start)s and fix_time < %(end)s
        order by fix_time desc limit 500
    ) as newest
    group by terminal_no
"""
# Numbers between the first and the last that an epoch brought, but that never came.
HOLES = """
    select terminal_no, count(*)::integer as epochs, coalesce(sum(hole.missing), 0)::bigint as missing,
        coalesce(sum((select sum(upper(r) - lower(r)) from unnest(refused) as r)), 0)::bigint as refused
    from ledger cross join lateral (
        select upper(range_merge(seqs)) - lower(range_merge(seqs))
            - (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(seqs) as r) as missing
    ) as hole
    where terminal_no = any(%(terminal_nos)s)
    group by terminal_no
"""
REJECTED = """
    select device as terminal_id, reason, sum(count)::bigint as records from rejected
    where device = any(%(terminal_ids)s) and last_received_at >= %(start)s and received_at < %(end)s
    group by device, reason
"""
# Two terminals that say they are in one truck at once.
SHARED = """
    select a.vehicle_no, count(*)::integer as terminals from terminal_assignments a join terminals t using (terminal_no)
    where a.vehicle_no = any(%(vehicle_nos)s) and a.valid @> %(end)s and t.retired_at is null and t.status = 'active'
    group by a.vehicle_no having count(*) > 1
"""
SUMMARY = f"""
    select count(*)::integer as terminals,
        (count(*) filter (where latest.fix_time is null and t.kind = 'truck'))::integer as never_heard,
        (count(*) filter (where latest.fix_time < %(end)s - interval '1 day'))::integer as silent,
        (count(*) filter (where extract(epoch from latest.received_at - latest.fix_time) < -{AHEAD_S}))::integer
            as clock_ahead,
        (count(*) filter (where extract(epoch from latest.received_at - latest.fix_time) > {LATE_S}))::integer
            as last_came_late
    from terminals t left join latest on latest.terminal_no = t.terminal_no
    where t.retired_at is null and t.terminal_id in {seen("terminal")}
"""
KIND_SUMMARY = f"""
    select e.kind as key, count(*)::integer as count, count(distinct e.vehicle_no)::integer as vehicles
    from events e join vehicles v using (vehicle_no)
    where e.kind = any(%(kinds)s) and e.start_time >= %(start)s and e.start_time < %(end)s and e.withdrawn_at is null
        and v.vehicle_id in {seen("vehicle")}
    group by e.kind order by count desc, e.kind
"""
REASON_SUMMARY = f"""
    select reason as key, sum(count)::bigint as count, count(distinct device)::integer as devices from rejected
    where last_received_at >= %(start)s and received_at < %(end)s and device in {seen("terminal")}
    group by reason order by count desc, reason
"""
KINDS = ("offline", "track_gap", "position_jump", "jamming", "clone", "power_cut", "sensor_fault")


async def read_quality_page(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    range_: tuple[datetime, datetime],
    only: str | None,
    after: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the figures of terminals by their names.

    Args:
        connection: Reads in UTC.
        viewer: Whose scope holds.
        range_: From and to before which; silence is as of its end.
        only: "silent", "troubled" (anything found or refused), or None for all.
        after: Name of the last terminal of the page before.
        limit: Most rows.
    """
    start, end = range_
    asked: dict[str, Any] = {"viewer": viewer, "start": start, "end": end, "after": after, "limit": limit}
    asked |= {"kinds": list(KINDS), "silent": only == "silent", "troubled": only == "troubled"}
    page = await _rows(connection, PAGE, asked)
    asked["terminal_nos"] = [row["terminal_no"] for row in page]
    asked["terminal_ids"] = [row["terminal_id"] for row in page]
    asked["vehicle_nos"] = sorted({row["vehicle_no"] for row in page if row["vehicle_no"] is not None})
    found = {name: await _rows(connection, query, asked) for name, query in PARTS.items()}
    clocks = {row["terminal_no"]: row for row in found["clocks"]}
    holes = {row["terminal_no"]: row for row in found["holes"]}
    shared = {row["vehicle_no"]: row["terminals"] for row in found["shared"]}
    return [
        {
            **row,
            "events": {e["kind"]: e["events"] for e in found["events"] if e["vehicle_no"] == row["vehicle_no"]},
            "rejected": {
                r["reason"]: r["records"] for r in found["rejected"] if r["terminal_id"] == row["terminal_id"]
            },
            "clock": clocks.get(row["terminal_no"]),
            "ledger": holes.get(row["terminal_no"]),
            "terminals_of_vehicle": shared.get(row["vehicle_no"], 1 if row["vehicle_no"] is not None else 0),
        }
        for row in page
    ]


PARTS = {"events": EVENTS, "clocks": CLOCKS, "holes": HOLES, "rejected": REJECTED, "shared": SHARED}


async def read_quality_summary(
    connection: AsyncConnection[Any], *, viewer: int, range_: tuple[datetime, datetime]
) -> dict[str, Any]:
    """Return the figures of all terminals that the viewer sees."""
    asked = {"viewer": viewer, "start": range_[0], "end": range_[1], "kinds": list(KINDS)}
    (whole,) = await _rows(connection, SUMMARY, asked)
    by_kind = await _rows(connection, KIND_SUMMARY, asked)
    by_reason = await _rows(connection, REASON_SUMMARY, asked)
    return {**whole, "events": by_kind, "rejected": by_reason}


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
