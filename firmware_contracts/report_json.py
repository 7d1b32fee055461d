"""Reports as JSON: `.../up/report/json`.

    {"v": 1, "device": "T1", "epoch": 7, "fixes": [
      {"seq": 1, "time_ms": 1767225600000, "lat_deg": 31.7, "lon_deg": 119.9, "speed_mps": 8.3, "course_deg": 91.0,
       "hdop": 0.9, "satellites": 14, "load_kg": 21500, "load_ratio": 0.86, "lift_deg": 0.4, "cover": "closed",
       "ignition": true, "main_power": true, "faults": ["lift_sensor"], "alarms": ["case_opened"]}]}

`device` may be left out and must else be the topic's. Of a fix only `seq` and `time_ms` are required; what is absent or
null is not known, never zero. Members that this reader does not know are ignored.

The block reader lets msgspec decode straight into typed structs and turns each attribute into a column. msgspec keeps
the last of two members of one name without a word, so the colons of a payload are counted: in a payload made of known
names and closed lists of words each colon is a member, and one too many is a repetition.
"""

from __future__ import annotations

from functools import reduce
from itertools import chain
from math import nan
from operator import attrgetter, or_
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from firmware_contracts import json_document as document_of
from firmware_contracts.columns import ABSENT, FIX_DTYPES, Alarm, Cover, Fault, FixColumns
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.fix_limits import FLOAT_RANGES, INT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BadRecord, BlockFixes, Record, Records
from firmware_contracts.topic_table import Senders

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


_Counter = Annotated[int, Meta(ge=0, le=MAX_COUNTER)]
_Millisecond = Annotated[int, Meta(ge=0, le=MAX_TIME_MS)]
_Satellites = Annotated[int, Meta(ge=0, le=254)]
_Word = Literal["closed", "half", "open"]
_Fault = Literal[
    "load_sensor",
    "lift_sensor",
    "cover_sensor",
    "gnss",
    "gnss_antenna_open",
    "gnss_antenna_short",
    "storage",
    "clock",
]
_Alarm = Literal["main_power_cut", "under_voltage", "case_opened", "sensor_unplugged", "sos", "collision", "rollover"]
_LEFT_OUT: Any = nan  # this very object marks a member that was not given; null gives None


