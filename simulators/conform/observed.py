"""What was seen of one terminal: every message up and down with its time, read by the contract's own readers.

    Message ── read_message ──> Content ── observe ──> Log ── checks

`Row.fix` is what the terminal wrote, a reading under a reported fault included; the readers take that out later, and
what they refuse stands in `Content.rejected` with their reason. A log is never changed once it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

from firmware_contracts import commit_ack, config
from firmware_contracts.commit_ack import CommitAck
from firmware_contracts.decode import MAX_PAYLOAD_BYTES, REPORTS, decode_report
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix
from firmware_contracts.reading import DeviceEvent, DeviceState, Record, Rejected, Reply
from firmware_contracts.topics import Topic, parse_down_topic, parse_topic
from simulators.conform.timing import Timing

Key = tuple[int, int]  # (epoch, seq)
Mode = Literal["live", "capture"]
LEAST_APART = 3  # differences that tell of a terminal's rhythm
STANDING_S = 60  # where nothing is set: contract, section 7


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message.

    Attributes:
        at_ms: When it was seen, milliseconds since 1970-01-01 UTC.
        topic: Its topic.
        payload: Its bytes.
        qos: Quality of service it was published with, None where that is not known.
        retained: Whether it was published to be retained, None likewise.
        stored: It was kept by the broker from before the trial; its time says nothing.
    """

    at_ms: int
    topic: str
    payload: bytes
    qos: int | None = None
    retained: bool | None = None
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One fix as the terminal wrote it, its bytes and its message."""

    fix: Fix
    source: bytes
    message: Message

    @property
    def key(self) -> Key:
        """Its identity."""
        return (self.fix.epoch, self.fix.seq)


@dataclass(frozen=True, slots=True)
class Content:
    """What one message of a terminal holds.

    Attributes:
        message: The message.
        topic: Its topic taken apart, None where that is no up topic.
        rows: Fixes whose layout could be read.
        events: Sound device events.
        state: What it says of itself.
        reply: What it answers.
        rejected: What the readers refuse, with their reasons.
        records: Identity, time and bytes of all that has an identity, refused or not; the time of what is refused is 0.
    """

    message: Message
    topic: Topic | None = None
    rows: tuple[Row, ...] = ()
    events: tuple[DeviceEvent, ...] = ()
    state: DeviceState | None = None
    reply: Reply | None = None
    rejected: tuple[Rejected, ...] = ()
    records: tuple[tuple[Key, int, bytes], ...] = ()

    @property
    def keys(self) -> list[Key]:
        """The identities that it names."""
        return [key for key, _, _ in self.records]

    @property
    def checksum(self) -> int:
        """What it is named by when it is refused."""
        return commit_ack.checksum_of(self.message.payload, self.message.topic.rpartition("/")[2])

    @property
    def unreadable(self) -> bool:
        """Whether nothing of it has an identity though something was sent."""
        return bool(self.rejected) and not self.records


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of a record."""

    at_ms: int
    content: Content
    time_ms: int
    source: bytes


@dataclass(frozen=True, slots=True)
class StepMark:
    """When a step of the driving ran, milliseconds since 1970-01-01 UTC, and what it sent under which id."""

    name: str
    began_ms: int
    ended_ms: int
    ids: dict[str, str] = field(default_factory=dict)


def read_message(message: Message) -> Content:
    """Return what one up message holds; nothing raises, for unsound bytes are what is looked for."""
    decoded = decode_report(message.topic, message.payload, message.at_ms)
    try:
        topic = parse_topic(message.topic)
    except ContractError:
        return Content(message, rejected=tuple(decoded.rejected))
    rows = tuple(_rows(message, topic))
    records = [(row.key, row.fix.fix_time_ms, row.source) for row in rows]
    records += [((event.epoch, event.seq), event.time_ms, _words(event)) for event in decoded.device_events]
    named = {key for key, _, _ in records}
    for bad in decoded.rejected:
        if bad.epoch is not None and bad.seq is not None and (bad.epoch, bad.seq) not in named:
            records.append(((bad.epoch, bad.seq), 0, bad.record))
    return Content(
        message,
        topic,
        rows,
        tuple(decoded.device_events),
        next(iter(decoded.states), None),
        next(iter(decoded.replies), None),
        tuple(decoded.rejected),
        tuple(records),
    )


