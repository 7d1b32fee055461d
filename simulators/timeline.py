"""One truck's working life, haul cycle after haul cycle, as fixes, truth and what devices beside the road see.

Written only as far as it is asked for: a live city has no last cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.fix import Fix
from simulators.city import City
from simulators.fleet import Sensor, Truck
from simulators.haul import Cycle, ordinary_cycle
from simulators.incidents import INCIDENTS
from simulators.noise import Seen, observe
from simulators.plane import FloatArray
from simulators.scenario import IncidentPlan, Scenario
from simulators.track import Passage, Told, TrackBuilder
from simulators.truth import Happening

FIRST_WAIT_S = 300.0  # trucks do not all begin at the same minute
SEEN_WITH: dict[str, frozenset[Sensor]] = {  # any of these sensors shows it; a deviation needs none
    "loading": frozenset(("load",)),
    "trip": frozenset(("load",)),
    "spillage": frozenset(("load",)),
    "unloading": frozenset(("load", "lift")),
    "illegal_dumping": frozenset(("load", "lift")),
}
SEEN_WITH_ALL: dict[str, frozenset[Sensor]] = {"uncovered_haul": frozenset(("load", "cover"))}


class FixSchedule:
    """Fixes of one stretch in columns, taken out as rows when their time has come: a row takes ten times the room."""

    def __init__(self, times_s: FloatArray, start_ms: int, columns: list[NDArray[Any]]) -> None:
        """Keep the fixes.

        Args:
            times_s: When each is recorded, from the scenario's start, ascending, shape (N,). [s]
            start_ms: The scenario's start, milliseconds since 1970-01-01 UTC.
            columns: The members of `Fix` from `lat_deg` on, each shape (N,).
        """
        self._times_s = times_s
        self._start_ms = start_ms
        self._columns = columns
        self._taken = 0

    def __bool__(self) -> bool:
        return self._taken < len(self._times_s)

    def take(self, until_s: float) -> Iterator[Fix]:
        """Yield the fixes up to an instant that were not taken before."""
        if not self or self._times_s[self._taken] > until_s:
            return
        rows = slice(self._taken, int(np.searchsorted(self._times_s, until_s, "right")))
        self._taken = rows.stop
        times_ms = (self._start_ms + np.rint(self._times_s[rows] * 1000.0)).astype(np.int64).tolist()
        columns = [column[rows].tolist() for column in self._columns]
        for time_ms, row in zip(times_ms, zip(*columns, strict=True), strict=True):
            yield Fix(0, 0, time_ms, *row)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one haul cycle gives; times are seconds from the scenario's start.

    Attributes:
        fixes: What the terminal reports, identity still open.
        truth: What happened.
        passages: When which washer or gate saw what, as an event of contract v1 without its seq.
        end_s: The next cycle begins here.
    """

    fixes: FixSchedule
    truth: list[Happening]
    passages: list[tuple[float, str, dict[str, Any]]]
    end_s: float


