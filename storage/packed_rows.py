"""Whole columns as one value: what the driver would make a Python object of per value becomes one NumPy array.

A query packs each row into the bytes of its columns, big-endian and one after the other, and all rows into one
`bytea`, which `np.frombuffer` reads as it came. A truck-day of 18 columns costs the server 0.6 of an `array_agg` for
each column. No value may be NULL: the query sends NaN or -1 in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg.pq.abc import PGresult

from storage.copy_binary import SqlType, unix_ms

FIELDS = 2  # of the result's row that `packed_select` makes

_SEND = {
    "smallint": "int2send",
    "integer": "int4send",
    "bigint": "int8send",
    "timestamptz": "timestamptz_send",
}
# A line segment is four doubles: sent by one call instead of four, a quarter of a truck-day's time.
_DOUBLES = {1: "float8send({})", 2: "point_send(point({}, {}))", 4: "lseg_send(lseg(point({}, {}), point({}, {})))"}


class Sent(NamedTuple):
    """How a column is sent.

    Attributes:
        sql: Never NULL.
        sql_type: Of the expression; a timestamptz becomes Unix milliseconds.
        dtype: Of the array, where it is not the type's own.
    """

    sql: str
    sql_type: SqlType
    dtype: type[np.generic] | None = None


def packed_select(columns: Mapping[str, Sent], order_by: str = "") -> str:
    """Return the select list that sends the columns, the rows in the given order: `FIELDS` fields."""
    order = f" order by {order_by}" if order_by else ""
    return f"string_agg({' || '.join(_sends(columns))}, ''::bytea{order}), count(*)"


def read_packed_rows(result: PGresult | None, columns: Mapping[str, Sent]) -> dict[str, NDArray[Any]]:
    """Return the columns of a binary result's single row, from its first field on, each of shape (N,)."""
    if result is None or result.ntuples != 1:
        raise ValueError("expected one row of packed rows, got another result")
    rows = np.frombuffer(result.get_value(0, 0) or b"", _layout(columns))
    count = int.from_bytes(result.get_value(0, 1) or b"", "big")
    if len(rows) != count:
        raise ValueError(f"expected {count} packed rows, got {len(rows)}: the others hold a NULL")
    return {name: _read(rows[name], column) for name, column in columns.items()}


def _is_float(column: Sent) -> bool:
    return column.sql_type.wire[1] == "f"


def _sends(columns: Mapping[str, Sent]) -> Iterator[str]:
    """Yield the SQL of the row's parts: whole numbers and times first, then all that floats, as doubles."""
    for column in columns.values():
        if not _is_float(column):
            yield f"{_SEND[column.sql_type.name]}({column.sql})"
    floats = [column.sql for column in columns.values() if _is_float(column)]
    while floats:
        size = max(size for size in _DOUBLES if size <= len(floats))
        yield _DOUBLES[size].format(*floats[:size])
        del floats[:size]


def _layout(columns: Mapping[str, Sent]) -> np.dtype[np.void]:
    """Return the layout of a row that `_sends` makes."""
    whole = [(name, column.sql_type.wire) for name, column in columns.items() if not _is_float(column)]
    return np.dtype(whole + [(name, ">f8") for name, column in columns.items() if _is_float(column)])


def _read(values: NDArray[Any], column: Sent) -> NDArray[Any]:
    if column.sql_type.name == "timestamptz":
        return unix_ms(values.astype(np.int64))
    own = np.dtype(column.sql_type.wire).newbyteorder("=")
    return values.astype(own if column.dtype is None else column.dtype)
