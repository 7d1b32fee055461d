"""Stays of trucks that no sensor tells of: a dwell in a site, an arrival at a dump point, a stop elsewhere.

A truck is *unweighed* where its load sensor has told nothing for a while, and *blind* where lift has not either. Where
it then stays says what a sensor would have: an unweighed truck that dwelt in a site and drives away was presumably
loaded, and a blind one that stops in the wild on its way may have unloaded there; where a lift sensor tells, it decides
that. What a stay means for the trip is not asked here. Trucks with a load sensor are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, carried, picked, whole
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.geodesy import distance_m, metres_per_degree
from rules_engine.tracks import Tracks, at, ranges, reduce_slices


@dataclass(frozen=True)
class StayLimits:
    """Thresholds of stays; docs/rules.md tells their origin."""

    blind_s: float = 3600.0
    load_s: float = 180.0
    unload_s: float = 90.0
    stop_s: float = 90.0
    stop_until_s: float = 3600.0
    radius_m: float = 150.0
    unseen_s: float = 300.0
    unseen_m: float = 300.0


# Where a truck stays, and not: on the move, in a parking zone, or its sensors tell; undecided at a site's fence.
UNDECIDED, NOWHERE, IN_SITE, AT_DUMP_POINT, IN_THE_WILD = range(-1, 4)
FEWEST_FIXES = 2

ORIGIN: list[Any] = [("since_ms", "i8"), ("epoch", "i8"), ("seq", "i8"), ("lat_deg", "f8"), ("lon_deg", "f8")]
# The first fix of a stay that was long enough.
DWELT = carried(ORIGIN)
STAY = carried([*ORIGIN, ("far_m", "f4"), ("count", "i4"), ("where", "i1"), ("told", "?")])
# The best stop of a trip so far, of which `presumed_dumping` tells.
STOP = carried([*ORIGIN, ("permit", "i8"), ("dump_point", "i8"), ("stayed_s", "i4"), ("off_route_m", "f4")])
STAYS = carried([("stay", STAY.dtype), ("dwelt", DWELT.dtype), ("stop", STOP.dtype), ("out", "?")])
STAYS["stay"], STAYS["dwelt"], STAYS["stop"] = STAY, DWELT, STOP


@dataclass(frozen=True)
class StaysFound:
    """Stays of one kind, in the order of their rows, each field of shape (S,).

    Attributes:
        row: Row of the batch that tells of it.
        track: Which truck.
        state: Its first fix, rows with the fields of `ORIGIN`.
    """

    row: NDArray[np.intp]
    track: NDArray[np.intp]
    state: Rows

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Stays:
    """What the stays of trucks without sensors tell.

    Attributes:
        dwells: Unweighed ones have been in a site for long enough to be loaded.
        departures: They drive away from such a dwell.
        arrivals: Blind ones have been at a dump point for long enough to unload.
        stops: They stopped in the wild, or at a dump point, and go on; `row` is the first row after it.
        unseen: Rows before which they went some way unseen, ascending.
        blind: Rows on which a truck is blind, ascending.
        limits: Thresholds in force.
    """

    dwells: StaysFound
    departures: StaysFound
    arrivals: StaysFound
    stops: StaysFound
    unseen: NDArray[np.intp]
    blind: NDArray[np.intp]
    limits: StayLimits

    def is_blind(self, row: int) -> bool:
        """Return whether neither load nor lift tells of the truck on a row."""
        place = int(self.blind.searchsorted(row))
        return place < len(self.blind) and int(self.blind[place]) == row


@dataclass(frozen=True)
class _Known:
    """What is known of each row of a batch: which sensors are silent, whether the truck is slow, and in which site."""

    unweighed: BoolArray
    blind: BoolArray
    slow: BoolArray
    site: NDArray[np.int32]


@dataclass(frozen=True)
class _Runs:
    """Runs of rows with one `where`, and carried ones that the first row ends; positions in the rows looked at."""

    track: NDArray[np.intp]
    first: NDArray[np.intp]
    stop: NDArray[np.intp]
    ended: BoolArray
    state: Rows


def follow(
    context: Context,
    load_told: BoolArray,
    lift_deg: NDArray[np.float32],
    slow: BoolArray,
    site: NDArray[np.int32],
    *,
    site_margin_m: float,
    dump_margin_m: float,
) -> Stays:
    """Return the stays of a batch and write their part of the carry.

    Args:
        context: The batch.
        load_told: Whether the load sensor told anything, shape (N,).
        lift_deg: How far the bed is raised, NaN where nothing told it, likewise. [deg]
        slow: Whether the truck stands or creeps, likewise.
        site: Site that each row is in, -1 where in none, likewise.
        site_margin_m: How far from a site still counts. [m]
        dump_margin_m: How far from a dump point. [m]
    """
    trip: Any = context.before["trip"]
    limits = context.limits("stay", StayLimits())
    sensed = _sensed(load_told, lift_deg)
    unweighed_rows = _silent_rows(context, load_told, "load_told_ms", limits)
    blind_rows = _silent_rows(context, sensed, "sensed_ms", limits)
    if not len(unweighed_rows) and not trip["watched"].any():
        return _nothing(limits)
    before: Any = context.before["stays"]
    active = trip["watched"].copy()
    active[context.tracks.of[unweighed_rows]] = True
    unweighed, blind = np.zeros((2, len(slow)), np.bool_)
    unweighed[unweighed_rows], blind[blind_rows] = True, True
    rows = (context.tracks.spread(active) & (context.located | ~unweighed)).nonzero()[0]
    known = _Known(unweighed, blind, slow, site)
    where = _where(context, rows, known, site_margin_m=site_margin_m, dump_margin_m=dump_margin_m)
    rows, where = rows[where != UNDECIDED], where[where != UNDECIDED]
    within = context.tracks.pick(rows)
    runs = _runs(context, rows, within, where)
    confirm = _confirm(runs, rows, within, limits)
    _measure(context, runs, rows)
    driving = unweighed[rows] & ~slow[rows] & (site[rows] < 0)
    leaves = driving & within.previous(driving, before["out"])
    dwells = _found(runs, confirm, runs.state["where"] == IN_SITE, rows)
    departures = _departures(context, dwells, rows, leaves=leaves, seeing=~unweighed[rows])
    _store(context, runs, driving, within, active)
    return Stays(
        dwells=dwells,
        departures=departures,
        arrivals=_found(runs, confirm, runs.state["where"] == AT_DUMP_POINT, rows),
        stops=_stops(context, runs, rows, blind, limits),
        unseen=_unseen(context, rows[blind[rows]], limits),
        blind=blind_rows,
        limits=limits,
    )


def _nothing(limits: StayLimits) -> Stays:
    none = np.empty(0, np.intp)
    found = StaysFound(none, none, np.empty(0, STAY.dtype))
    return Stays(found, found, found, found, none, none, limits)


def _sensed(load_told: BoolArray, lift_deg: NDArray[np.float32]) -> BoolArray:
    """Return where the sensor of load or lift told anything."""
    if load_told.all():
        return load_told
    sensed, dark = load_told.copy(), (~load_told).nonzero()[0]
    sensed[dark] = ~np.isnan(lift_deg[dark])
    return sensed


def _silent_rows(context: Context, sensed: BoolArray, name: str, limits: StayLimits) -> NDArray[np.intp]:
    """Return the rows on which sensors have told nothing for `blind_s`, or ever; carry by this name when they did."""
    before: Any = context.before["trip"]
    return _silent(context, sensed, _note_told(context, sensed, name), before[name], limits)


def _note_told(context: Context, sensed: BoolArray, name: str) -> NDArray[np.intp]:
    """Keep when each truck's sensors last told anything; return the rows on which they did not."""
    after: Any = context.after["trip"]
    tracks = context.tracks
    if sensed.all():
        after[name] = tracks.time_ms[tracks.last]
        return np.empty(0, np.intp)
    dark = (~sensed).nonzero()[0]
    told_last = sensed[tracks.last].nonzero()[0]
    after[name][told_last] = tracks.time_ms[tracks.last[told_last]]
    silent = (~sensed[tracks.last]).nonzero()[0]
    if len(silent):
        told = np.append(-1, sensed.nonzero()[0])
        last = told[told.searchsorted(tracks.stop[silent]) - 1]
        seen = last >= tracks.start[silent]
        after[name][silent[seen]] = tracks.time_ms[last[seen]]
    return dark


