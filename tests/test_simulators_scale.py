"""Simulators at city scale: a large city, descriptors past 1023, storms, wrong clocks, a bridge, commands."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from acknowledging_platform import AcknowledgingPlatform
from conftest import Broker
from jt808_platform import KeepingPlatform, running_bridge
from mosquitto_process import MosquittoProcess, Peer

from firmware_contracts import command, config, reply
from firmware_contracts.jt808.fixes import fix_of
from firmware_contracts.jt808.location import parse_location
from firmware_contracts.reading import Reply
from firmware_contracts.topics import DownTopic
from ingest.jt808.vendor_files import read_mappings
from simulators.bridge_link import BridgeLink
from simulators.corners import corners, turn_deg
from simulators.feed import SWITCHES
from simulators.live import LiveError, allow_descriptors, run_live
from simulators.live_line import live_line
from simulators.live_status import LiveStatus
from simulators.reception import LinkPlan, Reception, StormPlan
from simulators.scenario import Scenario, read_scenario
from simulators.simulation import Simulation
from simulators.wire import Wire, open_wire

START_MS = 1_772_402_400_000


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


def city(trucks: int, **changes: Any) -> Scenario:
    """Return the shipped city on a small scale, hurried: it has reported for minutes, and messages go out at once."""
    scenario = read_scenario("city").with_changes(trucks=trucks)
    link = msgspec.structs.replace(
        scenario.link, flush_s=1.0, retry_s=3.0, retry_max_s=6.0, blind_per_hour=0.0, back_off_s=1.0, back_off_max_s=2.0
    )
    given: dict[str, Any] = {"history_s": 120.0, "link": link, "storm": (), "clock": ()}
    return msgspec.structs.replace(scenario, **(given | changes))


async def no_world(_documents: dict[str, Any]) -> None:
    """Do nothing: nobody here judges."""


async def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens on a real broker
            await asyncio.sleep(0.05)


def live(
    scenario: Scenario,
    platform: AcknowledgingPlatform,
    address: Any,
    during: Callable[[LiveStatus], Awaitable[None]],
    **options: Any,
) -> tuple[Simulation, LiveStatus]:
    """Run a scenario while something happens to it; return how it ended."""

    async def everything() -> tuple[Simulation, LiveStatus]:
        stop, newest = asyncio.Event(), LiveStatus()

        def told(status: LiveStatus) -> None:
            for name in LiveStatus.__slots__:  # type: ignore[attr-defined]  # of a dataclass with slots
                setattr(newest, name, getattr(status, name))

        async with platform.running():
            running = asyncio.create_task(run_live(scenario, address, 1, 1.0, stop, no_world, told=told, **options))
            try:
                await during(newest)
            finally:
                stop.set()
                simulation = await running
        return simulation, newest

    return asyncio.run(everything())


def check_nothing_lost(simulation: Simulation, platform: AcknowledgingPlatform) -> None:
    """Assert that whatever left a flash had reached the platform, and that nothing else did."""
    stations = [station for station in simulation.stations if station.jt808 is None]
    stored = {(station.device, *key) for station in stations for key in station.terminal.stored()}
    received = {name for name in platform.times_ms if name[1] != 0}
    assert sum(station.terminal.counts.offered for station in stations) - len(stored) == len(received - stored)
    assert sum(station.terminal.counts.overwritten for station in stations) == 0


@pytest.mark.services
def test_storms_over_hundreds_of_terminals_lose_nothing(mosquitto: MosquittoProcess) -> None:
    storms = (StormPlan(at_s=3.5, share=0.5, outage_s=1.0), StormPlan(at_s=6.5, share=1.0, outage_s=1.0))
    platform = AcknowledgingPlatform(mosquitto.address)

    async def during(status: LiveStatus) -> None:
        await until(lambda: len(status.storms) == 2 and all(storm.recovery_s is not None for storm in status.storms))
        assert status.begun == status.terminals
        await until(lambda: status.unacknowledged < 100)

    simulation, status = live(city(200, storm=storms), platform, mosquitto.address, during)
    check_nothing_lost(simulation, platform)
    assert len(platform.times_ms) > 200
    assert platform.rejected == 0
    half, all_of_them = status.storms
    assert status.terminals == all_of_them.terminals == len(simulation.stations)
    assert 0.35 < half.terminals / status.terminals < 0.65
    assert status.connections >= status.terminals + half.terminals
    assert all(storm.back == storm.terminals for storm in status.storms)


@pytest.mark.services
def test_one_seed_gives_the_same_records_whatever_befalls_the_links(mosquitto: MosquittoProcess) -> None:
    """Names and times agree; the messages that carry them, and their bytes on the wire, need not."""
    busy = msgspec.structs.replace(city(40).fleet, intervals_s=(), interval_s=1, standing_interval_s=1)
    pulled = msgspec.structs.replace(city(40).link, battery_pulls_per_hour=1600.0)
    calm = city(40, link=pulled, fleet=busy, history_s=60.0)
    rough = msgspec.structs.replace(calm, storm=(StormPlan(at_s=0.5, outage_s=1.0),))

    def records(scenario: Scenario) -> dict[tuple[str, int, int], int]:
        platform, first_s = AcknowledgingPlatform(mosquitto.address), list[float]()

        def now_ms() -> int:
            first_s.append(time.monotonic())
            return START_MS + round((first_s[-1] - first_s[0]) * 1000.0)

        async def during(status: LiveStatus) -> None:
            await until(lambda: status.at_s > 2.0)

        simulation, _ = live(scenario, platform, mosquitto.address, during, now_ms=now_ms)
        check_nothing_lost(simulation, platform)
        left = {
            (station.device, *key): stored.body["time_ms"] if station.kind != "truck" else stored.body.fix_time_ms
            for station in simulation.stations
            for key, stored in station.terminal._flash.items()
        }
        both = (platform.times_ms | left).items()
        return {name: at_ms for name, at_ms in both if at_ms < START_MS + 1_500}

    first, second = records(calm), records(rough)
    assert len(first) > 100
    assert {epoch for _, epoch, _ in first} > {START_MS // 1000 - 60}, "expected a counter lost with its battery"
    assert first == second


@pytest.mark.services
def test_connections_work_past_descriptor_1023(mosquitto: MosquittoProcess) -> None:
    """`select` cannot see descriptors that high; the loop's epoll can."""
    allow_descriptors(2_600)
    with Path(os.devnull).open("rb") as nothing:
        held = [os.dup(nothing.fileno()) for _ in range(2_100)]
    platform = AcknowledgingPlatform(mosquitto.address)

    async def during(status: LiveStatus) -> None:
        await until(lambda: status.connected == status.terminals > 0 and status.unacknowledged == 0)

    try:
        simulation, status = live(city(20), platform, mosquitto.address, during)
    finally:
        for descriptor in held:
            os.close(descriptor)
    check_nothing_lost(simulation, platform)
    assert max(held) > 2_000
    assert status.acknowledged > 20


