"""Exports read back by readers of others: nothing lost, nothing shifted, the zone named, no formula, no leak."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
    rows = write_export(connection, order, asker, target, now=NOON, rows_most=1_000)
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
        for row in rows:
            assert list(row) == [column.name for column in thing.columns], what


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
    with pytest.raises(FormatRefused, match="one of csv, parquet, xlsx for trips, got 'gpx'"):
        format_of(Order("trips", "gpx"))
    assert possible_formats()["track"] == list(FORMATS)


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


def test_the_offset_is_named_where_it_is_the_same_all_year() -> None:
    assert zone_words("Asia/Shanghai", NOON) == "Asia/Shanghai, UTC+08:00"
    assert zone_words("Europe/Berlin", NOON) == "Europe/Berlin"


def test_a_float32_is_written_without_digits_that_nobody_measured() -> None:
    column = next(column for column in THINGS["track"].columns if column.name == "speed_mps")
    assert cell(column, float(np.float32(6.55))) == 6.55
    rows = shown_rows(Order("companies", "csv"), ADMINISTRATOR, iter([{"company_id": "C1", "name": None}]))
    assert list(rows) == [{"company_id": "C1", "name": None}]