def _silent(
    context: Context, sensed: BoolArray, dark: NDArray[np.intp], before_ms: NDArray[np.int64], limits: StayLimits
) -> NDArray[np.intp]:
    tracks = context.tracks
    dark = dark[tracks.time_ms[dark] - before_ms[tracks.of[dark]] > np.asarray(at(limits.blind_s, dark)) * 1000]
    if not len(dark):
        return dark
    track = tracks.of[dark]
    told = np.append(-1, sensed.nonzero()[0])
    last = told[told.searchsorted(dark) - 1]
    last_ms = np.where(last >= tracks.start[track], tracks.time_ms[last], before_ms[track])
    blind_ms = np.asarray(at(limits.blind_s, dark)) * 1000
    return dark[tracks.time_ms[dark] - last_ms > blind_ms]


def _where(
    context: Context, rows: NDArray[np.intp], known: _Known, *, site_margin_m: float, dump_margin_m: float
) -> NDArray[np.int8]:
    """Return where the truck stays on each of some rows; outside sites that is asked of blind ones only."""
    world, fixes, blind = context.world, context.fixes, known.blind[rows]
    where = np.zeros(len(rows), np.int8)
    looked = blind.nonzero()[0]
    lat_deg, lon_deg = fixes.lat_deg[rows[looked]], fixes.lon_deg[rows[looked]]
    where[looked[world.dump_points.within_margin(lat_deg, lon_deg, dump_margin_m) >= 0]] = AT_DUMP_POINT
    stays = (known.unweighed[rows] & known.slow[rows] & (where != AT_DUMP_POINT)).nonzero()[0]
    lat_deg, lon_deg = fixes.lat_deg[rows[stays]], fixes.lon_deg[rows[stays]]
    nowhere = ~blind[stays] | (world.zones_of("parking").areas.query(lat_deg, lon_deg) >= 0)
    in_site = known.site[rows[stays]] >= 0
    at_fence = world.sites.within_margin(lat_deg, lon_deg, site_margin_m) >= 0
    kinds = [in_site, at_fence, nowhere]
    where[stays] = np.select(kinds, [IN_SITE, UNDECIDED, NOWHERE], IN_THE_WILD)
    return where


