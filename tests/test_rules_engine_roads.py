"""Which roads are near a fix, against every piece of every line, and the least limit against the limits found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.geodesy import Segments, metres_per_degree, wrap_deg
from rules_engine.roads import CLASSES, Road, RoadIndex

CLASS_KMH = (80.0, 60.0, 40.0)


def drawn(rng: np.random.Generator, lon_deg: float, count: int) -> list[Road]:
    """Return roads that cross and lie over each other, some across a longitude."""
    roads = []
    for number in range(count):
        steps = rng.normal(0, 0.002, (int(rng.integers(2, 12)), 2))
        line = np.cumsum(steps, axis=0) + np.array([0.0, 31.0])
        line[:, 0] = wrap_deg(line[:, 0] + lon_deg)
        limit_kmh = float(rng.choice([30.0, 50.0, 70.0])) if rng.random() < 0.4 else None
        roads.append(Road(f"R{number}", str(rng.choice(CLASSES)), limit_kmh, line))
    return roads


def near(road: Road, lat_deg: float, lon_deg: float, reach_m: float) -> bool:
    metres_lat, metres_lon = metres_per_degree(lat_deg)
    east_m, north_m = wrap_deg(road.line[:, 0] - lon_deg) * metres_lon, (road.line[:, 1] - lat_deg) * metres_lat
    return bool(Segments.through(east_m, north_m).distance_m(np.zeros(1), np.zeros(1)).min() <= reach_m)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    lon_deg=st.sampled_from([119.95, 179.999, -179.999]),
    reach_m=st.sampled_from([10.0, 25.0, 60.0]),
)
def test_near_roads_are_those_of_which_a_piece_is_near(seed: int, lon_deg: float, reach_m: float) -> None:
    rng = np.random.default_rng(seed)
    roads = drawn(rng, lon_deg, int(rng.integers(1, 30)))
    index = RoadIndex.build(roads)
    ends = np.concatenate([road.line for road in roads])
    places = ends[rng.integers(0, len(ends), 60)] + rng.normal(0, 0.0004, (60, 2))
    lat_deg, lon_of = places[:, 1], wrap_deg(places[:, 0])
    fix, road = index.near(lat_deg, lon_of, reach_m)
    expected = {(i, r) for i in range(60) for r, line in enumerate(roads) if near(line, lat_deg[i], lon_of[i], reach_m)}
    assert set(zip(fix.tolist(), road.tolist(), strict=True)) == expected
    assert (np.diff(fix) >= 0).all()
    least_kmh = index.least_kmh(lat_deg, lon_of, CLASS_KMH, reach_m)
    kmh = np.where(np.isnan(index.limit_kmh), np.array(CLASS_KMH)[index.road_class], index.limit_kmh)
    assert (least_kmh[fix] <= kmh[road]).all()


def test_far_and_unknown_places_are_near_none() -> None:
    index = RoadIndex.build(drawn(np.random.default_rng(1), 119.95, 5))
    lat_deg, lon_deg = np.array([np.nan, 0.0, 31.5, 31.0]), np.array([np.nan, 0.0, 119.95, -60.0])
    assert len(index.near(lat_deg, lon_deg, 25.0)[0]) == 0
    assert np.isinf(index.least_kmh(lat_deg, lon_deg, CLASS_KMH, 25.0)).all()


def test_without_roads_none_is_near() -> None:
    index = RoadIndex.build([])
    assert len(index) == 0
    assert len(index.near(np.array([31.0]), np.array([119.95]), 25.0)[0]) == 0
    assert np.isinf(index.least_kmh(np.array([31.0]), np.array([119.95]), CLASS_KMH, 25.0)).all()


def test_a_new_limit_keeps_the_geometry_and_counts() -> None:
    (road,) = drawn(np.random.default_rng(2), 119.95, 1)
    first = RoadIndex.build([Road("R", "ordinary", 30.0, road.line)])
    second = RoadIndex.build([Road("R", "ordinary", None, road.line)], first)
    assert second.lines is first.lines
    lat_deg, lon_deg = road.line[:1, 1], road.line[:1, 0]
    assert first.least_kmh(lat_deg, lon_deg, CLASS_KMH, 25.0)[0] == pytest.approx(30)
    assert second.least_kmh(lat_deg, lon_deg, CLASS_KMH, 25.0)[0] == pytest.approx(40)
    assert second.least_kmh(lat_deg, lon_deg, (80.0, 60.0, 20.0), 25.0)[0] == pytest.approx(20)
