"""One terminal's conversation: its bytes in, what is to be done out. Pure; time is an argument.

    introduction ──known──> welcome ──> positions, batches, transparent data, answers to commands

What the terminal must not forget too early is answered when the commit acknowledgement has named it (`records`),
everything else at once. A handler is a row of `HANDLERS`, by message id; what stands in no row is not supported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firmware_contracts import device_state
from firmware_contracts.errors import ContractError
from firmware_contracts.jt808.assembling import MAX_TOTAL
from firmware_contracts.jt808.framing import BadFrame, Frame, Framer
from firmware_contracts.jt808.header import Package
from firmware_contracts.jt808.messages import (
    DONE,
    MESSAGES,
    UNSUPPORTED,
    WRONG,
    AlarmConfirm,
    ResendPackages,
    TimeAnswer,
)
from ingest.jt808.bureau import Bureau, Moment, Outbox, Publication
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.errands import Errands
from ingest.jt808.heard import Heard, Packages
from ingest.jt808.introduction import AUTHENTICATION, MESSAGE_IDS, REGISTRATION, TIME_QUERY, Introduction
from ingest.jt808.records import TRANSPARENT, Records
from ingest.jt808.voice import Voice

MOST_NOISE_BYTES = 64 * 1024  # thirty of the longest frames without a sound one: no JT/T 808

LOCATION, LOCATION_BATCH, LOCATE_ANSWER, CONTROL_ANSWER = 0x0200, 0x0704, 0x0201, 0x0500
ASKED_BY = {LOCATE_ANSWER: 0x8201, CONTROL_ANSWER: 0x8500}
PARAMETER_QUERY = 0x8104


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
        voice: What is said to the terminal.
    """

    def __init__(self, bureau: Bureau, now_s: float) -> None:
        self.out = Outbox()
        self.heard_s = now_s
        self.voice = Voice(self.out, bureau.counts)
        self._welcomed: Welcomed | None = None
        self._bureau = bureau
        self._framer = Framer()
        self._packages = Packages(bureau)
        self._introduction = Introduction(bureau, self.out, self.voice)
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
                self.voice.count(f"bad_frame_{frame.error.reason}")
            else:
                self._noise_bytes = 0
                self.heard_s = at.clock_s
                self._hear(frame, at)
        if self._noise_bytes > MOST_NOISE_BYTES:
            self.out.close = "noise"

    def acknowledged(self, payload: bytes) -> None:
        """Take a commit acknowledgement in and answer what it settles.

        Raises:
            ContractError: It is none.
        """
        for answer in self._welcome_only().records.kept(payload):
            self.voice.answer(answer.message_id, answer.serials, DONE, "committed")
            if answer.confirm:
                self.voice.count("alarms_confirmed")
                self.voice.say(AlarmConfirm(answer.serials[0], answer.confirm))

    def commanded(self, payload: bytes, at: Moment) -> None:
        """Take a command in.

        Raises:
            ContractError: It is none.
        """
        self._welcome_only().errands.command(payload, self.voice.version, at)

    def configured(self, payload: bytes, at: Moment) -> None:
        """Take a settings document in.

        Raises:
            ContractError: It is none.
        """
        self._welcome_only().errands.configure(payload, at)

    def tick(self, at: Moment) -> None:
        """Do what is due: ask for missing packages, send up what waited long enough, put out who may not speak."""
        for missing in self._packages.overdue(at):
            self.voice.count("packages_asked_again")
            self.voice.say(ResendPackages(missing.first_serial, missing.numbers))
        if self._welcomed is None:
            return
        self._welcomed.records.tick(at)
        if self._bureau.enrolment.by_phone.get(self.voice.phone) != self._welcomed.enrolled:
            self.out.close = "suspended"

    def state(self, word: str, at: Moment) -> Publication:
        """Return the message that says that the terminal is online or offline."""
        topic = self._welcome_only().enrolled.up_topic("state", "json")
        return Publication(topic, device_state.encode(word, at.time_ms if word == "online" else None), retain=True)

    def end(self, at: Moment) -> None:
        """Forget everything: the terminal sends again what was not answered."""
        self._packages.end()
        if self._welcomed:
            self._welcomed.records.end(at)

    # ---- what the terminal says

    def _hear(self, frame: Frame, at: Moment) -> None:
        header = frame.header
        if not self._introduction.is_of(header.phone):
            return
        self.voice.version = header.version
        heard = Heard(frame, (header.serial,), at)
        handle = HANDLERS.get(header.message_id)
        if self._welcomed is None and header.message_id not in MESSAGE_IDS:
            self._introduction.unauthenticated(heard)
        elif header.encryption:
            self.voice.answer(header.message_id, heard.serials, UNSUPPORTED, "encrypted")
        elif handle is None:
            known = f"{header.message_id:04x}" if header.message_id in MESSAGES else "other"
            self.voice.answer(header.message_id, heard.serials, UNSUPPORTED, f"unsupported_{known}")
        elif header.package is not None:
            self._hear_package(heard, header.package, handle)
        else:
            self._handle(handle, heard)

    def _hear_package(self, heard: Heard, package: Package, handle: Handle) -> None:
        """Gather a message; each of its packages is answered when the whole is."""
        if package.total > MAX_TOTAL:
            self.voice.answer(heard.message_id, heard.serials, WRONG, "too_many_packages")
            return
        whole = self._packages.add(heard, package)
        if whole is not None:
            self._handle(handle, whole)

    def _handle(self, handle: Handle, heard: Heard) -> None:
        try:
            handle(self, heard)
        except ContractError:  # theirs; what holds records catches its own
            self.voice.answer(heard.message_id, heard.serials, WRONG, "unreadable_message")

    def _register(self, heard: Heard) -> None:
        self._introduction.register(heard)

    def _authenticate(self, heard: Heard) -> None:
        known = self._introduction.authenticate(heard)
        if known is not None and self._welcomed is None:
            self.welcome(known, heard.at)

    def welcome(self, known: Enrolled, at: Moment) -> None:
        """Let the terminal speak."""
        errands = Errands(known, self._bureau, self.out, self.voice.say)
        self._welcomed = Welcomed(known, Records(known, self._bureau, self.out), errands)
        self.out.welcome = known
        self.out.publish.append(self.state("online", at))

    def _heartbeat(self, heard: Heard) -> None:
        self.voice.answer(heard.message_id, heard.serials, DONE, "heartbeat")

    def _log_out(self, heard: Heard) -> None:
        self.voice.answer(heard.message_id, heard.serials, DONE, "logout")
        self.out.close = "logout"

    def _tell_time(self, heard: Heard) -> None:
        self.voice.count("time_query")
        self.voice.say(TimeAnswer(heard.at.time_ms))

    def _locate(self, heard: Heard) -> None:
        self._welcome_only().records.take_location(heard.frame.body, LOCATION, heard.serials, heard.at)

    def _locate_many(self, heard: Heard) -> None:
        records = self._welcome_only().records
        try:
            bodies = heard.parse().bodies
        except ContractError as error:
            records.take_unreadable(heard.frame.body, error, LOCATION_BATCH, heard.serials, heard.at)
            return
        if bodies:
            records.take_batch(bodies, LOCATION_BATCH, heard.serials, heard.at)
        else:
            self.voice.answer(LOCATION_BATCH, heard.serials, DONE, "empty_batch")

    def _pass_through(self, heard: Heard) -> None:
        records = self._welcome_only().records
        records.take_transparent(heard.parse(), heard.frame.body, heard.serials, heard.at)

    def _obeyed(self, heard: Heard) -> None:
        """Take the terminal's general answer."""
        message = heard.parse()
        self._welcome_only().errands.answered(message.message_id, message.serial, message.result)

    def _located(self, heard: Heard) -> None:
        """Take the answer to a question for the position, or to a control of the vehicle: it holds a position."""
        welcomed = self._welcome_only()
        try:
            message = heard.parse()
        except ContractError as error:
            welcomed.records.take_unreadable(heard.frame.body, error, heard.message_id, heard.serials, heard.at)
            return
        welcomed.errands.answered(ASKED_BY[heard.message_id], message.serial, DONE)
        welcomed.records.take_location(message.location.body, heard.message_id, heard.serials, heard.at)

    def _told_parameters(self, heard: Heard) -> None:
        message = heard.parse()
        words = ", ".join(f"{number:04x}={value.hex()}" for number, value in message.parameters)
        self._welcome_only().errands.answered(PARAMETER_QUERY, message.serial, DONE, words)

    def _welcome_only(self) -> Welcomed:
        """Return what there is for a terminal that has authenticated.

        Raises:
            RuntimeError: It has not: a fault of ours.
        """
        if self._welcomed is None:
            raise RuntimeError("expected a terminal that has authenticated")
        return self._welcomed


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
    LOCATE_ANSWER: Session._located,
    CONTROL_ANSWER: Session._located,
    LOCATION_BATCH: Session._locate_many,
    TRANSPARENT: Session._pass_through,
}
