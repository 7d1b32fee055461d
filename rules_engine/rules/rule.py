"""What a rule is, what it is told, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import isfinite
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rules_engine.accuracy import Accuracy
from rules_engine.carry_rows import Rows, picked
from rules_engine.context import Context
from rules_engine.episodes import Episodes
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.gaps import Gaps
from rules_engine.load_level import Levels
from rules_engine.load_state import EMPTY, LoadState
from rules_engine.motion import Motion
from rules_engine.trips import Trips
from rules_engine.unloading import Unloadings

Limits = TypeVar("Limits")
# Of what is judged of a load that no sensor measured; [D].
PRESUMED_CONFIDENCE = 0.6


@dataclass(frozen=True)
class Facts:
    """All that is known of a batch before any rule judges it."""

    context: Context
    accuracy: Accuracy
    load: LoadState
    motion: Motion
    unloadings: Unloadings
    trips: Trips
    gaps: Gaps
    levels: Levels
    _moving_in_zones: dict[float, NDArray[np.intp]] = field(default_factory=dict, init=False, repr=False)

    def limits(self, rule: str, defaults: Limits) -> Limits:
        """Return a rule's limits in force: those of the permit, company and site of each row's trip, else the city's.

        Numbers, or arrays of shape (N,) where they differ.
        """
        context = self.context
        if rule not in context.keys.narrowed:
            return context.keys.of_city(rule, defaults)
        origin = self.trips.origin(context.tracks.rows) if context.world.limits.sites else None
        return context.limits(rule, defaults, self.trips.permit, origin)

    @cached_property
    def hauling(self) -> BoolArray:
        """Return where the truck carries a load, measured or, while no sensor says otherwise, presumed, shape (N,)."""
        if not self.trips.presumed.any():
            return self.load.heavy
        presumed: BoolArray = self.trips.presumed & (self.load.state != EMPTY)
        return self.load.heavy | presumed

    def moving_in_zones(self, above_mps: float) -> NDArray[np.intp]:
        """Return the trusted rows faster than so much that are in any zone of the world, in force or not."""
        rows = self._moving_in_zones.get(above_mps)
        if rows is None:
            fixes, zones = self.context.fixes, self.context.world.zones
            rows = ((self.context.speed_mps > np.float32(above_mps)) & self.accuracy.trusted).nonzero()[0]
            rows = rows[zones.query(fixes.lat_deg[rows], fixes.lon_deg[rows]) >= 0]
            self._moving_in_zones[above_mps] = rows
        return rows

    def in_places(self, rows: NDArray[np.intp]) -> BoolArray:
        """Return whether each of some rows is in a site or a dump point."""
        fixes, dump_points = self.context.fixes, self.context.world.dump_points
        in_dump_point: BoolArray = dump_points.query(fixes.lat_deg[rows], fixes.lon_deg[rows]) >= 0
        return in_dump_point | (self.trips.site[rows] >= 0)

    def at_either_end(self, rows: NDArray[np.intp], margin_m: float) -> BoolArray:
        """Return whether each of some rows is in, or nearly in, the site its trip came from or a dump point it may use.

        Rows without a permit are at neither.
        """
        fixes, world = self.context.fixes, self.context.world
        lat_deg, lon_deg = fixes.lat_deg[rows], fixes.lon_deg[rows]
        at_end = world.sites.in_own(self.trips.origin(rows), lat_deg, lon_deg, margin_m)
        fix, dump_point = world.permits.dump_points_of(self.trips.permit[rows])
        inside = world.dump_points.in_own(dump_point, lat_deg[fix], lon_deg[fix], margin_m)
        at_end[fix[inside]] = True
        return at_end


@dataclass(frozen=True)
class Rule:
    """One row of the table of rules.

    Attributes:
        name: Names its block of the carry, its limits, and the event kind unless it tells of several.
        version: Counts up whenever the rule judges differently; old checkpoints are then not read again.
        carry: Its block of the carry for a truck never seen, None where it carries nothing.
        judge: Returns the events of a batch and writes the rule's block of the carry.
    """

    name: str
    version: int
    carry: Rows | None
    judge: Callable[[Facts], list[Event]]


def rows_of(state: Rows) -> list[dict[str, Any]]:
    """Return structured rows as plain Python values by name."""
    if not len(state):
        return []
    names = _names(state.dtype)
    columns = (state[name].tolist() for name in names)
    return [dict(zip(names, values)) for values in zip(*columns, strict=True)]  # noqa: B905 - as many, and it is hot


@cache
def _names(dtype: np.dtype[np.void]) -> tuple[str, ...]:
    return tuple(name for name in dtype.names or () if not name.startswith("_"))


class Telling(NamedTuple):
    """What a rule says of one episode besides its carry row; `closing` and `end_ms` count once it is over."""

    kind: str
    severity: int
    opening: dict[str, Any]
    closing: dict[str, Any]
    end_ms: int
    over: bool


def episode_event(context: Context, track: int, state: Mapping[str, Any], telling: Telling) -> Event:
    """Return the event of an episode whose carry row, with the fields of `EPISODE`, is `state`."""
    return Event(
        vehicle_id=context.world.vehicle_ids[context.vehicle[track]],
        kind=telling.kind,
        start=FixKey(state["since_ms"], state["epoch"], state["seq"]),
        confirmed_ms=state["confirmed_ms"],
        end_ms=telling.end_ms if telling.over else None,
        lat_deg=state["lat_deg"],
        lon_deg=state["lon_deg"],
        severity=telling.severity,
        opening={**telling.opening, "world_version": state["world"].decode()},
        closing=telling.closing if telling.over else None,
    )


def episode_events(
    facts: Facts, episodes: Episodes, telling: Callable[[Facts, dict[str, Any], bool], Telling]
) -> list[Event]:
    """Return the events of the episodes to tell of; `telling` says what a rule makes of one."""
    told = episodes.told
    if not len(told):
        return []
    states, tracks, over = (
        rows_of(picked(episodes.state, told)),
        episodes.track[told].tolist(),
        episodes.ended[told].tolist(),
    )
    return [
        episode_event(facts.context, track, state, telling(facts, state, ended))
        for track, state, ended in zip(tracks, states, over, strict=True)
    ]


def plain(value: float, absent: float | None = None) -> float | None:
    """Return a number as JSON knows it, None where it is `absent`, NaN or infinite."""
    return float(value) if isfinite(value) and value != absent else None


def seconds(start_ms: int, end_ms: int) -> float:
    """Return how long it is from one time to another. [s]"""
    return (end_ms - start_ms) / 1000


def load_known_by(heavy: bool) -> dict[str, Any]:
    """Return what evidence says of a load: measured, or presumed from the stay at the site and the trip since."""
    return {"by": ["load"], "confidence": 1.0} if heavy else {"by": ["stay"], "confidence": PRESUMED_CONFIDENCE}
