"""`muckline demo` as its users run it: from an empty home to the first violations over HTTP, and back to nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from embedded.processes import children
from muckline.child import broker_environment
from muckline.demo import DemoRefused, refuse_other_world
from muckline.demo_accounts import PASSWORD
from simulators.importers.recording import REGION, truck_documents
from simulators.scenario import read_scenario
from storage.world_store import empty_documents, read_documents, write_documents
from tests.api_server import streaming, wait_until
from tests.conftest import HOME, TEST_DATA, Broker

pytestmark = [pytest.mark.services, pytest.mark.timeout(500)]

ROOT = Path(__file__).parents[1]
WITHIN_S = 60.0
EVIDENCE = {
    "illegal_dumping": ("by", "lost_share_above", "lift_above_deg", "hold_s"),
    "route_deviation": ("max_distance_m", "leave_above_m", "hold_s", "corridor_ids"),
    "spillage": ("peak_kg", "lost_kg", "lost_above_kg", "cover_open"),
}


class Demo:
    """A demo in a process of its own, and what it has said so far."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "muckline", "demo", *arguments],
            env=os.environ | environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def said(self) -> str:
        return "".join(self._lines)

    def api_url(self) -> str:
        """Wait until it says where the API is, and return that."""
        wait_until(lambda: "/docs" in self.said or self.process.poll() is not None, 150)
        found = re.search(r"(http://\S+)/docs", self.said)
        assert found, self.said
        return found[1]

    def end(self) -> int:
        """Wait for its own end and return its exit code."""
        code = self.process.wait(180)
        self._reader.join()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self._lines.extend(output)


