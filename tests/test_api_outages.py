"""The database goes away and comes back: a problem within seconds, then answers again, without a restart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from conftest import Broker
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.ingest_status import IngestStatus, write_ingest_status
from tests.api_server import as_user, ready_stream, serving, streaming, wait_until
from tests.promptness import assert_quick, took_s
from tests.storage_rows import add_registry, batch, event, fixes
from tests.tcp_proxy import TcpProxy

pytestmark = pytest.mark.services


@pytest.fixture
def proxy(migrated_url: str) -> Iterator[TcpProxy]:
    given = conninfo_to_dict(migrated_url)
    with TcpProxy(str(given.get("host") or "127.0.0.1"), int(given.get("port") or 5432)) as opened:
        yield opened


@pytest.fixture
def through_proxy(migrated_url: str, proxy: TcpProxy) -> str:
    return make_conninfo(migrated_url, host="127.0.0.1", port=proxy.port)


@pytest.fixture
def writer(migrated_url: str) -> Iterator[BatchWriter]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield BatchWriter(opened)


@pytest.mark.usefixtures("writer")
def test_a_lost_database_is_a_503_within_seconds_and_comes_back_by_itself(through_proxy: str, proxy: TcpProxy) -> None:
    with serving(through_proxy) as client:
        assert client.get("/v1/vehicles").status_code == 200
        proxy.cut()
        for path in ("/v1/vehicles", "/v1/events", "/v1/positions/latest"):
            assert_quick(partial(took_s, partial(client.get, path)), 5)
            response = client.get(path)
            assert (response.status_code, response.json()["type"]) == (503, "/problems/database-unavailable")
            assert response.headers["content-type"] == "application/problem+json"
            assert int(response.headers["retry-after"]) > 0
            assert str(proxy.port) not in response.text  # nothing of the driver's message
        assert client.get("/healthz").status_code == 200

        def mended_s() -> float:
            proxy.cut()
            time.sleep(4)  # every connection of the pool has been given up
            proxy.mend()
            return took_s(lambda: wait_until(lambda: client.get("/v1/vehicles").status_code == 200))

        assert_quick(mended_s, 3)


@pytest.mark.usefixtures("writer")
def test_a_restart_between_two_requests_fails_none(migrated_url: str) -> None:
    with serving(migrated_url) as client, psycopg.connect(migrated_url, autocommit=True) as admin:
        for _ in range(3):
            assert [client.get("/v1/vehicles").status_code for _ in range(8)] == [200] * 8
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name like 'muckline-api%'"
            )


def test_the_api_starts_before_its_database(
    migrated_url: str, through_proxy: str, proxy: TcpProxy, writer: BatchWriter
) -> None:
    viewer = as_user(migrated_url, "administrator")
    proxy.cut()
    with serving(through_proxy, viewer=None) as client:
        client.headers.update(viewer)
        assert client.get("/v1/vehicles").status_code == 503
        assert client.get("/v1/events/stream").status_code == 503
        proxy.mend()
        wait_until(lambda: client.get("/v1/vehicles").status_code == 200)
        ready_stream(client)
        with streaming(client) as reader:
            wait_until(lambda: reader.live)
            writer.write(batch(fixes(1, range(9)), events=[event(0)]))
            wait_until(lambda: len(reader.events) == 1)


def test_an_open_stream_outlives_its_database_and_misses_nothing(
    through_proxy: str, proxy: TcpProxy, writer: BatchWriter
) -> None:
    with serving(through_proxy) as client:
        ready_stream(client)
        with streaming(client) as reader:
            wait_until(lambda: reader.live)
            writer.write(batch(fixes(1, range(9)), events=[event(0)]))
            wait_until(lambda: len(reader.events) == 1)
            proxy.cut()
            writer.write(batch(fixes(1, range(9, 19)), events=[event(9)]))
            wait_until(lambda: "muckline_api_event_feed_up 0.0" in client.get("/metrics").text)
            proxy.mend()
            writer.write(batch(fixes(1, range(19, 29)), events=[event(19)]))
            wait_until(lambda: len(reader.events) == 3)
            assert [found["first_fix"]["seq"] for found in reader.events] == [0, 9, 19]
            assert not reader.ended.is_set()


@pytest.mark.usefixtures("writer")
def test_a_query_that_takes_too_long_is_ended(migrated_url: str) -> None:
    with serving(migrated_url, statement_timeout_s=1) as client, psycopg.connect(migrated_url) as other:
        other.execute("lock table vehicles")
        response = client.get("/v1/vehicles")
        assert (response.status_code, response.json()["type"]) == (503, "/problems/query-timeout")
        other.rollback()
        assert client.get("/v1/vehicles").status_code == 200


def test_readiness_tells_which_part_is_missing(
    migrated_url: str, through_proxy: str, proxy: TcpProxy, broker: Broker
) -> None:
    with serving(through_proxy, broker.address, ready_lag_s=60) as client, connect_writer(migrated_url) as writer:
        ready_stream(client)
        assert problem(client) == {"ingest": "has not run for a day"}
        write_ingest_status(writer, IngestStatus("muckline-ingest", 1, 0.5))
        fresh = client.get("/readyz")
        assert fresh.status_code == 200
        assert 0.5 <= fresh.json()["ingest_lag_s"] < 20

        write_ingest_status(writer, IngestStatus("muckline-ingest", 1, 61.0))
        assert problem(client) == {"ingest": "lags more than 60 s"}
        write_ingest_status(writer, IngestStatus("muckline-ingest", 1, 0.0))
        broker.stop()
        assert problem(client) == {"broker": "does not answer"}
        broker.start()
        assert client.get("/readyz").status_code == 200
        proxy.cut()
        assert problem(client).keys() == {"database", "event_feed", "ingest"}
        proxy.mend()
        wait_until(lambda: client.get("/readyz").status_code == 200)


def test_an_ingest_that_has_stopped_is_not_ready(migrated_url: str, broker: Broker) -> None:
    with serving(migrated_url, broker.address) as client, connect_writer(migrated_url) as writer:
        ready_stream(client)
        write_ingest_status(writer, IngestStatus("muckline-ingest", 1, 0.0))
        writer.execute("update ingest_status set seen_at = seen_at - interval '121 s'")
        assert problem(client) == {"ingest": "lags more than 120 s"}


def problem(client: httpx.Client) -> dict[str, Any]:
    """Return the parts that are not ready, from the problem that says so."""
    response = client.get("/readyz")
    body = response.json()
    assert (response.status_code, body["type"]) == (503, "/problems/not-ready")
    return {part: body[part] for part in ("database", "broker", "event_feed", "ingest") if body[part] != "ok"}
