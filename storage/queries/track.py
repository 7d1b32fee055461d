"""One truck's fixes of a time range, as columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from numpy.typing import NDArray
from psycopg import AsyncConnection

from storage.array_row import array_select, read_array_row
from storage.queries.fix_columns import FIX_COLUMNS

# The key's index gives the rows in order. The range stands twice: bounds of the chunks must be plain parameters.
TRACK = f"""
    select {array_select(FIX_COLUMNS)}
    from (
        select * from fixes
        where vehicle_no = %(vehicle_no)s and fix_time >= %(start)s and fix_time < %(end)s
            and (fix_time, epoch, seq) > (%(after_time)s, %(after_epoch)s, %(after_seq)s)
        order by fix_time, epoch, seq
        limit %(limit)s
    ) as track
"""  # noqa: S608 - made of our own column names


async def read_track(
    connection: AsyncConnection[Any],
    vehicle_no: int,
    start: datetime,
    end: datetime,
    *,
    after: tuple[datetime, int, int] | None = None,
    limit: int = 100_000,
) -> dict[str, NDArray[Any]]:
    """Return a truck's fixes from `start` to before `end` in time order, one array per column, each of shape (N,).

    Args:
        connection: Keeps its plans (`configure_reader`): planning over many chunks takes longer than reading a day.
        vehicle_no: The registry's number of the truck.
        start: First instant.
        end: First instant no more in the range.
        after: Key (fix_time, epoch, seq) of the last fix of the page before.
        limit: Most fixes.

    Returns:
        The columns of `FIX_COLUMNS`; times in Unix milliseconds, absent readings NaN or -1.
    """
    after_time, after_epoch, after_seq = after or (start, -1, -1)
    parameters = {
        "vehicle_no": vehicle_no,
        "start": max(start, after_time),
        "end": end,
        "after_time": after_time,
        "after_epoch": after_epoch,
        "after_seq": after_seq,
        "limit": limit,
    }
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(TRACK, parameters)
        return read_array_row(cursor.pgresult, FIX_COLUMNS)
