"""Importers against the recordings: what comes out of the capture is what stands in the files, moved by whole days."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firmware_contracts.columns import Fault, FixColumns
from firmware_contracts.decode import Decoded, decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from rules_engine.world import World
from simulators.capture import CaptureMessage, read_capture
from simulators.importers import IMPORTERS, ImporterError, ImportOptions, import_folder
from simulators.instant import parse_instant
from simulators.world_folder import read_world

DATA = Path(os.environ.get("MUCKLINE_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
NOW_MS = parse_instant("2026-03-02T12:00:00Z")
DAY_MS = 86_400_000


class Imported:
    """An imported recording, read back and decoded as ingest would."""

    def __init__(self, source: str, out: Path, **options: Any) -> None:
        self.report = import_folder(source, DATA / source, out, ImportOptions(NOW_MS, **options))
        self.world = World.from_documents(read_world(out / "world"))
        self.messages: list[CaptureMessage] = list(read_capture(out / "capture.ndjson.gz"))
        block = MessageBlock.from_messages([(m.topic, m.payload, m.received_at_ms) for m in self.messages])
        self.decoded: Decoded = decode_block(block, TopicTable())
        devices = [topic.device for topic in self.decoded.topics]
        self.device = np.array(devices)[self.decoded.sender[self.decoded.fixes.message]]

    def fixes(self, device: str) -> FixColumns:
        """Return a terminal's fixes by time."""
        own = np.flatnonzero(self.device == device)
        return self.decoded.fixes.take(own[np.argsort(self.decoded.fixes.fix_time_ms[own], kind="stable")])


@pytest.fixture(scope="module", params=sorted(IMPORTERS))
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Imported]:
    return request.param, Imported(request.param, tmp_path_factory.mktemp(request.param))


def only(imported: tuple[str, Imported], source: str) -> Imported:
    """Return the recording where it is the wanted one; every test names the one it is about."""
    assert imported[0] == source
    return imported[1]


pytestmark = pytest.mark.real_data
of = lambda source: pytest.mark.parametrize("imported", [source], indirect=True)  # noqa: E731


def test_messages_are_in_order_of_arrival_and_terminals_known(imported: tuple[str, Imported]) -> None:
    _, recording = imported
    arrivals = [message.received_at_ms for message in recording.messages]
    assert arrivals == sorted(arrivals)
    assert arrivals[0] > NOW_MS - 60 * DAY_MS
    assert arrivals[-1] <= NOW_MS + 60_000
    assert recording.report.counts["messages"] == len(arrivals)
    terminals = recording.world.terminals.terminal_rows
    devices = {topic.device for topic in recording.decoded.topics}
    assert devices == set(terminals)
    rows = np.array([terminals[device] for device in recording.device])
    vehicles = recording.world.vehicle_of(rows, recording.decoded.fixes.fix_time_ms)
    assert (vehicles >= 0).all()


@of("trucks_athens")
def test_athens_keeps_every_position_and_each_trajectory_its_clock(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "trucks_athens")
    assert not recording.decoded.rejected
    assert len(recording.decoded.fixes) == 59_848
    assert recording.report.counts["trajectories"] == 152
    fixes = recording.fixes("ATH862")
    step_s = np.diff(fixes.fix_time_ms) / 1000
    assert (step_s > 0).all()
    assert np.count_nonzero(step_s == 36_000) == 2  # the nights between its three trajectories
    assert fixes.lat_deg[0] == pytest.approx(38.018473, abs=1e-7)
    for column in (fixes.speed_mps, fixes.load_kg, fixes.load_ratio, fixes.lift_deg):
        assert np.isnan(column).all()


@of("haul_quarry_telemetry")
def test_quarry_keeps_load_and_loses_the_positions_that_are_none(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "haul_quarry_telemetry")
    assert not recording.decoded.rejected
    assert len(recording.decoded.fixes) == 19_315 + 11_178
    whole, broken = recording.fixes("lake-605-8-0883"), recording.fixes("lake-605-8-0898")
    assert whole.load_kg.max() == 66_200
    assert broken.load_kg.max() == 72_000
    lost = np.isnan(broken.lat_deg)
    assert np.count_nonzero(lost) == 26
    np.testing.assert_array_equal(lost, broken.faults == Fault.GNSS)
    assert not np.isnan(whole.lat_deg).any()
    first_ms = parse_instant("2025-08-11T20:51:15.696+00:00")
    assert (whole.fix_time_ms[0] - first_ms) % DAY_MS == 0


