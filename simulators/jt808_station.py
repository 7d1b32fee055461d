"""What a JT/T 808 terminal on a simulated truck sends of a fix: as its vendor's mapping lays it out.

Its sensors are plainer than the truck: where a vendor knows the lift as a switch, a switch on the frame tells.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from math import isnan

from firmware_contracts.fix import Fix
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.sending import Sent, sent_of
from firmware_contracts.jt808.vendor import VendorMapping, read_mapping
from simulators.fleet import Truck
from simulators.jt808_terminal import Jt808Limits, Jt808Terminal
from simulators.reception import LinkPlan

ALTITUDE_M = 5
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


def offer_fix(terminal: Jt808Terminal, fix: Fix, vendor: str) -> None:
    """Store what a terminal of a vendor says of a fix, and say what goes beside it."""
    sent = said_of(fix, mapping_of(vendor))
    for kind, data in sent.transparent:
        terminal.pass_through(kind, data)
    terminal.offer(sent.location)


def said_of(fix: Fix, mapping: VendorMapping) -> Sent:
    """Return what a terminal says of a fix."""
    time_ms = min(max(fix.fix_time_ms, FIRST_MS), LAST_MS) // 1000 * 1000
    sent = sent_of(fix._replace(fix_time_ms=time_ms, lift_deg=_felt_lift_deg(fix, mapping)), mapping)
    return sent._replace(location=sent.location._replace(altitude_m=ALTITUDE_M))


@cache
def mapping_of(vendor: str) -> VendorMapping:
    """Return a packaged vendor's mapping."""
    text = (files("firmware_contracts.jt808") / "vendors" / f"{vendor}.toml").read_text("utf-8")
    return read_mapping(text, vendor)


def _felt_lift_deg(fix: Fix, mapping: VendorMapping) -> float:
    """Return the lift as its sensor feels it; absent stays absent."""
    for reading in mapping.sources:
        if reading.name == "lift_deg" and reading.values and not isnan(fix.lift_deg):
            return max(reading.values.values()) if fix.lift_deg > RAISED_DEG else min(reading.values.values())
    return fix.lift_deg
