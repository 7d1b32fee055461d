"""A terminal that speaks JT/T 808 and keeps each position until the platform's general response names its message.

A state machine without I/O and without a clock; `bridge_link` moves its bytes over TCP.

    offer ──> flash ──> 0x0200, or 0x0704 where several wait ──> 0x8001 result 0 ──> forgotten
                 ^                     │
                 └── no answer in time, link lost, battery pulled, another result

A record that is sent again may stand in another message than before: only its bytes are its identity.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from firmware_contracts.errors import ContractError
from firmware_contracts.jt808.framing import BadFrame, Framer
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import Location, pack_location, parse_location
from firmware_contracts.jt808.messages import (
    Authentication,
    GeneralAnswer,
    Heartbeat,
    LocateQuery,
    LocationAnswer,
    LocationBatch,
    LocationReport,
    Message,
    ParameterAnswer,
    PlatformAnswer,
    QueryParameters,
    Registration,
    RegistrationAnswer,
    ResendPackages,
    SetParameters,
    Text,
    Transparent,
    encode,
    message_id_of,
    parse,
)
from simulators.jt808_flash import Flash

DONE, UNSUPPORTED = 0, 3
LOCATION, LOCATION_BATCH, AUTHENTICATION = 0x0200, 0x0704, 0x0102
BLIND_ZONE = 1
OTHERS_KEPT = 64  # transparent data in memory while the link is down: what is older says nothing any more
SENT_FRAMES_KEPT = 64  # for 0x8003; a batch of 50 positions has three


@dataclass(frozen=True, slots=True)
class Jt808Limits:
    """What a terminal's hardware and firmware settle.

    Attributes:
        batch: Most positions in one 0x0704.
        window: Most messages sent and not answered.
        flash_records: Positions that the flash holds; the oldest is overwritten.
        retry_s: Silence after which a message is sent again. [s]
        heartbeat_s: Silence of its own after which it sends a heartbeat. [s]
    """

    batch: int = 50
    window: int = 3
    flash_records: int = 86_400
    retry_s: float = 15.0
    heartbeat_s: float = 60.0


@dataclass(slots=True)
class Jt808Counts:
    """What a terminal did; `sent` counts positions as often as they were sent."""

    offered: int = 0
    sent: int = 0
    kept: int = 0
    overwritten: int = 0
    refused: int = 0


@dataclass(slots=True)
class _Flight:
    numbers: tuple[int, ...]
    due: float


@dataclass(slots=True)
class Jt808Terminal:
    """One terminal that stores and forwards.

    Attributes:
        phone: Its number.
        version: Edition that it speaks.
        limits: What its hardware settles.
        plate: Number plate that it registers with.
        code: Authentication code, kept in flash; empty before it registered.
        welcome: The platform has authenticated it on this connection.
        counts: What it did.
        heard: Messages of the platform that are no answers, the newest last.
        results: What it answers to messages of these ids, 0 where none stands here.
    """

    phone: str
    version: Version = Version.V2013
    limits: Jt808Limits = Jt808Limits()
    plate: str = ""
    code: str = ""
    welcome: bool = False
    counts: Jt808Counts = field(default_factory=Jt808Counts)
    heard: deque[Message] = field(default_factory=lambda: deque(maxlen=64))
    results: dict[int, int] = field(default_factory=dict)
    _serial: int = 0
    _flash: Flash = field(init=False)
    _flights: dict[tuple[int, int], _Flight] = field(default_factory=dict)
    _others: deque[Message] = field(default_factory=lambda: deque(maxlen=OTHERS_KEPT))
    _frames: OrderedDict[int, bytes] = field(default_factory=OrderedDict)
    _framer: Framer = field(default_factory=Framer)
    _out: list[bytes] = field(default_factory=list)
    _spoke_at: float = 0.0
    _position: bytes = b""

    def __post_init__(self) -> None:
        self._flash = Flash(self.limits.flash_records)

    def __len__(self) -> int:
        return len(self._flash)

    def bodies(self) -> list[bytes]:
        """Return the positions that it holds, the oldest first."""
        return self._flash.bodies()

    def offer(self, location: Location) -> bytes:
        """Store a position and return its bytes; a full flash loses its oldest for it."""
        self._position = pack_location(location)
        self.counts.overwritten += self._flash.store(self._position)
        self.counts.offered += 1
        return self._position

    def pass_through(self, kind: int, data: bytes) -> None:
        """Send transparent data once, when the link is up; flash does not hold it."""
        self._others.append(Transparent(kind, data))

    def connected(self, now: float) -> None:
        """Hear that the link is up: introduce itself, and begin with what was in flight."""
        self._framer = Framer()
        self._out.clear()
        self.welcome = False
        self._return(list(self._flights))
        self._introduce(now)

    def disconnected(self) -> None:
        """Hear that the link is down."""
        self.welcome = False

    def battery_pull(self) -> None:
        """Lose what is in memory, the serial too; flash and code stay. The link's `cut` belongs to it."""
        self.disconnected()
        self._flights.clear()
        self._others.clear()
        self._frames.clear()
        self._serial = 0
        self._flash.restart()

    def take(self, now: float) -> bytes:
        """Return the bytes to send now."""
        if self.welcome:
            self._return([name for name, flight in self._flights.items() if flight.due <= now])
            while self._others:
                self._say(self._others.popleft(), now)
            while self._flash.is_waiting and len(self._flights) < self.limits.window:
                self._launch(now)
            if now - self._spoke_at >= self.limits.heartbeat_s:
                self._say(Heartbeat(), now)
        out = b"".join(self._out)
        self._out.clear()
        return out

    def next_due(self) -> float | None:
        """Return when `take` may next have something, None while only an offer or an answer can change that."""
        if not self.welcome:
            return None
        return min([flight.due for flight in self._flights.values()] + [self._spoke_at + self.limits.heartbeat_s])

    def receive(self, data: bytes, now: float) -> None:
        """Hear the platform."""
        for frame in self._framer.feed(data):
            if isinstance(frame, BadFrame):
                continue
            try:
                message = parse(frame.header, frame.body)
            except ContractError:
                continue
            react = REACTIONS.get(type(message))
            if react is not None:
                react(self, message, now)
            else:
                self._obey(message, frame.header.message_id, frame.header.serial, now)

    def _introduce(self, now: float) -> None:
        if self.code:
            self._say(Authentication(self.code, "0" * 15, "1.0"), now)
        else:
            name = f"T{self.phone[-6:]}"
            self._say(Registration(32, 412, "MUCK", "M1", name, 2, self.plate, self.version), now)

    def _registered(self, answer: RegistrationAnswer, now: float) -> None:
        if answer.result == DONE:
            self.code = answer.code
            self._introduce(now)
        else:
            self.counts.refused += 1

    def _answered(self, answer: PlatformAnswer, now: float) -> None:
        if answer.message_id == AUTHENTICATION:
            self.welcome = answer.result == DONE
            if not self.welcome:
                self.counts.refused += 1
                self.code = ""  # next time it registers
            return
        flight = self._flights.get((answer.message_id, answer.serial))
        if flight is None:
            return
        if answer.result != DONE:
            self.counts.refused += 1
            flight.due = now + self.limits.retry_s  # sent again, but not at once
            return
        self.counts.kept += self._flash.forget(flight.numbers)
        del self._flights[answer.message_id, answer.serial]

    def _resend(self, asked: ResendPackages, now: float) -> None:  # noqa: ARG002 - a row of the table
        self._out += [
            self._frames[serial]
            for number in asked.numbers
            if (serial := asked.serial + number - 1 & 0xFFFF) in self._frames
        ]

    def _located(self, asked: LocateQuery, serial: int, now: float) -> None:  # noqa: ARG002
        if self._position:
            self._say(LocationAnswer(serial, parse_location(self._position)), now)

    def _obey(self, message: Message, message_id: int, serial: int, now: float) -> None:
        self.heard.append(message)
        if isinstance(message, LocateQuery):
            self._located(message, serial, now)
        elif isinstance(message, QueryParameters):
            self._say(ParameterAnswer(serial, ((0x0029, (10).to_bytes(4, "big")),)), now)
        else:
            known = DONE if isinstance(message, SetParameters | Text) else UNSUPPORTED
            self._say(GeneralAnswer(serial, message_id, self.results.get(message_id, known)), now)

    def _launch(self, now: float) -> None:
        """Send what waits: one position alone, several as a batch of the blind zone."""
        launched = self._flash.launch(self.limits.batch)
        bodies = tuple(launched.values())
        if len(bodies) == 1:
            message: Message = LocationReport(parse_location(bodies[0]))
        else:
            message = LocationBatch((BLIND_ZONE, bodies))
        serial = self._say(message, now)
        self._flights[message_id_of(message), serial] = _Flight(tuple(launched), now + self.limits.retry_s)
        self.counts.sent += len(bodies)

    def _say(self, message: Message, now: float) -> int:
        serial = self._serial
        for frame in encode(message, self.phone, serial, self.version):
            self._frames[self._serial] = frame
            self._frames.move_to_end(self._serial)
            self._serial = self._serial + 1 & 0xFFFF
            self._out.append(frame)
        while len(self._frames) > SENT_FRAMES_KEPT:
            self._frames.popitem(last=False)
        self._spoke_at = now
        return serial

    def _return(self, names: Iterable[tuple[int, int]]) -> None:
        """Put what was in flight back in line, the oldest first."""
        self._flash.give_back([number for name in names for number in self._flights.pop(name).numbers])


REACTIONS: dict[type, Callable[[Jt808Terminal, Message, float], None]] = {
    RegistrationAnswer: Jt808Terminal._registered,
    PlatformAnswer: Jt808Terminal._answered,
    ResendPackages: Jt808Terminal._resend,
}
