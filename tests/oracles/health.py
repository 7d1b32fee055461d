"""Twins of the rules about terminals and sensors: offline, track gap, jump, clone, jamming, power cut, sensor fault."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.found import Found
from oracles.load_state import LoadStateOracle
from oracles.row import READINGS, Row, rows_of
from oracles.unloading import LOAD, LevelOracle, MotionOracle, UnloadingOracle
from rules_engine.event import FixKey
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.geodesy import distance_m
from rules_engine.rules import clone, jamming, offline, position_jump, power_cut, sensor_fault, track_gap
from rules_engine.rules.rule import Telling
from rules_engine.rules.sensor_readings import SensorFaultLimits
from rules_engine.unloading import BY_LOAD
from rules_engine.world import World

Place = tuple[float, float]
NOWHERE = (math.nan, math.nan)
OFFLINE, GAP, CLONE = offline.OfflineLimits(), track_gap.TrackGapLimits(), clone.CloneLimits()
JUMP, JAMMING = position_jump.PositionJumpLimits(), jamming.JammingLimits()
POWER, SENSOR = power_cut.PowerCutLimits(), SensorFaultLimits()


@dataclass
class Told:
    """One row as the terminal told it, and what was known before it."""

    row: Row
    speed_mps: float
    satellites: int
    main_power: int
    faults: int
    alarms: int
    load_kg: float
    load_ratio: float
    sound: bool
    before: Told | None  # the terminal's fix before
    place_before: Place
    place_before_ms: int | None
    raised: bool  # an unloading is confirmed of which only the raised bed speaks
    same_since_ms: int  # since when the readings before were the same

    @property
    def own(self) -> bool:
        return self.row.mark == Mark.FIX

    @property
    def gap_s(self) -> float:
        return 0.0 if self.before is None else (self.row.time_ms - self.before.row.time_ms) / 1000

    @property
    def missing(self) -> int | None:
        assert self.before is not None
        if self.before.row.epoch != self.row.epoch:
            return None
        return self.row.seq - self.before.row.seq - 1


def judge_health(track: FixBatch, world: World, capacity_kg: float) -> list[Found]:
    """Return the events of one truck's terminal and sensors."""
    oracles: list[Any] = [OfflineOracle(world), TrackGapOracle(world), JumpOracle(world), JammingOracle(world)]
    oracles += [PowerCutOracle(world.version), SensorFaultOracle(world.version, capacity_kg)]
    before, place, place_ms = None, NOWHERE, None
    load, motion, level = LoadStateOracle(capacity_kg), MotionOracle(), LevelOracle(capacity_kg)
    unloadings = UnloadingOracle(capacity_kg)
    for i, row in enumerate(rows_of(track, world, capacity_kg)):
        load.step(row)
        motion.step(row)
        level.step(row, motion)
        unloadings.step(row, motion, level, load.loading is not None)
        satellites, faults = int(track.satellites[i]), int(track.faults[i])
        told = Told(
            row,
            float(track.speed_mps[i]),
            satellites,
            int(track.main_power[i]),
            faults,
            int(track.alarms[i]),
            float(track.load_kg[i]),
            float(track.load_ratio[i]),
            row.located and not row.hdop > 10 and not 0 <= satellites < 4 and not faults & (8 | 16 | 32),
            before,
            place,
            place_ms,
            any(signs.first is not None and not signs.first.by & BY_LOAD for signs in unloadings.confirmed),
            level.same_before_ms,
        )
        for oracle in oracles:
            oracle.step(told)
        if told.own:
            before = told
            told.before = None
        if row.located:
            place, place_ms = (row.lat_deg, row.lon_deg), row.time_ms
    for oracle in oracles:
        oracle.finish()
    return [found for oracle in oracles for found in oracle.found]


class OfflineOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self.quiet_ms = -math.inf

    def step(self, told: Told) -> None:
        if not told.own or told.before is None:
            return
        last, row = told.before, told.row
        working = last.row.ignition == 1 or last.speed_mps > OFFLINE.moving_above_mps
        allowed_s = OFFLINE.working_s if working else OFFLINE.parked_s
        if told.gap_s < allowed_s:
            return
        confirmed_ms = max(last.row.time_ms + round(allowed_s * 1000), self.quiet_ms)
        for from_ms, to_ms in self.world.out_of_service.get(row.vehicle, []):
            if from_ms <= confirmed_ms < to_ms:
                confirmed_ms = to_ms + round(allowed_s * 1000)
        if confirmed_ms > row.time_ms:
            return
        self.quiet_ms = row.time_ms + round(OFFLINE.mute_s * 1000)
        moved_m = float(distance_m(*told.place_before, row.lat_deg, row.lon_deg))
        opening = {
            "rule_version": offline.VERSION,
            "working": working,
            "speed_mps": None if math.isnan(last.speed_mps) else last.speed_mps,
            "ignition": None if last.row.ignition < 0 else last.row.ignition,
            "allowed_s": allowed_s,
            "world_version": self.world.version,
        }
        closing = {
            "duration_s": told.gap_s,
            "moved_m": None if math.isnan(moved_m) else moved_m,
            "seq_missing": told.missing,
        }
        self.found.append(
            Found(
                "offline",
                last.row.key,
                int(confirmed_ms),
                row.time_ms,
                told.place_before,
                2 if working else 1,
                opening,
                closing,
            )
        )

    def finish(self) -> None:
        pass


@dataclass
class Gap:
    start: FixKey
    place: Place
    missing: int | None
    end_ms: int | None = None
    distance_m: float = 0.0


class TrackGapOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self.waiting: Gap | None = None
        self.day: int | None = None

    def step(self, told: Told) -> None:
        row = told.row
        if self.waiting is not None and self.waiting.end_ms is None and row.located:
            self.waiting = self._reached(self.waiting, row)
        if self.waiting is not None and self._is_due(self.waiting, row):
            self._tell(self.waiting, row)
            self.waiting = None
        if told.own and told.gap_s >= max(GAP.gap_s, 90) and not math.isnan(told.place_before[0]):
            self._gap(told)

    def _gap(self, told: Told) -> None:
        assert told.before is not None
        gap: Gap | None = Gap(told.before.row.key, told.place_before, told.missing)
        assert gap is not None
        if gap.missing is not None and gap.missing < 0:
            gap.missing = None
        if told.row.located:
            gap = self._reached(gap, told.row)
            if gap is not None and gap.missing == 0:
                self._tell(gap, told.row)
                return
        if self.waiting is None:
            self.waiting = gap

    @staticmethod
    def _reached(gap: Gap, row: Row) -> Gap | None:
        gap.distance_m = float(np.float32(distance_m(*gap.place, row.lat_deg, row.lon_deg)))
        gap.end_ms = row.time_ms
        return gap if gap.distance_m > GAP.far_m else None

    @staticmethod
    def _is_due(gap: Gap, row: Row) -> bool:
        patience_s = 0 if gap.missing == 0 else GAP.patience_s
        return gap.end_ms is not None and row.time_ms >= gap.end_ms + patience_s * 1000

    def _tell(self, gap: Gap, row: Row) -> None:
        assert gap.end_ms is not None
        day = (gap.end_ms + self.world.windows.utc_offset_ms) // 86_400_000
        if day == self.day:
            return
        self.day = day
        opening = {
            "rule_version": track_gap.VERSION,
            "distance_m": gap.distance_m,
            "seq_missing": gap.missing,
            "far_m": GAP.far_m,
            "gap_s": GAP.gap_s,
            "patience_s": GAP.patience_s,
            "world_version": self.world.version,
        }
        closing = {"duration_s": (gap.end_ms - gap.start.fix_time_ms) / 1000}
        self.found.append(Found("track_gap", gap.start, row.time_ms, gap.end_ms, gap.place, 1, opening, closing))

    def finish(self) -> None:
        pass


@dataclass
class Chain:
    start: FixKey
    place: Place
    other: Place
    other_ms: int
    last_ms: int
    jumps: int
    counted_on: int
    confirmed_ms: int | None = None
    first_jumps: int = 0
    first: tuple[Place, Place] = (NOWHERE, NOWHERE)


@dataclass
class Pending:
    start: FixKey
    place: Place
    from_: Place
    took_ms: int
    last_ms: int
    jumps: int


def short(place: Place) -> Place:
    """Return a place as precise as the carry keeps it."""
    return float(np.float32(place[0])), float(np.float32(place[1]))


