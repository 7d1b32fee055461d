"""Areas and corridors against shapely, in one run: `python -m benchmarks.geometry [fixes] [rounds]`.

Same fixes, same geometry, same answers (checked); a ratio is the peer's best time over ours. A quarter of the fixes is
around the areas; nine tenths drive on their corridor with 15 m of noise, one tenth strays by some hundred metres.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.machine import machine_line
from rules_engine.corridors import CorridorIndex
from rules_engine.geodesy import metres_per_degree
from rules_engine.polygons import PolygonIndex

FloatArray = NDArray[np.float64]

AREAS = 500
CORRIDORS = 500
WEST, SOUTH, CITY_DEG = 119.8, 31.6, 0.5
PEER_FIXES = 100_000  # shapely is timed on this many, ours on all and on this many
INNER_M, OUTER_M = 80.0, 100.0


def areas(rng: np.random.Generator) -> list[shapely.Polygon]:
    """Return polygons of 200 to 700 m with 8 to 12 corners."""
    made = []
    for _ in range(AREAS):
        corners = int(rng.integers(8, 13))
        angle = 2 * np.pi * np.arange(corners) / corners
        radius = rng.uniform(100, 350, corners) / 111_320
        centre = rng.uniform((WEST, SOUTH), (WEST + CITY_DEG, SOUTH + CITY_DEG))
        made.append(shapely.Polygon(centre + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))))
    return made


def corridors(rng: np.random.Generator) -> list[FloatArray]:
    """Return lines of about 16 km with 200 vertices."""
    made = []
    for _ in range(CORRIDORS):
        course = np.cumsum(rng.normal(0, 0.3, 200)) + rng.uniform(0, 2 * np.pi)
        step = rng.uniform(20, 140, 200)[:, None] / (np.array([94_800, 110_900]))
        start = rng.uniform((WEST, SOUTH), (WEST + CITY_DEG, SOUTH + CITY_DEG))
        made.append(start + np.cumsum(step * np.column_stack((np.sin(course), np.cos(course))), axis=0))
    return made


def fixes_around(rng: np.random.Generator, polygons: list[shapely.Polygon], count: int) -> FloatArray:
    """Return positions of shape (N, 2): lon, lat; a quarter of them around the areas."""
    places = rng.uniform((WEST, SOUTH), (WEST + CITY_DEG, SOUTH + CITY_DEG), (count, 2))
    near = rng.random(count) < 0.25
    centres = np.array([polygon.centroid.coords[0] for polygon in polygons])[rng.integers(0, AREAS, near.sum())]
    places[near] = centres + rng.normal(0, 200 / 111_320, centres.shape)
    return places


def fixes_along(rng: np.random.Generator, lines: list[FloatArray], own: NDArray[np.int32]) -> FloatArray:
    """Return positions of shape (N, 2): lon, lat, along each fix's own corridor."""
    vertices, leg, share = np.array(lines), rng.integers(0, 199, len(own)), rng.random((len(own), 1))
    places: FloatArray = vertices[own, leg] * (1 - share) + vertices[own, leg + 1] * share
    stray = np.where(rng.random((len(own), 1)) < 0.1, 400.0, 15.0)
    return places + rng.normal(0, 1, places.shape) * stray / 111_320


def rate(work: Callable[[], object], fixes: int, rounds: int) -> float:
    """Return the best fixes per second of some rounds, in millions."""
    best = np.inf
    for _ in range(rounds):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return fixes / best / 1e6


def show(name: str, peer: float, ours: dict[int, float]) -> None:
    sizes = "  ".join(f"{size:>9,}: {value:6.1f} M/s {value / peer:6.1f}x" for size, value in ours.items())
    print(f"{name:<12} shapely {peer:6.3f} M/s   {sizes}")


def areas_against_shapely(rng: np.random.Generator, fixes: int, rounds: int) -> None:
    polygons = areas(rng)
    places = fixes_around(rng, polygons, fixes)
    lon, lat = places.T.copy()
    index = PolygonIndex.build([[[shapely.get_coordinates(polygon.exterior)]] for polygon in polygons])
    tree = shapely.STRtree(polygons)

    def peer() -> NDArray[np.int64]:
        found: NDArray[np.int64] = tree.query(
            shapely.points(lon[:PEER_FIXES], lat[:PEER_FIXES]), predicate="intersects"
        )
        return found

    fix, area = peer()
    first = np.full(PEER_FIXES, AREAS)
    np.minimum.at(first, fix, area)
    assert np.array_equal(index.query(lat[:PEER_FIXES], lon[:PEER_FIXES]), np.where(first == AREAS, -1, first))
    ours = {size: rate(lambda size=size: index.query(lat[:size], lon[:size]), size, rounds) for size in sizes(fixes)}  # type: ignore[misc]
    show("in an area", rate(peer, PEER_FIXES, rounds), ours)


def corridors_against_shapely(rng: np.random.Generator, fixes: int, rounds: int) -> None:
    lines = corridors(rng)
    start = perf_counter()
    index = CorridorIndex.build(lines)
    print(f"{CORRIDORS} corridors built in {perf_counter() - start:.1f} s")
    own = np.sort(rng.integers(0, CORRIDORS, fixes)).astype(np.int32)  # a batch comes sorted by truck
    lon, lat = fixes_along(rng, lines, own).T.copy()
    scale = np.array(metres_per_degree(SOUTH + CITY_DEG / 2))[::-1]  # shapely measures in a plane of our making
    flat = np.array([shapely.LineString(line * scale) for line in lines])
    shapely.prepare(flat)
    picked = rng.permutation(fixes)[:PEER_FIXES]
    picked.sort()

    def peer() -> NDArray[np.float64]:
        points = shapely.points(lon[picked] * scale[0], lat[picked] * scale[1])
        distance_m: NDArray[np.float64] = shapely.distance(flat[own[picked]], points)
        return distance_m

    plane_m, ours_m = peer(), index.distance_m(own[picked], lat[picked], lon[picked])
    assert np.abs(plane_m - ours_m).max() < 0.01 * plane_m.max()
    classes = index.classify(own[picked], lat[picked], lon[picked], INNER_M, OUTER_M)
    assert np.array_equal(classes, (ours_m > INNER_M).astype(int) + (ours_m > OUTER_M))
    ours = {
        size: rate(lambda size=size: index.classify(own[:size], lat[:size], lon[:size], INNER_M, OUTER_M), size, rounds)  # type: ignore[misc]
        for size in sizes(fixes)
    }
    exact = {PEER_FIXES: rate(lambda: index.distance_m(own[picked], lat[picked], lon[picked]), PEER_FIXES, rounds)}
    shapely_rate = rate(peer, PEER_FIXES, rounds)
    show("route class", shapely_rate, ours)
    show("route metres", shapely_rate, exact)


def sizes(fixes: int) -> list[int]:
    return [size for size in (1000, 20_000, 100_000) if size < fixes] + [fixes]


def main() -> None:
    """Print rates in fixes per second and ratios to shapely."""
    print(machine_line())
    fixes = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rng = np.random.default_rng(1)
    areas_against_shapely(rng, max(fixes, PEER_FIXES), rounds)
    corridors_against_shapely(rng, max(fixes, PEER_FIXES), rounds)


if __name__ == "__main__":
    main()
