"""Corridor distances against geographiclib and a plain comparison with every segment."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from rules_engine.corridors import CorridorIndex
from rules_engine.geodesy import LocalFrame, Segments

FloatArray = NDArray[np.float64]


def winding(rng: np.random.Generator, lat: float, lon: float, vertices: int, step_m: float) -> FloatArray:
    """Return a road-like line of shape (V, 2): lon, lat."""
    course = np.cumsum(rng.normal(0, 0.4, vertices)) + rng.uniform(0, 2 * np.pi)
    length = step_m * rng.uniform(0.2, 1.8, vertices)
    lats = lat + np.cumsum(length * np.cos(course)) / 111_320
    lons = lon + np.cumsum(length * np.sin(course)) / (111_320 * np.cos(np.radians(lat)))
    return np.column_stack(((lons + 180) % 360 - 180, lats))


def around(rng: np.random.Generator, line: FloatArray, count: int, spread_m: float) -> tuple[FloatArray, FloatArray]:
    picked = line[rng.integers(0, len(line), count)]
    lat = picked[:, 1] + rng.normal(0, spread_m / 111_320, count)
    lon = picked[:, 0] + rng.normal(0, spread_m / 111_320, count) / np.cos(np.radians(lat))
    return lat, (lon + 180) % 360 - 180


def plain_distance_m(line: FloatArray, lat: FloatArray, lon: FloatArray) -> FloatArray:
    """Return the distance from every segment, in a frame of the line's own, one segment after the other."""
    frame = LocalFrame.around(line[:, 1], line[:, 0])
    east, north = frame.project(lat, lon)
    line_east, line_north = frame.project(line[:, 1], line[:, 0])
    segments = Segments.through(line_east, line_north)
    return np.min([segments.take(np.array([row])).distance_m(east, north) for row in range(len(line) - 1)], axis=0)


@pytest.mark.parametrize("lat", [0.0, 31.5, -60.0, 80.0])
@pytest.mark.parametrize("lon", [120.0, 179.98, -179.99])
@pytest.mark.parametrize("spread_m", [30.0, 300.0, 20_000.0])
def test_distance_and_classes_agree_with_every_segment(lat: float, lon: float, spread_m: float) -> None:
    rng = np.random.default_rng(int(lat) % 100 + int(spread_m))
    lines = [winding(rng, lat, lon, int(vertices), 80.0) for vertices in (2, 3, 40, 400)]
    index = CorridorIndex.build(lines)
    for row, line in enumerate(lines):
        fix_lat, fix_lon = around(rng, line, 2000, spread_m)
        own = np.full(2000, row, np.int32)
        truth = plain_distance_m(line, fix_lat, fix_lon)
        measured = index.distance_m(own, fix_lat, fix_lon)
        np.testing.assert_allclose(measured, truth, rtol=1e-3, atol=0.1)
        for inner, outer in ((80.0, 100.0), (20.0, 500.0), (300.0, 300.0), (0.0, 5000.0)):
            classes = index.classify(own, fix_lat, fix_lon, inner, outer)
            np.testing.assert_array_equal(classes, (measured > inner).astype(int) + (measured > outer))


@pytest.mark.parametrize("lat", [0.0, 31.5, -60.0, 80.0])
@pytest.mark.parametrize("offset_m", [0.0, 99.0, 1000.0])
def test_offset_from_a_straight_road_is_the_geodesic(lat: float, offset_m: float) -> None:
    for azimuth in (10.0, 100.0, 225.0):
        steps = [Geodesic.WGS84.Direct(lat, 120.0, azimuth, metres) for metres in np.arange(0, 50_000, 200.0)]
        line = np.array([(step["lon2"], step["lat2"]) for step in steps])
        index = CorridorIndex.build([line])
        for step in (steps[3], steps[120], steps[-4]):
            fix = Geodesic.WGS84.Direct(step["lat2"], step["lon2"], step["azi2"] + 90.0, offset_m)
            measured = index.distance_m(np.array([0]), np.array([fix["lat2"]]), np.array([fix["lon2"]]))
            assert measured[0] == pytest.approx(offset_m, abs=0.1)


def test_the_middle_of_a_long_segment_is_on_the_route() -> None:
    index = CorridorIndex.build([np.array([[120.0, 31.5], [120.3, 31.7]])])
    assert index.distance_m(np.array([0]), np.array([31.6]), np.array([120.15]))[0] < 0.1


