"""Records that come by the dozen, not by the thousand: device events, terminal states, rejected records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from psycopg import Connection

from storage.times import utc
from storage.write_batch import DeviceEventRow, DeviceStateRow, Received, RejectedRow


def device_event_identity(rows: Sequence[DeviceEventRow]) -> Received:
    """Return which records these are."""
    return Received(
        np.array([row.terminal_no for row in rows], np.int32),
        np.array([row.epoch for row in rows], np.int64),
        np.array([row.seq for row in rows], np.int64),
    )


def insert_device_events(connection: Connection, rows: Sequence[DeviceEventRow]) -> int:
    """Store those events that do not exist yet, and return how many.

    A washing of a truck that was judged past it already lets the truck wait for re-judgement.
    """
    if not rows:
        return 0
    row = connection.execute(INSERT_DEVICE_EVENTS, [_documents(rows)]).fetchone()
    return int(row[0]) if row else 0


def device_events_not_as_stored(connection: Connection, rows: Sequence[DeviceEventRow]) -> NDArray[np.intp]:
    """Return the indices of those events that do not stand in the table with just this content."""
    if not rows:
        return np.empty(0, np.intp)
    found = connection.execute(DEVICE_EVENTS_NOT_AS_STORED, [_documents(rows)]).fetchall()
    return np.array([number for (number,) in found], np.intp)


def insert_states(connection: Connection, rows: Sequence[DeviceStateRow]) -> None:
    """Store what terminals said of themselves; the same message again changes nothing."""
    connection.cursor().executemany(
        INSERT_STATE,
        [
            (
                row.terminal_no,
                utc(row.received_at_ms),
                row.state,
                None if row.state_time_ms is None else utc(row.state_time_ms),
                row.epoch,
                row.firmware,
            )
            for row in rows
        ],
    )


def keep_rejected(connection: Connection, rows: Sequence[RejectedRow]) -> None:
    """Keep refused records with their bytes; one that came before is counted."""
    counted: dict[tuple[str, bytes, str], dict[str, Any]] = {}
    for row in rows:
        received_at = utc(row.received_at_ms)
        sha256 = row.sha256
        entry = counted.setdefault(
            (row.device, sha256, row.reason),
            {
                "device": storable(row.device),
                "reason": storable(row.reason),
                "sha256": sha256,
                "detail": storable(row.detail),
                "topic": storable(row.topic),
                "epoch": row.epoch,
                "seq": row.seq,
                "payload": row.payload,
                "first": received_at,
                "last": received_at,
                "count": 0,
            },
        )
        entry["count"] += 1
        entry["last"] = max(entry["last"], received_at)
    connection.cursor().executemany(KEEP_REJECTED, [counted[name] for name in sorted(counted)])


def storable(text: str) -> str:
    r"""Return the text with what a database text cannot hold written out, as `\x00` or `\udc80`."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def _documents(rows: Sequence[DeviceEventRow]) -> str:
    documents = [
        asdict(row) | {"number": number, "event_time": utc(row.event_time_ms), "received_at": utc(row.received_at_ms)}
        for number, row in enumerate(rows)
    ]
    return orjson.dumps(documents, option=orjson.OPT_SERIALIZE_NUMPY).decode()


_GIVEN = """jsonb_to_recordset(%s::jsonb) as given (
    number integer, terminal_no integer, vehicle_no integer, event_time timestamptz, epoch bigint, seq bigint,
    received_at timestamptz, type text, plate text, body jsonb, fresh boolean
)"""

INSERT_DEVICE_EVENTS = f"""
with given as materialized (
    select * from {_GIVEN}
), inserted as (
    insert into device_events (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)
    select terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body
    from given order by terminal_no, event_time, epoch, seq, number
    on conflict do nothing
    returning terminal_no, event_time, epoch, seq, vehicle_no
), queued as (
    insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
    select inserted.vehicle_no, min(event_time), max(event_time), nextval('rejudge_revisions')
    from inserted join given using (terminal_no, event_time, epoch, seq)
    where inserted.vehicle_no is not null and not given.fresh
    group by inserted.vehicle_no order by inserted.vehicle_no
    on conflict (vehicle_no) do update
    set from_time = least(rejudge_queue.from_time, excluded.from_time),
        to_time = greatest(rejudge_queue.to_time, excluded.to_time), revision = excluded.revision
)
select count(*) from inserted
"""  # noqa: S608 - made of our own column names

# Which truck the plate stood for is ours, not the record's: it may have been matched otherwise before.
DEVICE_EVENTS_NOT_AS_STORED = f"""
select number from {_GIVEN}
where (
    select true from device_events as stored
    where
        stored.terminal_no = given.terminal_no and stored.event_time = given.event_time
        and stored.epoch = given.epoch and stored.seq = given.seq
        and (stored.type, stored.plate, stored.body) is not distinct from (given.type, given.plate, given.body)
    limit 1
) is null
order by number
"""  # noqa: S608

INSERT_STATE = """
insert into device_states (terminal_no, received_at, state, state_time, epoch, firmware)
values (%s, %s, %s, %s, %s, %s) on conflict do nothing
"""

KEEP_REJECTED = """
insert into rejected as r (
    device, reason, sha256, detail, topic, epoch, seq, payload, received_at, last_received_at, count
)
values (
    %(device)s, %(reason)s, %(sha256)s, %(detail)s, %(topic)s, %(epoch)s, %(seq)s, %(payload)b, %(first)s, %(last)s,
    %(count)s
)
on conflict (device, sha256, reason) do update
set count = r.count + excluded.count, last_received_at = greatest(r.last_received_at, excluded.last_received_at)
"""
