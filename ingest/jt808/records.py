"""One terminal's records on their way up: positions and transparent data as contract v1, each with its identity. Pure.

    bytes ──> Fix, or what ingest will refuse and keep with its reason ──> published once, waiting for its commit

The identity is derived (epoch 0, seq the CRC-32 of the bytes as sent), so that nothing is lost with this memory.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from zlib import crc32

import msgspec

from firmware_contracts import commit_ack, device_event, report_bin, report_json
from firmware_contracts.bin_layout import MAX_COUNT
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.jt808.alarms import to_confirm
from firmware_contracts.jt808.fixes import fix_of
from firmware_contracts.jt808.location import parse_location
from firmware_contracts.jt808.messages import Transparent
from ingest.jt808.bureau import Bureau, Moment, Outbox, Publication
from ingest.jt808.enrolment import Enrolled
from ingest.jt808.unanswered import Answer, Unanswered

EPOCH = 0  # "seq is no counter"
TRANSPARENT = 0x0900
MOST_RAW_BYTES = 16 * 1024  # of an unreadable record in hexadecimal: it must fit a message of the broker


class Records:
    """What one connection's terminal has sent and the database does not have yet."""

    def __init__(self, enrolled: Enrolled, bureau: Bureau, out: Outbox) -> None:
        self._enrolled = enrolled
        self._bureau = bureau
        self._out = out
        self._unanswered = Unanswered()
        self._readings: Mapping[str, float | int] = {}
        self._readings_ms = 0
        self._bin_topic = enrolled.up_topic("report", "bin")
        self._json_topic = enrolled.up_topic("report", "json")
        self._event_topic = enrolled.up_topic("event", "json")

    def __len__(self) -> int:
        return len(self._unanswered)

    def take_locations(
        self, bodies: Sequence[bytes], message_id: int, serials: tuple[int, ...], at: Moment, *, live: bool
    ) -> None:
        """Pass positions on; their message is answered when all of them are in the database.

        Args:
            bodies: The positions as sent.
            message_id: What they came in.
            serials: Its serial, or those of its packages.
            at: The present.
            live: They are of now: transparent data of now hold for them, and their alarms are confirmed.
        """
        rows: list[Fix] = []
        unreadable: dict[int, bytes] = {}
        confirm = 0
        for body in bodies:
            try:
                location = parse_location(body)
                extra = self._readings_at(location.time_ms) if live else None
                rows.append(fix_of(location, self._enrolled.mapping, extra))
                confirm |= to_confirm(location.alarm) if live else 0
            except ContractError as error:
                unreadable[crc32(body)] = self._unreadable(body, error)
        due = self._wait_for(message_id, serials, [*(row.seq for row in rows), *unreadable], at, confirm)
        self._out.publish += [
            Publication(self._json_topic, payload) for seq, payload in unreadable.items() if seq in due
        ]
        self._report([row for row in rows if row.seq in due])

    def take_unreadable(
        self, body: bytes, error: ContractError, message_id: int, serials: tuple[int, ...], at: Moment
    ) -> None:
        """Pass a message on that should hold records and in which none can be found."""
        if self._wait_for(message_id, serials, [crc32(body)], at):
            self._out.publish.append(Publication(self._json_topic, self._unreadable(body, error)))

    def take_transparent(self, message: Transparent, body: bytes, serials: tuple[int, ...], at: Moment) -> bool:
        """Take transparent data in; return whether they were readings, which the next positions carry.

        What the vendor's mapping does not know goes up as an event of its own.
        """
        mapping, seq = self._enrolled.mapping, crc32(body)
        try:
            readings = mapping.readings_of(message.kind, message.data)
            told_ms = mapping.transparent_time_ms(message.kind, message.data) if readings else None
        except ContractError as error:
            self.take_unreadable(body, error, TRANSPARENT, serials, at)
            return False
        if readings:
            self._readings, self._readings_ms = readings, at.time_ms if told_ms is None else told_ms
            return True
        if self._wait_for(TRANSPARENT, serials, [seq], at):
            time_ms = self._bureau.event_times.first_ms(self._enrolled.device, seq, at.time_ms)
            data = base64.b64encode(message.data[:MOST_RAW_BYTES]).decode()
            event = {"seq": seq, "time_ms": time_ms, "type": "transparent", "kind": message.kind, "data": data}
            self._out.publish.append(Publication(self._event_topic, device_event.encode(EPOCH, [event])))
        return False

    def kept(self, payload: bytes) -> list[Answer]:
        """Take a commit acknowledgement in; return what may be answered.

        Raises:
            ContractError: It is none.
        """
        ranges, waited = commit_ack.decode(payload).ranges.get(EPOCH, ()), len(self._unanswered)
        answers: list[Answer] = []
        for first, last in ranges:
            found = self._unanswered.kept(first, last)
            if any(answer.message_id == TRANSPARENT for answer in found):
                self._bureau.event_times.forget(self._enrolled.device, last)
            answers += found
        self._bureau.waiting -= waited - len(self._unanswered)
        return answers

    def end(self) -> None:
        """Forget what waits: the terminal sends it again on its next connection."""
        self._bureau.waiting -= len(self._unanswered)
        self._unanswered = Unanswered()

    def _report(self, rows: list[Fix]) -> None:
        """Publish fixes in as few messages as hold them."""
        for start in range(0, len(rows), MAX_COUNT):
            part = rows[start : start + MAX_COUNT]
            try:
                self._out.publish.append(Publication(self._bin_topic, report_bin.encode_rows(part)))
            except ValueError:  # a value that the binary layout cannot hold
                payloads = [report_json.encode(columns_of([row])) for row in part]
                self._out.publish += [Publication(self._json_topic, payload) for payload in payloads]

    def _wait_for(
        self, message_id: int, serials: tuple[int, ...], seqs: Sequence[int], at: Moment, confirm: int = 0
    ) -> set[int]:
        """Let a message wait for its records; return those to be published, none where nobody would take them."""
        bureau, waited = self._bureau, len(self._unanswered)
        bureau.counts["records"] += len(seqs)
        if at.connection == 0 or bureau.waiting + len(seqs) > bureau.most_waiting:
            bureau.counts["not_taken"] += len(seqs)  # not answered, so the terminal keeps them
            return set()
        due = self._unanswered.add(
            message_id, serials, seqs, now_s=at.clock_s, connection=at.connection, confirm=confirm
        )
        bureau.waiting += len(self._unanswered) - waited
        return due

    def _unreadable(self, body: bytes, error: ContractError) -> bytes:
        """Return a record that nobody can read as one that ingest refuses and keeps, with its bytes and the reason.

        The reason stands where the time would: the first thing that ingest looks for, so that it is the one it tells.
        """
        self._bureau.counts[f"unreadable_{error.reason}"] += 1
        said = {"reason": str(error.reason), "bytes": len(body), "body": body[:MOST_RAW_BYTES].hex()}
        fix = {"seq": crc32(body), "time_ms": error.detail, "jt808": said}
        return msgspec.json.encode({"v": 1, "epoch": EPOCH, "fixes": [fix]})

    def _readings_at(self, time_ms: int) -> Mapping[str, float | int] | None:
        """Return what transparent data said so near to an instant that it holds for it."""
        holds = abs(time_ms - self._readings_ms) <= self._enrolled.mapping.transparent_max_age_ms
        return self._readings if self._readings and holds else None
