"""Rows packed by NumPy, against one row after the other by `struct`."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

from storage.copy_binary import (
    BIGINT,
    DOUBLE,
    HEADER,
    INTEGER,
    REAL,
    SMALLINT,
    TIMESTAMPTZ,
    TRAILER,
    Column,
    array_parameter,
    pack_rows,
    timestamps,
    unix_ms,
)

KINDS = [SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, TIMESTAMPTZ]


def slowly(columns: list[Column]) -> bytes:
    body = b""
    for row in range(len(columns[0].values)):
        body += struct.pack(">H", len(columns))
        for column in columns:
            if column.absent is not None and column.absent[row]:
                body += struct.pack(">i", -1)
            else:
                value = np.array(column.values[row], column.sql_type.wire).tobytes()
                body += struct.pack(">i", len(value)) + value
    return HEADER + body + TRAILER


def random_columns(rng: np.random.Generator, rows: int, absent_share: float) -> list[Column]:
    columns = []
    for number in range(rng.integers(1, 12)):
        kind = KINDS[rng.integers(len(KINDS))]
        values: Any = rng.integers(-(2**15), 2**15, rows) if kind.wire[1] == "i" else rng.normal(size=rows)
        nullable = rng.random() < 0.7
        columns.append(Column(f"c{number}", kind, values, rng.random(rows) < absent_share if nullable else None))
    return columns


@pytest.mark.parametrize("absent_share", [0.0, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("rows", [0, 1, 7, 300])
def test_rows_are_packed_as_one_by_one(rows: int, absent_share: float) -> None:
    rng = np.random.default_rng(rows)
    for _ in range(20):
        columns = random_columns(rng, rows, absent_share)
        assert pack_rows(columns) == slowly(columns)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 100])
def test_an_array_is_its_header_and_its_values(kind: Any, count: int) -> None:
    values = np.arange(count) - count // 2
    size = np.dtype(kind.wire).itemsize
    items = [struct.pack(">i", size) + np.array(value, kind.wire).tobytes() for value in values]
    assert array_parameter(kind, values).data == struct.pack(">5i", 1, 0, kind.oid, count, 1) + b"".join(items)


def test_an_empty_array_has_no_dimension() -> None:
    assert array_parameter(BIGINT, np.empty(0)).data == struct.pack(">3i", 0, 0, BIGINT.oid)


def test_times_are_counted_from_2000() -> None:
    times = np.array([946_684_800_000, 946_684_800_001, 0, -1])
    assert timestamps(times).tolist() == [0, 1000, -946_684_800_000_000, -946_684_800_001_000]
    np.testing.assert_array_equal(unix_ms(timestamps(times)), times)
