"""Twin of rules_engine.rules.route_deviation."""

from __future__ import annotations

import math

import numpy as np

from oracles.found import Found, Pending
from oracles.row import Row
from rules_engine.rules.route_deviation import NAME, SEVERITY, VERSION, RouteDeviationLimits
from rules_engine.world import World

LIMITS = RouteDeviationLimits()


class RouteDeviationOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self._pending: Pending | None = None
        self._distance_m = -math.inf

    def step(self, row: Row, permit: int, origin: int) -> None:
        if permit >= 0 and row.hdop > LIMITS.hdop_above:
            return
        if permit < 0:
            self._close()
            return
        leave_m = self._leave_above_m(permit)
        distance_m = float(
            self.world.route_distance_m(np.array([permit]), np.array([row.lat_deg]), np.array([row.lon_deg]))[0]
        )
        if distance_m <= LIMITS.return_share * leave_m:
            self._close()
        elif distance_m > leave_m and not row.implied_mps > LIMITS.jump_above_mps:
            if self._at_either_end(row, permit, origin):
                self._close()
            else:
                self._away(row, permit, distance_m, leave_m)
        elif distance_m > leave_m and self._at_either_end(row, permit, origin):
            self._close()

    def _at_either_end(self, row: Row, permit: int, origin: int) -> bool:
        lat_deg, lon_deg = np.array([row.lat_deg]), np.array([row.lon_deg])
        _, sites, _ = self.world.sites.pairs_within(lat_deg, lon_deg, LIMITS.place_margin_m)
        dump_point = self.world.permitted_dump_point(np.array([permit]), lat_deg, lon_deg, LIMITS.place_margin_m)
        return origin in sites.tolist() or bool(dump_point[0] >= 0)

    def _leave_above_m(self, permit: int) -> float:
        permits = self.world.permits
        own = self.world.limits.permits.get(permit, {}).get("route_deviation.leave_above_m")
        if own is not None:
            return own
        corridors = permits.corridors[permits.corridor_start[permit] : permits.corridor_start[permit + 1]]
        widths = [width for width in self.world.half_width_m[corridors].tolist() if not math.isnan(width)]
        return max(widths) if widths else LIMITS.leave_above_m

    def _away(self, row: Row, permit: int, distance_m: float, leave_m: float) -> None:
        if self._pending is None:
            self._pending = Pending(row, LIMITS.hold_s, int(LIMITS.min_fixes))
            self._distance_m = -math.inf
        self._distance_m = max(self._distance_m, distance_m)
        if self._pending.add(row):
            permits = self.world.permits
            corridors = permits.corridors[permits.corridor_start[permit] : permits.corridor_start[permit + 1]]
            self._pending.opening = {
                "rule_version": VERSION,
                "permit_id": permits.permit_ids[permit],
                "corridor_ids": [self.world.corridor_ids[corridor] for corridor in corridors],
                "max_distance_m": self._distance_m,
                "leave_above_m": leave_m,
                "hold_s": LIMITS.hold_s,
                "min_fixes": int(LIMITS.min_fixes),
                "world_version": self.world.version,
            }

    def _close(self) -> None:
        self._tell(over=True)
        self._pending = None

    def finish(self) -> None:
        self._tell(over=False)

    def _tell(self, *, over: bool) -> None:
        pending = self._pending
        if pending is None or pending.opening is None:
            return
        closing = {
            "max_distance_m": self._distance_m,
            "duration_s": (pending.run.last_ms - pending.run.start.fix_time_ms) / 1000,
            "fixes": pending.run.count,
        }
        self.found.append(pending.found(NAME, SEVERITY, pending.run.last_ms, closing if over else None))
