"""Trucks and washers through the real database, in any order and by any batches: the same events as in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import psycopg
import pytest
from oracles.scenes import START_MS, Scene
from oracles.tracks import city

from firmware_contracts import device_event, report_bin
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from ingest.checkpoints import due_checkpoints
from ingest.hearing import hear
from ingest.history import TruckJudge
from ingest.judging import rows_to_judge, stored_rows
from ingest.registry import Registry
from ingest.rejudging import judge_again, restore
from ingest.resolving import Resolved, resolve
from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.rejudge import pending
from storage.washers import read_heard
from storage.world_store import read_documents, write_documents
from storage.write_batch import WriteBatch

pytestmark = pytest.mark.services

RECEIVED_MS = START_MS + 6 * 3_600_000
PLATES = [f"苏D1000{n}" for n in range(4)]
Message = tuple[str, bytes, int]


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    documents = dict(city().documents)
    vehicles = [dict(v) | {"plate": PLATES[n], "tare_kg": 12_000.7 + n} for n, v in enumerate(documents["vehicles"])]
    trucks = [{"terminal_id": f"T{n}", "kind": "truck", "assignments": [{"vehicle_id": f"T{n}"}]} for n in range(4)]
    others = [
        {"terminal_id": "W1", "kind": "washer", "site_id": "S1"},
        {"terminal_id": "G1", "kind": "gate", "dump_point_id": "D1"},
    ]
    with connect_writer(migrated_url) as opened:
        write_documents(opened, documents | {"vehicles": vehicles, "terminals": [*trucks, *others]})
        yield opened


class Platform:
    """What ingest does with a batch, on one thread and without a broker; `restarted` is the same after a kill."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.world = World.from_documents(read_documents(connection))
        self.registry, self.topics = Registry(self.world), TopicTable()
        self.writer, self.carry = BatchWriter(connection), Carry(len(self.world.vehicle_ids))
        self.heard = read_heard(connection)
        restore(connection, self.world, self.carry, self.heard)

    def resolved(self, messages: list[Message]) -> Resolved:
        block = MessageBlock.from_messages(messages)
        return resolve(decode_block(block, self.topics), block, self.registry)

    def take(self, messages: list[Message]) -> None:
        records = self.resolved(messages)
        assert records.rejected == []
        rows, washers = rows_to_judge(records, self.world), hear(records, self.world, self.heard)
        judgement = evaluate(rows.batch, self.world, self.carry, self.heard)
        fixes, device_events = stored_rows(records, rows, judgement.late)
        write = WriteBatch(
            fixes=fixes,
            device_events=device_events,
            events=judgement.events,
            trips=judgement.trips,
            checkpoints=due_checkpoints(self.carry, judgement.update, self.world),
            received=records.received,
            washers=washers,
            found_at_ms=RECEIVED_MS,
            world_version=self.world.version,
        )
        self.carry.apply(judgement.update)
        self.writer.write(write)

    def judge_again(self) -> int:
        count = 0
        while waiting := pending(self.connection):
            vehicle = int(np.flatnonzero(self.world.vehicle_no == waiting[0].vehicle_no)[0])
            judge = TruckJudge(vehicle, self.world, self.carry, self.heard)
            assert judge_again(self.connection, waiting[0].vehicle_no, judge, 900_000)
            count += 1
        return count

    def in_order(self, messages: list[Message]) -> list[Event]:
        """Return what is found when all is known from the start and every row comes in its turn."""
        records, heard = self.resolved(messages), Heard()
        hear(records, self.world, heard)
        rows = rows_to_judge(records, self.world)
        newest = {e.event_id: e for e in evaluate(rows.batch, self.world, Carry(4), heard).events}
        return list(newest.values())


def reports(scene: Scene) -> list[Message]:
    """Return a truck's fixes in messages of 30."""
    batch = scene.batch()
    columns = {
        name: getattr(batch, name)
        if hasattr(batch, name)
        else np.full(len(batch), np.nan if name == "course_deg" else 0)
        for name in FIX_DTYPES
    }
    fixes = FixColumns(**{name: np.asarray(column).astype(FIX_DTYPES[name]) for name, column in columns.items()})
    topic = f"muck/v1/320412/truck/T{scene.vehicle}/up/report/bin"
    parts = (fixes.take(slice(at, at + 30)) for at in range(0, len(fixes), 30))
    return [(topic, report_bin.encode(part), RECEIVED_MS) for part in parts]


