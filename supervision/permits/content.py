"""What is applied for: members of a permit that a company may ask for, what is wrong with them, and what changes.

Members are those of the register of permits and are checked by its description; `note` is the company's own word to
the officer and never stands in a permit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from supervision.registers.faults import Fault, shown
from supervision.registers.fields import Field, as_instant
from supervision.registers.items import Item, merged
from supervision.registers.table import REGISTERS
from supervision.registers.worlds import world_faults

PERMITS = REGISTERS["permits"]
NOTE = Field("note", "申请说明", "Note to the officer")
QUOTAS = ("quota_trips", "quota_t", "quota_m3")
# What a company asks for.
ASKED = (
    "vehicle_ids", "site_id", "dump_point_ids", "corridor_ids", "valid_from", "valid_to", "windows", "spoil", *QUOTAS,
)  # fmt: skip
# What an officer may set besides when approving; the number of a new permit, too.
GRANTED = (*ASKED, "binding", "max_load_kg", "limits", "density_kg_m3", "issuer", "conditions", "remark")
NEEDED = ("vehicle_ids", "site_id", "dump_point_ids", "valid_from", "valid_to")
# An extension leaves everything else as it is.
EXTENDED = ("valid_to", *QUOTAS)
# Longer than a work site lasts: a permit is renewed, so that its trucks and places are looked at again.
LONGEST = timedelta(days=2 * 366)


def fields_of(names: tuple[str, ...]) -> dict[str, Field]:
    """Return the descriptions of members, by name."""
    return {field.name: field for field in (*PERMITS.fields, NOTE) if field.name in names}


def cleaned(content: Mapping[str, Any]) -> Item:
    """Return a content without what is empty: an empty list asks for nothing."""
    return {name: value for name, value in content.items() if value is not None and value not in ("", [])}


def written_faults(content: Mapping[str, Any], names: tuple[str, ...]) -> list[Fault]:
    """Return what is wrong with members by themselves, as a draft may lack any."""
    fields = fields_of(names)
    expected = f"one of {', '.join(fields)}"
    faults = [Fault(name[:100], expected, "a member of another name") for name in content if name not in fields]
    return faults + [
        Fault(name, field.expected(), shown(content[name]))
        for name, field in fields.items()
        if content.get(name) is not None and not field.fits(content[name])
    ]


def sent_faults(content: Mapping[str, Any], base: Mapping[str, Any] | None, kind: str, now: datetime) -> list[Fault]:
    """Return what keeps a content from being sent in.

    Args:
        content: Its members fit by themselves.
        base: The permit that it shall change, None for a new one.
        kind: Of the application.
        now: Nothing is applied for that is over.
    """
    if kind == "new":
        needed: tuple[str, ...] = NEEDED
    else:
        needed = tuple(name for name in NEEDED if (base or {}).get(name) is not None)
    faults = [Fault(name, fields_of(ASKED)[name].expected(), "nothing") for name in needed if not content.get(name)]
    if kind == "new" and not any(content.get(name) for name in QUOTAS):
        faults.append(Fault("quota_m3", f"a quota: one of {', '.join(QUOTAS)}", "none"))
    faults += _time_faults(content, now)
    if base is not None:
        faults += _change_faults(content, base, kind)
    return faults or world_faults(PERMITS, [permit_item({**(base or {}), **content}, "x", "x")])


def _time_faults(content: Mapping[str, Any], now: datetime) -> list[Fault]:
    start, end = (content.get(name) for name in ("valid_from", "valid_to"))
    if end is None:
        return []
    if as_instant(end) <= now:
        return [Fault("valid_to", "a time to come", shown(end))]
    if start is None:
        return []
    if as_instant(start) >= as_instant(end):
        return [Fault("valid_to", "an end after the beginning", shown(end))]
    if as_instant(end) - max(as_instant(start), now) > LONGEST:
        return [Fault("valid_to", f"an end within {LONGEST.days} days", shown(end))]
    return []


def _change_faults(content: Mapping[str, Any], base: Mapping[str, Any], kind: str) -> list[Fault]:
    patch = patch_of(content, base)
    if not patch:
        return [Fault(None, "something that differs from the permit", "nothing")]
    may = EXTENDED if kind == "extension" else tuple(name for name in ASKED if name != "site_id")
    expected = "the permit's own: another one is for another site" if kind == "change" else "the permit's own"
    return [Fault(name, expected, shown(content.get(name))) for name in patch if name not in may]


def base_of(permit: Mapping[str, Any]) -> Item:
    """Return what of a permit an application could ask for."""
    return {name: permit[name] for name in ASKED if permit.get(name) is not None}


def patch_of(content: Mapping[str, Any], base: Mapping[str, Any]) -> Item:
    """Return the members that an application asks to be otherwise; null for one that shall go."""
    return {name: content.get(name) for name in ASKED if not same(content.get(name), base.get(name))}


def same(one: Any, other: Any) -> bool:
    """Tell whether two values of a member mean the same: instants in any zone, trucks in any order."""
    if isinstance(one, str) and isinstance(other, str) and one != other:
        try:
            return as_instant(one) == as_instant(other)
        except ValueError:
            return False
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(each, str) for each in (*one, *other)):
        return sorted(one) == sorted(other)
    return bool(one == other)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each member that differs between two contents, with both values."""
    return [
        {"member": name, "before": before.get(name), "after": after.get(name)}
        for name in (*ASKED, NOTE.name)
        if not same(before.get(name), after.get(name))
    ]


def permit_item(content: Mapping[str, Any], permit_id: str, company_id: str) -> Item:
    """Return the new permit that an application and an officer's changes make, in force."""
    members = merged({}, {name: content.get(name) for name in GRANTED})
    return {**members, "permit_id": permit_id, "company_id": company_id, "status": "approved"}
