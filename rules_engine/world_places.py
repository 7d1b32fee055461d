"""The places of a world: areas and corridors from their documents into indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.corridors import CorridorIndex
from rules_engine.polygons import PolygonIndex
from rules_engine.world_documents import (
    AreaFeature,
    CorridorFeature,
    area_id,
    polygons_of,
    positions,
    read_features,
)


def read_areas(
    documents: Mapping[str, Any], document: str, id_name: str, previous: PolygonIndex | None
) -> tuple[list[str], PolygonIndex]:
    """Return ids and index of a document's areas, in its order; `previous` itself where no geometry has changed."""
    features = read_features(documents, document, AreaFeature, id_name)
    ids = [area_id(document, row, feature, id_name) for row, feature in enumerate(features)]
    areas = [polygons_of(document, name, feature.geometry) for name, feature in zip(ids, features, strict=True)]
    return ids, PolygonIndex.build(areas, previous)


def read_corridors(
    documents: Mapping[str, Any], previous: CorridorIndex | None
) -> tuple[list[str], CorridorIndex, NDArray[np.float64]]:
    """Return ids, index and half widths (NaN where not given) of the corridors; unchanged ones from `previous`. [m]"""
    features = read_features(documents, "corridors", CorridorFeature, "corridor_id")
    ids = [feature.properties.corridor_id for feature in features]
    lines = [positions("corridors", name, f.geometry.coordinates) for name, f in zip(ids, features, strict=True)]
    given = [feature.properties.half_width_m for feature in features]
    half_width_m = np.array([np.nan if width is None else width for width in given], np.float64)
    return ids, CorridorIndex.build(lines, previous), half_width_m
