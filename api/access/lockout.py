"""How long failed log-ins lock what was tried. Pure.

Three counts: a name from one address, which is somebody guessing; a name from anywhere, which is many guessing together
and locks only shortly, as it locks its owner out as well; and an address, which tries one name after the other.

A browser in which the user has logged in before has a count of its own and none of these: neither who guesses from
everywhere nor a colleague behind the same address can keep an officer on duty out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lock:
    """How one count locks.

    Attributes:
        free: Failures without consequence.
        first_s: How long the next one locks; each further one twice as long. [s]
        most_s: Never longer than this. [s]
    """

    free: int
    first_s: float
    most_s: float

    def lock_s(self, failures: int) -> float:
        """Return how long so many failures lock. [s]"""
        if failures <= self.free:
            return 0.0
        return float(min(self.most_s, self.first_s * 2.0 ** min(failures - self.free - 1, 30)))


PAIR = Lock(free=4, first_s=5, most_s=3_600)
NAME = Lock(free=30, first_s=1, most_s=60)
ADDRESS = Lock(free=60, first_s=5, most_s=3_600)
DEVICE = Lock(free=8, first_s=5, most_s=900)


def tried(name: str, address: str, device: str | None = None) -> dict[str, Callable[[int], float]]:
    """Return what a log-in counts against, and how each of them locks; `device` is a browser that knows the user."""
    if device is not None:
        return {_of(device): DEVICE.lock_s}
    return {
        f"pair {name} {address}": PAIR.lock_s,
        f"name {name}": NAME.lock_s,
        f"address {address}": ADDRESS.lock_s,
    }


def cleared(name: str, address: str, device: str | None = None) -> list[str]:
    """Return what a log-in that succeeds clears: the address still counts, or one good log-in would free it."""
    return [f"pair {name} {address}", f"name {name}"] if device is None else [_of(device)]


def _of(device: str) -> str:
    return f"device {device}"
