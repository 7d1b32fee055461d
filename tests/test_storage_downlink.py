"""Commands in a real database: taken or refused, due, answered in any order, expired, and every step audited."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import psycopg
import pytest
from storage_rows import add_registry

from firmware_contracts import command, config, reply
from storage import downlink
from storage.batch_writer import BatchWriter, DeviceStateRow, WriteBatch
from storage.connect import connect_writer
from storage.downlink_life import RANKED, after_reply, has_ended
from storage.downlink_orders import CHANNEL, KINDS, OPEN_MOST, Order, create
from storage.downlink_replies import DIFFERENT_MOST, STRAYS_MOST, apply_replies
from storage.errors import InvalidCommand, KindNotAllowed, TooManyCommands, UnknownTerminal
from storage.times import utc
from storage.world_store import read_documents, write_documents
from storage.write_batch import ReplyRow

pytestmark = pytest.mark.services

NOW_MS = 1_780_000_000_000
MINUTE_MS = 60_000
TEXT = Order("c-1", "T1", "text", "王调度", NOW_MS + 10 * MINUTE_MS, {"text": "请回场"})
SETTINGS = Order("g-1", "T1", "config", "王调度", NOW_MS + 60 * MINUTE_MS, {"report": {"moving_s": 10}})


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        write_documents(opened, {"city": {"downlink": {"allowed": list(KINDS)}}})
        yield opened


def one(connection: psycopg.Connection, command_id: str = "c-1") -> dict[str, Any]:
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        row = cursor.execute("select * from device_commands where command_id = %s", [command_id]).fetchone()
    assert row is not None
    return row


def steps(connection: psycopg.Connection, command_id: str = "c-1") -> list[tuple[Any, ...]]:
    statement = """
        select who, what, from_status, to_status, detail
        from device_command_audit join device_commands using (command_no) where command_id = %s order by audit_no
    """
    return connection.execute(statement, [command_id]).fetchall()


def answer(status: str, result: str = "", command_id: str = "c-1", terminal: int = 1) -> ReplyRow:
    return ReplyRow(terminal, f"T{terminal}", NOW_MS + 5000, command_id, status, result)


def test_nothing_is_taken_unless_the_city_says_so(connection: psycopg.Connection) -> None:
    write_documents(connection, {"city": {}})
    with pytest.raises(KindNotAllowed, match=r"downlink.allowed: nothing\), got 'text'"):
        create(connection, TEXT, NOW_MS)
    write_documents(connection, {"city": {"downlink": {"allowed": ["locate", "text"]}}})
    assert create(connection, TEXT, NOW_MS) == 1
    with pytest.raises(KindNotAllowed, match=r"allowed: locate, text\), got 'config'"):
        create(connection, SETTINGS, NOW_MS)
    assert read_documents(connection)["city"] == {"downlink": {"allowed": ["locate", "text"]}}
    assert connection.execute("select count(*) from device_commands").fetchone() == (1,)


REFUSALS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"device": "T99"}, UnknownTerminal, "registered terminal, got 'T99'"),
    ({"device": "T\0"}, UnknownTerminal, "registered terminal"),
    ({"device": "T2"}, UnknownTerminal, "T2, which is suspended"),
    ({"kind": "dance"}, InvalidCommand, "a kind of text, lock, speed_limit, locate, config, got 'dance'"),
    ({"body": {}}, InvalidCommand, "expected text, got none"),
    ({"body": {"text": "x" * 201}}, InvalidCommand, "at most 200 characters"),
    ({"body": {"text": ""}}, InvalidCommand, "at least 1 characters"),
    ({"body": {"text": "x", "loud": True}}, InvalidCommand, "expected text, speak, got loud"),
    ({"body": {"text": object()}}, InvalidCommand, "unsupported"),
    ({"kind": "lock", "body": {"target": "lift", "locked": True}}, InvalidCommand, "a reason for a lock, got none"),
    ({"by": " "}, InvalidCommand, "who sends it"),
    ({"by": "x" * 101}, InvalidCommand, "who sends it"),
    ({"reason": "x" * 501}, InvalidCommand, "at most 500 characters, got 501"),
    ({"expires_ms": NOW_MS}, InvalidCommand, "got 0 s from now"),
    ({"expires_ms": NOW_MS + 91 * 86_400_000}, InvalidCommand, "within 7776000 s"),
    ({"kind": "config", "body": {"report": {"moving": 5}}}, InvalidCommand, "got moving"),
    (
        {"kind": "config", "body": {"zones": [{"zone_id": "Z", "kind": "corridor"}]}},
        InvalidCommand,
        "expected line",
    ),
    ({"command_id": ""}, InvalidCommand, "at least 1 characters in id"),
]


def test_what_is_not_taken_leaves_nothing(connection: psycopg.Connection) -> None:
    connection.execute("update terminals set status = 'suspended' where terminal_id = 'T2'")
    for changes, error, said in REFUSALS:
        with pytest.raises(error, match=said):
            create(connection, replace(TEXT, **changes), NOW_MS)
    assert connection.execute("select count(*) from device_commands").fetchone() == (0,)


def test_an_id_is_given_out_once(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    with pytest.raises(InvalidCommand, match="expected a new id"):
        create(connection, TEXT, NOW_MS)


def test_a_terminal_has_so_many_open_commands(connection: psycopg.Connection) -> None:
    for n in range(OPEN_MOST):
        create(connection, replace(TEXT, command_id=f"c-{n}"), NOW_MS)
    with pytest.raises(TooManyCommands, match=f"fewer than {OPEN_MOST}"):
        create(connection, replace(TEXT, command_id="more"), NOW_MS)


def test_a_command_is_claimed_sent_again_and_answered(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    (sending,) = downlink.claim_due(connection, NOW_MS, 10)
    assert (sending.region, sending.terminal_kind, sending.device, sending.channel) == (
        "320412",
        "truck",
        "T1",
        "command",
    )
    assert command.decode(sending.payload) == command.Command("c-1", TEXT.expires_ms, "text", {"text": "请回场"})
    assert downlink.claim_due(connection, NOW_MS + 4999, 10) == []
    assert downlink.claim_due(connection, NOW_MS + 5000, 10) == [sending]
    assert downlink.claim_due(connection, NOW_MS + 14_999, 10) == []
    assert len(downlink.claim_due(connection, NOW_MS + 15_000, 10)) == 1
    apply_replies(connection, [answer("accepted", "shown")])
    assert downlink.claim_due(connection, NOW_MS + 9 * MINUTE_MS, 10) == []
    row = one(connection)
    assert (row["status"], row["result"], row["sends"], row["due_at"]) == ("accepted", "shown", 3, None)
    assert steps(connection) == [
        ("王调度", "created", None, "pending", ""),
        ("platform", "sent", "pending", "pending", ""),
        ("T1", "reply", "pending", "accepted", "accepted: shown"),
    ]


def test_until_its_end_a_command_is_sent_often_enough_for_who_never_says_that_it_is_back(
    connection: psycopg.Connection,
) -> None:
    create(connection, TEXT, NOW_MS)
    at_s = [s for s in range(601) if downlink.claim_due(connection, NOW_MS + 1000 * s, 10)]
    gaps_s = [after - before for before, after in zip(at_s, [*at_s[1:], 600], strict=True)]
    assert at_s[0] == 0
    assert max(gaps_s) <= 150
    assert 8 <= len(at_s) <= 20
    assert at_s[-1] >= 540


def test_what_the_broker_did_not_confirm_is_due_again(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    (sending,) = downlink.claim_due(connection, NOW_MS, 10)
    downlink.not_sent(connection, [sending.command_no], NOW_MS)
    assert downlink.has_work(connection, NOW_MS)
    assert downlink.claim_due(connection, NOW_MS, 10) == [sending]
    assert not downlink.has_work(connection, NOW_MS)


def test_who_is_back_is_sent_to_at_once(connection: psycopg.Connection) -> None:
    for number, order in enumerate((TEXT, replace(TEXT, command_id="c-2", device="T3"))):
        create(connection, order, NOW_MS + number)
    for s in (0, 5, 15, 35):
        assert len(downlink.claim_due(connection, NOW_MS + 1000 * s + 1, 10)) == 2
    back = DeviceStateRow(1, NOW_MS + 40_000, "online", None, 1, None)
    gone = DeviceStateRow(3, NOW_MS + 40_000, "offline", None, None, None)
    BatchWriter(connection).write(WriteBatch(states=[back, gone], found_at_ms=NOW_MS + 40_000))
    assert [sent.device for sent in downlink.claim_due(connection, NOW_MS + 40_001, 10)] == ["T1"]


def test_two_senders_never_claim_the_same(connection: psycopg.Connection, migrated_url: str) -> None:
    for n in range(20):
        create(connection, replace(TEXT, command_id=f"c-{n}"), NOW_MS)
    with connect_writer(migrated_url) as other, other.transaction():
        mine = other.execute(
            downlink.CLAIM, {"now": utc(NOW_MS), "most": 8, "first": 5, "again_most": 60, "late": 30}
        ).fetchall()
        theirs = downlink.claim_due(connection, NOW_MS, 100)
    assert (len(mine), len(theirs)) == (8, 12)
    assert not {row[0] for row in mine} & {sent.command_no for sent in theirs}


def test_what_nobody_answered_expires_and_a_late_answer_still_counts(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    create(connection, replace(TEXT, command_id="c-2"), NOW_MS)
    downlink.claim_due(connection, NOW_MS, 10)
    assert downlink.expire(connection, TEXT.expires_ms - 1) == 0
    assert downlink.expire(connection, TEXT.expires_ms) == 2
    assert downlink.expire(connection, TEXT.expires_ms + 1) == 0
    assert downlink.claim_due(connection, TEXT.expires_ms + MINUTE_MS, 10) == []
    apply_replies(connection, [answer("refused", "expired", "c-2"), answer("accepted", "shown")])
    assert (one(connection)["status"], one(connection, "c-2")["status"]) == ("accepted", "refused")
    assert steps(connection)[-2:] == [
        ("platform", "expired", "pending", "expired", "sent 1 times"),
        ("T1", "reply", "expired", "accepted", "accepted: shown"),
    ]


@pytest.mark.parametrize("result", ["shown", ""])
def test_the_order_of_answers_does_not_matter(connection: psycopg.Connection, result: str) -> None:
    said = (answer("delivered", "soon"), answer("refused", "busy"), answer("accepted", result))
    outcomes = set()
    for n, order in enumerate(permutations(said)):
        create(connection, replace(TEXT, command_id=f"c-{n}"), NOW_MS)
        for row in order:
            apply_replies(connection, [replace(row, command_id=f"c-{n}")])
        stored = one(connection, f"c-{n}")
        outcomes.add((stored["status"], stored["result"], stored["delivered_at"], stored["ended_at"]))
        count = len(steps(connection, f"c-{n}"))
        apply_replies(connection, [replace(row, command_id=f"c-{n}") for row in order])  # the batch came again
        assert len(steps(connection, f"c-{n}")) == count == 4
    assert len(outcomes) == 1
    assert next(iter(outcomes))[:2] == ("accepted", result or None)


def test_the_table_of_life() -> None:
    assert [has_ended(status) for status in RANKED] == [False, False, True, True, True]
    for status in RANKED:
        assert after_reply(status, status) == status
        assert after_reply("accepted", status) == after_reply(status, "accepted") == "accepted"


def test_answers_that_name_nothing_of_their_terminal_are_kept(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    forged = answer("accepted", "me too", terminal=3)
    for _ in range(2):
        apply_replies(connection, [forged, answer("refused", "what", "c-404")])
    assert one(connection)["status"] == "pending"
    strays = connection.execute("select terminal_no, command_id, status, result from device_stray_replies order by 1")
    assert strays.fetchall() == [(1, "c-404", "refused", "what"), (3, "c-1", "accepted", "me too")]


def test_the_longest_answer_is_kept(connection: psycopg.Connection) -> None:
    chance = random.Random(1)
    longest = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(reply.MAX_RESULT))
    create(connection, TEXT, NOW_MS)
    apply_replies(connection, [answer("accepted", longest), answer("accepted", longest, "c" * 64)])
    assert one(connection)["result"] == longest
    assert connection.execute("select result from device_stray_replies").fetchall() == [(longest,)]


def test_a_terminal_that_babbles_fills_nothing(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    apply_replies(connection, [answer("delivered", str(n)) for n in range(DIFFERENT_MOST + 20)])
    assert len(steps(connection)) == 1 + DIFFERENT_MOST
    apply_replies(connection, [answer("accepted", "at last")])
    assert one(connection)["status"] == "accepted"
    apply_replies(connection, [answer("accepted", str(n), f"x-{n:05}") for n in range(STRAYS_MOST + 30)])
    kept = connection.execute("select count(*), min(command_id) from device_stray_replies").fetchone()
    assert kept == (STRAYS_MOST, "x-00030")


def test_newer_settings_replace_those_that_were_not_answered(connection: psycopg.Connection) -> None:
    create(connection, SETTINGS, NOW_MS)
    (first,) = downlink.claim_due(connection, NOW_MS, 10)
    assert config.decode(first.payload).body == {"report": {"moving_s": 10}}
    create(connection, replace(SETTINGS, command_id="g-2"), NOW_MS + 1)
    assert (one(connection, "g-1")["status"], one(connection, "g-1")["result"]) == ("expired", "replaced by g-2")
    assert steps(connection, "g-1")[-1] == ("王调度", "replaced", "pending", "expired", "replaced by g-2")
    (second,) = downlink.claim_due(connection, NOW_MS + 2, 10)
    assert config.decode(second.payload).id == "g-2"
    assert downlink.to_withdraw(connection, NOW_MS + 3, 10) == []  # the newer ones stand in its place
    apply_replies(connection, [answer("accepted", "taken over", "g-2")])
    assert downlink.to_withdraw(connection, NOW_MS + 3, 10) == []  # for whoever restarts
    (gone,) = downlink.to_withdraw(connection, SETTINGS.expires_ms, 10)
    assert (gone.device, gone.channel, gone.payload) == ("T1", "config", b"")
    assert downlink.has_work(connection, SETTINGS.expires_ms)
    downlink.withdrawn(connection, [gone.command_no], SETTINGS.expires_ms)
    assert not downlink.has_work(connection, SETTINGS.expires_ms)


def test_refused_settings_are_withdrawn(connection: psycopg.Connection) -> None:
    create(connection, SETTINGS, NOW_MS)
    downlink.claim_due(connection, NOW_MS, 10)
    apply_replies(connection, [answer("refused", "no flash", "g-1")])
    assert [gone.command_no for gone in downlink.to_withdraw(connection, NOW_MS, 10)] == [1]


def test_a_suspended_terminal_gets_nothing(connection: psycopg.Connection) -> None:
    create(connection, SETTINGS, NOW_MS)
    create(connection, TEXT, NOW_MS)
    assert [sent.channel for sent in downlink.claim_due(connection, NOW_MS, 10)] == ["config", "command"]
    connection.execute("update terminals set status = 'suspended' where terminal_id = 'T1'")
    assert downlink.claim_due(connection, NOW_MS + 5 * MINUTE_MS, 10) == []
    later_ms = NOW_MS + 6 * MINUTE_MS
    (gone,) = downlink.to_withdraw(connection, later_ms, 10)
    assert gone.channel == "config"
    downlink.withdrawn(connection, [gone.command_no], later_ms)
    assert not downlink.has_work(connection, later_ms)
    connection.execute("update terminals set status = 'active' where terminal_id = 'T1'")
    assert "config" in [sent.channel for sent in downlink.claim_due(connection, later_ms, 10)]  # whatever its back-off


def test_what_no_terminal_would_take_any_more_holds_up_nothing(connection: psycopg.Connection) -> None:
    for name in ("c-1", "c-2"):
        create(connection, replace(TEXT, command_id=name), NOW_MS)
    connection.execute("update device_commands set body = '{}' where command_id = 'c-1'")
    assert [command.decode(sent.payload).id for sent in downlink.claim_due(connection, NOW_MS, 10)] == ["c-2"]
    assert downlink.expire(connection, TEXT.expires_ms) == 2


def test_what_the_city_no_longer_allows_stays(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    write_documents(connection, {"city": {"downlink": {"allowed": ["config"]}}})
    assert downlink.claim_due(connection, NOW_MS, 10) == []
    assert not downlink.has_work(connection, NOW_MS)


def test_settings_that_the_city_no_longer_allows_are_withdrawn(connection: psycopg.Connection) -> None:
    for n in (1, 3):
        create(connection, replace(SETTINGS, command_id=f"g-{n}", device=f"T{n}"), NOW_MS)
    downlink.claim_due(connection, NOW_MS, 10)
    apply_replies(connection, [answer("accepted", "taken over", "g-1")])
    assert downlink.to_withdraw(connection, NOW_MS, 10) == []
    write_documents(connection, {"city": {"downlink": {"allowed": ["text"]}}})
    gone = [each.command_no for each in downlink.to_withdraw(connection, NOW_MS + 1, 10)]
    assert len(gone) == 2
    downlink.withdrawn(connection, gone, NOW_MS + 1)
    assert (one(connection, "g-1")["due_at"], one(connection, "g-3")["due_at"]) == (None, utc(NOW_MS + 1))
    assert not downlink.has_work(connection, NOW_MS + 1)
    write_documents(connection, {"city": {}})
    assert not downlink.has_work(connection, NOW_MS + 1)  # nor where nothing was ever said of the downlink


def test_what_was_done_after_all_does_not_keep_the_word_of_its_end(connection: psycopg.Connection) -> None:
    create(connection, SETTINGS, NOW_MS)
    downlink.claim_due(connection, NOW_MS, 10)
    create(connection, replace(SETTINGS, command_id="g-2"), NOW_MS + 1)
    apply_replies(connection, [answer("accepted", "", "g-1")])
    assert (one(connection, "g-1")["status"], one(connection, "g-1")["result"]) == ("accepted", None)


def test_the_audit_is_only_appended_to(connection: psycopg.Connection) -> None:
    create(connection, TEXT, NOW_MS)
    for statement in ("update {} set who = 'nobody'", "delete from {}", "truncate {}"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="appended to only"):
            connection.execute(statement.format("device_command_audit"))
    assert len(steps(connection)) == 1


def test_whoever_sends_is_notified(connection: psycopg.Connection, migrated_url: str) -> None:
    with connect_writer(migrated_url) as listener:
        listener.execute(f"listen {CHANNEL}")
        create(connection, TEXT, NOW_MS)
        assert [notice.payload for notice in listener.notifies(timeout=60, stop_after=1)] == ["1"]


def test_counts(connection: psycopg.Connection) -> None:
    for n in range(3):
        create(connection, replace(TEXT, command_id=f"c-{n}"), NOW_MS)
    apply_replies(connection, [answer("refused", "no", "c-1")])
    assert downlink.count_by_status(connection) == {"pending": 2, "refused": 1}
