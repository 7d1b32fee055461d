"""Live positions: the layout byte by byte, only what changed and may be seen, and nobody held up by a slow reader."""

from __future__ import annotations

import itertools
import json
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api import live_positions
from api.live_positions import EMPTY, next_city
from api.live_positions_records import HEADER, RECORD, Kind, changed, message, records
from rules_engine.event import FixKey
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from tests.api_server import as_user, serving
from tests.promptness import assert_quick
from tests.storage_rows import add_registry, batch, event, fixes, together, trip

NOW_MS = 1_780_000_000_000
SEQS = itertools.count(1)


def columns(count: int = 1, **given: Any) -> dict[str, Any]:
    """Return what the query gives for trucks 1.., driving empty unless told."""
    usual: dict[str, tuple[Any, Any]] = {
        "vehicle_no": (np.arange(1, count + 1), np.int32),
        "fix_time_ms": (NOW_MS - 2_000, np.int64),
        "position_time_ms": (NOW_MS - 2_000, np.int64),
        "faults": (0, np.int32),
        "alarms": (0, np.int32),
        "loaded": (0, np.int8),
        "violating": (0, np.int8),
        "lat_deg": (31.7721, np.float64),
        "lon_deg": (119.9712, np.float64),
        "speed_mps": (8.25, np.float32),
        "course_deg": (270.5, np.float32),
    }
    return {
        name: np.broadcast_to(np.asarray(given.get(name, value)), count).astype(dtype)
        for name, (value, dtype) in usual.items()
    }


def test_a_message_is_laid_out_as_documented() -> None:
    sent = message(Kind.CHANGES, records(columns(speed_mps=np.nan), NOW_MS), 1_780_000_000.5)

    assert struct.unpack_from("<BBHId", sent) == (1, 2, 20, 1, 1_780_000_000.5)
    assert HEADER.size == 16
    record = struct.unpack_from("<IiiHHBBH", sent, 16)
    assert record == (1, 1_199_712_000, 317_721_000, 65_535, 27_050, 1, 0, 2)
    assert len(sent) == 36


@pytest.mark.parametrize(
    ("readings", "state"),
    [
        ({"fix_time_ms": NOW_MS - 301_000}, 0),
        ({"speed_mps": 0.4}, 1),
        ({"speed_mps": np.nan, "loaded": -1}, 1),
        ({}, 2),
        ({"loaded": 1}, 3),
        ({"loaded": 1, "speed_mps": 1.4}, 4),
        ({"loaded": -1}, 5),
    ],
)
def test_the_state_says_what_a_truck_does(readings: dict[str, Any], state: int) -> None:
    assert records(columns(**readings), NOW_MS)["state"].tolist() == [state]


def test_flags_say_what_is_wrong() -> None:
    wrong = columns(4, violating=[1, 0, 0, 1], faults=[0, 1, 0, 4], alarms=[0, 0, 4, 16 | 8])
    assert records(wrong, NOW_MS)["flags"].tolist() == [1, 2, 4, 7]


