# ruff: noqa: S608 - the statements are made of the names of our own tables and columns
"""The world's documents in the registry: written as a whole, read back as they were, numbers kept for ever.

A document that is given is all there is of its kind: what it no longer names is deleted, or retired where records name
it. A document that is not given stays as it is. Values of null count as absent. A terminal that was revoked stays
revoked, whatever a document of an earlier day says; `storage.devices` admits it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from storage.errors import InvalidWorld

# In the order in which they refer to each other.
AREAS = {"districts": "district_id", "sites": "site_id", "dump_points": "dump_point_id", "zones": "zone_id"}
FEATURES = {**AREAS, "corridors": "corridor_id", "roads": "road_id"}
# Documents that are one object, and the columns of their members.
OBJECTS = {"limits": ("scope", "document"), "city": ("member", "value")}
DOCUMENTS = ("companies", *FEATURES, "vehicles", "terminals", "permits", *OBJECTS)


def empty_documents() -> dict[str, Any]:
    """Return a world without anything in it: what a world folder says by having no files."""
    documents: dict[str, Any] = {name: [] for name in DOCUMENTS}
    documents |= {name: {"type": "FeatureCollection", "features": []} for name in FEATURES}
    return documents | {name: {} for name in OBJECTS}


def world_version(connection: Connection) -> int:
    """Return the number of the world in the database; each write raises it and notifies `muckline_world`."""
    row = connection.execute("select version from world_version").fetchone()
    return int(row[0]) if row else 0


def write_documents(connection: Connection, documents: Mapping[str, Any]) -> int:
    """Put the documents in the place of those of the same names, all of them or none, and return the new version.

    Raises:
        InvalidWorld: A document contradicts itself or what the registry holds; nothing was written.
        ValueError: There is no document of such a name.
    """
    if strange := set(documents) - set(DOCUMENTS):
        raise ValueError(f"expected documents among {', '.join(DOCUMENTS)}, got {', '.join(sorted(strange))}")
    given = [name for name in DOCUMENTS if name in documents]
    with connection.transaction():
        row = connection.execute(RAISE_VERSION).fetchone()
        connection.execute("select set_config('muckline.source', 'world', true)")  # in the history of registers
        for name in given:
            _run(connection, name, WRITE[name], documents[name])
        for name in reversed(given):
            _run(connection, name, REMOVE[name], documents[name])
    return int(row[0]) if row else 0


def read_documents(connection: Connection, *, numbered: bool = True) -> dict[str, Any]:
    """Return every document; of one instant, also while another writes.

    Args:
        connection: Speaks UTC.
        numbered: Give each truck its `vehicle_no` and each terminal its `terminal_no`.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        items = {name: [item for (item,) in connection.execute(READ[name]).fetchall()] for name in DOCUMENTS}
    if not numbered:
        for item in [*items["vehicles"], *items["terminals"]]:
            item.pop("vehicle_no", None)
            item.pop("terminal_no", None)
    collections = {name: {"type": "FeatureCollection", "features": items[name]} for name in FEATURES}
    return {**items, **collections, **{name: dict(items[name]) for name in OBJECTS}}


def _run(connection: Connection, name: str, statements: tuple[str, ...], document: Any) -> None:
    items = document["features"] if name in FEATURES else document
    try:
        parameters = {"items": orjson.dumps(items).decode()}
        for statement in statements:
            connection.execute(statement, parameters)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.CardinalityViolation) as error:
        problem = ": ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
        raise InvalidWorld(name, problem or str(error)) from error


WORLD_CHANNEL = "muckline_world"
RAISE_VERSION = f"""
with raised as (update world_version set version = version + 1, changed_at = now() returning version)
select version, pg_notify('{WORLD_CHANNEL}', version::text) from raised
"""

