"""What the engine says of recordings that people labelled: standing and driving, loading and unloading, whole trips.

Nobody here made the labels, and nothing was tuned to them. A source is a function and a row of `SOURCES`.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import motion
from rules_engine.carry import Carry
from rules_engine.context import Context
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch
from rules_engine.tracks import Tracks
from rules_engine.world import World
from rules_engine.world_keys import keys_of

START_MS = 1_772_000_000_000
LAT_DEG, LON_DEG = 31.7, 119.9  # where recordings without a place are put
DEG_PER_M_NORTH, DEG_PER_M_EAST = 1 / 110_900, 1 / 94_800


@dataclass(frozen=True)
class LabelScore:
    """How a recording's labels compare with what was found.

    Attributes:
        source: The recording.
        what: What was compared.
        labelled: How many labels say so.
        found: How often the engine says so.
        matched: How often both do.
        notes: What it was measured on, and why it misses.
    """

    source: str
    what: str
    labelled: int
    found: int
    matched: int
    notes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Return the share of what was found that the labels confirm, None without any."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Return the share of the labels that were found, None without any."""
        return self.matched / self.labelled if self.labelled else None


def stands_of_deliveries(folder: Path) -> list[LabelScore]:
    """Compare `slow` with the labels of GOAL: a courier on foot, the van standing, or driving.

    The GPS is in the courier's hand, so that "on foot" walks at up to 2 m/s: slow, as a truck that creeps is.
    """
    from pyarrow import parquet

    table = parquet.read_table(folder / "goal_even_trajectories.parquet").to_pydict()
    trajectory, time_s = np.array(table["traj"]), np.array(table["t_s"], np.float64)
    number = np.unique(trajectory, return_inverse=True)[1]
    order = np.lexsort((time_s, number))
    number = number[order]
    rows = FixBatch.of_columns(
        number.astype(np.int32),
        START_MS + np.rint(time_s[order] * 1000).astype(np.int64),
        seq=np.arange(len(order)),
        lat_deg=LAT_DEG + np.array(table["y"])[order] * DEG_PER_M_NORTH,
        lon_deg=LON_DEG + np.array(table["x"])[order] * DEG_PER_M_EAST,
    )
    slow = _slow(rows, len(np.unique(number)))
    standing = np.array(table["groundtruth"])[order] != "Driving"
    first = np.append(True, number[1:] != number[:-1])
    slow, standing = slow[~first], standing[~first]  # a first fix has no speed
    return [
        LabelScore("stops_delivery_goal", "points standing or on foot", *_counts(standing, slow)),
        LabelScore("stops_delivery_goal", "points driving", *_counts(~standing, ~slow)),
    ]


def _slow(rows: FixBatch, trucks: int) -> NDArray[np.bool_]:
    world = World.from_documents({"vehicles": [{"vehicle_id": f"V{n}"} for n in range(trucks)]})
    edges = np.searchsorted(rows.vehicle, np.arange(trucks + 1))
    tracks = Tracks(edges[:-1], edges[1:], rows.fix_time_ms)
    vehicle = np.arange(trucks, dtype=np.int32)
    carry = Carry(trucks)
    context = Context(rows, tracks, vehicle, world, keys_of(world), carry.of(vehicle), carry.of(vehicle))
    return motion.follow(context).slow


def _counts(labelled: NDArray[np.bool_], found: NDArray[np.bool_]) -> tuple[int, int, int]:
    return int(labelled.sum()), int(found.sum()), int((labelled & found).sum())


IDLE, LOADING, LOADED, LIFT, EMPTY = 0, 1, 2, 3, 5
CAPACITY_KG = 100_000.0
STEP_S = 5.0


@dataclass
class _Segments:
    """A truck's labelled segments of one stretch, without the artefacts that span days."""

    kind: list[int]
    start_s: list[float]
    end_s: list[float]


