"""Concrete trucks of Athens, 2002: positions every 30 s, no speed, no load, and no calendar date.

Each trajectory keeps its own clock; a truck's trajectories are laid one after another, the last one ending before now.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from firmware_contracts.columns import FixColumns
from simulators.importers.recording import (
    DAY_MS,
    ImportOptions,
    ImportReport,
    Recording,
    fix_columns,
    report_messages,
    truck_documents,
)
from simulators.importers.tables import Table, read_parquet

# Between two trajectories of a truck: a night.
PAUSE_MS = 10 * 3_600_000
# Earlier fixes would be refused as too old by the time they are replayed; the contract's window is 60 days.
EARLIEST_MS = 58 * DAY_MS


def import_recording(folder: Path, options: ImportOptions) -> Recording:
    """Return the trucks as terminals that send binary reports."""
    table = read_parquet(folder / "trucks_athens_shared.parquet", ("vehicle_id", "trip_no", "t_s", "lon", "lat"))
    report = ImportReport("trucks_athens")
    report.notes.append(
        "the calendar date is lost in the source: each truck's trajectories follow one another, 10 h apart, up to now"
    )
    tracks = {f"ATH{vehicle}": _track(table, vehicle, options, report) for vehicle in np.unique(table["vehicle_id"])}
    messages = [message for name, fixes in tracks.items() for message in report_messages(name, fixes, "bin")]
    report.counts["trucks"] = len(tracks)
    return Recording(truck_documents("Athens concrete", dict.fromkeys(tracks)), messages, report)


def _track(table: Table, vehicle: int, options: ImportOptions, report: ImportReport) -> FixColumns:
    """Return one truck's fixes, its trajectories in order."""
    own = np.flatnonzero(table["vehicle_id"] == vehicle)
    end_ms = options.now_ms
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    for trip in np.unique(table["trip_no"][own])[::-1]:
        rows = own[table["trip_no"][own] == trip]
        elapsed_ms = table["t_s"][rows].astype(np.int64) * 1000
        start_ms = end_ms - int(elapsed_ms.max())
        if start_ms < options.now_ms - EARLIEST_MS:
            report.left_out["trajectories older than the accepted window"] += 1
            continue
        parts.append((rows, start_ms + elapsed_ms))
        end_ms = start_ms - PAUSE_MS
    report.counts["trajectories"] += len(parts)
    rows, times_ms = (np.concatenate(columns) for columns in zip(*reversed(parts), strict=True))
    report.counts["fixes"] += len(rows)
    return fix_columns(options.epoch, times_ms, lat_deg=table["lat"][rows], lon_deg=table["lon"][rows])
