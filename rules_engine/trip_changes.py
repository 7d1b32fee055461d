"""What changes trips: gathered from all facts of a batch, put in order, and what cannot matter left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.context import Context
from rules_engine.fix_batch import Mark
from rules_engine.load_state import LoadState
from rules_engine.stays import Stays
from rules_engine.unloading import Unloadings

# What can happen to a trip, in the order in which it is taken where one row tells several.
(
    UNLOADED,
    EMPTIED,
    LOADED,
    WASHED,
    LEFT_SITE,
    ENTERED_SITE,
    GATE_IN,
    GATE_OUT,
    ARRIVED,
    STOPPED,
    UNSEEN,
    DWELT,
    DEPARTED,
) = range(13)


class Change(NamedTuple):
    """Something that happened to a truck on a row.

    `item` is the loading's, unloading's, stay's or site's number, or the row. `at_site` is the key of the site that the
    truck was in before, 0 for none.
    """

    track: int
    row: int
    time_ms: int
    kind: int
    item: int
    at_site: int


@dataclass(frozen=True)
class Crossings:
    """Where trucks entered and left sites, confirmed, each of shape (C,), in the order of rows.

    Attributes:
        row: Row that confirmed it.
        site: Key of the site entered, 0 for leaving.
        site_row: Row of that site, -1 for leaving.
        before: Key of the site that each truck was in before the batch, 0 for none, shape (T,).
    """

    row: NDArray[np.intp]
    site: NDArray[np.int64]
    site_row: NDArray[np.int32]
    before: NDArray[np.int64]

    def at_site(self, rows: NDArray[np.intp], context: Context) -> NDArray[np.int64]:
        """Return the key of the site that the trucks were in before each of some rows, 0 for none."""
        track = context.tracks.of[rows]
        last = self.row.searchsorted(rows) - 1
        in_batch = np.append(self.row, -1)[last] >= context.tracks.start[track]
        return np.where(in_batch, np.append(self.site, 0)[last], self.before[track])


def changes_of(
    context: Context, load: LoadState, unloadings: Unloadings, stays: Stays, crossings: Crossings
) -> Iterator[Change]:
    """Yield what happened to the trucks of a batch that are or were on a trip, in the order of trucks and time."""
    before: Any = context.before["trip"]["state"]["start_ms"]
    concerned = before != UNSET_MS
    concerned[load.loadings.track] = True
    concerned[stays.departures.track] = True
    parts = [(kind, row, item) for kind, row, item in _parts(context, load, unloadings, stays, crossings) if len(row)]
    if not parts:
        return iter(())
    row = np.concatenate([row for _, row, _ in parts])
    item = np.concatenate([item for _, _, item in parts])
    kind = np.repeat([kind for kind, _, _ in parts], [len(row) for _, row, _ in parts])
    chosen = concerned[context.tracks.of[row]].nonzero()[0]
    order = chosen[(row[chosen] * 16 + kind[chosen]).argsort(kind="stable")]
    row = row[order]
    at_site = crossings.at_site(row, context)
    columns = (context.tracks.of[row], row, context.fixes.fix_time_ms[row], kind[order], item[order], at_site)
    return map(Change, *(column.tolist() for column in columns))


def _parts(
    context: Context, load: LoadState, unloadings: Unloadings, stays: Stays, crossings: Crossings
) -> list[tuple[int, NDArray[Any], NDArray[Any]]]:
    """Return kind, rows and items of everything that happened."""
    confirmed, ended = (unloadings.confirm_row >= 0).nonzero()[0], (unloadings.end_row >= 0).nonzero()[0]
    entered = crossings.site_row >= 0
    loadings = len(load.loadings)
    parts: list[tuple[int, NDArray[Any], NDArray[Any]]] = [
        (UNLOADED, unloadings.confirm_row[confirmed], confirmed),
        (EMPTIED, unloadings.end_row[ended], ended),
        (LOADED, load.loadings.row, np.arange(loadings)),
        (LEFT_SITE, crossings.row[~entered], crossings.row[~entered]),
        (ENTERED_SITE, crossings.row[entered], crossings.site_row[entered]),
        (ARRIVED, stays.arrivals.row, np.arange(len(stays.arrivals))),
        (STOPPED, stays.stops.row, np.arange(len(stays.stops))),
        (UNSEEN, stays.unseen, stays.unseen),
        (DWELT, stays.dwells.row, np.arange(len(stays.dwells))),
        (DEPARTED, stays.departures.row, np.arange(len(stays.departures)) + loadings),
    ]
    if context.fixes.mark.any():
        for kind, mark in ((WASHED, Mark.WASHED), (GATE_IN, Mark.GATE_IN), (GATE_OUT, Mark.GATE_OUT)):
            rows = (context.fixes.mark == mark).nonzero()[0]
            parts.append((kind, rows, rows))
    return parts
