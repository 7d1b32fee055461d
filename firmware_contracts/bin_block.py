"""Binary reports read as a block: one gather copies all messages of one size side by side.

A message lies anywhere in its block's buffer, so messages are taken through a view whose items overlap, one item at
each byte; what stands at one place in all of them is then a plain column.
"""

from __future__ import annotations

from functools import lru_cache
from math import nan
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.bin_layout import (
    HEADER,
    HEADER_FIELDS,
    NO_U8,
    NO_U16,
    RECORD,
    RECORD_FIELD,
    RECORD_FIELDS,
    TRAILER,
    TYPES,
    BinField,
)
from firmware_contracts.columns import ABSENT, FixColumns
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BlockFixes
from firmware_contracts.report_bin import ALARM_BITS, IGNITION, LOAD_IS_RATIO, MAGIC, MAIN_POWER, VERSION
from firmware_contracts.topic_table import Senders


def _dtype(fields: tuple[BinField, ...]) -> np.dtype[np.void]:
    columns = {
        field.name: (np.dtype(f"<{TYPES[field.type]}" if field.type != "2" else "<u2"), field.offset)
        for field in fields
    }
    return np.dtype(columns)  # type: ignore[call-overload, no-any-return]


HEADER_DTYPE = _dtype(HEADER_FIELDS)
RECORD_DTYPE = _dtype(RECORD_FIELDS)
CRC_RUN = 256  # messages: few calls each, and few messages judged one by one where one of them is bad
LAT, LON, SPEED, COURSE, LIFT, HDOP = (RECORD_FIELD[name] for name in ("lat", "lon", "speed", "course", "lift", "hdop"))
_MAGIC = int.from_bytes(MAGIC, "little")
_SWITCH_OF_3 = (IGNITION | MAIN_POWER) & 0b010101  # the low bit of each switch: with the high one it makes 3


