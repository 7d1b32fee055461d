"""Incidents of driving and standing: too fast, body up, stopped for hours, unwashed; and the waits of every day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulators.city import City
from simulators.effects import LiftRaised
from simulators.fleet import Truck
from simulators.haul import Cycle, with_drives
from simulators.incident import NoRoomError, haul_line, interrupted, interrupted_home, lonely_m
from simulators.motion import CORNER_DEG, Pace, Rush, turn_deg
from simulators.plane import FloatArray, chainage_m, cut, length_m, point_at
from simulators.speed_law import SpeedLaw
from simulators.steps import CRUISE_LOADED_MPS, YARD_MPS, Drive, Stand, Step, Wash
from simulators.streets import STREET_MPS

CLEAR_OF_CORNERS_M = 40.0
TOO_FAST = (1.3, 1.6)  # of the limit
TOP_MPS = 26.0  # faster no loaded tipper goes
SPEEDING_UP_M = 400.0  # what a truck needs to become a third faster than 40 km/h and stay so for a while
SLOWEST_MPS = 9.0  # slower streets are schools', which are another incident's


def overspeed(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Drive a third to two thirds faster than allowed on a long straight, on the way home."""
    law = _law(city)
    homeward = haul_line(cycle)[::-1]
    from_m, to_m, limit_mps = _free_straight(law, homeward, rng)
    return _rushing(cycle, Rush(from_m, to_m, _too_fast(rng, limit_mps)), law)


