"""The bridge's side of MQTT: what goes up in bulk, what comes down handed to the event loop in bulk.

One connection speaks for every terminal. Messages are laid out as packets and gathered for a few milliseconds: a task
or a system call for each would cost more than everything else the bridge does. They go out at QoS 1; whether the broker
took them is of no weight, as a terminal keeps what the commit acknowledgement has not named.

The connection counts as usable (`connection`) only when everybody's subscription has been sent on it: what would be
published before could be acknowledged to nobody. Where a slow broker cost packets, subscriptions among them, everything
is subscribed anew.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from firmware_contracts.transport import BrokerAddress
from ingest.jt808.bureau import Publication
from ingest.jt808.mqtt5_messages import messages_of
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import ControlPacket, Packets, publish_packet, subscribe_packet, unsubscribe_packet

log = structlog.get_logger(__name__)

CLIENT_ID = "muckline-bridge"
GATHER_S = 0.005  # at 5,000 reports a second 25 of them share one system call
UNSENT_BYTES_MOST = 4 * 1024 * 1024  # 30,000 reports: a broker that is this far behind gets no more for now
READS_IN_HAND_MOST = 8  # of 256 KiB each; beyond them the broker's socket is not read
FILTERS_A_PACKET = 500  # 40 bytes each: 20 kB, far below the broker's max_packet_size
PUBACK, SUBACK, UNSUBACK = 0x40, 0x90, 0xB0
REFUSED = 0x80  # reason codes from here on are refusals

Deliver = Callable[[bytes, bytes], None]


@dataclass(slots=True)
class _Gathered:
    """Packets that wait to be written."""

    parts: list[bytes]
    scheduled: bool = False


class Uplink:
    """The session with the broker, used from one event loop.

    Attributes:
        session: The MQTT session and its thread.
    """

    def __init__(
        self,
        address: BrokerAddress,
        loop: asyncio.AbstractEventLoop,
        deliver: Deliver,
        renew: Callable[[], Iterable[bytes]],
        counts: Counter[str],
    ) -> None:
        """Prepare; `start` connects.

        Args:
            address: Where the broker is.
            loop: Runs `deliver` and `renew`.
            deliver: Called with topic and payload of what comes down.
            renew: Called after each connect; returns the filters of everybody who is to be heard.
            counts: Where refusals of the broker are counted.
        """
        self._loop = loop
        self._deliver = deliver
        self._renew = renew
        self._counts = counts
        self._renewed = 0
        self._has_dropped = False
        self._packet_id = 0
        self._waiting = _Gathered([])
        self._in_hand = 0
        self._lock = threading.Lock()
        self.session = MqttSession(
            address.as_client(CLIENT_ID),
            SessionOptions(CLIENT_ID, version5=True, read_pause_ms=5),
            self._receive,
            lambda: self._in_hand < READS_IN_HAND_MOST,
            self._take_control,
        )

    @property
    def connection(self) -> int:
        """Return the number of the connection that takes messages, 0 while there is none."""
        session = self.session
        if not session.ready.is_set() or session.connection != self._renewed:
            return 0
        return session.connection

    def start(self) -> None:
        """Connect, and go on connecting."""
        self.session.start()

    def look(self) -> None:
        """Notice a new connection and subscribe on it; to be called some times a second.

        Raises:
            RuntimeError: The session's thread has ended by a fault of ours.
        """
        session = self.session
        if session.failure is not None:
            raise RuntimeError("the session with the broker has failed") from session.failure
        if not session.ready.is_set():
            return
        has_caught_up = self._has_dropped and session.unsent_bytes <= UNSENT_BYTES_MOST // 2
        if session.connection != self._renewed or has_caught_up:
            self._renewed, self._has_dropped = session.connection, False
            self.subscribe(self._renew())

    def subscribe(self, filters: Iterable[bytes]) -> None:
        """Hear what is said under these filters."""
        self._ask(subscribe_packet, filters)

    def unsubscribe(self, filters: Iterable[bytes]) -> None:
        """Hear it no more."""
        self._ask(unsubscribe_packet, filters)

    def publish(self, messages: Iterable[Publication]) -> None:
        """Send messages soon."""
        for topic, payload, retain in messages:
            self._gather(publish_packet(topic, payload, version5=True, packet_id=self._next_id(), retain=retain))

    def flush(self) -> None:
        """Send what was gathered."""
        waiting, self._waiting = self._waiting.parts, _Gathered([])
        if self.session.unsent_bytes > UNSENT_BYTES_MOST:
            self._counts["dropped_behind_the_broker"] += len(waiting)
            self._has_dropped = True
        elif waiting:
            self.session.send(b"".join(waiting), self._renewed)

    def close(self) -> None:
        """Write what was flushed and take leave; blocks for a moment."""
        self.session.close()

    def _ask(self, packet: Callable[..., bytes], filters: Iterable[bytes]) -> None:
        asked = list(filters)
        for at in range(0, len(asked), FILTERS_A_PACKET):
            self._gather(packet(asked[at : at + FILTERS_A_PACKET], self._next_id(), version5=True))

    def _gather(self, packet: bytes) -> None:
        self._waiting.parts.append(packet)
        if not self._waiting.scheduled:
            self._waiting.scheduled = True
            self._loop.call_later(GATHER_S, self.flush)

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 0xFFFF + 1
        return self._packet_id

    def _receive(self, packets: Packets, connection: int) -> None:
        """Hand a read over to the event loop; called in the session's thread."""
        with self._lock:
            self._in_hand += 1
        self._loop.call_soon_threadsafe(self._take, packets, connection)

    def _take(self, packets: Packets, connection: int) -> None:
        with self._lock:
            self._in_hand -= 1
        if self._in_hand == READS_IN_HAND_MOST - 1:
            self.session.wake()
        acknowledge = []
        for topic, payload, packet_id in messages_of(packets):
            if packet_id:
                acknowledge.append(b"\x40\x02" + packet_id)
            self._deliver(topic, payload)
        if acknowledge:
            self.session.send(b"".join(acknowledge), connection)

    def _take_control(self, packet: ControlPacket) -> bool:
        """Take the answers to our own packets, which the library knows nothing of; in the session's thread."""
        kind = packet.header & 0xF0
        if kind == PUBACK:
            if len(packet.body) > 2 and packet.body[2] >= REFUSED:
                self._counts["refused_by_the_broker"] += 1
            return True
        if kind == SUBACK:
            refused = sum(reason >= REFUSED for reason in packet.body[3:])  # behind the id and no properties
            if refused:
                self._counts["subscriptions_refused"] += refused
                log.error("subscriptions_refused", count=refused, meaning="the broker's access list is not ours")
            return True
        return kind == UNSUBACK
