"""Bars for work that takes longer than a breath, on standard error, and how long work is told to stop."""

from __future__ import annotations

import asyncio
import signal
import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

PACE_S = 0.1


def progress_bar() -> Progress:
    """Return a bar for work whose end is known."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def rated_bar() -> Progress:
    """Return a bar for work whose end is known and whose pace is of interest; its tasks have a field `rate`."""
    left = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    columns = (*left, TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def counter_bar() -> Progress:
    """Return a counter for work that goes on until told to stop; its tasks have a field `rate`."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))


def live_progress() -> Progress:
    """Return one line that says how work stands; it goes on until told to stop."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=Console(stderr=True))


def stop_on_signals() -> asyncio.Event:
    """Return an event of the running loop that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


class PacedBar:
    """Moves a bar as often as eyes can follow: drawing it for each of 10,000 messages a second would delay them."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._next_s = 0.0
        self._began_s = time.monotonic()

    def __call__(self, count: int) -> None:
        """Show how many there are, and how many a second."""
        now = time.monotonic()
        if now >= self._next_s:
            self.show(count)
            self._next_s = now + PACE_S

    def show(self, count: int) -> None:
        """Show it at once."""
        rate = count / max(time.monotonic() - self._began_s, 1e-3)
        self._progress.update(self._task, completed=count, rate=f"{rate:.0f}/s")
