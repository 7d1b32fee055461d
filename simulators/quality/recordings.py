"""What the rules find in recordings of real vehicles, per vehicle and day: nobody dumped there, so less is better."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rules_engine.event import Event
from rules_engine.world import World
from simulators.detect import captured_rows, detect
from simulators.importers import IMPORTERS, ImportOptions, import_folder
from simulators.world_folder import read_world

DAY_MS = 86_400_000
# Each such event is listed with its evidence; what stands behind it is told in docs/real-data.md.
EXPLAINED = ("illegal_dumping", "spillage", "route_deviation")


@dataclass(frozen=True)
class RecordingScore:
    """What was found in one recording.

    Attributes:
        source: The recording.
        vehicle_days: Days on which vehicles sent something, added up over vehicles. [d]
        kinds: Events by kind.
        explained: Events of the kinds that are explained one by one.
    """

    source: str
    vehicle_days: int
    kinds: Counter[str]
    explained: list[Event] = field(default_factory=list)


def judge_recordings(data: Path, work: Path, told: Callable[[], None] = lambda: None) -> list[RecordingScore]:
    """Return what is found in each recording that is there.

    Args:
        data: Holds a folder for each source.
        work: Where imports are written.
        told: Called after each.
    """
    scores = []
    for source in sorted(IMPORTERS):
        if (data / source).is_dir():
            scores.append(_judged(source, data / source, work / source))
            told()
    return scores


def _judged(source: str, folder: Path, out: Path) -> RecordingScore:
    import_folder(source, folder, out, ImportOptions(time.time_ns() // 1_000_000))
    world = World.from_documents(read_world(out / "world"))
    capture = out / "capture.ndjson.gz"
    rows = captured_rows(capture, world)
    days = set(zip(rows.vehicle.tolist(), (rows.fix_time_ms // DAY_MS).tolist(), strict=True))
    events = detect(capture, world).events
    explained = [event for event in events if event.kind in EXPLAINED]
    return RecordingScore(source, len(days), Counter(event.kind for event in events), explained)
