"""What a rule is, what it is told, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.episodes import Rows
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.load_state import LoadState
from rules_engine.motion import Motion
from rules_engine.trips import Trips
from rules_engine.unloading import Unloadings


@dataclass(frozen=True)
class Facts:
    """All that is known of a batch before any rule judges it."""

    context: Context
    load: LoadState
    motion: Motion
    unloadings: Unloadings
    trips: Trips

    def within_places(self, rows: NDArray[np.intp], margin_m: float) -> BoolArray:
        """Return whether each of some rows is in, or nearly in, a site or a dump point."""
        fixes, world = self.context.fixes, self.context.world
        lat_deg, lon_deg = fixes.lat_deg[rows], fixes.lon_deg[rows]
        near_site: BoolArray = world.sites.within_margin(lat_deg, lon_deg, margin_m) >= 0
        return near_site | (world.dump_points.within_margin(lat_deg, lon_deg, margin_m) >= 0)


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


def episode_event(
    context: Context,
    track: int,
    state: Any,
    kind: str,
    severity: int,
    opening: dict[str, Any],
    end_ms: int | None,
    closing: dict[str, Any] | None,
) -> Event:
    """Return the event of an episode whose carry row, with the fields of `EPISODE`, is `state`."""
    return Event(
        vehicle_id=context.world.vehicle_ids[context.vehicle[track]],
        kind=kind,
        start=FixKey(int(state["since_ms"]), int(state["epoch"]), int(state["seq"])),
        confirmed_ms=int(state["confirmed_ms"]),
        end_ms=end_ms,
        lat_deg=float(state["lat_deg"]),
        lon_deg=float(state["lon_deg"]),
        severity=severity,
        opening={**opening, "world_version": state["world"].decode()},
        closing=closing,
    )


def plain(value: Any, absent: Any = None) -> float | None:
    """Return a number as JSON knows it, None where it is `absent`, NaN or infinite."""
    number = float(value)
    return number if np.isfinite(number) and number != absent else None


def seconds(start_ms: Any, end_ms: Any) -> float:
    """Return how long it is from one time to another. [s]"""
    return (int(end_ms) - int(start_ms)) / 1000
