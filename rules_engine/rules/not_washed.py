"""Not washed: a truck left a site with a load past the site's wheel-washer, which did not wash it.

A departure waits until washers' word of it must have come. Washed in time, nothing is said. Seen to pass unwashed, or
not seen at all by washers that were there, it is an event. A washer that was silent, or that saw a truck which it could
not name, says nothing against anyone. Departures and passages, a handful an hour and truck, are taken one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from rules_engine.carry_rows import UNSET_MS
from rules_engine.context import Context
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import Mark
from rules_engine.rules.rule import Facts, Rule, seconds
from rules_engine.site_exit import CARRY, EXIT_FIELDS, NAME, WAITS, Exit, NotWashedLimits
from rules_engine.tracks import at
from rules_engine.trip_notes import Departure
from rules_engine.washers import Washers, silence_limit_s, washers_of
from rules_engine.world_keys import NO_KEY

VERSION = 1
# What a washer says of a truck that it did not wash, in the words of its contract, and how bad that is.
UNWASHED = {Mark.PASSED_UNWASHED: "not_washed", Mark.WASHED_TOO_SHORT: "too_short", Mark.BYPASSED: "bypass"}
SEVERITY = {"not_washed": 2, "too_short": 1, "bypass": 2, "no_passage": 2}
# How sure it is that a truck without sensors was loaded because it had stayed in the site.
PRESUMED = 0.5


class Seen(NamedTuple):
    """A washer's word of a truck; the washer's row in the world's terminals."""

    track: int
    row: int
    mark: int
    device: int


def judge(facts: Facts) -> list[Event]:
    """Return the departures without a washing of a batch."""
    happened: list[Seen | Departure] = [*_passages(facts.context), *facts.trips.departures]
    happened.sort(key=itemgetter(0, 1))
    due = _due(facts.context)
    if not happened and not due:
        return []
    return _Verdicts(facts).follow(happened, due)


def _passages(context: Context) -> Iterable[Seen]:
    fixes = context.fixes
    rows = (fixes.mark != Mark.FIX).nonzero()[0]
    if not len(rows):
        return ()
    rows = rows[np.isin(fixes.mark[rows], (Mark.WASHED, *UNWASHED))]
    columns = (context.tracks.of[rows], rows, fixes.mark[rows], fixes.device[rows])
    return map(Seen._make, zip(*(column.tolist() for column in columns), strict=True))


def _due(context: Context) -> list[int]:
    """Return the tracks with a departure whose time is up within the batch."""
    before: Any = context.before[NAME]
    waiting = (before["left_ms"] != UNSET_MS).nonzero()[0]
    newest_ms = context.fixes.fix_time_ms[context.tracks.stop[waiting] - 1]
    tracks: list[int] = waiting[newest_ms > before["due_ms"][waiting]].tolist()
    return tracks


