"""The haul cycle: wait, load bucket by bucket, wash, haul, tip, return; each a step that writes its part of a track.

Durations and ramps are those of real trucks (12-20 s a bucket, a load gone within 20-50 s of tipping, a body up in
15-25 s), never anything that a rule is set to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from firmware_contracts.columns import Cover
from simulators.city import Corridor
from simulators.fleet import Truck
from simulators.motion import LIGHT_SHARE, drive
from simulators.plane import FloatArray, course_at_deg, distance_to_line_m, point_at
from simulators.track import TrackBuilder, ramp
from simulators.world_documents import gate_id, washer_id

CRUISE_LOADED_MPS = 11.0
CRUISE_EMPTY_MPS = 12.5
YARD_MPS = 3.0
DEVIATION_S = 240  # out of the corridor for longer is a deviation by anyone's measure; incidents keep clear of it


class Step(Protocol):
    """One part of a haul cycle."""

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Write the step at the track's end."""


class Effect(Protocol):
    """Something that goes wrong, or seems to, while a truck drives."""

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:
        """Change the states of the drive, each shape (N,), and tell what must be found."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Stand with the engine running."""

    seconds: float
    cover: Cover | None = None
    staged: bool = False

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:  # noqa: ARG002 - nothing is left to chance
        """Stay in place; a cover that is named is put there and put back."""
        if self.staged:
            track.stage()
        before = track.state["cover"]
        move_cover(track, before if self.cover is None else float(self.cover))
        track.append(int(self.seconds))
        move_cover(track, before)


@dataclass(frozen=True, slots=True)
class Load:
    """Be loaded bucket by bucket, with the cover open."""

    mass_kg: float

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Open the cover, take 9-13 buckets of uneven size 12-20 s apart, close it."""
        move_cover(track, float(Cover.OPEN))
        buckets = rng.dirichlet(np.full(int(rng.integers(9, 14)), 12.0)) * self.mass_kg
        first = track.seconds
        for bucket in buckets:
            before = track.state["load_kg"]
            track.append(2, load_kg=ramp(before, before + bucket, 2))
            track.append(int(rng.integers(10, 19)))
        track.tell("loading", first)
        move_cover(track, float(Cover.CLOSED))


@dataclass(frozen=True, slots=True)
class Wash:
    """Stand in the wheel-washer at the site's exit, and be seen by it."""

    truck: Truck

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Wash 40-80 s a side."""
        first, seconds = track.seconds, int(rng.integers(50, 90))
        track.append(seconds)
        left_s, right_s = (round(float(seconds - rng.uniform(4.0, 10.0)), 1) for _ in range(2))
        body = {
            "type": "washer_passage",
            "plate": self.truck.plate,
            "enter_second": first,
            "leave_second": track.seconds - 1,
            "wash_left_s": left_s,
            "wash_right_s": right_s,
            "result": "washed",
            "clean_grade": int(rng.integers(3, 5)),
        }
        track.see(washer_id(self.truck.corridor.site), body)


@dataclass(frozen=True, slots=True)
class Weigh:
    """Stand on the weighbridge at the dump point's gate, and be seen by it."""

    truck: Truck
    direction: str

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Weigh to 20 kg, as a weighbridge does."""
        track.append(int(rng.integers(15, 35)))
        gross_kg = round((self.truck.tare_kg + track.state["load_kg"]) / 20.0) * 20
        body = {
            "type": "gate_passage",
            "plate": self.truck.plate,
            "direction": self.direction,
            "gross_kg": gross_kg if self.direction == "in" else None,
            "tare_kg": gross_kg if self.direction == "out" else None,
        }
        track.see(gate_id(self.truck.corridor.dump_point), body)


@dataclass(frozen=True, slots=True)
class Drive:
    """Drive along a line, from standing to standing."""

    line_m: FloatArray
    cruise_mps: float
    effects: tuple[Effect, ...] = ()
    light_share: float = LIGHT_SHARE

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Follow the line; the effects change what the sensors and the receiver live through."""
        distance_m, speed_mps = drive(rng, self.line_m, self.cruise_mps, self.light_share)
        count = len(distance_m)
        states = {name: np.full(count, held) for name, held in track.state.items()}
        states |= {"speed_mps": speed_mps, "course_deg": course_at_deg(self.line_m, distance_m)}
        for effect in self.effects:
            effect.apply(track, states, rng)
        track.append(count, point_at(self.line_m, distance_m), **states)


