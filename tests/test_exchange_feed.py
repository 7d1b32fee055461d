"""The feed as an outsider reads it: nothing here knows more than docs/exchange.md and the published schema."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from api_server import as_user, serving
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from psycopg.types.json import Jsonb
from working import add_event, add_trip, add_trucks

from storage.papers import Manifest, Scan, issue, scan
from storage.scores import settle_scores
from supervision.casework import open_cases
from supervision.exchange.cursor import BadFeedCursor, read_cursor, write_cursor
from supervision.exchange.documents import document
from supervision.masking import masks_of
from supervision.scores.points import default_points


class Outsider:
    """A reader that crashes: what it stored and the cursor it kept survive, the rest does not."""

    def __init__(self, client: httpx.Client, rng: random.Random) -> None:
        self.stored: dict[str, dict[str, Any]] = {}
        self.cursor: str | None = None
        self.pages = 0
        self._client = client
        self._rng = rng
        self._validator = Draft202012Validator(client.get("/v1/exchange/schema").json(), format_checker=FormatChecker())

    def read(self) -> bool:
        """Read a page, or crash somewhere in it; return whether there is nothing more."""
        as_lines = self._rng.random() < 0.5
        parameters: dict[str, Any] = {"limit": self._rng.randint(1, 7)}
        if self.cursor is not None:
            parameters["after"] = self.cursor
        headers = {"accept": "application/x-ndjson"} if as_lines else {}
        answer = self._client.get("/v1/exchange/feed", params=parameters, headers=headers)
        assert answer.status_code == 200, answer.text
        self.pages += 1
        if as_lines:
            *documents, end = [json.loads(line) for line in answer.text.splitlines()]
        else:
            end = answer.json()
            documents = end["documents"]
        for one in documents:
            if self._rng.random() < 0.05:
                return False  # crashed: the cursor was not kept
            self._validator.validate(one)
            if one["version"] >= self.stored.get(one["id"], one)["version"]:
                self.stored[one["id"]] = one
        if self._rng.random() < 0.1:
            return False  # crashed before the cursor was kept
        self.cursor = end["cursor"]
        return not end["more"]


@pytest.mark.services
def test_an_outsider_misses_nothing(migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        add_places(connection)
        with serving(migrated_url, viewer="association") as client:
            outsider = Outsider(client, random.Random(11))
            done = threading.Event()
            writers = [threading.Thread(target=write_in_turns, args=[migrated_url, seed]) for seed in range(3)]
            for writer in writers:
                writer.start()
            watcher = threading.Thread(target=lambda: ([writer.join() for writer in writers], done.set()))
            watcher.start()
            while not done.is_set():
                outsider.read()
            watcher.join()
            quiet = 0
            while quiet < 2:  # to its end, and once more
                quiet += outsider.read()
            versions = dict(connection.execute(VERSIONS).fetchall())
    assert {name: one["version"] for name, one in outsider.stored.items()} == versions
    assert len(versions) > 150
    assert {one["type"] for one in outsider.stored.values()} == {"event", "case", "trip", "manifest", "score"}
    assert all("***" in (one["data"]["plate"] or "***") for one in outsider.stored.values())
    assert all(one["data"]["plate"] for one in outsider.stored.values() if one["type"] != "score")
    deleted = connection_ids(outsider, lambda one: one["deleted"])
    assert deleted


VERSIONS = """
select 'event:' || event_id, change_no from events union all select 'case:' || case_id, change_no from cases
union all select 'trip:' || trip_id, change_no from trips
union all select 'manifest:' || manifest_no, change_no from manifest_changes
union all select 'score:' || entry_no, change_no from score_entries
"""


def add_places(connection: psycopg.Connection[Any]) -> None:
    """Put a site, a dump point and a user who issues manifests into the database."""
    ring = [[119.9, 31.7], [119.91, 31.7], [119.91, 31.71], [119.9, 31.7]]
    for table, key in (("sites", "site_id"), ("dump_points", "dump_point_id")):
        feature = {"type": "Feature", "properties": {key: "P"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        connection.execute(f"insert into {table} ({key}, feature) values ('P', %s)", [Jsonb(feature)])  # type: ignore[arg-type]
    connection.execute("insert into users (name, display_name, role) values ('papers', '', 'bureau')")


def write_papers(connection: psycopg.Connection[Any], number: str, viewer: int, rng: random.Random) -> None:
    """Issue a manifest and scan it, or say that a closed case cost its company some points."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    issue(connection, Manifest(number, "V1", "P", "P"), viewer=viewer, by_name="papers", now=now)
    for kind in ("out", "in")[: rng.randint(0, 2)]:
        scan(connection, Scan(number, kind, now), viewer=viewer, by_name="papers", now=now)
    connection.execute(
        "update cases set status = 'closed', ended_at = now() where case_id ="
        " (select case_id from cases where status = 'new' order by case_id limit 1)"
    )
    settle_scores(connection, now, default_points())


def write_in_turns(url: str, seed: int) -> None:
    """Write events and trips in transactions that overlap with others', change some again, open cases."""
    from datetime import UTC, datetime

    rng = random.Random(seed)
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select user_no from users where name = 'papers'").fetchone()
        assert row is not None
        mine: list[tuple[str, UUID]] = []
        for number in range(30):
            with connection.transaction():
                mine.append(("trips", add_trip(connection, seq=seed * 1000 + number)))
                mine.append(("events", add_event(connection, seq=seed * 1000 + number, severity=rng.randint(0, 3))))
                time.sleep(rng.random() * 0.01)
            if rng.random() < 0.5:
                table, name = rng.choice(mine)
                column = "trip_id" if table == "trips" else "event_id"
                connection.execute(
                    f"update {table} set withdrawn_at = now() where {column} = %s",  # type: ignore[arg-type]
                    [name],
                )
            if number % 5 == 0:
                open_cases(connection, datetime.now(UTC))
            if number % 4 == 0:
                write_papers(connection, f"M-{seed}-{number:04d}", row[0], rng)


