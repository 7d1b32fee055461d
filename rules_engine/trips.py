"""Haul cycles: loaded, washed, out of the site, unloaded, back; and which permit binds a truck on which row.

A trip opens where a truck is seen to be loaded and is bound there to the permit that covers (truck, site, time). It
ends when the empty truck enters a site again or is loaded again. What changes a trip is rare, so the changes of a batch
are collected from arrays and applied one by one in the order of time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.episodes import HELD, UNSET_MS, at, carried, find, stepwise
from rules_engine.event import FixKey, Trip
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.load_state import ABSENT_KG, HEAVY, LoadState
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


INSIDE = carried(HELD)


@dataclass(slots=True)
class TripState:
    """A trip while it goes on, as it stands in the carry; times in milliseconds, places and permit as keys."""

    start_ms: int = UNSET_MS
    epoch: int = 0
    seq: int = 0
    at_site: int = NO_KEY
    site: int = NO_KEY
    permit: int = NO_KEY
    dump_point: int = NO_KEY
    loading_start_ms: int = UNSET_MS
    loaded_ms: int = UNSET_MS
    washed_ms: int = UNSET_MS
    left_site_ms: int = UNSET_MS
    unloading_start_ms: int = UNSET_MS
    unloading_end_ms: int = UNSET_MS
    load_kg: int = ABSENT_KG
    hauling: bool = False
    unloaded: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether there is a trip at all."""
        return self.start_ms != UNSET_MS


_values = attrgetter(*(field.name for field in fields(TripState)))
_TYPES = {int: "i8", bool: "i4"}
_STATE = carried([(field.name, _TYPES[type(field.default)]) for field in fields(TripState)])
TRIP = carried([("inside", INSIDE.dtype), ("outside", INSIDE.dtype), ("state", _STATE.dtype)])
TRIP["inside"], TRIP["outside"] = INSIDE, INSIDE
for _field in fields(TripState):
    TRIP["state"][_field.name] = _field.default


@dataclass(frozen=True)
class Trips:
    """What is known of the trips of a batch.

    Attributes:
        permit: Row of the permit that binds the truck on its way to the dump point, -1 where none does, shape (N,).
        loading_site: Row of the site of each loading, -1 where at none, shape (L,).
        loading_permit: Permit that each loading bound its truck to, -1 for none, shape (L,).
        unloading_permit: Permit that bound the truck of each unloading when it was confirmed, -1 for none, shape (U,).
        unloading_dump_point: Dump point where it was, one of the permit's if it can be, -1 where at none.
        unloading_allowed: Whether it was where it may be.
        trips: Trips that began, changed or ended.
    """

    permit: NDArray[np.int32]
    loading_site: NDArray[np.int32]
    loading_permit: NDArray[np.int32]
    unloading_permit: NDArray[np.int32]
    unloading_dump_point: NDArray[np.int32]
    unloading_allowed: BoolArray
    trips: list[Trip]


# What can happen to a trip, in the order in which it is taken where one row tells several.
UNLOADED, EMPTIED, LOADED, WASHED, LEFT_SITE, ENTERED_SITE = range(6)


class _Change(NamedTuple):
    """Something that happened to a truck on a row; `item` is the loading's, unloading's or site's number."""

    track: int
    row: int
    time_ms: int
    kind: int
    item: int


