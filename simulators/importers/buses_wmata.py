"""Buses of Washington, D.C., 2026: positions every 16-30 s, and the shape that each run was planned to follow.

A bus has no load that would bind it to a permit, so each scheduled run is a permit that binds for its own period, with
the run's shape as its corridor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulators.capture import CaptureMessage
from simulators.importers.recording import (
    DAY_MS,
    ImportOptions,
    ImportReport,
    Recording,
    collection,
    feature,
    fix_columns,
    permit,
    report_messages,
    shift_ms,
    truck_documents,
)
from simulators.importers.tables import numbers, read_csv
from simulators.instant import parse_instant

KNOWN = {"lat_deg": "lat", "lon_deg": "lon", "speed_mps": "speed_mps", "course_deg": "bearing_deg"}


def import_recording(folder: Path, options: ImportOptions) -> Recording:
    """Return the buses as terminals that send JSON reports, their runs as permits and the shapes as corridors."""
    report = ImportReport("buses_wmata")
    fixes = _read(folder, options, report)
    messages: list[CaptureMessage] = []
    names = [f"BUS{bus}" for bus in np.unique(fixes.bus)]
    for name in names:
        own = np.flatnonzero(fixes.bus == name.removeprefix("BUS"))
        track = fix_columns(options.epoch, fixes.time_ms[own], **{key: fixes.known[key][own] for key in KNOWN})
        messages.extend(report_messages(name, track, "json"))
    documents = truck_documents("Metrobus", dict.fromkeys(names))
    documents["corridors"] = _corridors(folder)
    documents["permits"] = _runs(folder, fixes, report)
    report.counts |= {"buses": len(names), "fixes": len(fixes.bus), "runs": len(documents["permits"])}
    return Recording(documents, messages, report)


class _Fixes(NamedTuple):
    """Fixes sorted by bus and time, each array of shape (N,)."""

    bus: NDArray[np.str_]
    run: NDArray[np.str_]
    time_ms: NDArray[np.int64]
    known: dict[str, NDArray[np.float64]]


def _read(folder: Path, options: ImportOptions, report: ImportReport) -> _Fixes:
    rows = read_csv(folder / "wmata_positions_shared.csv.gz", ("vehicle_id", "ts", "trip_id", *KNOWN.values()))
    bus, run = np.array(rows["vehicle_id"]), np.array(rows["trip_id"])
    time_ms = np.array([parse_instant(text) for text in rows["ts"]], np.int64)
    moved_ms = shift_ms(int(time_ms.max()), options.now_ms)
    order = np.lexsort((time_ms, bus))
    known = {name: numbers(rows[column])[order] for name, column in KNOWN.items()}
    report.notes.append(f"moved by {moved_ms // DAY_MS} days")
    report.counts["fixes without course (the bus stood)"] = int(np.isnan(known["course_deg"]).sum())
    return _Fixes(bus[order], run[order], time_ms[order] + moved_ms, known)


def _corridors(folder: Path) -> dict[str, Any]:
    points = read_csv(folder / "shapes.csv.gz", ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"))
    shape, sequence = np.array(points["shape_id"]), numbers(points["shape_pt_sequence"])
    positions = np.column_stack((numbers(points["shape_pt_lon"]), numbers(points["shape_pt_lat"])))
    order = np.lexsort((sequence, shape))
    return collection([
        feature(
            {"corridor_id": str(name), "name": f"Shape {name}"},
            {"type": "LineString", "coordinates": positions[order[shape[order] == name]].tolist()},
        )
        for name in np.unique(shape)
    ])  # fmt: skip


def _runs(folder: Path, fixes: _Fixes, report: ImportReport) -> list[dict[str, Any]]:
    """Return a permit for each run of a bus, from its first fix to its last."""
    shapes = read_csv(folder / "trips.csv", ("trip_id", "shape_id"))
    shape_of = dict(zip(shapes["trip_id"], shapes["shape_id"], strict=True))
    runs: list[dict[str, Any]] = []
    for bus, run in sorted({(str(bus), str(run)) for bus, run in zip(fixes.bus, fixes.run, strict=True) if run}):
        if run not in shape_of:
            report.left_out["runs without a planned shape"] += 1
            continue
        own = fixes.time_ms[(fixes.bus == bus) & (fixes.run == run)]
        valid_ms = (int(own[0]), int(own[-1]) + 1)  # up to and not including
        members = {"vehicle_ids": [f"BUS{bus}"], "corridor_ids": [shape_of[run]]}
        runs.append(permit(f"R {run} {bus}", valid_ms, binding="period", **members))
    return runs
