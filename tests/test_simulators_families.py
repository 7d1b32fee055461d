"""Families of scenarios: drawn from a seed, with every violation and near miss in them, and truth beyond doubt."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from simulators.capture import read_capture
from simulators.city import generate_city
from simulators.day_plan import DayPlan
from simulators.families import FAMILIES, draw
from simulators.fleet import generate_fleet
from simulators.incidents import INCIDENTS
from simulators.scenario import IncidentPlan, Scenario, ScenarioError
from simulators.simulate import simulate
from simulators.simulation import Simulation
from simulators.timeline import Timeline
from simulators.truth import Happening, read_header, read_truth
from simulators.workday import Workday

CATALOGUE = {
    "illegal_dumping", "route_deviation", "spillage", "uncovered_haul", "lift_while_moving", "suspicious_loading",
    "overload", "overspeed", "out_of_hours", "forbidden_zone", "control_order", "no_permit", "long_stop", "not_washed",
    "offline", "track_gap", "position_jump", "jamming", "clone", "power_cut", "sensor_fault", "fatigue",
    "undelivered_load", "weight_loss", "washer_offline",
}  # fmt: skip


Lived = dict[str, tuple[Scenario, list[Happening]]]


def life(scenario: Scenario, seed: int) -> list[Happening]:
    """Return all that happens to a scenario's trucks, truck by truck."""
    assert scenario.day is not None
    rng = np.random.default_rng(seed)
    city = generate_city(rng, scenario.city)
    truth: list[Happening] = []
    for truck in generate_fleet(rng, scenario.fleet, city, []):
        timeline = Timeline(np.random.default_rng(rng.integers(2**60)), truck, city, scenario, None, 0)
        for stretch in Workday(timeline, scenario.day, scenario.hours * 3600.0).stretches():
            truth += stretch.truth
    return truth


def eventful(trucks: int) -> Scenario:
    """Return a city in which nearly every cycle is a violation, each kind as often as any other."""
    scenario = draw("drivers", 5, trucks)
    kinds = [kind for kind, incident in INCIDENTS.items() if incident.violation]
    return msgspec.structs.replace(
        scenario,
        incident=tuple(IncidentPlan(kind, trucks=0, share=0.99 / len(kinds)) for kind in kinds),
        fleet=msgspec.structs.replace(scenario.fleet, without_permit=0.2),
        day=DayPlan(without_rest=0.4, night_run=0.4, keeps_load=0.3),
        washer_outages=1.0,
    )


@pytest.fixture(scope="module")
def lived() -> Lived:
    scenarios = {name: draw(name, 5, trucks=4) for name in ("everyday", "bare", "night")} | {"eventful": eventful(24)}
    return {name: (scenario, life(scenario, 5)) for name, scenario in scenarios.items()}


def test_every_family_is_a_scenario_and_the_same_again() -> None:
    for name in FAMILIES:
        assert draw(name, 3, trucks=10) == draw(name, 3, trucks=10)
        assert draw(name, 3, trucks=10) != draw(name, 4, trucks=10)
    with pytest.raises(ScenarioError, match="expected a family of everyday"):
        draw("nonesuch", 1)


def test_every_incident_is_in_some_family() -> None:
    drawn = {kind for family in FAMILIES.values() for kind in family.shares}
    # The ways around road works are taken wherever there are any; the others repeat one that is drawn.
    repeated = {kind for kind in INCIDENTS if kind.startswith(("permitted_dump", "illegal_dumping_"))}
    assert set(INCIDENTS) - drawn == repeated | {"detour"}


def test_the_whole_catalogue_happens(lived: Lived) -> None:
    required = {one.kind for _, truth in lived.values() for one in truth if one.required}
    required |= {one.kind for one in Simulation(eventful(24), 1, 0).truth_until(np.inf)}
    assert CATALOGUE - required == set()


def test_all_trucks_end_with_the_run_and_wherever_they_spend_the_night_they_were_driven_there() -> None:
    plan = DayPlan(keeps_load=0.5, edge_parking=0.5)
    scenario = msgspec.structs.replace(draw("drivers", 6, trucks=4), incident=(), day=plan)
    rng = np.random.default_rng(6)
    city = generate_city(rng, scenario.city)
    for truck in generate_fleet(rng, scenario.fleet, city, []):
        timeline = Timeline(np.random.default_rng(1), truck, city, scenario, None, 0)
        stretches = list(Workday(timeline, plan, scenario.hours * 3600.0).stretches())
        assert stretches[-1].end_s == pytest.approx(scenario.hours * 3600.0, abs=1.0)
        fixes = [fix for stretch in stretches for fix in stretch.fixes.take(np.inf) if fix is not None]
        times_s = np.array([fix.fix_time_ms for fix in fixes]) / 1000.0
        assert (np.diff(times_s) > 0.0).all()
        lat_deg, lon_deg = (np.array([getattr(fix, name) for fix in fixes]) for name in ("lat_deg", "lon_deg"))
        steps_m = 111_000.0 * np.hypot(np.diff(lat_deg), np.diff(lon_deg) * np.cos(np.radians(lat_deg[0])))
        # Receivers are 200 m off at worst, on both sides of a step.
        assert (steps_m < 27.0 * np.diff(times_s) + 400.0).all()


def test_what_must_be_found_lies_within_the_run(lived: Lived) -> None:
    for scenario, truth in lived.values():
        assert truth
        for one in truth:
            assert 0 <= one.start_ms <= one.end_ms < (scenario.hours + 3.0) * 3_600_000


def test_same_kinds_of_one_truck_lie_hours_apart(lived: Lived) -> None:
    for _, truth in lived.values():
        for kind in ("overspeed", "route_deviation", "forbidden_zone", "power_cut"):
            for truck in {one.subject_id for one in truth}:
                of_truck = [one for one in truth if (one.subject_id, one.kind) == (truck, kind) and one.required]
                starts = sorted(one.start_ms for one in of_truck)
                assert all(later - earlier > 4 * 3_600_000 for earlier, later in pairwise(starts))


def test_bare_trucks_tell_nothing_of_sensors_and_must_be_inferred(tmp_path: Path) -> None:
    result = simulate(draw("bare", 4, trucks=6, hours=6.0), 4, tmp_path, lambda _: None)
    header = read_header(tmp_path / "run.json")
    assert (result.trucks, header.truck_days) == (6, 1.5)
    bare = {vehicle for vehicle, sensors in header.sensors.items() if not sensors}
    assert bare
    required = {one.kind for one in read_truth(tmp_path / "truth.ndjson") if one.subject_id in bare and one.required}
    assert {"loading", "unloading"} <= required
    assert not required & {"spillage", "overload", "long_stop", "no_permit"}
    messages = [(m.topic, m.payload, m.received_at_ms) for m in read_capture(tmp_path / "capture.ndjson.gz")]
    content = decode_block(MessageBlock.from_messages(messages), TopicTable())
    assert content.rejected == []
    devices = {f"T{vehicle[1:]}" for vehicle in bare}
    silent = np.isin([topic.device for topic in content.topics], list(devices))[content.sender[content.fixes.message]]
    assert silent.any()
    assert np.isnan(content.fixes.load_kg[silent]).all()
    assert np.isnan(content.fixes.lift_deg[silent]).all()
    assert (content.fixes.cover[silent] == -1).all()
