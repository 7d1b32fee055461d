"""The one module that knows the MQTT library: a session with the broker, kept up for ever by one thread.

paho-mqtt keeps the session (CONNECT, SUBSCRIBE, keepalive, TLS); its reading of packets, three system calls and several
objects a message, is replaced by bulk reads (`_BulkClient._packet_read`). That method and the few names used beside it
are private to paho: the version is pinned, and `tests/test_ingest_mqtt_session.py` fails when one of them changes.

All reading and writing happens in the session's thread. Others hand it bytes with `send`, which names the connection
that the bytes are meant for: after a reconnect the broker gives packet ids out anew, and an old acknowledgement would
take a message away that nobody has stored.
"""

from __future__ import annotations

import contextlib
import random
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MessageType, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress
from ingest.backoff import Backoff
from ingest.packets import ControlPacket, MalformedPacketError, Packets, PacketSplitter

log = structlog.get_logger(__name__)

READ_BYTES = 256 * 1024  # holds 5 ms of what one Mosquitto core can send, and still fits the processor's second cache
DISCONNECT = b"\xe0\x00"
GOODBYE_S = 2.0  # a broker that has not closed by then has lost us anyway
POLL_S = 1.0  # keepalive is looked at this often
SETTLED_S = 10.0  # a connection that lasted this long was a success; two that throw each other out back off

