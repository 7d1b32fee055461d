"""The steps of a haul cycle: wait, be loaded bucket by bucket, wash, drive, tip; each writes its part of a track.

Durations and ramps are those of real trucks (12-20 s a bucket, a load gone within 20-50 s of tipping, a body up in
15-25 s), never anything that a rule is set to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from firmware_contracts.columns import Cover
from simulators.fleet import Truck
from simulators.motion import LIGHT_SHARE, Pace, drive
from simulators.plane import FloatArray, course_at_deg, point_at
from simulators.track import TrackBuilder, ramp
from simulators.world_documents import gate_id, washer_id
from simulators.zones import Zone

CRUISE_LOADED_MPS = 11.0
CRUISE_EMPTY_MPS = 12.5
YARD_MPS = 3.0
# What is tipped in a field never gets to a dump point, and weighs nothing at its gate.
FOLLOWS = {"illegal_dumping": ("undelivered_load", "weight_loss")}
SPEEDING_SHARE = 1.15  # of the limit; faster for SPEEDING_S is speeding by anyone's measure
SPEEDING_S = 18
# What a washer says of a truck that is still dirty after a first, short washing.
SENT_BACK = {
    "result": "too_short",
    "clean_grade": 2,
    "clean_left_grade": 2,
    "clean_right_grade": 1,
    "barrier": "refused",
}


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
    tells: str | None = None

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:  # noqa: ARG002 - nothing is left to chance
        """Stay in place; a cover that is named is put there and put back."""
        if self.staged:
            track.stage()
        before = track.state["cover"]
        move_cover(track, before if self.cover is None else float(self.cover))
        first = track.seconds
        track.append(int(self.seconds))
        if self.tells is not None:
            track.tell(self.tells, first)
        move_cover(track, before)


@dataclass(frozen=True, slots=True)
class Park:
    """Stand with the engine off; what is told of it lasts as long.

    Attributes:
        until: The second of the track at which it ends.
        tells: What must be found.
    """

    until: float
    tells: tuple[str, ...] = ()

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:  # noqa: ARG002 - nothing is left to chance
        """Turn the engine off, stay, turn it on again."""
        first = track.seconds
        track.append(max(int(self.until) - first - 5, 0), ignition=0.0)
        track.append(5, ignition=1.0)
        for kind in self.tells:
            track.tell(kind, first)


@dataclass(frozen=True, slots=True)
class Load:
    """Be loaded bucket by bucket, with the cover open; on a slope the lift sensor reads the slope's angle."""

    mass_kg: float
    slope_deg: float = 0.0
    staged: bool = False
    suspicious: bool = False

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Open the cover, take 9-13 buckets of uneven size 12-20 s apart, close it."""
        move_cover(track, float(Cover.OPEN))
        if self.staged:
            track.stage()
        buckets = rng.dirichlet(np.full(int(rng.integers(9, 14)), 12.0)) * self.mass_kg
        first = track.seconds
        for bucket in buckets:
            before = track.state["load_kg"]
            track.append(2, load_kg=ramp(before, before + bucket, 2), lift_deg=self.slope_deg)
            track.append(int(rng.integers(10, 19)))
        track.append(1, lift_deg=0.0)
        track.tell("loading", first)
        if self.suspicious:
            # No permit covers a load from nowhere, and no washer stands there.
            track.tell("suspicious_loading", first, also=("no_permit", "not_washed"))
        move_cover(track, float(Cover.CLOSED))


@dataclass(frozen=True, slots=True)
class Wash:
    """Stand in the wheel-washer at the site's exit, and be seen by it.

    Attributes:
        truck: Who passes.
        result: What the washer says of it; None where it is not passed at all.
    """

    truck: Truck
    result: str | None = "washed"

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Wash 40-80 s a side, or not; who leaves unwashed is told of."""
        washer, first = washer_id(self.truck.corridor.site), track.seconds
        washed = self.result == "washed"
        if not washed:
            track.stage()
        if self.result is not None and self.truck.dirty and washed:
            track.append(int(rng.integers(20, 40)))
            track.see(washer, self._passage(track.seconds - first, first, rng) | SENT_BACK)
            first = track.seconds
        if self.result is not None:
            track.append(int(rng.integers(50, 90) if washed else rng.integers(8, 18)))
            track.see(washer, self._passage(track.seconds - first, first, rng))
        if not washed:
            track.tell("not_washed", first, track.seconds + 60, device=washer)

    def _passage(self, seconds: int, first: int, rng: np.random.Generator) -> dict[str, Any]:
        washed = self.result == "washed"
        wet_s = {"washed": seconds, "too_short": 0.6 * seconds}.get(str(self.result), 0.0)
        left_s, right_s = (round(max(float(wet_s - rng.uniform(4.0, 10.0)), 0.0), 1) for _ in range(2))
        grade = int(rng.integers(3, 5) if washed else rng.integers(1, 3))
        return {
            "type": "washer_passage",
            "plate": self.truck.plate,
            "tag": self.truck.tag,
            "enter_second": first,
            "leave_second": first + seconds - 1,
            "wash_left_s": left_s,
            "wash_right_s": right_s,
            "pump_s": round(max(left_s, right_s) + 2.0, 1) if wet_s else 0.0,
            "result": self.result,
            "clean_grade": grade,
            "clean_left_grade": grade,
            "clean_right_grade": min(grade + seconds % 2, 4),
            "barrier": "opened" if washed else "none",
        }


