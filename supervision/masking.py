"""Plates and people's names as those see them who do not need to know the truck or the person. Pure.

The one place that says how they are made illegible, which members hold them, and which roles are given them in full:
for answers, documents of the exchange, exports and notices alike; and who stays unnamed altogether.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Mask = Callable[[str], str]

PLATES_IN_FULL = frozenset({"administrator", "bureau", "district", "inspector", "company"})
DRIVERS_IN_FULL = PLATES_IN_FULL - {"district"}


def masked_plate(plate: str | None) -> str | None:
    """Return a plate as `苏A***33`."""
    return None if plate is None else _plate(plate)


def masked_name(name: str | None) -> str | None:
    """Return a person's name as its first character: `王**`."""
    return None if name is None else _name(name)


def _plate(plate: str) -> str:
    return f"{plate[:2]}***{plate[-2:]}" if len(plate) > 4 else "***"


def _name(name: str) -> str:
    return f"{name[:1]}**"


def _number(number: str) -> str:
    return f"***{number[-2:]}"


# Members that name a truck's plate, a driver, or whom to call at a place: in answers, in documents, in what devices
# report and in what registers hold.
PLATES: Mapping[str, Mask] = {"plate": _plate, "plate_read": _plate}
DRIVERS: Mapping[str, Mask] = {"driver": _name, "driver_name": _name, "contact": _name, "phone": _number}


REPORTER = "reporter"  # in the place of a citizen's name


def hides_reporter(source: str, *, may_work: bool) -> bool:
    """Tell whether the citizen who reported a case stays unnamed: to all but who works cases, first to its company."""
    return source == "hotline" and not may_work


def without_reporter(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step of such a case; the report itself without who sent it."""
    names = ("by", "by_name", "by_display_name") if step["step"] == "open" else ()
    return {name: REPORTER if name in names else value for name, value in step.items()}


def masks_of(role: str) -> dict[str, Mask]:
    """Return the masks of what a role is not given in full."""
    masks: dict[str, Mask] = {}
    if role not in PLATES_IN_FULL:
        masks |= PLATES
    if role not in DRIVERS_IN_FULL:
        masks |= DRIVERS
    return masks


def masked_members(document: Mapping[str, Any], masks: Mapping[str, Mask]) -> dict[str, Any]:
    """Return a document with the members that have a mask, wherever in it they stand, as the mask shows them."""
    return {name: _masked(name, value, masks) for name, value in document.items()}


def _masked(name: str, value: Any, masks: Mapping[str, Mask]) -> Any:
    if isinstance(value, Mapping):
        return masked_members(value, masks)
    if isinstance(value, list | tuple):
        return [_masked(name, item, masks) for item in value]
    mask = masks.get(name)
    return mask(value) if mask and isinstance(value, str) else value