_ITEMS = "jsonb_array_elements(%(items)s::jsonb) with ordinality as given (item, position)"
_STAYS = f"""
    select terminal_no, vehicle_no, tstzrange((stay ->> 'from')::timestamptz, (stay ->> 'to')::timestamptz) as valid
    from {_ITEMS}
    join terminals on terminal_id = item ->> 'terminal_id'
    cross join jsonb_array_elements(coalesce(nullif(item -> 'assignments', 'null'), '[]')) as stay
    left join vehicles on vehicle_id = stay ->> 'vehicle_id'
"""


def _write_features(table: str, key: str) -> str:
    return f"""
        insert into {table} ({key}, feature)
        select item -> 'properties' ->> '{key}', item from {_ITEMS}
        on conflict ({key}) do update set feature = excluded.feature
    """


def _remove(table: str, key: str, path: str) -> str:
    return f"delete from {table} where {key} not in (select item {path} '{key}' from {_ITEMS})"


def _write_object(table: str, key: str, value: str) -> str:
    return f"""
        insert into {table} ({key}, {value})
        select key, value from jsonb_each(jsonb_strip_nulls(%(items)s::jsonb))
        on conflict ({key}) do update set {value} = excluded.{value}
    """


def _remove_members(table: str, key: str) -> str:
    return f"delete from {table} where {key} not in (select jsonb_object_keys(jsonb_strip_nulls(%(items)s::jsonb)))"


WRITE: dict[str, tuple[str, ...]] = {
    "companies": (
        f"""
        insert into companies (company_id, name, more)
        select item ->> 'company_id', item ->> 'name', item - '{{company_id,name}}'::text[] from {_ITEMS}
        on conflict (company_id) do update set name = excluded.name, more = excluded.more
        """,
    ),
    **{name: (_write_features(name, key),) for name, key in FEATURES.items()},
    "vehicles": (
        f"""
        insert into vehicles (vehicle_id, plate, company_id, capacity_kg, tare_kg, more)
        select item ->> 'vehicle_id', item ->> 'plate', item ->> 'company_id', (item ->> 'capacity_kg')::float8,
            (item ->> 'tare_kg')::float8,
            item - '{{vehicle_no,vehicle_id,plate,company_id,capacity_kg,tare_kg}}'::text[]
        from {_ITEMS} order by position
        on conflict (vehicle_id) do update
        set plate = excluded.plate, company_id = excluded.company_id, capacity_kg = excluded.capacity_kg,
            tare_kg = excluded.tare_kg, more = excluded.more, retired_at = null
        """,
    ),
    "terminals": (
        f"""
        insert into terminals (terminal_id, kind, region, status, site_id, dump_point_id, more)
        select item ->> 'terminal_id', coalesce(item ->> 'kind', 'truck'), item ->> 'region',
            coalesce(item ->> 'status', 'active'), item ->> 'site_id', item ->> 'dump_point_id',
            item - '{{terminal_no,terminal_id,kind,region,status,site_id,dump_point_id,assignments}}'::text[]
        from {_ITEMS} order by position
        on conflict (terminal_id) do update
        set kind = excluded.kind, region = excluded.region, site_id = excluded.site_id,
            status = case when terminals.status = 'revoked' then 'revoked' else excluded.status end,
            dump_point_id = excluded.dump_point_id, more = excluded.more, retired_at = null
        """,
        # Those that stay are not touched, so that history shows changes only. A truck out of service is in no document:
        # its times stay as they were, unless they are said to be another truck's. Each `in` stays a condition that the
        # server answers from a hash table: as a join (which `is true` prevents) it takes 40 s for 10,000 terminals
        # where the database was never analyzed.
        f"""
        with stays as ({_STAYS}), overlapped as (
            select old.terminal_no, old.valid from terminal_assignments as old join stays using (terminal_no)
            where old.valid && stays.valid
        )
        delete from terminal_assignments
        where (terminal_no in (
                select terminal_no from {_ITEMS} join terminals on terminal_id = item ->> 'terminal_id'
            )) is true
            and (terminal_no, vehicle_no, valid) not in (
                select terminal_no, vehicle_no, valid from stays where vehicle_no is not null
            )
            and (
                vehicle_no in (select vehicle_no from vehicles where retired_at is null)
                or (terminal_no, valid) in (select terminal_no, valid from overlapped)
            )
        """,
        # A truck that is not there stands as NULL and is refused.
        f"""
        with stays as ({_STAYS})
        insert into terminal_assignments (terminal_no, vehicle_no, valid)
        select terminal_no, vehicle_no, valid from stays
        where not exists (
            select from terminal_assignments as old
            where old.terminal_no = stays.terminal_no and old.vehicle_no = stays.vehicle_no and old.valid = stays.valid
        )
        """,
    ),
    "permits": (
        f"""
        insert into permits (permit_id, company_id, site_id, valid, document)
        select item ->> 'permit_id', item ->> 'company_id', item ->> 'site_id',
            tstzrange((item ->> 'valid_from')::timestamptz, (item ->> 'valid_to')::timestamptz), item
        from {_ITEMS}
        on conflict (permit_id) do update
        set company_id = excluded.company_id, site_id = excluded.site_id, valid = excluded.valid,
            document = excluded.document, status = 'approved'
        """,
    ),
    **{name: (_write_object(name, *columns),) for name, columns in OBJECTS.items()},
}

