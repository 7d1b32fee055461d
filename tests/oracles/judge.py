"""All twins together: a truck's whole track in, its events and trips out."""

from __future__ import annotations

import math

from oracles.driving import DrivingOracles
from oracles.found import Found
from oracles.health import judge_health
from oracles.illegal_dumping import IllegalDumpingOracle
from oracles.load_state import LoadStateOracle
from oracles.not_washed import HeardOracle, NotWashedOracle
from oracles.route_deviation import RouteDeviationOracle
from oracles.row import Row, rows_of
from oracles.spillage import SpillageOracle
from oracles.stays import LIMITS as STAY_LIMITS
from oracles.stays import Stay
from oracles.trips import TripsOracle
from oracles.uncovered_haul import UncoveredHaulOracle
from oracles.undelivered_load import UndeliveredLoadOracle, WeightLossOracle
from oracles.unloading import LevelOracle, MotionOracle, UnloadingOracle
from oracles.zones import ZonesOracles
from rules_engine.event import Trip
from rules_engine.fix_batch import FixBatch
from rules_engine.load_state import HEAVY, LoadStateLimits
from rules_engine.rules import loading
from rules_engine.world import World


def judge_track(track: FixBatch, world: World, heard: HeardOracle | None = None) -> tuple[list[Found], list[Trip]]:
    """Return the events and trips of one truck's rows, in order and without repetition."""
    vehicle = int(track.vehicle[0])
    capacity_kg = float(world.capacity_kg[vehicle])
    if math.isnan(capacity_kg):
        capacity_kg = LoadStateLimits().assumed_capacity_kg
    load, motion, level = LoadStateOracle(capacity_kg), MotionOracle(), LevelOracle(capacity_kg)
    unloadings, trips = UnloadingOracle(capacity_kg), TripsOracle(world, vehicle)
    dumping, deviation = IllegalDumpingOracle(world), RouteDeviationOracle(world)
    uncovered, spillage = UncoveredHaulOracle(world.version), SpillageOracle(world.version)
    washing = NotWashedOracle(world, heard or HeardOracle())
    driving = DrivingOracles(world)
    zones = ZonesOracles(world, vehicle)
    undelivered, weight = UndeliveredLoadOracle(world), WeightLossOracle(world)
    loadings: list[Found] = []
    for row in rows_of(track, world, capacity_kg):
        load.step(row)
        motion.step(row)
        level.step(row, motion)
        unloadings.step(row, motion, level, load.loading is not None)
        trips.step(row, load, unloadings, motion, level)
        heavy = load.state == HEAVY
        if load.loading is not None:
            loadings.append(_loading(row, load, trips, world))
        washing.step(row, trips)
        driving.step(row, load, level, motion, trips)
        zones.step(row, load, motion, trips)
        if trips.presumed is not None:
            loadings.append(_presumed(row, *trips.presumed, world))
        dumping.step(row, unloadings, trips)
        undelivered.step(row, heavy, trips)
        weight.step(row, trips)
        deviation.step(row, trips.permit, trips.origin)
        uncovered.step(row, heavy)
        spillage.step(row, heavy, motion, level, load.changed or bool(unloadings.confirmed))
    found = loadings + judge_health(track, world, capacity_kg)
    for oracle in (washing, driving, zones, dumping, deviation, uncovered, spillage, undelivered, weight):
        oracle.finish()
        found = found + oracle.found
    return found, trips.trips


def _loading(row: Row, load: LoadStateOracle, trips: TripsOracle, world: World) -> Found:
    assert load.loading is not None
    site, permit = trips.loading_place
    empty_ms = load.loading.empty_ms
    assert empty_ms is not None
    return Found(
        kind="loading",
        start=load.loading.start,
        confirmed_ms=row.time_ms,
        end_ms=row.time_ms,
        place=load.loading.place,
        severity=0,
        opening={
            "rule_version": loading.VERSION,
            "world_version": world.version,
            "site_id": world.site_ids[site] if site >= 0 else None,
            "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
            "load_kg": float(load.loading.load_kg),
            "capacity_kg": load.capacity_kg,
            "heavy_share": LoadStateLimits().heavy_share,
        },
        closing={"since_empty_s": (row.time_ms - empty_ms) / 1000},
    )


def _presumed(row: Row, dwell: Stay, site: int, permit: int, world: World) -> Found:
    dwelt_s = (row.time_ms - dwell.start.fix_time_ms) / 1000
    return Found(
        kind="loading",
        start=dwell.start,
        confirmed_ms=row.time_ms,
        end_ms=row.time_ms,
        place=dwell.place,
        severity=0,
        opening={
            "rule_version": loading.VERSION,
            "site_id": world.site_ids[site] if site >= 0 else None,
            "permit_id": world.permits.permit_ids[permit] if permit >= 0 else None,
            "by": ["stay"],
            "confidence": round(0.5 + 0.1 * (permit >= 0) + 0.3 * min(dwelt_s / loading.SURE_S, 1.0), 2),
            "dwelt_s": dwelt_s,
            "load_s": STAY_LIMITS.load_s,
            "world_version": world.version,
        },
        closing={"dwelt_s": dwelt_s},
    )
