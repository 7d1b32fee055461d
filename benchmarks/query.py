"""A truck's day and everybody's last position out of the database, beside plain rows. `python -m benchmarks.query`

The database holds one day of some trucks, written batch by batch as ingest writes it, and the last five minutes of a
whole city. Ways are asked in turn on one connection with its plans kept; figures are medians over trucks or rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg import AsyncConnection

from benchmarks.machine import machine_line
from benchmarks.store import START_MS, STEP_MS, TRUCKS, Target, city_rows, new_database, server_url
from storage import fix_rows
from storage.connect import connect_reader
from storage.latest_rows import prepare, update_latest
from storage.queries.fix_columns import FIX_COLUMNS
from storage.queries.latest import read_latest
from storage.queries.track import read_track
from storage.times import utc
from storage.users import add_user
from storage.write_batch import StoredFixes

DAY_TRUCKS = 200
DAY_STEPS = 8_640
CITY_STEPS = 30  # five minutes
ROUNDS = 25

_NAMES = ", ".join(name.removesuffix("_ms") for name in FIX_COLUMNS)
ROWS = f"select {_NAMES} from fixes where vehicle_no = %s and fix_time >= %s and fix_time < %s order by fix_time"  # noqa: S608
DISTINCT = f"""
    select distinct on (vehicle_no) vehicle_id, plate, {_NAMES} from fixes join vehicles using (vehicle_no)
    where fix_time > %s order by vehicle_no, fix_time desc
"""  # noqa: S608
LATEST_ROWS = f"select vehicle_id, plate, {_NAMES} from latest join vehicles using (vehicle_no)"  # noqa: S608

Query = Callable[[AsyncConnection[Any], int], Awaitable[Any]]


def fill(url: str) -> None:
    """Write the day and the last five minutes, batch by batch as ingest does."""
    target, rng = Target(url), np.random.default_rng(1)
    prepare(target.connection)
    for step in range(0, DAY_STEPS, 96):
        _insert(target, city_rows(np.arange(step, step + 96), rng, DAY_TRUCKS))
    for step in range(DAY_STEPS, DAY_STEPS + CITY_STEPS, 2):
        _insert(target, city_rows(np.arange(step, step + 2), rng, TRUCKS))
    target.connection.execute("vacuum analyze")
    target.connection.close()


def _insert(target: Target, arrived: StoredFixes) -> None:
    rows = arrived.take(fix_rows.key_order(arrived))
    with target.connection.transaction():
        fix_rows.insert_fresh(target.connection, rows)
        update_latest(target.connection, rows)


VIEWER = 1  # the first user of the new database, who sees all
DAY = (utc(START_MS), utc(START_MS + DAY_STEPS * STEP_MS))


async def track_array(connection: AsyncConnection[Any], vehicle_no: int) -> Any:
    """Read a day as one row of arrays."""
    return await read_track(connection, [vehicle_no], *DAY)


async def track_rows(connection: AsyncConnection[Any], vehicle_no: int) -> Any:
    """Read a day as the driver's binary rows."""
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(ROWS, [vehicle_no, *DAY])).fetchall()


async def track_text_rows(connection: AsyncConnection[Any], vehicle_no: int) -> Any:
    """Read a day as the driver's rows, its default."""
    return await (await connection.execute(ROWS, [vehicle_no, *DAY])).fetchall()


async def latest_array(connection: AsyncConnection[Any], _: int) -> Any:
    """Read the last positions as one row of arrays."""
    return await read_latest(connection, viewer=VIEWER)


async def latest_rows(connection: AsyncConnection[Any], _: int) -> Any:
    """Read the table of last positions as binary rows."""
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(LATEST_ROWS)).fetchall()


async def latest_distinct(connection: AsyncConnection[Any], _: int) -> Any:
    """Find the last positions among the fixes of five minutes."""
    since = DAY[1] - timedelta(seconds=1)
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(DISTINCT, [since])).fetchall()


async def in_turn(url: str, ways: dict[str, Query], rounds: int) -> dict[str, float]:
    """Return the median time of each way. [s]"""
    times: dict[str, list[float]] = {name: [] for name in ways}
    async with await connect_reader(url) as connection:
        for number in range(rounds + 2):
            for name, way in ways.items():
                began = time.perf_counter()
                await way(connection, number % DAY_TRUCKS + 1)
                if number >= 2:  # the first two make the plans
                    times[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print the machine, each way's median, and its ratio to plain rows."""
    print(machine_line())
    with new_database(server_url()) as url:
        fill(url)
        with psycopg.connect(url, autocommit=True) as connection:
            add_user(connection, "bureau", role="bureau")
        tracks = {"rows": track_rows, "text rows": track_text_rows, "array row": track_array}
        latest = {"distinct on 5 min": latest_distinct, "latest, rows": latest_rows, "latest, array row": latest_array}
        for title, ways in {"one truck-day": tracks, f"last of {TRUCKS}": latest}.items():
            middle = asyncio.run(in_turn(url, ways, ROUNDS))
            peer = next(iter(middle.values()))
            for name, seconds in middle.items():
                print(
                    f"{title:18s} {name:20s} {seconds * 1000:8.1f} ms   1/{peer / seconds:.1f} of {next(iter(middle))}"
                )


if __name__ == "__main__":
    main()
