"""JSON reports read as a block: msgspec decodes straight into typed structs, and each attribute becomes a column.

msgspec keeps the last of two members of one name without a word, so colons are counted: in payloads made of known names
and closed lists of words each colon is a member, and a colon more than members that were given is a repetition.

Members and words of a later version make such a count impossible. A payload with some is decoded twice: into open
structs, and into plain objects whose members are counted. Whatever has other types or a repetition is left to the
reference.
"""

from __future__ import annotations

import re
from itertools import chain, starmap
from math import nan
from operator import attrgetter, itemgetter
from struct import Struct
from struct import error as StructError  # noqa: N812
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta
from msgspec.structs import astuple
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT, FIX_DTYPES, FixColumns
from firmware_contracts.fix_limits import FLOAT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, MAX_DEPTH, MAX_TIME_MS
from firmware_contracts.json_fields import MAX_WORD
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BlockFixes
from firmware_contracts.report_json import ALARMS, COVERS, FAULTS, MAX_WORDS, bits_of
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
_Faults = Annotated[list[_Fault], Meta(max_length=MAX_WORDS)]
_Alarms = Annotated[list[_Alarm], Meta(max_length=MAX_WORDS)]
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
    load_kg: float | None = nan
    load_ratio: float | None = nan
    lift_deg: float | None = nan
    satellites: _Satellites | None = _LEFT_OUT
    ignition: bool | None = _LEFT_OUT
    main_power: bool | None = _LEFT_OUT
    cover: _Word | None = _LEFT_OUT
    faults: _Faults | None = _LEFT_OUT
    alarms: _Alarms | None = _LEFT_OUT


