"""Hears at once which devices were suspended or revoked.

A changed world is read and built anew, which takes a second in a city; a stolen terminal would be believed for so long.
What is heard here counts until a world that knows of it is in force, and no longer. Nothing depends on hearing it: what
is missed, the watch of the world finds.
"""

from __future__ import annotations

import random
import threading

import psycopg

from ingest.backoff import Backoff
from storage.connect import connect_writer
from storage.devices import LISTEN_REFUSED

LOOK_S = 0.1  # how soon the thread notices that it is to end; nothing is asked of the database then


class RefusalWatch:
    """A thread of its own: that of the world is busy just when the second of two devices is suspended."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._refused: dict[str, int] = {}  # the change of each, by the version of the world that knows of it
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refusal watch", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def later_than(self, version: int) -> frozenset[str]:
        """Return the terminals refused by changes that a world does not know yet; what it knows is forgotten.

        Raises:
            RuntimeError: The thread has ended by a fault of ours.
        """
        if self._failure is not None:
            raise RuntimeError("the watch of refusals has failed") from self._failure
        for terminal, changed in list(self._refused.items()):
            if changed <= version:
                self._refused.pop(terminal)
        return frozenset(self._refused)

    def close(self) -> None:
        """Listen no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        backoff = Backoff(first_s=1.0, most_s=30.0, rng=random.Random())
        while not self._stop.is_set():
            try:
                with connect_writer(self._url, application_name="muckline-refusal-watch") as connection:
                    connection.execute(LISTEN_REFUSED)
                    while not self._stop.is_set():
                        for notice in connection.notifies(timeout=LOOK_S, stop_after=1):
                            version, _, terminal = notice.payload.partition(" ")
                            self._refused[terminal] = int(version)
                        backoff.reset()
            except psycopg.OperationalError:
                self._stop.wait(backoff.next_s())  # the watch of the world goes on looking as soon as it can
            except BaseException as error:  # noqa: BLE001 - ours: handed to whoever asks
                self._failure = error
                return
