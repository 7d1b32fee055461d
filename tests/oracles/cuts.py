"""One rule against its twin: what the engine finds in rows however they are cut, and what the twin finds in tracks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np

from oracles.found import Found
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World


def by_time(tracks: list[FixBatch]) -> FixBatch:
    """Return the rows of all tracks in the order of time."""
    rows = FixBatch.concatenate(tracks)
    return rows.take(np.lexsort((rows.seq, rows.epoch, rows.mark, rows.fix_time_ms)))


def found_in_batches(rows: FixBatch, cuts: Iterable[int], world: World, kind: str) -> tuple[list[Event], bytes]:
    """Return the newest form of every event of a kind, and the carry that is left, as bytes."""
    carry, events = Carry(len(world.vehicle_ids)), {}
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events if event.kind == kind}
    return list(events.values()), carry.rows.tobytes()


def found_by_twin(
    tracks: list[FixBatch], world: World, judge_track: Callable[[FixBatch, World], list[Found]]
) -> list[Event]:
    """Return what a twin finds, as events."""
    events = []
    for track in tracks:
        for found in judge_track(track, world):
            columns = vars(found) | {"vehicle_id": world.vehicle_ids[track.vehicle[0]]}
            lat_deg, lon_deg = columns.pop("place")
            events.append(Event(**columns, lat_deg=lat_deg, lon_deg=lon_deg))
    return events


def comparable(events: Iterable[Event]) -> list[str]:
    """Return events as text, because NaN differs from itself."""
    return sorted(repr(sorted(dataclasses.asdict(event).items(), key=repr)) for event in events)