def _rows(message: Message, topic: Topic) -> Iterator[Row]:
    codec = REPORTS.get((topic.channel, topic.encoding))
    if codec is None or len(message.payload) > MAX_PAYLOAD_BYTES:
        return
    try:
        for record in codec.read(message.payload, topic.device):
            if isinstance(record, Record):
                yield Row(record.fix, record.source, message)
    except ContractError:
        return  # told by `Content.rejected`


def _words(event: DeviceEvent) -> bytes:
    return repr((event.time_ms, event.type, event.plate, sorted(event.body.items()))).encode()


@dataclass(frozen=True)
class Log:
    """Everything that was seen of one terminal, in order.

    Attributes:
        device: Its id.
        mode: Whether it was driven or only listened to.
        up: What it sent.
        down: What it was sent.
        steps: The driving.
        attempts_ms: When it tried to connect through the proxy.
        has_proxy: Whether it connects through the proxy.
        timing: The limits in force.
        cut_short: The trial was ended before its script was through.
    """

    device: str
    mode: Mode
    up: Sequence[Content]
    down: Sequence[Message]
    steps: Sequence[StepMark] = ()
    attempts_ms: Sequence[int] = ()
    has_proxy: bool = False
    timing: Timing = field(default_factory=Timing)
    cut_short: bool = False

    @property
    def end_ms(self) -> int:
        """When the last message was seen."""
        ends = [self.up[-1].message.at_ms if self.up else 0, *(step.ended_ms for step in self.steps)]
        return max(ends)

    @property
    def kind(self) -> str:
        """What the device says it is: truck, washer or gate; empty where it never did."""
        return next((content.topic.kind for content in self.up if content.topic is not None), "")

    @cached_property
    def rows(self) -> list[Row]:
        """All fixes as they came, repetitions included."""
        return [row for content in self.up for row in content.rows if not content.message.stored]

    @cached_property
    def track(self) -> list[Row]:
        """Each fix once, in order of its identity; epoch 0 counts nothing and is left out."""
        once = {row.key: row for row in reversed(self.rows)}
        return [once[key] for key in sorted(once) if key[0] > 0]

    @cached_property
    def deliveries(self) -> dict[Key, list[Delivery]]:
        """Every arrival of every record that has an identity, by identity, in order of the first arrival."""
        found: dict[Key, list[Delivery]] = {}
        for content in self.up:
            if not content.message.stored:
                for key, time_ms, source in content.records:
                    found.setdefault(key, []).append(Delivery(content.message.at_ms, content, time_ms, source))
        return found

    @cached_property
    def times_ms(self) -> dict[Key, int]:
        """When each sound record happened, by identity."""
        return {key: heard[0].time_ms for key, heard in self.deliveries.items() if heard[0].time_ms}

    @cached_property
    def acks(self) -> list[tuple[int, CommitAck]]:
        """Readable acknowledgements and when they were sent."""
        return list(_acks(self.down))

    @cached_property
    def acked_ms(self) -> dict[Key, int]:
        """When each record was first acknowledged."""
        first: dict[Key, int] = {}
        for at_ms, ack in self.acks:
            for epoch, ranges in ack.ranges.items():
                for low, high in ranges:
                    if high - low <= 100_000:  # no platform names more in one range of one message
                        for seq in range(low, high + 1):
                            first.setdefault((epoch, seq), at_ms)
        return first

    @cached_property
    def refused_ms(self) -> dict[bytes, int]:
        """When each message was first refused, by its payload; the same bytes may have been sent before."""
        first: dict[bytes, int] = {}
        refusals = [(at_ms, refused.crc32) for at_ms, ack in self.acks for refused in ack.refused]
        sent = [(content.message.at_ms, content.checksum, content) for content in self.up]
        for at_ms, checksum in refusals:
            named = [content for sent_ms, own, content in sent if own == checksum and sent_ms <= at_ms]
            if named:
                first.setdefault(named[-1].message.payload, at_ms)
        return first

    @cached_property
    def sent_ms(self) -> dict[str, list[int]]:
        """When each command and document of settings was sent, by its id."""
        sent: dict[str, list[int]] = {}
        for message in self.down:
            for name in self.ids.values():
                if f'"id":"{name}"'.encode() in message.payload:
                    sent.setdefault(name, []).append(message.at_ms)
        return sent

    @cached_property
    def located_ms(self) -> list[int]:
        """When the terminal was asked for a fix."""
        return [m.at_ms for m in self.down if m.topic.endswith("/command") and b'"kind":"locate"' in m.payload]

    def is_located(self, time_ms: int) -> bool:
        """Return whether a fix of this time may be the answer to `locate`."""
        within_ms = 1000 * self.timing.locate_s
        return any(at_ms - within_ms <= time_ms <= at_ms + within_ms for at_ms in self.located_ms)

    def standing_s(self, until_ms: int) -> int:
        """Return the interval of standing fixes that the settings in force at a time ask for. [s]"""
        documents = [m.payload for m in self.down if m.topic.endswith("/config") and m.at_ms <= until_ms and m.payload]
        try:
            body = config.decode(documents[-1]).body if documents else {}
        except ContractError:
            body = {}
        return int(body.get("report", {}).get("standing_s", STANDING_S))

    @property
    def states(self) -> list[Content]:
        """Messages that tell the terminal's state."""
        return [content for content in self.up if content.state is not None]

    @property
    def replies(self) -> list[Content]:
        """Messages that answer."""
        return [content for content in self.up if content.reply is not None]

    @property
    def ids(self) -> dict[str, str]:
        """What was asked under which id, by its purpose."""
        return {purpose: name for step in self.steps for purpose, name in step.ids.items()}

    def step(self, name: str) -> StepMark | None:
        """Return when a step ran, None where it did not."""
        return next((step for step in self.steps if step.name == name), None)

    def apart_ms(self, name: str) -> list[int]:
        """Return by how much the times of neighbouring records within a step differ."""
        step = self.step(name)
        if step is None:
            return []
        times = sorted(time_ms for time_ms in self.times_ms.values() if step.began_ms <= time_ms <= step.ended_ms)
        return [b - a for a, b in pairwise(times)]

    def unnamed_in(self, name: str) -> dict[Key, list[Delivery]]:
        """Return the records first heard within a step that must come again in it: nothing named them before its end.

        Left out is what was first heard too late for that, and what came once the first repetition had shown that the
        terminal knows of the silence: it may wait longer then.
        """
        step = self.step(name)
        if step is None:
            return {}
        unnamed = {
            key: heard
            for key, heard in self.deliveries.items()
            if step.began_ms <= heard[0].at_ms <= step.ended_ms
            and self.acked_ms.get(key, step.ended_ms) >= step.ended_ms
        }
        latest_ms = step.ended_ms - self.timing.retry_first_most_s * 1000
        repeated = [heard[1].at_ms - 1 for heard in unnamed.values() if len(heard) > 1]
        return {key: heard for key, heard in unnamed.items() if heard[0].at_ms <= min([latest_ms, *repeated])}


def observe(device: str, mode: Mode, messages: Iterable[Message], timing: Timing | None = None) -> Log:
    """Return the log of messages that were recorded, up and down mixed."""
    up, down = [], []
    for message in messages:
        if "/down/" in message.topic:
            down.append(message)
        else:
            up.append(read_message(message))
    return Log(device, mode, up, down, timing=timing or Timing())


def _acks(down: Iterable[Message]) -> Iterator[tuple[int, CommitAck]]:
    for message in down:
        try:
            if parse_down_topic(message.topic).channel == "ack":
                yield message.at_ms, commit_ack.decode(message.payload)
        except ContractError:
            continue
