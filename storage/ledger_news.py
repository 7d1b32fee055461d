"""What came into the ledger lately: one row a batch, until it is settled into the rows of the ledger.

Updating the row of each of ten thousand terminals with each batch cost as much as storing the fixes. All entries here
are new: apart from each other and from what the ledger says is stored. Whoever reads the ledger's rows settles first.
"""

from __future__ import annotations

import numpy as np
from psycopg import Connection

from storage.copy_binary import BIGINT, INTEGER, array_parameter
from storage.seq_ranges import SeqRanges

# A batch waits while those before it are settled, 0.1 s for sixteen batches of ten thousand terminals.
SETTLE_BATCHES = 16


class LedgerNews:
    """The entries made since they were settled last, as one writer knows them."""

    def __init__(self) -> None:
        """Know of none: what a writer before left behind must have been settled."""
        self._entries: list[SeqRanges] = []

    @property
    def are_due(self) -> bool:
        """Whether it is time to settle."""
        return len(self._entries) >= SETTLE_BATCHES

    def add(self, stored: SeqRanges) -> None:
        """Take in what has been entered and committed."""
        self._entries.append(stored)

    def clear(self) -> None:
        """Take in that everything has been settled and committed."""
        self._entries.clear()

    def about(self, ranges: SeqRanges) -> SeqRanges:
        """Return the entries of the (terminal, epoch) of some ranges."""
        wanted = np.unique(ranges.book)
        parts = [entry.take(np.isin(entry.book, wanted)) for entry in self._entries]
        return SeqRanges.in_order(parts)


def enter(connection: Connection, stored: SeqRanges) -> None:
    """Enter that these records, none of which was stored before, stand in the tables of records."""
    if len(stored) > 0:
        parameters = {
            "terminal_nos": array_parameter(INTEGER, stored.terminal_no),
            "epochs": array_parameter(BIGINT, stored.epoch),
            "firsts": array_parameter(BIGINT, stored.first),
            "lasts": array_parameter(BIGINT, stored.last),
        }
        connection.execute(ENTER, parameters)


def settle(connection: Connection) -> None:
    """Move every entry into the rows of the ledger."""
    connection.execute(SETTLE)


ENTER = """
insert into ledger_news (terminal_nos, epochs, firsts, lasts)
values (%(terminal_nos)b, %(epochs)b, %(firsts)b, %(lasts)b)
"""

SETTLE = """
with news as (
    delete from ledger_news returning *
), stored as (
    select terminal_no, epoch, range_agg(int8range(first, last, '[]')) as seqs
    from news cross join lateral unnest(terminal_nos, epochs, firsts, lasts) as r (terminal_no, epoch, first, last)
    group by terminal_no, epoch
    order by terminal_no, epoch
)
insert into ledger (terminal_no, epoch, seqs, refused)
select terminal_no, epoch, seqs, '{}' from stored
on conflict (terminal_no, epoch) do update
set seqs = ledger.seqs + excluded.seqs, refused = ledger.refused - excluded.seqs
"""