def _runs(context: Context, rows: NDArray[np.intp], within: Tracks, where: NDArray[np.int8]) -> _Runs:
    before: Any = context.before["stays"]["stay"]
    begins = np.ones(len(where), np.bool_)
    begins[1:] = where[1:] != where[:-1]
    filled = within.stop > within.start
    begins[within.start[filled]] = True
    first = begins.nonzero()[0]
    stop = np.append(first[1:], len(where))
    track = within.of[first]
    carries = (first == within.start[track]) & (before["since_ms"][track] != UNSET_MS)
    continued = carries & (before["where"][track] == where[first])
    broken = (carries & ~continued).nonzero()[0]
    kept = (where[first] != NOWHERE).nonzero()[0]
    order = np.argsort(np.concatenate((broken * 2, kept * 2 + 1)), kind="stable")
    chosen = np.concatenate((broken, kept))[order]
    is_broken = order < len(broken)
    first, track = first[chosen], track[chosen]
    stop = np.where(is_broken, first, stop[chosen])
    state = picked(before, track)
    begun = (~is_broken & ~continued[chosen]).nonzero()[0]
    whole(state)[begun] = whole(STAY)
    row = rows[first[begun]]
    state["since_ms"][begun], state["where"][begun] = within.time_ms[first[begun]], where[first[begun]]
    state["epoch"][begun], state["seq"][begun] = context.fixes.epoch[row], context.fixes.seq[row]
    state["lat_deg"][begun], state["lon_deg"][begun] = context.fixes.lat_deg[row], context.fixes.lon_deg[row]
    return _Runs(track, first, stop, stop < within.stop[track], state)


def _confirm(runs: _Runs, rows: NDArray[np.intp], within: Tracks, limits: StayLimits) -> NDArray[np.intp]:
    """Return where each stay has lasted long enough, a position in `rows`, -1 where not in this batch."""
    state, row = runs.state, rows[np.minimum(runs.first, len(rows) - 1)]
    hold_s = np.where(state["where"] == IN_SITE, at(limits.load_s, row), at(limits.unload_s, row))
    due_ms = state["since_ms"] + np.rint(hold_s * 1000).astype(np.int64)
    enough = runs.first + FEWEST_FIXES - 1 - state["count"]
    confirm = np.maximum(np.maximum(within.row_at(runs.track, due_ms), enough), runs.first)
    now = ~state["told"] & (state["where"] != IN_THE_WILD) & (confirm < runs.stop)
    state["told"] |= now
    return np.where(now, confirm, -1)


def _measure(context: Context, runs: _Runs, rows: NDArray[np.intp]) -> None:
    """Count the rows of each stay and keep how far they are from its first."""
    state = runs.state
    wild = (state["where"] == IN_THE_WILD).nonzero()[0]
    first, stop = runs.first[wild], runs.stop[wild]
    within = rows[ranges(first, stop)]
    metres = metres_per_degree(state["lat_deg"][wild])
    names, columns = ("lat_deg", "lon_deg"), (context.fixes.lat_deg[within], context.fixes.lon_deg[within])
    # On a plane: a stop is small, and whether it is one is all that is asked.
    north_m, east_m = (
        (column - state[name][wild].repeat(stop - first)) * metre.repeat(stop - first)
        for name, column, metre in zip(names, columns, metres, strict=True)
    )
    far_m = np.sqrt(north_m * north_m + east_m * east_m)
    ends = (stop - first).cumsum()
    reach_m = reduce_slices(np.maximum, far_m.astype(np.float32), ends - (stop - first), ends, state["far_m"][wild])
    state["far_m"][wild] = np.maximum(state["far_m"][wild], reach_m)
    state["count"] += (runs.stop - runs.first).astype(np.int32)


