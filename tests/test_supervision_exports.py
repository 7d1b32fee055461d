"""Exports read back by readers of others: nothing lost, nothing shifted, the zone named, no formula, no leak."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import gpx
import numpy as np
import orjson
import psycopg
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from api.masking import shown_plate
from api.viewer import Role, Viewer
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.queries.export_rows import STATEMENTS, export_rows
from storage.times import utc
from supervision.casework import open_cases
from supervision.exports.formats import FORMATS, format_of, possible_formats
from supervision.exports.make import TooManyRows, expected_rows, write_export
from supervision.exports.order import (
    FormatRefused,
    Order,
    OrderRefused,
    assert_can_be_made,
    file_name,
    read_order,
    zone_words,
)
from supervision.exports.rows import PLATES_IN_FULL, Asker, cell, masked_plate, shown_rows
from supervision.exports.things import THINGS
from supervision.exports.ways import EPOCH, PACKED, POSITIONS_MOST, line_of, way_of
from tests.api_server import as_user
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip

NOON = utc(NOON_MS)
SITE = {
    "type": "Feature",
    "properties": {"site_id": "S1", "name": "地铁三号线", "daily_kg": 1_000},
    "geometry": {"type": "Polygon", "coordinates": [[[119.8, 31.6], [120.0, 31.6], [120.0, 31.8], [119.8, 31.6]]]},
}
DAY = {"start": NOON, "end": NOON + timedelta(days=1)}


@pytest.fixture(scope="module")
def city(module_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Two trucks with a track, one with a silence in it; an event, a case, a trip, a passage, a site, a permit."""
    with connect_writer(module_url) as opened:
        add_registry(opened)
        opened.execute("insert into companies (company_id, name) values ('C1', '=1+1'), ('C2', 'Two')")
        opened.execute("update vehicles set company_id = case when vehicle_no <= 2 then 'C1' else 'C2' end")
        opened.execute("insert into sites (site_id, feature) values ('S1', %s)", [orjson.dumps(SITE).decode()])
        opened.execute(
            "insert into permits (permit_id, company_id, site_id, valid, document)"
            " values ('P1', 'C1', 'S1', %s, '{\"permit_id\": \"P1\"}')",
            [psycopg.types.range.TimestamptzRange(NOON, NOON + timedelta(days=90))],
        )
        later = fixes(1, range(5, 9))
        later.fixes.fix_time_ms[:] += 3_600_000
        rows = together(
            fixes(1, range(5), faults=[0, 1, 0, 0, 0]), later, fixes(3, [0], lat_deg=np.nan, lon_deg=np.nan)
        )
        BatchWriter(opened).write(batch(rows, events=[event(2), event(3, vehicle="V3")], trips=[trip(0)]))
        opened.execute(
            "insert into device_events"
            " (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)"
            " values (5, 1, %s, 7, 1, now(), 'washer_passage', '苏D12345', '{\"result\": \"washed\"}')",
            [NOON],
        )
        open_cases(opened, NOON + timedelta(hours=1))
        as_user(module_url, "administrator")
        as_user(module_url, "association")
        as_user(module_url, "company", company_id="C2")
        yield opened


