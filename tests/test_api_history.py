"""One truck's past over HTTP: each part, all at once, thinned, searched by name and by place, and every look logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import numpy as np
import orjson
import psycopg
import pytest
from pydantic import BaseModel

from api.history_answer import (
    GapList,
    GatePassagePage,
    History,
    StayList,
    VehicleCasePage,
    VehicleEventPage,
    WashPage,
)
from api.resources.track import Track
from api.resources.vehicle_search import VehiclesFound
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.times import utc
from supervision.casework import open_cases
from tests.api_server import as_user, serving
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip

pytestmark = pytest.mark.services

NOON = utc(NOON_MS)
RANGE = f"{NOON.isoformat()}/{(NOON + timedelta(hours=2)).isoformat()}"
SITE = {
    "type": "Feature",
    "properties": {"site_id": "S1"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [
            [[119.899, 31.699], [119.901, 31.699], [119.901, 31.701], [119.899, 31.701], [119.899, 31.699]]
        ],
    },
}


def answered(client: httpx.Client, model: type[BaseModel], path: str, **parameters: Any) -> Any:
    """Return an answer's JSON after it was found to be exactly what its documentation says."""
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    body = response.json()
    assert model.model_validate_json(response.content).model_dump(mode="json").keys() == body.keys()
    return body


def stand_and_drive(truck: int, *, silent_s: int = 0) -> Any:
    """Return 30 fixes in a site, then 30 on the way north at 10 m/s, the last ten after a silence."""
    seqs = np.arange(60)
    moving = seqs >= 30
    lat_deg = 31.7 + np.where(moving, (seqs - 29) * 100 / 110_900, 0.0)
    time_ms = NOON_MS + seqs * 10_000 + np.where(seqs >= 50, silent_s * 1000, 0)
    rows = fixes(truck, seqs, lat_deg=lat_deg, lon_deg=119.9, speed_mps=np.where(moving, 10.0, 0.2), cover=0)
    rows.fixes.fix_time_ms[:] = time_ms
    return rows


