"""The main job from nothing: database, broker, ingest and API, and a city whose trucks report to them.

Everything runs as it would in a city: ingest and API are the real commands in processes of their own, the terminals
speak MQTT, and what is told here is read from the API. `demo_recording` sends recorded trucks through the same stack.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

import numpy as np
import orjson
import psycopg
from psycopg.conninfo import make_conninfo
from rich.console import Console

from api.basemap_files import STREETS
from api.tokens import access_token
from embedded.processes import free_port, is_free
from embedded.stack import resolve_broker, resolve_database_url
from embedded.steps import Steps
from firmware_contracts.transport import BrokerAddress
from muckline.child import Child, broker_environment, children, settings_environment
from muckline.demo_accounts import Account, accounts_for, add_accounts
from muckline.demo_applications import CITY_TIME
from muckline.kept_secrets import api_secret
from muckline.settings import Settings, read_secret
from simulators.basemap import basemap
from simulators.chinese_names import named_in_chinese
from simulators.importers.recording import REGION as RECORDED_REGION
from simulators.live import run_live, unix_ms
from simulators.scenario import Scenario
from simulators.simulation import Simulation
from storage.forget import forget_records
from storage.migrate import current, upgrade
from storage.sessions import begin_session
from storage.users import add_user
from storage.world_store import empty_documents, read_documents, write_documents

WAITED_FOR = ("illegal_dumping", "route_deviation", "spillage")
START_S = 30.0
POLL_S = 0.5
SETTLE_S = 3.0  # what many terminals held arrives in a burst and out of order; what that feigns is soon taken back
HISTORY = timedelta(hours=1)  # terminals of the city upload at most this much past
WATCHER = "demo-watcher"
LONGEST_S = 7 * 86_400.0  # nobody watches a demo for longer
NAMED_MOST = 5  # trucks named in a refusal


class DemoRefused(Exception):  # noqa: N818 - reads as what it is
    """The database that was configured holds a world that the demo would put out of force."""


class NotReady(Exception):  # noqa: N818
    """Ingest or API runs but did not come up in time."""


@dataclass(frozen=True)
class Stack:
    """A running stack.

    Attributes:
        database_url: Where records are stored.
        broker: Where terminals connect.
        api_url: Where the answers come from.
        up_at: When it was ready, on `time.monotonic`'s clock. [s]
        processes: Ingest and API.
        token: The demo's own access to the API.
        accounts: Who may log in.
    """

    database_url: str
    broker: BrokerAddress
    api_url: str
    up_at: float
    processes: list[Child]
    token: str
    accounts: list[Account]

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        request = urllib.request.Request(self.api_url + path, headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310 - our own API
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - likewise
            return json.load(answer)

    def check(self) -> None:
        """Raise ChildDied when ingest or API has ended by itself."""
        for process in self.processes:
            process.check()


@contextmanager
def running_stack(
    settings: Settings, console: Console, documents: Mapping[str, Any], ground: Path | None = None
) -> Iterator[Stack]:
    """Start what is needed around a world, and stop what was started here; the embedded servers go on for others.

    The world is in the database before ingest reads it, and what earlier demos recorded of its trucks is gone.

    Raises:
        DemoRefused: The configured database holds another world.
        NotReady: Ingest or API did not come up.
    """
    steps = Steps(console)
    url = resolve_database_url(settings.embedded, settings.database.url, steps)
    password = read_secret(settings.database.password_file)
    database_url = make_conninfo(url, **({"password": password} if password else {}))
    if settings.database.url:
        refuse_other_world(database_url, documents)
    broker = resolve_broker(settings.embedded, settings.broker.address(), steps)
    with steps.step("Migrating the database"):
        upgrade(database_url)
    with steps.step("Loading the world"):
        load_world(database_url, documents)
        accounts = accounts_for(documents)
        add_accounts(database_url, accounts)
    api_port = settings.api.port if settings.api.port and is_free(settings.api.port) else free_port()
    metrics_url = f"http://127.0.0.1:{(metrics_port := free_port())}/metrics"
    environment = settings_environment(settings) | {
        "MUCKLINE_DATABASE__URL": url,
        **broker_environment(broker),
        "MUCKLINE_API__PORT": str(api_port),
        "MUCKLINE_INGEST__REGIONS": "",  # a demo reads whichever its trucks report from
        "MUCKLINE_INGEST__METRICS_HOST": "127.0.0.1",
        "MUCKLINE_INGEST__METRICS_PORT": str(metrics_port),
        "MUCKLINE_WORK__CONSOLE_URL": f"http://{settings.api.host}:{api_port}/console",
        **({} if ground is None else {"MUCKLINE_API__BASEMAP": str(ground)}),
    }
    with children(["ingest", "api", "work"], environment, settings.embedded.home / "logs") as processes:
        api_url = f"http://{settings.api.host}:{api_port}"
        with steps.step("Starting ingest, API and worker"):
            _wait_until(processes, "the API to answer", f"{api_url}/healthz", b"ok")
            # A broker keeps nothing for an ingest that has never been there.
            _wait_until(processes, "ingest to reach the broker", metrics_url, b"\nmuckline_ingest_connected 1.0\n")
        token = demo_token(settings, database_url)
        yield Stack(database_url, broker, api_url, time.monotonic(), processes, token, accounts)


def demo_token(settings: Settings, database_url: str) -> str:
    """Return an access token of the user who watches the demo, who cannot log in and is added where it is not there."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("select user_no from users where name = %s", [WATCHER]).fetchone()
        user_no = row[0] if row else add_user(connection, WATCHER, role="bureau", display_name="演示观察员")
        session_id = begin_session(connection, user_no, longest_s=LONGEST_S, program="muckline demo")
    return access_token(api_secret(settings), session_id, time.time(), valid_s=LONGEST_S)


