"""Commit acknowledgements name exactly the records that are committed, in messages of bounded size."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts import commit_ack, report_bin
from firmware_contracts.commit_ack import (
    ACK,
    MAX_RANGES,
    MAX_REFUSED,
    CommitAck,
    Refused,
    decode,
    encode,
    encode_all,
    ranges_of,
)
from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.json_document import read_document
from firmware_contracts.json_fields import read_members

RECORDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 40)), max_size=200)


@given(RECORDS)
def test_exactly_the_committed_records_are_named(records: list[tuple[int, int, int]]) -> None:
    sender, epoch, seq = (np.array([record[i] for record in records], np.int64) for i in range(3))
    named = {
        (who, epoch, seq)
        for who, payload in encode_all(ranges_of(sender, epoch, seq), {})
        for epoch, ranges in decode(payload).ranges.items()
        for first, last in ranges
        for seq in range(first, last + 1)
    }
    assert named == set(records)


def test_runs_are_joined() -> None:
    ranges = ranges_of(np.zeros(5), np.full(5, 7), np.array([3, 1, 2, 9, 2]))
    assert (ranges.first.tolist(), ranges.last.tolist()) == ([1, 9], [3, 9])
    empty = ranges_of(np.array([]), np.array([]), np.array([]))
    assert list(encode_all(empty, {})) == []


def test_an_acknowledgement_survives() -> None:
    ack = CommitAck(
        {7: [(1, 50), (60, 61)]}, [Refused(0xCAFEBABE, RejectReason.BAD_CHECKSUM), Refused(1, "bad_json", 5)]
    )
    assert decode(encode(ack)) == ack
    assert ack.covers(7, 60)
    assert not ack.covers(7, 51)
    assert not ack.covers(8, 1)


def test_many_holes_and_refusals_are_split_into_bounded_messages() -> None:
    seq = np.arange(0, 2 * 500, 2)  # 500 runs of one
    ranges = ranges_of(np.full(500, 4), np.full(500, 1), seq)
    refused = [Refused(i, RejectReason.BAD_JSON) for i in range(120)]
    sent = list(encode_all(ranges, {4: refused, 9: refused[:1]}))
    assert [who for who, _ in sent] == [4, 4, 4, 9]
    acks = [decode(payload) for _, payload in sent]
    assert sum(len(ack.ranges.get(1, [])) for ack in acks) == 500
    assert all(len(ack.ranges.get(1, [])) <= MAX_RANGES and len(ack.refused) <= MAX_REFUSED for ack in acks)
    assert [one.crc32 for ack in acks[:3] for one in ack.refused] == list(range(120))
    assert max(len(payload) for _, payload in sent) < 8192


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b'{"v":1,"acks":[{"epoch":1,"ranges":[[1]]}]}', b'{"v":"1"}', b"\xff"]
)
def test_what_is_no_acknowledgement_is_refused(payload: bytes) -> None:
    with pytest.raises(ContractError):
        decode(payload)


def test_another_version_is_refused() -> None:
    with pytest.raises(ContractError, match="bad_version"):
        decode(b'{"v":2}')


def test_additions_are_passed_over() -> None:
    payload = b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2]],"x":1}],"refused":[],"server":"b"}'
    assert decode(payload).ranges == {1: [(1, 2)]}


COUNTER = st.sampled_from([0, 7, 2**32 - 1, 2**32, -1, 1.5, True, "7", None])
SPAN = st.one_of(st.lists(COUNTER, min_size=1, max_size=3), st.just([1, 5]), COUNTER)
RANGES = st.fixed_dictionaries({}, optional={"epoch": COUNTER, "ranges": st.none() | st.lists(SPAN, max_size=2)})
REASON = st.sampled_from(["bad_json", "later", "", "w" * 64, "w" * 65, 5, None])
REFUSED = st.fixed_dictionaries({}, optional={"crc32": COUNTER, "reason": REASON, "seq": COUNTER, "later": COUNTER})
SOUND = st.fixed_dictionaries({"epoch": st.integers(0, 9), "ranges": st.just([[1, 5]])})
DOCUMENT = st.fixed_dictionaries(
    {"v": st.just(1)},
    optional={
        "acks": st.none()
        | st.lists(st.one_of(RANGES, SOUND), max_size=2)
        | st.just([{"epoch": 1, "ranges": []}] * 201),
        "refused": st.none() | st.lists(REFUSED, max_size=2),
        "later": COUNTER,
    },
)


@given(DOCUMENT)
def test_the_quick_reader_reads_what_the_table_says(document: dict[str, Any]) -> None:
    payload = json.dumps(document).encode()
    try:
        read = read_members(read_document(payload)[0], ACK)
    except ContractError:
        with pytest.raises(ContractError):
            decode(payload)
        return
    ack = decode(payload)
    named: dict[int, list[tuple[int, int]]] = {}
    for part in read.get("acks", []):
        named.setdefault(part["epoch"], []).extend((first, last) for first, last in part["ranges"])
    assert ack.ranges == named
    assert ack.refused == [Refused(one["crc32"], one["reason"], one.get("seq")) for one in read.get("refused", [])]


def test_two_binary_messages_are_refused_by_different_names() -> None:
    payloads = [report_bin.encode(columns_of([Fix(7, seq, 1_767_225_600_000 + seq)])) for seq in (1, 2)]
    assert len({crc32(payload) for payload in payloads}) == 1, "bytes with their own CRC-32 behind them"
    names = [commit_ack.checksum_of(payload, "bin") for payload in payloads]
    assert names == [int.from_bytes(payload[-4:], "little") for payload in payloads]
    assert names[0] != names[1]
    assert commit_ack.checksum_of(payloads[0], "json") == crc32(payloads[0])
    assert commit_ack.checksum_of(b"MK", "bin") == 0
