"""Photos, reports of citizens and patrols, the duty roster and the figures, over a real server."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from psycopg import Connection

from api.case_answer import WholeCase
from api.resources.case_figures import CaseFiguresAnswer, RuleNoiseAnswer
from api.resources.duty_roster import CaseWorkers, Roster
from api.resources.photos import PhotoFacts
from api.resources.reports_in import ReportTaken
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from supervision.case_reports import REPORTS_MOST, forget_photos, match_reports
from supervision.cases.reports import LOOK_AGAIN
from tests.api_server import as_user, serving
from tests.case_rows import add_city, opened, rows
from tests.storage_rows import batch, event, fixes, together

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        yield opened_connection


@pytest.fixture
def client(connection: Connection[Any], migrated_url: str) -> Iterator[httpx.Client]:  # noqa: ARG001 - has the city
    with serving(migrated_url, viewer="bureau") as served:
        yield served


def a_photo(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(written, "PNG")
    return written.getvalue()


def sent(client: httpx.Client, headers: dict[str, str] | None = None, colour: str = "red") -> str:
    answer = client.post("/v1/photos", files={"photo": ("a.png", a_photo(colour))}, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["photo_id"])


def test_photos_belong_to_the_cases_that_show_them(
    client: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    (case,) = opened(connection, event(0), now=datetime.now(UTC))
    company, other = (
        as_user(migrated_url, "company", company_id="C1"),
        as_user(migrated_url, "company", name="rival", company_id="C2"),
    )
    photo_id = sent(client)
    path = f"/v1/photos/{photo_id}"
    assert client.get(path, headers=company).status_code == 404
    order = {"step": "comment", "expected_version": 1, "photos": [photo_id]}
    step = client.post(f"/v1/cases/{case['case_id']}/steps", json=order)
    assert step.json()["steps"][-1]["photos"] == [photo_id]
    picture = client.get(path, headers=company)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(picture.content)).size == (640, 480)
    small = client.get(path, params={"size": "thumbnail"})
    assert Image.open(io.BytesIO(small.content)).size == (320, 240)
    assert client.get(path, headers=other).status_code == 404
    facts = client.get(f"{path}/facts").json()
    PhotoFacts.model_validate(facts)
    assert (facts["uploaded_by"], facts["sent_before"]) == ("bureau", 0)
    assert client.get(f"/v1/photos/{sent(client)}/facts").json()["sent_before"] == 1
    # A colleague's photo is not one's own to show.
    order = {"step": "comment", "expected_version": 2, "photos": [sent(client, as_user(migrated_url, "inspector"))]}
    assert client.post(f"/v1/cases/{case['case_id']}/steps", json=order).status_code == 422
    # Two that nobody showed are forgotten after a day, and the shown one is kept.
    forget_photos(connection, datetime.now(UTC) + timedelta(days=2))
    assert rows(connection, "select photo_id::text from photos") == [{"photo_id": photo_id}]


def test_what_is_no_photo_is_refused_and_only_photos_may_be_large(client: httpx.Client) -> None:
    bad = client.post("/v1/photos", files={"photo": ("a.jpg", b"<html>")})
    assert (bad.status_code, bad.json()["type"]) == (422, "/problems/bad-photo")
    assert client.post("/v1/photos", files={"photo": ("a.jpg", bytes(14_000_000))}).status_code == 413
    assert client.post("/v1/photos", files={"photo": ("a.jpg", bytes(12_700_000))}).status_code == 422
    assert client.post("/v1/cases", content=bytes(300_000)).status_code == 413


def test_a_citizen_reports_and_follows_what_becomes_of_it(client: httpx.Client, migrated_url: str) -> None:
    citizen = as_user(migrated_url, "public")
    form = {
        "kind": "illegal_dumping",
        "lon_deg": "119.9",
        "lat_deg": "31.7",
        "plate": "p·1",
        "description": "河边倾倒",
        "contact": "139",
    }
    taken = [
        client.post(
            "/v1/reports",
            data=form,
            files=[("photos", ("a.png", a_photo())), ("photos", ("b.png", a_photo("blue")))],
            headers=citizen | {"Idempotency-Key": "a-report-once"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in taken] == [201, 201], taken[0].text
    assert taken[0].json()["case_id"] == taken[1].json()["case_id"]
    ReportTaken.model_validate(taken[0].json())
    case_id = taken[0].json()["case_id"]
    assert client.get(f"/v1/reports/{case_id}", headers=citizen).json()["status"] == "new"
    assert client.get(f"/v1/cases/{case_id}", headers=citizen).status_code == 403
    other = as_user(migrated_url, "public", name="neighbour")
    assert client.get(f"/v1/reports/{case_id}", headers=other).status_code == 404
    case = client.get(f"/v1/cases/{case_id}").json()
    WholeCase.model_validate(case)
    assert (case["source"], case["vehicle_id"], case["company_id"]) == ("hotline", "V1", "C1")
    assert (case["district_id"], case["contact"], case["severity"]) == ("D1", "139", 3)
    assert len(case["steps"][0]["photos"]) == 2
    company = as_user(migrated_url, "company", company_id="C1")
    answer = client.get(f"/v1/cases/{case_id}", headers=company)
    assert answer.json()["contact"] is None
    # Whose truck it is does not learn who reported it, neither from the step nor from the photo.
    name = case["steps"][0]["by"]
    facts = client.get(f"/v1/photos/{case['steps'][0]['photos'][0]}/facts", headers=company)
    assert client.get(f"/v1/photos/{case['steps'][0]['photos'][0]}/facts").json()["uploaded_by"] == name
    assert name == "public"
    assert (answer.json()["steps"][0]["by"], answer.json()["steps"][0]["by_name"]) == ("reporter", "reporter")
    assert facts.json()["uploaded_by"] == ""
    bad: list[dict[str, str]] = [
        {"kind": "loading"},
        {"lon_deg": "181"},
        {"lat_deg": ""},
        {"seen_at": "2001-01-01T00:00:00Z"},
        {"seen_at": "2026-01-01T00:00:00"},
    ]
    for extra in bad:
        answer = client.post("/v1/reports", data=form | extra, headers=citizen)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), extra
    statuses = [client.post("/v1/reports", data=form, headers=citizen).status_code for _ in range(REPORTS_MOST)]
    assert statuses == [201] * (REPORTS_MOST - 1) + [429]


def test_a_patrols_report_is_matched_to_trucks_that_were_there(
    client: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    now_ms = time.time_ns() // 1_000_000
    # Truck 1 passes the place a quarter of an hour before, 2 stands 250 m off, 3 is far away, 4 was there yesterday.
    seqs = np.arange(20)
    minute = now_ms - 15 * 60_000 + seqs * 10_000
    east = 1 / (111_195 * np.cos(np.radians(31.7)))
    tracks = [(1, (seqs - 10) * 40.0, minute), (2, 250.0, minute), (3, 2_000.0, minute), (4, 0.0, minute - 86_400_000)]
    rows_of = [
        fixes(truck, seqs, fix_time_ms=at, lat_deg=31.7, lon_deg=119.9 + off * east) for truck, off, at in tracks
    ]
    BatchWriter(connection).write(batch(together(*rows_of)))
    inspector = as_user(migrated_url, "inspector")
    report = {
        "kind": "spillage",
        "seen_at": datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(),
        "position": {"type": "Point", "coordinates": [119.9, 31.7]},
        "description": "路面抛洒",
    }
    answer = client.post("/v1/cases", json=report, headers=inspector)
    assert answer.status_code == 201, answer.text
    case = answer.json()
    assert (case["source"], case["vehicle_id"], case["severity"]) == ("patrol", None, 2)
    near = [(found["vehicle_id"], round(found["distance_m"]), found["fixes"]) for found in case["candidates"]]
    assert near == [("V1", 0, 15), ("V2", 250, 20)]
    order = {"step": "confirm_vehicle", "expected_version": 1, "vehicle_id": "V2"}
    confirmed = client.post(f"/v1/cases/{case['case_id']}/steps", json=order, headers=inspector).json()
    assert (confirmed["vehicle_id"], confirmed["company_id"]) == ("V2", "C2")
    # What a terminal stored in a blind zone comes late, and is found when it is time to look again.
    late = fixes(3, seqs + 50, fix_time_ms=minute, lat_deg=31.7, lon_deg=119.9)
    BatchWriter(connection).write(batch(late))
    now = datetime.now(UTC)
    match_reports(connection, now + timedelta(minutes=5))
    assert len(client.get(f"/v1/cases/{case['case_id']}").json()["candidates"]) == 2
    match_reports(connection, now + LOOK_AGAIN[1])
    found = client.get(f"/v1/cases/{case['case_id']}").json()["candidates"]
    assert {one["vehicle_id"] for one in found} == {"V1", "V2", "V3"}
    assert client.post("/v1/cases", json=report | {"vehicle_id": "V9"}).json()["type"] == "/problems/bad-report"
    assert client.post("/v1/cases", json=report | {"description": None}).json()["type"] == "/problems/bad-report"


def test_the_roster_is_planned_and_used(client: httpx.Client, connection: Connection[Any], migrated_url: str) -> None:
    as_user(migrated_url, "inspector", name="li")
    district = as_user(migrated_url, "district", name="zhao", district_ids=["D1"])
    now = datetime.now(UTC)
    shift = {"assignee": "li", "start": now.isoformat(), "end": (now + timedelta(hours=8)).isoformat()}
    plan = {"start": now.isoformat(), "end": (now + timedelta(days=7)).isoformat(), "shifts": [shift]}
    for _ in range(2):
        answer = client.put("/v1/duty-roster/D1", json=plan, headers=district)
        assert answer.status_code == 200, answer.text
        Roster.model_validate(answer.json())
        assert [(row["assignee"], row["on_duty_now"]) for row in answer.json()["shifts"]] == [("li", True)]
    plan["expected_revision"] = answer.json()["revision"]
    bad: list[tuple[str, dict[str, Any], int]] = [
        ("D2", plan, 403),
        ("D1", plan | {"shifts": [shift | {"assignee": "nobody"}]}, 422),
        ("D1", plan | {"shifts": [shift, shift]}, 422),
        ("D1", plan | {"shifts": [shift | {"end": shift["start"]}]}, 422),
        ("D1", plan | {"end": "2126-01-01T00:00:00Z"}, 422),
    ]
    for district_id, order, status in bad:
        assert client.put(f"/v1/duty-roster/{district_id}", json=order, headers=district).status_code == status
    assert len(client.get("/v1/duty-roster").json()["shifts"]) == 1
    past = client.get("/v1/duty-roster", params={"datetime": "../2020-01-01T00:00:00Z"}).json()
    assert past == {"shifts": [], "revision": None}
    outsider = as_user(migrated_url, "district", name="qian", district_ids=["D2"])
    assert client.get("/v1/duty-roster", headers=outsider).json() == {"shifts": [], "revision": None}
    (case,) = opened(connection, event(0), now=now)
    order = {"step": "assign", "expected_version": 1}
    assigned = client.post(f"/v1/cases/{case['case_id']}/steps", json=order).json()
    assert (assigned["assignee"], assigned["status"]) == ("li", "assigned")
    people = client.get("/v1/case-workers", params={"district_id": "D1"}).json()
    CaseWorkers.model_validate(people)
    assert people["workers"][0] == {
        "name": "li",
        "display_name": "li",
        "role": "inspector",
        "on_duty": True,
        "assigned": 1,
    }
    assert "qian" not in {row["name"] for row in people["workers"]}


def test_figures_are_answered_for_what_the_asker_sees(
    client: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    opened(connection, event(0), event(1, vehicle="V2"), now=datetime.now(UTC))
    case_id = client.get("/v1/cases", params={"vehicle_id": "V1"}).json()["cases"][0]["case_id"]
    order = {"step": "false_positive", "expected_version": 1, "reason": "gps_error"}
    assert client.post(f"/v1/cases/{case_id}/steps", json=order).status_code == 201
    figures = client.get("/v1/case-figures", params={"by": "company"}).json()
    CaseFiguresAnswer.model_validate(figures)
    assert [(row["key"], row["name"], row["opened"]) for row in figures["figures"]] == [
        ("C1", "安达运输", 1),
        ("C2", "宏远渣土", 1),
    ]
    assert (figures["total"]["false_positives"], figures["total"]["closure_score"]) == (1, None)
    own = client.get("/v1/case-figures", headers=as_user(migrated_url, "company", company_id="C2")).json()
    assert own["total"]["opened"] == 1
    noise = client.get("/v1/case-figures/false-positives").json()
    RuleNoiseAnswer.model_validate(noise)
    assert [(row["kind"], row["hits"], row["false"], row["reasons"], row["false_share"]) for row in noise["rules"]] == [
        ("spillage", 2, 1, {"gps_error": 1}, 1.0)
    ]
    assert client.get("/v1/case-figures", params={"by": "driver"}).status_code == 422
