"""Spells: what terminals show meanwhile, across the borders of stretches, and what of the truth they hide."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from firmware_contracts.columns import Alarm, Fault
from firmware_contracts.fix import Fix
from simulators.city import City, CityPlan, generate_city
from simulators.families import draw
from simulators.fleet import SENSORS, FleetPlan, Truck, generate_fleet
from simulators.haul import ordinary_cycle
from simulators.incidents import INCIDENTS
from simulators.spells import RunningSpell, Spell, setting
from simulators.stretch import Stretch
from simulators.timeline import Timeline
from simulators.truth import Happening


@cache
def a_city() -> tuple[City, Truck]:
    rng = np.random.default_rng(1)
    city = generate_city(rng, CityPlan())
    return city, generate_fleet(rng, FleetPlan(trucks=1, interval_s=5), city, [SENSORS])[0]


def lived(kind: str, cycles: int = 1) -> tuple[list[Stretch], Happening | None]:
    """Return a cycle in which a spell begins, ordinary ones after it, and what is told of the spell."""
    city, truck = a_city()
    scenario = draw("tampering", 1, trucks=1)
    for seed in range(12):
        timeline = Timeline(np.random.default_rng(seed), truck, city, scenario, None, 0)
        cycle = INCIDENTS[kind].change(ordinary_cycle(truck, timeline.rng), truck, city, timeline.rng)
        stretches = [timeline.render(cycle, 0.0)]
        for _ in range(cycles):
            stretches.append(timeline.render(ordinary_cycle(truck, timeline.rng), stretches[-1].end_s))
        told = [one for one in stretches[0].truth if one.kind not in ("loading", "unloading", "trip")]
        if told or not INCIDENTS[kind].violation:
            return stretches, told[0] if told else None
    raise AssertionError(f"{kind} never began")


def fixes_of(stretches: list[Stretch]) -> list[Fix]:
    return [fix for stretch in stretches for fix in stretch.fixes.take(np.inf) if fix is not None]


def during(kind: str, cycles: int = 1) -> tuple[list[Fix], list[Fix], Happening]:
    """Return the fixes within a spell and those outside it."""
    stretches, told = lived(kind, cycles)
    assert told is not None
    fixes = fixes_of(stretches)
    inside = [fix for fix in fixes if told.start_ms <= fix.fix_time_ms < told.end_ms]
    outside = [fix for fix in fixes if not told.start_ms <= fix.fix_time_ms <= told.end_ms]
    return inside, outside, told


def column(fixes: list[Fix], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([getattr(fix, name) for fix in fixes], np.float64)


def test_a_dead_terminal_records_nothing() -> None:
    inside, outside, told = during("offline")
    assert inside == []
    assert outside
    assert told.end_ms - told.start_ms >= 25 * 60_000


def test_a_failing_flash_counts_on() -> None:
    stretches, told = lived("track_gap")
    assert told is not None
    taken = list(stretches[0].fixes.take(np.inf))
    assert sum(fix is None for fix in taken) > 20


@pytest.mark.parametrize(
    ("kind", "name", "within", "outside"),
    [
        ("power_cut", "main_power", 0.0, 1.0),
        ("power_cut", "alarms", float(Alarm.MAIN_POWER_CUT), 0.0),
        ("torn_load", "faults", float(Fault.LOAD_SENSOR), 0.0),
        ("torn_lift", "faults", float(Fault.LIFT_SENSOR), 0.0),
    ],
)
def test_what_a_terminal_says_of_itself(kind: str, name: str, within: float, outside: float) -> None:
    inside, others, _ = during(kind)
    assert len(inside) > 5
    assert (column(inside, name) == within).all()
    assert (column(others, name) == outside).all()


def test_a_jammed_receiver_has_no_position_and_few_satellites() -> None:
    inside, others, _ = during("jamming")
    assert np.isnan(column(inside, "lat_deg")).all()
    assert np.isnan(column(inside, "speed_mps")).all()
    assert column(inside, "satellites").max() <= 3
    assert not np.isnan(column(others, "lat_deg")).any()


def test_a_receiver_led_astray_is_kilometres_away_and_sure_of_it() -> None:
    inside, others, _ = during("position_jump")
    far_deg = np.abs(column(inside, "lat_deg") - np.median(column(others, "lat_deg"))) + np.abs(
        column(inside, "lon_deg") - np.median(column(others, "lon_deg"))
    )
    assert far_deg.min() > 0.02
    assert column(inside, "hdop").max() < 5.0


def test_a_stuck_sensor_shows_one_value_over_several_cycles() -> None:
    inside, others, told = during("stuck_load", cycles=12)
    assert len(set(column(inside, "load_kg").tolist())) == 1
    assert len(set(column(others, "load_kg").tolist())) > 10
    assert told.end_ms - told.start_ms >= 180 * 60_000


def test_mad_sensors_show_what_cannot_be() -> None:
    _, truck = a_city()
    assert column(during("mad_load")[0], "load_kg").min() > 3.5 * truck.capacity_kg
    assert column(during("mad_lift")[0], "lift_deg").min() > 100.0


def test_an_unplugged_sensor_says_nothing() -> None:
    inside, others, _ = during("absent_load")
    assert np.isnan(column(inside, "load_kg")).all()
    assert (column(inside, "faults") == 0).all()
    assert not np.isnan(column(others, "load_kg")).any()


def test_a_clone_moves_as_the_truck_does_kilometres_away_at_other_instants() -> None:
    stretches, told = lived("clone")
    assert told is not None
    clone = [fix for one in stretches if one.clone is not None for fix in one.clone.take(np.inf) if fix is not None]
    assert len(clone) > 100
    city, _ = a_city()
    per_degree_m = np.array(city.plane.metres_per_degree)
    theirs, ours = (
        {fix.fix_time_ms // 10_000: np.array([fix.lat_deg, fix.lon_deg]) for fix in fixes}
        for fixes in (clone, fixes_of(lived("clone")[0]))
    )
    apart_m = [np.hypot(*((theirs[at] - ours[at]) * per_degree_m)) for at in set(theirs) & set(ours)]
    assert min(apart_m) > 3_500.0
    assert max(apart_m) < 10_000.0
    real = {fix.fix_time_ms for fix in fixes_of(stretches)}
    assert sum(fix.fix_time_ms in real for fix in clone) < 0.1 * len(clone)
    assert np.isnan(column(clone, "load_kg")).all()
    assert (column(clone, "cover") == -1).all()


def test_what_a_spell_hides_need_not_be_found() -> None:
    stretches, told = lived("offline", cycles=2)
    assert told is not None
    for one in (happening for stretch in stretches for happening in stretch.truth if happening != told):
        overlaps = one.start_ms < told.end_ms and one.end_ms > told.start_ms
        assert not (overlaps and one.required)
    facts = [one for stretch in stretches for one in stretch.truth if one.kind == "loading"]
    assert facts[0].required, "what came before the spell is to be found"


def test_a_spell_reaches_over_the_border_of_stretches_and_no_further() -> None:
    running = RunningSpell(Spell("x", 100, setting("silent", 1.0, 0.0)), from_s=950.0)
    for begins_s, expected in ((900.0, 50), (1_000.0, 50), (1_100.0, 0)):
        states: dict[str, Any] = {"speed_mps": np.zeros(100)}
        running.apply(states, begins_s)
        assert int(states.get("silent", np.zeros(1)).sum()) == expected
