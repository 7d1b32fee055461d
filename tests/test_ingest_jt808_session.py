"""One terminal's conversation, without sockets: what is answered, when, and what is passed on."""

from __future__ import annotations

import json
import random
from math import isnan
from zlib import crc32

import pytest
from jt808_platform import bureau, code_of, location, phone_of, terminals

from firmware_contracts import command, commit_ack, config
from firmware_contracts.decode import decode_report
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.jt808.clock import bcd_of
from firmware_contracts.jt808.framing import BadFrame, Framer
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import Location, pack_location, parse_location
from firmware_contracts.jt808.messages import (
    AlarmConfirm,
    Authentication,
    ControlAnswer,
    GeneralAnswer,
    Heartbeat,
    LocateQuery,
    LocationAnswer,
    LocationBatch,
    LocationReport,
    Logout,
    Message,
    ParameterAnswer,
    PlatformAnswer,
    QueryParameters,
    Registration,
    RegistrationAnswer,
    ResendPackages,
    SetParameters,
    Text,
    TimeAnswer,
    TimeQuery,
    Transparent,
    Unknown,
    VehicleControl,
    encode,
    parse,
)
from firmware_contracts.jt808.vendor import read_mapping
from ingest.jt808.bureau import MOST_ASSEMBLING, Moment, Publication
from ingest.jt808.enrolment import Enrolment
from ingest.jt808.introduction import MOST_REFUSALS
from ingest.jt808.session import MOST_NOISE_BYTES, Session
from ingest.jt808.unanswered import MOST_MESSAGES, MOST_WAITED_S, PUBLISH_AGAIN_S

NOW_MS = 1_780_000_000_000
AT = Moment(NOW_MS, 100.0, 1)
VERSIONS = (Version.V2011, Version.V2013, Version.V2019)


class Talk:
    """A session and the terminal at its other end."""

    def __init__(self, version: Version = Version.V2013, documents: int = 2, **members: object) -> None:
        self.bureau = bureau(terminals(documents, **members))
        self.session = Session(self.bureau, AT.clock_s)
        self.version = version
        self.serial = 0

    def say(self, message: Message, at: Moment = AT, serial: int | None = None, number: int = 0) -> list[Message]:
        """Say a message; return what is answered."""
        self.serial = self.serial + 1 & 0xFFFF if serial is None else serial
        self.session.receive(b"".join(encode(message, phone_of(number), self.serial, self.version)), at)
        return self.heard()

    def heard(self) -> list[Message]:
        frames = Framer().feed(b"".join(self.session.out.write))
        self.session.out.write.clear()
        return [parse(frame.header, frame.body) for frame in frames if not isinstance(frame, BadFrame)]

    def published(self) -> list[Publication]:
        taken, self.session.out.publish = self.session.out.publish, []
        return taken

    def commit(self, *seqs: int) -> list[Message]:
        """Say that records are in the database; return what is answered."""
        self.session.acknowledged(commit_ack.encode(commit_ack.CommitAck({0: [(seq, seq) for seq in seqs]})))
        return self.heard()

    def welcomed(self) -> Talk:
        assert self.say(Authentication(code_of(0)))[0].result == 0
        assert self.published()[0].payload.startswith(b'{"v":1,"state":"online"')
        return self


def body_of(number: int, **members: object) -> bytes:
    return pack_location(location(number, NOW_MS - number * 1000, **members))


def report(number: int, **members: object) -> LocationReport:
    return LocationReport(parse_location(body_of(number, **members)))