@pytest.mark.services
def test_terminals_connect_with_their_own_certificates_and_answer_commands(broker: Broker) -> None:
    platform = AcknowledgingPlatform(broker.address)
    later_ms = time.time_ns() // 10**6 + 60_000
    payload = command.encode(command.Command("c-1", later_ms, "text", {"text": "减速慢行"}))
    locate = command.encode(command.Command("c-2", later_ms, "locate", {}))
    answers: list[Reply] = []

    def off_beat(platform: AcknowledgingPlatform) -> list[int]:
        """Return when fixes were recorded that are none of the rhythm, which beats on whole seconds of the scenario."""
        own = [at_ms for (device, _, _), at_ms in platform.times_ms.items() if device == "T00003"]
        return [at_ms for at_ms in own if (at_ms - min(own)) % 1000]

    async def during(status: LiveStatus) -> None:
        await until(lambda: status.connected == status.terminals > 0)
        heard = Peer(broker.address, "muck/v1/+/+/+/up/reply/#", name="muckline-record")
        with heard, Peer(broker.address, name="muckline-downlink") as bureau:
            bureau.publish(str(DownTopic("320412", "truck", "T00003", "command")), [payload])
            await until(lambda: len(heard.received) >= 2)
            assert not off_beat(platform)
            bureau.publish(str(DownTopic("320412", "truck", "T00003", "command")), [locate])
            await until(lambda: len(heard.received) >= 4)
            await until(lambda: bool(off_beat(platform)))  # a fix of this very moment
            answers.extend(reply.read(bytes(message.payload), "T00003", 0) for message in heard.received)
        assert [(answer.id, answer.status) for answer in answers] == [
            (name, status) for name in ("c-1", "c-2") for status in ("delivered", "accepted")
        ]

    simulation, _ = live(city(4), platform, broker.address, during)
    assert list(simulation.stations[2].cab.texts) == ["减速慢行"]
    assert simulation.stations[2].cab.locates == 1
    assert answers[-1].result != "no position yet"
    check_nothing_lost(simulation, platform)