@pytest.fixture
def connection(city: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """Give the city; what a test does to it is undone."""
    with city.transaction(force_rollback=True):
        yield city


ADMINISTRATOR, ASSOCIATION, COMPANY = (
    Asker(1, "administrator"),
    Asker(2, "association"),
    Asker(3, "company"),
)


def made(connection: Any, what: str, format_: str, asker: Asker = ADMINISTRATOR, **choice: Any) -> bytes:
    """Return the file of an export."""
    if what == "track":
        choice = {**DAY, "vehicle_ids": ["V1", "V3"]} | choice
    order = Order(what, format_, **choice)
    assert_can_be_made(order)
    target = io.BytesIO()
    rows = write_export(connection, order, asker, target, now=NOON, rows_most=10_000)
    assert rows == expected_rows(connection, order, asker)
    return target.getvalue()


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.services
def test_every_statement_gives_the_columns_of_its_thing(connection: psycopg.Connection[Any]) -> None:
    assert set(STATEMENTS) == set(THINGS)
    for what, thing in THINGS.items():
        rows = list(export_rows(connection, what, Order(what, "csv").parameters(1)))
        if what not in ("dump_points", "zones", "corridors", "districts"):
            assert rows, what
        made_here = ["start_lon_deg", "start_lat_deg", "end_lon_deg", "end_lat_deg", "distance_m"]
        for row in rows:
            given = [column.name for column in thing.columns if column.name not in made_here]
            assert list(row) == given + (["way_fixes"] if thing.place == "way" else []), what


@pytest.mark.services
def test_every_thing_is_made_in_every_format_that_fits(connection: psycopg.Connection[Any]) -> None:
    for what, formats in possible_formats().items():
        for format_ in formats:
            for language in ("zh", "en"):
                assert made(connection, what, format_, language=language), (what, format_)


@pytest.mark.services
def test_csv_names_the_zone_and_holds_every_fix(connection: psycopg.Connection[Any]) -> None:
    rows = read_csv(made(connection, "track", "csv", language="en"))
    assert [row["Sequence"] for row in rows] == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "0"]
    assert rows[1]["Fix time (Asia/Shanghai, UTC+08:00)"] == "2026-05-29T04:26:50+08:00"
    assert (rows[1]["Longitude (deg, WGS-84)"], rows[1]["Latitude (deg, WGS-84)"]) == ("119.90001", "31.70001")
    assert (rows[1]["Load (kg)"], rows[0]["Load (kg)"], rows[9]["Latitude (deg, WGS-84)"]) == ("15001.0", "", "")
    there = read_csv(made(connection, "track", "csv", zone="America/New_York"))
    assert there[1]["定位时间 (America/New_York)"] == "2026-05-28T16:26:50-04:00"


@pytest.mark.services
def test_no_cell_is_a_formula(connection: psycopg.Connection[Any]) -> None:
    connection.execute("update companies set name = '@SUM(A1)' where company_id = 'C2'")
    names = [row["企业名称"] for row in read_csv(made(connection, "vehicles", "csv"))]
    assert names == ["'=1+1", "'=1+1", "'@SUM(A1)", "'@SUM(A1)"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(connection, "vehicles", "xlsx")))
    assert [row[3] for row in book.get_sheet_by_index(0).to_python()][1:] == ["=1+1", "=1+1", "@SUM(A1)", "@SUM(A1)"]
    negative = read_csv(made(connection, "latest", "csv", language="en"))
    assert negative[0]["Faults"] == "0"


@pytest.mark.services
def test_xlsx_reads_back(connection: psycopg.Connection[Any]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(connection, "events", "xlsx")))
    assert book.sheet_names == ["事件"]
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert "开始时间 (Asia/Shanghai, UTC+08:00)" in header
    first = dict(zip(header, rows[0], strict=True))
    assert (first["类型"], first["类型名称"], first["等级"]) == ("spillage", "抛洒滴漏", 2)
    assert first["开始时间 (Asia/Shanghai, UTC+08:00)"] == "2026-05-29T04:27:00+08:00"
    assert json.loads(first["发现时证据"])["lost_kg"] == 812.5
    assert len(rows) == 2


@pytest.mark.services
def test_parquet_reads_back_with_types_and_instants(connection: psycopg.Connection[Any]) -> None:
    table = pq.read_table(io.BytesIO(made(connection, "track", "parquet")))
    assert table.column("fix_time").type.tz == "Asia/Shanghai"
    assert table.column("fix_time").to_pylist()[0] == NOON
    assert table.column("lat_deg").to_pylist()[8:] == [31.70008, None]
    assert table.column("ignition").null_count == 10
    assert b"Asia/Shanghai" in table.schema.metadata[b"title"]


