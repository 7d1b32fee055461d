"""Stored rows as the engine wants them: a truck's fixes, and what other devices saw of it, from a checkpoint on.

What judges is elsewhere; the columns read and the rows that are no fixes are named here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from psycopg import Connection

from rules_engine.fix_batch import FixBatch, Mark
from storage.copy_binary import (
    BIGINT,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TIMESTAMPTZ,
    array_parameter,
    register_arrays,
    timestamps,
)
from storage.packed_rows import Sent, packed_select, read_packed_rows
from storage.write_batch import Checkpoint


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """Which rows of a truck to read.

    Attributes:
        vehicle_no: The registry's number.
        vehicle: The truck's index in `World` and `Carry`, which the rows will bear.
        after: Only rows after this checkpoint's; None for all.
    """

    vehicle_no: int
    vehicle: int
    after: Checkpoint | None


def read_rows(connection: Connection, trucks: Sequence[ReadFrom], limit_rows: int | None = None) -> FixBatch:
    """Return the stored rows of some trucks, washings included, sorted as the engine wants them.

    A month of a truck costs no Python object per row. The answer of one call must stay below the server's limit of
    1 GB: about 8 million rows.

    Args:
        connection: Of the writer.
        trucks: Whose rows.
        limit_rows: Only the first rows of a single truck, as many. Fewer came: there are no more. As many: go on after
            the checkpoint of the last of them.
    """
    if limit_rows is not None and len(trucks) != 1:
        raise ValueError(f"expected one truck with a limit, got {len(trucks)}")
    register_arrays(connection)
    after_ms = np.array([t.after.fix_time_ms if t.after else 0 for t in trucks], np.int64)
    numbers = {
        "mark": (SMALLINT, [t.after.mark if t.after else -1 for t in trucks]),
        "epoch": (BIGINT, [t.after.epoch if t.after else -1 for t in trucks]),
        "seq": (BIGINT, [t.after.seq if t.after else -1 for t in trucks]),
        "vehicle_no": (INTEGER, [t.vehicle_no for t in trucks]),
        "vehicle": (INTEGER, [t.vehicle for t in trucks]),
    }
    parameters = {name: array_parameter(kind, np.array(values, np.int64)) for name, (kind, values) in numbers.items()}
    parameters["fix_time"] = array_parameter(TIMESTAMPTZ, timestamps(after_ms))
    # One bound for all trucks leaves the older chunks out of the plan; else each truck looks into every one of them.
    parameters["earliest"] = array_parameter(TIMESTAMPTZ, timestamps(np.sort(after_ms)[:1]))
    with connection.cursor(binary=True) as cursor:
        cursor.execute(rows_query(limit_rows), parameters, prepare=False)
        batch = FixBatch.of_columns(**read_packed_rows(cursor.pgresult, ROW_COLUMNS))
    return batch.take(batch.key_order())


# What a row does not have travels as NaN or -1.
ROW_COLUMNS = {
    "vehicle": Sent("vehicle", INTEGER),
    "fix_time_ms": Sent("row_time", TIMESTAMPTZ),
    "epoch": Sent("epoch", BIGINT),
    "seq": Sent("seq", BIGINT),
    "mark": Sent("mark", SMALLINT, np.int8),
    "lat_deg": Sent("coalesce(lat_deg, 'NaN')", DOUBLE),
    "lon_deg": Sent("coalesce(lon_deg, 'NaN')", DOUBLE),
    "speed_mps": Sent("coalesce(speed_mps, 'NaN')", REAL),
    "hdop": Sent("coalesce(hdop, 'NaN')", REAL),
    "satellites": Sent("coalesce(satellites, -1::smallint)", SMALLINT),
    "load_kg": Sent("coalesce(load_kg, 'NaN')", REAL),
    "load_ratio": Sent("coalesce(load_ratio, 'NaN')", REAL),
    "lift_deg": Sent("coalesce(lift_deg, 'NaN')", REAL),
    "cover": Sent("coalesce(cover, -1::smallint)", SMALLINT, np.int8),
    "ignition": Sent("coalesce(ignition, -1::smallint)", SMALLINT, np.int8),
    "main_power": Sent("coalesce(main_power, -1::smallint)", SMALLINT, np.int8),
    "faults": Sent("faults", INTEGER),
    "alarms": Sent("alarms", INTEGER),
}

_READINGS = (
    "lat_deg, lon_deg, speed_mps, hdop, satellites, load_kg, load_ratio, lift_deg, cover, ignition, main_power, "
    "faults, alarms"
)


def rows_query(limit_rows: int | None) -> str:
    """Return the query of `read_rows`."""

    def bound(order: str) -> str:
        # `offset 0` keeps the truck's key in the index condition.
        return "offset 0" if limit_rows is None else f"order by {order} limit {limit_rows:d}"

    return f"""
with trucks as (
    select * from unnest(%(vehicle_no)b, %(vehicle)b, %(fix_time)b, %(mark)b, %(epoch)b, %(seq)b)
        as t (vehicle_no, vehicle, after_time, after_mark, after_epoch, after_seq)
), rows as (
    select vehicle, fix_time as row_time, epoch, seq, {int(Mark.FIX)}::smallint as mark, {_READINGS}
    from trucks cross join lateral (
        select * from fixes
        where
            fixes.vehicle_no = trucks.vehicle_no and fix_time >= after_time and fix_time >= (%(earliest)b)[1]
            and (fix_time, {int(Mark.FIX)}, epoch, seq) > (after_time, after_mark, after_epoch, after_seq)
        {bound("fix_time, epoch, seq")}
    ) as f
    union all
    select vehicle, event_time, epoch, seq, {int(Mark.WASHED)}::smallint, null, null, null, null, null, null, null,
        null, null, null, null, 0, 0
    from trucks cross join lateral (
        select * from device_events
        where
            device_events.vehicle_no = trucks.vehicle_no and event_time >= after_time
            and event_time >= (%(earliest)b)[1]
            and (event_time, {int(Mark.WASHED)}, epoch, seq) > (after_time, after_mark, after_epoch, after_seq)
            and type = 'washer_passage' and body ->> 'result' = 'washed'
        {bound("event_time, epoch, seq")}
    ) as w
)
select {packed_select(ROW_COLUMNS)} from (select * from rows {bound("row_time, mark, epoch, seq")}) as rows
"""  # noqa: S608 - made of our own column names
