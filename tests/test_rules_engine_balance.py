"""Daily mass balances against a loop over the loads, and the cases a supervisor asks about."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.balance import DAY_MS, Loads, MassBalanceLimits, Weighed, balances, day_of, day_start_ms
from rules_engine.world import World

HOUR_MS = 3_600_000
UTC_OFFSET_MS = 8 * HOUR_MS
DAY = 20_700
NOON_MS = day_start_ms(DAY, UTC_OFFSET_MS) + 12 * HOUR_MS
LATER_MS = NOON_MS + 3 * DAY_MS


def square(lon: float) -> dict[str, object]:
    ring = [[lon, 31.7], [lon + 0.001, 31.7], [lon + 0.001, 31.701], [lon, 31.701], [lon, 31.7]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(scope="module")
def world() -> World:
    def places(id_name: str, ids: list[str], lon: float) -> dict[str, object]:
        features = [
            {"type": "Feature", "properties": {id_name: name}, "geometry": square(lon + n / 100)}
            for n, name in enumerate(ids)
        ]
        return {"type": "FeatureCollection", "features": features}

    return World.from_documents(
        {
            "sites": places("site_id", ["S0", "S1"], 119.0),
            "dump_points": places("dump_point_id", ["D0", "D1"], 120.0),
            "limits": {"sites": {"S1": {"mass_imbalance.gap_share": 0.5}}},
        }
    )


def loads(*rows: tuple[int, int, int, int, float, float]) -> Loads:
    """Return loads of (site, dump point, left, arrived, out, in)."""
    site, dump_point, left_ms, arrived_ms, out_kg, in_kg = zip(*rows, strict=True) if rows else ((),) * 6
    return Loads(
        np.array(site, np.int32),
        np.array(dump_point, np.int32),
        np.array(left_ms, np.int64),
        np.array(arrived_ms, np.int64),
        np.array(out_kg, np.float64),
        np.array(in_kg, np.float64),
    )


def weighed(*rows: tuple[int, int, float]) -> Weighed:
    dump_point, time_ms, net_kg = zip(*rows, strict=True) if rows else ((),) * 3
    return Weighed(np.array(dump_point, np.int32), np.array(time_ms, np.int64), np.array(net_kg, np.float64))


def delivered(site: int = 0, left_ms: int = NOON_MS, out_kg: float = 15_000.0, in_kg: float = 15_000.0) -> tuple:
    return (site, 0, left_ms, left_ms + HOUR_MS, out_kg, in_kg)


LOST = (0, -1, NOON_MS, 0, 15_000.0, math.nan)


def test_all_that_left_arrived(world: World) -> None:
    (day,) = balances(loads(*[delivered()] * 10), weighed(), world, LATER_MS, UTC_OFFSET_MS)
    assert (day.place_kind, day.place, day.day, day.loads, day.arrived) == ("site", 0, DAY, 10, 10)
    assert (day.sent_kg, day.received_kg, day.gap_share, day.imbalanced) == (150_000, 150_000, 0.0, False)


def test_one_of_ten_loads_did_not_arrive(world: World) -> None:
    day, *_ = balances(loads(*[delivered()] * 9, LOST), weighed(), world, LATER_MS, UTC_OFFSET_MS)
    assert (day.loads, day.arrived, day.gap_share, day.imbalanced) == (10, 9, 0.1, True)


def test_a_day_is_not_judged_before_its_loads_had_time_to_arrive(world: World) -> None:
    end_ms = day_start_ms(DAY + 1, UTC_OFFSET_MS)
    settle_ms = round(MassBalanceLimits().settle_h * HOUR_MS)
    for as_of_ms, settled in ((end_ms - 1, False), (end_ms + settle_ms - 1, False), (end_ms + settle_ms, True)):
        day, *_ = balances(loads(*[delivered()] * 9, LOST), weighed(), world, as_of_ms, UTC_OFFSET_MS)
        assert (day.settled, day.imbalanced) == (settled, settled)


def test_a_site_may_be_given_more_room(world: World) -> None:
    at_other = [(1, *row[1:]) for row in [*[delivered()] * 9, LOST]]
    day, *_ = balances(loads(*at_other), weighed(), world, LATER_MS, UTC_OFFSET_MS)
    assert (day.gap_share, day.imbalanced) == (0.1, False)


def test_loads_without_a_mass_are_counted_and_left_out_of_the_masses(world: World) -> None:
    unknown = (0, 0, NOON_MS, NOON_MS + HOUR_MS, math.nan, math.nan)
    day, *_ = balances(loads(delivered(), unknown), weighed(), world, LATER_MS, UTC_OFFSET_MS)
    assert (day.loads, day.arrived, day.unweighed, day.sent_kg, day.gap_share) == (2, 2, 1, 15_000, 0.0)


def test_a_gate_that_weighs_more_than_came_from_known_sites(world: World) -> None:
    gate = [(0, NOON_MS + HOUR_MS, 15_000.0)] * 5
    site, dump_point = balances(loads(*[delivered()] * 4), weighed(*gate), world, LATER_MS, UTC_OFFSET_MS)
    assert (site.imbalanced, dump_point.place_kind, dump_point.loads) == (False, "dump_point", 4)
    assert (dump_point.sent_kg, dump_point.received_kg, dump_point.imbalanced) == (60_000, 75_000, True)


def test_a_day_is_the_local_one() -> None:
    midnight_ms = day_start_ms(DAY, UTC_OFFSET_MS)
    assert day_of([midnight_ms - 1, midnight_ms], UTC_OFFSET_MS).tolist() == [DAY - 1, DAY]
    assert midnight_ms % DAY_MS == 16 * HOUR_MS  # midnight at +08:00 is 16:00 UTC of the day before


LOAD = st.tuples(
    st.integers(-1, 1),
    st.integers(-1, 1),
    st.integers(0, 3 * DAY_MS),
    st.integers(0, 3 * DAY_MS),
    st.sampled_from([14_000.0, 15_500.4, math.nan]),
    st.sampled_from([13_999.6, 15_000.0, math.nan]),
)
GATE = st.tuples(st.integers(0, 1), st.integers(0, 3 * DAY_MS), st.sampled_from([15_000.0, 12_000.0, math.nan]))


@settings(max_examples=100, deadline=None)
@given(drawn=st.lists(LOAD, max_size=30), gates=st.lists(GATE, max_size=20), seed=st.integers(0, 1000))
def test_sums_are_those_of_a_loop_in_any_order(world: World, drawn: list[tuple], gates: list[tuple], seed: int) -> None:
    found = balances(loads(*drawn), weighed(*gates), world, LATER_MS, UTC_OFFSET_MS)
    rng = np.random.default_rng(seed)
    shuffled = [drawn[n] for n in rng.permutation(len(drawn))]
    assert balances(loads(*shuffled), weighed(*gates[::-1]), world, LATER_MS, UTC_OFFSET_MS) == found
    expected: dict[tuple[str, int, int], list[int]] = {}
    weighing = {gate[0] for gate in gates}
    for site, dump_point, left_ms, arrived_ms, out_kg, in_kg in drawn:
        has_arrived = dump_point >= 0
        if site >= 0:
            day = expected.setdefault(("site", site, int(day_of(left_ms, UTC_OFFSET_MS))), [0, 0, 0, 0, 0])
            known = not math.isnan(out_kg) and not (has_arrived and math.isnan(in_kg))
            day[0] += 1
            day[1] += has_arrived
            day[2] += not known
            day[3] += round(out_kg) if known else 0
            day[4] += round(in_kg) if known and has_arrived else 0
        if dump_point in weighing:
            day = expected.setdefault(("dump_point", dump_point, int(day_of(arrived_ms, UTC_OFFSET_MS))), [0] * 5)
            day[0] += 1
            day[1] += 1
            day[2] += math.isnan(in_kg)
            day[3] += 0 if math.isnan(in_kg) else round(in_kg)
    for dump_point, time_ms, net_kg in gates:
        day = expected.setdefault(("dump_point", dump_point, int(day_of(time_ms, UTC_OFFSET_MS))), [0] * 5)
        day[4] += 0 if math.isnan(net_kg) else round(net_kg)
    assert {(d.place_kind, d.place, d.day): list(d[3:8]) for d in found} == expected
