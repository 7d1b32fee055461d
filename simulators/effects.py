"""What happens to a truck while it drives: load lost, cover open, load wandering, position wrong, a wire torn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from firmware_contracts.columns import Cover, Fault
from simulators.plane import FloatArray
from simulators.track import TrackBuilder

COVER_MOVES_S = 6
FAST_MPS = 6.0  # no yard is driven through at that pace


@dataclass(frozen=True, slots=True)
class Leak:
    """Load falls off on the way, the faster the rougher the ride: in proportion to the distance driven."""

    share: float
    from_s: int
    seconds: int
    kind: str = "spillage"
    also: tuple[str, ...] = ("weight_loss",)

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Lose the share within the window, and tell of it."""
        window = _window(states, self.from_s, self.seconds)
        driven_m = np.cumsum(states["speed_mps"] * window)
        states["load_kg"] = states["load_kg"] * (1.0 - self.share * driven_m / driven_m[-1])
        _tell(track, self.kind, window, also=self.also)


@dataclass(frozen=True, slots=True)
class CoverOpen:
    """The cover is open on the way."""

    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Open the cover within the window, half open while it moves, and tell of an uncovered haul."""
        window = _window(states, self.from_s, self.seconds)
        first, last = _ends(window)
        cover = states["cover"]
        cover[max(first - COVER_MOVES_S, 0) : last + 1 + COVER_MOVES_S] = float(Cover.HALF)
        cover[window] = float(Cover.OPEN)
        cover[-1] = float(Cover.CLOSED)
        _tell(track, "uncovered_haul", window)


@dataclass(frozen=True, slots=True)
class LoadWander:
    """The load reading swings slowly on a rough road; nothing is lost. Quarry trucks: 5-7 t peak to peak on 62 t."""

    share: float
    period_s: float

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:
        """Swing the load by the share to both sides."""
        track.stage()
        second = np.arange(len(states["load_kg"]))
        phase = rng.uniform(0.0, 2.0 * np.pi)
        fade = np.clip(np.minimum(second, second[::-1]) / 30.0, 0.0, 1.0)
        swing = self.share * np.sin(2.0 * np.pi * second / self.period_s + phase) * fade
        states["load_kg"] = states["load_kg"] * (1.0 + swing)


@dataclass(frozen=True, slots=True)
class GpsExcursion:
    """The receiver is far off for a while, as between high buildings; the truck is not."""

    offset_m: float
    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:
        """Push the position off and back again, in a smooth bump."""
        window = _window(states, self.from_s, self.seconds)
        first, _ = _ends(window)
        track.stage(track.seconds + first)
        bump = self.offset_m * np.sin(np.linspace(0.0, np.pi, int(window.sum())))
        bearing = rng.uniform(0.0, 2.0 * np.pi)
        states["gps_east_m"][window] += bump * np.sin(bearing)
        states["gps_north_m"][window] += bump * np.cos(bearing)


@dataclass(frozen=True, slots=True)
class TornWire:
    """A sensor's wire is torn for a while: the terminal reads nothing and says so."""

    fault: Fault
    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Set the fault within the window."""
        window = _window(states, self.from_s, self.seconds)
        states["faults"][window] += float(self.fault)
        _tell(track, "sensor_fault", window, required=False)


@dataclass(frozen=True, slots=True)
class Canyon:
    """High buildings scatter the position for a while, and the receiver knows it."""

    scatter_m: float
    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Scatter within the window."""
        window = _window(states, self.from_s, self.seconds)
        track.stage(track.seconds + _ends(window)[0])
        states["canyon_m"][window] = self.scatter_m


@dataclass(frozen=True, slots=True)
class Tunnel:
    """No satellite is in sight for a while."""

    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Lose the position within the window."""
        window = _window(states, self.from_s, self.seconds)
        track.stage(track.seconds + _ends(window)[0])
        states["gnss_out"][window] = 1.0


@dataclass(frozen=True, slots=True)
class LoadDrift:
    """The load reading drifts away slowly; nothing is lost or gained."""

    share: float

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Let the reading drift over the whole drive."""
        track.stage()
        states["load_kg"] = states["load_kg"] * (1.0 + self.share * np.linspace(0.0, 1.0, len(states["load_kg"])))


@dataclass(frozen=True, slots=True)
class Slope:
    """The road climbs: the lift sensor reads the chassis' tilt."""

    slope_deg: float
    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Tilt within the window, gently in and out."""
        window = _window(states, self.from_s, self.seconds)
        states["lift_deg"][window] = self.slope_deg * np.sin(np.linspace(0.0, np.pi, int(window.sum()))) ** 0.3
        states["lift_deg"][-1] = 0.0


@dataclass(frozen=True, slots=True)
class CoverFlaps:
    """The cover's contact chatters: open for a second or three, again and again."""

    times: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:
        """Open it for moments that lie well apart."""
        track.stage()
        count = len(states["cover"])
        for start in np.linspace(20, max(count - 30, 21), self.times).astype(np.intp):
            states["cover"][start : start + int(rng.integers(1, 4))] = float(Cover.OPEN)
        states["cover"][-1] = float(Cover.CLOSED)


@dataclass(frozen=True, slots=True)
class LiftRaised:
    """The body is up while the truck drives at full pace; up and down take 12 s each."""

    top_deg: float
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:
        """Raise it where the truck is fast for long enough, and tell of it; nowhere else."""
        fast = np.concatenate([[False], states["speed_mps"] > FAST_MPS, [False]])
        runs = np.flatnonzero(np.diff(fast)).reshape(-1, 2)
        long = runs[np.diff(runs, axis=1)[:, 0] >= self.seconds + 4]
        if not len(long):
            return
        first, after = long[int(rng.integers(len(long)))].tolist()
        start = int(rng.integers(first, after - self.seconds + 1))
        second = np.arange(len(fast) - 2)
        outside_s = np.maximum(np.maximum(start - second, second - (start + self.seconds)), 0)
        states["lift_deg"] = self.top_deg * np.clip(1.0 - outside_s / 12.0, 0.0, 1.0)
        states["lift_deg"][-1] = 0.0
        track.stage(track.seconds + start)
        track.tell("lift_while_moving", track.seconds + start, track.seconds + start + self.seconds)


def _window(states: dict[str, FloatArray], from_s: int, seconds: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the mask of a window of the drive, kept clear of both its ends, shape (N,)."""
    count = len(states["speed_mps"])
    start = min(from_s, max(count - seconds - 20, 10))
    second = np.arange(count)
    return (second >= start) & (second < min(start + seconds, count - 10))


def _ends(window: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    inside = np.flatnonzero(window)
    return int(inside[0]), int(inside[-1])


def _tell(track: TrackBuilder, kind: str, window: np.ndarray[tuple[int], np.dtype[np.bool_]], **more: Any) -> None:
    first, last = _ends(window)
    track.stage(track.seconds + first)
    track.tell(kind, track.seconds + first, track.seconds + last, **more)