def said(device: str, kind: str, events: list[dict[str, Any]]) -> list[Message]:
    """Return events of a device, four a message."""
    topic = f"muck/v1/320412/{kind}/{device}/up/event/json"
    numbered = [event | {"seq": n, "time_ms": START_MS + round(event["at_s"] * 1000)} for n, event in enumerate(events)]
    sent = [{name: value for name, value in event.items() if name != "at_s"} for event in numbered]
    return [(topic, device_event.encode(1, sent[at : at + 4]), RECEIVED_MS) for at in range(0, len(sent), 4)]


def day() -> list[Message]:
    """Return an hour of four trucks that leave S1: washed, unwashed, past the washer, and in the washer's silence."""
    scenes = []
    for vehicle, start_s in enumerate((0.0, 300.0, 600.0, 2400.0)):
        scene = Scene(vehicle)
        scene.time_s = start_s
        load_kg = 40_000.0 if vehicle == 1 else 15_000.0
        scene.stand(60).load(load_kg).stand(30).drive("D1").stand(600)
        scenes.append(scene.ramp(0, 60, lift_deg=40).stand(60).drive((3000.0, 8000.0), 6.0))
    passages = [
        {"type": "washer_passage", "at_s": 195.0, "plate": PLATES[0], "result": "washed"},
        {"type": "washer_passage", "at_s": 495.0, "plate": PLATES[1], "result": "too_short"},
        {"type": "washer_passage", "at_s": 1500.0, "plate": "苏X00000", "result": "washed"},
    ]
    beats = [{"type": "heartbeat", "at_s": at_s} for at_s in (*range(-1800, 2300, 120), *range(3600, 7200, 120))]
    gates = [
        {"type": "gate_passage", "at_s": 600.0, "plate": PLATES[0], "direction": "in", "gross_kg": 27_012.3},
        {"type": "gate_passage", "at_s": 1300.0, "plate": PLATES[0], "direction": "out", "tare_kg": 11_900.1},
    ]
    washer = said("W1", "washer", sorted([*passages, *beats], key=lambda event: float(event["at_s"])))
    return [message for scene in scenes for message in reports(scene)] + washer + said("G1", "gate", gates)


def standing(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    rows = connection.execute(
        "select event_id::text, kind, opening, closing from events"
        " where withdrawn_at is null and vehicle_no is not null"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def documents_of(events: list[Event]) -> dict[str, Any]:
    def stored(value: Any) -> Any:
        return orjson.loads(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))

    return {str(e.event_id): (e.kind, stored(e.opening), stored(e.closing)) for e in events}


def test_the_day_is_what_it_is_meant_to_be(connection: psycopg.Connection[Any]) -> None:
    events = Platform(connection).in_order(day())
    assert {e.vehicle_id: e.opening["result"] for e in events if e.kind == "not_washed"} == {
        "T1": "too_short",
        "T2": "no_passage",
    }


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_restarts_give_the_same(connection: psycopg.Connection[Any], seed: int) -> None:
    rng = np.random.default_rng(seed)
    messages = day()
    platform = Platform(connection)
    expected = documents_of(platform.in_order(messages))
    # Washers first, washers last, or all shuffled; then once more, as nobody had acknowledged.
    is_truck = np.array(["/truck/" in topic for topic, _, _ in messages])
    orders = [np.argsort(is_truck, kind="stable"), np.argsort(~is_truck, kind="stable")]
    order = orders[seed] if seed < 2 else rng.permutation(len(messages))
    order = np.concatenate([order, rng.permutation(len(messages))[:10]])
    rejudged = 0
    while len(order):
        part, order = order[: (size := int(rng.integers(1, 25)))], order[size:]
        platform.take([messages[n] for n in part.tolist()])
        if rng.random() < 0.3:
            rejudged += platform.judge_again()
        if rng.random() < 0.2:
            platform = Platform(connection)
    rejudged += platform.judge_again()
    assert standing(connection) == expected
    assert rejudged > 0 or seed == 0

    restarted = Platform(connection)
    assert restarted.heard.minutes("W1") == platform.heard.minutes("W1")
    assert restarted.carry.rows.tobytes() == platform.carry.rows.tobytes()
    connection.execute("delete from checkpoints")
    from_the_first_row = Platform(connection)
    assert from_the_first_row.carry.rows.tobytes() == platform.carry.rows.tobytes(), "read back, rows are the same bits"
