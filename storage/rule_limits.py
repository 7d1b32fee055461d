"""The document of limits written as a whole by its author, and trials of limits on the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from rules_engine.world import World
from rules_engine.world_error import WorldError
from storage.errors import LimitsChanged, LimitsRefused, TooManyTrials
from storage.registers.authorship import Author, editing
from storage.revisions import revision_of
from storage.work_queue import defer
from storage.world_store import read_documents, write_documents

TASK = "try_rules"
TRIALS_WAITING_MOST = 3  # each judges the past of a whole city again; who wants a fourth waits for the first

TRIAL_LOST_AFTER = timedelta(days=1)  # what was given up five times ends no more, and is in nobody's way
UNDER_WAY = "select count(*) from rule_trials where status in ('waiting', 'running') and asked_at > %s"


def read_limits(connection: Connection) -> dict[str, Any]:
    """Return the document in force."""
    rows = connection.execute("select scope, document from limits order by scope").fetchall()
    return dict(rows)


def set_limits(connection: Connection, limits: Mapping[str, Any], *, expected: str, author: Author) -> None:
    """Put limits in the place of those in force; the rules judge by them from the next batch on.

    Raises:
        LimitsChanged: Others are in force than the author saw.
        LimitsRefused: They name a site or company that is not there.
    """
    assert_fits(connection, limits)
    with editing(connection, author):
        standing = read_limits(connection)
        if (got := revision_of(standing)) != expected:
            said = f"expected revision {expected} to be in force, got {got}: somebody changed it meanwhile"
            raise LimitsChanged(said, standing, got)
        write_documents(connection, {"limits": dict(limits)})


def assert_fits(connection: Connection, limits: Mapping[str, Any]) -> None:
    """Raise LimitsRefused unless the world can be built with these limits."""
    documents = read_documents(connection)
    documents["limits"] = dict(limits)
    try:
        World.from_documents(documents)
    except WorldError as error:
        raise LimitsRefused(str(error)) from error


def ask_for_trial(
    connection: Connection,
    trial_id: UUID,
    limits: Mapping[str, Any],
    *,
    span: tuple[datetime, datetime],
    kinds: Sequence[str],
    asked_by: str,
    now: datetime,
) -> None:
    """Let limits be tried on the past by the worker.

    Raises:
        LimitsRefused: They name a site or company that is not there.
        TooManyTrials: Enough wait already.
    """
    assert_fits(connection, limits)
    with connection.transaction():
        connection.execute("lock table rule_trials in share row exclusive mode")
        row = connection.execute(UNDER_WAY, [now - TRIAL_LOST_AFTER]).fetchone()
        if row is not None and row[0] >= TRIALS_WAITING_MOST:
            raise TooManyTrials(f"expected fewer than {TRIALS_WAITING_MOST} trials under way, got {row[0]}")
        connection.execute(
            "insert into rule_trials (trial_id, asked_by, asked_at, limits, from_time, to_time, kinds)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [trial_id, asked_by, now, Jsonb(dict(limits)), *span, list(kinds)],
        )
        defer(connection, TASK, trial_id=str(trial_id))


def begin_trial(connection: Connection, trial_id: UUID, now: datetime) -> dict[str, Any] | None:
    """Return a trial that is to be made, None where it has ended."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "update rule_trials set status = 'running', started_at = %s"
            " where trial_id = %s and status in ('waiting', 'running') returning limits, from_time, to_time, kinds",
            [now, trial_id],
        ).fetchone()


def end_trial(
    connection: Connection, trial_id: UUID, now: datetime, *, result: Mapping[str, Any] | None, error: str | None
) -> None:
    """Keep what a trial gave, or why it gave nothing."""
    connection.execute(
        "update rule_trials set status = %s, ended_at = %s, result = %s, error = %s where trial_id = %s",
        ["done" if error is None else "failed", now, None if result is None else Jsonb(dict(result)), error, trial_id],
    )
