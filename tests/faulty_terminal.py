"""The reference terminal, and the same with one fault each: what terminal makers get wrong.

A row says how the terminal differs and which check must find it. Faults of what is written or counted show in
a recording, which `recorded` makes on a simulated clock; faults of answering need a platform that drives the terminal,
which `living` runs on a real broker.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from math import cos, nan, pi, radians, sin
from operator import xor
from struct import pack, unpack_from
from typing import Any
from zlib import adler32, crc32

import msgspec
import numpy as np

from firmware_contracts import commit_ack, device_state, reply
from firmware_contracts.columns import Fault as Broken
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix
from firmware_contracts.nmea_sentence import MPS_PER_KNOT
from firmware_contracts.topics import DownTopic, Topic
from firmware_contracts.transport import BrokerAddress
from simulators.cab import Cab
from simulators.conform.bench import acks_of
from simulators.conform.observed import Message, read_message
from simulators.connection import end
from simulators.link import Link
from simulators.payloads import event_encoder, report_encoder
from simulators.reception import Reception
from simulators.scenario import LinkPlan
from simulators.simulation import Station
from simulators.terminal import Encode, Outgoing, Terminal, TerminalLimits
from simulators.wire import Wire

REGION = "320412"
EPOCH = 1_700_000_000
SPEED_MPS = 16.0
LIVE_LIMITS = TerminalLimits(batch=5, flush_s=0.2, window=4, retry_s=0.8, retry_max_s=4.0)
LIVE_STEP_S, LIVE_INTERVAL_S, LIVE_TURN_DEG_S = 0.05, 0.1, 40.0


@dataclass(frozen=True)
class Fault:
    """One way in which a terminal is wrong.

    Attributes:
        found_by: The check that must find it.
        encoding: Of its reports.
        kind: truck, washer or gate.
        record: Alters what is recorded; its second argument counts from 1; None records nothing.
        payload: Alters what is written.
        encode: Wraps the encoder.
        topic: Alters topics.
        terminal: Its store-and-forward part.
        limits: Of its hardware.
        epoch: Its first epoch.
        link: Its connection.
        cab: Its downlink.
        state: Its word about itself.
        steps: The driving that shows it, empty where a recording does.
        through_proxy: It connects through the proxy.
        keeps_position: Without an antenna it repeats its last position.
        is_volatile: A pulled battery empties its flash.
        minutes: How long a recording has to be.
        backoff_s: Longest first and longest pause before it connects again.
    """

    found_by: str
    encoding: str = "json"
    kind: str = "truck"
    record: Callable[[Any, int], Any] = lambda body, _: body
    payload: Callable[[bytes], bytes] = lambda payload: payload
    encode: Callable[[Encode], Encode] = lambda encode: encode
    topic: Callable[[str, int], str] = lambda topic, _: topic
    terminal: type[Terminal] = Terminal
    limits: TerminalLimits | None = None
    epoch: int = EPOCH
    link: type[Link] = Link
    cab: type[Cab] = Cab
    state: Callable[[], bytes] = lambda: device_state.encode("online", epoch=EPOCH)
    steps: tuple[str, ...] = ()
    through_proxy: bool = False
    keeps_position: bool = False
    is_volatile: bool = False
    minutes: float = 3.0
    backoff_s: tuple[float, float] = (0.1, 0.3)


HEALTHY = Fault("")


def truck_fix(at_s: float, time_ms: int, turn_deg_s: float) -> Fix:
    """Return where a truck is that drives in a circle, clockwise, and unloads every ten minutes."""
    course = turn_deg_s * at_s % 360.0
    radius_m = SPEED_MPS / radians(turn_deg_s)
    # Clockwise from the western point: at course 0 it heads north.
    north_m, east_m = radius_m * sin(radians(course)), -radius_m * cos(radians(course))
    lat = 31.7 + north_m / 111_195.0
    lon = 119.9 + east_m / (111_195.0 * cos(radians(31.7)))
    unloading = 300.0 <= at_s % 600.0 < 340.0
    tipped = min((at_s % 600.0 - 300.0) / 20.0, 1.0) if unloading else 0.0
    emptied = at_s % 600.0 >= 340.0
    load_kg = 21_500.0 * (1.0 - tipped) if not emptied else 150.0
    return Fix(0, 0, time_ms, lat, lon, SPEED_MPS, course, 0.9, 14, round(load_kg), nan, 45.0 * tipped + 0.4, 0, 1, 1)


def washer_event(number: int, time_ms: int) -> dict[str, Any]:
    """Return a heartbeat or, every third time, a passage."""
    if number % 3:
        return {"time_ms": time_ms, "type": "heartbeat"}
    passage = {"plate": "苏D12345", "enter_ms": time_ms - 40_000, "leave_ms": time_ms, "result": "washed"}
    return {"time_ms": time_ms, "type": "washer_passage", "wash_left_s": 20.5, "wash_right_s": 21.0} | passage


def gate_event(number: int, time_ms: int) -> dict[str, Any]:
    """Return a heartbeat or, every third time, a weighing."""
    if number % 3:
        return {"time_ms": time_ms, "type": "heartbeat"}
    weighed = {"plate": "苏D12345", "gross_kg": 38_200, "tare_kg": 15_400, "ticket": f"A-{number}"}
    return {"time_ms": time_ms, "type": "gate_passage", "direction": "in" if number % 2 else "out"} | weighed


EVENTS = {"washer": washer_event, "gate": gate_event}


def body_of(kind: str, number: int, at_s: float, time_ms: int, turn_deg_s: float) -> Any:
    return truck_fix(at_s, time_ms, turn_deg_s) if kind == "truck" else EVENTS[kind](number, time_ms)


def terminal_of(fault: Fault, device: str, limits: TerminalLimits) -> tuple[Terminal, Topic]:
    """Return the store-and-forward part of a terminal with one fault."""
    is_truck = fault.kind == "truck"
    topic = Topic(REGION, fault.kind, device, "report" if is_truck else "event", fault.encoding)
    written = report_encoder(fault.encoding, device) if is_truck else event_encoder(device)  # type: ignore[arg-type]
    inner = fault.encode(written)
    terminal = fault.terminal(
        str(topic),
        lambda epoch, records: fault.payload(inner(epoch, list(records))),
        fault.limits or limits,
        fault.epoch,
    )
    return terminal, topic


# A recording: a simulated clock, a platform that answers after half a second and is away for a minute.

DELAY_S = 0.5
AWAY_S = (100.0, 160.0)


def recorded(fault: Fault, device: str = "T1", start_ms: int = 1_772_438_400_000) -> list[Message]:
    """Return what a broker carried between a terminal and a platform, up and down."""
    limits = TerminalLimits(batch=10, flush_s=5.0, retry_s=15.0)
    terminal, _ = terminal_of(fault, device, limits)
    state = Topic(REGION, fault.kind, device, "state", "json")
    carried = [Message(start_ms, str(state), fault.state())]
    answers: list[tuple[float, bytes]] = []
    terminal.connected()
    interval_s = 1 if fault.kind == "truck" else 60
    minutes = fault.minutes if fault.kind == "truck" else 12.0
    for second in range(int(minutes * 60)):
        time_ms, now = start_ms + second * 1000, float(second)
        if second % interval_s == 0:
            number = second // interval_s + 1
            body = fault.record(body_of(fault.kind, number, now, time_ms, 6.0), number)
            if body is not None:
                terminal.offer(body, now)
        due, answers = [one for one in answers if one[0] <= now], [one for one in answers if one[0] > now]
        for _, answer in due:
            hear(terminal, answer, now)
            carried.append(Message(time_ms, str(DownTopic(REGION, fault.kind, device, "ack")), answer))
        for message in terminal.take(now):
            sent = Message(time_ms + 100, fault.topic(terminal.topic, len(carried)), message.payload)
            carried.append(sent)
            if not AWAY_S[0] <= now < AWAY_S[1]:
                answers += [(now + DELAY_S, answer) for answer in platform_answer(sent)]
    return carried


def platform_answer(message: Message) -> list[bytes]:
    content = read_message(message)
    if content.records:
        return [commit_ack.encode(ack) for ack in acks_of(content.keys)]
    refused = commit_ack.Refused(read_message(message).checksum, "bad")
    return [commit_ack.encode(commit_ack.CommitAck(refused=[refused]))]


def hear(terminal: Terminal, payload: bytes, now: float) -> None:
    ack = commit_ack.decode(payload)
    for epoch, ranges in ack.ranges.items():
        terminal.acknowledge(epoch, ranges, now)
    for refused in ack.refused:
        terminal.refuse(refused.crc32, now)


# A living terminal on a real broker.


@dataclass
class Box:
    """A terminal that records what it lives through and talks to a broker."""

    fault: Fault
    device: str
    address: BrokerAddress
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def __post_init__(self) -> None:
        self.terminal, topic = terminal_of(self.fault, self.device, LIVE_LIMITS)
        state = str(Topic(REGION, self.fault.kind, self.device, "state", "json"))
        ack = str(DownTopic(topic.region, topic.kind, topic.device, "ack"))
        reception = Reception(self.rng, LinkPlan())
        self.cab = self.fault.cab()
        self.tasks: list[asyncio.Task[None]] = []
        self._antenna_off = self._pulled = False
        station = Station(self.device, self.fault.kind, self.terminal, reception, state, ack, self.cab)
        self.link = self.fault.link(station, self.address, time.monotonic, self.rng, backoff_s=self.fault.backoff_s)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        self.tasks += [asyncio.create_task(self.link.run()), asyncio.create_task(self._record())]
        try:
            yield
        finally:
            await end(self.tasks)

    def do(self, what: str) -> None:
        """Do what the person at the box is asked for."""
        self._antenna_off = what == "antenna"
        if what == "power" and not self._pulled:
            self.tasks.append(asyncio.create_task(self._pull_power()))
        self._pulled = what == "power"

    async def _pull_power(self) -> None:
        await asyncio.sleep(0.6)
        if self.fault.is_volatile:
            self.terminal._flash.clear()
        self.terminal.battery_pull()
        self.link.cut()

    async def _record(self) -> None:
        began, number, last = time.monotonic(), 0, None
        while True:
            await asyncio.sleep(LIVE_STEP_S)
            time_ms = time.time_ns() // 1_000_000
            at_s = time.monotonic() - began
            body = body_of(self.fault.kind, 3 * number + 3, at_s, time_ms, LIVE_TURN_DEG_S)  # passages, no heartbeats
            if not self._is_due(last, body, time_ms):
                continue
            number, last = number + 1, (time_ms, body)
            altered = self.fault.record(body, number)
            if self._antenna_off and not self.fault.keeps_position and isinstance(altered, Fix):
                altered = altered._replace(lat_deg=nan, lon_deg=nan, speed_mps=nan, course_deg=nan)
            if altered is not None:
                self.terminal.offer(altered, time.monotonic())
                self.link.wake()

    def _is_due(self, last: tuple[int, Any] | None, body: Any, time_ms: int) -> bool:
        """Follow the interval and the corner of the settings in force."""
        if last is None:
            return True
        interval_s = self.cab.moving_s or LIVE_INTERVAL_S
        corner = self.cab.corner_deg
        turned = abs(body.course_deg - last[1].course_deg) if corner is not None and isinstance(body, Fix) else 0.0
        return time_ms - last[0] >= interval_s * 1000 - 20 or (
            corner is not None and min(turned, 360.0 - turned) >= corner
        )


# What is wrong: with what is written.


def text_of(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda payload: change(payload.decode()).encode()


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: payload.replace(old, new)


def substituted(pattern: str, new: Any) -> Callable[[bytes], bytes]:
    return text_of(lambda text: re.sub(pattern, new, text))


def with_crc(change: Callable[[bytearray], None], crc: Callable[[bytes], int] = crc32) -> Callable[[bytes], bytes]:
    """Return a change of a binary message that computes its trailer anew."""

    def altered(payload: bytes) -> bytes:
        body = bytearray(payload[:-4])
        change(body)
        return bytes(body) + pack("<I", crc(bytes(body)))

    return altered


def reserved_flag(body: bytearray) -> None:
    for at in range(16, len(body), 32):
        (flags,) = unpack_from("<H", body, at + 28)
        body[at + 28 : at + 30] = pack("<H", flags | 0x0400)


def sentences(change: Callable[[str], str | None]) -> Callable[[bytes], bytes]:
    """Return a change of each sentence's body, with a right checksum; None leaves it out."""

    def altered(text: str) -> str:
        bodies = [change(line[1 : line.index("*")]) for line in text.splitlines()]
        return "".join(f"${body}*{reduce(xor, body.encode()):02X}\r\n" for body in bodies if body is not None)

    return text_of(altered)


