"""Track gap (轨迹不完整): a truck is seen again kilometres from where its terminal fell silent.

The record counter says what the silence was. Where no number is missing the terminal recorded nothing, and the gap is
told at once. Where numbers are missing the records exist and will come, as from a blind zone: the gap is told only once
the truck has gone on sending for `patience_s` without them, and if they come later still, judging again takes it back.
It is told once in a local day. Rows without a position are no gap; those are a matter of jamming.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.geodesy import distance_m
from rules_engine.rules.rule import Facts, Rule, seconds
from rules_engine.rules.slots import read_slot, write_slot
from rules_engine.tracks import at

NAME = "track_gap"
VERSION = 1
NOTICE = 1
UNKNOWN = -1  # how many records are missing, where the counter started anew
DAY_MS = 86_400_000
NO_DAY = -1


@dataclass(frozen=True)
class TrackGapLimits:
    """Thresholds of track gap; docs/rules.md tells their origin."""

    far_m: float = 2000.0
    gap_s: float = 120.0
    patience_s: float = 1800.0


CARRY = carried(
    [
        ("since_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("end_ms", "i8"),
        ("due_ms", "i8"),
        ("distance_m", "f4"),
        ("missing", "i4"),
        ("day", "i4"),
    ],
    day=NO_DAY,
)


@dataclass
class Slot:
    """What a truck carries: a gap that is not told yet, without `end_ms` while its far end is unknown; the day told."""

    since_ms: int
    epoch: int
    seq: int
    lat_deg: float
    lon_deg: float
    end_ms: int
    due_ms: int
    distance_m: float
    missing: int
    day: int

    @property
    def is_free(self) -> bool:
        """Return whether there is no gap in it."""
        return self.since_ms == UNSET_MS

    @property
    def has_end(self) -> bool:
        """Return whether the truck has been seen again."""
        return self.end_ms != UNSET_MS


def judge(facts: Facts) -> list[Event]:
    """Return the gaps in the tracks of a batch."""
    context = facts.context
    known = context.says(NAME).nonzero()[0]
    waiting: Any = context.before_part(NAME, known)["since_ms"] != UNSET_MS
    concerned = known[waiting]
    if not len(facts.gaps) and not len(concerned):
        return []
    limits = context.limits(NAME, TrackGapLimits())
    gap = _possible(facts, limits)
    gap_track = context.tracks.of[facts.gaps.row[gap]]
    events: list[Event] = []
    after: Any = None
    for track in np.union1d(concerned, gap_track).tolist():
        after = context.after[NAME] if after is None else after
        walk = _Walk(facts, limits, track, read_slot(Slot, after, track), events)
        for one in gap[gap_track == track].tolist():
            walk.gap(one)
        walk.settle(int(context.tracks.stop[track]) - 1)
        write_slot(after, track, walk.slot)
    return events


def _possible(facts: Facts, limits: TrackGapLimits) -> NDArray[np.intp]:
    """Return the silences that ended far away, or nobody knows yet where."""
    context, rows = facts.context, facts.gaps.row
    place, fixes = context.place_before(rows), context.fixes
    way_m = distance_m(place.lat_deg, place.lon_deg, fixes.lat_deg[rows], fixes.lon_deg[rows])
    long_enough: BoolArray = fixes.fix_time_ms[rows] - facts.gaps.before["fix_time_ms"] >= np.rint(
        np.asarray(at(limits.gap_s, rows)) * 1000
    )
    near = way_m <= at(limits.far_m, rows)
    possible: NDArray[np.intp] = (long_enough & ~near & ~np.isnan(place.lat_deg)).nonzero()[0]
    return possible


_FREE = read_slot(Slot, CARRY[None], 0)


class _Walk:
    """One truck's silences in order."""

    def __init__(self, facts: Facts, limits: TrackGapLimits, track: int, slot: Slot, events: list[Event]) -> None:
        self.facts, self.limits, self.track, self.slot, self.events = facts, limits, track, slot, events

    def gap(self, gap: int) -> None:
        """Take up a silence."""
        gaps, fixes = self.facts.gaps, self.facts.context.fixes
        row = int(gaps.row[gap])
        self.settle(row)
        epoch, seq = int(gaps.before["epoch"][gap]), int(gaps.before["seq"][gap])
        missing = int(fixes.seq[row]) - seq - 1 if int(fixes.epoch[row]) == epoch else UNKNOWN
        if not self.slot.is_free and (missing != 0 or np.isnan(fixes.lat_deg[row])):
            return
        place = self.facts.context.place_before(gaps.row[gap : gap + 1])
        waiting, slot = self.slot, self._empty()
        slot.since_ms, slot.epoch, slot.seq = int(gaps.before["fix_time_ms"][gap]), epoch, seq
        slot.lat_deg, slot.lon_deg = float(place.lat_deg[0]), float(place.lon_deg[0])
        slot.missing = max(missing, UNKNOWN)
        self.slot = slot
        self.settle(row)
        if not waiting.is_free:
            waiting.day = self.slot.day
            self.slot = waiting

    def settle(self, upto: int) -> None:
        """Tell of the gap that waits, where that is due by some row."""
        slot, context = self.slot, self.facts.context
        if not slot.is_free and not slot.has_end:
            located = self._located_from(self._row_at(slot.since_ms + 1), upto)
            if located is not None:
                self._reached(located)
        slot = self.slot
        if slot.is_free or not slot.has_end:
            return
        due = self._row_at(slot.due_ms)
        if due <= upto:
            self._tell(int(context.fixes.fix_time_ms[due]), due)

    def _row_at(self, time_ms: int) -> int:
        """Return the truck's first row at or after a time, one past its last where there is none."""
        tracks = self.facts.context.tracks
        start = int(tracks.start[self.track])
        return start + int(tracks.time_ms[start : tracks.stop[self.track]].searchsorted(time_ms))

    def _located_from(self, row: int, upto: int) -> int | None:
        found = self.facts.context.located[row : upto + 1].nonzero()[0]
        return row + int(found[0]) if len(found) else None

    def _reached(self, row: int) -> None:
        """Note where the truck was seen again."""
        slot, fixes = self.slot, self.facts.context.fixes
        slot.distance_m = float(
            np.float32(distance_m(slot.lat_deg, slot.lon_deg, fixes.lat_deg[row], fixes.lon_deg[row]))
        )
        slot.end_ms = slot.due_ms = int(fixes.fix_time_ms[row])
        if slot.missing != 0:
            slot.due_ms += round(float(at(self.limits.patience_s, row)) * 1000)
        if slot.distance_m <= float(at(self.limits.far_m, row)):
            self.slot = self._empty()

    def _tell(self, confirmed_ms: int, row: int) -> None:
        slot, context = self.slot, self.facts.context
        self.slot = self._empty()
        day = (slot.end_ms + context.world.windows.utc_offset_ms) // DAY_MS
        if day == slot.day:
            return
        self.slot.day = day
        opening = {
            "rule_version": VERSION,
            "distance_m": slot.distance_m,
            "seq_missing": None if slot.missing == UNKNOWN else slot.missing,
            "far_m": float(at(self.limits.far_m, row)),
            "gap_s": float(at(self.limits.gap_s, row)),
            "patience_s": float(at(self.limits.patience_s, row)),
            "world_version": context.world.version,
        }
        self.events.append(
            Event(
                vehicle_id=context.world.vehicle_ids[context.vehicle[self.track]],
                kind=NAME,
                start=FixKey(slot.since_ms, slot.epoch, slot.seq),
                confirmed_ms=confirmed_ms,
                end_ms=slot.end_ms,
                lat_deg=slot.lat_deg,
                lon_deg=slot.lon_deg,
                severity=NOTICE,
                opening=opening,
                closing={"duration_s": seconds(slot.since_ms, slot.end_ms)},
            )
        )

    def _empty(self) -> Slot:
        slot = copy(_FREE)
        slot.day = self.slot.day
        return slot


RULE = Rule(NAME, VERSION, CARRY, judge)
