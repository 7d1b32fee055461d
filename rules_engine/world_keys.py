"""What the engine needs of a `World` in a shape of its own: names that outlive a row number, and resolved limits.

A carry row may be read back years later against another world, in which every row number differs. So carried places
and permits are named by a 64-bit digest of their id; 0 stands for none, and an id that the world no longer has reads
as none. One `WorldKeys` is built per world and kept while that world is in use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import IntArray
from rules_engine.world import World

NO_KEY = 0
Limits = TypeVar("Limits")


@dataclass(frozen=True)
class Keys:
    """Keys of a list of ids, by row and back."""

    ids: list[str]
    keys: list[int]
    of_row: NDArray[np.int64]  # one more for row -1
    ascending: NDArray[np.int64]
    rows: NDArray[np.int32]
    row_of: dict[int, int]
    id_of: dict[int, str]

    @classmethod
    def build(cls, ids: Sequence[str]) -> Keys:
        """Return the keys of ids in the order of their rows."""
        of_row = np.array([_digest(item) for item in ids] + [NO_KEY], np.int64)
        order = np.argsort(of_row, kind="stable")
        rows = np.where(of_row[order] == NO_KEY, -1, order).astype(np.int32)
        keys = of_row[:-1].tolist()
        row_of, id_of = dict(zip(keys, range(len(ids)), strict=True)), dict(zip(keys, ids, strict=True))
        return cls(list(ids), keys, of_row, of_row[order], rows, row_of, id_of)

    def key(self, row: IntArray) -> NDArray[np.int64]:
        """Return the key of each row, `NO_KEY` of row -1."""
        return self.of_row[row]

    def row(self, key: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the row that each key names, -1 where this world has none."""
        place = np.minimum(self.ascending.searchsorted(key), len(self.ascending) - 1)
        return np.where(self.ascending[place] == key, self.rows[place], np.int32(-1))

    def name(self, key: int) -> str | None:
        """Return the id that a key names, None where this world has none."""
        return self.id_of.get(key)


def _digest(item: str) -> int:
    return int.from_bytes(hashlib.blake2b(item.encode(), digest_size=8).digest(), "little", signed=True) or 1


@dataclass(frozen=True)
class WorldKeys:
    """Keys of a world's places and permits, and which limits anyone narrower than the city sets."""

    world: World
    sites: Keys
    dump_points: Keys
    permits: Keys
    zones: Keys
    roads: Keys
    corridor_id: list[str | None]  # of each permit's first corridor; one more for row -1
    half_width_m: NDArray[
        np.float64
    ]  # of each permit's widest corridor, NaN where a limit decides; one more for row -1
    narrowed: dict[str, set[str]]  # by rule: the limits that a site, company or permit sets
    city: dict[str, Any]  # by rule: its limits as the city sets them
    has_period_permits: bool

    @classmethod
    def build(cls, world: World) -> WorldKeys:
        """Return the keys of a world."""
        table = world.limits
        levels = (table.sites, table.companies, table.permits)
        return cls(
            world,
            Keys.build(world.site_ids),
            Keys.build(world.dump_point_ids),
            Keys.build(world.permits.permit_ids),
            Keys.build(world.zone_ids),
            Keys.build(world.roads.road_ids),
            _corridor_id(world),
            _half_width_m(world),
            _by_rule(name for level in levels for limits in level.values() for name in limits),
            {},
            bool(world.permits.period.any()),
        )

    def of_city(self, rule: str, defaults: Limits) -> Limits:
        """Return a rule's limits as the city sets them, worked out once."""
        if rule not in self.city:
            names = [field.name for field in fields(defaults)]  # type: ignore[arg-type]
            given = {name: self.world.limits.city.get(f"{rule}.{name}", getattr(defaults, name)) for name in names}
            self.city[rule] = type(defaults)(**given)
        limits: Limits = self.city[rule]
        return limits


def _by_rule(names: Iterable[str]) -> dict[str, set[str]]:
    by_rule: dict[str, set[str]] = {}
    for name in names:
        rule, _, parameter = name.partition(".")
        by_rule.setdefault(rule, set()).add(parameter)
    return by_rule


def _corridor_id(world: World) -> list[str | None]:
    permits = world.permits
    bounds = pairwise(permits.corridor_start.tolist())
    first = [permits.corridors[start] if stop > start else None for start, stop in bounds]
    return [None if corridor is None else world.corridor_ids[corridor] for corridor in first] + [None]


def _half_width_m(world: World) -> NDArray[np.float64]:
    permits = world.permits
    widest = np.full(len(permits.permit_ids) + 1, np.nan)
    permit = np.repeat(np.arange(len(permits.permit_ids)), np.diff(permits.corridor_start))
    np.fmax.at(widest, permit, world.half_width_m[permits.corridors])
    own = [row for row, limits in world.limits.permits.items() if "route_deviation.leave_above_m" in limits]
    widest[own] = np.nan
    return widest


_in_use: list[WorldKeys] = []


def keys_of(world: World) -> WorldKeys:
    """Return the keys of a world, built once for as long as it is among the two used last."""
    for keys in _in_use:
        if keys.world is world:
            return keys
    _in_use.insert(0, WorldKeys.build(world))
    del _in_use[2:]
    return _in_use[0]