def knots_are_mps(body: str) -> str:
    fields = body.split(",")
    if fields[0].endswith("RMC") and fields[7]:
        fields[7] = f"{float(fields[7]) * MPS_PER_KNOT:.3f}"
    return ",".join(fields)


def items(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[bytes], bytes]:
    def altered(payload: bytes) -> bytes:
        document = msgspec.json.decode(payload)
        name = "fixes" if "fixes" in document else "events"
        return msgspec.json.encode(document | {name: change(document[name])})

    return altered


def each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[bytes], bytes]:
    return items(lambda records: [change(record) for record in records])


def without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda record: {name: value for name, value in record.items() if name not in names}


def fix(**change: Any) -> Callable[[Fix, int], Fix]:
    """Return a change of each fix; a function gets the fix."""
    return lambda one, _: one._replace(**{n: v(one) if callable(v) else v for n, v in change.items()})


def shifted(by_ms: int) -> Callable[[Fix, int], Fix]:
    return fix(fix_time_ms=lambda one: one.fix_time_ms + by_ms)


def now_and_then(every: int, change: Callable[[Fix, int], Any]) -> Callable[[Any, int], Any]:
    return lambda one, number: change(one, number) if number % every == 0 else one


def sleeping(one: Fix, number: int) -> Fix | None:
    return None if 60 <= number < 400 else one


