"""Daily mass balances: the loads they are made of, and the table they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from psycopg import Connection

from rules_engine.balance import DAY_MS, DayBalance, Loads, Weighed
from rules_engine.world import World
from storage.times import to_ms, utc

FIRST_DAY = date(1970, 1, 1)


def newest_fix_ms(connection: Connection) -> int | None:
    """Return up to when records are known, None before the first. [ms]"""
    row = connection.execute("select max(fix_time) from latest").fetchone()
    return None if row is None or row[0] is None else to_ms(row[0])


def read_loads(connection: Connection, world: World, since_ms: int) -> Loads:
    """Return the loads that left a site at or after an instant, wherever and whenever they arrived. [ms]"""
    rows = connection.execute(LOADS, {"since": utc(since_ms)}).fetchall()
    site, dump_point, left_at, arrived_at, out_kg, in_kg = zip(*rows, strict=True) if rows else ((),) * 6
    return Loads(
        site=_rows_of(site, world.site_ids),
        dump_point=_rows_of(dump_point, world.dump_point_ids),
        left_ms=np.array([to_ms(at) for at in left_at], np.int64),
        arrived_ms=np.array([0 if at is None else to_ms(at) for at in arrived_at], np.int64),
        out_kg=np.array(out_kg, np.float64),
        in_kg=np.array(in_kg, np.float64),
    )


def read_weighed(connection: Connection, world: World, since_ms: int) -> Weighed:
    """Return what gates of dump points weighed in at or after an instant. [ms]"""
    rows = connection.execute(WEIGHED, {"since": utc(since_ms)}).fetchall()
    dump_point, time, net_kg = zip(*rows, strict=True) if rows else ((),) * 3
    place = _rows_of(dump_point, world.dump_point_ids)
    known = place >= 0
    return Weighed(
        place[known],
        np.array([to_ms(at) for at in time], np.int64)[known],
        np.array(net_kg, np.float64)[known],
    )


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


def _rows_of(ids: Sequence[str | None], known: list[str]) -> NDArray[np.int32]:
    row_of = {name: row for row, name in enumerate(known)}
    return np.array([-1 if name is None else row_of.get(name, -1) for name in ids], np.int32)


def first_day_ms(as_of_ms: int, days: int) -> int:
    """Return the instant so many days before another. [ms]"""
    return as_of_ms - days * DAY_MS


LOADS = """
select
    site_id,
    case when ending = 'delivered' then dump_point_id end,
    left_site_at,
    coalesce(gate_in_at, unloading_start),
    load_kg,
    case when ending = 'delivered' then coalesce(weighed_kg, load_kg) end
from trips
where left_site_at >= %(since)s and withdrawn_at is null
"""

WEIGHED = """
select dump_point_id, event_time, (body ->> 'gross_kg')::float8 - coalesce((body ->> 'tare_kg')::float8, tare_kg)
from device_events
join terminals using (terminal_no)
left join vehicles using (vehicle_no)
where
    type = 'gate_passage' and event_time >= %(since)s and body ->> 'direction' = 'in' and dump_point_id is not null
    and body ? 'gross_kg'
"""

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
