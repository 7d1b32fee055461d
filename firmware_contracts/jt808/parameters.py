"""A terminal's settings (0x8103, 0x0104): id, name with unit, and how the value stands. Others are kept as bytes."""

from __future__ import annotations

from typing import NamedTuple

from firmware_contracts.errors import MessageError, RejectReason
from firmware_contracts.jt808.wire import gbk_bytes, gbk_text

TEXT = 0  # in the place of a number's size


class Parameter(NamedTuple):
    """One setting; `size` is 1, 2 or 4 bytes for a number, TEXT for text."""

    name: str
    size: int = 4


PARAMETERS: dict[int, Parameter] = {
    0x0001: Parameter("heartbeat_s"),
    0x0002: Parameter("tcp_answer_timeout_s"),
    0x0003: Parameter("tcp_retries"),
    0x0010: Parameter("apn", TEXT),
    0x0013: Parameter("server", TEXT),
    0x0017: Parameter("backup_server", TEXT),
    0x0018: Parameter("tcp_port"),
    0x0020: Parameter("report_strategy"),
    0x0021: Parameter("report_plan"),
    0x0022: Parameter("interval_logged_out_s"),
    0x0027: Parameter("interval_asleep_s"),
    0x0028: Parameter("interval_sos_s"),
    0x0029: Parameter("interval_s"),
    0x002C: Parameter("distance_m"),
    0x0030: Parameter("corner_deg"),
    0x0031: Parameter("fence_radius_m", 2),
    0x0050: Parameter("alarms_masked"),
    0x0055: Parameter("highest_speed_kmh"),
    0x0056: Parameter("overspeed_for_s"),
    0x0057: Parameter("driving_without_break_s"),
    0x0058: Parameter("driving_per_day_s"),
    0x0059: Parameter("shortest_break_s"),
    0x005A: Parameter("longest_parking_s"),
    0x005B: Parameter("overspeed_warning_below_tenth_kmh", 2),
    0x005C: Parameter("fatigue_warning_before_s", 2),
    0x005E: Parameter("rollover_deg", 2),
    0x0080: Parameter("mileage_tenth_km"),
    0x0081: Parameter("province", 2),
    0x0082: Parameter("city", 2),
    0x0083: Parameter("plate", TEXT),
    0x0084: Parameter("plate_colour", 1),
}


def parameter(parameter_id: int, value: int | str) -> tuple[int, bytes]:
    """Return a setting as `SetParameters` takes it.

    Raises:
        ValueError: The table has no such id, or the value does not fit.
    """
    row = PARAMETERS.get(parameter_id)
    if row is None:
        raise ValueError(f"expected the id of a known setting, got {parameter_id:#06x}")
    if isinstance(value, str) is not (row.size == TEXT):
        raise ValueError(f"expected {row.name} as {'text' if row.size == TEXT else 'a number'}, got {value!r}")
    if isinstance(value, str):
        return parameter_id, gbk_bytes(value, row.name)
    if not 0 <= value < 1 << 8 * row.size:
        raise ValueError(f"expected {row.name} in [0, {(1 << 8 * row.size) - 1}], got {value}")
    return parameter_id, value.to_bytes(row.size, "big")


def parameter_value(parameter_id: int, data: bytes) -> int | str | bytes:
    """Return what a setting says; the bytes themselves where the table does not know it.

    Raises:
        MessageError: A number of another length, or text that is none.
    """
    row = PARAMETERS.get(parameter_id)
    if row is None:
        return data
    if row.size == TEXT:
        return gbk_text(data, row.name)
    if len(data) != row.size:
        raise MessageError(RejectReason.BAD_SIZE, f"expected {row.size} bytes of {row.name}, got {len(data)}")
    return int.from_bytes(data, "big")
