"""Writes down what a broker carries, until told to stop.

Each message is stamped when its read of the socket is taken apart, to the millisecond that a capture holds; messages of
one millisecond stay in their order.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from firmware_contracts.topics import up_filter
from firmware_contracts.transport import BrokerAddress
from simulators.capture import CaptureWriter, write_capture
from simulators.connection import end, own_name
from simulators.wire import KEEPALIVE_S, Wire, open_wire

NAME = "muckline-record"  # in certificates and deploy/acl
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
    name, broker = own_name("record"), broker.as_client(NAME)
    await _forget_session(broker, name)  # under a certificate's name it may be that of a recorder that was killed
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
    newest_ms = 0

    def hear(topic: str, payload: bytes) -> None:
        nonlocal newest_ms
        newest_ms = max(newest_ms, time.time_ns() // 1_000_000)  # a clock that is set back must not change the order
        capture.write(newest_ms, topic, payload)
        told(capture.messages)

    while True:
        try:
            wire = await open_wire(broker, name, hear, subscription=topic_filter, keep_session=True)
        except OSError:
            if not subscribed.is_set():
                raise
        else:
            subscribed.set()
            await _until_lost(wire)
        await asyncio.sleep(RECONNECT_S)


async def _until_lost(wire: Wire) -> None:
    try:
        while not wire.lost.done():
            wire.look_after()
            await asyncio.wait((wire.lost,), timeout=KEEPALIVE_S / 3.0)
    finally:
        wire.leave()


async def _forget_session(broker: BrokerAddress, name: str) -> None:
    """Connect once without the kept session, so that the broker does not collect for a recorder that is gone."""
    with suppress(OSError):
        (await open_wire(broker, name, lambda _topic, _payload: None)).leave()
