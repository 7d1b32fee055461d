"""Incidents of the load: where it is taken, tipped, lost or weighed; and readings that only look like it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firmware_contracts.columns import Cover, Fault
from simulators.city import City
from simulators.effects import CoverFlaps, CoverOpen, Leak, LoadDrift, LoadWander, Slope, TornWire
from simulators.fleet import Truck
from simulators.haul import FILLED, Cycle, with_effect
from simulators.incident import haul_line, interrupted, interrupted_home, leaving, lonely_m, returning
from simulators.plane import cut, length_m, sideways
from simulators.steps import CRUISE_LOADED_MPS, YARD_MPS, Drive, LiftTest, Load, Stand, Tip


def illegal_dumping(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Tip in a field 45 m beside the corridor."""
    haul = haul_line(cycle)
    at_m = lonely_m(haul, city, rng)
    driven = cut(haul, 0.0, at_m)
    aside = np.vstack([driven[-1], sideways(haul, at_m, float(rng.choice([-45.0, 45.0])))])
    return replace(
        cycle,
        haul=(*leaving(truck, cycle.corridor), Drive(driven, CRUISE_LOADED_MPS), Drive(aside, YARD_MPS)),
        tip=(Stand(float(rng.uniform(5.0, 20.0))), Tip("illegal_dumping", staged=True)),
        back=(Drive(aside[::-1], YARD_MPS), *returning(driven, cycle.corridor)),
    )


def beside_fence(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Tip 12 m outside the permitted dump point's fence, at its edge, where the slope is."""
    dump = cycle.corridor.dump_point
    edge = np.array([dump.centre_m[0] + float(rng.uniform(-60.0, 60.0)), dump.fence_m[0, 1] - 12.0])
    aside = np.vstack([dump.gate_m, edge])
    return replace(
        cycle,
        haul=(*cycle.haul[:-1], Drive(aside, YARD_MPS)),
        tip=(Tip("unloading", staged=True),),
        back=(Drive(aside[::-1], YARD_MPS), *cycle.back[1:]),
    )


def suspicious_loading(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Leave the site empty, be loaded in a field beside the corridor, and go on to the dump point."""
    haul = haul_line(cycle)
    at_m = lonely_m(haul, city, rng)
    aside = np.vstack([cut(haul, 0.0, at_m)[-1], sideways(haul, at_m, float(rng.choice([-50.0, 50.0])))])
    load = Load(truck.allowed_kg * float(rng.uniform(*FILLED)), staged=True, suspicious=True)
    return replace(
        cycle,
        load=(
            Stand(float(rng.uniform(20.0, 150.0))),
            *leaving(truck, cycle.corridor),
            Drive(cut(haul, 0.0, at_m), CRUISE_LOADED_MPS),
            Drive(aside, YARD_MPS),
            load,
        ),
        haul=(
            Drive(aside[::-1], YARD_MPS),
            Drive(cut(haul, at_m, length_m(haul)), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def overload(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Take a sixth to two fifths more than is allowed, all the way."""
    mass_kg = truck.allowed_kg * float(rng.uniform(1.17, 1.4))
    return replace(cycle, load=(*cycle.load[:-1], Load(mass_kg)), overloaded=True)


def spillage_open(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Lose load with the cover open."""
    leak = _draw_leak(rng)
    return with_effect(cycle, leak, CoverOpen(max(leak.from_s - 20, 10), leak.seconds + 60))


def spillage_closed(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Lose load through a bad tailgate."""
    return with_effect(cycle, _draw_leak(rng))


def _draw_leak(rng: np.random.Generator) -> Leak:
    return Leak(float(rng.uniform(0.13, 0.2)), int(rng.integers(40, 90)), int(rng.integers(180, 260)))


def weight_loss(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Lose a quarter to two fifths of the load on the way, a little on every metre; the gate weighs what is left."""
    return with_effect(cycle, Leak(float(rng.uniform(0.25, 0.4)), 20, 7_200, kind="weight_loss", also=("spillage",)))


def uncovered_haul(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Drive loaded with the cover open for minutes."""
    return with_effect(cycle, CoverOpen(int(rng.integers(30, 120)), int(rng.integers(120, 300))))


def load_noise(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """A rough road swings the reading."""
    return with_effect(cycle, LoadWander(0.02, float(rng.uniform(90.0, 150.0))))


def load_drift(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """The weigh sensor warms up, and its reading drifts by some percent on the way."""
    return with_effect(cycle, LoadDrift(float(rng.choice([-1.0, 1.0]) * rng.uniform(0.015, 0.03))))


def torn_load_wire(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """The load sensor's wire is torn for some minutes: a fault, and no loss."""
    return with_effect(cycle, TornWire(Fault.LOAD_SENSOR, int(rng.integers(60, 120)), int(rng.integers(120, 240))))


def slope(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Be loaded on a slope, and drive up another: the lift sensor reads the ground."""
    slope_deg = float(rng.uniform(3.0, 8.0))
    load = Load(truck.allowed_kg * float(rng.uniform(*FILLED)), slope_deg, staged=True)
    sloping = with_effect(cycle, Slope(float(rng.uniform(3.0, 8.0)), int(rng.integers(30, 120)), 120))
    return replace(sloping, load=(*cycle.load[:-1], load))


def cover_flapping(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """The cover's contact chatters in the wind."""
    return with_effect(cycle, CoverFlaps(int(rng.integers(6, 15))))


def cover_open_standing(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Be inspected at the roadside: stand, open the cover, close it, drive on."""
    at_m = lonely_m(haul_line(cycle), city, rng)
    return interrupted(cycle, truck, at_m, Stand(float(rng.uniform(90.0, 180.0)), Cover.OPEN, staged=True))


def lift_test_empty(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """On the way back, stop beside the corridor and try the empty body."""
    return interrupted_home(cycle, lonely_m(haul_line(cycle), city, rng), LiftTest())


def body_cleaning(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """On the way back, stop and raise the empty body a little to scrape it out."""
    cleaning = LiftTest(float(rng.uniform(8.0, 24.0)))
    return interrupted_home(
        cycle, lonely_m(haul_line(cycle), city, rng), cleaning, Stand(float(rng.uniform(20.0, 90.0)))
    )


def ordinary(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Unload at the permitted dump point, as most trucks do."""
    return replace(cycle, tip=(Tip("unloading", staged=True),))
