"""Clone (一机多用): records of one terminal's identity come from two places at once.

The fixes then alternate between two tracks: each jump leads back to where the other track was, as far as a truck can
have driven since. Wild positions do not do that. Two terminals count their records each for itself, so jumps over which
the record numbers simply go on count half: a receiver thrown to one wrong place again and again is one terminal.

Position jumps are told here too, as they are the same jumps: what is a clone is no position jump.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.geodesy import distance_m
from rules_engine.rules import position_jump
from rules_engine.rules.jump import Jump, far_jumps, jumps
from rules_engine.rules.position_jump import PositionJumpLimits
from rules_engine.rules.rule import Facts, Rule, seconds
from rules_engine.rules.slots import read_slot, write_slot
from rules_engine.tracks import at

NAME = "clone"
VERSION = 1
CRITICAL = 3


@dataclass(frozen=True)
class CloneLimits:
    """Thresholds of clone; docs/rules.md tells their origin."""

    far_m: float = 2000.0
    jumps: float = 4
    within_s: float = 600.0
    back_within_m: float = 300.0
    back_mps: float = 35.0
    back_share: float = 0.5


CHAIN = carried(
    [
        ("since_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("last_ms", "i8"),
        ("other_ms", "i8"),
        ("confirmed_ms", "i8"),
        ("world", "S16"),
        ("other_lat_deg", "f4"),
        ("other_lon_deg", "f4"),
        ("first_lat_deg", "f4"),
        ("first_lon_deg", "f4"),
        ("second_lat_deg", "f4"),
        ("second_lon_deg", "f4"),
        ("jumps", "i4"),
        ("counted_on", "i4"),
        ("first_jumps", "i4"),
    ]
)
CARRY = carried([("chain", CHAIN.dtype), ("jump", position_jump.CARRY.dtype)])
CARRY["chain"], CARRY["jump"] = CHAIN, position_jump.CARRY


@dataclass
class Chain:
    """What a truck carries: jumps to and fro that go on."""

    since_ms: int
    epoch: int
    seq: int
    lat_deg: float
    lon_deg: float
    last_ms: int
    other_ms: int
    confirmed_ms: int
    world: bytes
    other_lat_deg: float
    other_lon_deg: float
    first_lat_deg: float
    first_lon_deg: float
    second_lat_deg: float
    second_lon_deg: float
    jumps: int
    counted_on: int
    first_jumps: int

    @property
    def is_free(self) -> bool:
        """Return whether there is no jump in it."""
        return self.since_ms == UNSET_MS

    @property
    def is_clone(self) -> bool:
        """Return whether it has been confirmed."""
        return self.confirmed_ms != UNSET_MS


def judge(facts: Facts) -> list[Event]:
    """Return the clones and position jumps of a batch."""
    context = facts.context
    if not len(facts.accuracy.jumped) and context.idle(NAME):
        return []
    before: Any = context.before[NAME]
    concerned = (before["chain"]["since_ms"] != UNSET_MS) | (before["jump"]["since_ms"] != UNSET_MS)
    if not len(facts.accuracy.jumped) and not concerned.any():
        return []
    clone_limits = context.limits(NAME, CloneLimits())
    jump_limits = context.limits(position_jump.NAME, PositionJumpLimits())
    concerned &= _is_due(facts, clone_limits, jump_limits)
    rows = far_jumps(facts, float(min(np.min(clone_limits.far_m), np.min(jump_limits.far_m))))
    concerned[context.tracks.of[rows]] = True
    if not concerned.any():
        return []
    after: Any = context.after[NAME]
    by_track: dict[int, list[Jump]] = {track: [] for track in concerned.nonzero()[0].tolist()}
    for jump in jumps(facts, rows):
        by_track[int(context.tracks.of[jump.row])].append(jump)
    events: list[Event] = []
    for track, own in by_track.items():
        start = int(context.tracks.start[track])
        walk = _Walk(facts, track, _at(clone_limits, start), _at(jump_limits, start), events)
        walk.chain, walk.slot = (
            read_slot(Chain, after["chain"], track),
            read_slot(position_jump.Slot, after["jump"], track),
        )
        walk.follow(own)
        write_slot(after["chain"], track, walk.chain)
        write_slot(after["jump"], track, walk.slot)
    return events


def _is_due(facts: Facts, clone: CloneLimits, jump: PositionJumpLimits) -> BoolArray:
    """Return whether what is carried of a truck may be over, or be told, by its last row of the batch."""
    context = facts.context
    before: Any = context.before[NAME]
    chain, slot = before["chain"], before["jump"]
    within_ms, hold_ms, latest_ms = (
        round(float(np.min(s)) * 1000) for s in (clone.within_s, jump.hold_s, jump.latest_s)
    )
    newest_ms = context.fixes.fix_time_ms[context.tracks.last]
    over = (chain["since_ms"] != UNSET_MS) & (newest_ms > chain["last_ms"] + within_ms)
    told_ms = np.minimum(slot["last_ms"] + hold_ms, slot["since_ms"] + latest_ms)
    due: BoolArray = over | ((slot["since_ms"] != UNSET_MS) & (newest_ms >= told_ms))
    return due


def _at(limits: Any, row: int) -> Any:
    """Return limits on one row, numbers."""
    return type(limits)(**{name: float(at(limit, row)) for name, limit in vars(limits).items()})


class _Walk:
    """One truck's jumps in order."""

    chain: Chain
    slot: position_jump.Slot

    def __init__(
        self, facts: Facts, track: int, clone: CloneLimits, jump: PositionJumpLimits, events: list[Event]
    ) -> None:
        self.events = events
        self.clone_limits, self.jump_limits = clone, jump
        self.vehicle_id = facts.context.world.vehicle_ids[facts.context.vehicle[track]]
        self.world = facts.context.world.version
        tracks = facts.context.tracks
        self.start, self.stop = int(tracks.start[track]), int(tracks.stop[track])
        self.time_ms = tracks.time_ms[self.start : self.stop]

    def follow(self, own: list[Jump]) -> None:
        """Take up jump after jump, and tell of what is due by then and by the end of the batch."""
        confirmed_before = self.chain.is_clone
        for jump in own:
            self._settle(jump.row)
            confirmed_before = confirmed_before and self.chain.is_clone
            self._step(jump)
        self._settle(self.stop)
        if self.chain.is_clone and not confirmed_before:
            self.events.append(_told(self.chain, self.vehicle_id, over=False))

    def _settle(self, until: int) -> None:
        """Tell of what is over, or long enough ago, before some row."""
        if not self.chain.is_free:
            over_ms = self.chain.last_ms + round(self.clone_limits.within_s * 1000)
            if self._row_at(over_ms + 1) < until:
                if self.chain.is_clone:
                    self.events.append(_told(self.chain, self.vehicle_id, over=True))
                self.chain = _free()
        if not self.slot.is_free:
            due = self._row_at(self.slot.due_ms(self.jump_limits))
            if due < until:
                time_ms = int(self.time_ms[due - self.start])
                self.events.append(
                    position_jump.told(self.slot, self.vehicle_id, time_ms, self.world, self.jump_limits)
                )
                self.slot = position_jump.emptied(self.slot, time_ms + round(self.jump_limits.mute_s * 1000))

    def _row_at(self, time_ms: int) -> int:
        """Return the truck's first row at or after a time, one past its last where there is none."""
        return self.start + int(self.time_ms.searchsorted(time_ms))

    def _step(self, jump: Jump) -> None:
        if jump.distance_m > self.clone_limits.far_m:
            self._lengthen(jump)
        if self.chain.is_clone:
            self.slot = position_jump.emptied(self.slot, UNSET_MS)
        else:
            self.slot = position_jump.noted(self.slot, jump, self.jump_limits)

    def _lengthen(self, jump: Jump) -> None:
        """Add a jump to the chain, or begin another with it."""
        if not self.chain.is_clone and not self._leads_back(jump):
            self.chain = _free()
            self.chain.since_ms, self.chain.epoch, self.chain.seq = jump.time_ms, jump.epoch, jump.seq
            self.chain.lat_deg, self.chain.lon_deg = jump.lat_deg, jump.lon_deg
        chain = self.chain
        chain.last_ms, chain.other_ms = jump.time_ms, jump.from_ms
        chain.other_lat_deg, chain.other_lon_deg = _f4(jump.from_lat_deg), _f4(jump.from_lon_deg)
        chain.jumps += 1
        chain.counted_on += jump.counted_on
        if not chain.is_clone and 2 * chain.jumps - chain.counted_on >= 2 * self.clone_limits.jumps:
            chain.confirmed_ms, chain.first_jumps, chain.world = jump.time_ms, chain.jumps, self.world.encode()
            chain.first_lat_deg, chain.first_lon_deg = _f4(jump.from_lat_deg), _f4(jump.from_lon_deg)
            chain.second_lat_deg, chain.second_lon_deg = _f4(jump.lat_deg), _f4(jump.lon_deg)

    def _leads_back(self, jump: Jump) -> bool:
        """Return whether a jump leads to where the truck was before the last one, or can have driven to since."""
        chain, limits = self.chain, self.clone_limits
        if chain.is_free:
            return False
        off_m = float(distance_m(chain.other_lat_deg, chain.other_lon_deg, jump.lat_deg, jump.lon_deg))
        drivable_m = limits.back_within_m + limits.back_mps * seconds(chain.other_ms, jump.time_ms)
        return off_m <= min(drivable_m, limits.back_share * jump.distance_m)


