"""Loading: a fact, told once a truck that was empty has been heavy for long enough.

Of a truck without a load sensor it is presumed, told when it drives away from where it dwelt, with how sure that is.
"""

from __future__ import annotations

from typing import Any

from rules_engine.event import Event, FixKey
from rules_engine.rules.rule import Facts, Rule, rows_of, seconds
from rules_engine.rules.told_once import Finding, Origin, told_once
from rules_engine.tracks import at

VERSION = 3
# A dwell this long is as sure as a dwell can be. [s]
SURE_S = 900


def judge(facts: Facts) -> list[Event]:
    """Return the loadings of a batch."""
    measured = [_event(facts, state, i) for i, state in enumerate(rows_of(facts.load.loadings.state))]
    return measured + [_presumed(facts, number) for number in facts.trips.log.presumed]


def _event(facts: Facts, state: dict[str, Any], i: int) -> Event:
    context, world = facts.context, facts.context.world
    track, row = int(facts.load.loadings.track[i]), int(facts.load.loadings.row[i])
    site, permit = int(facts.trips.loading_site[i]), int(facts.trips.loading_permit[i])
    opening = {
        "rule_version": VERSION,
        "world_version": world.version,
        "site_id": world.site_ids[site] if site >= 0 else None,
        "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
        "load_kg": float(facts.load.load_kg[row]),
        "capacity_kg": float(facts.load.capacity_kg[track]),
        "heavy_share": float(at(facts.load.limits.heavy_share, row)),
    }
    return Event(
        vehicle_id=world.vehicle_ids[context.vehicle[track]],
        kind="loading",
        start=FixKey(state["since_ms"], state["epoch"], state["seq"]),
        confirmed_ms=state["confirmed_ms"],
        end_ms=state["confirmed_ms"],
        lat_deg=state["lat_deg"],
        lon_deg=state["lon_deg"],
        severity=0,
        opening=opening,
        closing={"since_empty_s": seconds(state["empty_ms"], state["confirmed_ms"])},
    )


def _presumed(facts: Facts, number: int) -> Event:
    context, world, departures = facts.context, facts.context.world, facts.trips.stays.departures
    site, permit = int(facts.trips.loading.site[number]), int(facts.trips.loading.permit[number])
    i = number - len(facts.load.loadings)
    row, (state,) = int(departures.row[i]), rows_of(departures.state[i : i + 1])
    left_ms, load_s = int(context.fixes.fix_time_ms[row]), float(at(facts.trips.stays.limits.load_s, row))
    dwelt_s = seconds(state["since_ms"], left_ms)
    opening = {
        "rule_version": VERSION,
        "site_id": world.site_ids[site] if site >= 0 else None,
        "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
        "by": ["stay"],
        "confidence": round(0.5 + 0.1 * (permit >= 0) + 0.3 * min(dwelt_s / SURE_S, 1.0), 2),
        "dwelt_s": dwelt_s,
        "load_s": load_s,
    }
    origin = Origin(FixKey(state["since_ms"], state["epoch"], state["seq"]), state["lat_deg"], state["lon_deg"])
    return told_once(facts, row, origin, Finding("loading", 0, opening, {"dwelt_s": dwelt_s}))


RULE = Rule("loading", VERSION, None, judge)
