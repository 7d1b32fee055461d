"""Whether two carry rows mean the same: what can no longer matter is struck out before they are compared.

Few values outlive their use: most are reset when an episode ends. Those that are not have a row here, so that a past
that was judged again is known to be the same past although, say, a silence of last week is remembered differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rules_engine.carry import CARRY_DTYPE
from rules_engine.carry_rows import UNSET_MS
from rules_engine.fix_batch import Mark
from rules_engine.rules import offline, track_gap
from rules_engine.world import World

DAY_MS = 86_400_000


def mean_the_same(first: bytes, second: bytes, world: World) -> bool:
    """Return whether whatever comes after two carry rows of one truck is judged the same, as far as can be told.

    Both are of this layout, and after the same row of the truck.
    """
    return first == second or _alive(first, world) == _alive(second, world)


def _alive(checkpoint: bytes, world: World) -> bytes:
    row = np.frombuffer(checkpoint, CARRY_DTYPE).copy()
    for name, strike_out in DEAD.items():
        strike_out(row[name][0], row["clock"][0], world)
    return row.tobytes()


def _quiet(block: Any, clock: Any, _world: World) -> None:
    """A silence that is to be told of later than this begins at the newest fix at the earliest."""
    if clock["mark"] == Mark.FIX and block["quiet_ms"] <= clock["fix_time_ms"]:
        block["quiet_ms"] = UNSET_MS


def _told_day(block: Any, clock: Any, world: World) -> None:
    """A gap that begins now ends on this day or a later one."""
    today = (clock["fix_time_ms"] + world.windows.utc_offset_ms) // DAY_MS
    if block["since_ms"] == UNSET_MS and block["day"] < today:
        block["day"] = track_gap.NO_DAY


DEAD: dict[str, Callable[[Any, Any, World], None]] = {offline.NAME: _quiet, track_gap.NAME: _told_day}
