"""Illegal dumping of trucks without sensors, concluded from where they stopped and what they did next.

A truck that presumably carried a load, was at no dump point where it may unload, and is back at a site, unloaded where
it stopped on the way: most likely at its longest stop off its route. Whether it did is only known at the end of the
trip, so the best stop so far is carried. A load that was delivered makes every stop before it a queue or a lunch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.context import Context
from rules_engine.stays import ORIGIN, STOP, Stays, watch
from rules_engine.trip_log import TripLog
from rules_engine.trip_notes import Stop
from rules_engine.trip_state import DELIVERED, DUMPED, TripState
from rules_engine.world_keys import NO_KEY


@dataclass(frozen=True)
class PresumedDumpingLimits:
    """Thresholds of presumed dumping; docs/rules.md tells their origin."""

    off_route_m: float = 100.0
    on_route_s: float = 180.0


class Candidate(NamedTuple):
    """A stop at which a truck may have unloaded; `off_route_m` is NaN where there is no route."""

    since_ms: int
    epoch: int
    seq: int
    lat_deg: float
    lon_deg: float
    permit: int
    dump_point: int
    stayed_s: int
    off_route_m: float


class PresumedDumping(NamedTuple):
    """A dumping that was not measured, told on the row on which its trip ended."""

    track: int
    row: int
    stop: Candidate
    trip: TripState
    why: str


def follow(context: Context, log: TripLog, stays: Stays) -> list[PresumedDumping]:
    """Return the presumed dumpings of a batch, mark their trips as dumped, and write this part of the carry."""
    if not log.stops:
        return []
    before: Any = context.before["stays"]["stop"]
    after: Any = context.after["stays"]["stop"]
    limits = context.keys.of_city("presumed_dumping", PresumedDumpingLimits())
    candidates = _candidates(context, log, stays)
    found: list[PresumedDumping] = []
    for track, happened in log.stops.items():
        best = Candidate(*(before[name][track].item() for name in Candidate._fields))
        for change in happened:
            if isinstance(change, Stop):
                best = _better(best, candidates[change.item], limits)
                continue
            trip = change.trip
            is_open = not trip.unloaded and not trip.unseen and trip.ending not in {DELIVERED, DUMPED}
            if change.blind and is_open and best.since_ms != UNSET_MS:
                trip.ending, trip.unloading_start_ms = DUMPED, best.since_ms
                found.append(PresumedDumping(track, change.row, best, trip, change.why))
            best = NONE
        for name, value in zip(Candidate._fields, best, strict=True):
            after[name][track] = value
    watch(context)
    dumped = {(item.track, item.trip.start_ms) for item in found}
    log.undelivered = [
        item for item in log.undelivered if item.why == "deadline" or (item.track, item.trip.start_ms) not in dumped
    ]
    return found


NONE = Candidate(*(STOP[name].item() for name in Candidate._fields))


def _candidates(context: Context, log: TripLog, stays: Stays) -> dict[int, Candidate]:
    """Return what is to be known of each stop on a trip, by number."""
    stops = [change for happened in log.stops.values() for change in happened if isinstance(change, Stop)]
    items = np.array([stop.item for stop in stops], np.intp)
    state = stays.stops.state[items]
    off_route_m = _off_route_m(context, np.array([stop.permit for stop in stops], np.int64), state)
    stayed_ms = context.fixes.fix_time_ms[stays.stops.row[items]] - state["since_ms"]
    columns = [
        *(state[name].tolist() for name, _ in ORIGIN),
        [stop.permit for stop in stops],
        [stop.dump_point for stop in stops],
        (stayed_ms // 1000).tolist(),
        off_route_m.astype(np.float32).tolist(),
    ]
    return dict(zip(items.tolist(), map(Candidate, *columns), strict=True))


def _off_route_m(context: Context, permit_key: NDArray[np.int64], state: Any) -> NDArray[np.float64]:
    permit = context.keys.permits.row(permit_key)
    off_route_m = np.full(len(permit), np.nan)
    bound = (permit >= 0).nonzero()[0]
    if len(bound):
        lat_deg, lon_deg = state["lat_deg"][bound], state["lon_deg"][bound]
        off_route_m[bound] = context.world.route_distance_m(permit[bound], lat_deg, lon_deg)
    return off_route_m


def _rank(stop: Candidate, limits: PresumedDumpingLimits) -> tuple[bool, int]:
    off_route = stop.dump_point != NO_KEY or not stop.off_route_m <= limits.off_route_m
    return off_route, stop.stayed_s


def _better(best: Candidate, stop: Candidate, limits: PresumedDumpingLimits) -> Candidate:
    """Return the likelier of two stops: off the route before on it, then the longer, then the earlier."""
    off_route, stayed_s = _rank(stop, limits)
    if not off_route and stayed_s < limits.on_route_s:
        return best
    return stop if best.since_ms == UNSET_MS or _rank(stop, limits) > _rank(best, limits) else best


def confidence(stop: Candidate, limits: PresumedDumpingLimits) -> float:
    """Return how sure it is, from 0 to 1: by how long the truck stood, and whether off its route, if it has one."""
    off_route, stayed_s = _rank(stop, limits)
    known = stop.off_route_m > limits.off_route_m or stop.dump_point != NO_KEY
    return round(0.5 + 0.1 * off_route + 0.1 * known + 0.2 * min(stayed_s / 300, 1.0), 2)
