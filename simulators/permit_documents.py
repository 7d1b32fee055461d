"""Permits of a simulated fleet: who may haul what from where to where, when, and how much of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from simulators.city import City
from simulators.fleet import Truck
from simulators.instant import rfc3339
from simulators.windows import DayWindow

BEFORE = timedelta(days=90)  # history is uploaded up to 60 days late
AFTER = timedelta(days=365)
EXPIRED = timedelta(days=9)
ALL_DAY = (DayWindow(0.0, 12.0), DayWindow(12.0, 0.0))


class _Papers(NamedTuple):
    """What trucks of one permit have in common."""

    company: int
    corridor_id: str
    binding: str
    load_limit_kg: float
    night: bool


def company_id(number: int) -> str:
    """Return the id of a company by its index."""
    return f"K{number + 1:02d}"


def permit_documents(city: City, fleet: list[Truck], start: datetime) -> list[dict[str, Any]]:
    """Return one permit per company, corridor, way of binding and conditions; road works split one into three.

    Of the trucks without a valid permit every second one has one that ran out nine days ago.
    """
    permits: list[dict[str, Any]] = []
    for number, (papers, trucks) in enumerate(_grouped([truck for truck in fleet if truck.permitted]), 1):
        for part, (from_, to, corridor_ids) in enumerate(_spans(city, papers.corridor_id, start)):
            permits.append(_permit(f"P{number:04d}" + "ABC"[part] * bool(part), papers, trucks, corridor_ids))
            permits[-1] |= {"valid_from": rfc3339(from_), "valid_to": rfc3339(to)}
    for number, (papers, trucks) in enumerate(_grouped([truck for truck in fleet if not truck.permitted][::2]), 1):
        permits.append(_permit(f"X{number:04d}", papers, trucks, [papers.corridor_id]))
        permits[-1] |= {"valid_from": rfc3339(start - BEFORE), "valid_to": rfc3339(start - EXPIRED)}
    return permits


def _grouped(fleet: list[Truck]) -> list[tuple[_Papers, list[Truck]]]:
    groups: dict[_Papers, list[Truck]] = {}
    for truck in fleet:
        papers = _Papers(
            truck.company,
            truck.corridor.corridor_id,
            truck.binding,
            truck.load_limit_kg or 0.0,
            truck.night_permit,
        )
        groups.setdefault(papers, []).append(truck)
    return sorted(groups.items(), key=lambda group: group[0])


def _spans(city: City, corridor_id: str, start: datetime) -> list[tuple[datetime, datetime, list[str]]]:
    """Return from when to when which corridors hold."""
    first, last = start - BEFORE, start + AFTER
    works = city.works
    if works is None or f"{corridor_id}-T" != works.detour.corridor_id:
        return [(first, last, [corridor_id])]
    begin, end = (start + timedelta(seconds=at_s) for at_s in (works.from_s, works.to_s))
    both = [corridor_id, works.detour.corridor_id]
    return [(first, begin, [corridor_id]), (begin, end, both), (end, last, [corridor_id])]


def _permit(permit_id: str, papers: _Papers, trucks: list[Truck], corridor_ids: list[str]) -> dict[str, Any]:
    corridor = trucks[0].corridor
    permit: dict[str, Any] = {
        "permit_id": permit_id,
        "company_id": company_id(papers.company),
        "site_id": corridor.site.place_id,
        "dump_point_ids": [corridor.dump_point.place_id],
        "corridor_ids": corridor_ids,
        "vehicle_ids": [truck.vehicle_id for truck in trucks],
        "binding": papers.binding,
        "limits": {},
    }
    if papers.load_limit_kg:
        permit["max_load_kg"] = papers.load_limit_kg
    if papers.night:
        permit["windows"] = [window.document() for window in ALL_DAY]
    return permit
