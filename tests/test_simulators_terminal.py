"""A terminal never forgets a record that the platform has not named, whatever link and battery do."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulators.terminal import Key, Outgoing, Terminal, TerminalLimits


def encode(epoch: int, records: Sequence[tuple[int, Any]]) -> bytes:
    return repr((epoch, list(records))).encode()


def a_terminal(**limits: Any) -> Terminal:
    return Terminal("topic", encode, TerminalLimits(**limits), epoch=1)


def filled(count: int, **limits: Any) -> Terminal:
    terminal = a_terminal(**limits)
    for n in range(count):
        terminal.offer(n, float(n))
    terminal.connected()
    return terminal


def seqs(messages: list[Outgoing]) -> list[list[int]]:
    return [[seq for _, seq in message.keys] for message in messages]


def test_nothing_leaves_without_a_link() -> None:
    terminal = filled(30)
    terminal.disconnected()
    assert terminal.take(1000.0) == []
    assert terminal.next_due() is None


def test_messages_hold_consecutive_records_up_to_the_window() -> None:
    terminal = filled(100, batch=10, window=3)
    assert seqs(terminal.take(100.0)) == [list(range(1, 11)), list(range(11, 21)), list(range(21, 31))]
    assert terminal.take(100.0) == []
    terminal.acknowledge(1, [(1, 10)], 101.0)
    assert seqs(terminal.take(101.0)) == [list(range(31, 41))]


def test_an_unfilled_message_waits_for_its_age() -> None:
    terminal = filled(1, batch=10, flush_s=5.0)
    assert terminal.take(4.9) == []
    assert terminal.next_due() == 5.0
    assert seqs(terminal.take(5.0)) == [[1]]


def test_a_full_message_is_due_at_once() -> None:
    terminal = filled(10, batch=10, flush_s=500.0)
    due = terminal.next_due()
    assert due is not None
    assert due <= 9.0


def test_puback_means_nothing_only_silence_and_answers_do() -> None:
    terminal = filled(10, batch=10, retry_s=15.0)
    (first,) = terminal.take(10.0)
    assert terminal.take(24.9) == []
    assert terminal.take(25.0) == [first]
    assert len(terminal) == 10


def test_the_wait_doubles_with_each_silent_round_and_starts_anew_with_an_answer() -> None:
    terminal = filled(20, batch=10, window=1, retry_s=10.0, retry_max_s=35.0)
    sent_at = [now for now in range(20, 200) if terminal.take(float(now))]
    assert sent_at == [20, 30, 50, 85, 120, 155, 190]  # 10, 20, then the longest wait
    terminal.acknowledge(1, [(1, 10)], 200.0)
    assert [now for now in range(200, 230) if terminal.take(float(now))] == [200, 210]


def test_what_was_in_flight_goes_out_again_oldest_first_after_a_reconnect() -> None:
    terminal = filled(40, batch=10, window=2)
    terminal.take(40.0)
    terminal.acknowledge(1, [(1, 4), (15, 20)], 41.0)
    terminal.disconnected()
    terminal.connected()
    assert seqs(terminal.take(42.0)) == [[5, 6, 7, 8, 9, 10, 11, 12, 13, 14], list(range(21, 31))]


def test_live_fixes_overtake_the_backlog_where_the_firmware_does_so() -> None:
    terminal = filled(50, batch=10, window=2, newest_first=True)
    assert seqs(terminal.take(50.0)) == [list(range(41, 51)), list(range(31, 41))]


def test_a_full_flash_loses_its_oldest_record_and_counts_it() -> None:
    terminal = filled(13, batch=5, flash_records=10)
    assert terminal.stored() == [(1, seq) for seq in range(4, 14)]
    assert terminal.counts.overwritten == 3
    assert seqs(terminal.take(13.0))[0] == [4, 5, 6, 7, 8]


def test_overwriting_what_is_in_flight_keeps_the_rest_of_the_message() -> None:
    terminal = filled(10, batch=10, flash_records=10, retry_s=5.0)
    terminal.take(10.0)
    terminal.offer("new", 11.0)
    assert seqs(terminal.take(15.0)) == [[2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]


def test_a_pulled_battery_keeps_flash_and_counter() -> None:
    terminal = filled(10, batch=10)
    terminal.take(10.0)
    terminal.battery_pull()
    assert terminal.take(11.0) == []
    terminal.connected()
    assert terminal.offer("next", 12.0) == (1, 11)
    assert seqs(terminal.take(12.0)) == [list(range(1, 11))]


def test_a_lost_counter_begins_a_new_epoch_and_messages_hold_one_epoch() -> None:
    terminal = filled(3, batch=10, flush_s=0.0)
    terminal.battery_pull(new_epoch=2)
    terminal.offer("next", 5.0)
    terminal.connected()
    assert [message.keys for message in terminal.take(5.0)] == [((1, 1), (1, 2), (1, 3)), ((2, 1),)]
    with pytest.raises(ValueError, match="expected an epoch above 2, got 2"):
        terminal.battery_pull(new_epoch=2)


def test_an_answer_for_another_epoch_forgets_nothing() -> None:
    terminal = filled(5)
    assert terminal.acknowledge(2, [(1, 5)], 5.0) == 0
    assert len(terminal) == 5


def test_ranges_wider_than_the_flash_are_taken() -> None:
    terminal = filled(5)
    assert terminal.acknowledge(1, [(0, 2**40)], 5.0) == 5
    assert len(terminal) == 0


def test_a_refused_message_is_sent_record_by_record_and_only_a_refused_single_is_dropped() -> None:
    terminal = filled(3, batch=3, window=4)
    (spoilt,) = terminal.take(3.0)
    terminal.refuse(zlib.crc32(spoilt.payload), 4.0)
    singles = terminal.take(9.0)
    assert seqs(singles) == [[1], [2], [3]]
    terminal.refuse(zlib.crc32(singles[1].payload), 10.0)
    assert terminal.stored() == [(1, 1), (1, 3)]
    assert terminal.counts.refused == 1


def test_a_refusal_of_something_else_changes_nothing() -> None:
    terminal = filled(3, batch=3)
    terminal.take(3.0)
    terminal.refuse(12345, 4.0)
    assert len(terminal) == 3


class UnreliableWorld(RuleBasedStateMachine):
    """A platform that may lose, repeat and delay, and a terminal that is cut off and pulled at any time."""

    FLASH = 40

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.terminal = Terminal(
            "topic",
            encode,
            TerminalLimits(batch=4, flush_s=2.0, window=3, flash_records=self.FLASH, retry_s=5.0, retry_max_s=20.0),
            epoch=1,
        )
        self.offered: dict[Key, Any] = {}
        self.committed: set[Key] = set()
        self.refused: set[Key] = set()
        self.overwritten: set[Key] = set()
        self.on_the_way: list[Outgoing] = []
        self.answers: list[tuple[Key, ...]] = []

    @rule(count=st.integers(1, 12))
    def record(self, count: int) -> None:
        for _ in range(count):
            body = len(self.offered)
            if len(self.terminal) == self.FLASH:
                self.overwritten.add(self.terminal.stored()[0])
            key = self.terminal.offer(body, self.now)
            assert key not in self.offered, "a name was given out twice"
            self.offered[key] = body

    @rule(seconds=st.floats(0.0, 12.0))
    def send(self, seconds: float) -> None:
        self.now += seconds
        before = self.terminal.stored()
        messages = self.terminal.take(self.now)
        self.on_the_way += messages
        assert self.terminal.stored() == before, "sending forgot something"
        for message in messages:
            epoch = message.keys[0][0]
            assert message.payload == encode(epoch, [(seq, self.offered[e, seq]) for e, seq in message.keys])

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), repeat=st.booleans())
    def commit(self, data: st.DataObject, repeat: bool) -> None:
        n = data.draw(st.integers(0, len(self.on_the_way) - 1))
        message = self.on_the_way[n] if repeat else self.on_the_way.pop(n)
        self.committed |= set(message.keys)
        self.answers.append(message.keys)

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def lose_message(self, data: st.DataObject) -> None:
        self.on_the_way.pop(data.draw(st.integers(0, len(self.on_the_way) - 1)))

    @precondition(lambda self: self.on_the_way)
    @rule()
    def refuse(self) -> None:
        message = self.on_the_way.pop()
        if len(message.keys) == 1:
            self.refused |= set(message.keys)
        self.terminal.refuse(zlib.crc32(message.payload), self.now)

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), part=st.booleans())
    def answer(self, data: st.DataObject, part: bool) -> None:
        keys = self.answers.pop(data.draw(st.integers(0, len(self.answers) - 1)))
        for epoch, seq in keys[: len(keys) // 2 + 1] if part else keys:
            self.terminal.acknowledge(epoch, [(seq, seq)], self.now)

    @precondition(lambda self: self.answers)
    @rule()
    def lose_answer(self) -> None:
        self.answers.pop()

    @rule()
    def cut(self) -> None:
        self.terminal.disconnected()

    @rule()
    def reconnect(self) -> None:
        self.terminal.connected()

    @rule(counter_lost=st.booleans())
    def pull_battery(self, counter_lost: bool) -> None:
        self.terminal.battery_pull(self.terminal.epoch + 1 if counter_lost else None)

    @invariant()
    def nothing_is_forgotten_that_was_not_named(self) -> None:
        forgotten = set(self.offered) - set(self.terminal.stored())
        assert forgotten <= self.committed | self.refused | self.overwritten

    @invariant()
    def flash_and_window_are_bounded(self) -> None:
        assert len(self.terminal) <= self.FLASH
        counts = self.terminal.counts
        gone = counts.acknowledged + counts.refused + counts.overwritten
        assert len(self.terminal) == counts.offered - gone

    def teardown(self) -> None:
        """With a sound link at last, everything that is left arrives, oldest first in each epoch."""
        self.terminal.connected()
        left = set(self.terminal.stored())
        arrived: list[Key] = []
        for _ in range(400):
            self.now += 30.0
            for message in self.terminal.take(self.now):
                arrived += message.keys
                for epoch, seq in message.keys:
                    self.terminal.acknowledge(epoch, [(seq, seq)], self.now)
            if not len(self.terminal):
                break
        assert len(self.terminal) == 0
        assert set(arrived) == left
        assert arrived == sorted(arrived)


UnreliableWorld.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestUnreliableWorld = UnreliableWorld.TestCase