class _Fix(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A fix as msgspec fills it; untracked by the cyclic collector, which would walk the block again and again."""

    seq: _Counter
    time_ms: _Millisecond
    lat_deg: float | None = nan
    lon_deg: float | None = nan
    speed_mps: float | None = nan
    course_deg: float | None = nan
    hdop: float | None = nan
    satellites: _Satellites | None = _LEFT_OUT
    load_kg: float | None = nan
    load_ratio: float | None = nan
    lift_deg: float | None = nan
    cover: _Word | None = _LEFT_OUT
    ignition: bool | None = _LEFT_OUT
    main_power: bool | None = _LEFT_OUT
    faults: list[_Fault] | None = _LEFT_OUT
    alarms: list[_Alarm] | None = _LEFT_OUT


class _Report(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    v: Literal[1]
    epoch: _Counter
    fixes: list[_Fix]
    device: str | None = _LEFT_OUT


SLICE_BYTES = 1 << 17  # about 500 fixes; their objects stay in the second-level cache and never grow old

_decode = msgspec.json.Decoder(_Report).decode
_NUMBERS = ("satellites", "ignition", "main_power", *FLOAT_RANGES)  # may pass through a float column
_COVER_CODES: dict[Any, int] = COVERS | {_LEFT_OUT: ABSENT, None: ABSENT - 1}


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:
    """Return the fixes of all messages that hold nothing unusual, and which messages are left."""
    return BlockFixes.joined([_read_slice(block, part, senders) for part in block.slices(messages, SLICE_BYTES)])


def _read_slice(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:
    reports, sound = _decode_each(block, messages, senders)
    read = messages[sound]
    fixes = list(chain.from_iterable([report.fixes for report in reports]))
    count = np.array([len(report.fixes) for report in reports], np.int64)
    owner = np.repeat(np.arange(len(reports)), count)
    epoch = np.array([report.epoch for report in reports], np.int64)
    columns, given = _columns_of(fixes, read[owner], epoch[owner])
    members = 3 + np.bincount(owner, given, minlength=len(reports))
    members += np.array([report.device is not _LEFT_OUT for report in reports], np.bool_)
    once = members == _colons(block, read)
    if once.all():
        return BlockFixes(columns, messages[~sound])
    return BlockFixes(columns.take(once[owner]), np.concatenate([messages[~sound], read[~once]]))


def _decode_each(
    block: MessageBlock, messages: NDArray[np.int64], senders: Senders
) -> tuple[list[_Report], NDArray[np.bool_]]:
    """Return the typed reports of the messages that are typed and name no other device, and which those are."""
    sound = np.ones(len(messages), np.bool_)
    reports: list[_Report] = []
    devices = [senders.topics[topic].device for topic in senders.index[messages].tolist()]
    for i, (payload, device) in enumerate(zip(block.payloads(messages), devices, strict=True)):
        try:
            report = _decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            sound[i] = False  # the reference finds out what is wrong with it
            continue
        if report.device is _LEFT_OUT or report.device is None or report.device == device:
            reports.append(report)
        else:
            sound[i] = False
    return reports, sound


def _columns_of(
    fixes: list[_Fix], message: NDArray[np.int64], epoch: NDArray[np.int64]
) -> tuple[FixColumns, NDArray[np.int64]]:
    """Return the columns, and how many members each fix was given, null ones included, shape (N,)."""
    given = np.full(len(fixes), 2, np.int64)
    columns: dict[str, NDArray[Any]] = {"message": message, "epoch": epoch}
    columns["seq"] = np.fromiter(map(attrgetter("seq"), fixes), np.int64, len(fixes))
    columns["fix_time_ms"] = np.fromiter(map(attrgetter("time_ms"), fixes), np.int64, len(fixes))
    for name in _NUMBERS:
        columns[name], has = _number_column(fixes, name)
        given += has
    codes = map(_COVER_CODES.__getitem__, map(attrgetter("cover"), fixes))
    cover = np.fromiter(codes, np.int8, len(fixes))
    given += cover != ABSENT
    columns["cover"] = np.maximum(cover, ABSENT)
    for name, bits in (("faults", FAULTS), ("alarms", ALARMS)):
        columns[name], has = _flag_column(fixes, name, bits)
        given += has
    with np.errstate(over="ignore"):  # beyond a 32-bit float is infinity, which no limit lets pass
        return FixColumns(**{name: _cast(columns[name], dtype) for name, dtype in FIX_DTYPES.items()}), given


def _number_column(fixes: list[_Fix], name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column with NaN for what is missing, and where the member was given."""
    try:
        values = np.fromiter(map(attrgetter(name), fixes), np.float64, len(fixes))
    except TypeError:  # a null among them
        objects = list(map(attrgetter(name), fixes))
        null = np.fromiter((value is None for value in objects), np.bool_, len(fixes))
        values = np.array(objects, np.float64)
        return values, null | ~np.isnan(values)
    return values, ~np.isnan(values)


def _flag_column(fixes: list[_Fix], name: str, bits: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return a column of bits, and where the member was given."""
    lists = list(map(attrgetter(name), fixes))
    if lists.count(_LEFT_OUT) == len(fixes):
        return np.zeros(len(fixes), np.int64), np.zeros(len(fixes), np.bool_)
    given = np.fromiter((words is not _LEFT_OUT for words in lists), np.bool_, len(fixes))
    flags = (_bits(words, bits) if type(words) is list else 0 for words in lists)
    return np.fromiter(flags, np.int64, len(fixes)), given


def _bits(words: list[str], bits: dict[str, int]) -> int:
    return reduce(or_, (bits[word] for word in words), 0)


def _cast(values: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """Return values in the column's type: NaN becomes ABSENT in an integer column."""
    if values.dtype == np.float64 and issubclass(dtype, np.integer):
        return np.where(np.isnan(values), ABSENT, values).astype(dtype)
    return values.astype(dtype, copy=False)


def _colons(block: MessageBlock, messages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many colons each payload holds."""
    if not len(messages):
        return np.zeros(0, np.int64)
    first, last = int(block.payload_start[messages].min()), int(block.payload_stop[messages].max())
    colons = np.flatnonzero(block.buffer[first:last] == ord(":")) + first
    starts, stops = block.payload_start[messages], block.payload_stop[messages]
    return np.searchsorted(colons, stops) - np.searchsorted(colons, starts)
