"""The same rules as SQL on PostGIS, beside ours on the same batches. `python -m benchmarks.postgis`

A private PostgreSQL on a socket in a temporary folder, from the machine's own packages of PostgreSQL and PostGIS;
without them the benchmark says so and ends. Fixes are copied into a table before the clock starts, geometry has GiST
indexes, the corridor of a truck comes by its key, one core. SQL answers four rules of the catalogue (unloading or
illegal dumping, route deviation, uncovered haul, forbidden zones) with window functions, over one batch and with
nothing carried from the batch before; ours judges the whole catalogue, with carry and evidence.
"""

from __future__ import annotations

import gc
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
import shapely
from psycopg import sql

from benchmarks.haul_scene import CAPACITY_KG, HALF_WIDTH_M, Scene, Size, draw_scene
from benchmarks.machine import machine_line
from embedded.account import service_account
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.rules import RULES

SIZE = Size(trucks=2_000, sites=150, dumps=100, zones=50, corridors=300)
FIXES_EACH, BATCHES = 50, 4
PLANE = 32651  # UTM 51 N, metres, as plain distances are the fastest that PostGIS has

SCHEMA = f"""
create extension postgis;
create table fixes (truck int, time_ms bigint, geom geometry(Point, {PLANE}), speed real, load real, lift real,
    cover smallint);
create table places (kind text, number int, geom geometry(Polygon, {PLANE}));
create table trucks (truck int primary key, site int, dump int, corridor geometry(LineString, {PLANE}));
"""
INDEXES = "create index on places using gist (geom); analyze"
# Of constants of this module.
QUERY = f"""
with placed as materialized (
    select f.*, p.*, f.load >= 0.4 * {CAPACITY_KG} as heavy, f.load <= 0.2 * {CAPACITY_KG} as empty,
        f.load >= 0.4 * {CAPACITY_KG} and st_distance(f.geom, t.corridor) > {HALF_WIDTH_M} as away
    from fixes f join trucks t using (truck) cross join lateral (
        select coalesce(bool_or(kind = 'site'), false) as in_site, coalesce(bool_or(kind = 'dump'), false) as in_dump,
            coalesce(bool_or(kind = 'zone'), false) as in_zone,
            coalesce(bool_or(kind = 'site' and number = t.site or kind = 'dump' and number = t.dump), false) as at_end
        from places where st_contains(places.geom, f.geom)
    ) p
), flagged as (
    select *, (lift >= 15 or (empty and lag(heavy, 5) over w)) and speed < 2.8 as tips,
        away and not at_end as off_route, heavy and cover = 2 and not in_site and not in_dump and speed > 1.4 as bare
    from placed window w as (partition by truck order by time_ms)
), signs as (
    select truck, time_ms, v.kind, v.holds, v.hold_ms from flagged, lateral (values ('unloading', tips, 10000),
        ('route_deviation', off_route, 180000), ('uncovered_haul', bare, 30000),
        ('forbidden_zone', in_zone, 30000)) as v (kind, holds, hold_ms)
), islands as (
    select *, row_number() over (partition by kind, truck order by time_ms)
        - row_number() over (partition by kind, truck, holds order by time_ms) as island from signs
)
select kind, truck, min(time_ms), max(time_ms), count(*) from islands where holds
group by kind, truck, island, hold_ms having max(time_ms) - min(time_ms) >= hold_ms and count(*) >= 2
"""  # noqa: S608


def server_programs() -> Path | None:
    """Return the newest installed PostgreSQL's programs, None where it has no PostGIS."""
    for programs in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        share = Path("/usr/share/postgresql") / programs.parent.name
        if (share / "extension" / "postgis.control").exists():
            return programs
    return None


