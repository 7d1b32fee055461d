"""Offline (离线): a truck's own records stop, for longer than a working or a parked terminal is ever silent.

A silence is judged between two fixes that follow each other, so that records which come later, as from a blind zone,
take it away again. While it lasts `rules_engine.silence` tells of it with the same identity and evidence. It counts
from the last fix before it, not from any clock. Trucks registered as out of service may be silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.event import Event, FixKey
from rules_engine.geodesy import distance_m
from rules_engine.rules.rule import Facts, Rule, plain, seconds
from rules_engine.tracks import at
from rules_engine.world import World

NAME = "offline"
VERSION = 1
NOTICE, WARNING = 1, 2
IGNITION_ON = 1


@dataclass(frozen=True)
class OfflineLimits:
    """Thresholds of offline; docs/rules.md tells their origin."""

    working_s: float = 600.0
    parked_s: float = 86_400.0
    moving_above_mps: float = 10 / 3.6
    mute_s: float = 7200.0


CARRY = carried([("quiet_ms", "i8")])


class LastFix(NamedTuple):
    """The fix that a silence follows, and where the truck was seen last."""

    vehicle: int
    key: FixKey
    speed_mps: float
    ignition: int
    lat_deg: float
    lon_deg: float


def is_working(speed_mps: NDArray[Any], ignition: NDArray[Any], limits: OfflineLimits) -> NDArray[np.bool_]:
    """Return whether a terminal that said this last is to be heard often: its truck drives, or is about to."""
    working: NDArray[np.bool_] = (ignition == IGNITION_ON) | (speed_mps > limits.moving_above_mps)
    return working


def judge(facts: Facts) -> list[Event]:
    """Return the silences of a batch that were too long; all of them are over."""
    context, gaps = facts.context, facts.gaps
    if not len(gaps):
        return []
    limits = _on_rows(context.limits(NAME, OfflineLimits()), gaps.row)
    time_ms, before = context.fixes.fix_time_ms[gaps.row], gaps.before
    working = is_working(before["speed_mps"], before["ignition"], limits)
    allowed_s = np.where(working, limits.working_s, limits.parked_s)
    too_long = (time_ms - before["fix_time_ms"] >= np.rint(allowed_s * 1000)).nonzero()[0]
    if not len(too_long):
        return []
    quiet_ms: Any = context.after[NAME]["quiet_ms"]
    mute_s = np.broadcast_to(limits.mute_s, len(gaps))
    events = []
    for gap in too_long.tolist():
        row = int(gaps.row[gap])
        track = int(context.tracks.of[row])
        last = _last_fix(facts, gap, track)
        event = silent_event(
            context.world,
            last,
            working=bool(working[gap]),
            allowed_s=float(allowed_s[gap]),
            quiet_ms=int(quiet_ms[track]),
            until_ms=int(time_ms[gap]),
        )
        if event is None:
            continue
        event.end_ms, event.closing = int(time_ms[gap]), _closing(facts, row, last)
        quiet_ms[track] = event.end_ms + round(mute_s[gap] * 1000)
        events.append(event)
    return events


def silent_event(
    world: World, last: LastFix, *, working: bool, allowed_s: float, quiet_ms: int, until_ms: int
) -> Event | None:
    """Return the event of a truck that has been silent until some instant, None where that may be.

    Args:
        world: What is permitted.
        last: Its newest fix.
        working: Whether its terminal was to be heard often.
        allowed_s: How long it may be silent. [s]
        quiet_ms: Until when nothing is told of it after the silence before. [ms]
        until_ms: As far as is known. [ms]
    """
    confirmed_ms = max(last.key.fix_time_ms + round(allowed_s * 1000), quiet_ms)
    for from_ms, to_ms in world.out_of_service.get(last.vehicle, ()):
        if from_ms <= confirmed_ms < to_ms:
            confirmed_ms = to_ms + round(allowed_s * 1000)
    if confirmed_ms > until_ms:
        return None
    return Event(
        vehicle_id=world.vehicle_ids[last.vehicle],
        kind=NAME,
        start=last.key,
        confirmed_ms=confirmed_ms,
        end_ms=None,
        lat_deg=last.lat_deg,
        lon_deg=last.lon_deg,
        severity=WARNING if working else NOTICE,
        opening={
            "rule_version": VERSION,
            "working": working,
            "speed_mps": plain(last.speed_mps),
            "ignition": None if last.ignition < 0 else last.ignition,
            "allowed_s": allowed_s,
            "world_version": world.version,
        },
        closing=None,
    )


def _on_rows(limits: OfflineLimits, rows: NDArray[np.intp]) -> OfflineLimits:
    return OfflineLimits(**{name: at(limit, rows) for name, limit in vars(limits).items()})


def _last_fix(facts: Facts, gap: int, track: int) -> LastFix:
    context, before = facts.context, facts.gaps.before
    place = context.place_before(facts.gaps.row[gap : gap + 1])
    return LastFix(
        vehicle=int(context.vehicle[track]),
        key=FixKey(*(int(before[name][gap]) for name in ("fix_time_ms", "epoch", "seq"))),
        speed_mps=float(before["speed_mps"][gap]),
        ignition=int(before["ignition"][gap]),
        lat_deg=float(place.lat_deg[0]),
        lon_deg=float(place.lon_deg[0]),
    )


def _closing(facts: Facts, row: int, last: LastFix) -> dict[str, Any]:
    fixes = facts.context.fixes
    same_counter = int(fixes.epoch[row]) == last.key.epoch
    moved_m = float(distance_m(last.lat_deg, last.lon_deg, fixes.lat_deg[row], fixes.lon_deg[row]))
    return {
        "duration_s": seconds(last.key.fix_time_ms, int(fixes.fix_time_ms[row])),
        "moved_m": plain(moved_m),
        "seq_missing": int(fixes.seq[row]) - last.key.seq - 1 if same_counter else None,
    }


RULE = Rule(NAME, VERSION, CARRY, judge)
