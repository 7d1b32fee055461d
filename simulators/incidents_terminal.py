"""Incidents of the terminal and its sensors: dead, robbed of power, jammed, cloned, torn; and hiccups of every day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from firmware_contracts.columns import Alarm, Fault
from simulators.city import City
from simulators.effects import Canyon, GpsExcursion, Tunnel
from simulators.fleet import Truck
from simulators.haul import Cycle, with_effect
from simulators.plane import FloatArray
from simulators.spells import Change, Mask, Memory, Spell, States, adding, column, freezing, setting, settings
from simulators.truth import ANY_KIND

Draw = Callable[[Truck, np.random.Generator], Spell]
UNSEEN = frozenset((ANY_KIND,))
LOAD_FACTS = ("loading", "unloading", "trip")
BY_LOAD = frozenset(
    (
        *LOAD_FACTS,
        "illegal_dumping",
        "suspicious_loading",
        "overload",
        "spillage",
        "weight_loss",
        "uncovered_haul",
        "long_stop",
        "no_permit",
        "not_washed",
        "out_of_hours",
        "undelivered_load",
    )
)
# What needs a place: nobody knows where it happens while there is none.
PLACED = frozenset(
    (
        *LOAD_FACTS,
        "illegal_dumping",
        "suspicious_loading",
        "route_deviation",
        "overspeed",
        "forbidden_zone",
        "control_order",
        "not_washed",
        "long_stop",
        "lift_while_moving",
        "out_of_hours",
        "no_permit",
        "uncovered_haul",
    )
)
BY_LIFT = frozenset(("lift_while_moving", "illegal_dumping", "unloading"))


def spelled(draw: Draw) -> Callable[[Cycle, Truck, City, np.random.Generator], Cycle]:
    """Return the change that begins a spell in a cycle."""

    def change(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
        return replace(cycle, spells=(*cycle.spells, draw(truck, rng)))

    return change


def _minutes(rng: np.random.Generator, low: float, high: float) -> int:
    return int(rng.uniform(low, high) * 60.0)


def offline(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The terminal is dead for half an hour or more and keeps nothing."""
    also = ("track_gap", *LOAD_FACTS)
    return Spell("offline", _minutes(rng, 25.0, 60.0), setting("silent", 1.0, 0.0), also, UNSEEN)