def fixes_of(publication: Publication) -> list[tuple[int, int]]:
    decoded = decode_report(publication.topic, publication.payload, NOW_MS)
    assert not decoded.rejected
    return [(fix.epoch, fix.seq) for fix in rows_of(decoded.fixes)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_terminal_registers_authenticates_and_is_answered(version: Version) -> None:
    talk = Talk(version)
    answer = talk.say(Registration(32, 412, "MUCK", "M1", "T1", 1, "苏D12345", version))
    assert answer == [RegistrationAnswer(1, 0, code_of(0))]
    assert talk.session.out.welcome is None
    assert talk.say(Authentication(answer[0].code, "1" * 15, "1.0")) == [PlatformAnswer(2, 0x0102, 0)]
    assert talk.session.enrolled is not None
    assert talk.session.enrolled.device == "B000"
    assert talk.say(Heartbeat()) == [PlatformAnswer(3, 0x0002, 0)]
    assert talk.say(TimeQuery()) == [TimeAnswer(NOW_MS)]
    assert talk.say(Logout()) == [PlatformAnswer(5, 0x0003, 0)]
    assert talk.session.out.close == "logout"


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_who_is_not_in_service_is_refused(status: str) -> None:
    talk = Talk(status=status)
    assert talk.say(Registration(32, 412, "MUCK", "M1", "T1", 1, "", Version.V2013)) == [RegistrationAnswer(1, 4, "")]
    assert talk.say(Authentication(code_of(0))) == [PlatformAnswer(2, 0x0102, 1)]
    stranger = Talk()
    assert stranger.say(Authentication(code_of(0)), number=77) == [PlatformAnswer(1, 0x0102, 1)]


def test_a_terminal_may_be_held_to_the_id_of_its_maker() -> None:
    talk = Talk(maker_id="T1")
    assert talk.say(Registration(32, 412, "MUCK", "M1", "T2", 1, "", Version.V2013)) == [RegistrationAnswer(1, 4, "")]
    assert talk.say(Registration(32, 412, "MUCK", "M1", "T1", 1, "", Version.V2013))[0].result == 0


def test_a_code_is_worth_nothing_to_another_terminal_and_guessing_ends() -> None:
    talk = Talk()
    for _ in range(MOST_REFUSALS - 1):
        assert talk.say(Authentication(code_of(0)), number=1)[0].result == 1
        assert not talk.session.out.close
    talk.say(Authentication("码"), number=1)
    assert talk.session.out.close == "authentication_failed"


def test_before_authentication_nothing_is_taken() -> None:
    talk = Talk()
    for number in range(MOST_REFUSALS):
        assert talk.say(report(number))[0].result == 1
    assert talk.session.out.close == "unauthenticated"
    assert not talk.published()
    assert talk.bureau.waiting == 0


def test_a_location_is_answered_when_it_is_committed_and_not_before() -> None:
    talk = Talk().welcomed()
    assert talk.say(report(1), serial=7) == []
    (published,) = talk.published()
    assert published.topic == b"muck/v1/320412/truck/B000/up/report/bin"
    assert fixes_of(published) == [(0, crc32(body_of(1)))]
    assert talk.commit(crc32(b"another")) == []
    assert talk.commit(crc32(body_of(1))) == [PlatformAnswer(7, 0x0200, 0)]
    assert talk.commit(crc32(body_of(1))) == []
    assert talk.bureau.waiting == 0


def test_a_batch_is_answered_when_all_of_it_is_committed_or_refused() -> None:
    talk = Talk().welcomed()
    bodies = (body_of(1), b"\x00" * 11, body_of(2), body_of(3, lat_deg=119.9, lon_deg=31.7))
    assert talk.say(LocationBatch((1, bodies)), serial=9) == []
    published = talk.published()
    fine = [p for p in published if p.topic.endswith(b"bin")]
    assert [seq for p in fine for _, seq in fixes_of(p)] == [crc32(bodies[0]), crc32(bodies[2])]
    refused = [decode_report(p.topic, p.payload, NOW_MS).rejected for p in published if p not in fine]
    assert {(one.epoch, one.seq) for (one,) in refused} == {(0, crc32(bodies[1])), (0, crc32(bodies[3]))}
    assert any("swapped" in json.loads(one.record)["time_ms"] for (one,) in refused)
    assert bodies[3].hex() in published[1].payload.decode() + published[0].payload.decode()
    for body in bodies[:3]:
        assert talk.commit(crc32(body)) == []
    assert talk.commit(crc32(bodies[3])) == [PlatformAnswer(9, 0x0704, 0)]


def test_an_adjacent_pair_is_named_by_one_range() -> None:
    talk = Talk().welcomed()
    talk.say(report(1), serial=1)
    seq = crc32(body_of(1))
    ack = commit_ack.CommitAck({0: [(max(seq - 5, 0), min(seq + 2**31, 2**32 - 1))], 3: [(0, 2**32 - 1)]})
    talk.session.acknowledged(commit_ack.encode(ack))
    assert talk.heard() == [PlatformAnswer(1, 0x0200, 0)]


def test_a_record_sent_again_is_published_once_and_both_are_answered() -> None:
    talk = Talk().welcomed()
    talk.say(report(1), serial=1)
    talk.say(report(1), serial=1)
    talk.say(LocationBatch((1, (body_of(1), body_of(2)))), serial=2)
    assert [seq for p in talk.published() for _, seq in fixes_of(p)] == [crc32(body_of(1)), crc32(body_of(2))]
    later = AT._replace(clock_s=AT.clock_s + PUBLISH_AGAIN_S)
    talk.say(report(1), later, serial=3)
    assert len(talk.published()) == 1
    talk.say(report(1), AT._replace(connection=2), serial=4)
    assert len(talk.published()) == 1, "what was published on another connection may be lost"
    answers = talk.commit(crc32(body_of(1)))
    assert sorted(answer.serial for answer in answers) == [1, 3, 4]
    assert talk.commit(crc32(body_of(2))) == [PlatformAnswer(2, 0x0704, 0)]


def test_nothing_is_answered_nor_kept_while_the_broker_is_away() -> None:
    talk = Talk().welcomed()
    away = AT._replace(connection=0)
    for number in range(500):
        assert talk.say(report(number), away) == []
    assert not talk.published()
    assert talk.bureau.waiting == 0
    assert talk.say(Heartbeat(), away) != []


def test_what_waits_is_bounded() -> None:
    talk = Talk().welcomed()
    for number in range(MOST_MESSAGES * 3):
        talk.say(report(number))
    assert talk.bureau.waiting == MOST_MESSAGES
    talk.bureau.most_waiting = MOST_MESSAGES + 1
    talk.published()
    talk.say(LocationBatch((0, (body_of(500), body_of(501)))))
    assert not talk.published()
    assert talk.bureau.counts["not_taken"] == 2
    talk.session.end(AT)
    assert talk.bureau.waiting == 0


def test_serials_go_round_on_both_sides() -> None:
    talk = Talk().welcomed()
    for number in (65_534, 65_535, 0, 1):
        talk.say(report(number), serial=number)
    assert [talk.commit(crc32(body_of(number)))[0].serial for number in (65_534, 65_535, 0, 1)] == [
        65_534,
        65_535,
        0,
        1,
    ]
    talk.session.voice.serial = 65_534
    for _ in range(4):
        talk.session.voice.say(LocateQuery())
    frames = [frame for frame in Framer().feed(b"".join(talk.session.out.write)) if not isinstance(frame, BadFrame)]
    assert [frame.header.serial for frame in frames] == [65_534, 65_535, 0, 1]


@pytest.mark.parametrize("version", [Version.V2013, Version.V2019])
def test_packages_are_put_together_and_each_is_answered(version: Version) -> None:
    talk = Talk(version).welcomed()
    bodies = tuple(body_of(number) for number in range(90))
    frames = encode(LocationBatch((1, bodies)), phone_of(0), 65_535, version)
    assert len(frames) == 3
    order = [2, 0, 1, 1]
    for n in order:
        talk.session.receive(frames[n], AT)
    assert [seq for p in talk.published() for _, seq in fixes_of(p)] == [crc32(body) for body in bodies]
    answers = talk.commit(*(crc32(body) for body in bodies))
    assert answers == [PlatformAnswer(serial, 0x0704, 0) for serial in (65_535, 0, 1)]


def test_missing_packages_are_asked_for_and_given_up() -> None:
    talk = Talk().welcomed()
    frames = encode(LocationBatch((1, tuple(body_of(n) for n in range(90)))), phone_of(0), 10, Version.V2013)
    talk.session.receive(frames[1], AT)
    assert talk.bureau.assembling == 1
    asked = []
    for second in range(0, 120, 5):
        talk.session.tick(AT._replace(time_ms=NOW_MS + second * 1000))
        asked += talk.heard()
    assert set(asked) == {ResendPackages(10, (1, 3))}
    assert 1 <= len(asked) <= 3
    assert talk.bureau.assembling == 0


def test_oversized_and_endless_packages_take_no_memory() -> None:
    talk = Talk().welcomed()
    frame = encode(LocationBatch((1, tuple(body_of(n) for n in range(90)))), phone_of(0), 10, Version.V2013)[0]
    header_of_total = frame[13:17]
    assert header_of_total == b"\x00\x03\x00\x01"
    plain = bytearray(frame[1:-2])
    plain[12:16] = b"\xff\xff\x00\x01"
    checksum = 0
    for byte in plain:
        checksum ^= byte
    escaped = (bytes(plain) + bytes([checksum])).replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")
    talk.session.receive(b"\x7e" + escaped + b"\x7e", AT)
    assert talk.heard() == [PlatformAnswer(10, 0x0704, 2)]
    assert talk.bureau.assembling == 0


def test_alarms_that_an_answer_clears_are_confirmed_once_committed() -> None:
    talk = Talk().welcomed()
    talk.say(report(1, alarm=1 | 1 << 1), serial=5)
    assert talk.commit(crc32(body_of(1, alarm=1 | 1 << 1))) == [PlatformAnswer(5, 0x0200, 0), AlarmConfirm(5, 1)]


def test_transparent_data_that_no_mapping_knows_is_an_event_of_its_own() -> None:
    talk = Talk().welcomed()
    assert talk.say(Transparent(0xF7, b"\x01\x02"), serial=3) == []
    (published,) = talk.published()
    decoded = decode_report(published.topic, published.payload, NOW_MS)
    (event,) = decoded.device_events
    assert (event.type, event.epoch, event.seq, event.time_ms) == ("transparent", 0, crc32(b"\xf7\x01\x02"), NOW_MS)
    assert event.body["data"] == "AQI="
    later = AT._replace(time_ms=NOW_MS + 60_000, connection=2)
    talk.say(Transparent(0xF7, b"\x01\x02"), later, serial=3)
    assert talk.published() == [published], "sent again it is the same event"
    assert talk.commit(event.seq) == [PlatformAnswer(3, 0x0900, 0)]


NO_DATA = b""


def lift(seconds: int, tenths_deg: int) -> Transparent:
    """Return what `angle` terminals say of the lift, with its time."""
    time = bcd_of(NOW_MS + seconds * 1000)
    return Transparent(0xF1, time + tenths_deg.to_bytes(2, "little", signed=True) + b"\0")


def seq_of(body: bytes, *beside: Transparent) -> int:
    return crc32(body + b"".join(bytes([one.kind]) + one.data for one in beside))


def rows(talk: Talk) -> list[Fix]:
    decoded = [decode_report(p.topic, p.payload, NOW_MS) for p in talk.published()]
    assert not any(one.rejected for one in decoded)
    return [fix for one in decoded for fix in rows_of(one.fixes)]


def test_readings_are_answered_with_the_first_position_that_carries_them() -> None:
    talk = Talk(vendor="angle").welcomed()
    assert talk.say(lift(0, 300), serial=1) == []
    assert talk.published() == []
    talk.say(report(1), serial=2)
    talk.say(report(0), serial=3)
    first, second = rows(talk)
    assert (first.seq, second.seq) == (seq_of(body_of(1), lift(0, 300)), seq_of(body_of(0), lift(0, 300)))
    assert (first.lift_deg, second.lift_deg) == (pytest.approx(30.0), pytest.approx(30.0))
    assert talk.commit(crc32(body_of(1)), crc32(body_of(0))) == [], "the bare positions are other records"
    assert talk.commit(second.seq) == [PlatformAnswer(3, 0x0200, 0)]
    answers = talk.commit(first.seq)
    assert sorted((answer.message_id, answer.serial) for answer in answers) == [(0x0200, 2), (0x0900, 1)]
    assert talk.bureau.waiting == 0


def test_a_position_sent_again_carries_the_same_and_in_a_batch_nothing() -> None:
    talk = Talk(vendor="angle").welcomed()
    talk.say(lift(0, 300), serial=1)
    talk.say(report(1), serial=2)
    talk.say(lift(5, 310), serial=3)
    (first,) = rows(talk)
    talk.say(report(1), AT._replace(clock_s=AT.clock_s + PUBLISH_AGAIN_S), serial=2)
    assert [(row.seq, row.lift_deg) for row in rows(talk)] == [(first.seq, first.lift_deg)]
    talk.say(LocationBatch((1, (body_of(1),))), serial=4)
    (bare,) = rows(talk)
    assert (bare.seq, isnan(bare.lift_deg)) == (crc32(body_of(1)), True)
    assert {answer.serial for answer in talk.commit(first.seq)} == {1, 2}
    assert talk.commit(bare.seq) == [PlatformAnswer(4, 0x0704, 0)]


def test_readings_that_newer_ones_replace_go_up_by_themselves() -> None:
    talk = Talk(vendor="angle").welcomed()
    for serial, one in enumerate((lift(0, 300), lift(0, 300), lift(1, 310)), 1):
        assert talk.say(one, serial=serial) == []
    (alone,) = rows(talk)
    assert (alone.seq, alone.fix_time_ms, alone.lift_deg) == (seq_of(NO_DATA, lift(0, 300)), NOW_MS, pytest.approx(30))
    assert isnan(alone.lat_deg)
    assert {answer.serial for answer in talk.commit(alone.seq)} == {1, 2}, "sent again while it was held"
    talk.say(report(1), serial=4)
    (carrier,) = rows(talk)
    assert carrier.lift_deg == pytest.approx(31)
    assert {answer.serial for answer in talk.commit(carrier.seq)} == {3, 4}


def test_older_readings_sent_again_do_not_replace_newer_ones() -> None:
    talk = Talk(vendor="angle").welcomed()
    talk.say(lift(1, 310), serial=1)
    talk.say(lift(0, 300), serial=2)
    talk.say(report(1), serial=3)
    alone, carrier = rows(talk)
    assert (alone.lift_deg, carrier.lift_deg) == (pytest.approx(30), pytest.approx(31))
    assert {answer.serial for answer in talk.commit(alone.seq, carrier.seq)} == {1, 2, 3}


def test_readings_without_a_position_go_up_by_themselves_when_they_are_too_old_for_one() -> None:
    talk = Talk(vendor="angle").welcomed()
    talk.say(lift(0, 300), serial=1)
    for second in range(31):
        talk.session.tick(AT._replace(clock_s=AT.clock_s + second))
    assert talk.published() == []
    talk.session.tick(AT._replace(clock_s=AT.clock_s + 31, connection=0))
    talk.bureau.most_waiting = 0
    talk.session.tick(AT._replace(clock_s=AT.clock_s + 31))
    assert talk.published() == [], "nobody would take them"
    talk.bureau.most_waiting = 10
    talk.session.tick(AT._replace(clock_s=AT.clock_s + 32))
    talk.session.tick(AT._replace(clock_s=AT.clock_s + 33))
    (alone,) = rows(talk)
    assert talk.heard() == []
    assert talk.commit(alone.seq) == [PlatformAnswer(1, 0x0900, 0)]
    talk.say(report(200), serial=2)
    (far,) = rows(talk)
    assert (far.seq, isnan(far.lift_deg)) == (crc32(body_of(200)), True)


def test_readings_at_the_end_of_a_session_go_up_and_are_not_answered() -> None:
    talk = Talk(vendor="angle").welcomed()
    talk.say(lift(0, 300), serial=1)
    talk.session.end(AT)
    (alone,) = rows(talk)
    assert alone.seq == seq_of(NO_DATA, lift(0, 300))
    assert (talk.heard(), talk.bureau.waiting) == ([], 0)


def test_readings_that_tell_no_time_have_that_of_the_last_position() -> None:
    text = 'name = "x"\n[readings.lift_deg]\nfrom = "transparent"\nid = 0xF1\n[transparent]\nhold_s = 5\n'
    talk = Talk()
    talk.bureau.enrolment = Enrolment.of(terminals(1), {"default": read_mapping(text)})
    talk.welcomed()
    talk.say(Transparent(0xF1, b"\x01"))
    talk.say(report(2))
    talk.say(Transparent(0xF1, b"\x02"))
    talk.say(Transparent(0xF1, b"\x03"), AT._replace(time_ms=NOW_MS + 4000))  # later is newer, whatever the time
    (carrier, alone) = rows(talk)
    assert (carrier.lift_deg, carrier.fix_time_ms) == (1.0, NOW_MS - 2000)
    assert (alone.lift_deg, alone.fix_time_ms) == (2.0, NOW_MS - 2000)
    talk.session.end(AT)
    assert [row.fix_time_ms for row in rows(talk)] == [NOW_MS + 4000], "the last position was too long ago"


def test_readings_too_long_to_name_positions_go_up_by_themselves_and_broken_ones_are_kept() -> None:
    talk = Talk(vendor="angle").welcomed()
    long = Transparent(0xF1, lift(0, 300).data + bytes(1100))
    assert talk.say(long, serial=1) == []
    (alone,) = rows(talk)
    assert {answer.serial for answer in talk.commit(alone.seq)} == {1, 2}, "it came in two packages"
    talk.say(Transparent(0xF1, b"\xff"), serial=3)
    (published,) = talk.published()
    (refused,) = decode_report(published.topic, published.payload, NOW_MS).rejected
    assert talk.commit(refused.seq or 0) == [PlatformAnswer(3, 0x0900, 0)]


def test_the_position_in_the_answer_to_a_control_waits_for_its_commit() -> None:
    talk = Talk().welcomed()
    assert talk.say(ControlAnswer(9, parse_location(body_of(1))), serial=5) == []
    assert [row.seq for row in rows(talk)] == [crc32(body_of(1))]
    assert talk.commit(crc32(body_of(1))) == [PlatformAnswer(5, 0x0500, 0)]
    for serial, message_id in ((6, 0x0500), (7, 0x0201)):
        assert talk.say(Unknown(message_id, b"\x00\x01broken"), serial=serial) == []
        (published,) = talk.published()
        (refused,) = decode_report(published.topic, published.payload, NOW_MS).rejected
        assert talk.commit(refused.seq or 0) == [PlatformAnswer(serial, message_id, 0)]


@pytest.mark.parametrize("seed", range(3))
def test_batches_of_two_hundred_all_come_through_whatever_is_lost(seed: int) -> None:
    """Thirty batches in flight are more than may wait, messages are lost, the broker comes and goes."""
    rng, talk = random.Random(seed), Talk().welcomed()
    batches = [tuple(body_of(number * 200 + n) for n in range(200)) for number in range(30)]
    waiting = {number: [crc32(body) for body in bodies] for number, bodies in enumerate(batches)}
    asked: dict[int, int] = {}
    kept: set[int] = set()
    talk.bureau.most_waiting = 5000
    for attempt in range(40):
        at = AT._replace(clock_s=AT.clock_s + 15.0 * attempt, connection=rng.choice((0, 1, 2)))
        talk.session.tick(at)
        for number in list(waiting):
            asked[serial := 250 * attempt + 8 * number] = number
            assert talk.say(LocationBatch((1, batches[number])), at, serial=serial) == []
        for publication in talk.published():
            if rng.random() < 0.8:
                seqs = {seq for _, seq in fixes_of(publication)}
                kept |= seqs
                for answer in talk.commit(*seqs):
                    number = asked.get(answer.serial, -1)
                    assert kept.issuperset(waiting.pop(number, ())), "answered before all of it was kept"
        assert talk.bureau.waiting <= 5000
        if not waiting:
            return
    raise AssertionError(f"expected every batch answered, {sorted(waiting)} are not")


def test_a_full_bridge_takes_again_what_waits_and_forgets_what_nobody_asks_for() -> None:
    talk = Talk().welcomed()
    talk.bureau.most_waiting = 2
    talk.say(LocationBatch((1, (body_of(1), body_of(2)))), serial=1)
    assert len(rows(talk)) == 2
    again = AT._replace(clock_s=AT.clock_s + 15, connection=2)
    talk.say(report(3), again, serial=2)
    assert rows(talk) == []
    talk.say(LocationBatch((1, (body_of(1), body_of(2)))), again, serial=3)
    assert len(rows(talk)) == 2, "what was lost with the broker must go up again, or the bridge stays full for good"
    talk.session.tick(again._replace(clock_s=again.clock_s + MOST_WAITED_S))
    assert talk.bureau.waiting == 0
    talk.say(report(3), again._replace(clock_s=again.clock_s + MOST_WAITED_S), serial=4)
    assert len(rows(talk)) == 1


def test_packages_wait_for_room_that_others_take_and_an_open_message_keeps_its_own() -> None:
    talk = Talk().welcomed()
    frames = encode(LocationBatch((1, tuple(body_of(n) for n in range(90)))), phone_of(0), 10, Version.V2013)
    talk.bureau.assembling = MOST_ASSEMBLING
    talk.session.receive(frames[0], AT)
    assert (talk.heard(), talk.bureau.counts["no_room_for_packages"]) == ([], 1)
    talk.bureau.assembling = MOST_ASSEMBLING - 1
    for frame in frames:
        talk.session.receive(frame, AT)
    assert len(rows(talk)) == 90
    assert talk.bureau.assembling == MOST_ASSEMBLING - 1


def test_what_is_not_supported_is_said() -> None:
    talk = Talk().welcomed()
    for message_id in (0x0801, 0x0702, 0x0E10):
        assert talk.say(Unknown(message_id, b"\x00" * 40)) == [PlatformAnswer(talk.serial, message_id, 3)]
    assert talk.bureau.counts["unsupported_0801"] == 1


def test_another_phone_on_the_same_connection_is_not_heard() -> None:
    talk = Talk().welcomed()
    assert talk.say(report(1), number=1) == []
    assert not talk.published()
    for _ in range(MOST_REFUSALS):
        talk.say(report(1), number=1)
    assert talk.session.out.close == "other_phone"


def order(kind: str, **body: object) -> bytes:
    return command.encode(command.Command("c-1", NOW_MS + 60_000, kind, body))


def replies(talk: Talk) -> list[tuple[str, str]]:
    decoded = [decode_report(p.topic, p.payload, NOW_MS) for p in talk.published()]
    return [(reply.status, reply.result) for one in decoded for reply in one.replies]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (order("text", text="前方限行", speak=True), Text(0b1100, "前方限行")),
        (order("text", text="慢"), Text(0b0100, "慢")),
        (order("speed_limit", limit_mps=12.5), SetParameters(((0x55, b"\0\0\0\x2d"), (0x56, b"\0\0\0\x0a")))),
        (order("locate"), LocateQuery()),
    ],
)
def test_a_command_is_said_and_its_answer_passed_on(payload: bytes, said: Message) -> None:
    talk = Talk().welcomed()
    talk.session.commanded(payload, AT)
    (message,) = talk.heard()
    assert message == said
    assert replies(talk) == [("delivered", "")]
    talk.session.commanded(payload, AT)
    assert talk.heard() == [], "a repeated delivery is not carried out again"
    assert replies(talk) == [("delivered", "")]
    serial = talk.session.voice.serial - 1 & 0xFFFF
    if isinstance(said, LocateQuery):
        talk.say(LocationAnswer(serial, parse_location(body_of(3))))
        last = ("accepted", "accepted")
    else:
        talk.say(GeneralAnswer(serial, 0x8300 if isinstance(said, Text) else 0x8103, 0))
        last = ("accepted", "accepted")
    assert replies(talk) == [last]
    talk.session.commanded(payload, AT._replace(time_ms=NOW_MS + 59_000))
    assert talk.heard() == []
    assert replies(talk) == [last]


