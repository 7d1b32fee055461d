"""What changes trips: gathered from all facts of a batch, put in order, and what cannot matter left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, picked
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.load_state import HEAVY, LoadState
from rules_engine.stays import Stays
from rules_engine.trip_state import NEVER_MS, ON_ITS_WAY, RETURNED
from rules_engine.unloading import Unloadings
from rules_engine.world_keys import NO_KEY

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
# With fewer changes it takes longer to sort out those that do not matter than to apply them.
WORTH_SORTING_OUT = 32


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
    """Yield what happened to the trucks of a batch that are on a trip or begin one, in the order of trucks and time."""
    parts = [(kind, row, item) for kind, row, item in _parts(context, load, unloadings, stays, crossings) if len(row)]
    if not parts:
        return iter(())
    before: Any = context.before["trip"]["state"]
    concerned = before["start_ms"] != UNSET_MS
    concerned[load.loadings.track] = True
    concerned[stays.departures.track] = True
    row = np.concatenate([row for _, row, _ in parts])
    item = np.concatenate([item for _, _, item in parts])
    kind = np.repeat([kind for kind, _, _ in parts], [len(row) for _, row, _ in parts])
    chosen = concerned[context.tracks.of[row]].nonzero()[0]
    if not len(chosen):
        return iter(())
    order = chosen[(row[chosen] * 16 + kind[chosen]).argsort(kind="stable")]
    row, kind, item = row[order], kind[order], item[order]
    track, at_site = context.tracks.of[row], crossings.at_site(row, context)
    columns = [track, row, context.fixes.fix_time_ms[row], kind, item, at_site]
    if len(row) >= WORTH_SORTING_OUT:
        idle = _idle_crossings(context, load, columns, picked(before, track))
        begun = _since_first(~idle, track)
        columns = [column[begun] for column in columns]
    return map(Change, *(column.tolist() for column in columns))


def _idle_crossings(context: Context, load: LoadState, columns: list[NDArray[Any]], trip: Any) -> BoolArray:
    """Return which changes are crossings that leave a trip as it is if it still is what it was before the batch.

    Most are: a truck on its way passes many other sites. That its time runs out meanwhile makes no difference.
    """
    _, row, _, kind, item, at_site = columns
    heavy, hauling, unloaded = load.state[row] == HEAVY, trip["hauling"], trip["unloaded"]
    on_its_way, from_site = trip["ending"] == ON_ITS_WAY, trip["site"] != NO_KEY
    is_origin = np.zeros(len(row), np.bool_)
    entering, leaving = kind == ENTERED_SITE, kind == LEFT_SITE
    entered = entering.nonzero()[0]
    is_origin[entered] = context.keys.sites.key(item[entered]) == trip["site"][entered]
    returns = on_its_way & heavy & from_site & is_origin
    entering &= (at_site != NO_KEY) | ~hauling | (~unloaded & (heavy | trip["presumed"]) & ~returns)
    departs = (at_site == trip["site"]) & from_site
    notes_leaving = (at_site != NO_KEY) & (trip["left_site_ms"] == UNSET_MS)
    sets_due = (trip["due_ms"] == NEVER_MS) & ~unloaded & on_its_way
    changes = ~hauling | departs | notes_leaving | sets_due | (trip["ending"] == RETURNED)
    leaving &= ~(changes & (trip["start_ms"] != UNSET_MS))
    idle: BoolArray = entering | leaving
    return idle


def _since_first(matters: BoolArray, track: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return which changes are the first of their truck that matters or come after it; those before leave no trace."""
    number = np.arange(len(track))
    latest = np.maximum.accumulate(np.where(matters, number, -1))
    begun: NDArray[np.intp] = ((latest >= 0) & (track[latest] == track)).nonzero()[0]
    return begun


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
    marked = context.fixes.mark.nonzero()[0]
    if len(marked):
        mark_of = context.fixes.mark[marked]
        for kind, mark in ((WASHED, Mark.WASHED), (GATE_IN, Mark.GATE_IN), (GATE_OUT, Mark.GATE_OUT)):
            rows = marked[mark_of == mark]
            parts.append((kind, rows, rows))
    return parts
