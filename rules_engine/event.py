"""The engine's output: what was found, by a name that depends on the records alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

# Any fixed value serves; a new one would rename every event there is.
EVENT_NAMESPACE = uuid.UUID("6f1f4d0a-6d5c-5b0e-9f37-7c1d1f0b6a10")


class FixKey(NamedTuple):
    """Names one fix of one vehicle, and orders the fixes of a vehicle."""

    fix_time_ms: int
    epoch: int
    seq: int


# What becomes of a load: unloaded where its permit lets it, or anywhere else; brought back; or nobody knows.
ENDINGS = DELIVERED, DUMPED, RETURNED, LOST = "delivered", "dumped", "returned", "lost"


# Nobody changes an `Event` or a `Trip`; they are not frozen because a frozen one takes ten times as long to make.


@dataclass(slots=True)
class Event:
    """A violation, or a positive fact such as normal unloading, of one vehicle.

    An event is given out twice: when its condition has held long enough (`closing` is None), and when it is over. What
    is known at the first moment stays in `opening`, the rest comes in `closing`, so that both depend only on the
    records and not on where a batch ended.

    Attributes:
        vehicle_id: The truck.
        kind: Which rule, or which fact: a name of the rules table.
        start: The first fix of the episode; part of the event's identity.
        confirmed_ms: Event time at which the condition had held long enough.
        end_ms: Event time of the last fix of the episode, None while it goes on.
        lat_deg: Where it started. [deg]
        lon_deg: Likewise. [deg]
        severity: 0 a fact, 1 notice, 2 warning, 3 critical.
        opening: Evidence known at `confirmed_ms`: numbers, thresholds in force, geometry, rule and world version.
        closing: Evidence over the whole episode, None while it goes on.
    """

    vehicle_id: str
    kind: str
    start: FixKey
    confirmed_ms: int
    end_ms: int | None
    lat_deg: float
    lon_deg: float
    severity: int
    opening: dict[str, Any]
    closing: dict[str, Any] | None

    @property
    def event_id(self) -> uuid.UUID:
        """Return the name of the event, the same whenever it is found again."""
        return event_id(self.vehicle_id, self.kind, self.start)


def event_id(vehicle_id: str, kind: str, start: FixKey) -> uuid.UUID:
    """Return the deterministic name of an event from (vehicle, rule, first fix)."""
    return uuid.uuid5(EVENT_NAMESPACE, f"{vehicle_id}/{kind}/{start.fix_time_ms}/{start.epoch}/{start.seq}")


@dataclass(slots=True)
class Trip:
    """One haul cycle of one vehicle as far as it is known; a later trip with the same start replaces it.

    Times are event times in milliseconds, None while not reached. `trip_id` is the event identity of kind "trip".

    Attributes:
        load_kg: Load by the truck's own sensor when it left the site, or else where unloading began.
        gate_in_ms: When the gate of a dump point saw it enter; the last one where several did.
        gate_out_ms: When a gate saw it leave again.
        gate_dump_point_id: Where that gate stands.
        weighed_kg: Net mass that the gate weighed.
        ending: What became of the load, one of `ENDINGS`, as far as is known; None while it is on its way.
        inferred: Whether loading was not measured but concluded from a stay in a site.
    """

    vehicle_id: str
    start: FixKey
    site_id: str | None
    permit_id: str | None
    corridor_id: str | None
    loading_start_ms: int | None
    loaded_ms: int
    washed_ms: int | None
    left_site_ms: int | None
    unloading_start_ms: int | None
    unloading_end_ms: int | None
    dump_point_id: str | None
    end_ms: int | None
    load_kg: float | None
    gate_in_ms: int | None = None
    gate_out_ms: int | None = None
    gate_dump_point_id: str | None = None
    weighed_kg: float | None = None
    ending: str | None = None
    inferred: bool = False

    @property
    def trip_id(self) -> uuid.UUID:
        """Return the name of the trip, the same whenever it is found again."""
        return event_id(self.vehicle_id, "trip", self.start)