@pytest.mark.services
def test_numbers_of_manifests_follow_commits(migrated_url: str) -> None:
    with (
        psycopg.connect(migrated_url, autocommit=True) as first,
        psycopg.connect(migrated_url, autocommit=True) as second,
    ):
        add_trucks(first)
        add_places(first)
        second.execute("set statement_timeout = '300ms'")
        insert = (
            "insert into manifests (manifest_no, vehicle_no, site_id, dump_point_id, issued_at, issued_by)"
            " values (%s, 1, 'P', 'P', now(), 'x')"
        )
        with first.transaction():
            first.execute(insert, ["M-00001"])
            with pytest.raises(psycopg.errors.QueryCanceled):  # one that could be numbered before this is committed
                second.execute(insert, ["M-00002"])
        second.execute(insert, ["M-00002"])
        rows = first.execute("select manifest_no from manifest_changes order by change_no").fetchall()
        assert rows == [("M-00001",), ("M-00002",)]


def test_who_is_given_plates_masked_is_given_no_driver_either() -> None:
    row = dict.fromkeys(
        ("event_id", "kind", "severity", "subject_kind", "subject_id", "vehicle_id", "company_id", "district_id",
         "start_time", "confirmed_at", "end_time", "lon_deg", "lat_deg", "closing", "found_at", "back_dated",
         "withdrawn_at", "region")
    )  # fmt: skip
    row |= {"change_no": 1, "plate": "苏D12345", "opening": {"reads": [{"plate_read": "苏D12345", "driver": "王小明"}]}}
    masked = document("event", row, masks_of("association"))["data"]
    assert (masked["plate"], masked["opening"]) == (
        "苏D***45",
        {"reads": [{"plate_read": "苏D***45", "driver": "王**"}]},
    )
    of_district = document("event", row, masks_of("district"))["data"]
    assert of_district["opening"] == {"reads": [{"plate_read": "苏D12345", "driver": "王**"}]}
    assert document("event", row, masks_of("bureau"))["data"]["opening"] == row["opening"]


def connection_ids(outsider: Outsider, wanted: Callable[[dict[str, Any]], bool]) -> list[str]:
    return [name for name, one in outsider.stored.items() if wanted(one)]


@pytest.mark.services
def test_numbers_of_trips_follow_commits_and_changes(migrated_url: str) -> None:
    with (
        psycopg.connect(migrated_url, autocommit=True) as first,
        psycopg.connect(migrated_url, autocommit=True) as second,
    ):
        add_trucks(first)
        with first.transaction():
            early = add_trip(first)
            second.execute("set lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                add_trip(second, seq=2)  # would get a later number, and be seen earlier
        before = number_of(first, early)
        first.execute("update trips set judged_to = now(), world_version = '2' where trip_id = %s", [early])
        assert number_of(first, early) == before, "nothing that readers see has changed"
        first.execute("update trips set ending = 'delivered' where trip_id = %s", [early])
        assert number_of(first, early) > before


def number_of(connection: psycopg.Connection[Any], trip_id: UUID) -> int:
    row = connection.execute("select change_no from trips where trip_id = %s", [trip_id]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.services
def test_waiting_scope_and_refusals(migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_trucks(connection)
        add_event(connection)
        with serving(migrated_url, viewer="bureau") as client:
            newest = client.get("/v1/exchange/newest").json()["cursor"]
            began_s = time.monotonic()
            timer = threading.Timer(1.0, add_later, [migrated_url])
            timer.start()
            page = client.get("/v1/exchange/feed", params={"after": newest, "wait_s": 25}).json()
            assert 0.5 < time.monotonic() - began_s < 20
            timer.join()
            assert [one["type"] for one in page["documents"]] == ["event"]
            assert page["documents"][0]["data"]["plate"] == "苏D10002"
            assert page["documents"][0]["region"] is None
            empty = client.get("/v1/exchange/feed", params={"after": page["cursor"]}).json()
            assert empty == {"documents": [], "cursor": page["cursor"], "more": False}
            only = client.get("/v1/exchange/feed", params={"types": "trip"}).json()
            assert only["documents"] == []
            company = as_user(migrated_url, "company", company_id="C1")
            assert client.get("/v1/exchange/feed", headers=company).status_code == 403
            for bad in ("x", "1~event.x", "2~event.1", "1~" + "~".join(["event.1"] * 51)):
                refused = client.get("/v1/exchange/feed", params={"after": bad})
                assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-cursor")
            assert client.get("/v1/exchange/feed", params={"types": "users"}).status_code == 422
            assert client.get("/v1/exchange/feed", params={"wait_s": 31}).status_code == 422


def add_later(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        add_event(connection, vehicle_no=2, seq=9)


@given(st.dictionaries(st.sampled_from(["event", "case", "trip"]), st.integers(0, 10**17)))
def test_a_cursor_is_read_as_it_was_written(positions: dict[str, int]) -> None:
    types = ("event", "case", "trip")
    assert read_cursor(write_cursor(positions), types) == dict.fromkeys(types, 0) | positions


@given(st.text(max_size=100))
def test_no_text_breaks_the_cursor(text: str) -> None:
    try:
        positions = read_cursor(text, ("event",))
    except BadFeedCursor:
        return
    assert set(positions) == {"event"}


def test_a_type_that_came_later_is_read_from_its_beginning() -> None:
    assert read_cursor("1~event.5", ("event", "score")) == {"event": 5, "score": 0}
    assert read_cursor("1~event.5~gone.7", ("event",)) == {"event": 5}
