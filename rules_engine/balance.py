"""Daily mass balance: what left each site against what arrived, and what each dump point took in against what came.

A site's day holds the loads that left it on that local day, wherever and whenever they arrived; a dump point's day
holds what its gate weighed in against the loads known to have arrived. Judged once the day is settled: some hours after
its end the loads under way have arrived or are lost. Whole kilograms are added, so that order changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import BoolArray
from rules_engine.world import World

NAME = "mass_imbalance"
VERSION = 1
SEVERITY = 2
DAY_MS = 86_400_000


@dataclass(frozen=True)
class MassBalanceLimits:
    """Thresholds of the daily mass balance; docs/rules.md tells their origin."""

    gap_share: float = 0.05
    gap_kg: float = 10_000.0
    settle_h: float = 6.0


@dataclass(frozen=True)
class Loads:
    """Loads that left a site, each field of shape (L,).

    Attributes:
        site: Where each came from, a row of the world's sites, -1 for none known.
        dump_point: Where it arrived, a row of its dump points, -1 where it did not.
        left_ms: When it left the site. [ms]
        arrived_ms: When it arrived; counts where it did. [ms]
        out_kg: Mass when it left, NaN where nothing told. [kg]
        in_kg: Mass that arrived, likewise; NaN where it did not. [kg]
    """

    site: NDArray[np.int32]
    dump_point: NDArray[np.int32]
    left_ms: NDArray[np.int64]
    arrived_ms: NDArray[np.int64]
    out_kg: NDArray[np.float64]
    in_kg: NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """Loads that a dump point's gate weighed in, each field of shape (G,)."""

    dump_point: NDArray[np.int32]
    time_ms: NDArray[np.int64]
    net_kg: NDArray[np.float64]


class DayBalance(NamedTuple):
    """One day of one place.

    Attributes:
        place_kind: "site" or "dump_point".
        place: Its row.
        day: Local days since 1970-01-01.
        loads: Loads that left the site, or are known to have arrived at the dump point.
        arrived: Those of them that arrived.
        unweighed: Those of which no mass is known, left out of the masses.
        sent_kg: Mass that left the site, or was known to arrive at the dump point. [kg]
        received_kg: Mass of it that arrived, or that the gate weighed. [kg]
        gap_share: How much of what should be there is not, None where nothing was weighed.
        settled: Whether the day is over and its loads had time to arrive.
        imbalanced: Whether it is settled and the gap is too large.
        limits: Thresholds in force.
    """

    place_kind: str
    place: int
    day: int
    loads: int
    arrived: int
    unweighed: int
    sent_kg: int
    received_kg: int
    gap_share: float | None
    settled: bool
    imbalanced: bool
    limits: MassBalanceLimits


def day_of(time_ms: Any, utc_offset_ms: int) -> Any:
    """Return the local day of instants, in days since 1970-01-01."""
    return (np.asarray(time_ms, np.int64) + utc_offset_ms) // DAY_MS


def day_start_ms(day: int, utc_offset_ms: int) -> int:
    """Return when a local day begins. [ms]"""
    return day * DAY_MS - utc_offset_ms


def balances(loads: Loads, weighed: Weighed, world: World, as_of_ms: int, utc_offset_ms: int) -> list[DayBalance]:
    """Return the days of every place at which something left or arrived, in the order of place and day.

    Args:
        loads: Loads that left a site.
        weighed: What gates weighed.
        world: For the limits of sites.
        as_of_ms: Up to when records are known, event time. [ms]
        utc_offset_ms: How far local time is ahead of UTC. [ms]
    """
    return [
        *_of_sites(loads, world, as_of_ms, utc_offset_ms),
        *_of_dump_points(loads, weighed, world, as_of_ms, utc_offset_ms),
    ]


def _of_sites(loads: Loads, world: World, as_of_ms: int, utc_offset_ms: int) -> list[DayBalance]:
    known = loads.site >= 0
    keys, index = _days(loads.site[known], day_of(loads.left_ms[known], utc_offset_ms))
    out_kg, in_kg, arrived = loads.out_kg[known], loads.in_kg[known], loads.dump_point[known] >= 0
    masses = ~np.isnan(out_kg) & ~(arrived & np.isnan(in_kg))
    items = _Items(index, out_kg, in_kg, masses, arrived, np.ones(len(index), np.bool_))
    return _balances("site", keys, items, world, as_of_ms=as_of_ms, utc_offset_ms=utc_offset_ms)


