"""One terminal's conversation: its bytes in, what is to be done out. Pure; time is an argument.

    opened ──0x0100──> registered ──0x0102, right code──> welcome ──> positions, batches, transparent data
       └── anything else, or a wrong code: refused, and ended after a few ──┘

What the terminal must not forget too early is answered when the commit acknowledgement has named it (`records`),
everything else at once. A handler is a row of `HANDLERS`, by message id; what stands in no row is not supported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firmware_contracts import device_state
from firmware_contracts.errors import ContractError
from firmware_contracts.jt808.assembling import MAX_TOTAL, Assembler
from firmware_contracts.jt808.framing import BadFrame, Frame, Framer
from firmware_contracts.jt808.header import Package, Version
from firmware_contracts.jt808.messages import (
    DONE,
    FAILED,
    MESSAGES,
    UNSUPPORTED,
    WRONG,
    AlarmConfirm,
    Message,
    PlatformAnswer,
    RegistrationAnswer,
    ResendPackages,
    TimeAnswer,
    encode,
    parse,
)
from ingest.jt808.bureau import MOST_ASSEMBLING, Bureau, Moment, Outbox, Publication
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.errands import Errands
from ingest.jt808.records import TRANSPARENT, Records

NO_SUCH_TERMINAL = 4  # of 0x8100

MOST_REFUSALS = 5  # a terminal that is not yet registered tries some times; a guesser gets no further
MOST_NOISE_BYTES = 64 * 1024  # thirty of the longest frames without a sound one: no JT/T 808

REGISTRATION, AUTHENTICATION, TIME_QUERY = 0x0100, 0x0102, 0x0004
LOCATION, LOCATION_BATCH = 0x0200, 0x0704
LOCATE_QUERY, PARAMETER_QUERY = 0x8201, 0x8104


class Heard(NamedTuple):
    """A whole message.

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


class Welcomed(NamedTuple):
    """What there is for a terminal that has authenticated."""

    enrolled: Enrolled
    records: Records
    errands: Errands


