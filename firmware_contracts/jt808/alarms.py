"""What the alarm bits of a location mean, when they clear, and what contract v1 makes of them.

A bit clears either when the platform answered (the terminal keeps it set until then) or when its cause is over (the
terminal reports the location at which it cleared). Source: JT/T 808-2013 table 24 and 2019 table 24.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from firmware_contracts.columns import Alarm, Fault
from firmware_contracts.jt808.header import Version


class Clears(StrEnum):
    """When an alarm bit goes back to 0."""

    ON_ANSWER = "on_answer"
    ON_CAUSE_END = "on_cause_end"


class AlarmBit(NamedTuple):
    """One bit.

    Attributes:
        name: What it says.
        clears: In 2019.
        clears_2013: In 2011 and 2013, None where alike.
        fault: What contract v1 calls it, where it is a fault.
        alarm: Likewise an alarm.
        confirmed: A person's confirmation can be sent with 0x8203.
        since_2019: Reserved before.
    """

    name: str
    clears: Clears = Clears.ON_CAUSE_END
    clears_2013: Clears | None = None
    fault: Fault = Fault(0)
    alarm: Alarm = Alarm(0)
    confirmed: bool = False
    since_2019: bool = False


_ON_ANSWER = Clears.ON_ANSWER
ALARMS: dict[int, AlarmBit] = {
    0: AlarmBit("sos", _ON_ANSWER, alarm=Alarm.SOS, confirmed=True),
    1: AlarmBit("overspeed"),
    2: AlarmBit("fatigue"),
    3: AlarmBit("danger", clears_2013=_ON_ANSWER, confirmed=True),
    4: AlarmBit("gnss_fault", fault=Fault.GNSS),
    5: AlarmBit("antenna_open", fault=Fault.GNSS_ANTENNA_OPEN),
    6: AlarmBit("antenna_short", fault=Fault.GNSS_ANTENNA_SHORT),
    7: AlarmBit("under_voltage", alarm=Alarm.UNDER_VOLTAGE),
    8: AlarmBit("main_power_cut", alarm=Alarm.MAIN_POWER_CUT),
    9: AlarmBit("display_fault"),
    10: AlarmBit("speech_fault"),
    11: AlarmBit("camera_fault"),
    12: AlarmBit("card_reader_fault"),
    13: AlarmBit("overspeed_warning"),
    14: AlarmBit("fatigue_warning"),
    15: AlarmBit("driving_against_rules", since_2019=True),
    16: AlarmBit("tyre_pressure", since_2019=True),
    17: AlarmBit("right_turn_blind_zone", since_2019=True),
    18: AlarmBit("driving_too_long_today"),
    19: AlarmBit("parking_too_long"),
    20: AlarmBit("area_in_out", _ON_ANSWER, confirmed=True),
    21: AlarmBit("route_in_out", _ON_ANSWER, confirmed=True),
    22: AlarmBit("segment_time", _ON_ANSWER, confirmed=True),
    23: AlarmBit("route_deviation"),
    24: AlarmBit("speed_sensor_fault"),
    25: AlarmBit("fuel_abnormal"),
    26: AlarmBit("stolen"),
    27: AlarmBit("illegal_ignition", _ON_ANSWER, confirmed=True),
    28: AlarmBit("illegal_displacement", _ON_ANSWER, confirmed=True),
    29: AlarmBit("collision", alarm=Alarm.COLLISION),
    30: AlarmBit("rollover", alarm=Alarm.ROLLOVER),
    31: AlarmBit("illegal_door_opening", clears_2013=_ON_ANSWER),
}
_CONFIRMED = sum(1 << bit for bit, row in ALARMS.items() if row.confirmed)
_CONTRACT = tuple((1 << bit, int(row.fault), int(row.alarm)) for bit, row in ALARMS.items() if row.fault or row.alarm)
_IN_CONTRACT = sum(bit for bit, _, _ in _CONTRACT)


def alarm_names(alarm: int, version: Version = Version.V2019) -> list[str]:
    """Return the names of the bits that are set; one that the edition reserves has none."""
    is_2019 = version is Version.V2019
    return [row.name for bit, row in ALARMS.items() if alarm >> bit & 1 and (is_2019 or not row.since_2019)]


def alarm_bits(alarm: int) -> tuple[int, int]:
    """Return the bits of `Fault` and of `Alarm` that a location's alarm bits stand for."""
    faults = alarms = 0
    if alarm & _IN_CONTRACT:
        for bit, fault, raised in _CONTRACT:
            if alarm & bit:
                faults, alarms = faults | fault, alarms | raised
    return faults, alarms


def standard_alarm_bits(faults: int, alarms: int) -> int:
    """Return the alarm bits that stand for bits of `Fault` and `Alarm`: `alarm_bits` backwards."""
    return sum(bit for bit, fault, raised in _CONTRACT if faults & fault or alarms & raised)


def cleared_by_answer(alarm: int, version: Version) -> int:
    """Return those of the set bits that the terminal clears once it has the platform's answer."""
    is_2019 = version is Version.V2019
    cleared = (
        1 << bit
        for bit, row in ALARMS.items()
        if (row.clears if is_2019 or row.clears_2013 is None else row.clears_2013) is Clears.ON_ANSWER
    )
    return alarm & sum(cleared)


def to_confirm(alarm: int) -> int:
    """Return those of the set bits that 0x8203 can confirm, as its `kinds`."""
    return alarm & _CONFIRMED