class _Sound(NamedTuple):
    """Messages of a sound frame, shape (M,), and their records side by side.

    Attributes:
        messages: Their indexes in the block.
        epoch: Epoch of each.
        counts: How many records each has.
        records: As raw bytes, shape (N,).
    """

    messages: NDArray[np.int64]
    epoch: NDArray[np.uint32]
    counts: NDArray[np.int64]
    records: NDArray[np.void]


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:
    """Return the fixes of all messages whose frame and records are sound, and which messages are left."""
    parts = [part for alike in _by_size(block, messages) for part in _read_size(block, alike, senders)]
    sound = parts[0] if len(parts) == 1 else _Sound(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    records = sound.records.view(RECORD_DTYPE)
    message, epoch = np.repeat(sound.messages, sound.counts), np.repeat(sound.epoch, sound.counts)
    usual = _usual(records)
    if len(sound.messages) == len(messages) and usual.all():
        return BlockFixes(_columns_of(records, message, epoch), messages[:0])
    vouched = np.isin(messages, sound.messages) & ~np.isin(messages, message[~usual])
    kept = np.isin(message, messages[vouched])
    return BlockFixes(_columns_of(records[kept], message[kept], epoch[kept]), messages[~vouched])


def _by_size(block: MessageBlock, messages: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the messages parted by how many bytes they have."""
    size = block.payload_stop[messages] - block.payload_start[messages]
    if (size == size[:1]).all():
        return [messages]
    return [messages[size == each] for each in np.unique(size)]


def _read_size(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> list[_Sound]:
    """Return what is sound of messages that all are of one size, parted by the size of their records."""
    start = block.payload_start[messages]
    size = int(block.payload_stop[messages[0]] - start[0]) if len(messages) else 0
    if size < HEADER.size + TRAILER.size:
        return [_none_of(messages)]
    taken = _take(block, size, start).view(np.uint8).reshape(-1, size)
    record_bytes = taken[:, HEADER_DTYPE.fields["record_bytes"][1]]  # type: ignore[index]
    if (record_bytes == record_bytes[0]).all():
        return [_read_alike(taken, messages, senders)]
    alike = (record_bytes == each for each in np.unique(record_bytes))
    return [_read_alike(taken[which], messages[which], senders) for which in alike]


def _none_of(messages: NDArray[np.int64]) -> _Sound:
    return _Sound(messages[:0], np.empty(0, np.uint32), messages[:0], np.empty(0, f"V{RECORD.size}"))


def _read_alike(taken: NDArray[np.uint8], messages: NDArray[np.int64], senders: Senders) -> _Sound:
    """Return what is sound of messages of one size and one size of records: those `_read_header` would let pass."""
    head = taken[:, : HEADER.size].view(HEADER_DTYPE)[:, 0]
    record_bytes = int(head["record_bytes"][0])
    count, rest = divmod(taken.shape[1] - HEADER.size - TRAILER.size, max(record_bytes, 1))
    if record_bytes < RECORD.size or rest:
        return _none_of(messages)
    sound = (head["magic"] == _MAGIC) & (head["version"] == VERSION) & (head["count"] == count)
    crc = head["device_crc"]
    if crc.any():
        sound &= (crc == 0) | (crc == senders.device_crc[senders.index[messages]])
    sound &= _sound_crcs(taken)
    if not sound.all():
        messages, head, taken = messages[sound], head[sound], taken[sound]
    return _Sound(messages, head["epoch"], np.full(len(messages), count), _records(taken, count, record_bytes))


def _records(taken: NDArray[np.uint8], count: int, record_bytes: int) -> NDArray[np.void]:
    """Return the first 32 bytes of each record, of messages side by side."""
    body = taken[:, HEADER.size : -TRAILER.size]
    if record_bytes != RECORD.size:
        body = body.reshape(len(taken), count, record_bytes)[:, :, : RECORD.size].reshape(
            len(taken), count * RECORD.size
        )
    return body.view(f"V{RECORD.size}").reshape(-1)


def _take(block: MessageBlock, size: int, at: NDArray[np.int64]) -> NDArray[np.void]:
    """Return so many bytes from each of the given places, copied side by side."""
    places = max(len(block.buffer) - size + 1, 0)
    taken: NDArray[np.void] = np.ndarray((places,), f"V{size}", block.buffer, strides=(1,))[at]
    return taken


def _sound_crcs(messages: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which messages of one size, shape (M, size), end with the CRC of what stands before.

    A message with its right CRC behind it moves the CRC's register the same way whatever it says. So a run of sound
    messages of one size has the CRC that any such run has, and one call judges it. One bad message in a run always
    shows, several hide each other as rarely as the CRC itself fails, once in 2**32.
    """
    sound = np.ones(len(messages), np.bool_)
    for first in range(0, len(messages), CRC_RUN):
        run = messages[first : first + CRC_RUN]
        if crc32(run.data) != _crc_of_sound_run(messages.shape[1], len(run)):
            sound[first : first + CRC_RUN] = [_has_its_crc(message.tobytes()) for message in run]
    return sound


@lru_cache(maxsize=4096)
def _crc_of_sound_run(size: int, messages: int) -> int:
    """Return the CRC of so many sound messages of one size."""
    body = bytes(size - TRAILER.size)
    return crc32((body + TRAILER.pack(crc32(body))) * messages)


def _has_its_crc(payload: bytes) -> bool:
    return crc32(payload[: -TRAILER.size]).to_bytes(TRAILER.size, "little") == payload[-TRAILER.size :]


def _usual(records: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which records `_read_record` would let pass."""
    flags = records["flags"]
    usual: NDArray[np.bool_] = records["time_ms"] <= 999
    usual &= (flags & flags >> 1 & _SWITCH_OF_3) == 0
    return usual


def _columns_of(records: NDArray[Any], message: NDArray[np.int64], epoch: NDArray[Any]) -> FixColumns:
    flags = records["flags"].astype(np.int8)  # the bits from the seventh on are reserved
    load_kg, load_ratio = _loads(records["load"], (flags & LOAD_IS_RATIO) != 0)
    return FixColumns(
        message=message.astype(np.int32),
        epoch=epoch.astype(np.int64),
        seq=records["seq"].astype(np.int64),
        fix_time_ms=records["time_s"].astype(np.int64) * 1000 + records["time_ms"],
        lat_deg=_degrees(records, LAT),
        lon_deg=_degrees(records, LON),
        speed_mps=_quotient(records, SPEED),
        course_deg=_quotient(records, COURSE),
        hdop=_quotient(records, HDOP),
        satellites=np.where(records["satellites"] == NO_U8, np.int16(ABSENT), records["satellites"]),
        load_kg=load_kg,
        load_ratio=load_ratio,
        lift_deg=_quotient(records, LIFT),
        cover=(flags & 3) - np.int8(1),
        ignition=(flags >> 2 & 3) - np.int8(1),
        main_power=(flags >> 4 & 3) - np.int8(1),
        faults=records["faults"].astype(np.int32),
        alarms=(records["alarms"] & np.uint8(ALARM_BITS)).astype(np.int32),
    )


_NAN = np.float32(nan)


def _loads(load: NDArray[np.uint16], is_ratio: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the load in kg and as a ratio, each NaN where it is the other or absent."""
    kg = load * np.float32(10)
    ratio = np.full(len(load), _NAN)
    absent = load == NO_U16
    if is_ratio.any():
        ratio = np.where(is_ratio & ~absent, load / np.float32(1e4), _NAN)
        absent |= is_ratio
    if absent.any():
        kg[absent] = nan
    return kg, ratio


def _degrees(records: NDArray[Any], field: BinField) -> NDArray[np.float64]:
    values = records[field.name]
    degrees: NDArray[np.float64] = values / float(field.per_unit)
    absent = values == field.absent
    if absent.any():
        degrees[absent] = nan
    return degrees


def _quotient(records: NDArray[Any], field: BinField) -> NDArray[np.float32]:
    """Return a field in its column's unit, rounded once, NaN where absent."""
    values = records[field.name]
    quotient: NDArray[np.float32] = np.divide(values, field.per_unit, dtype=np.float32)
    absent = values == field.absent
    if absent.any():
        quotient[absent] = nan
    return quotient
