"""The bridge's sockets: bytes between terminals, their sessions and the broker, in one event loop.

Nothing is decided here. A terminal's bytes go to its session, what the session puts out is written and published; what
comes down for a device goes to the session that speaks for it now. The newest connection of a device is the one.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TextIO

import structlog

from firmware_contracts.errors import ContractError
from firmware_contracts.topics import parse_down_topic
from firmware_contracts.transport import BrokerAddress
from ingest.jt808.bureau import Bureau, Moment, Publication
from ingest.jt808.connection import Connection
from ingest.jt808.enrolment import Enrolled, Enrolment
from ingest.jt808.frames_file import FramesFile
from ingest.jt808.settings import BridgeSettings
from ingest.jt808.uplink import Uplink

log = structlog.get_logger(__name__)

LOOK_S = 0.1  # how often the broker's connection is looked at: what a reconnect costs a terminal at most
TICK_S = 1.0
TELL_S = 60.0  # each reason to end a connection is told this often, and always counted
TOPICS_A_TERMINAL = 3  # the channels of contract v1
BACKLOG = 1024  # terminals that connect in the same moment, as after a power cut


class Bridge:
    """All connections, and the uplink that they share.

    Attributes:
        bureau: What the sessions share.
        port: Where terminals connect, once started.
    """

    def __init__(
        self, settings: BridgeSettings, broker: BrokerAddress, bureau: Bureau, frames: TextIO | None = None
    ) -> None:
        """Join the parts; `start` begins.

        Args:
            settings: What an operator may set.
            broker: Where the broker is.
            bureau: What the sessions share.
            frames: Where received bytes are written down, None for nowhere.
        """
        self.bureau = bureau
        self.port = 0
        self._settings = settings
        self._frames = FramesFile(frames)
        self._loop = asyncio.get_running_loop()
        self._uplink = Uplink(broker, self._loop, self._deliver, self._filters, bureau.counts)
        self._strangers: OrderedDict[Connection, None] = OrderedDict()  # not authenticated yet, the oldest first
        self._connections: set[Connection] = set()
        self._by_device: dict[str, Connection] = {}
        self._by_topic: dict[bytes, tuple[str, str]] = {}
        self._untold: dict[str, Publication] = {}  # who went offline while the broker was away
        self._told_s: dict[str, float] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._uplink.start()
        host, port = self._settings.host, self._settings.port
        self._server = await self._loop.create_server(lambda: Connection(self), host, port, backlog=BACKLOG)
        self.port = self._server.sockets[0].getsockname()[1]

    async def run(self, stop: asyncio.Event, check: Callable[[], None] = lambda: None) -> None:
        """Look after the connections until told to stop.

        Args:
            stop: Ends it.
            check: Called some times a second; raises where another part has failed.

        Raises:
            RuntimeError: The session with the broker has failed by a fault of ours.
        """
        ticked_s = time.monotonic()
        while not stop.is_set():
            self._uplink.look()
            check()
            if time.monotonic() - ticked_s >= TICK_S:
                ticked_s = time.monotonic()
                self._tick()
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        """Hear nobody any more, say who is offline, and take leave of the broker."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.end("stopping")
        self._uplink.flush()
        await asyncio.to_thread(self._uplink.close)

    def enrol(self, enrolment: Enrolment) -> None:
        """Exchange who may speak; who may not any more is put out at once."""
        self.bureau.enrolment = enrolment
        for problem in enrolment.problems:
            log.error("not_enrolled", fault=problem)
        log.info("enrolled", terminals=len(enrolment.by_phone), suspended=len(enrolment.suspended))
        at = self.now()
        for connection in list(self._by_device.values()):
            connection.session.tick(at)
            connection.carry_out()

    def now(self) -> Moment:
        """Return the present."""
        return Moment(time.time_ns() // 1_000_000, time.monotonic(), self._uplink.connection)

    # ---- connections

    def opened(self, connection: Connection) -> None:
        """Take a connection in; where there are too many the oldest stranger makes room, else the new one goes."""
        self._connections.add(connection)
        self._strangers[connection] = None
        self.bureau.counts["connections"] += 1
        if len(self._connections) > self._settings.max_connections:
            next(iter(self._strangers)).end("too_many_connections")

    def welcome(self, connection: Connection, enrolled: Enrolled) -> None:
        """Let a connection speak for its device; one before it is ended."""
        self._strangers.pop(connection, None)
        before = self._by_device.get(enrolled.device)
        self._by_device[enrolled.device] = connection
        if before is not None and before is not connection:
            before.end("replaced")
        self._untold.pop(enrolled.device, None)
        self._uplink.subscribe([enrolled.down_filter])  # anew where it stood already: retained settings come again

    def closed(self, connection: Connection) -> None:
        """Let a connection go."""
        self._connections.discard(connection)
        self._strangers.pop(connection, None)
        enrolled = connection.session.enrolled
        if enrolled is not None and self._by_device.get(enrolled.device) is connection:
            del self._by_device[enrolled.device]
            offline = connection.session.state("offline", self.now())
            if self._uplink.connection:
                self._uplink.publish([offline])
                self._uplink.unsubscribe([enrolled.down_filter])
            elif len(self._untold) < self._settings.max_connections:
                self._untold[enrolled.device] = offline
        connection.session.end(self.now())
        self._publish(connection)

    def carry_out(self, connection: Connection) -> None:
        """Publish what a session put out."""
        out = connection.session.out
        if out.welcome is not None:
            self.welcome(connection, out.welcome)
            out.welcome = None
        self._publish(connection)
        if out.close:
            connection.end(out.close)

    def _publish(self, connection: Connection) -> None:
        out = connection.session.out
        if out.publish:
            self._uplink.publish(out.publish)
            out.publish.clear()

    def tell(self, reason: str, peer: str) -> None:
        """Log why a connection ends, each reason once a minute."""
        now_s = time.monotonic()
        if now_s - self._told_s.get(reason, -TELL_S) >= TELL_S:
            self._told_s[reason] = now_s
            log.info("connection_ended", reason=reason, peer=peer, meaning="told once a minute, always counted")

    def write_down(self, data: bytes, peer: str) -> None:
        """Keep received bytes where an operator asked for it, up to a bound."""
        self._frames.write(data, peer)

    def _tick(self) -> None:
        """Ask for what is missing; end who is silent or never said who it is."""
        at, settings = self.now(), self._settings
        for connection in list(self._strangers):
            if at.clock_s - connection.opened_s < settings.hello_s:
                break  # the others came later
            connection.end("no_hello")
        for connection in list(self._by_device.values()):
            if at.clock_s - connection.session.heard_s > settings.idle_s:
                connection.end("silent")
            else:
                connection.session.tick(at)
                connection.carry_out()
        self._frames.flush()

    # ---- from the broker

    def _filters(self) -> Iterable[bytes]:
        """Return what the terminals connected now listen to, and say that they are online."""
        at = self.now()
        sessions = [connection.session for connection in self._by_device.values()]
        self._uplink.publish([*self._untold.values(), *(session.state("online", at) for session in sessions)])
        self._untold.clear()
        return [session.enrolled.down_filter for session in sessions if session.enrolled is not None]

    def _deliver(self, topic: bytes, payload: bytes) -> None:
        """Give a message of the platform to the session of its device."""
        try:
            device, channel = self._name_of(topic)
            connection = self._by_device.get(device)
            if connection is None:
                return  # left a moment ago
            if channel == "ack":
                connection.session.acknowledged(payload)
            elif channel == "command":
                connection.session.commanded(payload, self.now())
            else:
                connection.session.configured(payload, self.now())
        except ContractError as error:
            self.bureau.counts["unreadable_from_the_platform"] += 1
            log.error("unreadable_from_the_platform", topic=topic.decode(errors="replace"), fault=str(error))
            return
        connection.carry_out()

    def _name_of(self, topic: bytes) -> tuple[str, str]:
        """Return device and channel of a down topic.

        Raises:
            TopicError: It is none of contract v1.
        """
        named = self._by_topic.get(topic)
        if named is None:
            down = parse_down_topic(topic)
            if len(self._by_topic) >= TOPICS_A_TERMINAL * self._settings.max_connections:
                self._by_topic.clear()
            named = self._by_topic[topic] = (down.device, down.channel)
        return named