def refuse_other_world(database_url: str, documents: Mapping[str, Any]) -> None:
    """Raise DemoRefused when trucks or sites in force are neither of these documents nor of a recording."""
    if current(database_url) is None:
        return
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set timezone to 'UTC'")
        there = read_documents(connection, numbered=False)
    strangers = sorted(_trucks(there) - _trucks(documents) - _recorded_trucks(there))
    if not strangers and (there["vehicles"] or _sites(there) <= _sites(documents)):
        return
    named = ", ".join(plate or vehicle_id for vehicle_id, plate in strangers[:NAMED_MOST]) or "none"
    more = ", ..." if len(strangers) > NAMED_MOST else ""
    raise DemoRefused(
        f"expected an empty database for the demo, got one with {len(_sites(there))} sites and with {len(strangers)}"
        f" trucks of another world ({named}{more}), which the demo would put out of force. Create a database for the"
        " demo, or leave database.url empty: it then uses its own."
    )


def _trucks(documents: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(truck["vehicle_id"], truck.get("plate") or "") for truck in documents["vehicles"]}


def _recorded_trucks(documents: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the trucks whose terminals report from a region that only recordings have."""
    recorded = {
        assignment["vehicle_id"]
        for terminal in documents["terminals"]
        if terminal.get("region") == RECORDED_REGION
        for assignment in terminal.get("assignments") or []
    }
    return {truck for truck in _trucks(documents) if truck[0] in recorded}


def _sites(documents: Mapping[str, Any]) -> set[str]:
    return {site["properties"]["site_id"] for site in documents["sites"]["features"]}


def load_world(database_url: str, documents: Mapping[str, Any]) -> None:
    """Put a demo's world in force, its trucks without a past: another run of theirs would cross their ways."""
    trucks = [truck["vehicle_id"] for truck in documents["vehicles"]]
    terminals = [terminal["terminal_id"] for terminal in documents["terminals"]]
    with psycopg.connect(database_url) as connection:
        forget_records(connection, trucks, terminals)
        write_documents(connection, {**empty_documents(), **documents})


def _wait_until(processes: list[Child], what: str, url: str, answer: bytes) -> None:
    deadline_s = time.monotonic() + START_S
    while not _answers(url, answer):
        for process in processes:
            process.check()
        if time.monotonic() > deadline_s:
            raise NotReady(f"expected {what} within {START_S:.0f} s; see the folder logs of [embedded] home")
        time.sleep(0.1)


def _answers(url: str, answer: bytes) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own API and metrics
            return answer in response.read()
    except (URLError, ConnectionError, TimeoutError):
        return False


class Watch:
    """Tells each violation of some trucks that the API goes on showing, and when it takes one back after all.

    Also tells how long the first of each kind that is waited for took.
    """

    def __init__(self, stack: Stack, documents: Mapping[str, Any], tell: Callable[[str], None]) -> None:
        self.first_s: dict[str, float] = {}
        self._stack = stack
        self._trucks = {truck["vehicle_id"] for truck in documents["vehicles"]}
        self._tell = tell
        self._seen_s: dict[str, float] = {}
        self._told: set[str] = set()
        self._taken_back: set[str] = set()
        self._from = datetime.now(UTC) - HISTORY

    @property
    def complete(self) -> bool:
        """Whether each violation that the demo waits for was found."""
        return self.first_s.keys() >= set(WAITED_FOR)

    def look(self) -> None:
        """Ask the API once; one that does not answer is asked again later."""
        since = f"{self._from.isoformat()}/.."
        query = urlencode({"min_severity": 1, "limit": 200, "datetime": since, "withdrawn": "true"})
        try:
            events = self._stack.get(f"/v1/events?{query}")["events"]
        except (URLError, ConnectionError, TimeoutError):
            return
        for event in reversed(events):
            if event["vehicle_id"] in self._trucks:
                self._see(event)

    def _see(self, event: dict[str, Any]) -> None:
        name, withdrawn, after_s = event["event_id"], event["withdrawn_at"] is not None, self._after_s()
        seen_s = self._seen_s.setdefault(name, after_s)
        if name not in self._told and not withdrawn and after_s - seen_s >= SETTLE_S:
            self._told.add(name)
            self._tell_event(event, seen_s)
        elif name in self._told and withdrawn and name not in self._taken_back:
            self._taken_back.add(name)
            self._tell(f"{_line(event, after_s)}: taken back, records that came later say otherwise")

    def _after_s(self) -> float:
        return time.monotonic() - self._stack.up_at

    def _tell_event(self, event: dict[str, Any], seen_s: float) -> None:
        was_complete = self.complete
        self.first_s.setdefault(event["kind"], seen_s)
        self._tell(_line(event, seen_s))
        if self.complete and not was_complete:
            seconds = ", ".join(f"{kind} {self.first_s[kind]:.1f} s" for kind in WAITED_FOR)
            self._tell(f"First of each after the stack was up: {seconds}")


def _line(event: dict[str, Any], after_s: float) -> str:
    plate = event["plate"] or event["vehicle_id"]
    start = datetime.fromisoformat(event["start"]).astimezone(CITY_TIME)
    return f"{after_s:6.1f} s  {event['kind']:<18} {plate:<9} began {start:%H:%M:%S}"


def city_world(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Return the world of a city that begins now, with names as a Chinese city has them."""
    return named_in_chinese(Simulation(scenario, seed, unix_ms(), endless=True).documents)


def draw_basemap(folder: Path, scenario: Scenario, seed: int) -> Path:
    """Write the map beneath the city into a folder, for the API to serve, and return the folder."""
    city = Simulation(scenario, seed, unix_ms(), endless=True).city
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STREETS).write_bytes(orjson.dumps(basemap(np.random.default_rng(seed), city)))
    return folder


async def run_city(stack: Stack, scenario: Scenario, seed: int, stop: asyncio.Event, watch: Watch) -> None:
    """Let a simulated city report until told to stop, and tell what is found."""

    async def is_loaded(_documents: dict[str, Any]) -> None:
        """Leave the world alone: it was in force before ingest began, for permits all but seconds the same."""

    city = asyncio.create_task(run_live(scenario, stack.broker, seed, 1.0, stop, is_loaded))
    try:
        while not stop.is_set() and not city.done():
            stack.check()
            await asyncio.to_thread(watch.look)
            await _sleep_unless(stop, POLL_S)
    finally:
        stop.set()
        await city


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
