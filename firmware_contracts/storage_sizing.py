"""How much flash a terminal needs to lose nothing in an outage, and what its messages weigh on the air.

Pure arithmetic over the layouts themselves: the sizes are those of encoded examples, not estimates.
"""

from __future__ import annotations

from firmware_contracts import bin_layout, command, commit_ack, report_bin, report_json, report_nmea
from firmware_contracts.columns import Cover, Switch
from firmware_contracts.command import Command
from firmware_contracts.commit_ack import MAX_RANGES, MAX_REFUSED, CommitAck, Refused
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS

INTERVALS_S = (1, 5, 10, 30)
OUTAGES_H = (12, 24, 72, 168)
BATCH = 50  # fixes in one message of a backlog

TYPICAL = Fix(
    7,
    12_345_678,
    1_767_225_600_000,
    lat_deg=31.7123456,
    lon_deg=119.9234567,
    speed_mps=8.33,
    course_deg=91.25,
    hdop=0.9,
    satellites=14,
    load_kg=21_500.0,
    lift_deg=0.4,
    cover=Cover.CLOSED,
    ignition=Switch.ON,
    main_power=Switch.ON,
)


def flash_bytes(interval_s: int, outage_h: int) -> int:
    """Return what the binary records of an outage take, one each interval; fewer are needed while standing."""
    return outage_h * 3600 // interval_s * bin_layout.RECORD.size


def record_sizes() -> dict[str, float]:
    """Return the bytes per fix of a full message of typical fixes, by encoding."""
    columns = columns_of([TYPICAL._replace(seq=TYPICAL.seq + n) for n in range(BATCH)])
    encoders = {"bin": report_bin.encode, "json": report_json.encode, "nmea": report_nmea.encode}
    return {name: len(encode(columns)) / BATCH for name, encode in encoders.items()}


def longest_ack_bytes() -> int:
    """Return the size of the longest acknowledgement that the platform sends: what a receive buffer must hold."""
    spans = {MAX_COUNTER - n: [(MAX_COUNTER - 1, MAX_COUNTER)] for n in range(MAX_RANGES)}
    refusal = Refused(MAX_COUNTER, max(RejectReason, key=len), MAX_COUNTER)
    return len(commit_ack.encode(CommitAck(spans, [refusal] * MAX_REFUSED)))


def longest_command_bytes() -> int:
    """Return likewise of a command: a text of characters that take three bytes each."""
    body = {"text": "渣" * command.MAX_TEXT, "speak": False}
    return len(command.encode(Command("c" * command.MAX_ID, MAX_TIME_MS, "text", body)))
