"""Loading: a fact, told once a truck that was empty has been heavy for long enough."""

from __future__ import annotations

from rules_engine.episodes import at
from rules_engine.event import Event
from rules_engine.rules.rule import Facts, Rule, seconds

VERSION = 1


def judge(facts: Facts) -> list[Event]:
    """Return the loadings of a batch."""
    return [_event(facts, i) for i in range(len(facts.load.loadings))]


def _event(facts: Facts, i: int) -> Event:
    context, loadings = facts.context, facts.load.loadings
    world, track = context.world, int(loadings.track[i])
    site, permit = int(facts.trips.loading_site[i]), int(facts.trips.loading_permit[i])
    start, row = loadings.key(i), int(loadings.row[i])
    confirmed_ms = int(context.fixes.fix_time_ms[row])
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
        start=start,
        confirmed_ms=confirmed_ms,
        end_ms=confirmed_ms,
        lat_deg=float(loadings.lat_deg[i]),
        lon_deg=float(loadings.lon_deg[i]),
        severity=0,
        opening=opening,
        closing={"since_empty_s": seconds(int(loadings.empty_ms[i]), confirmed_ms)},
    )


RULE = Rule("loading", VERSION, None, judge)
