"""The promise through the real broker, the real `muckline ingest` and the real database.

One set of records, sent in every way that the road and the weather think of, leaves the same events and trips, with the
same evidence to the last bit, as the offline engine finds in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from conftest import Broker
from fault_drill import Ingest
from mosquitto_process import Peer
from oracles.tracks import city_documents

from firmware_contracts import device_event, report_bin
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from simulators.capture import write_capture
from simulators.detect import detect
from storage.connect import connect_writer
from storage.world_store import write_documents
from tests.stored_past import REGION, columns, fresh_findings, long_track, registered, stored_findings, world_of

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)
FIXES = 15  # a message
HOUR_MS = 3_600_000

Message = tuple[str, bytes]
Order = np.ndarray[Any, np.dtype[np.intp]]


class Records:
    """What the trucks and a washer of a small city reported within a day, and what it means."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(20)
        now_ms = time.time_ns() // 1_000_000
        tracks = [ending_at(long_track(rng, v, CAPACITIES_KG[v], 8), now_ms - HOUR_MS) for v in range(4)]
        self.fixes = sum(map(len, tracks))
        sent = [(first, message) for track in tracks for first, message in reports(track)]
        passages = [
            (int(time_ms), passage(n, int(time_ms), f"P{n % 4}"))
            for n, time_ms in enumerate(np.sort(rng.choice(tracks[0].fix_time_ms, 25, replace=False)))
        ]
        self.passages = len(passages)
        sent = sorted(sent + passages)
        self.time_ms = np.array([first for first, _ in sent])
        self.messages: list[Message] = [message for _, message in sent]
        self.of_first_truck = np.array(["X-T0/" in topic for topic, _ in self.messages])
        self._capture = folder / "capture.ndjson"
        with write_capture(self._capture) as capture:
            for topic, payload in self.messages:
                capture.write(now_ms, topic, payload)

    def expected(self, world: World) -> dict[str, str]:
        """Return what the offline engine finds of the trucks."""
        numbers = dict(zip(world.vehicle_ids, world.vehicle_no.tolist(), strict=True))
        found = detect(self._capture, world)
        return fresh_findings([event for event in found.events if event.vehicle_id in numbers], found.trips, numbers)


def ending_at(track: FixBatch, end_ms: int) -> FixBatch:
    """Return a track moved in time."""
    track.fix_time_ms[:] += end_ms - track.fix_time_ms[-1]
    return track


def reports(track: FixBatch) -> list[tuple[int, Message]]:
    """Return a truck's messages, each with the time of its first fix."""
    topic = f"muck/v1/{REGION}/truck/X-T{track.vehicle[0]}/up/report/bin"
    parts = [track.take(slice(at, at + FIXES)) for at in range(0, len(track), FIXES)]
    return [(int(part.fix_time_ms[0]), (topic, report_bin.encode(columns(part)))) for part in parts]


def passage(seq: int, time_ms: int, plate: str) -> Message:
    """Return what the washer says of a truck."""
    body = {"seq": seq, "time_ms": time_ms, "type": "washer_passage", "plate": plate, "result": "washed"}
    return f"muck/v1/{REGION}/washer/W1/up/event/json", device_event.encode(3, [body], "W1")


def documents() -> dict[str, Any]:
    """Return the city with plates, a washer, and permits that are in force today."""
    city = registered(city_documents())
    for number, vehicle in enumerate(city["vehicles"]):
        vehicle["plate"] = f"P{number}"
    for permit in city["permits"]:
        permit |= {"valid_from": "2020-01-01T00:00:00Z", "valid_to": "2100-01-01T00:00:00Z"}
    others = [terminal for terminal in city["terminals"] if terminal["terminal_id"] != "W1"]
    washer = {"terminal_id": "W1", "kind": "washer", "region": REGION, "site_id": "S1"}
    return city | {"terminals": [*others, washer]}


def in_order(records: Records, rng: np.random.Generator) -> Order:  # noqa: ARG001
    return np.arange(len(records.messages))


def shuffled_within_hours(records: Records, rng: np.random.Generator) -> Order:
    return np.argsort(records.time_ms + rng.uniform(0, 3 * HOUR_MS, len(records.time_ms)))


