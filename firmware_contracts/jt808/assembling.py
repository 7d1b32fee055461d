"""Whole messages out of packages, for one connection; time is an argument.

Packages of one message carry serials that follow each other, so the serial of its first package names it. What is
missing is asked for again (0x8003) a few times, then the message is given up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from firmware_contracts.jt808.framing import Frame
from firmware_contracts.jt808.header import Header

MAX_MESSAGES = 4  # at once and per connection; terminals send one message after the other
MAX_TOTAL = 128  # packages of one message, 130 kB: a batch of 2,000 locations; pictures are not gathered
ASK_AFTER_MS = 10_000  # a package takes well under a second; a terminal that is resending needs its time
MAX_ASKS = 3
MAX_ASKED = 255  # numbers in one 0x8003, whose count is one byte in 2013


class Missing(NamedTuple):
    """Packages to ask for with 0x8003."""

    message_id: int
    first_serial: int
    numbers: tuple[int, ...]


@dataclass(slots=True)
class _Parts:
    header: Header
    touched_ms: int
    bodies: dict[int, bytes] = field(default_factory=dict)
    asks: int = 0


class Assembler:
    """Gathers packages until messages are whole.

    Attributes:
        dropped: Messages given up: never completed, pushed out by newer ones, or larger than any allowed.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._open: dict[tuple[int, int, int], _Parts] = {}

    @property
    def pending_bytes(self) -> int:
        """Return how many bytes wait for the rest of their messages."""
        return sum(len(body) for parts in self._open.values() for body in parts.bodies.values())

    def add(self, frame: Frame, now_ms: int) -> Frame | None:
        """Return the whole message that a frame is or completes, with the header of its first package."""
        package = frame.header.package
        if package is None:
            return frame
        if package.total > MAX_TOTAL:
            self.dropped += 1
            return None
        first_serial = frame.header.serial - package.number + 1 & 0xFFFF
        key = (frame.header.message_id, first_serial, package.total)
        parts = self._open.get(key)
        if parts is None:
            parts = self._open[key] = _Parts(frame.header._replace(serial=first_serial, package=None), now_ms)
            self._bound()
        parts.bodies[package.number] = frame.body
        parts.touched_ms = now_ms
        if len(parts.bodies) < package.total:
            return None
        del self._open[key]
        return Frame(parts.header, b"".join([parts.bodies[number] for number in range(1, package.total + 1)]))

    def _bound(self) -> None:
        """Give up the message that was touched longest ago where there are too many."""
        if len(self._open) > MAX_MESSAGES:
            del self._open[min(self._open, key=lambda key: self._open[key].touched_ms)]
            self.dropped += 1

    def overdue(self, now_ms: int) -> list[Missing]:
        """Return what to ask for again, and give up what was asked for often enough; call it every few seconds."""
        missing: list[Missing] = []
        for key, parts in list(self._open.items()):
            if now_ms - parts.touched_ms < ASK_AFTER_MS:
                continue
            if parts.asks == MAX_ASKS:
                del self._open[key]
                self.dropped += 1
                continue
            parts.asks, parts.touched_ms = parts.asks + 1, now_ms
            message_id, serial, total = key
            numbers = [number for number in range(1, total + 1) if number not in parts.bodies]
            missing.append(Missing(message_id, serial, tuple(numbers[:MAX_ASKED])))
        return missing
