"""Passages that named no known truck, and giving them their truck once it is registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
from psycopg import Connection

from firmware_contracts.passages import PASSAGES
from storage.times import utc

# A city's gates read some 20,000 plates a day; of those nobody knows, the newest this many are tried again.
LOOKED_AT_MOST = 20_000


class Unmatched(NamedTuple):
    """A passage without a truck, and what was read of it."""

    terminal_no: int
    event_time: datetime
    epoch: int
    seq: int
    plate: str | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A passage and the number of the truck that it turned out to be of."""

    passage: Unmatched
    vehicle_no: int


def unmatched(connection: Connection, since_ms: int) -> list[Unmatched]:
    """Return the passages since an instant that bear a plate or tag of no known truck, newest first."""
    return [Unmatched(*row) for row in connection.execute(UNMATCHED, {"since": utc(since_ms)}).fetchall()]


def match(connection: Connection, matches: Sequence[Match]) -> int:
    """Give passages their trucks and let these wait for re-judgement; return how many had none until now."""
    if not matches:
        return 0
    documents = [each.passage._asdict() | {"vehicle_no": each.vehicle_no} for each in matches]
    row = connection.execute(MATCH, [orjson.dumps(documents).decode()]).fetchone()
    return int(row[0]) if row else 0


TYPES = ", ".join(f"'{name}'" for name in PASSAGES)

UNMATCHED = f"""
select terminal_no, event_time, epoch, seq, plate, body ->> 'tag'
from device_events
where vehicle_no is null and type in ({TYPES}) and event_time >= %(since)s and (plate is not null or body ? 'tag')
order by event_time desc
limit {LOOKED_AT_MOST}
"""  # noqa: S608 - made of our own names

MATCH = """
with given as (
    select *
    from jsonb_to_recordset(%s::jsonb)
        as given (terminal_no integer, event_time timestamptz, epoch bigint, seq bigint, vehicle_no integer)
), matched as (
    update device_events as known set vehicle_no = given.vehicle_no
    from given
    where
        (known.terminal_no, known.event_time, known.epoch, known.seq)
        = (given.terminal_no, given.event_time, given.epoch, given.seq)
        and known.vehicle_no is null
    returning known.vehicle_no, known.event_time
), queued as (
    insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
    select vehicle_no, min(event_time), max(event_time), nextval('rejudge_revisions')
    from matched group by vehicle_no order by vehicle_no
    on conflict (vehicle_no) do update
    set from_time = least(rejudge_queue.from_time, excluded.from_time),
        to_time = greatest(rejudge_queue.to_time, excluded.to_time), revision = excluded.revision
)
select count(*) from matched
"""
