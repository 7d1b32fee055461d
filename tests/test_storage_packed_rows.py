"""Columns packed by the server and read at once, against the values they were made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
import pytest

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
from storage.packed_rows import FIELDS, Sent, packed_select, read_packed_rows

pytestmark = pytest.mark.services

WHOLE = [SMALLINT, INTEGER, BIGINT, TIMESTAMPTZ]


def random_values(rng: np.random.Generator, kind: Any, count: int) -> Any:
    if kind.wire[1] == "f":
        values = rng.choice([np.nan, np.inf, -0.0, 0.1, 1e-30, 1e30, rng.normal()], count)
        return values.astype(np.dtype(kind.wire).newbyteorder("="))
    size = np.iinfo(np.dtype(kind.wire))
    if kind is TIMESTAMPTZ:
        return rng.integers(-(2**40), 2**44, count)
    return rng.integers(size.min, size.max, count, endpoint=True, dtype=np.dtype(kind.wire).newbyteorder("="))


@pytest.mark.parametrize("count", [0, 1, 300])
@pytest.mark.parametrize("floats", range(9))
def test_columns_come_as_they_are(database_url: str, count: int, floats: int) -> None:
    rng = np.random.default_rng(floats)
    kinds = WHOLE + [DOUBLE if n % 2 else REAL for n in range(floats)]
    order = rng.permutation(len(kinds))
    columns = {f"c{n}": Sent(f"c{n}", kinds[n]) for n in order}
    values = {name: random_values(rng, column.sql_type, count) for name, column in columns.items()}
    sent = {
        name: array_parameter(columns[name].sql_type, timestamps(v) if columns[name].sql_type is TIMESTAMPTZ else v)
        for name, v in values.items()
    }
    query = f"""
        select {packed_select(columns, "number desc")}, 'next field'
        from unnest({", ".join(f"%({name})b" for name in sent)}) with ordinality as t ({", ".join(sent)}, number)
    """
    with psycopg.connect(database_url) as connection:
        register_arrays(connection)
        cursor = connection.cursor(binary=True)
        cursor.execute(query, sent)
        read = read_packed_rows(cursor.pgresult, columns)
        assert cursor.pgresult is not None
        assert cursor.pgresult.get_value(0, FIELDS) == b"next field"
    assert list(read) == list(columns)
    for name, column in read.items():
        assert column.dtype == values[name].dtype
        np.testing.assert_array_equal(column, values[name][::-1])


def test_a_null_is_noticed(database_url: str) -> None:
    columns = {"a": Sent("a", INTEGER), "b": Sent("b", REAL)}
    query = f"select {packed_select(columns)} from (values (1, 1::real), (2, null)) as t (a, b)"
    with psycopg.connect(database_url) as connection, connection.cursor(binary=True) as cursor:
        cursor.execute(query)
        with pytest.raises(ValueError, match="expected 2 packed rows, got 1"):
            read_packed_rows(cursor.pgresult, columns)
