"""Stored rows as the engine wants them: a truck's fixes, and what other devices saw of it, from a checkpoint on.

What judges is elsewhere; the columns read and the rows that are no fixes are named here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from firmware_contracts.passages import PASSAGES, REFUSED
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World
from storage.copy_binary import (
    BIGINT,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TIMESTAMPTZ,
    ArrayParameter,
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
        until: Only rows up to this checkpoint's own; None for all.
    """

    vehicle_no: int
    vehicle: int
    after: Checkpoint | None
    until: Checkpoint | None = None


def read_rows(
    connection: Connection, trucks: Sequence[ReadFrom], world: World, limit_rows: int | None = None
) -> FixBatch:
    """Return the stored rows of some trucks, passages included, sorted as the engine wants them.

    A month of a truck costs no Python object per row. The answer of one call must stay below the server's limit of
    1 GB: about 8 million rows.

    Args:
        connection: Of the writer.
        trucks: Whose rows.
        world: Numbers the devices, and knows what the trucks weigh empty.
        limit_rows: Only the first rows of a single truck, as many. Fewer came: there are no more. As many: go on after
            the checkpoint of the last of them.
    """
    if limit_rows is not None and len(trucks) != 1:
        raise ValueError(f"expected one truck with a limit, got {len(trucks)}")
    register_arrays(connection)
    with connection.cursor(binary=True) as cursor:
        cursor.execute(rows_query(limit_rows), _parameters(trucks, world), prepare=False)
        columns = read_packed_rows(cursor.pgresult, ROW_COLUMNS)
    columns["device"] = _terminals(columns["device"], world)
    batch = FixBatch.of_columns(**columns)
    return batch.take(batch.key_order())


def _terminals(terminal_no: NDArray[np.int32], world: World) -> NDArray[np.int32]:
    """Return the rows of the world's terminals with these numbers, -1 where there is none."""
    rows = np.full(len(terminal_no), -1, np.int32)
    seen = np.flatnonzero(terminal_no >= 0)
    if len(seen) and len(world.terminals.terminal_no):
        order = np.argsort(world.terminals.terminal_no)
        ascending = world.terminals.terminal_no[order]
        place = np.minimum(ascending.searchsorted(terminal_no[seen]), len(order) - 1)
        rows[seen] = np.where(ascending[place] == terminal_no[seen], order[place], -1)
    return rows


def _parameters(trucks: Sequence[ReadFrom], world: World) -> dict[str, ArrayParameter]:
    integers = {
        "vehicle_no": (INTEGER, [truck.vehicle_no for truck in trucks]),
        "vehicle": (INTEGER, [truck.vehicle for truck in trucks]),
    }
    times = {}
    for side, unknown, keys in (
        ("after", BEFORE_ALL, [truck.after for truck in trucks]),
        ("until", AFTER_ALL, [truck.until for truck in trucks]),
    ):
        bounds = np.array([_key(each) if each else unknown for each in keys], np.int64).reshape(-1, 4)
        times[f"{side}_time"] = bounds[:, 0]
        for n, (name, kind) in enumerate((("mark", SMALLINT), ("epoch", BIGINT), ("seq", BIGINT)), 1):
            integers[f"{side}_{name}"] = (kind, bounds[:, n].tolist())
    # One bound for all trucks leaves other chunks out of the plan; else each truck looks into every one of them.
    times["earliest"] = np.sort(times["after_time"])[:1]
    times["latest"] = np.sort(times["until_time"])[-1:]
    parameters = {name: array_parameter(kind, np.array(values, np.int64)) for name, (kind, values) in integers.items()}
    tare_kg = world.tare_kg[np.array([truck.vehicle for truck in trucks], np.intp)]
    parameters["tare_kg"] = array_parameter(DOUBLE, tare_kg.astype(np.float64))
    return parameters | {name: array_parameter(TIMESTAMPTZ, timestamps(values)) for name, values in times.items()}


def _key(checkpoint: Checkpoint) -> tuple[int, int, int, int]:
    return checkpoint.fix_time_ms, checkpoint.mark, checkpoint.epoch, checkpoint.seq


# No record is older than 1970, and none is younger than the year 9999.
BEFORE_ALL = (0, -1, -1, -1)
AFTER_ALL = (253_402_300_799_999, 32_767, 2**63 - 1, 2**63 - 1)


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
    "device": Sent("terminal_no", INTEGER),
    "weight_kg": Sent("coalesce(weight_kg, 'NaN')", REAL),
}

_READINGS = (
    "lat_deg, lon_deg, speed_mps, hdop, satellites, load_kg, load_ratio, lift_deg, cover, ignition, main_power, "
    "faults, alarms"
)


FIX = str(int(Mark.FIX))


def _mark_of_event() -> str:
    """Return the SQL of a device event's mark, NULL of one that tells of no passage."""
    types = []
    for event_type, (member, marks) in PASSAGES.items():
        values = " ".join(f"when '{value}' then {mark}" for value, mark in marks.items())
        types.append(f"when '{event_type}' then case body ->> '{member}' {values} end")
    return f"case when body ->> 'barrier' = '{REFUSED}' then null else case type {' '.join(types)} end end"


MARK = _mark_of_event()
# As `firmware_contracts.passages.net_mass_kg` has it.
WEIGHT_KG = "(body ->> 'gross_kg')::float8 - coalesce((body ->> 'tare_kg')::float8, tare_kg)"


def rows_query(limit_rows: int | None) -> str:
    """Return the query of `read_rows`."""

    def bound(order: str) -> str:
        # `offset 0` keeps the truck's key in the index condition.
        return "offset 0" if limit_rows is None else f"order by {order} limit {limit_rows:d}"

    def between(time: str, mark: str) -> str:
        key = f"({time}, {mark}, epoch, seq)"
        return f"""{time} >= after_time and {time} <= until_time
            and {time} >= (%(earliest)b)[1] and {time} <= (%(latest)b)[1]
            and {key} > (after_time, after_mark, after_epoch, after_seq)
            and {key} <= (until_time, until_mark, until_epoch, until_seq)"""

    return f"""
with trucks as (
    select *
    from unnest(
        %(vehicle_no)b, %(vehicle)b, %(after_time)b, %(after_mark)b, %(after_epoch)b, %(after_seq)b,
        %(until_time)b, %(until_mark)b, %(until_epoch)b, %(until_seq)b, %(tare_kg)b
    ) as t (
        vehicle_no, vehicle, after_time, after_mark, after_epoch, after_seq,
        until_time, until_mark, until_epoch, until_seq, tare_kg
    )
), rows as (
    select
        vehicle, fix_time as row_time, epoch, seq, {FIX}::smallint as mark, {_READINGS}, -1 as terminal_no,
        null::float8 as weight_kg
    from trucks cross join lateral (
        select * from fixes
        where fixes.vehicle_no = trucks.vehicle_no and {between("fix_time", FIX)}
        {bound("fix_time, epoch, seq")}
    ) as f
    union all
    select
        vehicle, event_time, epoch, seq, mark, null, null, null, null, null, null, null, null, null, null, null, 0, 0,
        terminal_no, {WEIGHT_KG}
    from trucks cross join lateral (
        select * from (select *, {MARK}::smallint as mark from device_events) as e
        where e.vehicle_no = trucks.vehicle_no and mark is not null and {between("event_time", "mark")}
        {bound("event_time, mark, epoch, seq")}
    ) as w
)
select {packed_select(ROW_COLUMNS)} from (select * from rows {bound("row_time, mark, epoch, seq")}) as rows
"""  # noqa: S608 - made of our own column names