@pytest.mark.services
def test_jt808_terminals_report_over_the_bridge(broker: Broker) -> None:
    busy = msgspec.structs.replace(city(12).fleet, intervals_s=(), interval_s=1, standing_interval_s=1, jt808=0.5)
    scenario = city(12, fleet=busy, history_s=10.0, storm=(StormPlan(at_s=3.0, outage_s=1.0),))
    documents = Simulation(scenario, 1, START_MS).documents["terminals"]
    bridged = [document["terminal_id"] for document in documents if document.get("protocol") == "jt808"]
    assert 4 <= len(bridged) <= 8

    async def run() -> tuple[Simulation, KeepingPlatform]:
        platform, stop = KeepingPlatform(broker.address), asyncio.Event()
        async with platform.running(), running_bridge(broker.address, documents) as bridge:
            running = asyncio.create_task(
                run_live(scenario, broker.address, 1, 1.0, stop, no_world, bridge=("127.0.0.1", bridge.port))
            )
            try:
                await until(lambda: all(len(platform.fixes.get(device, ())) > 15 for device in bridged))
            finally:
                stop.set()
                simulation = await running
        return simulation, platform

    simulation, platform = asyncio.run(run())
    mappings = read_mappings(None)
    for station, truck in zip(simulation.stations, simulation.fleet, strict=False):
        if station.jt808 is None:
            continue
        counts = station.jt808.counts
        left = {fix_of(parse_location(body), mappings[truck.vendor]).seq for body in station.jt808.bodies()}
        received = {fix.seq for fix in platform.fixes[station.device]}
        assert counts.offered - len(left) == len(received - left)
        assert counts.kept > 0
    check_nothing_lost(simulation, platform)


def test_a_station_without_jt808_gets_no_bridge_link_and_bridged_ones_need_a_bridge() -> None:
    scenario = city(4)
    station = Simulation(scenario, 1, START_MS).stations[0]
    with pytest.raises(ValueError, match="expected a JT/T 808 terminal, got T00001"):
        BridgeLink(station, ("127.0.0.1", 1), time.monotonic, np.random.default_rng(1))

    async def run() -> None:
        await run_live(scenario.with_changes(jt808=1.0), None, 1, 1.0, asyncio.Event(), no_world)  # type: ignore[arg-type]

    with pytest.raises(LiveError, match=r"expected a bridge .* for 4 JT/T 808 terminals, got none"):
        asyncio.run(run())


@pytest.mark.services
def test_a_wire_says_why_it_cannot_be(mosquitto: MosquittoProcess) -> None:
    async def opened() -> Wire:
        return await open_wire(mosquitto.address, "T1", lambda *_: None, subscription="a/#", keep_session=True)

    async def run() -> list[str]:
        first = await opened()
        second = await opened()  # the same name: the broker throws the first out
        reason = await asyncio.wait_for(first.lost, 5.0)
        second.abort()
        second.say("a/b", b"")  # nothing happens any more
        return [reason, second.lost.result()]

    assert all(asyncio.run(run()))
    mosquitto.kill()
    with pytest.raises(OSError, match="Connect call failed"):
        asyncio.run(opened())


