"""Tell what a long set-up is doing: a spinner with seconds on a terminal, one line a step in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Step:
    """One step under way; `say` names what it is at."""

    def __init__(self, title: str, progress: Progress | None = None, task: TaskID | None = None) -> None:
        self._title = title
        self._progress = progress
        self._task = task

    def say(self, detail: str) -> None:
        """Show a detail behind the step's title while it lasts."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=f"{self._title}  [dim]{detail}[/dim]")


class Steps:
    """Where the steps of a set-up are told; without a console they are not told at all."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show one step while the block runs, and its seconds when it is done."""
        if self._console is None:
            yield Step(title)
            return
        started = time.monotonic()
        if self._console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            with Progress(*columns, console=self._console, transient=True) as progress:
                yield Step(title, progress, progress.add_task(title, total=None))
        else:
            yield Step(title)
        self._console.print(f"  [green]done[/green] {title} ({time.monotonic() - started:.1f} s)", highlight=False)


def told_on_stderr() -> Steps:
    """Return steps told on standard error, so that standard output stays a command's answer."""
    return Steps(Console(stderr=True))
