"""The places of a world: areas, corridors and roads from their documents into indexes and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.corridors import CorridorIndex
from rules_engine.polygons import PolygonIndex
from rules_engine.polygons_grid import Rings
from rules_engine.roads import Road, RoadIndex
from rules_engine.world_documents import (
    AreaFeature,
    CorridorFeature,
    Item,
    RoadFeature,
    area_id,
    polygons_of,
    positions,
    read_features,
    read_properties,
    unique,
)
from rules_engine.world_routes import read_validity


@dataclass(frozen=True, slots=True)
class Areas:
    """A document's areas, in its order: names, index, features as documented, and polygons as lists of rings."""

    document: str
    ids: list[str]
    index: PolygonIndex
    features: list[AreaFeature]
    polygons: Sequence[Sequence[Rings]]

    def properties(self, kind: type[Item]) -> list[Item]:
        """Return what the engine reads of each area's properties.

        Raises:
            WorldError: They do not fit.
        """
        named = zip(self.ids, self.features, strict=True)
        return [read_properties(self.document, name, feature, kind) for name, feature in named]


def read_areas(documents: Mapping[str, Any], document: str, id_name: str, previous: PolygonIndex | None) -> Areas:
    """Return a document's areas; the index is `previous` itself where no geometry has changed."""
    features = read_features(documents, document, AreaFeature, id_name)
    ids = [area_id(document, row, feature, id_name) for row, feature in enumerate(features)]
    areas = [polygons_of(document, name, feature.geometry) for name, feature in zip(ids, features, strict=True)]
    return Areas(document, ids, PolygonIndex.build(areas, previous), features, areas)


def read_corridors(
    documents: Mapping[str, Any], previous: CorridorIndex | None
) -> tuple[list[str], CorridorIndex, NDArray[np.float64], NDArray[np.int64]]:
    """Return ids, index, half widths (NaN where not given) [m], and from when and until when each corridor holds [ms].

    Unchanged ones come from `previous`.
    """
    features = read_features(documents, "corridors", CorridorFeature, "corridor_id")
    ids = [feature.properties.corridor_id for feature in features]
    lines = [positions("corridors", name, f.geometry.coordinates) for name, f in zip(ids, features, strict=True)]
    given = [feature.properties.half_width_m for feature in features]
    half_width_m = np.array([np.nan if width is None else width for width in given], np.float64)
    return ids, CorridorIndex.build(lines, previous), half_width_m, read_validity(features)


def read_roads(documents: Mapping[str, Any], previous: RoadIndex | None) -> RoadIndex:
    """Return the roads, in the order of their document; unchanged geometry from `previous`."""
    features = read_features(documents, "roads", RoadFeature, "road_id")
    properties = [feature.properties for feature in features]
    unique("roads", [road.road_id for road in properties])
    roads = [
        Road(road.road_id, road.road_class, road.limit_kmh, positions("roads", road.road_id, f.geometry.coordinates))
        for road, f in zip(properties, features, strict=True)
    ]
    return RoadIndex.build(roads, previous)
