"""A map to look at beneath a simulated city: named streets, lanes, a canal, parks and houses, as GeoJSON.

Decoration alone: no truck drives by it and no rule reads it. A real city gives its own tiles instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulators.city import City
from simulators.plane import FloatArray, rectangle
from simulators.streets import ARTERIAL_MPS, EXPRESSWAY_MPS

Feature = dict[str, Any]

CLASSES = {EXPRESSWAY_MPS: "expressway", ARTERIAL_MPS: "arterial"}
WEST_EAST = {
    "延政": "Yanzheng",
    "长虹": "Changhong",
    "广电": "Guangdian",
    "人民": "Renmin",
    "聚湖": "Juhu",
    "滆湖": "Gehu",
    "长江": "Changjiang",
    "青洋": "Qingyang",
    "常武": "Changwu",
    "武宜": "Wuyi",
    "和平": "Heping",
    "鸣新": "Mingxin",
}
SOUTH_NORTH = {
    "花园": "Huayuan",
    "夏城": "Xiacheng",
    "龙江": "Longjiang",
    "兰陵": "Lanling",
    "中吴": "Zhongwu",
    "晋陵": "Jinling",
    "丽华": "Lihua",
    "竹林": "Zhulin",
    "飞龙": "Feilong",
    "通江": "Tongjiang",
    "河海": "Hehai",
    "汉江": "Hanjiang",
}
NAMES = {"expressway": "高架", "arterial": "大道", "street": "路"}
ENGLISH = {"expressway": "Expressway", "arterial": "Avenue", "street": "Road"}
CANAL_M = 34.0  # half its width
CLEAR_M = 40.0  # between a decoration and a fence
HOUSES = 14  # tried in each block
PARKS_SHARE = 0.12


def basemap(rng: np.random.Generator, city: City) -> dict[str, Any]:
    """Return the map as a FeatureCollection: areas by `kind`, lines by `class`.

    Args:
        rng: Where chance comes from.
        city: On a generated grid; of an extract only the streets are drawn.
    """
    features = list(_streets(city))
    if city.plan.osm is None:
        features = [*_water(city), *_blocks(rng, city), *features]
    return {"type": "FeatureCollection", "features": features}


def _area(city: City, kind: str, points_m: FloatArray, name: str = "", english: str = "") -> Feature:
    named = {"name": name, "name:zh": name, "name:en": english} if name else {}
    geometry = {"type": "Polygon", "coordinates": [city.plane.coordinates(points_m)]}
    return {"type": "Feature", "properties": {"kind": kind, **named}, "geometry": geometry}


def _line(city: City, class_: str, points_m: FloatArray, name: str = "", english: str = "") -> Feature:
    named = {"name": name, "name:zh": name, "name:en": english} if name else {}
    geometry = {"type": "LineString", "coordinates": city.plane.coordinates(points_m)}
    return {"type": "Feature", "properties": {"class": class_, **named}, "geometry": geometry}


def _streets(city: City) -> Iterator[Feature]:
    """Give each row and column of crossings as lines as long as they are whole, so that a name stands once on it."""
    crossings_m, limits = city.streets.crossings_m, city.streets.speed_limit_mps
    if city.plan.osm is not None:
        for (here, there), limit in limits.items():
            yield _line(city, _class(limit), crossings_m[[here, there]])
        return
    columns, rows = city.plan.columns, city.plan.rows
    across, along = list(WEST_EAST.items()), list(SOUTH_NORTH.items())
    lines = [([y * columns + x for x in range(columns)], across[y % len(across)]) for y in range(rows)]
    lines += [([y * columns + x for y in range(rows)], along[x % len(along)]) for x in range(columns)]
    for line, (zh, en) in lines:
        for part in _whole_parts(line, limits):
            kind = _class(limits[part[0], part[1]])
            yield _line(city, kind, crossings_m[part], zh + NAMES[kind], f"{en} {ENGLISH[kind]}")


def _class(limit_mps: float) -> str:
    return CLASSES.get(limit_mps, "street")


def _whole_parts(line: list[int], limits: dict[tuple[int, int], float]) -> Iterator[list[int]]:
    part = [line[0]]
    for here in line[1:]:
        if (part[-1], here) not in limits:
            if len(part) > 1:
                yield part
            part = []
        part.append(here)
    if len(part) > 1:
        yield part


def _water(city: City) -> Iterator[Feature]:
    """Give a canal through the middle and a lake at its end."""
    low, high = city.streets.crossings_m.min(axis=0), city.streets.crossings_m.max(axis=0)
    x_m = np.linspace(low[0] - 4_000.0, high[0] + 4_000.0, 60)
    middle_m = (low[1] + high[1]) / 2.0 + city.plan.spacing_m * 0.5
    y_m = middle_m + 90.0 * np.sin(x_m / 1_300.0) + 50.0 * np.sin(x_m / 410.0)
    bank = np.vstack([np.column_stack([x_m, y_m + CANAL_M]), np.column_stack([x_m, y_m - CANAL_M])[::-1]])
    yield _area(city, "water", np.vstack([bank, bank[:1]]), "武南运河", "Wunan Canal")
    angle = np.linspace(0.0, 2.0 * np.pi, 49)
    shore_m = 1.0 + 0.13 * np.sin(3.0 * angle) + 0.07 * np.sin(7.0 * angle + 1.0)
    shore_m[-1] = shore_m[0]
    centre = np.array([low[0] - 2_600.0, middle_m - 300.0])
    lake = centre + np.column_stack([1_500.0 * shore_m * np.cos(angle), 2_100.0 * shore_m * np.sin(angle)])
    yield _area(city, "water", lake, "西太湖", "West Lake")


def _blocks(rng: np.random.Generator, city: City) -> Iterator[Feature]:
    """Give what stands in each block between four streets: a park, or lanes and houses."""
    columns, rows = city.plan.columns, city.plan.rows
    fences = [(place.fence_m.min(axis=0), place.fence_m.max(axis=0)) for place in [*city.sites, *city.dump_points]]
    for y in range(rows - 1):
        for x in range(columns - 1):
            corners = city.streets.crossings_m[
                [y * columns + x, y * columns + x + 1, (y + 1) * columns + x, (y + 1) * columns + x + 1]
            ]
            low, high = corners[[0, 1]].max(axis=0), corners[[2, 3]].min(axis=0)
            low = np.array([max(corners[0, 0], corners[2, 0]), max(corners[0, 1], corners[1, 1])]) + 28.0
            high = np.array([min(corners[1, 0], corners[3, 0]), min(corners[2, 1], corners[3, 1])]) - 28.0
            taken = [fence for fence in fences if _overlap(low, high, *fence)]
            if not taken and rng.random() < PARKS_SHARE:
                yield _area(city, "park", rectangle((low + high) / 2.0, *(high - low)))
            else:
                yield from _quarter(rng, city, low, high, taken)


def _quarter(
    rng: np.random.Generator, city: City, low: FloatArray, high: FloatArray, taken: list[tuple[FloatArray, FloatArray]]
) -> Iterator[Feature]:
    """Give the lanes and houses of one block, clear of fences and of each other."""
    middle = low + (high - low) * rng.uniform(0.4, 0.6, 2)
    if not taken:
        yield _line(city, "lane", np.array([[low[0] - 28.0, middle[1]], [high[0] + 28.0, middle[1]]]))
        yield _line(city, "lane", np.array([[middle[0], low[1] - 28.0], [middle[0], high[1] + 28.0]]))
        lanes = [(np.array([low[0], middle[1]]), np.array([high[0], middle[1]]))]
        lanes += [(np.array([middle[0], low[1]]), np.array([middle[0], high[1]]))]
    else:
        lanes = []
    standing = [(a - CLEAR_M, b + CLEAR_M) for a, b in taken] + [(a - 10.0, b + 10.0) for a, b in lanes]
    for _ in range(HOUSES):
        size = rng.uniform((28.0, 16.0), (95.0, 60.0))
        centre = rng.uniform(low + size / 2.0, high - size / 2.0)
        corner, opposite = centre - size / 2.0, centre + size / 2.0
        if any(_overlap(corner, opposite, a, b) for a, b in standing):
            continue
        standing.append((corner - 12.0, opposite + 12.0))
        yield _area(city, "building", rectangle(centre, *size))


def _overlap(low: FloatArray, high: FloatArray, other_low: FloatArray, other_high: FloatArray) -> bool:
    return bool((low < other_high).all() and (other_low < high).all())
