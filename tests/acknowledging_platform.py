"""The least platform that terminals can talk to: it remembers what it received and says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt

from firmware_contracts import commit_ack
from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.time_window import TimeWindow
from firmware_contracts.topic_table import TopicTable
from firmware_contracts.topics import down_topic, up_filter
from firmware_contracts.transport import BrokerAddress
from simulators.connection import end, mqtt_connection, raise_if_cancelled

EVER = TimeWindow(past_ms=2**52, future_ms=2**52)
Name = tuple[str, int, int]  # (device, epoch, seq)


class AcknowledgingPlatform:
    """Listens to every terminal.

    Attributes:
        times_ms: When each record happened, by its name.
        deliveries: Records received, repetitions counted.
        states: The last state of each device.
        silent: Take records and answer nothing.
    """

    def __init__(self, address: BrokerAddress) -> None:
        self.times_ms: dict[Name, int] = {}
        self.deliveries = 0
        self.states: dict[str, str] = {}
        self.rejected = 0
        self.silent = False
        self._address = address.as_client("muckline-conform")  # reads every device and answers it
        self._topics = TopicTable()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            await end([task])

    async def _run(self) -> None:
        while True:
            try:
                async with mqtt_connection(self._address, "muckline-conform", keep_session=True) as client:
                    await client.subscribe(up_filter(), qos=1)
                    async for message in client.messages:
                        await self._take(client, str(message.topic), bytes(message.payload))
            except aiomqtt.MqttError as error:
                raise_if_cancelled(error)
                await asyncio.sleep(0.2)

    async def _take(self, client: aiomqtt.Client, topic: str, payload: bytes) -> None:
        content = decode_block(MessageBlock.from_messages([(topic, payload, 0)]), self._topics, EVER)
        sender = content.topics[int(content.sender[0])]
        self.rejected += len(content.rejected)
        for state in content.states:
            self.states[sender.device] = state.state
        fixes = content.fixes
        rows = list(zip(fixes.epoch.tolist(), fixes.seq.tolist(), fixes.fix_time_ms.tolist(), strict=True))
        rows += [(event.epoch, event.seq, event.time_ms) for event in content.device_events]
        ack = commit_ack.CommitAck()
        for epoch, seq, time_ms in rows:
            assert self.times_ms.setdefault((sender.device, epoch, seq), time_ms) == time_ms, "altered"
            ack.ranges.setdefault(epoch, []).append((seq, seq))
        self.deliveries += len(rows)
        if rows and not self.silent:
            await client.publish(down_topic(sender, "ack"), commit_ack.encode(ack), qos=0, timeout=1.0)
