"""Reports as JSON: `.../up/report/json`.

    {"v": 1, "device": "T1", "epoch": 7, "fixes": [
      {"seq": 1, "time_ms": 1767225600000, "lat_deg": 31.7, "lon_deg": 119.9, "speed_mps": 8.3, "course_deg": 91.0,
       "hdop": 0.9, "satellites": 14, "load_kg": 21500, "load_ratio": 0.86, "lift_deg": 0.4, "cover": "closed",
       "ignition": true, "main_power": true, "faults": ["lift_sensor"], "alarms": ["case_opened"]}]}

`device` may be left out and must else be the topic's. Of a fix only `seq` and `time_ms` are required; what is absent or
null is not known, never zero. Members that this reader does not know are ignored, and so are such words of `faults` and
`alarms`.

`FIX` is the table of a fix's members. This module writes reports and reads one slowly; `json_block` reads many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from math import isnan
from operator import or_
from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault, FixColumns
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.fix_limits import FLOAT_RANGES, INT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
from firmware_contracts.json_fields import Field, Flag, Integer, Word, Words, read_members
from firmware_contracts.reading import BadRecord, Record, Records

COVERS = {cover.name.lower(): int(cover) for cover in Cover if cover != Cover.ABSENT}
FAULTS = {str(fault.name).lower(): int(fault) for fault in Fault}
ALARMS = {str(alarm.name).lower(): int(alarm) for alarm in Alarm}
DECIMALS = {  # what is written; a tenth of the sensor's own resolution is enough
    "lat_deg": 7,
    "lon_deg": 7,
    "speed_mps": 2,
    "course_deg": 2,
    "hdop": 2,
    "load_kg": 1,
    "load_ratio": 4,
    "lift_deg": 2,
}
MAX_WORDS = 32  # one for each bit that a column of flags can hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(Field):
    """A finite number in [least, most], which is judged later: what a broken sensor reads may be anything.

    See `fix_limits.FAULTY_FIELDS`.
    """

    least: float
    most: float

    def _value(self, members: Members, name: str) -> float | None:
        value = document_of.number(members, name)
        return None if isnan(value) else value

    def schema(self) -> dict[str, Any]:
        """Return a number; its limits hold where its sensor is sound and stand in the schema of the fix."""
        return {"type": "number"}


def _reading(name: str, *, en: str, zh: str, unit: str = "") -> Reading:
    least, most = FLOAT_RANGES[name]
    return Reading(least=least, most=most, en=en, zh=zh, unit=unit)


FIX: dict[str, Field] = {
    "seq": Integer(
        most=MAX_COUNTER,
        required=True,
        en="Counts up with every record of the device, fixes and events alike.",
        zh="设备每产生一条记录（定位或事件）加一的序号。",
    ),
    "time_ms": Integer(
        most=MAX_TIME_MS,
        required=True,
        unit="ms since 1970-01-01 UTC",
        en="Instant of the fix.",
        zh="定位时刻。",
    ),
    "lat_deg": _reading(
        "lat_deg",
        unit="deg",
        en="Latitude, WGS 84, north positive; never without lon_deg.",
        zh="纬度（WGS 84），北纬为正；必须与 lon_deg 同时给出。",
    ),
    "lon_deg": _reading(
        "lon_deg",
        unit="deg",
        en="Longitude, WGS 84, east positive; never without lat_deg.",
        zh="经度（WGS 84），东经为正；必须与 lat_deg 同时给出。",
    ),
    "speed_mps": _reading("speed_mps", unit="m/s", en="Speed over ground, from GNSS.", zh="卫星定位对地速度。"),
    "course_deg": _reading(
        "course_deg",
        unit="deg",
        en="Course over ground, clockwise from true north; 360 counts as 0.",
        zh="对地航向，真北起顺时针；360 视为 0。",
    ),
    "hdop": _reading("hdop", en="Horizontal dilution of precision.", zh="水平精度因子。"),
    "satellites": Integer(most=INT_RANGES["satellites"][1], en="Satellites used.", zh="参与定位的卫星数。"),
    "load_kg": _reading(
        "load_kg",
        unit="kg",
        en="Mass of the load; where the sensor is not calibrated give load_ratio instead.",
        zh="载重；传感器未标定时改用 load_ratio。",
    ),
    "load_ratio": _reading(
        "load_ratio",
        en="Load as a share of the rated load, 1 being full, from an uncalibrated sensor.",
        zh="未标定传感器给出的载重比，1 为满载。",
    ),
    "lift_deg": _reading(
        "lift_deg",
        unit="deg",
        en="Angle of the load bed above the chassis, 0 being down.",
        zh="车厢相对底盘的举升角，0 为落下。",
    ),
    "cover": Word(words=tuple(COVERS), en="State of the load bed's cover.", zh="密闭盖状态：关、半开、开。"),
    "ignition": Flag(en="The ignition is on.", zh="点火开关接通。"),
    "main_power": Flag(en="The vehicle's battery feeds the terminal.", zh="终端由车辆电源供电。"),
    "faults": Words(
        most=MAX_WORDS,
        known=tuple(FAULTS),
        en="What is broken; readings of a broken sensor are not used. Absent means that nothing is.",
        zh="当前故障；有故障的传感器读数不予采用。缺省表示无故障。",
    ),
    "alarms": Words(
        most=MAX_WORDS,
        known=tuple(ALARMS),
        en="What the terminal itself raises, for as long as it lasts. Absent means nothing.",
        zh="终端自身报警，持续期间一直给出。缺省表示无报警。",
    ),
}


def encode(columns: FixColumns, device: str | None = None) -> bytes:
    """Return one message that holds all rows, which share one epoch.

    Args:
        columns: At least one row.
        device: Named in the payload where given.

    Raises:
        ValueError: No rows, or rows of several epochs.
    """
    rows = rows_of(columns)
    epochs = {row.epoch for row in rows}
    if len(epochs) != 1:
        raise ValueError(f"expected rows of one epoch, got epochs {sorted(epochs)}")
    head: dict[str, Any] = {"v": document_of.VERSION} | ({} if device is None else {"device": device})
    return msgspec.json.encode(head | {"epoch": epochs.pop(), "fixes": [_members_of(row) for row in rows]})


def _members_of(fix: Fix) -> dict[str, Any]:
    members: dict[str, Any] = {"seq": fix.seq, "time_ms": fix.fix_time_ms}
    for name, digits in DECIMALS.items():
        value = getattr(fix, name)
        if value == value:  # noqa: PLR0124  # NaN, the missing value, differs from itself
            members[name] = round(value, digits)
    if fix.satellites != ABSENT:
        members["satellites"] = fix.satellites
    if fix.cover != ABSENT:
        members["cover"] = Cover(fix.cover).name.lower()
    if fix.ignition != ABSENT:
        members["ignition"] = bool(fix.ignition)
    if fix.main_power != ABSENT:
        members["main_power"] = bool(fix.main_power)
    if fix.faults:
        members["faults"] = [name for name, bit in FAULTS.items() if fix.faults & bit]
    if fix.alarms:
        members["alarms"] = [name for name, bit in ALARMS.items() if fix.alarms & bit]
    return members


def read(payload: bytes, device: str) -> Records:
    """Yield each record of one message: the reference.

    Raises:
        MessageError: Nothing of the message can be read.
    """
    document, text = document_of.read_document(payload)
    document_of.check_device(document, device)
    epoch = document_of.read_epoch(document)
    items = document_of.read_items(document, text, "fixes")
    return (_read_item(item, epoch) for item in items)


def _read_item(item: Item, epoch: int) -> Record | BadRecord:
    try:
        return Record(_fix_of(document_of.record_of(item.value), epoch), item.source)
    except ContractError as error:
        return BadRecord(error, epoch, document_of.identity_of(item.value), item.source)


def _fix_of(members: Members, epoch: int) -> Fix:
    given = read_members(members, FIX)
    seq, time_ms = given.pop("seq"), given.pop("time_ms")
    for name, codes in _CODES.items():
        if name in given:
            given[name] = codes(given[name])
    return Fix(epoch, seq, time_ms, **given)


def bits_of(words: list[str], bits: dict[str, int]) -> int:
    """Return the bits of the words that are known; a word of a later version has none."""
    return reduce(or_, (bits.get(word, 0) for word in words), 0)


_CODES: dict[str, Callable[[Any], int]] = {
    "cover": COVERS.__getitem__,
    "ignition": int,
    "main_power": int,
    "faults": partial(bits_of, bits=FAULTS),
    "alarms": partial(bits_of, bits=ALARMS),
}
