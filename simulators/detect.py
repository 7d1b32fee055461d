"""Judges a capture without broker or database: decode, order, evaluate, and the final set of events.

Final events depend on the records alone, not on when they came. So everything is read first, repeated records are
dropped, and each truck's rows are judged in the order of event time; nothing is late here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from firmware_contracts.decode import decode_block
from firmware_contracts.device_event import is_washing
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import Decoded
from firmware_contracts.topic_table import TopicTable
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World
from simulators.capture import CaptureMessage, CaptureReader
from simulators.instant import from_milliseconds

BLOCK_MESSAGES = 20_000  # decoded at once; as many as ingest takes
BATCH_ROWS = 100_000  # judged at once; a batch's temporary arrays stay under 100 MB
NONE = -1


@dataclass(slots=True)
class Detection:
    """What a capture holds.

    Attributes:
        events: The final events, in order of their start.
        trips: Likewise trips.
        messages: Messages read.
        fixes: Fixes judged.
        repeated: Records that came more than once.
        rejected: Records and messages that were refused, by reason.
    """

    events: list[Event] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    messages: int = 0
    fixes: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def detect(capture: Path, world: World, told: Callable[[float], None] = lambda _: None) -> Detection:
    """Return what the rules find in a capture.

    Args:
        capture: The capture.
        world: What the city permits.
        told: Called with the share of the file that is read, 0 to 1.

    Raises:
        CaptureError: A line is no captured message.
    """
    detection = Detection()
    parts: list[FixBatch] = []
    topics = TopicTable()
    with CaptureReader(capture) as reader:
        for messages in _blocks(reader):
            block = MessageBlock.from_messages([(m.topic, m.payload, m.received_at_ms) for m in messages])
            parts.append(_rows(decode_block(block, topics), world, detection))
            detection.messages += len(messages)
            told(reader.position_bytes() / max(reader.total_bytes, 1))
    if parts:
        _judge(_ordered(FixBatch.concatenate(parts), detection), world, detection)
    return detection


def _blocks(messages: CaptureReader) -> Iterator[list[CaptureMessage]]:
    source = iter(messages)
    while block := list(islice(source, BLOCK_MESSAGES)):
        yield block


def _rows(decoded: Decoded, world: World, detection: Detection) -> FixBatch:
    """Return a block's fixes and washer passages as rows of known trucks, in no order."""
    detection.rejected.update(str(rejected.reason) for rejected in decoded.rejected)
    terminal_of_topic = np.array(
        [world.terminals.terminal_rows.get(topic.device, NONE) for topic in decoded.topics] or [NONE], np.int32
    )
    fixes = decoded.fixes
    terminal = terminal_of_topic[decoded.sender[fixes.message]]
    vehicle = np.full(len(fixes), NONE, np.int32)
    known = terminal != NONE
    vehicle[known] = world.vehicle_of(terminal[known], fixes.fix_time_ms[known])
    detection.rejected.update(
        unknown_device=int((~known).sum()), unassigned_terminal=int((known & (vehicle == NONE)).sum())
    )
    judged = vehicle != NONE
    plates = {plate: row for row, plate in enumerate(world.plates) if plate is not None}
    washings = [event for event in decoded.device_events if is_washing(event.type, event.body)]
    passages = [event for event in washings if event.plate in plates]
    washed = np.array([plates[str(event.plate)] for event in passages], np.int32)
    identity = np.array([(event.time_ms, event.epoch, event.seq) for event in passages], np.int64).reshape(-1, 3)
    rows = FixBatch.of_fixes(vehicle[judged], fixes.take(judged))
    return FixBatch.concatenate([rows, FixBatch.of_marks(washed, identity, mark=np.full(len(washed), Mark.WASHED))])


def _ordered(rows: FixBatch, detection: Detection) -> FixBatch:
    """Return the rows in key order, each record once: the first that came of those with one identity."""
    rows = rows.take(rows.key_order())
    keys = np.stack([rows.vehicle, rows.fix_time_ms, rows.mark, rows.epoch, rows.seq])
    first = np.ones(len(rows), np.bool_)
    first[1:] = (np.diff(keys, axis=1) != 0).any(axis=0)
    detection.repeated += int((~first).sum())
    detection.fixes += int((first & (rows.mark == Mark.FIX)).sum())
    return rows.take(first)


def _judge(rows: FixBatch, world: World, detection: Detection) -> None:
    """Evaluate batch after batch; what is given out again replaces what was given out before."""
    carry = Carry(len(world.vehicle_ids))
    events: dict[Any, Event] = {}
    trips: dict[Any, Trip] = {}
    for start in range(0, len(rows), BATCH_ROWS):
        judgement = evaluate(rows.take(slice(start, start + BATCH_ROWS)), world, carry)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events}
        trips |= {trip.trip_id: trip for trip in judgement.trips}
    detection.events = sorted(events.values(), key=lambda event: (event.start, event.vehicle_id, event.kind))
    detection.trips = sorted(trips.values(), key=lambda trip: (trip.start, trip.vehicle_id))


def event_line(event: Event) -> bytes:
    """Return an event as one line of NDJSON."""
    return _line(
        {
            "event_id": str(event.event_id),
            "vehicle_id": event.vehicle_id,
            "kind": event.kind,
            "start": from_milliseconds(event.start.fix_time_ms),
            "confirmed": from_milliseconds(event.confirmed_ms),
            "end": None if event.end_ms is None else from_milliseconds(event.end_ms),
            "lat_deg": event.lat_deg,
            "lon_deg": event.lon_deg,
            "severity": event.severity,
            "opening": event.opening,
            "closing": event.closing,
        }
    )


def trip_line(trip: Trip) -> bytes:
    """Return a trip as one line of NDJSON, of kind `trip`: from loading, as far as it was seen, to unloading."""
    start_ms = trip.loaded_ms if trip.loading_start_ms is None else trip.loading_start_ms
    end_ms = trip.end_ms if trip.unloading_end_ms is None else trip.unloading_end_ms
    return _line(
        {
            "event_id": str(trip.trip_id),
            "vehicle_id": trip.vehicle_id,
            "kind": "trip",
            "start": from_milliseconds(start_ms),
            "confirmed": from_milliseconds(trip.loaded_ms),
            "end": None if end_ms is None else from_milliseconds(end_ms),
            "site_id": trip.site_id,
            "permit_id": trip.permit_id,
            "corridor_id": trip.corridor_id,
            "dump_point_id": trip.dump_point_id,
            "load_kg": trip.load_kg,
        }
    )


def _line(fields: dict[str, Any]) -> bytes:
    return msgspec.json.encode(fields) + b"\n"
