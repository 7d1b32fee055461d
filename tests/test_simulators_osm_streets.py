"""Streets from OpenStreetMap extracts: read as they are signed, built upon where there is room, and hauled on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
import typer
from osmium.osm import mutable
from typer.testing import CliRunner

from muckline.commands.simulate import simulate as simulate_command
from rules_engine.world import World
from simulators.city import City, CityError, CityPlan, Place, generate_city
from simulators.detect import captured_rows, detect_folder, event_lines
from simulators.fleet import FleetPlan, generate_fleet
from simulators.haul import ordinary_cycle
from simulators.osm_streets import OsmError, directions, is_closed, limit_kmh, read_streets
from simulators.plane import FloatArray
from simulators.plots import LEAST_HAUL_M, find_plots
from simulators.scenario import Scenario, read_scenario
from simulators.simulate import simulate
from simulators.streets import StreetNetwork, generate_streets, largest_connected, street_of
from simulators.track import TrackBuilder
from simulators.trial import read_run, report_of
from simulators.world_folder import read_world

Way = tuple[Sequence[int], dict[str, str]]

LON, LAT, STEP = 119.95, 31.70, 0.002  # about 190 m east and 220 m north
KMH = 1 / 3.6


def write_extract(path: Path, nodes: dict[int, tuple[float, float]], ways: Sequence[Way]) -> Path:
    """Write an extract: nodes by id as steps east and north, and ways over ids, of which some may have no node."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (east, north) in nodes.items():
            writer.add_node(mutable.Node(id=number, location=(LON + east * STEP, LAT + north * STEP)))
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(mutable.Way(id=number, nodes=list(refs), tags=tags))
    return path


def grid_extract(path: Path, side: int, tags: dict[str, str] | None = None) -> Path:
    """Write a square grid of side x side crossings."""
    nodes = {1 + x + side * y: (float(x), float(y)) for y in range(side) for x in range(side)}
    rows = [[1 + x + side * y for x in range(side)] for y in range(side)]
    return write_extract(
        path, nodes, [(line, tags or {"highway": "tertiary"}) for line in (*rows, *zip(*rows, strict=True))]
    )


def places_of(streets: StreetNetwork) -> list[tuple[float, float]]:
    """Return the crossings as steps from the first one's south-west."""
    steps = (streets.crossings_m - streets.crossings_m.min(axis=0)) / [189.6, 221.7]
    return [(round(east, 1), round(north, 1)) for east, north in steps.tolist()]


def test_ways_become_crossings_and_streets(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (2.0, 0.5), 4: (1.0, 1.0), 5: (5.0, 5.0), 6: (1.0, -1.0)}
    path = write_extract(
        tmp_path / "small.osm.pbf",
        nodes,
        [
            ([1, 2, 3], {"highway": "primary"}),
            ([2, 4], {"highway": "residential", "maxspeed": "20 mph"}),
            ([2, 6], {"highway": "footway"}),
            ([4, 6], {"highway": "service"}),
            ([4, 5], {"building": "yes"}),
        ],
    )
    plane, streets = read_streets(path)
    assert places_of(streets) == [(0.0, 0.0), (1.0, 0.0), (2.0, 0.5), (1.0, 1.0)]
    assert [sorted(ways) for ways in streets.neighbours] == [[1], [0, 2, 3], [1], [1]]
    assert streets.speed_limit_mps == pytest.approx({(0, 1): 60 * KMH, (1, 2): 60 * KMH, (1, 3): 20 * 1.609344 * KMH})
    lat_deg, lon_deg = plane.to_lat_lon(streets.crossings_m)
    assert lat_deg == pytest.approx([LAT + nodes[n][1] * STEP for n in (1, 2, 3, 4)], abs=1e-7)
    assert lon_deg == pytest.approx([LON + nodes[n][0] * STEP for n in (1, 2, 3, 4)], abs=1e-7)


