"""Twin of rules_engine.rules.route_deviation."""

from __future__ import annotations

import math

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.found import Found
from oracles.row import Row
from rules_engine.geodesy import distance_m
from rules_engine.rules.route_deviation import NAME, SEVERITY, VERSION, RouteDeviationLimits
from rules_engine.rules.rule import Telling
from rules_engine.world import World

END_M = 1.0
LIMITS = RouteDeviationLimits()


class RouteDeviationOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self._condition = ConditionOracle(
            self._telling,
            world.version,
            extrema={"distance_m": max},
            hold_s=LIMITS.hold_s,
            min_fixes=LIMITS.min_fixes,
            mute_s=LIMITS.mute_s,
        )

    @property
    def found(self) -> list[Found]:
        return self._condition.found

    def step(self, row: Row, permit: int, origin: int) -> None:
        if permit < 0:
            self._condition.step(row, on=False, off=True)
            return
        if not row.trusted:
            return
        corridors = self._corridors(permit, row.time_ms)
        away_m = min((self._distance_m(corridor, row) for corridor in corridors), default=math.nan)
        leave_m = self._leave_above_m(permit)
        off = away_m <= LIMITS.return_share * leave_m
        on = away_m > leave_m
        if on and self._at_either_end(row, permit, origin):
            on, off = False, True
        noted = {}
        if on:
            noted = {
                "permit_id": self.world.permits.permit_ids[permit],
                "corridor_ids": [self.world.corridor_ids[corridor] for corridor in corridors],
                "leave_above_m": leave_m,
                "beyond_end": any(self._end_m(corridor, row) <= away_m + END_M for corridor in corridors),
            }
        self._condition.step(row, on, off, {"distance_m": away_m}, noted)

    def finish(self) -> None:
        self._condition.finish()

    def _corridors(self, permit: int, time_ms: int) -> list[int]:
        """Return the corridors of a permit that hold at an instant."""
        permits, valid_ms = self.world.permits, self.world.routes.valid_ms
        named = permits.corridors[permits.corridor_start[permit] : permits.corridor_start[permit + 1]]
        return [int(c) for c in named if valid_ms[c, 0] <= time_ms < valid_ms[c, 1]]

    def _distance_m(self, corridor: int, row: Row) -> float:
        lat_deg, lon_deg = np.array([row.lat_deg]), np.array([row.lon_deg])
        return float(self.world.corridors.distance_m(np.array([corridor]), lat_deg, lon_deg)[0])

    def _end_m(self, corridor: int, row: Row) -> float:
        line = self.world.documents["corridors"]["features"][corridor]["geometry"]["coordinates"]
        return float(distance_m(line[-1][1], line[-1][0], row.lat_deg, row.lon_deg))

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

    def _telling(self, episode: Episode, over: bool) -> Telling:
        noted = episode.noted
        opening = {
            "rule_version": VERSION,
            "permit_id": noted["permit_id"],
            "corridor_ids": noted["corridor_ids"],
            "max_distance_m": episode.first["distance_m"],
            "leave_above_m": noted["leave_above_m"],
            "beyond_end": noted["beyond_end"],
            "hold_s": episode.hold_s,
            "min_fixes": episode.min_fixes,
        }
        closing = {
            "max_distance_m": episode.best["distance_m"],
            "duration_s": episode.duration_s,
            "fixes": episode.count,
        }
        return Telling(NAME, SEVERITY, opening, closing, episode.last_ms, over)
