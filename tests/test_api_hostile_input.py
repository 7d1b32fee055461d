"""Requests that nobody means well: each is answered as what it is, and nobody else's is answered otherwise for it."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import Connection

from api.errors import REFUSALS
from api.resources.problems import MEANINGS
from api.times import earlier
from storage.audit_log import Entry, append
from storage.connect import connect_writer
from supervision.registers.faults import Fault
from supervision.registers.fields import JSON_DEEPEST, JSON_LARGEST
from supervision.registers.table import REGISTERS
from tests.api_server import as_user, serving
from tests.case_rows import add_city

JSON = {"content-type": "application/json"}
LIMITS = next(field for field in REGISTERS["permits"].fields if field.name == "limits")
REMARK = next(field for field in REGISTERS["permits"].fields if field.name == "remark")


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_city(opened)
        yield opened


@pytest.fixture
def client(connection: Connection[Any], migrated_url: str) -> Iterator[httpx.Client]:
    del connection
    with serving(migrated_url) as served:
        yield served


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.services
def test_what_nobody_means_well_is_no_mistake_of_ours(client: httpx.Client, migrated_url: str) -> None:
    nul = base64.urlsafe_b64encode(json.dumps(["\x00"]).encode()).decode().rstrip("=")
    citizen = as_user(migrated_url, "public")
    assert client.get("/v1/vehicles/a%00b/track", headers=citizen).status_code == 403
    assert client.get(f"/v1/data-quality?cursor={nul}").status_code == 422
    for path in ("/v1/vehicles/V1/track", "/v1/vehicles/V1/history", "/v1/vehicles/V1/gaps"):
        refused = client.get(path, params={"datetime": "../0001-01-01T00:00:00Z"})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-interval")
    client.put("/v1/projects/p1", json={"name": "地铁", "vehicle_ids": ["V1"]}).raise_for_status()
    board = client.get("/v1/projects/p1/board", params={"datetime": "../0001-01-05T00:00:00Z"})
    assert (board.status_code, board.json()["days"]) == (200, [])
    ordered = {"what": "events", "format": "csv", "query": {"kind": ["a"] * 20_000}}
    assert client.post("/v1/exports", json=ordered).status_code == 422


@pytest.mark.services
def test_no_item_makes_its_list_unreadable(client: httpx.Client, migrated_url: str) -> None:
    permit = {"permit_id": "PX", "company_id": "C1", "quota_trips": 5}
    for limit in (1e29, 1e308, 10**400):
        body = json.dumps(permit | {"limits": {"overspeed.hold_s": limit}})
        assert client.post("/v1/permits", content=body, headers=JSON).status_code == 422, limit
    assert client.get("/v1/permits").json()["permits"] == []

    company = as_user(migrated_url, "company", company_id="C1")
    windows = (
        "[1e29]",
        '[{"a": 123456789012345678901234567890}]',
        "[NaN]",
        '[{"a": "\\ud800"}]',
        json.dumps(nested(250)),
    )
    for value in windows:
        body = f'{{"content": {{"windows": {value}}}}}'
        refused = client.post("/v1/permit-applications", content=body, headers=company | JSON)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/register-refused"), value
    strange = client.post(
        "/v1/permit-applications", content='{"content": {"\\ud800": 1, "note": "\\ud800"}}', headers=company | JSON
    )
    assert strange.status_code == 422
    assert client.get("/v1/permit-applications", headers=company).json()["applications"] == []


@pytest.mark.services
def test_a_plate_that_was_reported_is_hidden_in_the_steps_too(client: httpx.Client, migrated_url: str) -> None:
    seen = {"kind": "other_report", "source": "patrol", "seen_at": datetime.now(UTC).isoformat(), "plate": "苏D99999"}
    case = client.post("/v1/cases", json=seen).raise_for_status().json()
    assert case["steps"][0]["detail"]["plate"] == "苏D99999"
    shown = client.get(f"/v1/cases/{case['case_id']}", headers=as_user(migrated_url, "association"))
    assert shown.json()["steps"][0]["detail"]["plate"] == "苏D***99"
    assert "苏D99999" not in shown.text


@pytest.mark.services
def test_a_number_of_thirty_digits_in_the_database_is_answered(
    client: httpx.Client, connection: Connection[Any]
) -> None:
    client.post("/v1/permits", json={"permit_id": "PX", "company_id": "C1", "quota_trips": 5}).raise_for_status()
    put = "update permits set document = jsonb_set(document, '{limits}', '{\"overspeed.hold_s\": 1e29}')"
    connection.execute(put)
    (permit,) = client.get("/v1/permits").raise_for_status().json()["permits"]
    assert permit["limits"] == {"overspeed.hold_s": 1e29}


@pytest.mark.services
def test_one_entry_of_the_audit_log_does_not_keep_others_out(migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        entries = [
            Entry(None, name, "", "look", "vehicle", name, detail={name: [name]})
            for name in ("a\x00b", "\ud800", "张三")
        ]
        append(connection, entries)
        rows = connection.execute("select user_name, object_id, detail from audit_log order by audit_no").fetchall()
    assert rows == [(name, name, {name: [name]}) for name in ("a?b", "?", "张三")]


@pytest.mark.services
def test_what_the_framework_refuses_is_told_in_the_readers_language_and_looked_up(client: httpx.Client) -> None:
    asked = [client.build_request("GET", "/v1/nothing"), client.build_request("PUT", "/v1/today")]
    asked.append(
        client.build_request("POST", "/v1/photos", headers={"content-type": "multipart/form-data"}, content=b"x")
    )
    for request, status in zip(asked, (404, 405, 400), strict=True):
        for language, title in (("zh-CN", REFUSALS[status].title_zh), ("en", REFUSALS[status].title)):
            request.headers["accept-language"] = language
            problem = client.send(request)
            assert (problem.status_code, problem.json()["title"]) == (status, title)
            assert client.get(problem.json()["type"]).json()["title_zh"] == REFUSALS[status].title_zh


def test_every_refusal_has_a_meaning_of_its_own() -> None:
    assert all(MEANINGS[kind.name].status == status for status, kind in REFUSALS.items())


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"overspeed.hold_s": JSON_LARGEST}, True),
        ({"overspeed.hold_s": JSON_LARGEST * 2}, False),
        ({"overspeed.hold_s": 10**400}, False),
        ({"overspeed.hold_s": float("nan")}, False),
        ({"a\x00": 1}, False),
        ({"a": "\udfff"}, False),
        (nested(JSON_DEEPEST), True),
        (nested(JSON_DEEPEST + 1), False),
        (nested(5_000), False),
        ([None, True, "京", -1.5], True),
    ],
)
def test_a_structured_member_is_read_as_it_was_written(value: Any, *, fits: bool) -> None:
    assert LIMITS.fits(value) is fits
    told = Fault("limits", LIMITS.expected(), "x").told()
    assert "8 层" in told["expected_zh"]


def test_a_text_that_cannot_be_stored_does_not_fit() -> None:
    assert REMARK.fits("夜间运输")
    assert not REMARK.fits("\ud800")
    assert not REMARK.fits("a\x00")


def test_before_the_first_date_there_is_none() -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert earlier(first, timedelta(days=1)) == first
    assert earlier(first + timedelta(days=2), timedelta(days=1)) == first + timedelta(days=1)


@pytest.mark.services
def test_shapes_in_another_system_hold_nobody_else_up(client: httpx.Client) -> None:
    for number in range(4):
        line = [[119.9 + number / 100 + step * 1e-6, 31.7 + step * 1e-5] for step in range(4_000)]
        corridor = {
            "corridor_id": f"K{number}",
            "half_width_m": 30,
            "geometry": {"type": "LineString", "coordinates": line},
        }
        client.post("/v1/corridors", json=corridor).raise_for_status()
    with ThreadPoolExecutor(1) as asking, httpx.Client(base_url=client.base_url, timeout=60) as other:
        began_s = time.monotonic()
        asked = asking.submit(client.get, "/v1/corridors", params={"crs": "gcj02"})
        answered_s = [began_s]
        while not asked.done():
            other.get("/healthz").raise_for_status()
            answered_s.append(time.monotonic())
        took_s = time.monotonic() - began_s
    assert len(asked.result().raise_for_status().json()["corridors"]) == 4
    longest_s = max(later - before for before, later in itertools.pairwise(answered_s))
    assert longest_s < took_s / 2, "16,000 positions are shifted beside the event loop"