def test_one_way_streets_are_driven_one_way(tmp_path: Path) -> None:
    corners = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0), 4: (0.0, 1.0), 5: (3.0, 3.0)}
    ring = [([1, 2], {"oneway": "yes"}), ([3, 2], {"oneway": "-1"}), ([3, 4], {"junction": "roundabout"}), ([4, 1], {})]
    ways: list[Way] = [(refs, {"highway": "secondary"} | tags) for refs, tags in ring]
    ways.append(([3, 5], {"highway": "secondary", "oneway": "yes"}))  # leads out of the extract, and not back
    _, streets = read_streets(write_extract(tmp_path / "ring.osm.pbf", corners, ways))
    assert places_of(streets) == [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    assert streets.neighbours == [[1, 3], [2], [3], [0]]
    assert streets.way(1, 0) == [1, 2, 3, 0]
    assert streets.way(0, 1) == [0, 1]
    assert set(streets.speed_limit_mps) == {(0, 1), (1, 2), (2, 3), (0, 3)}


def test_a_way_is_torn_where_the_extract_ends(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0), 4: (3.0, 0.0), 5: (4.0, 0.0), 6: (5.0, 0.0)}
    path = write_extract(tmp_path / "torn.osm.pbf", nodes, [([1, 2, 3, 4, 5, 6], {"highway": "primary"})])
    _, streets = read_streets(path)
    assert places_of(streets) == [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]  # the larger of both parts
    assert list(streets.speed_limit_mps) == [(0, 1), (1, 2)]


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({}, 50.0),
        ({"maxspeed": "40"}, 40.0),
        ({"maxspeed": "120"}, 80.0),
        ({"maxspeed": "30 mph"}, 48.28),
        ({"maxspeed": "60", "maxspeed:hgv": "45"}, 45.0),
        ({"maxspeed": "walk"}, 50.0),
        ({"maxspeed": "FI:urban"}, 50.0),
        ({"maxspeed": "0"}, 5.0),
    ],
)
def test_a_sign_goes_before_what_is_usual(tags: dict[str, str], kmh: float) -> None:
    assert limit_kmh(tags, 50.0) == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({}, False),
        ({"access": "private"}, True),
        ({"access": "no", "motor_vehicle": "destination"}, False),
        ({"motor_vehicle": "yes", "hgv": "no"}, True),
        ({"vehicle": "no"}, True),
        ({"access": "permissive"}, False),
    ],
)
def test_the_most_particular_word_opens_or_closes(tags: dict[str, str], closed: bool) -> None:
    assert is_closed(tags) == closed


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({"highway": "primary"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "primary", "oneway": "reverse"}, (False, True)),
        ({"highway": "primary", "junction": "circular"}, (True, False)),
    ],
)
def test_directions(tags: dict[str, str], ways: tuple[bool, bool]) -> None:
    assert directions(tags) == ways


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_connected_part_is_what_a_plain_search_finds(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(1, 25)
    edges = {(rng.randrange(count), rng.randrange(count)) for _ in range(rng.randint(0, 2 * count))}
    edges = {(a, b) for a, b in edges if a != b}
    neighbours = [sorted(b for a, b in edges if a == here) for here in range(count)]
    reached = [reach(neighbours, here) for here in range(count)]
    parts = {frozenset(there for there in reached[here] if here in reached[there]) for here in range(count)}
    crossings = np.arange(count, dtype=np.float64)[:, None] * [1.0, 1.0]
    found = largest_connected(StreetNetwork(crossings, neighbours, {street_of(a, b): 10.0 for a, b in edges}))
    kept = frozenset(int(x) for x in found.crossings_m[:, 0])
    assert kept in parts
    assert len(kept) == max(map(len, parts))
    assert all(len(reach(found.neighbours, here)) == len(kept) for here in range(len(kept)))
    old = sorted(kept)
    assert {(old[a], old[b]) for a in range(len(old)) for b in found.neighbours[a]} == {
        (a, b) for a, b in edges if a in kept and b in kept
    }


def reach(neighbours: list[list[int]], start: int) -> set[int]:
    reached, ahead = {start}, [start]
    while ahead:
        fresh = set(neighbours[ahead.pop()]) - reached
        reached |= fresh
        ahead += fresh
    return reached


def streets_of(city: City) -> shapely.MultiLineString:
    return shapely.union_all(
        shapely.linestrings(city.streets.crossings_m[np.array(list(city.streets.speed_limit_mps))])
    )


def test_plots_keep_clear_of_streets_and_of_each_other(tmp_path: Path) -> None:
    plan = CityPlan(osm=str(grid_extract(tmp_path / "grid.osm.pbf", 14)), sites=5, dump_points=3)
    for seed in range(3):
        city = generate_city(np.random.default_rng(seed), plan)
        streets, places = streets_of(city), [*city.sites, *city.dump_points]
        for place in places:
            fence = shapely.Polygon(place.fence_m)
            assert shapely.distance(fence, streets) >= 25.0
            assert fence.contains(shapely.Point(place.centre_m))
            assert shapely.distance(fence.exterior, shapely.Point(place.gate_m)) < 1e-6
            road = shapely.LineString([place.gate_m, city.streets.crossings_m[place.crossing]])
            assert road.intersection(fence).length < 1e-6
            assert road.length < 500.0
        for one, other in combinations(places, 2):
            assert shapely.distance(shapely.Polygon(one.fence_m), shapely.Polygon(other.fence_m)) >= 60.0
        for corridor in city.corridors:
            ids = {corridor.site.place_id, corridor.dump_point.place_id}
            fences = [shapely.Polygon(p.fence_m) for p in places if p.place_id not in ids]
            assert all(shapely.distance(fence, shapely.LineString(corridor.line_m)) > 20.0 for fence in fences)
            assert np.hypot(*(corridor.line_m[0] - corridor.line_m[-1])) >= LEAST_HAUL_M


def test_the_same_seed_is_the_same_city(tmp_path: Path) -> None:
    plan = CityPlan(osm=str(grid_extract(tmp_path / "grid.osm.pbf", 10)))
    one, same, other = (generate_city(np.random.default_rng(seed), plan) for seed in (1, 1, 2))
    assert [site.centre_m.tolist() for site in one.sites] == [site.centre_m.tolist() for site in same.sites]
    assert [site.centre_m.tolist() for site in one.sites] != [site.centre_m.tolist() for site in other.sites]


def test_a_large_city_is_tried_at_a_bounded_number_of_places() -> None:
    streets = generate_streets(np.random.default_rng(1), 40, 40, 700.0)
    sites, dumps = find_plots(np.random.default_rng(1), streets, (60, (160.0, 130.0)), (10, (260.0, 200.0)))
    assert (len(sites), len(dumps)) == (60, 10)


def refusal(path: Path, **plan: int) -> str:
    with pytest.raises(CityError) as caught:
        generate_city(np.random.default_rng(1), CityPlan(osm=str(path), **plan))  # type: ignore[arg-type]
    return str(caught.value)


def test_what_is_no_extract_of_a_city_is_refused(tmp_path: Path) -> None:
    assert "got no such file" in refusal(tmp_path / "none.osm.pbf")
    assert "got no such file" in refusal(tmp_path)
    text = tmp_path / "text.osm.pbf"
    text.write_text("<osm/>" * 100)
    assert "in PBF format, got something else" in refusal(text)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(grid_extract(tmp_path / "grid.osm.pbf", 12).read_bytes()[:-50])
    assert "in PBF format, got something else" in refusal(cut)
    paths = grid_extract(tmp_path / "paths.osm.pbf", 5, {"highway": "footway"})
    assert "expected streets that a truck may drive on, got none" in refusal(paths)
    tiny = grid_extract(tmp_path / "tiny.osm.pbf", 2)
    assert "expected room for 40 sites" in refusal(tiny, sites=40)
    assert "take a larger extract" in refusal(tiny, sites=40)
    assert "expected a site and a dump point" in refusal(tiny, sites=0)


def test_one_way_streets_that_end_are_no_city(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0)}
    path = write_extract(tmp_path / "out.osm.pbf", nodes, [([1, 2], {"highway": "primary", "oneway": "yes"})])
    with pytest.raises(OsmError, match="lead there and back"):
        read_streets(path)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(simulate_command)
    words = ["near_misses", "--osm", str(tmp_path / "none.osm.pbf"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Cannot simulate" in result.output
    assert "got no such file" in result.output


def test_a_scenario_names_the_extract_beside_it(tmp_path: Path) -> None:
    text = 'title = "x"\nstart = 2026-03-02T06:00:00+08:00\n[city]\nosm = "maps/grid.osm.pbf"\n'
    (tmp_path / "own.toml").write_text(text)
    assert read_scenario(str(tmp_path / "own.toml")).city.osm == str(tmp_path / "maps" / "grid.osm.pbf")


def helsinki(test_data: Path) -> Path:
    return test_data / "osm_extract" / "Helsinki.osm.pbf"


@pytest.mark.real_data
def test_a_haul_follows_real_streets(test_data: Path) -> None:
    """Between the gates the true track never leaves the streets by more than the corner that a driver cuts."""
    for name in ("Helsinki", "test"):
        rng = np.random.default_rng(3)
        city = generate_city(rng, CityPlan(osm=str(test_data / "osm_extract" / f"{name}.osm.pbf")))
        ground = shapely.union_all([
            streets_of(city),
            *(shapely.LineString([p.gate_m, city.streets.crossings_m[p.crossing]]) for p in all_places(city)),
            *(shapely.Polygon(p.fence_m) for p in all_places(city)),
        ])  # fmt: skip
        shapely.prepare(ground)
        for truck in generate_fleet(rng, FleetPlan(trucks=4), city, []):
            track = TrackBuilder(truck.corridor.site.centre_m)
            ordinary_cycle(truck, rng).render(track, rng)
            assert off_m(ground, track.places()).max() < 2.0
            assert len(track.places()) > 300
        for corridor in city.corridors:
            for here, there in pairwise(corridor.crossings):
                assert there in city.streets.neighbours[here]


def all_places(city: City) -> list[Place]:
    return [*city.sites, *city.dump_points]


def off_m(ground: shapely.Geometry, places_m: FloatArray) -> FloatArray:
    distance_m: FloatArray = shapely.distance(shapely.points(places_m), ground)
    return distance_m


HELSINKI_INCIDENTS = {"illegal_dumping": 1, "uncovered_haul": 2, "overload": 1, "route_deviation": 1}


@pytest.mark.real_data
def test_what_happens_on_real_streets_is_found_there(test_data: Path, tmp_path: Path) -> None:
    incidents = "".join(f'[[incident]]\nkind = "{kind}"\ntrucks = {n}\n' for kind, n in HELSINKI_INCIDENTS.items())
    text = f'title = "Helsinki"\nstart = 2026-03-02T06:00:00+08:00\nhours = 0.4\n[fleet]\ntrucks = 9\n{incidents}'
    (tmp_path / "helsinki.toml").write_text(text + f'[city]\nroads = true\nosm = "{helsinki(test_data)}"\n')
    scenario: Scenario = read_scenario(str(tmp_path / "helsinki.toml"))
    simulate(scenario, 1, tmp_path, lambda _: None)
    (tmp_path / "events.ndjson").write_bytes(b"".join(event_lines(detect_folder(tmp_path))))
    report = report_of([read_run(tmp_path / "events.ndjson", tmp_path / "truth.ndjson")])
    by_kind = report.rules
    for kind, happened in HELSINKI_INCIDENTS.items():
        assert (by_kind[kind].happened, by_kind[kind].matched) == (happened, happened), kind
    assert all(row.precision in (None, 1.0) for row in by_kind.values())
    assert by_kind["trip"].recall == by_kind["loading"].recall == 1.0

    world = World.from_documents(read_world(tmp_path / "world"))
    rows = captured_rows(tmp_path / "capture.ndjson.gz", world)
    lat_deg, lon_deg = rows.lat_deg[~np.isnan(rows.lat_deg)], rows.lon_deg[~np.isnan(rows.lat_deg)]
    plane, streets = read_streets(helsinki(test_data))
    per_lat_m, per_lon_m = plane.metres_per_degree
    places = np.column_stack(
        [(lon_deg - plane.origin_lon_deg) * per_lon_m, (lat_deg - plane.origin_lat_deg) * per_lat_m]
    )
    moving = rows.speed_mps[~np.isnan(rows.lat_deg)] > 5.0
    lines = shapely.union_all(shapely.linestrings(streets.crossings_m[np.array(list(streets.speed_limit_mps))]))
    away_m = off_m(lines, places[moving])
    assert len(away_m) > 1_000
    assert np.median(away_m) < 12.0  # the receivers' noise; gate roads and what is staged lie beyond
