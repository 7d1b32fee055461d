"""Twin of rules_engine.rules.illegal_dumping."""

from __future__ import annotations

import math
from typing import Any

from oracles.found import Found
from oracles.row import Row
from oracles.stays import Stay
from oracles.trips import DUMPING, Candidate, TripsOracle
from oracles.unloading import LIMITS, MOTION, Seen, Signs, UnloadingOracle
from rules_engine.rules.illegal_dumping import BY_GATE, BY_LIFT_ALONE, BY_STAY, VERSION
from rules_engine.unloading import BY_LIFT, BY_LOAD
from rules_engine.world import World


class IllegalDumpingOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self._open: list[Signs] = []

    def step(self, row: Row, unloadings: UnloadingOracle, trips: TripsOracle) -> None:
        self._open += [signs for signs in unloadings.confirmed if not signs.empty]
        for signs in unloadings.over:
            if not signs.empty:
                self._open.remove(signs)
                self._tell(signs, over=True)
        for by, stay, permit, dump_point in trips.arrivals:
            self._arrived(row, by, stay, self._names(permit, dump_point))
        for stop in trips.dumpings:
            self._dumped(row, stop, self._names(stop.permit, stop.dump_point))

    def _names(self, permit: int, dump_point: int) -> dict[str, Any]:
        world = self.world
        return {
            "rule_version": VERSION,
            "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
            "dump_point_id": world.dump_point_ids[dump_point] if dump_point >= 0 else None,
        }

    def _arrived(self, row: Row, by: str, stay: Stay | None, names: dict[str, Any]) -> None:
        start = row.key if stay is None else stay.start
        self.found.append(
            Found(
                kind="unloading",
                start=start,
                confirmed_ms=row.time_ms,
                end_ms=row.time_ms,
                place=row.place if stay is None else stay.place,
                severity=0,
                opening=names
                | {
                    "by": [by],
                    "confidence": {"gate": BY_GATE, "stay": BY_STAY}[by],
                    "world_version": self.world.version,
                },
                closing={"duration_s": (row.time_ms - start.fix_time_ms) / 1000},
            )
        )

    def _dumped(self, row: Row, stop: Candidate, names: dict[str, Any]) -> None:
        assert stop.trip is not None
        known = stop.dump_point >= 0 or stop.off_route_m > DUMPING.off_route_m
        sure = 0.5 + 0.1 * stop.off_route + 0.1 * known + 0.2 * min(stop.stayed_s / 300, 1.0)
        self.found.append(
            Found(
                kind="illegal_dumping",
                start=stop.stay.start,
                confirmed_ms=row.time_ms,
                end_ms=stop.stay.start.fix_time_ms + stop.stayed_s * 1000,
                place=stop.stay.place,
                severity=2,
                opening=names
                | {
                    "by": ["stay"],
                    "confidence": round(sure, 2),
                    "stayed_s": stop.stayed_s,
                    "off_route_m": None if math.isnan(stop.off_route_m) else stop.off_route_m,
                    "followed_by": stop.why,
                    "loading_presumed": stop.trip.inferred,
                    "world_version": self.world.version,
                },
                closing={"duration_s": float(stop.stayed_s)},
            )
        )

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
            **({"confidence": BY_LIFT_ALONE} if signs.doubted else {}),
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
                severity=0 if allowed else 2 if signs.doubted else 3,
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
