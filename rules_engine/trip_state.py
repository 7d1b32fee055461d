"""A trip while it goes on, as it stands in the carry: plain integers, times in milliseconds, places as keys."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import ENDINGS
from rules_engine.load_state import ABSENT_KG
from rules_engine.world_keys import NO_KEY

# "Never due". Later than all times.
NEVER_MS = 2**62
# What became of a load, so far: a position in `ENDING_NAMES`.
ON_ITS_WAY, DELIVERED, DUMPED, RETURNED, LOST = range(5)
ENDING_NAMES: tuple[str | None, ...] = (None, *ENDINGS)


@dataclass(slots=True)
class TripState:
    """A trip of one truck.

    Attributes:
        due_ms: When it is to be unloaded at the latest, `NEVER_MS` while it has not left or once that no longer counts.
        deadline_s: How long after leaving that is. [s]
        hauling: Whether the truck has left the site, or was loaded at none.
        unloaded: Whether unloading was seen or, for a truck without sensors, presumed.
        presumed: Whether loading was presumed from a stay.
        unseen: Whether it went some way unseen, where it may have unloaded.
    """

    start_ms: int = UNSET_MS
    epoch: int = 0
    seq: int = 0
    site: int = NO_KEY
    permit: int = NO_KEY
    dump_point: int = NO_KEY
    gate_point: int = NO_KEY
    loading_start_ms: int = UNSET_MS
    loaded_ms: int = UNSET_MS
    washed_ms: int = UNSET_MS
    left_site_ms: int = UNSET_MS
    gate_in_ms: int = UNSET_MS
    gate_out_ms: int = UNSET_MS
    unloading_start_ms: int = UNSET_MS
    unloading_end_ms: int = UNSET_MS
    due_ms: int = NEVER_MS
    load_kg: int = ABSENT_KG
    weighed_kg: int = ABSENT_KG
    deadline_s: int = 0
    ending: int = ON_ITS_WAY
    hauling: bool = False
    unloaded: bool = False
    presumed: bool = False
    unseen: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether there is a trip at all."""
        return self.start_ms != UNSET_MS


def _type(name: str, default: Any) -> str:
    if isinstance(default, bool):
        return "?"
    if name == "ending":
        return "i1"
    return "i4" if name.endswith(("_kg", "_s")) else "i8"


TRIP_FIELDS = [field.name for field in fields(TripState)]
trip_values = attrgetter(*TRIP_FIELDS)
TRIP_STATE = carried([(field.name, _type(field.name, field.default)) for field in fields(TripState)])
for _field in fields(TripState):
    TRIP_STATE[_field.name] = _field.default


def trips_of(rows: Any) -> list[tuple[Any, ...]]:
    """Return the values of carry rows, those of one trip each, in the order of the fields."""
    return list(zip(*(rows[name].tolist() for name in TRIP_FIELDS), strict=True))
