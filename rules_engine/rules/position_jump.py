"""Position jump (漂移): a truck is where it cannot have driven to.

Told by `rules.clone`, which sees the same jumps: a jump is told once no other followed it for a while, or at the
latest after `latest_s`, and not at all where the jumps turn out to be two terminals of one identity. Excursions of some
hundred metres are what receivers do, and no jump.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import Event, FixKey
from rules_engine.geodesy import distance_m
from rules_engine.rules.jump import Jump
from rules_engine.rules.rule import seconds
from rules_engine.rules.slots import read_slot

NAME = "position_jump"
VERSION = 1
NOTICE = 1


@dataclass(frozen=True)
class PositionJumpLimits:
    """Thresholds of position jump; docs/rules.md tells their origin."""

    far_m: float = 500.0
    hold_s: float = 60.0
    latest_s: float = 600.0
    mute_s: float = 3600.0


CARRY = carried(
    [
        ("since_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("last_ms", "i8"),
        ("quiet_ms", "i8"),
        ("from_ms", "i8"),
        ("from_lat_deg", "f4"),
        ("from_lon_deg", "f4"),
        ("jumps", "i4"),
    ]
)


@dataclass
class Slot:
    """What a truck carries: a jump that is not told yet, and until when none is told."""

    since_ms: int
    epoch: int
    seq: int
    lat_deg: float
    lon_deg: float
    last_ms: int
    quiet_ms: int
    from_ms: int
    from_lat_deg: float
    from_lon_deg: float
    jumps: int

    @property
    def is_free(self) -> bool:
        """Return whether there is no jump in it."""
        return self.since_ms == UNSET_MS

    def due_ms(self, limits: PositionJumpLimits) -> int:
        """Return when the jump is told."""
        return min(self.last_ms + round(limits.hold_s * 1000), self.since_ms + round(limits.latest_s * 1000))


_FREE = read_slot(Slot, CARRY[None], 0)


def emptied(slot: Slot, quiet_ms: int) -> Slot:
    """Return a slot without a jump, quiet until some instant or as long as before."""
    free = copy(_FREE)
    free.quiet_ms = max(slot.quiet_ms, quiet_ms)
    return free


def noted(slot: Slot, jump: Jump, limits: PositionJumpLimits) -> Slot:
    """Return the slot after a jump."""
    if jump.distance_m <= limits.far_m or jump.time_ms < slot.quiet_ms:
        return slot
    if slot.is_free:
        slot.since_ms, slot.epoch, slot.seq = jump.time_ms, jump.epoch, jump.seq
        slot.lat_deg, slot.lon_deg = jump.lat_deg, jump.lon_deg
        slot.from_lat_deg = float(np.float32(jump.from_lat_deg))
        slot.from_lon_deg = float(np.float32(jump.from_lon_deg))
        slot.from_ms = jump.from_ms
    slot.last_ms = jump.time_ms
    slot.jumps += 1
    return slot


def told(slot: Slot, vehicle_id: str, confirmed_ms: int, world_version: str, limits: PositionJumpLimits) -> Event:
    """Return the event of a jump."""
    way_m = float(distance_m(slot.from_lat_deg, slot.from_lon_deg, slot.lat_deg, slot.lon_deg))
    opening = {
        "rule_version": VERSION,
        "distance_m": way_m,
        "implied_mps": way_m * 1000 / (slot.since_ms - slot.from_ms),
        "from_lat_deg": slot.from_lat_deg,
        "from_lon_deg": slot.from_lon_deg,
        "jumps": slot.jumps,
        "far_m": limits.far_m,
        "world_version": world_version,
    }
    return Event(
        vehicle_id=vehicle_id,
        kind=NAME,
        start=FixKey(slot.since_ms, slot.epoch, slot.seq),
        confirmed_ms=confirmed_ms,
        end_ms=slot.last_ms,
        lat_deg=slot.lat_deg,
        lon_deg=slot.lon_deg,
        severity=NOTICE,
        opening=opening,
        closing={"duration_s": seconds(slot.since_ms, slot.last_ms)},
    )
