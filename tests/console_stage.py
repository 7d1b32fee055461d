"""A served API with a city on it, for tests of the console: world, trucks on its roads, events, cases, users.

Everything lies in a real database and is read through the real API; trucks move because their newest fix is written
anew, as ingest does it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import numpy as np
import psycopg
from numpy.typing import NDArray

from api.recognition import COOKIE
from rules_engine.event import FixKey
from simulators.instant import EPOCH
from simulators.scenario import read_scenario
from simulators.simulation import Simulation
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.world_store import empty_documents, write_documents
from supervision.casework import open_cases
from tests.api_server import as_user, serving
from tests.storage_rows import batch, event, trip

SEED = 7
COMPANIES = ("宏基土石方", "常运渣土运输", "天宁环境工程", "武进通达物流", "太湖基础建设", "金坛绿源运输")
SITES = (
    "延政大道综合体",
    "轨道交通5号线湖塘站",
    "科教城三期",
    "滆湖生态修复",
    "高架南延段",
    "花园街地块",
    "淹城路安置房",
    "常武医院扩建",
)
DUMP_POINTS = ("雪堰消纳场", "牛塘资源化利用厂", "前黄码头中转点", "嘉泽回填场")
EVENTS = (
    ("illegal_dumping", 3), ("route_deviation", 2), ("spillage", 2), ("overspeed", 1), ("not_washed", 2),
    ("out_of_hours", 1), ("uncovered_haul", 2), ("forbidden_zone", 2), ("no_permit", 3), ("long_stop", 1),
)  # fmt: skip
USERS: dict[str, dict[str, Any]] = {
    "bureau": {"display_name": "指挥中心"},
    "administrator": {"display_name": "系统管理员"},
    "inspector": {"display_name": "巡查员陈立"},
}
# What a live map may count on: latest rows are written as often as the map looks.
TICK_S = 1.0


@cache
def city_documents(columns: int, rows: int, sites: int) -> dict[str, Any]:
    """Return the world of a generated city whose places have names as they are given in a city."""
    scenario = read_scenario("demo")
    city = msgspec.structs.replace(
        scenario.city, columns=columns, rows=rows, sites=sites, dump_points=max(3, sites // 4)
    )
    start_ms = (datetime.now(UTC) - EPOCH).total_seconds() * 1000
    documents = Simulation(msgspec.structs.replace(scenario, city=city), SEED, int(start_ms), endless=True).documents
    for kind, names in (("sites", SITES), ("dump_points", DUMP_POINTS)):
        for at, feature in enumerate(documents[kind]["features"]):
            round_ = at // len(names)
            feature["properties"]["name"] = names[at % len(names)] + (f" {round_ + 1} 标段" if round_ else "")
    for at, company in enumerate(documents["companies"]):
        company["name"] = COMPANIES[at % len(COMPANIES)]
    for feature, name in zip(documents["districts"]["features"], ("西片区", "东片区"), strict=False):
        feature["properties"]["name"] = name
    return documents


class Fleet:
    """Trucks under way on the city's corridors; each `step` writes where all of them are now.

    They are `registered` once; who finds them in the database has the same ones in the same places.
    """

    def __init__(self, connection: psycopg.Connection[Any], documents: dict[str, Any], count: int) -> None:
        self._connection = connection
        self._documents = documents
        self._rng = np.random.default_rng(SEED)
        self._numbers = np.array(
            connection.execute("select vehicle_no from vehicles order by vehicle_id limit %s", [count]).fetchall(),
            np.int32,
        ).ravel()
        self._lines = [
            np.array(feature["geometry"]["coordinates"], float)
            for feature in (documents["corridors"]["features"] + documents["roads"]["features"])
        ]
        rng, corridors = self._rng, len(documents["corridors"]["features"])
        hauling = rng.random(count) < 0.45
        self._line = np.where(
            hauling, rng.integers(0, corridors, count), rng.integers(corridors, len(self._lines), count)
        )
        self._at = rng.random(count)
        self._way = rng.choice((-1.0, 1.0), count)
        standing = rng.random(count) < 0.3
        self._speed_mps = np.where(standing, 0.0, rng.uniform(4, 17, count))
        self._load_kg = np.where(rng.random(count) < 0.5, rng.uniform(9_000, 18_000, count), 0.0)
        self._silent = rng.random(count) < 0.03
        self.step(0.0)

    @classmethod
    def registered(cls, connection: psycopg.Connection[Any], documents: dict[str, Any], count: int) -> Fleet:
        """Add as many trucks as there are to be, and let those with a load have begun a trip."""
        companies = [company["company_id"] for company in documents["companies"]]
        connection.execute(
            "insert into vehicles (vehicle_id, plate, company_id, capacity_kg, tare_kg)"
            " select 'X' || lpad(n::text, 5, '0'), '苏D' || lpad((n * 7919 %% 100000)::text, 5, '0'),"
            " (%(companies)s::text[])[1 + n %% %(most)s], 18000, 13000 from generate_series(1, %(more)s) as n",
            {"companies": companies, "most": len(companies), "more": count - len(documents["vehicles"])},
        )
        fleet = cls(connection, documents, count)
        fleet._load()
        return fleet

    def _load(self) -> None:
        """Let the trucks with a load have begun a trip, so that their load is known to be on its way."""
        begun_ms = int(time.time() * 1000) - 1_800_000
        sites = [feature["properties"]["site_id"] for feature in self._documents["sites"]["features"]]
        trucks = self._connection.execute("select vehicle_no, vehicle_id from vehicles").fetchall()
        named = dict(trucks)
        loaded = [
            replace(
                trip(0, vehicle=named[int(number)]),
                start=FixKey(begun_ms + int(number), 7, int(number)),
                site_id=sites[int(number) % len(sites)],
                loading_start_ms=begun_ms,
                loaded_ms=begun_ms + 400_000,
                load_kg=float(load_kg),
            )
            for number, load_kg in zip(self._numbers, self._load_kg, strict=True)
            if load_kg > 0
        ]
        BatchWriter(self._connection).write(batch(trips=loaded, found_at_ms=begun_ms + 500_000))

    def step(self, seconds: float) -> float:
        """Move every truck on, write the newest fix of each, and return when that was committed. [Unix s]"""
        lon_deg, lat_deg, course_deg = (np.empty(len(self._numbers)) for _ in range(3))
        for number, line in enumerate(self._lines):
            here = np.flatnonzero(self._line == number)
            if len(here):
                self._move(here, line, seconds, (lon_deg, lat_deg, course_deg))
        moved = {
            "no": self._numbers.tolist(),
            "lon": lon_deg.tolist(),
            "lat": lat_deg.tolist(),
            "speed": self._speed_mps.tolist(),
            "course": course_deg.tolist(),
            "load": self._load_kg.tolist(),
            "age_s": np.where(self._silent, 5400.0, 0.5).tolist(),
        }
        self._connection.execute(WRITE_LATEST, moved)
        return time.time()

    def _move(self, here: NDArray[np.intp], line: NDArray[Any], seconds: float, into: tuple[NDArray[Any], ...]) -> None:
        lon_deg, lat_deg, course_deg = into
        steps_m = np.hypot(*(np.diff(line, axis=0) * (94_800, 111_200)).T)
        along_m = np.concatenate(([0.0], np.cumsum(steps_m)))
        at = self._at[here] + self._way[here] * self._speed_mps[here] * seconds / max(along_m[-1], 1.0)
        self._way[here] = np.where(at > 1, -1.0, np.where(at < 0, 1.0, self._way[here]))
        self._at[here] = at = np.clip(at, 0, 1)
        at_m = at * along_m[-1]
        lon_deg[here], lat_deg[here] = (np.interp(at_m, along_m, line[:, axis]) for axis in (0, 1))
        leg = np.clip(np.searchsorted(along_m, at_m, "right") - 1, 0, len(steps_m) - 1)
        east, north = (np.diff(line, axis=0)[leg] * (94_800, 111_200)).T * self._way[here]
        course_deg[here] = np.degrees(np.arctan2(east, north)) % 360


WRITE_LATEST = """
    insert into latest (vehicle_no, terminal_no, fix_time, epoch, seq, received_at, position_time, lat_deg, lon_deg,
        speed_mps, course_deg, load_kg, faults, alarms, cover, ignition)
    select no, no, now() - make_interval(secs => age_s), 7, 1, now(), now() - make_interval(secs => age_s), lat, lon,
        speed, course, load, case when mod(no, 211) = 0 then 1 else 0 end, 0, 1, 1
    from unnest(%(no)s::integer[], %(lon)s::float8[], %(lat)s::float8[], %(speed)s::real[], %(course)s::real[],
        %(load)s::real[], %(age_s)s::float8[]) as moved (no, lon, lat, speed, course, load, age_s)
    on conflict (vehicle_no) do update set fix_time = excluded.fix_time, received_at = excluded.received_at,
        position_time = excluded.position_time, lat_deg = excluded.lat_deg, lon_deg = excluded.lon_deg,
        speed_mps = excluded.speed_mps, course_deg = excluded.course_deg, seq = latest.seq + 1
