"""Registers beside everything that runs: a running ingest judges by a zone that somebody just drew; pages stay fast."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from mosquitto_process import MosquittoProcess, Peer
from test_ingest_service import DOCUMENTS, dumping_track, ingest, messages, now_ms, query, topic, wait_for

from storage.connect import connect_writer
from storage.errors import InvalidWorld
from storage.registers.authorship import Author, editing
from storage.registers.edits import absent, read_current, write_items
from storage.world_store import empty_documents, read_documents, world_version, write_documents
from tests.api_server import as_user, serving
from tests.promptness import assert_quick

pytestmark = pytest.mark.services

WEST, EAST = 119.92, 119.95  # the truck drives past them eastward
ACROSS = [[[WEST, 31.69], [EAST, 31.69], [EAST, 31.71], [WEST, 31.71], [WEST, 31.69]]]
AUTHOR = Author("wang", None, "console", "试")


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        yield opened


def test_a_running_ingest_judges_by_a_zone_that_was_just_drawn(migrated_url: str, tmp_path: Path) -> None:
    with connect_writer(migrated_url) as connection:
        write_documents(connection, DOCUMENTS)
    zone = {
        "zone_id": "Z9",
        "rule": "forbidden",
        "order": "2026-9",
        "geometry": {"type": "Polygon", "coordinates": ACROSS},
    }
    with (
        MosquittoProcess(tmp_path) as broker,
        ingest(broker, migrated_url) as running,
        Peer(broker.address) as peer,
        serving(migrated_url, viewer="bureau") as client,
    ):
        assert client.post("/v1/zones", json=zone).status_code == 201
        version = query(migrated_url, "select version from world_version")
        wait_for(lambda: query(migrated_url, "select world_version from ingest_status") == version)
        track = dumping_track(now_ms() - 40 * 60_000)
        peer.publish(topic("T0"), messages(track, 50))
        wait_for(lambda: running.metric("accepted_total") == len(track))
        wait_for(lambda: ("forbidden_zone",) in query(migrated_url, "select kind from events"))


def write_two(connection: psycopg.Connection[Any], vehicle: dict[str, Any]) -> None:
    with editing(connection, AUTHOR):
        write_items(connection, "companies", [{"company_id": "C1", "name": "一"}])
        write_items(connection, "vehicles", [vehicle])


def test_a_change_is_all_or_nothing_and_tells_who(connection: psycopg.Connection[Any]) -> None:
    before = world_version(connection)
    with pytest.raises(InvalidWorld, match="companies"):
        write_two(connection, {"vehicle_id": "V1", "company_id": "nobody"})
    assert (world_version(connection), read_documents(connection)["companies"]) == (before, [])
    with editing(connection, AUTHOR):
        write_items(connection, "companies", [{"company_id": "C1", "name": "一"}])
    assert world_version(connection) == before + 1
    with editing(connection, AUTHOR):
        write_items(connection, "companies", [{"company_id": "C1", "name": "一"}])  # nothing new: nobody is told
    with editing(connection, AUTHOR, dry_run=True):
        write_items(connection, "companies", [{"company_id": "C1", "name": "二"}])
        assert read_current(connection, "companies", ["C1"])["C1"][0]["name"] == "二"
    assert world_version(connection) == before + 1
    rows = connection.execute("select who, source, reason, kind, id, action from register_history").fetchall()
    assert rows == [("wang", "console", "试", "companies", "C1", "created")]
    assert absent(connection, {"companies": ["C1", "C2"], "vehicles": []}) == {"companies": {"C2"}}
    settings = connection.execute("select current_setting('muckline.who', true)").fetchone()
    assert settings in {("",), (None,)}  # who it was ends with the transaction


def test_ten_thousand_trucks_are_imported_in_seconds_and_paged_at_once(migrated_url: str) -> None:
    rows = [{"vehicle_id": f"X{n:05}", "plate": f"苏D{n:05}", "axles": 4, "capacity_kg": 15000} for n in range(10_000)]
    with serving(migrated_url, viewer="bureau") as client:
        began_s = time.monotonic()
        done = client.post("/v1/imports/vehicle-register", json=rows)
        assert done.json()["created"] == 10_000, done.text
        assert time.monotonic() - began_s < 20

        def page_s() -> float:
            """Read all pages and return what one takes, as a rule."""
            ids: list[str] = []
            took_s: list[float] = []
            link: str | None = "/v1/vehicle-register?limit=1000"
            while link:
                began_s = time.monotonic()
                page = client.get(link).json()
                took_s.append(time.monotonic() - began_s)
                ids += [item["vehicle_id"] for item in page["vehicle_register"]]
                link = page["next"]
            assert ids == [row["vehicle_id"] for row in rows]
            return statistics.median(took_s)

        assert_quick(page_s, 0.5)
        company = as_user(migrated_url, "company", company_id="C1")
        assert client.get("/v1/vehicle-register", headers=company).json()["vehicle_register"] == []
        too_many = [{"vehicle_id": f"Y{n}"} for n in range(20_001)]
        assert client.post("/v1/imports/vehicle-register", json=too_many).status_code == 422
        assert client.post("/v1/companies", content=b" " * 300_000).status_code == 413


def fleet(trucks: int, *, owners: str, since: str) -> dict[str, Any]:
    """Return a world of trucks with a terminal each."""
    companies = [{"company_id": f"{owners}{n}", "name": f"{owners} {n}"} for n in range(20)]
    vehicles = [
        {"vehicle_id": f"{owners}-{n:05}", "plate": f"苏D{n:05}", "company_id": f"{owners}{n % 20}", "since": since}
        for n in range(trucks)
    ]
    terminals = [
        {"terminal_id": f"T{n:05}", "note": since, "assignments": [{"vehicle_id": f"{owners}-{n:05}", "from": since}]}
        for n in range(trucks)
    ]
    return empty_documents() | {"companies": companies, "vehicles": vehicles, "terminals": terminals}


def test_a_large_world_is_written_again_in_seconds_where_nothing_was_ever_analyzed(
    connection: psycopg.Connection[Any],
) -> None:
    # A plan that compares each row with every other takes minutes for as many; a good one two seconds.
    trucks, longest_s = 3_000, 25.0
    worlds = [
        fleet(trucks, owners="A", since="2026-01-01T00:00:00+00:00"),
        fleet(trucks, owners="A", since="2026-02-01T00:00:00+00:00"),  # each row changes
        fleet(trucks, owners="B", since="2026-03-01T00:00:00+00:00"),  # the same terminals in other trucks
        fleet(trucks, owners="A", since="2026-04-01T00:00:00+00:00"),
    ]
    began_s = time.monotonic()
    for documents in worlds:
        write_documents(connection, documents)
    assert time.monotonic() - began_s < longest_s
    counts = connection.execute(
        "select kind, action, count(*) from register_history where kind in ('vehicles', 'assignments') group by 1, 2"
    ).fetchall()
    assert {(kind, action): count for kind, action, count in counts} == {
        ("vehicles", "created"): 3 * trucks,
        ("vehicles", "changed"): trucks,
        ("vehicles", "retired"): 2 * trucks,
        ("assignments", "created"): 4 * trucks,
        ("assignments", "retired"): 3 * trucks,
    }


def test_history_tells_of_each_assignment_by_its_beginning(connection: psycopg.Connection[Any]) -> None:
    write_documents(connection, fleet(2, owners="A", since="2026-01-01T00:00:00+00:00"))
    connection.execute(
        "update terminal_assignments set valid = tstzrange(lower(valid), '2026-03-01 00:00+00')"
        " where terminal_no = (select terminal_no from terminals where terminal_id = 'T00001')"
    )
    rows = connection.execute(
        "select id, action, before ->> 'to', after ->> 'to' from register_history"
        " where kind = 'assignments' and action <> 'created'"
    ).fetchall()
    assert rows == [("T00001", "changed", None, "2026-03-01T00:00:00+00:00")]
