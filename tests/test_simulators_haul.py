"""Haul cycles and incidents: what really happens is possible, and well clear of the doubtful."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, lru_cache
from itertools import groupby

import numpy as np
import pytest

from firmware_contracts.columns import Cover
from simulators.city import City, CityPlan, generate_city
from simulators.fleet import FleetPlan, Truck, generate_fleet
from simulators.haul import ordinary_cycle
from simulators.incident import NoRoomError
from simulators.incidents import INCIDENTS
from simulators.motion import drive
from simulators.noise import correlated, observe
from simulators.plane import distance_to_line_m
from simulators.track import Told, TrackBuilder

SEEDS = (0, 1, 2)
FACTS = {"loading", "unloading", "trip"}
SPELLS = {
    "offline",
    "track_gap",
    "position_jump",
    "jamming",
    "power_cut",
    "clone",
    "torn_load",
    "absent_load",
    "torn_lift",
    "stuck_load",
    "mad_load",
    "mad_lift",
}


RICH = CityPlan(
    roads=True, forbidden_zones=2, zones_beside=2, control_orders=2, slow_streets=4, works_s=(0.0, 40_000.0)
)


@lru_cache
def a_city(seed: int) -> tuple[City, list[Truck]]:
    rng = np.random.default_rng(seed)
    city = generate_city(rng, RICH)
    return city, generate_fleet(rng, FleetPlan(trucks=4), city, [])


def rendered(kind: str, seed: int, truck: int) -> tuple[TrackBuilder, Truck]:
    city, fleet = a_city(seed)
    rng = np.random.default_rng([seed, truck])
    track = TrackBuilder(fleet[truck].corridor.site.centre_m)
    INCIDENTS[kind].change(ordinary_cycle(fleet[truck], rng), fleet[truck], city, rng).render(track, rng)
    return track, fleet[truck]


@cache
def renderings(kind: str) -> list[tuple[TrackBuilder, Truck]]:
    """Return an incident wherever there is room for it; there must be some."""
    found = []
    for seed in SEEDS:
        for truck in range(4):
            with suppress(NoRoomError):
                found.append(rendered(kind, seed, truck))
    assert found, f"{kind} is possible nowhere"
    return found


def violations(track: TrackBuilder) -> set[str]:
    return {told.kind for told in track.told if told.required} - FACTS


@pytest.mark.parametrize("kind", INCIDENTS)
def test_an_incident_stages_itself_and_tells_what_it_must(kind: str) -> None:
    by_spell = kind in SPELLS  # what its spell tells is told where it begins, by the timeline
    for track, _ in renderings(kind):
        assert track.staged is not None
        assert bool(violations(track)) == (INCIDENTS[kind].violation and not by_spell)
        assert {"loading", "trip"} <= {told.kind for told in track.told}


@pytest.mark.parametrize("kind", INCIDENTS)
def test_a_truck_never_jumps_and_comes_home_empty(kind: str) -> None:
    for track, truck in renderings(kind):
        assert np.hypot(*np.diff(track.places(), axis=0).T).max() < 27.0
        assert track.places()[-1] == pytest.approx(truck.corridor.site.centre_m, abs=0.5)
        assert track.column("load_kg")[-1] == 0.0
        assert track.column("lift_deg")[-1] == 0.0
        assert track.column("cover")[-1] == Cover.CLOSED


def times_off_s(track: TrackBuilder, truck: Truck) -> list[int]:
    """Return each time out of the corridor while the truck is loaded."""
    trip = next(told for told in track.told if told.kind == "trip")
    off_m = distance_to_line_m(track.places()[trip.first : trip.last], truck.corridor.line_m)
    outside = (off_m > truck.corridor.half_width_m).tolist()
    return [len(list(run)) for is_outside, run in groupby(outside) if is_outside]


@pytest.mark.parametrize("kind", sorted(set(INCIDENTS) - {"detour"}))
def test_time_off_the_corridor_is_either_minutes_beyond_or_minutes_short_of_three(kind: str) -> None:
    for track, truck in renderings(kind):
        deviations = [told for told in track.told if told.kind == "route_deviation" and told.required]
        long = [seconds for seconds in times_off_s(track, truck) if seconds > 120]
        assert all(seconds > 240 for seconds in long)
        assert len(deviations) == len(long)


@pytest.mark.parametrize("kind", ["illegal_dumping", "wrong_dump_point"])
def test_illegal_dumping_is_far_from_the_permitted_dump_point(kind: str) -> None:
    for seed in SEEDS:
        track, truck = rendered(kind, seed, seed)
        told = next(told for told in track.told if told.kind == "illegal_dumping")
        place = track.places()[told.first]
        assert np.abs(truck.corridor.dump_point.fence_m - place).max(axis=1).min() > 150.0


def test_dumping_beside_the_fence_is_outside_but_near() -> None:
    track, truck = rendered("dumping_beside_fence", 0, 0)
    told = next(told for told in track.told if told.kind == "unloading")
    low_m = truck.corridor.dump_point.fence_m[:, 1].min()
    assert 5.0 < low_m - track.places()[told.first][1] < 20.0


@pytest.mark.parametrize("seed", SEEDS)
def test_tipping_is_a_ramp_and_loading_comes_in_buckets(seed: int) -> None:
    track, truck = rendered("permitted_dump", seed, 0)
    load_kg = track.column("load_kg")
    loading, unloading = (next(t for t in track.told if t.kind == kind) for kind in ("loading", "unloading"))
    steps = np.diff(load_kg[loading.first - 1 : loading.last + 1])
    assert 9 <= (np.diff(steps > 0.0) & (steps[1:] > 0)).sum() + (steps[0] > 0) <= 13
    falling = np.diff(load_kg[unloading.first : unloading.last + 1]) < 0.0
    assert 18 <= falling.sum() <= 52
    assert track.column("lift_deg")[unloading.first : unloading.last].max() > 40.0
    assert 0.85 * truck.capacity_kg < load_kg.max() <= truck.capacity_kg


def loss(track: TrackBuilder, told: Told) -> float:
    load_kg = track.column("load_kg")
    return float(1.0 - load_kg[told.last] / load_kg[told.first])


@pytest.mark.parametrize("kind", ["spillage_open", "spillage_closed"])
def test_spillage_loses_an_eighth_to_a_fifth_while_driving_with_the_body_down(kind: str) -> None:
    for seed in SEEDS:
        track, _ = rendered(kind, seed, seed)
        told = next(told for told in track.told if told.kind == "spillage")
        assert 0.12 < loss(track, told) < 0.21
        assert track.column("lift_deg")[told.first : told.last].max() == 0.0
        is_open = track.column("cover")[told.first : told.last] == Cover.OPEN
        assert is_open.mean() > 0.8 if kind == "spillage_open" else not is_open.any()


def test_a_drive_keeps_to_its_speeds_and_slows_for_corners() -> None:
    corner = np.array([[0.0, 0.0], [0.0, 800.0], [900.0, 800.0]])
    distance_m, speed_mps = drive(np.random.default_rng(1), corner, 12.0, light_share=0.0)
    assert distance_m[0] == 0.0
    assert distance_m[-1] == pytest.approx(1700.0)
    assert (np.diff(distance_m) > 0.0).all()
    assert 11.0 < speed_mps.max() < 14.0
    assert speed_mps[np.argmin(np.abs(distance_m - 800.0))] < 5.0
    assert np.abs(np.diff(speed_mps)).max() < 1.6


def test_a_line_whose_last_vertices_nearly_meet_is_driven_to_its_end() -> None:
    line = np.array([[0.0, 0.0], [0.0, 700.0], [1e-9, 700.0], [2e-9, 700.0]])
    distance_m, _ = drive(np.random.default_rng(1), line, 12.0)
    assert distance_m[-1] == pytest.approx(700.0)


def test_noise_is_as_strong_and_as_slow_as_it_says() -> None:
    noise = correlated(np.random.default_rng(1), 200_000, 60.0)
    assert noise.std() == pytest.approx(1.0, abs=0.05)
    later = [np.corrcoef(noise[:-lag], noise[lag:])[0, 1] for lag in (60, 300)]
    assert later[0] == pytest.approx(np.exp(-1.0), abs=0.07)
    assert abs(later[1]) < 0.1


def test_what_a_terminal_sees_differs_from_the_truth_as_on_real_trucks() -> None:
    city, fleet = a_city(0)
    truck = fleet[0]
    rng = np.random.default_rng(1)
    track = TrackBuilder(truck.corridor.site.centre_m)
    for _ in range(20):
        ordinary_cycle(truck, rng).render(track, rng)
    seen = observe(rng, truck, city.plane, track.places(), track.columns())
    true_lat_deg, true_lon_deg = city.plane.to_lat_lon(track.places())
    per_lat_m, per_lon_m = city.plane.metres_per_degree
    wrong_m = np.hypot((seen.lat_deg - true_lat_deg) * per_lat_m, (seen.lon_deg - true_lon_deg) * per_lon_m)
    assert np.percentile(wrong_m, 95) == pytest.approx(truck.gps_p95_m, rel=0.25)
    assert seen.speed_mps.min() > 0.0
    hauling = (track.column("load_kg") > 10_000.0) & (track.column("speed_mps") > 5.0)
    relative = seen.load_kg[hauling] / track.column("load_kg")[hauling] - 1.0
    assert 0.01 < relative.std() < 0.02
    assert ((seen.course_deg >= 0.0) & (seen.course_deg < 360.0)).all()
