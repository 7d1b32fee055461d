"""What the log of trips asks of a batch: loadings of both kinds, and where trucks may unload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.load_level import Levels
from rules_engine.load_state import LoadState
from rules_engine.stays import Stays, StaysFound
from rules_engine.unloading import Unloadings


@dataclass(frozen=True)
class TripLimits:
    """Thresholds of trips; docs/rules.md tells their origin."""

    enter_hold_s: float = 10.0
    leave_hold_s: float = 20.0
    min_fixes: float = 2
    site_margin_m: float = 50.0
    dump_margin_m: float = 50.0
    wash_within_s: float = 600.0
    deadline_s: float = 4 * 3600.0


class Loading(NamedTuple):
    """A loading, measured or presumed; places and permit as keys."""

    start_ms: int
    epoch: int
    seq: int
    empty_ms: int
    site: int
    permit: int
    deadline_s: int


@dataclass(frozen=True)
class LoadingPlaces:
    """Where each measured loading was and which permit it binds, then the same of presumed ones, shape (L + P,)."""

    site: NDArray[np.int32]
    permit: NDArray[np.int32]


@dataclass(frozen=True)
class TripFacts:
    """Facts of a batch in the shape in which changes name them by number.

    Attributes:
        loadings: Measured loadings, then presumed ones.
        arrival_places: Dump points that each arrival may mean, the nearest first; likewise `stop_places`.
        dwell_sites: Key of the site of each dwell.
        has_stop: Whether a stop of each truck was carried, shape (T,).
    """

    context: Context
    load: LoadState
    levels: Levels
    unloadings: Unloadings
    stays: Stays
    limits: TripLimits
    loadings: list[Loading]
    arrival_places: list[list[int]]
    stop_places: list[list[int]]
    dwell_sites: list[int]
    has_stop: BoolArray

    @classmethod
    def build(
        cls,
        context: Context,
        load: LoadState,
        levels: Levels,
        unloadings: Unloadings,
        stays: Stays,
        *,
        places: LoadingPlaces,
        limits: TripLimits,
    ) -> TripFacts:
        """Return the facts that a log of trips needs."""
        watched: Any = context.before["trip"]["watched"]
        margin_m = float(np.max(limits.dump_margin_m))
        return cls(
            context=context,
            load=load,
            levels=levels,
            unloadings=unloadings,
            stays=stays,
            limits=limits,
            loadings=_loadings(context, load, stays, places, limits),
            arrival_places=_dump_points_at(context, stays.arrivals, margin_m),
            stop_places=_dump_points_at(context, stays.stops, margin_m),
            dwell_sites=_dwell_sites(context, stays.dwells),
            has_stop=watched & (context.before["stays"]["stop"]["since_ms"] != UNSET_MS) if watched.any() else watched,
        )

    def exit_kg(self, row: int) -> int:
        """Return the load of a truck that leaves: its level, so that one wild reading does not count."""
        level_kg = int(self.levels.kg[row])
        return level_kg if level_kg >= 0 else int(self.load.load_kg[row])

    def gate_dump_point(self, row: int) -> int:
        """Return the dump point of the gate that saw a truck, -1 where it stands at none."""
        device, terminals = int(self.context.fixes.device[row]), self.context.world.terminals
        return int(terminals.dump_point[device]) if device >= 0 else -1

    def weighed_kg(self, row: int) -> int:
        """Return the net mass that a gate weighed, -1 for none."""
        weight_kg = float(self.context.fixes.weight_kg[row])
        return round(weight_kg) if weight_kg >= 0 else -1

    def may_unload(self, permit_key: int, row: int, dump_points: Sequence[int]) -> int:
        """Return the first of some dump points where a truck may unload, -1 where at none; without permit at each."""
        world, keys = self.context.world, self.context.keys
        permit = keys.permits.row_of.get(permit_key, -1)
        if permit < 0 and keys.has_period_permits:
            vehicle = self.context.vehicle[self.context.tracks.of[row]]
            time_ms = self.context.fixes.fix_time_ms[row]
            permit = int(world.period_permit(np.array([vehicle]), np.array([time_ms]))[0])
        if permit < 0:
            return dump_points[0] if dump_points else -1
        named = world.dump_permitted(np.full(len(dump_points), permit), np.array(dump_points, np.int64)).tolist()
        return next((place for place, is_named in zip(dump_points, named, strict=True) if is_named), -1)


def loading_places(context: Context, load: LoadState, stays: Stays, limits: TripLimits) -> LoadingPlaces:
    """Return the site of each loading and the permit that it binds the truck to; presumed ones from when it left."""
    measured, presumed = load.loadings, stays.departures
    if not len(measured) + len(presumed):
        return LoadingPlaces(np.empty(0, np.int32), np.empty(0, np.int32))
    lat_deg, lon_deg = (np.concatenate((measured.state[name], presumed.state[name])) for name in ("lat_deg", "lon_deg"))
    site = context.world.sites.within_margin(lat_deg, lon_deg, float(np.max(limits.site_margin_m)))
    vehicle = context.vehicle[np.concatenate((measured.track, presumed.track))]
    time_ms = np.concatenate((measured.state["since_ms"], context.fixes.fix_time_ms[presumed.row]))
    return LoadingPlaces(site, context.world.permits_for(vehicle, site, time_ms))


def _loadings(
    context: Context, load: LoadState, stays: Stays, places: LoadingPlaces, limits: TripLimits
) -> list[Loading]:
    measured, presumed = load.loadings.state, stays.departures.state
    if not len(measured) + len(presumed):
        return []
    track = np.concatenate((load.loadings.track, stays.departures.track))
    deadline_s: Any = limits.deadline_s
    if "deadline_s" in context.keys.narrowed.get("trip", ()):
        vehicle = context.vehicle[track]
        city_s = context.world.limits.city.get("trip.deadline_s", TripLimits.deadline_s)
        deadline_s = context.world.limit(
            "trip.deadline_s", city_s, vehicle=vehicle, site=places.site, permit=places.permit
        )
    columns = [
        *(np.concatenate((measured[name], presumed[name])) for name in ("since_ms", "epoch", "seq")),
        np.concatenate((measured["empty_ms"], presumed["since_ms"])),
        context.keys.sites.key(places.site),
        context.keys.permits.key(places.permit),
        np.broadcast_to(np.rint(deadline_s), track.shape).astype(np.int64),
    ]
    return list(map(Loading, *(column.tolist() for column in columns)))


def _dump_points_at(context: Context, stays: StaysFound, margin_m: float) -> list[list[int]]:
    places: list[list[int]] = [[] for _ in range(len(stays))]
    if not len(stays):
        return places
    lat_deg, lon_deg = (np.ascontiguousarray(stays.state[name]) for name in ("lat_deg", "lon_deg"))
    item, dump_point, distance_m = context.world.dump_points.pairs_within(lat_deg, lon_deg, margin_m)
    order = np.lexsort((dump_point, distance_m, item))
    for number, place in zip(item[order].tolist(), dump_point[order].tolist(), strict=True):
        places[number].append(place)
    return places


def _dwell_sites(context: Context, dwells: StaysFound) -> list[int]:
    if not len(dwells):
        return []
    lat_deg, lon_deg = (np.ascontiguousarray(dwells.state[name]) for name in ("lat_deg", "lon_deg"))
    keys: list[int] = context.keys.sites.key(context.world.sites.query(lat_deg, lon_deg)).tolist()
    return keys
