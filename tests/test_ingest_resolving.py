"""Who sent what: registered, suspended, unknown and unassigned terminals, plates, and what each record is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from firmware_contracts.columns import FixColumns
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.passages import PASSAGES
from firmware_contracts.reading import Decoded, DeviceEvent, DeviceState, Rejected
from firmware_contracts.topics import parse_topic
from ingest.hearing import hear
from ingest.judging import rows_to_judge, stored_rows
from ingest.registry import Registry
from ingest.resolving import Resolved, resolve
from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import evaluate
from rules_engine.fix_batch import Mark
from rules_engine.world import World

NOON_MS = 1_790_000_000_000
NOON = datetime.fromtimestamp(NOON_MS / 1000, UTC).isoformat()

DOCUMENTS: dict[str, Any] = {
    "vehicles": [
        {"vehicle_id": "V1", "plate": "苏D10001", "vehicle_no": 11, "tare_kg": 14_000.25},
        {"vehicle_id": "V2", "plate": "苏D10002", "vehicle_no": 12, "tag": "E200-01"},
    ],
    "terminals": [
        {"terminal_id": "T1", "terminal_no": 101, "assignments": [{"vehicle_id": "V1"}]},
        {
            "terminal_id": "T2",
            "terminal_no": 102,
            "assignments": [
                {"vehicle_id": "V1", "to": "2020-01-01T00:00:00Z"},
                {"vehicle_id": "V2", "from": NOON},
            ],
        },
        {"terminal_id": "T3", "terminal_no": 103, "status": "suspended", "assignments": [{"vehicle_id": "V2"}]},
        {"terminal_id": "W1", "terminal_no": 104, "kind": "washer"},
        {"terminal_id": "G1", "terminal_no": 105, "kind": "gate"},
    ],
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(World.from_documents(DOCUMENTS))


def topic(device: str, kind: str = "truck", channel: str = "report", encoding: str = "bin") -> str:
    return f"muck/v1/320412/{kind}/{device}/up/{channel}/{encoding}"


def batch(
    topics: list[str],
    fixes: list[tuple[int, Fix]] = [],  # noqa: B006 - only read
    **others: Any,
) -> tuple[Decoded, MessageBlock]:
    """Build what the decoder gives for one message a topic."""
    block = MessageBlock.from_messages([(name, b"payload %d" % n, NOON_MS + n) for n, name in enumerate(topics)])
    known = list(dict.fromkeys(name for name in topics if name.startswith("muck/v1/")))
    sender = np.array([known.index(name) if name in known else -1 for name in topics], np.int32)
    rows = columns_of([fix for _, fix in fixes], [m for m, _ in fixes]) if fixes else FixColumns.empty()
    return Decoded(rows, sender, [parse_topic(name) for name in known], **others), block


def fix(seq: int, time_ms: int = NOON_MS, epoch: int = 1) -> Fix:
    return Fix(epoch=epoch, seq=seq, fix_time_ms=time_ms)


def ranges(records: Resolved) -> list[tuple[str, int, int, int]]:
    kept = records.kept
    rows = zip(kept.sender.tolist(), kept.epoch.tolist(), kept.first.tolist(), kept.last.tolist(), strict=True)
    return [(records.topics[sender].device, epoch, first, last) for sender, epoch, first, last in rows]


def test_fixes_go_to_the_truck_that_the_terminal_was_in_at_their_time(registry: Registry) -> None:
    sent = [(0, fix(1)), (1, fix(1, NOON_MS - 10**12)), (1, fix(2)), (0, fix(2))]
    records = resolve(*batch([topic("T1"), topic("T2")], sent), registry)
    assert records.vehicle.tolist() == [0, 0, 1, 0]
    assert records.vehicle_no.tolist() == [11, 11, 12, 11]
    assert records.terminal_no.tolist() == [101, 102, 102, 101]
    assert records.received_at_ms.tolist() == [NOON_MS, NOON_MS + 1, NOON_MS + 1, NOON_MS]
    assert records.rejected == []
    assert ranges(records) == [("T1", 1, 1, 2), ("T2", 1, 1, 2)]


def test_fixes_between_two_trucks_are_rejected_once_per_message_and_acknowledged(registry: Registry) -> None:
    sent = [(0, fix(5, NOON_MS - 2)), (0, fix(6, NOON_MS - 1)), (0, fix(7, NOON_MS))]
    records = resolve(*batch([topic("T2")], sent), registry)
    assert records.fixes.seq.tolist() == [7]
    (row,) = records.rejected
    assert (row.reason, row.device, row.payload) == (RejectReason.UNASSIGNED_TERMINAL, "T2", b"payload 0")
    assert "2 fixes" in row.detail
    assert ranges(records) == [("T2", 1, 5, 7)]
    assert records.received.seq.tolist() == [5, 6, 7]


@pytest.mark.parametrize(
    ("name", "reason", "terminals"),
    [
        (topic("T9"), RejectReason.UNKNOWN_DEVICE, []),
        (topic("T1", kind="washer"), RejectReason.UNKNOWN_DEVICE, []),
        (topic("T3"), RejectReason.SUSPENDED_DEVICE, [103, 103]),
    ],
)
def test_refused_senders_harm_nobody_else(
    registry: Registry, name: str, reason: RejectReason, terminals: list[int]
) -> None:
    records = resolve(*batch([name, topic("T1")], [(0, fix(1)), (0, fix(2)), (1, fix(1))]), registry)
    assert records.terminal_no.tolist() == [101]
    assert [(row.reason, row.payload, row.topic) for row in records.rejected] == [(reason, b"payload 0", name)]
    assert len(ranges(records)) == 2, "what is kept is acknowledged, so that it is not sent for ever"
    assert records.received.terminal_no.tolist() == [*terminals, 101], "the ledger knows registered terminals only"


def test_who_is_refused_since_the_world_was_read_is_refused_from_the_next_batch_on() -> None:
    registry = Registry(World.from_documents(DOCUMENTS))
    decoded, block = batch([topic("T1"), topic("T2")], [(0, fix(1)), (1, fix(2))])
    before = resolve(decoded, block, registry)
    assert len(before.fixes) == 2
    registry.refuse(frozenset({"T1"}))
    refused = resolve(decoded, block, registry)
    assert refused.fixes.seq.tolist() == [2]
    assert [(row.device, row.reason) for row in refused.rejected] == [("T1", "suspended_device")]
    assert ranges(refused) == ranges(before), "and acknowledged like everything that is kept as rejected"
    assert not refused.strangers, "nobody waits for a newer world on its account"
    registry.refuse(frozenset())
    assert len(resolve(decoded, block, registry).fixes) == 2


def test_events_and_states_of_refused_senders_are_kept_too(registry: Registry) -> None:
    events = [
        DeviceEvent(0, 1, 1, NOON_MS, "heartbeat", None, {}),
        DeviceEvent(0, 1, 2, NOON_MS, "heartbeat", None, {}),
    ]
    states = [DeviceState(1, "boot", NOON_MS, 1, "1.0"), DeviceState(2, "online", None, None, None)]
    names = [
        topic("T9", channel="event", encoding="json"),
        *[topic(t, channel="state", encoding="json") for t in ("T3", "T1")],
    ]
    records = resolve(*batch(names, device_events=events, states=states), registry)
    assert records.device_events == []
    assert [(state.terminal_no, state.state) for state in records.states] == [(101, "online")]
    assert [row.reason for row in records.rejected] == [RejectReason.UNKNOWN_DEVICE, RejectReason.SUSPENDED_DEVICE]


def test_a_bad_topic_is_kept_with_its_payload(registry: Registry) -> None:
    rejected = [Rejected(0, RejectReason.BAD_TOPIC, "detail", None, None, b"payload 0")]
    records = resolve(*batch(["nonsense\x00topic"], rejected=rejected), registry)
    (row,) = records.rejected
    assert (row.device, row.topic, row.payload) == ("", "nonsense\x00topic", b"payload 0")
    assert records.refused == {}, "nobody could be told"


def test_rejected_records_are_answered_by_seq_or_by_checksum(registry: Registry) -> None:
    rejected = [
        Rejected(0, RejectReason.OUT_OF_RANGE, "lat", 1, 2, b"record"),
        Rejected(1, RejectReason.BAD_CHECKSUM, "crc", None, None, b"payload 1"),
        Rejected(1, RejectReason.BAD_SENTENCE, "again", None, None, b"line"),
    ]
    names = [topic("T1"), topic("T1", encoding="nmea")]
    records = resolve(*batch(names, [(0, fix(1)), (0, fix(3))], rejected=rejected), registry)
    assert ranges(records) == [("T1", 1, 1, 3)]
    ((sender, refusals),) = records.refused.items()
    assert records.topics[sender].device == "T1"
    assert [refusal.crc32 for refusal in refusals] == [crc32(b"payload 1")], "one message is named once"
    assert records.received.seq.tolist() == [1, 3, 2]


def test_one_terminal_gets_one_answer_for_all_its_encodings(registry: Registry) -> None:
    names = [topic("T1"), topic("T1", encoding="json"), topic("T1", channel="event", encoding="json")]
    events = [DeviceEvent(2, 1, 3, NOON_MS, "heartbeat", None, {})]
    records = resolve(*batch(names, [(0, fix(1)), (1, fix(2))], device_events=events), registry)
    assert ranges(records) == [("T1", 1, 1, 3)]


def washing(message: int, seq: int, time_ms: int, plate: str | None, result: str = "washed") -> DeviceEvent:
    return DeviceEvent(message, 1, seq, time_ms, "washer_passage", plate, {"result": result})


WASHER = topic("W1", kind="washer", channel="event", encoding="json")
GATE = topic("G1", kind="gate", channel="event", encoding="json")


@pytest.mark.parametrize(
    ("plate", "tag", "vehicle_no"),
    [
        ("苏d·10002", None, 12),
        ("苏DI0OO2黄", None, 12),
        (None, "e20001", 12),
        ("苏D10002", "E2:00:01", 12),
        ("苏X99999", "E20001", 12),
        ("苏D10001", "E20001", None),  # plate and tag name different trucks: whose is it?
        ("苏X99999", None, None),
        (None, "E20099", None),
    ],
)
def test_a_passage_is_of_the_truck_that_plate_or_tag_names(
    registry: Registry, plate: str | None, tag: str | None, vehicle_no: int | None
) -> None:
    body = {"result": "washed"} | ({} if tag is None else {"tag": tag})
    event = DeviceEvent(0, 1, 1, NOON_MS, "washer_passage", plate, body)
    records = resolve(*batch([WASHER], [], device_events=[event]), registry)
    assert [(row.vehicle_no, row.plate) for row in records.device_events] == [(vehicle_no, plate)]


def test_a_truck_that_the_barrier_sent_back_has_not_passed(registry: Registry) -> None:
    body = {"result": "too_short", "barrier": "refused"}
    event = DeviceEvent(0, 1, 1, NOON_MS, "washer_passage", "苏D10002", body)
    records = resolve(*batch([WASHER], [], device_events=[event]), registry)
    assert [row.vehicle_no for row in records.device_events] == [12]
    assert len(rows_to_judge(records, registry.world).batch) == 0
    heard = Heard()
    assert hear(records, registry.world, heard).unread == [False], "the washer knew whom it sent back"


def test_passages_become_rows_of_their_truck(registry: Registry) -> None:
    gate = {"direction": "in", "gross_kg": 38_200.0, "tare_kg": 15_400.0}
    events = [
        washing(1, 1, NOON_MS + 5, "苏D10002"),
        washing(1, 2, NOON_MS + 6, "苏D10002", "not_washed"),
        washing(1, 3, NOON_MS + 7, "苏X99999"),
        washing(1, 4, NOON_MS + 8, None),
        washing(1, 5, NOON_MS + 9, "苏D10002", "unknown"),
        DeviceEvent(2, 1, 1, NOON_MS + 10, "gate_passage", "苏D10002", gate),
        DeviceEvent(2, 1, 2, NOON_MS + 11, "gate_passage", "苏D10001", {"direction": "out", "gross_kg": 15_000.5}),
    ]
    sent = [(0, fix(2, NOON_MS + 20)), (0, fix(1, NOON_MS))]
    records = resolve(*batch([topic("T2"), WASHER, GATE], sent, device_events=events), registry)
    assert [row.vehicle_no for row in records.device_events] == [12, 12, None, None, 12, 12, 11]
    assert records.unread_passages == 2
    rows = rows_to_judge(records, registry.world)
    assert rows.batch.vehicle.tolist() == [0, 1, 1, 1, 1, 1]
    assert rows.batch.fix_time_ms.tolist() == [NOON_MS + n for n in (11, 0, 5, 6, 10, 20)]
    assert rows.batch.mark.tolist() == [Mark.GATE_OUT, 0, Mark.WASHED, Mark.PASSED_UNWASHED, Mark.GATE_IN, 0]
    assert rows.batch.device.tolist() == [4, -1, 3, 3, 4, -1]
    np.testing.assert_array_equal(rows.batch.weight_kg, np.array([1000.25, *[np.nan] * 3, 22_800, np.nan], np.float32))
    assert np.isnan(rows.batch.lat_deg[[0, 2, 3, 4]]).all()
    assert rows.batch.cover[2] == rows.batch.ignition[2] == -1

    late = np.array([False, True, True, False, True, False])
    fixes, device_events = stored_rows(records, rows, late)
    assert fixes.fresh.tolist() == [True, False], "in the order received"
    assert [row.fresh for row in device_events] == [False, True, True, True, True, False, True]


def test_marks_are_numbered_alike_in_the_contract_and_in_the_engine() -> None:
    assert {value: Mark(mark).name for _, marks in PASSAGES.values() for value, mark in marks.items()} == {
        "washed": "WASHED",
        "not_washed": "PASSED_UNWASHED",
        "too_short": "WASHED_TOO_SHORT",
        "bypass": "BYPASSED",
        "in": "GATE_IN",
        "out": "GATE_OUT",
    }


def test_of_rows_with_one_key_the_first_is_judged_and_the_rest_are_not_fresh(registry: Registry) -> None:
    sent = [(0, fix(1)), (1, fix(1)), (0, fix(2)), (2, fix(1))]
    records = resolve(*batch([topic("T1")] * 3, sent), registry)
    rows = rows_to_judge(records, registry.world)
    assert rows.origin.tolist() == [0, 1, 3, 2]
    late = evaluate(rows.batch, registry.world, Carry()).late
    fixes, _ = stored_rows(records, rows, late)
    assert fixes.fresh.tolist() == [True, False, True, False]


def test_rows_are_sorted_by_the_whole_key_also_when_instants_repeat(registry: Registry) -> None:
    rng = np.random.default_rng(5)
    sent = [
        (int(m), fix(int(seq), NOON_MS + int(t), int(epoch)))
        for m, seq, t, epoch in rng.integers(0, [2, 50, 4, 3], (300, 4))
    ]
    records = resolve(*batch([topic("T1"), topic("T2")], sent), registry)
    for taken in (records, resolve(*batch([topic("T1"), topic("T2")], sent[:1]), registry)):
        rows = rows_to_judge(taken, registry.world)
        names = ("vehicle", "fix_time_ms", "mark", "epoch", "seq")
        keys = list(zip(*(getattr(rows.batch, name).tolist() for name in names), strict=True))
        assert keys == sorted(keys)
        assert len(keys) == len(taken.fixes)
        expected = {
            (v, f.fix_time_ms, 0, f.epoch, f.seq) for v, (_, f) in zip(taken.vehicle.tolist(), sent, strict=False)
        }
        assert set(keys) == expected


def test_a_batch_without_records(registry: Registry) -> None:
    records = resolve(*batch([topic("T1")]), registry)
    rows = rows_to_judge(records, registry.world)
    assert len(rows.batch) == 0
    fixes, events = stored_rows(records, rows, np.zeros(0, np.bool_))
    assert (len(fixes), events, records.rejected, ranges(records)) == (0, [], [], [])
