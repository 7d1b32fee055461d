# ruff: noqa: S608 - the statements are made of the names of our own tables and columns
"""Items of registers as a viewer sees them, with the number of their last change; and the history of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import Kind, hidden_name, hidden_plate, seen


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items of a document stand.

    Attributes:
        table: Table, which is also the kind of the history.
        key: Its column of ids.
        scope: Condition on `t` for what the viewer sees.
        extra: Further members of an item.
        in_service: Condition on `t`.
    """

    table: str
    key: str
    scope: str
    extra: str = "'{}'::jsonb"
    in_service: str = "true"


def _seen(key: str, kind: Kind) -> str:
    return f"t.{key} in {seen(kind)}"


_TERMINAL_STAYS = f"""
    jsonb_build_object('assignments', coalesce((
        select jsonb_agg(jsonb_build_object('vehicle_id', vehicle_id, 'from', lower(valid), 'to', upper(valid))
            order by valid)
        from terminal_assignments join vehicles using (vehicle_no) where terminal_no = t.terminal_no
            and vehicle_id in {seen("vehicle")}
    ), '[]'))
"""
_VEHICLE_EXTRA = """
    jsonb_build_object(
        'terminal_ids', coalesce((
            select jsonb_agg(terminal_id order by terminal_id)
            from terminal_assignments join terminals using (terminal_no)
            where vehicle_no = t.vehicle_no and valid @> now()
        ), '[]'),
        'merged_into', (select a.id from register_aliases a where a.kind = 'vehicles' and a.alias_id = t.vehicle_id)
    )
"""
# A driver is its company's; one without is seen by those who see everything.
_DRIVER_SCOPE = f"""
    (t.company_id in {seen("company")}
        or exists (select from scope_of(%(viewer)s) as scope where scope.everything))
"""
SOURCES: Mapping[str, Source] = {
    "companies": Source("companies", "company_id", _seen("company_id", "company")),
    "vehicles": Source(
        "vehicles", "vehicle_id", _seen("vehicle_id", "vehicle"), _VEHICLE_EXTRA, "t.retired_at is null"
    ),
    "drivers": Source("drivers", "driver_id", _DRIVER_SCOPE, in_service="t.retired_at is null"),
    "terminals": Source(
        "terminals", "terminal_id", _seen("terminal_id", "terminal"), _TERMINAL_STAYS, "t.retired_at is null"
    ),
    "sites": Source("sites", "site_id", _seen("site_id", "site")),
    "dump_points": Source("dump_points", "dump_point_id", _seen("dump_point_id", "dump_point")),
    "zones": Source("zones", "zone_id", _seen("zone_id", "zone")),
    "corridors": Source("corridors", "corridor_id", _seen("corridor_id", "corridor")),
    "districts": Source("districts", "district_id", _seen("district_id", "district")),
    "permits": Source("permits", "permit_id", _seen("permit_id", "permit")),
}
HAS_SHAPE = frozenset({"sites", "dump_points", "zones", "corridors", "districts"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items.

    Attributes:
        equal: Members and the values that they must have.
        text: What one of `searched`, or the id, contains in any case.
        hidden: Of `searched`, what is shown in part only and how: as a `plate` or as a `name`.
        box: Only shapes that touch (west, south, east, north). [deg]
        after: Id of the last item of the page before.
        valid_at: Only permits in force then.
        vehicle_id: Only permits that hold for this truck.
        ids: Only these items.
    """

    equal: Mapping[str, Any]
    text: str | None = None
    searched: Sequence[str] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    box: tuple[float, float, float, float] | None = None
    after: str | None = None
    valid_at: datetime | None = None
    vehicle_id: str | None = None
    ids: Sequence[str] | None = None
    limit: int = 100


_VALID_AT = "t.status = 'approved' and t.valid @> %(valid_at)s::timestamptz"
_FOR_VEHICLE = """
    case when jsonb_typeof(t.document -> 'vehicle_ids') = 'array' then t.document -> 'vehicle_ids' ? %(vehicle_id)s
    else t.company_id = (select company_id from vehicles where vehicle_id = %(vehicle_id)s) end
"""


def _shown(value: str, hidden: str) -> str:
    """Return SQL of a member as the viewer is shown it: a search must not confirm what is hidden."""
    masks = {"plate": hidden_plate, "name": hidden_name}
    cases = " ".join(f"when '{name}' then {mask(f'({value})')}" for name, mask in masks.items())
    return f"case {hidden} {cases} else {value} end"


async def read_items(connection: AsyncConnection[Any], viewer: int, document: str, wanted: Wanted) -> list[DictRow]:
    """Return `id`, `item`, `version` and `extra` of items in service, by id."""
    source = SOURCES[document]
    members = "item -> 'properties'" if document in HAS_SHAPE else "item"
    conditions = {
        "%(after)s::text < id": wanted.after,
        f"{members} @> %(equal)s::jsonb": wanted.equal or None,
        f"""(strpos(lower(id), lower(%(text)s)) > 0 or exists (
            select from unnest(%(searched)s::text[], %(hidden)s::text[]) as searched (name, hidden)
            where strpos(lower({_shown(f"{members} ->> name", "hidden")}), lower(%(text)s)) > 0
        ))""": wanted.text,
        "geometry_box(item -> 'geometry') && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))": wanted.box,
    }
    of_table = {
        _VALID_AT: wanted.valid_at,
        _FOR_VEHICLE: wanted.vehicle_id,
        f"t.{source.key} = any(%(ids)s::text[])": wanted.ids,
    }
    table_where = [source.in_service, source.scope, *(text for text, value in of_table.items() if value is not None)]
    item_where = [text for text, value in conditions.items() if value is not None]
    query = f"""
        select id, item, {_version("%(kind)s", "items.id")} as version, extra from (
            select t.{source.key} as id, register_item(%(kind)s, to_jsonb(t)) as item, {source.extra} as extra
            from {source.table} t where {" and ".join(table_where)}
        ) as items
        {"where " + " and ".join(item_where) if item_where else ""}
        order by id limit %(limit)s
    """
    west, south, east, north = wanted.box or (None, None, None, None)
    parameters = {
        "viewer": viewer,
        "kind": document,
        "after": wanted.after,
        "equal": orjson.dumps(dict(wanted.equal)).decode(),
        "text": wanted.text,
        "searched": list(wanted.searched),
        "hidden": [wanted.hidden.get(name) for name in wanted.searched],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "valid_at": wanted.valid_at,
        "vehicle_id": wanted.vehicle_id,
        "ids": None if wanted.ids is None else list(wanted.ids),
        "limit": wanted.limit,
    }
    return await _rows(connection, query, parameters)


async def read_item(connection: AsyncConnection[Any], viewer: int, document: str, item_id: str) -> DictRow | None:
    """Return `id`, `item`, `version` and `extra` of an item in service that the viewer sees, else None."""
    source = SOURCES[document]
    query = f"""
        select t.{source.key} as id, register_item(%(kind)s, to_jsonb(t)) as item,
            {_version("%(kind)s", f"t.{source.key}")} as version, {source.extra} as extra
        from {source.table} t where t.{source.key} = %(id)s and {source.in_service} and {source.scope}
    """
    rows = await _rows(connection, query, {"viewer": viewer, "kind": document, "id": item_id})
    return rows[0] if rows else None


async def read_names(
    connection: AsyncConnection[Any], viewer: int, document: str, member: str
) -> list[tuple[str, str | None]]:
    """Return id and one member, as a text, of every item in service that the viewer sees."""
    source = SOURCES[document]
    query = f"""
        select t.{source.key}, register_item(%(kind)s, to_jsonb(t)) ->> %(member)s
        from {source.table} t where {source.in_service} and {source.scope} order by 1
    """
    cursor = await connection.execute(query, {"viewer": viewer, "kind": document, "member": member})
    return [(name, value) for name, value in await cursor.fetchall()]


def _version(kind: str, item_id: str) -> str:
    return f"""coalesce((
        select max(history_no) from register_history h where h.kind = {kind} and h.id = {item_id}
    ), 0)"""


HISTORY = """
    select history_no, at, who, user_no, source, kind, id, action, before, after, reason
    from register_history
    where (%(kind)s::text is null or kind = %(kind)s) and (%(id)s::text is null or id = %(id)s)
        and (%(by)s::text is null or who = %(by)s)
        and (%(start)s::timestamptz is null or at >= %(start)s) and (%(end)s::timestamptz is null or at < %(end)s)
        and (%(before)s::bigint is null or history_no < %(before)s)
    order by history_no desc limit %(limit)s
"""


async def read_register_history(
    connection: AsyncConnection[Any],
    *,
    kind: str | None = None,
    item_id: str | None = None,
    by: str | None = None,
    interval: tuple[datetime | None, datetime | None] = (None, None),
    before: int | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """Return changes of registers, the newest first.

    Args:
        connection: Reads in UTC.
        kind: Document of the items.
        item_id: Only of this item.
        by: Only by this user.
        interval: Only at or after its start, and before its end; None is open.
        before: Number of the last change of the page before.
        limit: Most rows.
    """
    start, end = interval
    parameters = {"kind": kind, "id": item_id, "by": by, "start": start, "end": end, "before": before, "limit": limit}
    return await _rows(connection, HISTORY, parameters)


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Mapping[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
