"""A location and a vendor's mapping to a `Fix` of contract v1.

The identity is derived, since JT/T 808 has none that survives a restart: epoch 0, which stands for "seq is no counter",
and seq = CRC-32 of the location as sent, followed by the transparent data (0x0900) whose readings the record carries. A
record that is sent again is the same record on any bridge after any crash; with other readings it is another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any, NamedTuple
from zlib import crc32

from firmware_contracts.columns import ABSENT
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.fix import Fix
from firmware_contracts.jt808.alarms import alarm_bits
from firmware_contracts.jt808.items import SATELLITES
from firmware_contracts.jt808.location import ENCRYPTED, FIXED, Location
from firmware_contracts.jt808.sources import Carrier
from firmware_contracts.jt808.up_messages import Transparent
from firmware_contracts.jt808.vendor import VendorMapping

EPOCH = 0
MAX_COURSE_DEG = 360.0


class Region(NamedTuple):
    """Where trucks can be, to tell latitude and longitude apart when they are swapped. [deg]"""

    least_lat_deg: float
    most_lat_deg: float
    least_lon_deg: float
    most_lon_deg: float

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """Return whether a place lies inside."""
        return self.least_lat_deg <= lat_deg <= self.most_lat_deg and self.least_lon_deg <= lon_deg <= self.most_lon_deg


CHINA = Region(3.0, 54.0, 73.0, 136.0)


def check_position(location: Location, region: Region = CHINA, standard_encryption: bool = True) -> None:
    """Check that the coordinates are where coordinates can be.

    Args:
        location: The report.
        region: Where trucks can be.
        standard_encryption: Whether status bit 5 marks encrypted coordinates.

    Raises:
        RecordError: They are swapped, even without a fix; or with a fix out of range or encrypted.
    """
    lat_deg, lon_deg = location.lat_deg, location.lon_deg
    if region.holds(lon_deg, lat_deg) and not region.holds(lat_deg, lon_deg):
        detail = f"expected latitude before longitude, got {lat_deg:.6f}, {lon_deg:.6f}: they are swapped"
        raise RecordError(RejectReason.OUT_OF_RANGE, detail)
    if not location.status & FIXED:
        return
    if standard_encryption and location.status & ENCRYPTED:
        raise RecordError(RejectReason.UNKNOWN_VALUE, "expected plain coordinates, got encrypted ones (status bit 5)")
    if abs(lat_deg) > 90.0 or abs(lon_deg) > 180.0:
        detail = f"expected a latitude to 90 and a longitude to 180, got {lat_deg:.6f}, {lon_deg:.6f}"
        raise RecordError(RejectReason.OUT_OF_RANGE, detail)


def fix_of(
    location: Location,
    mapping: VendorMapping,
    beside: Sequence[Transparent] = (),
    region: Region = CHINA,
) -> Fix:
    """Return the fix of a location; position, speed and course are absent while the receiver had no position.

    Args:
        location: The report.
        mapping: What its vendor means.
        beside: Transparent data that hold for it, the oldest first; its own readings go before theirs.
        region: Where trucks can be.

    Raises:
        RecordError: The coordinates are swapped, out of range or encrypted.
    """
    check_position(location, region, mapping.standard_encryption)
    carrier = Carrier(
        {"status": location.status, "alarm": location.alarm},
        {("item", item_id): data for item_id, data in reversed(location.items)},
    )
    readings: dict[str, Any] = mapping.readings(carrier)
    if mapping.standard_alarms and location.alarm:
        faults, alarms = alarm_bits(location.alarm)
        readings = _joined({"faults": faults, "alarms": alarms}, readings)
    if beside:
        readings = _joined(_readings(beside, mapping), readings)
    fixed = bool(location.status & FIXED)
    satellites = location.item(SATELLITES)
    return Fix(
        EPOCH,
        identity(location.body, beside),
        location.time_ms,
        lat_deg=location.lat_deg if fixed else nan,
        lon_deg=location.lon_deg if fixed else nan,
        speed_mps=location.speed_mps if fixed else nan,
        course_deg=location.course_deg if fixed and location.course_deg <= MAX_COURSE_DEG else nan,
        satellites=satellites[0] if satellites is not None and len(satellites) == 1 else ABSENT,
        **readings,
    )


def fix_alone(beside: Sequence[Transparent], mapping: VendorMapping, time_ms: int) -> Fix:
    """Return the fix of transparent data that no location carries: readings of an instant, without a position."""
    return Fix(EPOCH, identity(b"", beside), time_ms, **_readings(beside, mapping))


def identity(body: bytes, beside: Sequence[Transparent] = ()) -> int:
    """Return the seq of a record: CRC-32 of the bytes that it was made of, as sent."""
    return crc32(b"".join([body, *(bytes([message.kind]) + message.data for message in beside)]))


def _readings(beside: Sequence[Transparent], mapping: VendorMapping) -> dict[str, Any]:
    readings: dict[str, Any] = {}
    for message in beside:
        readings = _joined(readings, mapping.readings_of(message.kind, message.data))
    return readings


def _joined(beside: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return readings of two sources: each own one first, the bits of both."""
    bits = {name: beside.get(name, 0) | own.get(name, 0) for name in ("faults", "alarms")}
    return {**beside, **own, **bits}
