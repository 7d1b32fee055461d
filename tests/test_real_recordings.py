"""What the rules find on recorded vehicles, against what a plain loop over the raw recording finds."""

from __future__ import annotations

import csv
import gzip
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from pyarrow import parquet

from rules_engine.event import Event
from rules_engine.world import World
from simulators.detect import Detection, detect
from simulators.importers import ImportOptions, import_folder
from simulators.instant import parse_instant
from simulators.world_folder import read_world

pytestmark = pytest.mark.real_data

NOW_MS = parse_instant("2026-03-02T12:00:00Z")
DAY_MS = 86_400_000
CAPACITY_KG = 63_000
JOINT_S = 36_000.0  # what the importer puts between two trajectories of one truck
WITHOUT_LOAD = {
    "trucks_athens": {"track_gap": 2, "fatigue": 1},
    "truck_json_events": {"offline": 3},
    "nmea_gpsd": {"offline": 1},
}
BUSES = {"route_deviation": 3, "fatigue": 8, "track_gap": 1, "offline": 1}


@dataclass(frozen=True)
class Judged:
    """A recording, imported and judged; its capture and world stay for whoever wants them judged otherwise."""

    capture: Path
    world: World
    found: Detection

    @property
    def kinds(self) -> Counter[str]:
        return Counter(event.kind for event in self.found.events)


def judged(source: str, data: Path, out: Path, *, without_dump_zones: bool = False) -> Judged:
    import_folder(source, data / source, out, ImportOptions(NOW_MS, without_dump_zones))
    world = World.from_documents(read_world(out / "world"))
    capture = out / "capture.ndjson.gz"
    return Judged(capture, world, detect(capture, world))


