"""Commit acknowledgements as terminals receive them, through a real broker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mosquitto_process import MosquittoProcess, Peer

from firmware_contracts.commit_ack import Ranges, Refused, decode, ranges_of
from firmware_contracts.topics import Topic
from ingest.commit_acks import CommitAcknowledger, ack_payloads, ack_topic
from ingest.settings import IngestSettings

TOPICS = [Topic("320412", "truck", name, "report", "bin") for name in ("T1", "T2")]
NOTHING = ranges_of(np.empty(0), np.empty(0), np.empty(0))


def kept(rows: list[tuple[int, int, int]]) -> Ranges:
    return ranges_of(*np.array(rows, np.int64).T)


def wait_for(condition: Callable[[], bool], timeout_s: float = 60) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


@pytest.fixture(params=["3.1.1", "5"])
def acknowledger(broker: MosquittoProcess, request: pytest.FixtureRequest) -> Iterator[CommitAcknowledger]:
    version: Any = request.param
    sender = CommitAcknowledger(broker.address, replace(IngestSettings(), mqtt_version=version))
    sender.start()
    assert sender.session.ready.wait(60)
    yield sender
    sender.close()


@pytest.mark.services
def test_each_terminal_is_told_its_own_ranges_and_refusals(
    broker: MosquittoProcess, acknowledger: CommitAcknowledger
) -> None:
    with Peer(broker.address, "muck/v1/+/+/+/down/#") as terminal:
        rows = [(0, 7, seq) for seq in (3, 1, 2, 2, 9)] + [(1, 1, 5), (1, 2, 0)]
        refused = {1: [Refused(0xDEADBEEF, "bad_checksum")]}
        acknowledger.publish(TOPICS, kept(rows), refused)
        wait_for(lambda: len(terminal.received) == 3)
        answers = [(message.topic.split("/")[4], decode(message.payload)) for message in terminal.received]
        assert [(who, answer.ranges) for who, answer in answers if answer.ranges] == [
            ("T1", {7: [(1, 3), (9, 9)]}),
            ("T2", {1: [(5, 5)], 2: [(0, 0)]}),
        ]
        assert [(who, one.crc32) for who, answer in answers for one in answer.refused] == [("T2", 0xDEADBEEF)]
    assert (acknowledger.sent, acknowledger.dropped) == (3, 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 12)), max_size=60))
def test_every_record_kept_is_named_to_its_sender_and_no_other_is(rows: list[tuple[int, int, int]]) -> None:
    named = set()
    for sender, payload in ack_payloads(kept(rows) if rows else NOTHING, {}):
        for epoch, ranges in decode(payload).ranges.items():
            named |= {(sender, epoch, seq) for first, last in ranges for seq in range(first, last + 1)}
    assert named == set(rows)


def test_many_refusals_of_one_terminal_take_several_messages() -> None:
    refusals = [Refused(n, "bad_json") for n in range(120)]
    told = [decode(payload).refused for _, payload in ack_payloads(NOTHING, {3: refusals})]
    assert [one.crc32 for part in told for one in part] == list(range(120))
    assert max(map(len, told)) <= 50


@pytest.mark.services
def test_a_burst_of_answers_arrives_whole(broker: MosquittoProcess, acknowledger: CommitAcknowledger) -> None:
    topics = [Topic("320412", "truck", f"T{n}", "report", "bin") for n in range(3000)]
    with Peer(broker.address, "muck/v1/+/+/+/down/#") as terminals:
        acknowledger.publish(topics, kept([(n, 1, n) for n in range(3000)]), {})
        wait_for(lambda: len(terminals.received) == 3000)
        assert {message.topic.encode() for message in terminals.received} == {ack_topic(topic) for topic in topics}


@pytest.mark.services
def test_closing_sends_what_was_published_last(broker: MosquittoProcess) -> None:
    with Peer(broker.address, "muck/v1/+/+/+/down/#") as terminals:
        sender = CommitAcknowledger(broker.address, IngestSettings())
        sender.start()
        assert sender.session.ready.wait(60)
        sender.publish(TOPICS, kept([(0, 1, 1)]), {})
        sender.close()
        wait_for(lambda: len(terminals.received) == 1)


@pytest.mark.services
def test_answers_that_cannot_be_sent_are_dropped_and_counted(broker: MosquittoProcess) -> None:
    broker.kill()
    sender = CommitAcknowledger(broker.address, IngestSettings())
    sender.start()
    sender.publish(TOPICS, kept([(0, 1, 1), (1, 1, 1)]), {})
    assert (sender.sent, sender.dropped) == (0, 2)
    broker.start()
    assert sender.session.ready.wait(60)
    sender.publish(TOPICS, NOTHING, {})  # a batch of states alone
    sender.publish(TOPICS, NOTHING, {0: [Refused(1, "bad_json")]})
    sender.publish(TOPICS, kept([(0, 1, 1)]), {})
    assert (sender.sent, sender.dropped) == (2, 2)
    sender.close()