class JumpOracle:
    def __init__(self, world: World) -> None:
        self.version = world.version
        self.found: list[Found] = []
        self.chain: Chain | None = None
        self.pending: Pending | None = None
        self.quiet_ms = -math.inf

    def step(self, told: Told) -> None:
        row = told.row
        if self._is_jump(told):
            self._jump(told, float(distance_m(*told.place_before, *row.place)))
        if self.chain is not None and row.time_ms > self.chain.last_ms + CLONE.within_s * 1000:
            self._tell_clone(over=True)
            self.chain = None
        if self.pending is not None:
            start_ms = self.pending.start.fix_time_ms
            due_ms = min(self.pending.last_ms + JUMP.hold_s * 1000, start_ms + JUMP.latest_s * 1000)
            if row.time_ms >= due_ms:
                self._tell_jump(row)

    @staticmethod
    def _is_jump(told: Told) -> bool:
        doubtful = told.before is not None and told.before.row.located and not told.before.sound
        return told.sound and told.row.implied_mps > 60 and not doubtful

    def _jump(self, told: Told, way_m: float) -> None:
        row = told.row
        assert told.place_before_ms is not None
        if way_m > CLONE.far_m:
            self._lengthen(told, way_m)
        if self.chain is not None and self.chain.confirmed_ms is not None:
            self.pending = None
        elif way_m > JUMP.far_m and row.time_ms >= self.quiet_ms:
            if self.pending is None:
                from_ = short(told.place_before)
                self.pending = Pending(row.key, row.place, from_, row.time_ms - told.place_before_ms, row.time_ms, 0)
            self.pending.last_ms = row.time_ms
            self.pending.jumps += 1

    def _lengthen(self, told: Told, way_m: float) -> None:
        row, chain = told.row, self.chain
        assert told.place_before_ms is not None
        assert told.before is not None
        is_clone = chain is not None and chain.confirmed_ms is not None
        if chain is None or not (is_clone or self._leads_back(chain, row, way_m)):
            chain = Chain(row.key, row.place, NOWHERE, 0, 0, 0, 0)
        chain.other, chain.other_ms, chain.last_ms = short(told.place_before), told.place_before_ms, row.time_ms
        chain.jumps += 1
        chain.counted_on += (told.before.row.epoch, told.before.row.seq + 1) == (row.epoch, row.seq)
        if not is_clone and chain.jumps - chain.counted_on / 2 >= CLONE.jumps:
            chain.confirmed_ms, chain.first_jumps = row.time_ms, chain.jumps
            chain.first = (short(told.place_before), short(row.place))
        self.chain = chain

    @staticmethod
    def _leads_back(chain: Chain, row: Row, way_m: float) -> bool:
        off_m = float(distance_m(*chain.other, *row.place))
        drivable_m = CLONE.back_within_m + CLONE.back_mps * (row.time_ms - chain.other_ms) / 1000
        return off_m <= drivable_m and off_m <= CLONE.back_share * way_m

    def _tell_clone(self, *, over: bool) -> None:
        chain = self.chain
        if chain is None or chain.confirmed_ms is None:
            return
        opening = {
            "rule_version": clone.VERSION,
            "jumps": chain.first_jumps,
            "places": [{"lat_deg": lat_deg, "lon_deg": lon_deg} for lat_deg, lon_deg in chain.first],
            "distance_m": float(distance_m(*chain.first[0], *chain.first[1])),
            "world_version": self.version,
        }
        duration_s = (chain.last_ms - chain.start.fix_time_ms) / 1000
        closing = {"jumps": chain.jumps, "counted_on": chain.counted_on, "duration_s": duration_s}
        self.found.append(
            Found(
                "clone",
                chain.start,
                chain.confirmed_ms,
                chain.last_ms if over else None,
                chain.place,
                3,
                opening,
                closing if over else None,
            )
        )

    def _tell_jump(self, row: Row) -> None:
        pending, self.pending = self.pending, None
        assert pending is not None
        self.quiet_ms = row.time_ms + JUMP.mute_s * 1000
        way_m = float(distance_m(*pending.from_, *pending.place))
        opening = {
            "rule_version": position_jump.VERSION,
            "distance_m": way_m,
            "implied_mps": way_m * 1000 / pending.took_ms,
            "from_lat_deg": pending.from_[0],
            "from_lon_deg": pending.from_[1],
            "jumps": pending.jumps,
            "far_m": JUMP.far_m,
            "world_version": self.version,
        }
        closing = {"duration_s": (pending.last_ms - pending.start.fix_time_ms) / 1000}
        self.found.append(
            Found("position_jump", pending.start, row.time_ms, pending.last_ms, pending.place, 1, opening, closing)
        )

    def finish(self) -> None:
        self._tell_clone(over=False)


class JammingOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.condition = ConditionOracle(
            self._telling,
            world.version,
            extrema={"how": operator.or_},
            hold_s=JAMMING.hold_s,
            min_fixes=JAMMING.min_fixes,
            mute_s=JAMMING.mute_s,
        )
        self.found = self.condition.found
        self.finish = self.condition.finish

    def step(self, told: Told) -> None:
        if not told.own:
            return
        row = told.row
        working = row.ignition == 1 or (row.ignition != 0 and told.speed_mps > JAMMING.moving_above_mps)
        on = not told.sound and working and told.main_power != 0 and not self._under_roof(row.place)
        off = told.sound or (not on and row.ignition == 0)
        how = (not row.located) | (0 <= told.satellites < 4) << 1 | (row.hdop > 10) << 2
        how |= bool(told.faults & 56) << 3
        self.condition.step(row, on, off, {"how": how})

    def _under_roof(self, place: Place) -> bool:
        at = np.array([place[0]]), np.array([place[1]])
        areas = (self.world.sites, self.world.dump_points, self.world.zones_of("parking").areas)
        return any(index.query(*at)[0] >= 0 for index in areas)

    @staticmethod
    def _telling(episode: Episode, over: bool) -> Telling:
        opening = {
            "rule_version": jamming.VERSION,
            "how": [word for bit, word in jamming.WORDS.items() if episode.first["how"] & bit],
            "hold_s": episode.hold_s,
            "min_fixes": episode.min_fixes,
        }
        closing = {
            "how": [word for bit, word in jamming.WORDS.items() if episode.best["how"] & bit],
            "duration_s": episode.duration_s,
            "fixes": episode.count,
        }
        return Telling("jamming", 2, opening, closing, episode.last_ms, over)


class PowerCutOracle:
    def __init__(self, version: str) -> None:
        self.condition = ConditionOracle(
            self._telling, version, hold_s=POWER.hold_s, min_fixes=POWER.min_fixes, mute_s=POWER.mute_s
        )
        self.found = self.condition.found
        self.finish = self.condition.finish

    def step(self, told: Told) -> None:
        cut = told.main_power == 0 or bool(told.alarms & 1)
        noted = {"speed_mps": float(told.row.speed_mps), "ignition": told.row.ignition}
        self.condition.step(told.row, cut, told.own and not cut, noted=noted)

    @staticmethod
    def _telling(episode: Episode, over: bool) -> Telling:
        speed_mps, ignition = episode.noted["speed_mps"], episode.noted["ignition"]
        working = ignition == 1 or speed_mps > POWER.moving_above_mps
        opening = {
            "rule_version": power_cut.VERSION,
            "speed_mps": None if math.isnan(speed_mps) else speed_mps,
            "ignition": None if ignition < 0 else ignition,
            "hold_s": episode.hold_s,
        }
        closing = {"duration_s": episode.duration_s, "fixes": episode.count}
        return Telling("power_cut", 2 if working else 1, opening, closing, episode.last_ms, over)


