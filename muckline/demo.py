"""The main job from nothing: database, broker, ingest, API, and a city or recorded trucks that report to them.

Everything runs as it would in a city: ingest and API are the real commands in processes of their own, the terminals
speak MQTT, and what is told here is read from the API.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from rich.console import Console

from embedded.processes import free_port, is_free
from embedded.stack import resolve_broker, resolve_database_url
from embedded.steps import Steps
from firmware_contracts.transport import BrokerAddress
from muckline.child import Child, children
from muckline.settings import Settings
from simulators.live import run_live
from simulators.replay import ReplayResult, Span, replay
from simulators.scenario import Scenario
from storage.migrate import upgrade
from storage.world_store import write_documents

WAITED_FOR = ("illegal_dumping", "route_deviation", "spillage")
START_S = 30.0
POLL_S = 0.5
SETTLE_S = 4.0  # several flush ages and world polls
HISTORY_S = 3600.0  # terminals of the city upload at most this much past


@dataclass(frozen=True)
class Stack:
    """A running stack.

    Attributes:
        database_url: Where records are stored.
        broker: Where terminals connect.
        api_url: Where the answers come from.
        up_at: When it was ready, on `time.monotonic`'s clock. [s]
        processes: Ingest and API.
    """

    database_url: str
    broker: BrokerAddress
    api_url: str
    up_at: float
    processes: list[Child]

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        with urllib.request.urlopen(self.api_url + path, timeout=10) as answer:  # noqa: S310 - our own API
            return json.load(answer)

    def check(self) -> None:
        """Raise ChildDied when ingest or API has ended by itself."""
        for process in self.processes:
            process.check()

    def load_world(self, documents: dict[str, Any]) -> None:
        """Add a world to the database; ingest takes it up by itself."""
        with psycopg.connect(self.database_url) as connection:
            write_documents(connection, documents)


@contextmanager
def running_stack(settings: Settings, console: Console) -> Iterator[Stack]:
    """Start what is needed, and stop what was started here; the embedded servers go on for the next command."""
    steps = Steps(console)
    database_url = resolve_database_url(settings.embedded, settings.database.url, steps)
    broker = resolve_broker(settings.embedded, settings.broker.address(), steps)
    with steps.step("Migrating the database"):
        upgrade(database_url)
    home = settings.embedded.home
    api_port = settings.api.port if settings.api.port and is_free(settings.api.port) else free_port()
    api_url = f"http://{settings.api.host}:{api_port}"
    environment = {
        "MUCKLINE_DATABASE__URL": database_url,
        "MUCKLINE_BROKER__HOST": broker.host,
        "MUCKLINE_BROKER__PORT": str(broker.port),
        "MUCKLINE_API__PORT": str(api_port),
        "MUCKLINE_INGEST__METRICS_PORT": "0",
    }
    with children(["ingest", "api"], environment, home / "logs") as processes:
        stack = Stack(database_url, broker, api_url, time.monotonic(), processes)
        with steps.step("Starting ingest and API"):
            _wait_until_healthy(stack)
        yield Stack(database_url, broker, api_url, time.monotonic(), processes)


def _wait_until_healthy(stack: Stack) -> None:
    deadline_s = time.monotonic() + START_S
    while True:
        stack.check()
        try:
            stack.get("/healthz")
            return
        except (URLError, ConnectionError, TimeoutError):
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.1)


class Watch:
    """Tells each violation of this run when the API first shows it, and how long the first of each kind took."""

    def __init__(self, stack: Stack, tell: Callable[[str], None]) -> None:
        self.first_s: dict[str, float] = {}
        self._stack = stack
        self._tell = tell
        self._told: set[str] = set()
        self._page_from = _rfc3339(time.time() - HISTORY_S)
        self._found_from = _rfc3339(time.time())

    @property
    def complete(self) -> bool:
        """Whether each violation that the demo waits for was found."""
        return self.first_s.keys() >= set(WAITED_FOR)

    def look(self) -> None:
        """Ask the API once."""
        query = urlencode({"min_severity": 1, "limit": 200, "datetime": f"{self._page_from}/.."})
        for event in reversed(self._stack.get(f"/v1/events?{query}")["events"]):
            if event["event_id"] not in self._told and event["found_at"] >= self._found_from:
                self._told.add(event["event_id"])
                self._tell_event(event)

    def _tell_event(self, event: dict[str, Any]) -> None:
        was_complete, after_s = self.complete, time.monotonic() - self._stack.up_at
        self.first_s.setdefault(event["kind"], after_s)
        plate = event["plate"] or event["vehicle_id"]
        self._tell(f"{after_s:6.1f} s  {event['kind']:<17} {plate:<9} began {event['start']}")
        if self.complete and not was_complete:
            seconds = ", ".join(f"{kind} {self.first_s[kind]:.1f} s" for kind in WAITED_FOR)
            self._tell(f"First of each after the stack was up: {seconds}")


async def run_city(stack: Stack, scenario: Scenario, seed: int, stop: asyncio.Event, watch: Watch) -> None:
    """Let a simulated city report until told to stop, and tell what is found."""

    async def take_world(documents: dict[str, Any]) -> None:
        await asyncio.to_thread(stack.load_world, documents)

    city = asyncio.create_task(run_live(scenario, stack.broker, seed, 1.0, stop, take_world))
    try:
        while not stop.is_set() and not city.done():
            stack.check()
            await asyncio.to_thread(watch.look)
            await _sleep_unless(stop, POLL_S)
    finally:
        stop.set()
        await city


async def run_recording(
    stack: Stack, capture: Path, span: Span, watch: Watch, told: Callable[[int], None]
) -> ReplayResult:
    """Send a capture through the stack as fast as it is taken, and wait until all of it is committed."""
    result = await replay(capture, stack.broker, span=span, speed=float("inf"), told=told)
    await asyncio.to_thread(_wait_until_committed, stack)
    await asyncio.to_thread(watch.look)
    return result


def _wait_until_committed(stack: Stack) -> None:
    """Wait until the tables stand still: a plain recording has no terminal that could say that it is done."""
    before: dict[str, int] = {}
    still_since = time.monotonic()
    while time.monotonic() - still_since < SETTLE_S:
        stack.check()
        counts = count_rows(stack.database_url)
        if counts != before:
            before, still_since = counts, time.monotonic()
        time.sleep(POLL_S)


def count_rows(database_url: str) -> dict[str, int]:
    """Return how many rows the tables hold that a recording fills, and the events by kind."""
    with psycopg.connect(database_url) as connection:
        counts = {
            table: connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
            for table in ("fixes", "rejected", "trips", "rejudge_queue")
        }
        kinds = connection.execute(
            "select kind, count(*) from events where withdrawn_at is null group by kind order by kind"
        ).fetchall()
    return {table: count[0] for table, count in counts.items() if count} | {f"events {kind}": n for kind, n in kinds}


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _rfc3339(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
