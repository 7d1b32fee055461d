"""Washers that were silent for too long while their site was at work, told as events of the washers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ingest.job import JobContext
from rules_engine.fix_batch import BoolArray
from rules_engine.washers import Outage, outages, silence_limit_s
from rules_engine.world import World
from storage.subject_events import SubjectEvent, replace_subject_events
from storage.times import to_ms
from storage.washers import changed_days, heard_since, known_until_ms, note_looked_at

NAME = "washer_offline"
VERSION = 1
SEVERITY = 1
BEFORE = timedelta(
    days=1
)  # a silence that began shortly before a day may be shorter or longer by what came of that day


def bring_outages_up_to_date(context: JobContext) -> None:
    """Look at the days of which something became known, and at the last two in any case."""
    connection, world = context.connection, context.world
    known_ms = known_until_ms(connection)
    if known_ms is None:
        return
    as_of_ms = min(known_ms, context.now_ms)
    changed = changed_days(connection)
    since_ms = _start_ms(min([_day(as_of_ms), *(each.day for each in changed)]) - BEFORE)
    heard = heard_since(connection, since_ms)
    found = [event for washer_id, minutes in heard.items() for event in events_of(washer_id, minutes, as_of_ms, world)]
    replace_subject_events(
        connection,
        NAME,
        found,
        since_ms=since_ms,
        found_at_ms=context.now_ms,
        page_within_ms=context.page_within_ms,
        world_version=world.version,
    )
    note_looked_at(connection, changed)


def events_of(washer_id: str, minutes: list[int], as_of_ms: int, world: World) -> list[SubjectEvent]:
    """Return a washer's silences that were too long, as events; one that is out of service is not waited for."""
    row = world.terminals.terminal_rows.get(washer_id)
    if row is None:
        return []
    site, silence_s = int(world.terminals.site[row]), silence_limit_s(world)
    found = outages(minutes, as_of_ms, silence_s, _at_work(world, site))
    site_id = world.site_ids[site] if site >= 0 else None
    return [
        _event(washer_id, outage, site_id, silence_s)
        for outage in found
        if outage.end_ms is not None or world.terminals.active[row]
    ]


def _at_work(world: World, site: int) -> Callable[[NDArray[np.int64]], BoolArray] | None:
    return partial(world.windows.allowed, world.site_windows[site]) if site >= 0 else None


def _event(washer_id: str, outage: Outage, site_id: str | None, silence_s: float) -> SubjectEvent:
    return SubjectEvent(
        subject_kind="washer",
        subject_id=washer_id,
        kind=NAME,
        start_ms=outage.start_ms,
        confirmed_ms=outage.confirmed_ms,
        end_ms=outage.end_ms,
        place=None,
        severity=SEVERITY,
        opening={"rule_version": VERSION, "site_id": site_id, "silence_s": silence_s},
        closing=None if outage.end_ms is None else {"silent_s": (outage.end_ms - outage.start_ms) / 1000},
    )


def _day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()


def _start_ms(day: date) -> int:
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))