def numbered(change: Callable[[int, int], tuple[int, int]]) -> Callable[[Encode], Encode]:
    """Return an encoder that writes another (epoch, seq)."""

    def wrap(encode: Encode) -> Encode:
        def altered(epoch: int, records: Any) -> bytes:
            named = [(change(epoch, seq), body) for seq, body in records]
            first = named[0][0][0]
            return encode(first, [(seq, body) for (own, seq), body in named if own == first])

        return altered

    return wrap


def fresh_each_time(encode: Encode) -> Encode:
    """Fill in what is measured when it is sent, not when it is recorded."""
    sent = iter(range(10**9))
    return lambda epoch, records: encode(
        epoch, [(seq, one._replace(satellites=5 + next(sent) % 20)) for seq, one in records]
    )


class Losing(Terminal):
    def offer(self, body: Any, now: float) -> tuple[int, int]:
        if self.seq % 50 == 49:
            self.lose()
        return super().offer(body, now)


class Restarting(Terminal):
    def offer(self, body: Any, now: float) -> tuple[int, int]:
        if self.counts.offered == 0:
            self.seq = 5000
        elif self.counts.offered == 150:
            self.seq = 0
        return super().offer(body, now)


class EpochHopper(Terminal):
    step = 1

    def offer(self, body: Any, now: float) -> tuple[int, int]:
        if self.counts.offered and self.counts.offered % 100 == 0:
            self.epoch, self.seq = self.epoch + self.step, 0
        return super().offer(body, now)


