"""The book of which records of each terminal are kept, as ranges of seq per (terminal, epoch).

It tells gaps, and it tells conflicts: a record whose (terminal, epoch, seq) is stored already must be the very same
record again. `refused` names those that are kept in `rejected` only; such a record may still be stored later, when it
is sent again after the registry was mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from storage.copy_binary import BIGINT, BOOLEAN, INTEGER, array_parameter
from storage.packed_rows import Sent, packed_select, read_packed_rows
from storage.write_batch import Received

BoolArray = NDArray[np.bool_]
NO_BOOK = np.uint64(2**64 - 1)


@dataclass(frozen=True, slots=True)
class SeqRanges:
    """Closed ranges of seq, sorted by (terminal, epoch, first) and apart from each other, each array of shape (R,)."""

    terminal_no: NDArray[np.int32]
    epoch: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def take(self, index: NDArray[Any]) -> Self:
        """Return the ranges that an index array or mask picks."""
        return type(self)(self.terminal_no[index], self.epoch[index], self.first[index], self.last[index])


def identity_order(records: Received) -> NDArray[np.intp]:
    """Return the permutation that sorts by (terminal, epoch, seq) and leaves equal records in their order."""
    return np.lexsort((records.seq, records.epoch, records.terminal_no))


def ranges_of(records: Received, order: NDArray[np.intp] | None = None) -> SeqRanges:
    """Return the ranges that hold just these records; `order` is theirs, where it is known already."""
    order = identity_order(records) if order is None else order
    terminal_no, epoch, seq = records.terminal_no[order], records.epoch[order], records.seq[order]
    same_book = (terminal_no[1:] == terminal_no[:-1]) & (epoch[1:] == epoch[:-1])
    goes_on = same_book & (seq[1:] - seq[:-1] <= 1)
    starts = np.flatnonzero(np.append(True, ~goes_on)[: len(seq)])
    ends = np.append(starts[1:], len(seq))[: len(starts)] - 1
    return SeqRanges(terminal_no[starts], epoch[starts], seq[starts], seq[ends])


def repeated(records: Received, order: NDArray[np.intp]) -> BoolArray:
    """Return where a record's identity stood in the batch before, shape (R,)."""
    terminal_no, epoch, seq = records.terminal_no[order], records.epoch[order], records.seq[order]
    again = np.zeros(len(order), np.bool_)
    again[order[1:]] = (terminal_no[1:] == terminal_no[:-1]) & (epoch[1:] == epoch[:-1]) & (seq[1:] == seq[:-1])
    return again


def inside(records: Received, ranges: SeqRanges) -> BoolArray:
    """Return where a record lies in one of the ranges, shape (R,).

    Ranges and records are sorted together, each range's start before the records at it; the newest start before a
    record is then the only range that can hold it.
    """
    count = len(ranges)
    if count == 0:
        return np.zeros(len(records.seq), np.bool_)
    terminal_no = np.concatenate([ranges.terminal_no, records.terminal_no])
    epoch = np.concatenate([ranges.epoch, records.epoch])
    seq = np.concatenate([ranges.first, records.seq])
    order = np.lexsort((np.arange(len(seq)) >= count, seq, epoch, terminal_no))
    newest_start = np.maximum.accumulate(np.where(order < count, order, -1))  # ranges are in order: 0, 1, 2 ...
    is_record = order >= count
    record, candidate = order[is_record] - count, newest_start[is_record]
    held = np.zeros(len(records.seq), np.bool_)
    held[record] = (
        (candidate >= 0)
        & (ranges.terminal_no[candidate] == records.terminal_no[record])
        & (ranges.epoch[candidate] == records.epoch[record])
        & (ranges.last[candidate] >= records.seq[record])
    )
    return held


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
        books = _book(ranges)
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
        np.maximum.at(self._heads, np.searchsorted(self._books, _book(ranges)), ranges.last)

    def _learn(self, books: NDArray[np.uint64], head: np.int64) -> None:
        at = np.searchsorted(self._books, books)
        self._books = np.insert(self._books, at, books)
        self._heads = np.insert(self._heads, at, head)


