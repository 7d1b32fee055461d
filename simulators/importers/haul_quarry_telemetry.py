"""Quarry haul trucks, Texas 2025: position, speed and payload twice a second, with the quarry's pits and dump zones.

Pits become sites, crusher and stockpiles dump points; a permit of each pit lets its trucks dump at all of them, by
whatever way. Without dump zones the same payload ramps are illegal dumping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from firmware_contracts.columns import Fault, FixColumns
from simulators.importers.recording import (
    DAY_MS,
    ImporterError,
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
from simulators.importers.tables import Table, files, read_json, read_parquet

COLUMNS = ("ts", "device_id", "lon", "lat", "speed_mps", "load_kg")
# Komatsu gives the HD605 63 t; the payloads measured while hauling agree (medians 60.8 to 64.8 t).
RATED_LOAD_KG = {"605": 63_000.0}
# What a model without scale reports for its payload.
NO_SCALE_KG = -99


def import_recording(folder: Path, options: ImportOptions) -> Recording:
    """Return the trucks as terminals that send binary reports, and the quarry as their world."""
    report = ImportReport("haul_quarry_telemetry")
    tracks: dict[str, FixColumns] = {}
    for file in files(folder, "*.parquet"):
        table = read_parquet(file, COLUMNS)
        name = str(table["device_id"][0])
        if name in tracks or (table["device_id"] != name).any():
            raise ImporterError(file, "one truck a file", f"another part of {name}")
        tracks[name] = _track(table, options, report)
        report.notes.append(f"{name}: moved by {_moved_days(table, options)} days")
    documents = truck_documents("Quarry", {name: _rated_load_kg(name) for name in tracks})
    features = read_json(folder / "zones.geojson")["features"]
    documents |= _places(features, options.without_dump_zones)
    documents["permits"] = _permits(documents, sorted(tracks), options.now_ms)
    if options.without_dump_zones:
        report.notes.append("dump points are left out of the world: no unloading is permitted anywhere")
    report.counts["trucks"] = len(tracks)
    messages = [message for name, fixes in tracks.items() for message in report_messages(name, fixes, "bin")]
    return Recording(documents, messages, report)


def _track(table: Table, options: ImportOptions, report: ImportReport) -> FixColumns:
    """Return one truck's fixes; where its position is 0,0 the receiver had none, and the terminal says so."""
    times_ms = _times_ms(table)
    lost = (table["lat"] == 0) & (table["lon"] == 0)
    unscaled = table["load_kg"] == NO_SCALE_KG
    report.counts["fixes"] += len(times_ms)
    report.counts["fixes sent without position and with the fault gnss, for position 0,0"] += int(lost.sum())
    report.counts["fixes sent without load, for a truck without scale"] += int(unscaled.sum())
    return fix_columns(
        options.epoch,
        times_ms + shift_ms(int(times_ms[-1]), options.now_ms),
        lat_deg=np.where(lost, np.nan, table["lat"]),
        lon_deg=np.where(lost, np.nan, table["lon"]),
        speed_mps=table["speed_mps"],
        load_kg=np.where(unscaled, np.nan, table["load_kg"]),
        faults=np.where(lost, int(Fault.GNSS), 0),
    )


def _times_ms(table: Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(table["ts"], "datetime64[ms]").astype(np.int64)


def _moved_days(table: Table, options: ImportOptions) -> int:
    return shift_ms(int(_times_ms(table)[-1]), options.now_ms) // DAY_MS


def _rated_load_kg(name: str) -> float | None:
    """Return the rated load by the model in a truck's name, such as "lake-605-8-0883"."""
    return next((load for model, load in RATED_LOAD_KG.items() if f"-{model}-" in name), None)


def _places(features: Sequence[Mapping[str, Any]], without_dump_zones: bool) -> dict[str, Any]:
    pits: list[dict[str, Any]] = []
    dumps: list[dict[str, Any]] = []
    for zone in features:
        name = zone["properties"]["name"]
        pit = name.startswith("Pit")
        place = feature({"site_id" if pit else "dump_point_id": name, "name": name}, zone["geometry"])
        (pits if pit else dumps).append(place)
    return {"sites": collection(pits), "dump_points": collection([] if without_dump_zones else dumps)}


def _permits(documents: Mapping[str, Any], trucks: list[str], now_ms: int) -> list[dict[str, Any]]:
    dumps = [dump["properties"]["dump_point_id"] for dump in documents["dump_points"]["features"]]
    pits = [pit["properties"]["site_id"] for pit in documents["sites"]["features"]]
    # the recording is a few days long at most, and a replay may take as long again
    valid_ms = (now_ms - 90 * DAY_MS, now_ms + 90 * DAY_MS)
    return [permit(f"P {pit}", valid_ms, site_id=pit, dump_point_ids=dumps, vehicle_ids=trucks) for pit in pits]