def test_each_fix_is_compared_with_its_own_corridor_and_thresholds() -> None:
    rng = np.random.default_rng(5)
    lines = [winding(rng, 31.5 + n / 100, 120.0, 60, 100.0) for n in range(30)]
    index = CorridorIndex.build(lines)
    own = rng.integers(-1, 30, 5000).astype(np.int32)
    lat, lon = around(rng, np.concatenate(lines), 5000, 200.0)
    lat[::50], lon[1::50] = np.nan, np.nan
    inner = rng.uniform(10, 200, 5000)
    outer = inner + rng.uniform(0, 300, 5000)
    truth = np.array([plain_distance_m(line, lat, lon) for line in lines])[own, np.arange(5000)]
    truth[own < 0] = np.nan
    measured = index.distance_m(own, lat, lon)
    np.testing.assert_allclose(measured, truth, rtol=1e-3, atol=0.1)
    expected = np.where(np.isnan(measured), -1, (measured > inner).astype(int) + (measured > outer))
    np.testing.assert_array_equal(index.classify(own, lat, lon, inner, outer), expected)
    assert set(expected) == {-1, 0, 1, 2}


def test_a_fix_anywhere_on_earth_has_a_distance() -> None:
    rng = np.random.default_rng(6)
    line = winding(rng, 31.5, 120.0, 50, 100.0)
    index = CorridorIndex.build([line])
    lat, lon = np.array([0.0, 90.0, -90.0, -31.5, 31.5, 31.5]), np.array([0.0, 0.0, 0.0, -60.0, 180.0, -180.0])
    own = np.zeros(6, np.int32)
    truth = [min(Geodesic.WGS84.Inverse(y, x, b, a)["s12"] for a, b in line) for y, x in zip(lat, lon, strict=True)]
    np.testing.assert_allclose(index.distance_m(own, lat, lon), truth, rtol=0.005)
    assert index.classify(own, lat, lon, 80.0, 100.0).tolist() == [2] * 6


def test_a_corridor_at_the_pole_is_measured() -> None:
    line = np.array([[0.0, 89.5], [0.0, 89.9]])
    place = Geodesic.WGS84.Direct(89.7, 0.0, 90.0, 95.0)
    own, lat, lon = np.array([0, 0]), np.array([place["lat2"], -89.0]), np.array([place["lon2"], 0.0])
    index = CorridorIndex.build([line])
    assert index.distance_m(own, lat, lon)[0] == pytest.approx(95.0, abs=0.1)
    assert index.classify(own, lat, lon, 80.0, 100.0).tolist() == [1, 2]


def test_a_corridor_across_a_country_keeps_its_raster_bounded() -> None:
    line = winding(np.random.default_rng(7), 31.5, 120.0, 2000, 400.0)
    index = CorridorIndex.build([line])
    assert index.corridors[0].raster.code.size <= 2**20
    lat, lon = around(np.random.default_rng(8), line, 3000, 150.0)
    own = np.zeros(3000, np.int32)
    measured = index.distance_m(own, lat, lon)
    np.testing.assert_allclose(measured, plain_distance_m(line, lat, lon), rtol=1e-3, atol=0.2)
    np.testing.assert_array_equal(
        index.classify(own, lat, lon, 80.0, 100.0), (measured > 80).astype(int) + (measured > 100)
    )


def test_repeated_positions_and_loops_are_lines_too() -> None:
    line = np.array([[120.0, 31.5], [120.0, 31.5], [120.01, 31.5], [120.01, 31.5], [120.0, 31.5]])
    measured = CorridorIndex.build([line]).distance_m(
        np.zeros(2, int), np.array([31.5, 31.501]), np.array([120.005] * 2)
    )
    np.testing.assert_allclose(measured, [0.0, Geodesic.WGS84.Inverse(31.5, 120, 31.501, 120)["s12"]], atol=0.05)


def test_only_changed_lines_are_rebuilt() -> None:
    rng = np.random.default_rng(9)
    lines = [winding(rng, 31.5, 120.0, 50, 100.0) for _ in range(5)]
    first = CorridorIndex.build(lines)
    changed = [lines[0], lines[2] + 0.001, lines[1], *lines[3:]]
    second = CorridorIndex.build(changed, previous=first)
    assert [new is old for new, old in zip(second.corridors, first.corridors, strict=True)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert second.corridors[2] is first.corridors[1]
    assert CorridorIndex.build([line.copy() for line in lines], previous=first) is first
    lat, lon = around(rng, changed[1], 500, 150.0)
    own = np.ones(500, int)
    fresh = CorridorIndex.build(changed)
    np.testing.assert_array_equal(second.distance_m(own, lat, lon), fresh.distance_m(own, lat, lon))


def test_no_corridors_and_no_fixes() -> None:
    none = CorridorIndex.build([])
    assert np.isnan(none.distance_m(np.array([-1]), np.array([31.0]), np.array([120.0]))).all()
    assert none.classify(np.array([-1]), np.array([31.0]), np.array([120.0]), 80.0, 100.0).tolist() == [-1]
    some = CorridorIndex.build([np.array([[120.0, 31.5], [120.1, 31.5]])])
    empty = np.empty(0)
    assert len(some.distance_m(np.empty(0, int), empty, empty)) == 0
    assert len(some.classify(np.empty(0, int), empty, empty, 80.0, 100.0)) == 0
