"""Reports as JSON: `.../up/report/json`.

    {"v": 1, "device": "T1", "epoch": 7, "fixes": [
      {"seq": 1, "time_ms": 1767225600000, "lat_deg": 31.7, "lon_deg": 119.9, "speed_mps": 8.3, "course_deg": 91.0,
       "hdop": 0.9, "satellites": 14, "load_kg": 21500, "load_ratio": 0.86, "lift_deg": 0.4, "cover": "closed",
       "ignition": true, "main_power": true, "faults": ["lift_sensor"], "alarms": ["case_opened"]}]}

`device` may be left out and must else be the topic's. Of a fix only `seq` and `time_ms` are required; what is absent or
null is not known, never zero. Members that this reader does not know are ignored.

This module writes them and reads one slowly; `json_block` reads many.
"""

from __future__ import annotations

from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault, FixColumns
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.fix_limits import FLOAT_RANGES, INT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
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
    floats = {name: document_of.number(members, name) for name in FLOAT_RANGES}
    satellites = document_of.integer(members, "satellites", INT_RANGES["satellites"][1])
    ignition = document_of.boolean(members, "ignition")
    main_power = document_of.boolean(members, "main_power")
    return Fix(
        epoch,
        document_of.required_integer(members, "seq", MAX_COUNTER),
        document_of.required_integer(members, "time_ms", MAX_TIME_MS),
        **floats,
        satellites=ABSENT if satellites is None else satellites,
        cover=document_of.choice(members, "cover", COVERS, ABSENT),
        ignition=ABSENT if ignition is None else int(ignition),
        main_power=ABSENT if main_power is None else int(main_power),
        faults=document_of.flags(members, "faults", FAULTS),
        alarms=document_of.flags(members, "alarms", ALARMS),
    )
