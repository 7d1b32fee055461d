"""Only approved permits count: for what a district sees, and for the world that evidence is explained by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from storage.users import add_user

pytestmark = pytest.mark.services

STATUSES = ("applied", "rejected", "approved", "suspended", "cancelled")
RING = [[119.9, 31.7], [119.91, 31.7], [119.91, 31.71], [119.9, 31.7]]


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_url, autocommit=True) as opened:
        for table, key in (("districts", "district_id"), ("sites", "site_id")):
            feature = {"type": "Feature", "properties": {key: "A"}}
            feature["geometry"] = {"type": "Polygon", "coordinates": [RING]}  # type: ignore[assignment]
            opened.execute(f"insert into {table} ({key}, feature) values ('A', %s)", [Jsonb(feature)])  # type: ignore[arg-type]
        yield opened


def add_permit(connection: psycopg.Connection[Any], status: str) -> None:
    """Put a permit for site A into the register, with a company and a truck of its own, all named as its status."""
    connection.execute("insert into companies (company_id, name) values (%(s)s, %(s)s)", {"s": status})
    connection.execute("insert into vehicles (vehicle_id, company_id) values (%(s)s, %(s)s)", {"s": status})
    connection.execute(
        "insert into permits (permit_id, company_id, site_id, valid, status, document)"
        " values (%(s)s, %(s)s, 'A', tstzrange(null, null), %(s)s, %(document)s)",
        {"s": status, "document": Jsonb({"permit_id": status, "vehicle_ids": [status], "site_id": "A"})},
    )


def past(connection: psycopg.Connection[Any], permit_id: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select document ->> 'site_id', to_at = 'infinity' from world_past where (kind, id) = ('permits', %s)"
        " order by past_no",
        [permit_id],
    ).fetchall()


def test_a_district_sees_trucks_of_approved_permits(connection: psycopg.Connection[Any]) -> None:
    for status in STATUSES:
        add_permit(connection, status)
    viewer = add_user(connection, "officer", role="district", district_ids=["A"])
    seen = connection.execute("select id from visible(%s, 'vehicle') as id", [viewer]).fetchall()
    assert seen == [("approved",)]
    # The officer of the district works on the others too.
    permits = connection.execute("select id from visible(%s, 'permit') as id order by 1", [viewer]).fetchall()
    assert [name for (name,) in permits] == sorted(STATUSES)


def test_the_past_of_the_world_has_permits_while_they_were_approved(connection: psycopg.Connection[Any]) -> None:
    for status in STATUSES:
        add_permit(connection, status)
    assert {status: past(connection, status) for status in STATUSES} == {
        status: [("A", True)] if status == "approved" else [] for status in STATUSES
    }
    set_status = "update permits set status = %s where permit_id = 'approved'"
    connection.execute(set_status, ["suspended"])
    assert past(connection, "approved") == [("A", False)]
    connection.execute(set_status, ["approved"])
    assert past(connection, "approved") == [("A", False), ("A", True)]
    connection.execute(set_status, ["cancelled"])
    connection.execute("delete from permits where permit_id = 'approved'")
    assert past(connection, "approved") == [("A", False), ("A", False)]
