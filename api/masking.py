"""Plates and people's names as a role may see them. Pure."""

from __future__ import annotations

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
