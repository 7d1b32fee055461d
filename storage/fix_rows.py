"""Fixes into their hypertable: fresh rows straight in, late ones past those that exist, and telling conflicts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from firmware_contracts.columns import ABSENT
from storage.copy_binary import (
    BIGINT,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TIMESTAMPTZ,
    ArrayParameter,
    Column,
    SqlType,
    array_parameter,
    copy_rows,
    timestamps,
)
from storage.write_batch import Received, StoredFixes

# In the order of the table. The first six say which record it is and when it came, the rest is what it says.
KEY_TYPES: dict[str, SqlType] = {
    "vehicle_no": INTEGER,
    "terminal_no": INTEGER,
    "fix_time": TIMESTAMPTZ,
    "epoch": BIGINT,
    "seq": BIGINT,
    "received_at": TIMESTAMPTZ,
}
READING_TYPES: dict[str, SqlType] = {
    "lat_deg": DOUBLE,
    "lon_deg": DOUBLE,
    "speed_mps": REAL,
    "course_deg": REAL,
    "hdop": REAL,
    "load_kg": REAL,
    "load_ratio": REAL,
    "lift_deg": REAL,
    "faults": INTEGER,
    "alarms": INTEGER,
    "satellites": SMALLINT,
    "cover": SMALLINT,
    "ignition": SMALLINT,
    "main_power": SMALLINT,
}
NEVER_ABSENT = ("faults", "alarms")

DAY_MS = 86_400_000  # as the chunks
LAST_DAY = 2_932_896  # 9999-12-31
TYPES = KEY_TYPES | READING_TYPES


def fix_columns(rows: StoredFixes) -> list[Column]:
    """Return the rows as columns of the table `fixes`, absent values marked."""
    fixes = rows.fixes
    columns = [
        Column("vehicle_no", INTEGER, rows.vehicle_no),
        Column("terminal_no", INTEGER, rows.terminal_no),
        Column("fix_time", TIMESTAMPTZ, timestamps(fixes.fix_time_ms)),
        Column("epoch", BIGINT, fixes.epoch),
        Column("seq", BIGINT, fixes.seq),
        Column("received_at", TIMESTAMPTZ, timestamps(rows.received_at_ms)),
    ]
    for name, sql_type in READING_TYPES.items():
        values = getattr(fixes, name)
        columns.append(Column(name, sql_type, values, absent_in(name, values)))
    return columns


def absent_in(name: str, values: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Return where a reading is absent, None where it cannot be."""
    if name in NEVER_ABSENT:
        return None
    absent: NDArray[np.bool_] = np.isnan(values) if values.dtype.kind == "f" else values == ABSENT
    return absent


def key_order(rows: StoredFixes) -> NDArray[np.intp]:
    """Return the permutation that sorts by the table's key, in which the server's index takes rows cheapest."""
    fixes = rows.fixes
    return np.lexsort((fixes.seq, fixes.epoch, fixes.fix_time_ms, rows.vehicle_no))


def insert_fresh(connection: Connection, rows: StoredFixes) -> None:
    """Store rows that do not exist yet; sorted by `key_order` it costs the server least.

    Raises:
        psycopg.errors.UniqueViolation: One of them exists; none was stored.
    """
    copy_rows(connection, "fixes", fix_columns(rows))


def identity(rows: StoredFixes) -> Received:
    """Return which records these are."""
    return Received(rows.terminal_no, rows.fixes.epoch, rows.fixes.seq)


def stage(rows: StoredFixes) -> dict[str, ArrayParameter]:
    """Return the rows as parameters of the statements below; absent values travel as NaN and -1."""
    return {c.name: array_parameter(c.sql_type, c.values) for c in fix_columns(rows)}


def insert_absent(connection: Connection, rows: StoredFixes, *, rejudge: bool) -> int:
    """Store those rows that do not exist yet, and return how many.

    Args:
        connection: In the batch's transaction.
        rows: Any; a key may also be repeated among them, the first row with it counts.
        rejudge: Let the trucks of rows stored wait for re-judgement from there on.
    """
    if len(rows) == 0:
        return 0
    row = connection.execute(INSERT_ABSENT, stage(rows) | {"rejudge": rejudge}).fetchone()
    return int(row[0]) if row else 0