@contextmanager
def private_server(programs: Path) -> Iterator[str]:
    """Yield the connection string of a server of its own, stopped and removed afterwards."""
    account = service_account()
    folder = Path(tempfile.mkdtemp(prefix="muckline-postgis-"))
    account.give(folder)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_parallel_workers_per_gather=0"
    options += " -c jit=off -c shared_buffers=256MB -c work_mem=256MB"
    try:
        made = account.run(programs / "initdb", "-D", folder / "data", "-U", "bench", "-A", "trust", "-N", "-E", "UTF8")
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
        log = folder / "log"
        began = account.run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", log, "-o", options, "start")
        if began.returncode:
            raise RuntimeError(f"the server did not start: {began.stdout.strip()} {began.stderr.strip()}")
        yield f"host={folder} user=bench dbname=postgres"
    finally:
        account.run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fill_world(connection: psycopg.Connection, scene: Scene) -> None:
    """Copy places and corridors in metres of the plane, not counted."""
    connection.execute(SCHEMA.encode())
    features = scene.world.documents["zones"]["features"]
    zones = [shapely.geometry.shape(f["geometry"]) for f in features if f["properties"]["rule"] == "forbidden"]
    kinds = (("site", scene.sites), ("dump", scene.dumps), ("zone", zones))
    project = sql.SQL("st_transform(st_geomfromtext(%s, 4326), {})").format(PLANE)
    with connection.cursor() as cursor:
        rows = [(kind, n, shape.wkt) for kind, shapes in kinds for n, shape in enumerate(shapes)]
        cursor.executemany(sql.SQL("insert into places values (%s, %s, {})").format(project), rows)
        trucks = zip(scene.route_of.tolist(), scene.site_of.tolist(), scene.dump_of.tolist(), strict=True)
        lines = [(truck, site, dump, scene.corridors[k].wkt) for truck, (k, site, dump) in enumerate(trucks)]
        cursor.executemany(sql.SQL("insert into trucks values (%s, %s, %s, {})").format(project), lines)
    connection.execute(INDEXES)


def fill_fixes(connection: psycopg.Connection, batch: FixBatch) -> None:
    """Copy one batch, not counted."""
    connection.execute(
        "create temp table arrived (truck int, time_ms bigint, lon float8, lat float8, speed real, "
        "load real, lift real, cover smallint)"
    )
    columns = (batch.vehicle, batch.fix_time_ms, batch.lon_deg, batch.lat_deg, batch.speed_mps, batch.load_kg)
    with connection.cursor() as cursor, cursor.copy("copy arrived from stdin") as copy:
        for row in zip(*(c.tolist() for c in (*columns, batch.lift_deg, batch.cover)), strict=True):
            copy.write_row(row)
    connection.execute(
        sql.SQL(
            "truncate fixes; insert into fixes select truck, time_ms, "
            "st_transform(st_setsrid(st_makepoint(lon, lat), 4326), {}), speed, load, lift, cover from arrived; "
            "drop table arrived; analyze fixes"
        ).format(PLANE)
    )


def compare(connection: psycopg.Connection, scene: Scene) -> None:
    """Judge the same batches with both and print the medians."""
    carry, ours_s, theirs_s = Carry(SIZE.trucks), [], []
    found: Counter[str] = Counter()
    their_found: Counter[str] = Counter()
    for k in range(BATCHES):
        batch = scene.batch(k * FIXES_EACH, (k + 1) * FIXES_EACH, SIZE.trucks)
        batch = batch.take(batch.mark == Mark.FIX)  # the query knows no washers
        began = time.perf_counter()
        judgement = evaluate(batch, scene.world, carry)
        carry.apply(judgement.update)
        ours_s.append(time.perf_counter() - began)
        found.update(event.kind for event in judgement.events)
        fill_fixes(connection, batch)
        began = time.perf_counter()
        rows = connection.execute(QUERY.encode()).fetchall()
        theirs_s.append(time.perf_counter() - began)
        their_found.update(row[0] for row in rows)
    ours, theirs = statistics.median(ours_s[1:]), statistics.median(theirs_s[1:])
    print(
        f"  batches of {len(batch):,}: ours ({len(RULES)} rules) {ours * 1e3:.1f} ms, PostGIS (4 rules) "
        f"{theirs * 1e3:.0f} ms: {theirs / ours:.0f} x"
    )
    print(f"    ours { ({kind: found[kind] for kind in sorted(their_found)}) }")
    print(f"    SQL  {dict(sorted(their_found.items()))}")


def main() -> None:
    """Print the comparison, or what it lacks."""
    print(machine_line())
    programs = server_programs()
    if programs is None:
        print("  no PostgreSQL with PostGIS is installed here (Debian: postgresql-postgis): no comparison")
        return
    scene = draw_scene(np.random.default_rng(7), FIXES_EACH * BATCHES, SIZE)
    gc.disable()
    with private_server(programs) as address, psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute("select version()").fetchone()
        print(f"  {row[0].split(' on ')[0] if row else ''}, socket only, one core")
        fill_world(connection, scene)
        compare(connection, scene)


if __name__ == "__main__":
    main()
