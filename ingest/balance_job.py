"""The daily mass balances, brought up to date from the trips and gate passages that are committed."""

from __future__ import annotations

from ingest.job import JobContext
from rules_engine.balance import (
    DAY_MS,
    NAME,
    SEVERITY,
    VERSION,
    DayBalance,
    balances,
    day_of,
    day_start_ms,
)
from rules_engine.world import World
from storage.mass_balance import first_day_ms, newest_fix_ms, place_id, read_loads, read_weighed, replace_balances
from storage.subject_events import SubjectEvent, replace_subject_events

DAYS = 62  # a record may come 60 days late, and the load that it tells of may have left the day before
UNDER_WAY_MS = 2 * DAY_MS  # what a gate weighed on the first day may have left its site that long before
HOUR_MS = 3_600_000


def bring_balances_up_to_date(context: JobContext) -> None:
    """Work the days of the accepted window out again and tell of those whose masses do not match."""
    world, connection = context.world, context.connection
    newest_ms = newest_fix_ms(connection)
    if newest_ms is None:
        return
    as_of_ms = min(newest_ms, context.now_ms)
    offset_ms = world.windows.utc_offset_ms
    since_day = int(day_of(first_day_ms(as_of_ms, DAYS), offset_ms))
    since_ms = day_start_ms(since_day, offset_ms)
    loads = read_loads(connection, world, since_ms - UNDER_WAY_MS)
    weighed = read_weighed(connection, world, since_ms)
    found = [day for day in balances(loads, weighed, world, as_of_ms, offset_ms) if day.day >= since_day]
    replace_balances(connection, found, world, since_day)
    replace_subject_events(
        connection,
        NAME,
        [imbalance_event(day, world) for day in found if day.imbalanced],
        since_ms=since_ms,
        found_at_ms=context.now_ms,
        page_within_ms=context.page_within_ms,
        world_version=world.version,
    )


def imbalance_event(day: DayBalance, world: World) -> SubjectEvent:
    """Return the event of a day whose masses do not match."""
    start_ms = day_start_ms(day.day, world.windows.utc_offset_ms)
    end_ms = day_start_ms(day.day + 1, world.windows.utc_offset_ms)
    return SubjectEvent(
        subject_kind=day.place_kind,
        subject_id=place_id(day, world),
        kind=NAME,
        start_ms=start_ms,
        confirmed_ms=end_ms + round(day.limits.settle_h * HOUR_MS),
        end_ms=end_ms,
        place=None,
        severity=SEVERITY,
        opening={
            "rule_version": VERSION,
            "loads": day.loads,
            "arrived": day.arrived,
            "unweighed": day.unweighed,
            "sent_kg": day.sent_kg,
            "received_kg": day.received_kg,
            "gap_share": day.gap_share,
            "gap_share_above": day.limits.gap_share,
            "gap_above_kg": day.limits.gap_kg,
            "settle_h": day.limits.settle_h,
        },
        closing={"gap_kg": day.sent_kg - day.received_kg},
    )
