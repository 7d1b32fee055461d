"""The simulated JT/T 808 terminal by itself: it keeps what was not answered, and forgets what was."""

from __future__ import annotations

from jt808_platform import location

from firmware_contracts.jt808.framing import BadFrame, Framer
from firmware_contracts.jt808.messages import (
    Authentication,
    Heartbeat,
    LocationBatch,
    LocationReport,
    Message,
    PlatformAnswer,
    Registration,
    RegistrationAnswer,
    encode,
    parse,
)
from simulators.jt808_terminal import Jt808Limits, Jt808Terminal

PHONE = "13900000000"


class Platform:
    """Hears a terminal and answers what it is told to."""

    def __init__(self, limits: Jt808Limits) -> None:
        self.terminal = Jt808Terminal(PHONE, limits=limits)
        self._framer = Framer()

    def hear(self, now: float) -> list[tuple[int, Message]]:
        frames = [f for f in self._framer.feed(self.terminal.take(now)) if not isinstance(f, BadFrame)]
        return [(frame.header.serial, parse(frame.header, frame.body)) for frame in frames]

    def say(self, message: Message, now: float) -> None:
        self.terminal.receive(b"".join(encode(message, PHONE, 0)), now)

    def welcome(self, now: float) -> None:
        self.terminal.connected(now)
        ((serial, first),) = self.hear(now)
        if isinstance(first, Registration):
            self.say(RegistrationAnswer(serial, 0, "code"), now)
            ((serial, first),) = self.hear(now)
        assert isinstance(first, Authentication)
        assert first.code == "code"
        self.say(PlatformAnswer(serial, 0x0102, 0), now)
        assert self.terminal.welcome


def test_what_is_not_answered_is_sent_again_and_what_is_is_forgotten() -> None:
    platform = Platform(Jt808Limits(batch=3, window=1, retry_s=10.0))
    terminal = platform.terminal
    bodies = [terminal.offer(location(n)) for n in range(4)]
    assert platform.hear(0.0) == []
    platform.welcome(0.0)
    ((serial, batch),) = platform.hear(1.0)
    assert isinstance(batch, LocationBatch)
    assert list(batch.bodies) == bodies[:3]
    assert platform.hear(5.0) == []
    ((again, repeated),) = platform.hear(11.0)
    assert (repeated, again != serial) == (batch, True)
    platform.say(PlatformAnswer(serial, 0x0704, 0), 11.5)
    assert len(terminal) == 4, "the answer to a message that was given up names nothing"
    platform.say(PlatformAnswer(again, 0x0704, 1), 12.0)
    assert len(terminal) == 4, "a failure is no answer"
    ((last, _),) = platform.hear(23.0)
    platform.say(PlatformAnswer(last, 0x0704, 0), 23.0)
    ((single, report),) = platform.hear(23.0)
    assert isinstance(report, LocationReport)
    assert report.location.body == bodies[3]
    platform.say(PlatformAnswer(single, 0x0200, 0), 24.0)
    assert (len(terminal), terminal.counts.kept) == (0, 4)
    assert platform.hear(24.0 + 60.0) == [(single + 1, Heartbeat())]


def test_flash_and_code_survive_the_battery_and_a_full_flash_loses_its_oldest() -> None:
    platform = Platform(Jt808Limits(batch=10, flash_records=5))
    platform.welcome(0.0)
    bodies = [platform.terminal.offer(location(n)) for n in range(7)]
    ((_, batch),) = platform.hear(1.0)
    assert list(batch.bodies) == bodies[2:]
    assert platform.terminal.counts.overwritten == 2
    bodies.append(platform.terminal.offer(location(7)))
    platform.terminal.battery_pull()
    assert platform.hear(2.0) == []
    platform.welcome(3.0)
    ((_, batch),) = platform.hear(3.0)
    assert list(batch.bodies) == bodies[3:]


def test_a_code_that_is_refused_is_forgotten() -> None:
    platform = Platform(Jt808Limits())
    platform.welcome(0.0)
    platform.terminal.connected(1.0)
    ((serial, message),) = platform.hear(1.0)
    assert isinstance(message, Authentication)
    platform.say(PlatformAnswer(serial, 0x0102, 1), 1.0)
    assert not platform.terminal.welcome
    platform.terminal.connected(2.0)
    assert isinstance(platform.hear(2.0)[0][1], Registration)
