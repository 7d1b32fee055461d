"""Haul cycles: loaded, washed, out of the site, unloaded, back; and which permit binds a truck on which row.

A trip opens where a truck is seen to be loaded, or presumed to be, and is bound there to the permit that covers (truck,
site, time). It ends when the truck is back in a site or loaded again. What changes a trip is rare, so the changes of a
batch are collected from arrays and applied one by one in the order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import presumed_dumping, stays
from rules_engine.carry_rows import UNSET_MS, carried, picked, whole
from rules_engine.context import Context
from rules_engine.episodes import SETTLED, settle
from rules_engine.event import Trip
from rules_engine.fix_batch import BoolArray
from rules_engine.load_level import Levels
from rules_engine.load_state import LoadState
from rules_engine.motion import Motion
from rules_engine.presumed_dumping import PresumedDumping
from rules_engine.stays import Stays
from rules_engine.tracks import Tracks, at, latch, ranges, stepwise
from rules_engine.trip_changes import Crossings, changes_of
from rules_engine.trip_facts import LoadingPlaces, TripFacts, TripLimits, loading_places
from rules_engine.trip_log import TripLog
from rules_engine.trip_notes import Departure
from rules_engine.trip_rows import trips_of
from rules_engine.trip_state import TRIP_STATE
from rules_engine.unloading import Unloadings
from rules_engine.world_keys import NO_KEY

__all__ = ["TRIP", "TripLimits", "Trips", "follow"]

FENCED = carried(SETTLED)
TRIP = carried(
    [
        ("fenced", FENCED.dtype),
        ("state", TRIP_STATE.dtype),
        ("at_site", "i8"),
        ("sensed_ms", "i8"),
        ("load_told_ms", "i8"),
        ("watched", "?"),
    ],
    at_site=NO_KEY,
)
TRIP["fenced"], TRIP["state"] = FENCED, TRIP_STATE


@dataclass(frozen=True)
class Trips:
    """What is known of the trips of a batch.

    Attributes:
        permit: Row of the permit that binds the truck on its way to the dump point, -1 where none does, shape (N,).
        site: Row of the site that each row is in, -1 where in none, shape (N,).
        presumed: Whether the truck is on its way with a load that is presumed from stays, shape (N,).
        loading: Where each measured loading was and which permit it bound, then the same of presumed ones.
        loading_site: Row of the site of each measured loading, -1 where at none, shape (L,).
        loading_permit: Permit that it bound its truck to, -1 for none, likewise.
        stays: What the stays of trucks without sensors tell.
        unloading_permit: Permit that bound the truck of each unloading when it was confirmed, -1 for none, shape (U,).
        unloading_dump_point: Dump point where it was, one of the permit's if it can be, -1 where at none.
        unloading_allowed: Whether it was where it may be.
        unloading_on_trip: Whether its truck was on a trip.
        presumed_dumpings: Dumpings that stays alone tell of.
        departures: Trucks with a load that left the site where they were loaded, in the order of rows.
        log: What happened to trips, for rules to judge.
        trips: Trips that began, changed or ended.
    """

    permit: NDArray[np.int32]
    site: NDArray[np.int32]
    presumed: BoolArray
    loading: LoadingPlaces
    loading_site: NDArray[np.int32]
    loading_permit: NDArray[np.int32]
    stays: Stays
    unloading_permit: NDArray[np.int32]
    unloading_dump_point: NDArray[np.int32]
    unloading_allowed: BoolArray
    unloading_on_trip: BoolArray
    presumed_dumpings: list[PresumedDumping]
    departures: list[Departure]
    log: TripLog
    trips: list[Trip]
    _sites: _TripSites

    def origin(self, rows: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return the site that the trip on each of some rows came from, -1 where unknown.

        Where a permit binds for a period and not by a trip, it is the permit's site.
        """
        return self._sites.origin(rows, self.permit[rows])


