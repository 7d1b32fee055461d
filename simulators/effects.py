"""What happens to a truck while it drives: load lost, cover open, load wandering, position wrong, a wire torn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware_contracts.columns import Cover, Fault
from simulators.plane import FloatArray
from simulators.track import TrackBuilder

COVER_MOVES_S = 6


@dataclass(frozen=True, slots=True)
class Leak:
    """Load falls off on the way, the faster the rougher the ride: in proportion to the distance driven."""

    share: float
    from_s: int
    seconds: int

    def apply(self, track: TrackBuilder, states: dict[str, FloatArray], rng: np.random.Generator) -> None:  # noqa: ARG002
        """Lose the share within the window, and tell of spillage."""
        window = _window(states, self.from_s, self.seconds)
        driven_m = np.cumsum(states["speed_mps"] * window)
        states["load_kg"] = states["load_kg"] * (1.0 - self.share * driven_m / driven_m[-1])
        _tell(track, "spillage", window)


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
        track.stage(track.seconds + _ends(window)[0])
        states["faults"][window] += float(self.fault)


def _window(states: dict[str, FloatArray], from_s: int, seconds: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the mask of a window of the drive, kept clear of both its ends, shape (N,)."""
    count = len(states["speed_mps"])
    start = min(from_s, max(count - seconds - 20, 10))
    second = np.arange(count)
    return (second >= start) & (second < min(start + seconds, count - 10))


def _ends(window: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    inside = np.flatnonzero(window)
    return int(inside[0]), int(inside[-1])


def _tell(track: TrackBuilder, kind: str, window: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    first, last = _ends(window)
    track.stage(track.seconds + first)
    track.tell(kind, track.seconds + first, track.seconds + last)
