"""Weight loss: a load that weighs much less at the dump point than it did when it left the site.

The load at the exit, by the truck's own sensor, against what the gate weighed, or against the highest level of the
sensor where unloading began. One event a trip; how the load was lost, spillage or theft, is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import Event, FixKey
from rules_engine.rules.rule import Facts, Rule, seconds
from rules_engine.rules.told_once import Finding, Origin, place_of, told_once
from rules_engine.trip_notes import Weighing

NAME = "weight_loss"
VERSION = 1
WARNING = 2


@dataclass(frozen=True)
class WeightLossLimits:
    """Thresholds of weight loss; docs/rules.md tells their origin."""

    lost_share: float = 0.10
    lost_kg: float = 1000.0


# Start of the trip of which it was told.
CARRY = carried([("told_ms", "i8")])


def judge(facts: Facts) -> list[Event]:
    """Return the weight losses of a batch."""
    weighings = facts.trips.log.weighings
    if not weighings:
        return []
    after: Any = facts.context.after[NAME]["told_ms"]
    share, least_kg = _limits(facts, weighings)
    events = []
    for weighing, lost_share, lost_kg in zip(weighings, share, least_kg, strict=True):
        trip = weighing.trip
        allowed_kg = max(lost_share * trip.load_kg, lost_kg)
        if trip.load_kg - weighing.kg > allowed_kg and after[weighing.track] != trip.start_ms:
            after[weighing.track] = trip.start_ms
            events.append(_event(facts, weighing, lost_share, lost_kg))
    return events


def _limits(facts: Facts, weighings: list[Weighing]) -> list[list[float]]:
    """Return both limits in force for the trip of each weighing."""
    context, defaults = facts.context, WeightLossLimits()
    vehicle = context.vehicle[np.array([weighing.track for weighing in weighings])]
    permit = context.keys.permits.row(np.array([weighing.trip.permit for weighing in weighings], np.int64))
    site = context.keys.sites.row(np.array([weighing.trip.site for weighing in weighings], np.int64))
    return [
        context.world.limit(
            f"{NAME}.{name}", getattr(defaults, name), vehicle=vehicle, site=site, permit=permit
        ).tolist()
        for name in ("lost_share", "lost_kg")
    ]


def _event(facts: Facts, weighing: Weighing, lost_share: float, lost_kg: float) -> Event:
    keys, trip = facts.context.keys, weighing.trip
    opening = {
        "rule_version": VERSION,
        "site_id": keys.sites.name(trip.site),
        "permit_id": keys.permits.name(trip.permit),
        "dump_point_id": keys.dump_points.name(weighing.dump_point),
        "by": [weighing.by],
        "load_kg": float(trip.load_kg),
        "arrived_kg": float(weighing.kg),
        "lost_kg": float(trip.load_kg - weighing.kg),
        "left_site_ms": trip.left_site_ms if trip.left_site_ms != UNSET_MS else None,
        "lost_share_above": lost_share,
        "lost_kg_above": lost_kg,
    }
    now_ms = int(facts.context.fixes.fix_time_ms[weighing.row])
    since_ms = trip.loaded_ms if trip.left_site_ms == UNSET_MS else trip.left_site_ms
    origin = Origin(FixKey(trip.start_ms, trip.epoch, trip.seq), *place_of(facts, weighing.row))
    finding = Finding(NAME, WARNING, opening, {"duration_s": seconds(since_ms, now_ms)})
    return told_once(facts, weighing.row, origin, finding)


RULE = Rule(NAME, VERSION, CARRY, judge)
