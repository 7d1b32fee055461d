"""Plates and people's names as a viewer may see them. Pure; what is masked how is said in `supervision.masking`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.viewer import Viewer
from supervision.masking import DRIVERS_IN_FULL, PLATES_IN_FULL, masked_name, masked_plate, masks_of
from supervision.masking import masked_members as masked_by


def plates_in_full(viewer: Viewer) -> bool:
    """Tell whether a viewer is shown whole plates; searches by plate ask it, lest they confirm a guess."""
    return viewer.role in PLATES_IN_FULL


def names_in_full(viewer: Viewer) -> bool:
    """Tell likewise for the names of people."""
    return viewer.role in DRIVERS_IN_FULL


def shown_plate(viewer: Viewer, plate: str | None) -> str | None:
    """Return a plate in full, or as `苏A***33`."""
    return plate if plates_in_full(viewer) else masked_plate(plate)


def shown_driver(viewer: Viewer, name: str | None) -> str | None:
    """Return a driver's name in full, or its first character: `王**`."""
    return name if names_in_full(viewer) else masked_name(name)


def masked_members(viewer: Viewer, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the plates and drivers that it names anywhere as the viewer may see them."""
    masks = masks_of(viewer.role)
    return masked_by(document, masks) if masks else dict(document)
