"""Sensor fault (传感器故障): a sensor is torn off, silent, implausible or stuck, or the terminal was tampered with.

A row speaks for one of three things at most, so that no two events begin on one fix: that something is broken (a fault
or tamper bit, a reading outside what a sensor can read), that a sensor which used to report is absent from a truck that
drives, or that the load reads the same to the kilogram as before though the truck drives. Real readings wander by a
per cent. A truck that reads next to nothing is empty, and its sensor may rest at its stop for longer; one that reads
the same heavy load after it must have unloaded is found out soon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, carried
from rules_engine.episodes import EPISODE, MUTED, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.rules import sensor_readings as readings
from rules_engine.rules.rule import Facts, Rule, Telling, episode_events, seconds
from rules_engine.rules.sensor_readings import SensorFaultLimits
from rules_engine.tracks import Tracks, at

NAME = "sensor_fault"
VERSION = 1
NOTICE, WARNING = 1, 2
NO_SENSOR, EVERY_SENSOR = 0, 255


BROKEN = carried([*EPISODE, *MUTED, ("what", "u1"), ("first_what", "u1")])
ABSENT = carried([*EPISODE, ("what", "u1"), ("first_what", "u1")], what=EVERY_SENSOR, first_what=EVERY_SENSOR)
STUCK = carried([*EPISODE, *MUTED, ("load_kg", "i4")])
CARRY = carried(
    [
        ("broken", BROKEN.dtype),
        ("absent", ABSENT.dtype),
        ("stuck", STUCK.dtype),
        ("seen", "u1"),
        ("unloaded", "?"),
    ]
)
CARRY["broken"], CARRY["absent"], CARRY["stuck"] = BROKEN, ABSENT, STUCK


@dataclass(frozen=True)
class _Part:
    """One of the three conditions: its block of the carry, how long it must hold, and its words.

    Attributes:
        name: Names the block.
        initial: The block of a truck never seen.
        extremum: Of which column an extremum is kept, by which function, None for none.
        telling: Says what is made of a carry row.
    """

    name: str
    initial: Rows
    extremum: tuple[np.ufunc, str] | None
    telling: Callable[[Facts, dict[str, Any], bool], Telling]


def judge(facts: Facts) -> list[Event]:
    """Return the sensor faults of a batch."""
    context = facts.context
    before: Any = context.before[NAME]
    seen: Any = before["seen"]
    limits = context.limits(NAME, SensorFaultLimits())
    moving = context.speed_mps > np.asarray(limits.moving_above_mps, np.float32)
    what = readings.broken(facts)
    broken = what != NO_SENSOR
    lacking = readings.lacking(facts, seen)
    absent = (lacking.sensors != NO_SENSOR) & moving & ~broken
    stuck, changed = readings.unchanged(facts)
    stuck &= moving & ~broken & ~absent
    unloaded = readings.unloaded_since(facts, limits, changed, before["unloaded"])
    # There the reading is looked at anew, by other limits.
    anew = unloaded & ~context.tracks.previous(unloaded, before["unloaded"]) if unloaded.any() else unloaded
    stuck &= ~anew
    whole = context.fixes.mark == Mark.FIX
    events = [
        *_judge_part(facts, _BROKEN, (broken, whole & ~broken), what, (limits.hold_s, limits.min_fixes, limits.mute_s)),
        *_judge_part(
            facts,
            _ABSENT,
            (absent, whole & (lacking.sensors == NO_SENSOR)),
            np.where(absent, lacking.sensors, EVERY_SENSOR),
            (limits.absent_s, limits.absent_fixes, 0.0),
        ),
        *_judge_part(
            facts, _STUCK, (stuck, changed | anew), facts.load.load_kg, _stuck_holds(facts, limits, stuck, unloaded)
        ),
    ]
    if (lacking.seen != seen).any():
        context.after[NAME]["seen"] = lacking.seen
    unloaded_now = unloaded[context.tracks.last]
    if (unloaded_now != before["unloaded"]).any():
        context.after[NAME]["unloaded"] = unloaded_now
    return events


def _stuck_holds(
    facts: Facts, limits: SensorFaultLimits, stuck: BoolArray, unloaded: BoolArray
) -> tuple[Any, Any, Any]:
    """Return how long and on how many fixes a load must read the same, and for how long it is then told no more.

    Longer where the truck seems to be empty, less long where it must have unloaded.
    """
    rows = stuck.nonzero()[0]
    cases = [unloaded[rows], readings.at_rest(facts, limits, rows)]
    hold_s, fixes = np.empty(len(stuck)), np.empty(len(stuck))  # of the other rows nothing is asked
    hold_s[rows] = np.select(
        cases, [at(limits.unloaded_s, rows), at(limits.stuck_at_rest_s, rows)], at(limits.stuck_s, rows)
    )
    fixes[rows] = np.select(
        cases, [at(limits.unloaded_fixes, rows), at(limits.stuck_at_rest_fixes, rows)], at(limits.stuck_fixes, rows)
    )
    return hold_s, fixes, limits.mute_s


def _judge_part(
    facts: Facts, part: _Part, where: tuple[BoolArray, BoolArray], column: NDArray[Any], holds: tuple[Any, Any, Any]
) -> list[Event]:
    """Return the events of one condition.

    Args:
        facts: What is known of the batch.
        part: Which condition.
        where: Where it holds, and where it does not, each of shape (N,).
        column: Its evidence, likewise.
        holds: Hold, number of fixes and mute in force.
    """
    on, off = where
    context = facts.context
    before: Any = context.before[NAME][part.name]
    carried_on = before["since_ms"] != UNSET_MS
    if not on.any() and not carried_on.any():
        return []
    hold_s, min_fixes, mute_s = holds
    episodes = find(
        on,
        _ends(on, off, carried_on, context.tracks),
        before,
        part.initial,
        context.tracks,
        hold_s=hold_s,
        min_fixes=min_fixes,
        mute_s=mute_s,
        origins=context.origins,
    )
    if not len(episodes):
        return []
    if part.extremum is not None:
        ufunc, name = part.extremum
        episodes.fold(ufunc, name, column[episodes.rows])
    else:
        episodes.at_confirmation("load_kg", column[episodes.rows[np.maximum(episodes.confirm, 0)]])
    episodes.at_confirmation("world", context.world.version.encode())
    episodes.store(context.after[NAME][part.name])
    return episode_events(facts, episodes, part.telling)


def _ends(on: BoolArray, off: BoolArray, carried_on: BoolArray, tracks: Tracks) -> BoolArray:
    """Return only those rows of `off` that can end a run: the first after a row that is on, or that a run reaches.

    Nearly every row is off; `find` works on those that decide.
    """
    rows = np.append(off.nonzero()[0], len(off))
    after = np.concatenate((on.nonzero()[0], tracks.start[carried_on]))
    ends = np.zeros(len(off) + 1, np.bool_)
    ends[rows[rows.searchsorted(after)]] = True
    return ends[:-1]


def _broken(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    severity = WARNING if state["first_what"] & readings.TAMPERED else NOTICE
    return _telling(state, over, severity, _words(state["first_what"]), {"faults": _words(state["what"])})


def _words(what: int) -> list[dict[str, str]]:
    return [{"sensor": sensor, "how": how} for bit, (sensor, how) in readings.WORDS.items() if what & bit]


def _absent(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    absent = [{"sensor": word, "how": "absent"} for bit, word in readings.SENSORS.items() if state["first_what"] & bit]
    return _telling(state, over, NOTICE, absent or [{"sensor": "any", "how": "absent"}], {})


def _stuck(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    stuck = [{"sensor": "load", "how": "stuck", "load_kg": float(state["load_kg"])}]
    return _telling(state, over, NOTICE, stuck, {})


def _telling(
    state: dict[str, Any], over: bool, severity: int, faults: list[dict[str, Any]], closing: dict[str, Any]
) -> Telling:
    opening = {
        "rule_version": VERSION,
        "faults": faults,
        "hold_s": state["hold_s"],
        "min_fixes": state["min_fixes"],
    }
    closing = closing | {"duration_s": seconds(state["since_ms"], state["last_ms"]), "fixes": state["count"]}
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


_BROKEN = _Part("broken", BROKEN, (np.bitwise_or, "what"), _broken)
_ABSENT = _Part("absent", ABSENT, (np.bitwise_and, "what"), _absent)
_STUCK = _Part("stuck", STUCK, None, _stuck)
RULE = Rule(NAME, VERSION, CARRY, judge)
