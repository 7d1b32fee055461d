"""Generated cities and fleets: valid worlds, reachable places, the same again from the same seed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from rules_engine.world import World
from simulators.city import City, CityPlan, generate_city
from simulators.fleet import FleetPlan, generate_fleet
from simulators.plane import Plane, cut, distance_to_line_m, length_m, point_at, sideways
from simulators.streets import generate_streets
from simulators.world_documents import world_documents

START = datetime(2026, 3, 2, tzinfo=UTC)
SEEDS = range(8)


def a_city(seed: int) -> City:
    return generate_city(np.random.default_rng(seed), CityPlan())


def documents(seed: int, plan: FleetPlan | None = None) -> dict[str, Any]:
    city = a_city(seed)
    fleet = generate_fleet(np.random.default_rng(seed), plan or FleetPlan(), city, [])
    return world_documents(city, fleet, START)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_generated_city_is_a_valid_world(seed: int) -> None:
    plan = FleetPlan(trucks=30, without_load=0.3)
    world = World.from_documents(documents(seed, plan))
    assert len(world.vehicle_ids) == 30
    assert len(world.site_ids) == len(world.corridor_ids) == 4
    start_ms = np.full(30, int(START.timestamp() * 1000))
    trucks = np.arange(30)
    by_period = world.period_permit(trucks, start_ms) >= 0
    at_sites = [world.permits_for(trucks, np.full(30, site), start_ms) >= 0 for site in range(len(world.site_ids))]
    by_loading = np.any(at_sites, axis=0)
    assert 0 < by_period.sum() < 30
    assert (by_period | by_loading).all(), "a truck without a permit"


def test_the_same_seed_is_the_same_world_and_another_is_another() -> None:
    assert documents(3) == documents(3)
    assert documents(3) != documents(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_corridors_lead_from_inside_the_site_to_inside_the_dump_point(seed: int) -> None:
    for corridor in a_city(seed).corridors:
        for place, end in ((corridor.site, corridor.line_m[0]), (corridor.dump_point, corridor.line_m[-1])):
            low, high = place.fence_m.min(axis=0), place.fence_m.max(axis=0)
            assert (low < end).all()
            assert (end < high).all()
        assert 2_000 < length_m(corridor.line_m) < 12_000


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_places_touch(seed: int) -> None:
    city = a_city(seed)
    places = [*city.sites, *city.dump_points]
    for n, one in enumerate(places):
        for other in places[:n]:
            assert np.hypot(*(one.centre_m - other.centre_m)) > 330.0  # half of both diagonals


def test_every_crossing_can_be_reached() -> None:
    streets = generate_streets(np.random.default_rng(1), 9, 7, 500.0, missing=0.9)
    for goal in range(9 * 7):
        way = streets.way(0, goal)
        assert way[0] == 0
        assert way[-1] == goal
        assert all(there in streets.neighbours[here] for here, there in pairwise(way))


def test_a_way_avoids_what_it_is_told_to_avoid() -> None:
    streets = generate_streets(np.random.default_rng(1), 5, 5, 500.0, missing=0.0)
    usual = streets.way(0, 4)
    avoid = frozenset((min(pair), max(pair)) for pair in pairwise(usual))
    other = streets.way(0, 4, avoid)
    assert not avoid & {(min(pair), max(pair)) for pair in pairwise(other)}


@pytest.mark.parametrize("seed", range(6))
def test_no_way_is_faster_than_the_one_that_is_found(seed: int) -> None:
    """Against all pairs at once (Floyd and Warshall), with one-way streets and streets to avoid."""
    rng = np.random.default_rng(seed)
    streets = generate_streets(rng, 6, 5, 300.0, missing=0.3, expressways=True)
    names = list(streets.speed_limit_mps)
    for n in rng.choice(len(names), 8, replace=False).tolist():
        streets.neighbours[names[n][0]].remove(names[n][1])
    avoid = frozenset(names[n] for n in rng.choice(len(names), 5, replace=False).tolist())

    def cost_s(here: int, there: int) -> float:
        street = (min(here, there), max(here, there))
        metres = float(np.hypot(*(streets.crossings_m[here] - streets.crossings_m[there])))
        return metres / streets.speed_limit_mps[street] * (5.0 if street in avoid else 1.0)

    best_s = np.full((30, 30), np.inf)
    for here, ways in enumerate(streets.neighbours):
        best_s[here, here] = 0.0
        for there in ways:
            best_s[here, there] = cost_s(here, there)
    for middle in range(30):
        best_s = np.minimum(best_s, best_s[:, middle, None] + best_s[middle])
    for start, goal in rng.integers(30, size=(60, 2)).tolist():
        if np.isinf(best_s[start, goal]):
            with pytest.raises(ValueError, match="got none"):
                streets.way(start, goal, avoid)
        else:
            way = streets.way(start, goal, avoid)
            assert all(there in streets.neighbours[here] for here, there in pairwise(way))
            assert sum(cost_s(*leg) for leg in pairwise(way)) == pytest.approx(best_s[start, goal])


def test_too_small_a_city_says_so() -> None:
    with pytest.raises(ValueError, match="expected room for 20 sites"):
        generate_city(np.random.default_rng(1), CityPlan(columns=4, rows=4, sites=20))


def test_metres_on_the_plane_are_metres_on_the_ellipsoid() -> None:
    from geographiclib.geodesic import Geodesic

    plane = Plane(31.7, 119.95)
    points = np.array([[0.0, 0.0], [3000.0, 0.0], [0.0, 4000.0], [-2500.0, -2500.0]])
    lat_deg, lon_deg = plane.to_lat_lon(points)
    for (x, y), lat, lon in zip(points.tolist(), lat_deg.tolist(), lon_deg.tolist(), strict=True):
        distance_m = Geodesic.WGS84.Inverse(31.7, 119.95, lat, lon)["s12"]
        assert distance_m == pytest.approx(np.hypot(x, y), rel=2e-3)


def test_lines_are_cut_measured_and_left_on_the_right_side() -> None:
    line = np.array([[0.0, 0.0], [0.0, 100.0], [100.0, 100.0]])
    assert cut(line, 50.0, 150.0).tolist() == [[0.0, 50.0], [0.0, 100.0], [50.0, 100.0]]
    assert point_at(line, np.array([125.0])).tolist() == [[25.0, 100.0]]
    assert sideways(line, 50.0, 10.0) == pytest.approx([10.0, 50.0])  # northward: right is east
    assert sideways(line, 150.0, 10.0) == pytest.approx([50.0, 90.0])  # eastward: right is south
    assert distance_to_line_m(np.array([[30.0, 80.0], [-5.0, -12.0]]), line) == pytest.approx([20.0, 13.0])