class Session:
    """The conversation of one connection.

    Attributes:
        out: What is to be done; whoever drives the session takes it out.
        heard_s: When the last sound frame came. [s]
    """

    def __init__(self, bureau: Bureau, now_s: float) -> None:
        self.out = Outbox()
        self.heard_s = now_s
        self._welcomed: Welcomed | None = None
        self._bureau = bureau
        self._framer = Framer()
        self._assembler = Assembler()
        self._phone = ""
        self._version = Version.V2013
        self._serial = 0
        self._refusals = 0
        self._noise_bytes = 0

    @property
    def enrolled(self) -> Enrolled | None:
        """Return who it is, None before it has authenticated."""
        return self._welcomed.enrolled if self._welcomed else None

    def receive(self, data: bytes, at: Moment) -> None:
        """Take bytes of the terminal in."""
        self._noise_bytes += len(data)
        for frame in self._framer.feed(data):
            if self.out.close:
                return
            if isinstance(frame, BadFrame):
                self._count(f"bad_frame_{frame.error.reason}")
            else:
                self._noise_bytes = 0
                self.heard_s = at.clock_s
                self._hear(frame, at)
        if self._noise_bytes > MOST_NOISE_BYTES:
            self._close("noise")

    def acknowledged(self, payload: bytes) -> None:
        """Take a commit acknowledgement in and answer what it settles.

        Raises:
            ContractError: It is none.
        """
        for answer in self._welcome_only().records.kept(payload):
            self._answer(answer.message_id, answer.serials, DONE, "committed")
            if answer.confirm:
                self._count("alarms_confirmed")
                self._say(AlarmConfirm(answer.serials[0], answer.confirm))

    def commanded(self, payload: bytes, at: Moment) -> None:
        """Take a command in.

        Raises:
            ContractError: It is none.
        """
        self._welcome_only().errands.command(payload, self._version, at)

    def configured(self, payload: bytes, at: Moment) -> None:
        """Take a settings document in.

        Raises:
            ContractError: It is none.
        """
        self._welcome_only().errands.configure(payload, at)

    def tick(self, at: Moment) -> None:
        """Ask for the missing packages of messages that are not complete, and notice who may not speak any more."""
        if self._assembler.pending_bytes:
            for missing in self._assembler.overdue(at.time_ms):
                self._count("packages_asked_again")
                self._say(ResendPackages(missing.first_serial, missing.numbers))
            self._bureau.assembling -= self._assembler.pending_bytes == 0
        if self._welcomed and self._bureau.enrolment.by_phone.get(self._phone) != self._welcomed.enrolled:
            self._close("suspended")

    def state(self, word: str, at: Moment) -> Publication:
        """Return the message that says that the terminal is online or offline."""
        topic = self._welcome_only().enrolled.up_topic("state", "json")
        return Publication(topic, device_state.encode(word, at.time_ms if word == "online" else None), retain=True)

    def end(self) -> None:
        """Forget everything: the terminal sends again what was not answered."""
        self._bureau.assembling -= self._assembler.pending_bytes > 0
        self._assembler = Assembler()
        if self._welcomed:
            self._welcomed.records.end()

    # ---- what the terminal says

    def _hear(self, frame: Frame, at: Moment) -> None:
        header = frame.header
        if header.phone != self._phone and not self._is_introduced(header.phone):
            return
        self._version = header.version
        heard = Heard(frame, (header.serial,), at)
        handle = HANDLERS.get(header.message_id)
        if self._welcomed is None and header.message_id not in INTRODUCTIONS:
            self._answer(header.message_id, heard.serials, FAILED, "unauthenticated")
            self._refused("unauthenticated")
        elif header.encryption:
            self._answer(header.message_id, heard.serials, UNSUPPORTED, "encrypted")
        elif handle is None:
            known = f"{header.message_id:04x}" if header.message_id in MESSAGES else "other"
            self._answer(header.message_id, heard.serials, UNSUPPORTED, f"unsupported_{known}")
        elif header.package is not None:
            self._hear_package(heard, header.package, handle)
        else:
            self._handle(handle, heard)

    def _hear_package(self, heard: Heard, package: Package, handle: Handle) -> None:
        """Gather a message; each of its packages is answered when the whole is."""
        if package.total > MAX_TOTAL or self._bureau.assembling >= MOST_ASSEMBLING:
            self._answer(heard.message_id, heard.serials, WRONG, "too_many_packages")
            return
        was_assembling = self._assembler.pending_bytes > 0
        whole = self._assembler.add(heard.frame, heard.at.time_ms)
        self._bureau.assembling += (self._assembler.pending_bytes > 0) - was_assembling
        if whole is not None:
            serials = tuple(whole.header.serial + n & 0xFFFF for n in range(package.total))
            self._handle(handle, Heard(whole, serials, heard.at))

    def _handle(self, handle: Handle, heard: Heard) -> None:
        try:
            handle(self, heard)
        except ContractError:  # theirs; what holds records catches its own
            self._answer(heard.message_id, heard.serials, WRONG, "unreadable_message")

    def _is_introduced(self, phone: str) -> bool:
        """Take the phone of the first frame; a connection speaks for one terminal."""
        if not self._phone:
            self._phone = phone
            return True
        self._refused("other_phone")
        return False

    def _register(self, heard: Heard) -> None:
        message, serial, known = heard.parse(), heard.serials[-1], self._known()
        self._version = message.version
        if known is None or known.maker_id not in {None, message.terminal_id}:
            self._say(RegistrationAnswer(serial, NO_SUCH_TERMINAL))
            self._refused("unknown_phone")
            return
        self._count("registered")
        self._say(RegistrationAnswer(serial, DONE, self._bureau.authenticator.code(self._phone, known.device)))

    def _authenticate(self, heard: Heard) -> None:
        code, known = heard.parse().code, self._known()
        if known is None or not self._bureau.authenticator.knows(code, self._phone, known.device):
            self._answer(heard.message_id, heard.serials, FAILED, "authentication_failed")
            self._refused("authentication_failed")
            return
        self._answer(heard.message_id, heard.serials, DONE, "authenticated")
        if self._welcomed is None:
            self._welcome(known, heard.at)

    def _welcome(self, known: Enrolled, at: Moment) -> None:
        self._refusals = 0
        errands = Errands(known, self._bureau, self.out, self._say)
        self._welcomed = Welcomed(known, Records(known, self._bureau, self.out), errands)
        self.out.welcome = known
        self.out.publish.append(self.state("online", at))

    def _known(self) -> Enrolled | None:
        """Return who the phone belongs to, None where nobody in service has it."""
        if self._phone in self._bureau.enrolment.suspended:
            self._count("suspended_phone")
        return self._bureau.enrolment.by_phone.get(self._phone)

    def _heartbeat(self, heard: Heard) -> None:
        self._answer(heard.message_id, heard.serials, DONE, "heartbeat")

    def _log_out(self, heard: Heard) -> None:
        self._answer(heard.message_id, heard.serials, DONE, "logout")
        self._close("logout")

    def _tell_time(self, heard: Heard) -> None:
        self._count("time_query")
        self._say(TimeAnswer(heard.at.time_ms))

    def _locate(self, heard: Heard) -> None:
        records = self._welcome_only().records
        records.take_locations([heard.frame.body], LOCATION, heard.serials, heard.at, live=True)

    def _locate_many(self, heard: Heard) -> None:
        records = self._welcome_only().records
        try:
            message = heard.parse()
        except ContractError as error:
            records.take_unreadable(heard.frame.body, error, LOCATION_BATCH, heard.serials, heard.at)
            return
        if message.bodies:
            records.take_locations(message.bodies, LOCATION_BATCH, heard.serials, heard.at, live=False)
        else:
            self._answer(LOCATION_BATCH, heard.serials, DONE, "empty_batch")

    def _pass_through(self, heard: Heard) -> None:
        records = self._welcome_only().records
        if records.take_transparent(heard.parse(), heard.frame.body, heard.serials, heard.at):
            self._answer(TRANSPARENT, heard.serials, DONE, "transparent_readings")

    def _obeyed(self, heard: Heard) -> None:
        """Take the terminal's general answer."""
        message = heard.parse()
        self._welcome_only().errands.answered(message.message_id, message.serial, message.result)

    def _located(self, heard: Heard) -> None:
        """Take the answer to a question for the position."""
        message, welcomed = heard.parse(), self._welcome_only()
        welcomed.errands.answered(LOCATE_QUERY, message.serial, DONE)
        bodies = [message.location.body]
        welcomed.records.take_locations(bodies, heard.message_id, heard.serials, heard.at, live=True)

    def _told_parameters(self, heard: Heard) -> None:
        message = heard.parse()
        words = ", ".join(f"{number:04x}={value.hex()}" for number, value in message.parameters)
        self._welcome_only().errands.answered(PARAMETER_QUERY, message.serial, DONE, words)

    # ---- words

    def _welcome_only(self) -> Welcomed:
        """Return what there is for a terminal that has authenticated.

        Raises:
            RuntimeError: It has not: a fault of ours.
        """
        if self._welcomed is None:
            raise RuntimeError("expected a terminal that has authenticated")
        return self._welcomed

    def _answer(self, message_id: int, serials: tuple[int, ...], result: int, counted: str) -> None:
        self._count(counted)
        for serial in serials:
            self._say(PlatformAnswer(serial, message_id, result))

    def _say(self, message: Message) -> int:
        """Write a message to the terminal and return its serial."""
        serial = self._serial
        frames = encode(message, self._phone, serial, self._version)
        self._serial = serial + len(frames) & 0xFFFF
        self.out.write += frames
        return serial

    def _count(self, what: str) -> None:
        self._bureau.counts[what] += 1

    def _refused(self, reason: str) -> None:
        self._count(f"refused_{reason}")
        self._refusals += 1
        if self._refusals >= MOST_REFUSALS:
            self._close(reason)

    def _close(self, reason: str) -> None:
        self.out.close = reason


INTRODUCTIONS = frozenset({REGISTRATION, AUTHENTICATION, TIME_QUERY})

Handle = Callable[[Session, Heard], None]
HANDLERS: dict[int, Handle] = {
    0x0001: Session._obeyed,
    0x0002: Session._heartbeat,
    0x0003: Session._log_out,
    TIME_QUERY: Session._tell_time,
    REGISTRATION: Session._register,
    AUTHENTICATION: Session._authenticate,
    0x0104: Session._told_parameters,
    LOCATION: Session._locate,
    0x0201: Session._located,
    LOCATION_BATCH: Session._locate_many,
    TRANSPARENT: Session._pass_through,
}