def test_a_truck_without_a_position_is_not_on_the_map() -> None:
    rows = columns(3, lat_deg=[31.7, np.nan, 31.8], lon_deg=[119.9, np.nan, 119.8], vehicle_no=[9, 4, 2])
    assert records(rows, NOW_MS)["vehicle_no"].tolist() == [2, 9]


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(-(10**6), 10**9))
def test_positions_and_ages_fit_into_their_bytes(lat_deg: float, lon_deg: float, age_ms: int) -> None:
    record = records(columns(lat_deg=lat_deg, lon_deg=lon_deg, position_time_ms=NOW_MS - age_ms), NOW_MS)[0]
    assert abs(record["lat"] / 1e7 - lat_deg) <= 0.6e-7
    assert abs(record["lon"] / 1e7 - lon_deg) <= 0.6e-7
    assert record["age_s"] == min(max(age_ms // 1000, 0), 65_535)


@given(st.lists(st.dictionaries(st.integers(1, 6), st.integers(0, 2)), min_size=1, max_size=6), st.integers(0, 5))
def test_a_viewer_who_took_only_some_ticks_ends_with_the_newest_state(
    ticks: list[dict[int, int]], taken_first: int
) -> None:
    city, shown, told = EMPTY, {}, None
    for number, speeds in enumerate(ticks):
        numbers = sorted(speeds)
        rows = columns(len(numbers), vehicle_no=numbers, speed_mps=[speeds[no] for no in numbers])
        city = next_city(city, records(rows, NOW_MS + number * 1000), 0.0)
        if number == min(taken_first, len(ticks) - 1) or number == len(ticks) - 1:
            new = city.records if told is None else city.records[city.changed_at > told]
            shown |= {int(record["vehicle_no"]): int(record["speed"]) for record in new}
            told = city.tick
    assert {no: speed * 100 for no, speed in ticks[-1].items()}.items() <= shown.items()


def test_growing_older_is_no_change() -> None:
    before, after = records(columns(), NOW_MS), records(columns(), NOW_MS + 60_000)
    assert before["age_s"] != after["age_s"]
    assert not changed(after, before).any()


# Over a real WebSocket -----------------------------------------------------------------------------------------------


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        opened.execute("insert into companies (company_id, name) values ('C1', 'One'), ('C2', 'Two')")
        opened.execute("update vehicles set company_id = case when vehicle_no <= 2 then 'C1' else 'C2' end")
        yield opened


def now_fixes(truck: int, ago_s: float = 1.0, **readings: Any) -> Any:
    """Return a fix of just now."""
    return fixes(truck, [next(SEQS)], fix_time_ms=int((time.time() - ago_s) * 1000), **readings)


@contextmanager
def looking(
    client: httpx.Client, headers: dict[str, str] | None = None, query: str = "", **more: Any
) -> Iterator[ClientConnection]:
    """Connect as the client would."""
    address = str(client.base_url).replace("http", "ws") + f"/v1/positions/live{query}"
    own = {"authorization": client.headers["authorization"]} if headers is None else headers
    with connect(address, additional_headers=own, compression=None, max_size=2**22, **more) as socket:
        yield socket


def read(sent: str | bytes) -> Any:
    """Return a legend, or a kind and the records by number."""
    if isinstance(sent, str):
        return json.loads(sent)["vehicles"]
    _, kind, _, count, _ = HEADER.unpack_from(sent)
    rows = np.frombuffer(sent, RECORD, offset=HEADER.size)
    assert len(rows) == count
    return Kind(kind), {int(row["vehicle_no"]): row for row in rows}


def read_until_closed(socket: ClientConnection) -> None:
    for _ in range(10):
        socket.recv(30)


@pytest.mark.services
def test_positions_come_live_with_state_and_flags(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    writer = BatchWriter(connection)
    start_ms = int(time.time() * 1000) - 60_000
    loaded = trip(0, vehicle="V2", start=FixKey(start_ms, 7, 1))
    rows = together(now_fixes(1, speed_mps=9.0), now_fixes(2, speed_mps=9.0), now_fixes(3, ago_s=900, faults=1))
    writer.write(batch(rows, trips=[loaded], events=[event(0, vehicle="V1")]))
    with serving(migrated_url) as client, looking(client) as socket:
        assert read(socket.recv(30)) == {
            "no": [1, 2, 3, 4],
            "id": ["V1", "V2", "V3", "V4"],
            "plate": ["P1", "P2", "P3", "P4"],
            "company_id": ["C1", "C1", "C2", "C2"],
        }
        kind, shown = read(socket.recv(30))
        assert kind is Kind.ALL
        assert {no: (int(row["state"]), int(row["flags"])) for no, row in shown.items()} == {
            1: (2, 1),
            2: (3, 0),
            3: (0, 2),
        }

        def told_s() -> float:
            writer.write(batch(now_fixes(1, ago_s=0, speed_mps=3.0, lat_deg=31.9)))
            began = time.monotonic()
            while not (news := read(socket.recv(30)))[1]:
                pass
            assert news[0] is Kind.CHANGES
            assert [(no, int(row["lat"]), int(row["speed"])) for no, row in news[1].items()] == [(1, 319_000_000, 300)]
            return time.monotonic() - began

        assert_quick(told_s, 2.5)
        with psycopg.connect(migrated_url) as other:
            audit = other.execute("select action, object_kind, allowed from audit_log").fetchall()
        assert ("look_live", "fleet", True) in audit


@pytest.mark.services
def test_a_viewer_sees_its_own_trucks_and_masked_plates(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    connection.execute("update vehicles set plate = '苏D1234' || vehicle_no")
    BatchWriter(connection).write(batch(together(*(now_fixes(truck) for truck in (1, 2, 3, 4)))))
    with serving(migrated_url) as client:
        with looking(client, as_user(migrated_url, "company", company_id="C2")) as socket:
            assert read(socket.recv(30))["id"] == ["V3", "V4"]
            assert set(read(socket.recv(30))[1]) == {3, 4}
        with looking(client, as_user(migrated_url, "association")) as socket:
            assert read(socket.recv(30))["plate"][0] == "苏D***41"


@pytest.mark.services
def test_a_connection_is_refused_with_a_reason(migrated_url: str, connection: psycopg.Connection[Any]) -> None:  # noqa: ARG001
    with serving(migrated_url) as client:
        for headers, origin, problem in (
            ({}, None, "not-logged-in"),
            (as_user(migrated_url, "public"), None, "not-permitted"),
            (None, "http://elsewhere.example", "wrong-origin"),
        ):
            with pytest.raises(InvalidStatus) as refused, looking(client, headers, origin=origin):
                pass
            assert json.loads(refused.value.response.body or b"")["type"] == f"/problems/{problem}"
        with looking(client, origin=str(client.base_url).rstrip("/")) as socket:
            assert read(socket.recv(30))["no"] == [1, 2, 3, 4]
        plain = client.get("/v1/positions/live")
        assert (plain.status_code, plain.json()["type"]) == (426, "/problems/upgrade-needed")


@pytest.mark.services
def test_one_user_does_not_take_everybodys_maps(
    migrated_url: str,
    connection: psycopg.Connection[Any],  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_positions, "VIEWERS_OF_ONE", 1)
    with serving(migrated_url, viewer=None) as client:
        bureau = as_user(migrated_url, "bureau")
        with looking(client, bureau):
            with pytest.raises(InvalidStatus) as refused, looking(client, bureau):
                pass
            assert json.loads(refused.value.response.body or b"")["type"] == "/problems/too-many-streams"
            with looking(client, as_user(migrated_url, "inspector")) as other:
                assert json.loads(other.recv(30))["type"] == "legend"


@pytest.mark.services
def test_a_ticket_opens_one_connection(migrated_url: str, connection: psycopg.Connection[Any]) -> None:  # noqa: ARG001
    with serving(migrated_url) as client:
        ticket = client.post("/v1/tickets").json()["ticket"]
        with looking(client, {}, query=f"?ticket={ticket}") as socket:
            assert read(socket.recv(30))["no"] == [1, 2, 3, 4]
        with pytest.raises(InvalidStatus), looking(client, {}, query=f"?ticket={ticket}"):
            pass


@pytest.mark.services
def test_a_new_truck_and_a_disabled_user_are_told(
    migrated_url: str, connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.live_positions.FLEET_S", 0.5)
    monkeypatch.setattr("api.resources.live_positions.SCOPE_S", 0.5)
    headers = as_user(migrated_url, "inspector")
    with serving(migrated_url) as client, looking(client, headers) as socket:
        assert len(read(socket.recv(30))["no"]) == 4
        connection.execute("insert into vehicles (vehicle_id, plate) values ('V5', 'P5')")
        texts = (sent for sent in socket if isinstance(sent, str))
        assert read(next(texts))["id"] == ["V1", "V2", "V3", "V4", "V5"]
        connection.execute("update users set disabled_at = now() where name = 'inspector'")
        with pytest.raises(ConnectionClosed) as closed:
            read_until_closed(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


@pytest.mark.services
def test_a_slow_reader_holds_up_nobody_and_gets_the_newest_state(
    migrated_url: str, connection: psycopg.Connection[Any]
) -> None:
    trucks = 5_000
    connection.execute(
        "insert into vehicles (vehicle_id, plate) select 'S' || n, 'S' || n from generate_series(1, %s) n", [trucks]
    )
    connection.execute(
        "insert into latest (vehicle_no, terminal_no, fix_time, epoch, seq, received_at, position_time,"
        " lat_deg, lon_deg, speed_mps, faults, alarms)"
        " select vehicle_no, 1, now(), 7, 1, now(), now(), 31.7, 119.9, 0, 0, 0 from vehicles where vehicle_no > 4"
    )
    with serving(migrated_url) as client, looking(client) as quick, looking(client) as slow:
        waited_s: list[float] = []
        for speed in range(1, 5):
            connection.execute("update latest set speed_mps = %s, fix_time = now(), seq = seq + 1", [speed])
            time.sleep(1.1)
            began = time.monotonic()
            assert quick.recv(30)
            waited_s.append(time.monotonic() - began)
        assert min(waited_s) < 2.0, waited_s
        shown: dict[int, int] = {}
        deadline_s = time.monotonic() + 60
        while set(shown.values()) != {400}:
            assert time.monotonic() < deadline_s
            sent = slow.recv(30)
            if isinstance(sent, bytes):
                shown |= {no: int(row["speed"]) for no, row in read(sent)[1].items()}
        assert len(shown) == trucks