def _of_dump_points(
    loads: Loads, weighed: Weighed, world: World, as_of_ms: int, utc_offset_ms: int
) -> list[DayBalance]:
    """Return the days of the dump points that weigh: what the gate took in that no load explains, or the reverse."""
    arrived = (loads.dump_point >= 0) & np.isin(loads.dump_point, weighed.dump_point)
    place = np.concatenate((loads.dump_point[arrived], weighed.dump_point))
    day = day_of(np.concatenate((loads.arrived_ms[arrived], weighed.time_ms)), utc_offset_ms)
    keys, index = _days(place, day)
    is_load = np.arange(len(place)) < arrived.sum()
    sent_kg = np.concatenate((loads.in_kg[arrived], np.zeros(len(weighed.net_kg))))
    received_kg = np.concatenate((np.zeros(arrived.sum()), weighed.net_kg))
    masses = ~np.isnan(sent_kg) & ~np.isnan(received_kg)
    items = _Items(index, sent_kg, received_kg, masses, np.ones(len(place), np.bool_), is_load)
    return _balances("dump_point", keys, items, world, as_of_ms=as_of_ms, utc_offset_ms=utc_offset_ms)


@dataclass(frozen=True)
class _Items:
    """What is to be added up by day: `index` says to which day each belongs, `counted` which of them are loads."""

    index: NDArray[np.intp]
    sent_kg: NDArray[np.float64]
    received_kg: NDArray[np.float64]
    masses: BoolArray
    arrived: BoolArray
    counted: BoolArray

    def sums(self, days: int) -> list[list[int]]:
        """Return loads, arrived and unweighed ones, and both masses of each day."""
        received = self.masses & self.arrived
        weights = (
            self.counted,
            self.counted & self.arrived,
            self.counted & ~self.masses,
            np.where(self.masses, np.rint(self.sent_kg), 0),
            np.where(received, np.rint(self.received_kg), 0),
        )
        # Whole numbers below 2**53 add up exactly in any order.
        columns = [np.bincount(self.index, weight, days).astype(np.int64).tolist() for weight in weights]
        return [list(row) for row in zip(*columns, strict=True)]


def _days(place: NDArray[np.int32], day: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the (place, day) pairs that occur, shape (D, 2), and which of them each item belongs to."""
    keys, index = np.unique(np.stack((place, day), 1), axis=0, return_inverse=True)
    return keys, index.reshape(-1)


def _balances(
    kind: str, keys: NDArray[np.int64], items: _Items, world: World, *, as_of_ms: int, utc_offset_ms: int
) -> list[DayBalance]:
    found = []
    for (place, day), sums in zip(keys.tolist(), items.sums(len(keys)), strict=True):
        limits = _limits(world, place if kind == "site" else -1)
        sent_kg, received_kg = sums[3:]
        # What arrives from a site is never too much; a gate may weigh too much as well as too little.
        whole_kg = sent_kg if kind == "site" else max(sent_kg, received_kg)
        gap_kg = sent_kg - received_kg if kind == "site" else abs(sent_kg - received_kg)
        gap_share = gap_kg / whole_kg if whole_kg > 0 else None
        settled = as_of_ms >= day_start_ms(day + 1, utc_offset_ms) + round(limits.settle_h * 3_600_000)
        too_large = gap_share is not None and gap_share > limits.gap_share and gap_kg > limits.gap_kg
        loads, arrived, unweighed, *_ = sums
        found.append(
            DayBalance(
                kind,
                place,
                day,
                loads,
                arrived,
                unweighed,
                sent_kg,
                received_kg,
                gap_share,
                settled,
                settled and too_large,
                limits,
            )
        )
    return found


def _limits(world: World, site: int) -> MassBalanceLimits:
    defaults = MassBalanceLimits()
    rows = np.array(site, np.int32)
    values = {
        name: float(world.limit(f"{NAME}.{name}", getattr(defaults, name), site=rows))
        for name in ("gap_share", "gap_kg", "settle_h")
    }
    return MassBalanceLimits(**values)
