"""Alerts for other systems on MQTT: `muck/v1/{region}/alerts/{kind}`, QoS 1, a document of the exchange each.

At least once: how far was told is written down after the broker has acknowledged, and one worker tells at a time, as
one name is one connection. A reader knows a document by `id` and `version`. Events of severity 1 and more and cases are
told; what changes again is told again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
import orjson
import psycopg
import structlog
from psycopg import Connection

from admission.errors import AdmissionError
from admission.tls import client_context
from firmware_contracts.topics import alert_topic
from firmware_contracts.transport import BrokerAddress
from storage import exchange
from storage.connect import connect_writer
from storage.errors import StorageError
from storage.worker_status import claimed
from supervision.exchange.documents import document
from worker.settings import WorkSettings

log = structlog.get_logger(__name__)

CLIENT_ID = "muckline-alerts"
TYPES = ("event", "case")
ROWS_AT_ONCE = 200
LOOK_S = 0.5  # how often it is looked what has changed
STANDBY_S = 5.0  # how often another publisher is tried to be replaced
AGAIN_S = 2.0  # pause after a broker or a database that is away
CONFIRM_S = 10.0  # a broker that has not acknowledged by then has lost the message
KEEPALIVE_S = 15
MAX_PAYLOAD_BYTES = 60_000  # below the broker's max_packet_size; a larger document is told without its evidence


async def publish_alerts(database_url: str, broker: BrokerAddress, settings: WorkSettings, stop: asyncio.Event) -> None:
    """Publish until told to stop."""
    away = False
    while not stop.is_set():
        try:
            ours = await _live(database_url, broker, settings, stop)
            away = False
            await _pause(stop, AGAIN_S if ours else STANDBY_S)
        except (psycopg.OperationalError, StorageError, aiomqtt.MqttError, OSError, AdmissionError) as error:
            if not away:
                log.warning("alerts_wait", meaning=str(error).strip() or type(error).__name__)
            away = True
            await _pause(stop, AGAIN_S)
        except Exception:  # a mistake of ours must not end the alerts of a city for good
            log.exception("alerts_failed")
            await _pause(stop, AGAIN_S)


async def _live(database_url: str, broker: BrokerAddress, settings: WorkSettings, stop: asyncio.Event) -> bool:
    """Publish for as long as database and broker stand; return False where another worker does."""
    connection = await asyncio.to_thread(connect_writer, database_url, application_name=CLIENT_ID)
    with connection, claimed(connection, CLIENT_ID) as ours:
        if not ours:
            return False
        positions = await asyncio.to_thread(_begin, connection)
        async with _connected(broker) as client:
            while not stop.is_set():
                if not await _turn(connection, client, positions, settings.region):
                    await _pause(stop, LOOK_S)
    return True


def _begin(connection: Connection) -> dict[str, int]:
    newest = exchange.newest(connection)
    return {name: exchange.begin_position(connection, _position(name), newest[name]) for name in TYPES}


async def _turn(connection: Connection, client: aiomqtt.Client, positions: dict[str, int], region: str) -> bool:
    """Publish a page of each type; return whether there may be more."""
    more = False
    for name in TYPES:
        rows, upto, full = await asyncio.to_thread(
            exchange.read_rows, connection, None, name, positions[name], ROWS_AT_ONCE
        )
        for row in rows:
            if row["severity"] >= 1:
                topic = alert_topic(row["region"] or region, row["kind"])
                await client.publish(topic, payload(document(name, row, {})), qos=1, timeout=CONFIRM_S)
        if upto != positions[name]:
            await asyncio.to_thread(exchange.move_position, connection, _position(name), upto)
            positions[name] = upto
        more = more or full
    return more


def payload(one: dict[str, Any]) -> bytes:
    """Return a document's JSON, without its evidence where that is too long for the broker."""
    whole = orjson.dumps(one)
    if len(whole) <= MAX_PAYLOAD_BYTES:
        return whole
    kept = {name: value for name, value in one["data"].items() if name not in {"opening", "closing", "events"}}
    return orjson.dumps({**one, "data": kept})


def _position(name: str) -> str:
    return f"alerts {name}"


@asynccontextmanager
async def _connected(broker: BrokerAddress) -> AsyncIterator[aiomqtt.Client]:
    address = broker.as_client(CLIENT_ID)
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        identifier=CLIENT_ID,
        protocol=aiomqtt.ProtocolVersion.V311,
        clean_session=True,
        timeout=CONFIRM_S,
        keepalive=KEEPALIVE_S,
        tls_context=client_context(address),
    )
    try:
        async with client:
            yield client
    finally:
        # The library keeps the reason of a lost connection in a future; asyncio complains of one that nobody reads.
        lost = client._disconnected
        if lost.done() and not lost.cancelled():
            lost.exception()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
