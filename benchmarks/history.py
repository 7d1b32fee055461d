"""A truck's past and everybody's positions over HTTP, with scope and audit on. `python -m benchmarks.history`

The API is a uvicorn process of its own on a database with 10,000 trucks, of which some have a month of fixes, trips and
events. Every request is of a user of role inspector and writes its row of the audit log. The peer of the day is the
same day without scope and audit, read from the database and made JSON here: what remains is what HTTP and the log cost.

- A truck-day, 8,640 fixes with 18 columns, p50 (goal 60 ms); a month thinned; a month's trips and whole history, p95
  (goal 1 s); 10,000 latest positions, p50 (goal 100 ms); trucks in a box in an hour.
- Live positions: 10,000 trucks that all move once a second, 20 viewers; CPU of the API's process (goal 30 % of a core).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from websockets.sync.client import connect

from api.answers import json_bytes
from api.fix_columns_answer import columns_answer
from api.live_positions_records import HEADER
from api.tokens import access_token
from benchmarks.http_queries import FIXES, server_url
from benchmarks.machine import machine_line
from benchmarks.store import new_database
from storage.connect import connect_reader, connect_writer
from storage.migrate import upgrade
from storage.queries.track import read_track
from storage.sessions import begin_session
from storage.users import add_user

TRUCKS = 10_000
MONTH_TRUCKS, DAYS = 3, 30
TRIPS_A_DAY = 12
ROUNDS = 30
VIEWERS, LIVE_S = 20, 15
START = datetime(2026, 5, 1, tzinfo=UTC)

LATEST = """
    insert into latest (vehicle_no, terminal_no, fix_time, epoch, seq, received_at, position_time, lat_deg, lon_deg,
        speed_mps, course_deg, hdop, load_kg, lift_deg, faults, alarms, satellites, cover, ignition, main_power)
    select n, n, now(), 7, 1, now(), now(), 31.7 + random() / 10, 119.9 + random() / 10, random() * 25, random() * 359,
        0.9, 15000, 0, 0, 0, 14, 0, 1, 1
    from generate_series(1, %s) n
"""
MOVE = """
    update latest set fix_time = now(), position_time = now(), seq = seq + 1, lon_deg = lon_deg + 0.0001,
        speed_mps = random() * 25
"""
TRIPS = """
    insert into trips
        (trip_id, vehicle_no, start_time, epoch, seq, site_id, loaded_at, load_kg, judged_to, world_version)
    select gen_random_uuid(), n %% {trucks} + 1, t, 7, 1, 'S1', t + interval '10 minutes', 15000, t, 'b61e'
    from generate_series(0, {share} - 1) n, generate_series(%s::timestamptz, %s::timestamptz, %s) t
"""
EVENTS = """
    insert into events (event_id, vehicle_no, kind, start_time, epoch, seq, confirmed_at, end_time, lat_deg, lon_deg,
        severity, opening, closing, opened_to, closed_to, world_version, found_at, back_dated, change_no)
    select gen_random_uuid(), n, 'spillage', t, 7, 1, t, t + interval '1 minute', 31.7, 119.9, 2,
        '{"lost_kg": 800}', '{}', t, t, 'b61e', t, false, 0
    from generate_series(1, %s) n, generate_series(%s::timestamptz, %s::timestamptz, interval '6 hours') t
"""


def fill(url: str) -> None:
    """Put a city with a month of some trucks into an empty database."""
    upgrade(url)
    end = START + timedelta(days=DAYS)
    with connect_writer(url) as connection:
        connection.execute(
            "insert into vehicles (vehicle_id, plate) select 'V' || n, 'P' || n from generate_series(1, %s) n", [TRUCKS]
        )
        connection.execute(FIXES, [1, MONTH_TRUCKS, START, end - timedelta(seconds=10)])
        connection.execute(FIXES, [MONTH_TRUCKS + 1, 1_000, end, end + timedelta(hours=1)])
        connection.execute(LATEST, [TRUCKS])
        connection.execute(
            TRIPS.format(trucks=MONTH_TRUCKS, share=MONTH_TRUCKS), [START, end, timedelta(days=1) / TRIPS_A_DAY]
        )
        # The others' trips of the last week, so that an index and not a small table answers.
        now = datetime.now(UTC)
        connection.execute(
            TRIPS.format(trucks=TRUCKS, share=TRUCKS), [now - timedelta(days=2), now, timedelta(hours=12)]
        )
        connection.execute(EVENTS, [MONTH_TRUCKS, START, end])
        connection.execute("vacuum analyze")


def serve(url: str, secret: str) -> None:
    """Serve the API in this process, and say on which port."""
    from api.app import create_app
    from api.server import listening_socket, make_server
    from api.settings import ApiSettings
    from firmware_contracts.transport import BrokerAddress

    listener = listening_socket("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    app = create_app(ApiSettings(), url, BrokerAddress(port=1), secret=bytes.fromhex(secret))
    make_server(app).run(sockets=[listener])


@contextmanager
def served(url: str) -> Iterator[tuple[httpx.Client, int]]:
    """Give a client who is logged in, and the server's process."""
    secret = secrets.token_bytes(32)
    with connect_writer(url) as connection:
        user_no = add_user(connection, "inspector", role="inspector")
        session_id = begin_session(connection, user_no, longest_s=3_600)
    token = access_token(secret, session_id, time.time(), valid_s=3_600)
    command = [sys.executable, "-m", "benchmarks.history", url, secret.hex()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        headers = {"authorization": f"Bearer {token}"}
        try:
            with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
                wait_until_ready(client)
                yield client, process.pid
        finally:
            process.terminate()


def wait_until_ready(client: httpx.Client) -> None:
    """Wait for the first answer."""
    for _ in range(200):
        try:
            client.get("/v1/vehicles?limit=1").raise_for_status()
            return
        except (httpx.TransportError, httpx.HTTPStatusError):
            time.sleep(0.1)
    raise RuntimeError("expected an answer within 20 s")


def times_ms(ask: Callable[[int], object], rounds: int = ROUNDS) -> list[float]:
    """Return how long each round took, sorted, after two to warm up. [ms]"""
    taken = []
    for number in range(rounds + 2):
        began = time.perf_counter()
        ask(number)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[2:])


