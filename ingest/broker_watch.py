"""What the broker says of itself under $SYS, every few seconds: what it dropped, who is there, what it holds.

A figure is told when it has changed, and retained for 60 s: of one that rests nothing is heard before it moves.
Mosquitto tells nobody whose message it drops when a queue is full; it only counts them. What its access list refuses
it does not even count (2.0.11 writes it to the debug log alone), and it acknowledges it to a 3.1.1 client. It shows in
what is missing: `received` grows by every message of every client, so that what grows there, and neither in `messages`
of the ingests nor in what the platform sent itself, was refused. A terminal that waits for commit acknowledgements
keeps it.
"""

from __future__ import annotations

import structlog

from firmware_contracts.transport import BrokerAddress
from ingest.metrics import IngestMetrics
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import MalformedPacketError, Packets, parse, pubacks
from ingest.settings import IngestSettings

log = structlog.get_logger(__name__)

DROPPED = "publish/messages/dropped"
# Topic below $SYS/broker, and how it is called in the metrics.
TOPICS = {
    DROPPED: "dropped",
    "publish/messages/received": "received",
    "clients/connected": "clients_connected",
    "clients/disconnected": "sessions_kept",
    "store/messages/count": "messages_stored",
    "store/messages/bytes": "bytes_stored",
    "retained messages/count": "messages_retained",
    "uptime": "uptime_seconds",
}
MEANING = "a queue of the broker was full: terminals send again what was not committed, others cannot"


class BrokerWatch:
    """Listens to the broker's own figures.

    Attributes:
        session: The MQTT session they come in on.
        figures: The last of each, by its name in the metrics; empty before the first.
    """

    def __init__(self, address: BrokerAddress, settings: IngestSettings, metrics: IngestMetrics) -> None:
        name = f"{settings.client_id}-monitor"
        self._version5 = settings.mqtt_version == "5"
        options = SessionOptions(
            name,
            version5=self._version5,
            keepalive_s=settings.keepalive_s,
            subscriptions=tuple(f"$SYS/broker/{topic}" for topic in TOPICS),
        )
        self.session = MqttSession(address.as_client(name), options, self._receive)
        self.figures: dict[str, float] = {}
        self._metrics = metrics

    def start(self) -> None:
        """Connect."""
        self.session.start()

    def close(self) -> None:
        """Take leave."""
        self.session.close()

    def _receive(self, packets: Packets, connection: int) -> None:
        try:
            block, packet_ids = parse([packets], [0], version5=self._version5)
        except MalformedPacketError:
            return  # figures that nothing depends on: the next come in a moment
        self.session.send(pubacks(packet_ids), connection)
        for at in range(len(block)):
            self._take(block.topic(at).decode("utf-8", "replace"), block.payload(at))

    def _take(self, topic: str, payload: bytes) -> None:
        name = TOPICS.get(topic.removeprefix("$SYS/broker/"))
        value = number(payload)
        if name is None or value is None:
            return
        before = self.figures.get(name, 0.0)  # what is told first has changed within a minute
        if topic.endswith(DROPPED) and value > before:
            log.error("broker_dropped", messages=int(value - before), since_start=int(value), meaning=MEANING)
        self.figures[name] = value
        self._metrics.broker.labels(name).set(value)


def number(payload: bytes) -> float | None:
    """Return the number a figure begins with: `uptime` says "12 seconds"."""
    try:
        return float(payload.split(b" ", 1)[0])
    except ValueError:
        return None
