"""Truck telematics from Myanmar, 2018: JSON events with the time of the fix, of the event and of its arrival.

Each position is one fix, sent when its first event arrived: late ones stay late. The terminal numbered its fixes as it
took them, so that a late one bears an old number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from firmware_contracts.columns import ABSENT, Switch
from simulators.capture import CaptureMessage
from simulators.importers.recording import (
    DAY_MS,
    DELAY_MS,
    ImportOptions,
    ImportReport,
    Recording,
    fix_columns,
    report_message,
    shift_ms,
    truck_documents,
)
from simulators.importers.tables import files, read_json_lines
from simulators.instant import parse_instant

KILOMETRES_AN_HOUR = 3.6
IGNITION = {"vehicle-ign-on": Switch.ON, "vehicle-ign-off": Switch.OFF}
NOT_SAID_MS = 2**62


class _Taken(NamedTuple):
    """One position as the terminal took it."""

    fix_time_ms: int
    received_at_ms: int
    lat_deg: float
    lon_deg: float
    speed_mps: float
    course_deg: float
    ignition: int


def import_recording(folder: Path, options: ImportOptions) -> Recording:
    """Return the trucks as terminals that send a JSON report for each fix."""
    report = ImportReport("truck_json_events")
    messages: list[CaptureMessage] = []
    names: list[str] = []
    for file in files(folder, "*.jsonl.gz"):
        name = file.name.removesuffix(".jsonl.gz")
        names.append(name)
        taken = _taken(file, report)
        moved_ms = shift_ms(max(fix.received_at_ms for fix in taken), options.now_ms)
        report.notes.append(f"{name}: moved by {moved_ms // DAY_MS} days")
        columns = {
            field: np.array(values) for field, values in zip(_Taken._fields, zip(*taken, strict=True), strict=True)
        }
        times_ms, received_at_ms = columns.pop("fix_time_ms") + moved_ms, columns.pop("received_at_ms") + moved_ms
        fixes = fix_columns(options.epoch, times_ms, **columns)
        messages.extend(
            report_message(name, fixes.take(slice(row, row + 1)), "json", int(received_at_ms[row]))
            for row in range(len(taken))
        )
    report.counts |= {"trucks": len(names), "fixes": len(messages)}
    return Recording(truck_documents("Myanmar haulage", dict.fromkeys(names)), messages, report)


def _taken(file: Path, report: ImportReport) -> list[_Taken]:
    """Return each position once, in the order of the terminal's clock."""
    lines = sorted(read_json_lines(file), key=lambda line: _milliseconds(line["ev"]["ts"]))
    ignition = ABSENT
    first: dict[int, _Taken] = {}
    for line in lines:
        event = line["ev"]
        report.counts["events"] += 1
        ignition = int(IGNITION.get(line["type"], ignition))
        fix = _fix(event, ignition)
        known = first.get(fix.fix_time_ms)
        report.left_out["events whose position another event brings"] += known is not None
        if known is None or fix.received_at_ms < known.received_at_ms:
            first[fix.fix_time_ms] = fix
    report.notes.append(f"{file.name}: fuel, temperature, engine and harsh braking have no place in the contract")
    return [_arrived(first[time], report) for time in sorted(first)]


def _arrived(fix: _Taken, report: ImportReport) -> _Taken:
    """Return a fix with the usual arrival where no event said one."""
    if fix.received_at_ms != NOT_SAID_MS:
        return fix
    report.counts["fixes that do not say when they arrived, taken as arriving at once"] += 1
    return fix._replace(received_at_ms=fix.fix_time_ms + DELAY_MS)


def _fix(event: dict[str, Any], ignition: int) -> _Taken:
    position = event["pos"]
    return _Taken(
        _milliseconds(position["posTime"]),
        _milliseconds(event["receivedTs"]) if "receivedTs" in event else NOT_SAID_MS,
        position["latlon"]["lat"],
        position["latlon"]["lng"],
        position["speed"] / KILOMETRES_AN_HOUR,
        position["azimuth"] % 360,
        ignition,
    )


def _milliseconds(text: str) -> int:
    return parse_instant(text)
