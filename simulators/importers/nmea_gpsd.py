"""NMEA 0183 logs of real receivers: sentences as they came, garbage included, one terminal a log.

Two things are changed: after each group of RMC and GGA of one time a `$PMUK` sentence gives it an identity, and the
date of RMC is moved by whole days, with its checksum, where that was right. What is damaged stays damaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import xor
from pathlib import Path

from simulators.capture import CaptureMessage
from simulators.importers.recording import (
    DAY_MS,
    DELAY_MS,
    FIXES_A_MESSAGE,
    ImportOptions,
    ImportReport,
    Recording,
    report_topic,
    shift_ms,
    truck_documents,
)
from simulators.importers.tables import files
from simulators.instant import to_milliseconds

LONGEST_DEVICE = 30  # the contract's 32 less the prefix
TIMED = re.compile(rb"\$[A-OQ-Z][A-Z0-9](RMC|GGA),(\d{6}(?:\.\d+)?)?,")
SENTENCE = re.compile(rb"\$([^$*\r\n]*)\*([0-9A-Fa-f]{2})")
DATE_FIELD = 9


def import_recording(folder: Path, options: ImportOptions) -> Recording:
    """Return the receivers as terminals that send their sentences."""
    report = ImportReport("nmea_gpsd")
    report.notes.append("comment lines are left out: they name the people who sent the logs")
    report.notes.append("dates of RMC are moved by whole days, each log by its own; wrong checksums stay wrong")
    messages: list[CaptureMessage] = []
    names = []
    for log in files(folder, "*.log"):
        names.append("N-" + re.sub(r"[^A-Za-z0-9-]", "-", log.stem)[:LONGEST_DEVICE])
        messages.extend(_messages(names[-1], log, options, report))
    report.counts["receivers"] = len(names)
    return Recording(truck_documents("NMEA receivers", dict.fromkeys(names)), messages, report)


def _messages(name: str, log: Path, options: ImportOptions, report: ImportReport) -> Iterator[CaptureMessage]:
    lines = [line for line in log.read_bytes().splitlines(keepends=True) if not line.startswith(b"#")]
    instants = [instant for line in lines if (instant := _instant_ms(line)) is not None]
    if not instants:
        report.left_out["logs without a dated sentence"] += 1
        return
    moved_ms = shift_ms(max(instants), options.now_ms)
    received_at_ms = instants[0] + moved_ms
    groups = list(_groups([_moved(line, moved_ms // DAY_MS) for line in lines], options.epoch))
    report.counts["groups of sentences"] += len(groups)
    report.counts["bytes"] += sum(map(len, lines))
    for first in range(0, len(groups), FIXES_A_MESSAGE):
        payload = b"".join(groups[first : first + FIXES_A_MESSAGE])
        dated = [instant for line in payload.splitlines() if (instant := _instant_ms(line)) is not None]
        received_at_ms = max([received_at_ms, *dated])
        yield CaptureMessage(received_at_ms + DELAY_MS, report_topic(name, "nmea"), payload)


def _groups(lines: list[bytes], epoch: int) -> Iterator[bytes]:
    """Yield the bytes of each group with its `$PMUK`; what follows the last one goes with it."""
    seq = 0
    held: list[bytes] = []
    held_time: bytes | None = None
    for line in lines:
        timed = TIMED.match(line)
        if timed is not None and held_time is not None and timed[2] not in (None, held_time):
            seq += 1
            yield b"".join(held) + _identity(epoch, seq)
            held, held_time = [], None
        held.append(line)
        if timed is not None and timed[2] is not None:
            held_time = timed[2]
    if held_time is not None:
        yield b"".join(held).rstrip(b"\r\n") + b"\r\n" + _identity(epoch, seq + 1)


def _identity(epoch: int, seq: int) -> bytes:
    body = f"PMUK,1,{epoch},{seq},,,,,,,00,00".encode()
    return b"$%b*%02X\r\n" % (body, _checksum(body))


def _moved(line: bytes, days: int) -> bytes:
    """Return a line with the date of a sound RMC moved, any other line as it is."""
    sentence = SENTENCE.match(line)
    day = _date(line)
    if sentence is None or day is None or _checksum(sentence[1]) != int(sentence[2], 16):
        return line
    fields = sentence[1].split(b",")
    fields[DATE_FIELD] = f"{day + timedelta(days=days):%d%m%y}".encode()
    body = b",".join(fields)
    return b"$%b*%02X" % (body, _checksum(body)) + line[sentence.end() :]


def _instant_ms(line: bytes) -> int | None:
    """Return the instant of an RMC with time and date, to the second."""
    timed, day = TIMED.match(line), _date(line)
    if timed is None or timed[2] is None or day is None:
        return None
    try:
        clock = datetime.strptime(timed[2][:6].decode(), "%H%M%S").replace(tzinfo=UTC).timetz()
    except ValueError:
        return None
    return to_milliseconds(datetime.combine(day, clock))


def _date(line: bytes) -> date | None:
    timed = TIMED.match(line)
    fields = line.split(b"*")[0].split(b",")
    if timed is None or timed[1] != b"RMC" or len(fields) <= DATE_FIELD:
        return None
    try:
        return datetime.strptime(fields[DATE_FIELD].decode("latin-1"), "%d%m%y").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _checksum(body: bytes) -> int:
    return reduce(xor, body, 0)
