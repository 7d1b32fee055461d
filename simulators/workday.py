"""A truck's days: waiting for the opening, cycles with rests between them, and the night somewhere.

All trucks of a run end at the same instant, parked, so that nobody seems to have fallen silent before the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from simulators.day_plan import DayPlan
from simulators.haul import Cycle, ordinary_cycle
from simulators.incident import NoRoomError, haul_line, leaving, lonely_m
from simulators.plane import cut, length_m, sideways
from simulators.steps import CRUISE_EMPTY_MPS, CRUISE_LOADED_MPS, YARD_MPS, Drive, Park, Step
from simulators.stretch import Stretch
from simulators.timeline import Timeline
from simulators.track import Told
from simulators.windows import DAY_S, HOUR_S, local_hour, seconds_until

LONGEST_CYCLE_S = 2.0 * HOUR_S
SHORTEST_NIGHT_S = 7.0 * HOUR_S  # a load that stays on the truck this long will not be delivered today
NIGHT_RUN_H = (0.7, 1.5)  # after the closing
EDGE_SHARE = 0.7  # of the corridor's half width: within it, and yet the receiver will say now and then that it is not


@dataclass(slots=True)
class Workday:
    """One truck's days.

    Attributes:
        timeline: What renders its cycles.
        plan: What drivers do.
        end_s: When the run ends, from the scenario's start.
    """

    timeline: Timeline
    plan: DayPlan
    end_s: float
    _at_s: float = 0.0

    def stretches(self) -> Iterator[Stretch]:
        """Yield every stretch until the run ends."""
        for day in count():
            open_s, close_s = self._window(day)
            rng = self.timeline.rng
            begin_s = open_s + 60.0 * float(rng.uniform(*self.plan.begins_min))
            last_s = close_s - HOUR_S * float(rng.uniform(*self.plan.ends_h))
            if open_s >= self.end_s:
                break
            yield from self._park_until(begin_s)
            yield from self._work(last_s, close_s)
            yield from self._night(close_s, self._window(day + 1)[0])
        yield from self._park_until(self.end_s)

    def _window(self, day: int) -> tuple[float, float]:
        """Return opening and closing of a day, from the scenario's start. [s]"""
        timeline = self.timeline
        window = timeline.city.window_of(timeline.truck.corridor.site)
        if window is None:
            open_s = self.plan.opens_s + day * DAY_S
            return open_s, open_s + self.plan.hours * HOUR_S
        hour = local_hour(timeline.scenario.start, timeline.city.plan.utc_offset_h, 0.0)
        open_s = seconds_until(hour, window.from_h) + day * DAY_S
        return open_s, open_s + window.length_h * HOUR_S

    def _work(self, last_s: float, close_s: float) -> Iterator[Stretch]:
        rng = self.timeline.rng
        rests = rng.random() >= self.plan.without_rest
        rest_s = self._at_s + HOUR_S * float(rng.uniform(*self.plan.rest_after_h))
        while self._at_s < min(last_s, self.end_s - LONGEST_CYCLE_S):
            cycle = self.timeline.draw_cycle(self._at_s, close_s - self._at_s)
            yield self._passed(self.timeline.render(cycle, self._at_s))
            if rests and self._at_s > rest_s:
                yield from self._park_until(self._at_s + 60.0 * float(rng.uniform(*self.plan.rest_min)))
                rest_s = self._at_s + HOUR_S * float(rng.uniform(*self.plan.rest_after_h))

    def _night(self, close_s: float, open_s: float) -> Iterator[Stretch]:
        """Yield what happens between two days, if anything but parking in the yard does."""
        plan, chance = self.plan, self.timeline.rng.random()
        until_s = min(open_s, self.end_s)
        if until_s - self._at_s < SHORTEST_NIGHT_S:
            return
        if chance < plan.keeps_load:
            yield from self._elsewhere(until_s, loaded=True)
        elif chance < plan.keeps_load + plan.edge_parking and "load" in self.timeline.truck.sensors:
            # Without a load sensor nobody could tell that the truck leaves the site empty.
            yield from self._elsewhere(until_s, loaded=False)
        elif chance < plan.keeps_load + plan.edge_parking + plan.night_run:
            yield from self._night_run(close_s, open_s)

    def _night_run(self, close_s: float, open_s: float) -> Iterator[Stretch]:
        """Yield one haul while the window is closed; a violation, unless the permit allows it."""
        timeline = self.timeline
        begin_s = max(self._at_s, close_s) + HOUR_S * float(timeline.rng.uniform(*NIGHT_RUN_H))
        if min(open_s - 0.5 * HOUR_S, self.end_s) - begin_s < LONGEST_CYCLE_S:
            return
        yield from self._park_until(begin_s)
        cycle = timeline.lawful(ordinary_cycle(timeline.truck, timeline.rng))
        allowed = timeline.truck.night_permit and timeline.truck.permitted
        told = [] if allowed else [Told("out_of_hours", 0, 0)]
        yield self._passed(timeline.render(cycle, self._at_s, *told))

    def _elsewhere(self, until_s: float, *, loaded: bool) -> Iterator[Stretch]:
        """Yield a night beside the corridor, with the last load of the day or without."""
        timeline = self.timeline
        try:
            cycle = self._kept(until_s) if loaded else self._at_edge(until_s)
        except NoRoomError:
            return
        yield self._passed(timeline.render(timeline.lawful(cycle), self._at_s))

    def _kept(self, until_s: float) -> Cycle:
        """Return a cycle whose load stays on the truck all night; it is delivered the next day if there is one."""
        timeline = self.timeline
        cycle = ordinary_cycle(timeline.truck, timeline.rng)
        haul = haul_line(cycle)
        at_m = lonely_m(haul, timeline.city, timeline.rng)
        first: tuple[Step, ...] = (
            *leaving(timeline.truck, cycle.corridor),
            Drive(cut(haul, 0.0, at_m), CRUISE_LOADED_MPS),
            Park(self._parked_until(until_s), ("undelivered_load", "long_stop")),
        )
        if until_s >= self.end_s:
            return replace(cycle, haul=first, tip=(), back=())
        return replace(cycle, haul=(*first, Drive(cut(haul, at_m, length_m(haul)), CRUISE_LOADED_MPS), *cycle.haul[3:]))

    def _parked_until(self, until_s: float) -> float:
        """Return the second of a track at which a night ends: with the run, or early enough to be back by then."""
        return until_s - self._at_s - (0.0 if until_s >= self.end_s else 0.6 * HOUR_S)

    def _at_edge(self, until_s: float) -> Cycle:
        """Return a night, empty, on the verge of the corridor."""
        timeline = self.timeline
        cycle = ordinary_cycle(timeline.truck, timeline.rng)
        haul = haul_line(cycle)
        at_m = lonely_m(haul, timeline.city, timeline.rng)
        side_m = float(timeline.rng.choice([-1.0, 1.0])) * EDGE_SHARE * cycle.corridor.half_width_m
        out = cut(haul, 0.0, at_m)
        aside = np.vstack([out[-1], sideways(haul, at_m, side_m)])
        away: tuple[Step, ...] = (
            *leaving(timeline.truck, cycle.corridor),
            Drive(out, CRUISE_EMPTY_MPS),
            Drive(aside, YARD_MPS),
            Park(self._parked_until(until_s)),
        )
        if until_s >= self.end_s:
            return replace(cycle, load=away, haul=(), tip=(), back=())
        home = (Drive(aside[::-1], YARD_MPS), Drive(out[::-1], CRUISE_EMPTY_MPS))
        return replace(cycle, load=away, haul=(), tip=(), back=(*home, Drive(cycle.corridor.line_m[1::-1], YARD_MPS)))

    def _park_until(self, until_s: float) -> Iterator[Stretch]:
        """Yield a time in the yard with the engine off; none where the instant is past."""
        until_s = min(until_s, self.end_s)
        if until_s - self._at_s < 10.0:
            return
        track = self.timeline.new_track()
        Park(until_s - self._at_s).render(track, self.timeline.rng)
        yield self._passed(self.timeline.stretch(track, self._at_s))

    def _passed(self, stretch: Stretch) -> Stretch:
        self._at_s = stretch.end_s
        return stretch
