"""Parquet: typed columns in row groups; times keep their zone, the file's metadata the headers for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from supervision.exports.order import FormatRefused
from supervision.exports.rows import Row, Sheet, cell

# Rows held at once; a group of so many is what readers take in one go.
GROUP = 20_000


def write_parquet(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write group by group.

    Raises:
        FormatRefused: The package that writes it is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise FormatRefused("expected the optional package pyarrow for Parquet (extra `traces`)") from error
    types = {
        "time": pa.timestamp("ms", tz=sheet.order.zone),
        "number": pa.float64(),
        "integer": pa.int64(),
        "flag": pa.bool_(),
    }
    fields = [
        pa.field(column.name, types.get(column.kind, pa.string()), metadata={"header": words})
        for column, words in zip(sheet.columns, sheet.header, strict=True)
    ]
    schema = pa.schema(fields, metadata={"title": sheet.title})
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pa.table({c.name: [_value(c, row) for row in group] for c in sheet.columns}, schema))


def _value(column: Any, row: Row) -> Any:
    value = row[column.name]
    return value if column.kind == "time" else cell(column, value)
