"""The queue of work that outlasts a request: jobs are put in with the caller's own transaction.

The queue is procrastinate's, in the schema `queue`; `worker.tasks` says what each task does. A job stands in the queue
exactly when what it is about was committed with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

SCHEMA = "queue"

DEFER = """
select queue.procrastinate_defer_jobs_v1(array[row(
    %(queue)s, %(task)s, %(priority)s, null, %(once)s, %(arguments)s, %(at)s
)::queue.procrastinate_job_to_defer_v1])
"""

WAITING = """
select exists (select from queue.procrastinate_jobs where queueing_lock = %s and status in ('todo', 'doing'))
"""

FORGET = """
delete from queue.procrastinate_jobs j
where status in ('failed', 'cancelled', 'aborted')
    and not exists (select from queue.procrastinate_events e where e.job_id = j.id and e.at > %s)
"""


def defer(
    connection: Connection, task: str, *, at: datetime | None = None, once: str | None = None, **arguments: Any
) -> int:
    """Put a job into the queue and return its number.

    Args:
        connection: With whose transaction it stands or falls.
        task: A row of `worker.tasks.TASKS`.
        at: Not before; None for at once.
        once: While a job with this mark waits, no second one is put in (UniqueViolation).
        arguments: JSON values for the task.
    """
    parameters = {"queue": "work", "task": task, "priority": 0, "once": once, "arguments": Jsonb(arguments), "at": at}
    row = connection.execute(DEFER, parameters).fetchone()
    if row is None:
        raise RuntimeError("expected the number of the job, got nothing")
    return int(row[0][0])


def forget_ended(connection: Connection, before: datetime) -> int:
    """Delete jobs that failed or were cancelled before an instant; those that succeeded are gone at once."""
    return connection.execute(FORGET, [before]).rowcount


STALLED = """
select j.id from queue.procrastinate_jobs j left join queue.procrastinate_workers w on w.id = j.worker_id
where j.status = 'doing' and (w.id is null or w.last_heartbeat < %s)
    and not exists (select from queue.procrastinate_events e where e.job_id = j.id and e.at > %s)
"""
AGAIN = "select queue.procrastinate_retry_job_v1(%s, now(), null, null, null)"
DONE_BY_ANOTHER = "select queue.procrastinate_finish_job_v1(%s, 'failed', true)"


def requeue_stalled(connection: Connection, before: datetime) -> int:
    """Put jobs of workers that were not heard since an instant back into the queue; return how many.

    One for whose mark (`once`) another job waits by now is dropped: that one does its work.
    """
    stalled = connection.execute(STALLED, [before, before]).fetchall()
    for (job_id,) in stalled:
        try:
            with connection.transaction():
                connection.execute(AGAIN, [job_id])
        except psycopg.errors.UniqueViolation:
            connection.execute(DONE_BY_ANOTHER, [job_id])
    return len(stalled)
