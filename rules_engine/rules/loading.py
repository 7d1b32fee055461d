"""Loading: a fact, told once a truck that was empty has been heavy for long enough."""

from __future__ import annotations

from typing import Any

from rules_engine.event import Event, FixKey
from rules_engine.rules.rule import Facts, Rule, rows_of, seconds
from rules_engine.tracks import at

VERSION = 1


def judge(facts: Facts) -> list[Event]:
    """Return the loadings of a batch."""
    return [_event(facts, state, i) for i, state in enumerate(rows_of(facts.load.loadings.state))]


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


RULE = Rule("loading", VERSION, None, judge)
