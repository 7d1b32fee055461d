"""A bridge in the test's own event loop with everything real about it but its registry, which is given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TextIO

import aiomqtt
from acknowledging_platform import EVER, AcknowledgingPlatform

from firmware_contracts import commit_ack
from firmware_contracts.decode import decode_block
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.jt808.framing import BadFrame, Framer
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import FIXED, IGNITION, Location
from firmware_contracts.jt808.messages import (
    Authentication,
    Message,
    Registration,
    RegistrationAnswer,
    encode,
    parse,
)
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import DeviceEvent, Rejected
from firmware_contracts.topics import down_topic
from firmware_contracts.transport import BrokerAddress
from ingest.jt808.authentication import Authenticator
from ingest.jt808.bureau import Bureau
from ingest.jt808.enrolment import Enrolment
from ingest.jt808.server import Bridge
from ingest.jt808.settings import BridgeSettings
from ingest.jt808.vendor_files import read_mappings

REGION = "320412"
SECRET = b"a secret of the tests' own"
SETTINGS = BridgeSettings(port=0, metrics_port=0)


def phone_of(number: int) -> str:
    return f"{13_900_000_000 + number}"


def terminals(count: int, **members: Any) -> list[dict[str, Any]]:
    """Return registry documents of terminals B000.. with phones 13900000000.."""
    return [
        {
            "terminal_id": f"B{number:03d}",
            "kind": "truck",
            "region": REGION,
            "status": "active",
            "protocol": "jt808",
            "phone": phone_of(number),
        }
        | members
        for number in range(count)
    ]


def enrolment(documents: Iterable[dict[str, Any]]) -> Enrolment:
    found = Enrolment.of(documents, read_mappings(None))
    assert not found.problems
    return found


def bureau(documents: Iterable[dict[str, Any]]) -> Bureau:
    return Bureau(Authenticator(SECRET), enrolment(documents))


def code_of(number: int) -> str:
    return Authenticator(SECRET).code(phone_of(number), f"B{number:03d}")


def location(number: int, time_ms: int | None = None, **members: Any) -> Location:
    """Return a position near the test's city, whole seconds, each number another."""
    time_ms = (time.time_ns() // 10**9 - number) * 1000 if time_ms is None else time_ms
    place = Location(0, IGNITION | FIXED, 31.7 + number * 1e-5, 119.9, 10, 10.0, 90.0, time_ms)
    return place._replace(**members)


@asynccontextmanager
async def running_bridge(
    address: BrokerAddress, documents: Iterable[dict[str, Any]], frames: TextIO | None = None, **settings: Any
) -> AsyncIterator[Bridge]:
    bridge = Bridge(replace(SETTINGS, **settings), address, bureau(documents), frames)
    await bridge.start()
    stop = asyncio.Event()
    task = asyncio.create_task(bridge.run(stop))
    try:
        await until(lambda: bridge.now().connection > 0)
        yield bridge
    finally:
        stop.set()
        await task
        await bridge.close()


async def until(holds: Callable[[], bool], most_s: float = 60.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + most_s
    while not holds():
        assert time.monotonic() < deadline, f"expected within {most_s} s"
        await asyncio.sleep(0.005)


@dataclass
class Caller:
    """The least terminal: says what it is told to say, and reads what comes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    phone: str
    version: Version = Version.V2013
    serial: int = 0

    opened: ClassVar[list[Caller]] = []

    def __post_init__(self) -> None:
        self.opened.append(self)
        self._framer = Framer()
        self._heard: list[Message] = []

    @classmethod
    async def call(cls, port: int, number: int = 0, version: Version = Version.V2013) -> Caller:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, phone_of(number), version)

    @classmethod
    async def welcome(cls, port: int, number: int = 0, version: Version = Version.V2013) -> Caller:
        """Return one that has registered and authenticated."""
        caller = await cls.call(port, number, version)
        await caller.say(Registration(32, 412, "MUCK", "M1", "T000001", 2, "", version))
        answer = await caller.hear()
        assert isinstance(answer, RegistrationAnswer)
        assert answer.result == 0
        await caller.say(Authentication(answer.code))
        assert (await caller.hear()).result == 0
        return caller

    async def say(self, message: Message, serial: int | None = None) -> int:
        """Say a message and return its serial."""
        serial = self.serial if serial is None else serial
        frames = encode(message, self.phone, serial, self.version)
        await self.send(b"".join(frames))
        self.serial = serial + len(frames) & 0xFFFF
        return serial

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self, most_s: float = 5.0) -> Message:
        """Return the next message of the platform."""
        while not self._heard:
            data = await asyncio.wait_for(self.reader.read(4096), most_s)
            if not data:
                raise ConnectionResetError("the bridge has ended the connection")
            for frame in self._framer.feed(data):
                assert not isinstance(frame, BadFrame)
                self._heard.append(parse(frame.header, frame.body))
        return self._heard.pop(0)

    async def hear_end(self, most_s: float = 5.0) -> None:
        """Wait until the bridge has ended the connection."""
        deadline = time.monotonic() + most_s
        while time.monotonic() < deadline:
            try:
                if not await asyncio.wait_for(self.reader.read(65_536), most_s):
                    return
            except ConnectionError:
                return
        raise AssertionError(f"expected the end within {most_s} s")

    async def is_silent(self, for_s: float = 0.3) -> bool:
        """Return whether nothing comes for a while."""
        try:
            await self.hear(for_s)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.writer.close()

    @classmethod
    async def close_all(cls) -> None:
        """Close every one that was made, and wait for it."""
        for caller in cls.opened:
            caller.close()
        await asyncio.gather(*(caller.writer.wait_closed() for caller in cls.opened), return_exceptions=True)
        cls.opened.clear()


class KeepingPlatform(AcknowledgingPlatform):
    """Acknowledges what it refuses too, as ingest does, and keeps it.

    Attributes:
        refused: What was refused, as it was kept.
        fixes: Every fix received, by device.
        events: Every device event received.
        replies: Status and result by command id, in the order received.
    """

    def __init__(self, address: BrokerAddress) -> None:
        super().__init__(address)
        self.refused: list[Rejected] = []
        self.fixes: dict[str, list[Fix]] = {}
        self.events: list[DeviceEvent] = []
        self.replies: dict[str, list[tuple[str, str]]] = {}

    async def _take(self, client: aiomqtt.Client, topic: str, payload: bytes) -> None:
        content = decode_block(MessageBlock.from_messages([(topic, payload, 0)]), self._topics, EVER)
        sender = content.topics[int(content.sender[0])]
        self.refused += content.rejected
        self.events += content.device_events
        self.fixes.setdefault(sender.device, []).extend(rows_of(content.fixes))
        for reply in content.replies:
            self.replies.setdefault(reply.id, []).append((reply.status, reply.result))
        kept = [(one.epoch, one.seq) for one in content.rejected if one.epoch is not None and one.seq is not None]
        if kept and not self.silent:
            ack = commit_ack.CommitAck({0: [(seq, seq) for _, seq in kept]})
            await client.publish(down_topic(sender, "ack"), commit_ack.encode(ack), qos=0, timeout=1.0)
        await super()._take(client, topic, payload)