class EpochSinker(EpochHopper):
    step = -1


def radians_lift(one: Fix) -> float:
    return one.lift_deg * pi / 180.0


def every_third(one: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return one | change if one["type"] != "heartbeat" else one


def passage(**change: Any) -> Callable[[dict[str, Any], int], dict[str, Any]]:
    return lambda one, _: every_third(one, change)


def without_heart(one: dict[str, Any], number: int) -> dict[str, Any] | None:  # noqa: ARG001
    return None if one["type"] == "heartbeat" else one


WEEKS_MS = 1024 * 7 * 86_400_000
HOUR_MS = 3_600_000

RECORDED: dict[str, Fault] = {
    "bad UTF-8": Fault("utf8", payload=replaced(b'"device":"', b'"device":"\xb5')),
    "JSON cut short": Fault("json_valid", payload=lambda payload: payload[:-1]),
    "member twice": Fault("duplicate_members", payload=replaced(b'{"v":1,', b'{"v":1,"v":1,')),
    "NaN printed": Fault("finite", payload=substituted(r'"hdop":[0-9.]+', '"hdop":nan'.replace("nan", "NaN"))),
    "version 2": Fault("version", payload=replaced(b'{"v":1', b'{"v":2')),
    "another device": Fault("device_named", payload=replaced(b'"device":"T1"', b'"device":"T2"')),
    "device CRC of another": Fault("device_named", "bin", payload=with_crc(lambda b: b.__setitem__(12, b[12] ^ 1))),
    "a byte too many": Fault("bin_size", "bin", payload=lambda payload: payload + b"\0"),
    "another checksum": Fault("bin_crc", "bin", payload=with_crc(lambda _: None, adler32)),
    "reserved bit": Fault("bin_reserved", "bin", payload=with_crc(reserved_flag)),
    "NMEA checksum of the dollar too": Fault(
        "nmea_checksum", "nmea", payload=substituted(r"\*([0-9A-F]{2})", lambda m: f"*{int(m[1], 16) ^ 0x24:02X}")
    ),
    "decimal degrees in RMC": Fault(
        "nmea_sentence", "nmea", payload=sentences(lambda body: re.sub(r",31\d\d\.\d+,N", ",31.7,N", body))
    ),
    "no $PMUK": Fault("nmea_identity", "nmea", payload=sentences(lambda b: None if b.startswith("PMUK") else b)),
    "latitude alone": Fault("required", payload=each(without("lon_deg"))),
    "seq as text": Fault("types", payload=each(lambda one: one | {"seq": str(one["seq"])})),
    "percent as ratio": Fault("ranges", payload=each(lambda one: one | {"load_ratio": 86.0})),
    "cover in capitals": Fault("words", payload=replaced(b'"closed"', b'"CLOSED"')),
    "passage without result": Fault("event_members", kind="washer", payload=each(without("result"))),
    "gate without direction": Fault("event_members", kind="gate", payload=each(without("direction"))),
    "600 fixes a message": Fault("payload_size", limits=TerminalLimits(batch=600, flush_s=600.0), minutes=11.0),
    "clock of 1990": Fault("time_past", record=shifted(-36 * 365 * 24 * HOUR_MS)),
    "ten minutes ahead": Fault("time_future", record=shifted(600_000)),
    "lat for lat_deg": Fault("unknown_members", payload=replaced(b'"hdop"', b'"HDOP"')),
    "own fault word": Fault("unknown_words", payload=each(lambda one: one | {"faults": ["brake"]})),
    "own event type": Fault("unknown_events", kind="washer", record=passage(type="door_open")),
    "channel reports": Fault("topic_grammar", topic=lambda topic, _: topic.replace("/report/", "/reports/")),
    "wandering region": Fault("one_address", topic=lambda topic, n: topic.replace("2041", f"204{n % 2}")),
    "state without epoch": Fault("state_epoch", state=lambda: device_state.encode("online")),
    "state left offline": Fault("state_true", state=lambda: device_state.encode("offline")),
    "records lost": Fault("seq_gap", terminal=Losing),
    "seq of seven bits": Fault("identity_reused", encode=numbered(lambda epoch, seq: (epoch, seq % 128))),
    "measured when sent": Fault("resend_unchanged", encode=fresh_each_time),
    "counter starts anew": Fault("counter_restarted", terminal=Restarting, minutes=5.0),
    "epoch falls": Fault("epoch_grows", terminal=EpochSinker),
    "epoch for no reason": Fault("epoch_kept", terminal=EpochHopper),
    "epoch 0": Fault("epoch_zero", epoch=0),
    "local time": Fault("time_zone", record=shifted(8 * HOUR_MS)),
    "time zone taken twice": Fault("time_zone", "bin", record=shifted(-8 * HOUR_MS)),
    "seconds": Fault("time_unit", payload=each(lambda one: one | {"time_ms": one["time_ms"] // 1000})),
    "week rollover": Fault("week_rollover", "nmea", record=shifted(-WEEKS_MS)),
    "GPS time": Fault("clock_ahead", record=shifted(18_000)),
    "clock slow": Fault("clock_behind", record=shifted(-240_000)),
    "clock jumps": Fault("time_backward", record=now_and_then(20, shifted(-3000))),
    "time rounded": Fault("time_unique", record=fix(fix_time_ms=lambda one: one.fix_time_ms // 5000 * 5000)),
    "asleep": Fault("alive", record=sleeping, minutes=8.0),
    "slow heart": Fault("heartbeat", kind="washer", record=lambda one, number: one if number % 5 == 0 else None),
    "fast heart": Fault("heartbeat", kind="gate", record=lambda one, n: one | {"time_ms": one["time_ms"] - n * 45_000}),
    "no heart": Fault("heartbeat_sent", kind="washer", record=without_heart),
    "swapped": Fault("lat_lon_swapped", "bin", record=fix(lat_deg=lambda o: o.lon_deg - 40, lon_deg=31.7)),
    "swapped beyond the pole": Fault("lat_lon_swapped", record=fix(lat_deg=119.9, lon_deg=lambda o: o.lat_deg)),
    "0, 0 without a fix": Fault("zero_position", record=now_and_then(30, fix(lat_deg=0.0, lon_deg=0.0))),
    "west for east": Fault("position_region", record=fix(lon_deg=lambda one: -one.lon_deg)),
    "km/h": Fault("speed_unit", record=fix(speed_mps=SPEED_MPS * 3.6)),
    "knots": Fault("speed_unit", "bin", record=fix(speed_mps=SPEED_MPS / MPS_PER_KNOT)),
    "m/s in RMC": Fault("speed_unit", "nmea", payload=sentences(knots_are_mps)),
    "course from east": Fault("course_true", record=fix(course_deg=lambda one: (90.0 - one.course_deg) % 360.0)),
    "course in radians": Fault("course_true", record=fix(course_deg=lambda one: radians(one.course_deg))),
    "frozen course": Fault("course_frozen", record=fix(course_deg=90.0)),
    "frozen position": Fault("position_frozen", record=fix(lat_deg=31.7, lon_deg=119.9)),
    "hdop 0": Fault("hdop_zero", record=fix(hdop=0.0)),
    "no satellites": Fault("satellites", "nmea", record=fix(satellites=0)),
    "torn wire weighs 0": Fault("zero_for_absent", record=fix(load_kg=0.0, faults=int(Broken.LOAD_SENSOR))),
    "no scale says 0": Fault("load_always_zero", record=fix(load_kg=0.0), minutes=7.0),
    "reading under fault": Fault("reading_under_fault", "bin", record=fix(lift_deg=12.3, faults=Broken.LIFT_SENSOR)),
    "register full": Fault("sentinel_reading", record=now_and_then(40, fix(load_kg=65_535.0))),
    "radians of lift": Fault("lift_unit", record=fix(lift_deg=radians_lift), minutes=7.0),
    "tonnes": Fault("load_unit", record=fix(load_kg=lambda one: one.load_kg / 1000.0), minutes=7.0),
    "leaves before it enters": Fault("passage_times", kind="washer", record=passage(enter_ms=1_793_000_000_000)),
    "washed with no water": Fault("wash_result", kind="washer", record=passage(wash_left_s=0.0, wash_right_s=0.0)),
    "tare for gross": Fault("gate_weights", kind="gate", record=passage(gross_kg=15_400, tare_kg=38_200)),
    "gate in tonnes": Fault("gate_unit", kind="gate", record=passage(gross_kg=38.2, tare_kg=15.4)),
    "empty messages": Fault("empty_message", payload=items(lambda _: [])),
    "newest first in a message": Fault("ascending", payload=items(lambda records: records[::-1])),
    "a record twice": Fault("record_once", payload=items(lambda records: [*records, records[0]])),
}  # fmt: skip


# What is wrong: with keeping, answering and connecting.


class ForgetsWhenSent(Terminal):
    def take(self, now: float) -> list[Outgoing]:
        sent = super().take(now)
        for message in sent:
            for key in message.keys:
                self._forget(key)
        return sent


class ForgetsTheMessage(Terminal):
    """Takes an acknowledgement of one record for that of all that went out with it."""

    def acknowledge(self, epoch: int, ranges: Any, now: float) -> int:
        named = {key for first, last in ranges for key in self._named(epoch, first, last)}
        flights = {self._flying[key] for key in named if key in self._flying}
        also = [key for number in flights for key in list(self._flights[number].keys)]
        return super().acknowledge(epoch, [(seq, seq) for _, seq in {*named, *also}], now)


class IgnoresEpoch(Terminal):
    def acknowledge(self, epoch: int, ranges: Any, now: float) -> int:  # noqa: ARG002
        return super().acknowledge(self.epoch, ranges, now)


class IgnoresAcks(Terminal):
    def acknowledge(self, epoch: int, ranges: Any, now: float) -> int:  # noqa: ARG002
        return 0


class NeverBacksOff(Terminal):
    def _patience_s(self) -> float:
        return self.limits.retry_s


class StopsWhenFull(Terminal):
    """Keeps the oldest: what comes while the flash is full is never recorded."""

    def offer(self, body: Any, now: float) -> tuple[int, int]:
        return (self.epoch, self.seq) if len(self) >= 12 else super().offer(body, now)


class IgnoresRefusals(Terminal):
    def refuse(self, crc: int, now: float) -> None:
        pass


class DropsRefused(Terminal):
    def refuse(self, crc: int, now: float) -> None:  # noqa: ARG002
        for flight in [one for one in self._flights.values() if one.crc32 == crc]:
            for key in list(flight.keys):
                self._forget(key)


class SayingLink(Link):
    """Publishes its own way."""

    qos = 1
    retains_all = False
    retains_state = True
    tells_state = True

    def _up(self, wire: Wire) -> None:
        def say(topic: str, payload: bytes, *, retain: bool = False) -> None:
            is_state = "/up/state/" in topic
            kept = (retain and self.retains_state) or (self.retains_all and not is_state)
            if not wire.lost.done() and (self.tells_state or not is_state):
                wire.publish(topic, payload, self.qos, kept)
                wire._flush()

        wire.say = say  # type: ignore[method-assign]
        super()._up(wire)


class QosZero(SayingLink):
    qos = 0


class RetainsReports(SayingLink):
    retains_all = True


class ForgetfulState(SayingLink):
    retains_state = False


class Stateless(SayingLink):
    tells_state = False


class OnlineOnce(SayingLink):
    """Says online at its first connection only."""

    def _up(self, wire: Wire) -> None:
        super()._up(wire)
        self.tells_state = False


class Restless(Link):
    """Connects anew every half second."""

    def _up(self, wire: Wire) -> None:
        super()._up(wire)
        asyncio.get_running_loop().call_later(0.5, self.cut)


class WithoutWill(Link):
    async def _connection(self) -> None:
        was, self.station = self.station, replace(self.station, state_topic="muck/v1/will/elsewhere")
        task = asyncio.ensure_future(super()._connection())
        await asyncio.sleep(0)
        self.station = was
        await task


class AckShy(Link):
    """Drops the connection at an acknowledgement that it cannot read."""

    def hear(self, payload: bytes) -> None:
        try:
            commit_ack.decode(payload)
        except ContractError:
            self.cut()
        super().hear(payload)


class CommandShy(Link):
    """Drops the connection at a command that it cannot read."""

    def _hear_topic(self, topic: str, payload: bytes) -> None:
        try:
            msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            asyncio.get_running_loop().call_soon(self.cut)
            return
        super()._hear_topic(topic, payload)


class AnsweringCab(Cab):
    """Alters what a sound cab answers."""

    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return sound

    def hear(self, payload: bytes, channel: str, now_ms: int) -> list[bytes]:
        return self.answers(payload, channel, super().hear(payload, channel, now_ms))


def id_in(payload: bytes) -> str:
    found = re.search(rb'"id":"([^"]+)"', payload)
    return found[1].decode() if found else ""


class Silent(AnsweringCab):
    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return [] if channel == "command" else sound


class SilentOnConfig(AnsweringCab):
    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return [] if channel == "config" else sound


class NeverFinal(AnsweringCab):
    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return [reply.encode(id_in(payload), status="delivered")] if id_in(payload) else []


class ShortIds(AnsweringCab):
    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return [one.replace(id_in(payload).encode(), id_in(payload)[:8].encode()) for one in sound]


class Yes(AnsweringCab):
    """Accepts whatever names one thing."""

    marker = ""

    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return [reply.encode(id_in(payload), "done", "accepted")] if id_in(payload).endswith(self.marker) else sound


class TakesExpired(Yes):
    marker = "expired"


class TakesUnknown(Yes):
    marker = "unknown_kind"


class TakesMalformed(Yes):
    marker = "malformed"


class Repeats(AnsweringCab):
    """Counts deliveries in its answer."""

    shown = 0

    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        if not id_in(payload).endswith("text"):
            return sound
        self.shown += 1
        return [reply.encode(id_in(payload), f"shown {self.shown}", "accepted")]


class AnswersOnce(AnsweringCab):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def answers(self, payload: bytes, channel: str, sound: list[bytes]) -> list[bytes]:  # noqa: ARG002
        known, _ = id_in(payload) in self.seen, self.seen.add(id_in(payload))
        return [] if known else sound


class Deaf(AnsweringCab):
    """Accepts settings and goes on as before."""

    def hear(self, payload: bytes, channel: str, now_ms: int) -> list[bytes]:
        sound = super().hear(payload, channel, now_ms)
        self.config = None
        return sound


class CutsCorners(Cab):
    @property
    def corner_deg(self) -> None:
        return None


class Dawdles(CutsCorners):
    @property
    def moving_s(self) -> float | None:  # type: ignore[override]
        return None if super().moving_s is None else 1.8


LIVING: dict[str, Fault] = {
    "QoS 0": Fault("qos_1", link=QosZero, steps=("listen",)),
    "retained reports": Fault("not_retained", link=RetainsReports, steps=("listen",)),
    "state not retained": Fault("state_retained", link=ForgetfulState, steps=("listen", "cut"), through_proxy=True),
    "no state": Fault("state_told", link=Stateless, steps=("listen",)),
    "restless": Fault("connection_churn", link=Restless, steps=("listen", "withhold")),
    "no will": Fault("last_will", link=WithoutWill, steps=("listen", "cut"), through_proxy=True),
    "online said once": Fault("state_true", link=OnlineOnce, steps=("listen", "cut"), through_proxy=True),
    "no pause before reconnect": Fault(
        "reconnect_patience", backoff_s=(0.005, 0.005), steps=("listen", "cut"), through_proxy=True
    ),
    "never comes back": Fault("returns", backoff_s=(1e9, 1e9), steps=("listen", "cut"), through_proxy=True),
    "forgets when sent": Fault("keeps_unacknowledged", terminal=ForgetsWhenSent, steps=("listen", "withhold")),
    "forgets the whole message": Fault("keeps_unnamed", terminal=ForgetsTheMessage, steps=("listen", "partial")),
    "ignores the epoch": Fault("keeps_other_epoch", terminal=IgnoresEpoch, steps=("listen", "other_epoch")),
    "ignores acknowledgements": Fault("forgets_acknowledged", terminal=IgnoresAcks, steps=("listen", "withhold")),
    "floods": Fault(
        "retry_patience", limits=replace(LIVE_LIMITS, retry_s=0.05, retry_max_s=0.05), steps=("listen", "withhold")
    ),
    "never backs off": Fault("retry_backoff", terminal=NeverBacksOff, steps=("listen", "withhold")),
    "no window": Fault("window", limits=TerminalLimits(batch=1, flush_s=0.0, window=1000, retry_s=2.5),
                       steps=("listen", "withhold")),
    "stops when full": Fault("records_while_silent", terminal=StopsWhenFull, steps=("listen", "withhold")),
    "ignores refusals": Fault("refused_alone", terminal=IgnoresRefusals, steps=("listen", "refuse")),
    "sends refused ones for ever": Fault(
        "refused_set_aside",
        terminal=IgnoresRefusals,
        limits=replace(LIVE_LIMITS, batch=1, flush_s=0.0),
        steps=("listen", "refuse"),
    ),
    "drops what is refused": Fault("refused_alone", terminal=DropsRefused, steps=("listen", "refuse")),
    "afraid of acknowledgements": Fault("survives_acks", link=AckShy, steps=("listen", "repeat")),
    "afraid of commands": Fault("survives_commands", link=CommandShy, steps=("listen", "commands")),
    "no replies": Fault("reply_given", cab=Silent, steps=("listen", "commands")),
    "never final": Fault("reply_final", cab=NeverFinal, steps=("listen", "commands")),
    "short ids": Fault("reply_id", cab=ShortIds, steps=("listen", "commands")),
    "takes what has expired": Fault("expired_refused", cab=TakesExpired, steps=("listen", "commands")),
    "takes what it does not know": Fault("unknown_refused", cab=TakesUnknown, steps=("listen", "commands")),
    "takes what is malformed": Fault("malformed_refused", cab=TakesMalformed, steps=("listen", "commands")),
    "answers with other words": Fault("same_words", cab=Repeats, steps=("listen", "commands")),
    "answers once": Fault("repeat_answered", cab=AnswersOnce, steps=("listen", "commands")),
    "no word on settings": Fault("config_answered", cab=SilentOnConfig, steps=("listen", "config")),
    "deaf to settings": Fault("interval_kept", cab=Deaf, steps=("listen", "config")),
    "dawdles": Fault("interval_kept", cab=Dawdles, steps=("listen", "config")),
    "no antenna, old position": Fault("antenna_absent", keeps_position=True, steps=("listen", "antenna")),
    "records in memory": Fault("power_keeps", is_volatile=True, steps=("listen", "power")),
    "cuts corners": Fault("corner_kept", cab=CutsCorners, steps=("listen", "config")),
}  # fmt: skip


def all_faults() -> Iterator[tuple[str, Fault]]:
    yield from RECORDED.items()
    yield from LIVING.items()
