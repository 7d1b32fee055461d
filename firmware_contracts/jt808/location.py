"""A position report's body, as 0x0200 carries it alone and 0x0704, 0x0201 and 0x0500 within.

     0  alarm       u32  bits, see `alarms`
     4  status      u32  bit 0 ignition, 1 fixed, 2 south, 3 west, 5 coordinates encrypted, 8-9 load; see `vendor`
     8  latitude    u32  1e-6 deg
    12  longitude   u32  1e-6 deg
    16  altitude    u16  m, two's complement below the sea
    18  speed       u16  0.1 km/h
    20  course      u16  deg
    22  time        BCD  YYMMDDhhmmss in UTC+8
    28  items       id u8, length u8, value; up to the end

What stands behind the last item that keeps its own length is `tail`: some terminals append raw bytes. Nothing is judged
here but size and time: where the position lies, and what the bits mean, is for `fixes`.
"""

from __future__ import annotations

from math import isnan, nan
from struct import Struct
from struct import error as struct_error
from typing import NamedTuple

from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.jt808.clock import bcd_of, time_ms_of

BASE = Struct(">IIIIhHH6s")

IGNITION, FIXED, SOUTH, WEST, ENCRYPTED = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 5
NO_U16 = 0xFFFF


class Location(NamedTuple):
    """One position report.

    Attributes:
        alarm: Alarm bits.
        status: Status bits.
        lat_deg: Latitude, below zero in the south; may be out of range.
        lon_deg: Longitude, below zero in the west; likewise.
        altitude_m: Above the sea.
        speed_mps: Over ground, NaN where the terminal sent 0xFFFF.
        course_deg: Over ground, NaN where the terminal sent 0xFFFF.
        time_ms: Instant, milliseconds since 1970-01-01 UTC; whole seconds.
        items: Additional items in their order; an id may come again.
        tail: Bytes behind the last sound item.
        body: The report as sent.
    """

    alarm: int
    status: int
    lat_deg: float
    lon_deg: float
    altitude_m: int
    speed_mps: float
    course_deg: float
    time_ms: int
    items: tuple[tuple[int, bytes], ...] = ()
    tail: bytes = b""
    body: bytes = b""

    @property
    def fixed(self) -> bool:
        """Return whether the receiver had a position."""
        return bool(self.status & FIXED)

    @property
    def encrypted(self) -> bool:
        """Return whether the coordinates went through a coordinate plug-in."""
        return bool(self.status & ENCRYPTED)

    def item(self, item_id: int) -> bytes | None:
        """Return the first item of an id."""
        return next((data for one, data in self.items if one == item_id), None)


def parse_location(body: bytes) -> Location:
    """Return the report.

    Raises:
        RecordError: Fewer than 28 bytes, or no time.
    """
    if len(body) < BASE.size:
        raise RecordError(RejectReason.BAD_SIZE, f"expected at least {BASE.size} bytes of a location, got {len(body)}")
    alarm, status, lat, lon, altitude_m, speed, course, time = BASE.unpack_from(body)
    items, tail = split_items(body)
    return Location(
        alarm,
        status,
        (-lat if status & SOUTH else lat) / 1e6,
        (-lon if status & WEST else lon) / 1e6,
        altitude_m,
        nan if speed == NO_U16 else speed / 36,  # wire unit is 0.1 km/h
        nan if course == NO_U16 else float(course),
        time_ms_of(time),
        items,
        tail,
        body,
    )


def split_items(body: bytes) -> tuple[tuple[tuple[int, bytes], ...], bytes]:
    """Return the items of a report's body and what stands behind the last one that keeps its length."""
    items: list[tuple[int, bytes]] = []
    at, end = BASE.size, len(body)
    while at + 2 <= end and (stop := at + 2 + body[at + 1]) <= end:
        items.append((body[at], body[at + 2 : stop]))
        at = stop
    return tuple(items), body[at:]


def pack_location(location: Location) -> bytes:
    """Return the body of a report; the signs of its coordinates set the status bits 2 and 3.

    Raises:
        ValueError: A value does not fit.
    """
    status = _with_sign(_with_sign(location.status, location.lat_deg, SOUTH), location.lon_deg, WEST)
    try:
        base = BASE.pack(
            location.alarm,
            status,
            round(abs(location.lat_deg) * 1e6),
            round(abs(location.lon_deg) * 1e6),
            location.altitude_m,
            NO_U16 if isnan(location.speed_mps) else round(location.speed_mps * 36),
            NO_U16 if isnan(location.course_deg) else round(location.course_deg),
            bcd_of(location.time_ms),
        )
        items = [bytes([item_id, len(data)]) + data for item_id, data in location.items]
    except (struct_error, ValueError, OverflowError) as error:
        raise ValueError(f"expected values that a location can hold: {error}") from None
    return b"".join([base, *items, location.tail])


def _with_sign(status: int, value_deg: float, bit: int) -> int:
    """Return the status with a hemisphere's bit as the coordinate says; at 0 deg it stays."""
    return status if value_deg == 0 else status | bit if value_deg < 0 else status & ~bit
