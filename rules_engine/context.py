"""One batch as the rules see it: accepted rows, the trucks' tracks, the world, and what was carried.

Columns that several rules need are computed once, on first use. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import Rows, carried, picked, whole
from rules_engine.device_log import NOBODY_HEARD, Heard
from rules_engine.episodes import Episodes, Origins
from rules_engine.event import FixKey
from rules_engine.fix_batch import BoolArray, FixBatch, IntArray
from rules_engine.geodesy import distance_m
from rules_engine.tracks import Tracks
from rules_engine.world import World
from rules_engine.world_keys import WorldKeys

Limits = TypeVar("Limits")

# The newest row of a truck, and its newest known place.
CLOCK = carried(
    [
        ("fix_time_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("place_ms", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("mark", "i1"),
    ]
)


@dataclass(frozen=True)
class Places:
    """Last known place at or before each row, shape (N,); NaN and `UNSET_MS` where none is known."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    time_ms: NDArray[np.int64]


@dataclass(frozen=True)
class Context:
    """A batch of N rows of T trucks.

    Attributes:
        fixes: Rows to judge.
        tracks: The trucks' runs of rows.
        vehicle: Index in the world of each track's truck, shape (T,).
        world: What is permitted.
        keys: Names of the world's places and permits that may be carried.
        before: Blocks of the carry as the batch finds them, each of shape (T,).
        after: The same as it leaves them; every stage writes its own block.
        heard: When washers were.
    """

    fixes: FixBatch
    tracks: Tracks
    vehicle: NDArray[np.int32]
    world: World
    keys: WorldKeys
    before: Rows | Mapping[str, Rows]
    after: Rows | Mapping[str, Rows]
    heard: Heard = NOBODY_HEARD

    @cached_property
    def located(self) -> BoolArray:
        """Return where the place is known, shape (N,)."""
        return ~np.isnan(self.fixes.lat_deg)

    @cached_property
    def place(self) -> Places:
        """Return the last known place at or before each row."""
        return self._last_known(self.fixes.lat_deg, self.fixes.lon_deg, self.fixes.fix_time_ms)

    def idle(self, block: str) -> bool:
        """Return whether a block of the carry surely says nothing of any of the trucks, without looking at it."""
        asked = getattr(self.before, "idle", None)
        return asked is not None and bool(asked(block))

    def says(self, block: str) -> BoolArray:
        """Return of which trucks a block of the carry may say something, without copying it, shape (T,)."""
        asked = getattr(self.before, "says", None)
        return np.ones(len(self.tracks), np.bool_) if asked is None else asked(block)

    def before_part(self, block: str, tracks: NDArray[np.intp]) -> Rows:
        """Return a block of the carry as the batch finds it, of some tracks only."""
        take_part = getattr(self.before, "part", None)
        return picked(self.before[block], tracks) if take_part is None else take_part(block, tracks)

    def put_part(self, block: str, tracks: NDArray[np.intp], rows: Rows) -> None:
        """Write into a block of the carry the rows of some tracks, each once."""
        take_part = getattr(self.after, "part", None)
        part = None if take_part is None else take_part(block, tracks)
        if part is None:
            whole(self.after[block])[tracks] = whole(rows)
        else:
            whole(part)[:] = whole(rows)

    def keep(self, block: str, episodes: Episodes) -> None:
        """Write into a block of the carry what the runs of a condition still mean."""
        if not len(episodes):
            return
        take_part, tracks = getattr(self.after, "part", None), episodes.tracks_concerned
        rows = None if take_part is None else take_part(block, tracks)
        if rows is None:
            episodes.store(self.after[block])
        else:
            episodes.store(rows, tracks)

    @cached_property
    def since_place_ms(self) -> NDArray[np.int64]:
        """Return how long before each row the place was known last, shape (N,). [ms]"""
        clock: Any = self.before["clock"]
        before_ms = self.tracks.previous(self.place.time_ms, clock["place_ms"])
        since_ms: NDArray[np.int64] = self.fixes.fix_time_ms - before_ms
        return since_ms

    def place_before(self, rows: NDArray[np.intp]) -> Places:
        """Return the last known place before each of some rows."""
        clock: Any = self.before["clock"]
        track = self.tracks.of[rows]
        first = rows == self.tracks.start[track]
        place = self.place
        return Places(
            np.where(first, clock["lat_deg"][track], place.lat_deg[rows - 1]),
            np.where(first, clock["lon_deg"][track], place.lon_deg[rows - 1]),
            np.where(first, clock["place_ms"][track], place.time_ms[rows - 1]),
        )

    def implied_mps(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return how fast a truck must have been from its last known place to each of some rows; NaN if unknown."""
        before = self.place_before(rows)
        way_m = distance_m(before.lat_deg, before.lon_deg, self.fixes.lat_deg[rows], self.fixes.lon_deg[rows])
        took_ms = self.fixes.fix_time_ms[rows] - before.time_ms
        return np.where(took_ms > 0, way_m * 1000.0 / np.maximum(took_ms, 1), np.nan)

    @cached_property
    def speed_mps(self) -> NDArray[np.float32]:
        """Return the speed over ground, where no fix told it the mean one since the last known place, shape (N,)."""
        speed_mps = self.fixes.speed_mps
        absent = (np.isnan(speed_mps) & self.located).nonzero()[0]
        if not len(absent):
            return speed_mps
        speed_mps = speed_mps.copy()
        speed_mps[absent] = self.implied_mps(absent)
        return speed_mps

    @cached_property
    def origins(self) -> Origins:
        """Return what names and places an episode that starts on each row."""
        return Origins(self.fixes.epoch, self.fixes.seq, self.place.lat_deg, self.place.lon_deg)

    def _last_known(
        self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], time_ms: NDArray[np.int64]
    ) -> Places:
        if self.located.all():
            return Places(lat_deg, lon_deg, time_ms)
        clock: Any = self.before["clock"]
        lost = (~self.located).nonzero()[0]
        row, track = self.tracks.row_before(lost), self.tracks.of[lost]

        def filled(column: NDArray[Any], name: str) -> NDArray[Any]:
            column = column.copy()
            column[lost] = np.where(row >= 0, column[row], clock[name][track])
            return column

        return Places(filled(lat_deg, "lat_deg"), filled(lon_deg, "lon_deg"), filled(time_ms, "place_ms"))

    def key_of(self, row: int) -> FixKey:
        """Return the name of a row."""
        fixes = self.fixes
        return FixKey(int(fixes.fix_time_ms[row]), int(fixes.epoch[row]), int(fixes.seq[row]))

    def limits(
        self,
        rule: str,
        defaults: Limits,
        permit: NDArray[np.int32] | None = None,
        site: NDArray[np.int32] | None = None,
    ) -> Limits:
        """Return a rule's limits with the values in force: numbers, or arrays of shape (N,) where they differ.

        Args:
            rule: Its name; a limit is called `rule.field`.
            defaults: An instance of the rule's frozen dataclass.
            permit: Permit that binds the truck on each row, -1 for none, shape (N,); without it the limits of sites
                and permits are not asked.
            site: Site that the trip on each row came from, likewise; without it the permit's.
        """
        if rule not in self.keys.narrowed:
            return self.keys.of_city(rule, defaults)
        vehicle = self.tracks.spread(self.vehicle)
        values: dict[str, Any] = {}
        for field in fields(defaults):  # type: ignore[arg-type]
            name, default = f"{rule}.{field.name}", getattr(defaults, field.name)
            if field.name in self.keys.narrowed[rule]:
                values[field.name] = self.world.limit(name, default, vehicle=vehicle, site=site, permit=permit)
            else:
                values[field.name] = self.world.limits.city.get(name, default)
        return type(defaults)(**values)

    def keep_clock(self) -> None:
        """Write into the carry which row was the newest."""
        clock: Any = self.after["clock"]
        last = self.tracks.last
        for name in ("fix_time_ms", "epoch", "seq", "mark"):
            clock[name] = getattr(self.fixes, name)[last]
        clock["lat_deg"], clock["lon_deg"] = self.place.lat_deg[last], self.place.lon_deg[last]
        clock["place_ms"] = self.place.time_ms[last]


def newer(fixes: FixBatch, rows: IntArray, clock: Any) -> BoolArray:
    """Return whether each row comes after what `clock` (same shape) says was the newest of its truck."""
    later = np.zeros(len(rows), np.bool_)
    same = np.ones(len(rows), np.bool_)
    for name in ("fix_time_ms", "mark", "epoch", "seq"):
        value = getattr(fixes, name)[rows]
        later |= same & (value > clock[name])
        same &= value == clock[name]
    return later