def reboot(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The terminal starts anew, in a minute or two."""
    return Spell(None, int(rng.integers(40, 120)), setting("silent", 1.0, 0.0))


def track_gap(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The flash fails for some minutes: records are counted and lost, over kilometres."""
    also = ("offline", *LOAD_FACTS)
    seconds = _minutes(rng, 5.0, 9.0)
    return Spell("track_gap", seconds, setting("lost", 1.0, 0.0), also, UNSEEN, moves_m=2_600.0)


def position_jump(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """A transmitter in the cab makes the receiver believe that it is kilometres away, for a minute or more."""
    bearing, far_m = rng.uniform(0.0, 2.0 * np.pi), float(rng.uniform(5_000.0, 20_000.0))
    believed = settings(
        setting("jump_east_m", far_m * float(np.sin(bearing)), 0.0),
        setting("jump_north_m", far_m * float(np.cos(bearing)), 0.0),
    )
    # What is tipped meanwhile is tipped, as far as anybody can tell, where the receiver believes to be.
    also = ("clone", "jamming", "track_gap", "illegal_dumping", "suspicious_loading", *LOAD_FACTS)
    return Spell("position_jump", int(rng.integers(50, 160)), believed, also, PLACED)


def jamming(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """A jammer drowns the satellites for minutes, while the terminal has power and network."""
    also = ("position_jump", "track_gap", *LOAD_FACTS)
    return Spell("jamming", _minutes(rng, 5.0, 14.0), setting("gnss_out", 1.0, 0.0), also, PLACED)


def power_cut(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """Somebody takes the terminal off the truck's battery; its own lasts."""
    cut = settings(setting("main_power", 0.0, 1.0), setting("alarms", float(Alarm.MAIN_POWER_CUT), 0.0))
    return Spell("power_cut", int(rng.integers(90, 1_500)), cut)


def brown_out(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The starter takes the power for some seconds."""
    return Spell(None, int(rng.integers(2, 6)), setting("main_power", 0.0, 1.0))


def torn_load(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The load sensor's wire is torn for an hour or more."""
    torn = adding("faults", float(Fault.LOAD_SENSOR))
    return Spell("sensor_fault", _minutes(rng, 50.0, 150.0), torn, LOAD_FACTS, BY_LOAD)


def absent_load(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The load sensor is unplugged for an hour or more, and the terminal says nothing of it."""
    gone = setting("load_kg_gone", 1.0, 0.0)
    return Spell("sensor_fault", _minutes(rng, 50.0, 150.0), gone, LOAD_FACTS, BY_LOAD)


def torn_lift(truck: Truck, rng: np.random.Generator) -> Spell:
    """The lift sensor's wire is torn for an hour or more."""
    hidden = frozenset(("lift_while_moving",)) if "load" in truck.sensors else BY_LIFT
    torn = adding("faults", float(Fault.LIFT_SENSOR))
    return Spell("sensor_fault", _minutes(rng, 50.0, 150.0), torn, (), hidden)


def stuck_load(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """The load sensor shows the same for hours, trip after trip."""
    stuck = freezing("load_kg", "load_kg_shown", 10.0)
    return Spell("sensor_fault", _minutes(rng, 180.0, 300.0), stuck, LOAD_FACTS, BY_LOAD)


def mad_load(truck: Truck, rng: np.random.Generator) -> Spell:
    """The load sensor shows what no truck can carry."""
    shown = _trembling("load_kg_shown", truck.capacity_kg * float(rng.uniform(4.0, 9.0)), 0.01)
    return Spell("sensor_fault", _minutes(rng, 25.0, 60.0), shown, LOAD_FACTS, BY_LOAD)


def mad_lift(truck: Truck, rng: np.random.Generator) -> Spell:
    """The lift sensor shows an angle that no body reaches."""
    hidden = frozenset(("lift_while_moving",)) if "load" in truck.sensors else BY_LIFT
    shown = _trembling("lift_deg_shown", float(rng.uniform(110.0, 170.0)), 0.005)
    return Spell("sensor_fault", _minutes(rng, 25.0, 60.0), shown, (), hidden)


def _trembling(name: str, value: float, share: float) -> Change:
    def change(states: States, inside: Mask, second: FloatArray, memory: Memory) -> None:  # noqa: ARG001
        phase = np.sin(second[inside] * 0.7) + np.sin(second[inside] * 0.191)
        column(states, name, np.nan)[inside] = np.rint(value * (1.0 + share * phase) * 10.0) / 10.0

    return change


def clone(truck: Truck, rng: np.random.Generator) -> Spell:  # noqa: ARG001
    """A second terminal with the same identity reports from kilometres away."""
    bearing, far_m = rng.uniform(0.0, 2.0 * np.pi), float(rng.uniform(4_000.0, 9_000.0))
    other = settings(
        setting("clone_east_m", far_m * float(np.sin(bearing)), np.nan),
        setting("clone_north_m", far_m * float(np.cos(bearing)), np.nan),
    )
    return Spell("clone", _minutes(rng, 25.0, 60.0), other, (ANY_KIND,), UNSEEN)


def gps_excursion(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """The receiver is far off for a minute."""
    return with_effect(cycle, GpsExcursion(float(rng.uniform(150.0, 200.0)), int(rng.integers(60, 200)), 80))


def canyon(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Reflections between high buildings scatter the position for minutes."""
    return with_effect(
        cycle, Canyon(float(rng.uniform(15.0, 28.0)), int(rng.integers(60, 160)), int(rng.integers(120, 300)))
    )


def tunnel(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """No satellite is in sight for some seconds up to a minute."""
    return with_effect(cycle, Tunnel(int(rng.integers(60, 160)), int(rng.integers(12, 60))))