def test_what_the_terminal_cannot_do_is_refused_with_the_reason() -> None:
    talk = Talk().welcomed()
    talk.session.commanded(order("text", text="慢"), AT)
    talk.heard()
    talk.published()
    talk.say(GeneralAnswer(talk.session.voice.serial - 1, 0x8300, 3))
    assert replies(talk) == [("refused", "not supported")]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (order("lock", target="lift", locked=True), "vendor default has no word for locking the lift"),
        (command.encode(command.Command("c-2", NOW_MS - 1, "locate")), "expired"),
    ],
)
def test_what_cannot_be_said_is_refused(payload: bytes, reason: str) -> None:
    talk = Talk().welcomed()
    talk.session.commanded(payload, AT)
    ((status, result),) = replies(talk)
    assert (status, reason in result) == ("refused", True)
    assert talk.heard() == []


def test_the_parameters_are_asked_for_and_told() -> None:
    talk = Talk().welcomed()
    head = {"v": 1, "id": "c-3", "expires_ms": NOW_MS + 1, "kind": "query"}  # the platform has no such command yet
    talk.session.commanded(json.dumps(head).encode(), AT)
    assert talk.heard() == [QueryParameters()]
    talk.say(ParameterAnswer(talk.session.voice.serial - 1, ((0x0029, b"\0\0\0\x0a"), (0x0013, b"host"))))
    assert replies(talk) == [("delivered", ""), ("accepted", "0029=0000000a, 0013=686f7374")]


