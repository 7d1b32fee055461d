"""Live terminals, recorder and replay on a real Mosquitto, which is killed on the way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from acknowledging_platform import AcknowledgingPlatform, Name
from mosquitto_process import MosquittoProcess

from simulators.capture import read_capture, write_capture
from simulators.live import run_live
from simulators.record import record
from simulators.replay import ReplayError, Span, replay
from simulators.roaming import pause_s
from simulators.scenario import Scenario, read_scenario
from simulators.simulation import Simulation
from simulators.truth import read_truth

pytestmark = pytest.mark.services


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


@pytest.fixture
def scenario() -> Scenario:
    demo = read_scenario("demo")
    link = msgspec.structs.replace(
        demo.link, flush_s=0.5, retry_s=2.0, retry_max_s=4.0, blind_per_hour=0.0, back_off_max_s=1.0
    )
    return msgspec.structs.replace(demo, history_s=300.0, link=link)


async def no_world(documents: dict[str, Any]) -> None:
    assert documents["sites"]["features"]


def names(simulation: Simulation, which: Callable[[Any], list[tuple[int, int]]]) -> set[Name]:
    return {(station.device, *key) for station in simulation.stations for key in which(station.terminal)}


def offered(simulation: Simulation) -> int:
    return sum(station.terminal.counts.offered for station in simulation.stations)


async def until(condition: Callable[[], bool], seconds: float = 90.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens on a real broker
            await asyncio.sleep(0.05)


def run(
    scenario: Scenario,
    mosquitto: MosquittoProcess,
    during: Callable[[AcknowledgingPlatform], Awaitable[None]],
    **options: Any,
) -> tuple[Simulation, AcknowledgingPlatform]:
    """Run a scenario live with a platform while something happens to them."""

    async def everything() -> tuple[Simulation, AcknowledgingPlatform]:
        platform, stop = AcknowledgingPlatform(mosquitto.address), asyncio.Event()
        speed = options.pop("speed", 1.0)
        async with platform.running():
            live = asyncio.create_task(run_live(scenario, mosquitto.address, 1, speed, stop, no_world, **options))
            try:
                await during(platform)
            finally:
                stop.set()
                simulation = await live
            return simulation, platform

    return asyncio.run(everything())


def check_nothing_lost(simulation: Simulation, platform: AcknowledgingPlatform) -> None:
    """Assert that whatever left a flash had reached the platform, and that nothing else did."""
    stored = names(simulation, lambda terminal: terminal.stored())
    assert offered(simulation) - len(stored) == len(set(platform.times_ms) - stored)
    assert platform.rejected == 0
    assert sum(station.terminal.counts.overwritten for station in simulation.stations) == 0


def test_history_is_uploaded_first_and_live_fixes_follow_within_seconds(
    scenario: Scenario, mosquitto: MosquittoProcess, tmp_path: Path
) -> None:
    began_ms = time.time_ns() // 1_000_000

    async def during(platform: AcknowledgingPlatform) -> None:
        await until(lambda: any(t > began_ms + 2000 for t in platform.times_ms.values()))

    simulation, platform = run(scenario, mosquitto, during, truth=tmp_path / "truth.ndjson")
    check_nothing_lost(simulation, platform)
    assert min(platform.times_ms.values()) < began_ms - 290_000
    assert max(platform.times_ms.values()) <= time.time_ns() // 1_000_000
    assert platform.deliveries == len(platform.times_ms), "a sound link repeats nothing"
    assert set(platform.states.values()) == {"online"}
    assert {happening.kind for happening in read_truth(tmp_path / "truth.ndjson")} >= {"loading"}


def test_terminals_survive_brokers_that_are_killed(scenario: Scenario, mosquitto: MosquittoProcess) -> None:
    async def during(platform: AcknowledgingPlatform) -> None:
        for _ in range(3):
            before = len(platform.times_ms)
            await until(lambda before=before: len(platform.times_ms) > before + 50)  # type: ignore[misc]
            mosquitto.kill()
            await asyncio.sleep(0.5)
            mosquitto.start()
        back_ms = time.time_ns() // 1_000_000 + 1000
        await until(lambda: len([t for t in platform.times_ms.values() if t > back_ms]) >= 40)

    simulation, platform = run(scenario, mosquitto, during)
    check_nothing_lost(simulation, platform)
    assert platform.deliveries < 1.5 * len(platform.times_ms)


def test_nothing_is_forgotten_while_the_platform_is_silent(
    scenario: Scenario, mosquitto: MosquittoProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker's PUBACK is no reason to forget."""
    monkeypatch.setattr("simulators.live.GOODBYE_S", 0.5)  # nobody will answer

    async def during(platform: AcknowledgingPlatform) -> None:
        platform.silent = True
        await until(lambda: platform.deliveries > 1000)
        await until(lambda: platform.deliveries > len(platform.times_ms))

    simulation, platform = run(scenario, mosquitto, during)
    assert names(simulation, lambda terminal: terminal.stored()) >= set(platform.times_ms)
    assert len(names(simulation, lambda terminal: terminal.stored())) == offered(simulation)
    assert platform.deliveries > len(platform.times_ms), "silence makes terminals send again"


