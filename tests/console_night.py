"""One truck's night on a stage's city, judged by the real rules: loading, speeding, an open cover, dumping, a silence.

What it gives the console's tests is what ingest would have left: fixes, a trip, events with their evidence, cases.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from rules_engine.fix_batch import MISSING, FixBatch
from supervision.casework import open_cases
from tests.browser import AXE
from tests.console_stage import Stage
from tests.stored_past import StoredPast

STEP_S = 10
LOAD_KG = 15_000.0
OPEN, CLOSED = 2, 0
M_DEG = np.array([94_800.0, 111_200.0])  # metres a degree of longitude and latitude, near enough here
# Seconds from the beginning at which something begins; what lasts until the next line.
LOADING_S, LEAVING_S, SPEEDING_S, SLOWING_S, DUMPING_S, DUMPED_S, LOST_S, FOUND_S, END_S = (
    300, 600, 900, 1080, 1500, 1620, 1800, 2400, 3000,
)  # fmt: skip


def assert_page_accessible(page: Page) -> None:
    """Fail where axe-core finds what somebody cannot read or reach within the page; the shell has tests of its own."""
    page.evaluate(AXE.read_text())
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document.querySelector('main'), options)", options)
    told = [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
    assert not told, "\n".join(told)


@dataclass(frozen=True, slots=True)
class Night:
    """What happened.

    Attributes:
        vehicle_id: The truck.
        start_ms: When its terminal began to speak, and `end_ms` when it fell silent.
    """

    vehicle_id: str
    plate: str
    start_ms: int
    end_ms: int


def add_night(stage: Stage, *, hours_ago: float = 2.0) -> Night:
    """Let a truck with a permit drive its night, judge it and open the cases as the worker does."""
    permit = next(each for each in stage.documents["permits"] if each["corridor_ids"] and each["vehicle_ids"])
    vehicle_id = permit["vehicle_ids"][0]
    past = StoredPast(stage.connection, stage.documents)
    start_ms = int((time.time() - hours_ago * 3600) // STEP_S * STEP_S * 1000)
    rows = _rows(past.world.vehicle_ids.index(vehicle_id), start_ms, _corridor(stage.documents, permit))
    past.write(rows)
    open_cases(stage.connection, datetime.now(UTC))
    plate = next(each["plate"] for each in stage.documents["vehicles"] if each["vehicle_id"] == vehicle_id)
    return Night(vehicle_id, plate, start_ms, int(rows.fix_time_ms[-1]))


def _corridor(documents: dict[str, Any], permit: dict[str, Any]) -> NDArray[np.float64]:
    name = permit["corridor_ids"][0]
    features = documents["corridors"]["features"]
    line = next(each["geometry"]["coordinates"] for each in features if each["properties"]["corridor_id"] == name)
    return np.array(line, float)


def _rows(vehicle: int, start_ms: int, line: NDArray[np.float64]) -> FixBatch:
    at_s = np.arange(0, END_S, STEP_S)
    speed_mps = np.select(
        [at_s < LEAVING_S, at_s < SPEEDING_S, at_s < SLOWING_S, at_s < DUMPING_S, at_s < DUMPED_S],
        [0, 9, 27, 9, 0],
        8.0,
    )
    filled = np.clip((at_s - LOADING_S) / 200, 0, 1)
    emptied = np.clip((at_s - DUMPING_S - 30) / 60, 0, 1)
    lon_deg, lat_deg = _along(line, np.cumsum(speed_mps * STEP_S) - speed_mps * STEP_S)
    rows: dict[str, Any] = {name: np.full(len(at_s), missing, dtype) for name, (dtype, missing) in MISSING.items()}
    rows |= {
        "vehicle": np.full(len(at_s), vehicle, np.int32),
        "fix_time_ms": start_ms + at_s * 1000,
        "epoch": np.full(len(at_s), 9, np.int64),
        "seq": np.arange(len(at_s)),
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "speed_mps": speed_mps.astype(np.float32),
        "hdop": np.full(len(at_s), 0.9, np.float32),
        "satellites": np.full(len(at_s), 14, np.int16),
        "load_kg": (200 + (LOAD_KG - 200) * filled * (1 - emptied)).astype(np.float32),
        "lift_deg": np.where((at_s >= DUMPING_S) & (at_s < DUMPED_S), 44.0, 1.0).astype(np.float32),
        "cover": np.where((at_s > SPEEDING_S) & (at_s < DUMPING_S), OPEN, CLOSED).astype(np.int8),
        "ignition": np.ones(len(at_s), np.int8),
        "main_power": np.ones(len(at_s), np.int8),
    }
    kept = (at_s < LOST_S) | (at_s >= FOUND_S)
    return FixBatch(**rows).take(kept)


def _along(line: NDArray[np.float64], way_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where a truck is after so many metres along a line, which it drives to and fro."""
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*(np.diff(line, axis=0) * M_DEG).T))))
    turned = way_m % (2 * along_m[-1])
    at_m = np.where(turned > along_m[-1], 2 * along_m[-1] - turned, turned)
    return np.interp(at_m, along_m, line[:, 0]), np.interp(at_m, along_m, line[:, 1])
