"""Haul cycles: loaded, washed, out of the site, unloaded, back; and which permit binds a truck on which row.

A trip opens where a truck is seen to be loaded and is bound there to the permit that covers (truck, site, time). It
ends when the empty truck enters a site again or is loaded again. What changes a trip is rare, so the changes of a batch
are collected from arrays and applied one by one in the order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.context import Context
from rules_engine.episodes import SETTLED, settle
from rules_engine.event import Trip
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.load_state import LoadState
from rules_engine.tracks import stepwise
from rules_engine.trip_log import (
    EMPTIED,
    ENTERED_SITE,
    LEFT_SITE,
    LOADED,
    TRIP_STATE,
    UNLOADED,
    WASHED,
    Change,
    TripLog,
)
from rules_engine.unloading import Unloadings
from rules_engine.world_keys import NO_KEY


@dataclass(frozen=True)
class TripLimits:
    """Thresholds of trips; docs/rules.md tells their origin."""

    enter_hold_s: float = 10.0
    leave_hold_s: float = 20.0
    min_fixes: float = 2
    site_margin_m: float = 50.0
    dump_margin_m: float = 50.0
    wash_within_s: float = 600.0


FENCED = carried(SETTLED)


TRIP = carried([("fenced", FENCED.dtype), ("state", TRIP_STATE.dtype)])
TRIP["fenced"], TRIP["state"] = FENCED, TRIP_STATE


@dataclass(frozen=True)
class Trips:
    """What is known of the trips of a batch.

    Attributes:
        permit: Row of the permit that binds the truck on its way to the dump point, -1 where none does, shape (N,).
        site: Row of the site that each row is in, -1 where in none, shape (N,).
        loading_site: Row of the site of each loading, -1 where at none, shape (L,).
        loading_permit: Permit that each loading bound its truck to, -1 for none, shape (L,).
        unloading_permit: Permit that bound the truck of each unloading when it was confirmed, -1 for none, shape (U,).
        unloading_dump_point: Dump point where it was, one of the permit's if it can be, -1 where at none.
        unloading_allowed: Whether it was where it may be.
        trips: Trips that began, changed or ended.
    """

    permit: NDArray[np.int32]
    site: NDArray[np.int32]
    loading_site: NDArray[np.int32]
    loading_permit: NDArray[np.int32]
    unloading_permit: NDArray[np.int32]
    unloading_dump_point: NDArray[np.int32]
    unloading_allowed: BoolArray
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
        bound = np.maximum(permit, 0)
        return np.where((permit >= 0) & permits.period[bound], permits.site[bound], site)


def follow(context: Context, load: LoadState, unloadings: Unloadings) -> Trips:
    """Return the trips of a batch and write their part of the carry."""
    limits = context.limits("trip", TripLimits())
    places = _loading_places(context, load, limits)
    log = TripLog(context, load, unloadings, places, limits.wash_within_s)
    site = context.world.sites.query(context.fixes.lat_deg, context.fixes.lon_deg)
    changes = _changes(context, load, unloadings, limits, site)
    log.follow(changes)
    dump_point, allowed, permit = _unloading_places(context, unloadings, limits, log.unloading_permit)
    log.finish(dump_point)
    log.store()
    return Trips(
        _sites=_TripSites(context, *log.sites()),
        permit=_bound(context, load, log),
        site=site,
        loading_site=places[0],
        loading_permit=places[1],
        unloading_permit=permit,
        unloading_dump_point=dump_point,
        unloading_allowed=allowed,
        trips=log.trips(),
    )


def _loading_places(
    context: Context, load: LoadState, limits: TripLimits
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the site of each loading and the permit that it binds the truck to."""
    loadings = load.loadings
    if not len(loadings):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    margin_m = float(np.max(limits.site_margin_m))
    state, vehicle = loadings.state, context.vehicle[loadings.track]
    lat_deg, lon_deg = np.ascontiguousarray(state["lat_deg"]), np.ascontiguousarray(state["lon_deg"])
    site = context.world.sites.within_margin(lat_deg, lon_deg, margin_m)
    return site, context.world.permits_for(vehicle, site, state["since_ms"])


def _changes(
    context: Context, load: LoadState, unloadings: Unloadings, limits: TripLimits, site: NDArray[np.int32]
) -> list[Change]:
    """Return what happened to the trucks of a batch, in the order of trucks and time."""
    before: Any = context.before["trip"]
    after: Any = context.after["trip"]
    inside = site >= 0
    fenced = settle(
        inside,
        context.located & ~inside,
        before["fenced"],
        FENCED,
        context.tracks,
        hold_s=np.where(inside, limits.enter_hold_s, limits.leave_hold_s),
        min_fixes=limits.min_fixes,
    )
    fenced.store(after["fenced"])
    crossed, entered = fenced.confirm_row, fenced.state["on"][fenced.confirmed_now]
    confirmed, ended = (unloadings.confirm_row >= 0).nonzero()[0], (unloadings.end_row >= 0).nonzero()[0]
    washed = (context.fixes.mark == Mark.WASHED).nonzero()[0]
    parts = [
        (UNLOADED, unloadings.confirm_row[confirmed], confirmed),
        (EMPTIED, unloadings.end_row[ended], ended),
        (LOADED, load.loadings.row, np.arange(len(load.loadings))),
        (WASHED, washed, washed),
        (LEFT_SITE, crossed[~entered], crossed[~entered]),
        (ENTERED_SITE, crossed[entered], site[crossed[entered]]),
    ]
    row = np.concatenate([row for _, row, _ in parts])
    item = np.concatenate([item for _, _, item in parts])
    kind = np.repeat([kind for kind, _, _ in parts], [len(row) for _, row, _ in parts])
    order = np.lexsort((kind, row))
    row = row[order]
    columns = (context.tracks.of[row], row, context.fixes.fix_time_ms[row], kind[order], item[order])
    return list(map(Change._make, zip(*(column.tolist() for column in columns), strict=True)))


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