def tell(what: str, taken_ms: list[float], goal: str = "") -> None:
    """Print median, 95th percentile and the quickest, which is what others on the machine disturb least."""
    p95 = taken_ms[int(len(taken_ms) * 0.95)]
    figures = f"p50 {statistics.median(taken_ms):7.1f} ms   p95 {p95:7.1f} ms   least {taken_ms[0]:7.1f} ms   {goal}"
    print(f"{what:32s} {figures}", flush=True)


def getting(client: httpx.Client, path: str, check: Callable[[Any], bool], **parameters: Any) -> Callable[[int], None]:
    """Return what asks for one path of one truck after the other; the first answer is checked."""

    def ask(number: int) -> None:
        address = path.format(vehicle_id=f"V{number % MONTH_TRUCKS + 1}")
        answer = client.get(address, params=parameters)
        assert answer.status_code == 200, answer.text
        if number == 0:
            assert check(answer.json()), address

    return ask


async def day_without_http(url: str) -> list[float]:
    """Return how long reading a day and making JSON of it takes without anything around. [ms]"""
    taken = []
    async with await connect_reader(url) as connection:
        for number in range(ROUNDS + 2):
            began = time.perf_counter()
            columns = await read_track(connection, [number % MONTH_TRUCKS + 1], START, START + timedelta(days=1))
            json_bytes(columns_answer(columns))
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[2:])


def cpu_s(process: int) -> float:
    """Return the CPU time that a process has used. [s]"""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def live(client: httpx.Client, url: str, process: int) -> None:
    """Print what live positions for many viewers cost while every truck moves each second."""
    address = str(client.base_url).replace("http", "ws") + "/v1/positions/live"
    headers = {"authorization": client.headers["authorization"]}
    stop = threading.Event()
    received = [0] * VIEWERS
    delays_s: list[float] = []

    def look(number: int) -> None:
        with connect(address, additional_headers=headers, compression=None, max_size=2**24) as socket:
            while not stop.is_set():
                message = socket.recv()
                if isinstance(message, bytes):
                    received[number] += HEADER.unpack_from(message)[3]
                    delays_s.append(time.time() - HEADER.unpack_from(message)[4])

    def move() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.wait(1.0):
                connection.execute(MOVE)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(VIEWERS)]
    threads.append(threading.Thread(target=move))
    for thread in threads:
        thread.start()
    time.sleep(4)
    before, began, count = cpu_s(process), time.monotonic(), sum(received)
    time.sleep(LIVE_S)
    share, passed_s = (cpu_s(process) - before) / (time.monotonic() - began), time.monotonic() - began
    rate = (sum(received) - count) / passed_s
    stop.set()
    for thread in threads:
        thread.join(10)
    print(
        f"live, {TRUCKS} trucks, {VIEWERS} viewers: {share:.0%} of a core (goal 30 %), {rate / VIEWERS:.0f} records/s "
        f"a viewer, sent to read p95 {sorted(delays_s)[int(len(delays_s) * 0.95)] * 1000:.0f} ms"
    )


def main() -> None:
    """Print the machine's line and the figures."""
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
        return
    print(machine_line())
    with new_database(server_url()) as url:
        fill(url)
        with served(url) as (client, process):
            measure(client, url)
            live(client, url, process)


def measure(client: httpx.Client, url: str) -> None:
    """Print how long each kind of question takes."""
    day = f"{START.isoformat()}/{(START + timedelta(days=1)).isoformat()}"
    month = f"{START.isoformat()}/{(START + timedelta(days=DAYS)).isoformat()}"
    hour = START + timedelta(days=DAYS)
    tell("a day, no HTTP, scope or audit", asyncio.run(day_without_http(url)))
    track = "/v1/vehicles/{vehicle_id}/track"
    tell("a truck-day", times_ms(getting(client, track, lambda a: a["count"] == 8_640, datetime=day)), "goal p50 60")
    tell("a truck-month, thinned", times_ms(getting(client, track, lambda a: a["thinned"], datetime=month), 6))
    trips = "/v1/vehicles/{vehicle_id}/trips"
    enough = TRIPS_A_DAY * DAYS
    tell(
        "a month of trips",
        times_ms(getting(client, trips, lambda a: len(a["trips"]) >= enough, datetime=month, limit=1_000)),
        "goal p95 1000",
    )
    whole = getting(client, "/v1/vehicles/{vehicle_id}/history", lambda a: len(a["events"]) > 100, datetime=month)
    tell("a month's whole history", times_ms(whole, 10), "goal p95 1000")
    latest = getting(client, "/v1/positions/latest", lambda a: a["count"] == TRUCKS)
    tell(f"{TRUCKS} latest positions", times_ms(latest), "goal p50 100")
    there = f"{hour.isoformat()}/{(hour + timedelta(hours=1)).isoformat()}"
    search = getting(
        client,
        "/v1/search/vehicles",
        lambda a: len(a["vehicles"]) == 100,
        datetime=there,
        bbox="119.9,31.7,119.95,31.75",
    )
    tell("trucks in a box in an hour", times_ms(search, 6))


if __name__ == "__main__":
    main()