@contextmanager
def demo(*arguments: str, **environment: str) -> Iterator[Demo]:
    running = Demo(*arguments, **environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
        running.end()


@pytest.fixture
def embedded_home(test_home: Path, _software: None) -> Path:
    """Return an empty home that has the database software built already."""
    (test_home / "software").symlink_to(HOME / "software")
    return test_home


def test_the_first_violations_come_out_of_the_api_within_a_minute(embedded_home: Path) -> None:
    with demo(MUCKLINE_EMBEDDED__HOME=str(embedded_home), MUCKLINE_API__PORT="0") as running:
        url = running.api_url()
        up_s = time.monotonic()
        ours = children(running.process.pid)
        assert len(ours) >= 3
        with httpx.Client(base_url=url, timeout=30, headers=bearer(url)) as client:
            found = first_of_each_kind(client, up_s)
            for kind, members in EVIDENCE.items():
                event = found[kind]
                assert event["position"]["type"] == "Point"
                assert all(event["opening"].get(member) is not None for member in members), event
                assert client.get(f"/v1/events/{event['event_id']}").json()["kind"] == kind
            # A second look, as a browser that was there before all of it: the same events, through the stream.
            with streaming(client, last_event_id="0", min_severity=1) as stream:
                wait_until(lambda: {event["kind"] for event in stream.events} >= set(EVIDENCE))
                told = {event["event_id"] for event in stream.events}
                assert {event["event_id"] for event in found.values()} <= told
            positions = client.get("/v1/positions/latest").json()
            assert positions["count"] == read_scenario("demo").fleet.trucks
        wait_until(lambda: "First of each after the stack was up" in running.said)
        running.process.send_signal(signal.SIGINT)
        assert running.end() == 0
    assert "Traceback" not in running.said
    assert not [pid for pid in ours if Path(f"/proc/{pid}").exists()]


def bearer(url: str) -> dict[str, str]:
    """Log in as the demo says that one can, and return the header of a program."""
    login = {"name": "supervisor", "password": PASSWORD, "token": True}
    answer = httpx.post(f"{url}/v1/session", json=login, headers={"sec-fetch-site": "same-origin"}, timeout=30)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def first_of_each_kind(client: httpx.Client, up_s: float) -> dict[str, dict[str, Any]]:
    """Return the first event of each kind that is waited for, as soon as the API has them all."""
    while True:
        found = {}
        for kind in EVIDENCE:
            for event in client.get("/v1/events", params={"kind": kind}).json()["events"]:
                found.setdefault(kind, event)
        if found.keys() == EVIDENCE.keys():
            return found
        assert time.monotonic() - up_s < WITHIN_S, f"only {sorted(found)} within {WITHIN_S:.0f} s"
        time.sleep(0.2)


def test_told_to_end_it_ends_its_children_first(migrated_url: str, broker: Broker, test_home: Path) -> None:
    with demo(**addresses(migrated_url, broker, test_home)) as running:
        wait_until(lambda: len(children(running.process.pid)) == 3)
        ours = children(running.process.pid)
        running.process.send_signal(signal.SIGTERM)  # in the middle of starting
        assert running.end() == 128 + signal.SIGTERM
    assert not [pid for pid in ours if Path(f"/proc/{pid}").exists()]
    with demo(**addresses(migrated_url, broker, test_home)) as running:
        running.api_url()
        ours = children(running.process.pid)
        running.process.send_signal(signal.SIGINT)
        assert running.end() == 0
    assert len(ours) == 3
    assert not [pid for pid in ours if Path(f"/proc/{pid}").exists()]


def addresses(url: str, broker: Broker, home: Path) -> dict[str, str]:
    """Return settings that put the demo on servers of the test."""
    return {
        "MUCKLINE_DATABASE__URL": url,
        **broker_environment(broker.address),
        "MUCKLINE_EMBEDDED__HOME": str(home),
        "MUCKLINE_API__PORT": "0",
    }


@pytest.mark.real_data
def test_real_trucks_instead_of_the_city_and_again(migrated_url: str, broker: Broker, test_home: Path) -> None:
    environment = addresses(migrated_url, broker, test_home)
    for arguments, kind in ((), "unloading"), (("--without-dump-zones",), "illegal_dumping"):
        with demo("--real", str(TEST_DATA / "haul_quarry_telemetry"), *arguments, **environment) as running:
            assert running.end() == 0, running.said
        assert len(re.findall(rf" {kind} +lake-605-8-0883 ", running.said)) == 5
        assert "30,493 of 30,493 fixes stored; 15 events from the API, 0 missing and 0 too many" in running.said


def city(*plates: str) -> dict[str, Any]:
    """Return a city of the demo's region with some trucks and a site."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
    site = {"type": "Feature", "properties": {"site_id": "Station North"}, "geometry": square}
    vehicles = [{"vehicle_id": f"V{n:05d}", "plate": plate} for n, plate in enumerate(plates, 1)]
    return empty_documents() | {"vehicles": vehicles, "sites": {"type": "FeatureCollection", "features": [site]}}


def test_a_city_is_not_put_out_of_force(migrated_url: str, broker: Broker, test_home: Path) -> None:
    with psycopg.connect(migrated_url) as connection:
        write_documents(connection, city("苏D12345"))
    with demo(**addresses(migrated_url, broker, test_home)) as running:
        assert running.end() == 1
    assert "expected an empty database for the demo" in running.said
    assert "苏D12345" in running.said
    assert "Traceback" not in running.said
    with psycopg.connect(migrated_url) as connection:
        assert [truck["plate"] for truck in read_documents(connection)["vehicles"]] == ["苏D12345"]


def test_which_worlds_the_demo_may_replace(migrated_url: str, database_url: str) -> None:
    demo_city = city("苏D12345", "苏D23456")
    refuse_other_world(database_url, demo_city)  # not even a schema
    refuse_other_world(migrated_url, demo_city)
    recorded = truck_documents("Quarry", {"lake-605-8-0883": None})
    assert {terminal["region"] for terminal in recorded["terminals"]} == {REGION}
    for there in recorded, demo_city, city("苏D12345"), city():
        with psycopg.connect(migrated_url) as connection:
            write_documents(connection, there)
        refuse_other_world(migrated_url, demo_city)
    for theirs in city("苏D99999"), city("苏D12345", "苏D23456", "苏D99999"):
        with psycopg.connect(migrated_url) as connection:
            write_documents(connection, theirs)
        with pytest.raises(DemoRefused, match=r"got one with 1 sites and with \d trucks of another world \(.*苏D99999"):
            refuse_other_world(migrated_url, demo_city)
    with psycopg.connect(migrated_url) as connection:
        write_documents(connection, city())
    with pytest.raises(DemoRefused, match="expected an empty database"):  # no trucks yet, but a site of theirs
        refuse_other_world(migrated_url, recorded)
