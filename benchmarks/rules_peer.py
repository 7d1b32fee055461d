"""The rules as a plain program would have them: shapely and a loop over the fixes. Used by `benchmarks.rules`.

The peer answers the same questions with the tools at hand: shapely's STRtree for sites and dump points, its distance to
each truck's corridor, made from arrays, and a loop over the fixes with the state of each truck in a dict. It knows load
state, trips, unloading by lift and load, deviation, uncovered haul and spillage by the minute, six rules of the
catalogue; it knows nothing of late rows, absent sensors, jumps, margins, limits by place, or evidence.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from benchmarks.haul_scene import CAPACITY_KG, DEG_PER_M_EAST, DEG_PER_M_NORTH, HALF_WIDTH_M, Scene
from rules_engine.fix_batch import FixBatch


@dataclass(slots=True)
class TruckState:
    """What the peer remembers of a truck."""

    heavy: bool | None = None
    heavy_since: int = 0
    empty_since: int = 0
    on_trip: bool = False
    at_site: bool = False
    slow: bool = False
    peak: float = 0.0
    last_load: float = 0.0
    unloaded: bool = False
    signs_since: int = 0
    away_since: int = 0
    away_fixes: int = 0
    away_told: bool = False
    bare_since: int = 0
    bare_told: bool = False
    minute: int = 0
    minute_sum: float = 0.0
    minute_count: int = 0
    minutes: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=12))
    less: int = 0
    spilled: bool = False


class Peer:
    """The same questions, answered with shapely and a dict.

    The plain peer asks the distance of every fix. The careful one first leaves out the trucks that cannot be on a trip,
    as someone who has profiled the plain one would.
    """

    def __init__(self, scene: Scene, *, careful: bool) -> None:
        self.careful = careful
        # In metres, so that its distances are metres too.
        self.sites = shapely.STRtree(scene.sites)
        self.dumps = shapely.STRtree(scene.dumps)
        scale = np.array([1 / DEG_PER_M_EAST, 1 / DEG_PER_M_NORTH])
        corridors = [shapely.transform(line, lambda xy: xy * scale) for line in scene.corridors]
        self.scale = scale
        self.route_of, self.site_of, self.dump_of = scene.route_of, scene.site_of, scene.dump_of
        self.corridor_of = np.array(corridors, object)[scene.route_of]
        shapely.prepare(self.corridor_of)
        self.states: dict[int, TruckState] = {}

    def evaluate(self, fixes: FixBatch) -> list[dict[str, Any]]:
        """Return the events of a batch."""
        lon_lat = np.column_stack((fixes.lon_deg, fixes.lat_deg))
        points = shapely.points(lon_lat)
        in_site, in_dump = np.zeros(len(fixes), bool), np.zeros(len(fixes), bool)
        at_end = np.zeros(len(fixes), bool)  # the site the truck loads at, or the dump point it may use
        for tree, inside, own in ((self.sites, in_site, self.site_of), (self.dumps, in_dump, self.dump_of)):
            fix, place = tree.query(points, "intersects")
            inside[fix] = True
            at_end[fix[place == own[fixes.vehicle[fix]]]] = True
        away_m = np.zeros(len(fixes))
        asked = self._maybe_on_trip(fixes) if self.careful else np.arange(len(fixes))
        ways = self.corridor_of[fixes.vehicle[asked]]
        away_m[asked] = shapely.distance(shapely.points(lon_lat[asked] * self.scale), ways)
        events: list[dict[str, Any]] = []
        states = self.states
        for truck, now, speed, load, lift, cover, site, dump, end, away in zip(
            fixes.vehicle.tolist(),
            fixes.fix_time_ms.tolist(),
            fixes.speed_mps.tolist(),
            fixes.load_kg.tolist(),
            fixes.lift_deg.tolist(),
            fixes.cover.tolist(),
            in_site.tolist(),
            in_dump.tolist(),
            at_end.tolist(),
            away_m.tolist(),
            strict=True,
        ):
            state = states.get(truck)
            if state is None:
                state = states[truck] = TruckState()
            self._step(state, truck, now, speed, load, lift, cover, site, dump, end, away, events)
        return events

    def _maybe_on_trip(self, fixes: FixBatch) -> np.ndarray:
        """Return the rows of trucks that are on a trip or are seen loaded in the batch."""
        maybe = np.zeros(len(self.route_of), bool)
        maybe[[truck for truck, state in self.states.items() if state.on_trip]] = True
        maybe[fixes.vehicle[fixes.load_kg >= 0.4 * CAPACITY_KG]] = True
        return np.flatnonzero(maybe[fixes.vehicle])

    def _step(  # noqa: PLR0912, PLR0917 - one step, as a plain program has it
        self,
        s: TruckState,
        truck: int,
        now: int,
        speed: float,
        load: float,
        lift: float,
        cover: int,
        site: bool,
        dump: bool,
        end: bool,
        away: float,
        events: list[dict[str, Any]],
    ) -> None:
        new_load = False
        if load >= 0.4 * CAPACITY_KG:
            s.empty_since = 0
            s.heavy_since = s.heavy_since or now
            if not s.heavy and now - s.heavy_since >= 10_000:
                if s.heavy is False:
                    s.on_trip = True
                    events.append({"kind": "loading", "truck": truck, "since": s.heavy_since, "at": now, "load": load})
                s.heavy = new_load = True
        elif load <= 0.2 * CAPACITY_KG:
            s.heavy_since = 0
            s.empty_since = s.empty_since or now
            if s.heavy is not False and now - s.empty_since >= 10_000:
                s.heavy, new_load = False, True
        s.at_site = site
        was_slow = s.slow
        s.slow = speed < 10 / 3.6 or (s.slow and speed <= 15 / 3.6)
        if s.slow or was_slow:
            if s.slow and (not was_slow or new_load):
                s.peak, s.unloaded, s.signs_since = s.last_load, False, 0
            s.peak = max(s.peak, min(load, s.last_load))
            if s.peak >= 0.25 * CAPACITY_KG and (lift >= 15 or load <= 0.6 * s.peak):
                s.signs_since = s.signs_since or now
                if not s.unloaded and now - s.signs_since >= 10_000:
                    s.unloaded = new_load = True
                    s.on_trip = False
                    kind = "unloading" if dump else "illegal_dumping"
                    events.append(
                        {"kind": kind, "truck": truck, "since": s.signs_since, "at": now, "peak": s.peak, "lift": lift}
                    )
            else:
                s.signs_since = 0
        s.last_load = load
        if s.on_trip and not end and away > HALF_WIDTH_M:
            s.away_since = s.away_since or now
            s.away_fixes += 1
            if not s.away_told and s.away_fixes >= 3 and now - s.away_since >= 180_000:
                s.away_told = True
                events.append(
                    {"kind": "route_deviation", "truck": truck, "since": s.away_since, "at": now, "away": away}
                )
        elif not s.on_trip or end or away <= 0.8 * HALF_WIDTH_M:
            s.away_since = s.away_fixes = 0
            s.away_told = False
        if s.heavy and cover == 2 and not site and not dump:
            if speed > 5 / 3.6:
                s.bare_since = s.bare_since or now
                if not s.bare_told and now - s.bare_since >= 30_000:
                    s.bare_told = True
                    events.append(
                        {"kind": "uncovered_haul", "truck": truck, "since": s.bare_since, "at": now, "speed": speed}
                    )
        elif s.bare_since:
            s.bare_since, s.bare_told = 0, False
        self._spill(s, truck, now, load, new_load, events)

    def _spill(  # noqa: PLR0917
        self, s: TruckState, truck: int, now: int, load: float, new_load: bool, events: list[dict[str, Any]]
    ) -> None:
        minute = now // 60_000
        if s.minute_count and minute != s.minute:
            s.minutes.append((s.minute_sum, s.minute_count))
            s.minute_sum, s.minute_count = 0.0, 0
            self._judge_minutes(s, truck, now, events)
        if new_load:
            s.minutes.clear()
            s.minute_sum, s.minute_count, s.less, s.spilled = 0.0, 0, 0, False
        if s.heavy and not s.slow:
            s.minute = minute
            s.minute_sum += load
            s.minute_count += 1

    def _judge_minutes(self, s: TruckState, truck: int, now: int, events: list[dict[str, Any]]) -> None:
        minutes = list(s.minutes)
        levels = [(a + b) / (n + m) if n + m >= 3 else 0.0 for (a, n), (b, m) in pairwise(minutes)]
        if len(levels) < 3:
            return
        peak = max(levels[:-2])
        rises = [b - a for a, b in zip(levels, levels[2:], strict=False) if b > a]
        bound = max(0.05 * peak, 500.0, 4 * sum(rises) / len(rises) if len(rises) >= 3 else 0.0)
        less = peak - levels[-1] >= bound
        s.less = s.less + 1 if less else 0
        if s.less >= 3 and not s.spilled:
            s.spilled = True
            events.append({"kind": "spillage", "truck": truck, "at": now, "peak": peak, "bound": bound})
