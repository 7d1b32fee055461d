"""Suspicious loading (可疑出土): a truck is loaded outside every known place, as at a site that nobody registered.

Beside the fence of a site is still there, and a dump point is a known place too. The truck must have stood since it was
empty: a load that appears while driving is the sensor's. What took long or was not watched is doubted: the sensor may
have drifted, or the truck was loaded elsewhere while its terminal was silent. One event a stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.event import Event, FixKey
from rules_engine.rules.rule import Facts, Rule, rows_of, seconds
from rules_engine.tracks import at

NAME = "suspicious_loading"
VERSION = 1
NOTICE, WARNING = 1, 2
NEAR_M = 2000.0  # a site farther away tells nobody anything


@dataclass(frozen=True)
class SuspiciousLoadingLimits:
    """Thresholds of suspicious loading; docs/rules.md tells their origin."""

    margin_m: float = 100.0
    sure_within_s: float = 1800.0
    mute_s: float = 900.0


CARRY = carried([("slow_ms", "i8"), ("quiet_ms", "i8")])


def judge(facts: Facts) -> list[Event]:
    """Return the suspicious loadings of a batch."""
    loadings = facts.load.loadings
    slow_ms = _last_slow_ms(facts, loadings.row, loadings.track)
    if not len(loadings):
        return []
    limits = facts.limits(NAME, SuspiciousLoadingLimits())
    stood = slow_ms >= loadings.state["empty_ms"]
    found = _nowhere(facts, stood.nonzero()[0], limits.margin_m)
    return [_event(facts, state, limits, i) for state, i in _one_a_stop(facts, limits, found)]


def _last_slow_ms(facts: Facts, rows: NDArray[np.intp], track: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return when the trucks of some rows were last slow, and keep when every truck last was."""
    context, tracks = facts.context, facts.context.tracks
    before: Any = context.before[NAME]
    after: Any = context.after[NAME]
    if tracks.single:
        np.copyto(after["slow_ms"], tracks.time_ms, where=facts.motion.slow)
        of_each: NDArray[np.int64] = after["slow_ms"][track]
        return of_each
    slow = np.append(-1, facts.motion.slow.nonzero()[0])
    last = slow[slow.searchsorted(tracks.stop) - 1]
    seen = (last >= tracks.start).nonzero()[0]
    after["slow_ms"][seen] = tracks.time_ms[last[seen]]
    last = slow[slow.searchsorted(rows, "right") - 1]
    slow_ms: NDArray[np.int64] = np.where(last >= tracks.start[track], tracks.time_ms[last], before["slow_ms"][track])
    return slow_ms


def _nowhere(facts: Facts, chosen: NDArray[np.intp], margin_m: Any) -> NDArray[np.intp]:
    """Return those of some loadings that began and were confirmed outside every known place, where that is known."""
    loadings, place, world = facts.load.loadings, facts.context.place, facts.context.world
    begun = loadings.state
    for lat_deg, lon_deg, places in (
        (begun["lat_deg"], begun["lon_deg"], world.sites),
        (begun["lat_deg"], begun["lon_deg"], world.dump_points),
        (place.lat_deg[loadings.row], place.lon_deg[loadings.row], world.sites),
        (place.lat_deg[loadings.row], place.lon_deg[loadings.row], world.dump_points),
    ):
        chosen = chosen[~np.isnan(lat_deg[chosen])]
        if not len(chosen):
            break
        row = loadings.row[chosen]
        chosen = chosen[places.within_margin(lat_deg[chosen], lon_deg[chosen], at(margin_m, row)) < 0]
    return chosen


def _one_a_stop(
    facts: Facts, limits: SuspiciousLoadingLimits, found: NDArray[np.intp]
) -> list[tuple[dict[str, Any], int]]:
    """Return the carry rows and numbers of the loadings to tell of: none soon after another of the same truck."""
    after: Any = facts.context.after[NAME]
    loadings = facts.load.loadings
    told = []
    for i, state in zip(found.tolist(), rows_of(loadings.state[found]), strict=True):
        track = int(loadings.track[i])
        if state["confirmed_ms"] >= after["quiet_ms"][track]:
            told.append((state, i))
            after["quiet_ms"][track] = state["confirmed_ms"] + round(at(limits.mute_s, loadings.row[i]) * 1000)
    return told


def _event(facts: Facts, state: dict[str, Any], limits: SuspiciousLoadingLimits, i: int) -> Event:
    context, load = facts.context, facts.load
    world, row, track = context.world, int(load.loadings.row[i]), int(load.loadings.track[i])
    since_empty_s = seconds(state["empty_ms"], state["confirmed_ms"])
    sure_within_s = float(at(limits.sure_within_s, row))
    is_sure = since_empty_s <= sure_within_s
    capacity_kg = float(load.capacity_kg[track])
    opening = {
        "rule_version": VERSION,
        "world_version": world.version,
        "by": ["load"],
        "confidence": 1.0 if is_sure else 0.5,
        "load_kg": float(load.load_kg[row]),
        "empty_below_kg": float(at(load.limits.empty_share, row)) * capacity_kg,
        "capacity_kg": capacity_kg,
        "since_empty_s": since_empty_s,
        "sure_within_s": sure_within_s,
        "margin_m": float(at(limits.margin_m, row)),
        **_nearest_site(facts, state["lat_deg"], state["lon_deg"]),
    }
    return Event(
        vehicle_id=world.vehicle_ids[context.vehicle[track]],
        kind=NAME,
        start=FixKey(state["since_ms"], state["epoch"], state["seq"]),
        confirmed_ms=state["confirmed_ms"],
        end_ms=state["confirmed_ms"],
        lat_deg=state["lat_deg"],
        lon_deg=state["lon_deg"],
        severity=WARNING if is_sure else NOTICE,
        opening=opening,
        closing={},
    )


def _nearest_site(facts: Facts, lat_deg: float, lon_deg: float) -> dict[str, Any]:
    """Return the nearest site and how far it is, nothing where none is near."""
    world = facts.context.world
    _, site, distance_m = world.sites.pairs_within(np.array([lat_deg]), np.array([lon_deg]), NEAR_M)
    if not len(site):
        return {"nearest_site_id": None, "nearest_site_m": None}
    nearest = int(distance_m.argmin())
    return {"nearest_site_id": world.site_ids[site[nearest]], "nearest_site_m": round(float(distance_m[nearest]), 1)}


RULE = Rule(NAME, VERSION, CARRY, judge)
