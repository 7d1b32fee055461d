"""What every terminal's connection does, whatever it speaks: it goes blind and comes back, and reconnects for ever."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import ClassVar

import numpy as np

BACKOFF_S = 0.5  # first pause before a new connection; doubles
BACKOFF_MAX_S = 30.0  # a city's terminals come back within a minute of their broker
STABLE_S = 10.0  # a connection that held this long starts the pauses anew


def pause_s(rng: np.random.Generator, backoff_s: tuple[float, float], failures: int) -> float:
    """Return a pause drawn from the whole range: a city that lost its broker must not come back in one second."""
    first_s, most_s = backoff_s
    return float(rng.uniform(0.0, min(first_s * 2.0 ** min(failures, 16), most_s)))


class Roaming(ABC):
    """One terminal on one connection after the other.

    Attributes:
        connections: How often one was made.
        sent: Messages published.
        trouble: Why it is not connected, in words, empty for no reason.
    """

    faults: ClassVar[tuple[type[Exception], ...]] = (OSError,)  # what a connection may end with

    def __init__(
        self,
        clock: Callable[[], float],
        rng: np.random.Generator,
        room: AbstractAsyncContextManager[object] | None,
        backoff_s: tuple[float, float],
    ) -> None:
        """Prepare; `run` connects.

        Args:
            clock: The event loop's clock, which offers to the terminal use too. [s]
            rng: Spreads the reconnects.
            room: Entered while a connection is being made: bounds how many are at a time.
            backoff_s: Longest first pause before a new connection, and the longest of all. [s]
        """
        self.connections = 0
        self.sent = 0
        self.trouble = ""
        self._clock = clock
        self._rng = rng
        self._room = nullcontext() if room is None else room
        self._backoff_s = backoff_s
        self._covered = asyncio.Event()
        self._covered.set()

    @property
    def is_blind(self) -> bool:
        """Return whether there is no network."""
        return not self._covered.is_set()

    def set_blind(self, blind: bool) -> None:
        """Enter or leave a zone without network."""
        if not blind:
            self._covered.set()
        elif self._covered.is_set():
            self._covered.clear()
            self.cut()

    @abstractmethod
    def cut(self) -> None:
        """Break the connection, as a pulled battery does."""

    async def run(self) -> None:
        """Connect, send and listen until cancelled."""
        failures = 0
        while True:
            await self._covered.wait()
            began = self._clock()
            try:
                await self._connection()
            except self.faults as error:
                self._failed(error)
            failures = 0 if self._clock() - began > STABLE_S else failures + 1
            await asyncio.sleep(pause_s(self._rng, self._backoff_s, failures))

    @abstractmethod
    async def _connection(self) -> None:
        """Hold one connection until it breaks or is cut; take leave where the task is cancelled."""

    def _failed(self, error: Exception) -> None:
        self.trouble = str(error) or type(error).__name__
