"""Counts and lists tell of what their reader sees and of nothing else, and the same wherever they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from storage.batch_writer import BatchWriter
from storage.connect import connect_reader, connect_writer
from storage.papers import Project, set_project
from storage.queries.papers import read_board, read_projects
from storage.queries.statistics import read_statistics
from storage.queries.today import read_today
from storage.users import add_user
from tests.case_rows import DISTRICTS, OPENED, add_city, opened
from tests.storage_rows import NOON_MS, batch, event, trip

NOON = datetime.fromtimestamp(NOON_MS / 1000, UTC)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    """Two districts with a site each, two companies: V1 and V3 are C1's, V2 and V4 are C2's."""
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        for number, west in enumerate(DISTRICTS.values(), 1):
            ring = [[west + x, 31.7 + y] for x, y in ((0.1, 0), (0.11, 0), (0.11, 0.01), (0.1, 0.01), (0.1, 0))]
            feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            opened_connection.execute("insert into sites values (%s, %s)", [f"S{number}", Jsonb(feature)])
        yield opened_connection


def ask(url: str, query: Any) -> Any:
    async def asked() -> Any:
        async with await connect_reader(url) as reader:
            return await query(reader)

    return asyncio.run(asked())


def test_a_part_of_a_project_is_told_to_who_sees_that_part(connection: Connection[Any], migrated_url: str) -> None:
    company = add_user(connection, "c2", role="company", company_id="C2")
    district = add_user(connection, "d1", role="district", district_ids=["D1"])
    bureau = add_user(connection, "b", role="bureau")
    set_project(connection, Project("metro", "地铁", "#c026d3", ["S1", "S2"], ["V1", "V2"]), by_name="b")
    trips = [
        trip(1, vehicle="V2", site_id="S1"),
        trip(2, vehicle="V4", site_id="S2"),
        trip(3, vehicle="V3", site_id="S1"),
    ]
    BatchWriter(connection).write(batch(trips=trips))
    # Of the trucks of the project one case in each district.
    opened(connection, event(5, vehicle="V2"), event(6, vehicle="V2", kind="overload", lon_deg=120.1))

    days_told: dict[int, Any] = {}

    def days_of(viewer: int) -> Any:
        told(viewer)
        return days_told[viewer]

    def told(viewer: int) -> tuple[Any, Any]:
        (project,) = ask(migrated_url, partial(read_projects, viewer=viewer))
        span = (NOON - timedelta(days=1), NOON + timedelta(days=1))
        days = ask(migrated_url, partial(read_board, project=project, viewer=viewer, interval=span))
        days_told[viewer] = [day["day"] for day in days]
        counts = [(day["trips"], day["trucks"], day["cases"]) for day in days]
        return (project["site_ids"], project["vehicle_ids"]), counts

    assert told(bureau) == ((["S1", "S2"], ["V1", "V2"]), [(3, 3, 2)])
    # By the city's clock, not by the one that most cities have.
    assert days_of(bureau) == [(NOON + timedelta(hours=8)).date()]
    connection.execute("insert into city (member, value) values ('utc_offset_h', '-11')")
    assert days_of(bureau) == [(NOON - timedelta(hours=11)).date()] != [(NOON + timedelta(hours=8)).date()]
    connection.execute("delete from city")
    # Its trips at the project's sites count, also where it has no permit to see the site.
    assert told(company) == (([], ["V2"]), [(2, 2, 2)])
    connection.execute("update events set start_time = now()")  # found there lately: the district sees the truck
    assert told(district) == ((["S1"], ["V2"]), [(1, 1, 1)])


def test_the_day_so_far_is_the_same_on_the_wall_and_in_the_statistics(
    connection: Connection[Any], migrated_url: str
) -> None:
    connection.execute("insert into city (member, value) values ('utc_offset_h', '-3.5')")
    now = datetime.now(UTC)
    midnight = datetime(*(now - timedelta(hours=3.5)).timetuple()[:3], tzinfo=UTC) + timedelta(hours=3.5)
    trips = [
        trip(1, vehicle="V1", site_id="S1"),
        trip(2, vehicle="V2", site_id="S2"),
        trip(3, vehicle="V3", site_id="S1"),
    ]
    BatchWriter(connection).write(batch(trips=trips))
    opened(connection, event(5, vehicle="V1"), event(6, vehicle="V2", lon_deg=120.1), now=OPENED)
    connection.execute("update trips set start_time = %s where seq <> 3", [midnight])
    connection.execute("update trips set start_time = %s where seq = 3", [midnight - timedelta(seconds=1)])
    connection.execute("update events set start_time = %s", [midnight])
    scopes: dict[str, dict[str, Any]] = {
        "bureau": {},
        "district": {"district_ids": ["D1"]},
        "company": {"company_id": "C2"},
    }
    day = (now - timedelta(hours=3.5)).date()
    for role, scope in scopes.items():
        viewer = add_user(connection, role, role=role, **scope)
        today = ask(migrated_url, partial(read_today, viewer=viewer))
        found = ask(
            migrated_url,
            partial(read_statistics, by="day", days=(day, day + timedelta(days=1)), now=now, viewer=viewer),
        )
        (row,) = found["rows"]
        assert today["start"] == midnight
        assert (
            (today["trips"], today["violations"])
            == (row["trips"], row["events"])
            == ((2, 2) if role == "bureau" else (1, 1))
        )
        assert today["load_kg"] / 1000 == row["tonnes"]
