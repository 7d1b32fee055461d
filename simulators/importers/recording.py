"""What an importer makes of a recorded trace: a world, a capture, and a report of what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from firmware_contracts import report_bin, report_json
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.topics import Topic
from simulators.capture import CaptureMessage, write_capture
from simulators.instant import from_milliseconds
from simulators.world_folder import write_world

DAY_MS = 86_400_000
MINUTE_MS = 60_000
# No administrative division of GB/T 2260 begins with 99, so a recording never passes for a district's trucks.
REGION = "990000"
# What a terminal holds back for one message: so many fixes, or so much time.
FIXES_A_MESSAGE = 20
MESSAGE_AGE_MS = 30_000
# From the last fix of a message to its arrival, where the recording does not say.
DELAY_MS = 1000
ENCODERS: dict[str, Callable[[FixColumns, str], bytes]] = {"bin": report_bin.encode, "json": report_json.encode}


class ImporterError(ValueError):
    """A folder that does not hold the recording it should; says what was expected and what was found."""

    def __init__(self, path: Path, expected: str, got: str) -> None:
        super().__init__(f"{path}: expected {expected}, got {got}")
        self.path = path
        self.expected = expected
        self.got = got


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import.

    Attributes:
        now_ms: What the recordings shall end before; they are moved by whole days, so that the hour of day stays.
        without_dump_zones: Leave dump points out of the world, so that each unloading is an illegal one.
    """

    now_ms: int
    without_dump_zones: bool = False

    @property
    def epoch(self) -> int:
        """Return the terminals' epoch: one import a day is one life of their counters."""
        return self.now_ms // DAY_MS


@dataclass(slots=True)
class ImportReport:
    """Counts of what was taken and left out, and what was decided."""

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded trace in this project's terms."""

    documents: dict[str, Any]
    messages: list[CaptureMessage]
    report: ImportReport


def write_recording(recording: Recording, out: Path) -> None:
    """Write `world/`, `capture.ndjson.gz` in the order of arrival, and `report.json`."""
    out.mkdir(parents=True, exist_ok=True)
    write_world(out / "world", recording.documents)
    arrived = sorted(recording.messages, key=lambda message: message.received_at_ms)
    with write_capture(out / "capture.ndjson.gz") as capture:
        for message in arrived:
            capture.write(*message)
    recording.report.counts["messages"] = len(arrived)
    (out / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(recording.report), indent=2) + b"\n")


def shift_ms(last_ms: int, now_ms: int) -> int:
    """Return the whole days to add to a recording so that it ends within the day before `now_ms`."""
    return (now_ms - last_ms) // DAY_MS * DAY_MS


def fix_columns(epoch: int, fix_time_ms: ArrayLike, **known: ArrayLike) -> FixColumns:
    """Return fixes with the columns that are known, numbered from 1 in the order given; the others are absent."""
    times = np.asarray(fix_time_ms, np.int64)
    columns: dict[str, NDArray[Any]] = {
        name: np.full(len(times), np.nan if np.issubdtype(dtype, np.floating) else -1, dtype)
        for name, dtype in FIX_DTYPES.items()
    }
    columns |= {
        "message": np.zeros(len(times), np.int32),
        "epoch": np.full(len(times), epoch, np.int64),
        "seq": np.arange(1, len(times) + 1, dtype=np.int64),
        "fix_time_ms": times,
        "faults": np.zeros(len(times), np.int32),
        "alarms": np.zeros(len(times), np.int32),
    }
    return FixColumns(**columns | {name: np.asarray(values, FIX_DTYPES[name]) for name, values in known.items()})


def report_messages(terminal_id: str, fixes: FixColumns, encoding: str) -> Iterator[CaptureMessage]:
    """Yield a terminal's reports as it would send them: when enough fixes are together or old enough."""
    for first, stop in _held_together(fixes.fix_time_ms):
        part = fixes.take(slice(first, stop))
        yield report_message(terminal_id, part, encoding, int(part.fix_time_ms[-1]) + DELAY_MS)


def report_message(terminal_id: str, fixes: FixColumns, encoding: str, received_at_ms: int) -> CaptureMessage:
    """Return one report as it arrived."""
    return CaptureMessage(received_at_ms, report_topic(terminal_id, encoding), ENCODERS[encoding](fixes, terminal_id))


def report_topic(terminal_id: str, encoding: str) -> str:
    """Return the topic of a recorded truck's reports."""
    return str(Topic(REGION, "truck", terminal_id, "report", encoding))


def _held_together(time_ms: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    first = 0
    for row in range(1, len(time_ms) + 1):
        full = row - first == FIXES_A_MESSAGE
        if row == len(time_ms) or full or time_ms[row] - time_ms[first] > MESSAGE_AGE_MS:
            yield first, row
            first = row


def truck_documents(company: str, capacity_kg: Mapping[str, float | None]) -> dict[str, Any]:
    """Return a world of one company whose trucks each carry a terminal of the same name.

    Args:
        company: Name of the company; its id is "K1".
        capacity_kg: Rated load by truck, None where unknown.
    """
    return {
        "companies": [{"company_id": "K1", "name": company}],
        "vehicles": [
            {"vehicle_id": name, "plate": None, "company_id": "K1", "capacity_kg": load, "tare_kg": None}
            for name, load in capacity_kg.items()
        ],
        "terminals": [
            {
                "terminal_id": name,
                "kind": "truck",
                "region": REGION,
                "status": "active",
                "site_id": None,
                "dump_point_id": None,
                "assignments": [{"vehicle_id": name, "from": None, "to": None}],
            }
            for name in capacity_kg
        ],
        "sites": collection([]),
        "dump_points": collection([]),
        "zones": collection([]),
        "districts": collection([]),
        "corridors": collection([]),
        "permits": [],
        "limits": {"city": {}},
    }


def permit(permit_id: str, valid_ms: tuple[int, int], **members: Any) -> dict[str, Any]:
    """Return a permit of the company, valid from one instant up to another; members as in a world's permits."""
    plain: dict[str, Any] = {
        "company_id": "K1",
        "site_id": None,
        "dump_point_ids": [],
        "corridor_ids": [],
        "vehicle_ids": [],
    }
    valid = {"valid_from": from_milliseconds(valid_ms[0]), "valid_to": from_milliseconds(valid_ms[1])}
    return {"permit_id": permit_id} | plain | valid | {"binding": "load", "limits": {}} | members


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return features as a GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": features}


def feature(properties: Mapping[str, Any], geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON Feature."""
    return {"type": "Feature", "properties": dict(properties), "geometry": dict(geometry)}
