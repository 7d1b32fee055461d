"""A scenario on a real broker, in real time: terminals upload what they hold and go on live.

Event times are real and never lie in the future. At speed 1 second 0 of the scenario is the present, and the history
before it waits in the terminals' flash, as after a blind zone. At speed X the scenario begins in the past and runs X
times as fast until it has caught up with the present; then it goes on at speed 1.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from firmware_contracts.transport import BrokerAddress
from simulators.connection import end
from simulators.link import Link
from simulators.scenario import Scenario
from simulators.simulation import Simulation
from simulators.truth import write_happening

TICK_S = 0.25
GOODBYE_S = 2.0  # for the last records to be sent and committed


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
    told: Callable[[Simulation, float], None] = lambda *_: None,
    now_ms: Callable[[], int] = unix_ms,
) -> Simulation:
    """Run a scenario on a broker until told to stop, and park the trucks then; until then they go on.

    Args:
        scenario: What happens.
        broker: Where the terminals connect.
        seed: The same seed gives the same city and incidents; times are those of the present.
        speed: 1 or more.
        stop: Ends the run.
        on_world: Awaited with the world documents before the first terminal connects.
        truth: Where truth is written as it comes to pass.
        told: Called every tick with the simulation and the scenario's second.
        now_ms: The wall clock.

    Returns:
        The simulation as it stood at the end.
    """
    if speed < 1.0:
        raise ValueError(f"expected a speed of at least 1, got {speed}")
    start_ms = now_ms() - round(scenario.hours * 3_600_000.0 * (1.0 - 1.0 / speed))
    simulation = Simulation(scenario, seed, start_ms, endless=True)
    await on_world(simulation.documents)
    clock = asyncio.get_running_loop().time
    spread = np.random.default_rng(seed)
    links = [Link(station, broker, clock, spread) for station in simulation.stations]
    began = clock()

    def scenario_s() -> float:
        return min((clock() - began) * speed, (now_ms() - start_ms) / 1000.0)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(link.run()) for link in links]
        with _truth_stream(truth) as stream:
            while not stop.is_set():
                at_s = scenario_s()
                _tick(simulation, links, at_s, clock())
                for happening in simulation.truth_until(at_s):
                    write_happening(stream, happening)
                stream.flush()
                told(simulation, at_s)
                await _sleep_unless(stop, TICK_S)
        await _park(simulation, links, scenario_s(), clock, scenario.link.flush_s + GOODBYE_S)
        await end(tasks)
    return simulation


async def _park(
    simulation: Simulation, links: list[Link], at_s: float, clock: Callable[[], float], most_s: float
) -> None:
    """Let the trucks stop with the engine off, so that nobody is missed, and wait a little until that is committed."""
    simulation.park(at_s, clock())
    deadline = clock() + most_s
    while clock() < deadline and any(link.station.terminal.online and len(link.station.terminal) for link in links):
        for link in links:
            link.wake()
        await asyncio.sleep(TICK_S)


def _tick(simulation: Simulation, links: list[Link], at_s: float, now: float) -> None:
    simulation.advance(at_s, now)
    for link in links:
        station = link.station
        link.set_blind(station.reception.is_blind(at_s))
        if station.reception.battery_pulled(at_s):
            simulation.pull_battery(station, at_s)
            link.cut()
        due = station.terminal.next_due()
        if due is not None and due <= now:
            link.wake()


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _truth_stream(path: Path | None) -> IO[bytes]:
    return Path(os.devnull if path is None else path).open("wb")
