"""Candidate black sites and black dump points, brought up to date from the events that are committed."""

from __future__ import annotations

import numpy as np

from ingest.candidate_places import CandidatePlace, CandidatePlaceLimits, Visits, candidate_places
from ingest.job import JobContext
from rules_engine.world import World
from storage.candidate_places import VISITS_OF, read_visits, replace_places
from storage.times import to_ms, utc

DAY_MS = 86_400_000
# A place that nobody has used for a season is none any more; a record may come 60 days late.
DAYS = 90
MARGIN_M = 50.0  # GPS at the edge of a place that has been registered meanwhile


def bring_places_up_to_date(context: JobContext) -> None:
    """Pool the visits of the last season anew; places that have been registered meanwhile are left out."""
    for kind in VISITS_OF:
        visits = unregistered(_visits(context, kind), kind, context.world)
        places = [(place.place_id, _columns(place)) for place in candidate_places(visits, limits_of(context.world))]
        replace_places(context.connection, kind, places, context.world.version)


def unregistered(visits: Visits, kind: str, world: World) -> Visits:
    """Return the visits that are at no place the world knows."""
    known = world.sites if kind == "loading" else world.dump_points
    outside = known.within_margin(visits.lat_deg, visits.lon_deg, MARGIN_M) < 0
    return Visits(
        [name for name, is_outside in zip(visits.event_id, outside, strict=True) if is_outside],
        visits.vehicle[outside],
        visits.time_ms[outside],
        visits.lat_deg[outside],
        visits.lon_deg[outside],
        visits.load_kg[outside],
    )


def limits_of(world: World) -> CandidatePlaceLimits:
    """Return what makes a place in this city."""
    defaults = CandidatePlaceLimits()
    city = world.limits.city
    return CandidatePlaceLimits(
        radius_m=city.get("candidate_place.radius_m", defaults.radius_m),
        min_visits=city.get("candidate_place.min_visits", defaults.min_visits),
        margin_m=city.get("candidate_place.margin_m", defaults.margin_m),
    )


def _visits(context: JobContext, kind: str) -> Visits:
    rows = read_visits(context.connection, kind, context.now_ms - DAYS * DAY_MS)
    return Visits(
        [row["event_id"] for row in rows],
        np.array([row["vehicle_no"] for row in rows], np.int64),
        np.array([to_ms(row["start_time"]) for row in rows], np.int64),
        np.array([row["lat_deg"] for row in rows], np.float64),
        np.array([row["lon_deg"] for row in rows], np.float64),
        np.array([np.nan if row["load_kg"] is None else row["load_kg"] for row in rows], np.float64),
    )


def _columns(place: CandidatePlace) -> dict[str, object]:
    return {
        "first_time": utc(place.first_ms),
        "last_time": utc(place.last_ms),
        "visits": place.visits,
        "vehicles": place.vehicles,
        "load_kg": place.load_kg,
        "measured_share": place.measured_share,
        "lat_deg": place.lat_deg,
        "lon_deg": place.lon_deg,
        "geometry": place.geometry,
        "event_ids": place.event_ids,
    }
