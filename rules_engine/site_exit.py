"""What is known of a truck's washing, and of its departure from a site while that waits for washers' word of it.

The state stands in the carry; `rules.not_washed` moves it on and judges by it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.world import World
from rules_engine.world_keys import NO_KEY

NAME = "not_washed"


@dataclass(frozen=True)
class NotWashedLimits:
    """Thresholds; docs/rules.md tells their origin."""

    within_s: float = 600.0
    settle_s: float = 120.0
    early_s: float = 120.0
    unread_within_s: float = 180.0


def within_range_s(world: World) -> tuple[float, float]:
    """Return the shortest and the longest time that anyone in a world lets a departure wait. [s]"""
    within_s = _all_set(world, "within_s")
    return min(within_s), max(within_s)


def unread_within_s(world: World) -> float:
    """Return how far from a departure a passage that could not be read may be, at most. [s]"""
    return max(_all_set(world, "unread_within_s"))


def _all_set(world: World, parameter: str) -> list[float]:
    """Return the default of a parameter and every other value that it is given."""
    table, name = world.limits, f"{NAME}.{parameter}"
    levels = [table.city, *table.sites.values(), *table.companies.values(), *table.permits.values()]
    return [getattr(NotWashedLimits(), parameter), *(float(level[name]) for level in levels if name in level)]


@dataclass(slots=True)
class Exit:
    """What is known of a truck's washing, and of its departure while that waits, as it stands in the carry."""

    left_ms: int = UNSET_MS
    due_ms: int = UNSET_MS
    from_ms: int = UNSET_MS
    epoch: int = 0
    seq: int = 0
    lat_deg: float = float("nan")
    lon_deg: float = float("nan")
    site: int = NO_KEY
    washed_ms: int = UNSET_MS
    passed_ms: int = UNSET_MS
    washer: int = NO_KEY
    settle_s: float = 0.0
    unread_within_s: float = 0.0
    within_s: float = 0.0
    result: int = 0
    presumed: int = 0

    @property
    def waits(self) -> bool:
        """Return whether there is a departure without a verdict."""
        return self.left_ms != UNSET_MS


EXIT_FIELDS = [field.name for field in fields(Exit)]
_SMALL = {"settle_s": "f4", "unread_within_s": "f4", "within_s": "f4", "result": "i1", "presumed": "i1"}
WAITS = ("settle_s", "unread_within_s", "within_s")
CARRY = carried(
    [(f.name, _SMALL.get(f.name, "f8" if isinstance(f.default, float) else "i8")) for f in fields(Exit)],
    **{f.name: f.default for f in fields(Exit)},
)
