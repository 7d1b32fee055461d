"""Sensors and their faults: absent is never zero, and a torn wire is no reading."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from firmware_contracts.columns import ABSENT, Fault
from firmware_contracts.fix_limits import FAULTY_FIELDS
from simulators.conform.check import Check, Finding
from simulators.conform.observed import Log, Row

# What converters and registers give for "nothing there", scaled or not; no truck shows exactly these.
SENTINELS: dict[str, frozenset[float]] = {
    "load_kg": frozenset({32_767.0, 65_535.0, 99_999.0, 327_670.0, 655_340.0, 4_095.0 * 16}),
    "load_ratio": frozenset({6.5534, 6.5535, 3.2767}),
    "lift_deg": frozenset({127.0, 255.0 - 360.0, -127.0, -128.0, 180.0, -180.0}),
    "speed_mps": frozenset({255.0, 655.34, 65.535, 327.67}),
    "hdop": frozenset({25.5, 99.99, 655.35}),
}
RAD_MOST = 1.6  # a quarter turn and a little
RAISED_RAD = 0.4


def _given(row: Row, name: str) -> Any:
    """Return a reading, None where it is absent."""
    value = getattr(row.fix, name)
    return None if (isinstance(value, int) and value == ABSENT) or isnan(value) else value


def _under_fault(log: Log, *, zero: bool) -> Iterator[Finding]:
    for row in log.rows:
        for fault, names in FAULTY_FIELDS.items():
            given = {
                name: value for name in names if row.fix.faults & fault and (value := _given(row, name)) is not None
            }
            shown = {name: value for name, value in given.items() if (value == 0) is zero}
            if shown and not (name_is_switch(names) and zero):
                said = ", ".join(f"{name} {value:g}" for name, value in shown.items())
                en = f"{said} under the fault {str(Fault(fault).name).lower()}: a broken sensor's reading is absent"
                zh = f"报 {str(Fault(fault).name).lower()} 故障却仍有 {said}：故障传感器的读数应缺省"
                yield Finding(row.message, en, zh, row.source)


def name_is_switch(names: tuple[str, ...]) -> bool:
    """Return whether a fault's readings are states, whose 0 is a state like any other."""
    return names == ("cover",)


def _zero_under_fault(log: Log) -> Iterator[Finding]:
    return _under_fault(log, zero=True)


def _reading_under_fault(log: Log) -> Iterator[Finding]:
    yield from _under_fault(log, zero=False)
    for row in log.rows:
        if row.fix.faults & Fault.COVER_SENSOR and row.fix.cover == 0:
            en = "cover 0 under the fault cover_sensor: a broken sensor's reading is absent"
            yield Finding(row.message, en, "报 cover_sensor 故障却仍有篷布状态", row.source)


def _always_zero(log: Log) -> Iterator[Finding]:
    """A scale wanders by some kilogrammes, most of all while the body is tipped."""
    rows = [row for row in log.track if not isnan(row.fix.load_kg)]
    if rows and all(row.fix.load_kg == 0.0 for row in rows):
        row = max((one for one in rows if not isnan(one.fix.lift_deg)), key=lambda one: one.fix.lift_deg)
        en = f"the load is exactly 0 in all {len(rows)} fixes, though the body was lifted to {row.fix.lift_deg:.0f} deg"
        zh = f"{len(rows)} 条定位的载重恰为 0，而车厢曾举升至 {row.fix.lift_deg:.0f} 度：没有传感器时应省略"
        yield Finding(row.message, en, zh, row.source)


def _sentinels(log: Log) -> Iterator[Finding]:
    for row in log.rows:
        for name, values in SENTINELS.items():
            value = _given(row, name)
            if value is not None and any(abs(value - sentinel) < 5e-4 for sentinel in values):
                en = f"{name} {value:g} is a register that holds nothing: report the fault, leave the reading out"
                zh = f"{name} 为 {value:g}，是寄存器的无效值：应上报故障并省略读数"
                yield Finding(row.message, en, zh, row.source)


def _lift_unit(log: Log) -> Iterator[Finding]:
    """The load goes while the angle rises, but to no more than a radian and a half."""
    rows = [row for row in log.track if not isnan(row.fix.lift_deg) and not isnan(row.fix.load_kg)]
    if not rows:
        return
    most = max(rows, key=lambda row: row.fix.lift_deg)
    full_kg = max(row.fix.load_kg for row in rows)
    raised = [row for row in rows if row.fix.lift_deg > 0.5 * most.fix.lift_deg]
    goes = any(row.fix.load_kg < 0.5 * full_kg for row in raised)
    if RAISED_RAD < most.fix.lift_deg < RAD_MOST and goes:
        en = f"the load goes while lift_deg rises to only {most.fix.lift_deg:.2f}: radians sent as degrees"
        yield Finding(most.message, en, f"卸载时 lift_deg 最高仅 {most.fix.lift_deg:.2f}：疑似弧度", most.source)


def _load_unit(log: Log) -> Iterator[Finding]:
    """A full truck of 20 says tonnes; it was seen to go up and down by most of its range."""
    loads = [row.fix.load_kg for row in log.track if not isnan(row.fix.load_kg)]
    if len(loads) >= 10 and 5.0 < max(loads) < 100.0 and min(loads) < 0.3 * max(loads):
        row = max((row for row in log.track if not isnan(row.fix.load_kg)), key=lambda one: one.fix.load_kg)
        en = f"the load never exceeds {max(loads):.1f} kg: tonnes sent as kg"
        yield Finding(row.message, en, f"载重最高仅 {max(loads):.1f} kg：疑似单位为吨", row.source)


CHECKS = (
    Check(
        "zero_for_absent",
        "must",
        ("reports", "sensor_fault"),
        "sensors",
        "Absent is never zero: a broken sensor gives no reading, not 0.",
        "缺省不等于零：传感器故障时无读数，不得填 0。",
        _zero_under_fault,
    ),
    Check(
        "reading_under_fault",
        "should",
        ("reports", "sensor_fault"),
        "sensors",
        "A reading under its sensor's fault is absent.",
        "报故障的传感器不带读数。",
        _reading_under_fault,
    ),
    Check(
        "load_always_zero",
        "should",
        ("reports", "lifted"),
        "sensors",
        "A load sensor that is not there gives no reading, not 0.",
        "没有载重传感器时应省略载重，不得填 0。",
        _always_zero,
    ),
    Check(
        "sentinel_reading",
        "must",
        ("reports",),
        "sensors",
        "A register that holds nothing is a fault, not a reading.",
        "寄存器无效值是故障，不是读数。",
        _sentinels,
    ),
    Check(
        "lift_unit", "must", ("reports", "unloading"), "position", "Lift is in degrees.", "举升角单位为度。", _lift_unit
    ),
    Check("load_unit", "must", ("reports",), "position", "Load is in kg.", "载重单位为 kg。", _load_unit),
)