Receive = Callable[[Packets, int], None]
TakeControl = Callable[[ControlPacket], bool]


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What we ask of the broker.

    Attributes:
        client_id: Names the session.
        version5: MQTT 5; False speaks 3.1.1.
        kept: The broker keeps the session while we are away.
        expected: A session is known to exist already; its absence is a loss.
        subscriptions: Topic filters, at QoS 1.
        receive_maximum: Most unacknowledged messages, MQTT 5 only.
        expiry_s: How long a kept session lasts without us, MQTT 5 only. [s]
        keepalive_s: Longest silence on the wire. [s]
        read_pause_ms: Pause after each read, so that the next one holds many packets. [ms]
    """

    client_id: str
    version5: bool
    kept: bool = False
    expected: bool = False
    subscriptions: tuple[str, ...] = ()
    receive_maximum: int = 65_535
    expiry_s: int = 0
    keepalive_s: int = 15
    read_pause_ms: int = 0


class MqttSession:
    """One MQTT session and the thread that keeps it.

    Attributes:
        connection: Number of the connection that stands now or stood last, 0 before the first.
        ready: Set while connected and subscribed.
        lost_sessions: Times that the broker no longer knew a session it should have kept.
        stale_sends: Calls of `send` that came to nothing because their connection was gone.
        failure: What ended the thread, other than `close`.
    """

    def __init__(
        self,
        address: BrokerAddress,
        options: SessionOptions,
        receive: Receive,
        may_read: Callable[[], bool] = lambda: True,
        take_control: TakeControl = lambda _packet: False,
    ) -> None:
        """Prepare a session; `start` begins it.

        Args:
            address: Where the broker is.
            options: What is asked of it.
            receive: Called in the session's thread with what a read held and the number of its connection.
            may_read: False holds back reading; call `wake` when it turns True.
            take_control: Called in the session's thread with each packet that is no PUBLISH; True keeps it from the
                library, which knows nothing of packets that were handed to `send`.
        """
        self.connection = 0
        self.ready = threading.Event()
        self.lost_sessions = 0
        self.stale_sends = 0
        self.failure: BaseException | None = None
        self._address = address
        self._options = options
        self._may_read = may_read
        self._expected = options.expected
        self._fault: str | None = None
        self._told: str | None = None
        self._closing = False
        self._outgoing: deque[tuple[int, bytes]] = deque()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._client = _client(address, options, lambda packets: receive(packets, self.connection), take_control)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_disconnect = self._on_disconnect
        self._thread = threading.Thread(target=self._run, name=f"mqtt {options.client_id}", daemon=True)

    def start(self) -> None:
        """Connect, and go on connecting until `close`."""
        self._thread.start()

    def send(self, packets: bytes, connection: int) -> None:
        """Write whole packets if that connection still stands, else drop them; callable from any thread."""
        self._outgoing.append((connection, packets))
        self.wake()

    @property
    def unsent_bytes(self) -> int:
        """Return how much waits to be written."""
        queued = sum(len(packets) for _, packets in tuple(self._outgoing))
        return queued + sum(packet["to_process"] for packet in tuple(self._client._out_packet))

    def wake(self) -> None:
        """Make the thread look again at what it may read and has to write."""
        with contextlib.suppress(BlockingIOError):  # already full of wake-ups
            self._waker.send(b"\0")

    def close(self) -> None:
        """Write what was given to `send`, take leave of the broker, and end the thread; a kept session stays."""
        self._closing = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._woken.close()
        self._waker.close()

    def _run(self) -> None:
        backoff = Backoff(first_s=0.2, most_s=10.0, rng=random.Random())
        while not self._closing:
            self._fault = None
            if self.connection and not self._may_read():  # each connection would bring another window of messages
                self._pause(POLL_S)
                continue
            began_s = time.monotonic()
            try:
                self._client.reconnect()
                self._serve()
            except OSError as error:
                self._fault = str(error) or type(error).__name__
            except BaseException as error:  # noqa: BLE001 - ours, not theirs: handed to whoever waits for messages
                self.failure = error
                return
            finally:
                self.ready.clear()
                self._client._sock_close()
            if time.monotonic() - began_s > SETTLED_S:
                backoff.reset()
            if not self._closing:
                self._tell(self._fault or "connection lost")
                self._pause(backoff.next_s())

    def _serve(self) -> None:
        """Read and write until the connection ends."""
        client = self._client
        while (sock := client.socket()) is not None and self._fault is None:
            self._hand_over_outgoing()
            if self._closing:
                self._say_goodbye()
                return
            reading = not self.ready.is_set() or self._may_read()
            if not reading:
                client._ping_t = 0.0  # the answer to our ping waits behind what we do not read: not a dead broker
            if self._poll(sock, reading=reading):
                client.loop_read()
                if not client.filled:
                    self._pause(self._options.read_pause_ms / 1000)
            if client.want_write():
                client.loop_write()
            client.loop_misc()

    def _poll(self, sock: Any, *, reading: bool) -> bool:
        """Wait for something to do; return whether the socket is to be read."""
        if reading and isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        read_events = select.POLLIN if reading else 0
        poll.register(sock, read_events | (select.POLLOUT if self._client.want_write() else 0))
        events = dict(poll.poll(POLL_S * 1000))
        if self._woken.fileno() in events:
            self._forget_wakes()
        happened = events.get(sock.fileno(), 0)
        return bool(happened & (select.POLLIN | select.POLLHUP | select.POLLERR))

    def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until the next wake-up."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        if seconds > 0 and poll.poll(seconds * 1000):
            self._forget_wakes()

    def _forget_wakes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)

    def _hand_over_outgoing(self) -> None:
        """Give the library what was meant for the connection that stands, in one write."""
        packets = []
        while self._outgoing:
            connection, data = self._outgoing.popleft()
            if connection == self.connection and self._client.is_connected():
                packets.append(data)
            else:
                self.stale_sends += 1
        if packets:
            # the library looks at the type of a queued packet only for QoS 0 PUBLISH and DISCONNECT
            self._client._packet_queue(MessageType.PUBACK, b"".join(packets), 0, 0)

    def _say_goodbye(self) -> None:
        """Write everything and wait until the broker has closed: closing first could cost the last acknowledgements."""
        deadline_s = time.monotonic() + GOODBYE_S
        while self._client.want_write() and time.monotonic() < deadline_s:
            self._client.loop_write()
            self._pause(0.001)
        sock: Any = self._client.socket()
        if sock is None:
            return
        sock.settimeout(GOODBYE_S)
        sock.sendall(DISCONNECT)
        while sock.recv(READ_BYTES) and time.monotonic() < deadline_s:
            pass

    def _on_connect(
        self, client: paho.Client, _data: Any, flags: paho.ConnectFlags, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._fault = f"the broker refused us: {reason}"
            return
        self.connection += 1
        if self._options.kept and self._expected and not flags.session_present:
            self.lost_sessions += 1
            log.error("session_lost", client_id=self._options.client_id, meaning=SESSION_LOST)
        self._expected = self._options.kept
        if not self._options.subscriptions:
            self._now_ready()
            return
        if self._options.version5:
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            client.subscribe([(topic, options) for topic in self._options.subscriptions])
        else:
            client.subscribe([(topic, 1) for topic in self._options.subscriptions])

    def _on_subscribe(self, _client: paho.Client, _data: Any, _mid: int, reasons: list[Any], _properties: Any) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self._fault = f"the broker refused a subscription: {refused[0]}"
            return
        self._now_ready()

    def _now_ready(self) -> None:
        self._told = None
        self.ready.set()
        log.info("broker_connected", client_id=self._options.client_id, connection=self.connection)

    def _on_disconnect(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.ready.clear()
        if self._fault is None and not self._closing:
            self._fault = f"disconnected: {reason}"

    def _tell(self, fault: str) -> None:
        """Log a fault once, not at each retry."""
        if fault != self._told:
            self._told = fault
            log.warning("broker_lost", client_id=self._options.client_id, fault=fault)


SESSION_LOST = (
    "the broker forgot this session and what it had queued for us; terminals that wait for the commit "
    "acknowledgement send it again, others cannot"
)


def _client(
    address: BrokerAddress, options: SessionOptions, receive: Callable[[Packets], None], take_control: TakeControl
) -> _BulkClient:
    client = _BulkClient(options, receive, take_control)
    if address.username is not None:
        client.username_pw_set(address.username, address.password)
    context = client_context(address)
    if context is not None:
        client.tls_set_context(context)
    host, port, keepalive_s = address.host, address.port, options.keepalive_s
    if options.version5:
        properties = _connect_properties(options)
        client.connect_async(host, port, keepalive_s, clean_start=not options.kept, properties=properties)
    else:
        client.connect_async(host, port, keepalive_s)
    return client


def _connect_properties(options: SessionOptions) -> Properties:
    """Return the properties of CONNECT; without a Topic Alias Maximum the broker may use no aliases."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.ReceiveMaximum = options.receive_maximum
    if options.kept:
        properties.SessionExpiryInterval = options.expiry_s
    return properties


