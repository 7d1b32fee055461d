"""A scenario on a real broker, in real time: terminals upload what they hold and go on live.

Event times are real and never lie in the future. At speed 1 second 0 of the scenario is the present, and the history
before it waits in the terminals' flash, as after a blind zone. At speed X the scenario begins in the past and runs X
times as fast until it has caught up with the present; then it goes on at speed 1.

Terminals come one after another, each with its first cycle and its connection, so that the first ones report while the
last ones are still to come. A tick looks only at those that have something due.
"""

from __future__ import annotations

import asyncio
import gc
import heapq
import os
import resource
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from firmware_contracts.transport import BrokerAddress
from simulators.bridge_link import BridgeLink
from simulators.connection import end
from simulators.link import Link
from simulators.live_status import LiveStatus, StormRecord
from simulators.scenario import Scenario
from simulators.simulation import Simulation
from simulators.station import Station
from simulators.truth import write_happening

TICK_S = 0.25
GOODBYE_S = 5.0  # for the last records to be sent and committed
CONNECTING_MOST = 64  # connections being made at a time: a broker's backlog is 100, and more would only time out
DESCRIPTORS_BESIDE = 200  # files, the truth, resolvers
FROZEN_EVERY = 250  # trucks; the collector would stop everything for seconds to look at all that ten thousand hold


class LiveError(Exception):
    """A run that cannot be on this machine; says why."""


def unix_ms() -> int:
    """Return the present, milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


async def run_live(  # noqa: PLR0917 - all six are needed, in the order in which a run comes about
    scenario: Scenario,
    broker: BrokerAddress,
    seed: int,
    speed: float,
    stop: asyncio.Event,
    on_world: Callable[[dict[str, Any]], Awaitable[None]],
    *,
    truth: Path | None = None,
    told: Callable[[LiveStatus], None] = lambda _: None,
    now_ms: Callable[[], int] = unix_ms,
    bridge: tuple[str, int] | None = None,
) -> Simulation:
    """Run a scenario on a broker until told to stop, and park the trucks then; until then they go on.

    Args:
        scenario: What happens.
        broker: Where the terminals connect.
        seed: The same seed gives the same city and incidents, and every terminal the same records in the same order;
            times are those of the present.
        speed: 1 or more.
        stop: Ends the run.
        on_world: Awaited with the world documents before the first terminal connects.
        truth: Where truth is written as it comes to pass.
        told: Called every second with how the run stands.
        now_ms: The wall clock.
        bridge: Host and port that JT/T 808 terminals connect to.

    Returns:
        The simulation as it stood at the end.

    Raises:
        LiveError: This machine does not allow so many connections, or nobody speaks JT/T 808 to those who do.
    """
    if speed < 1.0:
        raise ValueError(f"expected a speed of at least 1, got {speed}")
    start_ms = now_ms() - round(scenario.hours * 3_600_000.0 * (1.0 - 1.0 / speed))
    simulation = Simulation(scenario, seed, start_ms, endless=True, gradual=True)
    bridged = sum(station.jt808 is not None for station in simulation.stations)
    if bridged and bridge is None:
        raise LiveError(f"expected a bridge (--bridge HOST:PORT) for {bridged} JT/T 808 terminals, got none")
    allow_descriptors(len(simulation.stations) + DESCRIPTORS_BESIDE)
    await on_world(simulation.documents)
    run = _LiveRun(simulation, scenario, broker, seed, speed, now_ms, bridge)
    async with asyncio.TaskGroup() as group:
        rolling = group.create_task(run.roll_out(group))
        with _truth_stream(truth) as stream:
            while not stop.is_set():
                run.tick()
                for happening in simulation.truth_until(run.at_s):
                    write_happening(stream, happening)
                stream.flush()
                run.tell(told)
                await _sleep_unless(stop, run.until_next_tick_s())
        await end([rolling])
        gc.unfreeze()
        await run.park()
        run.tell(told, at_once=True)
        await end(run.tasks)
    return simulation


def allow_descriptors(count: int) -> None:
    """Raise the limit of open descriptors as far as is allowed and needed: each connection takes one.

    Raises:
        LiveError: So many are not allowed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = count if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < count <= most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    elif soft != resource.RLIM_INFINITY and soft < count:
        raise LiveError(f"expected {count} open files to be allowed (ulimit -n), got {hard}: give fewer --trucks")


