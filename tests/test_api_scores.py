"""Points: deductions follow closed cases, are given back once, and every subject sees its own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.resources.scores import PointTable, ScoreEntryPage, ScorePage
from storage.connect import connect_writer
from storage.scores import settle_scores
from supervision.case_reports import forget_photos
from supervision.scores.points import BASES, default_points
from tests.api_server import as_user, serving
from tests.test_api_cases_reports import sent

pytestmark = pytest.mark.services

NOW = datetime.now(UTC).replace(microsecond=0)
POINTS = default_points()


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        opened.execute("insert into companies (company_id, name) values ('C1', '甲'), ('C2', '乙')")
        opened.execute(
            "insert into vehicles (vehicle_id, plate, company_id)"
            " values ('V1', '苏D00001', 'C1'), ('V2', '苏D00002', 'C2'), ('V3', '苏D00003', null)"
        )
        opened.execute(
            "insert into drivers (driver_id, company_id, document) values ('D1', 'C1', %s)",
            ['{"name": "王师傅", "assignments": [{"vehicle_id": "V1", "from": null, "to": null}]}'],
        )
        yield opened


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url, viewer="bureau") as opened:
        yield opened


def add_case(
    connection: psycopg.Connection[Any], vehicle_id: str, kind: str, status: str = "closed", at: datetime = NOW
) -> uuid.UUID:
    """Insert a case of a truck as its steps would have left it."""
    case_id = uuid.uuid4()
    connection.execute(
        """
        insert into cases (case_id, case_no, kind, severity, status, source, vehicle_no, company_id, subject_kind,
            subject_id, start_time, newest_time, opened_at, acknowledge_by, first_due_at, due_at, paged, updated_at,
            ended_at, false_reason)
        select %(id)s, %(id)s::text, %(kind)s, 2, %(status)s, 'event', vehicle_no, company_id, 'vehicle', vehicle_id,
            %(at)s, %(at)s, %(at)s, %(at)s, %(at)s, %(at)s, true, %(at)s,
            case when %(status)s in ('closed', 'false_positive') then %(at)s::timestamptz end,
            case when %(status)s = 'false_positive' then 'gps' end
        from vehicles where vehicle_id = %(vehicle_id)s
        """,
        {"id": case_id, "kind": kind, "status": status, "vehicle_id": vehicle_id, "at": at},
    )
    return case_id


def set_status(connection: psycopg.Connection[Any], case_id: uuid.UUID, status: str) -> None:
    connection.execute(
        """
        update cases set status = %(status)s,
            ended_at = case when %(status)s in ('closed', 'false_positive') then now() end,
            false_reason = case when %(status)s = 'false_positive' then 'gps' end
        where case_id = %(id)s
        """,
        {"status": status, "id": case_id},
    )


def settle(connection: psycopg.Connection[Any]) -> int:
    made = 0
    while True:
        looked, entries = settle_scores(connection, NOW, POINTS)
        made += entries
        if not looked:
            return made


def standing(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], float]:
    rows = connection.execute(
        "select subject_kind, subject_id, sum(points)::float8 from score_entries group by 1, 2 having sum(points) <> 0"
    )
    return {(kind, subject): points for kind, subject, points in rows}


def test_a_closed_case_costs_its_company_truck_and_driver_once(connection: psycopg.Connection[Any]) -> None:
    add_case(connection, "V1", "illegal_dumping")
    add_case(connection, "V1", "offline")  # nothing that a driver did
    add_case(connection, "V2", "spillage", "handled")
    assert settle(connection) == 5
    assert settle(connection) == 0
    dumping, offline = POINTS["illegal_dumping", "company"], POINTS["offline", "company"]
    assert dumping > offline > 0
    assert standing(connection) == {
        ("company", "C1"): dumping + offline,
        ("vehicle", "V1"): dumping + offline,
        ("driver", "D1"): dumping,
    }


def test_a_case_found_false_or_opened_again_gives_back_and_takes_again(connection: psycopg.Connection[Any]) -> None:
    case_id = add_case(connection, "V2", "spillage")
    settle(connection)
    for status, left in (("false_positive", {}), ("closed", None), ("assigned", {}), ("closed", None)):
        if status == "assigned":
            connection.execute("insert into users (name, display_name, role) values ('x', 'x', 'bureau')")
            connection.execute("update cases set assignee_no = (select min(user_no) from users)")
        set_status(connection, case_id, status)
        settle(connection)
        points = POINTS["spillage", "company"]
        wanted = {("company", "C2"): points, ("vehicle", "V2"): points} if left is None else left
        assert standing(connection) == wanted


def test_what_was_taken_of_the_wrong_truck_or_driver_is_given_back(connection: psycopg.Connection[Any]) -> None:
    case_id = add_case(connection, "V1", "spillage")
    settle(connection)
    points = POINTS["spillage", "vehicle"]
    # Retired is not corrected: who has left drove all the same.
    connection.execute("update drivers set retired_at = now()")
    connection.execute("update cases set updated_at = now() where case_id = %s", [case_id])
    settle(connection)
    assert standing(connection)["driver", "D1"] == points
    # Opened again, confirmed to be another truck, and closed, all between two looks.
    connection.execute(
        "update cases set vehicle_no = v.vehicle_no, company_id = v.company_id from vehicles v"
        " where case_id = %s and v.vehicle_id = 'V2'",
        [case_id],
    )
    settle(connection)
    assert standing(connection) == {("company", "C2"): points, ("vehicle", "V2"): points}


def test_a_kind_that_no_case_is_of_is_no_row_of_the_table(client: httpx.Client) -> None:
    edit = {"points": [{"kind": "ilegal_dumping", "subject_kind": "company", "points": 20}], "reason": "x"}
    refused = client.put("/v1/point-table", json=edit)
    assert refused.status_code == 422
    assert "ilegal_dumping" in refused.text


def test_an_appeals_photos_are_its_authors_and_are_kept(
    client: httpx.Client, connection: psycopg.Connection[Any], migrated_url: str
) -> None:
    add_case(connection, "V1", "spillage")
    settle(connection)
    mine = as_user(migrated_url, "company", name="first", company_id="C1")
    other = as_user(migrated_url, "company", name="second", company_id="C2")
    shown, unused = (sent(client, mine, colour) for colour in ("red", "blue"))
    entry_no = client.get("/v1/scores/entries", headers=mine).json()["entries"][0]["entry_no"]
    path = f"/v1/scores/entries/{entry_no}/appeal"
    strange = client.post(path, json={"text": "x", "photos": [sent(client)]}, headers=mine)
    assert (strange.status_code, strange.json()["type"]) == (404, "/problems/photo-not-found")
    assert client.post(path, json={"text": "x", "photos": [shown]}, headers=mine).status_code == 201
    assert client.get(f"/v1/photos/{shown}").status_code == 200, "who decides sees what is shown"
    assert client.get(f"/v1/photos/{shown}", headers=other).status_code == 404
    forget_photos(connection, datetime.now(UTC) + timedelta(days=2))
    assert client.get(f"/v1/photos/{shown}", headers=mine).status_code == 200
    assert client.get(f"/v1/photos/{unused}", headers=mine).status_code == 404
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="an appeal"):
        connection.execute("delete from photos where photo_id = %s", [shown])


def test_the_books_depend_on_the_cases_alone_whatever_is_settled_when(connection: psycopg.Connection[Any]) -> None:
    rng = random.Random(7)
    cases = [add_case(connection, rng.choice(["V1", "V2", "V3"]), "overspeed", "new") for _ in range(30)]
    final = dict.fromkeys(cases, "new")
    for _ in range(120):
        case_id, status = rng.choice(cases), rng.choice(["closed", "false_positive", "handled"])
        set_status(connection, case_id, status)
        final[case_id] = status
        if rng.random() < 0.2:
            settle_scores(connection, NOW, POINTS, limit=rng.choice([1, 3, 500]))
    settle(connection)
    closed = [case_id for case_id, status in final.items() if status == "closed"]
    rows = connection.execute(
        "select vehicle_id, company_id, count(*) from cases join vehicles using (vehicle_no, company_id)"
        " where case_id = any(%s) group by 1, 2",
        [closed],
    ).fetchall()
    wanted = {("vehicle", vehicle): count * POINTS["overspeed", "vehicle"] for vehicle, _, count in rows}
    got = {key: points for key, points in standing(connection).items() if key[0] == "vehicle" and key[1] != "V3"}
    assert got == wanted


def test_the_books_cannot_be_rewritten(connection: psycopg.Connection[Any]) -> None:
    add_case(connection, "V1", "spillage")
    settle(connection)
    for statement in ("update score_entries set points = 1", "delete from score_entries", "truncate appeals cascade"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="appended to only"):
            connection.execute(statement)


def test_ranking_and_ledger_show_what_was_lost(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    add_case(connection, "V1", "illegal_dumping")
    add_case(connection, "V2", "offline")
    add_case(connection, "V2", "spillage", at=NOW - timedelta(days=800))
    settle(connection)
    ranking = ScorePage.model_validate_json(client.get("/v1/scores", params={"limit": 1}).content)
    assert [score.subject_id for score in ranking.scores] == ["C1"]
    assert ranking.scores[0].left == BASES["company"] - POINTS["illegal_dumping", "company"]
    assert ranking.next is not None
    second = ScorePage.model_validate_json(client.get(ranking.next).content)
    assert [(score.subject_id, score.deductions) for score in second.scores] == [("C2", 1)]
    ledger = ScoreEntryPage.model_validate_json(client.get("/v1/scores/entries?subject_kind=company").content)
    assert [(entry.subject_id, entry.kind) for entry in ledger.entries] == [
        ("C2", "offline"),
        ("C1", "illegal_dumping"),
        ("C2", "spillage"),
    ]


def test_a_company_sees_and_appeals_its_own_alone(
    client: httpx.Client, connection: psycopg.Connection[Any], migrated_url: str
) -> None:
    add_case(connection, "V1", "illegal_dumping")
    add_case(connection, "V2", "illegal_dumping")
    settle(connection)
    mine = as_user(migrated_url, "company", name="first", company_id="C1")
    entries = client.get("/v1/scores/entries", headers=mine).json()["entries"]
    assert {entry["subject_id"] for entry in entries} == {"C1", "V1", "D1"}
    foreign = connection.execute("select entry_no from score_entries where subject_id = 'C2'").fetchone()
    assert foreign is not None
    refused = client.post(f"/v1/scores/entries/{foreign[0]}/appeal", json={"text": "x"}, headers=mine)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/score-entry-not-found")

    entry_no = next(entry["entry_no"] for entry in entries if entry["subject_id"] == "C1")
    made = client.post(f"/v1/scores/entries/{entry_no}/appeal", json={"text": "当时在维修"}, headers=mine)
    assert made.status_code == 201, made.text
    again = client.post(f"/v1/scores/entries/{entry_no}/appeal", json={"text": "又"}, headers=mine)
    assert again.json()["type"] == "/problems/appealed-already"
    path = f"/v1/appeals/{made.json()['appeal_no']}/decision"
    assert client.post(path, json={"upheld": True, "reason": "x"}, headers=mine).status_code == 403
    assert client.post(path, json={"upheld": True, "reason": "维修单属实"}).status_code == 201
    assert client.post(path, json={"upheld": False, "reason": "x"}).json()["type"] == "/problems/decided-already"

    set_status(connection, uuid.UUID(entries[0]["case_id"]), "closed")
    connection.execute("update cases set updated_at = now()")
    settle(connection)
    assert ("company", "C1") not in standing(connection), "what was given back on appeal is not taken again"


def test_an_edit_of_the_table_counts_from_its_time_on(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    add_case(connection, "V1", "spillage", at=NOW - timedelta(days=2))
    order = {
        "points": [{"kind": "spillage", "subject_kind": "company", "points": 20}],
        "from_time": (NOW - timedelta(days=1)).isoformat(),
        "reason": "新规",
    }
    table = PointTable.model_validate_json(client.put("/v1/point-table", json=order).content)
    cell = next(row for row in table.points if (row.kind, row.subject_kind) == ("spillage", "company"))
    assert (cell.points, cell.default_points, cell.by) == (20, POINTS["spillage", "company"], "bureau")
    add_case(connection, "V2", "spillage")
    settle(connection)
    got = standing(connection)
    assert got["company", "C1"] == POINTS["spillage", "company"]
    assert got["company", "C2"] == 20
