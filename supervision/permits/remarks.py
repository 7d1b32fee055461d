"""What an officer should look at before deciding: remarks made of facts. `stop` keeps the approval from being taken.

The company that applies is told what concerns its own trucks and papers, and not how much others haul.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from supervision.permits.content import NOTE, differences
from supervision.registers.fields import as_instant

Remark = dict[str, Any]

# Of others' papers: told to officers alone.
FOR_OFFICERS = frozenset({"site_quota", "dump_point_capacity"})
STOPS = frozenset({"strange_trucks", "gone", "permit_not_in_force"})
NAMED_MOST = 50  # ids that a remark names


def remarks_of(row: Mapping[str, Any], facts: Mapping[str, Any], now: datetime, *, officer: bool) -> list[Remark]:
    """Return the remarks on an application, those that stop it first.

    Args:
        row: The application, with the `content` that is looked at.
        facts: Of `storage.queries.permit_applications.read_facts`.
        now: For what is over.
        officer: Told all of them.
    """
    found = [
        {"code": code, "stop": code in STOPS, **more}
        for code, more in _found(row, facts, now)
        if officer or code not in FOR_OFFICERS
    ]
    return sorted(found, key=lambda remark: not remark["stop"])


def _found(row: Mapping[str, Any], facts: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, Remark]]:
    content = row["content"]
    for code in ("strange_trucks", "gone", "failing_trucks", "expired_inspections", "overlaps"):
        if facts[code]:
            yield code, {"ids": facts[code][:NAMED_MOST], "count": len(facts[code])}
    if facts["licence_expired"]:
        yield "licence_expired", {"ids": [row["company_id"]], "count": 1}
    if row["kind"] != "new" and facts["permit_status"] != "approved":
        yield "permit_not_in_force", {"ids": [row["permit_id"]], "count": 1}
    elif row["kind"] != "new" and _changed(row, facts):
        yield "permit_changed", {"ids": [row["permit_id"]], "count": 1}
    if content.get("valid_to") and as_instant(content["valid_to"]) <= now:
        yield "over", {}
    if not content.get("corridor_ids"):
        yield "no_corridor", {}
    yield from _volumes(content, facts)


def _changed(row: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    both = row["base"] or {}, facts["permit"] or {}
    return any(change["member"] != NOTE.name for change in differences(*both))


def _volumes(content: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, Remark]]:
    """Give what would be hauled beyond what the site declared, and beyond what a dump point takes. [m3]"""
    asked = facts["asked_m3"] or 0.0
    declared, granted = facts["site_declared_m3"], facts["site_granted_m3"] or 0.0
    if declared is not None and granted + asked > declared:
        amounts = {"limit_m3": declared, "granted_m3": round(granted, 1), "asked_m3": round(asked, 1)}
        yield "site_quota", {"ids": [content.get("site_id")], "count": 1, **amounts}
    for place in facts["dump_points"]:
        taken = place["granted_m3"] or 0.0
        if place["capacity_m3"] is not None and taken + asked > place["capacity_m3"]:
            amounts = {
                "limit_m3": place["capacity_m3"], "granted_m3": round(taken, 1), "asked_m3": round(asked, 1)
            }  # fmt: skip
            yield "dump_point_capacity", {"ids": [place["id"]], "count": 1, **amounts}
        if place["closes_at"] and content.get("valid_to") and place["closes_at"] < as_instant(content["valid_to"]):
            yield "dump_point_closes", {"ids": [place["id"]], "count": 1, "at": place["closes_at"]}
