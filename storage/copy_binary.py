r"""Rows for binary COPY, and array parameters, packed by NumPy: no Python object per row or value.

A row of binary COPY, big-endian; an absent value is length -1 and no bytes:

    fields u16 | length i32 | value ... | length i32 | value ... | ...

All rows are first laid out as if nothing were absent, as one structured array. Then the bytes of absent values are
squeezed out in one pass over pairs of bytes, which is why only types of even width are known here. Rows keep their
order (sorted input is 1.1-1.3 times cheaper for the server's index), unlike when grouped by what is absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.abc import AdaptContext, Buffer, PyFormat
from psycopg.adapt import Dumper
from psycopg.pq import Format

# PostgreSQL counts microseconds from 2000-01-01 UTC.
POSTGRES_EPOCH_MS = 946_684_800_000

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of the header's extension
TRAILER = b"\xff\xff"


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type of fixed width: its SQL name, its wire form, and the oids of itself and of its array."""

    name: str
    wire: str
    oid: int
    array_oid: int


SMALLINT = SqlType("smallint", ">i2", 21, 1005)
INTEGER = SqlType("integer", ">i4", 23, 1007)
BIGINT = SqlType("bigint", ">i8", 20, 1016)
REAL = SqlType("real", ">f4", 700, 1021)
DOUBLE = SqlType("double precision", ">f8", 701, 1022)
TIMESTAMPTZ = SqlType("timestamptz", ">i8", 1184, 1185)
BOOLEAN = SqlType("boolean", ">i1", 16, 1000)  # as array parameter only: one byte has no place in a row here


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows to send.

    Attributes:
        name: Of the table's column.
        sql_type: Of the table's column.
        values: Shape (N,); timestamps in microseconds as `timestamps` returns them.
        absent: True where the value is NULL, shape (N,); None where the column is never NULL.
    """

    name: str
    sql_type: SqlType
    values: NDArray[Any]
    absent: NDArray[np.bool_] | None = None


def timestamps(time_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return Unix milliseconds as PostgreSQL's microseconds."""
    return (time_ms - POSTGRES_EPOCH_MS) * 1000


def unix_ms(timestamp_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return PostgreSQL's microseconds as Unix milliseconds."""
    return timestamp_us // 1000 + POSTGRES_EPOCH_MS


def pack_rows(columns: list[Column]) -> bytes:
    """Return the whole of a binary COPY, header and trailer included."""
    rows = np.empty(len(columns[0].values), _row_dtype(columns))
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"length_{number}"] = np.dtype(column.sql_type.wire).itemsize
        rows[f"value_{number}"] = column.values
    return HEADER + _squeeze(rows, columns).tobytes() + TRAILER


def copy_rows(connection: Connection, table: str, columns: list[Column]) -> None:
    """Send the rows to a table whose name and columns are ours, never input; what no row has is not sent at all."""
    columns = [column for column in columns if column.absent is None or not column.absent.all()]
    names = ", ".join(column.name for column in columns)
    with connection.cursor().copy(f"copy {table} ({names}) from stdin (format binary)") as copy:  # type: ignore[call-overload, unused-ignore]
        copy.write(pack_rows(columns))


def _row_dtype(columns: list[Column]) -> np.dtype[np.void]:
    layout = [("fields", ">u2")]
    for number, column in enumerate(columns):
        layout += [(f"length_{number}", ">i4"), (f"value_{number}", column.sql_type.wire)]
    return np.dtype(layout)


def _squeeze(rows: NDArray[np.void], columns: list[Column]) -> NDArray[np.uint16] | NDArray[np.void]:
    """Return the rows' bytes without those of absent values, whose lengths become -1."""
    nullable = [(n, c.absent) for n, c in enumerate(columns) if c.absent is not None and c.absent.any()]
    if not nullable:
        return rows
    pairs = rows.dtype.itemsize // 2
    kept = np.ones((len(rows), pairs), np.bool_)
    for number, absent in nullable:
        rows[f"length_{number}"][absent] = -1
        value, start = _field(rows.dtype, f"value_{number}")
        kept[absent, start // 2 : (start + value.itemsize) // 2] = False
    return rows.view(np.uint16).reshape(len(rows), pairs)[kept]


def _field(dtype: np.dtype[np.void], name: str) -> tuple[np.dtype[Any], int]:
    fields = dtype.fields
    if fields is None:
        raise TypeError(f"expected a structured dtype, got {dtype}")
    kind, start = fields[name][:2]
    return kind, start


@dataclass(frozen=True, slots=True)
class ArrayParameter:
    """A one-dimensional array as a query parameter (`%b`), packed in PostgreSQL's binary form."""

    sql_type: SqlType
    data: bytes


def array_parameter(sql_type: SqlType, values: NDArray[Any]) -> ArrayParameter:
    """Return the values as a parameter; they must all be present (send NaN or -1 and `nullif` it in SQL)."""
    if len(values) == 0:
        return ArrayParameter(sql_type, np.array([0, 0, sql_type.oid], ">i4").tobytes())
    header = np.array([1, 0, sql_type.oid, len(values), 1], ">i4")  # dimensions, nulls, type, length, first index
    items = np.empty(len(values), [("length", ">i4"), ("value", sql_type.wire)])
    items["length"] = np.dtype(sql_type.wire).itemsize
    items["value"] = values
    return ArrayParameter(sql_type, header.tobytes() + items.tobytes())


class ArrayParameterDumper(Dumper):
    """Hands an `ArrayParameter` to the driver under the oid of its own array type."""

    format = Format.BINARY

    def dump(self, obj: ArrayParameter) -> Buffer | None:
        """Return the packed bytes."""
        return obj.data

    def get_key(self, obj: ArrayParameter, format: PyFormat) -> tuple[type, int]:  # type: ignore[override]  # noqa: A002, ARG002
        """Return what tells dumpers of different arrays apart."""
        return (self.cls, obj.sql_type.array_oid)

    def upgrade(self, obj: ArrayParameter, format: PyFormat) -> ArrayParameterDumper:  # noqa: A002, ARG002
        """Return a dumper for arrays of this type."""
        dumper = type(self)(self.cls)
        dumper.oid = obj.sql_type.array_oid
        return dumper


def register_arrays(context: AdaptContext) -> None:
    """Let a connection take `ArrayParameter` as a parameter."""
    context.adapters.register_dumper(ArrayParameter, ArrayParameterDumper)