@pytest.mark.services
def test_gpx_reads_back_cut_where_the_truck_was_silent(connection: psycopg.Connection[Any]) -> None:
    document = gpx.from_string(made(connection, "track", "gpx").decode())
    (track,) = document.trk
    assert [len(segment.trkpt) for segment in track.trkseg] == [5, 4]
    point = track.trkseg[0].trkpt[1]
    assert (float(point.lat), float(point.lon), point.time) == (31.70001, 119.90001, NOON + timedelta(seconds=10))
    raw = ET.fromstring(made(connection, "track", "gpx"))  # noqa: S314 - our own
    speeds = [e.text for e in raw.iter("{http://www.garmin.com/xmlschemas/TrackPointExtension/v2}speed")]
    assert speeds[:3] == ["0", "1", "2"]
    events = gpx.from_string(made(connection, "events", "gpx").decode())
    assert [point.name for point in events.wpt] == ["抛洒滴漏 P1", "抛洒滴漏 P3"]


@pytest.mark.services
def test_kml_reads_back(connection: psycopg.Connection[Any]) -> None:
    import fastkml

    kml = fastkml.KML.from_string(made(connection, "events", "kml"))
    first = kml.features[0].features[0]
    assert first.geometry.__geo_interface__["coordinates"] == (119.9, 31.7)
    assert first.times.timestamp.dt == NOON + timedelta(seconds=20)
    told = {data.name: data.value for data in first.extended_data.elements}
    assert told["车牌号"] == "P1"
    track = made(connection, "track", "kml").decode()
    assert track.count("<kml:when>") == track.count("<gx:coord>") == 9
    assert "2026-05-29T04:26:50+08:00" in track
    sites = fastkml.KML.from_string(made(connection, "sites", "kml"))
    assert sites.features[0].features[0].geometry.__geo_interface__["type"] == "Polygon"


@pytest.mark.services
def test_geojson_and_mf_json_read_back(connection: psycopg.Connection[Any]) -> None:
    sites = json.loads(made(connection, "sites", "geojson"))
    assert sites["features"][0]["geometry"] == SITE["geometry"]
    assert sites["features"][0]["properties"]["properties"] == {"daily_kg": 1_000}
    track = json.loads(made(connection, "track", "geojson"))
    assert track["features"][1]["geometry"] == {"type": "Point", "coordinates": [119.90001, 31.70001]}
    assert track["features"][9]["geometry"] is None
    assert track["about"]["zone"] == "Asia/Shanghai"
    moving = json.loads(made(connection, "track", "mfjson"))
    (feature,) = moving["features"]
    way = feature["temporalGeometry"]
    assert way["type"] == "MovingPoint"
    assert len(way["datetimes"]) == len(way["coordinates"]) == 9
    assert datetime.fromisoformat(way["datetimes"][0]) == NOON
    loads = next(each for each in feature["temporalProperties"] if "load_kg" in each)
    assert loads["load_kg"]["values"] == [15001.0, 15002.0, 15004.0, 15005.0, 15007.0, 15008.0]


# From (119.9, 31.7) 1 km east in 100 s, silent for ten minutes, 1 km north from there.
CORNER = (119.9 + 1_000 / 94_816.2, 31.7)
WAY = [[(119.9, 31.7), CORNER], [CORNER, (CORNER[0], 31.7 + 1_000 / 110_859.3)]]
TRIP_END = NOON + timedelta(seconds=800)