class _BulkClient(paho.Client):
    """paho's client, reading in bulk: blocks of PUBLISH packets to us, everything else to paho's own handlers.

    Attributes:
        filled: The last read took all it had room for, so that more is waiting.
    """

    def __init__(self, options: SessionOptions, receive: Callable[[Packets], None], take_control: TakeControl) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=options.client_id,
            clean_session=None if options.version5 else not options.kept,
            protocol=MQTTProtocolVersion.MQTTv5 if options.version5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self.filled = False
        self._receive = receive
        self._take_control = take_control
        self._splitter = PacketSplitter()

    def reconnect(self) -> MQTTErrorCode:
        self._splitter = PacketSplitter()
        return super().reconnect()

    def _packet_read(self) -> MQTTErrorCode:
        try:
            chunk = self._read_bulk()
            packets = self._splitter.feed(chunk)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_AGAIN
        except OSError:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        except MalformedPacketError:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        rc = MQTTErrorCode.MQTT_ERR_SUCCESS if chunk else MQTTErrorCode.MQTT_ERR_CONN_LOST
        for packet in packets.control:
            if not self._take_control(packet):
                rc = rc or self._handle_control(packet)
        if len(packets):
            self._receive(packets)
        return rc

    def _read_bulk(self) -> bytes:
        """Return what the socket holds, up to READ_BYTES; TLS gives at most 16 KiB of it a call.

        Raises:
            BlockingIOError: The socket holds nothing.
        """
        parts = [self._sock_recv(READ_BYTES)]
        room = READ_BYTES - len(parts[0])
        while parts[-1] and room > 0:
            try:
                parts.append(self._sock_recv(room))
            except BlockingIOError:
                break
            room -= len(parts[-1])
        self.filled = room <= 0
        return b"".join(parts)

    def _handle_control(self, packet: ControlPacket) -> MQTTErrorCode:
        self._in_packet = {
            "command": packet.header,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(packet.body),
            "packet": bytearray(packet.body),
            "to_process": 0,
            "pos": 0,
        }
        try:
            return self._packet_handle()
        except MalformedPacket:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