@pytest.mark.parametrize(
    ("version", "said"),
    [(Version.V2013, VehicleControl(flags=3)), (Version.V2019, VehicleControl(controls=((0xF001, 3),)))],
)
def test_a_lock_is_said_in_the_vendors_words(version: Version, said: VehicleControl) -> None:
    text = 'name = "default"\n[controls.lift]\ntype = 0xF001\nlock = 3\nunlock = 4\n'
    talk = Talk(version)
    talk.bureau.enrolment = Enrolment.of(terminals(1), {"default": read_mapping(text)})
    talk.welcomed()
    talk.session.commanded(order("lock", target="lift", locked=True), AT)
    assert talk.heard() == [said]
    talk.say(GeneralAnswer(talk.session.voice.serial - 1, 0x8500, 0))
    assert replies(talk) == [("delivered", ""), ("accepted", "accepted")]
    talk.session.commanded(
        command.encode(command.Command("c-7", NOW_MS, "lock", {"target": "engine", "locked": False})), AT
    )
    assert replies(talk)[0][0] == "refused"


def test_settings_become_parameters_and_the_rest_is_named() -> None:
    talk = Talk().welcomed()
    body = {"report": {"moving_s": 10, "standing_s": 60, "corner_deg": 15}, "thresholds": {"lift_deg": 10.0}}
    talk.session.configured(config.encode(config.Config("g-1", NOW_MS + 1, body)), AT)
    (message,) = talk.heard()
    assert {number: int.from_bytes(raw) for number, raw in message.parameters} == {
        0x20: 0,
        0x29: 10,
        0x27: 60,
        0x30: 15,
    }
    assert "thresholds.lift_deg" in replies(talk)[0][1]
    talk.say(GeneralAnswer(talk.session.voice.serial - 1, 0x8103, 0))
    ((status, result),) = replies(talk)
    assert (status, "lift_deg" in result) == ("accepted", True)


