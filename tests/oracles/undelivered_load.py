"""Twins of rules_engine.rules.undelivered_load and weight_loss."""

from __future__ import annotations

from typing import Any

from oracles.found import Found
from oracles.row import Row
from oracles.trips import LIMITS, TripsOracle
from rules_engine.event import Trip
from rules_engine.rules import undelivered_load, weight_loss
from rules_engine.world import World

LOSS = weight_loss.WeightLossLimits()


class UndeliveredLoadOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self._heavy: Row | None = None

    def step(self, row: Row, heavy: bool, trips: TripsOracle) -> None:
        if heavy:
            self._heavy = row
        for why, trip in trips.undelivered:
            self._tell(row, why, trip)

    def finish(self) -> None:
        """Nothing goes on."""

    def _tell(self, row: Row, why: str, trip: Trip) -> None:
        heavy = None if trip.inferred or self._heavy is None else self._heavy
        if heavy is not None and heavy.time_ms < trip.loaded_ms:
            heavy = None
        opening: dict[str, Any] = {
            "rule_version": undelivered_load.VERSION,
            **_names(trip),
            "load_kg": trip.load_kg,
            "loaded_ms": trip.loaded_ms,
            "left_site_ms": trip.left_site_ms,
            "last_heavy_ms": None if heavy is None else heavy.time_ms,
            "lost_by": why,
            "deadline_s": LIMITS.deadline_s,
        }
        if trip.inferred:
            opening |= {"by": ["stay"], "confidence": undelivered_load.PRESUMED}
        opening["world_version"] = self.world.version
        place, severity = (row if heavy is None else heavy).place, 1 if trip.inferred else 2
        self.found.append(_found(row, ("undelivered_load", severity), trip, place, opening))


class WeightLossOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []

    def step(self, row: Row, trips: TripsOracle) -> None:
        for by, kg, dump_point, trip in trips.weighings:
            assert trip.load_kg is not None
            told = any(found.start == trip.start for found in self.found)
            if not told and trip.load_kg - kg > max(LOSS.lost_share * trip.load_kg, LOSS.lost_kg):
                opening = {
                    "rule_version": weight_loss.VERSION,
                    **_names(trip),
                    "dump_point_id": self.world.dump_point_ids[dump_point] if dump_point >= 0 else None,
                    "by": [by],
                    "load_kg": trip.load_kg,
                    "arrived_kg": float(kg),
                    "lost_kg": trip.load_kg - kg,
                    "left_site_ms": trip.left_site_ms,
                    "lost_share_above": LOSS.lost_share,
                    "lost_kg_above": LOSS.lost_kg,
                    "world_version": self.world.version,
                }
                self.found.append(_found(row, ("weight_loss", 2), trip, row.place, opening))

    def finish(self) -> None:
        """Nothing goes on."""


def _names(trip: Trip) -> dict[str, Any]:
    return {"site_id": trip.site_id, "permit_id": trip.permit_id}


def _found(row: Row, kind: tuple[str, int], trip: Trip, place: tuple[float, float], opening: dict[str, Any]) -> Found:
    since_ms = trip.loaded_ms if trip.left_site_ms is None else trip.left_site_ms
    return Found(
        kind=kind[0],
        start=trip.start,
        confirmed_ms=row.time_ms,
        end_ms=row.time_ms,
        place=place,
        severity=kind[1],
        opening=opening,
        closing={"duration_s": (row.time_ms - since_ms) / 1000},
    )
