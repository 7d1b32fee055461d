"""Positions, speeds and courses, held against one another.

A shift of the whole map (GCJ-02, a few hundred metres) cannot be seen from inside: `gcj02` says so in every report.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from statistics import median

from simulators.conform.check import Check, Finding
from simulators.conform.motion_pairs import LEAST_MOVED_M, MOVING_MPS, Pair, pairs, turn_deg
from simulators.conform.observed import Log, Row

# Mainland China with its islands: region codes are its own.
LAT_RANGE_DEG, LON_RANGE_DEG = (3.0, 54.0), (73.0, 136.0)
LEAST_PAIRS = 8
SPEED_UNITS = {"km/h": 3.6, "knots": 3600 / 1852, "0.1 m/s": 10.0, "cm/s": 100.0, "mph": 2.2369, "0.1 km/h": 36.0}
SPEED_OFF = 0.25  # of the reading; receivers agree with their own positions to a few percent
COURSE_OFF_DEG = 30.0
FROZEN_S = 20.0


def _is_in(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _swapped(log: Log) -> Iterator[Finding]:
    for row in log.rows:
        lat, lon = row.fix.lat_deg, row.fix.lon_deg
        here = _is_in(lat, LAT_RANGE_DEG) and _is_in(lon, LON_RANGE_DEG)
        if not here and _is_in(lon, LAT_RANGE_DEG) and _is_in(lat, LON_RANGE_DEG):
            en = f"latitude {lat:.5f} and longitude {lon:.5f} are swapped"
            yield Finding(row.message, en, f"纬度 {lat:.5f} 与经度 {lon:.5f} 颠倒", row.source)


def _zero(log: Log) -> Iterator[Finding]:
    for row in log.rows:
        if abs(row.fix.lat_deg) < 1e-4 and abs(row.fix.lon_deg) < 1e-4:
            en = "position 0, 0: without a fix the position is absent"
            yield Finding(row.message, en, "位置为 0, 0：未定位时位置应缺省，不得填 0", row.source)


def _region(log: Log) -> Iterator[Finding]:
    for row in log.rows:
        lat, lon = row.fix.lat_deg, row.fix.lon_deg
        in_ranges = abs(lat) <= 90.0 and abs(lon) <= 180.0 and (abs(lat) > 1e-4 or abs(lon) > 1e-4)
        if in_ranges and not (_is_in(lat, LAT_RANGE_DEG) and _is_in(lon, LON_RANGE_DEG)):
            en = f"latitude {lat:.5f}, longitude {lon:.5f} lie in no region that a six-digit code names"
            yield Finding(row.message, en, f"纬度 {lat:.5f}、经度 {lon:.5f} 不在任何区划之内", row.source)


def _moving(log: Log) -> list[Pair]:
    """Return the pairs in which speeds say that it moves."""
    return [pair for pair in pairs(log) if _mean_mps(pair) > MOVING_MPS and pair.metres > LEAST_MOVED_M]


def _mean_mps(pair: Pair) -> float:
    return (pair.before.fix.speed_mps + pair.after.fix.speed_mps) / 2


def _speed_unit(log: Log) -> Iterator[Finding]:
    """Both directions: what is sent may be too great (km/h as m/s) or, in knots of NMEA, too small."""
    found = [pair for pair in pairs(log) if pair.metres / pair.seconds > 1.0 and _mean_mps(pair) > 0.5]
    if len(found) < LEAST_PAIRS:
        return
    ratio = median(_mean_mps(pair) * pair.seconds / pair.metres for pair in found)
    if abs(ratio - 1.0) <= SPEED_OFF:
        return
    unit = min(SPEED_UNITS, key=lambda name: abs(SPEED_UNITS[name] / ratio - 1.0))
    guess = f", as {unit} for m/s would be" if abs(SPEED_UNITS[unit] / ratio - 1.0) < 0.12 else ""
    last = found[-1]
    en = f"the speed is {ratio:.2f} times what the positions say{guess} (median of {len(found)})"
    zh = f"速度是由位置推算值的 {ratio:.2f} 倍{f'，疑似单位为 {unit}' if guess else ''}（{len(found)} 对的中位数）"
    yield Finding(last.after.message, en, zh, last.after.source)


def _course(log: Log) -> Iterator[Finding]:
    found = [pair for pair in _moving(log) if not isnan(pair.before.fix.course_deg + pair.after.fix.course_deg)]
    turned = [pair for pair in found if turn_deg(pair.before.fix.course_deg, pair.after.fix.course_deg) < 60.0]
    off = [_off_course(pair) for pair in (turned or found)]
    if len(off) >= LEAST_PAIRS and median(off) > COURSE_OFF_DEG:
        last = found[-1]
        en = f"the course is {median(off):.0f} deg off the direction of motion (median of {len(off)})"
        zh = f"航向与运动方向相差 {median(off):.0f} 度（{len(off)} 对的中位数）"
        yield Finding(last.after.message, en, zh, last.after.source)


def _off_course(pair: Pair) -> float:
    """Return how far the motion lies off the nearer of the two courses: a truck turns between them."""
    return min(turn_deg(row.fix.course_deg, pair.bearing_deg) for row in (pair.before, pair.after))


def _course_frozen(log: Log) -> Iterator[Finding]:
    found = [pair for pair in _moving(log) if not isnan(pair.after.fix.course_deg)]
    if len(found) < LEAST_PAIRS or len({pair.after.fix.course_deg for pair in found}) > 1:
        return
    if max(turn_deg(found[0].bearing_deg, pair.bearing_deg) for pair in found) > COURSE_OFF_DEG:
        last = found[-1]
        en = f"the course stays {last.after.fix.course_deg:g} deg while the terminal turns"
        yield Finding(
            last.after.message, en, f"行驶转弯时航向始终为 {last.after.fix.course_deg:g} 度", last.after.source
        )


def _frozen(log: Log) -> Iterator[Finding]:
    held_s, first = 0.0, None
    for pair in pairs(log):
        if _mean_mps(pair) > MOVING_MPS and pair.metres < 0.01:
            held_s, first = held_s + pair.seconds, first or pair
        else:
            held_s, first = 0.0, None
        if first is not None and held_s >= FROZEN_S:
            en = f"the position has not changed for {held_s:.0f} s at {_mean_mps(pair):.1f} m/s"
            zh = f"以 {_mean_mps(pair):.1f} m/s 行驶 {held_s:.0f} 秒，位置未变"
            yield Finding(pair.after.message, en, zh, pair.after.source)
            return


def _with_position(log: Log) -> Iterator[Row]:
    return (row for row in log.rows if not isnan(row.fix.lat_deg) and not isnan(row.fix.lon_deg))


def _hdop(log: Log) -> Iterator[Finding]:
    for row in _with_position(log):
        if row.fix.hdop == 0.0:
            en = "hdop 0 does not exist: what is not known is absent"
            yield Finding(row.message, en, "hdop 不可能为 0：未知时应缺省", row.source)


def _satellites(log: Log) -> Iterator[Finding]:
    for row in _with_position(log):
        if 0 <= row.fix.satellites < 3 or row.fix.satellites > 80:
            en = f"a position from {row.fix.satellites} satellites"
            yield Finding(row.message, en, f"{row.fix.satellites} 颗卫星却有定位", row.source)


def _cannot_be_seen(log: Log) -> Iterator[Finding]:  # noqa: ARG001  # nothing in a log could show it
    return iter(())


CHECKS = (
    Check(
        "lat_lon_swapped",
        "must",
        ("reports",),
        "position",
        "Latitude and longitude stand in their own members.",
        "经度、纬度各在其位。",
        _swapped,
    ),
    Check(
        "zero_position",
        "must",
        ("reports",),
        "position",
        "Without a fix the position is absent, never 0, 0.",
        "未定位时位置缺省，不得填 0, 0。",
        _zero,
    ),
    Check(
        "position_region",
        "should",
        ("reports",),
        "position",
        "A terminal is in the country of its region code.",
        "终端位于其区划所在国家。",
        _region,
    ),
    Check(
        "speed_unit",
        "must",
        ("reports", "moving_positions"),
        "position",
        "Speed is in m/s (NMEA: knots).",
        "速度单位为 m/s（NMEA 为节）。",
        _speed_unit,
    ),
    Check(
        "course_true",
        "must",
        ("reports", "moving"),
        "position",
        "Course is the direction of motion, clockwise from true north, in degrees.",
        "航向为运动方向，真北起顺时针，单位为度。",
        _course,
    ),
    Check(
        "course_frozen",
        "must",
        ("reports", "moving"),
        "position",
        "Course follows the motion.",
        "航向随运动变化。",
        _course_frozen,
    ),
    Check(
        "position_frozen",
        "must",
        ("reports", "moving"),
        "position",
        "A position is a new one each time.",
        "每条定位都是新的位置。",
        _frozen,
    ),
    Check(
        "hdop_zero",
        "must",
        ("reports",),
        "position",
        "What is not known is absent, never zero: hdop.",
        "未知即缺省，不得为零：hdop。",
        _hdop,
    ),
    Check(
        "satellites",
        "should",
        ("reports",),
        "position",
        "A position needs three satellites.",
        "定位至少需三颗卫星。",
        _satellites,
    ),
    Check(
        "gcj02",
        "must",
        ("not_visible",),
        "position",
        "Positions are WGS 84, not GCJ-02.",
        "坐标为 WGS 84，而非 GCJ-02。",
        _cannot_be_seen,
    ),
)
