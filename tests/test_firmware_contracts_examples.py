"""The golden examples that firmware runs, too: each decodes to exactly what stands beside it, and encodes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from firmware_contracts import (
    command,
    commit_ack,
    config,
    device_event,
    device_state,
    reply,
    report_bin,
    report_json,
    report_nmea,
)
from firmware_contracts.columns import ABSENT, FixColumns
from firmware_contracts.command import Command
from firmware_contracts.config import Config
from firmware_contracts.decode import decode_block, decode_report
from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.fix import Fix, columns_of, rows_of
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import Decoded
from firmware_contracts.topic_table import TopicTable

EXAMPLES = Path(__file__).parent.parent / "firmware_contracts" / "examples"
DOCUMENT: dict[str, Any] = json.loads((EXAMPLES / "cases.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = DOCUMENT["cases"]
RECEIVED_AT_MS: int = DOCUMENT["received_at_ms"]
DOWN: dict[str, Callable[[bytes], Command | Config]] = {"commands": command.decode, "configs": config.decode}
ENCODERS = {"json": report_json.encode, "bin": report_bin.encode, "nmea": report_nmea.encode}


def payload_of(case: dict[str, Any]) -> bytes:
    return (EXAMPLES / case["payload"]).read_bytes()


def fix_of(members: dict[str, Any]) -> Fix:
    codes = {"cover": report_json.COVERS, "faults": report_json.FAULTS, "alarms": report_json.ALARMS}
    fields = dict(members)
    if "cover" in fields:
        fields["cover"] = codes["cover"][fields["cover"]]
    for name in ("ignition", "main_power"):
        if name in fields:
            fields[name] = int(fields[name])
    for name in ("faults", "alarms"):
        fields[name] = sum(codes[name][word] for word in fields.get(name, []))
    return Fix(**fields)


def assert_fixes(fixes: FixColumns, expected: list[dict[str, Any]]) -> None:
    rows, wanted = rows_of(fixes), rows_of(columns_of([fix_of(members) for members in expected]))
    assert len(rows) == len(wanted)
    for row, want in zip(rows, wanted, strict=True):
        # A layout's resolution: 1e-8 deg of NMEA, half of 0.01 m/s.
        assert row._asdict() == pytest.approx(want._asdict(), rel=1e-6, abs=2e-8, nan_ok=True)


def assert_expected(decoded: Decoded, case: dict[str, Any]) -> None:
    assert_fixes(decoded.fixes, case["fixes"])
    events = [{k: v for k, v in asdict(event).items() if k != "message"} for event in decoded.device_events]
    assert events == case["events"]
    assert [{k: v for k, v in asdict(s).items() if k != "message"} for s in decoded.states] == case["states"]
    assert [{k: v for k, v in asdict(r).items() if k != "message"} for r in decoded.replies] == case["replies"]
    rejected = [{"reason": r.reason, "epoch": r.epoch, "seq": r.seq} for r in decoded.rejected]
    assert rejected == case["rejected"]
    for part in [line for r in decoded.rejected for line in r.record.split(b"\r\n")]:
        assert part in payload_of(case)  # a record is cut out of its message, never made up


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_reference_reads_the_example(case: dict[str, Any]) -> None:
    assert_expected(decode_report(case["topic"], payload_of(case), RECEIVED_AT_MS), case)


def test_block_reads_all_examples_at_once() -> None:
    block = MessageBlock.from_messages([(case["topic"], payload_of(case), RECEIVED_AT_MS) for case in CASES])
    decoded = decode_block(block, TopicTable())
    for message, case in enumerate(CASES):
        assert_expected(only(decoded, message), case)


def only(decoded: Decoded, message: int) -> Decoded:
    """Return what one message of a block gave."""
    return Decoded(
        decoded.fixes.take(decoded.fixes.message == message),
        decoded.sender,
        decoded.topics,
        [event for event in decoded.device_events if event.message == message],
        [state for state in decoded.states if state.message == message],
        [answer for answer in decoded.replies if answer.message == message],
        [rejected for rejected in decoded.rejected if rejected.message == message],
    )


@pytest.mark.parametrize("case", [case for case in CASES if case["encodes"] and case["fixes"]], ids=lambda c: c["name"])
def test_fixes_encode_to_the_example(case: dict[str, Any]) -> None:
    fixes = columns_of([fix_of(members) for members in case["fixes"]])
    encoding = case["topic"].rsplit("/", 1)[1]
    names_device = {} if encoding == "nmea" else {"device": "T1"}
    assert ENCODERS[encoding](fixes, **names_device) == payload_of(case)  # type: ignore[operator]


def test_other_records_encode_to_their_examples() -> None:
    by_name = {case["name"]: payload_of(case) for case in CASES}
    events = json.loads(by_name["event_all_types"])["events"]
    assert device_event.encode(3, events, "W1") == by_name["event_all_types"]
    state = device_state.encode("boot", 1767225600000, 7, "2.4.1")
    assert state == by_name["state_boot"]
    assert reply.encode("c-81", "done") == by_name["reply_done"]


@pytest.mark.parametrize("case", DOCUMENT["acks"], ids=lambda case: case["name"])
def test_acknowledgement_names_what_the_example_says(case: dict[str, Any]) -> None:
    ack = commit_ack.decode(case["payload"].encode())
    assert all(ack.covers(*record) for record in case["names"])
    assert not any(ack.covers(*record) for record in case["does_not_name"])
    assert [refused.crc32 for refused in ack.refused] == case["refused_crc32"]
    if case["encodes"]:
        assert commit_ack.encode(ack) == case["payload"].encode()


def body_of(decoded: Command | Config) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(decoded)))


@pytest.mark.parametrize(
    ("decode", "case"),
    [(read, case) for name, read in DOWN.items() for case in DOCUMENT[name]],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_downlink_reads_as_the_example_says(decode: Callable[[bytes], Command | Config], case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ContractError) as caught:
            decode(case["payload"].encode())
        assert caught.value.reason == case["refused"]
    else:
        told = {"name", "note", "payload"}
        assert body_of(decode(case["payload"].encode())) == {k: v for k, v in case.items() if k not in told}


def test_every_reason_of_the_codec_has_an_example() -> None:
    shown = {rejected["reason"] for case in CASES for rejected in case["rejected"]}
    behind_the_codec = {"unknown_device", "unassigned_terminal", "suspended_device", "conflict", "refused_by_database"}
    too_long_for_a_file = {"too_large"}
    assert shown == {str(reason) for reason in RejectReason} - behind_the_codec - too_long_for_a_file


def test_absent_is_never_zero() -> None:
    (case,) = [case for case in CASES if case["name"] == "json_full"]
    bare = rows_of(decode_report(case["topic"], payload_of(case), RECEIVED_AT_MS).fixes)[1]
    floats = [bare.lat_deg, bare.lon_deg, bare.speed_mps, bare.course_deg, bare.load_kg, bare.load_ratio, bare.lift_deg]
    assert all(value != value for value in floats)  # noqa: PLR0124  # NaN
    assert {bare.satellites, bare.cover, bare.ignition, bare.main_power} == {ABSENT}
