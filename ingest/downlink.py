"""Sends commands and settings to terminals, beside the running ingest; the database says what is due.

One sender for all ingests of a database: it holds an advisory lock, and the next one takes over when it is gone. It
claims what is due (the next sending is put off and committed), publishes at QoS 1, and waits for the broker to confirm;
what was not confirmed is due again at once. So a command is sent again rather than lost, whatever is killed when, and
terminals carry each out at most once.

Replies come with everything else that terminals send (`storage.downlink_replies`). The connection is made when there
is something to send for the first time: a city that has the downlink off never sees it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import psycopg
import structlog
from psycopg import Connection

from firmware_contracts.topics import DownTopic
from firmware_contracts.transport import BrokerAddress
from ingest.metrics import IngestMetrics
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import ControlPacket, publish_packet
from ingest.settings import IngestSettings
from storage import downlink
from storage.connect import claim_writer, connect_writer
from storage.downlink import Sending
from storage.downlink_life import STATUSES
from storage.downlink_orders import CHANNEL
from storage.errors import StorageError, WriterTaken

log = structlog.get_logger(__name__)

CLIENT_ID = "muckline-downlink"
LOOK_S = 1.0  # how often it is looked what is due; a new command is announced
STOP_S = 0.1  # a shutdown waits no longer than this for a sender that has nothing to do
STANDBY_S = 5.0  # how often another sender is tried to be replaced
AWAY_S = 5.0  # how long to wait for a database that is away
WINDOW = 20  # unconfirmed messages: what every broker takes, unless told otherwise (Mosquitto, max_inflight_messages)
CONFIRM_S = 5.0  # a broker that has not confirmed by then has lost the messages
QUEUED_MOST_S = 7200  # a command waits this long at the broker for a terminal with a kept session: 20 copies at most
COUNT_S = 15.0  # how often the commands are counted for the metrics
CLOSE_S = 5.0
PUBACK = 0x40
REFUSED_FROM = 0x80  # reason codes of MQTT 5 from here on say no


class DownlinkSender:
    """The thread of the downlink.

    Attributes:
        session: Its MQTT session, None until there was something to send.
    """

    def __init__(
        self,
        address: BrokerAddress,
        settings: IngestSettings,
        database_url: str,
        metrics: IngestMetrics,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.session: MqttSession | None = None
        self._address = address
        self._version5 = settings.mqtt_version == "5"
        self._keepalive_s = settings.keepalive_s
        self._url = database_url
        self._metrics = metrics
        self._now_ms = now_ms
        self._packet_id = 0
        self._unconfirmed: dict[int, Sending] = {}
        self._confirmation = threading.Condition()
        self._counted_s = -COUNT_S
        self._told_refused = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="downlink", daemon=True)
        metrics.observe(metrics.downlink_connected, lambda: float(self._is_connected()))

    def start(self) -> None:
        """Begin to look what is due."""
        self._thread.start()

    def close(self) -> None:
        """Send no more; what was claimed and not confirmed is sent by whoever comes next."""
        self._stop.set()
        with self._confirmation:
            self._confirmation.notify_all()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        self._disconnect()

    def _disconnect(self) -> None:
        """Leave the broker: whoever holds the claim now connects under the same name, and we must not throw it out."""
        session, self.session = self.session, None
        if session is not None:
            session.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._live()
            except WriterTaken:
                self._stop.wait(STANDBY_S)
            except (psycopg.OperationalError, StorageError) as error:
                log.warning("downlink_waits", meaning=str(error).strip())
                self._stop.wait(AWAY_S)
            except Exception:  # a mistake of ours must not end the downlink of a city for good
                log.exception("downlink_failed")
                self._stop.wait(AWAY_S)

    def _live(self) -> None:
        """Send for as long as the database stands and the claim is ours."""
        try:
            with connect_writer(self._url, application_name=CLIENT_ID) as connection:
                claim_writer(connection, CLIENT_ID)
                connection.execute(f"listen {CHANNEL}")
                self._work(connection)
        finally:
            self._disconnect()

    def _work(self, connection: Connection) -> None:
        while not self._stop.is_set():
            self._turn(connection)
            self._wait(connection)

    def _wait(self, connection: Connection) -> None:
        """Wait until something is announced, or it is time to look, or to stop."""
        deadline_s = time.monotonic() + LOOK_S
        while not self._stop.is_set() and time.monotonic() < deadline_s:
            if list(connection.notifies(timeout=STOP_S, stop_after=1)):
                return

    def _turn(self, connection: Connection) -> None:
        """End what has expired, send what is due, withdraw what may not stand any more."""
        downlink.expire(connection, self._now_ms())
        if self.session is None and downlink.has_work(connection, self._now_ms()):
            self._connect()
        while self._is_connected() and (due := downlink.claim_due(connection, self._now_ms(), WINDOW)):
            lost = self._publish(due)
            if lost:
                downlink.not_sent(connection, [one.command_no for one in lost], self._now_ms())
            if lost or self._stop.is_set():
                break
        if self._is_connected() and (gone := downlink.to_withdraw(connection, self._now_ms(), WINDOW)):
            lost = self._publish(gone)
            downlink.withdrawn(connection, [one.command_no for one in gone if one not in lost], self._now_ms())
        self._count(connection)

    def _connect(self) -> None:
        options = SessionOptions(CLIENT_ID, version5=self._version5, keepalive_s=self._keepalive_s)
        address = self._address.as_client(CLIENT_ID)
        self.session = MqttSession(address, options, lambda *_: None, take_control=self._confirmed)
        self.session.start()
        self.session.ready.wait(LOOK_S)  # what there is to send shall not wait for the next look

    def _is_connected(self) -> bool:
        return self.session is not None and self.session.ready.is_set()

    def _publish(self, sendings: Sequence[Sending]) -> list[Sending]:
        """Hand messages to the broker and return those that it did not confirm."""
        session = self.session
        if session is None:
            return list(sendings)
        packets = []
        with self._confirmation:
            self._unconfirmed.clear()
            for one in sendings:
                self._packet_id = self._packet_id % 65_535 + 1
                self._unconfirmed[self._packet_id] = one
                packets.append(self._packet(one, self._packet_id))
        session.send(b"".join(packets), session.connection)
        deadline_s = time.monotonic() + CONFIRM_S
        with self._confirmation:
            while self._unconfirmed and not self._stop.is_set() and self._is_connected():
                if not self._confirmation.wait(min(deadline_s - time.monotonic(), 0.2)) and (
                    time.monotonic() >= deadline_s
                ):
                    break
            lost = list(self._unconfirmed.values())
            self._unconfirmed.clear()
        for one in sendings:
            if one not in lost:
                self._metrics.downlink_sent.labels(one.channel).inc()
        return lost

    def _packet(self, one: Sending, packet_id: int) -> bytes:
        topic = str(DownTopic(one.region, one.terminal_kind, one.device, one.channel)).encode()
        retain = one.channel == "config"
        left_s = max((one.expires_ms - self._now_ms()) // 1000 + 1, 1)
        expiry_s = None if not one.payload else left_s if retain else min(left_s, QUEUED_MOST_S)
        return publish_packet(
            topic, one.payload, version5=self._version5, packet_id=packet_id, retain=retain, expiry_s=expiry_s
        )

    def _confirmed(self, packet: ControlPacket) -> bool:
        """Hear, in the session's thread, that the broker has a message, or does not want it."""
        if packet.header != PUBACK or len(packet.body) < 2:
            return False
        with self._confirmation:
            one = self._unconfirmed.pop(int.from_bytes(packet.body[:2], "big"), None)
            self._confirmation.notify_all()
        reason = packet.body[2] if len(packet.body) > 2 else 0
        if one is not None and reason >= REFUSED_FROM and not self._told_refused:
            self._told_refused = True
            log.error("downlink_refused", reason=reason, device=one.device, meaning=BROKER_REFUSED)
        return True

    def _count(self, connection: Connection) -> None:
        if time.monotonic() - self._counted_s < COUNT_S:
            return
        self._counted_s = time.monotonic()
        counts = downlink.count_by_status(connection)
        for status in STATUSES:
            self._metrics.downlink_commands.labels(status).set(counts.get(status, 0))


BROKER_REFUSED = (
    f"the broker does not let {CLIENT_ID} write to a terminal's down topics; commands are sent again until they expire"
)
