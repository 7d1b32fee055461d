"""Publishes a capture to a broker with its own timing, faster, or as fast as the broker takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
import numpy as np

from firmware_contracts.topics import PREFIX
from firmware_contracts.transport import BrokerAddress
from simulators.capture import CaptureMessage, CaptureReader
from simulators.connection import end, mqtt_connection, own_name
from simulators.shift import Shift

WINDOW = 1000  # messages published and not acknowledged: mosquitto's usual inflight limit, and 0.1 s at 10,000/s
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
    clock = asyncio.get_running_loop().time
    publisher, moved = _Publisher(), Shift(offset_ms)
    try:
        async with mqtt_connection(broker, own_name("replay"), inflight=WINDOW) as client:
            began = clock()
            with CaptureReader(path) as reader:
                for message in reader:
                    if _is_answer(message.topic):
                        continue
                    due = began + (message.received_at_ms - span.first_ms) / 1000.0 / speed
                    if due - clock() > 0.0:
                        await asyncio.sleep(due - clock())
                    await publisher.publish(client, moved(message))
                    publisher.note((clock() - due) * 1000.0)
                    told(publisher.started)
            await publisher.drain()
            seconds = clock() - began
    except aiomqtt.MqttError as error:
        raise ReplayError(f"{error}; the broker acknowledged {publisher.done} of {span.messages} messages") from error
    finally:
        await publisher.abandon()
    timed = speed != float("inf")
    return ReplayResult(publisher.done, seconds, publisher.lateness() if timed else (0.0, 0.0, 0.0, 0.0), offset_ms)


def _is_answer(topic: str) -> bool:
    """Return whether a message came from a platform: to repeat an old acknowledgement would make terminals forget."""
    return topic.startswith(f"{PREFIX}/") and topic.split("/")[5:6] == ["down"]


class _Publisher:
    """At most WINDOW publishes under way; they start in order."""

    def __init__(self) -> None:
        self.started = 0
        self.done = 0
        self._room = asyncio.Semaphore(WINDOW)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._late_ms: list[float] = []

    async def publish(self, client: aiomqtt.Client, message: CaptureMessage) -> None:
        await self._room.acquire()
        self._raise_failure()
        task = asyncio.create_task(client.publish(message.topic, message.payload, qos=1))
        self.started += 1
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        # The task hands its message to the library when it first runs; that keeps the order of the capture.
        await asyncio.sleep(0)

    async def drain(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._raise_failure()

    async def abandon(self) -> None:
        await end(list(self._tasks))

    def note(self, late_ms: float) -> None:
        if len(self._late_ms) < LATENESS_KEPT:
            self._late_ms.append(max(late_ms, 0.0))

    def lateness(self) -> tuple[float, float, float, float]:
        median, p95, p99, largest = np.percentile(self._late_ms or [0.0], [50, 95, 99, 100]).round(1).tolist()
        return median, p95, p99, largest

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._room.release()
        if task.cancelled():
            return
        failure = task.exception()
        if failure is None:
            self.done += 1
        else:
            self._failure = failure

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure
