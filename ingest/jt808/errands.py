"""The platform's commands to one terminal: told once, answered with its words, told again what it answered. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from firmware_contracts import command, config
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.messages import Message, message_id_of
from firmware_contracts.reply import MAX_RESULT
from firmware_contracts.reply import encode as encode_reply
from ingest.jt808.bureau import Bureau, Moment, Outbox, Publication
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.orders import Spoken, UnspeakableError, spoken, spoken_settings

MOST_UNDER_WAY = 32  # what is more is not told, and comes again: the platform repeats what is not answered
TOLD_AGAIN_S = 15.0  # the patience of most terminals for one answer

DONE = 0
RESULTS = {0: "accepted", 1: "the terminal failed", 2: "the terminal finds the message wrong", 3: "not supported"}

Say = Callable[[Message], int]  # returns the serial


@dataclass(frozen=True, slots=True)
class Errand:
    """A command that the terminal was told and has not answered."""

    id: str
    message_id: int
    serial: int
    notes: str
    told_s: float


class Errands:
    """The commands of one connection's terminal."""

    def __init__(self, enrolled: Enrolled, bureau: Bureau, out: Outbox, say: Say) -> None:
        self._device = enrolled.device
        self._mapping = enrolled.mapping
        self._topic = enrolled.up_topic("reply", "json")
        self._bureau = bureau
        self._out = out
        self._say = say
        self._under_way: dict[str, Errand] = {}

    def command(self, payload: bytes, version: Version, at: Moment) -> None:
        """Take a command in.

        Raises:
            ContractError: It is none.
        """
        order = command.decode(payload)
        self._tell(order.id, order.expires_ms, lambda: spoken(order, version, self._mapping), at)

    def configure(self, payload: bytes, at: Moment) -> None:
        """Take a settings document in.

        Raises:
            ContractError: It is none.
        """
        document = config.decode(payload)
        self._tell(document.id, document.expires_ms, lambda: spoken_settings(document), at)

    def answered(self, message_id: int, serial: int, result: int, words: str = "") -> None:
        """Take the terminal's answer in; one to something that nobody told it is of no weight."""
        for errand in self._under_way.values():
            if (errand.message_id, errand.serial) == (message_id, serial):
                del self._under_way[errand.id]
                said = words or RESULTS.get(result, f"result {result}")
                status = "accepted" if result == DONE else "refused"
                self._last_word(errand.id, status, "; ".join(filter(None, (said, errand.notes))))
                return

    def _tell(self, errand_id: str, expires_ms: int, speak: Callable[[], Spoken], at: Moment) -> None:
        last, before = self._bureau.last_words.of(self._device, errand_id), self._under_way.get(errand_id)
        if last is not None:
            self._reply(errand_id, *last)
            return
        if before is not None and at.clock_s - before.told_s < TOLD_AGAIN_S:
            self._reply(errand_id, "delivered", before.notes)
            return
        if before is None and len(self._under_way) >= MOST_UNDER_WAY:
            self._bureau.counts["order_put_off"] += 1
            return
        try:
            if expires_ms < at.time_ms:
                raise UnspeakableError("expired")
            said = speak()
            serial = self._say(said.message)
        except ValueError as error:  # there is no such word, or a text that GBK cannot write
            self._last_word(errand_id, "refused", str(error))
            return
        self._under_way[errand_id] = Errand(errand_id, message_id_of(said.message), serial, said.notes, at.clock_s)
        self._reply(errand_id, "delivered", said.notes)

    def _last_word(self, errand_id: str, status: str, result: str) -> None:
        result = result if len(result) <= MAX_RESULT else result[: MAX_RESULT - 1] + "…"
        self._bureau.last_words.keep(self._device, errand_id, status, result)
        self._reply(errand_id, status, result)

    def _reply(self, errand_id: str, status: str, result: str) -> None:
        self._bureau.counts[f"order_{status}"] += 1
        self._out.publish.append(Publication(self._topic, encode_reply(errand_id, result or None, status)))
