"""An export made: rows from the database, in scope of who asks when it is made, through a format into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from psycopg import Connection

from storage.queries.export_rows import count_export_rows, export_rows
from supervision.exports.formats import format_of
from supervision.exports.order import Order, OrderRefused
from supervision.exports.rows import Asker, sheet_of, shown_rows

# Called with the rows written so far.
Progress = Callable[[int], None]
TOLD_EVERY = 2_000


class TooManyRows(OrderRefused):
    """The export would hold more rows than it may."""


def write_export(
    connection: Connection,
    order: Order,
    asker: Asker,
    target: BinaryIO,
    *,
    now: datetime,
    rows_most: int,
    progress: Progress = lambda _: None,
) -> int:
    """Write an export and return its rows; a page of them is in memory at a time.

    Args:
        connection: Reads; not in a transaction.
        order: Already judged by `assert_can_be_made`.
        asker: Whose scope and masks count.
        target: What the file is written to.
        now: Names the zone's offset.
        rows_most: More are refused, as are those that the format does not hold.
        progress: Told now and then.

    Raises:
        TooManyRows: There are more; `target` holds a part of a file.
        FormatRefused: Not made in this format.
    """
    wanted = format_of(order)
    counted = _Counted(min(rows_most, wanted.rows_most), progress)
    rows = counted.through(export_rows(connection, order.what, order.parameters(asker.user_no)))
    wanted.write(sheet_of(order, now), shown_rows(order, asker, rows), target)
    return counted.count


def expected_rows(connection: Connection, order: Order, asker: Asker) -> int:
    """Return how many rows an export will hold."""
    return count_export_rows(connection, order.what, order.parameters(asker.user_no))


class _Counted:
    """Counts the rows that pass, and lets no more than so many."""

    def __init__(self, rows_most: int, progress: Progress) -> None:
        self.count = 0
        self._rows_most = rows_most
        self._progress = progress

    def through(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            self.count += 1
            if self.count > self._rows_most:
                raise TooManyRows(f"expected up to {self._rows_most} rows, there are more; ask for less")
            if self.count % TOLD_EVERY == 0:
                self._progress(self.count)
            yield row
