"""Jumps of a truck's position that no truck can drive, one by one: what position jump and clone look at.

Only jumps between two sound fixes count: a position of bad geometry may be anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import Mark
from rules_engine.geodesy import distance_m
from rules_engine.rules.rule import Facts


class Jump(NamedTuple):
    """A fix that the truck cannot have driven to from where it was seen last."""

    row: int
    time_ms: int
    epoch: int
    seq: int
    lat_deg: float
    lon_deg: float
    from_lat_deg: float
    from_lon_deg: float
    from_ms: int
    distance_m: float
    counted_on: bool  # its record number follows that of the truck's fix before


def far_jumps(facts: Facts, least_m: float) -> NDArray[np.intp]:
    """Return the rows of the jumps between sound fixes that are far enough, ascending."""
    context = facts.context
    rows = facts.accuracy.jumped
    rows = rows[facts.accuracy.sound[rows]]
    if not len(rows):
        return rows
    place, fixes = context.place_before(rows), context.fixes
    rows = rows[distance_m(place.lat_deg, place.lon_deg, fixes.lat_deg[rows], fixes.lon_deg[rows]) > least_m]
    return rows[[not _is_doubtful(facts, row) for row in rows.tolist()]] if len(rows) else rows


def jumps(facts: Facts, rows: NDArray[np.intp]) -> Iterator[Jump]:
    """Yield the jumps that ended on some rows, in order."""
    context, fixes = facts.context, facts.context.fixes
    place = context.place_before(rows)
    way_m = distance_m(place.lat_deg, place.lon_deg, fixes.lat_deg[rows], fixes.lon_deg[rows])
    for position, row in enumerate(rows.tolist()):
        epoch, seq = int(fixes.epoch[row]), int(fixes.seq[row])
        yield Jump(
            row=row,
            time_ms=int(fixes.fix_time_ms[row]),
            epoch=epoch,
            seq=seq,
            lat_deg=float(fixes.lat_deg[row]),
            lon_deg=float(fixes.lon_deg[row]),
            from_lat_deg=float(place.lat_deg[position]),
            from_lon_deg=float(place.lon_deg[position]),
            from_ms=int(place.time_ms[position]),
            distance_m=float(way_m[position]),
            counted_on=_number_before(facts, row) == (epoch, seq - 1),
        )


def _own_before(facts: Facts, row: int) -> int | None:
    """Return the truck's own fix before a row, None where that was in an earlier batch."""
    context = facts.context
    start = int(context.tracks.start[context.tracks.of[row]])
    row -= 1
    while row >= start and context.fixes.mark[row] != Mark.FIX:
        row -= 1
    return row if row >= start else None


def _number_before(facts: Facts, row: int) -> tuple[int, int]:
    fixes, own = facts.context.fixes, _own_before(facts, row)
    if own is not None:
        return int(fixes.epoch[own]), int(fixes.seq[own])
    before: Any = facts.context.before["gaps"]
    track = facts.context.tracks.of[row]
    return int(before["epoch"][track]), int(before["seq"][track])


def _is_doubtful(facts: Facts, row: int) -> bool:
    """Return whether the position that the truck jumped from is not sound."""
    own = _own_before(facts, row)
    if own is None:
        before: Any = facts.context.before["gaps"]
        return bool(before["doubtful"][facts.context.tracks.of[row]])
    return bool(facts.context.located[own] and not facts.accuracy.sound[own])