def cycles_of_dumpers(folder: Path) -> list[LabelScore]:
    """Drive trucks through the segments that dispatchers labelled and see whether loading and unloading are found.

    The telemetry of these trucks is not available: order and length of the segments are theirs, the readings are what
    such a segment means (load rising while loaded, body raised while unloading, 8 m/s on the way). So this tests the
    state machine with real durations, not the sensors.
    """
    stretches = _stretches(folder / "operations_labels_shared.csv")
    world = World.from_documents({"vehicles": [{"vehicle_id": "V0", "capacity_kg": CAPACITY_KG}]})
    scores = {"loading": [0, 0, 0], "unloading": [0, 0, 0]}
    for segments in stretches:
        events = evaluate(_driven(segments), world, Carry(1)).events
        for name, kind, kinds in (
            ("loading", LOADING, ("loading", "suspicious_loading")),
            ("unloading", LIFT, ("unloading", "illegal_dumping")),
        ):
            labelled = [
                (s, e) for k, s, e in zip(segments.kind, segments.start_s, segments.end_s, strict=True) if k == kind
            ]
            at_s = sorted({(e.start.fix_time_ms - START_MS) / 1000 for e in events if e.kind in kinds})
            counts = scores[name]
            counts[0] += len(labelled)
            counts[1] += len(at_s)
            counts[2] += _matched(labelled, at_s, 60.0)
    return [
        LabelScore("haul_cycle_labels", f"{name} segments", labelled, found, matched)
        for name, (labelled, found, matched) in scores.items()
    ]


def _stretches(path: Path) -> list[_Segments]:
    by_truck: dict[str, list[tuple[float, float, int]]] = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            start, end = (datetime.fromisoformat(row[name]).replace(tzinfo=UTC) for name in ("start_time", "end_time"))
            line = (start.timestamp(), end.timestamp(), int(row["operation_kind_id"]))
            by_truck.setdefault(row["mdm_object_name"], []).append(line)
    stretches: list[_Segments] = []
    for lines in by_truck.values():
        last_s = -np.inf
        for start_s, end_s, kind in sorted(lines):
            # Half of the rows are not here: a hole begins a new stretch, as does a segment that spans days.
            if start_s - last_s > 1.0 or end_s - start_s > 86_400:
                stretches.append(_Segments([], [], []))
                origin_s = start_s
            if end_s - start_s <= 86_400:
                stretches[-1].kind.append(kind)
                stretches[-1].start_s.append(start_s - origin_s)
                stretches[-1].end_s.append(end_s - origin_s)
            last_s = end_s
    return [segments for segments in stretches if segments.kind]


def _driven(segments: _Segments) -> FixBatch:
    """Return the readings of a truck that does what the segments say."""
    time_s = np.arange(0.0, segments.end_s[-1] + 120.0, STEP_S)
    segment = np.minimum(np.searchsorted(segments.end_s, time_s, "right"), len(segments.kind) - 1)
    kind = np.array(segments.kind)[segment]
    share = (time_s - np.array(segments.start_s)[segment]) / np.maximum(
        np.array(segments.end_s)[segment] - np.array(segments.start_s)[segment], 1.0
    )
    load = np.full(len(time_s), np.nan)
    load[kind == LOADING] = share[kind == LOADING]
    load[kind == LOADED] = 1.0
    load[kind == LIFT] = 1.0 - share[kind == LIFT]
    load[kind == EMPTY] = 0.0
    load = _held(np.clip(load, 0.0, 1.0))
    moving = (kind == LOADED) | (kind == EMPTY)
    east_m = np.cumsum(np.where(moving, 8.0 * STEP_S, 0.0))
    return FixBatch.of_columns(
        np.zeros(len(time_s), np.int32),
        START_MS + np.rint(time_s * 1000).astype(np.int64),
        seq=np.arange(len(time_s)),
        lat_deg=np.full(len(time_s), LAT_DEG),
        lon_deg=LON_DEG + east_m % 20_000 * DEG_PER_M_EAST,
        speed_mps=np.where(moving, 8.0, 0.0),
        load_kg=0.9 * CAPACITY_KG * load,
        lift_deg=np.where(kind == LIFT, 45.0, 0.0),
    )


