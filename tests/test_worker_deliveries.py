"""Channels and webhooks through the real API, the real background process and a real receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from api_server import as_user, serving
from receiver import Receiver, receiving, until
from standardwebhooks.webhooks import Webhook
from working import add_event, add_trip, add_trucks, working

import supervision.webhooks
import worker.http_post

pytestmark = pytest.mark.services


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision.webhooks, "RETRY_AFTER_S", (0.3, 0.3, 0.3))
    monkeypatch.setattr(worker.http_post, "DEADLINE_S", 1.0)


def test_every_way_a_receiver_may_behave(migrated_url: str, receiver: Receiver) -> None:
    receiver.answers = {
        "/well": [200],
        "/later": [500, 503, 200],
        "/never": [500],
        "/hang": ["hang"],
        "/drip": ["drip"],
        "/redirect": [302],
        "/gone": [410],
    }
    with serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        deliveries = {path: send_test(client, receiver.url(path)) for path in receiver.answers}
        ended = {path: ended_delivery(client, name) for path, name in deliveries.items()}

    assert {path: one["status"] for path, one in ended.items()} == {
        "/well": "delivered",
        "/later": "delivered",
        "/never": "dead",
        "/hang": "dead",
        "/drip": "dead",
        "/redirect": "dead",
        "/gone": "dead",
    }
    outcomes = {path: [attempt["http_status"] for attempt in one["attempts_made"]] for path, one in ended.items()}
    assert outcomes["/later"] == [500, 503, 200]
    assert outcomes["/never"] == [500] * 4
    assert outcomes["/hang"] == [None] * 4
    assert outcomes["/redirect"] == [302] * 4
    assert outcomes["/gone"] == [410]
    assert "no answer in time" in ended["/hang"]["attempts_made"][0]["detail"]
    assert not receiver.bodies("/elsewhere"), "a redirect was followed"


def test_a_dead_letter_is_sent_again_by_hand(migrated_url: str, receiver: Receiver) -> None:
    receiver.answers = {"/mended": [500, 500, 500, 500, 200]}
    with serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        dead = send_test(client, receiver.url("/mended"))
        assert ended_delivery(client, dead)["status"] == "dead"
        again = client.post(f"/v1/deliveries/{dead}/resend").json()["delivery_id"]
        assert ended_delivery(client, again)["status"] == "delivered"
        listed = client.get("/v1/deliveries", params={"limit": 1}).json()
        other = as_user(migrated_url, "inspector")
        assert client.get(f"/v1/deliveries/{dead}", headers=other).status_code == 404
        assert client.post(f"/v1/deliveries/{dead}/resend", headers=other).status_code == 404
    assert listed["deliveries"][0]["resent_from"] == dead
    assert listed["next"] is not None


def test_targets_that_are_not_of_the_public_internet_are_refused(migrated_url: str, receiver: Receiver) -> None:
    with (
        serving(migrated_url, viewer="bureau") as client,
        working(migrated_url, allowed_hosts=()),
    ):
        refused = ended_delivery(client, send_test(client, receiver.url("/inside")))
        inner = send_test(client, f"https://localhost:{receiver.port}/inside")
        resolved = ended_delivery(client, inner)
        plain = client.post("/v1/webhooks", json=webhook("ftp://example.com/"))
    assert refused["status"] == resolved["status"] == "dead"
    assert "expected https://" in refused["attempts_made"][0]["detail"]
    assert "public internet" in resolved["attempts_made"][0]["detail"]
    assert not receiver.got
    assert plain.status_code == 422
    assert plain.json()["type"] == "/problems/target-refused"


def test_a_webhook_is_pushed_what_changes_signed(migrated_url: str, receiver: Receiver) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        add_event(connection)  # from before: the feed has it, the webhook does not
        with serving(migrated_url, viewer="association") as client:
            answer = client.post("/v1/webhooks", json=webhook(receiver.url("/push"), ["event", "case", "trip"])).json()
            with working(migrated_url):
                event_id = add_event(connection)
                trip_id = add_trip(connection)
                wanted = {f"event:{event_id}", f"trip:{trip_id}"}
                until(lambda: wanted <= {body["data"]["id"] for body in receiver.bodies("/push")})
                until(lambda: any(body["type"] == "muckline.case" for body in receiver.bodies("/push")))
    for path, headers, body in receiver.got:
        assert path == "/push"
        assert Webhook(answer["secret"]).verify(body, headers) == json.loads(body)
    first = next(body for body in receiver.bodies("/push") if body["type"] == "muckline.event")
    assert first["data"]["id"] == f"event:{event_id}"
    assert first["data"]["data"]["plate"] == "苏D***01"


def test_no_answer_and_no_row_of_the_log_repeats_a_secret(
    migrated_url: str, receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        url = f"json://127.0.0.1:{receiver.port}/tok3n-of-the-group"
        added = client.post("/v1/channels", json={"name": "值班群", "url": url})
        assert added.status_code == 201, added.text
        channel_id = added.json()["channel_id"]
        sent = client.post(f"/v1/channels/{channel_id}/test").json()["delivery_id"]
        delivery = ended_delivery(client, sent)
        texts = [added.text, json.dumps(delivery), client.get("/v1/channels").text]
        bad = client.post("/v1/channels", json={"name": "x", "url": "slack://s3cret-token/"})
    assert delivery["status"] == "delivered"
    assert receiver.bodies("/tok3n-of-the-group")[0]["message"] == "收到本消息说明通道可用。"
    assert bad.status_code == 422
    texts += [bad.text, *capfd.readouterr()]
    assert not any("tok3n" in text or "s3cret" in text for text in texts)


def test_two_workers_and_a_restart_send_everything_once_each(migrated_url: str, receiver: Receiver) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        with serving(migrated_url, viewer="bureau") as client:
            client.post("/v1/webhooks", json=webhook(receiver.url("/both"), ["event"])).raise_for_status()
            with working(migrated_url), working(migrated_url):
                ids = [add_event(connection, seq=number) for number in range(15)]
                until(lambda: len(receiver.got) >= 5)
            ids += [add_event(connection, seq=100 + number) for number in range(5)]
            with working(migrated_url):
                until(lambda: len({body["data"]["id"] for body in receiver.bodies("/both")}) == 20)
    told = [body["data"]["id"] for body in receiver.bodies("/both")]
    assert sorted(set(told)) == sorted(f"event:{event_id}" for event_id in ids)
    assert len(told) == 20, "expected no delivery twice without a crash"


def test_a_robot_is_not_sent_more_than_it_takes(migrated_url: str, receiver: Receiver) -> None:
    with serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        url = f"json://127.0.0.1:{receiver.port}/robot"
        channel = client.post("/v1/channels", json={"name": "群", "url": url, "per_minute": 3}).json()
        for _ in range(5):
            client.post(f"/v1/channels/{channel['channel_id']}/test").raise_for_status()
        until(lambda: len(receiver.bodies("/robot")) == 3)
        until(lambda: client.get("/v1/channels").json()["channels"][0]["waiting"] == 2)
        waiting = client.get("/v1/deliveries", params={"status": "waiting"}).json()["deliveries"]
    assert len(receiver.bodies("/robot")) == 3
    assert len(waiting) == 2


def webhook(url: str, types: list[str] | None = None) -> dict[str, Any]:
    return {"name": "接收方", "url": url, "document_types": types or ["case"], "min_severity": 0}


def send_test(client: httpx.Client, url: str) -> str:
    """Add a webhook, send it a test message and return the delivery's id."""
    added = client.post("/v1/webhooks", json=webhook(url))
    assert added.status_code == 201, added.text
    sent = client.post(f"/v1/webhooks/{added.json()['webhook_id']}/test")
    assert sent.status_code == 202, sent.text
    return str(sent.json()["delivery_id"])


def ended_delivery(client: httpx.Client, delivery_id: str) -> dict[str, Any]:
    """Return a delivery once it has ended."""
    found: dict[str, Any] = {}

    def ended() -> bool:
        found.update(client.get(f"/v1/deliveries/{delivery_id}").json())
        return found["status"] != "waiting"

    until(ended, 25)
    return found
