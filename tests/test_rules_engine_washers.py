"""When washers were heard: minutes as bits against a plain list, silences, and which washers a world has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.tracks import city

from rules_engine.device_log import MINUTE_MS, Heard
from rules_engine.washers import Outage, outages, silence_limit_s, washers_of
from rules_engine.world import World

NOON_MIN = 29_833_333
MINUTES = st.lists(st.integers(0, 90), max_size=30)
NONE = np.empty(0, np.int64)


def ms(minutes: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return instants within some minutes after noon."""
    return np.array([(NOON_MIN + minute) * MINUTE_MS + 17 * minute for minute in minutes], np.int64)


@given(parts=st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=4), at=st.integers(-20, 110))
def test_bits_know_what_a_list_knows(parts: list[tuple[list[int], list[int]]], at: int) -> None:
    log, heard, unread = Heard(), set(), set()
    for more_heard, more_unread in parts:
        new = log.learn("W", ms(more_heard), ms(more_unread))
        assert sorted(new) == sorted(
            [(NOON_MIN + m, False) for m in set(more_heard) - heard]
            + [(NOON_MIN + m, True) for m in set(more_unread) - unread]
        )
        heard |= set(more_heard)
        unread |= set(more_unread)
    instant_ms = (NOON_MIN + at) * MINUTE_MS + 59_999
    before, after = ([m for m in heard if m <= at], [m for m in heard if m >= at])
    near = bool(before and after) and min(after) - max(before) <= 10
    assert log.was_there("W", instant_ms, 600.0) == near
    assert log.has_unread("W", instant_ms, 180.0) == any(abs(m - at) <= 3 for m in unread)
    assert log.minutes("W") == sorted(NOON_MIN + m for m in heard)
    assert not log.was_there("another", instant_ms, 600.0)


@given(known=MINUTES, late=st.lists(st.integers(0, 90), min_size=1, max_size=10))
def test_every_departure_that_a_late_minute_speaks_of_is_named(known: list[int], late: list[int]) -> None:
    log = Heard()
    log.recall("W", ms(known), NONE)
    instants = [(NOON_MIN + at) * MINUTE_MS + 30_000 for at in range(-20, 120)]
    before = [log.was_there("W", at_ms, 600.0) for at_ms in instants]
    new = log.learn("W", ms(late), NONE)
    spans = [log.concerned("W", minute, unread=unread, within_s=600.0) for minute, unread in new]
    for at_ms, was in zip(instants, before, strict=True):
        if log.was_there("W", at_ms, 600.0) != was:
            assert any(span.from_ms <= at_ms < span.to_ms for span in spans)


def test_a_heartbeat_that_comes_in_time_speaks_of_the_last_minutes_only() -> None:
    log = Heard()
    log.learn("W", ms([0, 2, 4]), NONE)
    ((minute, unread),) = log.learn("W", ms([6]), NONE)
    span = log.concerned("W", minute, unread=unread, within_s=600.0)
    assert (span.from_ms, span.to_ms) == ((NOON_MIN + 4) * MINUTE_MS, (NOON_MIN + 7) * MINUTE_MS)
    ((minute, unread),) = log.learn("W", NONE, ms([6]))
    span = log.concerned("W", minute, unread=unread, within_s=180.0)
    assert (span.from_ms, span.to_ms) == ((NOON_MIN + 3) * MINUTE_MS, (NOON_MIN + 10) * MINUTE_MS)


def test_what_is_forgotten_is_gone_and_the_rest_stays() -> None:
    log = Heard()
    log.learn("W", ms([0, 5, 50]), ms([1, 60]))
    log.forget_before(NOON_MIN + 5)
    assert log.minutes("W") == [NOON_MIN + 5, NOON_MIN + 50]
    assert log.has_unread("W", int(ms([60])[0]), 60.0)
    log.learn("W", ms([2]), NONE)
    assert log.minutes("W") == [NOON_MIN + 2, NOON_MIN + 5, NOON_MIN + 50]


@given(heard=MINUTES, as_of=st.integers(0, 120))
def test_silences_are_found(heard: list[int], as_of: int) -> None:
    minutes = sorted({NOON_MIN + m for m in heard})
    found = outages(minutes, (NOON_MIN + as_of) * MINUTE_MS, 600.0)
    expected = []
    known = [m for m in minutes if m <= NOON_MIN + as_of]
    for i, start in enumerate(known):
        end = known[i + 1] if i + 1 < len(known) else None
        if (end or NOON_MIN + as_of - 1) - start > 10:
            end_ms = None if end is None else end * MINUTE_MS
            expected.append(Outage(start * MINUTE_MS, (start + 11) * MINUTE_MS, end_ms))
    assert found == expected


def test_silence_out_of_hours_does_not_count() -> None:
    minutes = [NOON_MIN, NOON_MIN + 60]
    opens_ms = (NOON_MIN + 45) * MINUTE_MS
    (outage,) = outages(minutes, opens_ms + 10**9, 600.0, lambda at_ms: at_ms >= opens_ms)[:1]
    assert outage == Outage(NOON_MIN * MINUTE_MS, (NOON_MIN + 55) * MINUTE_MS, (NOON_MIN + 60) * MINUTE_MS)
    assert outages(minutes, (NOON_MIN + 61) * MINUTE_MS, 600.0, lambda at_ms: at_ms < 0) == []


def test_only_active_washers_at_sites_are_asked() -> None:
    terminals = [
        {"terminal_id": "T1"},
        {"terminal_id": "W1", "kind": "washer", "site_id": "S2"},
        {"terminal_id": "W2", "kind": "washer"},
        {"terminal_id": "W3", "kind": "washer", "site_id": "S1", "status": "suspended"},
        {"terminal_id": "G1", "kind": "gate", "dump_point_id": "D1"},
        {"terminal_id": "W4", "kind": "washer", "site_id": "S2"},
    ]
    documents = dict(city().documents) | {"terminals": terminals, "limits": {"city": {"washer_offline.silence_s": 300}}}
    world = World.from_documents(documents)
    washers = washers_of(world)
    assert (washers.ids, washers.at_site) == (["W1", "W4"], {1: [0, 1]})
    assert washers.of_terminal.tolist() == [-1, 0, -1, -1, -1, 1, -1]
    assert washers_of(world) is washers
    assert silence_limit_s(world) == pytest.approx(300.0)
