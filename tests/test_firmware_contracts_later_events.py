"""Events of a later version: whatever the reader keeps the database takes, and a repetition is known as one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_rows import NOON_MS, add_registry, batch

from firmware_contracts.decode import decode_report
from firmware_contracts.device_event import MAX_OTHER_BYTES
from firmware_contracts.reading import DeviceEvent
from firmware_contracts.topics import Topic
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.write_batch import DeviceEventRow

TOPIC = str(Topic("320412", "washer", "W1", "event", "json"))
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.text(max_size=1200),
    st.integers(-9, 9),
)
BODY = st.dictionaries(
    st.text(max_size=4),
    st.recursive(SCALAR, lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(max_size=3), of, max_size=3)),
    max_size=4,
)


def decoded(bodies: list[dict[str, Any]]) -> tuple[list[DeviceEvent], list[str]]:
    """Return the events that are kept, and the reasons of the others."""
    heads = [{"seq": n, "time_ms": NOON_MS, "type": "tank_level"} for n in range(len(bodies))]
    events = [body | head for head, body in zip(heads, bodies, strict=True)]
    payload = json.dumps({"v": 1, "epoch": 1, "events": events}).encode()
    found = decode_report(TOPIC, payload, NOON_MS)
    return found.device_events, [str(rejected.reason) for rejected in found.rejected]


def rows(events: list[DeviceEvent]) -> list[DeviceEventRow]:
    return [
        DeviceEventRow(
            terminal_no=1,
            event_time_ms=event.time_ms,
            epoch=event.epoch,
            seq=event.seq,
            received_at_ms=NOON_MS,
            type=event.type,
            plate=event.plate,
            vehicle_no=None,
            body=event.body,
        )
        for event in events
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(BODY, max_size=5))
def test_every_event_ends_as_kept_or_rejected(bodies: list[dict[str, Any]]) -> None:
    events, reasons = decoded(bodies)
    assert len(events) + len(reasons) == len(bodies)
    assert set(reasons) <= {"not_finite", "out_of_range", "nul_byte", "bad_utf8", "bad_type", "too_large"}
    for event in events:
        # What the payload gave is what is kept: nothing is dropped, nothing made up.
        assert event.body == {k: v for k, v in bodies[event.seq].items() if k not in {"seq", "time_ms", "type"}}


def test_an_event_that_is_too_large_to_keep_unread_is_rejected_alone() -> None:
    room = (
        MAX_OTHER_BYTES
        - len('{"a": "", "b": "", "c": "", "d": "", "e": "", "seq": 0, "time_ms": , "type": "tank_level"}')
        - 13
    )
    sizes = [800, 800, 800, 800, room - 3200]
    fits = {name: "w" * size for name, size in zip("abcde", sizes, strict=True)}
    events, reasons = decoded([fits, fits | {"e": "w" * (sizes[-1] + 1)}, {}])
    assert [event.seq for event in events] == [0, 2]
    assert reasons == ["too_large"]


def in_doubles(body: Any) -> Any:
    """Return a body with every number as a double: the database writes 2e16 as an integer."""
    return json.loads(json.dumps(body), parse_int=float)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.mark.services
def test_the_database_takes_whatever_is_kept(connection: psycopg.Connection[Any]) -> None:
    bodies: list[dict[str, Any]] = []

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(st.lists(BODY, min_size=2, max_size=5))
    def gather(drawn: list[dict[str, Any]]) -> None:
        bodies.extend(drawn)

    gather()
    bodies += [{"": 1, "tiny": 5e-324, "huge": 1.7e308, "zero": -0.0, "exact": 2**53, "face": "😀", 'q"\\': [[], {}]}]
    events, _ = decoded(bodies[-200:])
    assert len(events) > 40
    writer = BatchWriter(connection)
    result = writer.write(batch(device_events=rows(events)))
    assert (result.device_events_inserted, len(result.poison)) == (len(events), 0)
    stored = connection.execute("select seq, type, body from device_events order by seq").fetchall()
    assert [(seq, kind, in_doubles(body)) for seq, kind, body in stored] == [
        (event.seq, "tank_level", in_doubles(event.body)) for event in events
    ]
    result = writer.write(batch(device_events=rows(events)))
    assert (result.device_events_inserted, result.conflicts) == (0, 0)