def test_paho_keeps_the_names_that_a_wire_replaces() -> None:
    for name in ("_create_socket", "_sock_recv", "_sock_close"):
        assert name in vars(Wire)
        assert hasattr(super(Wire, Wire), name), f"paho has no {name} any more"


def test_more_descriptors_than_are_allowed_are_refused_in_words() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        allow_descriptors(1_000)
        return
    with pytest.raises(LiveError, match=rf"expected {hard + 1} open files .* got {hard}: give fewer --trucks"):
        allow_descriptors(hard + 1)


def test_the_city_shrinks_with_its_fleet_and_is_drawn_whole() -> None:
    whole = read_scenario("city")
    assert (whole.fleet.trucks, whole.city.sites, whole.city.dump_points) == (10_000, 200, 50)
    half, small = whole.with_changes(trucks=5_000).city, whole.with_changes(trucks=100).city
    assert (half.sites, half.dump_points) == (100, 25)
    assert (small.sites, small.dump_points) == (20, 5)
    assert small.columns * small.rows < half.columns * half.rows < whole.city.columns * whole.city.rows
    assert read_scenario("demo").with_changes(trucks=60).city == read_scenario("demo").city
    began_s = time.monotonic()
    simulation = Simulation(whole, 1, START_MS, endless=True, gradual=True)
    assert time.monotonic() - began_s < 60.0
    assert len(simulation.stations) == 10_250
    assert [simulation.admit(0.0, 0.0) for _ in range(3)] == [0, 1, 2]


def test_trucks_admitted_one_by_one_record_what_they_record_at_once() -> None:
    def records(simulation: Simulation) -> dict[str, list[Any]]:
        return {
            station.device: [stored.body for stored in station.terminal._flash.values()]
            for station in simulation.stations
        }

    scenario = city(12, history_s=1500.0)
    at_once = Simulation(scenario, 3, START_MS)
    at_once.advance(600.0, 0.0)
    gradual = Simulation(scenario, 3, START_MS, gradual=True)
    for at_s in np.arange(0.0, 600.1, 7.3):
        gradual.advance(float(at_s), 0.0)
        if at_s > 50.0:
            gradual.admit(0.0, 0.0)
    gradual.advance(600.0, 0.0)
    assert repr(records(gradual)) == repr(records(at_once))
    assert gradual.admit(0.0, 0.0) is None
    assert sum(map(len, records(at_once).values())) > 500


def test_the_intervals_that_the_platform_sets_are_followed() -> None:
    busy = msgspec.structs.replace(city(4).fleet, intervals_s=(), interval_s=2, standing_interval_s=2)
    simulation = Simulation(city(4, fleet=busy, history_s=0.0), 1, START_MS)
    body = {"report": {"moving_s": 20, "standing_s": 60}}
    payload = config.encode(config.Config("g-1", START_MS + 10**6, body))
    assert len(simulation.stations[0].cab.hear(payload, "config", START_MS)) == 2
    simulation.advance(600.0, 0.0)
    told, free = ([stored.body for stored in station.terminal._flash.values()] for station in simulation.stations[:2])
    assert len(free) > 250
    assert len(told) < 60
    gaps = [(one, other) for one, other in pairwise(told) if other.fix_time_ms - one.fix_time_ms < 20_000]
    assert all(any(getattr(one, name) != getattr(other, name) for name in SWITCHES) for one, other in gaps)