class _Report(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    v: Literal[1]
    epoch: _Counter
    fixes: list[_Fix]
    device: str | None = _LEFT_OUT


_Words = Annotated[list[Annotated[str, Meta(max_length=MAX_WORD, pattern="^[^\0]*$")]], Meta(max_length=MAX_WORDS)]


class _OpenFix(_Fix, gc=False, forbid_unknown_fields=False):
    """A fix that may have members and words of a later version; its own members stand in the same order."""

    faults: _Words | None = _LEFT_OUT  # type: ignore[assignment]  # wider than the base's, on purpose
    alarms: _Words | None = _LEFT_OUT  # type: ignore[assignment]


class _OpenReport(_Report, gc=False, forbid_unknown_fields=False):
    fixes: list[_OpenFix]  # type: ignore[assignment]  # to msgspec, the same member with other items


SLICE_BYTES = 1 << 17  # about 500 fixes; their objects stay in the second-level cache and never grow old

_decode = msgspec.json.Decoder(_Report).decode
_decode_additions = msgspec.json.Decoder(_OpenReport).decode
_decode_plain = msgspec.json.Decoder().decode
_NUMBERS = ("seq", "time_ms", *FLOAT_RANGES, "satellites", "ignition", "main_power")  # the first members of `_Fix`
_pack_numbers = Struct(f"{len(_NUMBERS)}d").pack  # a double holds each of them exactly
_first_numbers = itemgetter(slice(len(_NUMBERS)))
_COVER_CODES: dict[Any, int] = COVERS | {_LEFT_OUT: ABSENT, None: ABSENT}


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:
    """Return the fixes of all messages that hold nothing unusual, and which messages are left."""
    slices = block.slices(messages, SLICE_BYTES)
    parts = [part for some in slices for part in _read_slice(block, some, senders)]
    members = _Members.joined([members for members, _ in parts])
    read = np.concatenate([rows for _, rows in parts])
    left = messages[:0] if len(read) == len(messages) else messages[~np.isin(messages, read)]
    return BlockFixes(_columns_of(members, read), left)


def _read_slice(
    block: MessageBlock, messages: NDArray[np.int64], senders: Senders
) -> list[tuple[_Members, NDArray[np.int64]]]:
    """Return what the reports of sound messages were given, and which messages those are, by how they were read."""
    payloads = block.payloads(messages)
    reports, rows = _decode_typed(payloads)
    parts = [_vouched(*_of_their_devices(reports, messages, rows, senders), payloads)]
    if len(rows) < len(payloads):
        reports, rows = _decode_open(payloads, np.setdiff1d(np.arange(len(payloads)), rows))
        reports, rows = _of_their_devices(reports, messages, rows, senders)
        parts.append((_members_of(reports), rows))
    return [(members, messages[rows]) for members, rows in parts]


def _of_their_devices(
    reports: list[_Report], messages: NDArray[np.int64], rows: NDArray[np.int64], senders: Senders
) -> tuple[list[_Report], NDArray[np.int64]]:
    """Return the reports that name no other device than their topics do, and which payloads those are."""
    devices = list(map(_device_of, reports))
    if devices.count(_LEFT_OUT) == len(devices):
        return reports, rows
    topics = [senders.topics[index].device for index in senders.index[messages[rows]].tolist()]
    kept = [i for i, pair in enumerate(zip(devices, topics, strict=True)) if _is_of(*pair)]
    return [reports[i] for i in kept], rows[kept]


def _vouched(
    reports: list[_Report], rows: NDArray[np.int64], payloads: list[bytes]
) -> tuple[_Members, NDArray[np.int64]]:
    """Return what the typed reports without a repeated member were given, and which payloads those are."""
    members = _members_of(reports)
    if members.given == _colons([payloads[row] for row in rows.tolist()]):
        return members, rows
    kept = [i for i, row in enumerate(rows.tolist()) if _members_of([reports[i]]).given == _colons([payloads[row]])]
    return _members_of([reports[i] for i in kept]), rows[kept]


def _decode_typed(payloads: list[bytes]) -> tuple[list[_Report], NDArray[np.int64]]:
    """Return the reports of the payloads that are typed, and which payloads those are."""
    try:
        return [_decode(payload) for payload in payloads], np.arange(len(payloads))
    except _UNTYPED:
        decoded = [_decode_or_none(payload) for payload in payloads]
    rows = [row for row, report in enumerate(decoded) if report is not None]
    return [report for report in decoded if report is not None], np.array(rows, np.int64)


_UNTYPED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the reference finds out what is wrong


def _decode_or_none(payload: bytes) -> _Report | None:
    try:
        return _decode(payload)
    except _UNTYPED:
        return None


def _decode_open(payloads: list[bytes], rows: NDArray[np.int64]) -> tuple[list[_Report], NDArray[np.int64]]:
    """Return the reports among some payloads that are sound but for additions, and which payloads those are."""
    decoded = [_decode_open_or_none(payloads[row]) for row in rows.tolist()]
    reports = [report for report in decoded if report is not None]
    return reports, rows[[report is not None for report in decoded]]


def _decode_open_or_none(payload: bytes) -> _Report | None:
    try:
        report = _decode_additions(payload)
        members = _member_count(_decode_plain(payload), MAX_DEPTH - 1)
    except _UNTYPED:
        return None
    each_once = members == payload.count(b":") or members == _STRING.sub(b"", payload).count(b":")
    return report if each_once else None


def _member_count(value: Any, room: int) -> int:
    """Return how many members the objects in a value have, repeated ones once, far below 0 where it is nested deeper.

    Args:
        value: An object or a list.
        room: How many levels it may hold below its own.
    """
    if room < 0:
        return _TOO_DEEP
    own, values = (len(value), value.values()) if type(value) is dict else (0, value)
    return own + sum(_member_count(each, room - 1) for each in values if type(each) in _NESTED)


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)  # text may hold colons, as times and serial numbers do
_NESTED = {dict, list}
_TOO_DEEP = -(1 << 40)  # more than all members of a payload can make up for


def _is_of(named: Any, device: str) -> bool:
    """Return whether the device that a report names, if any, is this one."""
    return named is _LEFT_OUT or named is None or named == device


def _colons(payloads: list[bytes]) -> int:
    return int(np.count_nonzero(np.frombuffer(b"".join(payloads), np.uint8) == ord(":")))


