"""Binary reports read as a block: one gather copies the records of all messages side by side.

A record of a block lies anywhere in its buffer, so records are taken through a view whose items overlap, one item at
each byte; their fields are then plain columns.
"""

from __future__ import annotations

from math import nan
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT, FixColumns
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BlockFixes
from firmware_contracts.report_bin import (
    HEADER,
    LOAD_IS_RATIO,
    MAGIC,
    NO_LIFT,
    NO_POSITION,
    NO_U8,
    NO_U16,
    RECORD,
    RESERVED_ALARMS,
    RESERVED_FLAGS,
    TRAILER,
    VERSION,
)
from firmware_contracts.topic_table import Senders

HEADER_DTYPE = np.dtype(
    {
        "names": ["magic", "version", "record_bytes", "count", "reserved", "epoch", "device_crc"],
        "formats": ["S2", "u1", "u1", "<u2", "<u2", "<u4", "<u4"],
    }
)
RECORD_NAMES = "seq time_s time_ms lat lon speed course load lift hdop satellites flags faults alarms"
RECORD_FORMATS = "<u4 <u4 <u2 <i4 <i4 <u2 <u2 <u2 <i2 u1 u1 <u2 u1 u1"
RECORD_DTYPE = np.dtype({"names": RECORD_NAMES.split(), "formats": RECORD_FORMATS.split()})


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:
    """Return the fixes of all messages whose frame and reserved bits are sound, and which messages are left."""
    start, stop = block.payload_start[messages], block.payload_stop[messages]
    framed = stop - start >= HEADER.size + TRAILER.size
    framed[framed] = _sound_frames(block, messages[framed], senders)
    read, first = messages[framed], start[framed]
    head = _take(block, HEADER_DTYPE, first)
    records, owner = _take_records(block, first + HEADER.size, head["count"])
    usual = _usual(records)
    if usual.all():
        return BlockFixes(_columns_of(records, read[owner], head["epoch"][owner]), messages[~framed])
    broken = np.unique(read[owner[~usual]])
    kept = ~np.isin(read[owner], broken)
    columns = _columns_of(records[kept], read[owner[kept]], head["epoch"][owner[kept]])
    return BlockFixes(columns, np.concatenate([messages[~framed], broken]))


def _take(block: MessageBlock, dtype: np.dtype[Any], at: NDArray[np.int64]) -> NDArray[Any]:
    """Return the items of a type that begin at the given bytes, copied side by side."""
    places = max(len(block.buffer) - dtype.itemsize + 1, 0)
    taken = np.ndarray((places,), f"V{dtype.itemsize}", block.buffer, strides=(1,))[at]
    return np.frombuffer(taken, dtype)


def _take_records(
    block: MessageBlock, first: NDArray[np.int64], count: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return all messages' records and which message each belongs to, shapes (N,)."""
    owner = np.repeat(np.arange(len(first)), count)
    before = np.cumsum(count, dtype=np.int64) - count
    at = first[owner] + (np.arange(len(owner)) - before[owner]) * RECORD.size
    return _take(block, RECORD_DTYPE, at), owner


def _sound_frames(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> NDArray[np.bool_]:
    """Return which messages, each large enough for a header, `_read_header` would let pass."""
    start, stop = block.payload_start[messages], block.payload_stop[messages]
    head = _take(block, HEADER_DTYPE, start)
    sound: NDArray[np.bool_] = (
        (head["magic"] == MAGIC) & (head["version"] == VERSION) & (head["record_bytes"] == RECORD.size)
    )
    sound &= stop - start == HEADER.size + head["count"].astype(np.int64) * RECORD.size + TRAILER.size
    sound &= head["reserved"] == 0
    sound &= (head["device_crc"] == 0) | (head["device_crc"] == senders.device_crc[senders.index[messages]])
    sound[sound] = _sound_crcs(block, messages[sound])
    return sound


def _sound_crcs(block: MessageBlock, messages: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which messages end with the CRC of what stands before.

    A message with its right CRC behind it moves the CRC's register the same way whatever it says. So many sound
    messages of one size, joined, have the CRC that as many copies of one of them have: two calls judge them all. One
    bad message among them always shows, several hide each other as rarely as the CRC itself fails, once in 2**32.
    """
    size = block.payload_stop[messages] - block.payload_start[messages]
    sound = np.zeros(len(messages), np.bool_)
    for each in np.unique(size).tolist():
        members = np.flatnonzero(size == each)
        joined = _take(block, np.dtype(f"V{each}"), block.payload_start[messages[members]]).tobytes()
        first = joined[:each]
        if _has_its_crc(first) and crc32(joined) == crc32(first * len(members)):
            sound[members] = True
        else:
            sound[members] = [_has_its_crc(joined[at : at + each]) for at in range(0, len(joined), each)]
    return sound


def _has_its_crc(payload: bytes) -> bool:
    return crc32(payload[: -TRAILER.size]).to_bytes(TRAILER.size, "little") == payload[-TRAILER.size :]


def _usual(records: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which records `_read_record` would let pass."""
    flags = records["flags"]
    usual: NDArray[np.bool_] = (flags & RESERVED_FLAGS | records["alarms"] & RESERVED_ALARMS) == 0
    usual &= (flags & flags >> 1 & 0b10100) == 0  # a switch of 3: both of its bits are set
    usual &= records["time_ms"] <= 999
    return usual


def _columns_of(records: NDArray[Any], message: NDArray[np.int64], epoch: NDArray[Any]) -> FixColumns:
    flags = records["flags"].astype(np.int16)
    load = records["load"]
    is_ratio = (flags & LOAD_IS_RATIO) != 0
    no_load = load == NO_U16
    return FixColumns(
        message=message.astype(np.int32),
        epoch=epoch.astype(np.int64),
        seq=records["seq"].astype(np.int64),
        fix_time_ms=records["time_s"].astype(np.int64) * 1000 + records["time_ms"],
        lat_deg=_degrees(records["lat"]),
        lon_deg=_degrees(records["lon"]),
        speed_mps=_quotient(records["speed"], 100, NO_U16),
        course_deg=_quotient(records["course"], 100, NO_U16),
        hdop=_quotient(records["hdop"], 10, NO_U8),
        satellites=np.where(records["satellites"] == NO_U8, np.int16(ABSENT), records["satellites"]),
        load_kg=np.where(is_ratio | no_load, _NAN, load * np.float32(10)),
        load_ratio=np.where(is_ratio & ~no_load, load / np.float32(1e4), _NAN),
        lift_deg=_quotient(records["lift"], 100, NO_LIFT),
        cover=((flags & 3) - 1).astype(np.int8),
        ignition=((flags >> 2 & 3) - 1).astype(np.int8),
        main_power=((flags >> 4 & 3) - 1).astype(np.int8),
        faults=records["faults"].astype(np.int32),
        alarms=records["alarms"].astype(np.int32),
    )


_NAN = np.float32(nan)


def _degrees(values: NDArray[Any]) -> NDArray[np.float64]:
    degrees: NDArray[np.float64] = values / 1e7
    absent = values == NO_POSITION
    if absent.any():
        degrees[absent] = nan
    return degrees


def _quotient(values: NDArray[Any], divisor: int, absent_value: int) -> NDArray[np.float32]:
    """Return values / divisor rounded once, NaN where absent."""
    quotient: NDArray[np.float32] = np.divide(values, divisor, dtype=np.float32)
    absent = values == absent_value
    if absent.any():
        quotient[absent] = nan
    return quotient
