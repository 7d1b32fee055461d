"""One terminal's records on their way up: positions and transparent data as contract v1, each with its identity. Pure.

    bytes ──> Fix, or what ingest will refuse and keep with its reason ──> published once, waiting for its commit

The identity is derived (`fixes.identity`: epoch 0, seq the CRC-32 of the bytes as sent), so that nothing is lost with
this memory.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

import msgspec

from firmware_contracts import device_event, report_bin, report_json
from firmware_contracts.bin_layout import MAX_COUNT
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.jt808.alarms import to_confirm
from firmware_contracts.jt808.fixes import EPOCH, fix_alone, fix_of, identity
from firmware_contracts.jt808.location import parse_location
from firmware_contracts.jt808.messages import Transparent
from ingest.jt808.bureau import Bureau, Moment, Outbox, Publication
from ingest.jt808.commits import Commits
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.readings import Held, Readings
from ingest.jt808.unanswered import Answer

TRANSPARENT = 0x0900
MOST_RAW_BYTES = 16 * 1024  # of an unreadable record in hexadecimal: it must fit a message of the broker


class Records:
    """What one connection's terminal has sent, on its way to the database."""

    def __init__(self, enrolled: Enrolled, bureau: Bureau, out: Outbox) -> None:
        self._enrolled = enrolled
        self._bureau = bureau
        self._out = out
        self._commits = Commits(bureau)
        self._readings = Readings(enrolled.mapping.transparent_max_age_ms)
        self._located_ms: int | None = None  # of the last live position
        self._bin_topic = enrolled.up_topic("report", "bin")
        self._json_topic = enrolled.up_topic("report", "json")
        self._event_topic = enrolled.up_topic("event", "json")

    def take_location(self, body: bytes, message_id: int, serials: tuple[int, ...], at: Moment) -> None:
        """Pass a position of now on, with the readings that hold for it; its alarms are confirmed with the answer."""
        try:
            location = parse_location(body)
            beside = self._readings.beside(body, location.time_ms)
            row = fix_of(location, self._enrolled.mapping, [held.message for held in beside])
        except ContractError as error:
            self.take_unreadable(body, error, message_id, serials, at)
            return
        self._located_ms = location.time_ms
        if self._commits.wait_for(message_id, serials, [row.seq], at, to_confirm(location.alarm)):
            self._report([row])
        if row.seq in self._commits:
            self._carry(beside, row.seq, at)

    def take_batch(self, bodies: Sequence[bytes], message_id: int, serials: tuple[int, ...], at: Moment) -> None:
        """Pass positions of some time before on; their message is answered when all of them are in the database."""
        rows: list[Fix] = []
        unreadable: dict[int, bytes] = {}
        for body in bodies:
            try:
                rows.append(fix_of(parse_location(body), self._enrolled.mapping))
            except ContractError as error:
                unreadable[identity(body)] = self._unreadable(body, error)
        due = self._commits.wait_for(message_id, serials, [*(row.seq for row in rows), *unreadable], at)
        self._out.publish += [
            Publication(self._json_topic, payload) for seq, payload in unreadable.items() if seq in due
        ]
        self._report([row for row in rows if row.seq in due])

    def take_unreadable(
        self, body: bytes, error: ContractError, message_id: int, serials: tuple[int, ...], at: Moment
    ) -> None:
        """Pass a message on that should hold records and in which none can be found."""
        if self._commits.wait_for(message_id, serials, [identity(body)], at):
            self._out.publish.append(Publication(self._json_topic, self._unreadable(body, error)))

    def take_transparent(self, message: Transparent, body: bytes, serials: tuple[int, ...], at: Moment) -> None:
        """Take transparent data in: readings wait for the next position, anything else goes up as an event."""
        mapping = self._enrolled.mapping
        if message.kind not in mapping.transparent_types():
            self._report_event(message, serials, at)
            return
        try:
            told_ms = mapping.transparent_time_ms(message.kind, message.data)
        except ContractError as error:
            self.take_unreadable(body, error, TRANSPARENT, serials, at)
            return
        time_ms = self._about_now_ms(at) if told_ms is None else told_ms
        for held in self._readings.hold(Held(message, time_ms, told_ms is not None, at.clock_s, [serials])):
            self._send_alone(held, at)

    def tick(self, at: Moment) -> None:
        """Send up by themselves the readings that no position has carried in time."""
        self._commits.tick(at)
        if at.connection:
            for held in self._readings.overdue(at.clock_s):
                self._send_alone(held, at)

    def kept(self, payload: bytes) -> list[Answer]:
        """Take a commit acknowledgement in; return what may be answered.

        Raises:
            ContractError: It is none.
        """
        answers = self._commits.kept(payload)
        for answer in answers:
            if answer.message_id == TRANSPARENT:
                self._bureau.event_times.forget(self._enrolled.device, answer.seq)
        return answers

    def end(self, at: Moment) -> None:
        """Send up what no position will carry any more, and forget what waits: the terminal sends it again."""
        for held in self._readings.left():
            self._send_alone(held, at)
        self._commits.end()

    def _carry(self, beside: Iterable[Held], seq: int, at: Moment) -> None:
        """Let the messages that brought readings wait for the record that carries them."""
        for held in beside:
            for serials in held.asking:
                self._commits.wait_too(TRANSPARENT, serials, seq, at)
            held.asking = []

    def _send_alone(self, held: Held, at: Moment) -> None:
        """Pass readings on without a position; where nobody takes them now they stay as they are."""
        seq = identity(b"", [held.message])
        if self._commits.wait_for(TRANSPARENT, held.asking[0], [seq], at):
            time_ms = self._bureau.event_times.first_ms(self._enrolled.device, seq, held.time_ms)
            self._bureau.counts["readings_alone"] += 1
            self._report([fix_alone([held.message], self._enrolled.mapping, time_ms)])
        if seq in self._commits:
            self._carry([held], seq, at)

    def _about_now_ms(self, at: Moment) -> int:
        """Return the time of readings that tell none: the last position's where that is of now, never after now."""
        located_ms, max_age_ms = self._located_ms, self._enrolled.mapping.transparent_max_age_ms
        is_of_now = located_ms is not None and 0 <= at.time_ms - located_ms <= max_age_ms
        return located_ms if located_ms is not None and is_of_now else at.time_ms

    def _report_event(self, message: Transparent, serials: tuple[int, ...], at: Moment) -> None:
        """Publish transparent data that no mapping knows as an event of their own."""
        seq = identity(b"", [message])
        if self._commits.wait_for(TRANSPARENT, serials, [seq], at):
            time_ms = self._bureau.event_times.first_ms(self._enrolled.device, seq, at.time_ms)
            data = base64.b64encode(message.data[:MOST_RAW_BYTES]).decode()
            event = {"seq": seq, "time_ms": time_ms, "type": "transparent", "kind": message.kind, "data": data}
            self._out.publish.append(Publication(self._event_topic, device_event.encode(EPOCH, [event])))

    def _report(self, rows: list[Fix]) -> None:
        """Publish fixes in as few messages as hold them."""
        for start in range(0, len(rows), MAX_COUNT):
            part = rows[start : start + MAX_COUNT]
            try:
                self._out.publish.append(Publication(self._bin_topic, report_bin.encode_rows(part)))
            except ValueError:  # a value that the binary layout cannot hold
                payloads = [report_json.encode(columns_of([row])) for row in part]
                self._out.publish += [Publication(self._json_topic, payload) for payload in payloads]

    def _unreadable(self, body: bytes, error: ContractError) -> bytes:
        """Return a record that nobody can read as one that ingest refuses and keeps, with its bytes and the reason.

        The reason stands where the time would: the first thing that ingest looks for, so that it is the one it tells.
        """
        self._bureau.counts[f"unreadable_{error.reason}"] += 1
        said = {"reason": str(error.reason), "bytes": len(body), "body": body[:MOST_RAW_BYTES].hex()}
        fix = {"seq": identity(body), "time_ms": error.detail, "jt808": said}
        return msgspec.json.encode({"v": 1, "epoch": EPOCH, "fixes": [fix]})
