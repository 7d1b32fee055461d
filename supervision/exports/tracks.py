"""Rows of tracks and of places as map formats want them: one truck after the other, silences cut out. Pure.

Nothing is gathered: each truck's rows are given as they come, and are to be taken before the next truck's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import TypeVar

from supervision.exports.rows import Row, Sheet, cell, point_of

# Nobody may draw a truck where it was not heard.
SILENCE = timedelta(minutes=5)

Item = TypeVar("Item")


def by_vehicle(rows: Iterable[Row]) -> Iterator[tuple[str, str | None, Iterator[Row]]]:
    """Give each truck, its plate and its rows that have a position; the rows come in the order of trucks."""
    placed = (row for row in rows if point_of(row) is not None)
    for (vehicle_id, plate), of_one in groupby(placed, key=lambda row: (row["vehicle_id"], row["plate"])):
        yield vehicle_id, plate, of_one


def segments(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """Give the rows of one truck, cut where it was silent."""
    silences = _Silences()
    for _, part in groupby(rows, key=silences.before):
        yield part


class _Silences:
    """Counts the silences that have passed."""

    def __init__(self) -> None:
        self._count = 0
        self._last: datetime | None = None

    def before(self, row: Row) -> int:
        at: datetime = row["fix_time"]
        if self._last is not None and at - self._last > SILENCE:
            self._count += 1
        self._last = at
        return self._count


def batches(items: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """Give lists of so many items, the last one shorter."""
    left = iter(items)
    while batch := list(islice(left, most)):
        yield batch


def name_of(sheet: Sheet, row: Row) -> str:
    """Return what a map writes beside a row: the kind and the plate or name, else its id."""
    names = [str(name) for name in (row.get("kind_name"), row.get("plate"), row.get("name")) if name]
    return " ".join(names) or str(row[sheet.columns[0].name])


def words_of(sheet: Sheet, row: Row) -> Iterator[tuple[str, str]]:
    """Give what a row tells, header by header."""
    for column, words in zip(sheet.columns, sheet.header, strict=True):
        value = cell(column, row[column.name])
        if value is not None and column.name != "geometry":
            yield words, str(value)
