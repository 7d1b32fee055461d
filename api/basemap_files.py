"""The base map of a city as a folder that the operator sets: streets as GeoJSON, or vector tiles in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STREETS = "streets.geojson"
TILES = "*.pmtiles"


@dataclass(frozen=True, slots=True)
class BasemapFile:
    """What a folder holds.

    Attributes:
        kind: `geojson` or `pmtiles`.
        path: The file.
    """

    kind: str
    path: Path


def find_basemap(folder: Path) -> BasemapFile:
    """Return the base map in a folder; tiles go before streets.

    Raises:
        ValueError: There is none.
    """
    tiles = sorted(folder.glob(TILES))
    if tiles:
        return BasemapFile("pmtiles", tiles[0])
    if (streets := folder / STREETS).is_file():
        return BasemapFile("geojson", streets)
    there = "a folder without either" if folder.is_dir() else "no folder"
    raise ValueError(f"expected {STREETS} or a file {TILES} in basemap, got {folder}: {there}")
