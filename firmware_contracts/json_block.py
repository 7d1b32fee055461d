"""JSON reports read as a block: msgspec decodes straight into typed structs, and each attribute becomes a column.

msgspec keeps the last of two members of one name without a word, so the colons of a payload are counted: in a payload
made of known names and closed lists of words each colon is a member, and one too many is a repetition. Whatever has
other members, other types or a repetition is left to the reference.
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

from firmware_contracts.columns import ABSENT, FIX_DTYPES, FixColumns
from firmware_contracts.fix_limits import FLOAT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BlockFixes
from firmware_contracts.report_json import ALARMS, COVERS, FAULTS
from firmware_contracts.topic_table import Senders

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
_NUMBERS = ("seq", "time_ms", "satellites", "ignition", "main_power", *FLOAT_RANGES)
_numbers_of = attrgetter(*_NUMBERS)  # all of them pass through one float matrix, which holds them exactly
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
    payloads = block.payloads(messages)
    decoded: list[_Report | None]
    try:
        decoded = [_decode(payload) for payload in payloads]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        decoded = [_decode_or_none(payload) for payload in payloads]
    if any(report is None or report.device is not _LEFT_OUT for report in decoded):
        topics = [senders.topics[topic] for topic in senders.index[messages].tolist()]
        decoded = [_if_of(topic.device, report) for topic, report in zip(topics, decoded, strict=True)]
    reports = [report for report in decoded if report is not None]
    sound = np.ones(len(messages), np.bool_)
    if len(reports) < len(messages):
        sound = np.array([report is not None for report in decoded], np.bool_)
    return reports, sound


def _decode_or_none(payload: bytes) -> _Report | None:
    try:
        return _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # the reference finds out what is wrong with it


def _if_of(device: str, report: _Report | None) -> _Report | None:
    """Return a report if it names this device or none."""
    if report is None or report.device is _LEFT_OUT or report.device is None or report.device == device:
        return report
    return None


def _columns_of(
    fixes: list[_Fix], message: NDArray[np.int64], epoch: NDArray[np.int64]
) -> tuple[FixColumns, NDArray[np.int64]]:
    """Return the columns, and how many members each fix was given, null ones included, shape (N,)."""
    numbers, given = _number_matrix(fixes)
    columns: dict[str, NDArray[Any]] = dict(zip(_NUMBERS, numbers.T, strict=True))
    columns |= {"message": message, "epoch": epoch, "fix_time_ms": columns["time_ms"]}
    for name in ("satellites", "ignition", "main_power"):
        columns[name] = np.where(np.isnan(columns[name]), ABSENT, columns[name])
    codes = map(_COVER_CODES.__getitem__, map(attrgetter("cover"), fixes))
    cover = np.fromiter(codes, np.int8, len(fixes))
    given += cover != ABSENT
    columns["cover"] = np.maximum(cover, ABSENT)
    for name, bits in (("faults", FAULTS), ("alarms", ALARMS)):
        columns[name], has = _flag_column(fixes, name, bits)
        given += has
    with np.errstate(over="ignore"):  # beyond a 32-bit float is infinity, which no limit lets pass
        return FixColumns(**{name: columns[name].astype(dtype) for name, dtype in FIX_DTYPES.items()}), given


def _number_matrix(fixes: list[_Fix]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return `_NUMBERS` of each fix, NaN for what is missing, shape (N, numbers), and how many each was given."""
    rows = map(_numbers_of, fixes)
    try:
        flat = np.fromiter(chain.from_iterable(rows), np.float64, len(fixes) * len(_NUMBERS))
    except TypeError:  # a null among them
        objects = [_numbers_of(fix) for fix in fixes]
        numbers = np.array(objects, np.float64)
        nulls = np.array([row.count(None) for row in objects], np.int64)
        return numbers, nulls + np.count_nonzero(~np.isnan(numbers), axis=1)
    numbers = flat.reshape(len(fixes), len(_NUMBERS))
    return numbers, len(_NUMBERS) - np.isnan(numbers) @ _EACH


_EACH = np.ones(len(_NUMBERS), np.int64)


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


def _colons(block: MessageBlock, messages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many colons each payload holds."""
    if not len(messages):
        return np.zeros(0, np.int64)
    first, last = int(block.payload_start[messages].min()), int(block.payload_stop[messages].max())
    colons = np.flatnonzero(block.buffer[first:last] == ord(":")) + first
    starts, stops = block.payload_start[messages], block.payload_stop[messages]
    return np.searchsorted(colons, stops) - np.searchsorted(colons, starts)
