"""Manifests, compliance and projects over HTTP: what is appended, who sees it, and what the figures count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.resources.compliance import CompliancePage, Items
from api.resources.manifests import ManifestAnswer, ManifestFigures, ManifestPage
from api.resources.projects import Board, ProjectList
from storage.connect import connect_writer
from supervision.case_reports import forget_photos
from tests.api_server import as_user, serving
from tests.test_api_cases_reports import sent

pytestmark = pytest.mark.services

NOW = datetime.now(UTC).replace(microsecond=0)
ORDER = {"manifest_no": "M20260501-000001", "vehicle_id": "V1", "site_id": "S1", "dump_point_id": "D1"}


def place(key: str, name: str) -> Jsonb:
    ring = [[119.9, 31.7], [119.91, 31.7], [119.91, 31.71], [119.9, 31.7]]
    return Jsonb({"type": "Feature", "properties": {key: name}, "geometry": {"type": "Polygon", "coordinates": [ring]}})


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        opened.execute("insert into companies (company_id, name) values ('C1', '甲'), ('C2', '乙')")
        opened.execute(
            "insert into vehicles (vehicle_id, plate, company_id)"
            " values ('V1', '苏D00001', 'C1'), ('V2', '苏D00002', 'C2')"
        )
        opened.execute("insert into sites (site_id, feature) values ('S1', %s)", [place("site_id", "S1")])
        for name in ("D1", "D2"):
            feature = place("dump_point_id", name)
            opened.execute("insert into dump_points (dump_point_id, feature) values (%s, %s)", [name, feature])
        yield opened


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url, viewer="bureau", documented=True) as opened:
        yield opened


def add_trip(connection: psycopg.Connection[Any], vehicle_no: int, left: datetime, dump_point_id: str) -> None:
    connection.execute(
        """
        insert into trips (trip_id, vehicle_no, start_time, epoch, seq, site_id, loaded_at, left_site_at,
            dump_point_id, end_time, load_kg, ending, judged_to, world_version)
        values (gen_random_uuid(), %(vehicle_no)s, %(left)s, 1, 1, 'S1', %(left)s, %(left)s, %(dump)s,
            %(left)s + interval '40 minutes', 15000, 'delivered', %(left)s, '1')
        """,
        {"vehicle_no": vehicle_no, "left": left, "dump": dump_point_id},
    )


def issue(client: httpx.Client, number: int, **changes: Any) -> str:
    order = ORDER | {"manifest_no": f"M20260501-{number:06d}"} | changes
    response = client.post("/v1/manifests", json=order)
    assert response.status_code == 201, response.text
    return str(order["manifest_no"])


def scan(client: httpx.Client, number: str, kind: str, at: datetime) -> httpx.Response:
    return client.post(f"/v1/manifests/{number}/scans", json={"scan": kind, "at": at.isoformat()})


def test_a_manifest_is_closed_by_the_scan_at_the_dump_point(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    number = issue(client, 1)
    out, back = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    add_trip(connection, 1, out + timedelta(minutes=3), "D1")
    assert scan(client, number, "out", out).json()["status"] == "out"
    closed = ManifestAnswer.model_validate_json(scan(client, number, "in", back).content)
    assert (closed.status, closed.driven_to, closed.deviated) == ("closed", "D1", False)
    assert closed.trip_id is not None


def test_what_is_sent_twice_is_one_and_what_differs_is_refused(client: httpx.Client) -> None:
    number = issue(client, 1)
    assert issue(client, 1) == number
    other = client.post("/v1/manifests", json=ORDER | {"manifest_no": number, "dump_point_id": "D2"})
    assert (other.status_code, other.json()["type"]) == (409, "/problems/paper-conflict")
    assert scan(client, number, "out", NOW).status_code == 201
    assert scan(client, number, "out", NOW).status_code == 201
    assert scan(client, number, "out", NOW - timedelta(minutes=1)).json()["type"] == "/problems/paper-conflict"
    assert scan(client, number, "in", NOW + timedelta(hours=1)).json()["type"] == "/problems/scan-in-future"
    assert scan(client, number, "void", NOW).json()["status"] == "void"
    assert scan(client, number, "in", NOW).json()["type"] == "/problems/paper-conflict"


@pytest.mark.parametrize(
    "changes",
    [{"vehicle_id": "V9"}, {"site_id": "S9"}, {"dump_point_id": "D9"}, {"permit_id": "P9"}, {"driver_id": "X"}],
)
def test_a_manifest_names_what_is_in_the_registers(client: httpx.Client, changes: dict[str, str]) -> None:
    refused = client.post("/v1/manifests", json=ORDER | changes)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/paper-not-found")
    assert next(iter(changes.values())) in refused.json()["detail"]


def test_the_rate_of_closed_loads_is_that_of_the_rows(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    long_ago = NOW - timedelta(hours=9)
    numbers = [issue(client, n, vehicle_id="V1" if n % 2 else "V2") for n in range(1, 9)]
    for number in numbers[:6]:
        scan(client, number, "out", long_ago)
    add_trip(connection, 1, long_ago, "D2")
    for number in numbers[:3]:
        scan(client, number, "in", long_ago + timedelta(hours=1))
    scan(client, numbers[5], "void", NOW)
    figures = ManifestFigures.model_validate_json(client.get("/v1/manifests/figures?by=company").content).figures
    assert [(f.id, f.issued, f.left_site, f.closed, f.unclosed, f.void, f.elsewhere) for f in figures] == [
        ("C1", 4, 3, 2, 1, 0, 2),
        ("C2", 4, 2, 1, 1, 1, 0),
    ]
    assert figures[0].closed_share == pytest.approx(2 / 3)
    page = ManifestPage.model_validate_json(client.get("/v1/manifests?status=unclosed&limit=1").content)
    assert page.next is not None
    rest = ManifestPage.model_validate_json(client.get(page.next).content)
    assert {m.manifest_no for m in [*page.manifests, *rest.manifests]} == {numbers[3], numbers[4]}


def test_permits_that_warn_are_in_force(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    for status in ("applied", "rejected", "approved", "suspended", "cancelled"):
        connection.execute(
            "insert into permits (permit_id, company_id, valid, status, document)"
            " values (%(status)s, 'C1', tstzrange(null, null), %(status)s, '{}')",
            {"status": status},
        )
    (truck,) = client.get("/v1/compliance", params={"vehicle_id": "V1"}).json()["vehicles"]
    assert truck["permit_ids"] == ["approved"]


def test_a_checks_photos_are_its_authors_and_are_kept(
    client: httpx.Client, connection: psycopg.Connection[Any], migrated_url: str
) -> None:
    shown = sent(client)
    check = {"item_id": "cover", "passed": True, "photos": [shown]}
    assert client.post("/v1/vehicles/V1/compliance", json=check).status_code == 201
    company = as_user(migrated_url, "company", name="first", company_id="C1")
    strange = client.post("/v1/vehicles/V1/compliance", json=check | {"photos": [sent(client, company)]})
    assert strange.json()["type"] == "/problems/photo-not-found"
    forget_photos(connection, datetime.now(UTC) + timedelta(days=2))
    assert client.get(f"/v1/photos/{shown}", headers=company).status_code == 200


def test_a_load_that_was_dumped_and_scanned_in_went_elsewhere(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    number = issue(client, 1)
    add_trip(connection, 1, NOW - timedelta(hours=2), "D1")
    connection.execute("update trips set ending = 'dumped', dump_point_id = null")
    scan(client, number, "out", NOW - timedelta(hours=2))
    scan(client, number, "in", NOW - timedelta(hours=1))
    (figure,) = ManifestFigures.model_validate_json(client.get("/v1/manifests/figures").content).figures
    assert (figure.closed, figure.elsewhere) == (1, 1)


def test_a_company_sees_its_own_papers_alone(client: httpx.Client, migrated_url: str) -> None:
    mine, theirs = issue(client, 1), issue(client, 2, vehicle_id="V2")
    headers = as_user(migrated_url, "company", name="first", company_id="C1")
    listed = client.get("/v1/manifests", headers=headers).json()["manifests"]
    assert [manifest["manifest_no"] for manifest in listed] == [mine]
    assert client.get(f"/v1/manifests/{theirs}", headers=headers).status_code == 404
    trucks = client.get("/v1/compliance", headers=headers).json()["vehicles"]
    assert [truck["vehicle_id"] for truck in trucks] == ["V1"]
    assert client.post("/v1/manifests", json=ORDER, headers=headers).status_code == 403


def test_a_truck_is_compliant_once_every_required_item_is_proved(client: httpx.Client) -> None:
    items = Items.model_validate_json(client.get("/v1/compliance/items").content).items
    assert len(items) == 8
    tomorrow = (NOW + timedelta(days=2)).date().isoformat()
    for item in items:
        body = {"item_id": item.item_id, "passed": True, "expires_on": tomorrow, "evidence": "年检"}
        last = client.post("/v1/vehicles/V1/compliance", json=body)
        assert last.status_code == 201, last.text
    assert last.json()["compliant"] is True
    failing = CompliancePage.model_validate_json(client.get("/v1/compliance?failing=true").content).vehicles
    assert [(truck.vehicle_id, truck.lacking) for truck in failing] == [("V2", 8)]

    expired = {"item_id": "cover", "passed": True, "expires_on": "2020-01-01"}
    assert client.post("/v1/vehicles/V1/compliance", json=expired).json()["lacking"] == 1
    loose = {"position": 5, "name_zh": "统一密闭装置", "name_en": "Closed cover", "required": False}
    cover = next(item for item in items if item.item_id == "cover")
    assert client.put("/v1/compliance/items/cover", json=loose).json()["type"] == "/problems/edited-meanwhile"
    loose["expected_revision"] = cover.revision
    assert client.put("/v1/compliance/items/cover", json=loose).status_code == 200
    now = CompliancePage.model_validate_json(client.get("/v1/compliance?vehicle_id=V1").content).vehicles[0]
    assert now.compliant
    assert {item.item_id: item.state for item in now.items}["cover"] == "expired"
    unknown = client.post("/v1/vehicles/V1/compliance", json={"item_id": "wings", "passed": True})
    assert unknown.json()["type"] == "/problems/paper-not-found"


def test_a_project_has_a_board_of_its_own(
    client: httpx.Client, connection: psycopg.Connection[Any], migrated_url: str
) -> None:
    order = {"name": "地铁6号线湖塘站", "site_ids": ["S1"], "vehicle_ids": ["V1"]}
    made = client.put("/v1/projects/metro-6", json=order)
    assert made.status_code == 200
    add_trip(connection, 1, NOW - timedelta(hours=3), "D1")
    add_trip(connection, 2, NOW - timedelta(days=40), "D1")
    board = Board.model_validate_json(client.get("/v1/projects/metro-6/board").content)
    assert [(day.trips, day.load_kg, day.delivered, day.trucks) for day in board.days] == [(1, 15000, 1, 1)]
    refused = client.put("/v1/projects/metro-7", json=order | {"vehicle_ids": ["V9"]})
    assert refused.json()["type"] == "/problems/paper-not-found"
    foreign = as_user(migrated_url, "company", name="second", company_id="C2")
    assert client.get("/v1/projects/metro-6/board", headers=foreign).status_code == 404
    client.put("/v1/projects/metro-6", json=order | {"in_use": False, "expected_revision": made.json()["revision"]})
    assert ProjectList.model_validate_json(client.get("/v1/projects").content).projects == []
