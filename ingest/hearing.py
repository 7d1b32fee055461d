"""From a batch's records to what they make known of the washers: in which minutes each was heard. Pure.

It is taken in before the batch is judged, and written with it; what has been judged without knowing it is named, so
that the trucks concerned are judged again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from firmware_contracts.passages import WASHER_PASSAGE, is_clear
from ingest.registry import NONE
from ingest.resolving import Resolved
from rules_engine import site_exit
from rules_engine.device_log import Heard
from rules_engine.washers import silence_limit_s
from rules_engine.world import World
from storage.washers import DAY_MIN, KEEP_DAYS, Departed, WasherNews


class Word(NamedTuple):
    """A washer said something, or passed on a truck that it could not name."""

    terminal: int
    time_ms: int
    unread: bool


def hear(records: Resolved, world: World, heard: Heard) -> WasherNews:
    """Take a batch's records into what is known of the washers, and return what was not known of it."""
    words = list(_words(records, world))
    if not words:
        return WasherNews()
    times: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for word in words:
        times[word.terminal, False].append(word.time_ms)
        if word.unread:
            times[word.terminal, True].append(word.time_ms)
    news = WasherNews(within_s=site_exit.within_range_s(world))
    for terminal in sorted({terminal for terminal, _ in times}):
        heard_ms, unread_ms = (np.array(times.get((terminal, unread), []), np.int64) for unread in (False, True))
        _learn(terminal, heard_ms, unread_ms, world=world, heard=heard, news=news)
    _forget(heard, max(word.time_ms for word in words))
    return news


def _words(records: Resolved, world: World) -> Iterator[Word]:
    kinds = world.terminals.kinds
    events = zip(records.device_events, records.event_terminal, records.event_vehicle, strict=True)
    for event, terminal, vehicle in events:
        if terminal != NONE and kinds[terminal] == "washer":
            is_named = vehicle != NONE and is_clear(event.type, event.body)
            yield Word(terminal, event.event_time_ms, event.type == WASHER_PASSAGE and not is_named)
    for state, terminal in zip(records.states, records.state_terminal, strict=True):
        if terminal != NONE and kinds[terminal] == "washer" and state.state_time_ms is not None:
            yield Word(terminal, state.state_time_ms, unread=False)


def _learn(
    terminal: int,
    heard_ms: np.ndarray[tuple[int], np.dtype[np.int64]],
    unread_ms: np.ndarray[tuple[int], np.dtype[np.int64]],
    *,
    world: World,
    heard: Heard,
    news: WasherNews,
) -> None:
    washer_id, site = world.terminals.terminal_ids[terminal], int(world.terminals.site[terminal])
    reach_s = {False: silence_limit_s(world), True: site_exit.unread_within_s(world)}
    for minute, unread in heard.learn(washer_id, heard_ms, unread_ms):
        news.terminal_no.append(int(world.terminals.terminal_no[terminal]))
        news.minute.append(minute)
        news.unread.append(unread)
        if site != NONE:
            span = heard.concerned(washer_id, minute, unread=unread, within_s=reach_s[unread])
            news.departed.append(Departed(world.site_ids[site], span.from_ms, span.to_ms))


def _forget(heard: Heard, newest_ms: int) -> None:
    """Forget what is too old to be asked for, a day at a time."""
    before = newest_ms // 60_000 - (KEEP_DAYS + 1) * DAY_MIN
    if before - heard.first_minute > DAY_MIN and heard.first_minute:
        heard.forget_before(before)
