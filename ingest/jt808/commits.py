"""One terminal's part of the records that the whole bridge waits for: bounded together, counted together. Pure."""

from __future__ import annotations

from collections.abc import Collection

from firmware_contracts import commit_ack
from firmware_contracts.jt808.fixes import EPOCH
from ingest.jt808.bureau import Bureau, Moment
from ingest.jt808.unanswered import Answer, Unanswered


class Commits:
    """What one connection's terminal has sent and the database does not have yet."""

    def __init__(self, bureau: Bureau) -> None:
        self._bureau = bureau
        self._unanswered = Unanswered()

    def __contains__(self, seq: int) -> bool:
        return seq in self._unanswered

    def wait_for(
        self, message_id: int, serials: tuple[int, ...], seqs: Collection[int], at: Moment, confirm: int = 0
    ) -> set[int]:
        """Let a message wait for its records; return those to be published, none where nobody would take them."""
        bureau = self._bureau
        bureau.counts["records"] += len(seqs)
        more = sum(seq not in self._unanswered for seq in seqs)  # what waits already takes no further room
        if at.connection == 0 or (more and bureau.waiting + more > bureau.most_waiting):
            bureau.counts["not_taken"] += len(seqs)  # not answered, so the terminal keeps them
            return set()
        return self._add(message_id, serials, seqs, at, confirm)

    def wait_too(self, message_id: int, serials: tuple[int, ...], seq: int, at: Moment) -> None:
        """Let another message wait for a record that waits already."""
        self._add(message_id, serials, [seq], at, 0)

    def kept(self, payload: bytes) -> list[Answer]:
        """Take a commit acknowledgement in; return what may be answered.

        Raises:
            ContractError: It is none.
        """
        ranges, waited = commit_ack.decode(payload).ranges.get(EPOCH, ()), len(self._unanswered)
        answers = [answer for first, last in ranges for answer in self._unanswered.kept(first, last)]
        self._bureau.waiting -= waited - len(self._unanswered)
        return answers

    def tick(self, at: Moment) -> None:
        """Forget what nobody asks for any more."""
        waited = len(self._unanswered)
        self._unanswered.expire(at.clock_s)
        self._bureau.waiting -= waited - len(self._unanswered)

    def end(self) -> None:
        """Forget what waits: the terminal sends it again on its next connection."""
        self._bureau.waiting -= len(self._unanswered)
        self._unanswered = Unanswered()

    def _add(
        self, message_id: int, serials: tuple[int, ...], seqs: Collection[int], at: Moment, confirm: int
    ) -> set[int]:
        waited = len(self._unanswered)
        due = self._unanswered.add(
            message_id, serials, seqs, now_s=at.clock_s, connection=at.connection, confirm=confirm
        )
        self._bureau.waiting += len(self._unanswered) - waited
        return due