@pytest.fixture(scope="module")
def connection(module_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(module_url) as opened:
        add_registry(opened)
        opened.execute("insert into companies (company_id, name) values ('C1', 'One'), ('C2', 'Two')")
        opened.execute("update vehicles set company_id = case when vehicle_no <= 2 then 'C1' else 'C2' end")
        opened.execute("insert into sites (site_id, feature) values ('S1', %s)", [orjson.dumps(SITE).decode()])
        opened.execute(
            "insert into terminal_assignments (terminal_no, vehicle_no, valid) values (1, 1, '[2020-01-01,)')"
        )
        rows = together(stand_and_drive(1, silent_s=900), stand_and_drive(3))
        rows = rows.__class__(
            rows.vehicle_no, rows.terminal_no, rows.received_at_ms, rows.fixes, np.ones(len(rows), np.bool_)
        )
        found = [event(32), event(3, kind="illegal_dumping", end_seq=9), event(3, vehicle="V3")]
        BatchWriter(opened).write(batch(rows, events=found, trips=[trip(2), trip(40)]))
        for number, type_ in enumerate(("washer_passage", "gate_passage", "washer_passage")):
            opened.execute(
                "insert into device_events"
                " (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)"
                " values (5, 1, %s, 7, %s, now(), %s, 'P1', %s)",
                [NOON + timedelta(minutes=number), number, type_, '{"result": "washed"}'],
            )
        open_cases(opened, NOON + timedelta(hours=1))
        yield opened


@pytest.fixture(scope="module")
def client(module_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(module_url, max_page=50) as opened:
        yield opened


def test_every_part_of_a_truck_s_past_and_all_at_once(client: httpx.Client) -> None:
    stays = answered(client, StayList, "/v1/vehicles/V1/stays", datetime=RANGE)["stays"]
    assert [(stay["stay_s"], stay["fixes"], stay["site_id"]) for stay in stays] == [(290.0, 30, "S1")]
    assert stays[0]["position"] == {"type": "Point", "coordinates": [119.9, 31.7]}
    gaps = answered(client, GapList, "/v1/vehicles/V1/gaps", datetime=RANGE)["gaps"]
    assert [(gap["gap_s"], gap["missing_records"], gap["to_position"] is None) for gap in gaps] == [
        (910.0, 0, False),
        (5710.0, None, True),
    ]
    assert gaps[0]["distance_m"] == pytest.approx(100, abs=1)
    washes = answered(client, WashPage, "/v1/vehicles/V1/washes", datetime=RANGE, limit=1)
    assert [wash["time"] for wash in washes["washes"]] == [
        (NOON + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
    ]
    assert [wash["seq"] for wash in client.get(washes["next"]).json()["washes"]] == [0]
    gates = answered(client, GatePassagePage, "/v1/vehicles/V1/gate-passages", datetime=RANGE)
    assert [gate["seq"] for gate in gates["gate_passages"]] == [1]
    events = answered(client, VehicleEventPage, "/v1/vehicles/V1/events", datetime=RANGE)
    assert [found["kind"] for found in events["events"]] == ["spillage", "illegal_dumping"]
    around = f"../{(NOON + timedelta(days=1)).isoformat()}"
    cases = answered(client, VehicleCasePage, "/v1/vehicles/V1/cases", datetime=around)
    assert {case["kind"] for case in cases["cases"]} == {"spillage", "illegal_dumping"}

    whole = answered(client, History, "/v1/vehicles/V1/history", datetime=RANGE)
    assert whole["stays"] == stays
    assert whole["gaps"] == gaps
    assert whole["events"] == events["events"]
    assert [wash["seq"] for wash in whole["washes"]] == [2, 0]
    assert [(len(whole["trips"]), len(whole["gate_passages"]), whole["truncated"])] == [(2, 1, [])]
    assert whole["cases"] == [case for case in cases["cases"] if case["opened_at"] < whole["end"]]


def test_a_long_track_is_thinned_and_says_so(client: httpx.Client) -> None:
    exact = answered(client, Track, "/v1/vehicles/V1/track", datetime=RANGE)
    assert (exact["count"], exact["of"], exact["thinned"], exact["deviation_m"]) == (60, 60, False, 0.0)
    thin = answered(client, Track, "/v1/vehicles/V1/track", datetime=RANGE, max_fixes=40)
    assert (thin["of"], thin["thinned"]) == (60, True)
    assert thin["count"] == len(thin["columns"]["seq"]) <= 40
    assert {0, 49, 50, 59} <= set(thin["columns"]["seq"])
    line = client.get("/v1/vehicles/V1/track", params={"datetime": RANGE, "max_fixes": 40, "format": "geojson"}).json()
    assert line["properties"]["thinned"] is True
    refused = client.get("/v1/vehicles/V1/track", params={"datetime": RANGE, "max_fixes": 1})
    assert refused.status_code == 422


def test_trucks_are_found_by_any_name(client: httpx.Client) -> None:
    def found(**parameters: Any) -> list[str]:
        page = answered(client, VehiclesFound, "/v1/search/vehicles", **parameters)
        return [vehicle["vehicle_id"] for vehicle in page["vehicles"]]

    assert found(q="p1") == ["V1"]
    assert found(q="t1") == ["V1"]
    assert found(company_id="C2") == ["V3", "V4"]
    assert found(q="v", company_id="C1") == ["V1", "V2"]
    assert found(q="none") == []


def test_trucks_are_found_by_where_they_were_when(client: httpx.Client) -> None:
    inside = answered(client, VehiclesFound, "/v1/search/vehicles", area="site:S1", datetime=RANGE)["vehicles"]
    assert [(truck["vehicle_id"], truck["fixes"]) for truck in inside] == [("V1", 31), ("V3", 31)]
    later = f"{(NOON + timedelta(minutes=6)).isoformat()}/{(NOON + timedelta(hours=1)).isoformat()}"
    for area in ({"area": "site:S1"}, {"bbox": "119.8,31.6,120,31.701"}):
        assert client.get("/v1/search/vehicles", params={**area, "datetime": later}).json()["vehicles"] == []
    boxed = answered(client, VehiclesFound, "/v1/search/vehicles", bbox="119.8,31.71,120,31.8", datetime=RANGE, limit=1)
    assert [truck["vehicle_id"] for truck in boxed["vehicles"]] == ["V1"]
    assert [truck["vehicle_id"] for truck in client.get(boxed["next"]).json()["vehicles"]] == ["V3"]


@pytest.mark.parametrize(
    ("parameters", "status", "problem"),
    [
        ({"area": "site:S1"}, 422, "bad-interval"),
        ({"area": "site:S9", "datetime": RANGE}, 404, "area-not-found"),
        ({"area": "corridor:S9", "datetime": RANGE}, 422, "invalid-request"),
        ({"area": "site:S1", "bbox": "1,1,2,2", "datetime": RANGE}, 422, "bad-bbox"),
        ({"area": "site:S1", "datetime": "2026-05-01T00:00:00Z/2026-05-03T00:00:00Z"}, 422, "range-too-long"),
    ],
)
def test_a_search_by_area_is_bounded(
    client: httpx.Client, parameters: dict[str, Any], status: int, problem: str
) -> None:
    response = client.get("/v1/search/vehicles", params=parameters)
    assert (response.status_code, response.json()["type"]) == (status, f"/problems/{problem}")


PARTS = ("stays", "gaps", "washes", "gate-passages", "events", "cases", "history", "track", "trips")


def test_another_company_s_truck_does_not_exist_and_every_look_is_logged(
    module_url: str, client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    (before,) = connection.execute("select coalesce(max(audit_no), 0) from audit_log").fetchone() or (0,)
    other = as_user(module_url, "company", company_id="C2")
    for part in PARTS:
        address, given = f"/v1/vehicles/V1/{part}", {"datetime": RANGE}
        refused = client.get(address, params=given, headers=other)
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/vehicle-not-found")
        assert client.get(address, params=given).status_code == 200
    inside = client.get("/v1/search/vehicles", params={"bbox": "119,31,120,32", "datetime": RANGE}, headers=other)
    assert [truck["vehicle_id"] for truck in inside.json()["vehicles"]] == ["V3"]
    rows = connection.execute(
        "select action, object_id, allowed from audit_log where audit_no > %s order by audit_no", [before]
    ).fetchall()
    names = ["look_" + part.replace("-", "_") for part in PARTS]
    assert rows[:-1] == [(name, "V1", allowed) for name in names for allowed in (False, True)]
    assert rows[-1] == ("search_area", "119,31,120,32", True)
