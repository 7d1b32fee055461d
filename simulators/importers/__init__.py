"""The table of importers: each turns a folder of recorded traces into a capture and its world.

A new source is a new module here and one new row. An importer reads; `write_recording` writes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulators.importers import (
    buses_wmata,
    haul_quarry_telemetry,
    nmea_gpsd,
    truck_json_events,
    trucks_athens,
)
from simulators.importers.recording import (
    ImporterError,
    ImportOptions,
    ImportReport,
    Recording,
    write_recording,
)

__all__ = ["IMPORTERS", "ImportOptions", "ImportReport", "ImporterError", "Recording", "import_folder"]

IMPORTERS: dict[str, Callable[[Path, ImportOptions], Recording]] = {
    "buses_wmata": buses_wmata.import_recording,
    "haul_quarry_telemetry": haul_quarry_telemetry.import_recording,
    "nmea_gpsd": nmea_gpsd.import_recording,
    "truck_json_events": truck_json_events.import_recording,
    "trucks_athens": trucks_athens.import_recording,
}


def import_folder(source: str, folder: Path, out: Path, options: ImportOptions) -> ImportReport:
    """Turn a recording into a capture folder: `world/`, `capture.ndjson.gz` and `report.json`.

    Args:
        source: A key of `IMPORTERS`.
        folder: The recording.
        out: Where to write; made where it is missing.
        options: How to import.

    Raises:
        ImporterError: There is no such source, or the folder does not hold the recording.
    """
    if source not in IMPORTERS:
        raise ImporterError(folder, f"a recording of {', '.join(IMPORTERS)}", source)
    recording = IMPORTERS[source](folder, options)
    write_recording(recording, out)
    return recording.report
