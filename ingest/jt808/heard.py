"""A message of a terminal as its handler gets it: whole, with the serial of each package. Pure."""

from __future__ import annotations

from typing import NamedTuple

from firmware_contracts.jt808.assembling import Assembler, Missing
from firmware_contracts.jt808.framing import Frame
from firmware_contracts.jt808.header import Package
from firmware_contracts.jt808.messages import Message, parse
from ingest.jt808.bureau import MOST_ASSEMBLING, Bureau, Moment


class Heard(NamedTuple):
    """A whole message, or one of its packages.

    Attributes:
        frame: Its header, of the first package where it came in packages, and its body.
        serials: Its serial, or those of its packages: each is answered.
        at: When it was whole.
    """

    frame: Frame
    serials: tuple[int, ...]
    at: Moment

    @property
    def message_id(self) -> int:
        """Return what it is."""
        return self.frame.header.message_id

    def parse(self) -> Message:
        """Return its record.

        Raises:
            ContractError: Its body is none of its id.
        """
        return parse(self.frame.header, self.frame.body)


class Packages:
    """The messages of one connection that are not whole yet; how many connections hold such is bounded."""

    def __init__(self, bureau: Bureau) -> None:
        self._bureau = bureau
        self._assembler = Assembler()
        self._is_assembling = False

    def add(self, heard: Heard, package: Package) -> Heard | None:
        """Return the whole message that a package completes; one without room is passed over and asked for again."""
        if not self._is_assembling and self._bureau.assembling >= MOST_ASSEMBLING:
            self._bureau.counts["no_room_for_packages"] += 1
            return None
        whole = self._assembler.add(heard.frame, heard.at.time_ms)
        self._note()
        if whole is None:
            return None
        return Heard(whole, tuple(whole.header.serial + n & 0xFFFF for n in range(package.total)), heard.at)

    def overdue(self, at: Moment) -> list[Missing]:
        """Return the packages to ask for again."""
        if not self._is_assembling:
            return []
        missing = self._assembler.overdue(at.time_ms)
        self._note()
        return missing

    def end(self) -> None:
        """Forget all of them."""
        self._assembler = Assembler()
        self._note()

    def _note(self) -> None:
        is_assembling = self._assembler.pending_bytes > 0
        self._bureau.assembling += is_assembling - self._is_assembling
        self._is_assembling = is_assembling
