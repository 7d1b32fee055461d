"""The map beneath a simulated city: nothing of it stands where trucks drive or load."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import shape

from simulators.basemap import basemap
from simulators.chinese_names import named_in_chinese
from simulators.city import City, CityPlan, generate_city
from simulators.scenario import read_scenario
from simulators.simulation import Simulation
from simulators.world_documents import world_documents

STREETS = {"street", "arterial", "expressway"}


def drawn(seed: int = 1) -> City:
    return generate_city(np.random.default_rng(seed), CityPlan(sites=6, dump_points=4, roads=True))


def test_houses_stand_beside_streets_sites_and_dump_points() -> None:
    for seed in range(5):
        city = drawn(seed)
        features = basemap(np.random.default_rng(seed), city)["features"]
        kinds = {feature["properties"].get("kind") or feature["properties"]["class"] for feature in features}
        assert kinds == {"water", "park", "building", "lane", "street", "arterial", "expressway"}
        solid = shapely.union_all([shape(f["geometry"]) for f in features if f["properties"].get("kind") == "building"])
        streets = [shape(f["geometry"]) for f in features if f["properties"].get("class") in STREETS]
        fences = [shapely.Polygon(city.plane.coordinates(place.fence_m)) for place in [*city.sites, *city.dump_points]]
        assert not any(solid.intersects(other) for other in [*streets, *fences])


def test_every_street_of_the_network_is_drawn_with_a_name() -> None:
    city = drawn()
    features = basemap(np.random.default_rng(1), city)["features"]
    streets = [feature for feature in features if feature["properties"].get("class") in STREETS]
    pieces = sum(len(feature["geometry"]["coordinates"]) - 1 for feature in streets)
    assert pieces == len(city.streets.speed_limit_mps)
    assert all(feature["properties"]["name:zh"] and feature["properties"]["name:en"] for feature in streets)


def test_names_change_and_nothing_else_does() -> None:
    scenario = read_scenario("demo")
    documents = Simulation(scenario, 1, 0).documents
    named = named_in_chinese(documents)
    assert named.keys() == documents.keys()
    for kind in ("sites", "dump_points", "districts", "zones", "corridors"):
        for before, after in zip(documents[kind]["features"], named[kind]["features"], strict=True):
            assert after["properties"] | {"name": None} == before["properties"] | {"name": None}
            assert after["geometry"] == before["geometry"]
            assert not after["properties"]["name"].isascii()
    assert {company["company_id"] for company in named["companies"]} == {
        company["company_id"] for company in documents["companies"]
    }


def test_more_places_than_names_get_numbers() -> None:
    city = generate_city(np.random.default_rng(1), CityPlan(sites=20, dump_points=12))
    named = named_in_chinese(world_documents(city, [], read_scenario("demo").start))
    names = [feature["properties"]["name"] for feature in named["sites"]["features"]]
    assert len(set(names)) == 20
