"""Two trucks that are one: who asks for the one that was kept is told of both, as far as scope goes, over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.papers import Project, set_project
from storage.registers.merges import merge_item
from storage.times import utc
from supervision.casework import open_cases
from tests.api_server import as_user, serving
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip

pytestmark = pytest.mark.services

NOON = utc(NOON_MS)
RANGE = f"{NOON.isoformat()}/{(NOON + timedelta(hours=2)).isoformat()}"
PASSAGE = """
    insert into device_events (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)
    values (5, %s, %s, 7, %s, now(), 'washer_passage', 'P', '{"result": "washed"}')
"""
MANIFEST = """
    insert into manifests (manifest_no, vehicle_no, site_id, dump_point_id, material, issued_at, issued_by)
    values (%s, %s, 'S1', 'D1', '渣土', %s, 'x')
"""


@pytest.fixture(scope="module")
def connection(module_url: str) -> Iterator[psycopg.Connection[Any]]:
    """V2 of the same company, and V3 of another, were merged into V1; V4 was merged into V2 before."""
    with connect_writer(module_url) as opened:
        add_registry(opened)
        opened.execute("insert into companies (company_id, name) values ('C1', 'One'), ('C2', 'Two')")
        opened.execute("update vehicles set company_id = case when vehicle_no = 3 then 'C2' else 'C1' end")
        opened.execute(
            "insert into terminal_assignments (terminal_no, vehicle_no, valid)"
            " select n, n, '[2020-01-01,)' from generate_series(1, 4) n"
        )
        # In turns, as one truck with several numbers drives: every fourth fix under each of them.
        rows = together(*(fixes(number, range(number, 80, 4)) for number in (1, 2, 3, 4)))
        found = [event(number * 2, vehicle=f"V{number}") for number in (1, 2, 3, 4)]
        trips = [trip(number * 3, vehicle=f"V{number}") for number in (1, 2, 3, 4)]
        BatchWriter(opened).write(batch(rows, events=found, trips=trips))
        for number in (1, 2, 3, 4):
            opened.execute(PASSAGE, [number, NOON + timedelta(minutes=number), number])
            opened.execute(MANIFEST, [f"LD-00{number}", number, NOON + timedelta(minutes=number)])
        open_cases(opened, NOON + timedelta(hours=1))
        set_project(opened, Project("metro", "地铁", "#c026d3", [], ["V3", "V4", "V2"]), by_name="x")
        for keep, gone in (("V2", "V4"), ("V1", "V2"), ("V1", "V3")):
            with opened.transaction():
                merge_item(opened, "vehicles", keep, gone)
        yield opened


@pytest.fixture(scope="module")
def client(module_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(module_url, viewer="bureau", documented=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def of_company(module_url: str, client: httpx.Client) -> dict[str, str]:  # noqa: ARG001
    return as_user(module_url, "company", name="c1", company_id="C1")


def asked(client: httpx.Client, path: str, **parameters: Any) -> Any:
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def under(client: httpx.Client, vehicle_id: str) -> dict[str, Any]:
    """Return by what each part of a truck's past is known: each row's truck, or its number in the test."""
    about = f"/v1/vehicles/{vehicle_id}"
    whole = asked(client, f"{about}/history", datetime=RANGE)
    washes = [wash["seq"] for wash in asked(client, f"{about}/washes", datetime=RANGE)["washes"]]
    assert washes == [wash["seq"] for wash in whole["washes"]]
    parts = {"washes": sorted(washes)}
    for name, path in (("events", "/v1/events"), ("cases", "/v1/cases"), ("manifests", "/v1/manifests")):
        rows = asked(client, path, vehicle_id=vehicle_id)[name]
        parts[name] = sorted(int(row["vehicle_id"][1:]) for row in rows)
    for name in ("events", "cases"):
        own = asked(client, f"{about}/{name}", datetime=RANGE)[name]
        assert parts[name] == sorted(int(row["vehicle_id"][1:]) for row in own)
        assert parts[name] == sorted(int(row["vehicle_id"][1:]) for row in whole[name])
    trips = asked(client, f"{about}/trips", datetime=RANGE)["trips"]
    assert trips == whole["trips"]
    parts["trips"] = sorted(utc_seq(trip["start"]) // 3 for trip in trips)
    columns = asked(client, f"{about}/track", datetime=RANGE)["columns"]
    assert columns["fix_time"] == sorted(columns["fix_time"])
    parts["track"] = sorted({(seq - 1) % 4 + 1 for seq in columns["seq"]})
    for what in ("track", "trips", "events", "cases", "passages"):
        text = client.get(f"/v1/exports/{what}.csv", params={"vehicle_id": vehicle_id, "datetime": RANGE}).text
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        names = {cell for row in rows for cell in row if cell in {"V1", "V2", "V3", "V4"}}
        known = "washes" if what == "passages" else what
        assert names == {f"V{number}" for number in parts[known]}, (what, rows[:3])
    return parts


def utc_seq(text: str) -> int:
    """Return after how many fixes an instant is."""
    return round((datetime.fromisoformat(text) - NOON).total_seconds() / 10)


def test_the_kept_truck_has_the_past_of_all(client: httpx.Client) -> None:
    assert set(map(tuple, under(client, "V1").values())) == {(1, 2, 3, 4)}
    thin = asked(client, "/v1/vehicles/V1/track", datetime=RANGE, max_fixes=12)
    assert (thin["of"], thin["thinned"]) == (80 - 1, True)
    gaps = asked(client, "/v1/vehicles/V1/gaps", datetime=RANGE)["gaps"]
    assert [gap["gap_s"] for gap in gaps] == [7200 - 790]
    stays = asked(client, "/v1/vehicles/V1/stays", datetime=RANGE)["stays"]
    assert all(stay["fixes"] > 0 for stay in stays)


def test_a_retired_number_answers_for_itself_and_names_the_kept_one(client: httpx.Client) -> None:
    assert set(map(tuple, under(client, "V3").values())) == {(3,)}
    assert set(map(tuple, under(client, "V2").values())) == {(2, 4)}
    named = {name: asked(client, f"/v1/vehicles/{name}")["merged_into"] for name in ("V1", "V2", "V3", "V4")}
    assert named == {"V1": None, "V2": "V1", "V3": "V1", "V4": "V1"}


def test_a_company_sees_what_was_its_own(client: httpx.Client, of_company: dict[str, str]) -> None:
    with httpx.Client(base_url=client.base_url, headers=of_company, timeout=30) as own:
        assert set(map(tuple, under(own, "V1").values())) == {(1, 2, 4)}
        found = asked(own, "/v1/search/vehicles", q="T3")["vehicles"]
        assert [each["vehicle_id"] for each in found] == ["V1"]  # whose terminal it is now
        assert own.get("/v1/vehicles/V3").status_code == 404


def test_who_searches_by_an_old_name_finds_the_kept_truck(client: httpx.Client) -> None:
    for text in ("T4", "P4", "V4"):
        found = asked(client, "/v1/search/vehicles", q=text)["vehicles"]
        assert {each["vehicle_id"]: each["merged_into"] for each in found}.items() >= {"V1": None, "V4": "V1"}.items()
    assert len(asked(client, "/v1/cases", q="P1")["cases"]) == 4


def test_a_project_has_the_kept_truck_and_all_that_it_drove(client: httpx.Client, of_company: dict[str, str]) -> None:
    with httpx.Client(base_url=client.base_url, headers=of_company, timeout=30) as own:
        for viewer, trips in ((client, 4), (own, 3)):
            board = asked(viewer, "/v1/projects/metro/board", datetime=RANGE)
            assert (board["project"]["vehicle_ids"], sum(day["trips"] for day in board["days"])) == (["V1"], trips)


def test_one_that_is_back_in_service_has_its_past_to_itself(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("update vehicles set retired_at = null where vehicle_id = 'V2'")
    try:
        assert set(map(tuple, under(client, "V1").values())) == {(1, 3)}
        assert set(map(tuple, under(client, "V2").values())) == {(2, 4)}
        assert asked(client, "/v1/vehicles/V4")["merged_into"] == "V2"
    finally:
        connection.execute("update vehicles set retired_at = now() where vehicle_id = 'V2'")
