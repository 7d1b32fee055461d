"""Records as closed ranges of seq per (terminal, epoch): made of records, and asked whether they hold a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from storage.write_batch import Received

BoolArray = NDArray[np.bool_]
UNCOUNTED_EPOCH = 0  # the contract's: seq names a record and is no counter, so that nothing can be said of gaps
DTYPES = {"terminal_no": np.int32, "epoch": np.int64, "first": np.int64, "last": np.int64}


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

    @property
    def book(self) -> NDArray[np.uint64]:
        """One number per (terminal, epoch), shape (R,): the contract's epoch has 32 bits."""
        return (self.terminal_no.astype(np.uint64) << np.uint64(32)) | self.epoch.astype(np.uint64)

    @property
    def counted(self) -> Self:
        """The ranges whose seq is a counter: the others would make a range of each record, for ever."""
        counted = self.epoch != UNCOUNTED_EPOCH
        return self if counted.all() else self.take(counted)

    def equals(self, other: Self) -> bool:
        """Return whether both hold the same records."""
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in DTYPES)

    @classmethod
    def empty(cls) -> Self:
        """Return no range."""
        return cls.in_order([])

    @classmethod
    def in_order(cls, parts: list[Self]) -> Self:
        """Return the ranges of all parts, which are apart from each other."""
        columns = [
            np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0, dtype)
            for name, dtype in DTYPES.items()
        ]
        ranges = cls(*columns)
        return ranges.take(np.lexsort((ranges.first, ranges.epoch, ranges.terminal_no)))


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