class _Members(NamedTuple):
    """What some reports were given, R reports with N fixes.

    Attributes:
        given: How many members all of this was given, null ones included; a repeated one counts once.
        counts: Fixes of each report, shape (R,).
        epoch: Epoch of each report, shape (R,).
        numbers: `_NUMBERS` of each fix, NaN for what is missing, shape (numbers, N).
        cover: Code of each fix's cover, shape (N,).
        faults: Bits of each fix's faults, shape (N,).
        alarms: Likewise alarms.
    """

    given: int
    counts: NDArray[np.int64]
    epoch: NDArray[np.int64]
    numbers: NDArray[np.float64]
    cover: NDArray[np.int8]
    faults: NDArray[np.int32]
    alarms: NDArray[np.int32]

    @classmethod
    def joined(cls, parts: list[_Members]) -> _Members:
        """Return what several slices were given, in order."""
        given, *columns = zip(*parts, strict=True)
        return cls(sum(given), *(np.concatenate(column, axis=-1) for column in columns))


def _members_of(reports: list[_Report]) -> _Members:
    lists = list(map(_fixes_of, reports))
    fixes = list(chain.from_iterable(lists))
    numbers, nulls = _number_matrix(fixes)
    cover, faults, alarms = (list(map(of, fixes)) for of in (_cover_of, _faults_of, _alarms_of))
    devices = list(map(_device_of, reports))
    left_out = sum(values.count(_LEFT_OUT) for values in (devices, cover, faults, alarms))
    left_out += int(np.count_nonzero(np.isnan(numbers))) - nulls
    return _Members(
        4 * len(reports) + numbers.size + 3 * len(fixes) - left_out,
        np.fromiter(map(len, lists), np.int64, len(lists)),
        np.fromiter(map(_epoch_of, reports), np.int64, len(reports)),
        numbers,
        np.fromiter(map(_COVER_CODES.__getitem__, cover), np.int8, len(fixes)),
        _flag_column(faults, FAULTS),
        _flag_column(alarms, ALARMS),
    )


_device_of, _epoch_of, _fixes_of = attrgetter("device"), attrgetter("epoch"), attrgetter("fixes")
_cover_of, _faults_of, _alarms_of = attrgetter("cover"), attrgetter("faults"), attrgetter("alarms")


def _number_matrix(fixes: list[_Fix]) -> tuple[NDArray[np.float64], int]:
    """Return `_NUMBERS` of each fix, NaN for what is missing, shape (numbers, N), and how many were null."""
    rows = map(_first_numbers, map(astuple, fixes))
    nulls = 0
    try:
        matrix = np.frombuffer(b"".join(starmap(_pack_numbers, rows)))
    except StructError:  # a null among them
        objects = [_first_numbers(astuple(fix)) for fix in fixes]
        matrix = np.array(objects, np.float64)
        nulls = sum(row.count(None) for row in objects)
    return np.ascontiguousarray(matrix.reshape(len(fixes), len(_NUMBERS)).T), nulls


def _columns_of(members: _Members, messages: NDArray[np.int64]) -> FixColumns:
    columns: dict[str, NDArray[Any]] = dict(zip(_NUMBERS, members.numbers, strict=True))
    columns |= {"message": np.repeat(messages, members.counts), "epoch": np.repeat(members.epoch, members.counts)}
    columns |= {"fix_time_ms": columns["time_ms"]}
    columns |= {"cover": members.cover, "faults": members.faults, "alarms": members.alarms}
    for name in ("satellites", "ignition", "main_power"):
        columns[name] = np.where(np.isnan(columns[name]), ABSENT, columns[name])
    with np.errstate(over="ignore"):  # beyond a 32-bit float is infinity, which no limit lets pass
        return FixColumns(**{name: columns[name].astype(dtype, copy=False) for name, dtype in FIX_DTYPES.items()})


def _flag_column(lists: list[Any], bits: dict[str, int]) -> NDArray[np.int32]:
    """Return the bits of each list of words, 0 where it is left out or null."""
    if lists.count(_LEFT_OUT) == len(lists):
        return np.zeros(len(lists), np.int32)
    return np.array([bits_of(words, bits) if type(words) is list else 0 for words in lists], np.int32)
