"""Cases over a real server: the inbox, one case, its steps, and the stream; each viewer sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from psycopg import Connection

from api.case_answer import Case, WholeCase
from api.resources.cases import CasePage
from storage.connect import connect_writer
from supervision.casework import open_cases
from tests.api_server import as_user, ready_stream, serving, streaming, wait_until
from tests.case_rows import add_city, dumping, opened, write
from tests.storage_rows import event

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        yield opened_connection


@pytest.fixture
def client(connection: Connection[Any], migrated_url: str) -> Iterator[httpx.Client]:
    # D2 begins east of 120 degrees; V2 and V4 are of company C2.
    opened(
        connection,
        dumping(),
        event(3, vehicle="V2"),
        event(4, vehicle="V3", lon_deg=120.1),
        event(5, vehicle="V4", lon_deg=120.1, kind="overload", severity=1),
        now=datetime.now(UTC),
    )
    with serving(migrated_url, viewer="bureau", documented=True) as served:
        yield served


def trucks(client: httpx.Client, **parameters: Any) -> list[str]:
    answer = client.get("/v1/cases", params=parameters)
    assert answer.status_code == 200, answer.text
    CasePage.model_validate(answer.json())
    return sorted(case["vehicle_id"][-1] for case in answer.json()["cases"])


def test_the_inbox_is_chosen_paged_and_counted(client: httpx.Client, connection: Connection[Any]) -> None:
    first = client.get("/v1/cases", params={"limit": 3}).json()
    assert (len(first["cases"]), first["counts"]) == (3, {"new": 4})
    second = client.get(first["next"]).json()
    assert len({case["case_id"] for case in first["cases"] + second["cases"]}) == 4
    assert second["next"] is None
    assert trucks(client, kind=["overload", "illegal_dumping"]) == ["1", "4"]
    assert trucks(client, min_severity=2) == ["1", "2", "3"]
    assert trucks(client, district_id="D2") == ["3", "4"]
    assert trucks(client, company_id="C1") == ["1", "3"]
    assert trucks(client, vehicle_id="V2") == ["2"]
    assert trucks(client, q="p4") == ["4"]
    assert trucks(client, q="宏远") == ["2", "4"]
    assert trucks(client, q="%") == []
    assert trucks(client, status="closed") == []
    assert trucks(client, source="hotline") == []
    assert trucks(client, datetime="2099-06-01T09:00:00Z/..") == []
    connection.execute("update cases set due_at = now() + interval '1 day', extensions = 1 where vehicle_no = 2")
    connection.execute("update cases set first_due_at = opened_at, due_at = opened_at where vehicle_no <> 2")
    assert trucks(client, overdue=True) == ["1", "3", "4"]
    assert trucks(client, overdue=False) == ["2"]
    assert client.get("/v1/cases", params={"status": "lost"}).status_code == 422
    assert (
        client.get("/v1/cases", params={"datetime": "2026-06-01T09:00:00/.."}).json()["type"] == "/problems/naive-time"
    )


def test_each_viewer_sees_its_own_cases_and_no_others(client: httpx.Client, migrated_url: str) -> None:
    scopes: dict[str, tuple[dict[str, Any], list[str]]] = {
        "administrator": ({}, ["1", "2", "3", "4"]),
        "inspector": ({}, ["1", "2", "3", "4"]),
        "company": ({"company_id": "C2"}, ["2", "4"]),
        "district": ({"district_ids": ["D2"]}, ["3", "4"]),
    }
    all_cases = {case["vehicle_id"][-1]: case["case_id"] for case in client.get("/v1/cases").json()["cases"]}
    for role, (scope, seen) in scopes.items():
        headers = as_user(migrated_url, role, **scope)
        page = client.get("/v1/cases", headers=headers).json()
        assert sorted(case["vehicle_id"][-1] for case in page["cases"]) == seen, role
        assert page["counts"] == {"new": len(seen)}
        for number, case_id in all_cases.items():
            status = client.get(f"/v1/cases/{case_id}", headers=headers).status_code
            assert status == (200 if number in seen else 404), (role, number)
    assert client.get("/v1/cases", headers=as_user(migrated_url, "public")).status_code == 403
    masked = client.get("/v1/cases", headers=as_user(migrated_url, "association")).json()["cases"]
    assert {case["plate"] for case in masked} == {"***"}


def test_a_case_goes_its_way_to_the_end(client: httpx.Client) -> None:
    case = client.get("/v1/cases", params={"kind": "illegal_dumping"}).json()["cases"][0]
    whole = client.get(f"/v1/cases/{case['case_id']}").json()
    WholeCase.model_validate(whole)
    assert {name: whole[name] for name in Case.model_fields} == case
    assert whole["allowed_steps"] == ["acknowledge", "assign", "false_positive", "comment"]
    way: list[dict[str, Any]] = [
        {"step": "acknowledge"},
        {"step": "assign", "assignee": "bureau"},
        {"step": "extend", "reason": "weather", "comment": "暴雨"},
        {"step": "handle", "comment": "已清理"},
        {"step": "send_back", "comment": "仍有残留"},
        {"step": "handle", "comment": "再次清理"},
        {"step": "verify"},
    ]
    for order in way:
        whole = taken(client, whole, order)
    refused = client.post(f"/v1/cases/{whole['case_id']}/steps", json={"step": "close", "expected_version": 8})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/step-incomplete")
    whole = taken(client, whole, {"step": "close", "comment": "属实，已处罚"})
    whole = taken(client, whole, {"step": "call_back", "satisfaction": 4})
    assert (whole["status"], whole["rework"], whole["extended"], whole["satisfaction"]) == ("closed", 1, True, 4)
    assert [step["step"] for step in whole["steps"]][-2:] == ["close", "call_back"]
    assert {step["by"] for step in whole["steps"]} == {"records", "bureau"}
    assert whole["allowed_steps"] == ["comment", "reopen", "call_back"]


def taken(client: httpx.Client, case: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/v1/cases/{case['case_id']}/steps", json=order | {"expected_version": case["version"]})
    assert answer.status_code == 201, answer.text
    WholeCase.model_validate(answer.json())
    return dict(answer.json())


def test_of_two_at_once_one_wins_and_the_other_gets_the_case_as_it_is(client: httpx.Client) -> None:
    case = client.get("/v1/cases").json()["cases"][0]

    def acknowledge(_: int) -> httpx.Response:
        order = {"step": "acknowledge", "expected_version": case["version"]}
        return httpx.post(
            f"{client.base_url}/v1/cases/{case['case_id']}/steps".replace("//v1", "/v1"),
            json=order,
            headers=client.headers,
            timeout=30,
        )

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(acknowledge, range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    assert lost["type"] == "/problems/case-moved-on"
    assert (lost["case"]["status"], lost["case"]["version"]) == ("acknowledged", case["version"] + 1)


def test_a_step_sent_again_is_one_and_bad_steps_are_told(client: httpx.Client) -> None:
    case = client.get("/v1/cases").json()["cases"][-1]
    path = f"/v1/cases/{case['case_id']}/steps"
    order = {"step": "acknowledge", "expected_version": 1}
    for _ in range(2):
        answer = client.post(path, json=order, headers={"Idempotency-Key": "0123-4567"})
        assert (answer.status_code, answer.json()["version"]) == (201, 2)
    bad: list[tuple[dict[str, Any], int, str]] = [
        ({"step": "verify"}, 409, "step-not-allowed"),
        ({"step": "assign"}, 409, "nobody-on-duty"),
        ({"step": "assign", "assignee": "nobody"}, 422, "step-incomplete"),
        ({"step": "false_positive"}, 422, "step-incomplete"),
        ({"step": "false_positive", "reason": "mood"}, 422, "step-incomplete"),
        ({"step": "handle"}, 422, "step-incomplete"),
        ({"step": "handle", "photos": [str(uuid4())]}, 422, "step-incomplete"),
        ({"step": "comment", "comment": "\x00"}, 422, "invalid-request"),
        ({"step": "extend", "reason": "weather", "due_at": "2020-01-01T00:00:00Z"}, 422, "step-incomplete"),
        ({"step": "vanish"}, 422, "invalid-request"),
    ]
    for extra, status, problem in bad:
        answer = client.post(path, json={"expected_version": 2} | extra)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), extra
    assert client.post(path, json={"step": "comment", "comment": "x"}).status_code == 422
    assert client.get(f"/v1/cases/{case['case_id']}").json()["version"] == 2


def test_several_cases_are_worked_at_once(client: httpx.Client, migrated_url: str) -> None:
    case_ids = [case["case_id"] for case in client.get("/v1/cases").json()["cases"]]
    unknown = str(uuid4())
    order = {"case_ids": [*case_ids, unknown], "step": "acknowledge"}
    results = client.post("/v1/cases/steps", json=order).json()["results"]
    assert [result["ok"] for result in results] == [True] * 4 + [False]
    assert {result["case"]["status"] for result in results[:4]} == {"acknowledged"}
    assert results[4]["problem"]["type"] == "/problems/case-not-found"
    again = client.post("/v1/cases/steps", json=order).json()["results"]
    assert {result["problem"]["type"] for result in again[:4]} == {"/problems/step-not-allowed"}
    company = as_user(migrated_url, "company", company_id="C2")
    assert client.post("/v1/cases/steps", json=order, headers=company).status_code == 403
    district = as_user(migrated_url, "district", district_ids=["D2"])
    closed = client.post("/v1/cases/steps", json=order | {"step": "close", "comment": "x"}, headers=district).json()
    # Of its two one is only a notice, which the desk may close; of the others it knows nothing.
    assert sorted(result.get("problem", {}).get("status", 200) for result in closed["results"]) == [
        200,
        404,
        404,
        404,
        409,
    ]


def test_the_stream_tells_each_viewer_of_its_own_cases_and_resumes(
    client: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    ready_stream(client)
    last = client.get("/v1/cases").json()["last_change_id"]
    company = httpx.Client(
        base_url=client.base_url, headers=as_user(migrated_url, "company", company_id="C2"), timeout=30
    )
    association = httpx.Client(base_url=client.base_url, headers=as_user(migrated_url, "association"), timeout=30)
    with (
        company,
        association,
        streaming(client, path="/v1/cases/stream") as bureau,
        streaming(company, path="/v1/cases/stream") as own,
        streaming(company) as events,
        streaming(association, path="/v1/cases/stream") as masked,
    ):
        wait_until(lambda: bureau.live and own.live and events.live and masked.live)
        write(connection, dumping(900), dumping(901, vehicle="V4"))
        open_cases(connection, datetime.now(UTC))
        wait_until(lambda: len(bureau.events) == 2 and len(own.events) == 1 and len(events.events) == 1)
        wait_until(lambda: len(masked.events) == 2)
        assert {case["plate"] for case in masked.events} == {"***"}
        assert own.events[0]["vehicle_id"] == events.events[0]["vehicle_id"] == "V4"
        assert own.events[0] == client.get("/v1/cases", params={"vehicle_id": "V4"}).json()["cases"][0]
        connection.execute("update users set company_id = 'C1' where name = 'company'")
        wait_until(lambda: _told_of(own, connection, "V1"))
        connection.execute("update users set disabled_at = now() where name = 'company'")
        assert own.ended.wait(60)
    with streaming(client, last, path="/v1/cases/stream", kind="illegal_dumping") as resumed:
        wait_until(lambda: resumed.live)
        assert {case["vehicle_id"] for case in resumed.events} == {"V1", "V4"}
        changes = [case["change_no"] for case in resumed.events]
        assert changes == sorted(set(changes))


def _told_of(reader: Any, connection: Connection[Any], vehicle_id: str) -> bool:
    """Change a case of a truck, and tell whether the reader hears of it."""
    truck = "(select vehicle_no from vehicles where vehicle_id = %s)"
    connection.execute(f"update cases set updated_at = now() where vehicle_no = {truck}", [vehicle_id])
    return any(case["vehicle_id"] == vehicle_id for case in reader.events)


def test_kinds_have_words_in_both_languages(client: httpx.Client) -> None:
    answer = client.get("/v1/kinds").json()
    kinds = {row["kind"]: row for row in answer["kinds"]}
    assert kinds["illegal_dumping"]["zh"] == "偷倒"
    assert kinds["illegal_dumping"]["critical"] is True
    assert {row["name"] for row in answer["statuses"]} == {
        "new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive",
    }  # fmt: skip
