"""Publishes a capture to a broker with its own timing, faster, or as fast as the broker takes it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from firmware_contracts.topics import PREFIX
from firmware_contracts.transport import BrokerAddress
from simulators.capture import CaptureMessage, CaptureReader
from simulators.connection import own_name
from simulators.shift import Shift
from simulators.wire import KEEPALIVE_S, Wire, open_wire

NAME = "muckline-replay"  # in certificates and deploy/acl
WINDOW = 1000  # messages published and not acknowledged: mosquitto's usual inflight limit, and 0.1 s at 10,000/s
AHEAD = 20_000  # messages made ready before their time: seconds of a whole city, some 20 MB
FILLED_AT_ONCE = 10  # of them; moving one in time takes up to half a millisecond
SPARE_S = 0.01  # with less time than this nothing more is made ready
TURN_EVERY = 20  # messages: 1 ms of publishing
LATENESS_KEPT = 1_000_000  # beyond this many messages lateness is sampled by none but the first


class ReplayError(Exception):
    """The broker was lost on the way; says how far the replay came."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What a replay did.

    Attributes:
        messages: Messages that the broker acknowledged.
        seconds: How long it took. [s]
        late_ms: Median, p95, p99 and largest delay of a publish behind its time, zeros without timing. [ms]
        offset_ms: By how much times were moved.
    """

    messages: int
    seconds: float
    late_ms: tuple[float, float, float, float]
    offset_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """First and last arrival in a capture, milliseconds since 1970-01-01 UTC, and how many messages it holds."""

    first_ms: int
    last_ms: int
    messages: int

    @classmethod
    def of(cls, path: Path) -> Span:
        """Read a whole capture for its span.

        Raises:
            CaptureError: A line is no captured message.
            ReplayError: There is no message in it.
        """
        first_ms, last_ms, messages = 2**63, -(2**63), 0
        with CaptureReader(path) as reader:
            for message in reader:
                first_ms, last_ms = min(first_ms, message.received_at_ms), max(last_ms, message.received_at_ms)
                messages += 1
        if not messages:
            raise ReplayError(f"expected messages in {path}, got an empty capture")
        return cls(first_ms, last_ms, messages)


def offset_to_end_now(span: Span, speed: float, now_ms: int) -> int:
    """Return the offset by which the recording's last message is sent in its own present.

    A message is never published before its moved time: a faster replay starts deeper in the past.
    """
    lasts_ms = (span.last_ms - span.first_ms) / speed
    return round(now_ms + lasts_ms - span.last_ms)


async def replay(
    path: Path,
    broker: BrokerAddress,
    *,
    span: Span,
    speed: float,
    offset_ms: int = 0,
    told: Callable[[int], None] = lambda _: None,
) -> ReplayResult:
    """Publish what terminals sent at QoS 1, in its order; what platforms answered stays away.

    All messages are timed against one clock, so that lateness never adds up, and prepared ahead while there is time.

    Args:
        path: The capture.
        broker: Where to.
        span: The capture's.
        speed: How much faster than recorded; infinity for as fast as the broker takes it.
        offset_ms: By how much to move all times in it.
        told: Called with the number of messages published after each.

    Raises:
        CaptureError: A line is no captured message.
        ReplayError: The broker was lost, or never there.
    """
    publisher = _Publisher(told)
    try:
        address, name = broker.as_client(NAME), own_name("replay")
        wire = await open_wire(address, name, lambda _topic, _payload: None, window=WINDOW + 1)
        try:
            publisher.take(wire)
            with CaptureReader(path) as reader:
                seconds = await _publish_all(publisher, _Ahead(reader, Shift(offset_ms), span, speed))
        finally:
            wire.leave()
    except OSError as error:
        raise ReplayError(f"{error}; the broker acknowledged {publisher.done} of {span.messages} messages") from error
    timed = speed != float("inf")
    return ReplayResult(publisher.done, seconds, publisher.lateness() if timed else (0.0, 0.0, 0.0, 0.0), offset_ms)


async def _publish_all(publisher: _Publisher, ahead: _Ahead) -> float:
    """Publish everything at its time; return how long it took. [s]"""
    clock = asyncio.get_running_loop().time
    ahead.fill(AHEAD)
    began = clock()
    while (timed := ahead.next()) is not None:
        due = began + timed.due_s
        while (left_s := due - clock()) > 0.0:
            if left_s > SPARE_S and ahead.fill(FILLED_AT_ONCE):
                await asyncio.sleep(0)
            else:
                await asyncio.sleep(left_s)
        await publisher.publish(timed.message)
        publisher.note((clock() - due) * 1000.0)
    await publisher.drain()
    return clock() - began


def _is_answer(topic: str) -> bool:
    """Return whether a message came from a platform: to repeat an old acknowledgement would make terminals forget."""
    return topic.startswith(f"{PREFIX}/") and topic.split("/")[5:6] == ["down"]


class _Timed(NamedTuple):
    due_s: float
    message: CaptureMessage


class _Ahead:
    """Messages that were read and moved before their time, so that a dense second finds them ready."""

    def __init__(self, reader: CaptureReader, moved: Shift, span: Span, speed: float) -> None:
        self._messages = (message for message in reader if not _is_answer(message.topic))
        self._moved = moved
        self._span = span
        self._speed = speed
        self._ready: deque[_Timed] = deque()

    def fill(self, count: int) -> bool:
        """Prepare some more messages; return whether there was any, and room for it."""
        before = len(self._ready)
        for message in islice(self._messages, min(count, AHEAD - before)):
            due_s = (message.received_at_ms - self._span.first_ms) / 1000.0 / self._speed
            self._ready.append(_Timed(due_s, self._moved(message)))
        return len(self._ready) > before

    def next(self) -> _Timed | None:
        """Return the next message, None after the last."""
        if not self._ready:
            self.fill(FILLED_AT_ONCE)
        return self._ready.popleft() if self._ready else None


class _Publisher:
    """Hands messages to the broker in order, at most WINDOW of them unacknowledged."""

    def __init__(self, told: Callable[[int], None]) -> None:
        self.started = 0
        self.done = 0
        self._told = told
        self._moved = asyncio.Event()
        self._late_ms: list[float] = []
        self._wire: Wire | None = None

    def take(self, wire: Wire) -> None:
        """Publish on a connection from here on."""
        wire.on_publish = lambda *_: self._acknowledged()
        wire.lost.add_done_callback(lambda _: self._moved.set())
        self._wire = wire

    async def publish(self, message: CaptureMessage) -> None:
        """Publish once there is room; every now and then the loop gets its turn, to hear what was acknowledged."""
        wire = self._wire
        if wire is None:
            raise ConnectionError("not connected")
        while self.started - self.done >= WINDOW and not wire.lost.done():
            await self._wait(wire)
        if wire.lost.done():
            raise ConnectionError(wire.lost.result())
        wire.say(message.topic, message.payload)
        self.started += 1
        self._told(self.started)
        if self.started % TURN_EVERY == 0:
            wire.look_after()
            await asyncio.sleep(0)

    async def drain(self) -> None:
        """Wait until the broker has acknowledged the last."""
        while self._wire is not None and self.done < self.started:
            if self._wire.lost.done():
                raise ConnectionError(self._wire.lost.result())
            await self._wait(self._wire)

    async def _wait(self, wire: Wire) -> None:
        self._moved.clear()
        try:
            async with asyncio.timeout(KEEPALIVE_S / 3.0):
                await self._moved.wait()
        except TimeoutError:
            wire.look_after()

    def note(self, late_ms: float) -> None:
        """Remember how late a message was."""
        if len(self._late_ms) < LATENESS_KEPT:
            self._late_ms.append(max(late_ms, 0.0))

    def lateness(self) -> tuple[float, float, float, float]:
        """Return median, p95, p99 and the most. [ms]"""
        median, p95, p99, largest = np.percentile(self._late_ms or [0.0], [50, 95, 99, 100]).round(2).tolist()
        return median, p95, p99, largest

    def _acknowledged(self) -> None:
        self.done += 1
        self._moved.set()
