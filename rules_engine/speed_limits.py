"""Which speed limit holds where a truck is, and what sets it.

The narrower goes before the wider: a speed zone in force, the permit's own limit, the limit of the road, that of its
class, and what holds everywhere else. Of several zones the lowest limit holds; of several roads within reach the
highest one, as nobody knows which of them the truck is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.ragged import starts
from rules_engine.tracks import at
from rules_engine.world import World
from rules_engine.world_keys import NO_KEY

# What set a limit.
BY_ALL, BY_CLASS, BY_ROAD, BY_PERMIT, BY_ZONE = range(5)
SET_BY = ("everywhere", "road_class", "road", "permit", "zone")
LIMIT = "overspeed.limit_kmh"
KMH = 3.6  # km/h are one m/s


@dataclass(frozen=True)
class OverspeedLimits:
    """Thresholds of overspeed; docs/rules.md tells their origin."""

    limit_kmh: float = 80.0
    expressway_kmh: float = 80.0
    fast_kmh: float = 60.0
    ordinary_kmh: float = 40.0
    road_reach_m: float = 25.0
    over_share: float = 0.10
    hold_s: float = 10.0
    min_fixes: float = 2
    moved_share: float = 0.5
    severe_over_share: float = 0.20
    extreme_over_share: float = 0.50
    mute_s: float = 1800.0

    @property
    def reach_m(self) -> float:
        """Return how far from its line any road reaches. [m]"""
        return float(np.max(self.road_reach_m))

    @property
    def of_class(self) -> tuple[Any, Any, Any]:
        """Return the limit of each class of roads. [km/h]"""
        return self.expressway_kmh, self.fast_kmh, self.ordinary_kmh


class SpeedLimits(NamedTuple):
    """The limit on each of some rows, what set it, and the key of the zone or road that did, each of shape (R,)."""

    kmh: NDArray[np.float64]
    by: NDArray[np.int8]
    key: NDArray[np.int64]

    def take(self, which: NDArray[Any]) -> SpeedLimits:
        """Return those of some of the rows."""
        return SpeedLimits(self.kmh[which], self.by[which], self.key[which])


def lowest_kmh(world: World, limits: OverspeedLimits) -> float:
    """Return a limit that none in the world is below. [km/h]"""
    roads = world.roads
    zones_kmh = world.zones_of("speed").limit_mps * KMH
    classes = np.unique(roads.road_class[np.isnan(roads.limit_kmh)]).tolist()
    every = [np.asarray(limits.limit_kmh).min(), *zones_kmh.tolist(), *roads.limit_kmh.tolist()]
    every += [np.asarray(limits.of_class[of]).min() for of in classes]
    return float(np.nanmin(every))


def least_kmh(context: Context, rows: NDArray[np.intp], limits: OverspeedLimits) -> NDArray[np.float64]:
    """Return on each of some rows a limit that the one in force there is not below, shape (R,). [km/h]"""
    fixes, world = context.fixes, context.world
    lat_deg, lon_deg = fixes.lat_deg[rows], fixes.lon_deg[rows]
    class_kmh = [float(np.min(kmh)) for kmh in limits.of_class]
    roads_kmh = world.roads.least_kmh(lat_deg, lon_deg, class_kmh, limits.reach_m)
    least: NDArray[np.float64] = np.minimum(roads_kmh, at(limits.limit_kmh, rows))
    zones = world.zones_of("speed")
    if len(zones):
        within = zones.areas.query(lat_deg, lon_deg) >= 0
        least[within] = np.minimum(least[within], zones.limit_mps.min() * KMH)
    return least


def speed_limits(
    context: Context, rows: NDArray[np.intp], permit: NDArray[np.int32], limits: OverspeedLimits
) -> SpeedLimits:
    """Return the limits on some rows, `permit` being what binds the truck on each row of the batch."""
    kmh = np.array(np.broadcast_to(at(limits.limit_kmh, rows), rows.shape), np.float64)
    found = SpeedLimits(kmh, np.full(len(rows), BY_ALL, np.int8), np.full(len(rows), NO_KEY, np.int64))
    if len(rows):
        _of_roads(context, rows, limits, found)
        _of_permits(context.world, permit[rows], found)
        _of_zones(context, rows, found)
    return found


def _of_roads(context: Context, rows: NDArray[np.intp], limits: OverspeedLimits, found: SpeedLimits) -> None:
    fixes, roads = context.fixes, context.world.roads
    fix, road = roads.near(fixes.lat_deg[rows], fixes.lon_deg[rows], limits.reach_m)
    if not len(fix):
        return
    own_kmh = roads.limit_kmh[road]
    of_class = np.stack([np.broadcast_to(at(kmh, rows), rows.shape) for kmh in limits.of_class])
    kmh = np.where(np.isnan(own_kmh), of_class[roads.road_class[road], fix], own_kmh)
    order = np.lexsort((road, -kmh, fix))
    highest = order[starts(fix[order])]
    which, road = fix[highest], road[highest]
    found.kmh[which] = kmh[highest]
    found.by[which] = np.where(np.isnan(own_kmh[highest]), BY_CLASS, BY_ROAD)
    found.key[which] = context.keys.roads.key(road)


def _of_permits(world: World, permit: NDArray[np.int32], found: SpeedLimits) -> None:
    own = {row: limits[LIMIT] for row, limits in world.limits.permits.items() if LIMIT in limits}
    for row, kmh in own.items():
        bound = permit == row
        found.kmh[bound], found.by[bound], found.key[bound] = kmh, BY_PERMIT, NO_KEY


def _of_zones(context: Context, rows: NDArray[np.intp], found: SpeedLimits) -> None:
    fixes, zones = context.fixes, context.world.zones_of("speed")
    if not len(zones):
        return
    fix, zone = zones.holding(fixes.lat_deg[rows], fixes.lon_deg[rows], fixes.fix_time_ms[rows])
    kmh = zones.limit_mps[zone] * KMH
    order = np.lexsort((zone, kmh, fix))
    lowest = order[starts(fix[order])] if len(fix) else order
    found.kmh[fix[lowest]], found.by[fix[lowest]] = kmh[lowest], BY_ZONE
    found.key[fix[lowest]] = context.keys.zones.key(zones.zone[zone[lowest]])
