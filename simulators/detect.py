"""Judges a capture without broker or database: decode, order, evaluate, and the final set of events.

Final events depend on the records alone, not on when they came. So everything is read first, repeated records are
dropped, when each washer was heard is learned, and each truck's rows are judged in the order of event time; nothing is
late here.
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
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.passages import WASHER_PASSAGE, is_clear, net_mass_kg, passages_among
from firmware_contracts.plates import PlateIndex
from firmware_contracts.reading import Decoded, DeviceEvent
from firmware_contracts.topic_table import TopicTable
from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.silence import silent_at_end
from rules_engine.washers import Outage, outages, silence_limit_s, washers_of
from rules_engine.world import World
from simulators.capture import CaptureMessage, CaptureReader
from simulators.instant import from_milliseconds
from simulators.world_folder import read_world

BLOCK_MESSAGES = 20_000  # decoded at once; as many as ingest takes
BATCH_ROWS = 100_000  # judged at once; a batch's temporary arrays stay under 100 MB
NONE = -1


@dataclass(slots=True)
class Detection:
    """What a capture holds.

    Attributes:
        events: The final events of trucks, in order of their start.
        trips: Likewise trips.
        outages: Silences of washers that were too long, by washer.
        silence_s: How long a washer may be silent. [s]
        messages: Messages read.
        fixes: Fixes judged.
        repeated: Records that came more than once.
        rejected: Records and messages that were refused, by reason.
    """

    events: list[Event] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    outages: list[tuple[str, Outage]] = field(default_factory=list)
    silence_s: float = 0.0
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
    rows, heard = _read(capture, world, detection, told)
    if len(rows):
        _judge(rows, world, heard, detection)
        detection.silence_s = silence_limit_s(world)
        detection.outages = _outages(rows, world, heard, detection.silence_s)
    return detection


def captured_rows(capture: Path, world: World) -> FixBatch:
    """Return all rows of a capture as they are judged: sorted, each record once."""
    return _read(capture, world, Detection(), lambda _: None)[0]


def _read(capture: Path, world: World, detection: Detection, told: Callable[[float], None]) -> tuple[FixBatch, Heard]:
    """Return all rows of a capture, sorted, each record once, and when washers were heard."""
    parts: list[FixBatch] = [FixBatch.of_columns(np.empty(0, np.int32), np.empty(0, np.int64))]
    heard = Heard()
    topics = TopicTable()
    with CaptureReader(capture) as reader:
        for messages in _blocks(reader):
            block = MessageBlock.from_messages([(m.topic, m.payload, m.received_at_ms) for m in messages])
            decoded = decode_block(block, topics)
            parts.append(_rows(decoded, world, detection))
            _listen(decoded, world, heard)
            detection.messages += len(messages)
            told(reader.position_bytes() / max(reader.total_bytes, 1))
    return _ordered(FixBatch.concatenate(parts), detection), heard


def detect_folder(folder: Path) -> Detection:
    """Judge the capture of a simulated run (`world/`, `capture.ndjson.gz`) and write its `events.ndjson`."""
    world = World.from_documents(read_world(folder / "world"))
    found = detect(folder / "capture.ndjson.gz", world)
    (folder / "events.ndjson").write_bytes(b"".join(event_lines(found)))
    return found


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
    rows = FixBatch.of_fixes(vehicle[judged], fixes.take(judged))
    return FixBatch.concatenate([rows, _passages(decoded, world)])


def _passages(decoded: Decoded, world: World) -> FixBatch:
    """Return what washers and gates saw of known trucks as rows of these, in no order."""
    plates = PlateIndex.of(world.plates, world.tags)
    events = decoded.device_events
    found = passages_among((event.type, event.body) for event in events)
    vehicle = np.array([_named(plates, events[n]) for n in found.index.tolist()], np.int32)
    device = np.array([_device(decoded, events[n], world) for n in found.index.tolist()], np.int32)
    known = (vehicle != NONE) & (device != NONE)
    seen = [events[n] for n in found.index[known].tolist()]
    identity = np.array([(event.time_ms, event.epoch, event.seq) for event in seen], np.int64).reshape(-1, 3)
    weight_kg = net_mass_kg(found.gross_kg[known], found.tare_kg[known], world.tare_kg[vehicle[known]])
    return FixBatch.of_marks(
        vehicle[known], identity, mark=found.mark[known], device=device[known], weight_kg=weight_kg
    )


def _named(plates: PlateIndex, event: DeviceEvent) -> int:
    return plates.row(event.plate, event.body.get("tag"))


def _device(decoded: Decoded, event: DeviceEvent, world: World) -> int:
    topic = decoded.topics[decoded.sender[event.message]]
    return world.terminals.terminal_rows.get(topic.device, NONE)


def _listen(decoded: Decoded, world: World, heard: Heard) -> None:
    """Learn when washers were heard, and when one saw a truck that it could not name or not judge."""
    times: dict[int, list[int]] = {}
    unread: dict[int, list[int]] = {}
    plates = PlateIndex.of(world.plates, world.tags)
    for event in decoded.device_events:
        device = _device(decoded, event, world)
        times.setdefault(device, []).append(event.time_ms)
        told = _named(plates, event) != NONE and is_clear(event.type, event.body)
        if event.type == WASHER_PASSAGE and not told:
            unread.setdefault(device, []).append(event.time_ms)
    for device, heard_ms in times.items():
        if device != NONE and world.terminals.kinds[device] == "washer":
            unread_ms = np.array(unread.get(device, []), np.int64)
            heard.learn(world.terminals.terminal_ids[device], np.array(heard_ms, np.int64), unread_ms)


def _outages(rows: FixBatch, world: World, heard: Heard, silence_s: float) -> list[tuple[str, Outage]]:
    """Return the silences of washers, as far as anything is known: until the newest record of a truck."""
    as_of_ms = int(rows.fix_time_ms.max()) if len(rows) else 0
    return [
        (washer_id, outage)
        for washer_id in washers_of(world).ids
        for outage in outages(heard.minutes(washer_id), as_of_ms, silence_s)
    ]


def _ordered(rows: FixBatch, detection: Detection) -> FixBatch:
    """Return the rows in key order, each record once: the first that came of those with one identity."""
    rows = rows.take(rows.key_order())
    keys = np.stack([rows.vehicle, rows.fix_time_ms, rows.mark, rows.epoch, rows.seq])
    first = np.ones(len(rows), np.bool_)
    first[1:] = (np.diff(keys, axis=1) != 0).any(axis=0)
    detection.repeated += int((~first).sum())
    detection.fixes += int((first & (rows.mark == Mark.FIX)).sum())
    return rows.take(first)


def _judge(rows: FixBatch, world: World, heard: Heard, detection: Detection) -> None:
    """Evaluate batch after batch; what is given out again replaces what was given out before."""
    carry = Carry(len(world.vehicle_ids))
    events: dict[Any, Event] = {}
    trips: dict[Any, Trip] = {}
    for start in range(0, len(rows), BATCH_ROWS):
        judgement = evaluate(rows.take(slice(start, start + BATCH_ROWS)), world, carry, heard)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events}
        trips |= {trip.trip_id: trip for trip in judgement.trips}
    found = [*events.values(), *silent_at_end(rows, world, events.values())]
    detection.events = sorted(found, key=lambda event: (event.start, event.vehicle_id, event.kind))
    detection.trips = sorted(trips.values(), key=lambda trip: (trip.start, trip.vehicle_id))


def event_lines(found: Detection, *, trips: bool = True) -> Iterator[bytes]:
    """Yield events, trips and outages as lines of NDJSON."""
    yield from map(event_line, found.events)
    yield from map(trip_line, found.trips if trips else ())
    for washer_id, outage in found.outages:
        yield outage_line(washer_id, outage, found.silence_s)


def outage_line(washer_id: str, outage: Outage, silence_s: float) -> bytes:
    """Return a washer's silence as one line of NDJSON, an event of the washer; it is one once it lasts too long."""
    return _line(
        {
            "subject_kind": "washer",
            "subject_id": washer_id,
            "kind": "washer_offline",
            "start": from_milliseconds(outage.start_ms),
            "confirmed": from_milliseconds(outage.start_ms + round(silence_s * 1000.0)),
            "end": None if outage.end_ms is None else from_milliseconds(outage.end_ms),
        }
    )


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
