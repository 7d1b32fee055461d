"""The engine's one door: fixes in, events and trips out.

The way of a batch: rows that are not newer than their truck's newest are set aside as late; the others become facts
(load state, motion, stands, unloadings, trips), and on the facts each rule of the table judges. For one truck's rows in
order, cutting them into any batches gives the same events and trips. Nothing is changed but the carry that is returned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules_engine import accuracy, frozen_load, gaps, load_level, load_state, motion, stands, trips, unloading
from rules_engine.carry import Carry, CarryUpdate, Changed
from rules_engine.carry_rows import Rows
from rules_engine.context import Context, newer
from rules_engine.device_log import NOBODY_HEARD, Heard
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import BoolArray, FixBatch
from rules_engine.rules import RULES
from rules_engine.rules.rule import Facts
from rules_engine.tracks import Tracks
from rules_engine.world import World
from rules_engine.world_keys import keys_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a batch meant.

    Attributes:
        events: Events that were confirmed or ended in it, each once and in its newest form.
        trips: Trips that began, changed or ended in it, likewise.
        update: What the carry becomes once all of it is committed.
        late: Rows at or before the newest row of their truck, repeated ones included; not judged, shape (N,).
    """

    events: list[Event]
    trips: list[Trip]
    update: CarryUpdate
    late: BoolArray


def evaluate(fixes: FixBatch, world: World, carry: Carry, heard: Heard = NOBODY_HEARD) -> Judgement:
    """Return what a batch means; neither argument is changed.

    Args:
        fixes: Rows of any trucks, sorted by (vehicle, fix_time_ms, mark, epoch, seq).
        world: What is permitted; `vehicle` of the rows is a row of its vehicles.
        carry: What the trucks' past means.
        heard: When the washers at the sites were.

    Raises:
        ValueError: The rows are not sorted.
    """
    tracks = _tracks(fixes)
    before = carry.before(fixes.vehicle[tracks.start])
    late = _late(fixes, tracks, before["clock"])
    if late.any():
        fixes = fixes.take(~late)
        tracks = _tracks(fixes)
        before = carry.before(fixes.vehicle[tracks.start])
    vehicle, after = before.vehicles, Changed(before)
    if len(vehicle):
        events, found_trips = _judge(Context(fixes, tracks, vehicle, world, keys_of(world), before, after, heard))
    else:
        events, found_trips = [], []
    return Judgement(events, found_trips, CarryUpdate(vehicle, after), late)


def _judge(context: Context) -> tuple[list[Event], list[Trip]]:
    load = load_state.follow(context)
    moving = motion.follow(context)
    levels = load_level.follow(context, load)
    stood = stands.follow(context, load, moving, frozen_load.thawed(context, load, moving, levels))
    unloadings = unloading.follow(context, load, moving, levels, stood)
    known_trips = trips.follow(context, load, moving, levels, unloadings)
    places = accuracy.follow(context)
    facts = Facts(context, places, load, moving, unloadings, known_trips, gaps.follow(context, places), levels)
    events = [event for rule in RULES for event in rule.judge(facts)]
    context.keep_clock()
    return events, known_trips.trips


def _tracks(fixes: FixBatch) -> Tracks:
    changes = (fixes.vehicle[1:] != fixes.vehicle[:-1]).nonzero()[0] + 1
    edges = np.concatenate(([0], changes, [len(fixes)])) if len(fixes) else np.zeros(1, np.intp)
    return Tracks(edges[:-1], edges[1:], fixes.fix_time_ms)


def _late(fixes: FixBatch, tracks: Tracks, clock: Rows) -> BoolArray:
    """Return which rows are not newer than the newest of their truck, in the carry or in the batch."""
    late = np.zeros(len(fixes), np.bool_)
    late[1:] = _repeated(fixes)
    doubtful = fixes.fix_time_ms[tracks.start] <= clock["fix_time_ms"]
    if doubtful.any():
        rows = (tracks.spread(doubtful)).nonzero()[0]
        late[rows] |= ~newer(fixes, rows, clock[tracks.of[rows]])
    return late


def _repeated(fixes: FixBatch) -> BoolArray:
    """Return which rows but the first bear the key of the row before.

    Raises:
        ValueError: The rows are not sorted.
    """
    vehicle, time_ms = fixes.vehicle, fixes.fix_time_ms
    repeated = np.zeros(max(len(fixes) - 1, 0), np.bool_)
    rows = (time_ms[1:] <= time_ms[:-1]).nonzero()[0]
    rows = rows[vehicle[rows] == vehicle[rows + 1]]
    if (vehicle[1:] < vehicle[:-1]).any() or (time_ms[rows + 1] < time_ms[rows]).any():
        raise ValueError("expected rows sorted by vehicle and time, got some out of order")
    if len(rows):
        first = {name: getattr(fixes, name)[rows] for name in ("fix_time_ms", "mark", "epoch", "seq")}
        same = np.logical_and.reduce([getattr(fixes, name)[rows + 1] == value for name, value in first.items()])
        if not (same | newer(fixes, rows + 1, first)).all():
            raise ValueError("expected rows of one instant sorted by mark, epoch and seq, got some out of order")
        repeated[rows] = same
    return repeated