@pytest.mark.parametrize("seed", range(5))
def test_frames_survive_any_cut_and_garbage_between(seed: int) -> None:
    rng = random.Random(seed)
    talk = Talk().welcomed()
    stream = b""
    for number in range(20):
        stream += encode(report(number), phone_of(0), number)[0]
        stream += bytes(rng.choice(b"\x00\x7d\x01\xff\x20") for _ in range(rng.randrange(12)))
        bad = bytearray(encode(report(100 + number), phone_of(0), number)[0])
        bad[30] ^= 1
        stream += bytes(bad)
    at = 0
    while at < len(stream):
        step = rng.choice((1, 2, 3, 50, 400))
        talk.session.receive(stream[at : at + step], AT)
        at += step
    assert [seq for p in talk.published() for _, seq in fixes_of(p)] == [crc32(body_of(n)) for n in range(20)]
    assert sum(count for name, count in talk.bureau.counts.items() if name.startswith("bad_frame")) >= 20
    assert talk.bureau.counts[f"bad_frame_{RejectReason.BAD_CHECKSUM}"] >= 15


def test_noise_ends_the_connection_before_it_costs_anything() -> None:
    talk = Talk().welcomed()
    rng = random.Random(1)
    sent = 0
    while not talk.session.out.close:
        talk.session.receive(rng.randbytes(4096), AT)
        sent += 4096
    assert sent <= MOST_NOISE_BYTES + 8192
    assert talk.session.out.close == "noise"


def test_a_value_that_the_binary_layout_cannot_hold_goes_as_json() -> None:
    talk = Talk(vendor="egs").welcomed()
    heavy = Location(0, 3, 31.7, 119.9, 0, 1.0, 2.0, NOW_MS, ((0x55, (70_000_000).to_bytes(4, "big")),))
    talk.say(LocationReport(parse_location(pack_location(heavy))))
    (published,) = talk.published()
    assert published.topic.endswith(b"report/json")
    assert b"7000000" in published.payload