def overspeed_zone(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Pass a slow street as if it were any street, on the way home."""
    law = _law(city)
    homeward = haul_line(cycle)[::-1]
    distance_m = np.arange(0.0, length_m(homeward), 5.0)
    limits = law.limits_mps(homeward, distance_m)
    slow = np.flatnonzero(np.diff(np.concatenate([[False], limits < SLOWEST_MPS, [False]]))).reshape(-1, 2)
    long = slow[np.diff(slow, axis=1)[:, 0] >= 60]
    if not len(long):
        raise NoRoomError("expected a slow street on the corridor, got none")
    first, after = long[int(rng.integers(len(long)))].tolist()
    from_m, to_m = float(distance_m[first]) - 30.0, float(distance_m[after - 1]) + 30.0
    return _rushing(cycle, Rush(from_m, to_m, _too_fast(rng, float(limits[first]))), law)


def _law(city: City) -> SpeedLaw:
    if city.law is None:
        raise NoRoomError("expected streets with speed limits, got none")
    return city.law


def _too_fast(rng: np.random.Generator, limit_mps: float) -> float:
    return min(float(rng.uniform(*TOO_FAST)), TOP_MPS / limit_mps)


def _free_straight(law: SpeedLaw, line_m: FloatArray, rng: np.random.Generator) -> tuple[float, float, float]:
    """Return where a long straight with one limit begins and ends, and the limit.

    Raises:
        NoRoomError: There is none.
    """
    along_m = chainage_m(line_m)
    corners = along_m[1:-1][turn_deg(line_m) > CORNER_DEG]
    ends = np.concatenate([[0.0], corners, along_m[-1:]])
    for leg in rng.permutation(len(ends) - 1):
        from_m, to_m = ends[leg] + CLEAR_OF_CORNERS_M, ends[leg + 1] - CLEAR_OF_CORNERS_M
        if to_m - from_m < SPEEDING_UP_M:
            continue
        distance_m = np.arange(from_m, to_m, 10.0)
        limits = law.limits_mps(line_m, distance_m)
        same = np.concatenate([[False], limits == float(rng.choice(limits)), [False]])
        runs = np.flatnonzero(np.diff(same)).reshape(-1, 2)
        first, after = runs[np.diff(runs, axis=1)[:, 0].argmax()].tolist()
        limit_mps = float(limits[first])
        long_enough = (after - first) * 10.0 > SPEEDING_UP_M * (limit_mps / STREET_MPS) ** 2
        if np.isfinite(limit_mps) and limit_mps > SLOWEST_MPS and long_enough:
            return float(distance_m[first]), float(distance_m[after - 1]), limit_mps
    raise NoRoomError("expected a long straight on the corridor, got none")


def _rushing(cycle: Cycle, rush: Rush, law: SpeedLaw) -> Cycle:
    home = next(n for n, step in enumerate(cycle.back) if isinstance(step, Drive) and len(step.line_m) > 2)
    back = list(cycle.back)
    back[home] = replace(back[home], pace=Pace(law, rush=rush))  # type: ignore[type-var]  # it is a Drive
    return replace(cycle, back=tuple(back))


def at_the_limit(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Drive exactly as fast as allowed, there and back."""
    law = _law(city)
    on_streets = with_drives(
        cycle, lambda drive: replace(drive, pace=Pace(law, 1.0)) if drive.cruise_mps > YARD_MPS else drive
    )
    return replace(on_streets, load=(*cycle.load[:-1], Stand(1.0, staged=True), cycle.load[-1]))


def lift_while_moving(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """On the way back, drive with the empty body up."""
    raised = LiftRaised(float(rng.uniform(20.0, 40.0)), int(rng.integers(20, 50)) + truck.interval_s)
    back = [
        replace(step, effects=(raised,), light_share=0.0) if isinstance(step, Drive) and len(step.line_m) > 2 else step
        for step in cycle.back
    ]
    return replace(cycle, back=tuple(back))


def long_stop(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Stand loaded at the roadside for three quarters of an hour or more."""
    at_m = lonely_m(haul_line(cycle), city, rng)
    return interrupted(cycle, truck, at_m, Stand(float(rng.uniform(45.0, 80.0)) * 60.0, staged=True, tells="long_stop"))


def roadside_stop(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Stand loaded at the roadside for a quarter of an hour at most: a call, a toilet, a flat tyre's look."""
    at_m = lonely_m(haul_line(cycle), city, rng)
    return interrupted(cycle, truck, at_m, Stand(float(rng.uniform(8.0, 14.0)) * 60.0, staged=True))


def roadside_meal(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Stop at a noodle shop on the way home, empty, for half an hour or longer."""
    meal = Stand(float(rng.uniform(25.0, 50.0)) * 60.0, staged=True)
    return interrupted_home(cycle, lonely_m(haul_line(cycle), city, rng), meal)


def washing_queue(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Wait in line for the washer, loaded, well inside the fence."""
    yard_m = cycle.corridor.line_m[:2]
    halfway_m = length_m(yard_m) / 2.0
    queue = Stand(float(rng.uniform(4.0, 12.0)) * 60.0, staged=True)
    yard = (
        Drive(cut(yard_m, 0.0, halfway_m), YARD_MPS),
        queue,
        Drive(cut(yard_m, halfway_m, 2.0 * halfway_m), YARD_MPS),
    )
    return replace(cycle, haul=(*yard, *cycle.haul[1:]))


def gate_queue(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Creep towards the dump point's gate behind other trucks."""
    haul = haul_line(cycle)
    total_m = length_m(haul)
    line = point_at(haul, np.linspace(total_m - float(rng.uniform(50.0, 90.0)), total_m, int(rng.integers(8, 16))))
    queue: tuple[Step, ...] = (
        Drive(cut(haul, 0.0, total_m - 90.0), CRUISE_LOADED_MPS),
        Drive(np.vstack([point_at(haul, np.array([total_m - 90.0])), line[:1]]), YARD_MPS),
        Stand(2.0, staged=True),
        Drive(line, 1.2, light_share=0.9),
    )
    return replace(cycle, haul=(*cycle.haul[:2], *queue, *cycle.haul[3:]))


def not_washed(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Leave the site loaded and unwashed: past the washer, through it without water, or too fast."""
    results = ("not_washed", "too_short", "bypass", None)
    result = results[int(rng.integers(len(results)))]
    haul = tuple(Wash(truck, result) if isinstance(step, Wash) else step for step in cycle.haul)
    return replace(cycle, haul=haul)
