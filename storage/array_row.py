"""Whole columns as one row of arrays: what the driver would make a Python object of per value becomes one NumPy array.

A query wraps its columns in `array_agg`; its single row is read as the bytes that came, 1.4 times faster than binary
rows. No value may be NULL: the query sends NaN or -1 in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg.pq.abc import PGresult

from storage.copy_binary import SqlType, unix_ms


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


def array_select(columns: Mapping[str, Sent], order_by: str = "") -> str:
    """Return the select list that sends the columns, each in the given order."""
    order = f" order by {order_by}" if order_by else ""
    return ", ".join(f"array_agg({column.sql}{order})" for column in columns.values())


def read_array_row(result: PGresult | None, columns: Mapping[str, Sent]) -> dict[str, NDArray[Any]]:
    """Return the columns of a binary result's single row, from its first field on, each of shape (N,)."""
    if result is None or result.ntuples != 1:
        raise ValueError("expected one row of arrays, got another result")
    return {name: _read(result.get_value(0, number), column) for number, (name, column) in enumerate(columns.items())}


def _read(data: bytes | None, column: Sent) -> NDArray[Any]:
    values = read_array(data, column.sql_type)
    if column.sql_type.name == "timestamptz":
        return unix_ms(values)
    return values if column.dtype is None else values.astype(column.dtype)


def read_array(data: bytes | None, sql_type: SqlType) -> NDArray[Any]:
    """Return the values of a binary array without absent ones, in native byte order; NULL is an empty one."""
    wire = np.dtype(sql_type.wire)
    native = wire.newbyteorder("=")
    if not data or len(data) <= ARRAY_HEADER_BYTES:
        return np.empty(0, native)
    items = np.frombuffer(data, [("length", ">i4"), ("value", wire)], offset=ARRAY_HEADER_BYTES)
    return items["value"].astype(native)


ARRAY_HEADER_BYTES = 20  # dimensions, nulls, type, length, first index