@pytest.fixture
def driven(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Let V2 drive a trip round a corner, silent in between."""
    step = np.linspace(0, 1, 11)
    (start, corner), (_, end) = WAY
    legs = [
        fixes(2, np.arange(20, 31), lon_deg=start[0] + (corner[0] - start[0]) * step, lat_deg=31.7),
        fixes(2, np.arange(31, 42), lon_deg=corner[0], lat_deg=31.7 + (end[1] - 31.7) * step),
    ]
    legs[0].fixes.fix_time_ms[:] = NOON_MS + np.arange(11) * 10_000
    legs[1].fixes.fix_time_ms[:] = NOON_MS + 700_000 + np.arange(11) * 10_000
    found = trip(20, vehicle="V2", end_ms=NOON_MS + 800_000)
    BatchWriter(connection).write(
        batch(together(*legs), trips=[replace(found, start=found.start._replace(fix_time_ms=NOON_MS))])
    )
    return connection


@pytest.mark.services
def test_a_trip_has_its_ends_and_its_length(driven: psycopg.Connection[Any]) -> None:
    choice = {"vehicle_ids": ["V2"], "language": "en"}
    ends = (119.9, 31.7, round(CORNER[0], 7), round(WAY[1][1][1], 7))
    names = [f"{end} {name} (deg, WGS-84)" for end in ("Start", "End") for name in ("longitude", "latitude")]
    (row,) = read_csv(made(driven, "trips", "csv", **choice))
    assert tuple(float(row[name]) for name in names) == ends
    assert float(row["Distance (m)"]) == pytest.approx(2_000, abs=3)
    header, cells = (
        CalamineWorkbook.from_filelike(io.BytesIO(made(driven, "trips", "xlsx", **choice)))
        .get_sheet_by_index(0)
        .to_python()
    )
    told = dict(zip(header, cells, strict=True))
    assert (*(told[name] for name in names), told["Distance (m)"]) == (*ends, float(row["Distance (m)"]))
    table = pq.read_table(io.BytesIO(made(driven, "trips", "parquet", **choice))).to_pylist()[0]
    assert tuple(table[f"{end}_{axis}_deg"] for end in ("start", "end") for axis in ("lon", "lat")) == ends
    (shifted,) = read_csv(made(driven, "trips", "csv", crs="gcj02", **choice))
    assert 100 < (float(shifted["Start longitude (deg, GCJ-02)"]) - 119.9) * 94_816 < 1_000
    # A truck whose fixes are gone keeps its trip.
    driven.execute("delete from fixes where vehicle_no = 2")
    (bare,) = read_csv(made(driven, "trips", "csv", **choice))
    assert (bare["Vehicle"], bare["Distance (m)"], bare["Start longitude (deg, WGS-84)"]) == ("V2", "", "")


@pytest.mark.services
def test_ways_are_read_as_they_are_fetched(driven: psycopg.Connection[Any]) -> None:
    """Where a plan sorted what it has read, the first page of a month would take as long as all of them."""
    asked = Order("trips", "csv").parameters(1)
    row = driven.execute(f"explain (format json) {STATEMENTS['trips']}", asked).fetchone()  # type: ignore[arg-type]
    assert row is not None
    assert row[0][0]["Plan"]["Node Type"] == "Subquery Scan"
    counted = f"explain (format text) select count(*) from ({STATEMENTS['trips']}) as rows"
    assert "fixes" not in str(driven.execute(counted, asked).fetchall())  # type: ignore[arg-type]


@pytest.mark.services
def test_a_trip_is_drawn_as_it_was_driven(driven: psycopg.Connection[Any]) -> None:
    import fastkml

    way = [[tuple(round(axis, 7) for axis in position) for position in part] for part in WAY]
    times = [NOON, NOON + timedelta(seconds=100), NOON + timedelta(seconds=700), TRIP_END]
    choice = {"vehicle_ids": ["V2"]}
    feature = json.loads(made(driven, "trips", "geojson", **choice))["features"][0]
    assert feature["geometry"]["type"] == "MultiLineString"
    assert [list(map(tuple, part)) for part in feature["geometry"]["coordinates"]] == way
    assert feature["properties"]["vehicle_id"] == "V2"
    shifted = json.loads(made(driven, "trips", "geojson", crs="gcj02", **choice))["features"][0]
    assert 0.001 < shifted["geometry"]["coordinates"][1][1][0] - way[1][1][0] < 0.01

    (track,) = gpx.from_string(made(driven, "trips", "gpx", **choice).decode()).trk
    points = [[(float(point.lon), float(point.lat)) for point in segment.trkpt] for segment in track.trkseg]
    assert (points, track.name) == (way, "P2")
    assert [point.time for segment in track.trkseg for point in segment.trkpt] == times

    kml = made(driven, "trips", "kml", **choice)
    placemark = fastkml.KML.from_string(kml).features[0].features[0]
    assert {data.name: data.value for data in placemark.extended_data.elements}["车牌号"] == "P2"
    tags = {"when": "{http://www.opengis.net/kml/2.2}when", "coord": "{http://www.google.com/kml/ext/2.2}coord"}
    tracks = [*ET.fromstring(kml).iter("{http://www.google.com/kml/ext/2.2}Track")]  # noqa: S314 - our own
    drawn = [[tuple(map(float, str(e.text).split()[:2])) for e in track.iter(tags["coord"])] for track in tracks]
    assert drawn == way
    whens = [datetime.fromisoformat(str(e.text)) for track in tracks for e in track.iter(tags["when"])]
    assert (whens, whens[0].utcoffset()) == (times, timedelta(hours=8))

    (moving,) = json.loads(made(driven, "trips", "mfjson", **choice))["features"]
    assert [datetime.fromisoformat(at) for at in moving["temporalGeometry"]["datetimes"]] == times
    assert [tuple(place) for place in moving["temporalGeometry"]["coordinates"]] == [*way[0], *way[1]]
    assert moving["properties"]["distance_m"] == pytest.approx(2_000, abs=3)


@pytest.mark.services
def test_an_asker_gets_what_it_sees_and_no_more(connection: psycopg.Connection[Any]) -> None:
    connection.execute("update vehicles set plate = '苏D1234' || vehicle_no")
    plates = {row["车牌号"] for row in read_csv(made(connection, "vehicles", "csv", ASSOCIATION))}
    assert plates == {"苏D***41", "苏D***42", "苏D***43", "苏D***44"}
    read = {row["识别车牌"] for row in read_csv(made(connection, "passages", "csv", ASSOCIATION))}
    assert read == {"苏D***45"}
    for what in ("vehicles", "events", "cases", "latest", "track"):
        seen = {row["车辆编号"] for row in read_csv(made(connection, what, "csv", COMPANY))}
        assert seen <= {"V3", "V4"}, what
    assert read_csv(made(connection, "trips", "csv", COMPANY)) == []
    assert read_csv(made(connection, "permits", "csv", COMPANY)) == []
    connection.execute("update users set disabled_at = now() where user_no = 1")
    assert read_csv(made(connection, "vehicles", "csv")) == []


@pytest.mark.services
def test_other_coordinates_are_named_and_shifted(connection: psycopg.Connection[Any]) -> None:
    row = read_csv(made(connection, "track", "csv", crs="gcj02", language="en"))[0]
    shift_m = (
        (float(row["Longitude (deg, GCJ-02)"]) - 119.9) * 94_700,
        (float(row["Latitude (deg, GCJ-02)"]) - 31.7) * 110_900,
    )
    assert 100 < np.hypot(*shift_m) < 1_000
    site = json.loads(made(connection, "sites", "geojson", crs="bd09"))["features"][0]["geometry"]["coordinates"]
    assert 0.004 < site[0][0][0] - 119.8 < 0.02
    with pytest.raises(FormatRefused, match="crs=wgs84 for gpx"):
        made(connection, "track", "gpx", crs="gcj02")


@pytest.mark.services
def test_too_many_rows_are_refused(connection: psycopg.Connection[Any]) -> None:
    order = Order("track", "csv", vehicle_ids=["V1"], **DAY)
    with pytest.raises(TooManyRows, match="up to 8 rows"):
        write_export(connection, order, ADMINISTRATOR, io.BytesIO(), now=NOON, rows_most=8)
    told: list[int] = []
    write_export(connection, order, ADMINISTRATOR, io.BytesIO(), now=NOON, rows_most=9, progress=told.append)


@pytest.mark.services
def test_tracks_of_many_trucks_and_pieces_read_back(connection: psycopg.Connection[Any]) -> None:
    """More fixes than a library is given at once, of trucks with and without silences, some at one instant."""
    import fastkml

    many = fixes(4, np.arange(100, 1_800))
    many.fixes.fix_time_ms[900:] += 400_000
    many.fixes.fix_time_ms[1_201] = many.fixes.fix_time_ms[1_200]
    BatchWriter(connection).write(batch(many))
    choice = {"vehicle_ids": ["V1", "V3", "V4"]}
    expected = [
        (row["车辆编号"], row["定位时间 (Asia/Shanghai, UTC+08:00)"], float(row["经度 (度, WGS-84)"]))
        for row in read_csv(made(connection, "track", "csv", **choice))
        if row["经度 (度, WGS-84)"]
    ]
    assert len(expected) == 1_709
    tracks = gpx.from_string(made(connection, "track", "gpx", **choice).decode()).trk
    assert [[len(segment.trkpt) for segment in track.trkseg] for track in tracks] == [[5, 4], [900, 800]]
    points = [point for track in tracks for segment in track.trkseg for point in segment.trkpt]
    assert [(point.time, float(point.lon)) for point in points] == [
        (datetime.fromisoformat(at), lon_deg) for _, at, lon_deg in expected
    ]
    kml = made(connection, "track", "kml", **choice)
    assert len(fastkml.KML.from_string(kml).features[0].features) == 2
    parts = [*ET.fromstring(kml).iter("{http://www.google.com/kml/ext/2.2}Track")]  # noqa: S314 - our own
    assert [[e.tag.partition("}")[2] for e in part] for part in parts] == [
        ["when"] * count + ["coord"] * count + ["angles"] * count for count in (5, 4, 900, 800)
    ]
    coords = [e for part in parts for e in part if e.tag.endswith("}coord")]
    assert [float(str(e.text).split()[0]) for e in coords] == [lon_deg for _, _, lon_deg in expected]
    features = json.loads(made(connection, "track", "mfjson", **choice))["features"]
    assert [len(feature["temporalGeometry"]["coordinates"]) for feature in features] == [9, 1_699]
    assert features[1]["geometry"]["coordinates"] == features[1]["temporalGeometry"]["coordinates"]
    instants = [datetime.fromisoformat(at) for at in features[1]["temporalGeometry"]["datetimes"]]
    assert all(before < after for before, after in pairwise(instants))


# Without a database -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"zone": "Mars/Olympus"}, "expected a time zone"),
        ({"vehicle_ids": [str(n) for n in range(1_001)]}, "up to 1000 vehicles"),
        ({"start": NOON, "end": NOON}, "a start before the end"),
        ({"what": "track", "vehicle_ids": ["V1"], "start": NOON}, "both ends of datetime"),
        ({"what": "track", **DAY}, "vehicle_id or company_id"),
        ({"what": "track", "company_id": "C1", "start": NOON, "end": NOON + timedelta(days=32)}, "up to 31 days"),
    ],
)
def test_an_order_for_too_much_is_refused(choice: dict[str, Any], expected: str) -> None:
    with pytest.raises(OrderRefused, match=expected):
        assert_can_be_made(Order(**{"what": "trips", "format": "csv", **choice}))


def test_a_format_that_does_not_fit_says_which_do() -> None:
    with pytest.raises(FormatRefused, match="one of csv, geojson, kml, parquet, xlsx for sites, got 'gpx'"):
        format_of(Order("sites", "gpx"))
    assert possible_formats()["track"] == possible_formats()["trips"] == list(FORMATS)


def test_an_order_survives_its_document() -> None:
    order = Order("events", "xlsx", "UTC", "en", "wgs84", ["V1"], "C1", ["spillage"], 2, NOON, NOON + timedelta(days=1))
    assert read_order("events", "xlsx", orjson.loads(orjson.dumps(order.document()))) == order
    assert file_name(order, datetime(2026, 5, 2, 1, 2, 3, tzinfo=UTC)) == "muckline-events-20260502T010203Z.xlsx"


def test_plates_are_masked_as_everywhere() -> None:
    for role in Role:
        viewer = Viewer(1, "x", "x", role)
        for plate in (None, "P1", "苏D12345"):
            expected = plate if role in PLATES_IN_FULL else masked_plate(plate)
            assert shown_plate(viewer, plate) == expected


def test_whom_to_call_is_masked_in_members_too() -> None:
    told = {"address": "通江路", "contact": "王小明", "phone": "13912345678"}
    site = {"site_id": "S1", "name": "工地", "properties": told, "geometry": None}
    hidden = told | {"contact": "王**", "phone": "***78"}
    for role, expected in (("bureau", told), ("district", hidden), ("association", hidden)):
        (row,) = shown_rows(Order("sites", "csv"), Asker(1, role), iter([site]))
        assert row["properties"] == expected, role


def test_the_offset_is_named_where_it_is_the_same_all_year() -> None:
    assert zone_words("Asia/Shanghai", NOON) == "Asia/Shanghai, UTC+08:00"
    assert zone_words("Europe/Berlin", NOON) == "Europe/Berlin"


def test_a_float32_is_written_without_digits_that_nobody_measured() -> None:
    column = next(column for column in THINGS["track"].columns if column.name == "speed_mps")
    assert cell(column, float(np.float32(6.55))) == 6.55
    rows = shown_rows(Order("companies", "csv"), ADMINISTRATOR, iter([{"company_id": "C1", "name": None}]))
    assert list(rows) == [{"company_id": "C1", "name": None}]


# Ways ---------------------------------------------------------------------------------------------------------------


def packed(time_s: Any, lon_deg: Any, lat_deg: Any) -> bytes:
    """Return fixes as the database packs them."""
    records = np.empty(len(time_s), PACKED)
    records["time_us"] = np.asarray(time_s) * 1e6
    records["lon_deg"], records["lat_deg"] = lon_deg, lat_deg
    return records.tobytes()


def test_a_truck_that_stands_drives_nowhere() -> None:
    rng = np.random.default_rng(5)
    time_s = np.arange(0, 3_600, 10)
    wandering = rng.normal(0, 1.2 / 111_000, (2, 360))
    way = way_of(packed(time_s, 119.9 + wandering[0], 31.7 + wandering[1]))
    assert way is not None
    assert way.length_m < 30, "each leg of the fixes themselves is some metres, all of them 800 m"
    assert way_of(b"") is way_of(None) is None
    alone = way_of(packed([5], [119.9], [31.7]))
    assert alone is not None
    assert (alone.length_m, line_of(alone)) == (0, {"type": "Point", "coordinates": (119.9, 31.7)})


def test_a_way_is_bounded_and_near_what_was_driven() -> None:
    rng = np.random.default_rng(6)
    time_s = np.arange(20_000)
    course = np.cumsum(rng.normal(0, 0.05, 20_000))
    lon_deg, lat_deg = 119.9 + np.cumsum(np.sin(course)) * 1e-4, 31.7 + np.cumsum(np.cos(course)) * 1e-4
    time_s[10_000:] += 1_000
    way = way_of(packed(time_s, lon_deg, lat_deg))
    assert way is not None
    assert len(way.parts) == 2
    assert sum(len(times) for times, _ in way.parts) == POSITIONS_MOST
    drawn_s = [(at - EPOCH).total_seconds() for times, _ in way.parts for at in times]
    assert drawn_s == sorted(drawn_s)
    drawn = np.array([place for _, places in way.parts for place in places])
    off = np.interp(time_s, drawn_s, drawn[:, 0]) - lon_deg
    assert np.abs(off).max() < (lon_deg.max() - lon_deg.min()) / 20
    legs_m = np.hypot(np.diff(lon_deg) * 94_816, np.diff(lat_deg) * 110_859)
    assert way.length_m == pytest.approx(legs_m.sum(), rel=0.06)


def test_a_straight_way_is_two_positions() -> None:
    step = np.linspace(0, 1, 200)
    way = way_of(packed(np.arange(200) * 10, 119.9 + step * 0.1, 31.7 + step * 0.05))
    assert way is not None
    assert line_of(way) == {"type": "LineString", "coordinates": ((119.9, 31.7), (120.0, 31.75))}
