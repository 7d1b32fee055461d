"""Work that is asked for and may take long: a task is a module and a row here; `storage.work_queue.defer` asks for it.

A task is called with the context and the arguments it was deferred with, in a thread. It may be called again after a
crash, so that it looks first what is done already. What it raises is tried again, later and later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from worker.deliver import deliver
from worker.make_export import make_export
from worker.rule_trial import try_rules


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the table.

    Attributes:
        run: Called with a `TaskContext` and the arguments.
        attempts: How often it is tried in all.
    """

    name: str
    run: Callable[..., None]
    attempts: int = 5


TASKS: tuple[Task, ...] = (
    Task("deliver", deliver),
    Task("make_export", make_export),
    Task("try_rules", try_rules),
)
