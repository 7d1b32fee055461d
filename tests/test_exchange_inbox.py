"""Penalties and incidents of other bureaux: kept once, corrected openly, matched to trucks, opened as cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from api_server import as_user, serving
from receiver import until
from working import add_trucks, working

from storage.exchange_inbox import match_again

pytestmark = pytest.mark.services

NOW = datetime.now(UTC)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_url, autocommit=True) as opened:
        add_trucks(opened)
        yield opened


def report(number: int = 1, **members: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=number)).isoformat()
    return {"id": f"JJ-{number}", "kind": "penalty", "occurred_at": at, "title": "超载 42%"} | members


def send(client: httpx.Client, *reports: dict[str, Any], **options: Any) -> list[str]:
    answer = client.post("/v1/exchange/inbox", json={"reports": list(reports)}, **options)
    assert answer.status_code == 200, answer.text
    return [one["status"] for one in answer.json()["results"]]


def kept(client: httpx.Client, **parameters: Any) -> list[dict[str, Any]]:
    return list(client.get("/v1/exchange/inbox", params=parameters).json()["reports"])


def test_matched_by_plate_and_company_else_kept_and_shown(
    migrated_url: str, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("insert into vehicles (vehicle_id, plate) values ('V3', '苏D10003'), ('V4', '苏D10003')")
    with serving(migrated_url, viewer="bureau") as client:
        reports = [
            report(1, plate="苏d·1000 1"),
            report(2, company="乙运输公司"),
            report(3, plate="苏D99999", company="C1"),
            report(4, plate="苏D10003"),
            report(5),
        ]
        assert send(client, *reports) == ["created"] * 5
        found = {one["id"]: (one["matched"], one["vehicle_id"], one["company_id"]) for one in kept(client)}
        assert found == {
            "JJ-1": ("plate", "V1", "C1"),
            "JJ-2": ("company", None, "C2"),
            "JJ-3": ("company", None, "C1"),
            "JJ-4": ("ambiguous", None, None),
            "JJ-5": ("nothing", None, None),
        }
        assert {one["id"] for one in kept(client, matched=False)} == {"JJ-2", "JJ-3", "JJ-4", "JJ-5"}
        first = client.get("/v1/exchange/inbox", params={"limit": 2}).json()
        assert [one["id"] for one in first["reports"]] == ["JJ-5", "JJ-4"]
        assert [one["id"] for one in client.get(first["next"]).json()["reports"]] == ["JJ-3", "JJ-2"]


def test_sent_again_and_corrected(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        assert send(client, report(1, amount_yuan=500), report(2)) == ["created", "created"]
        assert send(client, report(1, amount_yuan=500), report(2)) == ["unchanged", "unchanged"]
        assert send(client, report(1, amount_yuan=2000), report(3)) == ["changed", "created"]
        newest = {one["id"]: (one["version"], one["amount_yuan"]) for one in kept(client)}
        assert newest == {"JJ-1": (2, 2000.0), "JJ-2": (1, None), "JJ-3": (1, None)}
        rows = connection.execute(
            "select version, document ->> 'amount_yuan' from inbox_reports where external_id = 'JJ-1'"
        )
        assert rows.fetchall() == [(1, "500.0"), (2, "2000.0")]
        association = as_user(migrated_url, "association")
        assert send(client, report(1), headers=association) == ["created"], "another bureau's ids are its own"
        theirs = client.get("/v1/exchange/inbox", headers=association).json()["reports"]
        assert [one["id"] for one in theirs] == ["JJ-1"]
        assert len(kept(client)) == 4


@pytest.mark.usefixtures("connection")
def test_one_bad_report_keeps_none(migrated_url: str) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        for bad in ({"kind": "praise"}, {"occurred_at": "2026-05-01T21:20:00"}, {"title": ""}, {"plate": "a\x00b"}):
            answer = client.post("/v1/exchange/inbox", json={"reports": [report(1), report(2, **bad)]})
            assert answer.status_code == 422
            assert answer.json()["type"] == "/problems/invalid-request"
        assert client.post("/v1/exchange/inbox", json={"reports": [report()] * 201}).status_code == 422
        assert kept(client) == []
        denied = as_user(migrated_url, "company", company_id="C1")
        assert client.post("/v1/exchange/inbox", json={"reports": [report()]}, headers=denied).status_code == 403


def test_the_registers_grow_and_people_know_better(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        send(client, report(1, plate="苏D77777"), report(2, plate="看不清"))
        assert match_again(connection, NOW) == 0
        connection.execute("insert into vehicles (vehicle_id, plate, company_id) values ('V7', '苏D77777', 'C2')")
        assert match_again(connection, NOW) == 1
        by_id = {one["id"]: one for one in kept(client)}
        assert (by_id["JJ-1"]["vehicle_id"], by_id["JJ-1"]["company_id"]) == ("V7", "C2")
        path = f"/v1/exchange/inbox/{by_id['JJ-2']['report_no']}/vehicle"
        said = client.put(path, json={"vehicle_id": "V1"})
        assert (said.json()["matched"], said.json()["plate"]) == ("person", "苏D10001")
        assert send(client, report(2, plate="苏D10002")) == ["changed"]
        assert {one["id"]: one["vehicle_id"] for one in kept(client)}["JJ-2"] == "V1"
        assert client.put(path, json={"vehicle_id": "V9"}).status_code == 404
        newest = next(one for one in kept(client) if one["id"] == "JJ-2")
        path = f"/v1/exchange/inbox/{newest['report_no']}/vehicle"
        late = client.put(path, json={"vehicle_id": "V2"})
        assert (late.status_code, late.json()["current"]["vehicle_id"]) == (409, "V1")
        assert client.put("/v1/exchange/inbox/999/vehicle", json={"vehicle_id": "V1"}).status_code == 404


def test_an_incident_becomes_one_case(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    place = {"type": "Point", "coordinates": [119.97, 31.77]}
    incident = report(1, kind="incident", plate="苏D10001", title="侧翻", position=place)
    ancient = report(2, kind="incident", occurred_at="2020-01-01T00:00:00+08:00")
    with serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        send(client, incident, ancient, report(3), report(4, open_case=True))
        until(lambda: sum(one["case_id"] is not None for one in kept(client)) == 2)
        send(client, incident | {"text": "已扶正"})
        until(lambda: wanting(connection) == 0)
        cases = client.get("/v1/cases", params={"source": "inbox"}).json()["cases"]
        by_id = {one["id"]: one["case_id"] for one in kept(client)}
    assert sorted(one["kind"] for one in cases) == ["incident", "penalty"]
    assert [one["vehicle_id"] for one in cases if one["kind"] == "incident"] == ["V1"]
    assert by_id["JJ-1"] in {one["case_id"] for one in cases}
    assert by_id["JJ-2"] is None
    assert by_id["JJ-3"] is None


def wanting(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select count(*) from inbox_matches where wants_case and case_id is null").fetchone()
    return int(row[0]) if row else 0
