"""The fixes of a bundle as CSV, exactly as reported: absent is empty, numbers in their shortest exact spelling. "
"Pure.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FIXES = "fixes.csv"
COLUMNS = (
    "terminal_id",
    "epoch",
    "seq",
    "fix_time",
    "received_at",
    "lon_deg",
    "lat_deg",
    "speed_mps",
    "course_deg",
    "hdop",
    "satellites",
    "load_kg",
    "load_ratio",
    "lift_deg",
    "cover",
    "ignition",
    "main_power",
    "faults",
    "alarms",
)


def fixes_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return fixes as CSV (RFC 4180, UTF-8, times in UTC)."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_written(row[name]) for name in COLUMNS] for row in rows)
    return target.getvalue().encode()


def fixes_digest(content: bytes) -> tuple[int, str]:
    """Return how many fixes a CSV holds, and one hash chained over them in order, each covering those before it."""
    lines = [line for line in content.split(b"\r\n")[1:] if line]
    state = b""
    for line in lines:
        state = hashlib.sha256(state + line).digest()
    return len(lines), state.hex()


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return repr(value) if isinstance(value, float) else str(value)
