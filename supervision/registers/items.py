"""Items of registers: as people edit them (one flat object) and as the world's documents hold them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from supervision.registers.faults import Fault, Refused, shown
from supervision.registers.fields import as_instant, is_id, is_instant
from supervision.registers.table import Register

Item = dict[str, Any]
MEMBERS_MOST = 60
ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


def flat(register: Register, stored: Mapping[str, Any]) -> Item:
    """Return an item as people edit it: members and `geometry` side by side."""
    if register.geometry is None:
        return dict(stored)
    return {**(stored.get("properties") or {}), "geometry": stored.get("geometry")}


def stored(register: Register, item: Mapping[str, Any]) -> Item:
    """Return an item as its document holds it; members of null are left out."""
    members = {name: value for name, value in item.items() if value is not None and name != "geometry"}
    if register.geometry is None:
        return members
    return {"type": "Feature", "properties": members, "geometry": item.get("geometry")}


def given(register: Register, body: Any) -> Item:
    """Return what somebody sent as one flat item: an object, or a GeoJSON Feature, without what nobody writes.

    Raises:
        Refused: It is neither.
    """
    if isinstance(body, dict) and register.geometry is not None and body.get("type") == "Feature":
        body = {**(body.get("properties") or {}), "geometry": body.get("geometry")} if _has_object(body) else None
    if not isinstance(body, dict):
        raise Refused([Fault(None, "an object with the members of the register", shown(body))])
    return {name: value for name, value in body.items() if name not in {*register.computed, "version"}}


def _has_object(feature: Mapping[str, Any]) -> bool:
    return feature.get("properties") is None or isinstance(feature["properties"], dict)


def merged(before: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> Item:
    """Return an item with changes put over it; null takes a member away."""
    both = {**(before or {}), **changes}
    return {name: value for name, value in both.items() if value is not None}


def faults_of(register: Register, item: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Fault]:
    """Return all that is wrong with an item by itself; references and shapes are looked at elsewhere.

    Args:
        register: Whose item it is.
        item: As people edit it.
        before: The item as it is now; members that it has may stay whatever they are.
    """
    name = item.get(register.id_name)
    who = name if isinstance(name, str) else None
    found: list[Fault] = []
    if len(item) > MEMBERS_MOST:
        return [Fault(None, f"at most {MEMBERS_MOST} members", f"{len(item)}", who)]
    for field in register.fields:
        value = item.get(field.name)
        if value is None:
            if field.required:
                found.append(Fault(field.name, field.expected(), "nothing", who))
        elif not field.fits(value):
            found.append(Fault(field.name, field.expected(), shown(value), who))
    known = (
        {field.name for field in register.fields} | set(before or ()) | ({"geometry"} if register.geometry else set())
    )
    expected = f"one of {', '.join(field.name for field in register.fields)}"
    found += [
        Fault(strange[:100], expected, "a member of another name", who) for strange in item if strange not in known
    ]
    if register.geometry is not None and not isinstance(item.get("geometry"), dict):
        found.append(Fault("geometry", "a GeoJSON geometry", shown(item.get("geometry")), who))
    return found or EXTRA.get(register.name, _nothing)(item, who)


def assignment_faults(item: Mapping[str, Any], who: str | None) -> list[Fault]:
    """Return what is wrong with the times of a driver in trucks."""
    expected = 'a list of {"vehicle_id", "from", "to"}, times with an offset or null'
    stays: list[tuple[datetime, datetime]] = []
    for stay in item.get("assignments") or []:
        if not isinstance(stay, dict) or set(stay) - {"vehicle_id", "from", "to"} or not is_id(stay.get("vehicle_id")):
            return [Fault("assignments", expected, shown(stay), who)]
        try:
            start, end = _instant(stay.get("from"), ALWAYS), _instant(stay.get("to"), NEVER)
        except ValueError:
            return [Fault("assignments", expected, shown(stay), who)]
        if start >= end:
            return [Fault("assignments", "times that end after they begin", shown(stay), who)]
        stays.append((start, end))
    stays.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(stays)):
        return [Fault("assignments", "one truck at a time", "times that overlap", who)]
    return []


def _instant(value: Any, otherwise: datetime) -> datetime:
    if value is None:
        return otherwise
    if not is_instant(value):
        raise ValueError("no instant")
    return as_instant(value)


def permit_faults(item: Mapping[str, Any], who: str | None) -> list[Fault]:
    """Return what is wrong with a permit as a whole."""
    if item.get("company_id") is None and item.get("vehicle_ids") is None:
        return [Fault("company_id", "a company_id or vehicle_ids", "neither", who)]
    return []


def _nothing(_item: Mapping[str, Any], _who: str | None) -> list[Fault]:
    return []


# Checks that concern several members of an item.
EXTRA = {"drivers": assignment_faults, "permits": permit_faults}