@dataclass(frozen=True, slots=True)
class Tip:
    """Tip the load out: open the cover, raise the body, let the load slide, lower it, close the cover."""

    tells: str
    staged: bool = False

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Raise in 15-25 s, unload in 20-50 s from a third of the way up, creep forward, lower in 15-20 s."""
        move_cover(track, float(Cover.OPEN))
        if self.staged:
            track.stage()
        first = track.seconds
        up, slide, down = int(rng.integers(15, 26)), int(rng.integers(20, 51)), int(rng.integers(15, 21))
        count = max(up, up // 3 + slide) + int(rng.integers(3, 9)) + down
        second = np.arange(count)
        top_deg = rng.uniform(42.0, 48.0)
        lift_deg = top_deg * np.clip(np.minimum((second + 1) / up, (count - 1 - second) / down), 0.0, 1.0)
        gone = np.clip((second - up // 3) / slide, 0.0, 1.0)
        crept_m = np.outer(gone * 4.0, _ahead(track.state["course_deg"]))
        load_kg = track.state["load_kg"] * (1.0 - gone)
        track.append(
            count,
            track.place_m + crept_m,
            lift_deg=lift_deg,
            load_kg=load_kg,
            speed_mps=np.where(gone % 1 > 0, 0.15, 0),
        )
        track.tell(self.tells, first)
        move_cover(track, float(Cover.CLOSED))


@dataclass(frozen=True, slots=True)
class LiftTest:
    """Raise and lower the body for a while, whatever is in it."""

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Up in 12 s, hold 20-40 s, down in 12 s."""
        track.stage()
        held = np.full(int(rng.integers(20, 41)), 35.0)
        lift_deg = np.concatenate([ramp(0.0, 35.0, 12), held, ramp(35.0, 0.0, 12)])
        track.append(len(lift_deg), lift_deg=lift_deg)


def move_cover(track: TrackBuilder, to: float) -> None:
    """Move the cover in 6 s, half open on the way; standing."""
    if track.state["cover"] != to:
        track.append(6, cover=float(Cover.HALF))
        track.append(1, cover=to)


def _ahead(course_deg: float) -> FloatArray:
    return np.array([np.sin(np.radians(course_deg)), np.cos(np.radians(course_deg))])


@dataclass(frozen=True, slots=True)
class Cycle:
    """One haul cycle in its parts, so that an incident can change one of them.

    Attributes:
        corridor: Where the load is permitted to go.
        load: Waiting at the site and being loaded.
        haul: From the site to where the load goes.
        tip: Unloading there.
        back: To the site again.
        deviates: The haul leaves the corridor for good reason to be found.
    """

    corridor: Corridor
    load: tuple[Step, ...]
    haul: tuple[Step, ...]
    tip: tuple[Step, ...]
    back: tuple[Step, ...]
    deviates: bool = field(default=False)

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Write the whole cycle and tell of the trip, and of the deviation where there is one."""
        _render(self.load, track, rng)
        loading = next((told for told in reversed(track.told) if told.kind == "loading"), None)
        hauled_from = track.seconds
        _render(self.haul, track, rng)
        _render(self.tip, track, rng)
        if self.deviates:
            self._tell_deviation(track, hauled_from)
        if loading is not None:
            track.tell("trip", loading.first)
        _render(self.back, track, rng)

    def _tell_deviation(self, track: TrackBuilder, hauled_from: int) -> None:
        """Tell of each long time out of the corridor, and stage the first."""
        off_m = distance_to_line_m(track.places()[hauled_from:], self.corridor.line_m)
        outside = np.concatenate([[False], off_m > self.corridor.half_width_m, [False]])
        for first, after in (np.flatnonzero(np.diff(outside)).reshape(-1, 2) + hauled_from).tolist():
            if after - first >= DEVIATION_S:
                track.stage(first)
                track.tell("route_deviation", first, after - 1)


def _render(steps: tuple[Step, ...], track: TrackBuilder, rng: np.random.Generator) -> None:
    for step in steps:
        step.render(track, rng)


def ordinary_cycle(truck: Truck, rng: np.random.Generator) -> Cycle:
    """Return a cycle in which everything is as it should be."""
    corridor = truck.corridor
    line = corridor.line_m
    site_yard, haul, dump_yard = line[:2], line[1:-1], line[-2:]
    return Cycle(
        corridor=corridor,
        load=(Stand(float(rng.uniform(20.0, 150.0))), Load(truck.capacity_kg * float(rng.uniform(0.9, 1.0)))),
        haul=(
            Drive(site_yard, YARD_MPS),
            Wash(truck),
            Drive(haul, CRUISE_LOADED_MPS),
            Weigh(truck, "in"),
            Drive(dump_yard, YARD_MPS),
        ),
        tip=(Stand(float(rng.uniform(5.0, 40.0))), Tip("unloading")),
        back=(
            Drive(dump_yard[::-1], YARD_MPS),
            Weigh(truck, "out"),
            Drive(haul[::-1], CRUISE_EMPTY_MPS),
            Drive(site_yard[::-1], YARD_MPS),
        ),
    )


def with_effect(cycle: Cycle, *effects: Effect) -> Cycle:
    """Return the cycle with effects on its long haul."""
    longest = max((step for step in cycle.haul if isinstance(step, Drive)), key=lambda step: len(step.line_m))
    hauled = tuple(replace(step, effects=effects) if step is longest else step for step in cycle.haul)
    return replace(cycle, haul=hauled)
