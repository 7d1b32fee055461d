"""What the sensors make of the truth: correlated GPS error, speeds that are never zero, load readings that wander.

The figures are those of recorded trucks: p95 of 8-35 m with rare excursions to 200 m, a load that wanders 1-2 % while
driving and hardly at all while standing, 0.00x-0.1 m/s while standing, a course that stays when the truck does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware_contracts.columns import ABSENT, Fault
from simulators.fleet import Truck
from simulators.plane import FloatArray, Plane

RADIUS_P95 = 2.448  # radius that holds 95 % of a round Gaussian, in its standard deviations
CORRELATION_S = 60.0  # GPS error: satellites and reflections change within about a minute
CANYON_CORRELATION_S = 12.0  # reflections change from one house to the next
LOAD_CORRELATION_S = 4.0  # the load swings on its springs
LOAD_MOVING = 0.013  # standard deviation over the load, driving
LOAD_STANDING = 0.002
LOAD_STEP_KG = 10.0  # the wire's resolution, and a usual scale's
STANDING_MPS = 0.3
EXCURSIONS_PER_S = 1 / (3 * 3600)  # rare: one in three hours
EXCURSION_M = (60.0, 200.0)
EXCURSION_S = (15, 45)


def correlated(rng: np.random.Generator, count: int, correlation_s: float) -> FloatArray:
    """Return Gaussian noise of unit deviation whose correlation fades over a time, shape (count,).

    White noise through an exponential window of six correlation times: what lies further back weighs under 0.3 %.
    """
    window = np.exp(-np.arange(int(6 * correlation_s) + 1) / correlation_s)
    white = rng.standard_normal(count + len(window) - 1)
    size = 1 << (len(white) - 1).bit_length()
    smooth = np.fft.irfft(np.fft.rfft(white, 2 * size) * np.fft.rfft(window, 2 * size), 2 * size)
    kept: FloatArray = smooth[len(window) - 1 : len(window) - 1 + count] / np.sqrt((window**2).sum())
    return kept


@dataclass(frozen=True, slots=True)
class Seen:
    """What a terminal measures each second, missing as NaN or ABSENT, each shape (N,); units as in `FixColumns`."""

    lat_deg: FloatArray
    lon_deg: FloatArray
    speed_mps: FloatArray
    course_deg: FloatArray
    hdop: FloatArray
    satellites: FloatArray
    load_kg: FloatArray
    lift_deg: FloatArray
    cover: FloatArray
    ignition: FloatArray
    main_power: FloatArray
    faults: FloatArray
    alarms: FloatArray


def observe(
    rng: np.random.Generator, truck: Truck, plane: Plane, places_m: FloatArray, states: dict[str, FloatArray]
) -> Seen:
    """Return what the truck's terminal measures of a true track.

    Args:
        rng: Where chance comes from.
        truck: Whose sensors they are.
        plane: Where the city lies.
        places_m: True places, second by second, shape (N, 2). [m]
        states: The true states of `simulators.track.STATES`, each shape (N,), and what spells show instead.
    """
    count = len(places_m)
    moving = states["speed_mps"] > STANDING_MPS
    shift_m = np.column_stack([states["gps_east_m"], states["gps_north_m"]]) + _excursions(rng, moving)
    shift_m += _canyon(rng, states["canyon_m"])
    drift_m = np.column_stack([correlated(rng, count, CORRELATION_S) for _ in range(2)])
    wrong_m = drift_m * truck.gps_p95_m / RADIUS_P95 + rng.normal(0.0, 0.5, (count, 2)) + shift_m
    # A receiver that is led astray believes what it is told: `jump_m` shifts the place and nothing else.
    believed = _shown(states, "jump_east_m", 0.0), _shown(states, "jump_north_m", 0.0)
    lat_deg, lon_deg = plane.to_lat_lon(places_m + wrong_m + np.column_stack(believed))
    far_off = np.minimum(np.hypot(*shift_m.T), 400.0)
    dark = states["gnss_out"] > 0.0
    satellites = np.clip(np.rint(rng.normal(16.0, 2.0, count) - far_off / 20.0), 4, 30)
    return Seen(
        lat_deg=np.where(dark, np.nan, lat_deg.round(7)),
        lon_deg=np.where(dark, np.nan, lon_deg.round(7)),
        speed_mps=np.where(dark, np.nan, _speed(rng, states["speed_mps"], moving)),
        course_deg=np.where(dark, np.nan, _course(rng, states["course_deg"], moving)),
        hdop=np.where(dark, 99.9, (0.7 + rng.gamma(2.0, 0.12, count) + far_off / 40.0).round(1)),
        satellites=np.where(dark, rng.integers(0, 4, count), satellites),
        load_kg=_instead(states, "load_kg", _load(rng, truck, states, moving)),
        lift_deg=_instead(states, "lift_deg", _lift(rng, truck, states)),
        cover=states["cover"] if "cover" in truck.sensors else np.full(count, float(ABSENT)),
        ignition=states["ignition"],
        main_power=_shown(states, "main_power", 1.0),
        faults=states["faults"],
        alarms=_shown(states, "alarms", 0.0),
    )


def _shown(states: dict[str, FloatArray], name: str, otherwise: float) -> FloatArray:
    return states.get(name, np.full(len(states["speed_mps"]), otherwise))


def _instead(states: dict[str, FloatArray], sensor: str, measured: FloatArray) -> FloatArray:
    """Return what a sensor shows: what a spell makes it show, else what it measures; an absent one shows nothing."""
    shown, gone = states.get(f"{sensor}_shown"), states.get(f"{sensor}_gone")
    if shown is not None:
        measured = np.where(np.isnan(shown) | np.isnan(measured), measured, shown)
    return measured if gone is None else np.where(gone > 0.0, np.nan, measured)


def _canyon(rng: np.random.Generator, canyon_m: FloatArray) -> FloatArray:
    """Return how reflections between high buildings scatter the position, shape (N, 2). [m]"""
    if not canyon_m.any():
        return np.zeros((len(canyon_m), 2))
    return np.column_stack([correlated(rng, len(canyon_m), CANYON_CORRELATION_S) * canyon_m for _ in range(2)])


def _excursions(rng: np.random.Generator, moving: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    """Return rare bumps of the position error, only while the truck drives between buildings, shape (N, 2). [m]"""
    shift_m = np.zeros((len(moving), 2))
    for start in np.flatnonzero(rng.random(len(moving)) < EXCURSIONS_PER_S):
        stop = min(int(start) + int(rng.integers(*EXCURSION_S)), len(moving))
        bearing = rng.uniform(0.0, 2.0 * np.pi)
        bump = rng.uniform(*EXCURSION_M) * np.sin(np.linspace(0.0, np.pi, stop - start))
        if moving[start:stop].all():
            shift_m[start:stop] = np.outer(bump, [np.sin(bearing), np.cos(bearing)])
    return shift_m


def _speed(
    rng: np.random.Generator, speed_mps: FloatArray, moving: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> FloatArray:
    driven = speed_mps + rng.normal(0.0, 0.15, len(speed_mps))
    standing = np.abs(rng.normal(0.0, 0.04, len(speed_mps)))
    seen: FloatArray = np.maximum(np.where(moving, driven, speed_mps + standing), 0.01).round(2)
    return seen


def _course(
    rng: np.random.Generator, course_deg: FloatArray, moving: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> FloatArray:
    seen = np.where(moving, course_deg + rng.normal(0.0, 2.0, len(course_deg)), course_deg)
    last = np.maximum.accumulate(np.where(moving, np.arange(len(seen)), 0))
    # Rounded first: 359.96 would become 360.0, which is no course.
    return np.mod(seen[last].round(1), 360.0)


def _load(
    rng: np.random.Generator,
    truck: Truck,
    states: dict[str, FloatArray],
    moving: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> FloatArray:
    load_kg, faults = states["load_kg"] * truck.load_scale + truck.load_offset_kg, states["faults"]
    swing = correlated(rng, len(load_kg), LOAD_CORRELATION_S)
    seen = load_kg * (1.0 + swing * np.where(moving, LOAD_MOVING, LOAD_STANDING)) + rng.normal(0.0, 20.0, len(load_kg))
    torn = (faults.astype(np.int64) & int(Fault.LOAD_SENSOR)) != 0
    if "load" not in truck.sensors:
        return np.full(len(load_kg), np.nan)
    # A torn wire reads as nothing at all: only its fault says that this zero is no measurement.
    return np.where(torn, 0.0, np.maximum(np.rint(seen / LOAD_STEP_KG) * LOAD_STEP_KG, 0.0))


def _lift(rng: np.random.Generator, truck: Truck, states: dict[str, FloatArray]) -> FloatArray:
    lift_deg = states["lift_deg"] + truck.lift_offset_deg
    if "lift" not in truck.sensors:
        return np.full(len(lift_deg), np.nan)
    torn = (states["faults"].astype(np.int64) & int(Fault.LIFT_SENSOR)) != 0
    return np.where(torn, 0.0, (lift_deg + rng.normal(0.0, 0.3, len(lift_deg))).round(1))
