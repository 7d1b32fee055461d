"""How fast the API answers, beside the plain way of writing the same answer. `python -m benchmarks.http_queries`

A and B are uvicorn processes on the same database, asked in turn, warm, medians over trucks.

- One truck-day, 8,640 fixes with all 18 columns: ours against FastAPI with a pydantic `response_model` of rows, read
  with psycopg's usual cursor.
- 10,000 latest positions: ours against FastAPI + orjson rows from `distinct on` over the last five minutes, which is
  given the time index that it needs and that our table does without.
- From the writer's call to the event at a reader of the stream, 2,000 events in commits ten times a second.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
import psycopg
from fastapi import FastAPI, Request, Response
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from benchmarks.api_login import UNLIMITED, log_in, new_secret
from benchmarks.machine import machine_line
from rules_engine.event import Event, FixKey
from storage.batch_writer import BatchWriter, WriteBatch
from storage.connect import configure_reader, connect_writer
from storage.migrate import upgrade

TRUCKS = 10_000
DAY_TRUCKS = 60  # of these a whole day is stored
DAY = "2026-05-01T00:00:00+00:00/2026-05-02T00:00:00+00:00"
DAY_START = "2026-05-01T00:00:00+00:00"
DAY_FIXES = 8_640
ROUNDS = 30
EVENTS, COMMITS = 2_000, 100

FIXES = """
    insert into fixes
    select v, v, t, 7, extract(epoch from t) / 10, t + interval '400 ms', 31.7 + random() / 10, 119.9 + random() / 10,
        random() * 25, random() * 359, 0.9, 15000 + random() * 100, null, 0, 0, 0, 14, 0, 1, 1
    from generate_series(%s::int, %s::int) v, generate_series(%s::timestamptz, %s::timestamptz, interval '10 s') t
"""
PEER_COLUMNS = """fix_time, epoch, seq, received_at, lat_deg, lon_deg, speed_mps, course_deg, hdop, satellites, load_kg,
    load_ratio, lift_deg, cover, ignition, main_power, faults, alarms"""
LATEST = f"""
    insert into latest (vehicle_no, terminal_no, position_time, {PEER_COLUMNS})
    select distinct on (vehicle_no) vehicle_no, terminal_no, fix_time, {PEER_COLUMNS}
    from fixes order by vehicle_no, fix_time desc
"""  # noqa: S608 - our own column names
PEER_TRACK = f"""
    select {PEER_COLUMNS} from fixes
    where vehicle_no = %s and fix_time >= %s and fix_time < %s order by fix_time, epoch, seq
"""  # noqa: S608 - likewise
PEER_LATEST = f"""
    select distinct on (f.vehicle_no) v.vehicle_id, v.plate, {PEER_COLUMNS}
    from fixes f join vehicles v using (vehicle_no)
    where f.fix_time > %s::timestamptz - interval '5 minutes' order by f.vehicle_no, f.fix_time desc
"""  # noqa: S608 - likewise
LATEST_END = "2026-05-02T00:05:00+00:00"


class Server(NamedTuple):
    """Where one of the two answers, and what whoever asks must carry."""

    port: int
    headers: dict[str, str]


class PeerFix(BaseModel):
    """One row of the peer's answer."""

    fix_time: datetime
    epoch: int
    seq: int
    received_at: datetime
    lat_deg: float | None
    lon_deg: float | None
    speed_mps: float | None
    course_deg: float | None
    hdop: float | None
    satellites: int | None
    load_kg: float | None
    load_ratio: float | None
    lift_deg: float | None
    cover: int | None
    ignition: int | None
    main_power: int | None
    faults: int
    alarms: int


def peer_app(url: str) -> FastAPI:
    """Return the same two answers written the plain way, over a pool like ours."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncConnectionPool(url, configure=configure_reader, min_size=4, open=False) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)

    async def rows(request: Request, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
        async with (
            request.app.state.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            await cursor.execute(query, parameters)
            return await cursor.fetchall()  # type: ignore[no-any-return]

    @app.get("/track/{vehicle_no}", response_model=list[PeerFix])
    async def track(request: Request, vehicle_no: int) -> Any:
        start, end = DAY.split("/")
        return await rows(request, PEER_TRACK, [vehicle_no, start, end])

    @app.get("/latest")
    async def latest(request: Request) -> Response:
        return Response(orjson.dumps(await rows(request, PEER_LATEST, [LATEST_END])), media_type="application/json")

    return app


def serve(which: str, url: str, secret: str) -> None:
    """Serve one of the two in this process, and say on which port."""
    import uvicorn

    from api.app import create_app
    from api.server import listening_socket, make_server
    from api.settings import ApiSettings
    from firmware_contracts.transport import BrokerAddress

    listener = listening_socket("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    if which == "ours":
        settings = ApiSettings(requests_per_minute=UNLIMITED)
        make_server(create_app(settings, url, BrokerAddress(), secret=bytes.fromhex(secret))).run(sockets=[listener])
    else:
        config = uvicorn.Config(peer_app(url), log_level="warning", access_log=False)
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


@contextmanager
def served(which: str, url: str) -> Iterator[Server]:
    """Give the address of one of the two, running in a process of its own."""
    secret = new_secret()
    command = [sys.executable, "-m", "benchmarks.http_queries", which, url, secret.hex()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = Server(int(process.stdout.readline()), log_in(url, secret) if which == "ours" else {})
        while True:
            try:
                get(server, "/openapi.json")
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield server
        process.terminate()


@contextmanager
def filled_database(server: str) -> Iterator[str]:
    """Give a database with a day of some trucks and ten minutes of all; dropped afterwards."""
    name = f"muckline_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = make_conninfo(server, dbname=name)
    try:
        upgrade(url)
        with connect_writer(url) as connection:
            connection.execute(
                "insert into vehicles (vehicle_id, plate) select 'V' || n, 'P' || n from generate_series(1, %s) n",
                [TRUCKS],
            )
            connection.execute(FIXES, [1, DAY_TRUCKS, DAY_START, "2026-05-01T23:59:50+00:00"])
            connection.execute(FIXES, [1, TRUCKS, "2026-05-02T00:00:00+00:00", "2026-05-02T00:04:50+00:00"])
            connection.execute("create index on fixes (fix_time)")
            connection.execute(LATEST)
            connection.execute("vacuum analyze")
        yield url
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def get(server: Server, path: str) -> bytes:
    """Return the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers=server.headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, body
    return body


