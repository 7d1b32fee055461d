"""A scenario without a broker: its world, the capture of what the broker would have carried, and its truth.

The platform of this file only commits and answers; links lose messages and answers, go blind and come back, so that the
capture holds late, repeated and interleaved reports as a real one does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from simulators.capture import CaptureWriter, write_capture
from simulators.instant import from_milliseconds, to_milliseconds
from simulators.scenario import Scenario
from simulators.simulation import Simulation
from simulators.station import Station
from simulators.terminal import Key
from simulators.truth import RunHeader, write_happening, write_header
from simulators.world_folder import write_world

TRAVEL_S = (0.05, 1.5)  # from terminal to platform over a mobile network
COMMIT_S = (0.1, 0.6)  # from there to the acknowledgement's arrival
# After the last cycle the trucks stand in a yard with network. This is longer than it takes to upload a full flash.
DRAIN_S = 6 * 3600.0
CAPTURE_NAME, TRUTH_NAME, WORLD_NAME, HEADER_NAME = "capture.ndjson.gz", "truth.ndjson", "world", "run.json"


@dataclass(frozen=True, slots=True)
class SimulateResult:
    """What a run wrote.

    Attributes:
        trucks: Trucks in the city.
        records: Records that terminals stored.
        messages: Messages in the capture.
        happenings: Lines of truth.
        overwritten: Records that a full flash lost.
        left: Records still in a flash at the end.
    """

    trucks: int
    records: int
    messages: int
    happenings: int
    overwritten: int
    left: int


def simulate(scenario: Scenario, seed: int, out: Path, told: Callable[[float], None]) -> SimulateResult:
    """Run a scenario and write `world/`, `capture.ndjson.gz`, `truth.ndjson` and `run.json` into a folder.

    Args:
        scenario: What happens.
        seed: The same seed gives the same bytes.
        out: The folder; made where it does not exist.
        told: Called with the share that is done, 0 to 1.
    """
    city_seed, network_seed = np.random.SeedSequence(seed).generate_state(2).tolist()
    simulation = Simulation(scenario, city_seed, to_milliseconds(scenario.start))
    out.mkdir(parents=True, exist_ok=True)
    write_world(out / WORLD_NAME, simulation.documents)
    write_header(out / HEADER_NAME, _header(scenario, seed, simulation))
    happenings = 0
    with write_capture(out / CAPTURE_NAME) as capture, (out / TRUTH_NAME).open("wb") as truth:
        network = _Network(simulation, np.random.default_rng(network_seed), capture)
        at_s = -scenario.history_s
        while not network.done(at_s):
            network.second(at_s)
            for happening in simulation.truth_until(at_s):
                write_happening(truth, happening)
                happenings += 1
            told(min((at_s + scenario.history_s) / (scenario.history_s + scenario.hours * 3600.0 + 3600.0), 1.0))
            at_s += scenario.link.tick_s
        network.finish()
    told(1.0)
    terminals = [station.terminal for station in simulation.stations]
    return SimulateResult(
        trucks=len(simulation.fleet),
        records=sum(terminal.counts.offered for terminal in terminals),
        messages=capture.messages,
        happenings=happenings,
        overwritten=sum(terminal.counts.overwritten for terminal in terminals),
        left=sum(len(terminal) for terminal in terminals),
    )


def _header(scenario: Scenario, seed: int, simulation: Simulation) -> RunHeader:
    sensors: dict[str, list[str]] = {truck.vehicle_id: sorted(truck.sensors) for truck in simulation.fleet}
    start = from_milliseconds(simulation.start_ms)
    return RunHeader(scenario.title, seed, start, scenario.hours + scenario.history_s / 3600.0, sensors)


class _Network:
    """Every link of the city and a platform that commits whatever arrives, second by second."""

    def __init__(self, simulation: Simulation, rng: np.random.Generator, capture: CaptureWriter) -> None:
        self._simulation = simulation
        self._rng = rng
        self._capture = capture
        self._arriving: list[tuple[float, int, str, bytes]] = []
        self._answers: list[tuple[float, int, Station, tuple[Key, ...]]] = []
        self._order = count()

    def second(self, at_s: float) -> None:
        """Move the city and all its messages on by one second."""
        self._simulation.advance(at_s, at_s)
        while self._answers and self._answers[0][0] <= at_s:
            _, _, station, keys = heapq.heappop(self._answers)
            if station.terminal.online:
                self._answer(station, keys, at_s)
        for station in self._simulation.stations:
            self._switch_link(station, at_s)
            for message in station.terminal.take(at_s):
                self._send(station, message.payload, message.keys, at_s)
        self._write_until(at_s)

    def done(self, at_s: float) -> bool:
        """Return whether every truck is home and every flash empty, or the time for that is over."""
        simulation = self._simulation
        if not simulation.ended or at_s <= simulation.end_s:
            return False
        empty = not any(len(station.terminal) for station in simulation.stations)
        return empty or at_s > simulation.end_s + DRAIN_S

    def finish(self) -> None:
        """Write what is still on its way."""
        self._write_until(float("inf"))

    def _switch_link(self, station: Station, at_s: float) -> None:
        terminal, reception = station.terminal, station.reception
        home = self._simulation.ended and at_s > self._simulation.end_s
        reachable = at_s >= 0.0 and (home or not reception.is_blind(at_s))
        if at_s >= 0.0 and not home and reception.battery_pulled(at_s):
            self._simulation.pull_battery(station, at_s)
        if reachable and not terminal.online:
            terminal.connected()
        elif terminal.online and not reachable:
            terminal.disconnected()

    def _send(self, station: Station, payload: bytes, keys: tuple[Key, ...], at_s: float) -> None:
        if station.reception.message_lost():
            return
        arrives_s = at_s + float(self._rng.uniform(*TRAVEL_S))
        heapq.heappush(self._arriving, (arrives_s, next(self._order), station.terminal.topic, payload))
        if not station.reception.answer_lost():
            answered_s = arrives_s + float(self._rng.uniform(*COMMIT_S))
            heapq.heappush(self._answers, (answered_s, next(self._order), station, keys))

    def _answer(self, station: Station, keys: tuple[Key, ...], at_s: float) -> None:
        """Acknowledge one message's records, which are consecutive or nearly so."""
        for epoch, seq in keys:
            station.terminal.acknowledge(epoch, [(seq, seq)], at_s)

    def _write_until(self, at_s: float) -> None:
        while self._arriving and self._arriving[0][0] <= at_s:
            arrives_s, _, topic, payload = heapq.heappop(self._arriving)
            self._capture.write(self._simulation.start_ms + round(arrives_s * 1000.0), topic, payload)
