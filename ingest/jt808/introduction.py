"""Who a connection's terminal is: its phone, its registration, its code; and how often it may be wrong. Pure.

opened ──0x0100──> registered ──0x0102, right code──> known
   └── anything else, or a wrong code: refused, and ended after a few ──┘
"""

from __future__ import annotations

from firmware_contracts.jt808.messages import DONE, FAILED, RegistrationAnswer
from ingest.jt808.bureau import Bureau, Outbox
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.heard import Heard
from ingest.jt808.voice import Voice

NO_SUCH_TERMINAL = 4  # of 0x8100
MOST_REFUSALS = 5  # a terminal that is not yet registered tries some times; a guesser gets no further
REGISTRATION, AUTHENTICATION, TIME_QUERY = 0x0100, 0x0102, 0x0004
MESSAGE_IDS = frozenset({REGISTRATION, AUTHENTICATION, TIME_QUERY})  # what a stranger may say


class Introduction:
    """The part of a conversation in which a terminal says who it is."""

    def __init__(self, bureau: Bureau, out: Outbox, voice: Voice) -> None:
        self._bureau = bureau
        self._out = out
        self._voice = voice
        self._refusals = 0

    def is_of(self, phone: str) -> bool:
        """Return whether a frame is the terminal's: the first one's phone is; a connection speaks for one terminal."""
        if not self._voice.phone:
            self._voice.phone = phone
        if phone == self._voice.phone:
            return True
        self.refused("other_phone")
        return False

    def register(self, heard: Heard) -> None:
        """Tell a terminal that the registry knows its code."""
        message, serial, known = heard.parse(), heard.serials[-1], self._known()
        self._voice.version = message.version
        if known is None or known.maker_id not in {None, message.terminal_id}:
            self._voice.say(RegistrationAnswer(serial, NO_SUCH_TERMINAL))
            self.refused("unknown_phone")
            return
        self._voice.count("registered")
        self._voice.say(RegistrationAnswer(serial, DONE, self._bureau.authenticator.code(known.phone, known.device)))

    def authenticate(self, heard: Heard) -> Enrolled | None:
        """Return who it is where the code is right."""
        code, known = heard.parse().code, self._known()
        if known is None or not self._bureau.authenticator.knows(code, known.phone, known.device):
            self._voice.answer(heard.message_id, heard.serials, FAILED, "authentication_failed")
            self.refused("authentication_failed")
            return None
        self._refusals = 0
        self._voice.answer(heard.message_id, heard.serials, DONE, "authenticated")
        return known

    def unauthenticated(self, heard: Heard) -> None:
        """Refuse what a stranger may not say."""
        self._voice.answer(heard.message_id, heard.serials, FAILED, "unauthenticated")
        self.refused("unauthenticated")

    def refused(self, reason: str) -> None:
        """Count a refusal; too many end the connection."""
        self._voice.count(f"refused_{reason}")
        self._refusals += 1
        if self._refusals >= MOST_REFUSALS:
            self._out.close = reason

    def _known(self) -> Enrolled | None:
        """Return who the phone belongs to, None where nobody in service has it."""
        if self._voice.phone in self._bureau.enrolment.suspended:
            self._voice.count("suspended_phone")
        return self._bureau.enrolment.by_phone.get(self._voice.phone)