def test_a_located_truck_records_where_it_is_between_its_fixes() -> None:
    busy = msgspec.structs.replace(city(4).fleet, intervals_s=(), interval_s=10, standing_interval_s=10)
    simulation = Simulation(city(4, fleet=busy, history_s=0.0), 1, START_MS)
    flash = simulation.stations[0].terminal._flash
    for at_s in np.arange(5.0, 900.0, 10.0).tolist():
        simulation.advance(at_s, at_s)
        simulation.locate(0, at_s, at_s)
    simulation.locate(len(simulation.stations) - 1, 900.0, 900.0)  # a gate has nothing to add
    rows = [stored.body for stored in flash.values()]
    asked = [n for n, row in enumerate(rows) if (row.fix_time_ms - START_MS) % 10_000 == 5_000]
    assert len(asked) >= 90, "a switch may fall on one of those seconds"
    assert [row.fix_time_ms for row in rows] == sorted(row.fix_time_ms for row in rows)
    moved = 0
    for before, fix, after in ((rows[n - 1], rows[n], rows[n + 1]) for n in asked[1:-1]):
        if after.fix_time_ms - before.fix_time_ms == 10_000 and not np.isnan(after.lat_deg):
            assert fix.lat_deg == pytest.approx((before.lat_deg + after.lat_deg) / 2.0, abs=1e-9)
            moved += fix.lon_deg != before.lon_deg
    assert moved > 20


def test_corners_that_the_platform_asks_for_are_recorded() -> None:
    def recorded(body: dict[str, Any]) -> list[Any]:
        busy = msgspec.structs.replace(city(4).fleet, intervals_s=(), interval_s=30, standing_interval_s=30)
        simulation = Simulation(city(4, fleet=busy, history_s=0.0), 1, START_MS)
        payload = config.encode(
            config.Config("g-1", START_MS + 10**6, {"report": body | {"moving_s": 30, "standing_s": 30}})
        )
        simulation.stations[0].cab.hear(payload, "config", START_MS)
        simulation.advance(1800.0, 0.0)
        return [stored.body for stored in simulation.stations[0].terminal._flash.values()]

    plain, cornered = recorded({}), recorded({"corner_deg": 45})

    def extra(rows: list[Any]) -> list[int]:
        """Return the moving fixes that came before their interval was over."""
        early = [n for n in range(1, len(rows)) if rows[n].fix_time_ms - rows[n - 1].fix_time_ms < 30_000]
        return [n for n in early if all(getattr(rows[n - 1], name) == getattr(rows[n], name) for name in SWITCHES)]

    more = extra(cornered)
    assert not extra(plain)
    assert 3 < len(more) < 100
    assert all(turn_deg(cornered[n - 1].course_deg, cornered[n].course_deg) > 45.0 - 6.0 for n in more)  # noise
    assert cornered[more[0]].speed_mps > 0.0


def test_turns_are_reckoned_the_short_way_and_since_the_last_fix() -> None:
    assert [turn_deg(350.0, 10.0), turn_deg(10.0, 350.0), turn_deg(0.0, 180.0)] == [20.0, 20.0, 180.0]
    course = np.array([0.0, 10.0, 20.0, 30.0, 40.0, 130.0, 130.0])
    speed = np.array([5.0, 5.0, 5.0, 5.0, 5.0, 0.0, 5.0])
    recorded = np.array([True, False, False, False, False, False, False])
    assert np.flatnonzero(corners(course, speed, recorded, 15.0)).tolist() == [2, 4, 6]


def test_a_storm_is_a_time_without_network_for_its_share() -> None:
    reception = Reception(np.random.default_rng(1), LinkPlan())
    reception.storms.append((10.0, 12.0))
    assert [reception.is_blind(at_s) for at_s in (9.9, 10.0, 11.9, 12.0)] == [False, True, True, False]
    assert [reception.next_change_s(at_s) for at_s in (0.0, 10.0, 12.0)] == [10.0, 12.0, np.inf]
    struck = Simulation(city(200, storm=(StormPlan(5.0, 0.25),)), 1, START_MS, gradual=True).stations
    assert 0.15 < sum(bool(station.reception.storms) for station in struck) / len(struck) < 0.35


def test_the_line_says_how_a_run_stands() -> None:
    status = LiveStatus(at_s=90.0, terminals=10, begun=10, connected=8, unacknowledged=3, trouble="refused")
    assert live_line(status) == ("second 90, connected 8/10, 0 records/s, 3 unacknowledged, late 0 ms, refused")
