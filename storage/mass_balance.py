"""Daily mass balances: the loads they are made of, and the table they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from numpy.typing import NDArray
from psycopg import Connection

from firmware_contracts.passages import REFUSED
from rules_engine.balance import DAY_MS, DayBalance, Loads, Weighed
from rules_engine.world import World
from storage.copy_binary import DOUBLE, INTEGER, TIMESTAMPTZ
from storage.packed_rows import Sent, packed_select, read_packed_rows
from storage.times import to_ms, utc

FIRST_DAY = date(1970, 1, 1)


def newest_fix_ms(connection: Connection) -> int | None:
    """Return up to when records are known, None before the first. [ms]"""
    row = connection.execute("select max(fix_time) from latest").fetchone()
    return None if row is None or row[0] is None else to_ms(row[0])


def read_loads(connection: Connection, world: World, since_ms: int) -> Loads:
    """Return the loads that left a site at or after an instant, wherever and whenever they arrived. [ms]"""
    return Loads(**_read(connection, LOADS, LOAD_COLUMNS, world, since_ms))


def read_weighed(connection: Connection, world: World, since_ms: int) -> Weighed:
    """Return what gates of dump points weighed in at or after an instant. [ms]"""
    return Weighed(**_read(connection, WEIGHED, WEIGHED_COLUMNS, world, since_ms))


def _read(
    connection: Connection, query: str, columns: dict[str, Sent], world: World, since_ms: int
) -> dict[str, NDArray[Any]]:
    """Return columns without a Python object per row: two months of a city are millions of loads."""
    ids = {"site_ids": world.site_ids, "dump_point_ids": world.dump_point_ids}
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query, {"since": utc(since_ms), **ids})
        return read_packed_rows(cursor.pgresult, columns)


def replace_balances(connection: Connection, found: Sequence[DayBalance], world: World, since_day: int) -> None:
    """Make `found` all the balances from a local day on; rows that say the same already are not written."""
    documents = orjson.dumps([_document(balance, world) for balance in found]).decode()
    parameters = {"documents": documents, "since": _date(since_day), "world_version": world.version}
    with connection.transaction():
        connection.execute(WRITE, parameters)
        connection.execute(FORGET, parameters)


def place_id(balance: DayBalance, world: World) -> str:
    """Return the id of a balance's place."""
    return (world.site_ids if balance.place_kind == "site" else world.dump_point_ids)[balance.place]


def _document(balance: DayBalance, world: World) -> dict[str, Any]:
    document = balance._asdict()
    del document["place"], document["limits"]
    return document | {"place_id": place_id(balance, world), "day": _date(balance.day)}


def _date(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def first_day_ms(as_of_ms: int, days: int) -> int:
    """Return the instant so many days before another. [ms]"""
    return as_of_ms - days * DAY_MS


LOAD_COLUMNS = {
    "site": Sent("coalesce(site.number, 0)::integer - 1", INTEGER),
    "dump_point": Sent("coalesce(dump_point.number, 0)::integer - 1", INTEGER),
    "left_ms": Sent("left_site_at", TIMESTAMPTZ),
    "arrived_ms": Sent("coalesce(gate_in_at, unloading_start, 'epoch')", TIMESTAMPTZ),
    "out_kg": Sent("coalesce(load_kg, 'NaN')", DOUBLE),
    "in_kg": Sent("case when ending = 'delivered' then coalesce(weighed_kg, load_kg, 'NaN') else 'NaN' end", DOUBLE),
}

# Places are numbered as the world does.
LOADS = f"""
select {packed_select(LOAD_COLUMNS)}
from trips
left join unnest(%(site_ids)s::text[]) with ordinality as site (id, number) on site.id = site_id
left join unnest(%(dump_point_ids)s::text[]) with ordinality as dump_point (id, number)
    on dump_point.id = dump_point_id and ending = 'delivered'
where left_site_at >= %(since)s and withdrawn_at is null
"""  # noqa: S608 - made of our own column names

WEIGHED_COLUMNS = {
    "dump_point": Sent("place.number::integer - 1", INTEGER),
    "time_ms": Sent("event_time", TIMESTAMPTZ),
    "net_kg": Sent(
        "coalesce((body ->> 'gross_kg')::float8 - coalesce((body ->> 'tare_kg')::float8, tare_kg), 'NaN')", DOUBLE
    ),
}

WEIGHED = f"""
select {packed_select(WEIGHED_COLUMNS)}
from device_events
join terminals using (terminal_no)
join unnest(%(dump_point_ids)s::text[]) with ordinality as place (id, number) on place.id = dump_point_id
left join vehicles using (vehicle_no)
where
    type = 'gate_passage' and event_time >= %(since)s and body ->> 'direction' = 'in' and body ? 'gross_kg'
    and body ->> 'barrier' is distinct from '{REFUSED}'
"""  # noqa: S608

_COLUMNS = "loads, arrived, unweighed, sent_kg, received_kg, gap_share, settled, imbalanced"

WRITE = f"""
insert into mass_balance (place_kind, place_id, day, {_COLUMNS}, world_version)
select place_kind, place_id, day, {_COLUMNS}, %(world_version)s
from jsonb_populate_recordset(null::mass_balance, %(documents)s::jsonb)
on conflict (place_kind, place_id, day) do update
set ({_COLUMNS}, world_version) = row({", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))},
    excluded.world_version)
where
    ({", ".join(f"mass_balance.{name}" for name in _COLUMNS.split(", "))})
    is distinct from ({", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))})
"""  # noqa: S608 - made of our own column names

FORGET = """
delete from mass_balance
where
    day >= %(since)s
    and (place_kind, place_id, day) not in (
        select place_kind, place_id, day from jsonb_populate_recordset(null::mass_balance, %(documents)s::jsonb)
    )
"""
