"""Edges, runs, dwell, hysteresis and debounce of many vehicles at once, carried over batch borders.

A rule says on which rows its condition holds (`on`) and on which it does not (`off`); rows that decide neither way
(between two thresholds, position lost, sensor absent) leave everything as it was, which is all that hysteresis needs.
The runs of `on` are the episodes. What an unfinished episode still means is a structured row per vehicle, so that
cutting a vehicle's rows into batches anywhere gives the same episodes: every value here is a comparison, a count or an
extremum of the rows, never a sum whose rounding could depend on the cut.

Only pure array code lives here; no thresholds and no names of rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, picked, whole
from rules_engine.fix_batch import BoolArray
from rules_engine.tracks import Tracks, at, ranges, reduce_slices

# What an unfinished run of a condition means later on; how long it must hold is settled where it starts.
HELD = [("since_ms", "i8"), ("confirmed_ms", "i8"), ("hold_s", "f8"), ("min_fixes", "i4"), ("count", "i4")]
# The same for a condition of which both sides are runs: holding, and not.
SETTLED = [*HELD, ("on", "?")]
# The same for a run that becomes an event: when it was last seen, and the fix it started at.
EPISODE = [
    *HELD,
    ("last_ms", "i8"),
    ("epoch", "i8"),
    ("seq", "i8"),
    ("lat_deg", "f8"),
    ("lon_deg", "f8"),
    ("world", "S16"),
]
# Besides: nothing is confirmed before `quiet_ms`, which a confirmed run's end puts off by the `mute_s` it started with.
MUTED = [("quiet_ms", "i8"), ("mute_s", "f8")]


class Origins(NamedTuple):
    """What names and places an episode that starts on a row, each of shape (N,)."""

    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> Origins:
        """Return those of some rows."""
        return Origins(self.epoch[rows], self.seq[rows], self.lat_deg[rows], self.lon_deg[rows])


class OriginsAmong(NamedTuple):
    """The origins of a choice of rows, themselves numbered from 0."""

    origins: Origins
    rows: NDArray[np.intp]

    def take(self, places: NDArray[np.intp]) -> Origins:
        """Return those of some of the chosen rows."""
        return self.origins.take(self.rows[places])


@dataclass(frozen=True)
class Episodes:
    """The runs of a condition that touch this batch, R of them, in the order of their rows.

    Attributes:
        tracks: The tracks of the batch.
        rows: Rows of the batch that decide, ascending, shape (D,).
        track: Track of each run, shape (R,).
        first: Its first row in this batch, as a position in `rows`.
        stop: One past its last one; equal to `first` for a carried run that the first deciding row ends.
        continued: Whether it began in an earlier batch.
        ended: Whether the condition was seen to end.
        confirm: Position in `rows` where it had held long enough, -1 where that was not in this batch.
        state: The carry row of each run after its last row in this batch, whether it goes on or not.
    """

    tracks: Tracks
    rows: NDArray[np.intp]
    track: NDArray[np.intp]
    first: NDArray[np.intp]
    stop: NDArray[np.intp]
    continued: BoolArray
    ended: BoolArray
    confirm: NDArray[np.intp]
    state: Rows
    initial: Rows = field(repr=False)

    def __len__(self) -> int:
        return len(self.track)

    @cached_property
    def confirmed_now(self) -> BoolArray:
        """Return which runs had held long enough in this batch, shape (R,)."""
        return self.confirm >= 0

    @property
    def confirm_row(self) -> NDArray[np.intp]:
        """Return the row of the batch where each run of `confirmed_now` was confirmed."""
        row: NDArray[np.intp] = self.rows[self.confirm[self.confirmed_now]]
        return row

    @property
    def told(self) -> NDArray[np.intp]:
        """Return the runs to tell of: confirmed in this batch, or confirmed and ended."""
        over: BoolArray = self.ended & (self.state["confirmed_ms"] != UNSET_MS)
        return (self.confirmed_now | over).nonzero()[0]

    def fold(self, ufunc: np.ufunc, name: str, values: NDArray[Any]) -> None:
        """Keep the extremum of a column over each run in `state[name]`, as of confirmation in `state["first_" + name]`.

        Args:
            ufunc: np.maximum, np.fmax or the like: what it gives must not depend on how the run is cut.
            name: A field of the carry row.
            values: Its column on the rows that decide, shape (D,).
        """
        so_far = self.state[name].copy()
        neutral = np.full(len(so_far), self.initial[name])
        self.state[name] = ufunc(so_far, reduce_slices(ufunc, values, self.first, self.stop, neutral))
        if self.confirmed_now.any():
            until_confirmed = reduce_slices(ufunc, values, self.first, self.confirm + 1, neutral)
            self.at_confirmation("first_" + name, ufunc(so_far, until_confirmed))

    def at_confirmation(self, name: str, values: Any) -> None:
        """Set a field of the runs confirmed in this batch; `values` fits shape (R,)."""
        if self.confirmed_now.any():
            self.state[name] = np.where(self.confirmed_now, values, self.state[name])

    @property
    def tracks_concerned(self) -> NDArray[np.intp]:
        """Return the tracks that have a run, ascending."""
        begins = np.ones(len(self.track), np.bool_)
        np.not_equal(self.track[1:], self.track[:-1], out=begins[1:])
        concerned: NDArray[np.intp] = self.track[begins]
        return concerned

    def store(self, block: Rows, among: NDArray[np.intp] | None = None) -> None:
        """Write into the carry what the runs still mean: how long to be quiet for those that ended.

        Args:
            block: Rows of the carry, of every track or of those `among`.
            among: Tracks, ascending, all that have a run among them.
        """
        if len(self.track):
            track = self.track if among is None else among.searchsorted(self.track)
            going_on = (~self.ended).nonzero()[0]
            whole(block)[track] = whole(self.initial)
            if _is_muted(self.state):
                last = np.ones(len(track), np.bool_)
                np.not_equal(track[1:], track[:-1], out=last[:-1])
                block["quiet_ms"][track[last]] = _quiet_after_ms(self.state, self.ended)[last]
            whole(block)[track[going_on]] = whole(self.state)[going_on]


def find(
    on: BoolArray,
    off: BoolArray,
    before: Rows,
    initial: Rows,
    tracks: Tracks,
    *,
    hold_s: Any = 0.0,
    min_fixes: Any = 1,
    mute_s: Any = 0.0,
    origins: Origins | OriginsAmong | None = None,
) -> Episodes:
    """Return the episodes of a condition, carried ones included.

    Args:
        on: Where the condition holds, shape (N,).
        off: Where it does not, likewise; a row with neither decides nothing.
        before: What was carried, fields of `HELD` or `EPISODE` and the rule's own, shape (T,).
        initial: The carry row of no episode.
        tracks: The batch's T tracks.
        hold_s: How long it must hold to be confirmed, a number or shape (N,): what is said where it starts. [s]
        min_fixes: How many deciding fixes it takes, likewise.
        mute_s: How long after the last fix of a confirmed run no other of its track is confirmed, likewise, where the
            carry has the fields of `MUTED`; one that lasts until then is confirmed then. [s]
        origins: Names and places of the rows, where the carry has the fields of `EPISODE`.

    Tracks without a carried run on which the condition never holds, most of a fleet, are passed over.
    """
    was_on = before["since_ms"] != UNSET_MS
    which = (was_on | tracks.any(on)).nonzero()[0]
    if not len(which):
        return _none(tracks, initial)
    deciding = _Deciding.among(on | off, which, tracks)
    first, stop, continued, ended = _runs(on[deciding.rows], was_on, deciding)
    track = deciding.track if deciding.single else deciding.track[first]
    state = _begun(before, initial, track, continued)
    begun = (~continued).nonzero()[0]
    row = deciding.rows[first[begun]]
    _note_start(state, begun, row, tracks, hold_s=hold_s, min_fixes=min_fixes, origins=origins)
    muted = _is_muted(state)
    if muted and len(begun):
        state["mute_s"][begun] = at(mute_s, row)
        state["quiet_ms"][begun] = before["quiet_ms"][track[begun]]
    confirm = _confirm(state, track, first, stop, rows=deciding.rows, tracks=tracks)
    _count(state, deciding.rows, first, stop, tracks)
    if muted:
        _keep_quiet(state, ended, confirm, track, (first, stop), rows=deciding.rows, tracks=tracks)
    return Episodes(tracks, deciding.rows, track, first, stop, continued, ended, confirm, state, initial)


def settle(
    on: BoolArray,
    off: BoolArray,
    before: Rows,
    initial: Rows,
    tracks: Tracks,
    *,
    hold_s: Any = 0.0,
    min_fixes: Any = 1,
    origins: Origins | OriginsAmong | None = None,
) -> Episodes:
    """Return the runs of a condition and of its opposite alike, `state["on"]` telling which, each to be confirmed.

    Runs that were confirmed in an earlier batch and go on are left out: nothing of them changes, as the carry row of a
    run stays what it was when the run was confirmed. Arguments as of `find`, the carry with the fields of `SETTLED`.
    """
    settled = before["confirmed_ms"] != UNSET_MS
    other = tracks.spread(before["on"])
    other = (on & ~other) | (off & other)
    # where a run was confirmed and nothing says otherwise, nothing is new
    which = (~settled | tracks.any(other)).nonzero()[0]
    if not len(which):
        return _none(tracks, initial)
    deciding = _Deciding.among(on | off, which, tracks)
    value = on[deciding.rows] if len(deciding.rows) < len(on) else on
    first, stop, ended, fresh = _alternating(value, deciding)
    track = deciding.track if deciding.single else deciding.track[first]
    continued = ~fresh & (before["since_ms"][track] != UNSET_MS) & (before["on"][track] == value[first])
    news = (ended | ~(continued & settled[track])).nonzero()[0]
    if len(news) < len(track):
        first, stop, track, ended, continued = first[news], stop[news], track[news], ended[news], continued[news]
    state = _begun(before, initial, track, continued)
    state["on"] = value[first]
    begun = (~continued).nonzero()[0]
    row = deciding.rows[first[begun]]
    _note_start(state, begun, row, tracks, hold_s=hold_s, min_fixes=min_fixes, origins=origins)
    confirm = _confirm(state, track, first, stop, rows=deciding.rows, tracks=tracks)
    _count(state, deciding.rows, first, np.where(confirm >= 0, confirm + 1, stop), tracks)
    return Episodes(tracks, deciding.rows, track, first, stop, continued, ended, confirm, state, initial)


class _Deciding(NamedTuple):
    """The rows of some tracks that decide, and where those of each track that has any begin and end among them."""

    rows: NDArray[np.intp]
    track: NDArray[np.intp]  # of each row
    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    single: bool  # whether each is the only row of its track

    @classmethod
    def among(cls, decides: BoolArray, which: NDArray[np.intp], tracks: Tracks) -> _Deciding:
        """Return the rows of a mask on some tracks, ascending; on all where that is cheaper, as others have no runs."""
        if tracks.single:
            rows = which[decides[which]]
            place = np.arange(len(rows) + 1)
            return cls(rows, rows, place[:-1], place[1:], single=True)
        if 2 * len(which) > len(tracks) and tracks.filled and decides.all():
            return cls(tracks.rows, tracks.of, tracks.start, tracks.stop, single=False)
        if 8 * len(which) > len(tracks):
            concerned = np.zeros(len(tracks), np.bool_)
            concerned[which] = True
            rows = (decides & tracks.spread(concerned)).nonzero()[0]
        else:
            rows = ranges(tracks.start[which], tracks.stop[which])
            rows = rows[decides[rows]]
        track = tracks.of[rows]
        begins = np.ones(len(rows), np.bool_)
        np.not_equal(track[1:], track[:-1], out=begins[1:])
        start = begins.nonzero()[0]
        return cls(rows, track, start, _stops(start, len(rows)), single=False)


_NO_ROWS, _NO_FLAGS = np.empty(0, np.intp), np.empty(0, np.bool_)


def _none(tracks: Tracks, initial: Rows) -> Episodes:
    rows, flags = _NO_ROWS, _NO_FLAGS
    return Episodes(tracks, rows, rows, rows, rows, flags, flags, rows, np.empty(0, initial.dtype), initial)


def _stops(start: NDArray[np.intp], end: int) -> NDArray[np.intp]:
    """Return where each of some slices that follow each other stops, the last one at the end."""
    stop = np.empty_like(start)
    stop[:-1], stop[-1:] = start[1:], end
    return stop


def _alternating(
    value: BoolArray, deciding: _Deciding
) -> tuple[NDArray[np.intp], NDArray[np.intp], BoolArray, BoolArray]:
    """Return first and stop of each run of either value, whether it ended, and whether another of its track did before.

    Each track's last run goes on, and its first one may have begun in an earlier batch.
    """
    if deciding.single:
        none = np.zeros(len(value), np.bool_)
        return deciding.start, deciding.stop, none, none
    begins = np.empty_like(value)
    np.not_equal(value[1:], value[:-1], out=begins[1:])
    begins[deciding.start] = True
    first = begins.nonzero()[0]
    track = deciding.track[first]
    ended, fresh = np.zeros(len(track), np.bool_), np.zeros(len(track), np.bool_)
    np.equal(track[1:], track[:-1], out=ended[:-1])
    fresh[1:] = ended[:-1]
    return first, _stops(first, len(value)), ended, fresh


def _runs(
    on: BoolArray, was_on: BoolArray, deciding: _Deciding
) -> tuple[NDArray[np.intp], NDArray[np.intp], BoolArray, BoolArray]:
    """Return first, stop, continued and ended of each run of `on`, positions in the rows that decide."""
    start, stop = deciding.start, deciding.stop
    if deciding.single:
        # all these tracks are concerned, so whichever did not hold before does now
        return start, start + on, was_on[deciding.track], ~on
    resumes = was_on[deciding.track[start]]
    previous = np.empty_like(on)
    previous[1:] = on[:-1]
    previous[start] = resumes
    first = np.concatenate(((on & ~previous).nonzero()[0], start[resumes]))
    first.sort()
    # A run that goes on at the end of its track and one that the next track's first row ends stop at the same
    # position; the former comes first.
    stops = np.concatenate(((previous & ~on).nonzero()[0] * 2 + 1, stop[on[stop - 1]] * 2))
    stops.sort()
    return first, stops >> 1, previous[first], (stops & 1).astype(bool)


def _begun(before: Rows, initial: Rows, track: NDArray[np.intp], continued: BoolArray) -> Rows:
    """Return the carry row that each run starts this batch with."""
    state = picked(before, track)
    begun = ~continued
    if begun.any():
        whole(state)[begun] = whole(initial)
    return state


def _note_start(
    state: Rows,
    runs: NDArray[np.intp],
    row: NDArray[np.intp],
    tracks: Tracks,
    *,
    hold_s: Any,
    min_fixes: Any,
    origins: Origins | OriginsAmong | None,
) -> None:
    """Note where runs that begin in this batch began, each on its row, and what it will take to confirm them."""
    if not len(runs):
        return
    state["since_ms"][runs] = tracks.time_ms[row]
    state["hold_s"][runs], state["min_fixes"][runs] = at(hold_s, row), at(min_fixes, row)
    if origins is not None:
        for name, column in zip(Origins._fields, origins.take(row), strict=True):
            state[name][runs] = column


def _count(
    state: Rows, rows: NDArray[np.intp], first: NDArray[np.intp], stop: NDArray[np.intp], tracks: Tracks
) -> None:
    length = stop - first
    state["count"] += length.astype(np.int32)
    if "last_ms" in (state.dtype.names or ()):
        touched = length.nonzero()[0]
        state["last_ms"][touched] = tracks.time_ms[rows[stop[touched] - 1]]


def _confirm(
    state: Rows,
    track: NDArray[np.intp],
    first: NDArray[np.intp],
    stop: NDArray[np.intp],
    *,
    rows: NDArray[np.intp],
    tracks: Tracks,
) -> NDArray[np.intp]:
    """Return where each run has held long enough, a position in `rows`, -1 where it has not or had before.

    To be called before the rows are counted; notes the time.
    """
    confirm = np.empty_like(track)
    confirm.fill(-1)
    due = ((stop > first) & (state["confirmed_ms"] == UNSET_MS)).nonzero()[0]
    if not len(due):
        return confirm
    enough = first[due] + state["min_fixes"][due] - 1 - state["count"][due]
    due_ms = state["since_ms"][due] + np.rint(state["hold_s"][due] * 1000).astype(np.int64)
    if _is_muted(state):
        due_ms = np.maximum(due_ms, state["quiet_ms"][due])
    last = stop[due] - 1
    possible = ((tracks.time_ms[rows[last]] >= due_ms) & (enough <= last)).nonzero()[0]
    if len(possible):
        due = due[possible]
        old_enough = _first_since(due_ms[possible], rows, first[due], last[possible], tracks)
        confirm[due] = np.maximum(old_enough, enough[possible])
        state["confirmed_ms"][due] = tracks.time_ms[rows[confirm[due]]]
    return confirm


def _first_since(
    time_ms: NDArray[np.int64],
    rows: NDArray[np.intp],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    tracks: Tracks,
) -> NDArray[np.intp]:
    """Return each run's first position in `rows` at or after a time, between `first` and `last`, which is."""
    for _ in range(int((last - first).max()).bit_length()):
        middle = (first + last) >> 1
        late = tracks.time_ms[rows[middle]] >= time_ms
        first, last = np.where(late, first, middle + 1), np.where(late, middle, last)
    return last


