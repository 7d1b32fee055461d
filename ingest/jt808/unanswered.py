"""One terminal's messages that wait for the database, and what is said when it has them. Pure.

    message (id, serial) ──needs──> records (seq) ──named by a commit acknowledgement──> answered

Records have the CRC-32 of their bytes as seq, so that one sent twice is the same record: it is published once and both
messages wait for it. What is forgotten here the terminal sends again, as it was not answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import NamedTuple

MOST_RECORDS = 4400  # the largest batch that fits the assembler: 128 packages of 34 positions; 64 bytes each
MOST_MESSAGES = 64  # a terminal that is not answered stops after a handful
MOST_WAITED_S = 120.0  # eight times a terminal's usual patience: it has sent again by then, or never will
PUBLISH_AGAIN_S = 10.0  # an acknowledgement not there by then is lost, or ingest is away and will hear it twice

Name = tuple[int, int]  # (message id, serial)


class Answer(NamedTuple):
    """A message that may be answered now.

    Attributes:
        message_id: What it is.
        serials: Its serial, or those of its packages.
        confirm: Alarms to confirm with the answer.
        seq: The record that it waited for last.
    """

    message_id: int
    serials: tuple[int, ...]
    confirm: int
    seq: int


class _Message:
    __slots__ = ("confirm", "missing", "serials", "since_s")

    def __init__(self, missing: set[int], serials: tuple[int, ...], confirm: int, since_s: float) -> None:
        self.since_s = since_s
        self.missing = missing
        self.serials = serials
        self.confirm = confirm


class _Record:
    __slots__ = ("connection", "published_s", "waiting")

    def __init__(self, published_s: float, connection: int) -> None:
        self.published_s = published_s
        self.connection = connection
        self.waiting: set[Name] = set()


class Unanswered:
    """What one connection's terminal waits for.

    Attributes:
        forgotten: Messages that were dropped because too many waited, or one for too long.
    """

    def __init__(self) -> None:
        self.forgotten = 0
        self._messages: dict[Name, _Message] = {}
        self._records: dict[int, _Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, seq: int) -> bool:
        return seq in self._records

    def add(
        self,
        message_id: int,
        serials: tuple[int, ...],
        seqs: Iterable[int],
        *,
        now_s: float,
        connection: int,
        confirm: int = 0,
    ) -> set[int]:
        """Let a message wait for its records, and return which of them must be published.

        Args:
            message_id: What the message is.
            serials: Its serial, or those of its packages; each is answered.
            seqs: Its records.
            now_s: The present. [s]
            connection: Number of the broker's connection; what was published on another may be lost.
            confirm: Alarms to confirm with the answer.
        """
        name, missing = (message_id, serials[0]), set(seqs)
        if name in self._messages:
            self._forget(name, but=missing)
        while self._messages and (
            len(self._messages) >= MOST_MESSAGES or len(self._records) + len(missing) > MOST_RECORDS
        ):
            self._forget(next(iter(self._messages)))
            self.forgotten += 1
        self._messages[name] = _Message(missing, serials, confirm, now_s)
        due = set()
        for seq in missing:
            record = self._records.get(seq)
            if record is None or record.connection != connection or now_s - record.published_s >= PUBLISH_AGAIN_S:
                due.add(seq)
                waiting = record.waiting if record else set()
                record = self._records[seq] = _Record(now_s, connection)
                record.waiting = waiting
            record.waiting.add(name)
        return due

    def kept(self, first: int, last: int) -> list[Answer]:
        """Hear that the records from first to last are in the database; return what may be answered."""
        if first == last:
            return self._kept(first)
        if last - first < len(self._records):
            named = [seq for seq in range(first, last + 1) if seq in self._records]
        else:
            named = [seq for seq in self._records if first <= seq <= last]
        return [answer for seq in named for answer in self._kept(seq)]

    def expire(self, now_s: float) -> None:
        """Forget what was not sent again in time, so that records nobody asks for any more take no room."""
        while self._messages:
            name, message = next(iter(self._messages.items()))  # the oldest: what is sent again goes to the end
            if now_s - message.since_s < MOST_WAITED_S:
                return
            self._forget(name)
            self.forgotten += 1

    def _kept(self, seq: int) -> list[Answer]:
        record = self._records.pop(seq, None)
        if record is None:
            return []
        answers = []
        for name in record.waiting:
            message = self._messages.get(name)
            if message is None:
                continue
            message.missing.discard(seq)
            if not message.missing:
                del self._messages[name]
                answers.append(Answer(name[0], message.serials, message.confirm, seq))
        return answers

    def _forget(self, name: Name, but: Set[int] = frozenset()) -> None:
        """Drop a message; its records stay known as published while another message waits for them."""
        for seq in self._messages.pop(name).missing - but:
            record = self._records.get(seq)
            if record is not None:
                record.waiting.discard(name)
                if not record.waiting:
                    del self._records[seq]
