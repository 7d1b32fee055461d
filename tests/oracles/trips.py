"""Twin of rules_engine.trips, and of what its log notes for rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oracles.load_state import Loading, LoadStateOracle
from oracles.row import Held, Row
from oracles.stays import Stay, StaysOracle
from oracles.unloading import LevelOracle, MotionOracle, Signs, UnloadingOracle
from rules_engine.event import Trip
from rules_engine.fix_batch import Mark
from rules_engine.load_state import HEAVY, UNKNOWN
from rules_engine.presumed_dumping import PresumedDumpingLimits
from rules_engine.trips import TripLimits
from rules_engine.world import World

LIMITS, DUMPING = TripLimits(), PresumedDumpingLimits()


@dataclass
class Candidate:
    stay: Stay
    permit: int
    dump_point: int
    off_route_m: float
    trip: Trip | None = None
    why: str = ""

    @property
    def stayed_s(self) -> int:
        return (self.stay.end_ms - self.stay.start.fix_time_ms) // 1000

    @property
    def off_route(self) -> bool:
        return self.dump_point >= 0 or math.isnan(self.off_route_m) or self.off_route_m > DUMPING.off_route_m


class TripsOracle:
    def __init__(self, world: World, vehicle: int) -> None:
        self.world, self.vehicle = world, vehicle
        self.trips: list[Trip] = []
        self.permit = -1  # what binds the truck on this row
        self.origin = -1  # the site it came from under that permit
        self.loading_place = (-1, -1)
        # What happened on this row, for the rules.
        self.undelivered: list[tuple[str, Trip]] = []
        self.weighings: list[tuple[str, int, int, Trip]] = []
        self.arrivals: list[tuple[str, Stay | None, int, int]] = []
        self.dumpings: list[Candidate] = []
        self.presumed: tuple[Stay, int, int] | None = None
        self.departures: list[tuple[int, Trip]] = []  # site, and the trip
        self.stays = StaysOracle(world)
        self._inside = Held(LIMITS.enter_hold_s, int(LIMITS.min_fixes))
        self._outside = Held(LIMITS.leave_hold_s, int(LIMITS.min_fixes))
        self._at_site = -1
        self._open = False
        self._hauling = False
        self._unloaded = False
        self._unseen = False
        self._permit = -1
        self._site = -1
        self._due_ms = math.inf
        self._stop: Candidate | None = None

    def step(
        self, row: Row, load: LoadStateOracle, unloadings: UnloadingOracle, motion: MotionOracle, level: LevelOracle
    ) -> None:
        self.undelivered, self.weighings, self.arrivals, self.dumpings = [], [], [], []
        self.presumed, self.departures = None, []
        self._state = load.state
        self.stays.step(row, motion.slow)
        if row.time_ms >= self._due_ms:
            self._due_ms = math.inf
            self._set(ending="lost")
            self.undelivered.append(("deadline", self.trips[-1]))
        for signs in unloadings.confirmed:
            self._unload(signs)
        for signs in unloadings.over:
            if self._unloaded and self._open and not signs.empty:
                self._set(unloading_end_ms=signs.seen.progress_ms)
        if load.loading is not None:
            self._load(load.loading)
        if row.mark == Mark.WASHED:
            self._wash(row)
        entered = self._inside.step(row, row.site >= 0, row.located and row.site < 0)
        if self._outside.step(row, row.located and row.site < 0, row.site >= 0):
            self._leave(row, level)
        if entered:
            self._enter(row, load.state == HEAVY)
        self._gate(row)
        self._look_at_stays(row)
        self.permit = self._permit if self._hauling else -1
        if self._unloaded and load.state != HEAVY:
            self.permit = -1
        self.origin = self._site
        if self.permit < 0:
            self.permit = self._period_permit(row.time_ms)
            self.origin = int(self.world.permits.site[self.permit]) if self.permit >= 0 else -1

    def _set(self, **values: Any) -> None:
        self.trips[-1] = replace(self.trips[-1], **values)

    def _period_permit(self, time_ms: int) -> int:
        return int(self.world.period_permit(np.array([self.vehicle]), np.array([time_ms]))[0])

    def _load(self, loading: Loading) -> None:
        self._end(loading.start.fix_time_ms, "loaded_again", blind=False)
        site, permit = self._bind(loading.place, loading.start.fix_time_ms)
        self.loading_place = (site, permit)
        self._opened(
            Trip(
                **self._named(site, permit),
                start=loading.start,
                loading_start_ms=loading.empty_ms,
                loaded_ms=loading.confirmed_ms,
                **NOTHING,
            ),
            site,
            permit,
        )
        self._hauling = self._at_site < 0
        if self._hauling:
            self._due_ms = loading.confirmed_ms + LIMITS.deadline_s * 1000

    def _bind(self, place: tuple[float, float], time_ms: int) -> tuple[int, int]:
        site = self.world.sites.within_margin(np.array([place[0]]), np.array([place[1]]), LIMITS.site_margin_m)
        return int(site[0]), int(self.world.permits_for(np.array([self.vehicle]), site, np.array([time_ms]))[0])

    def _named(self, site: int, permit: int) -> dict[str, Any]:
        world, permits = self.world, self.world.permits
        first = permits.corridor_start[permit] if permit >= 0 else 0
        corridors = permits.corridors[first : permits.corridor_start[permit + 1]]
        return {
            "vehicle_id": world.vehicle_ids[self.vehicle],
            "site_id": world.site_ids[site] if site >= 0 else None,
            "permit_id": permits.permit_ids[permit] if permit >= 0 else None,
            "corridor_id": world.corridor_ids[corridors[0]] if permit >= 0 and len(corridors) else None,
        }

    def _opened(self, trip: Trip, site: int, permit: int) -> None:
        self.trips.append(trip)
        self._open, self._unloaded, self._unseen = True, False, False
        self._permit, self._site, self._due_ms = permit, site, math.inf

    def _wash(self, row: Row) -> None:
        if not self._open or self._unloaded:
            return
        trip = self.trips[-1]
        in_time = trip.left_site_ms is None or row.time_ms - trip.left_site_ms <= LIMITS.wash_within_s * 1000
        if trip.washed_ms is None and in_time:
            self._set(washed_ms=row.time_ms)

    def _leave(self, row: Row, level: LevelOracle) -> None:
        if self._open:
            if self._at_site == self._site >= 0:
                self._note_departure()
            if self._at_site >= 0 and self.trips[-1].left_site_ms is None:
                load_kg = level.kg if level.kg >= 0 else row.load_kg
                self._set(left_site_ms=row.time_ms, load_kg=None if load_kg is None else float(load_kg))
            if self._due_ms == math.inf and not self._unloaded and self.trips[-1].ending is None:
                self._due_ms = row.time_ms + LIMITS.deadline_s * 1000
            if self.trips[-1].ending == "returned":
                self._set(ending=None)
        self._at_site = -1
        self._hauling = self._open

    def _note_departure(self) -> None:
        if self._state == HEAVY or (self._state == UNKNOWN and not self._unloaded):
            self.departures.append((self._site, self.trips[-1]))

    def _enter(self, row: Row, heavy: bool) -> None:
        if self._open and self._hauling and self._at_site < 0:
            trip = self.trips[-1]
            if self._unloaded or not (heavy or trip.inferred):
                self._end(row.time_ms, "empty_at_site", blind=False)
            elif heavy and trip.ending is None and row.site == self._site:
                self._set(ending="returned")
        self._at_site = row.site

    def _end(self, end_ms: int, why: str, *, blind: bool, at_origin: bool = False) -> None:
        if not self._open:
            return
        trip = self.trips[-1]
        lost = not self._unloaded and trip.ending in ((None, "returned") if blind else (None,))
        if lost and blind:
            trip = replace(trip, ending="returned" if at_origin and not self._unseen else "lost")
        elif lost:
            trip = replace(trip, ending="lost" if self._hauling else "returned")
        dumped = blind and not self._unloaded and not self._unseen and trip.ending != "delivered"
        if dumped and self._stop is not None:
            trip = replace(trip, ending="dumped", unloading_start_ms=self._stop.stay.start.fix_time_ms)
            self.dumpings.append(replace(self._stop, trip=trip, why=why))
        elif lost and self._hauling and not trip.inferred:
            self.undelivered.append((why, trip))
        self.trips[-1] = replace(trip, end_ms=end_ms)
        self._open = self._hauling = self._unloaded = self._unseen = False
        self._permit, self._site, self._stop, self._due_ms = -1, -1, None, math.inf

    def _unload(self, signs: Signs) -> None:
        world, first = self.world, signs.first
        assert first is not None
        unweighed = first.peak_kg < 0
        signs.empty = unweighed and self._open and self._unloaded
        signs.doubted = unweighed and not self._open and self._state != HEAVY
        if signs.empty:
            return
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
        if trip.unloading_start_ms is None:
            self._set(unloading_start_ms=signs.run.start.fix_time_ms)
            if trip.left_site_ms is not None:
                self._weigh("load", first.peak_kg, -1)
        if trip.load_kg is None and first.peak_kg >= 0:
            self._set(load_kg=float(first.peak_kg))
        if dump_point >= 0:
            self._set(dump_point_id=world.dump_point_ids[dump_point])
        self._set(ending="delivered" if allowed and trip.ending != "dumped" else "dumped")
        self._unloaded, self._due_ms = True, math.inf

    def _weigh(self, by: str, kg: int, dump_point: int) -> None:
        trip = self.trips[-1]
        if trip.load_kg is not None and trip.load_kg > kg >= 0 and trip.gate_out_ms is None:
            self.weighings.append((by, kg, dump_point, trip))

    def _may_unload(self, time_ms: int, places: list[int]) -> int:
        permit = self._permit if self._permit >= 0 else self._period_permit(time_ms)
        for place in places:
            if permit < 0 or self.world.dump_permitted(np.array([permit]), np.array([place]))[0]:
                return place
        return -1

    def _gate(self, row: Row) -> None:
        if row.mark not in (Mark.GATE_IN, Mark.GATE_OUT) or not self._hauling or row.device < 0:
            return
        dump_point = int(self.world.terminals.dump_point[row.device])
        if dump_point < 0:
            return
        if row.mark == Mark.GATE_OUT:
            self._set(gate_out_ms=row.time_ms)
            return
        self._set(gate_in_ms=row.time_ms, gate_dump_point_id=self.world.dump_point_ids[dump_point])
        if row.weight_kg >= 0:
            self._set(weighed_kg=float(round(row.weight_kg)))
        if self._unloaded:
            return
        self._weigh("gate", round(row.weight_kg) if row.weight_kg >= 0 else -1, dump_point)
        if self._may_unload(row.time_ms, [dump_point]) >= 0:
            self._set(ending="delivered")
            self._due_ms = math.inf
            if self.trips[-1].inferred and self.stays.blind:
                self._arrive(row.time_ms, "gate", None, dump_point)

    def _arrive(self, start_ms: int, by: str, stay: Stay | None, dump_point: int) -> None:
        self._unloaded, self._due_ms = True, math.inf
        dump_point_id = self.world.dump_point_ids[dump_point]
        self._set(ending="delivered", unloading_start_ms=start_ms, dump_point_id=dump_point_id)
        self.arrivals.append((by, stay, self._permit, dump_point))

    def _places(self, stay: Stay) -> list[int]:
        lat_deg, lon_deg = np.array([stay.place[0]]), np.array([stay.place[1]])
        _, place, distance_m = self.world.dump_points.pairs_within(lat_deg, lon_deg, LIMITS.dump_margin_m)
        return [p for _, p in sorted(zip(distance_m.tolist(), place.tolist(), strict=True))]

    def _look_at_stays(self, row: Row) -> None:
        stays = self.stays
        if stays.arrived is not None and self._hauling and not self._unloaded:
            place = self._may_unload(row.time_ms, self._places(stays.arrived))
            if place >= 0:
                self._arrive(stays.arrived.start.fix_time_ms, "stay", stays.arrived, place)
        if stays.stopped is not None and self._hauling and not self._unloaded:
            self._consider(stays.stopped, row)
        self._unseen = self._unseen or (stays.unseen and self._hauling)
        if stays.dwelt is not None and self._hauling:
            lat_deg, lon_deg = np.array([stays.dwelt.place[0]]), np.array([stays.dwelt.place[1]])
            site = int(self.world.sites.query(lat_deg, lon_deg)[0])
            self._end(row.time_ms, "stay_in_site", blind=True, at_origin=site >= 0 and site == self._site)
        if stays.departed is not None:
            self._depart(stays.departed, row)

    def _consider(self, stay: Stay, row: Row) -> None:
        places = self._places(stay)
        if places and self._may_unload(row.time_ms, places) >= 0:
            return
        off_route_m = math.nan
        if self._permit >= 0:
            lat_deg, lon_deg = np.array([stay.place[0]]), np.array([stay.place[1]])
            off_route_m = float(self.world.route_distance_m(np.array([self._permit]), lat_deg, lon_deg)[0])
        stop = Candidate(replace(stay), self._permit, places[0] if places else -1, float(np.float32(off_route_m)))
        if not stop.off_route and stop.stayed_s < DUMPING.on_route_s:
            return
        best = self._stop
        if best is None or (stop.off_route, stop.stayed_s) > (best.off_route, best.stayed_s):
            self._stop = stop

    def _depart(self, dwell: Stay, row: Row) -> None:
        left_ms = self.trips[-1].left_site_ms if self._open else None
        site, permit = self._bind(dwell.place, row.time_ms)
        dwelt_before = not self._hauling or (left_ms is not None and dwell.start.fix_time_ms < left_ms)
        if self._open and not self._unloaded and dwelt_before:
            return
        self.presumed = (dwell, site, permit)
        self._end(dwell.start.fix_time_ms, "loaded_again", blind=True)
        trip = Trip(
            **self._named(site, permit),
            start=dwell.start,
            loading_start_ms=dwell.start.fix_time_ms,
            loaded_ms=row.time_ms,
            inferred=True,
            **(NOTHING | {"left_site_ms": row.time_ms}),
        )
        self._opened(trip, site, permit)
        self._hauling, self._due_ms = True, row.time_ms + LIMITS.deadline_s * 1000
        if site >= 0:
            self.departures.append((site, self.trips[-1]))


NOTHING: dict[str, Any] = dict.fromkeys(
    ("washed_ms", "left_site_ms", "unloading_start_ms", "unloading_end_ms", "dump_point_id", "end_ms", "load_kg")
)