def _f4(value: float) -> float:
    return float(np.float32(value))


_FREE = read_slot(Chain, CHAIN[None], 0)


def _free() -> Chain:
    return copy(_FREE)


def _told(chain: Chain, vehicle_id: str, *, over: bool) -> Event:
    first, second = (chain.first_lat_deg, chain.first_lon_deg), (chain.second_lat_deg, chain.second_lon_deg)
    opening = {
        "rule_version": VERSION,
        "jumps": chain.first_jumps,
        "places": [{"lat_deg": lat_deg, "lon_deg": lon_deg} for lat_deg, lon_deg in (first, second)],
        "distance_m": float(distance_m(*first, *second)),
        "world_version": chain.world.decode(),
    }
    closing = {
        "jumps": chain.jumps,
        "counted_on": chain.counted_on,
        "duration_s": seconds(chain.since_ms, chain.last_ms),
    }
    return Event(
        vehicle_id=vehicle_id,
        kind=NAME,
        start=FixKey(chain.since_ms, chain.epoch, chain.seq),
        confirmed_ms=chain.confirmed_ms,
        end_ms=chain.last_ms if over else None,
        lat_deg=chain.lat_deg,
        lon_deg=chain.lon_deg,
        severity=CRITICAL,
        opening=opening,
        closing=closing if over else None,
    )


RULE = Rule(NAME, VERSION, CARRY, judge)
