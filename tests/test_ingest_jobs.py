"""Jobs on a real database: daily balances and candidate places follow what is committed, and the API tells of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages import encode_cursor
from api.resources.balances import BalancePage
from api.resources.candidate_places import CandidatePlaces
from ingest.balance_job import DAYS, bring_balances_up_to_date
from ingest.candidate_places import CandidatePlaceLimits, Visits, candidate_places
from ingest.job import Job, JobContext, JobRunner
from ingest.places_job import bring_places_up_to_date
from ingest.prune_job import prune_what_is_judged
from rules_engine.event import Event, FixKey, Trip
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.world_store import read_documents, write_documents
from storage.write_batch import DeviceEventRow
from tests.api_server import serving
from tests.storage_rows import NOON_MS, batch, fixes

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LAT_DEG, LON_DEG = 31.75, 119.95


def square(lat_deg: float, lon_deg: float) -> dict[str, Any]:
    half = 0.001
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    return {"type": "Polygon", "coordinates": [[[lon_deg + x, lat_deg + y] for x, y in corners]]}


def place(id_name: str, name: str, lat_deg: float, lon_deg: float) -> dict[str, Any]:
    feature = {"type": "Feature", "properties": {id_name: name}, "geometry": square(lat_deg, lon_deg)}
    return {"type": "FeatureCollection", "features": [feature]}


DOCUMENTS: dict[str, Any] = {
    "vehicles": [{"vehicle_id": f"V{n}"} for n in range(1, 4)],
    "terminals": [
        {"terminal_id": f"T{n}", "region": "320412", "assignments": [{"vehicle_id": f"V{n}"}]} for n in range(1, 4)
    ],
    "sites": place("site_id", "S1", 31.70, 119.90),
    "dump_points": place("dump_point_id", "D1", 31.80, 119.99),
}


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        write_documents(opened, DOCUMENTS)
        yield opened


def context(connection: psycopg.Connection[Any], now_ms: int = NOON_MS + 3 * DAY_MS) -> JobContext:
    return JobContext(connection, World.from_documents(read_documents(connection)), now_ms, 900_000)


def load(number: int, *, delivered: bool) -> Trip:
    left_ms = NOON_MS + number * 600_000
    arrived_ms = left_ms + HOUR_MS if delivered else None
    return Trip(
        vehicle_id="V1",
        start=FixKey(left_ms - 600_000, 7, number),
        site_id="S1",
        permit_id=None,
        corridor_id=None,
        loading_start_ms=None,
        loaded_ms=left_ms - 300_000,
        washed_ms=None,
        left_site_ms=left_ms,
        unloading_start_ms=arrived_ms,
        unloading_end_ms=arrived_ms,
        dump_point_id="D1" if delivered else None,
        end_ms=left_ms + 2 * HOUR_MS,
        load_kg=15_000.0,
        ending="delivered" if delivered else "lost",
    )


def dumping(number: int, east_m: float, *, vehicle: str = "V1") -> Event:
    start = FixKey(NOON_MS + number * HOUR_MS, 7, 1000 + number)
    return Event(
        vehicle_id=vehicle,
        kind="illegal_dumping",
        start=start,
        confirmed_ms=start.fix_time_ms + 10_000,
        end_ms=start.fix_time_ms + 60_000,
        lat_deg=LAT_DEG,
        lon_deg=LON_DEG + east_m / 94_700,
        severity=3,
        opening={"load_before_kg": 15_000.0, "load_kg": 9_000.0},
        closing={"load_before_kg": 15_000.0, "load_kg": 500.0},
    )


def write(connection: psycopg.Connection[Any], **rest: Any) -> None:
    BatchWriter(connection).write(batch(fixes(1, range(0, 20_000, 5_000)), **rest))


def standing(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select subject_kind, subject_id, opening ->> 'sent_kg', closing ->> 'gap_kg' from events"
        " where kind = 'mass_imbalance' and withdrawn_at is null"
    ).fetchall()


@pytest.mark.services
def test_a_load_that_is_lost_makes_the_day_of_its_site_imbalanced(connection: psycopg.Connection[Any]) -> None:
    write(connection, trips=[load(n, delivered=n != 3) for n in range(10)])
    bring_balances_up_to_date(context(connection))
    rows = connection.execute("select place_id, loads, arrived, sent_kg, received_kg, imbalanced from mass_balance")
    assert rows.fetchall() == [("S1", 10, 9, 150_000, 135_000, True)]
    assert standing(connection) == [("site", "S1", "150000", "15000")]
    write(connection, trips=[load(3, delivered=True)])  # its records came late
    bring_balances_up_to_date(context(connection))
    assert standing(connection) == []


@pytest.mark.services
def test_a_changed_world_does_not_change_an_imbalance_that_stays(connection: psycopg.Connection[Any]) -> None:
    write(connection, trips=[load(n, delivered=n != 3) for n in range(10)])
    bring_balances_up_to_date(context(connection))
    told = connection.execute("select event_id, change_no, opening from events").fetchall()
    write_documents(connection, DOCUMENTS | {"vehicles": [*DOCUMENTS["vehicles"], {"vehicle_id": "V4"}]})
    bring_balances_up_to_date(context(connection))
    assert connection.execute("select event_id, change_no, opening from events").fetchall() == told


@pytest.mark.services
def test_the_first_day_looked_at_knows_the_loads_that_left_the_day_before(connection: psycopg.Connection[Any]) -> None:
    gates = [{"terminal_id": "G1", "kind": "gate", "region": "320412", "dump_point_id": "D1"}]
    write_documents(connection, DOCUMENTS | {"terminals": [*DOCUMENTS["terminals"], *gates]})
    (gate,) = connection.execute("select terminal_no from terminals where terminal_id = 'G1'").fetchone() or ()
    midnight_ms = NOON_MS // DAY_MS * DAY_MS - 8 * HOUR_MS  # of a city eight hours ahead of UTC
    late_ms = midnight_ms - 10 * 60_000 - NOON_MS
    known = [load(n, delivered=True) for n in range(4)]
    trips = [replace(trip, left_site_ms=(trip.left_site_ms or 0) + late_ms) for trip in known]
    trips = [replace(trip, unloading_start_ms=(trip.left_site_ms or 0) + HOUR_MS) for trip in trips]
    weighings = [
        DeviceEventRow(
            terminal_no=gate,
            event_time_ms=trip.unloading_start_ms or 0,
            epoch=7,
            seq=n,
            received_at_ms=NOON_MS,
            type="gate_passage",
            plate=None,
            vehicle_no=None,
            body={"direction": "in", "gross_kg": 27_000, "tare_kg": 12_000},
        )
        for n, trip in enumerate(trips)
    ]
    write(connection, trips=trips, device_events=weighings)
    last_ms = midnight_ms + DAYS * DAY_MS + HOUR_MS
    connection.execute("update latest set fix_time = %s", [datetime.fromtimestamp(last_ms / 1000, UTC)])
    bring_balances_up_to_date(context(connection, last_ms))
    rows = connection.execute("select place_id, sent_kg, received_kg, imbalanced from mass_balance").fetchall()
    assert ("D1", 60_000, 60_000, False) in rows


@pytest.mark.services
def test_balances_are_told_by_the_api_in_pages(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    write(connection, trips=[replace(load(n, delivered=True), left_site_ms=NOON_MS + n * DAY_MS) for n in range(5)])
    bring_balances_up_to_date(context(connection, NOON_MS + 10 * DAY_MS))
    with serving(migrated_url, max_page=50) as client:
        days, link = [], "/v1/balances?limit=2&place_kind=site"
        while link:
            answer = client.get(link)
            page = BalancePage.model_validate_json(answer.content)
            days += [balance.day for balance in page.balances]
            link = page.next or ""
        assert len(days) == 5
        assert days == sorted(days, reverse=True)
        answer = client.get("/v1/balances", params={"first_day": days[1].isoformat(), "place_id": "S1"})
        assert [balance.day for balance in BalancePage.model_validate_json(answer.content).balances] == days[:2]
        for key in ("nonsense", ["2026-05-01", "site\0", "S1"], ["2026-05-01", 1, "S1"]):
            answer = client.get("/v1/balances", params={"cursor": encode_cursor(key)})  # type: ignore[arg-type]
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.services
def test_dumpings_at_one_unknown_place_are_a_candidate(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    visits = [dumping(0, 0), dumping(1, 30, vehicle="V2"), dumping(2, 60, vehicle="V3"), dumping(3, 2_000)]
    write(connection, events=visits)
    bring_places_up_to_date(context(connection))
    with serving(migrated_url, max_page=50) as client:
        answer = client.get("/v1/candidate-places")
        (feature,) = CandidatePlaces.model_validate_json(answer.content).features
        known = feature.properties
        assert (known.kind, known.visits, known.vehicles, known.load_kg) == ("unloading", 3, 3, 43_500.0)
        assert feature.id == visits[0].event_id == known.event_ids[0]
        lon_deg = [position[0] for position in feature.geometry.coordinates[0]]
        assert min(lon_deg) < LON_DEG < LON_DEG + 60 / 94_700 < max(lon_deg)
        elsewhere = {"bbox": "118,31,119,32"}
        assert client.get("/v1/candidate-places", params=elsewhere).json()["features"] == []
        assert client.get("/v1/candidate-places", params={"kind": "loading"}).json()["features"] == []


@pytest.mark.services
def test_a_place_that_is_registered_meanwhile_is_no_candidate(connection: psycopg.Connection[Any]) -> None:
    write(connection, events=[dumping(n, 10 * n) for n in range(3)])
    bring_places_up_to_date(context(connection))
    assert connection.execute("select count(*) from candidate_places").fetchone() == (1,)
    write_documents(connection, DOCUMENTS | {"dump_points": place("dump_point_id", "D2", LAT_DEG, LON_DEG)})
    bring_places_up_to_date(context(connection))
    assert connection.execute("select count(*) from candidate_places").fetchone() == (0,)


@pytest.mark.services
def test_old_checkpoints_and_states_go_and_what_may_be_asked_for_stays(connection: psycopg.Connection[Any]) -> None:
    write(connection, trips=[load(1, delivered=False)])
    now_ms = NOON_MS + 100 * DAY_MS
    ages_h = [100 * 24, 99 * 24, 40 * 24, 40 * 24 - 1, 40 * 24 - 2, 5, 4]
    connection.cursor().executemany(
        "insert into checkpoints (vehicle_no, fix_time, epoch, seq, mark, layout, carry)"
        " values (1, to_timestamp(%s), 7, %s, 0, 'L', '')",
        [((now_ms - age_h * HOUR_MS) / 1000, seq) for seq, age_h in enumerate(ages_h)],
    )
    states = "insert into trip_states (trip_id, judged_to, state) select trip_id, to_timestamp(%s), '{}' from trips"
    connection.cursor().executemany(states, [((now_ms - age * DAY_MS) / 1000,) for age in (90, 80, 70, 10)])
    before = connection.execute("select count(*) from trip_states").fetchone()
    prune_what_is_judged(context(connection, now_ms))
    kept = connection.execute("select seq from checkpoints order by seq").fetchall()
    assert [seq for (seq,) in kept] == [4, 5, 6]  # of each old day the last
    left = connection.execute("select count(*) from trip_states where judged_to < to_timestamp(%s)", [now_ms / 1000])
    assert before == (5,)
    assert left.fetchone() == (2,)  # the newest from before the window, and the one in it


@pytest.mark.services
def test_a_job_that_fails_does_not_stop_the_others(migrated_url: str) -> None:
    done: list[str] = []

    def fails(_context: JobContext) -> None:
        done.append("failed")
        raise ValueError("expected by the test")

    jobs = (Job("fails", 0.0, fails), Job("works", 0.0, lambda given: done.append(type(given.connection).__name__)))
    runner = JobRunner(migrated_url, lambda: World.from_documents({}), 900_000, jobs)
    runner.start()
    deadline_s = time.monotonic() + 20
    while done.count("Connection") < 2 and time.monotonic() < deadline_s:
        time.sleep(0.05)
    runner.close()
    assert done.count("Connection") >= 2
    assert "failed" in done


@pytest.mark.services
def test_a_statement_that_the_server_ends_does_not_stop_the_other_jobs(migrated_url: str) -> None:
    done = threading.Event()

    def takes_too_long(given: JobContext) -> None:
        with given.connection.transaction():
            given.connection.execute("set local statement_timeout = 50")
            given.connection.execute("select pg_sleep(10)")

    jobs = (Job("too_long", 0.0, takes_too_long), Job("works", 0.0, lambda _given: done.set()))
    runner = JobRunner(migrated_url, lambda: World.from_documents({}), 900_000, jobs)
    runner.start()
    worked = done.wait(60)
    runner.close()
    assert worked


@pytest.mark.services
def test_jobs_go_on_after_their_connection_was_lost(migrated_url: str) -> None:
    pids: list[int] = []

    def loses(given: JobContext) -> None:
        pids.append(given.connection.info.backend_pid)
        if len(pids) == 1:
            given.connection.execute("select pg_terminate_backend(pg_backend_pid())")

    runner = JobRunner(migrated_url, lambda: World.from_documents({}), 900_000, (Job("loses", 0.0, loses),))
    runner.start()
    deadline_s = time.monotonic() + 20
    while len(set(pids)) < 2 and time.monotonic() < deadline_s:
        time.sleep(0.05)
    runner.close()
    assert len(set(pids)) == 2


@pytest.mark.services
def test_who_stops_does_not_wait_for_a_long_job(migrated_url: str) -> None:
    begun, ended = threading.Event(), threading.Event()

    def takes_long(given: JobContext) -> None:
        begun.set()
        try:
            given.connection.execute("select pg_sleep(60)")
        finally:
            ended.set()

    runner = JobRunner(migrated_url, lambda: World.from_documents({}), 900_000, (Job("long", 0.0, takes_long),))
    runner.start()
    assert begun.wait(60)
    began_s = time.monotonic()
    runner.close()
    assert time.monotonic() - began_s < 30, "half of what the job would have taken"
    assert ended.is_set()


def visits(rng: np.random.Generator, count: int) -> Visits:
    return Visits(
        [UUID(int=int(n)) for n in rng.permutation(count)],
        rng.integers(0, 5, count),
        rng.integers(0, DAY_MS, count),
        LAT_DEG + rng.choice([0.0, 0.01], count) + 0.0003 * rng.standard_normal(count),
        LON_DEG + 0.0003 * rng.standard_normal(count),
        np.where(rng.random(count) < 0.3, np.nan, 15_000.0),
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 60))
def test_candidates_do_not_depend_on_the_order_of_visits(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    known = visits(rng, count)
    order = rng.permutation(count)
    shuffled = Visits(
        [known.event_id[n] for n in order],
        *(getattr(known, name)[order] for name in ("vehicle", "time_ms", "lat_deg", "lon_deg", "load_kg")),
    )
    limits = CandidatePlaceLimits()
    found = candidate_places(known, limits)
    assert candidate_places(shuffled, limits) == found
    for candidate in found:
        assert candidate.visits == len(candidate.event_ids) >= limits.min_visits
