"""What terminals of different vendors say of a truck, and what the bridge understands of it."""

from __future__ import annotations

from math import isnan, nan

import pytest

from firmware_contracts.columns import Cover, Switch
from firmware_contracts.fix import Fix
from firmware_contracts.jt808.fixes import fix_of
from firmware_contracts.jt808.location import pack_location, parse_location
from firmware_contracts.jt808.messages import Transparent
from simulators.jt808_station import mapping_of, offer_fix, said_of
from simulators.jt808_terminal import Jt808Terminal

NOON_MS = 1_772_337_600_000
LOADED = Fix(
    1, 2, NOON_MS, 31.7, 119.9, 10.0, 90.0, load_kg=13_000.0, load_ratio=0.5, cover=Cover.HALF, ignition=1, main_power=1
)


def understood(fix: Fix, vendor: str) -> Fix:
    sent = said_of(fix, mapping_of(vendor))
    beside = [Transparent(*one) for one in sent.transparent]
    return fix_of(parse_location(pack_location(sent.location)), mapping_of(vendor), beside)


@pytest.mark.parametrize(
    ("lift_deg", "egs_deg", "angle_deg"), [(9.0, 0.0, 9.0), (11.0, 45.0, 11.0), (nan, 0.0, nan), (50.0, 45.0, 50.0)]
)
def test_a_switch_tells_up_or_down_and_a_sensor_the_angle(lift_deg: float, egs_deg: float, angle_deg: float) -> None:
    fix = LOADED._replace(lift_deg=lift_deg)
    assert understood(fix, "egs").lift_deg == egs_deg
    assert understood(fix, "angle").lift_deg == pytest.approx(angle_deg, nan_ok=True)
    assert isnan(understood(fix, "default").lift_deg)


def test_each_vendor_says_what_it_has_a_place_for() -> None:
    egs, angle, default = (understood(LOADED, vendor) for vendor in ("egs", "angle", "default"))
    assert (egs.load_kg, egs.cover, egs.main_power) == (13_000.0, Cover.OPEN, Switch.ON)
    assert (angle.load_ratio, angle.cover) == (pytest.approx(0.5, abs=1e-3), Cover.OPEN)
    assert (default.ignition, default.cover, default.alarms) == (Switch.ON, Cover.ABSENT, 0)


@pytest.mark.parametrize("shown_ms", [0, NOON_MS + 123, 2**42])
def test_a_clock_beyond_two_digits_shows_the_nearest_year(shown_ms: int) -> None:
    terminal = Jt808Terminal("13900000000")
    offer_fix(terminal, LOADED._replace(fix_time_ms=shown_ms), "angle")
    (body,) = terminal.bodies()
    time_ms = parse_location(body).time_ms
    assert time_ms == shown_ms // 1000 * 1000 or abs(time_ms - shown_ms) > 365 * 86_400_000