@dataclass(slots=True)
class Timeline:
    """One truck's stretches.

    Attributes:
        rng: This truck's own chance, so that trucks do not disturb one another.
        truck: Whose life it is.
        city: Where.
        scenario: What happens.
        staged: The incident of the first cycle, None for an ordinary one.
        start_ms: The scenario's start, milliseconds since 1970-01-01 UTC.
    """

    rng: np.random.Generator
    truck: Truck
    city: City
    scenario: Scenario
    staged: IncidentPlan | None
    start_ms: int

    def stretches(self) -> Iterator[Stretch]:
        """Yield cycle after cycle, without end."""
        stretch = self._first()
        while True:
            yield stretch
            track = self._new_track()
            self._draw_cycle().render(track, self.rng)
            stretch = self._stretch(track, stretch.end_s)

    def _first(self) -> Stretch:
        """Return the first cycle, moved in time so that its staged incident begins when it has to."""
        cycle = ordinary_cycle(self.truck, self.rng)
        if self.staged is not None:
            cycle = INCIDENTS[self.staged.kind].change(cycle, self.truck, self.city, self.rng)
        begins_s, wait_s = -self.scenario.history_s, int(self.rng.uniform(0.0, FIRST_WAIT_S))
        if self.staged is None or self.staged.at_s is None:
            track = self._new_track()
            track.append(wait_s)
            cycle.render(track, self.rng)
            return self._stretch(track, begins_s)
        return self._aligned(cycle, begins_s, float(self.staged.at_s))

    def _aligned(self, cycle: Cycle, begins_s: float, at_s: float) -> Stretch:
        chance = self.rng.bit_generator.state
        trial = self._new_track()
        cycle.render(trial, self.rng)
        if trial.staged is None:
            raise ValueError(f"{cycle} stages nothing to align")
        cycle_s = at_s - trial.staged
        self.rng.bit_generator.state = chance
        track = self._new_track()
        track.append(max(int(cycle_s - begins_s), 0))
        waited = track.seconds
        cycle.render(track, self.rng)
        return self._stretch(track, cycle_s - waited)

    def _draw_cycle(self) -> Cycle:
        cycle = ordinary_cycle(self.truck, self.rng)
        for plan in self.scenario.incident:
            incident = INCIDENTS[plan.kind]
            if incident.sensors == self.truck.sensors and self.rng.random() < plan.share:
                return incident.change(cycle, self.truck, self.city, self.rng)
        return cycle

    def _new_track(self) -> TrackBuilder:
        return TrackBuilder(self.truck.corridor.site.centre_m)

    def _stretch(self, track: TrackBuilder, begins_s: float) -> Stretch:
        states = track.columns()
        seen = observe(self.rng, self.truck, self.city.plane, track.places(), states)
        reported = np.flatnonzero(self._is_reported(states, begins_s))
        return Stretch(
            fixes=self._fixes(seen, reported, begins_s),
            truth=[self._happening(told, begins_s) for told in track.told if self._shows(told)],
            passages=[self._passage(passage, begins_s) for passage in track.passages],
            end_s=begins_s + track.seconds,
        )

    def _is_reported(
        self, states: dict[str, FloatArray], begins_s: float
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return when the terminal reports: often while anything changes, seldom else, at once on a switch."""
        second = np.arange(len(states["cover"])) + int(begins_s)
        changes = (states["speed_mps"] > 0.5) | (states["lift_deg"] > 1.0)
        changes[1:] |= np.diff(states["load_kg"]) != 0.0
        busy = np.convolve(changes, np.ones(2 * self.truck.interval_s + 1), "same") > 0
        switched = np.zeros_like(changes)
        switched[1:] = (np.diff(states["cover"]) != 0.0) | (np.diff(states["faults"]) != 0.0)
        often = second % self.truck.interval_s == 0
        seldom = second % self.truck.standing_interval_s == 0
        reported: np.ndarray[tuple[int], np.dtype[np.bool_]] = (busy & often) | seldom | switched
        return reported

    def _fixes(self, seen: Seen, rows: NDArray[np.intp], begins_s: float) -> FixSchedule:
        floats = (seen.lat_deg, seen.lon_deg, seen.speed_mps, seen.course_deg, seen.hdop)
        columns: list[NDArray[Any]] = [column[rows] for column in floats]
        columns += [seen.satellites[rows].astype(np.int16), seen.load_kg[rows]]
        columns += [np.full(len(rows), np.nan, np.float32), seen.lift_deg[rows]]
        columns += [column[rows].astype(np.int8) for column in (seen.cover, seen.ignition, seen.main_power)]
        columns.append(seen.faults[rows].astype(np.int32))
        return FixSchedule(rows.astype(np.float64) + begins_s, self.start_ms, columns)

    def _to_ms(self, at_s: float) -> int:
        return self.start_ms + round(at_s * 1000.0)

    def _happening(self, told: Told, begins_s: float) -> Happening:
        start_ms, end_ms = self._to_ms(begins_s + told.first), self._to_ms(begins_s + told.last)
        return Happening(self.truck.vehicle_id, told.kind, start_ms, end_ms)

    def _passage(self, passage: Passage, begins_s: float) -> tuple[float, str, dict[str, Any]]:
        at_s = begins_s + passage.second
        instants = {
            name.removesuffix("_second") + "_ms": self._to_ms(begins_s + value)
            for name, value in passage.body.items()
            if name.endswith("_second")
        }
        rest = {name: value for name, value in passage.body.items() if not name.endswith("_second")}
        return at_s, passage.device, {"time_ms": self._to_ms(at_s)} | rest | instants

    def _shows(self, told: Told) -> bool:
        any_of = SEEN_WITH.get(told.kind)
        return (any_of is None or bool(any_of & self.truck.sensors)) and SEEN_WITH_ALL.get(
            told.kind, frozenset()
        ) <= self.truck.sensors
