"""Reports as fixed binary records: `.../up/report/bin`. Little-endian, no padding.

    header, 16 bytes
     0  magic          2   "MK"
     2  version        u8  1
     3  record_bytes   u8  32 or more
     4  count          u16 records that follow
     6  reserved       u16
     8  epoch          u32
    12  device_crc     u32 CRC-32 of the device id in ASCII, 0 = not given

    record, 32 bytes, `count` times                      absent
     0  seq            u32
     4  time_s         u32 since 1970-01-01 UTC
     8  time_ms        u16 0 to 999, added to time_s
    10  lat            i32 1e-7 deg                       -2147483648
    14  lon            i32 1e-7 deg                       -2147483648
    18  speed          u16 0.01 m/s                       65535
    20  course         u16 0.01 deg                       65535
    22  load           u16 10 kg, or 0.0001 with flag 6   65535
    24  lift           i16 0.01 deg                       -32768
    26  hdop           u8  0.1; 254 = 25.4 or more        255
    27  satellites     u8                                 255
    28  flags          u16 bits 0-1 cover, 1 closed 2 half 3 open      0
                           bits 2-3 ignition, 1 off 2 on               0
                           bits 4-5 main power, 1 off 2 on             0
                           bit 6 load is a ratio; 7-15 reserved
    30  faults         u8  bits of `Fault`
    31  alarms         u8  bits of `Alarm`; bit 7 reserved

    trailer, 4 bytes
     0  crc            u32 CRC-32 (zlib, IEEE 802.3) of everything before it

Senders write what is reserved as 0 and readers ignore it. A record may be longer than 32 bytes, the same for all of a
message; readers pass over what lies behind the 32nd. So a later sender's additions never make an older reader refuse.

The same layout stands as a table in `bin_layout`. This module writes reports and reads one slowly; `bin_block` reads
many.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import isfinite, isnan, nan
from zlib import crc32

from firmware_contracts.bin_layout import (
    FLAG_FIELDS,
    HEADER,
    MAX_COUNT,
    NO_LIFT,
    NO_POSITION,
    NO_U8,
    NO_U16,
    RECORD,
    RECORD_FIELD,
    TRAILER,
)
from firmware_contracts.columns import ABSENT, Alarm, FixColumns
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.reading import BadRecord, Record, Records

MAGIC = b"MK"
VERSION = 1
MOST_HDOP = 254
ALARM_BITS = int(~Alarm(0))
_, IGNITION, MAIN_POWER, LOAD_IS_RATIO = (bits.mask for bits in FLAG_FIELDS)
_PER_UNIT = {name: field.per_unit for name, field in RECORD_FIELD.items()}
_ABSENT = {name: field.absent for name, field in RECORD_FIELD.items() if field.absent is not None}
_PER_DEG = _PER_UNIT["lat"]


def encode(columns: FixColumns, device: str | None = None) -> bytes:
    """Return one message that holds all rows, which share one epoch.

    A load below zero is written as zero, an HDOP above 25.4 as 25.4, and of a load given in kg and as a ratio only the
    kg: the layout cannot say more.

    Args:
        columns: 1 to `MAX_COUNT` rows.
        device: Given as its CRC where named.

    Raises:
        ValueError: No rows, too many, rows of several epochs, or a value that the layout cannot hold.
    """
    return encode_rows(rows_of(columns), device)


def encode_rows(rows: Sequence[Fix], device: str | None = None) -> bytes:
    """Return the same message for rows that are at hand as rows: for who sends fixes one at a time.

    Raises:
        ValueError: As `encode`.
    """
    epochs = {row.epoch for row in rows}
    if len(epochs) != 1 or len(rows) > MAX_COUNT:
        raise ValueError(f"expected 1 to {MAX_COUNT} rows of one epoch, got {len(rows)} of epochs {sorted(epochs)}")
    device_crc = 0 if device is None else crc32(device.encode())
    try:
        head = HEADER.pack(MAGIC, VERSION, RECORD.size, len(rows), 0, epochs.pop(), device_crc)
        body = b"".join([head, *(_pack(row) for row in rows)])
    except struct.error as error:
        raise ValueError(f"expected values that the binary layout can hold: {error}") from None
    return body + TRAILER.pack(crc32(body))


def _pack(fix: Fix) -> bytes:
    is_ratio = isnan(fix.load_kg) and not isnan(fix.load_ratio)
    return RECORD.pack(
        fix.seq,
        fix.fix_time_ms // 1000,
        fix.fix_time_ms % 1000,
        _wire("lat", fix.lat_deg),
        _wire("lon", fix.lon_deg),
        _wire("speed", fix.speed_mps),
        _wire("course", fix.course_deg),
        _scaled("load", fix.load_ratio * 1e4 if is_ratio else fix.load_kg * 0.1),
        _wire("lift", fix.lift_deg),
        _wire("hdop", min(fix.hdop, MOST_HDOP / 10)),
        NO_U8 if fix.satellites == ABSENT else fix.satellites,
        (fix.cover + 1) | (fix.ignition + 1) << 2 | (fix.main_power + 1) << 4 | (LOAD_IS_RATIO if is_ratio else 0),
        fix.faults,
        fix.alarms,
    )


def _wire(name: str, value: float) -> int:
    return _scaled(name, value * RECORD_FIELD[name].per_unit)


def _scaled(name: str, steps: float) -> int:
    """Return the whole number that stands for so many steps of a field."""
    if isnan(steps):
        return _ABSENT[name]
    steps = max(steps, 0.0) if name == "load" else steps
    if not isfinite(steps) or round(steps) == _ABSENT[name]:
        unit = RECORD_FIELD[name].unit
        raise ValueError(f"expected values that the binary layout can hold: {name} of {steps} steps of {unit}")
    return round(steps)


def read(payload: bytes, device: str) -> Records:
    """Yield each record of one message: the reference.

    Raises:
        MessageError: Nothing of the message can be read.
    """
    epoch, record_bytes, count = _read_header(payload, device)
    starts = range(HEADER.size, HEADER.size + count * record_bytes, record_bytes)
    return (_read_record(payload[at : at + record_bytes], epoch) for at in starts)


def _read_header(payload: bytes, device: str) -> tuple[int, int, int]:
    """Return epoch, record size and count of a message whose frame is sound."""
    if len(payload) < HEADER.size + TRAILER.size:
        detail = f"expected at least {HEADER.size + TRAILER.size} bytes, got {len(payload)}"
        raise MessageError(RejectReason.BAD_SIZE, detail)
    magic, version, record_bytes, count, _, epoch, device_crc = HEADER.unpack_from(payload)
    if magic != MAGIC or version != VERSION:
        raise MessageError(RejectReason.BAD_VERSION, f"expected MK version {VERSION}, got {magic!r} version {version}")
    if record_bytes < RECORD.size:
        raise MessageError(
            RejectReason.BAD_SIZE, f"expected records of {RECORD.size} bytes or more, got {record_bytes}"
        )
    expected = HEADER.size + count * record_bytes + TRAILER.size
    if len(payload) != expected:
        detail = f"expected {expected} bytes for {count} records of {record_bytes}, got {len(payload)}"
        raise MessageError(RejectReason.BAD_SIZE, detail)
    (crc,) = TRAILER.unpack_from(payload, len(payload) - TRAILER.size)
    computed = crc32(payload[: -TRAILER.size])
    if crc != computed:
        raise MessageError(RejectReason.BAD_CHECKSUM, f"expected CRC {computed:08x}, got {crc:08x}")
    if device_crc not in {0, crc32(device.encode())}:
        raise MessageError(RejectReason.DEVICE_MISMATCH, f"expected the CRC of {device}, got {device_crc:08x}")
    return epoch, record_bytes, count


def _read_record(source: bytes, epoch: int) -> Record | BadRecord:
    fields = RECORD.unpack_from(source)
    seq, time_ms, flags = fields[0], fields[2], fields[11]
    if time_ms > 999:
        return _bad(f"expected time_ms in [0, 999], got {time_ms}", epoch, seq, source)
    if flags & IGNITION == IGNITION or flags & MAIN_POWER == MAIN_POWER:  # a switch of 3
        return _bad(f"expected ignition and main power 0 to 2, got flags {flags:04x}", epoch, seq, source)
    return Record(_fix_of(fields, epoch), source)


def _bad(detail: str, epoch: int, seq: int, source: bytes) -> BadRecord:
    return BadRecord(RecordError(RejectReason.OUT_OF_RANGE, detail), epoch, seq, source)


def _fix_of(fields: tuple[int, ...], epoch: int) -> Fix:
    seq, time_s, time_ms, lat, lon, speed, course, load, lift, hdop, satellites, flags, faults, alarms = fields
    return Fix(
        epoch,
        seq,
        time_s * 1000 + time_ms,
        lat_deg=nan if lat == NO_POSITION else lat / _PER_DEG,
        lon_deg=nan if lon == NO_POSITION else lon / _PER_DEG,
        speed_mps=nan if speed == NO_U16 else speed / _PER_UNIT["speed"],
        course_deg=nan if course == NO_U16 else course / _PER_UNIT["course"],
        hdop=nan if hdop == NO_U8 else hdop / _PER_UNIT["hdop"],
        satellites=ABSENT if satellites == NO_U8 else satellites,
        load_kg=nan if load == NO_U16 or flags & LOAD_IS_RATIO else load * 10.0,
        load_ratio=load / 1e4 if load != NO_U16 and flags & LOAD_IS_RATIO else nan,
        lift_deg=nan if lift == NO_LIFT else lift / _PER_UNIT["lift"],
        cover=(flags & 3) - 1,
        ignition=(flags >> 2 & 3) - 1,
        main_power=(flags >> 4 & 3) - 1,
        faults=faults,
        alarms=alarms & ALARM_BITS,
    )