def queue_rejudgement(connection: Connection, rows: StoredFixes) -> None:
    """Let the trucks of these rows wait for re-judgement from there on."""
    if len(rows) == 0:
        return
    # A row may be here because the database cannot hold its time: then the whole past is judged again.
    time_ms = np.maximum(rows.fixes.fix_time_ms, 0)
    connection.execute(
        QUEUE_REJUDGEMENT,
        {
            "vehicle_no": array_parameter(INTEGER, rows.vehicle_no),
            "fix_time": array_parameter(TIMESTAMPTZ, timestamps(time_ms)),
        },
    )


def not_as_stored(connection: Connection, rows: StoredFixes) -> NDArray[np.intp]:
    """Return the indices of those rows that do not stand in the table with just this content, in ascending order.

    Asked day by day: one row then looks into one chunk. Left to the server, each row would find out anew which of all
    chunks it needs, 2 ms a row over 60 days.
    """
    if len(rows) == 0:
        return np.empty(0, np.intp)
    # TimescaleDB's own node leaves chunks out anew for each row, where the planner has left just one: 60 us a row.
    connection.execute("set local timescaledb.enable_chunk_append = off")
    day = rows.fixes.fix_time_ms // DAY_MS
    missing = (day < 0) | (day > LAST_DAY)  # no such time can be stored
    for each in np.unique(day[~missing]):
        index = np.flatnonzero(day == each)
        span = timestamps(np.array([each, each + 1]) * DAY_MS)
        parameters = stage(rows.take(index)) | {"span": array_parameter(TIMESTAMPTZ, span)}
        found = connection.execute(NOT_AS_STORED, parameters, prepare=False).fetchall()
        missing[index[[number - 1 for (number,) in found]]] = True
    return np.flatnonzero(missing)


def present(name: str) -> str:
    """Return the SQL of a staged column with its absent values as NULL."""
    if name in NEVER_ABSENT or name in KEY_TYPES:
        return f"staged.{name}"
    missing = "'NaN'" if READING_TYPES[name].wire[1] == "f" else str(ABSENT)
    return f"nullif(staged.{name}, {missing})"


_NAMES = ", ".join(TYPES)
_ARRAYS = ", ".join(f"%({name})b" for name in TYPES)

_MERGE = """on conflict (vehicle_no) do update
    set from_time = least(rejudge_queue.from_time, excluded.from_time),
        to_time = greatest(rejudge_queue.to_time, excluded.to_time), revision = excluded.revision"""

INSERT_ABSENT = f"""
with inserted as (
    insert into fixes ({_NAMES})
    select {", ".join(map(present, TYPES))} from unnest({_ARRAYS}) as staged ({_NAMES})
    on conflict do nothing
    returning vehicle_no, fix_time
), queued as (
    insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
    select vehicle_no, min(fix_time), max(fix_time), nextval('rejudge_revisions') from inserted where %(rejudge)s
    group by vehicle_no order by vehicle_no
    {_MERGE}
)
select count(*) from inserted
"""  # noqa: S608 - made of our own column names

QUEUE_REJUDGEMENT = f"""
insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
select vehicle_no, min(fix_time), max(fix_time), nextval('rejudge_revisions')
from unnest(%(vehicle_no)b, %(fix_time)b) as staged (vehicle_no, fix_time)
group by vehicle_no order by vehicle_no
{_MERGE}
"""  # noqa: S608

# One index look-up a row, as a sub-query with `limit` is never turned into a join over all chunks.
NOT_AS_STORED = f"""
select number from unnest({_ARRAYS}) with ordinality as staged ({_NAMES}, number)
where (
    select true from fixes
    where fixes.vehicle_no = staged.vehicle_no and fixes.fix_time = staged.fix_time
        and fixes.epoch = staged.epoch and fixes.seq = staged.seq
        and fixes.fix_time >= (%(span)b)[1] and fixes.fix_time < (%(span)b)[2]
        and fixes.terminal_no = staged.terminal_no
        and ({", ".join(f"fixes.{name}" for name in READING_TYPES)})
            is not distinct from ({", ".join(map(present, READING_TYPES))})
    limit 1
) is null
"""  # noqa: S608
