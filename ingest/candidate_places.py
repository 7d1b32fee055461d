"""Black sites (黑工地) and black dump points (黑消纳点): unknown places at which trucks load or unload again and again.

Single visits are events of the rules; here they are pooled over days and trucks by density on the sphere, and each
dense place gets an outline for the map. Pure: visits in, places out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
DEGREE_M = np.pi / 180 * EARTH_RADIUS_M


@dataclass(frozen=True)
class CandidatePlaceLimits:
    """What makes a place; docs/rules.md tells the origin.

    Attributes:
        radius_m: Visits no further apart than this belong together. [m]
        min_visits: So many of them, the one itself included, within the radius make a dense place.
        margin_m: How far the outline goes beyond the visits. [m]
    """

    radius_m: float = 80.0
    min_visits: float = 3
    margin_m: float = 40.0


@dataclass(frozen=True)
class Visits:
    """Loadings or unloadings at unknown places, each field of shape (V,).

    Attributes:
        event_id: Names of their events.
        vehicle: Any number that names the truck.
        time_ms: When each began. [ms]
        lat_deg: Where. [deg]
        lon_deg: Likewise. [deg]
        load_kg: Mass loaded or unloaded, NaN where no sensor told. [kg]
    """

    event_id: list[UUID]
    vehicle: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    load_kg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.event_id)


@dataclass(frozen=True, slots=True)
class CandidatePlace:
    """A place that is dense with visits.

    Attributes:
        place_id: Name of its earliest visit's event.
        first_ms: When the earliest visit began. [ms]
        last_ms: When the latest one did. [ms]
        visits: How many.
        vehicles: Of how many trucks.
        load_kg: Sum of the masses that are known, None without any. [kg]
        measured_share: Share of the visits whose mass is known.
        lat_deg: Middle of the visits. [deg]
        lon_deg: Likewise. [deg]
        geometry: GeoJSON polygon around all visits.
        event_ids: The visits, earliest first.
    """

    place_id: UUID
    first_ms: int
    last_ms: int
    visits: int
    vehicles: int
    load_kg: float | None
    measured_share: float
    lat_deg: float
    lon_deg: float
    geometry: dict[str, Any]
    event_ids: list[UUID]


def candidate_places(visits: Visits, limits: CandidatePlaceLimits) -> list[CandidatePlace]:
    """Return the dense places, earliest first; the order of the visits changes nothing."""
    if not len(visits):
        return []
    # It takes two seconds to import, which every start of ingest would pay.
    from sklearn.cluster import DBSCAN

    order = np.array(sorted(range(len(visits)), key=lambda n: (visits.time_ms[n], visits.event_id[n].bytes)))
    places = np.radians(np.stack((visits.lat_deg[order], visits.lon_deg[order]), 1))
    clusters = DBSCAN(
        eps=limits.radius_m / EARTH_RADIUS_M,
        min_samples=int(limits.min_visits),
        metric="haversine",
        algorithm="ball_tree",
    ).fit(places)
    found = [order[clusters.labels_ == label] for label in range(clusters.labels_.max() + 1)]
    return sorted((_place(visits, rows, limits) for rows in found), key=lambda place: (place.first_ms, place.place_id))


def _place(visits: Visits, rows: NDArray[np.intp], limits: CandidatePlaceLimits) -> CandidatePlace:
    event_ids = [visits.event_id[row] for row in rows]
    known = ~np.isnan(visits.load_kg[rows])
    lat_deg, lon_deg = float(visits.lat_deg[rows].mean()), float(visits.lon_deg[rows].mean())
    return CandidatePlace(
        place_id=event_ids[0],
        first_ms=int(visits.time_ms[rows[0]]),
        last_ms=int(visits.time_ms[rows[-1]]),
        visits=len(rows),
        vehicles=len(np.unique(visits.vehicle[rows])),
        load_kg=float(np.rint(visits.load_kg[rows][known]).sum()) if known.any() else None,
        measured_share=float(known.mean()),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        geometry=_outline(visits.lat_deg[rows], visits.lon_deg[rows], lat_deg, limits.margin_m),
        event_ids=event_ids,
    )


def _outline(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], middle_deg: float, margin_m: float
) -> dict[str, Any]:
    """Return the hull of places, made wider by a margin, as GeoJSON."""
    scale_m = np.array([DEGREE_M * np.cos(np.radians(middle_deg)), DEGREE_M])
    points_m = np.stack((lon_deg, lat_deg), 1) * scale_m
    hull = shapely.MultiPoint(points_m).convex_hull.buffer(margin_m, quad_segs=4)
    ring = np.round(shapely.get_coordinates(hull) / scale_m, 7)
    return {"type": "Polygon", "coordinates": [ring.tolist()]}
