"""Judging a truck's past again when a record came late: what waits, the rows to judge, and putting the result in.

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
from typing import NamedTuple

from psycopg import Connection

from rules_engine.event import Event, Trip
from storage import event_rows, trip_rows
from storage.checkpoints import delete_checkpoints_after, write_checkpoints
from storage.times import to_ms, utc
from storage.write_batch import Checkpoint


class Waiting(NamedTuple):
    """A truck whose past is to be judged again from an instant on.

    Attributes:
        revision: Changes whenever another late record of the truck comes.
    """

    vehicle_no: int
    from_ms: int
    revision: int


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
    rows = connection.execute("select vehicle_no, from_time, revision from rejudge_queue order by revision").fetchall()
    return [Waiting(vehicle_no, to_ms(from_time), revision) for vehicle_no, from_time, revision in rows]


def replace_judgement(
    connection: Connection,
    waiting: Waiting,
    start: Checkpoint | None,
    parts: Sequence[JudgedPart],
    *,
    found_at_ms: int,
    page_within_ms: int,
    world_version: str,
) -> bool:
    """Put what was found of a truck after `start` in the place of what had been found, in one transaction.

    Events found again change only where their content did, and keep when they were found first. Those given out after
    `start` and not found again are withdrawn; those closed after it and not closed again are open again. Trips go back
    to what they were at `start` and on from there. Later checkpoints are replaced by the parts' own.

    Returns:
        Whether the truck waits no more; False where another late record came since `waiting` was read.
    """
    since = utc(start.fix_time_ms) if start else "-infinity"
    now = utc(found_at_ms)
    found = [(part.judged_to_ms, item) for part in parts for item in part.events]
    travelled = [(part.judged_to_ms, item) for part in parts for item in part.trips]
    named = {event.vehicle_id for _, event in found} | {trip.vehicle_id for _, trip in travelled}
    with connection.transaction():
        vehicle_nos = event_rows.vehicle_numbers(connection, named)
        done = connection.execute(CLEAR, waiting._asdict()).rowcount == 1
        delete_checkpoints_after(connection, waiting.vehicle_no, start)
        write_checkpoints(connection, [part.checkpoint for part in parts if part.checkpoint])
        trip_rows.take_back_trips(connection, waiting.vehicle_no, since=since, now=now)
        trip_rows.write_trips(connection, trip_rows.trip_documents(travelled, vehicle_nos), world_version=world_version)
        documents = event_rows.event_documents(found, vehicle_nos)
        event_rows.write_events(
            connection,
            documents,
            found_at=now,
            page_within_ms=page_within_ms,
            world_version=world_version,
            since=since,
        )
        event_rows.take_back_events(connection, waiting.vehicle_no, since=since, found=documents, now=now)
    return done


CLEAR = "delete from rejudge_queue where vehicle_no = %(vehicle_no)s and revision = %(revision)s"
