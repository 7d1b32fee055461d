# ruff: noqa: S608 - the statements are made of the names of our own tables and columns
"""Single items of registers: read for a change, written beside everything else, taken out of service.

Statements are those by which a world folder is written, so that both store the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from storage.errors import InvalidWorld
from storage.world_store import FEATURES, WRITE

# Document: table's key.
KEYS: Mapping[str, str] = {
    "companies": "company_id",
    "vehicles": "vehicle_id",
    "terminals": "terminal_id",
    "permits": "permit_id",
    "drivers": "driver_id",
    **FEATURES,
}

_ITEMS = "jsonb_array_elements(%(items)s::jsonb) with ordinality as given (item, position)"
OWN_WRITE: Mapping[str, tuple[str, ...]] = {
    "drivers": (
        f"""
        insert into drivers (driver_id, company_id, document)
        select item ->> 'driver_id', item ->> 'company_id', item from {_ITEMS}
        on conflict (driver_id) do update
        set company_id = excluded.company_id, document = excluded.document, retired_at = null
        """,
    ),
    # Unlike a world folder's, a permit that is edited here may not be in force.
    "permits": (
        f"""
        insert into permits (permit_id, company_id, site_id, valid, status, document)
        select item ->> 'permit_id', item ->> 'company_id', item ->> 'site_id',
            tstzrange((item ->> 'valid_from')::timestamptz, (item ->> 'valid_to')::timestamptz),
            coalesce(item ->> 'status', 'applied'), item - 'status'
        from {_ITEMS}
        on conflict (permit_id) do update
        set company_id = excluded.company_id, site_id = excluded.site_id, valid = excluded.valid,
            status = excluded.status, document = excluded.document
        """,
    ),
}


def read_current(connection: Connection, document: str, ids: Collection[str]) -> dict[str, tuple[Any, int]]:
    """Return items as their document holds them (None out of service) and the number of their last change."""
    key = KEYS[document]
    query = f"""
        select t.{key}, register_item(%(kind)s, to_jsonb(t)), coalesce((
            select max(history_no) from register_history h where h.kind = %(kind)s and h.id = t.{key}
        ), 0)
        from {document} t where t.{key} = any(%(ids)s)
    """
    rows = connection.execute(query, {"kind": document, "ids": list(ids)}).fetchall()
    return {item_id: (item, version) for item_id, item, version in rows}


def absent(connection: Connection, wanted: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return the ids among `wanted`, by document, that nothing in service has."""
    missing: dict[str, set[str]] = {}
    for document, ids in wanted.items():
        there = {item_id for item_id, (item, _) in read_current(connection, document, ids).items() if item is not None}
        if gone := set(ids) - there:
            missing[document] = gone
    return missing


def write_items(connection: Connection, document: str, items: Iterable[Mapping[str, Any]]) -> None:
    """Write items as their document holds them; everything else stays.

    Raises:
        InvalidWorld: The registry contradicts an item.
    """
    parameters = {"items": orjson.dumps(list(items)).decode()}
    try:
        for statement in OWN_WRITE.get(document) or WRITE[document]:
            connection.execute(statement, parameters)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        problem = ": ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
        raise InvalidWorld(document, problem or str(error)) from error


RETIRE: Mapping[str, tuple[str, ...]] = {
    "vehicles": (
        """
        delete from terminal_assignments where lower(valid) >= now()
            and vehicle_no = (select vehicle_no from vehicles where vehicle_id = %(id)s)
        """,
        """
        update terminal_assignments set valid = valid * tstzrange(null, now())
        where (upper_inf(valid) or upper(valid) > now())
            and vehicle_no = (select vehicle_no from vehicles where vehicle_id = %(id)s)
        """,
        "update vehicles set retired_at = now() where vehicle_id = %(id)s",
    ),
    "companies": (
        "update vehicles set company_id = null where retired_at is not null and company_id = %(id)s",
        "delete from companies where company_id = %(id)s",
    ),
    "drivers": ("update drivers set retired_at = now() where driver_id = %(id)s",),
    **{document: (f"delete from {document} where {key} = %(id)s",) for document, key in FEATURES.items()},
}


def retire_item(connection: Connection, document: str, item_id: str) -> None:
    """Take an item out of service; what records name keeps its number."""
    for statement in RETIRE[document]:
        connection.execute(statement, {"id": item_id})


_OF_LIMITS = "select 'limits', scope from limits where scope = '{scope}' and document ? %(id)s"
_OF_PERMITS = "select 'permits', permit_id from permits where status = 'approved' and {condition}"
_OF_FEATURES = """
    select '{table}', {key} from {table} where feature -> 'properties' ->> 'district_id' = %(id)s
"""
# What may refer to an item of a document: kind and id of each.
REFERRERS: Mapping[str, tuple[str, ...]] = {
    "companies": (
        "select 'vehicles', vehicle_id from vehicles where company_id = %(id)s and retired_at is null",
        "select 'drivers', driver_id from drivers where company_id = %(id)s and retired_at is null",
        _OF_PERMITS.format(condition="company_id = %(id)s"),
        _OF_LIMITS.format(scope="companies"),
        "select 'users', name from users where company_id = %(id)s and disabled_at is null",
    ),
    "vehicles": (
        _OF_PERMITS.format(condition="document -> 'vehicle_ids' ? %(id)s"),
        "select 'drivers', driver_id from driver_assignments where vehicle_id = %(id)s and valid @> now()",
    ),
    "sites": (
        "select 'terminals', terminal_id from terminals where site_id = %(id)s and retired_at is null",
        _OF_PERMITS.format(condition="site_id = %(id)s"),
        _OF_LIMITS.format(scope="sites"),
    ),
    "dump_points": (
        "select 'terminals', terminal_id from terminals where dump_point_id = %(id)s and retired_at is null",
        _OF_PERMITS.format(condition="document -> 'dump_point_ids' ? %(id)s"),
    ),
    "corridors": (_OF_PERMITS.format(condition="document -> 'corridor_ids' ? %(id)s"),),
    "districts": (
        _OF_FEATURES.format(table="sites", key="site_id"),
        _OF_FEATURES.format(table="dump_points", key="dump_point_id"),
        "select 'users', name from users where %(id)s = any(district_ids) and disabled_at is null",
    ),
}
NAMED_MOST = 50  # referrers that an answer names


def referrers(connection: Connection, document: str, item_id: str) -> list[tuple[str, str]]:
    """Return kind and id of what refers to an item in service, the first ones of many."""
    statements = REFERRERS.get(document, ())
    if not statements:
        return []
    query = " union all ".join(f"({statement})" for statement in statements)
    return list(connection.execute(f"{query} limit {NAMED_MOST}", {"id": item_id}).fetchall())
