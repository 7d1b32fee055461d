"""Power, receiver and sensors that fail, scene by scene, and what is no failure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles.tracks import city
from test_rules_engine_silences import HOUR_S, NAN, Terminal

from rules_engine.world import World

LOST = {"lat_deg": NAN, "lon_deg": NAN}


@pytest.fixture(scope="module")
def world() -> World:
    return city()


# Power cut


@pytest.mark.parametrize("interval_s", [1.0, 10.0, 30.0])
@pytest.mark.parametrize("cut", [{"main_power": 0}, {"main_power": 0, "alarms": 1}, {"main_power": -1, "alarms": 1}])
def test_a_power_cut_on_the_road_is_found(world: World, interval_s: float, cut: dict[str, int]) -> None:
    terminal = Terminal(interval_s, main_power=1, ignition=1).go(60).go(300, **cut).go(60)
    (event,) = terminal.found(world)
    assert (event.kind, event.severity) == ("power_cut", 2)
    assert event.opening["speed_mps"] == 12.0
    assert event.confirmed_ms - event.start.fix_time_ms <= max(15, interval_s) * 1000 + 5000
    assert event.closing is not None


def test_starting_the_engine_is_no_power_cut(world: World) -> None:
    terminal = Terminal(1.0, main_power=1)
    for _ in range(5):
        terminal.go(60, 0.0).go(8, 0.0, main_power=0)
    assert terminal.go(60).kinds(world) == []
    sparse = Terminal(60.0, main_power=1).go(600, 0.0).go(60, 0.0, main_power=0)
    assert sparse.go(600).kinds(world) == []


def test_a_battery_switch_turned_for_the_night_is_a_notice(world: World) -> None:
    terminal = Terminal(60.0, main_power=1, ignition=0).go(300, 0.0).go(8 * HOUR_S, 0.0, main_power=0)
    (event,) = terminal.go(300, 0.0).found(world)
    assert (event.kind, event.severity) == ("power_cut", 1)


def test_a_loose_plug_is_told_once_an_hour(world: World) -> None:
    terminal = Terminal(main_power=1, ignition=1)
    for _ in range(30):
        terminal.go(60).go(60, main_power=0)
    assert len(terminal.found(world, "power_cut")) == 1


def test_a_terminal_that_does_not_tell_its_supply_has_no_power_cut(world: World) -> None:
    assert Terminal().go(600).kinds(world) == []


# Jamming


@pytest.mark.parametrize(
    ("ill", "how"),
    [
        (LOST, "position_lost"),
        (LOST | {"speed_mps": NAN}, "position_lost"),
        ({"satellites": 2}, "few_satellites"),
        ({"hdop": 40.0}, "bad_geometry"),
        ({"faults": 16}, "receiver_fault"),
    ],
)
def test_a_truck_at_work_without_a_sound_position_is_jammed(world: World, ill: dict[str, Any], how: str) -> None:
    (event,) = Terminal(ignition=1, satellites=12).go(60).go(400, **ill).go(60).found(world)
    assert (event.kind, event.severity, event.opening["how"]) == ("jamming", 2, [how])
    assert event.confirmed_ms - event.start.fix_time_ms == 180_000
    assert event.closing == {"how": [how], "duration_s": 390.0, "fixes": 40}


@pytest.mark.parametrize(
    ("columns", "duration_s", "found"),
    [
        ({"ignition": 1}, 120, 0),  # a tunnel
        ({"ignition": 1}, 400, 1),
        ({"ignition": 0}, 4000, 0),  # parked under a roof
        ({}, 400, 1),  # no ignition told, but the wheels turn
        ({"speed_mps": NAN}, 4000, 0),
        ({"ignition": 1, "main_power": 0}, 400, 0),  # a matter of power cut
    ],
)
def test_what_is_jamming(world: World, columns: dict[str, Any], duration_s: float, found: int) -> None:
    terminal = Terminal().go(60).go(duration_s, **LOST, **columns).go(60)
    assert len(terminal.found(world, "jamming")) == found


def test_one_sound_fix_in_a_tunnel_is_enough(world: World) -> None:
    terminal = Terminal(ignition=1).go(60)
    for _ in range(5):
        terminal.go(150, **LOST).go(10)
    assert terminal.kinds(world) == []


def test_a_roof_in_a_site_is_no_jamming(world: World) -> None:
    inside = {"lat_deg": 31.7, "lon_deg": 119.95}
    terminal = Terminal(ignition=1).go(60, 0.0, **inside).go(900, 0.0, **LOST)
    assert terminal.go(60, 0.0, **inside).kinds(world) == []


# Sensor fault


@pytest.mark.parametrize(
    ("ill", "sensor", "how", "severity"),
    [
        ({"faults": 1, "load_kg": NAN}, "load", "torn", 1),
        ({"faults": 2, "lift_deg": NAN}, "lift", "torn", 1),
        ({"faults": 4, "cover": -1}, "cover", "torn", 1),
        ({"alarms": 4}, "case", "opened", 2),
        ({"alarms": 8}, "any", "unplugged", 2),
        ({"load_kg": -2000.0}, "load", "implausible", 1),
        ({"load_kg": 60_000.0}, "load", "implausible", 1),
        ({"load_kg": NAN, "load_ratio": 4.0}, "load", "implausible", 1),
        ({"lift_deg": 120.0}, "lift", "implausible", 1),
        ({"lift_deg": -30.0}, "lift", "implausible", 1),
    ],
)
def test_a_broken_sensor_is_told_once(world: World, ill: dict[str, Any], sensor: str, how: str, severity: int) -> None:
    terminal = Terminal(load_kg=500.0, lift_deg=0.0, cover=0).go(60).go(40, **ill).go(60)
    assert terminal.kinds(world) == []
    (event,) = terminal.go(300, **ill).go(60).found(world)
    assert (event.kind, event.severity) == ("sensor_fault", severity)
    assert event.opening["faults"] == [{"sensor": sensor, "how": how}]
    assert event.closing is not None
    assert terminal.go(300, **ill).go(60).found(world)[1:] == []


def test_two_sensors_torn_at_once_are_one_event(world: World) -> None:
    (event,) = Terminal(load_kg=500.0).go(60).go(300, faults=3, load_kg=NAN).found(world)
    assert event.opening["faults"] == [{"sensor": "load", "how": "torn"}, {"sensor": "lift", "how": "torn"}]


def test_wild_readings_now_and_then_are_no_fault(world: World) -> None:
    terminal = Terminal(load_kg=500.0, lift_deg=0.0)
    for _ in range(20):
        terminal.go(60).go(10, load_kg=90_000.0).go(60).go(10, lift_deg=170.0)
    assert terminal.kinds(world) == []


@pytest.mark.parametrize(
    ("readings", "silent", "sensor"),
    [
        ({"load_kg": 500.0}, {"load_kg": NAN}, "load"),
        ({"lift_deg": 0.0}, {"lift_deg": NAN}, "lift"),
        ({"cover": 0}, {"cover": -1}, "cover"),
    ],
)
def test_a_sensor_that_stops_reporting_is_absent(
    world: World, readings: dict[str, Any], silent: dict[str, Any], sensor: str
) -> None:
    terminal = Terminal(**readings).go(600).go(800, **silent)
    assert terminal.kinds(world) == []
    (event,) = terminal.go(600, **silent).go(60).found(world)
    assert event.opening["faults"] == [{"sensor": sensor, "how": "absent"}]
    assert event.closing is not None


def test_a_sensor_that_a_truck_never_had_is_not_absent(world: World) -> None:
    assert Terminal(cover=0).go(2 * HOUR_S).kinds(world) == []


def test_a_sensor_may_be_silent_while_the_truck_stands(world: World) -> None:
    terminal = Terminal(load_kg=500.0, ignition=0).go(60).go(8 * HOUR_S, 0.0, load_kg=NAN)
    assert terminal.go(60).kinds(world) == []


def driven(hours: float, load_kg: float, wander: float = 0.0, **columns: Any) -> Terminal:
    """Return a truck that drives and stands by turns, its load reading as told."""
    rng = np.random.default_rng(5)
    terminal = Terminal(30.0, **columns)
    for _ in range(round(hours * 2)):
        for row in range(60):
            reading = load_kg * (1 + wander * rng.standard_normal())
            terminal.go(30, 0.0 if row % 10 == 9 else 9.0, load_kg=reading)
    return terminal


@pytest.mark.parametrize(
    ("hours", "load_kg", "wander", "found"),
    [
        (1.5, 9000.0, 0.0, 0),
        (2.5, 9000.0, 0.0, 1),
        (5.0, 9000.0, 0.002, 0),
        (2.5, 0.0, 0.0, 0),
        (3.5, 300.0, 0.0, 1),
        (4.0, 0.0, 0.0, 1),
    ],
)
def test_a_load_that_reads_the_same_for_hours_of_driving_is_stuck(
    world: World, hours: float, load_kg: float, wander: float, found: int
) -> None:
    events = driven(hours, load_kg, wander).found(world)
    assert [event.kind for event in events] == ["sensor_fault"] * found
    for event in events:
        assert event.opening["faults"] == [{"sensor": "load", "how": "stuck", "load_kg": load_kg}]
        assert event.closing is None


def test_a_stuck_sensor_that_reads_again_is_over(world: World) -> None:
    (event,) = driven(4.0, 9000.0).go(60, load_kg=8000.0).found(world, "sensor_fault")
    assert event.closing is not None


def test_a_parked_truck_reads_the_same_all_night(world: World) -> None:
    assert Terminal(60.0, ignition=0, load_kg=9000.0).go(10 * HOUR_S, 0.0).kinds(world) == []