def _book(ranges: SeqRanges) -> NDArray[np.uint64]:
    """Return one number per (terminal, epoch): the contract's epoch has 32 bits."""
    return (ranges.terminal_no.astype(np.uint64) << np.uint64(32)) | ranges.epoch.astype(np.uint64)


def stored_before(connection: Connection, heads: Heads, ranges: SeqRanges) -> SeqRanges:
    """Return the parts of the ranges that name records stored already, refused ones not counted."""
    doubtful = ranges.take(~heads.look_up(connection, ranges))
    if len(doubtful) == 0:
        return doubtful
    with connection.cursor(binary=True) as cursor:
        cursor.execute(STORED_BEFORE, _parameters(doubtful))
        return SeqRanges(**read_packed_rows(cursor.pgresult, RANGE_COLUMNS))


def enter(connection: Connection, kept: SeqRanges, stored: SeqRanges) -> None:
    """Write into the book that `kept` are kept, of which `stored` stand in the tables of records."""
    plain = _plain(kept, stored)
    if plain.any():
        parameters = _parameters(kept.take(plain))
        if connection.execute(CONTINUE, parameters).rowcount < plain.sum():
            connection.execute(BEGIN, parameters)
    written = np.isin(_book(stored), _book(kept)[plain])
    rest, rest_stored = kept.take(~plain), stored.take(~written)
    if len(rest) + len(rest_stored) > 0:
        is_stored = np.repeat([False, True], [len(rest), len(rest_stored)])
        both = {name: np.concatenate([getattr(rest, name), getattr(rest_stored, name)]) for name in RANGE_COLUMNS}
        connection.execute(ENTER, _parameters(SeqRanges(**both)) | {"is_stored": array_parameter(BOOLEAN, is_stored)})


def _plain(kept: SeqRanges, stored: SeqRanges) -> BoolArray:
    """Return which of `kept` are their book's only range in this batch, and stored: the rule, and cheap to write."""
    books, stored_books = _book(kept), _book(stored)
    # Both are sorted: the next one tells whether a book stands there twice.
    at = np.searchsorted(stored_books, books)
    padded = np.append(stored_books, [NO_BOOK, NO_BOOK])
    once: BoolArray = (padded[at] == books) & (padded[at + 1] != books)
    once &= (np.append(books[1:], NO_BOOK)[: len(books)] != books) & (np.append(NO_BOOK, books)[:-1] != books)
    at = at[once]
    once[once] = (stored.first[at] == kept.first[once]) & (stored.last[at] == kept.last[once])
    return once


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

# Updating and then inserting what is not there yet costs half of `on conflict do update`.
CONTINUE = """
update ledger
set
    seqs = ledger.seqs + int8multirange(int8range(first, last, '[]')),
    refused = case
        when isempty(refused) then refused else refused - int8multirange(int8range(first, last, '[]'))
    end
from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b) as r (terminal_no, epoch, first, last)
where ledger.terminal_no = r.terminal_no and ledger.epoch = r.epoch
"""

BEGIN = """
insert into ledger (terminal_no, epoch, seqs, refused)
select terminal_no, epoch, int8multirange(int8range(first, last, '[]')), '{}'
from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b) as r (terminal_no, epoch, first, last)
on conflict do nothing
"""

ENTER = """
insert into ledger (terminal_no, epoch, seqs, refused)
select terminal_no, epoch, seqs, seqs - stored
from (
    select
        terminal_no,
        epoch,
        range_agg(int8range(first, last, '[]')) as seqs,
        coalesce(range_agg(int8range(first, last, '[]')) filter (where is_stored), '{}') as stored
    from unnest(%(terminal_no)b, %(epoch)b, %(first)b, %(last)b, %(is_stored)b)
        as r (terminal_no, epoch, first, last, is_stored)
    group by terminal_no, epoch
    order by terminal_no, epoch
) as batch
on conflict (terminal_no, epoch) do update
set
    seqs = ledger.seqs + excluded.seqs,
    refused = (ledger.seqs + excluded.seqs) - (ledger.seqs - ledger.refused) - (excluded.seqs - excluded.refused)
"""
