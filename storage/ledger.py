"""The book of which records of each terminal are kept, as ranges of seq per (terminal, epoch).

It tells gaps, and it tells conflicts: a record whose (terminal, epoch, seq) is stored already must be the very same
record again. `refused` names those that are kept in `rejected` only; such a record may still be stored later, when it
is sent again after the registry was mended.

Records of epoch 0 stand in no book (`SeqRanges.counted`): their seq is no counter, so there are no gaps to tell, and
the key of their row tells repetitions and conflicts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from storage.copy_binary import BIGINT, INTEGER, array_parameter
from storage.ledger_news import LedgerNews
from storage.packed_rows import Sent, packed_select, read_packed_rows
from storage.seq_ranges import BoolArray, SeqRanges, inside
from storage.write_batch import Received


class Heads:
    """The greatest seq in the book of each (terminal, epoch) met so far, so that plain progress needs no look-up.

    Right as long as nobody else writes records of the same terminals: see `storage.connect.claim_writer`.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._books = np.empty(0, np.uint64)  # sorted
        self._heads = np.empty(0, np.int64)

    def look_up(self, connection: Connection, ranges: SeqRanges) -> BoolArray:
        """Return which ranges lie after everything in their book, shape (R,); books not met before are looked at."""
        books = ranges.book
        unknown = ~np.isin(books, self._books)
        if unknown.any():
            self._learn(np.unique(books[unknown]), np.int64(-1))
            with connection.cursor(binary=True) as cursor:
                cursor.execute(HEADS, _parameters(ranges.take(unknown)))
                found = SeqRanges(**read_packed_rows(cursor.pgresult, HEAD_COLUMNS))
            self.advance(found)
        return ranges.first > self._heads[np.searchsorted(self._books, books)]

    def advance(self, ranges: SeqRanges) -> None:
        """Take in that the ranges stand in their books, which were looked up before."""
        np.maximum.at(self._heads, np.searchsorted(self._books, ranges.book), ranges.last)

    def _learn(self, books: NDArray[np.uint64], head: np.int64) -> None:
        at = np.searchsorted(self._books, books)
        self._books = np.insert(self._books, at, books)
        self._heads = np.insert(self._heads, at, head)


def stored_before(
    connection: Connection, heads: Heads, news: LedgerNews, records: Received, ranges: SeqRanges
) -> BoolArray:
    """Return which records are stored already, shape (R,); refused ones are not, and `ranges` are theirs."""
    doubtful = ranges.take(~heads.look_up(connection, ranges))
    if len(doubtful) == 0:
        return np.zeros(len(records.seq), np.bool_)
    with connection.cursor(binary=True) as cursor:
        cursor.execute(STORED_BEFORE, _parameters(doubtful))
        settled = SeqRanges(**read_packed_rows(cursor.pgresult, RANGE_COLUMNS))
    return inside(records, settled) | inside(records, news.about(doubtful))


def enter_refused(connection: Connection, refused: SeqRanges) -> None:
    """Write into the book that these records are kept, and stand in `rejected` only unless it says they are stored."""
    if len(refused) > 0:
        connection.execute(ENTER_REFUSED, _parameters(refused))


def _parameters(ranges: SeqRanges) -> dict[str, object]:
    return {
        "terminal_no": array_parameter(INTEGER, ranges.terminal_no),
        "epoch": array_parameter(BIGINT, ranges.epoch),
        "first": array_parameter(BIGINT, ranges.first),
        "last": array_parameter(BIGINT, ranges.last),
    }


RANGE_COLUMNS = {
    "terminal_no": Sent("terminal_no", INTEGER),
    "epoch": Sent("epoch", BIGINT),
    "first": Sent("lower(part)", BIGINT),
    "last": Sent("upper(part) - 1", BIGINT),
}

STORED_BEFORE = f"""
with batch as (
    select terminal_no, epoch, range_agg(int8range(first, last, '[]')) as seqs
    from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b) as r (terminal_no, epoch, first, last)
    group by terminal_no, epoch
), again as (
    select terminal_no, epoch, part
    from batch
    join ledger using (terminal_no, epoch)
    cross join lateral unnest((ledger.seqs - ledger.refused) * batch.seqs) as part
    where ledger.seqs && batch.seqs
)
select {packed_select(RANGE_COLUMNS, "terminal_no, epoch, part")} from again
"""  # noqa: S608 - made of our own column names

HEAD_COLUMNS = {
    "terminal_no": Sent("terminal_no", INTEGER),
    "epoch": Sent("epoch", BIGINT),
    "first": Sent("lower(seqs)", BIGINT),
    "last": Sent("upper(seqs) - 1", BIGINT),
}

HEADS = f"""
select {packed_select(HEAD_COLUMNS, "terminal_no, epoch")}
from ledger
where (terminal_no, epoch) in (
    select terminal_no, epoch
    from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b) as r (terminal_no, epoch, first, last)
)
"""  # noqa: S608

ENTER_REFUSED = """
insert into ledger (terminal_no, epoch, seqs, refused)
select terminal_no, epoch, seqs, seqs
from (
    select terminal_no, epoch, range_agg(int8range(first, last, '[]')) as seqs
    from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b) as r (terminal_no, epoch, first, last)
    group by terminal_no, epoch
    order by terminal_no, epoch
) as batch
on conflict (terminal_no, epoch) do update
set
    seqs = ledger.seqs + excluded.seqs,
    refused = ledger.refused + (excluded.seqs - ledger.seqs)
"""
