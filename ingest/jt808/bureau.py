"""What all conversations share, and how a conversation says what is to be done. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.jt808.authentication import Authenticator
from ingest.jt808.enrolment import Enrolled, Enrolment

MOST_WAITING = 500_000  # records under way, 100 bytes each: 100 s of 5,000 terminals that nobody acknowledges
MOST_ASSEMBLING = 500  # connections that hold parts of messages, half a megabyte each at worst
MOST_EVENT_TIMES = 100_000
EVENT_TIME_KEPT_MS = 600_000  # a terminal that comes back later than that says something new in the same words
MOST_REPLIES = 20_000  # four commands of each terminal of a large city


class Moment(NamedTuple):
    """When something happens, and whether it can be passed on.

    Attributes:
        time_ms: Wall clock, milliseconds since 1970-01-01 UTC.
        clock_s: Monotonic clock. [s]
        connection: Number of the broker's connection, 0 while it takes nothing.
    """

    time_ms: int
    clock_s: float
    connection: int


class Publication(NamedTuple):
    """A message for the broker."""

    topic: bytes
    payload: bytes
    retain: bool = False


@dataclass(slots=True)
class Outbox:
    """What is to be done.

    Attributes:
        write: Bytes for the terminal.
        publish: Messages for the broker.
        welcome: Set once, when the terminal has authenticated.
        close: Why the connection is to be ended, after writing; empty to go on.
    """

    write: list[bytes] = field(default_factory=list)
    publish: list[Publication] = field(default_factory=list)
    welcome: Enrolled | None = None
    close: str = ""


class LastWords:
    """The answers to commands lately answered, over all terminals: a repeated delivery hears the same again."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, device: str, order_id: str) -> tuple[str, str] | None:
        """Return (status, result) of a command answered before."""
        return self._last.get((device, order_id))

    def keep(self, device: str, order_id: str, status: str, result: str) -> None:
        """Remember an answer; the oldest is forgotten for it where too many are kept."""
        if len(self._last) >= MOST_REPLIES:
            del self._last[next(iter(self._last))]
        self._last[device, order_id] = status, result


class EventTimes:
    """When transparent data under way came first, over all terminals: sent again they are the same event."""

    def __init__(self) -> None:
        self._first_ms: dict[tuple[str, int], int] = {}

    def first_ms(self, device: str, seq: int, time_ms: int) -> int:
        """Return when a device's data came first, now where they are new; too many lose the oldest."""
        name = (device, seq)
        if time_ms - self._first_ms.get(name, time_ms) > EVENT_TIME_KEPT_MS:
            del self._first_ms[name]
        if name not in self._first_ms and len(self._first_ms) >= MOST_EVENT_TIMES:
            del self._first_ms[next(iter(self._first_ms))]
        return self._first_ms.setdefault(name, time_ms)

    def forget(self, device: str, seq: int) -> None:
        """Hear that they are kept: the same data coming later are another event."""
        self._first_ms.pop((device, seq), None)


@dataclass(slots=True)
class Bureau:
    """What all conversations share.

    Attributes:
        authenticator: Makes and knows authentication codes.
        enrolment: Who may speak; exchanged as a whole.
        last_words: Answers to commands, to be repeated.
        event_times: When transparent data under way came first.
        counts: What happened, by name.
        waiting: Records waiting for their commit, over all terminals.
        assembling: Connections that hold parts of a message.
        most_waiting: Beyond so many records nothing more is taken in.
    """

    authenticator: Authenticator
    enrolment: Enrolment
    last_words: LastWords = field(default_factory=LastWords)
    event_times: EventTimes = field(default_factory=EventTimes)
    counts: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    assembling: int = 0
    most_waiting: int = MOST_WAITING