@of("haul_quarry_telemetry")
def test_quarry_zones_hold_the_trucks_where_the_recording_says(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "haul_quarry_telemetry")
    world, fixes = recording.world, recording.fixes("lake-605-8-0883")
    assert world.site_ids == ["Pit 1", "Pit 2", "Pit 3"]
    assert world.dump_point_ids == ["Crusher", "Stockpile 1", "Stockpile 2", "Stockpile 3"]
    dump = world.dump_points.query(fixes.lat_deg, fixes.lon_deg)
    assert [np.count_nonzero(dump == row) for row in range(4)] == [563, 650, 0, 0]
    assert np.count_nonzero(world.sites.query(fixes.lat_deg, fixes.lon_deg) == 1) == 4384
    vehicle, pit = np.array([0]), np.array([1])
    permit = world.permits_for(vehicle, pit, fixes.fix_time_ms[:1])
    assert world.permits.permit_ids[permit[0]] == "P Pit 2"
    assert world.dump_permitted(np.repeat(permit, 4), np.arange(4)).all()
    assert world.capacity_kg.tolist() == [63_000, 63_000]


def test_quarry_without_dump_zones_permits_no_unloading(tmp_path: Path) -> None:
    recording = Imported("haul_quarry_telemetry", tmp_path, without_dump_zones=True)
    assert recording.world.dump_point_ids == []
    assert len(recording.world.permits.permit_ids) == 3
    assert not recording.world.dump_permitted(np.array([0]), np.array([0])).any()
    assert len(recording.decoded.fixes) == 19_315 + 11_178


@of("buses_wmata")
def test_buses_follow_their_shapes_but_for_the_known_detour(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "buses_wmata")
    assert not recording.decoded.rejected
    assert len(recording.decoded.fixes) == 10_524
    world, fixes = recording.world, recording.decoded.fixes
    vehicle_row = {name: row for row, name in enumerate(world.vehicle_ids)}
    vehicle = np.array([vehicle_row[name] for name in recording.device])
    permit = world.period_permit(vehicle, fixes.fix_time_ms)
    assert (permit >= 0).all()
    distance_m = world.route_distance_m(permit, fixes.lat_deg, fixes.lon_deg)
    # the recording's README: p50 0.2, p90 6, p95 27, p99 98, max 1637 m; 0.9 % over 100 m, most of them one bus
    np.testing.assert_allclose(np.percentile(distance_m, [50, 90, 95, 99]), [0.2, 6, 27, 98], rtol=0.15)
    assert distance_m.max() == pytest.approx(1637, abs=5)
    far = distance_m > 100
    assert np.mean(far) == pytest.approx(0.009, abs=0.001)
    assert np.count_nonzero(far & (recording.device == "BUS5475")) == 61
    np.testing.assert_array_equal(world.route_class(permit, fixes.lat_deg, fixes.lon_deg, 80.0, 100.0) == 2, far)


@of("buses_wmata")
def test_buses_keep_their_fixes(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "buses_wmata")
    with gzip.open(DATA / "buses_wmata" / "wmata_positions_shared.csv.gz", "rt") as stream:
        rows = [row for row in csv.DictReader(stream) if row["vehicle_id"] == "5475"]
    rows.sort(key=lambda row: row["ts"])
    fixes = recording.fixes("BUS5475")
    np.testing.assert_allclose(fixes.lon_deg, [float(row["lon"]) for row in rows], atol=1e-7)
    standing = np.array([row["bearing_deg"] == "" for row in rows])
    np.testing.assert_array_equal(np.isnan(fixes.course_deg), standing)
    moved_ms = fixes.fix_time_ms - np.array([parse_instant(row["ts"]) for row in rows])
    assert np.unique(moved_ms).tolist() == [moved_ms[0]]
    assert moved_ms[0] % DAY_MS == 0