class Measured(NamedTuple):
    """Medians of A and B, in turn. [ms]"""

    ours_ms: float
    peer_ms: float


def in_turn(ours: list[tuple[Server, str]], peer: list[tuple[Server, str]]) -> Measured:
    """Return the medians of two lists of requests, asked one and one."""
    times: tuple[list[float], list[float]] = ([], [])
    for pair in zip(ours, peer, strict=True):
        for (server, path), kept in zip(pair, times, strict=True):
            began = time.perf_counter()
            get(server, path)
            kept.append((time.perf_counter() - began) * 1000)
    return Measured(*map(statistics.median, times))


def commit_to_stream_ms(url: str, server: Server, events: int = EVENTS, commits: int = COMMITS) -> list[float]:
    """Return how long each event took from the writer's call, COMMIT included, to a reader of the stream. [ms]

    Commits come ten times a second, as those of an ingest that flushes each 100 ms.
    """
    arrived: dict[int, float] = {}
    stream = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    stream.request("GET", "/v1/events/stream", headers=server.headers)
    response = stream.getresponse()

    def read() -> None:
        while len(arrived) < events:
            line = response.readline()
            if line.startswith(b"data: "):
                now = time.perf_counter()
                arrived[orjson.loads(line[6:])["first_fix"]["seq"]] = now

    reader = threading.Thread(target=read)
    reader.start()
    while get(server, "/metrics").find(b"event_streams 1.0") < 0:
        time.sleep(0.1)
    began: dict[int, float] = {}
    share = events // commits
    with connect_writer(url) as connection:
        writer = BatchWriter(connection)
        for first in range(0, events, share):
            seqs = range(first, first + share)
            batch = WriteBatch(events=[found(seq) for seq in seqs], found_at_ms=time.time_ns() // 1_000_000)
            began |= dict.fromkeys(seqs, time.perf_counter())
            writer.write(batch)
            time.sleep(0.1)
    reader.join(30)
    stream.close()
    return [(arrived[seq] - began[seq]) * 1000 for seq in range(events)]


def found(seq: int) -> Event:
    """Return an event with evidence of a usual size."""
    start = FixKey(1_780_000_000_000 + seq * 10_000, 7, seq)
    opening = {"load_before_kg": 15_200.0, "load_after_kg": 3_100.0, "thresholds": {"lift_deg": 15, "hold_s": 10}}
    return Event(
        f"V{seq % TRUCKS + 1}", "illegal_dumping", start, start.fix_time_ms, None, 31.7, 119.9, 3, opening, None
    )


def measure(url: str, ours: Server, peer: Server) -> None:
    """Print the three figures."""
    vehicles = [1 + n % DAY_TRUCKS for n in range(ROUNDS)]
    tracks = [(ours, f"/v1/vehicles/V{n}/track?datetime={quote(DAY)}") for n in vehicles]
    peer_tracks = [(peer, f"/track/{n}") for n in vehicles]
    assert orjson.loads(get(*tracks[0]))["count"] == len(orjson.loads(get(*peer_tracks[0]))) == DAY_FIXES
    in_turn(tracks, peer_tracks)  # warm
    tell("one truck-day", "pydantic rows", in_turn(tracks, peer_tracks), 6)

    latest, peer_latest = [(ours, "/v1/positions/latest")] * 10, [(peer, "/latest")] * 10
    assert orjson.loads(get(*latest[0]))["count"] == len(orjson.loads(get(*peer_latest[0]))) == TRUCKS
    in_turn(latest[:3], peer_latest[:3])  # warm
    tell(f"{TRUCKS} latest positions", "distinct on", in_turn(latest, peer_latest), 8)

    delays_ms = sorted(commit_to_stream_ms(url, ours))
    p50, p99 = delays_ms[len(delays_ms) // 2], delays_ms[int(len(delays_ms) * 0.99)]
    print(f"commit to stream, {EVENTS} events: p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {delays_ms[-1]:.0f} ms")


def tell(what: str, peer: str, measured: Measured, goal: int) -> None:
    """Print one comparison."""
    ratio = measured.peer_ms / measured.ours_ms
    print(f"{what}: {measured.ours_ms:.1f} ms, {peer} {measured.peer_ms:.1f} ms: 1/{ratio:.1f} (goal 1/{goal})")


def main() -> None:
    """Print the machine line and the figures."""
    if len(sys.argv) == 4:
        serve(*sys.argv[1:])
        return
    server = server_url()
    print(machine_line())
    with filled_database(server) as url, served("ours", url) as ours, served("peer", url) as peer:
        measure(url, ours, peer)


def server_url() -> str:
    """Return the database server to use: MUCKLINE_TEST_DATABASE, else the embedded one."""
    configured = os.environ.get("MUCKLINE_TEST_DATABASE")
    if configured:
        return configured
    from embedded.postgres import EmbeddedPostgres
    from embedded.settings import EmbeddedSettings

    return EmbeddedPostgres(EmbeddedSettings()).ensure()


if __name__ == "__main__":
    main()
