"""Telling of trucks that are silent while they are: from the newest fix of each, as of the newest fix of all.

Event time stands still while nobody reports: then it is the platform that is cut off, not the trucks. A terminal whose
clock runs ahead says nothing of how far event time has come. A truck that was heard of lately may be catching up, as
all do when the platform was cut off, and what it holds is still to come: nothing is said of it yet, but what was said
of the time before is taken back where the engine did not close it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.job import JobContext
from rules_engine.carry_rows import UNSET_MS
from rules_engine.silence import LastFixes, open_silences, quiet_after_ms
from rules_engine.world import World
from storage.silence import Newest, read_newest, read_silence_over_ms, replace_open

CATCHING_UP_MS = 60_000  # a terminal that holds hours of records sends them within a minute


def bring_silences_up_to_date(context: JobContext) -> None:
    """Write the silences that go on, and withdraw those that turned out to be none."""
    connection, world = context.connection, context.world
    newest = read_newest(connection)
    as_of = as_of_ms(newest, context.now_ms)
    rows, vehicle = _known(newest, world, context.now_ms)
    if as_of is None:
        return
    last = _last_fixes(newest, rows, vehicle)
    suspects = [event.vehicle_id for event in open_silences(last, world, as_of)]
    if suspects:
        row_of = {world.vehicle_ids[truck]: row for row, truck in enumerate(vehicle.tolist())}
        chosen = np.array([row_of[name] for name in suspects])
        ended_ms = np.full(len(rows), UNSET_MS)
        over = read_silence_over_ms(connection, newest.vehicle_no[rows[chosen]].tolist())
        ended_ms[chosen] = [over.get(number, UNSET_MS) for number in newest.vehicle_no[rows[chosen]].tolist()]
        last.quiet_ms[:] = quiet_after_ms(world, vehicle, ended_ms)
    replace_open(
        connection,
        open_silences(last, world, as_of) if suspects else [],
        judged=newest.vehicle_no[rows].tolist(),
        found_at_ms=context.now_ms,
        page_within_ms=context.page_within_ms,
        world_version=world.version,
    )


def as_of_ms(newest: Newest, now_ms: int) -> int | None:
    """Return how far event time has come: the newest fix that was not ahead of its own arrival. [ms]"""
    timely = newest.fix_time_ms[newest.fix_time_ms <= np.minimum(newest.received_at_ms, now_ms)]
    return int(timely.max()) if len(timely) else None


def _known(newest: Newest, world: World, now_ms: int) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return which of the newest fixes are of trucks that the world knows and that sent nothing lately, and whose."""
    row_of = {number: row for row, number in enumerate(world.vehicle_no.tolist()) if number >= 0}
    vehicle = np.array([row_of.get(number, -1) for number in newest.vehicle_no.tolist()], np.int32)
    rows = ((vehicle >= 0) & (newest.received_at_ms < now_ms - CATCHING_UP_MS)).nonzero()[0]
    return rows, vehicle[rows]


def _last_fixes(newest: Newest, rows: NDArray[np.intp], vehicle: NDArray[np.int32]) -> LastFixes:
    return LastFixes(
        vehicle=vehicle,
        fix_time_ms=newest.fix_time_ms[rows],
        epoch=newest.epoch[rows],
        seq=newest.seq[rows],
        speed_mps=newest.speed_mps[rows],
        ignition=newest.ignition[rows],
        lat_deg=newest.lat_deg[rows],
        lon_deg=newest.lon_deg[rows],
        quiet_ms=np.full(len(rows), UNSET_MS),
    )
