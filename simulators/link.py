"""A terminal's connection to a real broker: a thin shell that moves bytes and answers, and reconnects for ever.

Everything worth deciding is decided in `terminal`; what is here can be swapped for one that drives many terminals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiomqtt
import numpy as np

from firmware_contracts import commit_ack, device_state
from firmware_contracts.errors import ContractError
from firmware_contracts.transport import BrokerAddress
from simulators.connection import end, mqtt_connection, raise_if_cancelled
from simulators.simulation import Station

FIRMWARE = "muckline-simulated-1"
BACKOFF_S = 0.5  # first pause before a new connection; doubles
BACKOFF_MAX_S = 30.0  # a city's terminals come back within a minute of their broker
STABLE_S = 10.0  # a connection that held this long starts the pauses anew


class Link:
    """One terminal on one connection.

    Attributes:
        station: Whose connection it is.
        connections: How often it was made.
    """

    def __init__(
        self, station: Station, address: BrokerAddress, clock: Callable[[], float], rng: np.random.Generator
    ) -> None:
        """Prepare; `run` connects.

        Args:
            station: The terminal.
            address: The broker.
            clock: The clock that offers to the terminal use. [s]
            rng: Spreads the reconnects.
        """
        self.station = station
        self.connections = 0
        self._address = address
        self._clock = clock
        self._rng = rng
        self._wake = asyncio.Event()
        self._covered = asyncio.Event()
        self._covered.set()
        self._cut = asyncio.Event()

    def wake(self) -> None:
        """Let the sender look what there is to send."""
        self._wake.set()

    def set_blind(self, blind: bool) -> None:
        """Enter or leave a zone without network."""
        if not blind:
            self._covered.set()
        elif self._covered.is_set():
            self._covered.clear()
            self.cut()

    def cut(self) -> None:
        """Break the connection, as a pulled battery does."""
        self._cut.set()

    async def run(self) -> None:
        """Connect, send and listen until cancelled."""
        failures = 0
        while True:
            await self._covered.wait()
            began = self._clock()
            try:
                await self._connection()
            except (aiomqtt.MqttError, OSError) as error:
                raise_if_cancelled(error)
                failures = 0 if self._clock() - began > STABLE_S else failures + 1
                await asyncio.sleep(self._pause_s(failures))
            finally:
                self.station.terminal.disconnected()

    def _pause_s(self, failures: int) -> float:
        """Return a pause drawn from the whole range: a city that lost its broker must not come back in one second."""
        return float(self._rng.uniform(0.0, min(BACKOFF_S * 2.0 ** min(failures, 16), BACKOFF_MAX_S)))

    async def _connection(self) -> None:
        """Hold one connection until it breaks (raises), is cut, or is cancelled."""
        self._cut.clear()
        will = aiomqtt.Will(self.station.state_topic, device_state.encode("offline"), qos=1, retain=True)
        async with mqtt_connection(self._address, self.station.device, will=will, keep_session=True) as client:
            self.connections += 1
            await client.subscribe(self.station.ack_topic, qos=1)
            state = device_state.encode("online", epoch=self.station.terminal.epoch, firmware=FIRMWARE)
            await client.publish(self.station.state_topic, state, qos=1, retain=True)
            self.station.terminal.connected()
            tasks = [asyncio.create_task(part) for part in (self._listen(client), self._send(client), self._cut.wait())]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                await end(tasks)

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes):
                self.hear(message.payload)

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
        self.wake()

    async def _send(self, client: aiomqtt.Client) -> None:
        terminal = self.station.terminal
        while True:
            self._wake.clear()
            for message in terminal.take(self._clock()):
                await client.publish(terminal.topic, message.payload, qos=1)
            due = terminal.next_due()
            pause_s = None if due is None else max(due - self._clock(), 0.0)
            try:
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