def follow(context: Context, load: LoadState, unloadings: Unloadings) -> Trips:
    """Return the trips of a batch and write their part of the carry."""
    limits = context.limits("trip", TripLimits())
    places = _loading_places(context, load, limits)
    log = _Log(context, load, unloadings, limits, *places)
    changes = _changes(context, load, unloadings, limits)
    log.follow(changes)
    dump_point, allowed, permit = _unloading_places(context, unloadings, limits, log.unloading_permit)
    log.fill_dump_points(dump_point)
    log.store()
    return Trips(
        permit=_bound(context, load, log),
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
    site = context.world.sites.within_margin(loadings.lat_deg, loadings.lon_deg, margin_m)
    vehicle = context.vehicle[loadings.track]
    return site, context.world.permits_for(vehicle, site, loadings.start_ms)


def _changes(context: Context, load: LoadState, unloadings: Unloadings, limits: TripLimits) -> list[_Change]:
    """Return what happened to the trucks of a batch, in the order of trucks and time."""
    before: Any = context.before["trip"]
    after: Any = context.after["trip"]
    site = context.world.sites.query(context.fixes.lat_deg, context.fixes.lon_deg)
    within = site >= 0
    without = context.located & ~within
    min_fixes = limits.min_fixes
    inside = find(
        within, without, before["inside"], INSIDE, context.tracks, hold_s=limits.enter_hold_s, min_fixes=min_fixes, news_only=True
    )
    outside = find(
        without, within, before["outside"], INSIDE, context.tracks, hold_s=limits.leave_hold_s, min_fixes=min_fixes, news_only=True
    )
    inside.store(after["inside"])
    outside.store(after["outside"])
    confirmed, ended = np.flatnonzero(unloadings.confirm_row >= 0), np.flatnonzero(unloadings.end_row >= 0)
    washed = np.flatnonzero(context.fixes.mark == Mark.WASHED)
    parts = [
        (UNLOADED, unloadings.confirm_row[confirmed], confirmed),
        (EMPTIED, unloadings.end_row[ended], ended),
        (LOADED, load.loadings.row, np.arange(len(load.loadings))),
        (WASHED, washed, washed),
        (LEFT_SITE, outside.confirm_row, outside.confirm_row),
        (ENTERED_SITE, inside.confirm_row, site[inside.confirm_row]),
    ]
    row = np.concatenate([row for _, row, _ in parts])
    item = np.concatenate([item for _, _, item in parts])
    kind = np.repeat([kind for kind, _, _ in parts], [len(row) for _, row, _ in parts])
    order = np.lexsort((kind, row))
    row = row[order]
    columns = (context.tracks.of[row], row, context.fixes.fix_time_ms[row], kind[order], item[order])
    return list(map(_Change._make, zip(*(column.tolist() for column in columns), strict=True)))


class _Log:
    """Applies the changes of a batch to its trips, truck by truck, and keeps what came of them."""

    def __init__(
        self,
        context: Context,
        load: LoadState,
        unloadings: Unloadings,
        limits: TripLimits,
        loading_site: NDArray[np.int32],
        loading_permit: NDArray[np.int32],
    ) -> None:
        self.context = context
        self.load = load
        self.unloadings = unloadings
        self.limits = limits
        self.site_key = context.keys.sites.key(loading_site).tolist()
        self.permit_key = context.keys.permits.key(loading_permit).tolist()
        self.unloading_permit = np.full(len(unloadings), NO_KEY, np.int64)
        self.lists = {name: getattr(load.loadings, name).tolist() for name in ("start_ms", "epoch", "seq", "empty_ms")}
        self.ended: list[tuple[int, TripState, int]] = []
        self.going_on: dict[int, TripState] = {}
        self.unloaded_by: dict[int, TripState] = {}
        # Row, permit and whether it was unloaded, wherever these change.
        self.steps: list[tuple[int, int, bool]] = []

    def follow(self, changes: list[_Change]) -> None:
        """Apply changes in the order of trucks and time."""
        before: Any = self.context.before["trip"]
        tracks = sorted({change.track for change in changes})
        columns = (before["state"][field.name][tracks].tolist() for field in fields(TripState))
        values_before = dict(zip(tracks, zip(*columns, strict=True), strict=True))
        for track, of_track in groupby(changes, key=itemgetter(0)):
            trip = TripState(*values_before[track])
            for change in of_track:
                trip = self._apply(trip, change)
                self.steps.append((change.row, trip.permit if trip.hauling else NO_KEY, trip.unloaded))
            if _values(trip) != values_before[track]:
                self.going_on[track] = trip

    def _apply(self, trip: TripState, change: _Change) -> TripState:
        """Return the trip after one change, a new one where that opens one."""
        if change.kind == LOADED:
            return self._loaded(trip, change)
        if change.kind == ENTERED_SITE:
            return self._entered(trip, change)
        if change.kind == LEFT_SITE:
            self._left(trip, change)
        elif change.kind == UNLOADED:
            self._unloaded(trip, change.item)
        elif change.kind == EMPTIED and trip.unloaded:
            trip.unloading_end_ms = int(self.unloadings.state["progress_ms"][change.item])
        elif change.kind == WASHED:
            self._washed(trip, change)
        return trip

    def _loaded(self, trip: TripState, change: _Change) -> TripState:
        start_ms, epoch, seq, empty_ms = (column[change.item] for column in self.lists.values())
        if trip.is_open:
            self.ended.append((change.track, trip, start_ms))
        return TripState(
            start_ms=start_ms,
            epoch=epoch,
            seq=seq,
            at_site=trip.at_site,
            site=self.site_key[change.item],
            permit=self.permit_key[change.item],
            loading_start_ms=empty_ms,
            loaded_ms=change.time_ms,
            hauling=trip.at_site == NO_KEY,
        )

    def _entered(self, trip: TripState, change: _Change) -> TripState:
        at_site = int(self.context.keys.sites.of_row[change.item])
        is_back = trip.hauling and (trip.unloaded or self.load.state[change.row] != HEAVY)
        if trip.is_open and is_back and trip.at_site == NO_KEY:
            self.ended.append((change.track, trip, change.time_ms))
            return TripState(at_site=at_site)
        trip.at_site = at_site
        return trip

    def _left(self, trip: TripState, change: _Change) -> None:
        was_inside = trip.at_site != NO_KEY
        trip.at_site = NO_KEY
        if was_inside and trip.is_open and trip.left_site_ms == UNSET_MS:
            trip.left_site_ms = change.time_ms
            trip.load_kg = int(self.load.load_kg[change.row])
        trip.hauling = trip.is_open

    def _unloaded(self, trip: TripState, item: int) -> None:
        if not trip.is_open:
            return
        self.unloading_permit[item] = trip.permit
        self.unloaded_by[item] = trip
        state = self.unloadings.state[item]
        if trip.unloading_start_ms == UNSET_MS:
            trip.unloading_start_ms = int(state["since_ms"])
        if trip.load_kg == ABSENT_KG:
            trip.load_kg = int(state["first_peak_kg"])
        trip.unloaded = True

    def _washed(self, trip: TripState, change: _Change) -> None:
        within_ms = float(at(self.limits.wash_within_s, change.row)) * 1000
        in_time = trip.left_site_ms == UNSET_MS or change.time_ms - trip.left_site_ms <= within_ms
        if trip.is_open and trip.washed_ms == UNSET_MS and in_time and not trip.unloaded:
            trip.washed_ms = change.time_ms

    def fill_dump_points(self, dump_point: NDArray[np.int32]) -> None:
        """Note with each trip where it was unloaded."""
        for item, trip in self.unloaded_by.items():
            if dump_point[item] >= 0:
                trip.dump_point = int(self.context.keys.dump_points.of_row[dump_point[item]])

    def store(self) -> None:
        """Write the trips that go on into the carry."""
        after: Any = self.context.after["trip"]
        tracks = list(self.going_on)
        columns = zip(*map(_values, self.going_on.values()), strict=True)
        for field, column in zip(fields(TripState), columns, strict=bool(tracks)):
            after["state"][field.name][tracks] = column

    def trips(self) -> list[Trip]:
        """Return every trip that was touched, as it now stands."""
        going_on = [self._trip(track, trip, None) for track, trip in self.going_on.items() if trip.is_open]
        return [self._trip(track, trip, end_ms) for track, trip, end_ms in self.ended] + going_on

    def _trip(self, track: int, trip: TripState, end_ms: int | None) -> Trip:
        keys, world = self.context.keys, self.context.world
        permit = keys.permits.row_of.get(trip.permit, -1)
        return Trip(
            vehicle_id=world.vehicle_ids[self.context.vehicle[track]],
            start=FixKey(trip.start_ms, trip.epoch, trip.seq),
            site_id=keys.sites.name(trip.site),
            permit_id=keys.permits.name(trip.permit),
            corridor_id=keys.corridor_id[permit],
            loading_start_ms=_time(trip.loading_start_ms),
            loaded_ms=trip.loaded_ms,
            washed_ms=_time(trip.washed_ms),
            left_site_ms=_time(trip.left_site_ms),
            unloading_start_ms=_time(trip.unloading_start_ms),
            unloading_end_ms=_time(trip.unloading_end_ms),
            dump_point_id=keys.dump_points.name(trip.dump_point),
            end_ms=end_ms,
            load_kg=float(trip.load_kg) if trip.load_kg >= 0 else None,
        )


def _time(time_ms: int) -> int | None:
    return None if time_ms == UNSET_MS else time_ms


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
    permit = np.where(permit >= 0, permit, world.period_permit(vehicle, state["since_ms"]))
    lat_deg, lon_deg = np.ascontiguousarray(state["lat_deg"]), np.ascontiguousarray(state["lon_deg"])
    margin_m = float(np.max(limits.dump_margin_m))
    own = world.permitted_dump_point(permit, lat_deg, lon_deg, margin_m)
    some = world.dump_points.within_margin(lat_deg, lon_deg, margin_m)
    allowed = np.where(permit >= 0, own, some) >= 0
    return np.where(own >= 0, own, some), allowed | np.isnan(lat_deg), permit


def _bound(context: Context, load: LoadState, log: _Log) -> NDArray[np.int32]:
    """Return the permit that binds the truck on each row, -1 where none does: unloaded and not heavy, it is free."""
    before: Any = context.before["trip"]
    keys, tracks = context.keys, context.tracks
    was = before["state"]
    row = np.array([step[0] for step in log.steps], np.intp)
    permit = np.array([step[1] for step in log.steps], np.int64)
    unloaded = np.array([step[2] for step in log.steps], np.bool_)
    permit_before = keys.permits.row(np.where(was["hauling"] != 0, was["permit"], NO_KEY))
    bound = stepwise(permit_before, row, keys.permits.row(permit), tracks)
    free = stepwise(was["unloaded"] != 0, row, unloaded, tracks) & ~load.heavy
    bound[free] = -1
    if keys.has_period_permits:
        fallback = context.world.period_permit(tracks.spread(context.vehicle), context.fixes.fix_time_ms)
        bound = np.where(bound >= 0, bound, fallback)
    return bound
