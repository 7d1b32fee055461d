"""A terminal's connection to a real broker: a thin shell that moves bytes and answers, and reconnects for ever.

Everything worth deciding is decided in `terminal` and `cab`. A link has one task, which sleeps while the connection
stands; sending is done by whoever wakes it and by one timer, so that ten thousand links cost what they carry.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import numpy as np

from admission.errors import AdmissionError
from admission.tls import client_context
from firmware_contracts import commit_ack, device_state
from firmware_contracts.errors import ContractError
from firmware_contracts.transport import BrokerAddress
from simulators.roaming import BACKOFF_MAX_S, BACKOFF_S, Roaming
from simulators.station import Station
from simulators.wire import KEEPALIVE_S, Will, Wire, open_wire

FIRMWARE = "muckline-simulated-1"
LOOK_AFTER_S = KEEPALIVE_S / 3.0


class Link(Roaming):
    """One terminal on one connection.

    Attributes:
        station: Whose connection it is.
        lost_s: When it was last lost, on the clock, None while it stands or before the first. [s]
        on_locate: Called when the platform asks where the truck is: whoever generates its fixes records one.
    """

    faults = (OSError, AdmissionError)

    def __init__(  # noqa: PLR0917 - the first four say what it is, the others how it behaves among many
        self,
        station: Station,
        address: BrokerAddress,
        clock: Callable[[], float],
        rng: np.random.Generator,
        room: AbstractAsyncContextManager[object] | None = None,
        backoff_s: tuple[float, float] = (BACKOFF_S, BACKOFF_MAX_S),
    ) -> None:
        """Prepare; `run` connects.

        Args:
            station: The terminal.
            address: The broker.
            clock: The event loop's clock, which offers to the terminal use too. [s]
            rng: Spreads the reconnects.
            room: Entered while a connection is being made: bounds how many are at a time.
            backoff_s: Longest first pause before a new connection, and the longest of all. [s]
        """
        super().__init__(clock, rng, room, backoff_s)
        self.station = station
        self.lost_s: float | None = None
        self.on_locate: Callable[[], None] = lambda: None
        self._address = address
        self._context: ssl.SSLContext | None = None  # 2 ms to make, and held by the connection anyway
        self._wire: Wire | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def online(self) -> bool:
        """Return whether the connection stands."""
        return self._wire is not None

    @property
    def held(self) -> int:
        """Return how many records the terminal's flash holds."""
        return len(self.station.terminal)

    @property
    def offered(self) -> int:
        """Return how many records it has stored."""
        return self.station.terminal.counts.offered

    @property
    def acknowledged(self) -> int:
        """Return how many of them it was allowed to forget."""
        return self.station.terminal.counts.acknowledged

    def hurry(self) -> None:
        """Send everything now, in messages as full as they are."""
        self.station.terminal.hurry()
        self.wake()

    def wake(self) -> None:
        """Send what there is to send, and set the timer for what is due later."""
        wire = self._wire
        if wire is None:
            return
        terminal, now = self.station.terminal, self._clock()
        due = terminal.next_due()
        if due is not None and due <= now:
            for message in terminal.take(now):
                wire.say(terminal.topic, message.payload)
                self.sent += 1
            due = terminal.next_due()
        self._set_timer(now + LOOK_AFTER_S if due is None else min(due, now + LOOK_AFTER_S))

    def cut(self) -> None:
        """Break the connection, as a pulled battery does."""
        if self._wire is not None:
            self._wire.abort()

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        self._context = None  # a renewed certificate may be what helps

    async def _connection(self) -> None:
        """Hold one connection until it breaks or is cut; take leave where the task is cancelled."""
        station = self.station
        will = Will(station.state_topic, device_state.encode("offline"))
        async with self._room:
            address = self._address.as_client(station.device)
            self._context = self._context or client_context(address)
            wire = await open_wire(
                address,
                station.device,
                self._hear_topic,
                subscription=station.down_filter,
                will=will,
                keep_session=True,
                context=self._context,
            )
        try:
            self._up(wire)
            await wire.lost
        except asyncio.CancelledError:
            wire.leave()
            raise
        finally:
            self._down(wire)

    def _up(self, wire: Wire) -> None:
        station = self.station
        self._wire, self.trouble, self.lost_s = wire, "", None
        self.connections += 1
        wire.say(
            station.state_topic,
            device_state.encode("online", epoch=station.terminal.epoch, firmware=FIRMWARE),
            retain=True,
        )
        station.terminal.connected()
        self.wake()

    def _down(self, wire: Wire) -> None:
        self._wire, self.lost_s = None, self._clock()
        self.station.terminal.disconnected()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wire.close()

    def _set_timer(self, at_s: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= at_s:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at_s, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._wire is not None:
            self._wire.look_after()
        self.wake()

    def _hear_topic(self, topic: str, payload: bytes) -> None:
        """Take a message of the platform; paho is in the middle of reading, so the answer waits for the next turn."""
        if topic == self.station.ack_topic:
            self.hear(payload)
            return
        cab, channel, later = self.station.cab, topic.rpartition("/")[2], asyncio.get_running_loop().call_soon
        asked = cab.locates
        for answer in cab.hear(payload, channel, time.time_ns() // 1_000_000):
            later(self._reply, answer)
        if cab.locates > asked:
            later(self.on_locate)

    def _reply(self, answer: bytes) -> None:
        if self._wire is not None:
            self._wire.say(self.station.reply_topic, answer)

    def hear(self, payload: bytes) -> None:
        """Give an acknowledgement to the terminal; one that cannot be read changes nothing."""
        try:
            ack = commit_ack.decode(payload)
        except ContractError:
            return
        now = self._clock()
        for epoch, ranges in ack.ranges.items():
            self.station.terminal.acknowledge(epoch, ranges, now)
        for refused in ack.refused:
            self.station.terminal.refuse(refused.crc32, now)
        if self._wire is not None:
            asyncio.get_running_loop().call_soon(self.wake)