@pytest.fixture(scope="module")
def quarry(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged("haul_quarry_telemetry", test_data, tmp_path_factory.mktemp("quarry"))


@pytest.fixture(scope="module")
def quarry_without_zones(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    out = tmp_path_factory.mktemp("quarry_without_zones")
    return judged("haul_quarry_telemetry", test_data, out, without_dump_zones=True)


@pytest.fixture(scope="module")
def buses(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged("buses_wmata", test_data, tmp_path_factory.mktemp("buses"))


class Dump(NamedTuple):
    """One fall of a raw payload from full to empty; times are the recording's, moved by nothing."""

    truck: str
    last_full_ms: int
    first_empty_ms: int
    place: str


FULL_KG, EMPTY_KG = 50_000, 5_000  # far from the noise of a full truck (58 to 72 t) and of an empty one


def raw_dumps(data: Path) -> list[Dump]:
    """Return every dump in the raw files by looking at one reading after the other."""
    dumps = []
    for file in sorted((data / "haul_quarry_telemetry").glob("*.parquet")):
        rows = parquet.read_table(file, columns=["ts", "device_id", "load_kg", "location_type"]).to_pylist()
        last_full: dict[str, Any] | None = None
        for row in rows:
            if row["load_kg"] >= FULL_KG:
                last_full = row
            elif row["load_kg"] <= EMPTY_KG and last_full is not None:
                dumps.append(Dump(row["device_id"], ms(last_full["ts"]), ms(row["ts"]), last_full["location_type"]))
                last_full = None
    return dumps


def ms(when: datetime) -> int:
    return math.floor(when.timestamp() * 1000)


def unmatched(dumps: list[Dump], events: list[Event]) -> tuple[list[Dump], list[Event]]:
    """Return dumps that no event of the same truck and time of day tells of, and events that tell of no dump.

    An event serves one dump, so a dump that is told twice leaves an event over.
    """
    left = list(events)
    missed = []
    for dump in dumps:
        for event in left:
            moved_ms = event.start.fix_time_ms - dump.last_full_ms
            within_ms = (moved_ms + DAY_MS // 2) % DAY_MS - DAY_MS // 2  # recordings move by whole days
            if event.vehicle_id == dump.truck and 0 <= within_ms <= dump.first_empty_ms - dump.last_full_ms:
                left.remove(event)
                break
        else:
            missed.append(dump)
    return missed, left


def test_the_raw_files_hold_seven_dumps(test_data: Path) -> None:
    dumps = raw_dumps(test_data)
    assert [(dump.truck[-4:], dump.place) for dump in dumps] == [("0883", "Crusher")] * 5 + [
        ("0898", "Stockpile 3")
    ] * 2
    assert all(3_000 < dump.first_empty_ms - dump.last_full_ms < 15_000 for dump in dumps)


def test_each_dump_is_one_unloading_where_it_is_permitted(test_data: Path, quarry: Judged) -> None:
    dumps = raw_dumps(test_data)
    unloadings = [event for event in quarry.found.events if event.kind == "unloading"]
    assert unmatched(dumps, unloadings) == ([], [])
    assert Counter(event.opening["dump_point_id"] for event in unloadings) == Counter(dump.place for dump in dumps)
    for event in unloadings:
        assert event.end_ms is not None
        assert event.closing is not None
        assert event.start.fix_time_ms < event.end_ms < event.start.fix_time_ms + 15_000
        assert event.closing["load_before_kg"] > FULL_KG
        assert event.closing["load_kg"] < 0.05 * CAPACITY_KG
        assert event.opening["permit_id"] == "P Pit 2"


def test_each_dump_is_one_illegal_dumping_where_no_dump_point_is(test_data: Path, quarry_without_zones: Judged) -> None:
    dumpings = [event for event in quarry_without_zones.found.events if event.kind == "illegal_dumping"]
    assert unmatched(raw_dumps(test_data), dumpings) == ([], [])
    assert all(event.severity == 3 and event.opening["dump_point_id"] is None for event in dumpings)
    assert quarry_without_zones.kinds == {"illegal_dumping": 7, "loading": 7, "overload": 1}


def test_driving_around_loaded_is_nothing(test_data: Path, quarry: Judged) -> None:
    assert quarry.kinds == {"unloading": 7, "loading": 7, "overload": 1}
    hours = 0.0
    for file in (test_data / "haul_quarry_telemetry").glob("*.parquet"):
        table = parquet.read_table(file, columns=["load_kg", "speed_mps"])
        hours += np.count_nonzero((table["load_kg"].to_numpy() > FULL_KG) & (table["speed_mps"].to_numpy() > 1)) / 7200
    assert hours > 0.9  # on a rough road, the payload swinging by 7 t


def test_each_haul_is_a_trip_from_the_pit_to_the_dump_point(quarry: Judged) -> None:
    trips = quarry.found.trips
    assert len(trips) == 7
    assert {(trip.site_id, trip.permit_id) for trip in trips} == {("Pit 2", "P Pit 2")}
    for trip in trips:
        assert trip.load_kg == pytest.approx(CAPACITY_KG, rel=0.1)
        assert trip.unloading_start_ms is not None
        assert 300_000 < trip.unloading_start_ms - trip.loaded_ms < 1_000_000


def test_the_one_overload_is_a_truck_that_drove_eleven_minutes_with_a_twelfth_more(
    test_data: Path, quarry: Judged
) -> None:
    [overload] = [event for event in quarry.found.events if event.kind == "overload"]
    assert overload.end_ms is not None
    [file] = (test_data / "haul_quarry_telemetry").glob(f"*{overload.vehicle_id[-4:]}*.parquet")
    rows = parquet.read_table(file, columns=["ts", "load_kg", "speed_mps"]).to_pylist()
    within = [row for row in rows if 0 <= (ms(row["ts"]) - overload.start.fix_time_ms) % DAY_MS < 660_000]
    driven_kg = [row["load_kg"] for row in within if row["speed_mps"] > 5 / 3.6]
    assert len(driven_kg) > 600
    assert 1.08 * CAPACITY_KG < float(np.median(driven_kg)) < 1.10 * CAPACITY_KG
    assert overload.opening["permitted_kg"] == CAPACITY_KG


def test_what_follows_from_positions_alone(test_data: Path, tmp_path: Path) -> None:
    found = {source: judged(source, test_data, tmp_path / source) for source in WITHOUT_LOAD}
    assert {source: dict(recording.kinds) for source, recording in found.items()} == WITHOUT_LOAD
    for recording in found.values():
        assert recording.found.fixes > 500
        assert not recording.found.trips  # a load that nobody reports is not zero
    joints = [event for event in found["trucks_athens"].found.events if event.kind == "track_gap"]
    assert {event.closing and event.closing["duration_s"] for event in joints} == {JOINT_S}


def test_offline_is_where_the_raw_recording_says_nothing_for_ten_minutes(test_data: Path, tmp_path: Path) -> None:
    silences = [
        (event.vehicle_id, event.closing["duration_s"])
        for source in ("truck_json_events", "nmea_gpsd")
        for event in judged(source, test_data, tmp_path / source).found.events
        if event.kind == "offline" and event.closing is not None
    ]
    assert silences == [("vehicle2-trip1", 83_449.0), ("vehicle1-trip1", 3_348.0), ("N-nl2008u", 1_185.0)]


@pytest.mark.parametrize("rows", [97, 4001])
def test_real_rows_cut_otherwise_are_judged_the_same(
    rows: int, quarry: Judged, buses: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.detect.BATCH_ROWS", rows)
    for recording in (quarry, buses):
        again = detect(recording.capture, recording.world)
        assert again.events == recording.found.events
        assert again.trips == recording.found.trips


class Detour(NamedTuple):
    """A bus off the planned shape of its run for longer than is allowed."""

    bus: str
    run: str
    from_ms: int


LEAVE_M, RETURN_M, HOLD_MS, MIN_FIXES = 100.0, 80.0, 180_000, 3


def raw_detours(folder: Path) -> set[Detour]:
    """Return every detour, run by run and fix by fix; between the two distances nothing is decided."""
    shapes = raw_shapes(folder)
    detours = set()
    for bus, run, shape, fixes in raw_runs(folder):
        off_ms: list[int] = []
        for time_ms, lat_deg, lon_deg in fixes:
            away_m = distance_m(lat_deg, lon_deg, shapes[shape])
            if away_m > LEAVE_M:
                off_ms.append(time_ms)
            elif away_m <= RETURN_M:
                off_ms = []
            if len(off_ms) >= MIN_FIXES and off_ms[-1] - off_ms[0] >= HOLD_MS:
                detours.add(Detour(f"BUS{bus}", f"R {run} {bus}", off_ms[0]))
    return detours


def raw_shapes(folder: Path) -> dict[str, NDArray[np.float64]]:
    points: dict[str, list[tuple[int, float, float]]] = {}
    for row in csv_rows(folder / "shapes.csv.gz"):
        point = (int(row["shape_pt_sequence"]), float(row["shape_pt_lat"]), float(row["shape_pt_lon"]))
        points.setdefault(row["shape_id"], []).append(point)
    return {shape: np.array(sorted(of))[:, 1:] for shape, of in points.items()}


def raw_runs(folder: Path) -> Iterator[tuple[str, str, str, list[tuple[int, float, float]]]]:
    with (folder / "trips.csv").open() as stream:
        shape_of = {row["trip_id"]: row["shape_id"] for row in csv.DictReader(stream)}
    runs: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for row in csv_rows(folder / "wmata_positions_shared.csv.gz"):
        fix = (parse_instant(row["ts"]), float(row["lat"]), float(row["lon"]))
        runs.setdefault((row["vehicle_id"], row["trip_id"]), []).append(fix)
    for (bus, run), fixes in runs.items():
        yield bus, run, shape_of[run], sorted(fixes)


def csv_rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt") as stream:
        yield from csv.DictReader(stream)


def distance_m(lat_deg: float, lon_deg: float, shape: NDArray[np.float64]) -> float:
    """Return the distance to the nearest of a shape's segments, on a plane that touches the earth at the fix."""
    shrink = math.cos(math.radians(lat_deg))
    plane_m = (shape - (lat_deg, lon_deg)) * (111_130.0, 111_320.0 * shrink)
    start_m, leg_m = plane_m[:-1], np.diff(plane_m, axis=0)
    along = np.clip(-(start_m * leg_m).sum(axis=1) / np.maximum((leg_m**2).sum(axis=1), 1e-9), 0.0, 1.0)
    return float(np.hypot(*(start_m + along[:, None] * leg_m).T).min())


def test_bus_detours_are_found_and_nothing_else(test_data: Path, buses: Judged) -> None:
    raw = raw_detours(test_data / "buses_wmata")
    assert {detour.bus for detour in raw} >= {"BUS5475"}  # the recording's README names it
    found = {
        Detour(event.vehicle_id, event.opening["permit_id"], event.start.fix_time_ms)
        for event in buses.found.events
        if event.kind == "route_deviation"
    }
    moved_ms = {(detour.from_ms - other.from_ms) for detour in found for other in raw if detour[:2] == other[:2]}
    assert len(moved_ms) == 1
    assert moved_ms.pop() % DAY_MS == 0
    assert {detour[:2] for detour in found} == {detour[:2] for detour in raw}
    assert buses.kinds == BUSES
    assert BUSES["route_deviation"] == len(raw)


def test_bus_drivers_are_relieved_where_nobody_sees_it(test_data: Path, buses: Judged) -> None:
    """Each bus told of moved all the time in the raw recording: no stop of twenty minutes in four hours."""
    told = {event.vehicle_id: event for event in buses.found.events if event.kind == "fatigue"}
    by_bus: dict[str, list[tuple[int, float, float]]] = {}
    for bus, _, _, fixes in raw_runs(test_data / "buses_wmata"):
        by_bus.setdefault(f"BUS{bus}", []).extend(fixes)
    assert len(told) == BUSES["fatigue"]
    for bus, event in told.items():
        start_ms, within_ms = event.start.fix_time_ms, event.confirmed_ms - event.start.fix_time_ms
        fixes = [fix for fix in sorted(by_bus[bus]) if (fix[0] - start_ms) % DAY_MS <= within_ms]
        assert fixes[-1][0] - fixes[0][0] > 3.9 * 3_600_000
        assert longest_stand_ms(fixes) < 20 * 60_000


def longest_stand_ms(fixes: list[tuple[int, float, float]]) -> int:
    """Return how long a bus remained within 30 m of where it was, at most, fix after fix."""
    longest, (since_ms, lat_deg, lon_deg) = 0, fixes[0]
    for time_ms, lat, lon in fixes:
        north_m, east_m = (lat - lat_deg) * 111_130.0, (lon - lon_deg) * 111_320.0 * math.cos(math.radians(lat))
        if math.hypot(north_m, east_m) > 30.0:
            since_ms, lat_deg, lon_deg = time_ms, lat, lon
        longest = max(longest, time_ms - since_ms)
    return longest
