"""Silent trucks in the database: each truck's newest fix, and the events of silences that go on.

The engine closes such an event when its truck is heard again; while the truck is silent nobody but `replace_open` adds
it or takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from rules_engine.event import Event
from storage.copy_binary import BIGINT, DOUBLE, INTEGER, REAL, SMALLINT, TIMESTAMPTZ
from storage.event_rows import event_documents, vehicle_numbers, write_events
from storage.packed_rows import Sent, packed_select, read_packed_rows
from storage.times import to_ms, utc

COLUMNS = {
    "vehicle_no": Sent("vehicle_no", INTEGER),
    "fix_time_ms": Sent("fix_time", TIMESTAMPTZ),
    "received_at_ms": Sent("received_at", TIMESTAMPTZ),
    "epoch": Sent("epoch", BIGINT),
    "seq": Sent("seq", BIGINT),
    "speed_mps": Sent("coalesce(speed_mps, 'NaN')", REAL),
    "ignition": Sent("coalesce(ignition, -1::smallint)", SMALLINT, np.int8),
    "lat_deg": Sent("coalesce(lat_deg, 'NaN')", DOUBLE),
    "lon_deg": Sent("coalesce(lon_deg, 'NaN')", DOUBLE),
}

NEWEST = f"""
    select {packed_select(COLUMNS)} from latest join vehicles using (vehicle_no) where retired_at is null
"""  # noqa: S608 - made of our own column names

SILENCE_OVER = """
select vehicle_no, max(end_time) from events
where kind = 'offline' and closing is not null and withdrawn_at is null and vehicle_no = any(%s)
group by vehicle_no
"""

# A truck's newer fix and the closing of its silence are committed together: heard of and not closed, it was none.
OPEN = """
select
    event_id, vehicle_no,
    exists (
        select from latest
        where
            latest.vehicle_no = events.vehicle_no
            and (latest.fix_time, latest.epoch, latest.seq) > (events.start_time, events.epoch, events.seq)
    )
from events where kind = 'offline' and closing is null and withdrawn_at is null
"""

WITHDRAW = """
update events set withdrawn_at = %(now)s
where event_id = any(%(gone)s) and closing is null and withdrawn_at is null
"""


class Newest(NamedTuple):
    """The newest fix of each truck in service, arrays of shape (V,).

    The position is where the truck was seen last, NaN where it never was; what a fix did not tell is NaN or -1.
    """

    vehicle_no: NDArray[np.int32]
    fix_time_ms: NDArray[np.int64]
    received_at_ms: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    speed_mps: NDArray[np.float32]
    ignition: NDArray[np.int8]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]


def read_newest(connection: Connection[Any]) -> Newest:
    """Return the newest fixes, in no particular order."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(NEWEST)
        return Newest(**read_packed_rows(cursor.pgresult, COLUMNS))


def read_silence_over_ms(connection: Connection[Any], vehicle_nos: Sequence[int]) -> dict[int, int]:
    """Return when the last silence told of each truck was over, for those that have had one. [ms]"""
    ends = connection.execute(SILENCE_OVER, [list(vehicle_nos)]).fetchall()
    return {vehicle_no: to_ms(end) for vehicle_no, end in ends}


def replace_open(
    connection: Connection[Any],
    events: Sequence[Event],
    *,
    judged: Sequence[int],
    found_at_ms: int,
    page_within_ms: int,
    world_version: str,
) -> None:
    """Let the silences that go on be these: the others of the trucks judged are withdrawn, new ones written.

    Those of trucks that were heard of since are withdrawn, too, whether the truck was judged or not.

    Args:
        connection: Of the writer.
        events: Openings.
        judged: Numbers of all trucks that were looked at.
        found_at_ms: Wall clock. [ms]
        page_within_ms: Events older than this page nobody. [ms]
        world_version: Of the world they were found under.
    """
    looked_at = set(judged)
    with connection.transaction():
        known: list[tuple[UUID, int, bool]] = connection.execute(OPEN).fetchall()
        found = {event.event_id: event for event in events}
        gone = [name for name, truck, is_over in known if is_over or (truck in looked_at and name not in found)]
        if gone:
            connection.execute(WITHDRAW, {"gone": gone, "now": utc(found_at_ms)})
        told = {name for name, _, _ in known}
        news = [event for name, event in found.items() if name not in told]
        if news:
            numbers = vehicle_numbers(connection, {event.vehicle_id for event in news})
            # Its truck had been judged up to the fix that it starts with.
            documents = event_documents([(event.start.fix_time_ms, event) for event in news], numbers)
            write_events(
                connection,
                documents,
                found_at=utc(found_at_ms),
                page_within_ms=page_within_ms,
                world_version=world_version,
            )