class SensorFaultOracle:
    def __init__(self, version: str, capacity_kg: float) -> None:
        self.capacity_kg = capacity_kg
        self.known: set[str] = set()
        self.reading_kg: int | None = None
        self.broken = ConditionOracle(
            self._broken,
            version,
            extrema={"what": operator.or_},
            hold_s=SENSOR.hold_s,
            min_fixes=SENSOR.min_fixes,
            mute_s=SENSOR.mute_s,
        )
        self.absent = ConditionOracle(
            self._absent,
            version,
            extrema={"absent": operator.and_},
            hold_s=SENSOR.absent_s,
            min_fixes=SENSOR.absent_fixes,
        )
        self.stuck = ConditionOracle(self._stuck, version, mute_s=SENSOR.mute_s)
        self.unloaded = False

    def step(self, told: Told) -> None:
        row = told.row
        what = self._what(told)
        moving = row.speed_mps > np.float32(SENSOR.moving_above_mps)
        there = {"load": row.load_kg is not None, "lift": not math.isnan(row.lift_deg), "cover": row.cover >= 0}
        absent = {name for name in self.known if not there[name]} if told.own else set()
        self.known |= {name for name in there if there[name]}
        self.broken.step(row, bool(what), told.own and not what, {"what": what})
        lacking = bool(absent) and bool(moving) and not what
        self.absent.step(row, lacking, told.own and not absent, {"absent": absent})
        changed = row.load_kg is not None and row.load_kg != self.reading_kg
        self._look_at_reading(told, changed, bool(moving) and not what and not lacking)

    def _look_at_reading(self, told: Told, changed: bool, drives: bool) -> None:
        row, unloaded_before = told.row, self.unloaded
        if changed:
            self.reading_kg, self.unloaded = row.load_kg, False
        elif told.raised or row.mark == Mark.GATE_OUT:
            heavy = self.reading_kg is not None and self.reading_kg >= LOAD.heavy_share * self.capacity_kg
            not_yet_stuck = row.time_ms - told.same_since_ms < SENSOR.stuck_s * 1000
            self.unloaded = self.unloaded or (heavy and not_yet_stuck)
        if changed or (self.unloaded and not unloaded_before):
            self.stuck.step(row, False, True)
        elif row.load_kg is not None and drives:
            self.stuck.hold_s, self.stuck.min_fixes = SENSOR.stuck_s, SENSOR.stuck_fixes
            if row.load_kg <= SENSOR.rest_share * self.capacity_kg:
                self.stuck.hold_s, self.stuck.min_fixes = SENSOR.stuck_at_rest_s, SENSOR.stuck_at_rest_fixes
            if self.unloaded:
                self.stuck.hold_s, self.stuck.min_fixes = SENSOR.unloaded_s, SENSOR.unloaded_fixes
            self.stuck.step(row, True, False, noted={"load_kg": row.load_kg})

    def _what(self, told: Told) -> int:
        share = told.load_kg / self.capacity_kg
        if math.isnan(share):
            share = told.load_ratio
        lift_deg = told.row.lift_told_deg
        what = told.faults & 7 | (told.alarms & 12) << 1
        what |= (share < READINGS.least_share or share > READINGS.most_share) << 5
        return what | (lift_deg < READINGS.least_lift_deg or lift_deg > READINGS.most_lift_deg) << 6

    @property
    def found(self) -> list[Found]:
        return self.broken.found + self.absent.found + self.stuck.found

    def finish(self) -> None:
        for condition in (self.broken, self.absent, self.stuck):
            condition.finish()

    @staticmethod
    def _telling(episode: Episode, over: bool, severity: int, faults: list[Any], closing: dict[str, Any]) -> Telling:
        opening = {
            "rule_version": sensor_fault.VERSION,
            "faults": faults,
            "hold_s": episode.hold_s,
            "min_fixes": episode.min_fixes,
        }
        closing = closing | {"duration_s": episode.duration_s, "fixes": episode.count}
        return Telling("sensor_fault", severity, opening, closing, episode.last_ms, over)

    def _broken(self, episode: Episode, over: bool) -> Telling:
        first, best = (_words(bits["what"]) for bits in (episode.first, episode.best))
        severity = 2 if any(word["how"] in ("opened", "unplugged") for word in first) else 1
        return self._telling(episode, over, severity, first, {"faults": best})

    def _absent(self, episode: Episode, over: bool) -> Telling:
        names = [name for name in ("load", "lift", "cover") if name in episode.first["absent"]] or ["any"]
        return self._telling(episode, over, 1, [{"sensor": name, "how": "absent"} for name in names], {})

    def _stuck(self, episode: Episode, over: bool) -> Telling:
        fault = {"sensor": "load", "how": "stuck", "load_kg": float(episode.noted["load_kg"])}
        return self._telling(episode, over, 1, [fault], {})


_WORDS = [
    ("load", "torn"),
    ("lift", "torn"),
    ("cover", "torn"),
    ("case", "opened"),
    ("any", "unplugged"),
    ("load", "implausible"),
    ("lift", "implausible"),
]


def _words(what: int) -> list[dict[str, str]]:
    return [{"sensor": sensor, "how": how} for bit, (sensor, how) in enumerate(_WORDS) if what & 1 << bit]
