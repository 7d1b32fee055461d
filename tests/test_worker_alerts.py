"""Alerts on a real broker: documents under their topics, nothing lost when broker or database go away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as paho
import psycopg
import pytest
from conftest import Broker
from jsonschema import Draft202012Validator
from paho.mqtt.enums import CallbackAPIVersion
from receiver import until
from working import add_event, add_trucks, working

from admission.tls import client_context
from firmware_contracts.errors import TopicError
from firmware_contracts.topics import alert_topic
from supervision.exchange.schema import schema

pytestmark = pytest.mark.services


@contextmanager
def listening(broker: Broker) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Give what comes under the alerts' topics, with a session that outlives the broker."""
    heard: list[tuple[str, dict[str, Any]]] = []
    subscribed = threading.Event()
    address = broker.address.as_client("muckline-record")
    client = paho.Client(CallbackAPIVersion.VERSION2, "muckline-record", clean_session=False)
    context = client_context(address)
    assert context is not None
    client.tls_set_context(context)
    client.reconnect_delay_set(1, 1)
    client.on_connect = lambda *_: client.subscribe("muck/v1/+/alerts/#", qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda _client, _data, message: heard.append((message.topic, json.loads(message.payload)))
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        assert subscribed.wait(60)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


def test_alerts_survive_a_restart_of_the_broker(migrated_url: str, broker: Broker) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        with listening(broker) as heard, working(migrated_url, broker.address):
            until(lambda: begun(connection))
            first = add_event(connection)
            add_event(connection, "unloading", severity=0, seq=2)
            until(lambda: any(one["id"] == f"event:{first}" for _, one in heard))
            broker.stop()
            while_away = [add_event(connection, "spillage", severity=2, seq=10 + number) for number in range(3)]
            broker.start()
            wanted = {f"event:{event_id}" for event_id in [first, *while_away]}
            until(lambda: wanted <= {one["id"] for _, one in heard}, 30)
            until(lambda: len({one["id"] for _, one in heard if one["type"] == "case"}) == 2)
    validator = Draft202012Validator(schema())
    for topic, one in heard:
        validator.validate(one)
        assert topic == f"muck/v1/320412/alerts/{one['data']['kind']}"
    assert {one["data"]["kind"] for _, one in heard} == {"illegal_dumping", "spillage"}


def test_what_was_found_while_nothing_ran_is_told_afterwards(migrated_url: str, broker: Broker) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        with working(migrated_url, broker.address):
            until(lambda: begun(connection))
        event_id = add_event(connection)
        with listening(broker) as heard, working(migrated_url, broker.address):
            until(lambda: any(one["id"] == f"event:{event_id}" for _, one in heard))


def begun(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("select count(*) from read_positions where name like 'alerts %'").fetchone()
    return row == (2,)


@pytest.mark.parametrize(("region", "kind"), [("32041", "x"), ("320412", "a/b"), ("320412", "#"), ("+", "x")])
def test_no_other_topic_is_made(region: str, kind: str) -> None:
    with pytest.raises(TopicError):
        alert_topic(region, kind)
