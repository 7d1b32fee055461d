"""Twin of rules_engine.rules.illegal_dumping."""

from __future__ import annotations

import math
from typing import Any

from oracles.found import Found
from oracles.unloading import LIMITS, MOTION, Seen, Signs, UnloadingOracle
from rules_engine.rules.illegal_dumping import VERSION
from rules_engine.unloading import BY_LIFT, BY_LOAD
from rules_engine.world import World


class IllegalDumpingOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self._open: list[Signs] = []

    def step(self, unloadings: UnloadingOracle) -> None:
        self._open += unloadings.confirmed
        for signs in unloadings.over:
            self._open.remove(signs)
            self._tell(signs, over=True)

    def finish(self) -> None:
        for signs in self._open:
            self._tell(signs, over=False)

    def _tell(self, signs: Signs, *, over: bool) -> None:
        permit, dump_point, allowed = signs.where
        world, first, seen = self.world, signs.first, signs.seen
        assert first is not None
        assert signs.run.confirmed_ms is not None
        start_ms = signs.run.start.fix_time_ms
        end_ms = max(start_ms, seen.progress_ms or start_ms)
        opening = {
            "rule_version": VERSION,
            "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
            "dump_point_id": world.dump_point_ids[dump_point] if dump_point >= 0 else None,
            "by": [name for name, bit in (("lift", BY_LIFT), ("load", BY_LOAD)) if first.by & bit],
            **_numbers(first),
            "lift_above_deg": MOTION.lift_above_deg,
            "lost_share_above": LIMITS.lost_share,
            "hold_s": LIMITS.hold_s,
            "world_version": world.version,
        }
        closing = {**_numbers(seen), "duration_s": (end_ms - start_ms) / 1000, "fixes": seen.count}
        self.found.append(
            Found(
                kind="unloading" if allowed else "illegal_dumping",
                start=signs.run.start,
                confirmed_ms=signs.run.confirmed_ms,
                end_ms=end_ms if over else None,
                place=signs.run.place,
                severity=0 if allowed else 3,
                opening=opening,
                closing=closing if over else None,
            )
        )


def _numbers(seen: Seen) -> dict[str, Any]:
    return {
        "lift_deg": None if math.isinf(seen.lift_deg) else seen.lift_deg,
        "load_before_kg": None if seen.peak_kg < 0 else float(seen.peak_kg),
        "load_kg": None if seen.least_kg is None else float(seen.least_kg),
    }
