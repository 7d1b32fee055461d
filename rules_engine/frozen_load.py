"""Where a load sensor that had been stuck came back: its step down, from a reading that never moved, is no unloading.

A real reading wanders by a per cent. One that stayed the same to the kilogram for an hour, through driving and bumps,
was none, and nobody knows what was tipped meanwhile. What counts from its first other reading on is that reading.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.load_level import Levels
from rules_engine.load_state import LoadState
from rules_engine.motion import Motion
from rules_engine.tracks import at
from rules_engine.unloading import UnloadingLimits


def thawed(context: Context, load: LoadState, motion: Motion, levels: Levels) -> NDArray[np.intp]:
    """Return the rows, ascending, on which a heavy reading that had long been the same falls far, in a stand.

    With the bed raised there is nothing odd in it: then the truck unloads, and nothing is returned.
    """
    lost_share = context.limits("unloading", UnloadingLimits()).lost_share
    heavy_share = load.limits.heavy_share
    least_fall_kg = float(np.min(lost_share)) * float(np.min(heavy_share)) * float(load.capacity_kg.min())
    rows = (levels.previous_kg - load.load_kg > int(least_fall_kg) - 1).nonzero()[0]
    rows = rows[motion.slow[rows] & ~motion.lifted[rows] & load.known[rows]]
    before_kg = levels.previous_kg[rows]
    heavy = before_kg >= at(heavy_share, rows) * load.capacity_kg[context.tracks.of[rows]]
    rows = rows[heavy & (load.load_kg[rows] <= (1 - np.asarray(at(lost_share, rows))) * before_kg)]
    thawed: NDArray[np.intp] = rows[levels.was_frozen(rows, context)]
    return thawed
