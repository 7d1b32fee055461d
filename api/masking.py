"""Plates and people's names as a role may see them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.viewer import Role, Viewer

PLATES_IN_FULL = frozenset({Role.ADMINISTRATOR, Role.BUREAU, Role.DISTRICT, Role.INSPECTOR, Role.COMPANY})
DRIVERS_IN_FULL = frozenset({Role.ADMINISTRATOR, Role.BUREAU, Role.INSPECTOR, Role.COMPANY})


def shown_plate(viewer: Viewer, plate: str | None) -> str | None:
    """Return a plate in full, or as `苏A***33`."""
    if plate is None or viewer.role in PLATES_IN_FULL:
        return plate
    return f"{plate[:2]}***{plate[-2:]}" if len(plate) > 4 else "***"


def shown_driver(viewer: Viewer, name: str | None) -> str | None:
    """Return a driver's name in full, or its first character: `王**`."""
    return name if name is None or viewer.role in DRIVERS_IN_FULL else f"{name[:1]}**"


# Members that name a truck's plate or a driver, in answers and in what devices report.
SHOWN_BY_NAME = {
    "plate": shown_plate,
    "plate_read": shown_plate,
    "driver": shown_driver,
    "driver_name": shown_driver,
}


def masked_members(viewer: Viewer, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the plates and drivers that it names anywhere as the viewer may see them."""
    if viewer.role in PLATES_IN_FULL and viewer.role in DRIVERS_IN_FULL:
        return dict(document)
    return {name: _masked(viewer, name, value) for name, value in document.items()}


def _masked(viewer: Viewer, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked_members(viewer, value)
    if isinstance(value, list | tuple):
        return [_masked(viewer, name, item) for item in value]
    shown = SHOWN_BY_NAME.get(name)
    return shown(viewer, value) if shown and isinstance(value, str) else value