"""


@dataclass
class Stage:
    """A served API and what a test does to its city.

    Attributes:
        database_url: Where everything lies.
        base_url: Of the API and the console.
        documents: The world in force.
        connection: To the database, as ingest has it.
    """

    database_url: str
    base_url: str
    documents: dict[str, Any]
    connection: psycopg.Connection[Any]
    fleet: Fleet

    def cookie(self, role: str = "bureau", **scope: Any) -> dict[str, str]:
        """Return the cookie of a user of a role, as the session gives it out; `scope` as in `as_user`."""
        token = as_user(self.database_url, role, **scope)["authorization"].removeprefix("Bearer ")
        return {"name": COOKIE, "value": token}

    def find_event(self, kind: str, severity: int, vehicle_id: str, age_s: float = 20.0) -> None:
        """Let a rule have found an event of a truck where the truck is now, and open its case as the worker does."""
        found_ms = int((time.time() - age_s) * 1000)
        place = self.connection.execute(
            "select lat_deg, lon_deg from latest join vehicles using (vehicle_no) where vehicle_id = %s", [vehicle_id]
        ).fetchone()
        lat_deg, lon_deg = place or (31.7, 119.95)
        found = replace(
            event(0, vehicle=vehicle_id, kind=kind),
            start=FixKey(found_ms, 7, found_ms % 1_000_000), confirmed_ms=found_ms + 9_000,
            severity=severity, lat_deg=lat_deg, lon_deg=lon_deg, opening={},
        )  # fmt: skip
        BatchWriter(self.connection).write(batch(events=[found], found_at_ms=int(time.time() * 1000)))
        open_cases(self.connection, datetime.now(UTC))

    def seed_events(self, count: int) -> None:
        """Let rules have found so many events in the last hours, the newest just now."""
        rng = np.random.default_rng(SEED)
        trucks = [vehicle["vehicle_id"] for vehicle in self.documents["vehicles"]]
        for at in range(count):
            kind, severity = EVENTS[at % len(EVENTS)]
            self.find_event(kind, severity, trucks[at % len(trucks)], age_s=float((count - at) * rng.uniform(60, 400)))

    @contextmanager
    def driving(self) -> Iterator[list[float]]:
        """Let the trucks move once a second while the block runs; gives the times of the commits."""
        commits: list[float] = []
        stop = threading.Event()

        def drive() -> None:
            due_s = time.monotonic()
            while not stop.is_set():
                commits.append(self.fleet.step(TICK_S))
                due_s += TICK_S
                stop.wait(max(0.0, due_s - time.monotonic()))

        thread = threading.Thread(target=drive)
        thread.start()
        try:
            yield commits
        finally:
            stop.set()
            thread.join(20)
            assert not thread.is_alive()


@dataclass(frozen=True, slots=True)
class Size:
    """How great a staged city is.

    Attributes:
        trucks: How many there are, at least the thirty that the generated world has.
        events: How many of them became cases.
        grid: Streets each way.
        sites: Building sites.
    """

    trucks: int = 200
    events: int = 12
    grid: int = 12
    sites: int = 6


USUAL = Size()


def furnish(database_url: str, size: Size = USUAL) -> None:
    """Write a city with its users into a migrated database."""
    documents = city_documents(size.grid, size.grid, size.sites)
    with connect_writer(database_url) as connection:
        write_documents(connection, {**empty_documents(), **documents})
        fleet = Fleet.registered(connection, documents, size.trucks)
        for role, named in USERS.items():
            as_user(database_url, role, **named)
        Stage(database_url, "", documents, connection, fleet).seed_events(size.events)


@contextmanager
def staged(database_url: str, size: Size = USUAL, **settings: Any) -> Iterator[Stage]:
    """Serve the city that a database is furnished with; `settings` are those of `ApiSettings`."""
    documents = city_documents(size.grid, size.grid, size.sites)
    with connect_writer(database_url) as connection, serving(database_url, viewer=None, **settings) as client:
        fleet = Fleet(connection, documents, size.trucks)
        yield Stage(database_url, str(client.base_url).rstrip("/"), documents, connection, fleet)
