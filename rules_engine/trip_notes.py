"""What the log of trips notes for rules to judge: things that happened to a load, each with the row that told of it."""

from __future__ import annotations

from typing import NamedTuple

from rules_engine.trip_state import TripState


class Departure(NamedTuple):
    """A truck with a load, as far as is known, that left the site where it was loaded."""

    track: int
    row: int
    site: int  # key
    trip_start_ms: int
    presumed: bool


class Undelivered(NamedTuple):
    """A load that was not seen unloaded; `why` is "deadline", "loaded_again" or "empty_at_site"."""

    track: int
    row: int
    why: str
    trip: TripState  # as it was then


class Weighing(NamedTuple):
    """A load weighed again on its way; `by` is "gate" or "load"."""

    track: int
    row: int
    by: str
    kg: int
    dump_point: int  # key of the gate's
    trip: TripState  # as it was then


class Arrival(NamedTuple):
    """An unloading that was not measured but presumed, from a gate (`item` -1) or a stay."""

    track: int
    row: int
    item: int
    permit: int
    dump_point: int


class Stop(NamedTuple):
    """A stop of a truck that is presumed to be loaded."""

    item: int
    permit: int
    dump_point: int


class TripEnd(NamedTuple):
    """The end of a trip; `blind` if only stays show it: the truck is back in a site, or presumably loaded again."""

    row: int
    trip: TripState
    why: str
    blind: bool
