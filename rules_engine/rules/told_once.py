"""Events that are over as soon as they are known, told once on the row that shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from rules_engine.event import Event, FixKey
from rules_engine.rules.rule import Facts


class Origin(NamedTuple):
    """The first fix of what happened, and where that was."""

    start: FixKey
    lat_deg: float
    lon_deg: float


class Finding(NamedTuple):
    """What a rule says of it; without `end_ms` it ends when it is told."""

    kind: str
    severity: int
    opening: dict[str, Any]
    closing: dict[str, Any]
    end_ms: int | None = None


def told_once(facts: Facts, row: int, origin: Origin, finding: Finding) -> Event:
    """Return the event that a row of the batch shows."""
    context = facts.context
    now_ms = int(context.fixes.fix_time_ms[row])
    return Event(
        vehicle_id=context.world.vehicle_ids[context.fixes.vehicle[row]],
        kind=finding.kind,
        start=origin.start,
        confirmed_ms=now_ms,
        end_ms=now_ms if finding.end_ms is None else finding.end_ms,
        lat_deg=origin.lat_deg,
        lon_deg=origin.lon_deg,
        severity=finding.severity,
        opening=finding.opening | {"world_version": context.world.version},
        closing=finding.closing,
    )


def place_of(facts: Facts, row: int) -> tuple[float, float]:
    """Return the last known place of the truck of a row, as of then. [deg]"""
    place = facts.context.place
    return place.lat_deg[row].item(), place.lon_deg[row].item()
