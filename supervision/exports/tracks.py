"""Rows of tracks and of places as map formats want them: one truck after the other, silences cut out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby, pairwise

from supervision.exports.rows import Row, Sheet, cell, point_of

# Nobody may draw a truck where it was not heard.
SILENCE = timedelta(minutes=5)


def by_vehicle(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Give each truck with its rows that have a position; the rows come in the order of trucks."""
    for vehicle_id, of_one in groupby(rows, key=lambda row: row["vehicle_id"]):
        placed = [row for row in of_one if point_of(row) is not None]
        if placed:
            yield vehicle_id, placed


def segments(rows: list[Row]) -> list[list[Row]]:
    """Return the rows of one truck, cut where it was silent."""
    cut: list[list[Row]] = [rows[:1]]
    for before, row in pairwise(rows):
        if row["fix_time"] - before["fix_time"] > SILENCE:
            cut.append([])
        cut[-1].append(row)
    return cut


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
