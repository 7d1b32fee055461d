"""Areas against shapely, which decides the same question one geometry at a time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from rules_engine.polygons import PolygonIndex

Places = tuple[NDArray[np.float64], NDArray[np.float64]]


def star(rng: np.random.Generator, lon: float, lat: float, radius: float, vertices: int) -> shapely.Polygon:
    """Return a random star-shaped polygon, sometimes with a hole."""
    angle = 2 * np.pi * (np.arange(vertices) + rng.uniform(0, 0.9, vertices)) / vertices
    length = radius * rng.uniform(0.3, 1.0, vertices)
    shell = np.column_stack((lon + length * np.cos(angle), lat + length * np.sin(angle)))
    hole = np.column_stack((lon + 0.4 * length * np.cos(angle), lat + 0.4 * length * np.sin(angle)))
    return shapely.Polygon(shell, [hole] if rng.random() < 0.5 else None)


def rings(polygon: shapely.Polygon) -> list[NDArray[np.float64]]:
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def areas_of(geometries: list[shapely.Geometry]) -> list[list[list[NDArray[np.float64]]]]:
    return [[rings(polygon) for polygon in shapely.get_parts(geometry)] for geometry in geometries]


def first_containing(
    geometries: list[shapely.Geometry], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.int64]:
    first = np.full(len(lat), -1)
    for row, geometry in reversed(list(enumerate(geometries))):
        first[shapely.contains_xy(geometry, lon, lat)] = row
    return first


def city(rng: np.random.Generator, count: int, lon: float = 120.0, lat: float = 31.5) -> list[shapely.Geometry]:
    """Return areas of 20 m to 10 km, overlapping, some of several parts, some with holes."""
    areas: list[shapely.Geometry] = []
    while len(areas) < count:
        parts = [
            star(
                rng,
                lon + rng.uniform(0, 0.4),
                lat + rng.uniform(0, 0.4),
                10 ** rng.uniform(-3.7, -1.3),
                int(rng.integers(3, 60)),
            )
            for _ in range(1 if rng.random() < 0.7 else 3)
        ]
        area = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        if area.is_valid and not area.is_empty:
            areas.append(area)
    return areas


def near(rng: np.random.Generator, areas: list[shapely.Geometry], count: int) -> Places:
    """Return places everywhere, and as many within a few metres of a vertex."""
    west, south, east, north = shapely.total_bounds(areas)
    lon, lat = rng.uniform(west - 0.05, east + 0.05, count), rng.uniform(south - 0.05, north + 0.05, count)
    vertices = rng.choice(np.concatenate([shapely.get_coordinates(area) for area in areas]), count)
    vertices += rng.normal(0, 3e-5, vertices.shape)
    return np.concatenate((lat, vertices[:, 1])), np.concatenate((lon, vertices[:, 0]))


@pytest.mark.parametrize("seed", range(5))
def test_query_agrees_with_shapely_on_every_fix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    areas = city(rng, 40)
    lat, lon = near(rng, areas, 20_000)
    found = PolygonIndex.build(areas_of(areas)).query(lat, lon)
    np.testing.assert_array_equal(found, first_containing(areas, lat, lon))
    assert len(np.unique(found)) > 20


def test_query_agrees_with_shapely_on_rounded_coordinates() -> None:
    rng = np.random.default_rng(11)
    areas = [shapely.set_precision(area, 0.001) for area in city(rng, 60)]
    areas = [area for area in areas if not area.is_empty]
    lat, lon = np.meshgrid(np.arange(31.45, 31.95, 0.00125) + 1e-4, np.arange(119.95, 120.45, 0.00125) + 1e-4)
    lat, lon = lat.ravel(), lon.ravel()
    np.testing.assert_array_equal(
        PolygonIndex.build(areas_of(areas)).query(lat, lon), first_containing(areas, lat, lon)
    )


def test_areas_far_apart_stay_exact_and_small() -> None:
    rng = np.random.default_rng(3)
    areas = city(rng, 15) + city(rng, 15, -77.0, 38.9) + city(rng, 15, 23.7, 37.9) + city(rng, 1, 0.0, 0.0)
    index = PolygonIndex.build(areas_of(areas))
    for lat, lon in (near(rng, areas[:15], 5000), near(rng, areas[15:30], 5000), near(rng, areas[30:45], 5000)):
        np.testing.assert_array_equal(index.query(lat, lon), first_containing(areas, lat, lon))
    assert index._grid.cell.nbytes <= 4 * 2**20


def test_a_country_wide_area_keeps_the_grid_bounded() -> None:
    rng = np.random.default_rng(4)
    areas = [*city(rng, 30), shapely.box(100.03, 20.01, 125.07, 45.02)]
    index = PolygonIndex.build(areas_of(areas))
    lat, lon = near(rng, areas[:30], 5000)
    np.testing.assert_array_equal(index.query(lat, lon), first_containing(areas, lat, lon))
    assert index._grid.cell.nbytes <= 4 * 2**20


def test_a_fix_without_position_or_off_the_grid_is_in_no_area() -> None:
    index = PolygonIndex.build(areas_of([shapely.box(120, 31, 120.01, 31.01)]))
    lat = np.array([np.nan, 31.005, np.nan, 90.0, -90.0, 31.005, 31.005, 31.005])
    lon = np.array([120.005, np.nan, np.nan, 180.0, -180.0, 119.0, 121.0, 120.005])
    np.testing.assert_array_equal(index.query(lat, lon), [-1] * 7 + [0])
    np.testing.assert_array_equal(index.within_margin(lat, lon, 50.0), [-1] * 7 + [0])


def test_no_areas_hold_nothing() -> None:
    index = PolygonIndex.build([])
    assert index.query(np.array([31.0]), np.array([120.0])).tolist() == [-1]
    assert index.within_margin(np.array([31.0]), np.array([120.0]), 50.0).tolist() == [-1]


@pytest.mark.parametrize("latitude", [0.0, 31.5, -45.0, 69.0, 84.0])
def test_margin_is_metres_on_the_ellipsoid(latitude: float) -> None:
    box = shapely.box(20, latitude, 20.02, latitude + 0.01)
    index = PolygonIndex.build(areas_of([box]))
    for azimuth, lat, lon in (
        (270.0, latitude + 0.005, 20.0),
        (0.0, latitude + 0.01, 20.01),
        (90.0, latitude + 0.003, 20.02),
    ):
        for distance, expected in ((49.8, 0), (50.2, -1)):
            place = Geodesic.WGS84.Direct(lat, lon, azimuth, distance)
            found = index.within_margin(np.array([place["lat2"]]), np.array([place["lon2"]]), 50.0)
            assert found.tolist() == [expected], (azimuth, distance)


def test_pairs_within_agree_with_shapely_distances() -> None:
    rng = np.random.default_rng(8)
    areas = city(rng, 30, 120.0, 0.0)[:30]
    lat, lon = near(rng, areas, 3000)
    fix, area, distance_m = PolygonIndex.build(areas_of(areas)).pairs_within(lat, lon, 80.0)
    metres = np.array([111_319.49, 110_574.3])  # a degree of longitude and of latitude on the equator
    flat = [shapely.transform(geometry, lambda position: position * metres) for geometry in areas]
    truth = np.array(
        [shapely.distance(geometry, shapely.points(lon * metres[0], lat * metres[1])) for geometry in flat]
    ).T
    # on the equator the plane is right to 0.1 m within these few kilometres
    clear = np.abs(truth - 80.0) > 0.1
    found = np.zeros(truth.shape, bool)
    found[fix, area] = True
    np.testing.assert_array_equal(found[clear], (truth <= 80.0)[clear])
    np.testing.assert_allclose(distance_m, truth[fix, area], atol=0.1)
    assert (np.diff(fix * len(areas) + area) > 0).all()


def test_the_nearest_of_two_neighbours_is_found_and_the_containing_one_first() -> None:
    index = PolygonIndex.build(
        areas_of([shapely.box(120, 31, 120.01, 31.01), shapely.box(120.0104, 31, 120.02, 31.01)])
    )
    lat = np.full(4, 31.005)
    lon = np.array([120.00999, 120.01001, 120.01039, 120.01041])
    np.testing.assert_array_equal(index.within_margin(lat, lon, 50.0), [0, 0, 1, 1])


def test_an_area_cut_at_the_date_line_is_one() -> None:
    fiji = shapely.MultiPolygon([shapely.box(179.99, -17.01, 180, -17), shapely.box(-180, -17.01, -179.99, -17)])
    index = PolygonIndex.build(areas_of([fiji]))
    lat, lon = np.full(5, -17.005), np.array([179.9895, 179.995, -179.995, -179.9898, 0.0])
    np.testing.assert_array_equal(index.query(lat, lon), [-1, 0, 0, -1, -1])
    np.testing.assert_array_equal(index.within_margin(lat, lon, 60.0), [0, 0, 0, 0, -1])


def test_a_wide_margin_is_only_slower() -> None:
    index = PolygonIndex.build(areas_of([shapely.box(120, 0, 120.01, 0.01)]))
    lon = 120.01 + np.array([499.0, 501.0, 2999.0, 3001.0]) / 111_319.49
    np.testing.assert_array_equal(index.within_margin(np.full(4, 0.005), lon, 500.0), [0, -1, -1, -1])
    np.testing.assert_array_equal(index.within_margin(np.full(4, 0.005), lon, 3000.0), [0, 0, 0, -1])
    margins = np.array([100.0, 510.0, 2000.0, 4000.0])
    np.testing.assert_array_equal(index.within_margin(np.full(4, 0.005), lon, margins), [-1, 0, -1, 0])


def test_an_unchanged_geometry_is_taken_over() -> None:
    areas = areas_of([shapely.box(120, 31, 120.01, 31.01)])
    first = PolygonIndex.build(areas)
    assert PolygonIndex.build(areas_of([shapely.box(120, 31, 120.01, 31.01)]), previous=first) is first
    assert PolygonIndex.build([*areas, *areas], previous=first) is not first
