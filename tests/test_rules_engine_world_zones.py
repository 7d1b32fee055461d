"""Zones, hours, roads and the city: against what the documents say, and errors that name what is wrong."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.tracks import LAT, LON, M_LAT, M_LON, city
from oracles.zoned import collection, square, zone, zoned_city
from oracles.zones import depth_m, is_open

from rules_engine.time_windows import ALWAYS, TimeWindows
from rules_engine.world import World, WorldError
from rules_engine.world_documents import Window
from rules_engine.world_intervals import Interval, IntervalTable

MONDAY_MS = 1_789_920_000_000  # 2026-09-21T00:00 in China
HOUR_MS = 3_600_000
CLOCKS = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
WINDOWS = st.fixed_dictionaries(
    {"from": CLOCKS, "to": st.one_of(CLOCKS, st.just("24:00"))},
    optional={"days": st.lists(st.integers(1, 7), min_size=1, max_size=4)},
)


@settings(max_examples=100)
@given(
    windows=st.lists(WINDOWS, min_size=1, max_size=3),
    offset_h=st.sampled_from([8.0, 0.0, -3.5, 5.75]),
    times_ms=st.lists(st.integers(0, 2**42), min_size=1, max_size=30),
)
def test_hours_are_those_of_the_clock_on_the_wall(
    windows: list[dict[str, Any]], offset_h: float, times_ms: list[int]
) -> None:
    table, row = TimeWindows.build(offset_h, [None, msgspec.convert(windows, list[Window])])
    assert row.tolist() == [ALWAYS, 0]
    expected = [is_open(windows, time_ms, offset_h) for time_ms in times_ms]
    assert table.allowed(0, np.array(times_ms)).tolist() == expected
    both = table.allowed(np.array([ALWAYS, 0] * len(times_ms)), np.repeat(times_ms, 2)).tolist()
    assert both == [value for now in expected for value in (True, now)]


def test_a_window_past_midnight_belongs_to_the_day_it_began_on() -> None:
    table, row = TimeWindows.build(8, [[Window(from_="22:00", to="02:00", days=[7])], None])
    hours = np.array([-3, -2.5, -2, 0, 1.99, 2, 22, 165.99, 166, 168 + 1.99, 170])
    expected = [False, False, True, True, True, False, False, False, True, True, False]
    assert table.allowed(row[0], MONDAY_MS + (hours * HOUR_MS).astype(np.int64)).tolist() == expected
    assert (table.clock(MONDAY_MS + HOUR_MS // 2), table.date(MONDAY_MS)) == ("00:30", "2026-09-21")
    assert np.diff(table.day(np.array([MONDAY_MS - 1, MONDAY_MS, MONDAY_MS + 24 * HOUR_MS - 1]))).tolist() == [1, 0]


def test_the_same_hours_are_kept_once() -> None:
    same = [Window(from_="06:00", to="06:00")], [Window(from_="00:00", to="24:00", days=[1, 2, 3, 4, 5, 6, 7])]
    table, row = TimeWindows.build(8, [*same, None, [Window(from_="06:00", to="07:00")]])
    assert row.tolist() == [0, 0, ALWAYS, 1]
    assert table.open.sum(axis=1).tolist() == [10_080, 420]


def positions(east_m: Any, north_m: Any) -> tuple[np.ndarray, np.ndarray]:
    return LAT + np.asarray(north_m, float) * M_LAT, LON + np.asarray(east_m, float) * M_LON


def test_zones_of_a_rule_are_found_whatever_lies_over_them() -> None:
    world = zoned_city(
        zones=collection(
            zone("N", square(0, 0, 5000)),
            zone("F1", square(0, 0, 300), rule="forbidden"),
            zone("F2", square(200, 0, 300), rule="forbidden", valid_to="2026-09-21T00:00:00+08:00"),
            zone("V", square(0, 0, 300), rule="speed", limit_kmh=36),
        )
    )
    forbidden, speed = world.zones_of("forbidden"), world.zones_of("speed")
    assert (forbidden.zone.tolist(), forbidden.zone_ids, len(world.zones_of("parking"))) == ([1, 2], ["F1", "F2"], 0)
    np.testing.assert_allclose(speed.limit_mps, [10.0])
    assert np.isnan(forbidden.limit_mps).all()
    lat, lon = positions([0, 250, 250, 450, 900], [0, 0, 0, 0, 0])
    times_ms = MONDAY_MS + np.array([-1, -1, 0, -1, -1])
    fix, held = forbidden.holding(lat, lon, times_ms)
    assert list(zip(fix.tolist(), held.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 1)]
    assert forbidden.any_valid(MONDAY_MS, MONDAY_MS + 1)
    only_old = zoned_city(
        zones=collection(zone("F", square(0, 0, 9), rule="forbidden", valid_to="2026-09-21T00:00:00+08:00"))
    )
    assert not only_old.zones_of("forbidden").any_valid(MONDAY_MS, MONDAY_MS + 1)
    assert only_old.zones_of("forbidden").any_valid(MONDAY_MS - 1, MONDAY_MS)


def test_how_deep_inside_is_the_distance_of_the_outline() -> None:
    hole = square(0, 0, 60)["coordinates"][0]
    geometry = {"type": "Polygon", "coordinates": [*square(0, 0, 300, 200)["coordinates"], hole]}
    zones = zoned_city(zones=collection(zone("F", geometry, rule="forbidden"))).zones_of("forbidden")
    rng = np.random.default_rng(5)
    lat, lon = positions(rng.uniform(-350, 350, 2000), rng.uniform(-250, 250, 2000))
    fix, held = zones.holding(lat, lon, np.full(2000, MONDAY_MS))
    deep = ~zones.near_border(lat[fix], lon[fix], held, np.full(len(fix), 20.0))
    depths_m = [depth_m(float(a), float(o), geometry["coordinates"]) for a, o in zip(lat, lon, strict=True)]
    assert fix.tolist() == [i for i, depth in enumerate(depths_m) if depth >= 0]
    assert fix[deep].tolist() == [i for i, depth in enumerate(depths_m) if depth >= 20]


def test_a_strip_is_as_deep_as_a_quarter_of_its_width() -> None:
    shapes = [square(0, 0, 1000, 15), square(0, 3000, 200)]
    zones = zoned_city(
        zones=collection(*(zone(f"F{i}", shape, rule="forbidden") for i, shape in enumerate(shapes)))
    ).zones_of("forbidden")
    np.testing.assert_allclose(zones.depth_m, [7.4, 50.0], rtol=0.01)


def test_unchanged_zones_keep_their_indexes_when_hours_change() -> None:
    first = zoned_city(zones=collection(zone("F", square(0, 0, 300), rule="forbidden")))
    documents = first.documents | {
        "zones": collection(zone("F", square(0, 0, 300), rule="forbidden", windows=[{"from": "06:00", "to": "08:00"}]))
    }
    second = World.from_documents(documents, first)
    before, after = first.zones_of("forbidden"), second.zones_of("forbidden")
    assert (after.areas is before.areas, after.borders is before.borders) == (True, True)
    assert (before.windows.tolist(), after.windows.tolist()) == ([ALWAYS], [0])
    moved = World.from_documents(
        first.documents | {"zones": collection(zone("F", square(9, 0, 300), rule="forbidden"))}, first
    )
    assert moved.zones_of("forbidden").areas is not before.areas


def test_roads_permits_and_the_city_are_read() -> None:
    line = {"type": "LineString", "coordinates": [[119.9, 31.7], [119.95, 31.75, 4.0]]}
    roads = collection(
        {"type": "Feature", "properties": {"road_id": "R1", "road_class": "fast", "limit_kmh": 80}, "geometry": line},
        {"type": "Feature", "properties": {"road_id": "R2", "road_class": "ordinary"}, "geometry": line},
    )
    own = city().documents["permits"]
    permits = [own[0] | {"max_load_kg": 15_000}, *own[1:]]
    world = zoned_city(roads=roads, permits=permits, city={"utc_offset_h": 5.5, "mayor": "somebody"})
    assert world.roads.road_ids == ["R1", "R2"]
    np.testing.assert_array_equal(world.permits.max_load_kg, [15_000, np.nan, np.nan])
    assert (world.windows.utc_offset_ms, world.city_windows, world.has_narrow_windows) == (19_800_000, ALWAYS, False)


def test_the_new_documents_are_part_of_the_version() -> None:
    own = city()
    assert zoned_city(city={}, roads=collection()).version == own.version
    assert zoned_city(city={"utc_offset_h": 9}).version != own.version
    assert zoned_city(city={"haul_windows": [{"from": "06:00", "to": "08:00"}]}).version != own.version


def test_what_a_truck_has_permits_for() -> None:
    permits = city().permits
    vehicle, site = np.array([0, 0, 1, 2, 3, 3]), np.array([0, 1, 1, 0, 0, -1])
    now_ms = np.full(6, MONDAY_MS)
    assert (permits.holds_for(vehicle, now_ms) >= 0).tolist() == [True, True, True, False, True, True]
    assert permits.lets_load(vehicle, site, now_ms).tolist() == [True, True, False, False, True, True]
    assert (permits.holds_for(vehicle, now_ms - 400 * 24 * HOUR_MS) >= 0).tolist() == [False] * 6


def test_whole_spans_and_the_newest_are_resolved_like_a_scan() -> None:
    rng = np.random.default_rng(3)
    starts = rng.integers(0, 100, 40)
    intervals = [
        Interval(int(rng.integers(4)), int(start), int(start + rng.integers(1, 40)), value)
        for value, start in enumerate(starts)
    ]
    table = IntervalTable.build(intervals)
    group, first_ms = (axis.ravel() for axis in np.meshgrid(np.arange(-1, 5), np.arange(-5, 150)))
    last_ms = first_ms + rng.integers(0, 30, len(first_ms))
    held = table.throughout(group, first_ms, last_ms)
    newest = table.newest(group, first_ms)
    assert held.sum() > 50
    for own, first, last, whole, value in zip(group, first_ms, last_ms, held, newest, strict=True):
        times_ms = np.arange(first, last + 1)
        values = table.lookup(np.full(len(times_ms), own), times_ms)
        assert not whole or (values[0] >= 0 and (values == values[0]).all())
        before = table.lookup(np.full(200, own), np.arange(first - 199, first + 1))
        seen = before[before >= 0]
        assert value == (seen[-1] if len(seen) else -1)


BAD: list[tuple[str, Any, str]] = [
    ("zones", collection(zone("F", square(0, 0, 9), rule="closed")), r"zones, F: expected another word than.*'closed'"),
    ("zones", collection(zone("V", square(0, 0, 9), rule="speed")), r"zones, V: expected a limit_kmh, .* got none"),
    (
        "zones",
        collection(zone("V", square(0, 0, 9), rule="speed", limit_kmh=0)),
        r"zones, V: .*> 0.0.*limit_kmh.*got 0",
    ),
    (
        "zones",
        collection(zone("O", square(0, 0, 9), valid_from="2026-01-02T00:00:00Z", valid_to="2026-01-01T00:00:00Z")),
        r"zones, O: expected valid_to after valid_from",
    ),
    ("zones", collection(zone("O", square(0, 0, 9), valid_to="2026-01-01T00:00:00")), r"zones, O: .*with an offset"),
    ("zones", collection(zone("F", square(0, 0, 9), windows=[])), r"zones, F: .*length >= 1.*, got \[\]"),
    ("zones", collection(zone("F", square(0, 0, 9), hold_s=-1)), r"zones, F: .*>= 0.0.*hold_s.*got -1"),
    (
        "zones",
        collection(zone("F", square(0, 0, 9), windows=[{"from": "6:00", "to": "08:00"}])),
        r"zones, F: expected a time of day such as 06:30.*, got '6:00'",
    ),
    (
        "zones",
        collection(zone("F", square(0, 0, 9), windows=[{"from": "06:00", "to": "24:01"}])),
        r"zones, F: expected a time of day such as 06:30.*, got '24:01'",
    ),
    (
        "zones",
        collection(zone("F", square(0, 0, 9), windows=[{"from": "06:00", "to": "08:00", "days": [0]}])),
        r"zones, F: .*>= 1.*, got 0",
    ),
    ("zones", collection(zone("F", square(0, 0, 9), windows=[{"from": "06:00"}])), r"zones, F: .*`to`"),
    (
        "zones",
        collection(zone("F", square(0, 0, 9), windows=[{"from": "06:00", "to": "07:00", "day": 1}])),
        r"zones, F: .*`day`",
    ),
    ("roads", collection({"type": "Feature", "properties": {"road_id": "R"}, "geometry": None}), r"roads, R: "),
    ("roads", {"type": "Feature"}, r"roads, the document: expected a GeoJSON FeatureCollection, got 'Feature'"),
    ("city", {"utc_offset_h": 30}, r"city, the document: .*<= 14.0.*, got 30"),
    ("city", {"haul_windows": {"from": "06:00"}}, r"city, the document: expected `array | null`.*got `object`"),
    ("city", [], r"city, the document: expected `object`, got `array`"),
    ("permits", [{"permit_id": "P", "company_id": "C1", "max_load_kg": 0}], r"permits, P: .*> 0.0.*, got 0"),
    (
        "permits",
        [{"permit_id": "P", "company_id": "C1", "windows": [{"from": "06:00", "to": "noon"}]}],
        r"permits, P: expected a time of day such as 06:30.*, got 'noon'",
    ),
]


@pytest.mark.parametrize(("document", "content", "message"), BAD)
def test_what_is_wrong_is_named(document: str, content: Any, message: str) -> None:
    with pytest.raises(WorldError, match=message):
        zoned_city(**{document: content})