def test_blind_zones_and_pulled_batteries_lose_nothing(scenario: Scenario, mosquitto: MosquittoProcess) -> None:
    rough = msgspec.structs.replace(
        scenario.link, blind_per_hour=2400.0, blind_minutes=(0.005, 0.015), battery_pulls_per_hour=1200.0
    )

    async def during(platform: AcknowledgingPlatform) -> None:
        await asyncio.sleep(2.5)
        await until(lambda: len(platform.times_ms) > 1000)

    simulation, platform = run(msgspec.structs.replace(scenario, link=rough), mosquitto, during)
    check_nothing_lost(simulation, platform)
    assert max(station.terminal.epoch for station in simulation.stations) > min(e for _, e, _ in platform.times_ms)


def test_a_faster_run_begins_in_the_past_and_never_overtakes_the_present(
    scenario: Scenario, mosquitto: MosquittoProcess
) -> None:
    began_ms = time.time_ns() // 1_000_000
    seconds: list[float] = []

    async def during(platform: AcknowledgingPlatform) -> None:
        await until(lambda: max(seconds, default=0.0) > 100.0)
        await until(lambda: len(platform.times_ms) > 3000)

    simulation, platform = run(scenario, mosquitto, during, speed=60.0, told=lambda status: seconds.append(status.at_s))
    check_nothing_lost(simulation, platform)
    assert min(platform.times_ms.values()) < began_ms - 3_500_000
    assert max(platform.times_ms.values()) <= time.time_ns() // 1_000_000


def test_reconnects_are_spread_and_grow() -> None:
    rng = np.random.default_rng(1)
    first, late = ([pause_s(rng, (0.5, 30.0), failures) for _ in range(500)] for failures in (0, 50))
    assert max(first) <= 0.5
    assert 25.0 < max(late) <= 30.0
    assert min(late) < 3.0


def a_capture(path: Path, messages: int, gap_ms: int) -> Path:
    with write_capture(path) as capture:
        for n in range(messages):
            capture.write(1_772_402_400_000 + n * gap_ms, f"muck/v1/320412/truck/T{n % 7}/up/report/bin", b"%d" % n)
    return path


def test_what_is_replayed_is_recorded_in_order_with_its_timing(mosquitto: MosquittoProcess, tmp_path: Path) -> None:
    source, copy = a_capture(tmp_path / "source.ndjson.gz", 40, 500), tmp_path / "copy.ndjson"

    async def both() -> tuple[int, tuple[float, float, float, float]]:
        stop, subscribed = asyncio.Event(), asyncio.Event()
        recorder = asyncio.create_task(record(mosquitto.address, copy, stop, subscribed=subscribed))
        await subscribed.wait()
        result = await replay(source, mosquitto.address, span=Span.of(source), speed=10.0)
        await asyncio.sleep(0.5)
        stop.set()
        assert result.messages == 40
        return await recorder, result.late_ms

    recorded, late_ms = asyncio.run(both())
    assert recorded == 40
    first, second = list(read_capture(source)), list(read_capture(copy))
    assert [message[1:] for message in second] == [message[1:] for message in first]
    span = Span.of(copy)
    assert span.last_ms - span.first_ms == pytest.approx(39 * 50, abs=200)
    assert late_ms[1] < 100.0


