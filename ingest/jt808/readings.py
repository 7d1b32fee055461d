"""Readings that came beside the positions (0x0900), until a position carries them or they go up by themselves. Pure.

    0x0900 ──> held ──position near in time──> carried by it, and by those that follow
                 └──── none within max age, newer data of its type, or the end ────> a record without position

What is held names the messages that wait for an answer until it knows a record that carries it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from zlib import crc32

from firmware_contracts.jt808.messages import Transparent

MOST_DATA_BYTES = 1023  # one package; what is longer is not held for positions, each of which would be named by it
MOST_POSITIONS = 64  # the positions that may be sent again: as many messages wait for an answer at most
MOST_ASKING = 8  # a terminal sends what is not answered three to five times

Serials = tuple[int, ...]


@dataclass(slots=True)
class Held:
    """Transparent data that hold for the positions around them.

    Attributes:
        message: The data.
        time_ms: When they were measured, milliseconds since 1970-01-01 UTC.
        is_told: They say so themselves; else it is about when they came.
        since_s: When they came. [s]
        asking: Serials of each message that brought them and no record carries; none once one does.
    """

    message: Transparent
    time_ms: int
    is_told: bool
    since_s: float
    asking: list[Serials] = field(default_factory=list)


class Readings:
    """What one connection's terminal said last, of each type of transparent data that its mapping reads."""

    def __init__(self, max_age_ms: int) -> None:
        self._max_age_ms = max_age_ms
        self._by_kind: dict[int, Held] = {}  # in the order received
        self._carried: OrderedDict[int, list[Held]] = OrderedDict()  # by checksum of the position

    def hold(self, held: Held) -> list[Held]:
        """Hold data for the positions to come; return what is to go up by itself, as none will carry it."""
        kind = held.message.kind
        before = self._by_kind.get(kind)
        is_older = (
            before is not None and held.is_told and held.time_ms < before.time_ms
        )  # sent again, and newer ones hold now
        if is_older or len(held.message.data) > MOST_DATA_BYTES:
            return [held]
        self._by_kind.pop(kind, None)
        self._by_kind[kind] = held
        if before is None or not before.asking:
            return []
        if before.message != held.message:
            return [before]
        held.since_s, held.time_ms = before.since_s, before.time_ms  # sent again
        held.asking = [*dict.fromkeys([*before.asking, *held.asking])][-MOST_ASKING:]
        return []

    def beside(self, body: bytes, time_ms: int) -> list[Held]:
        """Return what a position of that instant carries, in the order received; sent again it carries the same."""
        if not self._by_kind:
            return []
        name = crc32(body)
        if name not in self._carried:
            held = [held for held in self._by_kind.values() if abs(time_ms - held.time_ms) <= self._max_age_ms]
            self._carried[name] = held
            if len(self._carried) > MOST_POSITIONS:
                self._carried.popitem(last=False)
        return self._carried[name]

    def overdue(self, now_s: float) -> list[Held]:
        """Return what no position has carried for so long that it is to go up by itself."""
        return [held for held in self.left() if now_s - held.since_s > self._max_age_ms / 1000]

    def left(self) -> list[Held]:
        """Return all that no record carries."""
        return [held for held in self._by_kind.values() if held.asking]