@dataclass(frozen=True)
class _TripSites:
    """The sites that trips came from: carried ones as keys of shape (T,), and from which rows on others."""

    context: Context
    row: NDArray[np.intp]
    key: NDArray[np.int64]

    def origin(self, rows: NDArray[np.intp], permit: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the site of origin on each of some rows, bound by these permits."""
        if not len(rows):
            return np.empty(0, np.int32)
        carried_key: Any = self.context.before["trip"]["state"]["site"]
        permits, track = self.context.world.permits, self.context.tracks.of[rows]
        step = self.row.searchsorted(rows, "right") - 1
        in_batch = np.append(-1, self.row)[step + 1] >= self.context.tracks.start[track]
        key = np.where(in_batch, np.append(self.key, NO_KEY)[step], carried_key[track])
        site = self.context.keys.sites.row(key)
        by_period = np.append(permits.period, False)[permit]  # one more for row -1, as a world may have no permit
        return np.where(by_period, np.append(permits.site, -1)[permit], site)


def follow(context: Context, load: LoadState, motion: Motion, levels: Levels, unloadings: Unloadings) -> Trips:
    """Return the trips of a batch and write their part of the carry."""
    limits = context.limits("trip", TripLimits())
    site = context.world.sites.query(context.fixes.lat_deg, context.fixes.lon_deg)
    stayed = stays.follow(
        context,
        load.known,
        motion.lift_deg,
        motion.slow,
        site,
        site_margin_m=float(np.max(limits.site_margin_m)),
        dump_margin_m=float(np.max(limits.dump_margin_m)),
    )
    places = loading_places(context, load, stayed, limits)
    facts = TripFacts.build(context, load, levels, unloadings, stayed, places=places, limits=limits)
    log = TripLog(context, facts)
    log.follow(changes_of(context, load, unloadings, stayed, _crossings(context, limits, site)))
    dump_point, allowed, permit = _unloading_places(context, unloadings, limits, log.unloading_permit)
    log.finish(dump_point, allowed)
    presumed = presumed_dumping.follow(context, log, stayed)
    log.store()
    unloadings.mute(context, log.unloading_empty)
    return Trips(
        permit=_bound(context, load, log),
        site=site,
        presumed=_presumed(context, log),
        loading=places,
        loading_site=places.site[: len(load.loadings)],
        loading_permit=places.permit[: len(load.loadings)],
        stays=stayed,
        unloading_permit=permit,
        unloading_dump_point=dump_point,
        unloading_allowed=allowed,
        unloading_on_trip=log.unloading_on_trip,
        presumed_dumpings=presumed,
        departures=log.departures,
        log=log,
        trips=trips_of(log),
        _sites=_TripSites(context, *log.sites()),
    )


def _crossings(context: Context, limits: TripLimits, site: NDArray[np.int32]) -> Crossings:
    """Return where trucks entered and left sites, and write that part of the carry."""
    before: Any = context.before["trip"]
    after: Any = context.after["trip"]
    tracks, was = context.tracks, before["fenced"]
    first = _first_news(context, site >= 0, was)
    news = (first < tracks.stop).nonzero()[0]
    if not len(news):
        none = np.empty(0, np.intp)
        return Crossings(none, none, np.empty(0, np.int32), before["at_site"])
    rows = ranges(first[news], tracks.stop[news])
    stop = (tracks.stop[news] - first[news]).cumsum()
    start = np.append(0, stop[:-1])
    inside = site[rows] >= 0
    fenced = settle(
        inside,
        context.located[rows] & ~inside,
        picked(was, news),
        FENCED,
        Tracks(start, stop, tracks.time_ms[rows]),
        hold_s=np.where(inside, at(limits.enter_hold_s, rows), at(limits.leave_hold_s, rows)),
        min_fixes=at(limits.min_fixes, rows),
    )
    if len(fenced):
        state = picked(after["fenced"], news)
        fenced.store(state)
        whole(after["fenced"])[news] = whole(state)
    confirmed = fenced.confirmed_now
    row, entered = rows[fenced.confirm_row], fenced.state["on"][confirmed]
    site_row = np.where(entered, site[row], np.int32(-1))
    key = context.keys.sites.key(site_row)
    after["at_site"][news[fenced.track[confirmed]]] = key
    return Crossings(row, key, site_row, before["at_site"])


def _first_news(context: Context, inside: BoolArray, was: Any) -> NDArray[np.intp]:
    """Return each truck's first row that does not say what was confirmed of it before, shape (T,), `stop` without."""
    tracks = context.tracks
    if not context.located.all():
        inside = latch(inside, context.located & ~inside, was["on"], tracks)
    changed = inside != tracks.previous(inside, was["on"])
    row = changed.nonzero()[0][::-1]
    first = tracks.stop.copy()
    first[tracks.of[row]] = row  # backwards, so that of several rows the first is written last
    known = was["confirmed_ms"] != UNSET_MS
    return first if known.all() else np.where(known, first, tracks.start)


def _unloading_places(
    context: Context, unloadings: Unloadings, limits: TripLimits, permit_key: NDArray[np.int64]
) -> tuple[NDArray[np.int32], BoolArray, NDArray[np.int32]]:
    """Return where each unloading was, whether that is allowed, and by which permit.

    A truck that no permit binds may unload at every registered dump point: that it has no permit is another matter.
    """
    if not len(unloadings):
        return np.empty(0, np.int32), np.empty(0, np.bool_), np.empty(0, np.int32)
    world, state = context.world, unloadings.state
    vehicle = context.vehicle[unloadings.track]
    permit = context.keys.permits.row(permit_key)
    if context.keys.has_period_permits:
        permit = np.where(permit >= 0, permit, world.period_permit(vehicle, state["since_ms"]))
    lat_deg, lon_deg = np.ascontiguousarray(state["lat_deg"]), np.ascontiguousarray(state["lon_deg"])
    margin_m = float(np.max(limits.dump_margin_m))
    item, place, distance_m = world.dump_points.pairs_within(lat_deg, lon_deg, margin_m)
    named = world.dump_permitted(permit[item], place)
    # The permit's own before any other, then the nearest; of a place that several pairs name the first counts.
    order = np.lexsort((place, distance_m, ~named, item))
    item, place, named = item[order][::-1], place[order][::-1], named[order][::-1]
    dump_point = np.full(len(permit), -1, np.int32)
    allowed = np.isnan(lat_deg)
    dump_point[item] = place
    allowed[item] = named | (permit[item] < 0)
    return dump_point, allowed, permit


def _bound(context: Context, load: LoadState, log: TripLog) -> NDArray[np.int32]:
    """Return the permit that binds the truck on each row, -1 where none does: unloaded and not heavy, it is free."""
    before: Any = context.before["trip"]
    keys, tracks = context.keys, context.tracks
    was = before["state"]
    row = np.array([step[0] for step in log.steps], np.intp)
    permit = np.array([step[1] for step in log.steps], np.int64)
    unloaded = np.array([step[2] for step in log.steps], np.bool_)
    permit_before = np.full(len(tracks), -1, np.int32)
    hauling = was["hauling"].nonzero()[0]
    permit_before[hauling] = keys.permits.row(was["permit"][hauling])
    bound = stepwise(permit_before, row, keys.permits.row(permit), tracks)
    free = stepwise(was["unloaded"] != 0, row, unloaded, tracks) & ~load.heavy
    bound[free] = -1
    if keys.has_period_permits:
        fallback = context.world.period_permit(tracks.spread(context.vehicle), context.fixes.fix_time_ms)
        bound = np.where(bound >= 0, bound, fallback)
    return bound


def _presumed(context: Context, log: TripLog) -> BoolArray:
    """Return where a truck is on its way with a load that is presumed and not unloaded, as far as is known."""
    before: Any = context.before["trip"]
    was = before["state"]
    carried = was["hauling"] & was["presumed"] & ~was["unloaded"]
    row, presumed = np.array([step[0] for step in log.steps], np.intp), [step[4] for step in log.steps]
    if not carried.any() and not any(presumed):
        return np.zeros(len(context.fixes), np.bool_)
    on_its_way: BoolArray = stepwise(carried, row, np.array(presumed, np.bool_), context.tracks)
    return on_its_way
