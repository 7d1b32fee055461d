"""What a JT/T 808 terminal on a simulated truck sends of a fix: status bits and items as its vendor lays them out.

Two vendors: `egs` terminals read all three sensors, `default` ones know ignition and main power only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan

from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault
from firmware_contracts.fix import Fix
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.items import SATELLITES
from firmware_contracts.jt808.location import FIXED, IGNITION, Location
from simulators.fleet import Truck
from simulators.jt808_terminal import Jt808Limits, Jt808Terminal
from simulators.reception import LinkPlan

COVER_OPEN, RAISED = 1 << 9, 1 << 10  # status bits of `egs`
FAULT_BITS = {Fault.LOAD_SENSOR: 1 << 25, Fault.COVER_SENSOR: 1 << 29, Fault.LIFT_SENSOR: 1 << 30}
LOAD_ITEM, LOAD_STEP_KG, NO_LOAD = 0x55, 0.1, 0xFFFFFFFF
POWER_CUT = 1 << 8  # alarm bit
RAISED_DEG = 10.0  # a switch on the frame opens when the body is this far up
# Two BCD digits of a year: a clock before or after shows the nearest that they can.
FIRST_MS, LAST_MS = (int(datetime(year, 1, 2, tzinfo=UTC).timestamp() * 1000) for year in (2000, 2099))
NEWER_EVERY = 3  # every third terminal speaks the edition of 2019


def jt808_terminal(truck: Truck, plan: LinkPlan, number: int) -> Jt808Terminal:
    """Return the terminal of a truck that has a phone.

    Args:
        truck: Whose terminal it is.
        plan: What the scenario says about links and flash.
        number: Its place in the fleet.
    """
    version = Version.V2013 if number % NEWER_EVERY else Version.V2019
    limits = Jt808Limits(plan.batch, plan.window, plan.flash_records, plan.retry_s)
    return Jt808Terminal(truck.phone, version, limits, truck.plate)


def location_of(fix: Fix, vendor: str) -> Location:
    """Return what a terminal of a vendor says of a fix."""
    fixed = not isnan(fix.lat_deg)
    status = (IGNITION if fix.ignition == 1 else 0) | (FIXED if fixed else 0)
    alarm = POWER_CUT if fix.alarms & Alarm.MAIN_POWER_CUT or fix.main_power == 0 else 0
    items: list[tuple[int, bytes]] = []
    if fix.satellites != ABSENT:
        items.append((SATELLITES, bytes([min(fix.satellites, 255)])))
    if vendor == "egs":
        status |= _sensor_bits(fix)
        load = NO_LOAD if isnan(fix.load_kg) else round(fix.load_kg / LOAD_STEP_KG)
        items.append((LOAD_ITEM, load.to_bytes(4, "big")))
    return Location(
        alarm=alarm,
        status=status,
        lat_deg=fix.lat_deg if fixed else 0.0,
        lon_deg=fix.lon_deg if fixed else 0.0,
        altitude_m=5,
        speed_mps=fix.speed_mps if fixed else 0.0,
        course_deg=fix.course_deg if fixed else 0.0,
        time_ms=min(max(fix.fix_time_ms, FIRST_MS), LAST_MS) // 1000 * 1000,
        items=tuple(items),
    )


def _sensor_bits(fix: Fix) -> int:
    bits = COVER_OPEN if fix.cover in {Cover.OPEN, Cover.HALF} else 0
    bits |= RAISED if fix.lift_deg > RAISED_DEG else 0
    return bits | sum(bit for fault, bit in FAULT_BITS.items() if fix.faults & fault)