def _held(load: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the load with what is not said (idle) as it was before; at first as it is afterwards."""
    known = np.flatnonzero(~np.isnan(load))
    if not len(known):
        return np.zeros(len(load))
    last = np.maximum(np.searchsorted(known, np.arange(len(load)), "right") - 1, 0)
    return load[known[last]]


def _matched(labelled: list[tuple[float, float]], at_s: list[float], tolerance_s: float) -> int:
    """Return how many labelled spans have an event of their own that began in them, give or take."""
    matched, unused = 0, list(at_s)
    for start_s, end_s in labelled:
        inside = [at for at in unused if start_s - tolerance_s <= at <= end_s + tolerance_s]
        if inside:
            unused.remove(inside[0])
            matched += 1
    return matched


def trips_of_tippers(folder: Path) -> list[LabelScore]:
    """Compare inferred trips with those that a driver in Norway logged; positions alone, no sensor.

    The site is where the day begins parked, the dump points are those that all drivers of the project logged on another
    day; both within 150 m.
    """
    positions = _positions(folder / "machine44_2022-03-07_positions_shared.csv.gz")
    logged = _logged(folder / "machine44_2022-03-07_trips_shared.csv")
    world = World.from_documents(_tipper_world(folder, positions))
    judgement = evaluate(positions, world, Carry(1))
    spans = [(s, e) for s, e in logged if e > positions.fix_time_ms[0]]
    started = sorted(trip.loaded_ms for trip in _newest(judgement.trips))
    matched = _matched([(float(s), float(e)) for s, e in spans], [float(ms) for ms in started], 300_000.0)
    unloaded = [event.start.fix_time_ms for event in _unloadings(judgement.events)]
    at_unloading = _matched([(float(s), float(e)) for s, e in spans], sorted(map(float, unloaded)), 300_000.0)
    return [
        LabelScore("roadai_mass_haul", "trips begun", len(spans), len(started), matched),
        LabelScore("roadai_mass_haul", "trips unloaded", len(spans), len(unloaded), at_unloading),
    ]


def _newest(trips: list[Trip]) -> list[Trip]:
    return list({trip.trip_id: trip for trip in trips}.values())


def _unloadings(events: list[Event]) -> list[Event]:
    kinds = ("unloading", "illegal_dumping")
    return list({event.event_id: event for event in events if event.kind in kinds}.values())


def _positions(path: Path) -> FixBatch:
    with gzip.open(path) as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8")))
    time_ms = np.array([_ms(row["ts"]) for row in rows], np.int64)
    time_ms, first = np.unique(time_ms, return_index=True)
    return FixBatch.of_columns(
        np.zeros(len(first), np.int32),
        time_ms,
        seq=np.arange(len(first)),
        lat_deg=np.array([float(rows[n]["lat"]) for n in first]),
        lon_deg=np.array([float(rows[n]["lon"]) for n in first]),
    )


def _logged(path: Path) -> list[tuple[int, int]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return [(_ms(row["start"]), _ms(row["end"])) for row in csv.DictReader(stream)]


def _tipper_world(folder: Path, positions: FixBatch) -> dict[str, Any]:
    with (folder / "trips_info_shared.csv").open(newline="", encoding="utf-8") as stream:
        dumps = {
            (round(float(row["DumpLatitude"]), 3), round(float(row["DumpLongitude"]), 3))
            for row in csv.DictReader(stream)
        }
    site = float(positions.lat_deg[0]), float(positions.lon_deg[0])
    apart = sorted(place for place in dumps if abs(place[0] - site[0]) + abs(place[1] - site[1]) > 0.01)
    return {
        "vehicles": [{"vehicle_id": "machine44"}],
        "sites": _squares("site_id", [site]),
        "dump_points": _squares("dump_point_id", apart),
    }


def _squares(id_name: str, places: list[tuple[float, float]], half_m: float = 150.0) -> dict[str, Any]:
    features = []
    for number, (lat_deg, lon_deg) in enumerate(places):
        north, east = half_m / 111_200, half_m / (111_200 * np.cos(np.radians(lat_deg)))
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        ring = [[float(lon_deg + x * east), float(lat_deg + y * north)] for x, y in corners]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {id_name: f"{id_name[0]}{number}"}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


SOURCES: dict[str, Callable[[Path], list[LabelScore]]] = {
    "stops_delivery_goal": stands_of_deliveries,
    "haul_cycle_labels": cycles_of_dumpers,
    "roadai_mass_haul": trips_of_tippers,
}
