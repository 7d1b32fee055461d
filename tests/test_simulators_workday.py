"""Days of trucks: hours, rests and nights as drivers keep them, and the truth about those who do not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from simulators.driver_clock import DriverClock, Fatigue
from simulators.track import Told
from simulators.truth import Happening
from simulators.visible import Quiet, holds, is_shown, was_sampled
from simulators.windows import DayWindow, local_hour, seconds_until
from simulators.zones import Zone

HOUR_S = 3600


def speeds(*parts: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return speeds from (hours, m/s) parts."""
    return np.concatenate([np.full(int(hours * HOUR_S), mps) for hours, mps in parts])


def watched(*parts: tuple[float, float], cuts: int = 1) -> list[Fatigue]:
    clock, all_speeds = DriverClock(0.0), speeds(*parts)
    found, begins_s = [], 0.0
    for stretch in np.array_split(all_speeds, cuts):
        found += clock.watch(begins_s, stretch)
        begins_s += len(stretch)
    return found


@pytest.mark.parametrize("cuts", [1, 3, 7])
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(1, 0), (5, 9), (1, 0)], [Fatigue(5.0 * HOUR_S, 6.0 * HOUR_S, True)]),
        ([(1, 0), (3, 9), (1, 0)], []),
        ([(1, 0), (4.2, 9), (1, 0)], [Fatigue(5.0 * HOUR_S, 5.2 * HOUR_S, False)]),
        ([(1, 0), (2.5, 9), (0.5, 0), (2.5, 9), (1, 0)], []),
        ([(1, 0), (2.5, 9), (0.1, 0), (2.5, 9), (1, 0)], [Fatigue(5.0 * HOUR_S, 6.1 * HOUR_S, True)]),
        ([(1, 0), (2.5, 9), (1 / 3, 0), (2.5, 9), (1, 0)], [Fatigue(5.0 * HOUR_S, 6.333 * HOUR_S, False)]),
    ],
    ids=["five hours", "three hours", "a little over four", "rested between", "a light between", "twenty minutes"],
)
def test_who_drives_on_without_a_rest_is_told_of(
    parts: list[tuple[float, float]], expected: list[Fatigue], cuts: int
) -> None:
    found = watched(*parts, cuts=cuts)
    assert [one.required for one in found] == [one.required for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert (one.from_s, one.to_s) == pytest.approx((other.from_s, other.to_s), abs=5.0)


def test_hours_of_the_day_are_the_citys() -> None:
    start = datetime(2026, 3, 1, 21, 30, tzinfo=timezone(timedelta(hours=3)))  # 18:30 UTC
    assert local_hour(start, 8.0, 0.0) == pytest.approx(2.5)
    assert local_hour(start, 8.0, 22 * 3600.0) == pytest.approx(0.5)
    assert seconds_until(22.0, 6.0) == 8 * 3600.0
    assert DayWindow(20.0, 6.0).length_h == 10.0
    assert DayWindow(20.0, 6.5).document() == {"from": "20:00", "to": "06:30"}


def test_an_order_holds_within_its_dates_only() -> None:
    ring = np.zeros((5, 2))
    order = Zone("Z", "Order", "control", ring, valid_s=(10_000.0, 20_000.0))

    def at(first: int) -> bool | None:
        return holds(Told("control_order", first, first + 600, zone=order), 5_000.0)

    assert at(7_000) is True
    assert at(20_000) is False
    assert at(4_900) is None
    assert holds(Told("forbidden_zone", 0, 600, zone=Zone("F", "Area", "forbidden", ring)), 0.0) is True


def test_only_what_sensors_can_show_must_be_found() -> None:
    bare, lift = frozenset[str](), frozenset(("lift",))
    assert is_shown("illegal_dumping", bare, inferred=True)  # type: ignore[arg-type]
    assert not is_shown("illegal_dumping", bare, inferred=False)  # type: ignore[arg-type]
    assert not is_shown("loading", lift, inferred=True)  # type: ignore[arg-type]
    assert not is_shown("spillage", lift, inferred=True)  # type: ignore[arg-type]
    assert is_shown("route_deviation", bare, inferred=False)  # type: ignore[arg-type]
    assert was_sampled("overspeed", 30, 10)
    assert not was_sampled("overspeed", 30, 15)
    assert was_sampled("illegal_dumping", 1, 60)


def test_a_second_happening_too_soon_need_not_be_found() -> None:
    quiet = Quiet()
    assert [quiet.is_repetition("overspeed", at_s * 3600.0) for at_s in (0, 2, 6, 12)] == [False, True, True, False]
    assert not any(quiet.is_repetition("illegal_dumping", at_s) for at_s in (0.0, 60.0))
    assert Happening("V", "overspeed", 0, 1).required
