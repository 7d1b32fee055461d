"""Two people edit the same thing: the second one is told what stands, and nothing of the first one's goes unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from storage.connect import connect_writer
from storage.revisions import revision_of
from tests.api_server import as_user, serving

pytestmark = pytest.mark.services

START = datetime(2026, 5, 1, tzinfo=UTC)
REGISTERS = """
    insert into districts (district_id, feature) values ('D1',
        '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]},
          "properties": {"district_id": "D1", "name": "one"}}');
    insert into vehicles (vehicle_id, plate) values ('V1', '苏D10001'), ('V2', '苏D10002');
"""


def test_a_revision_names_the_content_in_any_zone() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    elsewhere = noon.astimezone(datetime.fromisoformat("2026-05-01T20:00:00+08:00").tzinfo)
    assert revision_of({"at": noon, "n": 1}) == revision_of({"n": 1, "at": elsewhere})
    assert revision_of({"at": noon}) != revision_of({"at": noon + timedelta(seconds=1)})


@pytest.fixture
def client(migrated_url: str) -> Iterator[httpx.Client]:
    with connect_writer(migrated_url, application_name="test") as connection:
        connection.execute(REGISTERS)
    with serving(migrated_url, viewer="administrator") as api:
        yield api


def shift(assignee: str, from_h: int, to_h: int) -> dict[str, str]:
    start, end = (START + timedelta(hours=hours) for hours in (from_h, to_h))
    return {"assignee": assignee, "start": start.isoformat(), "end": end.isoformat()}


DAY = {"start": START.isoformat(), "end": (START + timedelta(days=1)).isoformat()}


def roster(_: httpx.Client, __: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    plans = [DAY | {"shifts": [shift("li", 0, number), shift("zhou", 0, 8)]} for number in (6, 7, 8)]
    return "PUT", "/v1/duty-roster/D1", plans


def subscription(client: httpx.Client, _: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    channel = client.post("/v1/channels", json={"name": "群", "url": "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
    body = {"channel_ids": [channel.json()["channel_id"]]}
    made = client.post("/v1/subscriptions", json=body | {"name": "a"}).json()
    names = [body | {"name": name} for name in ("b", "c", "d")]
    names[0]["expected_revision"] = made["revision"]
    return "PUT", f"/v1/subscriptions/{made['subscription_id']}", names


def point_table(_: httpx.Client, __: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    cells = [[{"kind": "spillage", "subject_kind": "company", "points": points}] for points in (20, 21, 22)]
    return "PUT", "/v1/point-table", [{"points": cell, "reason": "新规"} for cell in cells]


def checklist(_: httpx.Client, __: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    names = [{"position": 9, "name_zh": name, "name_en": name} for name in ("a", "b", "c")]
    return "PUT", "/v1/compliance/items/blind_spot", names


def project(_: httpx.Client, __: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    return "PUT", "/v1/projects/metro-6", [{"name": name, "vehicle_ids": ["V1"]} for name in ("a", "b", "c")]


def user(client: httpx.Client, _: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    bodies = [{"display_name": name} for name in ("甲", "乙", "丙")]
    bodies[0]["expected_revision"] = client.get("/v1/users/li").json()["revision"]
    return "PATCH", "/v1/users/li", bodies


def report(client: httpx.Client, police: dict[str, str]) -> tuple[str, str, list[dict[str, Any]]]:
    one = {"id": "JJ-1", "kind": "penalty", "occurred_at": START.isoformat(), "title": "超载"}
    client.post("/v1/exchange/inbox", json={"reports": [one]}, headers=police).raise_for_status()
    (kept,) = client.get("/v1/exchange/inbox").json()["reports"]
    path = f"/v1/exchange/inbox/{kept['report_no']}/vehicle"
    return "PUT", path, [{"vehicle_id": vehicle_id} for vehicle_id in ("V1", "V2", "V1")]


def revision_in(path: str, answer: httpx.Response) -> str:
    if path.startswith("/v1/compliance"):
        return next(str(item["revision"]) for item in answer.json()["items"] if item["item_id"] == "blind_spot")
    return str(answer.json()["revision"])


EDITABLE = [roster, subscription, point_table, checklist, project, user, report]


@pytest.mark.parametrize("editable", EDITABLE)
def test_the_second_of_two_edits_is_told_what_stands(
    client: httpx.Client,
    migrated_url: str,
    editable: Callable[[httpx.Client, dict[str, str]], tuple[str, str, list[dict[str, Any]]]],
) -> None:
    for name in ("li", "zhou"):
        as_user(migrated_url, "inspector", name=name)
    method, path, (first, second, third) = editable(client, as_user(migrated_url, "association", name="police"))
    made = client.request(method, path, json=first)
    assert made.status_code == 200, made.text
    seen = revision_in(path, made)

    blind = client.request(method, path, json=second)
    assert (blind.status_code, blind.json()["type"]) == (409, "/problems/edited-meanwhile"), "it was never read"
    assert client.request(method, path, json=second | {"expected_revision": seen}).status_code == 200
    late = client.request(method, path, json=third | {"expected_revision": seen})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/edited-meanwhile")
    told = late.json()
    assert told["current"], "what stands is told"
    assert told["revision"] != seen
    assert client.request(method, path, json=third | {"expected_revision": told["revision"]}).status_code == 200


def test_of_many_who_plan_at_the_same_moment_one_wins(client: httpx.Client, migrated_url: str) -> None:
    for name in ("li", "zhou"):
        as_user(migrated_url, "inspector", name=name)
    orders = [DAY | {"shifts": [shift("li", 0, hours)]} for hours in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: client.put("/v1/duty-roster/D1", json=order).status_code, orders))
    assert sorted(answers) == [200] + [409] * 7


def test_an_edit_whose_answer_got_lost_may_be_sent_again(client: httpx.Client, migrated_url: str) -> None:
    as_user(migrated_url, "inspector", name="li")
    order = DAY | {"shifts": [shift("li", 0, 8)]}
    assert [client.put("/v1/duty-roster/D1", json=order).status_code for _ in range(2)] == [200, 200]


def test_a_project_that_was_switched_off_meanwhile_is_told_as_gone(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    made = client.put("/v1/projects/metro-6", json={"name": "a", "vehicle_ids": ["V1"]}).json()
    seen = {"name": "b", "vehicle_ids": ["V1"], "expected_revision": made["revision"]}
    assert client.put("/v1/projects/metro-6", json=seen | {"in_use": False}).status_code == 200
    late = client.put("/v1/projects/metro-6", json=seen | {"name": "c"})
    assert (late.status_code, late.json()["current"]) == (409, None)
    assert connection.execute("select count(*) from projects").fetchone() == (2,)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url, application_name="test look") as one:
        yield one