def _found(runs: _Runs, position: NDArray[np.intp], of_kind: BoolArray, rows: NDArray[np.intp]) -> StaysFound:
    chosen = (of_kind & (position >= 0)).nonzero()[0]
    return StaysFound(rows[position[chosen]], runs.track[chosen], picked(runs.state, chosen))


def _stops(context: Context, runs: _Runs, rows: NDArray[np.intp], blind: BoolArray, limits: StayLimits) -> StaysFound:
    """Return the stays that are over, of a length in which a truck unloads, ended by a row of a blind truck."""
    state = runs.state
    end_row = rows[np.where(runs.ended, runs.stop, 0)]
    took_s = (context.fixes.fix_time_ms[end_row] - state["since_ms"]) / 1000
    chosen = runs.ended & blind[end_row] & (state["where"] != IN_SITE) & (state["count"] >= FEWEST_FIXES)
    chosen &= (took_s >= at(limits.stop_s, end_row)) & (took_s <= at(limits.stop_until_s, end_row))
    chosen &= (state["where"] == AT_DUMP_POINT) | (state["far_m"] <= at(limits.radius_m, end_row))
    return _found(runs, np.where(runs.ended, runs.stop, -1), chosen, rows)


def _departures(
    context: Context, dwells: StaysFound, rows: NDArray[np.intp], *, leaves: BoolArray, seeing: BoolArray
) -> StaysFound:
    """Return the first two driving rows in a row, outside all sites, after each dwell; keep dwells not yet left.

    A truck whose load sensor has come back was not presumed anything.
    """
    before: Any = context.before["stays"]["dwelt"]
    after: Any = context.after["stays"]["dwelt"]
    pending = (before["since_ms"] != UNSET_MS).nonzero()[0]
    names = [name for name, _ in ORIGIN]
    track = np.concatenate((pending, dwells.track))
    since = np.concatenate((context.tracks.start[pending] - 1, dwells.row))
    state = np.full(len(track), DWELT)
    for name in names:
        state[name] = np.concatenate((before[name][pending], dwells.state[name]))
    order = np.lexsort((since, track))
    track, since, state = track[order], since[order], picked(state, order)
    stop = context.tracks.stop[track]
    stop[:-1] = np.where(track[1:] == track[:-1], since[1:], stop[:-1])
    leaving = np.append(rows[leaves], len(context.fixes))
    leaving = leaving[leaving.searchsorted(since, "right")]
    forgotten = np.append(rows[seeing], len(context.fixes))
    forgotten = forgotten[forgotten.searchsorted(since, "right")]
    departs = leaving < np.minimum(stop, forgotten)
    remains = ~departs & (forgotten >= stop) & (stop == context.tracks.stop[track])
    whole(after)[track] = whole(DWELT)
    whole(after)[track[remains]] = whole(state)[remains]
    chosen = departs.nonzero()[0]
    return StaysFound(leaving[chosen], track[chosen], picked(state, chosen))


def _store(context: Context, runs: _Runs, driving: BoolArray, within: Tracks, active: BoolArray) -> None:
    after: Any = context.after["stays"]
    seen = (active & (within.stop > within.start)).nonzero()[0]
    after["out"][seen] = driving[within.stop[seen] - 1]
    whole(after["stay"])[seen] = whole(STAY)
    going_on = (~runs.ended).nonzero()[0]
    whole(after["stay"])[runs.track[going_on]] = whole(runs.state)[going_on]
    watch(context)


def watch(context: Context) -> None:
    """Note of which trucks something is carried here, so that the others need not be looked at."""
    after: Any = context.after["stays"]
    trip: Any = context.after["trip"]
    known = [after[name]["since_ms"] != UNSET_MS for name in ("stay", "dwelt", "stop")]
    trip["watched"] = np.logical_or.reduce([*known, after["out"]])


def _unseen(context: Context, rows: NDArray[np.intp], limits: StayLimits) -> NDArray[np.intp]:
    """Return the rows of blind trucks that were silent before, and then somewhere else."""
    rows = rows[context.since_place_ms[rows] >= np.asarray(at(limits.unseen_s, rows)) * 1000]
    before = context.place_before(rows)
    # Of a truck never seen before it is NaN, which is not far.
    way_m = distance_m(before.lat_deg, before.lon_deg, context.fixes.lat_deg[rows], context.fixes.lon_deg[rows])
    unseen: NDArray[np.intp] = rows[way_m >= at(limits.unseen_m, rows)]
    return unseen