class _LiveRun:
    """What moves while a scenario runs live."""

    def __init__(  # noqa: PLR0917 - as `run_live`
        self,
        simulation: Simulation,
        scenario: Scenario,
        broker: BrokerAddress,
        seed: int,
        speed: float,
        now_ms: Callable[[], int],
        bridge: tuple[str, int] | None,
    ) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self._simulation = simulation
        self._clock = asyncio.get_running_loop().time
        self._began, self._speed, self._now_ms = self._clock(), speed, now_ms
        self._next_tick = self._clock()
        self._told_s = self._clock() - 1.0
        room, spread = asyncio.Semaphore(CONNECTING_MOST), np.random.default_rng(seed)
        back_off = (scenario.link.back_off_s, scenario.link.back_off_max_s)
        self._links: list[Link | BridgeLink] = [
            Link(station, broker, self._clock, spread, room, back_off)
            if station.jt808 is None or bridge is None
            else BridgeLink(station, bridge, self._clock, spread, room, back_off)
            for station in simulation.stations
        ]
        for n, link in enumerate(self._links):
            if isinstance(link, Link):
                link.on_locate = partial(self._locate, n)
        self._changes: list[tuple[float, int]] = []
        self._status = LiveStatus(terminals=len(self._links))
        self._storms = [
            _Storm(
                storm.at_s,
                storm.at_s + storm.outage_s,
                [link for link in self._links if took(link.station, storm.at_s)],
            )
            for storm in scenario.storm
        ]
        self._status.storms = [storm.record for storm in self._storms]

    @property
    def at_s(self) -> float:
        """Return the scenario's second."""
        passed_s = (self._now_ms() - self._simulation.start_ms) / 1000.0
        return min((self._clock() - self._began) * self._speed, passed_s)

    async def roll_out(self, group: asyncio.TaskGroup) -> None:
        """Let all terminals begin, trucks first; in between the loop serves those that have begun.

        Washers and gates begin in one breath with the last truck: from then on they record what passes.
        """
        trucks = len(self._simulation.fleet)
        while (admitted := self._simulation.admit(0.0, self._clock())) is not None:
            for n in (admitted, *(range(trucks, len(self._links)) if admitted == trucks - 1 else ())):
                self._begin(group, n)
            if admitted % FROZEN_EVERY == 0:
                gc.freeze()
            await asyncio.sleep(0)
        gc.freeze()

    def _begin(self, group: asyncio.TaskGroup, n: int) -> None:
        link = self._links[n]
        self._status.begun += 1
        self._change(n, 0.0)  # what befell it since is made up for by the next tick, in its order
        self.tasks.append(group.create_task(link.run()))

    def tick(self) -> None:
        """Let happen what is due: the luck of links at its own second, and records in between."""
        late_s = self._clock() - self._next_tick
        self._status.late_s.append(max(late_s, 0.0))
        self._next_tick += TICK_S * max(int(late_s // TICK_S), 0) + TICK_S  # ticks that were missed are not made up for
        at_s = self.at_s
        while self._changes and self._changes[0][0] <= at_s:
            change_s, n = heapq.heappop(self._changes)
            self._advance(change_s)
            self._change(n, change_s)
        self._advance(at_s)
        for storm in self._storms:
            storm.look(at_s, self._clock())

    def until_next_tick_s(self) -> float:
        """Return how long to sleep, 0 where the next tick is due already."""
        return max(self._next_tick - self._clock(), 0.0)

    def _advance(self, at_s: float) -> None:
        for n in self._simulation.advance(at_s, self._clock()):
            self._links[n].wake()

    def _locate(self, n: int) -> None:
        self._simulation.locate(n, self.at_s, self._clock())
        self._links[n].wake()

    def _change(self, n: int, at_s: float) -> None:
        """Put a terminal's luck of a second into effect; a battery is pulled between the same two records each time."""
        link, reception = self._links[n], self._simulation.stations[n].reception
        link.set_blind(reception.is_blind(at_s))
        if reception.battery_pulled(at_s):
            self._simulation.pull_battery(link.station, at_s)
            link.cut()
        next_s = reception.next_change_s(at_s)
        if next_s < float("inf"):
            heapq.heappush(self._changes, (next_s, n))

    async def park(self) -> None:
        """Let the trucks stop with the engine off, so that nobody is missed; wait a little until that is committed."""
        self._simulation.park(self.at_s, self._clock())
        deadline = self._clock() + GOODBYE_S
        for link in self._links:
            link.hurry()
        while self._clock() < deadline and self._is_busy():  # noqa: ASYNC110 - ten thousand flashes have no event
            await asyncio.sleep(TICK_S)

    def _is_busy(self) -> bool:
        return any(link.online and link.held for link in self._links)

    def tell(self, told: Callable[[LiveStatus], None], *, at_once: bool = False) -> None:
        """Tell how the run stands, once a second."""
        if self._clock() - self._told_s < 1.0 and not at_once:
            return
        passed_s, self._told_s = self._clock() - self._told_s, self._clock()
        status = self._status
        status.at_s = self.at_s
        status.connected = sum(link.online for link in self._links)
        status.unconnected = status.begun - status.connected - sum(link.is_blind for link in self._links)
        status.connections = sum(link.connections for link in self._links)
        offered = sum(link.offered for link in self._links)
        status.records_per_s, status.offered = (offered - status.offered) / max(passed_s, 1e-3), offered
        status.acknowledged = sum(link.acknowledged for link in self._links)
        status.unacknowledged = sum(link.held for link in self._links)
        status.messages = sum(link.sent for link in self._links)
        status.trouble = next((link.trouble for link in self._links if link.trouble), "")
        told(status)


def took(station: Station, at_s: float) -> bool:
    """Return whether the storm of a second took a terminal's link."""
    return any(from_s == at_s for from_s, _ in station.reception.storms)


class _Storm:
    """Watches one storm's terminals come back."""

    def __init__(self, at_s: float, over_s: float, links: list[Link | BridgeLink]) -> None:
        self.record = StormRecord(at_s, len(links))
        self._over_s = over_s
        self._links = links
        self._over_clock: float | None = None

    def look(self, at_s: float, now: float) -> None:
        """Count who is back, from the moment at which the network is."""
        if at_s < self._over_s or self.record.recovery_s is not None:
            return
        if self._over_clock is None:
            self._over_clock = now
        # Who drove into a blind zone meanwhile is away for a reason of its own.
        self.record.back = sum(link.online or link.is_blind for link in self._links)
        if self.record.back >= self.record.terminals:
            self.record.recovery_s = now - self._over_clock


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _truth_stream(path: Path | None) -> IO[bytes]:
    return Path(os.devnull if path is None else path).open("wb")
