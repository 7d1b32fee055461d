"""What a trip becomes as things happen to its truck, one after the other.

Such changes are rare: a handful an hour. So they are applied one by one, in plain Python, to trips held in plain
integers, as they also stand in the carry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.context import Context
from rules_engine.event import FixKey, Trip
from rules_engine.load_state import ABSENT_KG, HEAVY, LoadState
from rules_engine.tracks import at
from rules_engine.unloading import Unloadings
from rules_engine.world_keys import NO_KEY


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


_NAMES = [field.name for field in fields(TripState)]
_values = attrgetter(*_NAMES)

_TYPES = {int: "i8", bool: "i4"}
TRIP_STATE = carried([(field.name, _TYPES[type(field.default)]) for field in fields(TripState)])
for _field in fields(TripState):
    TRIP_STATE[_field.name] = _field.default


# What can happen to a trip, in the order in which it is taken where one row tells several.
UNLOADED, EMPTIED, LOADED, WASHED, LEFT_SITE, ENTERED_SITE = range(6)


class Change(NamedTuple):
    """Something that happened to a truck on a row; `item` is the loading's, unloading's or site's number."""

    track: int
    row: int
    time_ms: int
    kind: int
    item: int


class TripLog:
    """Applies the changes of a batch to its trips, truck by truck, and keeps what came of them."""

    def __init__(
        self,
        context: Context,
        load: LoadState,
        unloadings: Unloadings,
        loading_places: tuple[NDArray[np.int32], NDArray[np.int32]],
        wash_within_s: Any,
    ) -> None:
        self.context = context
        self.load = load
        self.unloadings = unloadings
        self.wash_within_s = wash_within_s
        loading_site, loading_permit = loading_places
        self.site_key = context.keys.sites.key(loading_site).tolist()
        self.permit_key = context.keys.permits.key(loading_permit).tolist()
        self.unloading_permit = np.full(len(unloadings), NO_KEY, np.int64)
        states = (load.loadings.state[name].tolist() for name in ("since_ms", "epoch", "seq", "empty_ms"))
        self.loadings = list(zip(*states, strict=True))
        self.ended: list[tuple[int, TripState, int | None]] = []
        self.going_on: dict[int, TripState] = {}
        self.unloaded_by: dict[int, TripState] = {}
        self.values_before: dict[int, tuple[Any, ...]] = {}
        # Row, permit, whether it was unloaded, and site, wherever these change.
        self.steps: list[tuple[int, int, bool, int]] = []

    def follow(self, changes: list[Change]) -> None:
        """Apply changes in the order of trucks and time."""
        if not changes:
            return
        before: Any = self.context.before["trip"]["state"]
        tracks = list(dict.fromkeys(map(itemgetter(0), changes)))
        index = np.array(tracks, np.intp)
        values = zip(*(before[name][index].tolist() for name in _NAMES), strict=True)
        self.values_before = dict(zip(tracks, values, strict=True))
        steps = self.steps
        for track, of_track in groupby(changes, key=itemgetter(0)):
            trip = TripState(*self.values_before[track])
            for change in of_track:
                trip = self._apply(trip, change)
                steps.append((change.row, trip.permit if trip.hauling else NO_KEY, trip.unloaded, trip.site))
            self.going_on[track] = trip

    def _apply(self, trip: TripState, change: Change) -> TripState:
        """Return the trip after one change, a new one where that opens one."""
        kind = change.kind
        if kind == LEFT_SITE:
            self._left(trip, change)
        elif kind == ENTERED_SITE:
            return self._entered(trip, change)
        elif kind == LOADED:
            return self._loaded(trip, change)
        elif kind == UNLOADED:
            self._unloaded(trip, change.item)
        elif kind == EMPTIED and trip.unloaded:
            trip.unloading_end_ms = int(self.unloadings.state["progress_ms"][change.item])
        elif kind == WASHED:
            self._washed(trip, change)
        return trip

    def _loaded(self, trip: TripState, change: Change) -> TripState:
        start_ms, epoch, seq, empty_ms = self.loadings[change.item]
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

    def _entered(self, trip: TripState, change: Change) -> TripState:
        at_site = self.context.keys.sites.keys[change.item]
        is_back = trip.hauling and (trip.unloaded or self.load.state[change.row] != HEAVY)
        if is_back and trip.is_open and trip.at_site == NO_KEY:
            self.ended.append((change.track, trip, change.time_ms))
            return TripState(at_site=at_site)
        trip.at_site = at_site
        return trip

    def _left(self, trip: TripState, change: Change) -> None:
        was_inside, is_open = trip.at_site != NO_KEY, trip.start_ms != UNSET_MS
        trip.at_site = NO_KEY
        trip.hauling = is_open
        if was_inside and is_open and trip.left_site_ms == UNSET_MS:
            trip.left_site_ms = change.time_ms
            trip.load_kg = int(self.load.load_kg[change.row])

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

    def _washed(self, trip: TripState, change: Change) -> None:
        within_ms = float(at(self.wash_within_s, change.row)) * 1000
        in_time = trip.left_site_ms == UNSET_MS or change.time_ms - trip.left_site_ms <= within_ms
        if trip.is_open and trip.washed_ms == UNSET_MS and in_time and not trip.unloaded:
            trip.washed_ms = change.time_ms

    def finish(self, dump_point: NDArray[np.int32]) -> None:
        """Note with each trip where it was unloaded; then forget those that did not change after all."""
        for item, trip in self.unloaded_by.items():
            if dump_point[item] >= 0:
                trip.dump_point = self.context.keys.dump_points.keys[dump_point[item]]
        before = self.values_before
        self.going_on = {track: trip for track, trip in self.going_on.items() if _values(trip) != before[track]}

    def sites(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return from which rows on trips came from other sites, and the sites' keys."""
        row, _, _, site = zip(*self.steps, strict=True) if self.steps else ((), (), (), ())
        return np.array(row, np.intp), np.array(site, np.int64)

    def store(self) -> None:
        """Write the trips that go on into the carry."""
        if not self.going_on:
            return
        after: Any = self.context.after["trip"]["state"]
        tracks = np.array(list(self.going_on), np.intp)
        values = np.array(list(map(_values, self.going_on.values())), np.int64).reshape(
            len(tracks), len(fields(TripState))
        )
        for place, field in enumerate(fields(TripState)):
            after[field.name][tracks] = values[:, place]

    def trips(self) -> list[Trip]:
        """Return every trip that was touched, as it now stands."""
        touched = self.ended + [(track, trip, None) for track, trip in self.going_on.items() if trip.is_open]
        if not touched:
            return []
        keys, world = self.context.keys, self.context.world
        tracks, states, end_ms = zip(*touched, strict=True)
        column = dict(zip(_NAMES, zip(*map(_values, states), strict=True), strict=True))
        permit = [keys.permits.row_of.get(key, -1) for key in column["permit"]]
        vehicle = self.context.vehicle[np.array(tracks)].tolist()
        columns: dict[str, Iterable[Any]] = {
            "vehicle_id": map(world.vehicle_ids.__getitem__, vehicle),
            "start": map(FixKey, column["start_ms"], column["epoch"], column["seq"]),
            "site_id": map(keys.sites.name, column["site"]),
            "permit_id": map(keys.permits.name, column["permit"]),
            "corridor_id": map(keys.corridor_id.__getitem__, permit),
            "loading_start_ms": map(_time, column["loading_start_ms"]),
            "loaded_ms": column["loaded_ms"],
            "washed_ms": map(_time, column["washed_ms"]),
            "left_site_ms": map(_time, column["left_site_ms"]),
            "unloading_start_ms": map(_time, column["unloading_start_ms"]),
            "unloading_end_ms": map(_time, column["unloading_end_ms"]),
            "dump_point_id": map(keys.dump_points.name, column["dump_point"]),
            "end_ms": end_ms,
            "load_kg": (float(load_kg) if load_kg >= 0 else None for load_kg in column["load_kg"]),
        }
        in_order = [columns[field.name] for field in fields(Trip)]
        return [Trip(*values) for values in zip(*in_order, strict=True)]


def _time(time_ms: int) -> int | None:
    return None if time_ms == UNSET_MS else time_ms
