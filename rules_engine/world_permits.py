"""Permits (准运证): who may haul what from where, by which corridors, to which dump points, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.ragged import offsets, ranges
from rules_engine.world_documents import Permit, from_ms, reference, references, to_ms, unique
from rules_engine.world_error import WorldError
from rules_engine.world_intervals import Interval, IntervalTable

IntArray = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Row of each id in its own document."""

    companies: Mapping[str, int]
    vehicles: Mapping[str, int]
    sites: Mapping[str, int]
    dump_points: Mapping[str, int]
    corridors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PermitTable:
    """Permits in columns, each array of shape (P,) unless it says otherwise.

    Attributes:
        permit_ids: The permits' names; their position is `permit` everywhere else.
        site: Where the permit lets load, -1 for anywhere.
        company: Whose permit it is, -1 where it does not say.
        period: Whether it binds its trucks for its whole validity instead of by loading.
        corridors: Rows of the corridors of permit p are `corridors[corridor_start[p]:corridor_start[p + 1]]`.
        corridor_start: Shape (P + 1,).
        only_corridor: The corridor of a permit that names one, -1 where it names none or several.
        several_corridors: Whether some permit names several.
        dumps: Sorted keys permit * dump points + dump point of what is permitted.
        dump_points: How many dump points the world has.
        by_load: Permits that loading binds, by truck and site.
        by_period: Permits that bind for a time, by truck.
        by_place: Permits of either kind, by truck and site.
        by_truck: Permits of either kind, by truck.
        max_load_kg: Mass of the load that the permit allows, NaN where it does not say. [kg]
        valid_to_ms: When it ends, `NEVER_MS` where it does not. [ms]
        windows: Row of the world's time windows in which it lets haul, -1 where it does not say.
    """

    permit_ids: list[str]
    site: NDArray[np.int32]
    company: NDArray[np.int32]
    period: NDArray[np.bool_]
    corridors: NDArray[np.int32]
    corridor_start: NDArray[np.int64]
    only_corridor: NDArray[np.int32]
    several_corridors: bool
    dumps: NDArray[np.int64]
    dump_points: int
    sites: int
    by_load: IntervalTable
    by_period: IntervalTable
    by_place: IntervalTable
    by_truck: IntervalTable
    max_load_kg: NDArray[np.float64]
    valid_to_ms: NDArray[np.int64]
    windows: NDArray[np.int32]

    @classmethod
    def build(
        cls, permits: Sequence[Permit], company_of: IntArray, rows: Rows, windows: NDArray[np.int32]
    ) -> PermitTable:
        """Return the permits in columns.

        Args:
            permits: As documented.
            company_of: Company of each truck, -1 without one, shape (V,).
            rows: What the ids refer to.
            windows: Row of the time windows of each permit, shape (P,).

        Raises:
            WorldError: An id stands twice or refers to nothing, or the permit ends before it begins.
        """
        ids = [permit.permit_id for permit in permits]
        unique("permits", ids)
        site = [reference("permits", p.permit_id, "site_id", p.site_id, rows.sites) for p in permits]
        company = [reference("permits", p.permit_id, "company_id", p.company_id, rows.companies) for p in permits]
        corridors = [references("permits", p.permit_id, "corridor_id", p.corridor_ids, rows.corridors) for p in permits]
        dumps = [
            references("permits", p.permit_id, "dump_point_id", p.dump_point_ids, rows.dump_points) for p in permits
        ]
        dump_points, sites = len(rows.dump_points), len(rows.sites)
        load, period = _bindings(permits, site, company, company_of, rows)
        return cls(
            permit_ids=ids,
            site=np.array(site, np.int32),
            company=np.array(company, np.int32),
            period=np.array([p.binding == "period" for p in permits], np.bool_),
            corridors=np.array([c for own in corridors for c in own], np.int32),
            corridor_start=offsets(np.array([len(own) for own in corridors], np.int64)),
            only_corridor=np.array([own[0] if len(own) == 1 else -1 for own in corridors], np.int32),
            several_corridors=any(len(own) > 1 for own in corridors),
            dumps=np.unique(np.array([p * dump_points + d for p, own in enumerate(dumps) for d in own], np.int64)),
            dump_points=dump_points,
            sites=sites,
            by_load=IntervalTable.build(load),
            by_period=IntervalTable.build(period),
            by_place=IntervalTable.build(load + [_at_place(binding, site, len(rows.sites)) for binding in period]),
            by_truck=IntervalTable.build(
                [binding._replace(group=binding.group // (len(rows.sites) + 1)) for binding in load] + period
            ),
            max_load_kg=np.array([np.nan if p.max_load_kg is None else p.max_load_kg for p in permits], np.float64),
            valid_to_ms=np.array([to_ms(permit.valid_to) for permit in permits], np.int64),
            windows=windows,
        )

    def holds_for(self, vehicle: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return a permit of any kind that each truck has at its instant, -1 where it has none, shape (N,)."""
        return self.by_truck.lookup(vehicle, time_ms)

    def lets_load(self, vehicle: IntArray, site: IntArray, time_ms: IntArray) -> NDArray[np.bool_]:
        """Return whether each truck has a permit of any kind that lets it load at a site then, shape (N,)."""
        first = np.asarray(vehicle, np.int64) * (self.sites + 1)
        anywhere: NDArray[np.bool_] = self.by_place.lookup(first, time_ms) >= 0
        return anywhere | (self.by_place.lookup(first + site + 1, time_ms) >= 0)

    def bound_by_loading(self, vehicle: IntArray, site: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the permit that loading there and then binds each truck to, -1 for none, shape (N,).

        A permit of the site goes before one that holds anywhere; site -1 is no known site.
        """
        first = np.asarray(vehicle, np.int64) * (self.sites + 1)
        own = self.by_load.lookup(first + site + 1, time_ms)
        anywhere = self.by_load.lookup(first, time_ms)
        return np.where(own >= 0, own, anywhere)

    def bound_by_period(self, vehicle: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the permit that binds each truck at its instant without loading, -1 for none, shape (N,)."""
        return self.by_period.lookup(vehicle, time_ms)

    def dump_permitted(self, permit: IntArray, dump_point: IntArray) -> NDArray[np.bool_]:
        """Return whether each permit names each dump point; without permit or dump point it does not, shape (N,)."""
        if not len(self.dumps):
            return np.zeros(np.shape(permit), np.bool_)
        key = np.asarray(permit, np.int64) * self.dump_points + dump_point
        place = np.minimum(np.searchsorted(self.dumps, key), len(self.dumps) - 1)
        named: NDArray[np.bool_] = (
            (np.asarray(permit) >= 0) & (np.asarray(dump_point) >= 0) & (self.dumps[place] == key)
        )
        return named

    def dump_points_of(self, permit: IntArray) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return every (row, dump point) that the rows' permits name, sorted by row, each of shape (P,)."""
        bound = np.flatnonzero(np.asarray(permit) >= 0)
        first = np.asarray(permit, np.int64)[bound] * self.dump_points
        which, place = ranges(np.searchsorted(self.dumps, first), np.searchsorted(self.dumps, first + self.dump_points))
        return bound[which], self.dumps[place] - first[which]

    def corridors_of(self, permit: IntArray) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (row, corridor) that the rows' permits name, sorted by row, each of shape (P,)."""
        bound = np.flatnonzero(np.asarray(permit) >= 0)
        own = np.asarray(permit)[bound]
        which, place = ranges(self.corridor_start[own], self.corridor_start[own + 1])
        return bound[which], self.corridors[place]


def _bindings(
    permits: Sequence[Permit], site: Sequence[int], company: Sequence[int], company_of: IntArray, rows: Rows
) -> tuple[list[Interval], list[Interval]]:
    load: list[Interval] = []
    period: list[Interval] = []
    for row, permit in enumerate(permits):
        begin_ms, end_ms = from_ms(permit.valid_from), to_ms(permit.valid_to)
        if begin_ms >= end_ms:
            raise WorldError("permits", permit.permit_id, "valid_to after valid_from", f"{permit.valid_to}")
        for vehicle in _vehicles(permit, company[row], company_of, rows):
            if permit.binding == "period":
                period.append(Interval(vehicle, begin_ms, end_ms, row))
            else:
                load.append(Interval(vehicle * (len(rows.sites) + 1) + site[row] + 1, begin_ms, end_ms, row))
    return load, period


def _at_place(binding: Interval, site: Sequence[int], sites: int) -> Interval:
    """Return what a permit that binds for a period lets load, keyed by truck and site."""
    return binding._replace(group=binding.group * (sites + 1) + site[binding.value] + 1)


def _vehicles(permit: Permit, company: int, company_of: IntArray, rows: Rows) -> Sequence[int]:
    """Return the rows of the permit's trucks; a permit that names none is for every truck of its company."""
    if permit.vehicle_ids is not None:
        return references("permits", permit.permit_id, "vehicle_id", permit.vehicle_ids, rows.vehicles)
    if company < 0:
        raise WorldError("permits", permit.permit_id, "vehicle_ids or a company_id", "neither")
    of_company: list[int] = np.flatnonzero(company_of == company).tolist()
    return of_company
