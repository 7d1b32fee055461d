"""The bridge over real TCP and a real broker: honest terminals served, hostile ones shed."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import random
import socket
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from jt808_link import Jt808Link
from jt808_platform import (
    REGION,
    Caller,
    KeepingPlatform,
    code_of,
    enrolment,
    location,
    phone_of,
    running_bridge,
    terminals,
    until,
)
from mosquitto_process import MosquittoProcess

from firmware_contracts import command
from firmware_contracts.jt808.clock import bcd_of
from firmware_contracts.jt808.framing import BadFrame, Frame, Framer
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import pack_location, parse_location
from firmware_contracts.jt808.messages import (
    Authentication,
    GeneralAnswer,
    Heartbeat,
    LocationBatch,
    LocationReport,
    PlatformAnswer,
    Text,
    Transparent,
    encode,
    parse,
)
from firmware_contracts.topics import DownTopic
from ingest.jt808 import uplink as uplink_module
from ingest.jt808.connection import READ_BURST_BYTES, READ_BYTES_PER_S
from ingest.jt808.server import Bridge
from simulators.connection import mqtt_connection
from simulators.jt808_terminal import Jt808Limits, Jt808Terminal
from tests.promptness import TRIES

pytestmark = pytest.mark.services

# As a rule an honest terminal is served within this, whatever others do.
SERVED_S = 0.1


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


Play = Callable[[Bridge, KeepingPlatform], Awaitable[None]]


def play(mosquitto: MosquittoProcess, scene: Play, count: int = 3, **settings: object) -> None:
    """Run a scene with a bridge and a platform that acknowledges."""

    async def run() -> None:
        platform = KeepingPlatform(mosquitto.address)
        async with platform.running(), running_bridge(mosquitto.address, terminals(count), **settings) as bridge:
            try:
                await scene(bridge, platform)
            finally:
                await Caller.close_all()

    asyncio.run(run())


def report(number: int, **members: object) -> LocationReport:
    return LocationReport(parse_location(pack_location(location(number, **members))))


async def is_served(bridge: Bridge, number: int = 2) -> float:
    """Let an honest terminal come, authenticate and report; return how long it took. [s]"""
    began = time.monotonic()
    caller = await Caller.call(bridge.port, number)
    await caller.say(Authentication(code_of(number)))
    assert (await caller.hear()).result == 0
    took_s = time.monotonic() - began
    message = report(number)
    serial = await caller.say(message)
    assert await caller.hear() == PlatformAnswer(serial, 0x0200, 0)
    caller.close()
    return took_s


@pytest.mark.parametrize("version", [Version.V2013, Version.V2019])
def test_everything_a_terminal_says_is_answered(mosquitto: MosquittoProcess, version: Version) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0, version)
        await until(lambda: platform.states.get("B000") == "online")
        one = report(1)
        serial = await caller.say(one)
        assert await caller.hear() == PlatformAnswer(serial, 0x0200, 0)
        assert [fix.seq for fix in platform.fixes["B000"]] == [crc32(one.location.body)]
        swapped = pack_location(location(2, lat_deg=119.9, lon_deg=31.7))
        serial = await caller.say(LocationBatch((1, (pack_location(location(3)), swapped, b"\x01\x02"))))
        assert await caller.hear() == PlatformAnswer(serial, 0x0704, 0)
        assert {one.seq for one in platform.refused} == {crc32(swapped), crc32(b"\x01\x02")}
        serial = await caller.say(Transparent(0xF5, b"scale"))
        assert await caller.hear() == PlatformAnswer(serial, 0x0900, 0)
        assert [event.type for event in platform.events] == ["transparent"]
        caller.close()
        await until(lambda: platform.states.get("B000") == "offline")

    play(mosquitto, scene)


def test_an_acknowledgement_is_waited_for_and_a_silent_platform_answers_nothing(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        platform.silent = True
        caller = await Caller.welcome(bridge.port, 0)
        await caller.say(report(1))
        assert await caller.is_silent()
        await caller.say(Heartbeat())
        assert (await caller.hear()).message_id == 0x0002
        assert bridge.bureau.waiting == 1
        caller.close()
        await until(lambda: bridge.bureau.waiting == 0)

    play(mosquitto, scene)


def test_readings_are_answered_with_the_position_that_carries_them(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        bridge.enrol(enrolment(terminals(1, vendor="angle")))
        caller = await Caller.welcome(bridge.port, 0)
        position = location(0)
        data = bcd_of(position.time_ms) + (321).to_bytes(2, "little") + b"\0"
        asked = await caller.say(Transparent(0xF1, data))
        assert await caller.is_silent()
        serial = await caller.say(LocationReport(parse_location(pack_location(position))))
        answers = [await caller.hear(), await caller.hear()]
        assert {(answer.message_id, answer.serial) for answer in answers} == {(0x0900, asked), (0x0200, serial)}
        (row,) = platform.fixes["B000"]
        assert (row.seq, row.lift_deg) == (crc32(pack_location(position) + b"\xf1" + data), pytest.approx(32.1))
        again = data[:6] + (322).to_bytes(2, "little") + b"\0"
        await caller.say(Transparent(0xF1, again))
        caller.close()
        await until(lambda: len(platform.fixes["B000"]) == 2)
        assert platform.fixes["B000"][1].seq == crc32(b"\xf1" + again)

    play(mosquitto, scene)


def test_what_a_slow_broker_cost_is_subscribed_again(mosquitto: MosquittoProcess) -> None:
    """A subscription that was dropped with everything else would leave its terminal without answers for good."""

    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        uplink, most = bridge._uplink, uplink_module.UNSENT_BYTES_MOST
        try:
            uplink_module.UNSENT_BYTES_MOST = -1
            caller = await Caller.welcome(bridge.port, 0)
            await caller.say(report(1))
            assert await caller.is_silent()
            assert bridge.bureau.counts["dropped_behind_the_broker"] >= 2
        finally:
            uplink_module.UNSENT_BYTES_MOST = most
        await until(lambda: not uplink._has_dropped)
        serial = await caller.say(report(2))
        assert await caller.hear() == PlatformAnswer(serial, 0x0200, 0)

    play(mosquitto, scene)


def test_a_command_goes_to_the_terminal_and_its_answer_back(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0)
        await until(lambda: platform.states.get("B000") == "online")  # said after the subscription
        payload = command.encode(command.Command("c-9", time.time_ns() // 10**6 + 60_000, "text", {"text": "限行"}))
        async with mqtt_connection(mosquitto.address, "muckline-downlink") as client:
            await client.publish(str(DownTopic(REGION, "truck", "B000", "command")), payload, qos=1)
            message = await caller.hear()
            assert message == Text(0b100, "限行")
            await caller.say(GeneralAnswer(0, 0x8300, 0))  # a serial that nobody said
            serial = bridge._by_device["B000"].session.voice.serial - 1
            await caller.say(GeneralAnswer(serial, 0x8300, 0))
            await until(lambda: len(platform.replies.get("c-9", [])) == 2)
        assert platform.replies["c-9"] == [("delivered", ""), ("accepted", "accepted")]

    play(mosquitto, scene)


def test_the_newest_connection_of_a_terminal_is_the_one(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        first = await Caller.welcome(bridge.port, 0)
        second = await Caller.welcome(bridge.port, 0)
        await first.hear_end()
        serial = await second.say(report(1))
        assert await second.hear() == PlatformAnswer(serial, 0x0200, 0)
        assert platform.states["B000"] == "online"

    play(mosquitto, scene)


def test_a_terminal_that_is_suspended_is_put_out(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0)
        bridge.enrol(enrolment([*terminals(1, status="suspended"), *terminals(3)[1:]]))
        await caller.hear_end()
        await until(lambda: platform.states.get("B000") == "offline")
        again = await Caller.call(bridge.port, 0)
        await again.say(Authentication(code_of(0)))
        assert (await again.hear()).result == 1
        await is_served(bridge)

    play(mosquitto, scene)


def test_a_broker_that_comes_back_is_spoken_to_again(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0)
        await asyncio.to_thread(mosquitto.kill)
        await until(lambda: bridge.now().connection == 0)
        await caller.say(report(1))
        assert await caller.is_silent()
        await asyncio.to_thread(mosquitto.start)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:  # as a terminal does that was not answered
            serial = await caller.say(report(1, time_ms=1_790_000_000_000))
            with contextlib.suppress(TimeoutError):
                assert await caller.hear(0.5) == PlatformAnswer(serial, 0x0200, 0)
                return
        raise AssertionError("expected an answer once the broker is back")

    play(mosquitto, scene)


def test_split_at_every_byte_and_merged(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0)
        caller.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in encode(report(1), caller.phone, 7)[0]:
            await caller.send(bytes([byte]))
            await asyncio.sleep(0)
        assert await caller.hear() == PlatformAnswer(7, 0x0200, 0)
        merged = b"".join(encode(report(2 + n), caller.phone, 10 + n)[0] for n in range(40))
        await caller.send(merged)
        assert sorted([(await caller.hear()).serial for _ in range(40)]) == list(range(10, 50))
        assert len(platform.fixes["B000"]) == 41

    play(mosquitto, scene)


def test_garbage_wrong_checksums_and_ten_megabytes_of_noise(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        caller = await Caller.welcome(bridge.port, 0)
        wrong = bytearray(encode(report(1), caller.phone, 7)[0])
        wrong[20] ^= 1
        await caller.send(b"\x00\xff\x7e\x7e" + bytes(wrong) + b"\x7d\x7d" + encode(report(2), caller.phone, 8)[0])
        assert await caller.hear() == PlatformAnswer(8, 0x0200, 0)
        noisy = await Caller.call(bridge.port, 1)
        rng, sent = random.Random(3), 0
        with contextlib.suppress(ConnectionError):
            while sent < 10_000_000:
                await noisy.send(rng.randbytes(65_536))
                sent += 65_536
        await noisy.hear_end()
        assert bridge.bureau.counts["ended_noise"] == 1
        await is_served(bridge)

    play(mosquitto, scene)


def test_strangers_and_the_silent_are_ended(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        mute, dripping = await Caller.call(bridge.port, 0), await Caller.call(bridge.port, 1)
        idle = await Caller.welcome(bridge.port, 2)
        frame = encode(Authentication(code_of(1)), phone_of(1), 0)[0]

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for byte in frame:
                    await dripping.send(bytes([byte]))
                    await asyncio.sleep(0.3)

        dripped = asyncio.create_task(drip())
        await asyncio.gather(mute.hear_end(), dripping.hear_end(), idle.hear_end())
        dripped.cancel()
        await asyncio.gather(dripped, return_exceptions=True)
        assert (bridge.bureau.counts["ended_no_hello"], bridge.bureau.counts["ended_silent"]) == (2, 1)

    play(mosquitto, scene, hello_s=1, idle_s=1)


def test_two_thousand_idle_connections_keep_nobody_waiting(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        idle = [await asyncio.open_connection("127.0.0.1", bridge.port) for _ in range(2000)]
        await until(lambda: bridge.bureau.counts["connections"] == 2000)
        medians_s: list[float] = []
        while len(medians_s) < TRIES and min(medians_s, default=SERVED_S) >= SERVED_S:
            medians_s.append(statistics.median([await is_served(bridge) for _ in range(9)]))
        assert min(medians_s) < SERVED_S
        for _, writer in idle:
            writer.close()

    play(mosquitto, scene)


def test_a_full_house_lets_the_honest_in(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        honest = await Caller.welcome(bridge.port, 0)
        idle = [await Caller.call(bridge.port, 1) for _ in range(30)]
        await is_served(bridge)
        serial = await honest.say(report(5))
        assert await honest.hear() == PlatformAnswer(serial, 0x0200, 0)
        await idle[0].hear_end()
        assert len(bridge._connections) <= 10

    play(mosquitto, scene, max_connections=10)


def test_who_does_not_read_is_ended(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        deaf = await Caller.welcome(bridge.port, 0)
        deaf.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        transport = bridge._by_device["B000"]._transport
        assert transport is not None
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # not megabytes first
        beats = b"".join(encode(Heartbeat(), deaf.phone, n & 0xFFFF)[0] for n in range(2000))
        with contextlib.suppress(ConnectionError):
            for _ in range(400):
                await asyncio.wait_for(deaf.send(beats), 5)
        await until(lambda: bridge.bureau.counts["ended_does_not_read"] == 1)
        await is_served(bridge)

    play(mosquitto, scene)


def test_who_floods_is_read_more_slowly_and_holds_up_nobody(mosquitto: MosquittoProcess) -> None:
    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        loud, honest = await Caller.welcome(bridge.port, 0), await Caller.welcome(bridge.port, 1)
        beats = b"".join(encode(Heartbeat(), loud.phone, n)[0] for n in range(4000))
        answered = 0

        async def flood() -> None:
            while True:
                await loud.send(beats)

        async def listen() -> None:
            nonlocal answered
            while True:
                answered += len(await loud.reader.read(65_536))

        async def answered_s() -> float:
            """Let the honest one ask for two seconds and return what an answer took, as a rule."""
            began_s, took_s = time.monotonic(), []
            while time.monotonic() - began_s < 2.0:
                asked_s = time.monotonic()
                await honest.say(Heartbeat())
                await honest.hear()
                took_s.append(time.monotonic() - asked_s)
                await asyncio.sleep(0.02)
            return statistics.median(took_s)

        tasks = [asyncio.create_task(flood()), asyncio.create_task(listen())]
        began_s = time.monotonic()
        medians_s = [await answered_s()]
        while len(medians_s) < TRIES and min(medians_s) >= SERVED_S:
            medians_s.append(await answered_s())
        seconds = time.monotonic() - began_s
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert min(medians_s) < SERVED_S
        shares = READ_BURST_BYTES + READ_BYTES_PER_S * seconds
        heartbeat, answer = len(encode(Heartbeat(), loud.phone, 0)[0]), 20
        assert 0.3 * READ_BURST_BYTES < answered * heartbeat / answer < 2.0 * shares

    play(mosquitto, scene)


def test_received_bytes_are_written_down_where_asked_for(mosquitto: MosquittoProcess) -> None:
    frames = io.StringIO()

    async def scene(bridge: Bridge, _platform: KeepingPlatform) -> None:
        caller = await Caller.call(bridge.port, 0)
        await caller.say(Authentication(code_of(0)))
        await caller.hear()
        await caller.say(Heartbeat())
        await caller.hear()
        lines = [json.loads(line) for line in frames.getvalue().splitlines()]
        heard = Framer().feed(b"".join(bytes.fromhex(line["hex"]) for line in lines))
        assert [frame.header.message_id for frame in heard if isinstance(frame, Frame)] == [0x0102, 0x0002]
        assert all({"received_at", "peer"} < set(line) for line in lines)

    play(mosquitto, scene, frames=frames)


@pytest.mark.parametrize("version", [Version.V2013, Version.V2019])
def test_the_simulated_terminal_forgets_what_is_kept(mosquitto: MosquittoProcess, version: Version) -> None:
    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        clock = asyncio.get_running_loop().time
        terminal = Jt808Terminal(phone_of(1), version, Jt808Limits(retry_s=1.0))
        bodies = [terminal.offer(location(number)) for number in range(180)]
        link = Jt808Link(terminal, "127.0.0.1", bridge.port, clock, reconnect_s=0.1)
        task = asyncio.create_task(link.run())
        await until(lambda: len(terminal) == 0)
        bodies.append(terminal.offer(location(500)))
        link.wake()
        await until(lambda: len(terminal) == 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert sorted(fix.seq for fix in platform.fixes["B001"]) == sorted(map(crc32, bodies))

    play(mosquitto, scene)


@pytest.mark.real_data
def test_the_recorded_session_is_answered_as_its_platform_did(mosquitto: MosquittoProcess, test_data: Path) -> None:
    text = (test_data / "jt808_frames" / "session_jt2019.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    said = [(line["dir"], bytes.fromhex(line["hex"])) for line in lines]
    framer = Framer()
    frames = [(who, frame) for who, raw in said for frame in framer.feed(raw) if not isinstance(frame, BadFrame)]
    assert len(frames) == len(lines)
    phone = frames[0][1].header.phone
    document = terminals(1)[0] | {"phone": phone}

    async def scene(bridge: Bridge, platform: KeepingPlatform) -> None:
        bridge.enrol(enrolment([document]))
        caller = await Caller.call(bridge.port)
        code = bridge.bureau.authenticator.code(phone, "B000")
        locations = 0
        for number, (who, frame) in enumerate(frames[1:], 1):
            if who == "platform":
                continue
            message_id, serial = frame.header.message_id, frame.header.serial
            body = parse(frame.header, frame.body)
            is_own_code = message_id == 0x0102  # the recorded one was the other platform's
            message = Authentication(code, body.imei, body.software) if is_own_code else body
            raw = said[number][1] if not is_own_code else encode(message, phone, serial, Version.V2019)[0]
            await caller.send(raw)
            if message_id == 0x0001:
                continue
            recorded = answer_to(frames, serial, message_id)
            assert await caller.hear() == recorded
            locations += message_id == 0x0200
        assert locations == len(platform.fixes["B000"]) == 6
        assert not platform.refused

    play(mosquitto, scene)


def answer_to(frames: list[tuple[str, Frame]], serial: int, message_id: int) -> PlatformAnswer:
    """Return what the recorded platform said to a message."""
    answers = [parse(f.header, f.body) for who, f in frames if who == "platform" and f.header.message_id == 0x8001]
    return next(a for a in answers if (a.serial, a.message_id) == (serial, message_id))
