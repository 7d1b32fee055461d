"""A truck that is registered after it was seen gets its passages, and is judged again; the rest is kept and shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from api.resources.passages import PassagePage
from ingest.job import JobContext
from ingest.passages_job import match_passages
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.rejudge import pending
from storage.world_store import read_documents, write_documents
from storage.write_batch import DeviceEventRow
from tests.api_server import serving
from tests.storage_rows import NOON_MS, batch

pytestmark = pytest.mark.services

DOCUMENTS: dict[str, Any] = {
    "vehicles": [{"vehicle_id": "V1", "plate": "苏D12345"}, {"vehicle_id": "V2", "plate": "苏D12346"}],
    "sites": {"type": "FeatureCollection", "features": []},
    "terminals": [{"terminal_id": "W1", "kind": "washer"}, {"terminal_id": "G1", "kind": "gate"}],
}


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        write_documents(opened, DOCUMENTS)
        yield opened


def passages(connection: psycopg.Connection[Any], *read: tuple[str, str | None, str | None, int | None]) -> None:
    """Store passages of a device each, ten seconds apart: device, plate, tag, vehicle number."""
    numbers = dict(connection.execute("select terminal_id, terminal_no from terminals").fetchall())
    rows = [
        DeviceEventRow(
            terminal_no=numbers[device],
            event_time_ms=NOON_MS + n * 10_000,
            epoch=3,
            seq=n,
            received_at_ms=NOON_MS + n * 10_000,
            type="washer_passage" if device == "W1" else "gate_passage",
            plate=plate,
            vehicle_no=vehicle_no,
            body={"result": "washed"} | ({} if tag is None else {"tag": tag}),
        )
        for n, (device, plate, tag, vehicle_no) in enumerate(read)
    ]
    BatchWriter(connection).write(batch(device_events=rows))


def run(connection: psycopg.Connection[Any], now_ms: int = NOON_MS + 60_000) -> None:
    match_passages(JobContext(connection, World.from_documents(read_documents(connection)), now_ms, 900_000))


def vehicles(connection: psycopg.Connection[Any]) -> list[str | None]:
    query = "select vehicle_id from device_events left join vehicles using (vehicle_no) order by seq"
    return [vehicle_id for (vehicle_id,) in connection.execute(query).fetchall()]


def test_a_truck_registered_later_gets_its_passages(connection: psycopg.Connection[Any]) -> None:
    passages(connection, ("W1", "苏D·99999", None, None), ("G1", None, "E2", None), ("W1", "苏X00000", None, None))
    run(connection)
    assert vehicles(connection) == [None, None, None]
    assert not pending(connection)
    newcomers = [{"vehicle_id": "V3", "plate": "苏D99999"}, {"vehicle_id": "V4", "tag": "e-2"}]
    write_documents(connection, {"vehicles": DOCUMENTS["vehicles"] + newcomers})
    run(connection)
    assert vehicles(connection) == ["V3", "V4", None]
    waiting = {each.vehicle_no: (each.from_ms - NOON_MS, each.to_ms) for each in pending(connection)}
    assert sorted(waiting.values()) == [(0, NOON_MS), (10_000, NOON_MS + 10_000)]
    run(connection)
    assert len(pending(connection)) == 2


def test_what_is_older_than_anything_judged_stays_as_it_is(connection: psycopg.Connection[Any]) -> None:
    passages(connection, ("W1", "苏D12345", None, None))
    run(connection, NOON_MS + 70 * 86_400_000)
    assert vehicles(connection) == [None]


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:
    passages(
        connection,
        ("W1", "苏D12345", None, 1),
        ("G1", "苏D·12347", None, None),
        ("W1", None, "E9", None),
        ("W1", "苏A00000", None, None),
        ("G1", "苏D12346", "E1", 2),
    )
    with serving(migrated_url, max_page=50) as opened:
        yield opened


def test_passages_are_listed_newest_first_in_pages(client: httpx.Client) -> None:
    seen: list[tuple[str, int]] = []
    link: str | None = "/v1/passages?limit=2"
    while link:
        page = PassagePage.model_validate_json((answer := client.get(link)).content)
        seen += [(passage.device, passage.seq) for passage in page.passages]
        link = page.next
    assert answer.status_code == 200
    assert seen == [("G1", 4), ("W1", 3), ("W1", 2), ("G1", 1), ("W1", 0)]


def test_what_was_not_matched_is_shown_with_the_plates_it_may_have_been(client: httpx.Client) -> None:
    page = PassagePage.model_validate_json(client.get("/v1/passages", params={"matched": "false"}).content)
    read = [(passage.plate_read, passage.similar, passage.vehicle_id) for passage in page.passages]
    assert read == [("苏A00000", [], None), (None, [], None), ("苏D·12347", ["V1", "V2"], None)]
    named = client.get("/v1/passages", params={"matched": "true", "type": "gate_passage"}).json()["passages"]
    assert [(one["vehicle_id"], one["plate"], one["similar"]) for one in named] == [("V2", "苏D12346", [])]


@pytest.mark.parametrize("query", ["cursor=nonsense", "type=heartbeat", "matched=perhaps", "limit=0"])
def test_what_cannot_be_asked_is_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/v1/passages?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
