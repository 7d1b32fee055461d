"""A terminal that stores and forwards, and forgets only on commit acknowledgement.

A state machine without I/O and without a clock: records, acknowledgements and the state of the link go in, messages
come out, and time is an argument. Whoever drives it (`link`, `simulate`) moves the bytes.

    offer ──> flash ──> waiting ──take──> in flight ──acknowledge──> forgotten
                           ^                  │
                           └── no answer in time, link lost, battery pulled

The rules:

1. A record leaves the flash when the platform names it: committed (`acknowledge`), or refused for good, alone in its
   message, by the checksum of what was sent (`refuse`). A PUBACK of the broker means nothing here.
2. The one exception is a full flash: the oldest record is overwritten and counted. The newest say where a truck is now,
   and a terminal that stopped recording would hide everything after the first day of a long outage.
3. At most `window` messages are in flight. What is not answered in time goes back in line, in its old place; the wait
   doubles with each silent round and starts anew with the first answer.
4. A pulled battery loses what was in memory (what is in flight, what was answered but not yet read), never the flash.
   If the counter is lost with it, a new and greater epoch begins; what was stored keeps its old name.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from firmware_contracts.commit_ack import checksum_of

Key = tuple[int, int]  # (epoch, seq)
Encode = Callable[[int, Sequence[tuple[int, Any]]], bytes]


@dataclass(frozen=True, slots=True)
class TerminalLimits:
    """What a terminal's hardware and firmware settle.

    Attributes:
        batch: Most records in one message.
        flush_s: A message goes out unfilled when its oldest record waits this long. [s]
        window: Most messages in flight: 4 x 50 fixes keep a backlog moving at one answer a second.
        flash_records: Records the flash holds: a day at 1 Hz, 2.8 MB of 32-byte records.
        retry_s: Silence after which a message is sent again. [s]
        retry_max_s: The longest such wait. [s]
        newest_first: Live fixes overtake the backlog, as JT/T 808 terminals send their blind-zone records.
    """

    batch: int = 10
    flush_s: float = 5.0
    window: int = 4
    flash_records: int = 86_400
    retry_s: float = 15.0
    retry_max_s: float = 300.0
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish, and the records in it."""

    payload: bytes
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class _Stored:
    body: Any
    offered_at: float


@dataclass(slots=True)
class _Flight:
    crc32: int
    keys: set[Key]
    due: float
    alone: bool  # as it was sent; others that were in it may have been acknowledged since


@dataclass(slots=True)
class TerminalCounts:
    """What a terminal did; `sent` counts records as often as they were sent."""

    offered: int = 0
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    overwritten: int = 0


