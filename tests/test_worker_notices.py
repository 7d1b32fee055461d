"""From an event in the database to a message at the receiver: subscriptions, escalation, digest, scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from api_server import as_user, serving
from receiver import Receiver, receiving, until
from working import add_event, add_trucks, working

pytestmark = pytest.mark.services

BUREAU, COMPANY = "/bureau", "/company"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_url, autocommit=True) as opened:
        add_trucks(opened)
        yield opened


def test_each_is_told_what_they_asked_for_and_may_see(
    migrated_url: str, connection: psycopg.Connection[Any], receiver: Receiver
) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        subscribe(client, receiver, BUREAU, kinds=["illegal_dumping"])
        of_company = as_user(migrated_url, "company", name="c1", company_id="C1")
        subscribe(client, receiver, COMPANY, headers=of_company)
        with working(migrated_url):
            until(lambda: count(connection, "read_positions where name = 'notices'") == 1)
            add_event(connection)
            add_event(connection, vehicle_no=2, seq=2)
            add_event(connection, "spillage", seq=3, severity=2)
            add_event(connection, "unloading", seq=4, severity=0)
            add_event(connection, "overload", seq=5, back_dated=True)
            until(lambda: len(receiver.bodies(BUREAU)) >= 2 and len(receiver.bodies(COMPANY)) >= 2)
            until(lambda: count(connection, "cases") == 4)
            until(lambda: count(connection, "notices where told_at is null") == 0)
            until(lambda: client.get("/readyz").json()["work"] == "ok")
    bureau = sorted(body["title"] for body in receiver.bodies(BUREAU))
    company = sorted(body["title"] for body in receiver.bodies(COMPANY))
    assert bureau == ["【严重】偷倒 苏D10001 新案件", "【严重】偷倒 苏D10002 新案件"]
    assert company == ["【严重】偷倒 苏D10001 新案件", "【警告】抛洒滴漏 苏D10001 新案件"]
    assert "企业：甲运输公司" in receiver.bodies(COMPANY)[0]["message"]


def test_nobody_answers_so_the_next_in_the_chain_is_told(
    migrated_url: str, connection: psycopg.Connection[Any], receiver: Receiver
) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        boss = add_channel(client, receiver, "/boss", headers=as_user(migrated_url, "administrator"), shared=True)
        subscribe(client, receiver, BUREAU, levels=[{"after_s": 30, "channel_ids": [boss]}])
        with working(migrated_url):
            until(lambda: count(connection, "read_positions where name = 'notices'") == 1)
            add_event(connection)
            add_event(connection, vehicle_no=2, seq=2)
            until(lambda: len(receiver.bodies(BUREAU)) == 2)
            assert not receiver.bodies("/boss")
            taken = connection.execute("select case_id from cases where vehicle_no = 2").fetchone()
            assert taken is not None
            step = {"step": "acknowledge", "expected_version": 1}
            client.post(f"/v1/cases/{taken[0]}/steps", json=step).raise_for_status()
            connection.execute("update cases set opened_at = opened_at - interval '31 s'")
            until(lambda: len(receiver.bodies("/boss")) == 1)
            until(lambda: count(connection, "deliveries where status = 'waiting'") == 0)
    assert receiver.bodies("/boss")[0]["title"] == "【严重】偷倒 苏D10001 无人受理"
    assert len(receiver.bodies("/boss")) == 1


def test_a_storm_is_one_digest(migrated_url: str, connection: psycopg.Connection[Any], receiver: Receiver) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        subscribe(client, receiver, BUREAU, digest_over=2)
        kinds = ("illegal_dumping", "spillage", "overload", "no_permit", "route_deviation", "not_washed")
        with connection.transaction():
            for number, kind in enumerate(kinds):
                add_event(connection, kind, seq=number)
        with working(migrated_url):
            until(lambda: len(receiver.bodies(BUREAU)) == 1)
            until(lambda: count(connection, "notices where told_at is not null") == 6)
    digest = receiver.bodies(BUREAU)
    assert [body["title"] for body in digest] == ["6 条案件提醒"]
    assert digest[0]["message"].count("案号") == 6


def test_subscriptions_are_ones_own_and_name_ones_own_channels(migrated_url: str, receiver: Receiver) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        mine = subscribe(client, receiver, BUREAU, quiet_from="23:00", quiet_to="06:30")
        other = as_user(migrated_url, "inspector")
        path = f"/v1/subscriptions/{mine['subscription_id']}"
        body = {"name": "x", "channel_ids": mine["channel_ids"]}
        assert client.put(path, json=body).json()["type"] == "/problems/edited-meanwhile"
        assert client.put(path, json=body, headers=other).status_code == 404
        assert client.delete(path, headers=other).status_code == 404
        strange = client.post("/v1/subscriptions", json=body, headers=other)
        assert strange.status_code == 404
        assert strange.json()["type"] == "/problems/channel-not-found"
        assert client.get("/v1/subscriptions", headers=other).json() == {"subscriptions": []}
        half = client.post("/v1/subscriptions", json=body | {"quiet_from": "23:00"})
        assert half.status_code == 422
        assert (mine["quiet_from"], mine["quiet_to"]) == ("23:00", "06:30")
        replaced = client.put(path, json=body | {"name": "白班", "expected_revision": mine["revision"]}).json()
        assert (replaced["name"], replaced["quiet_from"]) == ("白班", None)
        assert client.delete(path).status_code == 204
        assert client.get("/v1/subscriptions").json() == {"subscriptions": []}


def add_channel(
    client: httpx.Client, receiver: Receiver, path: str, *, headers: dict[str, str] | None = None, shared: bool = False
) -> str:
    url = f"json://127.0.0.1:{receiver.port}{path}"
    body = {"name": path, "url": url, "shared": shared}
    answer = client.post("/v1/channels", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["channel_id"])


def subscribe(
    client: httpx.Client, receiver: Receiver, path: str, *, headers: dict[str, str] | None = None, **members: Any
) -> dict[str, Any]:
    channel_id = add_channel(client, receiver, path, headers=headers)
    body = {"name": "值班", "channel_ids": [channel_id]} | members
    answer = client.post("/v1/subscriptions", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def count(connection: psycopg.Connection[Any], what: str) -> int:
    row = connection.execute(f"select count(*) from {what}").fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0