def test_a_dense_replay_at_a_thousand_times_its_pace_is_punctual(mosquitto: MosquittoProcess, tmp_path: Path) -> None:
    """Two thousand messages a second: the bound is that of a busy machine, the benchmark's figures are far below."""
    source, copy = a_capture(tmp_path / "source.ndjson", 6000, 500), tmp_path / "copy.ndjson"

    async def both() -> tuple[float, float, float, float]:
        stop, subscribed = asyncio.Event(), asyncio.Event()
        counted: list[int] = []
        recorder = asyncio.create_task(
            record(mosquitto.address, copy, stop, told=counted.append, subscribed=subscribed)
        )
        await subscribed.wait()
        result = await replay(source, mosquitto.address, span=Span.of(source), speed=1000.0)
        await until(lambda: len(counted) == 6000)
        stop.set()
        await recorder
        assert result.seconds == pytest.approx(3.0, abs=0.8)
        return result.late_ms

    median_ms, _, p99_ms, _ = asyncio.run(both())
    assert [m.payload for m in read_capture(copy)] == [m.payload for m in read_capture(source)]
    assert median_ms < 100.0
    assert p99_ms < 400.0


def test_a_replay_at_full_speed_arrives_whole_and_in_order(mosquitto: MosquittoProcess, tmp_path: Path) -> None:
    source, copy = a_capture(tmp_path / "source.ndjson", 5000, 1000), tmp_path / "copy.ndjson"

    async def both() -> float:
        stop, subscribed = asyncio.Event(), asyncio.Event()
        counted: list[int] = []
        recorder = asyncio.create_task(
            record(mosquitto.address, copy, stop, told=counted.append, subscribed=subscribed)
        )
        await subscribed.wait()
        result = await replay(source, mosquitto.address, span=Span.of(source), speed=float("inf"))
        await until(lambda: len(counted) == 5000)
        stop.set()
        await recorder
        return result.messages / result.seconds

    rate = asyncio.run(both())
    assert rate > 500.0
    assert [m.payload for m in read_capture(copy)] == [m.payload for m in read_capture(source)]


def test_a_replay_does_not_repeat_what_a_platform_answered(mosquitto: MosquittoProcess, tmp_path: Path) -> None:
    source, copy = tmp_path / "source.ndjson", tmp_path / "copy.ndjson"
    topics = [f"muck/v1/320412/truck/T1/{end}" for end in ("up/report/bin", "down/ack", "up/down/ack")] + ["down/ack"]
    with write_capture(source) as capture:
        for topic in topics:
            capture.write(1_772_402_400_000, topic, b"payload")

    async def both() -> int:
        stop, subscribed = asyncio.Event(), asyncio.Event()
        recorder = asyncio.create_task(record(mosquitto.address, copy, stop, topic_filter="#", subscribed=subscribed))
        await subscribed.wait()
        result = await replay(source, mosquitto.address, span=Span.of(source), speed=float("inf"))
        await asyncio.sleep(0.5)
        stop.set()
        await recorder
        return result.messages

    assert asyncio.run(both()) == 3
    assert [m.topic for m in read_capture(copy)] == [topic for topic in topics if topic != topics[1]]


def test_a_replay_without_a_broker_says_how_far_it_came(mosquitto: MosquittoProcess, tmp_path: Path) -> None:
    source = a_capture(tmp_path / "source.ndjson", 200, 50)

    async def killed() -> None:
        counted: list[int] = []

        async def kill() -> None:
            await until(lambda: len(counted) > 20)
            mosquitto.kill()

        killer = asyncio.create_task(kill())
        try:
            await replay(source, mosquitto.address, span=Span.of(source), speed=1.0, told=counted.append)
        finally:
            await killer

    with pytest.raises(ReplayError, match=r"acknowledged \d+ of 200 messages"):
        asyncio.run(killed())
    with pytest.raises(ReplayError, match="acknowledged 0 of 200"):
        asyncio.run(replay(source, mosquitto.address, span=Span.of(source), speed=1.0))


def test_trucks_that_end_are_parked_and_say_so(scenario: Scenario, mosquitto: MosquittoProcess) -> None:
    silent = sum(plan.trucks for plan in scenario.incident if plan.kind == "offline")
    talking = scenario.fleet.trucks - silent

    async def during(platform: AcknowledgingPlatform) -> None:
        await until(lambda: len(heard_lately(platform, 20_000)) == talking)

    simulation, platform = run(scenario, mosquitto, during)
    check_nothing_lost(simulation, platform)
    # All are parked at one instant; a terminal that is dead cannot say so.
    assert len(heard_lately(platform, 0)) == talking


def heard_lately(platform: AcknowledgingPlatform, within_ms: int) -> set[str]:
    """Return the trucks of which something is known that happened that shortly before the newest of all."""
    of_trucks = [(name[0], time_ms) for name, time_ms in platform.times_ms.items() if name[0].startswith("T")]
    newest_ms = max((time_ms for _, time_ms in of_trucks), default=0)
    return {device for device, time_ms in of_trucks if time_ms >= newest_ms - within_ms}