@dataclass(slots=True)
class Terminal:
    """One device that stores and forwards.

    Attributes:
        topic: Where it publishes.
        encode: Writes one epoch's (seq, body) pairs as a payload.
        limits: What its hardware settles.
        epoch: The present epoch.
        seq: The last sequence number given out.
        online: The link is up.
        counts: What it did.
    """

    topic: str
    encode: Encode
    limits: TerminalLimits
    epoch: int
    seq: int = 0
    online: bool = False
    counts: TerminalCounts = field(default_factory=TerminalCounts)
    _flash: OrderedDict[Key, _Stored] = field(default_factory=OrderedDict)
    _waiting: deque[Key] = field(default_factory=deque)
    _flights: dict[int, _Flight] = field(default_factory=dict)
    _flying: dict[Key, int] = field(default_factory=dict)
    _alone: set[Key] = field(default_factory=set)
    _silent_rounds: int = 0
    _launched: int = 0
    _hurries: bool = False

    def __len__(self) -> int:
        return len(self._flash)

    @property
    def encoding(self) -> str:
        """Return how its payloads are written."""
        return self.topic.rpartition("/")[2]

    def stored(self) -> list[Key]:
        """Return the names of all records in the flash, oldest first."""
        return list(self._flash)

    def offer(self, body: Any, now: float) -> Key:
        """Store a record and return its name; a full flash loses its oldest record for it."""
        self.seq += 1
        key = (self.epoch, self.seq)
        if len(self._flash) >= self.limits.flash_records:
            self._overwrite_oldest()
        self._flash[key] = _Stored(body, now)
        self._waiting.append(key)
        self.counts.offered += 1
        return key

    def lose(self) -> None:
        """Count a record that the flash failed to keep: its name is given out and nobody will ever see it."""
        self.seq += 1

    def take(self, now: float) -> list[Outgoing]:
        """Return the messages to publish now; they count as in flight from here on."""
        if not self.online:
            return []
        self._return_overdue(now)
        messages = []
        while len(self._flights) < self.limits.window and self._is_ready(now):
            messages.append(self._launch(now))
        return messages

    def next_due(self) -> float | None:
        """Return when `take` may next have something, None while only an offer or an answer can change that."""
        if not self.online:
            return None
        due = [flight.due for flight in self._flights.values()]
        if self._waiting and len(self._flights) < self.limits.window:
            full = len(self._waiting) >= self.limits.batch or self._hurries
            due.append(self._flash[self._waiting[0]].offered_at + (0.0 if full else self.limits.flush_s))
        return min(due, default=None)

    def acknowledge(self, epoch: int, ranges: Iterable[tuple[int, int]], now: float) -> int:
        """Forget the records that the platform has committed; return how many of them were still here.

        Args:
            epoch: Whose sequence numbers they are.
            ranges: First and last sequence number of each range, both included.
            now: The present. [s]
        """
        forgotten = 0
        for first, last in ranges:
            for key in self._named(epoch, first, last):
                self._forget(key)
                forgotten += 1
        self._answered(now)
        self.counts.acknowledged += forgotten
        return forgotten

    def refuse(self, crc32: int, now: float) -> None:
        """Hear that the platform could not read a message, named by its checksum; it keeps the bytes as rejected.

        One bad record can spoil a message, so each record is sent again alone; one that is refused alone is dropped,
        for the same bytes would be refused for ever.
        """
        for flight_id in [number for number, flight in self._flights.items() if flight.crc32 == crc32]:
            keys = self._flights[flight_id].keys
            if self._flights[flight_id].alone:
                self._forget(next(iter(keys)))
                self.counts.refused += 1
            else:
                self._alone |= keys
                self._return([flight_id])
            self._answered(now)

    def hurry(self) -> None:
        """Wait for no fuller message any more: the engine is off, and the terminal is about to sleep."""
        self._hurries = True

    def connected(self) -> None:
        """Hear that the link is up: what was in flight goes out again, oldest first."""
        self.online = True
        self._return(list(self._flights))
        self._silent_rounds = 0

    def disconnected(self) -> None:
        """Hear that the link is down."""
        self.online = False

    def battery_pull(self, new_epoch: int | None = None) -> None:
        """Lose what is in memory, and the counter too where a new epoch is given.

        Raises:
            ValueError: The new epoch is not greater than the present one.
        """
        if new_epoch is not None:
            if new_epoch <= self.epoch:
                raise ValueError(f"expected an epoch above {self.epoch}, got {new_epoch}")
            self.epoch, self.seq = new_epoch, 0
        self.online = False
        self._flights.clear()
        self._flying.clear()
        self._alone.clear()
        self._waiting = deque(self._flash)
        self._silent_rounds = 0

    def _overwrite_oldest(self) -> None:
        oldest = next(iter(self._flash))
        self._forget(oldest)
        self.counts.overwritten += 1

    def _forget(self, key: Key) -> None:
        del self._flash[key]
        self._alone.discard(key)
        flight_id = self._flying.pop(key, None)
        if flight_id is None:
            # Nearly always the first in line; an answer to a message that was given up may name one further back.
            if self._waiting[0] == key:
                self._waiting.popleft()
            else:
                self._waiting.remove(key)
            return
        flight = self._flights[flight_id]
        flight.keys.discard(key)
        if not flight.keys:
            del self._flights[flight_id]

    def _named(self, epoch: int, first: int, last: int) -> list[Key]:
        if last - first < len(self._flash):
            return [(epoch, seq) for seq in range(first, last + 1) if (epoch, seq) in self._flash]
        return [key for key in self._flash if key[0] == epoch and first <= key[1] <= last]

    def _answered(self, now: float) -> None:
        """Start the waits anew: the platform is there."""
        if self._silent_rounds:
            self._silent_rounds = 0
            for flight in self._flights.values():
                flight.due = min(flight.due, now + self.limits.retry_s)

    def _return_overdue(self, now: float) -> None:
        overdue = [flight_id for flight_id, flight in self._flights.items() if flight.due <= now]
        if overdue:
            self._silent_rounds += 1
            self._return(overdue)

    def _return(self, flight_ids: list[int]) -> None:
        """Put what is in flight back in line, in its old place: names grow with time, so their order is the line's."""
        if not flight_ids:
            return
        returned = [key for flight_id in flight_ids for key in self._flights.pop(flight_id).keys]
        for key in returned:
            del self._flying[key]
        self._waiting = deque(sorted([*returned, *self._waiting]))

    def _is_ready(self, now: float) -> bool:
        if not self._waiting:
            return False
        full = len(self._waiting) >= self.limits.batch or self._hurries
        return full or self._flash[self._waiting[0]].offered_at + self.limits.flush_s <= now

    def _launch(self, now: float) -> Outgoing:
        keys = self._next_keys()
        epoch = keys[0][0]
        payload = self.encode(epoch, [(seq, self._flash[epoch, seq].body) for _, seq in keys])
        self._launched += 1
        self._flights[self._launched] = _Flight(
            checksum_of(payload, self.encoding), set(keys), now + self._patience_s(), len(keys) == 1
        )
        for key in keys:
            self._flying[key] = self._launched
        self.counts.sent += len(keys)
        return Outgoing(payload, tuple(keys))

    def _next_keys(self) -> list[Key]:
        """Take the records of the next message out of the line: one epoch's, in ascending order."""
        take = self._waiting.pop if self.limits.newest_first else self._waiting.popleft
        end = -1 if self.limits.newest_first else 0
        keys = [take()]
        while (
            len(keys) < self.limits.batch
            and self._waiting
            and self._waiting[end][0] == keys[0][0]
            and keys[0] not in self._alone
            and self._waiting[end] not in self._alone
        ):
            keys.append(take())
        return sorted(keys)

    def _patience_s(self) -> float:
        return float(min(self.limits.retry_s * 2.0**self._silent_rounds, self.limits.retry_max_s))
