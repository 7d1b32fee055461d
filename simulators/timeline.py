"""One truck's working life, haul cycle after haul cycle, as fixes, truth and what devices beside the road see.

Written only as far as it is asked for: a live city has no last cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT
from simulators.city import City
from simulators.corners import corners
from simulators.driver_clock import DriverClock
from simulators.fleet import Truck
from simulators.haul import Cycle, ordinary_cycle, with_drives
from simulators.incident import NoRoomError
from simulators.incidents import INCIDENTS
from simulators.motion import Pace
from simulators.noise import Seen, observe
from simulators.plane import FloatArray
from simulators.scenario import IncidentPlan, Scenario
from simulators.spells import RunningSpell, Spell
from simulators.stretch import FixSchedule, Stretch
from simulators.track import Passage, Told, TrackBuilder
from simulators.truth import ANY_KIND, Happening
from simulators.visible import Quiet, holds, is_shown, slack_s, was_sampled

FIRST_WAIT_S = 300.0  # trucks do not all begin at the same minute
PARKED_INTERVAL_S = 300  # a terminal that sleeps with the ignition off still says that it lives
PARKING_S = 10

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


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
        corner_deg: Change of course that the terminal records at once, None for none. [deg]
    """

    rng: np.random.Generator
    truck: Truck
    city: City
    scenario: Scenario
    staged: IncidentPlan | None
    start_ms: int
    corner_deg: float | None = None
    _spells: list[RunningSpell] = field(default_factory=list)
    _quiet: Quiet = field(default_factory=Quiet)
    _clock: DriverClock = field(default_factory=lambda: DriverClock(0.0))

    def stretches(self, last_start_s: float = np.inf) -> Iterator[Stretch]:
        """Yield cycle after cycle, none begun later than that, and then the truck parked."""
        stretch = self._first()
        while stretch.end_s < last_start_s:
            yield stretch
            stretch = self.render(self.draw_cycle(stretch.end_s), stretch.end_s)
        yield stretch
        yield self.parked(stretch.end_s)

    def parked(self, begins_s: float) -> Stretch:
        """Return the truck in the yard with the engine off, heard of until what befell its terminal is over."""
        silenced_s = [spell.to_s for spell in self._spells if ANY_KIND in spell.spell.hides]
        until_s = max([begins_s, *silenced_s]) + 2.0 * PARKED_INTERVAL_S
        track = self.new_track()
        track.append(PARKING_S)
        track.append(int(until_s - begins_s) - PARKING_S, ignition=0.0)
        return self.stretch(track, begins_s)

    def render(self, cycle: Cycle, begins_s: float, *told_of_haul: Told) -> Stretch:
        """Return a cycle as it comes to pass; `told_of_haul` lasts as long as the load is on its way."""
        track = self.new_track()
        cycle.render(track, self.rng)
        if track.hauled is not None and track.hauled[1] > track.hauled[0]:
            first, last = track.hauled
            told_of_haul = (*told_of_haul, *self._unpermitted())
            track.told += [replace(told, first=first, last=last) for told in told_of_haul]
            self._begin_spells(cycle, track, begins_s)
        return self.stretch(track, begins_s)

    def draw_cycle(self, at_s: float, room_s: float = np.inf) -> Cycle:
        """Return the next cycle, with an incident if chance has it so.

        Args:
            at_s: When it begins.
            room_s: How long it may take.
        """
        cycle = ordinary_cycle(self.truck, self.rng)
        works = self.city.works
        if works is not None and works.from_s + 300.0 < at_s < works.to_s - 5_400.0 and self._is_dug_up():
            return self.lawful(INCIDENTS["detour"].change(cycle, self.truck, self.city, self.rng))
        chance, so_far = self.rng.random(), 0.0
        for plan in self.scenario.incident:
            so_far += plan.share if self._fits(plan.kind, at_s, room_s) else 0.0
            if chance < so_far:
                with suppress(NoRoomError):  # an ordinary cycle instead
                    cycle = INCIDENTS[plan.kind].change(cycle, self.truck, self.city, self.rng)
                break
        return self.lawful(cycle)

    def lawful(self, cycle: Cycle) -> Cycle:
        """Return the cycle with drivers who keep to the speed limit, unless they are told not to."""
        law = self.city.law
        if law is None:
            return cycle
        return with_drives(cycle, lambda drive: drive if drive.pace is not None else replace(drive, pace=Pace(law)))

    def _is_dug_up(self) -> bool:
        works = self.city.works
        return works is not None and works.detour.site.place_id == self.truck.corridor.site.place_id

    def _fits(self, kind: str, at_s: float, room_s: float) -> bool:
        incident = INCIDENTS[kind]
        if not self.scenario.inferred:
            return incident.sensors == self.truck.sensors
        if incident.of_permit and not self.truck.permitted:
            return False
        busy = any(at_s < spell.to_s for spell in self._spells)
        return incident.needs <= self.truck.sensors and not busy and not (incident.long and room_s < 3 * 3_600.0)

    def _unpermitted(self) -> list[Told]:
        also = ("suspicious_loading", "route_deviation")
        return [] if self.truck.permitted else [Told("no_permit", 0, 0, also)]

    def _first(self) -> Stretch:
        """Return the first cycle, moved in time so that its staged incident begins when it has to."""
        cycle = ordinary_cycle(self.truck, self.rng)
        if self.staged is not None:
            cycle = INCIDENTS[self.staged.kind].change(cycle, self.truck, self.city, self.rng)
        cycle = self.lawful(cycle)
        begins_s, wait_s = -self.scenario.history_s, int(self.rng.uniform(0.0, FIRST_WAIT_S))
        if self.staged is None or self.staged.at_s is None:
            track = self.new_track()
            track.append(wait_s)
            cycle.render(track, self.rng)
            self._begin_spells(cycle, track, begins_s)
            return self.stretch(track, begins_s)
        return self._aligned(cycle, begins_s, float(self.staged.at_s))

    def _aligned(self, cycle: Cycle, begins_s: float, at_s: float) -> Stretch:
        chance = self.rng.bit_generator.state
        trial = self.new_track()
        cycle.render(trial, self.rng)
        begins = [first for _, first in self._spells_of(cycle, trial)]
        staged = min(begins) if begins else trial.staged
        if staged is None:
            raise ValueError(f"{cycle} stages nothing to align")
        cycle_s = at_s - staged
        self.rng.bit_generator.state = chance
        track = self.new_track()
        track.append(max(int(cycle_s - begins_s), 0))
        waited = track.seconds
        cycle.render(track, self.rng)
        self._begin_spells(cycle, track, cycle_s - waited)
        return self.stretch(track, cycle_s - waited)

    def _begin_spells(self, cycle: Cycle, track: TrackBuilder, begins_s: float) -> None:
        for spell, first in self._spells_of(cycle, track):
            self._spells.append(RunningSpell(spell, begins_s + first))
            if spell.kind is not None:
                told = Told(spell.kind, first, first + spell.seconds, spell.also, spell.required)
                track.told.append(told)

    def _spells_of(self, cycle: Cycle, track: TrackBuilder) -> list[tuple[Spell, int]]:
        """Return what befalls the terminal in a cycle, and at which second of its track; not what finds no room."""
        hauled = track.hauled or (0, track.seconds)
        drawn = [
            (spell, spell.begin(self.rng, track.places(), track.column("speed_mps"), hauled)) for spell in cycle.spells
        ]
        return [(spell, first) for spell, first in drawn if first >= 0]

    def new_track(self) -> TrackBuilder:
        """Return a track that begins in the site's yard."""
        return TrackBuilder(self.truck.corridor.site.centre_m)

    def stretch(self, track: TrackBuilder, begins_s: float) -> Stretch:
        """Return a track as its terminal and others see it."""
        states, places = track.columns(), track.places()
        for spell in self._spells:
            spell.apply(states, begins_s)
        if self.scenario.day is not None:
            for from_s, to_s, required in self._clock.watch(begins_s, states["speed_mps"]):
                track.tell("fatigue", int(from_s - begins_s), int(to_s - begins_s), required=required)
        seen = observe(self.rng, self.truck, self.city.plane, places, states)
        reported = np.flatnonzero(self._is_reported(states, begins_s))
        truth, at_device = self._truth(track.told, begins_s)
        return Stretch(
            fixes=self._fixes(seen, reported, begins_s, states),
            truth=truth,
            passages=[self._passage(passage, begins_s) for passage in track.passages],
            end_s=begins_s + track.seconds,
            clone=self._clone(places, states, begins_s),
            at_device=at_device,
        )

    def _is_reported(self, states: dict[str, FloatArray], begins_s: float) -> BoolArray:
        """Return when the terminal reports: often while anything changes, seldom else, at once on a switch."""
        second = np.arange(len(states["cover"])) + int(begins_s)
        changes = (states["speed_mps"] > 0.5) | (states["lift_deg"] > 1.0)
        changes[1:] |= np.diff(states["load_kg"]) != 0.0
        busy = np.convolve(changes, np.ones(2 * self.truck.interval_s + 1), "same") > 0
        switched = np.zeros_like(changes)
        for name in ("cover", "faults", "ignition", "main_power"):
            if name in states:
                switched[1:] |= np.diff(states[name]) != 0.0
        often = second % self.truck.interval_s == 0
        awake = (second % self.truck.standing_interval_s == 0) & (states["ignition"] > 0.0)
        reported: BoolArray = (busy & often) | awake | switched | (second % PARKED_INTERVAL_S == 0)
        if self.corner_deg is not None:
            reported |= corners(states["course_deg"], states["speed_mps"], reported, self.corner_deg)
        return reported if "silent" not in states else reported & (states["silent"] == 0.0)

    def _fixes(self, seen: Seen, rows: NDArray[np.intp], begins_s: float, states: dict[str, FloatArray]) -> FixSchedule:
        floats = (seen.lat_deg, seen.lon_deg, seen.speed_mps, seen.course_deg, seen.hdop)
        columns: list[NDArray[Any]] = [column[rows] for column in floats]
        columns += [seen.satellites[rows].astype(np.int16), seen.load_kg[rows]]
        columns += [np.full(len(rows), np.nan, np.float32), seen.lift_deg[rows]]
        columns += [column[rows].astype(np.int8) for column in (seen.cover, seen.ignition, seen.main_power)]
        columns += [column[rows].astype(np.int32) for column in (seen.faults, seen.alarms)]
        lost = states["lost"][rows] > 0.0 if "lost" in states else None
        return FixSchedule(rows.astype(np.float64) + begins_s, self.start_ms, columns, lost)

    def _clone(self, places_m: FloatArray, states: dict[str, FloatArray], begins_s: float) -> FixSchedule | None:
        """Return what a second terminal reports: the same moves kilometres away, from a box without sensors."""
        if "clone_east_m" not in states:
            return None
        elsewhere = places_m + np.column_stack([states["clone_east_m"], states["clone_north_m"]])
        second = np.arange(len(places_m)) + int(begins_s)
        out_of_step = second % self.truck.interval_s == self.truck.interval_s // 2
        rows = np.flatnonzero(~np.isnan(elsewhere[:, 0]) & out_of_step)
        if not len(rows):
            return None
        blank = {name: states[name] for name in states if not name.startswith(("clone", "silent", "lost"))}
        bare = replace(self.truck, sensors=frozenset())
        seen = observe(self.rng, bare, self.city.plane, np.where(np.isnan(elsewhere), places_m, elsewhere), blank)
        return self._fixes(replace(seen, cover=np.full(len(places_m), float(ABSENT))), rows, begins_s, {})

    def _truth(self, told: list[Told], begins_s: float) -> tuple[list[Happening], dict[int, str]]:
        happenings: list[Happening] = []
        at_device: dict[int, str] = {}
        for one in sorted(told, key=lambda one: one.first):
            happening = self._happening(one, begins_s)
            if happening is not None:
                if one.device is not None:
                    at_device[len(happenings)] = one.device
                happenings.append(happening)
        return happenings, at_device

    def _happening(self, told: Told, begins_s: float) -> Happening | None:
        first_s, last_s = begins_s + told.first, begins_s + told.last
        in_force = holds(told, begins_s)
        if in_force is False:
            return None
        required = (
            told.required
            and in_force is True
            and (self.truck.permitted or told.kind != "route_deviation")  # without a permit there is no corridor
            and is_shown(told.kind, self.truck.sensors, inferred=self.scenario.inferred)
            and was_sampled(told.kind, told.last - told.first, self.truck.interval_s)
            and not any(spell.hides(told.kind, first_s, last_s) for spell in self._spells)
        )
        # What need not be found may be, and silences what comes after it all the same.
        required &= not self._quiet.is_repetition(told.kind, first_s)
        return Happening(
            subject_id=self.truck.vehicle_id,
            kind=told.kind,
            start_ms=self._to_ms(first_s),
            end_ms=self._to_ms(last_s),
            also=told.also,
            required=required,
            slack_s=slack_s(told.kind, self.truck.sensors),
        )

    def _to_ms(self, at_s: float) -> int:
        return self.start_ms + round(at_s * 1000.0)

    def _passage(self, passage: Passage, begins_s: float) -> tuple[float, str, dict[str, Any]]:
        at_s = begins_s + passage.second
        instants = {
            name.removesuffix("_second") + "_ms": self._to_ms(begins_s + value)
            for name, value in passage.body.items()
            if name.endswith("_second")
        }
        rest = {name: value for name, value in passage.body.items() if not name.endswith("_second")}
        return at_s, passage.device, {"time_ms": self._to_ms(at_s)} | rest | instants
