"""Positions in the coordinate systems of Chinese maps: WGS 84 inside, GCJ-02 and BD-09 at the edge, on request.

Everything is stored and judged in WGS 84. Out is for drawing on a map that is shifted. In is for shapes that somebody
has in such a system and says so by `crs=`: nothing is ever guessed. The way back is an approximation, to centimetres.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Query
from geocoordinates_ffi import (  # type: ignore[import-untyped] # it publishes none
    Bd09,
    Gcj02,
    GeoError,
    Wgs84,
    bd09_to_wgs84_refined,
    gcj02_to_wgs84_refined,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

Crs = Literal["wgs84", "gcj02", "bd09"]
CrsQuery = Annotated[
    Crs, Query(description="Of positions in the body and in the answer; `bbox` is WGS 84 always.", examples=["gcj02"])
]
DEEPEST = 6  # a multipolygon's positions lie four lists deep

_OUT: dict[Crs, Callable[[Any], Any]] = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
_IN: dict[Crs, tuple[Any, Callable[[Any], Any]]] = {
    "gcj02": (Gcj02, gcj02_to_wgs84_refined),
    "bd09": (Bd09, bd09_to_wgs84_refined),
}


def shown_position(lon_deg: float, lat_deg: float, crs: Crs) -> tuple[float, float]:
    """Return a WGS 84 position in another system, (lon, lat). [deg]"""
    if crs == "wgs84":
        return lon_deg, lat_deg
    place = _OUT[crs](Wgs84(lat=lat_deg, lon=lon_deg))
    return place.lon, place.lat


def read_position(lon_deg: float, lat_deg: float, crs: Crs) -> tuple[float, float]:
    """Return a position of another system in WGS 84, (lon, lat). [deg]

    One that is none on earth comes back as it is: who judges positions says so.
    """
    if crs == "wgs84":
        return lon_deg, lat_deg
    system, back = _IN[crs]
    try:
        place = back(system(lat=lat_deg, lon=lon_deg))
    except GeoError:
        return lon_deg, lat_deg
    return place.lon, place.lat


def shown_geometry(geometry: Any, crs: Crs) -> Any:
    """Return a GeoJSON geometry of WGS 84 in another system."""
    return _moved_geometry(geometry, lambda lon, lat: shown_position(lon, lat, crs)) if crs != "wgs84" else geometry


def read_geometry(geometry: Any, crs: Crs) -> Any:
    """Return a GeoJSON geometry of another system in WGS 84; what is no geometry comes back as it is."""
    return _moved_geometry(geometry, lambda lon, lat: read_position(lon, lat, crs)) if crs != "wgs84" else geometry


Move = Callable[[float, float], tuple[float, float]]


def _moved_geometry(geometry: Any, move: Move) -> Any:
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        return geometry
    return {**geometry, "coordinates": _moved(geometry["coordinates"], move, DEEPEST)}


def _moved(coordinates: Any, move: Move, deepest: int) -> Any:
    if not isinstance(coordinates, list) or not deepest:
        return coordinates
    if len(coordinates) > 1 and all(_is_number(part) for part in coordinates[:2]):
        return [*move(float(coordinates[0]), float(coordinates[1])), *coordinates[2:]]
    return [_moved(part, move, deepest - 1) for part in coordinates]


def _is_number(part: Any) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool)
