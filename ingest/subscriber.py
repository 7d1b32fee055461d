"""Reads the terminals' messages and acknowledges them when told to, never before.

The number of messages held is the back-pressure. The broker hands out at most `window` (MQTT 5: receive maximum; 3.1.1:
its own max_inflight_messages). Where it hands out more, because it is unlimited or because Mosquitto 2.0.11 releases a
whole window for each acknowledgement after a reconnect, reading stops at twice the window and TCP holds the rest back.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from firmware_contracts.topics import up_filter
from firmware_contracts.transport import BrokerAddress
from ingest.delivery import Batch, Delivery
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import Packets, pubacks
from ingest.settings import IngestSettings

TAKE_S = 1.0  # whoever waits for messages looks this often whether the session's thread still lives


class Subscriber:
    """The session that reports come in on.

    Attributes:
        session: The MQTT session itself.
        held: Messages read and not yet acknowledged.
    """

    def __init__(self, address: BrokerAddress, settings: IngestSettings, *, expect_session: bool) -> None:
        """Prepare to read; `start` begins.

        Args:
            address: Where the broker is.
            settings: Client id, regions, window and pauses.
            expect_session: An earlier run is known to have left a session with the broker.
        """
        options = session_options(settings, expect_session=expect_session)
        self.session = MqttSession(address.as_client(options.client_id), options, self._receive, self._may_read)
        self.held = 0
        self._window = settings.window
        self._most_held = 2 * settings.window
        self._version5 = settings.mqtt_version == "5"
        self._deliveries: list[Delivery] = []
        self._held_since_ms: deque[int] = deque()
        self._arrival = threading.Condition()
        self._arrived_s = time.monotonic()
        self._stopped = False

    def start(self) -> None:
        """Connect and begin to read."""
        self.session.start()

    def take(self, timeout_s: float) -> list[Delivery]:
        """Return what has been read since the last call, waiting for something if there is nothing yet.

        Raises:
            RuntimeError: The session's thread has ended by a fault of ours.
        """
        with self._arrival:
            if not self._deliveries and timeout_s > 0:
                self._arrival.wait(min(timeout_s, TAKE_S))
            taken, self._deliveries = self._deliveries, []
        if self.session.failure is not None:
            raise RuntimeError("the reader of the broker's messages has failed") from self.session.failure
        return taken

    def acknowledge(self, batch: Batch) -> None:
        """Tell the broker, in the order received, that these messages are safe, and let go of them."""
        for connection, packet_ids in batch.by_connection():
            self.session.send(pubacks(packet_ids), connection)
        with self._arrival:
            self.held -= len(batch)
            for _ in batch.deliveries:
                self._held_since_ms.popleft()
        self.session.wake()

    def oldest_ms(self) -> int | None:
        """Return when the oldest message was read that is not acknowledged yet, None while none is held."""
        with self._arrival:
            return self._held_since_ms[0] if self._held_since_ms else None

    def silent_s(self) -> float:
        """Return for how long nothing has come although messages are held, 0 while none are. [s]"""
        return time.monotonic() - self._arrived_s if self.held else 0.0

    def is_exhausted(self) -> bool:
        """Return whether the whole window is held: no more comes before some of it is acknowledged."""
        return self.held >= self._window

    def stop_reading(self) -> None:
        """Read no more; what has been read can still be taken and acknowledged."""
        self._stopped = True
        self.session.wake()

    def close(self) -> None:
        """Write the acknowledgements that wait and take leave; the broker keeps the session."""
        self.session.close()

    def _receive(self, packets: Packets, connection: int) -> None:
        delivery = Delivery(packets, time.time_ns() // 1_000_000, connection, self._version5)
        with self._arrival:
            self.held += len(delivery)
            self._held_since_ms.append(delivery.received_at_ms)
            self._arrived_s = time.monotonic()
            self._deliveries.append(delivery)
            self._arrival.notify()

    def _may_read(self) -> bool:
        return not self._stopped and self.held < self._most_held


def session_options(settings: IngestSettings, *, expect_session: bool) -> SessionOptions:
    """Return what ingest asks of the broker: a kept session under a fixed name, a window, every region's topics."""
    return SessionOptions(
        client_id=settings.client_id,
        version5=settings.mqtt_version == "5",
        kept=True,
        expected=expect_session,
        subscriptions=tuple(map(up_filter, settings.regions or ("+",))),
        receive_maximum=min(settings.window, 65_535),  # a packet id has 16 bits
        expiry_s=settings.session_expiry_s,
        keepalive_s=settings.keepalive_s,
        read_pause_ms=settings.read_pause_ms,
    )
