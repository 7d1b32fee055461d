"""Twin of rules_engine.trips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oracles.load_state import Loading, LoadStateOracle
from oracles.row import Held, Row
from oracles.unloading import Signs, UnloadingOracle
from rules_engine.event import Trip
from rules_engine.fix_batch import Mark
from rules_engine.load_state import HEAVY
from rules_engine.trips import TripLimits
from rules_engine.world import World

LIMITS = TripLimits()


class TripsOracle:
    def __init__(self, world: World, vehicle: int) -> None:
        self.world, self.vehicle = world, vehicle
        self.trips: list[Trip] = []
        self.permit = -1  # what binds the truck on this row
        self.origin = -1  # the site it came from under that permit
        self.loading_place = (-1, -1)
        self._inside = Held(LIMITS.enter_hold_s, int(LIMITS.min_fixes))
        self._outside = Held(LIMITS.leave_hold_s, int(LIMITS.min_fixes))
        self._at_site = -1
        self._open = False
        self._hauling = False
        self._unloaded = False
        self._permit = -1
        self._site = -1

    def step(self, row: Row, load: LoadStateOracle, unloadings: UnloadingOracle) -> None:
        for signs in unloadings.confirmed:
            self._unload(signs)
        for signs in unloadings.over:
            if self._unloaded and self._open:
                end_ms = signs.seen.progress_ms
                self.trips[-1] = replace(self.trips[-1], unloading_end_ms=end_ms)
        if load.loading is not None:
            self._load(load.loading)
        if row.mark == Mark.WASHED:
            self._wash(row)
        entered = self._inside.step(row, row.site >= 0, row.located and row.site < 0)
        if self._outside.step(row, row.located and row.site < 0, row.site >= 0):
            self._leave(row)
        if entered:
            self._enter(row, load.state == HEAVY)
        self.permit = self._permit if self._hauling else -1
        if self._unloaded and load.state != HEAVY:
            self.permit = -1
        self.origin = self._site
        if self.permit < 0:
            self.permit = self._period_permit(row.time_ms)
            self.origin = int(self.world.permits.site[self.permit]) if self.permit >= 0 else -1

    def _period_permit(self, time_ms: int) -> int:
        return int(self.world.period_permit(np.array([self.vehicle]), np.array([time_ms]))[0])

    def _load(self, loading: Loading) -> None:
        world, start = self.world, loading.start
        if self._open:
            self.trips[-1] = replace(self.trips[-1], end_ms=start.fix_time_ms)
        lat_deg, lon_deg = np.array([loading.place[0]]), np.array([loading.place[1]])
        site = world.sites.within_margin(lat_deg, lon_deg, LIMITS.site_margin_m)
        permit = int(world.permits_for(np.array([self.vehicle]), site, np.array([start.fix_time_ms]))[0])
        self.loading_place = (int(site[0]), permit)
        first = world.permits.corridor_start[permit] if permit >= 0 else 0
        corridors = world.permits.corridors[first : world.permits.corridor_start[permit + 1]]
        self.trips.append(
            Trip(
                vehicle_id=world.vehicle_ids[self.vehicle],
                start=start,
                site_id=world.site_ids[site[0]] if site[0] >= 0 else None,
                permit_id=world.permits.permit_ids[permit] if permit >= 0 else None,
                corridor_id=world.corridor_ids[corridors[0]] if permit >= 0 and len(corridors) else None,
                loading_start_ms=loading.empty_ms,
                loaded_ms=loading.confirmed_ms,
                washed_ms=None,
                left_site_ms=None,
                unloading_start_ms=None,
                unloading_end_ms=None,
                dump_point_id=None,
                end_ms=None,
                load_kg=None,
            )
        )
        self._open, self._unloaded, self._permit, self._site = True, False, permit, int(site[0])
        self._hauling = self._at_site < 0

    def _wash(self, row: Row) -> None:
        if not self._open or self._unloaded:
            return
        trip = self.trips[-1]
        in_time = trip.left_site_ms is None or row.time_ms - trip.left_site_ms <= LIMITS.wash_within_s * 1000
        if trip.washed_ms is None and in_time:
            self.trips[-1] = replace(trip, washed_ms=row.time_ms)

    def _leave(self, row: Row) -> None:
        if self._at_site >= 0 and self._open and self.trips[-1].left_site_ms is None:
            load_kg = None if row.load_kg is None else float(row.load_kg)
            self.trips[-1] = replace(self.trips[-1], left_site_ms=row.time_ms, load_kg=load_kg)
        self._at_site = -1
        self._hauling = self._open

    def _enter(self, row: Row, heavy: bool) -> None:
        is_back = self._hauling and (self._unloaded or not heavy)
        if self._open and is_back and self._at_site < 0:
            self.trips[-1] = replace(self.trips[-1], end_ms=row.time_ms)
            self._open, self._hauling, self._unloaded, self._permit = False, False, False, -1
        self._at_site = row.site

    def _unload(self, signs: Signs) -> None:
        world, first = self.world, signs.first
        assert first is not None
        permit = self._permit if self._open else -1
        if permit < 0:
            permit = self._period_permit(signs.run.start.fix_time_ms)
        lat_deg, lon_deg = np.array([signs.run.place[0]]), np.array([signs.run.place[1]])
        own = int(world.permitted_dump_point(np.array([permit]), lat_deg, lon_deg, LIMITS.dump_margin_m)[0])
        some = int(world.dump_points.within_margin(lat_deg, lon_deg, LIMITS.dump_margin_m)[0])
        allowed = (own if permit >= 0 else some) >= 0 or bool(np.isnan(lat_deg[0]))
        dump_point = own if own >= 0 else some
        signs.where = (permit, dump_point, allowed)
        if not self._open:
            return
        trip = self.trips[-1]
        load_kg = trip.load_kg
        if load_kg is None and first.peak_kg >= 0:
            load_kg = float(first.peak_kg)
        start_ms = trip.unloading_start_ms or signs.run.start.fix_time_ms
        dump_point_id = world.dump_point_ids[dump_point] if dump_point >= 0 else trip.dump_point_id
        self.trips[-1] = replace(trip, unloading_start_ms=start_ms, load_kg=load_kg, dump_point_id=dump_point_id)
        self._unloaded = True