REMOVE: dict[str, tuple[str, ...]] = {
    "companies": (
        # Trucks out of service no longer need their company, those in service do.
        f"""
        update vehicles set company_id = null
        where retired_at is not null and company_id not in (select item ->> 'company_id' from {_ITEMS})
        """,
        _remove("companies", "company_id", "->>"),
    ),
    **{name: (_remove(name, key, "-> 'properties' ->>"),) for name, key in FEATURES.items()},
    "vehicles": (
        f"""
        update vehicles set retired_at = now()
        where retired_at is null and vehicle_id not in (select item ->> 'vehicle_id' from {_ITEMS})
        """,
    ),
    "terminals": (
        f"""
        update terminals set retired_at = now(), site_id = null, dump_point_id = null
        where retired_at is null and terminal_id not in (select item ->> 'terminal_id' from {_ITEMS})
        """,
        "delete from terminal_assignments where terminal_no in"
        " (select terminal_no from terminals where retired_at is not null)",
    ),
    # The papers of a permit that is no longer in force are kept.
    "permits": (
        f"""
        update permits set status = 'cancelled'
        where status = 'approved' and permit_id not in (select item ->> 'permit_id' from {_ITEMS})
        """,
    ),
    **{name: (_remove_members(name, key),) for name, (key, _) in OBJECTS.items()},
}

READ: dict[str, str] = {
    "companies": """
        select jsonb_strip_nulls(jsonb_build_object('company_id', company_id, 'name', name)) || more
        from companies order by company_id
    """,
    **{name: f"select feature from {name} order by {key}" for name, key in FEATURES.items()},
    "vehicles": """
        select jsonb_strip_nulls(jsonb_build_object(
            'vehicle_id', vehicle_id, 'plate', plate, 'company_id', company_id, 'capacity_kg', capacity_kg,
            'tare_kg', tare_kg, 'vehicle_no', vehicle_no
        )) || more
        from vehicles where retired_at is null order by vehicle_no
    """,
    "terminals": """
        select jsonb_strip_nulls(jsonb_build_object(
            'terminal_id', terminal_id, 'kind', kind, 'region', region, 'status', status, 'site_id', site_id,
            'dump_point_id', dump_point_id, 'terminal_no', terminal_no, 'assignments', assignments
        )) || more
        from terminals left join (
            select terminal_no, jsonb_agg(
                jsonb_build_object('vehicle_id', vehicle_id, 'from', lower(valid), 'to', upper(valid)) order by valid
            ) as assignments
            from terminal_assignments join vehicles using (vehicle_no)
            where vehicles.retired_at is null group by terminal_no
        ) as stays using (terminal_no)
        where terminals.retired_at is null order by terminal_no
    """,
    "permits": "select document from permits where status = 'approved' order by permit_id",
    **{
        name: f"select jsonb_build_array({key}, {value}) from {name} order by {key}"
        for name, (key, value) in OBJECTS.items()
    },
}
