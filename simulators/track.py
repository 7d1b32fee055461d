"""What really happens to one truck, second by second, and what of it must be found.

A `TrackBuilder` is written forward by the steps of a haul cycle; nothing here is measured yet, so nothing is noisy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from firmware_contracts.columns import Cover
from simulators.plane import FloatArray
from simulators.zones import Zone

# What a second of a track holds besides its place.
STATES: dict[str, Any] = {
    "speed_mps": 0.0,
    "course_deg": 0.0,
    "load_kg": 0.0,
    "lift_deg": 0.0,
    "cover": float(Cover.CLOSED),
    "ignition": 1.0,
    "faults": 0.0,
    "gps_east_m": 0.0,
    "gps_north_m": 0.0,
    "canyon_m": 0.0,  # how far reflections scatter the position
    "gnss_out": 0.0,  # 1 where no satellite is in sight
}
MOMENTARY = (
    "speed_mps",
    "faults",
    "gps_east_m",
    "gps_north_m",
    "canyon_m",
    "gnss_out",
)  # not carried on into the next step


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happens from one second of a track to another and that a watcher must find.

    Attributes:
        kind: What it is.
        first: Its first second.
        last: Its last; may lie beyond the track's end.
        also: Kinds that follow from it: an event of theirs meanwhile is neither right nor wrong.
        required: Whether it must be found; what no sensor shows, or what is doubtful, may be.
        device: The washer on whose silence it rests, None where it does not.
        zone: Where it happens, as far as an order's dates decide whether it is one.
    """

    kind: str
    first: int
    last: int
    also: tuple[str, ...] = ()
    required: bool = True
    device: str | None = None
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What a washer or a gate sees of the truck, at one second of its track."""

    device: str
    second: int
    body: dict[str, Any]


@dataclass(slots=True)
class TrackBuilder:
    """A track being written; every append goes on from where and how the truck stands.

    Attributes:
        place_m: Where the truck is, shape (2,). [m]
        state: The last value of each of `STATES`.
        told: What happened so far.
        passages: What devices beside the road saw so far.
        staged: The second at which the staged incident begins, None while it has not.
        hauled: From and to which second the load was on its way, None before that.
    """

    place_m: FloatArray
    state: dict[str, float] = field(default_factory=lambda: dict(STATES))
    told: list[Told] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    staged: int | None = None
    hauled: tuple[int, int] | None = None
    seconds: int = 0
    _places: list[FloatArray] = field(default_factory=list)
    _steps: list[tuple[int, dict[str, FloatArray]]] = field(default_factory=list)

    def append(self, count: int, xy_m: FloatArray | None = None, **states: ArrayLike) -> None:
        """Append `count` seconds; a state that is not given stays as it is.

        Args:
            count: How many seconds.
            xy_m: Where the truck is in each, shape (count, 2); None stays in place. [m]
            states: Values of `STATES`, scalars or shape (count,).
        """
        if count == 0:
            return
        self._places.append(np.broadcast_to(self.place_m, (count, 2)) if xy_m is None else xy_m)
        columns = {name: np.asarray(value, np.float64) for name, value in states.items()}
        self._steps.append((count, columns))
        self.place_m = self._places[-1][-1]
        for name, column in columns.items():
            self.state[name] = STATES[name] if name in MOMENTARY else float(column.flat[-1])
        self.seconds += count

    def tell(self, kind: str, first: int, last: int | None = None, **more: Any) -> None:
        """Note what must be found, from second `first` to `last`, by default the latest; `more` as in `Told`."""
        self.told.append(Told(kind, first, self.seconds - 1 if last is None else last, **more))

    def see(self, device: str, body: dict[str, Any]) -> None:
        """Note what a device beside the road saw of the truck, at the latest second."""
        self.passages.append(Passage(device, self.seconds - 1, body))

    def stage(self, second: int | None = None) -> None:
        """Note that the staged incident begins at this second, by default the next."""
        if self.staged is None:
            self.staged = self.seconds if second is None else second

    def places(self) -> FloatArray:
        """Return where the truck was in each second, shape (N, 2). [m]"""
        return np.concatenate(self._places)

    def column(self, name: str) -> FloatArray:
        """Return one of `STATES` in each second, shape (N,)."""
        column = np.empty(self.seconds)
        held, first = STATES[name], 0
        for count, states in self._steps:
            given = states.get(name)
            column[first : first + count] = held if given is None else given
            if given is not None and name not in MOMENTARY:
                held = given.flat[-1]
            first += count
        return column

    def columns(self) -> dict[str, FloatArray]:
        """Return all of `STATES`, each shape (N,)."""
        return {name: self.column(name) for name in STATES}


def ramp(start: float, end: float, count: int) -> NDArray[np.float64]:
    """Return `count` values that lead from a value (not included) to another (included)."""
    return np.linspace(start, end, count + 1)[1:]
