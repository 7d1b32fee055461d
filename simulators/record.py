"""Writes down what a broker carries, until told to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiomqtt

from firmware_contracts.topics import up_filter
from firmware_contracts.transport import BrokerAddress
from simulators.capture import CaptureWriter, write_capture
from simulators.connection import end, mqtt_connection, own_name, raise_if_cancelled

RECONNECT_S = 1.0


async def record(
    broker: BrokerAddress,
    out: Path,
    stop: asyncio.Event,
    *,
    topic_filter: str = up_filter(),
    told: Callable[[int], None] = lambda _: None,
    subscribed: asyncio.Event | None = None,
) -> int:
    """Write every message that matches a filter into a capture; return how many.

    The session is kept over a broken connection, so that a broker that lives on holds what comes meanwhile.

    Args:
        broker: Where to listen.
        out: The capture.
        stop: Ends the recording.
        topic_filter: What to write down.
        told: Called with the number of messages after each.
        subscribed: Set once the broker has taken the subscription.
    """
    name = own_name("record")
    with write_capture(out) as capture:
        task = asyncio.create_task(
            _listen(broker, name, topic_filter, capture=capture, told=told, subscribed=subscribed or asyncio.Event())
        )
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        failure = None if not task.done() or task.cancelled() else task.exception()
        await end((task, stopped))
        if failure is not None:
            raise failure
    await _forget_session(broker, name)
    return capture.messages


async def _listen(
    broker: BrokerAddress,
    name: str,
    topic_filter: str,
    *,
    capture: CaptureWriter,
    told: Callable[[int], None],
    subscribed: asyncio.Event,
) -> None:
    while True:
        try:
            async with mqtt_connection(broker, name, keep_session=True) as client:
                await client.subscribe(topic_filter, qos=1)
                subscribed.set()
                async for message in client.messages:
                    capture.write(time.time_ns() // 1_000_000, str(message.topic), bytes(message.payload))
                    told(capture.messages)
        except aiomqtt.MqttError as error:
            raise_if_cancelled(error)
            if not subscribed.is_set():
                raise
            await asyncio.sleep(RECONNECT_S)


async def _forget_session(broker: BrokerAddress, name: str) -> None:
    """Connect once without the kept session, so that the broker does not collect for a recorder that is gone."""
    try:
        async with mqtt_connection(broker, name):
            return
    except aiomqtt.MqttError:
        return
