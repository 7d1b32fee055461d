"""Twin of rules_engine.rules.long_stop."""

from __future__ import annotations

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.load_state import LIMITS as LOAD
from oracles.load_state import LoadStateOracle
from oracles.row import Row
from oracles.unloading import MotionOracle
from rules_engine.geodesy import distance_m
from rules_engine.load_state import EMPTY, HEAVY
from rules_engine.rules.long_stop import NAME, NOTICE, VERSION, LongStopLimits
from rules_engine.rules.rule import Telling
from rules_engine.world import World

LIMITS = LongStopLimits()


class LongStopOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.condition = ConditionOracle(_telling, world.version)

    def step(self, row: Row, load: LoadStateOracle, motion: MotionOracle) -> None:
        if load.state == EMPTY or not (motion.slow or motion.slow_before):
            self.condition.step(row, False, True)
            return
        silent_s = self._silent_s(row)
        stands = row.speed_mps <= np.float32(LIMITS.below_mps) or silent_s > 0
        lighter = row.load_kg is not None and row.load_kg < LOAD.heavy_share * load.capacity_kg
        if load.state != HEAVY or not row.trusted or not stands or lighter:
            return
        if row.in_place or self._parked(row):
            self.condition.step(row, False, True)
            return
        episode = self.condition.episode
        if episode is not None and self._is_far(row, episode):
            if row.time_ms - episode.last_ms > LIMITS.away_s * 1000:
                self.condition.step(row, False, True)
            return
        self.condition.hold_s = LIMITS.hold_s - silent_s
        self.condition.min_fixes = 1 if silent_s > 0 else LIMITS.min_fixes
        self.condition.step(row, True, False)

    @staticmethod
    def _silent_s(row: Row) -> float:
        silent_s = row.silence_ms / 1000
        return silent_s if silent_s >= LIMITS.silence_s and row.implied_mps * silent_s < LIMITS.moved_m else 0.0

    @staticmethod
    def _is_far(row: Row, episode: Episode) -> bool:
        return bool(distance_m(*episode.place, row.lat_deg, row.lon_deg) > LIMITS.moved_m)

    def _parked(self, row: Row) -> bool:
        parking = self.world.zones_of("parking")
        lat_deg, lon_deg = np.array([row.lat_deg]), np.array([row.lon_deg])
        _, zones, distances_m = parking.areas.pairs_within(lat_deg, lon_deg, 0.0)
        within = zones[distances_m == 0]
        return bool(parking.active(within, np.full(len(within), row.time_ms)).any())


def _telling(episode: Episode, over: bool) -> Telling:
    silent_s = round(LIMITS.hold_s - episode.hold_s, 3)
    assert episode.confirmed_ms is not None
    opening = {
        "rule_version": VERSION,
        "stood_s": (episode.confirmed_ms - episode.since_ms) / 1000 + silent_s,
        "silent_before_s": silent_s,
        "hold_s": LIMITS.hold_s,
    }
    closing = {"stood_s": episode.duration_s + silent_s, "fixes": episode.count}
    return Telling(NAME, NOTICE, opening, closing, episode.last_ms, over)
