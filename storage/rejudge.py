"""Judging a truck's past again when a record came late: what waits, and putting the result in.

    for waiting in pending(connection):
        start = checkpoint_before(connection, waiting.vehicle_no, waiting.from_ms, layout)     (storage.checkpoints)
        rows = read_rows(connection, [ReadFrom(waiting.vehicle_no, vehicle, start)])         (storage.judged_rows)
        ... evaluate the rows, in one go or in slices, from the checkpoint's carry ...
        replace_judgement(connection, waiting, start, judged_parts, ...)

What was found of the truck after the checkpoint is replaced in one transaction: found again it stays as it is, no
longer found it is withdrawn and stays visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg import Connection

from rules_engine.event import Event, Trip
from storage import event_rows, trip_rows
from storage.checkpoints import delete_checkpoints_between, write_checkpoints
from storage.times import to_ms, utc
from storage.write_batch import Checkpoint


class Waiting(NamedTuple):
    """A truck whose past is to be judged again from an instant on.

    Attributes:
        revision: Changes whenever another late record of the truck comes.
        to_ms: Where the last of what changed is: later on there are only its consequences. None: all is to be judged.
    """

    vehicle_no: int
    from_ms: int
    revision: int
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """What judging one stretch of a truck's rows gave; the stretches follow each other in time.

    Attributes:
        judged_to_ms: Time of the stretch's last row.
        checkpoint: The carry after that row, None where none is to be kept.
    """

    judged_to_ms: int
    events: list[Event]
    trips: list[Trip]
    checkpoint: Checkpoint | None


def pending(connection: Connection) -> list[Waiting]:
    """Return the trucks that wait for re-judgement, longest waiting first."""
    return _waiting(connection.execute(f"{WAITING} order by revision").fetchall())


def still_pending(connection: Connection, vehicle_no: int) -> Waiting | None:
    """Return what a truck waits for by now, None where it waits no more."""
    found = _waiting(connection.execute(f"{WAITING} where vehicle_no = %s", [vehicle_no]).fetchall())
    return found[0] if found else None


def ask(connection: Connection, vehicle_no: int, from_ms: int, to_ms: int | None) -> None:
    """Let a truck wait for re-judgement, by the ingest that runs or the next one."""
    to_time = "infinity" if to_ms is None else utc(to_ms)
    connection.execute(ASK, {"vehicle_no": vehicle_no, "from_time": utc(from_ms), "to_time": to_time})


def claim_past(connection: Connection, vehicle_no: int) -> bool:
    """Return whether this transaction is now the only one that judges a truck's past again."""
    row = connection.execute("select pg_try_advisory_xact_lock(%s, %s)", [PAST_LOCK, vehicle_no]).fetchone()
    return row is not None and bool(row[0])


def _waiting(rows: list[tuple[int, datetime, int, datetime | None]]) -> list[Waiting]:
    return [
        Waiting(vehicle_no, to_ms(from_time), revision, None if to_time is None else to_ms(to_time))
        for vehicle_no, from_time, revision, to_time in rows
    ]


def replace_judgement(
    connection: Connection,
    waiting: Waiting,
    start: Checkpoint | None,
    parts: Sequence[JudgedPart],
    *,
    found_at_ms: int,
    page_within_ms: int,
    world_version: str,
    until: Checkpoint | None = None,
) -> bool:
    """Put what was found of a truck after `start` in the place of what had been found, in one transaction.

    Events found again change only where their content did, and keep when they were found first. Those given out after
    `start` and not found again are withdrawn; those closed after it and not closed again are open again. Trips go back
    to what they were at `start` and on from there. Later checkpoints are replaced by the parts' own.

    Args:
        connection: Of the writer.
        waiting: What was asked.
        start: Where judging began, None for the truck's first row.
        parts: What it gave, in order.
        found_at_ms: Wall clock. [ms]
        page_within_ms: An event confirmed longer ago than this is stored as back-dated and pages nobody. [ms]
        world_version: `World.version` that judged.
        until: The stored checkpoint at which judging ended, as the carry was again what it had been: what was given
            out after it stands. None: judged to the last row.

    Returns:
        Whether the truck waits no more; False where another late record came since `waiting` was read.
    """
    since: datetime | str = utc(start.fix_time_ms) if start else "-infinity"
    stands_after: datetime | str = utc(until.fix_time_ms) if until else "infinity"
    now = utc(found_at_ms)
    found = [(part.judged_to_ms, item) for part in parts for item in part.events]
    travelled = [(part.judged_to_ms, item) for part in parts for item in part.trips]
    named = {event.vehicle_id for _, event in found} | {trip.vehicle_id for _, trip in travelled}
    with connection.transaction():
        vehicle_nos = event_rows.vehicle_numbers(connection, named)
        done = connection.execute(CLEAR, waiting._asdict()).rowcount == 1
        delete_checkpoints_between(connection, waiting.vehicle_no, start, until)
        write_checkpoints(connection, [part.checkpoint for part in parts if part.checkpoint])
        trip_rows.take_back_trips(connection, waiting.vehicle_no, since=since, now=now, until=stands_after)
        trip_rows.write_trips(connection, trip_rows.trip_documents(travelled, vehicle_nos), world_version=world_version)
        trip_rows.bring_up_to_date(connection, waiting.vehicle_no, since=since)
        documents = event_rows.event_documents(found, vehicle_nos)
        event_rows.write_events(
            connection,
            documents,
            found_at=now,
            page_within_ms=page_within_ms,
            world_version=world_version,
            since=since,
            until=stands_after,
        )
        event_rows.take_back_events(
            connection, waiting.vehicle_no, since=since, until=stands_after, found=documents, now=now
        )
    return done


PAST_LOCK = 0x6D75636B  # any number of our own

WAITING = "select vehicle_no, from_time, revision, nullif(to_time, 'infinity') from rejudge_queue"

ASK = """
insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
values (%(vehicle_no)s, %(from_time)s, %(to_time)s, nextval('rejudge_revisions'))
on conflict (vehicle_no) do update
set from_time = least(rejudge_queue.from_time, excluded.from_time),
    to_time = greatest(rejudge_queue.to_time, excluded.to_time), revision = excluded.revision
"""

CLEAR = "delete from rejudge_queue where vehicle_no = %(vehicle_no)s and revision = %(revision)s"
