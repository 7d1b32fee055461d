"""Who may look but not follow: rough places, the same for ten minutes, however often and by whatever way it asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.coarse_positions import CELL_DEG, HOLD_S, FirstLooks, Held, coarse_columns, coarse_records, middle_deg
from api.live_positions_records import UNKNOWN, records
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from tests.api_server import as_user, serving
from tests.storage_rows import add_registry, batch, together
from tests.test_api_live_positions import NOW_MS, columns, looking, now_fixes, read


@given(st.floats(-180, 180))
def test_a_place_is_told_by_the_middle_of_its_square(degrees: float) -> None:
    middle = float(middle_deg(np.array([degrees]))[0])
    assert abs(middle - degrees) <= CELL_DEG / 2 + 1e-9
    assert middle == float(middle_deg(np.array([middle]))[0]), "the middle of a square lies in it"


def test_a_record_tells_no_way_and_no_exact_time() -> None:
    exact = records(columns(position_time_ms=NOW_MS - 754_000, fix_time_ms=NOW_MS - 754_000), NOW_MS)
    (rough,) = coarse_records(exact)
    assert (int(rough["lon"]), int(rough["lat"])) == (1_199_750_000, 317_750_000)
    assert (int(rough["speed"]), int(rough["course"]), int(rough["age_s"])) == (UNKNOWN, UNKNOWN, HOLD_S)
    assert int(exact[0]["lon"]) == 1_199_712_000, "what others are told stays as it is"


def test_columns_keep_what_is_no_way() -> None:
    given_ = columns(2) | {
        "received_at_ms": np.array([NOW_MS, NOW_MS]),
        "epoch": np.array([7, 7]),
        "seq": np.array([1, 2]),
        "hdop": np.array([0.9, 0.9], np.float32),
        "satellites": np.array([9, 9], np.int16),
    }
    rough = coarse_columns(given_)
    assert set(rough) == set(given_)
    assert rough["seq"].tolist() == [0, 0]
    assert np.isnan(rough["speed_mps"]).all()
    assert rough["satellites"].tolist() == [-1, -1]
    assert all((rough[name] % (HOLD_S * 1000) == 0).all() for name in ("fix_time_ms", "received_at_ms"))
    assert rough["faults"].tolist() == given_["faults"].tolist()


def test_what_was_given_first_is_given_again_until_ten_minutes_are_over() -> None:
    held, asked = Held[int](most=2), iter(range(100))

    async def newest() -> int:
        return next(asked)

    async def ask(viewer: int, now_s: float) -> int | None:
        return await held.of(viewer, now_s, newest)

    async def day() -> list[int | None]:
        both = await asyncio.gather(ask(1, 0), ask(1, 0))
        return [*both, await ask(1, HOLD_S - 1), await ask(2, 5), await ask(3, 5), await ask(1, HOLD_S)]

    first, again, later, other, beyond, over = asyncio.run(day())
    assert first == again == later
    assert other not in (None, first)
    assert beyond is None, "every place is taken"
    assert over not in (None, first)


def test_the_first_look_of_an_hour_is_one() -> None:
    looks = FirstLooks()
    assert [looks.is_first(1, now_s) for now_s in (0, 1, 3599, 3600)] == [True, False, False, True]
    looks.forget(1)
    assert looks.is_first(1, 3601), "it could not be written down"


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


def latest(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.get("/v1/positions/latest", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["columns"])


@pytest.mark.services
def test_an_association_that_polls_has_no_track_and_the_bureau_is_logged_once(
    migrated_url: str, connection: psycopg.Connection[Any]
) -> None:
    writer = BatchWriter(connection)
    writer.write(batch(together(now_fixes(1, speed_mps=9.0))))
    with serving(migrated_url) as client:
        association, bureau = as_user(migrated_url, "association"), as_user(migrated_url, "bureau")
        before = latest(client, association)
        with looking(client, association) as socket:
            socket.recv(30)
            live = read(socket.recv(30))[1][1]
            while time.time() % HOLD_S > HOLD_S - 15:  # or the ten minutes end meanwhile, as they should
                time.sleep(1)
                before = latest(client, association)
            writer.write(batch(together(now_fixes(1, ago_s=0, speed_mps=9.0, lat_deg=31.9))))
            told = [read(socket.recv(30))[1] for _ in range(3)]
        after = latest(client, association)
        exact = latest(client, bureau)
        latest(client, bureau)
        assert client.get("/v1/exports/latest.csv", headers=association).status_code == 403
    assert after == before
    assert (exact["lat_deg"], exact["speed_mps"]) == ([31.9], [9.0])
    assert before["lat_deg"] != exact["lat_deg"]
    assert (before["speed_mps"], before["course_deg"], before["seq"]) == (None, None, [0])
    assert (int(live["lat"]) / 1e7, int(live["speed"])) == (before["lat_deg"][0], UNKNOWN)
    assert told == [{}, {}, {}], "it moved, and nothing tells"
    rows = connection.execute("select user_name, action from audit_log where action like 'look_l%'").fetchall()
    assert sorted(rows) == [("association", "look_latest"), ("association", "look_live"), ("bureau", "look_latest")]
