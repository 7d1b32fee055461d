"""What a trip becomes as things happen to its truck, one after the other.

Such changes are rare: a handful an hour. So they are applied one by one, in plain Python, to trips held in plain
integers, as they also stand in the carry. What rules want to know of a trip is noted on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.context import Context
from rules_engine.load_state import ABSENT_KG, HEAVY, UNKNOWN
from rules_engine.tracks import at
from rules_engine.trip_changes import (
    ARRIVED,
    DEPARTED,
    DWELT,
    EMPTIED,
    ENTERED_SITE,
    GATE_IN,
    GATE_OUT,
    LEFT_SITE,
    LOADED,
    STOPPED,
    UNLOADED,
    UNSEEN,
    WASHED,
    Change,
)
from rules_engine.trip_facts import TripFacts
from rules_engine.trip_notes import Arrival, Departure, Stop, TripEnd, Undelivered, Weighing
from rules_engine.trip_state import (
    DELIVERED,
    DUMPED,
    LOST,
    NEVER_MS,
    ON_ITS_WAY,
    RETURNED,
    TRIP_FIELDS,
    TripState,
    trip_values,
    trips_of,
)
from rules_engine.world_keys import NO_KEY


class TripLog:
    """Applies the changes of a batch to its trips, truck by truck, and keeps what came of them."""

    def __init__(self, context: Context, facts: TripFacts) -> None:
        self.context = context
        self.facts = facts
        self.unloading_permit = np.full(len(facts.unloadings), NO_KEY, np.int64)
        # Whether a truck was on a trip, and whether that had already emptied a bed that nothing weighs.
        self.unloading_on_trip, self.unloading_empty = np.zeros((2, len(facts.unloadings)), np.bool_)
        self.ended: list[tuple[int, TripState, int | None]] = []
        self.going_on: dict[int, TripState] = {}
        self.unloaded_by: dict[int, TripState] = {}
        self.values_before: dict[int, tuple[Any, ...]] = {}
        # Row, permit, whether it was unloaded, site, and whether a load is presumed on it, wherever these change.
        self.steps: list[tuple[int, int, bool, int, bool]] = []
        self.departures: list[Departure] = []
        self.undelivered: list[Undelivered] = []
        self.weighings: list[Weighing] = []
        self.arrivals: list[Arrival] = []
        # Numbers of the presumed loadings that opened a trip.
        self.presumed: list[int] = []
        # By truck with stops, what decides whether it unloaded at one of them.
        self.stops: dict[int, list[Stop | TripEnd]] = {}

    def follow(self, changes: Iterator[Change]) -> None:
        """Apply changes in the order of trucks and time, and look after the deadlines of all trucks."""
        before: Any = self.context.before["trip"]["state"]
        tracks = self.context.tracks
        last_ms = tracks.time_ms[tracks.last]
        by_track = {track: list(group) for track, group in groupby(changes, key=itemgetter(0))}
        for track in (before["due_ms"] <= last_ms).nonzero()[0].tolist():
            by_track.setdefault(track, [])
        if not by_track:
            return
        index = np.array(list(by_track), np.intp)
        self.values_before = dict(zip(by_track, trips_of(before[index]), strict=True))
        steps = self.steps
        for (track, of_track), until_ms in zip(by_track.items(), last_ms[index].tolist(), strict=True):
            trip = TripState(*self.values_before[track])
            for change in of_track:
                if trip.due_ms <= change.time_ms:
                    self._overdue(trip, track)
                trip = APPLIED_BY[change.kind](self, trip, change)
                permit = trip.permit if trip.hauling else NO_KEY
                presumed = trip.hauling and trip.presumed and not trip.unloaded
                steps.append((change.row, permit, trip.unloaded, trip.site, presumed))
            if trip.due_ms <= until_ms:
                self._overdue(trip, track)
            self.going_on[track] = trip

    def _loaded(self, trip: TripState, change: Change) -> TripState:
        self._end(trip, change.track, change.row, self.facts.loadings[change.item].start_ms, "loaded_again")
        return self._opened(change, hauling=change.at_site == NO_KEY)

    def _opened(self, change: Change, *, hauling: bool, presumed: bool = False) -> TripState:
        loading = self.facts.loadings[change.item]
        return TripState(
            start_ms=loading.start_ms,
            epoch=loading.epoch,
            seq=loading.seq,
            site=loading.site,
            permit=loading.permit,
            loading_start_ms=loading.empty_ms,
            loaded_ms=change.time_ms,
            left_site_ms=change.time_ms if presumed else UNSET_MS,
            deadline_s=loading.deadline_s,
            due_ms=change.time_ms + loading.deadline_s * 1000 if hauling else NEVER_MS,
            hauling=hauling,
            presumed=presumed,
        )

    def _entered(self, trip: TripState, change: Change) -> TripState:
        if change.at_site != NO_KEY or not trip.hauling:
            return trip
        heavy = self.facts.load.state[change.row] == HEAVY
        if trip.unloaded or not (heavy or trip.presumed):
            self._end(trip, change.track, change.row, change.time_ms, "empty_at_site")
            return TripState()
        if trip.ending == ON_ITS_WAY and heavy and self._is_origin(trip, change.item):
            trip.ending = RETURNED
        return trip

    def _is_origin(self, trip: TripState, site_row: int) -> bool:
        return trip.site != NO_KEY and self.context.keys.sites.keys[site_row] == trip.site

    def _left(self, trip: TripState, change: Change) -> TripState:
        if not trip.is_open:
            return trip
        trip.hauling = True
        if change.at_site == trip.site != NO_KEY:
            self._depart(trip, change)
        if change.at_site != NO_KEY and trip.left_site_ms == UNSET_MS:
            trip.left_site_ms = change.time_ms
            trip.load_kg = int(self.facts.exit_kg(change.row))
        if trip.due_ms == NEVER_MS and not trip.unloaded and trip.ending == ON_ITS_WAY:
            trip.due_ms = change.time_ms + trip.deadline_s * 1000
        if trip.ending == RETURNED:
            trip.ending = ON_ITS_WAY
        return trip

    def _depart(self, trip: TripState, change: Change) -> None:
        state = self.facts.load.state[change.row]
        if state == HEAVY or (state == UNKNOWN and not trip.unloaded):
            self.departures.append(Departure(change.track, change.row, trip.site, trip.start_ms, trip.presumed))

    def _unloaded(self, trip: TripState, change: Change) -> TripState:
        if not trip.is_open:
            return trip
        item = change.item
        state = self.facts.unloadings.state[item]
        peak_kg = int(state["first_peak_kg"])
        self.unloading_on_trip[item] = True
        self.unloading_empty[item] = trip.unloaded and peak_kg == ABSENT_KG
        if self.unloading_empty[item]:
            return trip
        self.unloading_permit[item] = trip.permit
        self.unloaded_by[item] = trip
        if trip.unloading_start_ms == UNSET_MS:
            trip.unloading_start_ms = int(state["since_ms"])
            if trip.left_site_ms != UNSET_MS:
                self._weigh(trip, change, "load", peak_kg, NO_KEY)
        if trip.load_kg == ABSENT_KG:
            trip.load_kg = peak_kg
        trip.unloaded, trip.due_ms = True, NEVER_MS
        return trip

    def _weigh(self, trip: TripState, change: Change, by: str, kg: int, dump_point: int) -> None:
        # A truck that has left a dump point may have another load by now, whatever it was seen to do.
        if trip.load_kg > kg >= 0 and trip.gate_out_ms == UNSET_MS:
            self.weighings.append(Weighing(change.track, change.row, by, kg, dump_point, _copy(trip)))

    def _emptied(self, trip: TripState, change: Change) -> TripState:
        if trip.unloaded and not self.unloading_empty[change.item]:
            trip.unloading_end_ms = int(self.facts.unloadings.state["progress_ms"][change.item])
        return trip

    def _washed(self, trip: TripState, change: Change) -> TripState:
        within_ms = float(at(self.facts.limits.wash_within_s, change.row)) * 1000
        in_time = trip.left_site_ms == UNSET_MS or change.time_ms - trip.left_site_ms <= within_ms
        if trip.is_open and trip.washed_ms == UNSET_MS and in_time and not trip.unloaded:
            trip.washed_ms = change.time_ms
        return trip

    def _gate_in(self, trip: TripState, change: Change) -> TripState:
        dump_point = self.facts.gate_dump_point(change.row)
        if not trip.is_open or not trip.hauling or dump_point < 0:
            return trip
        trip.gate_in_ms = change.time_ms
        trip.gate_point = self.context.keys.dump_points.keys[dump_point]
        weighed_kg = self.facts.weighed_kg(change.row)
        if weighed_kg >= 0:
            trip.weighed_kg = weighed_kg
        if trip.unloaded:
            return trip
        self._weigh(trip, change, "gate", weighed_kg, trip.gate_point)
        if self.facts.may_unload(trip.permit, change.row, [dump_point]) >= 0:
            trip.ending, trip.due_ms = DELIVERED, NEVER_MS
            if trip.presumed and self.facts.stays.is_blind(change.row):
                self._unload_unmeasured(trip, change, -1, dump_point)
        return trip

    def _gate_out(self, trip: TripState, change: Change) -> TripState:
        if trip.is_open and trip.hauling and self.facts.gate_dump_point(change.row) >= 0:
            trip.gate_out_ms = change.time_ms
        return trip

    def _arrived(self, trip: TripState, change: Change) -> TripState:
        if not trip.hauling or trip.unloaded:
            return trip
        dump_point = self.facts.may_unload(trip.permit, change.row, self.facts.arrival_places[change.item])
        if dump_point >= 0:
            self._unload_unmeasured(trip, change, change.item, dump_point)
        return trip

    def _unload_unmeasured(self, trip: TripState, change: Change, item: int, dump_point: int) -> None:
        trip.unloaded, trip.ending, trip.due_ms = True, DELIVERED, NEVER_MS
        trip.unloading_start_ms = change.time_ms if item < 0 else int(self.facts.stays.arrivals.state["since_ms"][item])
        trip.dump_point = self.context.keys.dump_points.keys[dump_point]
        self.arrivals.append(Arrival(change.track, change.row, item, trip.permit, trip.dump_point))

    def _stopped(self, trip: TripState, change: Change) -> TripState:
        if not trip.hauling or trip.unloaded:
            return trip
        places = self.facts.stop_places[change.item]
        if not places or self.facts.may_unload(trip.permit, change.row, places) < 0:
            dump_point = self.context.keys.dump_points.keys[places[0]] if places else NO_KEY
            self.stops.setdefault(change.track, []).append(Stop(change.item, trip.permit, dump_point))
        return trip

    def _went_unseen(self, trip: TripState, _change: Change) -> TripState:
        trip.unseen = trip.is_open and (trip.unseen or trip.hauling)
        return trip

    def _dwelt(self, trip: TripState, change: Change) -> TripState:
        """End the trip of a truck without sensors: whatever it carried, it is at a site again."""
        if not trip.hauling:
            return trip
        site = self.facts.dwell_sites[change.item]
        self._end_blind(trip, change, "stay_in_site", change.time_ms, at_origin=trip.site in {site} - {NO_KEY})
        return TripState()

    def _departed(self, trip: TripState, change: Change) -> TripState:
        loading = self.facts.loadings[change.item]
        dwelt_before = not trip.hauling or loading.start_ms < trip.left_site_ms
        if trip.is_open and not trip.unloaded and dwelt_before:
            # That is the loading which a sensor saw.
            return trip
        self.presumed.append(change.item)
        if trip.is_open:
            self._end_blind(trip, change, "loaded_again", loading.start_ms, at_origin=False)
        opened = self._opened(change, hauling=True, presumed=True)
        if opened.site != NO_KEY:
            # Whatever its load sensor told when it last told anything.
            self.departures.append(Departure(change.track, change.row, opened.site, opened.start_ms, presumed=True))
        return opened

    def _overdue(self, trip: TripState, track: int) -> None:
        due_ms, trip.due_ms = trip.due_ms, NEVER_MS
        row = int(self.context.tracks.row_at(np.array([track]), np.array([due_ms]))[0])
        trip.ending = LOST
        self.undelivered.append(Undelivered(track, row, "deadline", _copy(trip)))

    def _end(self, trip: TripState, track: int, row: int, end_ms: int, why: str) -> None:
        """End a trip, if there is one, as its truck's sensors show it."""
        if not trip.is_open:
            return
        if trip.ending == ON_ITS_WAY and not trip.unloaded:
            trip.ending = LOST if trip.hauling else RETURNED
            if trip.hauling and not trip.presumed:
                self.undelivered.append(Undelivered(track, row, why, _copy(trip)))
        self._close(trip, track, row, end_ms, why, blind=False)

    def _end_blind(self, trip: TripState, change: Change, why: str, end_ms: int, *, at_origin: bool) -> None:
        """End a trip of which nobody measured how; whether its load was dumped is looked into later."""
        if trip.ending in {ON_ITS_WAY, RETURNED} and not trip.unloaded:
            trip.ending = RETURNED if at_origin and not trip.unseen else LOST
            if not trip.presumed:
                self.undelivered.append(Undelivered(change.track, change.row, why, _copy(trip)))
        self._close(trip, change.track, change.row, end_ms, why, blind=True)

    def _close(self, trip: TripState, track: int, row: int, end_ms: int, why: str, *, blind: bool) -> None:
        trip.due_ms = NEVER_MS
        if track in self.stops or self.facts.has_stop[track]:
            self.stops.setdefault(track, []).append(TripEnd(row, trip, why, blind))
        self.ended.append((track, trip, end_ms))

    def finish(self, dump_point: NDArray[np.int32], allowed: NDArray[np.bool_]) -> None:
        """Note with each trip where it was unloaded; then forget those that did not change after all."""
        for item, trip in self.unloaded_by.items():
            if dump_point[item] >= 0:
                trip.dump_point = self.context.keys.dump_points.keys[dump_point[item]]
            trip.ending = DELIVERED if allowed[item] and trip.ending != DUMPED else DUMPED
        before = self.values_before
        self.going_on = {track: trip for track, trip in self.going_on.items() if trip_values(trip) != before[track]}

    def sites(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return from which rows on trips came from other sites, and the sites' keys."""
        row, _, _, site, _ = zip(*self.steps, strict=True) if self.steps else ((), (), (), (), ())
        return np.array(row, np.intp), np.array(site, np.int64)

    def store(self) -> None:
        """Write the trips that go on into the carry."""
        if not self.going_on:
            return
        after: Any = self.context.after["trip"]["state"]
        tracks = np.array(list(self.going_on), np.intp)
        values = np.array(list(map(trip_values, self.going_on.values())), np.int64)
        for place, name in enumerate(TRIP_FIELDS):
            after[name][tracks] = values[:, place]


def _copy(trip: TripState) -> TripState:
    return TripState(*trip_values(trip))


# What applies a change of each kind. Not kept by each log: it would refer to itself, and the batch's columns would stay
# in memory until the cyclic garbage collector runs, which ingest lets do so only every few seconds.
APPLIED_BY: dict[int, Callable[[TripLog, TripState, Change], TripState]] = {
    UNLOADED: TripLog._unloaded,
    EMPTIED: TripLog._emptied,
    LOADED: TripLog._loaded,
    WASHED: TripLog._washed,
    LEFT_SITE: TripLog._left,
    ENTERED_SITE: TripLog._entered,
    GATE_IN: TripLog._gate_in,
    GATE_OUT: TripLog._gate_out,
    ARRIVED: TripLog._arrived,
    STOPPED: TripLog._stopped,
    UNSEEN: TripLog._went_unseen,
    DWELT: TripLog._dwelt,
    DEPARTED: TripLog._departed,
}
