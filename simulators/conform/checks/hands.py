"""What shows only when somebody pulls antenna or power of the box."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from simulators.conform.check import Check, Finding
from simulators.conform.observed import Log

RECEIVER_S = 0.5  # share of the step after which every receiver knows that its antenna is gone


def _antenna(log: Log) -> Iterator[Finding]:
    step = log.step("antenna")
    if step is None:
        return
    from_ms = step.began_ms + RECEIVER_S * (step.ended_ms - step.began_ms)
    rows = [row for row in log.track if from_ms <= row.fix.fix_time_ms <= step.ended_ms]
    if not rows:
        yield Finding(None, "no record at all without antenna", "拔下天线后没有任何记录")
    elif not any(isnan(row.fix.lat_deg) for row in rows):
        row = rows[-1]
        en = f"seq {row.fix.seq} still bears a position {RECEIVER_S * 100:.0f} % into the step without antenna"
        yield Finding(row.message, en, f"拔下天线后 seq {row.fix.seq} 仍带位置", row.source)


def _power(log: Log) -> Iterator[Finding]:
    """What was heard in the step before the box came back, named by nobody, must be heard again after it."""
    step = log.step("power")
    if step is None:
        return
    back = [c.message.at_ms for c in log.states if c.state is not None and c.state.state != "offline"]
    back_ms = next((at_ms for at_ms in back if at_ms > step.began_ms), None)
    if back_ms is None:
        yield Finding(None, "no boot or online came after the power was pulled", "断电恢复后未见 boot 或 online 状态")
        return
    before = {k: heard for k, heard in log.deliveries.items() if step.began_ms <= heard[0].at_ms < back_ms}
    gone = [key for key, heard in before.items() if not any(one.at_ms >= back_ms for one in heard)]
    if gone:
        first = before[gone[0]][0]
        en = f"{len(gone)} of {len(before)} records that nobody had acknowledged were gone with the power"
        zh = f"断电前未确认的 {len(before)} 条记录丢失 {len(gone)} 条"
        yield Finding(first.content.message, en, zh, first.source)


CHECKS = (
    Check(
        "antenna_absent",
        "must",
        ("hands", "step antenna", "reports"),
        "position",
        "Without a position the fix is still recorded, with its time and without lat_deg and lon_deg.",
        "未定位时仍须记录，带时间而不带经纬度。",
        _antenna,
    ),
    Check(
        "power_keeps",
        "must",
        ("hands", "step power", "records"),
        "storage",
        "Every record is in flash before it is sent: a pulled battery loses none.",
        "记录先入闪存后发送，断电不丢失。",
        _power,
    ),
)
