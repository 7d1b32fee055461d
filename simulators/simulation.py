"""A city at work: every truck's timeline feeds its terminal, washers and gates report what passes, truth comes to pass.

`advance` moves it on; whoever drives it carries what the terminals give out, over a simulated link (`simulate`) or over
a real broker (`live`). Only who has something due is looked at, and a truck's first cycle is drawn when it is admitted:
ten thousand trucks begin one after another, while the first ones already report.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from zlib import crc32

import numpy as np

from firmware_contracts.fix import Fix
from firmware_contracts.topics import DownTopic, Topic
from simulators.city import generate_city
from simulators.clocks import ClockFault, draw_clock_faults
from simulators.feed import Feed, between, is_due
from simulators.fleet import Encoding, Truck, generate_fleet
from simulators.instant import EPOCH
from simulators.jt808_station import jt808_terminal, offer_fix
from simulators.payloads import event_encoder, report_encoder
from simulators.reception import Reception
from simulators.scenario import Scenario
from simulators.station import Station
from simulators.stretch import FixSchedule, Stretch
from simulators.terminal import Terminal
from simulators.timeline import Timeline
from simulators.truth import ANY_KIND, Happening
from simulators.workday import Workday
from simulators.world_documents import gate_id, washer_id, world_documents

HEARTBEAT_S = 120.0  # washers and gates say that they live as often as wheel-washers in the field do
CLONE_EPOCH_S = 40 * 86_400  # a cloned box was first switched on weeks before
ALIVE_S = 310.0  # a terminal says that it lives every five minutes at least
OUTAGE_H = (1.0, 4.0)
FIRST_OUTAGE_S = 2.0 * 3600.0  # a washer that was never heard is not missed
EDGE_S = 180.0  # washing takes a minute, and a truck is out of the gate a minute later
EXIT_S = 900.0  # who leaves around an outage may or may not be seen


class Simulation:
    """A city, its fleet and all their terminals, from one seed.

    Attributes:
        city: All that stands still.
        documents: The world that the truth is told against.
        fleet: The trucks.
        stations: All terminals, trucks first.
        start_ms: The scenario's start, milliseconds since 1970-01-01 UTC; its seconds count from there.
    """

    def __init__(
        self, scenario: Scenario, seed: int, start_ms: int, *, endless: bool = False, gradual: bool = False
    ) -> None:
        """Draw everything; no truck has moved yet.

        Args:
            scenario: What happens.
            seed: Where all chance comes from.
            start_ms: When second 0 is.
            endless: Trucks go on after the scenario's hours.
            gradual: Trucks begin when they are admitted, washers and gates with the last of them; else all at once.
        """
        # Scenarios drawn from one seed would else have the same trucks on the same sites.
        entropy = seed if scenario.day is None else [seed, crc32(scenario.title.encode())]
        seeds = np.random.SeedSequence(entropy).spawn(7)
        city_seed, fleet_seed, trucks_seed, luck_seed, outage_seed, clock_seed, storm_seed = seeds
        self.city = city = generate_city(np.random.default_rng(city_seed), scenario.city)
        wanted = scenario.wanted_sensors
        self.fleet = generate_fleet(np.random.default_rng(fleet_seed), scenario.fleet, city, wanted)
        self.documents = world_documents(city, self.fleet, EPOCH + timedelta(milliseconds=start_ms))
        self.start_ms = start_ms
        self._scenario = scenario
        self._region = city.region
        self._luck = iter(luck_seed.spawn(2 * len(self.fleet) + len(city.sites) + len(city.dump_points)))
        faults = draw_clock_faults(np.random.default_rng(clock_seed), scenario.clock, len(self.fleet), len(wanted))
        trucks = [self._truck_station(n, truck, faults.get(n)) for n, truck in enumerate(self.fleet)]
        washers = [self._event_station("washer", washer_id(site)) for site in city.sites]
        gates = [self._event_station("gate", gate_id(dump_point)) for dump_point in city.dump_points]
        cloned = trucks if any(plan.kind == "clone" for plan in scenario.incident) else []
        doubles = [self._clone_station(station) for station in cloned]
        self.stations = [*trucks, *washers, *gates, *doubles]
        self._watchers = {station.device: n for n, station in enumerate((*washers, *gates), len(trucks))}
        self._first_double = len(trucks) + len(self._watchers)
        self._draw_storms(np.random.default_rng(storm_seed))
        staged = [*scenario.staged, *[None] * (len(self.fleet) - len(scenario.staged))]
        until_s = np.inf if endless else scenario.hours * 3600.0
        self._feeds = []
        for truck, plan, own in zip(self.fleet, staged, trucks_seed.spawn(len(self.fleet)), strict=True):
            timeline = Timeline(np.random.default_rng(own), truck, city, scenario, plan, start_ms)
            self._feeds.append(Feed(self._life(timeline, until_s), timeline))
        self._due: list[tuple[float, int]] = [] if gradual else [(-np.inf, n) for n in range(len(self.fleet))]
        self._admitted = 0 if gradual else len(self.fleet)
        self._passages: list[tuple[float, int, int, str, dict[str, Any]]] = []
        self._truth: list[tuple[int, int, Happening]] = []
        self._order = count()
        self._cloned: list[tuple[int, FixSchedule]] = []
        self._newest: dict[int, Fix] = {}
        self._next_heartbeat_s = -scenario.history_s
        self._outages = self._draw_outages(np.random.default_rng(outage_seed), [washer.device for washer in washers])
        for n, fault in faults.items():
            self._tell_clock(self.fleet[n], fault)

    def advance(self, until_s: float, now: float) -> list[int]:
        """Let everything happen up to a second of the scenario; return which stations have recorded something.

        Args:
            until_s: Seconds from the scenario's start.
            now: The terminals' present, on the clock that their driver uses. [s]
        """
        due: list[int] = []
        while self._due and self._due[0][0] <= until_s:
            due.append(heapq.heappop(self._due)[1])
        touched = sorted(due)
        for n in touched:
            self._advance_truck(n, until_s, now)
        for n, fixes in self._cloned:
            for fix in fixes.take(until_s):
                self._record(n, fix, now)
                touched.append(n)
        self._cloned = [(n, fixes) for n, fixes in self._cloned if fixes]
        return touched + self._advance_watchers(until_s, now)

    def admit(self, until_s: float, now: float) -> int | None:
        """Let one more truck begin its life and catch up with the others; return which station it is, None for none."""
        if self._admitted >= len(self.fleet):
            return None
        n = self._admitted
        self._admitted += 1
        self._advance_truck(n, until_s, now)
        return n

    @property
    def admitted(self) -> int:
        """Return how many trucks have begun."""
        return self._admitted

    def _advance_truck(self, n: int, until_s: float, now: float) -> None:
        feed, cab = self._feeds[n], self.stations[n].cab
        if cab.config is not None:
            feed.follow(cab.moving_s, cab.standing_s, cab.corner_deg)
        for stretch in feed.until(until_s):
            self._note(n, stretch)
            if stretch.clone is not None:
                self._cloned.append((self._first_double + n, stretch.clone))
        for fix in feed.take(until_s):
            if fix is None or is_due(self._newest.get(n), fix, cab):
                self._record(n, fix, now)
                if fix is not None:
                    self._newest[n] = fix
        if feed.due_s < np.inf:
            heapq.heappush(self._due, (feed.due_s, n))

    def _record(self, n: int, fix: Fix | None, now: float) -> None:
        """Store a fix with the time that the terminal's clock shows; one that the flash fails to keep is counted."""
        station = self.stations[n]
        if fix is None:
            station.terminal.lose()
            return
        station.cab.sense(fix)
        shown = fix if station.clock is None else station.clock.shown(fix, self.start_ms)
        if station.jt808 is None:
            station.terminal.offer(shown, now)
        else:
            offer_fix(station.jt808, shown, self.fleet[n].vendor)

    def _advance_watchers(self, until_s: float, now: float) -> list[int]:
        """Let washers and gates record what passes, in one order whenever trucks were admitted."""
        if self._admitted < len(self.fleet):
            return []
        touched = []
        self._beat_hearts(until_s)
        while self._passages and self._passages[0][0] <= until_s:
            at_s, _, _, device, body = heapq.heappop(self._passages)
            if not any(from_s <= at_s < to_s for from_s, to_s in self._outages.get(device, ())):
                touched.append(self._watchers[device])
                self.stations[touched[-1]].terminal.offer(body, now)
        return touched

    def locate(self, n: int, at_s: float, now: float) -> None:
        """Let a truck's terminal record where it is now, as it was asked to; one that is dead stays silent.

        Args:
            n: Which station; washers and gates stay where they are.
            at_s: Seconds from the scenario's start.
            now: As of `advance`.
        """
        newest, time_ms = self._newest.get(n), self.start_ms + round(at_s * 1000.0)
        if newest is not None and time_ms - newest.fix_time_ms < ALIVE_S * 1000.0:
            self._record(n, between(newest, self._feeds[n].peek(), time_ms), now)

    def park(self, at_s: float, now: float) -> None:
        """Let every truck stop where it is and turn its engine off; a terminal that is dead says nothing of it."""
        time_ms = self.start_ms + round(at_s * 1000.0)
        for n, newest in self._newest.items():
            if 0 < time_ms - newest.fix_time_ms < ALIVE_S * 1000.0:
                parked = newest._replace(fix_time_ms=time_ms, speed_mps=0.0, ignition=0)
                self._record(n, parked, now)

    def truth_until(self, until_s: float) -> Iterator[Happening]:
        """Yield what has come to pass by a second of the scenario and was not yielded before."""
        until_ms = self.start_ms + until_s * 1000.0
        while self._truth and self._truth[0][0] <= until_ms:
            yield heapq.heappop(self._truth)[2]

    def pull_battery(self, station: Station, at_s: float) -> None:
        """Pull a terminal's battery, with or without the loss of its counter."""
        lost = station.reception.counter_lost()
        if station.jt808 is not None:
            station.jt808.battery_pull()
        station.terminal.battery_pull(max(self.epoch_at(at_s), station.terminal.epoch + 1) if lost else None)

    def epoch_at(self, at_s: float) -> int:
        """Return the epoch that begins at a second of the scenario: the clock's seconds, so that epochs grow."""
        return int(self.start_ms // 1000 + at_s)

    @property
    def end_s(self) -> float:
        """When the last truck's last stretch ends, as far as that is known."""
        return max(feed.end_s for feed in self._feeds)

    @property
    def ended(self) -> bool:
        """Whether every truck has been parked for good."""
        return all(feed.ended for feed in self._feeds)

    def _note(self, n: int, stretch: Stretch) -> None:
        clock = self.stations[n].clock
        for row, happening in enumerate(stretch.truth):
            seen = self._seen_by(stretch.at_device.get(row), happening)
            if clock is not None and clock.covers(seen.start_ms, seen.end_ms, self.start_ms):
                seen = seen._replace(required=False)
            heapq.heappush(self._truth, (seen.end_ms, next(self._order), seen))
        for at_s, device, body in stretch.passages:
            heapq.heappush(self._passages, (at_s, n, next(self._order), device, body))
            if any(abs(at_s - edge_s) < EDGE_S for outage in self._outages.get(device, ()) for edge_s in outage):
                self._excuse(n, at_s)

    def _seen_by(self, device: str | None, happening: Happening) -> Happening:
        """Return a happening as required only if the device on whose word it rests was alive then."""
        first_s, last_s = ((at_ms - self.start_ms) / 1000.0 for at_ms in (happening.start_ms, happening.end_ms))
        for from_s, to_s in self._outages.get(device or "", ()):
            if first_s < to_s + EXIT_S and last_s > from_s - EXIT_S:
                return happening._replace(required=False)
        return happening

    def _excuse(self, n: int, at_s: float) -> None:
        """Note that a washed truck may seem unwashed: its washer died, or came back, while it stood there."""
        first_ms, last_ms = (self.start_ms + round((at_s + by_s) * 1000.0) for by_s in (-EDGE_S, EDGE_S))
        happening = Happening(self.fleet[n].vehicle_id, "not_washed", first_ms, last_ms, required=False)
        heapq.heappush(self._truth, (last_ms, next(self._order), happening))

    def _tell_clock(self, truck: Truck, fault: ClockFault) -> None:
        """Note that whatever is found of a truck whose clock is wrong is neither right nor wrong; as it begins."""
        first_ms, last_ms = fault.span_ms(self.start_ms)
        happening = Happening(truck.vehicle_id, "clock_fault", first_ms, last_ms, also=(ANY_KIND,), required=False)
        began_ms = self.start_ms + round(fault.from_s * 1000.0)
        heapq.heappush(self._truth, (began_ms, next(self._order), happening))

    def _draw_storms(self, rng: np.random.Generator) -> None:
        """Draw whose link each storm takes."""
        for storm in self._scenario.storm:
            for n in np.flatnonzero(rng.random(len(self.stations)) < storm.share).tolist():
                self.stations[n].reception.storms.append((storm.at_s, storm.at_s + storm.outage_s))

    def _life(self, timeline: Timeline, last_start_s: float) -> Iterator[Stretch]:
        scenario = self._scenario
        if scenario.day is None:
            return timeline.stretches(last_start_s)
        return Workday(timeline, scenario.day, scenario.hours * 3600.0).stretches()

    def _draw_outages(self, rng: np.random.Generator, washers: list[str]) -> dict[str, list[tuple[float, float]]]:
        """Return when which washer is dead, and note the truth of it."""
        outages: dict[str, list[tuple[float, float]]] = {}
        for device in washers:
            seconds = float(rng.uniform(*OUTAGE_H)) * 3600.0
            latest_s = self._scenario.hours * 3600.0 - seconds - 1800.0
            if rng.random() >= self._scenario.washer_outages or latest_s <= FIRST_OUTAGE_S:
                continue
            from_s = float(rng.uniform(FIRST_OUTAGE_S, latest_s))
            outages[device] = [(from_s, from_s + seconds)]
            start_ms, end_ms = (self.start_ms + round(at_s * 1000.0) for at_s in outages[device][0])
            happening = Happening(device, "washer_offline", start_ms, end_ms, subject_kind="washer")
            heapq.heappush(self._truth, (happening.end_ms, next(self._order), happening))
        return outages

    def _beat_hearts(self, until_s: float) -> None:
        last_s = self.end_s if self.ended else np.inf
        while self._next_heartbeat_s <= min(until_s, last_s):
            time_ms = self.start_ms + round(self._next_heartbeat_s * 1000.0)
            for device in self._watchers:
                body = {"time_ms": time_ms, "type": "heartbeat"}
                beat = (self._next_heartbeat_s, len(self.fleet), next(self._order), device, body)
                heapq.heappush(self._passages, beat)
            self._next_heartbeat_s += HEARTBEAT_S

    def _truck_station(self, n: int, truck: Truck, clock: ClockFault | None) -> Station:
        topic = Topic(self._region, "truck", truck.terminal_id, "report", truck.encoding)
        station = self._station(topic, report_encoder(truck.encoding, truck.terminal_id), clock)
        return replace(station, jt808=jt808_terminal(truck, self._scenario.link, n)) if truck.phone else station

    def _clone_station(self, station: Station) -> Station:
        """Return a second terminal that calls itself the same; its counter began at another time."""
        encoding: Encoding = station.terminal.topic.rsplit("/", 1)[1]  # type: ignore[assignment]  # one of the three
        topic = Topic(self._region, "truck", station.device, "report", encoding)
        double = self._station(topic, report_encoder(encoding, station.device))
        double.terminal.epoch -= CLONE_EPOCH_S
        return double

    def _event_station(self, kind: str, device: str) -> Station:
        return self._station(Topic(self._region, kind, device, "event", "json"), event_encoder(device))

    def _station(self, topic: Topic, encode: Any, clock: ClockFault | None = None) -> Station:
        plan = self._scenario.link
        rng = np.random.default_rng(next(self._luck))
        limits = plan.limits(newest_first=bool(rng.random() < plan.newest_first))
        terminal = Terminal(str(topic), encode, limits, epoch=self.epoch_at(-self._scenario.history_s))
        state = Topic(topic.region, topic.kind, topic.device, "state", "json")
        ack = DownTopic(topic.region, topic.kind, topic.device, "ack")
        return Station(topic.device, topic.kind, terminal, Reception(rng, plan), str(state), str(ack), clock=clock)