@of("truck_json_events")
def test_late_events_stay_late_and_out_of_order(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "truck_json_events")
    assert not recording.decoded.rejected
    first = recording.fixes("vehicle1-trip1")
    assert len(first) == 350
    own = recording.device == "vehicle1-trip1"
    arrived = np.array([message.received_at_ms for message in recording.messages])[recording.decoded.fixes.message]
    delay_s = (arrived - recording.decoded.fixes.fix_time_ms)[own] / 1000
    assert 60 < np.percentile(delay_s, 95) < 130
    assert delay_s.max() < 180
    assert (np.diff(recording.decoded.fixes.seq[own]) < 0).any()
    assert set(first.ignition) == {0, 1}
    assert first.speed_mps.max() < 30
    late = recording.fixes("vehicle2-trip1")
    assert late.fix_time_ms[1] - late.fix_time_ms[0] > DAY_MS / 2  # the fix of the day before
    with gzip.open(DATA / "truck_json_events" / "vehicle2-trip1.jsonl.gz") as stream:
        events = [json.loads(line)["ev"] for line in stream]
    assert len(late) == len({event["pos"]["posTime"] for event in events})


@of("nmea_gpsd")
def test_logs_keep_their_bytes_but_for_dates_and_comments(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "nmea_gpsd")
    logs = sorted((DATA / "nmea_gpsd").glob("*.log"))
    assert recording.report.counts["receivers"] == len(logs) == 29
    for log in logs:
        name = f"N-{log.stem}"[:32].replace("_", "-")
        sent = b"".join(m.payload for m in recording.messages if f"/{name}/" in m.topic)
        plain = b"".join(line for line in sent.splitlines(keepends=True) if not line.startswith(b"$PMUK"))
        original = b"".join(line for line in log.read_bytes().splitlines(keepends=True) if not line.startswith(b"#"))
        assert len(plain.rstrip()) == len(original.rstrip())
        assert plain.count(b"RMC,") == original.count(b"RMC,")
        changed = sum(a != b for a, b in zip(plain, original, strict=False))
        assert changed <= 8 * original.count(b"RMC,")  # six digits and a checksum


@of("nmea_gpsd")
def test_receivers_positions_are_those_that_gpsd_found(imported: tuple[str, Imported]) -> None:
    recording = only(imported, "nmea_gpsd")
    agreeing = Counter[str]()
    for check in sorted((DATA / "nmea_gpsd").glob("*.log.chk")):
        fixes = recording.fixes(f"N-{check.name.removesuffix('.log.chk')}"[:32].replace("_", "-"))
        reports = [json.loads(line) for line in check.read_bytes().splitlines() if line.startswith(b'{"class":"TPV"')]
        expected = {(round(r["lat"], 4), round(r["lon"], 4)) for r in reports if "lat" in r}
        found = {
            (round(lat, 4), round(lon, 4))
            for lat, lon in zip(fixes.lat_deg, fixes.lon_deg, strict=True)
            if not np.isnan(lat)
        }
        if not expected:
            assert not found, check.name
            continue
        near = [min(abs(a - c) + abs(b - d) for c, d in expected) for a, b in found]
        assert all(gap < 4e-4 for gap in near), check.name
        agreeing[check.name] = len(found)
    assert len(agreeing) >= 25
    assert recording.decoded.rejected  # the receivers' own damage


def test_a_folder_without_the_recording_is_named(tmp_path: Path) -> None:
    for source in IMPORTERS:
        with pytest.raises(ImporterError, match="expected"):
            import_folder(source, tmp_path, tmp_path / "out", ImportOptions(NOW_MS))
    with pytest.raises(ImporterError, match=r"expected a recording of buses_wmata, .* got trains"):
        import_folder("trains", tmp_path, tmp_path / "out", ImportOptions(NOW_MS))


def test_the_same_import_gives_the_same_capture(tmp_path: Path) -> None:
    for name in ("first", "second"):
        import_folder("truck_json_events", DATA / "truck_json_events", tmp_path / name, ImportOptions(NOW_MS))
    for file in ("capture.ndjson.gz", "report.json", "world/vehicles.json"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()