def a_day_twelve_hours_late(records: Records, rng: np.random.Generator) -> Order:
    """One truck's records come twelve hours late, shuffled, in the midst of what is live then."""
    arrival = records.time_ms + rng.uniform(0, 60_000, len(records.time_ms))
    blind = records.of_first_truck & (rng.random(len(arrival)) < 0.9)  # some came through
    arrival[blind] += 12 * HOUR_MS + rng.uniform(-HOUR_MS, HOUR_MS, int(blind.sum()))
    return np.argsort(arrival)


def three_times(records: Records, rng: np.random.Generator) -> Order:
    again = np.repeat(np.arange(len(records.messages)), 3)
    return again[np.argsort(again + rng.uniform(0, 60, len(again)))]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return Records(tmp_path_factory.mktemp("promise"))


@pytest.mark.parametrize(
    ("way", "parts", "kills"),
    [
        pytest.param(in_order, 1, False, id="one batch in order"),
        pytest.param(in_order, 40, False, id="random batches"),
        pytest.param(shuffled_within_hours, 40, False, id="shuffled within hours"),
        pytest.param(a_day_twelve_hours_late, 40, False, id="a day twelve hours late"),
        pytest.param(three_times, 10, False, id="three times"),
        pytest.param(a_day_twelve_hours_late, 10, True, id="killed between batches"),
    ],
)
def test_the_way_that_records_come_changes_nothing(
    records: Records,
    migrated_url: str,
    broker: Broker,
    tmp_path: Path,
    *,
    way: Callable[[Records, np.random.Generator], Order],
    parts: int,
    kills: bool,
) -> None:
    rng = np.random.default_rng(4)
    with connect_writer(migrated_url) as connection:
        write_documents(connection, documents())
        expected = records.expected(world_of(connection))
    ingest = Ingest(migrated_url, broker.address, tmp_path / "ingest.log")
    ingest.start()
    try:
        send(records, way(records, rng), broker, ingest, parts=parts, kills=kills, url=migrated_url, rng=rng)
        wait_until_judged(records, migrated_url, ingest, tmp_path / "ingest.log")
        with psycopg.connect(migrated_url) as connection:
            found = stored_findings(connection)
    finally:
        ingest.kill9()
    assert len(expected) > 50
    assert found.keys() == expected.keys()
    assert found == expected


def send(
    records: Records,
    order: Order,
    broker: Broker,
    ingest: Ingest,
    *,
    parts: int,
    kills: bool,
    url: str,
    rng: np.random.Generator,
) -> None:
    """Publish in so many bursts; after some of them ingest is killed, in the middle of whatever it does."""
    first_topic, first = records.messages[0]

    def is_heard() -> bool:
        """Return whether ingest is subscribed: before it is, the broker keeps nothing for it."""
        peer.publish(first_topic, [first])
        return bool(query(url, "select 1 from fixes union all select 1 from device_events limit 1"))

    with Peer(broker.address) as peer:
        wait_until(is_heard, "ingest did not start")
        for part in np.array_split(order, parts):
            for index in part.tolist():
                topic, payload = records.messages[index]
                peer.client.publish(topic, payload, 1)
            time.sleep(float(rng.uniform(0, 0.1)))
            if kills and rng.random() < 0.6:
                ingest.kill9()
                ingest.start()
                time.sleep(float(rng.uniform(0.5, 2.0)))
        peer.publish(first_topic, [first])  # and wait until the broker has it all


def wait_until_judged(records: Records, url: str, ingest: Ingest, log: Path) -> None:
    def judged() -> bool:
        assert not ingest.died, log.read_text()
        return query(url, DONE) == [(records.fixes, records.passages, 0)]

    wanted = records.fixes, records.passages, 0
    wait_until(
        judged, lambda: f"expected {wanted} stored, judged, waiting; got {query(url, DONE)}; {log.read_text()[-3000:]}"
    )


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def wait_until(condition: Callable[[], bool], fault: str | Callable[[], str]) -> None:
    deadline_s = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline_s, fault if isinstance(fault, str) else fault()
        time.sleep(0.1)


DONE = """
select (select count(*) from fixes), (select count(*) from device_events), (select count(*) from rejudge_queue)
"""
