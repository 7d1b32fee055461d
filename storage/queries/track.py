"""One truck's fixes of a time range, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from numpy.typing import NDArray
from psycopg import AsyncConnection

from storage.packed_rows import packed_select, read_packed_rows
from storage.queries.fix_columns import FIX_COLUMNS

# The key's index gives the rows in order.
TRACK = """
    select {columns}
    from (
        select * from fixes
        where vehicle_no = %(vehicle_no)s and fix_time >= %(start)s and fix_time < %(end)s
            {cursor}
        order by fix_time, epoch, seq
        limit %(limit)s
    ) as track
"""
# Of a truck that others were merged into: each number's own part of the index, put together.
MERGED_TRACK = """
    select {columns}
    from (
        select own.* from unnest(%(vehicle_nos)s::integer[]) as number (no) cross join lateral (
            select * from fixes
            where vehicle_no = number.no and fix_time >= %(start)s and fix_time < %(end)s
                {cursor}
            order by fix_time, epoch, seq
            limit %(limit)s
        ) as own
        order by fix_time, epoch, seq, vehicle_no
        limit %(limit)s
    ) as track
"""
AFTER = "and (fix_time, epoch, seq) > (%(start)s, %(after_epoch)s, %(after_seq)s)"


async def read_track(
    connection: AsyncConnection[Any],
    vehicle_nos: Sequence[int],
    start: datetime,
    end: datetime,
    *,
    after: tuple[datetime, int, int] | None = None,
    limit: int = 100_000,
    columns: Sequence[str] = tuple(FIX_COLUMNS),
) -> dict[str, NDArray[Any]]:
    """Return a truck's fixes from `start` to before `end` in time order, one array per column, each of shape (N,).

    Args:
        connection: Keeps its plans (`configure_reader`): planning over many chunks takes longer than reading a day.
        vehicle_nos: The registry's numbers of the truck, `vehicle_nos` of `read_vehicle`.
        start: First instant.
        end: First instant no more in the range.
        after: Key (fix_time, epoch, seq) of the last fix of the page before, which lies in the range.
        limit: Most fixes.
        columns: Names of `FIX_COLUMNS`; the server spends about 0.4 ms a column and day.

    Returns:
        The columns; times in Unix milliseconds, absent readings NaN or -1.
    """
    parameters: dict[str, Any] = {"start": start, "end": end, "limit": limit}
    if len(vehicle_nos) == 1:
        statement, parameters["vehicle_no"] = TRACK, vehicle_nos[0]
    else:
        statement, parameters["vehicle_nos"] = MERGED_TRACK, list(vehicle_nos)
    if after is not None:
        parameters |= {"start": after[0], "after_epoch": after[1], "after_seq": after[2]}
    sent = {name: FIX_COLUMNS[name] for name in columns}
    query = statement.format(columns=packed_select(sent), cursor=AFTER if after else "")
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(query, parameters)
        return read_packed_rows(cursor.pgresult, sent)