def _read_by_a_gate(truck: Truck, second: int) -> str:
    """Return a plate as a gate camera writes it: with a dot, and where it is worn now and then with a wrong figure."""
    plate = truck.plate
    if truck.worn_plate and second % 3 == 0:
        plate = plate[:-1] + str((int(plate[-1]) + 1) % 10)
    return f"{plate[:2]}·{plate[2:]}"


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
            "plate": _read_by_a_gate(self.truck, track.seconds),
            "tag": self.truck.tag,
            "direction": self.direction,
            "gross_kg": gross_kg if self.direction == "in" else None,
            "tare_kg": gross_kg if self.direction == "out" else None,
            "ticket": f"{self.truck.corridor.dump_point.place_id}-{self.truck.vehicle_id}-{track.seconds}",
            "barrier": "opened",
        }
        track.see(gate_id(self.truck.corridor.dump_point), body)


@dataclass(frozen=True, slots=True)
class Drive:
    """Drive along a line, from standing to standing."""

    line_m: FloatArray
    cruise_mps: float
    effects: tuple[Effect, ...] = ()
    light_share: float = LIGHT_SHARE
    pace: Pace | None = None

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Follow the line; the effects change what the sensors and the receiver live through."""
        distance_m, speed_mps = drive(rng, self.line_m, self.cruise_mps, self.light_share, self.pace)
        count = len(distance_m)
        states = {name: np.full(count, held) for name, held in track.state.items()}
        states |= {"speed_mps": speed_mps, "course_deg": course_at_deg(self.line_m, distance_m)}
        for effect in self.effects:
            effect.apply(track, states, rng)
        if self.pace is not None and self.pace.rush is not None:
            self._tell_speeding(track, self.pace.law.limits_mps(self.line_m, distance_m), speed_mps)
        track.append(count, point_at(self.line_m, distance_m), **states)

    def _tell_speeding(self, track: TrackBuilder, limit_mps: FloatArray, speed_mps: FloatArray) -> None:
        """Tell of each time well above the limit; a short one is doubtful."""
        speeding = np.concatenate([[False], speed_mps > limit_mps * SPEEDING_SHARE, [False]])
        for first, after in (np.flatnonzero(np.diff(speeding)).reshape(-1, 2) + track.seconds).tolist():
            track.stage(first)
            track.tell("overspeed", first, after - 1, required=after - first >= SPEEDING_S)


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
        track.tell(self.tells, first, also=FOLLOWS.get(self.tells, ()))
        move_cover(track, float(Cover.CLOSED))


@dataclass(frozen=True, slots=True)
class LiftTest:
    """Raise and lower the body for a while, whatever is in it."""

    top_deg: float = 35.0

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Up in 12 s, hold 20-40 s, down in 12 s."""
        track.stage()
        held = np.full(int(rng.integers(20, 41)), self.top_deg)
        lift_deg = np.concatenate([ramp(0.0, self.top_deg, 12), held, ramp(self.top_deg, 0.0, 12)])
        track.append(len(lift_deg), lift_deg=lift_deg)


def move_cover(track: TrackBuilder, to: float) -> None:
    """Move the cover in 6 s, half open on the way; standing."""
    if track.state["cover"] != to:
        track.append(6, cover=float(Cover.HALF))
        track.append(1, cover=to)


def _ahead(course_deg: float) -> FloatArray:
    return np.array([np.sin(np.radians(course_deg)), np.cos(np.radians(course_deg))])


@dataclass(frozen=True, slots=True)
class Search:
    """Look for an address in a closed area: slowly in to its middle, ask, and out again.

    Attributes:
        zone: The area.
        line_m: From its border to its middle, shape (V, 2). [m]
        cruise_mps: How slowly. [m/s]
        asking_s: How long the truck stands there. [s]
    """

    zone: Zone
    line_m: FloatArray
    cruise_mps: float
    asking_s: float

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Drive in, stand, drive out, and tell of it; whether an order held then is for the timeline to say."""
        track.stage()
        first = track.seconds
        for line_m in (self.line_m, self.line_m[::-1]):
            Drive(line_m, self.cruise_mps, light_share=0.0).render(track, rng)
            if line_m is self.line_m:
                track.append(int(self.asking_s))
        kind = "control_order" if self.zone.rule == "control" else "forbidden_zone"
        track.tell(kind, first, zone=self.zone)
