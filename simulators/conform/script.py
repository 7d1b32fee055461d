"""The script of the driving: which steps, in which order, what each answers and sends.

A step is a row. What it answers is a key of `bench.POLICIES`; what it sends, and after which share of its time, stands
in `sends`, keys of `ORDERS`. After each step comes a pause in which everything is acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from firmware_contracts import command, config
from firmware_contracts.command import Command
from firmware_contracts.config import Config
from simulators.conform.timing import Timing

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: Its name; checks refer to it.
        en: What happens, in English.
        zh: The same in Chinese.
        length: Member of `Timing` that says how long it takes.
        policy: How records are answered.
        sends: What is sent after which share of the time.
        needs_proxy: It breaks the link.
        needs_hands: Somebody at the box does what `en` and `zh` say.
        settle: Member of `Timing` that says how long the pause after it is.
    """

    name: str
    en: str
    zh: str
    length: str
    policy: str = "all"
    sends: tuple[tuple[float, str], ...] = ()
    needs_proxy: bool = False
    needs_hands: bool = False
    settle: str = "settle_s"

    def seconds(self, timing: Timing) -> float:
        """Return how long it takes, with its pause. [s]"""
        return float(getattr(timing, self.length)) + float(getattr(timing, self.settle))


SCRIPT: tuple[Step, ...] = (
    Step("listen", "listening, everything is acknowledged", "旁听，全部确认", "listen_s"),
    Step("withhold", "withholding acknowledgements", "停止确认", "withhold_s", "none"),
    Step("partial", "acknowledging every second record", "只确认一半记录", "partial_s", "even"),
    Step("other_epoch", "acknowledging another epoch", "以其他 epoch 确认", "other_epoch_s", "other_epoch"),
    Step(
        "repeat",
        "repeating acknowledgements, unreadable ones between",
        "重复确认并夹杂无法解析的确认",
        "repeat_s",
        "twice",
    ),
    Step("refuse", "refusing a message by its CRC-32", "按 CRC-32 拒收报文", "refuse_s", "refuse"),
    Step(
        "commands",
        "sending commands, sound and unsound",
        "下发正常与异常指令",
        "command_s",
        sends=(
            (0.0, "text"),
            (0.1, "locate"),
            (0.2, "unknown_kind"),
            (0.25, "expired"),
            (0.35, "text"),
            (0.4, "locate"),
            (0.45, "cut_short"),
            (0.5, "no_text"),
            (0.55, "malformed"),
            (0.6, "alive"),
            (0.7, "locate"),
            (0.8, "locate"),
            (0.9, "locate"),
        ),
    ),
    Step(
        "config",
        "sending settings and watching their effect",
        "下发参数并观察效果",
        "config_s",
        sends=((0.0, "config"),),
    ),
    Step(
        "antenna",
        "PULL THE GNSS ANTENNA NOW; plug it in again when the next line appears",
        "请现在拔下 GNSS 天线，出现下一行提示后再插回",
        "antenna_s",
        needs_hands=True,
        settle="return_s",
    ),
    Step(
        "power",
        "PULL THE POWER NOW, battery included; power it again after ten seconds",
        "请现在断开电源（包括备用电池），十秒后恢复",
        "power_s",
        "none",
        needs_hands=True,
        settle="return_s",
    ),
    Step("cut", "breaking the link", "切断链路", "cut_s", needs_proxy=True, settle="return_s"),
)


def planned(
    timing: Timing, minutes: float | None, *, has_proxy: bool, has_hands: bool
) -> tuple[Sequence[Step], Timing]:
    """Return the steps that fit into a time, and their lengths stretched to fill it; without one all, as they are.

    Steps are left out from the end; what was left out is told as not tried.
    """
    steps = [s for s in SCRIPT if (has_proxy or not s.needs_proxy) and (has_hands or not s.needs_hands)]
    if minutes is None:
        return steps, timing
    while len(steps) > 1 and _total_s(steps, timing) > minutes * 60.0:
        steps.pop()
    factor = max(1.0, minutes * 60.0 / _total_s(steps, timing))
    lengths = {step.length: getattr(timing, step.length) * factor for step in steps}
    settles = {step.settle: getattr(timing, step.settle) * factor for step in steps}
    return steps, replace(timing, **lengths, **settles)


def _total_s(steps: Sequence[Step], timing: Timing) -> float:
    return sum(step.seconds(timing) for step in steps)


@dataclass(frozen=True, slots=True)
class Order:
    """Something to send down: its channel, how its payload comes from an id and the time, whether it is retained."""

    channel: str
    payload: Callable[[str, int, Timing], bytes]
    retain: bool = False


def _text(name: str, now_ms: int, timing: Timing) -> bytes:  # noqa: ARG001  # one signature for all rows
    return command.encode(
        Command(name, now_ms + HOUR_MS, "text", {"text": "一致性测试 conformance test", "speak": False})
    )


def _locate(name: str, now_ms: int, timing: Timing) -> bytes:  # noqa: ARG001
    return command.encode(Command(name, now_ms + HOUR_MS, "locate"))


def _expired(name: str, now_ms: int, timing: Timing) -> bytes:  # noqa: ARG001
    return command.encode(Command(name, now_ms - 10 * MINUTE_MS, "locate"))


def _unknown_kind(name: str, now_ms: int, timing: Timing) -> bytes:  # noqa: ARG001
    return msgspec.json.encode({"v": 1, "id": name, "expires_ms": now_ms + HOUR_MS, "kind": "conform_unknown"})


def _malformed(name: str, now_ms: int, timing: Timing) -> bytes:  # noqa: ARG001
    return msgspec.json.encode({"v": 1, "id": name, "kind": "locate"})


def _config(name: str, now_ms: int, timing: Timing) -> bytes:
    report = {"moving_s": timing.config_interval_s, "standing_s": timing.config_interval_s}
    body = {"report": report | {"corner_deg": timing.corner_deg}}
    return config.encode(Config(name, now_ms + HOUR_MS, body))


def own_defaults(name: str, now_ms: int) -> bytes:
    """Return settings that name nothing: the terminal goes back to its own."""
    return config.encode(Config(name, now_ms + HOUR_MS, {}))


ORDERS: dict[str, Order] = {
    "text": Order("command", _text),
    "locate": Order("command", _locate),
    "alive": Order("command", _locate),
    "unknown_kind": Order("command", _unknown_kind),
    "expired": Order("command", _expired),
    "malformed": Order("command", _malformed),
    "cut_short": Order("command", lambda _name, _now, _timing: b'{"v":1,"id":"conform-cut'),
    "no_text": Order("command", lambda _name, _now, _timing: b"\xff\xfe\x00{"),
    "config": Order("config", _config, retain=True),
}
