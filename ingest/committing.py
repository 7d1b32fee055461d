"""One batch after the other is written in a thread of its own, while the next one is being judged.

The thread takes a batch through COMMIT and its acknowledgements before it takes another, and there is room for one
only: whoever has the next one ready waits. So at most two batches are on their way, one here and one before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

CLOSE_S = 5.0  # the thread may hang in a server that hangs; it is a daemon and dies with the process


class Committer:
    """A thread that finishes batches in the order given."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._finish: Callable[[], None] | None = None
        self._failure: BaseException | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        """Begin to wait for batches."""
        self._thread.start()

    def give(self, finish: Callable[[], None]) -> None:
        """Hand over what is left to do for a batch, once the batch before it is done.

        Raises:
            BaseException: What a batch before it ended with; this one was not begun.
        """
        self.settle()
        with self._changed:
            self._finish = finish
            self._changed.notify_all()

    def settle(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is under way, or for so long; return whether nothing is.

        Raises:
            BaseException: What a batch ended with. It is raised again each time: nothing may follow that batch.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._finish is None, timeout_s)
            if self._failure is not None:
                raise self._failure
            return self._finish is None

    def close(self) -> None:
        """End the thread, after the batch that is under way."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._finish is not None or self._closing)
                finish = self._finish
            if finish is None:
                return
            failure = _failure_of(finish)
            del finish  # the batch's memory goes now, not when the next batch comes
            with self._changed:
                self._failure, self._finish = failure, None
                self._changed.notify_all()


def _failure_of(finish: Callable[[], None]) -> BaseException | None:
    try:
        finish()
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
        return error
    return None
