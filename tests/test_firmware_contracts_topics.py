"""Topics: what is one, and that a block's are found as each alone would be, new, known, bad and colliding."""

from __future__ import annotations

import numpy as np
import pytest

from firmware_contracts import topic_table
from firmware_contracts.errors import RejectReason, TopicError
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import ROUTES, TopicTable
from firmware_contracts.topics import (
    MAX_TOPIC_BYTES,
    DownTopic,
    Topic,
    down_topic,
    parse_down_topic,
    parse_topic,
    up_filter,
)

GOOD = "muck/v1/320412/truck/T-1a/up/report/json"
BAD = [
    "",
    "muck",
    GOOD + "/",
    GOOD + "\n",
    GOOD + "\0",
    "/" + GOOD,
    GOOD.upper(),
    GOOD.replace("v1", "v2"),
    GOOD.replace("320412", "32041"),
    GOOD.replace("320412", "３２０４１２"),
    GOOD.replace("truck", "bus"),
    GOOD.replace("T-1a", ""),
    GOOD.replace("T-1a", "T" * 33),
    GOOD.replace("T-1a", "T_1"),
    GOOD.replace("T-1a", "T/1"),
    GOOD.replace("T-1a", "+"),
    GOOD.replace("up", "down"),
    GOOD.replace("report", "reports"),
    GOOD.replace("json", "xml"),
    GOOD.replace("report/json", "event/bin"),
    GOOD.replace("report/json", "state/nmea"),
]


def test_a_topic_is_its_parts() -> None:
    topic = parse_topic(GOOD)
    assert topic == Topic("320412", "truck", "T-1a", "report", "json")
    assert str(topic) == GOOD
    assert parse_topic(GOOD.encode()) == topic
    assert len(str(Topic("320412", "washer", "x" * 32, "report", "nmea"))) <= MAX_TOPIC_BYTES


@pytest.mark.parametrize("text", [*BAD, b"\xff\xfe", b"muck/v1/320412/truck/\xff/up/report/json"])
def test_anything_else_is_none(text: str | bytes) -> None:
    with pytest.raises(TopicError) as error:
        parse_topic(text)
    assert error.value.reason is RejectReason.BAD_TOPIC


def test_down_topics() -> None:
    assert down_topic(parse_topic(GOOD), "ack") == "muck/v1/320412/truck/T-1a/down/ack"
    assert parse_down_topic("muck/v1/320412/truck/T-1a/down/ack") == DownTopic("320412", "truck", "T-1a", "ack")
    for wrong in (GOOD, "muck/v1/320412/truck/T-1a/down/reboot"):
        with pytest.raises(TopicError):
            parse_down_topic(wrong)
    assert up_filter("320412") == "muck/v1/320412/+/+/up/#"


def block_of(topics: list[str]) -> MessageBlock:
    return MessageBlock.from_messages([(topic, b"payload", 0) for topic in topics])


def fleet(count: int) -> list[str]:
    kinds = ["truck", "washer", "gate"]
    routes = [f"{channel}/{encoding}" for channel, encoding in ROUTES]
    return [f"muck/v1/320412/{kinds[i % 3]}/T{i:x}{'-' * (i % 9)}/up/{routes[i % 6]}" for i in range(count)]


def assert_resolved(table: TopicTable, topics: list[str]) -> None:
    senders = table.resolve(block_of(topics))
    for topic, index in zip(topics, senders.index.tolist(), strict=True):
        if topic in BAD:
            assert index == -1
        else:
            assert senders.topics[index] == parse_topic(topic)
            assert ROUTES[senders.route[index]] == (senders.topics[index].channel, senders.topics[index].encoding)


def test_blocks_of_new_known_and_bad_topics() -> None:
    table, rng, topics = TopicTable(), np.random.default_rng(1), [*fleet(3000), *BAD]
    for _ in range(5):
        assert_resolved(table, rng.choice(topics, 2000).tolist())
    assert len(table.topics) == len(set(map(str, table.topics)))
    assert_resolved(table, [])


def test_topics_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_table, "_slot", lambda words: np.zeros(len(words), np.int64))
    table = TopicTable()
    for _ in range(2):
        assert_resolved(table, fleet(20))
    assert len(table.topics) == 20


def test_a_full_table_starts_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_table, "MAX_TOPICS", 50)
    table = TopicTable()
    assert_resolved(table, fleet(2000))  # more than it may hold, and than it has room for at first
    before = table.topics
    assert_resolved(table, fleet(45))
    assert table.topics is not before
    assert len(before) == 2000  # whoever holds the old list still reads it right
    assert_resolved(table, fleet(45))
    assert len(table.topics) == 45
