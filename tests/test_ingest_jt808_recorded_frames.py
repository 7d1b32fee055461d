"""Every recorded frame of four other projects through a session: each one answered, kept or counted, none fatal."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from jt808_platform import bureau, terminals

from firmware_contracts import commit_ack
from firmware_contracts.decode import decode_report
from firmware_contracts.fix import rows_of
from firmware_contracts.jt808.framing import BadFrame, Framer
from firmware_contracts.jt808.messages import PlatformAnswer, parse
from firmware_contracts.time_window import TimeWindow
from ingest.jt808.bureau import Moment, Publication
from ingest.jt808.records import TRANSPARENT
from ingest.jt808.session import LOCATION, LOCATION_BATCH, Session

pytestmark = pytest.mark.real_data

NOW_MS = 1_780_000_000_000
AT = Moment(NOW_MS, 1.0, 1)
EVER = TimeWindow(past_ms=2**52, future_ms=2**52)
WAITING = {LOCATION, LOCATION_BATCH, TRANSPARENT}


def welcomed(phone: str) -> Session:
    """Return a session of a terminal of that phone that has authenticated."""
    shared = bureau([terminals(1)[0] | {"phone": phone}])
    session = Session(shared, 0.0)
    session.voice.phone = phone
    session.welcome(shared.enrolment.by_phone[phone], AT)
    session.out.publish.clear()
    return session


def said(session: Session) -> list[object]:
    frames = Framer().feed(b"".join(session.out.write))
    session.out.write.clear()
    return [parse(frame.header, frame.body) for frame in frames if not isinstance(frame, BadFrame)]


def stored(session: Session) -> tuple[int, int]:
    """Do what ingest does with everything published: keep or refuse, and acknowledge; return how many of each."""
    fine = refused = 0
    published: list[Publication] = session.out.publish
    ack = commit_ack.CommitAck({0: []})
    for one in published:
        decoded = decode_report(one.topic, one.payload, NOW_MS, EVER)
        kept = [fix.seq for fix in rows_of(decoded.fixes)] + [event.seq for event in decoded.device_events]
        assert all(bad.epoch == 0 and bad.seq is not None for bad in decoded.rejected), decoded.rejected
        ack.ranges[0] += [(seq, seq) for seq in [*kept, *(bad.seq or 0 for bad in decoded.rejected)]]
        fine, refused = fine + len(kept), refused + len(decoded.rejected)
    published.clear()
    session.acknowledged(commit_ack.encode(replace(ack)))
    return fine, refused


def test_every_recorded_frame_ends_somewhere(test_data: Path) -> None:
    lines = [json.loads(line) for line in (test_data / "jt808_frames" / "frames.jsonl").read_text().splitlines()]
    endings: Counter[str] = Counter()
    for line in lines:
        raw = bytes.fromhex(line["hex"]) if len(line["hex"]) % 2 == 0 else bytes.fromhex(line["hex"][:-1])
        frames = Framer().feed(raw)
        sound = [frame for frame in frames if not isinstance(frame, BadFrame)]
        session = welcomed(sound[0].header.phone if sound else "1")
        session.receive(raw, AT)
        fine, refused = stored(session)
        answers = said(session)
        endings["fine"] += fine
        endings["refused"] += refused
        endings["swapped"] += session._bureau.counts["unreadable_out_of_range"]
        endings["bad"] += sum(count for name, count in session._bureau.counts.items() if name.startswith("bad_frame"))
        for frame in sound:
            header = frame.header
            if header.message_id in WAITING and header.package is None and not header.encryption:
                assert fine + refused > 0, line["id"]
                assert PlatformAnswer(header.serial, header.message_id, 0) in answers, line["id"]
    assert endings["fine"] >= 50
    assert endings["swapped"] >= 10
    assert endings["bad"] >= 10


def test_stream_cases_are_cut_as_recorded(test_data: Path) -> None:
    for case in json.loads((test_data / "jt808_frames" / "stream_cases.json").read_text()):
        stream = bytes.fromhex(case["stream_hex"][: len(case["stream_hex"]) // 2 * 2])
        for step in (1, 7, len(stream)):
            session = Session(bureau(terminals(1)), 0.0)
            for at in range(0, len(stream), step):
                session.receive(stream[at : at + step], AT)
            heard = sum(session._bureau.counts.values())
            assert heard >= len(case["frames"]), (case["name"], session._bureau.counts)
