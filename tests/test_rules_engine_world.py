"""Worlds from documents: look-ups against what the documents say, and errors that name what is wrong."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rules_engine.world import World, WorldError
from rules_engine.world_intervals import Interval, IntervalTable
from rules_engine.world_version import version_of

HOUR_MS = 3_600_000
JUNE_MS = 1_748_736_000_000  # 2025-06-01T00:00:00Z


def box(west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    corners = [(west, south), (west + size, south), (west + size, south + size), (west, south + size), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def collection(*features: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    items = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in features]
    return {"type": "FeatureCollection", "features": items}


def line(*positions: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


DOCUMENTS: dict[str, Any] = {
    "companies": [{"company_id": "K1", "name": "One"}, {"company_id": "K2", "name": "Two"}],
    "vehicles": [
        {
            "vehicle_id": "A",
            "plate": "苏D00001",
            "company_id": "K1",
            "capacity_kg": 30000,
            "tare_kg": 12000,
            "vehicle_no": 71,
        },
        {"vehicle_id": "B", "plate": None, "company_id": "K1", "capacity_kg": None, "tare_kg": None},
        {"vehicle_id": "C", "company_id": "K2"},
    ],
    "terminals": [
        {
            "terminal_id": "T1",
            "kind": "truck",
            "region": "320412",
            "status": "active",
            "terminal_no": 9,
            "assignments": [
                {"vehicle_id": "B", "from": "2025-06-02T00:00:00+08:00", "to": None},
                {"vehicle_id": "A", "from": None, "to": "2025-06-01T10:00:00Z"},
            ],
        },
        {"terminal_id": "T2", "kind": "truck", "status": "suspended", "assignments": []},
        {"terminal_id": "W1", "kind": "washer", "region": "320412", "status": "active", "site_id": "S2"},
    ],
    "sites": collection(({"site_id": "S1"}, box(120.0, 31.0)), ({"site_id": "S2"}, box(120.1, 31.0))),
    "dump_points": collection(
        ({"dump_point_id": "D1"}, box(120.2, 31.0)),
        ({"dump_point_id": "D2"}, box(120.2103, 31.0)),  # 28 m east of D1
        ({"dump_point_id": "D3"}, box(120.4, 31.0)),
    ),
    "corridors": collection(
        ({"corridor_id": "C1", "half_width_m": 60}, line((120.0, 31.0), (120.2, 31.0))),
        ({"corridor_id": "C2"}, line((120.0, 31.05), (120.2, 31.05))),
    ),
    "permits": [
        {
            "permit_id": "P1",
            "company_id": "K1",
            "site_id": "S1",
            "dump_point_ids": ["D2", "D3"],
            "corridor_ids": ["C1", "C2"],
            "vehicle_ids": ["A", "B"],
            "valid_from": "2025-06-01T00:00:00Z",
            "valid_to": "2025-07-01T00:00:00Z",
            "binding": "load",
            "limits": {"route_deviation.leave_above_m": 75},
        },
        {
            "permit_id": "P2",
            "company_id": "K1",
            "site_id": "S1",
            "dump_point_ids": ["D1"],
            "corridor_ids": ["C2"],
            "vehicle_ids": ["A"],
            "valid_from": "2025-06-10T00:00:00Z",
            "valid_to": "2025-06-11T00:00:00Z",
        },
        {"permit_id": "P3", "company_id": "K2", "dump_point_ids": ["D1"], "valid_from": None, "valid_to": None},
        {
            "permit_id": "P4",
            "company_id": "K1",
            "vehicle_ids": ["A"],
            "binding": "period",
            "valid_from": "2025-06-01T08:00:00Z",
            "valid_to": "2025-06-01T09:00:00Z",
        },
    ],
    "limits": {
        "city": {"route_deviation.leave_above_m": 110, "unloading.lift_deg": 14},
        "sites": {"S1": {"route_deviation.leave_above_m": 105}},
        "companies": {"K2": {"unloading.lift_deg": 12}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World.from_documents(DOCUMENTS)


def ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def test_registry_is_in_columns(world: World) -> None:
    assert world.vehicle_ids == ["A", "B", "C"]
    assert world.plates == ["苏D00001", None, None]
    np.testing.assert_array_equal(world.capacity_kg, [30000, np.nan, np.nan])
    np.testing.assert_array_equal(world.company, [0, 0, 1])
    np.testing.assert_array_equal(world.vehicle_no, [71, -1, -1])
    terminals = world.terminals
    np.testing.assert_array_equal(terminals.terminal_no, [9, -1, -1])
    np.testing.assert_array_equal(terminals.active, [True, False, True])
    np.testing.assert_array_equal(terminals.site, [-1, -1, 1])
    assert terminals.terminal_rows == {"T1": 0, "T2": 1, "W1": 2}
    np.testing.assert_array_equal(world.half_width_m, [60.0, np.nan])


def test_a_terminal_is_in_the_truck_of_its_time(world: World) -> None:
    changed_ms, moved_ms = JUNE_MS + 10 * HOUR_MS, JUNE_MS + 16 * HOUR_MS
    times_ms = ints(0, changed_ms - 1, changed_ms, moved_ms - 1, moved_ms, 2**45, moved_ms, moved_ms)
    terminal = ints(0, 0, 0, 0, 0, 0, 1, -1)
    np.testing.assert_array_equal(world.vehicle_of(terminal, times_ms), [0, 0, -1, -1, 1, 1, -1, -1])


def test_loading_binds_to_the_permit_of_truck_site_and_time(world: World) -> None:
    day_ms = 24 * HOUR_MS
    cases = [
        (0, 0, JUNE_MS, 0),
        (0, 0, JUNE_MS - 1, -1),
        (0, 0, JUNE_MS + 9 * day_ms, 1),  # the permit that began last
        (0, 0, JUNE_MS + 10 * day_ms, 0),
        (1, 0, JUNE_MS + 9 * day_ms, 0),
        (0, 0, JUNE_MS + 30 * day_ms, -1),
        (0, 1, JUNE_MS, -1),
        (0, -1, JUNE_MS, -1),
        (2, 0, JUNE_MS, 2),  # of the whole company, wherever loaded
        (2, -1, 0, 2),
        (-1, 0, JUNE_MS, -1),
    ]
    vehicle, site, time_ms, expected = (ints(*column) for column in zip(*cases, strict=True))
    np.testing.assert_array_equal(world.permits_for(vehicle, site, time_ms), expected)


def test_a_period_permit_binds_for_its_validity_only(world: World) -> None:
    times_ms = JUNE_MS + HOUR_MS * ints(7, 8, 9, 8) + ints(0, 0, 0, 5)
    np.testing.assert_array_equal(world.period_permit(ints(0, 0, 0, 1), times_ms), [-1, 3, -1, -1])
    np.testing.assert_array_equal(world.permits_for(ints(0), ints(-1), times_ms[1:2]), [-1])


def test_dump_points_of_a_permit(world: World) -> None:
    permit, dump_point = ints(0, 0, 0, 1, 1, 3, -1, 0), ints(0, 1, 2, 0, 1, 0, 0, -1)
    expected = [False, True, True, True, False, False, False, False]
    np.testing.assert_array_equal(world.dump_permitted(permit, dump_point), expected)


def test_a_neighbour_does_not_hide_the_permitted_dump_point(world: World) -> None:
    lat, lon = np.full(4, 31.005), np.array([120.20999, 120.20999, 120.2104, 120.3])
    found = world.permitted_dump_point(ints(0, 1, 1, 0), lat, lon, 50.0)
    np.testing.assert_array_equal(found, [1, 0, 0, -1])


def test_the_nearest_corridor_of_a_permit_counts(world: World) -> None:
    lat, lon = np.array([31.0005, 31.0495, 31.0005, 31.0, np.nan, 31.0]), np.full(6, 120.1)
    permit = ints(0, 0, 1, -1, 0, 2)
    distance = world.route_distance_m(permit, lat, lon)
    np.testing.assert_allclose(distance, [55.4, 55.4, 5488.0, np.nan, np.nan, np.nan], rtol=2e-3)
    np.testing.assert_array_equal(world.route_class(permit, lat, lon, 50.0, 100.0), [1, 1, 2, -1, -1, -1])
    inner, outer = np.array([60.0, 10.0, 1.0, 1.0, 1.0, 1.0]), np.array([70.0, 20.0, 9000.0, 2.0, 2.0, 2.0])
    np.testing.assert_array_equal(world.route_class(permit, lat, lon, inner, outer), [0, 2, 1, -1, -1, -1])


def test_the_narrowest_limit_wins(world: World) -> None:
    name = "route_deviation.leave_above_m"
    assert world.limit(name, 100.0) == 110.0
    assert world.limit("route_deviation.hold_s", 180.0) == 180.0
    np.testing.assert_array_equal(world.limit(name, 100.0, site=ints(0, 1, -1)), [105, 110, 110])
    np.testing.assert_array_equal(world.limit(name, 100.0, permit=ints(0, 1, 2, -1)), [75, 105, 110, 110])
    np.testing.assert_array_equal(world.limit("unloading.lift_deg", 15.0, vehicle=ints(0, 2, -1)), [14, 12, 14])
    np.testing.assert_array_equal(
        world.limit("unloading.lift_deg", 15.0, permit=ints(2, 0), vehicle=ints(0, 2)), [12, 14]
    )
    assert world.limits.narrowed() == {name, "unloading.lift_deg"}


def test_version_names_the_content_and_not_its_order(world: World) -> None:
    other = copy.deepcopy(DOCUMENTS)
    other["vehicles"].reverse()
    del other["vehicles"][2]["vehicle_no"]
    other["zones"] = collection()
    assert World.from_documents(other).version == world.version
    other["vehicles"][0]["capacity_kg"] = 1.0
    assert World.from_documents(other).version != world.version


def test_version_does_not_depend_on_how_a_value_is_written(world: World) -> None:
    other = copy.deepcopy(DOCUMENTS)
    assert other["vehicles"][1].pop("plate") is None
    other["vehicles"][2]["capacity_kg"] = None
    other["vehicles"][0]["capacity_kg"] = 30000.0
    suspended = other["terminals"][1]
    assert (suspended.pop("kind"), suspended.pop("assignments")) == ("truck", [])
    first, second = other["terminals"][0]["assignments"]
    assert first.pop("to") is None
    first["from"] = "2025-06-01T16:00:00Z"
    second["to"] = "2025-06-01T10:00:00+00:00"
    other["terminals"][0]["assignments"].reverse()
    assert World.from_documents(other).version == world.version
    first["from"] = "2025-06-01T16:00:01Z"
    assert World.from_documents(other).version != world.version


def test_unchanged_geometry_is_taken_over(world: World) -> None:
    other = copy.deepcopy(DOCUMENTS)
    other["permits"] = []
    other["sites"]["features"][0]["geometry"] = box(120.0, 31.2)
    changed = World.from_documents(other, world)
    assert changed.dump_points is world.dump_points
    assert changed.corridors is world.corridors
    assert changed.sites is not world.sites
    np.testing.assert_array_equal(
        changed.sites.query(np.array([31.205, 31.005]), np.array([120.005, 120.005])), [0, -1]
    )


def test_an_empty_world_knows_nothing() -> None:
    world = World.from_documents({})
    nobody, where = ints(-1), np.array([31.0])
    assert world.vehicle_of(nobody, ints(0)).tolist() == [-1]
    assert world.permits_for(nobody, nobody, ints(0)).tolist() == [-1]
    assert world.period_permit(nobody, ints(0)).tolist() == [-1]
    assert world.permitted_dump_point(nobody, where, where, 50.0).tolist() == [-1]
    assert world.route_class(nobody, where, where, 80.0, 100.0).tolist() == [-1]
    assert world.limit("a.b", 3.0, vehicle=nobody, permit=nobody).tolist() == [3.0]


def test_coinciding_intervals_are_resolved_like_a_scan() -> None:
    rng = np.random.default_rng(2)
    intervals = [
        Interval(int(rng.integers(5)), int(start), int(start + rng.integers(0, 40)), value)
        for value, start in enumerate(rng.integers(0, 100, 60))
    ]
    table = IntervalTable.build(intervals)
    group, time_ms = (axis.ravel() for axis in np.meshgrid(np.arange(-1, 6), np.arange(-5, 150)))
    for found, own, now_ms in zip(table.lookup(group, time_ms), group, time_ms, strict=True):
        valid = [i for i in intervals if i.group == own and i.from_ms <= now_ms < i.to_ms]
        assert found == max(valid, key=lambda i: (i.from_ms, i.value), default=Interval(0, 0, 0, -1)).value


BAD: list[tuple[str, Any, str]] = [
    ("vehicles", {"A": 1}, r"vehicles, the document: expected a list, got dict"),
    ("vehicles", [{"plate": "x"}], r"vehicles, row 0: expected .*vehicle_id"),
    ("vehicles", [{"vehicle_id": ""}], r"vehicles, row 0: .*length >= 1.*, got ''"),
    ("vehicles", [{"vehicle_id": "A", "capacity_kg": "30 t"}], r"vehicles, A: expected `float | null`.*got `str`"),
    ("vehicles", [{"vehicle_id": "A", "capacity_kg": -1}], r"vehicles, A: .*> 0.0 - at `\$.capacity_kg`, got -1"),
    ("vehicles", [{"vehicle_id": "A"}, {"vehicle_id": "A"}], r"vehicles, A: expected an id that no other item has"),
    ("vehicles", [{"vehicle_id": "A", "company_id": "K9"}], r"vehicles, A: expected a company_id .*, got 'K9'"),
    ("terminals", [{"terminal_id": "T", "kind": "bike"}], r"terminals, T: .*'bike'"),
    ("terminals", [{"terminal_id": "T", "assignments": [{"vehicle_id": "Z"}]}], r"terminals, T: .*'Z'"),
    (
        "terminals",
        [{"terminal_id": "T", "assignments": [{"vehicle_id": "A"}, {"vehicle_id": "B"}]}],
        r"terminals, T: expected one truck at a time",
    ),
    ("sites", {"type": "Feature"}, r"sites, the document: expected a GeoJSON FeatureCollection, got 'Feature'"),
    ("sites", collection(({}, box(120, 31))), r"sites, feature 0: expected a text in properties.site_id, got None"),
    ("sites", collection(({"site_id": "S"}, line((1, 2), (3, 4)))), r"sites, S: .*geometry"),
    (
        "sites",
        collection(({"site_id": "S"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]})),
        r"sites, S: expected a ring that ends where it begins",
    ),
    (
        "corridors",
        collection(({"corridor_id": "C"}, line((120, 31), (31, 120)))),
        r"corridors, C: expected .*<= 90.0.*, got 120",
    ),
    ("corridors", collection(({"corridor_id": "C"}, line((120, 31)))), r"corridors, C: expected .*length >= 2"),
    ("permits", [{"permit_id": "P"}], r"permits, P: expected vehicle_ids or a company_id, got neither"),
    ("permits", [{"permit_id": "P", "company_id": "K1", "site_id": "S9"}], r"permits, P: .*'S9'"),
    (
        "permits",
        [{"permit_id": "P", "company_id": "K1", "valid_from": "2025-06-01T00:00:00"}],
        r"permits, P: expected an instant with an offset, .*got '2025-06-01T00:00:00'",
    ),
    (
        "permits",
        [
            {
                "permit_id": "P",
                "company_id": "K1",
                "valid_from": "2025-06-02T00:00:00Z",
                "valid_to": "2025-06-01T00:00:00Z",
            }
        ],
        r"permits, P: expected valid_to after valid_from",
    ),
    ("permits", [{"permit_id": "P", "company_id": "K1", "limits": {"a.b": "x"}}], r"permits, P: expected `float`"),
    ("limits", {"sites": {"S9": {}}}, r"limits, sites: expected a site_id .*, got 'S9'"),
    ("routes", [], r"routes, the document: expected one of companies, .*"),
]


def test_a_world_with_a_number_that_no_integer_holds_has_a_name_too() -> None:
    """A float without a fraction is written as an integer, which JSON's writer takes up to 64 bits."""
    names = {version_of({"limits": {"city": {"x": number}}}) for number in (2.0**62, 2.0**63, 2e238, -(2.0**63))}
    assert len(names) == 4
    assert version_of({"limits": {"x": 2.0**53}}) == version_of({"limits": {"x": 2**53}})


@pytest.mark.parametrize(("document", "content", "message"), BAD)
def test_what_is_wrong_is_named(document: str, content: Any, message: str) -> None:
    with pytest.raises(WorldError, match=message):
        World.from_documents({**DOCUMENTS, document: content})