class _Verdicts:
    """Follows the trucks of a batch, one after the other, through what happened to them."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.context = facts, facts.context
        self.washers: Washers = washers_of(facts.context.world)
        self.limits = facts.limits(NAME, NotWashedLimits())
        self.silence_s = silence_limit_s(facts.context.world)
        self.events: list[Event] = []

    def follow(self, happened: list[Seen | Departure], due: list[int]) -> list[Event]:
        """Return the events, and write the carry of the trucks concerned."""
        by_track: dict[int, list[Seen | Departure]] = {track: [] for track in due}
        for each in happened:
            by_track.setdefault(each.track, []).append(each)
        before: Any = self.context.before[NAME]
        tracks = np.array(sorted(by_track), np.intp)
        states = zip(*(before[name][tracks].tolist() for name in EXIT_FIELDS), strict=True)
        after = [
            self._of_track(track, Exit(*state), by_track[track])
            for track, state in zip(tracks.tolist(), states, strict=True)
        ]
        block: Any = self.context.after[NAME]
        for name in EXIT_FIELDS:
            block[name][tracks] = [getattr(state, name) for state in after]
        return self.events

    def _of_track(self, track: int, state: Exit, happened: list[Seen | Departure]) -> Exit:
        for each in happened:
            state = self._until(track, state, each.row + 1)
            state = self._seen(state, each) if isinstance(each, Seen) else self._left(track, state, each)
        return self._until(track, state, int(self.context.tracks.stop[track]))

    def _until(self, track: int, state: Exit, stop: int) -> Exit:
        """Return the state after the rows before `stop`, with the verdict if one of them is late enough for it."""
        if not state.waits:
            return state
        tracks = self.context.tracks
        row = int(tracks.row_at(np.array([track]), np.array([state.due_ms + 1]))[0])
        return self._decided(track, state, row) if row < stop else state

    def _seen(self, state: Exit, seen: Seen) -> Exit:
        """Return the state with a washer's word; washed in time, there is nothing to wait for."""
        time_ms = int(self.context.fixes.fix_time_ms[seen.row])
        if seen.mark == Mark.WASHED:
            if state.waits:
                return Exit(washed_ms=time_ms)
            state.washed_ms = time_ms
            return state
        washer = int(self.washers.of_terminal[seen.device])
        if washer < 0 or (state.waits and self._site_key(washer) != state.site):
            return state
        state.passed_ms, state.washer, state.result = time_ms, self.washers.keys.keys[washer], seen.mark
        if state.waits:
            state.due_ms = min(state.due_ms, time_ms + _ms(state.settle_s))
        return state

    def _left(self, track: int, state: Exit, departure: Departure) -> Exit:
        """Return the state with a departure that waits; from the same site it is the one before, gone on with."""
        site = self.context.keys.sites.row_of.get(departure.site, -1)
        if state.waits and state.site != departure.site:
            state = self._decided(track, state, departure.row)
        row, fixes, place = departure.row, self.context.fixes, self.context.place
        from_ms = departure.trip_start_ms - _ms(float(at(self.limits.early_s, row)))
        if site not in self.washers.at_site or state.washed_ms >= from_ms:
            return Exit(washed_ms=state.washed_ms)
        values = {name: float(np.float32(at(getattr(self.limits, name), row))) for name in WAITS}
        left_ms = int(fixes.fix_time_ms[row])
        passed = self._passed_at(state, departure.site, from_ms)
        return Exit(
            left_ms=left_ms,
            due_ms=left_ms + _ms(values["settle_s"] if passed else values["within_s"]),
            from_ms=from_ms,
            epoch=int(fixes.epoch[row]),
            seq=int(fixes.seq[row]),
            lat_deg=float(place.lat_deg[row]),
            lon_deg=float(place.lon_deg[row]),
            site=departure.site,
            washed_ms=state.washed_ms,
            passed_ms=state.passed_ms if passed else UNSET_MS,
            washer=state.washer if passed else NO_KEY,
            result=state.result if passed else 0,
            presumed=int(departure.presumed),
            **values,
        )

    def _passed_at(self, state: Exit, site: int, from_ms: int) -> bool:
        """Return whether a washer of a site has seen the truck pass unwashed since."""
        washer = self.washers.keys.row_of.get(state.washer, -1)
        return washer >= 0 and state.passed_ms >= from_ms and self._site_key(washer) == site

    def _site_key(self, washer: int) -> int:
        return int(self.context.keys.sites.keys[self.washers.site[washer]])

    def _decided(self, track: int, state: Exit, row: int) -> Exit:
        """Give the verdict on a departure, on the row on which its time is up, and return the state without it."""
        site = self.context.keys.sites.row_of.get(state.site, -1)
        is_back = int(self.facts.trips.site[row]) == site
        if site in self.washers.at_site and not is_back:
            result = UNWASHED.get(Mark(state.result)) if state.passed_ms != UNSET_MS else self._unseen(state, site)
            if result is not None:
                self.events.append(self._event(track, state, row, result))
        return Exit(washed_ms=state.washed_ms)

    def _unseen(self, state: Exit, site: int) -> str | None:
        """Return what it means that no washer of a site saw the truck: nothing unless all of them were there."""
        heard = self.context.heard
        for washer in self.washers.at_site[site]:
            washer_id = self.washers.ids[washer]
            if not heard.was_there(washer_id, state.left_ms, self.silence_s):
                return None
            if heard.has_unread(washer_id, state.left_ms, state.unread_within_s):
                return None
        return "no_passage"

    def _event(self, track: int, state: Exit, row: int, result: str) -> Event:
        context, passed = self.context, state.passed_ms != UNSET_MS
        confirmed_ms = int(context.fixes.fix_time_ms[row])
        return Event(
            vehicle_id=context.world.vehicle_ids[context.vehicle[track]],
            kind=NAME,
            start=FixKey(state.left_ms, state.epoch, state.seq),
            confirmed_ms=confirmed_ms,
            end_ms=state.left_ms,
            lat_deg=state.lat_deg,
            lon_deg=state.lon_deg,
            severity=1 if state.presumed else SEVERITY[result],
            opening={
                "rule_version": VERSION,
                "world_version": context.world.version,
                "site_id": context.keys.sites.name(state.site),
                "result": result,
                "washer_id": self.washers.keys.name(state.washer) if passed else None,
                "passed_ms": state.passed_ms if passed else None,
                "left_site_ms": state.left_ms,
                "last_washed_ms": None if state.washed_ms == UNSET_MS else state.washed_ms,
                "within_s": state.within_s,
                "silence_s": self.silence_s,
            }
            | ({"by": ["stay"], "confidence": PRESUMED} if state.presumed else {}),
            closing={"waited_s": seconds(state.left_ms, confirmed_ms)},
        )


def _ms(duration_s: float) -> int:
    return round(duration_s * 1000)


RULE = Rule(NAME, VERSION, CARRY, judge)
