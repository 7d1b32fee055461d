"""What the platform says to one terminal: numbered, in its edition, and counted. Pure."""

from __future__ import annotations

from collections import Counter

from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.messages import Message, PlatformAnswer, encode
from ingest.jt808.bureau import Outbox


class Voice:
    """The platform's side of one conversation.

    Attributes:
        phone: Whom it speaks to; empty before the first frame.
        version: The edition that the terminal spoke last.
        serial: Of the next message.
    """

    def __init__(self, out: Outbox, counts: Counter[str]) -> None:
        self.phone = ""
        self.version = Version.V2013
        self.serial = 0
        self._out = out
        self._counts = counts

    def say(self, message: Message) -> int:
        """Write a message to the terminal and return its serial."""
        serial = self.serial
        frames = encode(message, self.phone, serial, self.version)
        self.serial = serial + len(frames) & 0xFFFF
        self._out.write += frames
        return serial

    def answer(self, message_id: int, serials: tuple[int, ...], result: int, counted: str) -> None:
        """Answer a message, each of its packages, and count it under a name."""
        self.count(counted)
        for serial in serials:
            self.say(PlatformAnswer(serial, message_id, result))

    def count(self, what: str) -> None:
        """Count something that happened."""
        self._counts[what] += 1
