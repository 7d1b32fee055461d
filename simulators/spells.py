"""Spells: what befalls a terminal or its sensors and lasts its own time, whatever the truck does meanwhile.

A spell begins in a haul cycle and may outlast it. It changes what the terminal measures or whether it records at all,
never what really happens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulators.plane import FloatArray
from simulators.truth import ANY_KIND

States = dict[str, FloatArray]
Memory = dict[str, float]
Mask = NDArray[np.bool_]
Change = Callable[[States, Mask, FloatArray, Memory], None]
Places = FloatArray


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell, before it is known when it begins.

    Attributes:
        kind: What must be found, None for a near miss.
        seconds: How long it lasts.
        change: Changes the states within a mask; gets the second of each row from the scenario's start, and a memory
            that lasts as long as the spell.
        also: Kinds that follow from it.
        hides: Kinds that cannot be seen meanwhile, though they happen.
        required: Whether it must be found.
        moves_m: How far the truck must come meanwhile, as the crow flies. [m]
    """

    kind: str | None
    seconds: int
    change: Change
    also: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()
    required: bool = True
    moves_m: float = 0.0

    def begin(self, rng: np.random.Generator, places_m: Places, speed_mps: FloatArray, hauled: tuple[int, int]) -> int:
        """Return the second of the cycle at which it begins: while the truck is on its way, loaded; -1 for none.

        Args:
            rng: Where chance comes from.
            places_m: Where the truck is in each second, shape (N, 2). [m]
            speed_mps: How fast it is, shape (N,). [m/s]
            hauled: From and to which second the load is on its way.
        """
        first, last = hauled
        seconds = np.arange(first, max(last - 20, first + 1))
        good = speed_mps[seconds] > 4.0
        if self.moves_m > 0.0:
            after = np.minimum(seconds + self.seconds, len(places_m) - 1)
            good &= np.hypot(*(places_m[after] - places_m[seconds]).T) > self.moves_m
        return int(rng.choice(seconds[good])) if good.any() else -1


@dataclass(slots=True)
class RunningSpell:
    """A spell with its time, in seconds from the scenario's start."""

    spell: Spell
    from_s: float
    memory: Memory = field(default_factory=dict)

    @property
    def to_s(self) -> float:
        """Return when it is over."""
        return self.from_s + self.spell.seconds

    def apply(self, states: States, begins_s: float) -> None:
        """Change what of a stretch lies within the spell."""
        second = begins_s + np.arange(len(states["speed_mps"]), dtype=np.float64)
        inside = (second >= self.from_s) & (second < self.to_s)
        if inside.any():
            self.spell.change(states, inside, second, self.memory)

    def hides(self, kind: str, first_s: float, last_s: float) -> bool:
        """Return whether a happening cannot be seen for it."""
        hidden = kind in self.spell.hides or ANY_KIND in self.spell.hides
        return hidden and kind != self.spell.kind and first_s < self.to_s + 60.0 and last_s > self.from_s - 60.0


def column(states: States, name: str, otherwise: float) -> FloatArray:
    """Return a column that spells share, made where there is none yet."""
    return states.setdefault(name, np.full(len(states["speed_mps"]), otherwise))


def setting(name: str, value: float, otherwise: float) -> Change:
    """Return a change that holds one column at a value."""

    def change(states: States, inside: Mask, second: FloatArray, memory: Memory) -> None:  # noqa: ARG001
        column(states, name, otherwise)[inside] = value

    return change


def settings(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(states: States, inside: Mask, second: FloatArray, memory: Memory) -> None:
        for one in changes:
            one(states, inside, second, memory)

    return change


def adding(name: str, value: float) -> Change:
    """Return a change that adds to one of the states, as a fault adds its bit."""

    def change(states: States, inside: Mask, second: FloatArray, memory: Memory) -> None:  # noqa: ARG001
        states[name][inside] += value

    return change


def freezing(name: str, shown: str, step: float) -> Change:
    """Return a change by which a sensor goes on showing what it showed at first, rounded to its resolution."""

    def change(states: States, inside: Mask, second: FloatArray, memory: Memory) -> None:  # noqa: ARG001
        memory.setdefault(name, float(np.rint(states[name][inside][0] / step) * step))
        column(states, shown, np.nan)[inside] = memory[name]

    return change
