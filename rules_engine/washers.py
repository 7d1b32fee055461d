"""The washers of a world, and when each was silent for too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.device_log import MINUTE_MS
from rules_engine.fix_batch import BoolArray
from rules_engine.world import World
from rules_engine.world_keys import Keys


@dataclass(frozen=True)
class WasherLimits:
    """Thresholds of washers, set for the city; docs/rules.md tells their origin."""

    silence_s: float = 600.0


@dataclass(frozen=True)
class Washers:
    """The active washers that stand at a site, W of them.

    Attributes:
        world: Where they are.
        ids: Their terminals.
        keys: Names of them that may be carried.
        site: Site of each, shape (W,).
        at_site: By site: its washers.
        of_terminal: Washer by row of the world's terminals, -1 for other terminals; one more for row -1.
    """

    world: World
    ids: list[str]
    keys: Keys
    site: NDArray[np.int32]
    at_site: dict[int, list[int]]
    of_terminal: NDArray[np.int32]

    @classmethod
    def build(cls, world: World) -> Washers:
        """Return the washers of a world."""
        terminals = world.terminals
        is_washer = np.array([kind == "washer" for kind in terminals.kinds], np.bool_)
        rows = np.flatnonzero(is_washer & terminals.active & (terminals.site >= 0))
        of_terminal = np.full(len(terminals.kinds) + 1, -1, np.int32)
        of_terminal[rows] = np.arange(len(rows))
        at_site: dict[int, list[int]] = {}
        for washer, site in enumerate(terminals.site[rows].tolist()):
            at_site.setdefault(site, []).append(washer)
        ids = [terminals.terminal_ids[row] for row in rows.tolist()]
        return cls(world, ids, Keys.build(ids), terminals.site[rows], at_site, of_terminal)


_in_use: list[Washers] = []


def washers_of(world: World) -> Washers:
    """Return the washers of a world, built once for as long as it is among the two used last."""
    for washers in _in_use:
        if washers.world is world:
            return washers
    _in_use.insert(0, Washers.build(world))
    del _in_use[2:]
    return _in_use[0]


def silence_limit_s(world: World) -> float:
    """Return how long a washer may be silent. [s]"""
    return float(world.limits.city.get("washer_offline.silence_s", WasherLimits().silence_s))


class Outage(NamedTuple):
    """A silence of a washer that was too long.

    Attributes:
        start_ms: When it was last heard. [ms]
        confirmed_ms: When it had been silent for too long. [ms]
        end_ms: When it was heard again, None while it is not. [ms]
    """

    start_ms: int
    confirmed_ms: int
    end_ms: int | None


def outages(
    minutes: Sequence[int],
    as_of_ms: int,
    silence_s: float,
    at_work: Callable[[NDArray[np.int64]], BoolArray] | None = None,
) -> list[Outage]:
    """Return the silences of a washer that are longer than allowed, in order.

    Args:
        minutes: In which it was heard, ascending, counted from 1970.
        as_of_ms: How far anything is known: a silence lasts until then at least. [ms]
        silence_s: How long a washer may be silent. [s]
        at_work: Says of instants whether its site was at work, so that a silence counts; without it all do.
    """
    heard = [minute for minute in minutes if minute * MINUTE_MS <= as_of_ms]
    if not heard:
        return []
    # Heard in a minute, it may have been at its end.
    silences: list[tuple[int, int, int | None]] = [(a, b, b) for a, b in pairwise(heard)]
    silences.append((heard[-1], as_of_ms // MINUTE_MS - 1, None))
    found = []
    for start, stop, end in silences:
        if (stop - start) * 60 <= silence_s:
            continue
        silent = np.arange(start + 1, stop + 1) * MINUTE_MS
        counted = np.ones(len(silent), np.bool_) if at_work is None else at_work(silent)
        too_long = np.flatnonzero(counted.cumsum() * 60 > silence_s)
        if len(too_long):
            confirmed_ms = int(silent[too_long[0]])
            found.append(Outage(start * MINUTE_MS, confirmed_ms, None if end is None else end * MINUTE_MS))
    return found