def _is_muted(state: Rows) -> bool:
    return "quiet_ms" in (state.dtype.names or ())


def _quiet_after_ms(state: Rows, ended: BoolArray) -> NDArray[np.int64]:
    """Return until when each run's track is to be quiet once the run is over."""
    told = ended & (state["confirmed_ms"] != UNSET_MS)
    until_ms = state["last_ms"] + np.rint(state["mute_s"] * 1000).astype(np.int64)
    quiet_ms: NDArray[np.int64] = np.where(told, np.maximum(until_ms, state["quiet_ms"]), state["quiet_ms"])
    return quiet_ms


def _keep_quiet(
    state: Rows,
    ended: BoolArray,
    confirm: NDArray[np.intp],
    track: NDArray[np.intp],
    bounds: tuple[NDArray[np.intp], NDArray[np.intp]],
    *,
    rows: NDArray[np.intp],
    tracks: Tracks,
) -> None:
    """Take back confirmations that come too soon after another run of the same batch; rows are counted already.

    Run after run, but only from the first confirmed one of a track on; all else is as `_confirm` left it.
    """
    told = ended & (state["confirmed_ms"] != UNSET_MS)
    if not told.any():
        return
    first, stop = bounds
    quiet_ms, of = 0, -1
    names = ("confirmed_ms", "last_ms", "quiet_ms", "mute_s")
    runs = _runs_since(told, track)
    columns = [column[runs].tolist() for column in (track, ended, confirm, *(state[name] for name in names))]
    for run, one, is_over, at_row, confirmed_ms, last_ms, own_ms, mute_s in zip(runs.tolist(), *columns, strict=True):
        if one != of:
            of, quiet_ms = one, own_ms
        state["quiet_ms"][run] = quiet_ms
        is_told = confirmed_ms != UNSET_MS
        if at_row >= 0 and confirmed_ms < quiet_ms:
            part = slice(run, run + 1)
            state["confirmed_ms"][run], confirm[run], is_told = UNSET_MS, -1, False
            if last_ms >= quiet_ms:
                state["count"][run] -= stop[run] - first[run]
                confirm[part] = _confirm(state[part], track[part], first[part], stop[part], rows=rows, tracks=tracks)
                state["count"][run] += stop[run] - first[run]
                is_told = bool(confirm[run] >= 0)
        if is_over and is_told:
            quiet_ms = max(quiet_ms, last_ms + round(mute_s * 1000))


def _runs_since(told: BoolArray, track: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the first run of each track that is told and all runs of the track after it."""
    so_far = told.cumsum()
    begins = np.concatenate(([0], (track[1:] != track[:-1]).nonzero()[0] + 1))
    before = (so_far - told)[begins].repeat(np.diff(begins, append=len(track)))
    return (so_far > before).nonzero()[0]
