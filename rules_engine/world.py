"""What the city permits: registry, places, permits and limits in arrays, built from documents, never changed.

A change of the world is a new `World`; geometry that stayed the same is taken over from the previous one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_engine.corridors import CorridorIndex
from rules_engine.polygons import PolygonIndex
from rules_engine.roads import RoadIndex
from rules_engine.time_windows import TimeWindows
from rules_engine.world_documents import (
    DOCUMENTS,
    Company,
    Permit,
    Terminal,
    Vehicle,
    ZoneProperties,
    read_limits,
    read_list,
    reference,
    references,
    unique,
)
from rules_engine.world_error import WorldError
from rules_engine.world_hours import Hours
from rules_engine.world_limits import LimitTable
from rules_engine.world_permits import PermitTable, Rows
from rules_engine.world_places import read_areas, read_corridors, read_roads
from rules_engine.world_routes import Routes
from rules_engine.world_terminals import TerminalTable
from rules_engine.world_version import version_of
from rules_engine.world_zones import RuleZones, zones_by_rule

__all__ = ["World", "WorldError"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]
Documents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Reference data in force. A row number stands for an id everywhere in the engine; -1 stands for none.

    Attributes:
        documents: What the world was built from.
        version: Names the documents' content.
        company_ids: Row to id; likewise the other lists of ids.
        vehicle_ids: Position is `vehicle` of `FixBatch` and `Carry`.
        vehicle_no: The database's number of each truck, -1 where unknown, shape (V,).
        plates: Number plates, None where unknown.
        tags: Radio tags, None where a truck bears none.
        company: Company of each truck, shape (V,).
        capacity_kg: Rated load, NaN where unknown, shape (V,). [kg]
        tare_kg: Mass of the empty truck, likewise. [kg]
        out_of_service: Of trucks that ever are, when: from and up to, ascending. [ms]
        terminals: Terminals and the trucks they are in.
        sites: Where is loaded; areas numbered as `site_ids`. Likewise `dump_points`, `zones`, `districts`.
        corridors: Permitted routes, numbered as `corridor_ids`.
        half_width_m: Half width of each corridor, NaN where the rule's limit decides, shape (C,). [m]
        permits: Permits in columns, numbered as `permits.permit_ids`.
        routes: Which corridors they name, and when.
        limits: Thresholds as given.
        zone_rules: Zones by the rule that they are for.
        windows: Weekly hours of zones, permits, sites and city; a row stands for a set of them.
        city_windows: When hauling is allowed in the city, and of each site, shape (S,), `site_windows`.
        has_narrow_windows: Whether some site or permit has hours of its own.
        haul_closings: What `TimeWindows.surely_allowed` needs of everyone's hauling hours.
        roads: Roads with their classes and limits.
    """

    documents: Documents
    version: str
    company_ids: list[str]
    vehicle_ids: list[str]
    vehicle_no: NDArray[np.int64]
    plates: list[str | None]
    tags: list[str | None]
    company: NDArray[np.int32]
    capacity_kg: NDArray[np.float32]
    tare_kg: NDArray[np.float32]
    out_of_service: Mapping[int, list[tuple[int, int]]]
    terminals: TerminalTable
    site_ids: list[str]
    sites: PolygonIndex
    dump_point_ids: list[str]
    dump_points: PolygonIndex
    zone_ids: list[str]
    zones: PolygonIndex
    district_ids: list[str]
    districts: PolygonIndex
    corridor_ids: list[str]
    corridors: CorridorIndex
    half_width_m: NDArray[np.float64]
    permits: PermitTable
    routes: Routes
    limits: LimitTable
    zone_rules: Mapping[str, RuleZones] = field(repr=False)
    windows: TimeWindows = field(repr=False)
    city_windows: int
    site_windows: NDArray[np.int32]
    has_narrow_windows: bool
    haul_closings: NDArray[np.int32] = field(repr=False)
    roads: RoadIndex = field(repr=False)

    @classmethod
    def from_documents(cls, documents: Documents, previous: World | None = None) -> World:
        """Return the world that documents describe (a world folder's content, keyed by file stem).

        Args:
            documents: Missing documents are empty ones.
            previous: A world to take unchanged geometry from.

        Raises:
            WorldError: A document does not say what it must.
        """
        unknown = sorted(set(documents) - set(DOCUMENTS))
        if unknown:
            raise WorldError(unknown[0], "the document", f"one of {', '.join(DOCUMENTS)}", "it")
        companies = read_list(documents, "companies", Company, "company_id")
        vehicles = read_list(documents, "vehicles", Vehicle, "vehicle_id")
        permits = read_list(documents, "permits", Permit, "permit_id")
        company_ids, vehicle_ids = [c.company_id for c in companies], [v.vehicle_id for v in vehicles]
        company_rows = unique("companies", company_ids)
        company = [reference("vehicles", v.vehicle_id, "company_id", v.company_id, company_rows) for v in vehicles]
        old = _Indexes.of(previous)
        sites = read_areas(documents, "sites", "site_id", old.sites)
        dump_points = read_areas(documents, "dump_points", "dump_point_id", old.dump_points)
        zones = read_areas(documents, "zones", "zone_id", old.zones)
        districts = read_areas(documents, "districts", "district_id", old.districts)
        corridor_ids, corridors, half_width_m, valid_ms = read_corridors(documents, old.corridors)
        rows = Rows(
            company_rows,
            unique("vehicles", vehicle_ids),
            unique("sites", sites.ids),
            unique("dump_points", dump_points.ids),
            unique("corridors", corridor_ids),
        )
        company_of = np.array(company, np.int32)
        zone_properties = zones.properties(ZoneProperties)
        hours = Hours.read(documents, sites, zone_properties, permits)
        permit_table = PermitTable.build(permits, company_of, rows, hours.permits)
        return cls(
            documents=documents,
            version=version_of(documents),
            company_ids=company_ids,
            vehicle_ids=vehicle_ids,
            vehicle_no=np.array([v.vehicle_no for v in vehicles], np.int64),
            plates=[v.plate for v in vehicles],
            tags=[v.tag for v in vehicles],
            company=company_of,
            capacity_kg=np.array([_or_nan(v.capacity_kg) for v in vehicles], np.float32),
            tare_kg=np.array([_or_nan(v.tare_kg) for v in vehicles], np.float32),
            out_of_service={row: v.times_out_of_service_ms() for row, v in enumerate(vehicles) if v.out_of_service},
            terminals=TerminalTable.build(read_list(documents, "terminals", Terminal, "terminal_id"), rows),
            site_ids=sites.ids,
            sites=sites.index,
            dump_point_ids=dump_points.ids,
            dump_points=dump_points.index,
            zone_ids=zones.ids,
            zones=zones.index,
            district_ids=districts.ids,
            districts=districts.index,
            corridor_ids=corridor_ids,
            corridors=corridors,
            half_width_m=half_width_m,
            permits=permit_table,
            routes=Routes.build(corridors, permit_table, valid_ms),
            limits=_limits(documents, permits, rows),
            zone_rules=zones_by_rule(zone_properties, zones.polygons, hours.zones, hours.windows, old.zone_rules),
            windows=hours.windows,
            city_windows=hours.city,
            site_windows=hours.sites,
            has_narrow_windows=hours.has_narrow,
            haul_closings=hours.haul_closings(),
            roads=read_roads(documents, None if previous is None else previous.roads),
        )

    def zones_of(self, rule: str) -> RuleZones:
        """Return the zones of a rule: "forbidden", "control", "speed" or "parking"."""
        return self.zone_rules[rule]

    def haul_windows(self, permit: IntArray, site: IntArray) -> NDArray[np.int32]:
        """Return the row of `windows` in which each truck may haul, -1 for always, shape (N,).

        The permit's own go before those of the site that the load came from, and these before the city's.
        """
        of_site = _first(_gather(self.site_windows, np.asarray(site)), np.full(np.shape(site), self.city_windows))
        return _first(_gather(self.permits.windows, np.asarray(permit)), of_site)

    def vehicle_of(self, terminal: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the truck that each terminal was in at each instant, -1 where in none, shape (N,)."""
        return self.terminals.vehicle_of.lookup(terminal, time_ms)

    def permits_for(self, vehicle: IntArray, site: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the permit that loading at a site (-1: at none) binds each truck to, -1 for none, shape (N,)."""
        return self.permits.bound_by_loading(vehicle, site, time_ms)

    def period_permit(self, vehicle: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the permit that binds each truck at each instant whether loaded or not, -1 for none, shape (N,)."""
        return self.permits.bound_by_period(vehicle, time_ms)

    def dump_permitted(self, permit: IntArray, dump_point: IntArray) -> NDArray[np.bool_]:
        """Return whether each permit names each dump point, shape (N,)."""
        return self.permits.dump_permitted(permit, dump_point)

    def permitted_dump_point(
        self, permit: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, margin_m: ArrayLike
    ) -> NDArray[np.int32]:
        """Return the nearest dump point of each fix's permit that is within the margin of it, -1 for none, shape (N,).

        Other dump points next to it, or over it, do not hide it.
        """
        fix, dump_point, distance_m = self.dump_points.pairs_within(lat_deg, lon_deg, margin_m)
        allowed = self.dump_permitted(np.asarray(permit)[fix], dump_point)
        fix, dump_point, distance_m = fix[allowed], dump_point[allowed], distance_m[allowed]
        order = np.lexsort((dump_point, distance_m, fix))
        nearest, first = np.unique(fix[order], return_index=True)
        found = np.full(len(lat_deg), -1, np.int32)
        found[nearest] = dump_point[order[first]]
        return found

    def route_distance_m(
        self, permit: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, time_ms: IntArray | None = None
    ) -> NDArray[np.float64]:
        """Return the distance of each fix from the nearest corridor of its permit, NaN without one, shape (N,). [m]

        Corridors with dates count at their time only, or always where no times are given.
        """
        return self.routes.distance_m(np.asarray(permit), lat_deg, lon_deg, time_ms)

    def route_class(  # noqa: PLR0917 - columns of one batch, as the index takes them
        self,
        permit: IntArray,
        lat_deg: FloatArray,
        lon_deg: FloatArray,
        inner_m: ArrayLike,
        outer_m: ArrayLike,
        time_ms: IntArray | None = None,
    ) -> NDArray[np.int8]:
        """Return 0 where the nearest corridor of the fix's permit is within `inner_m`, 2 beyond `outer_m`, else 1.

        -1 without permit, corridor or position. Thresholds are numbers or arrays of shape (N,). [m]
        """
        return self.routes.classify(np.asarray(permit), lat_deg, lon_deg, (inner_m, outer_m), time_ms)

    def limit(
        self,
        name: str,
        default: float,
        *,
        vehicle: IntArray | None = None,
        site: IntArray | None = None,
        permit: IntArray | None = None,
    ) -> NDArray[np.float64]:
        """Return the limit in force for each row; city < site < company < permit, the narrowest that says one wins.

        Args:
            name: Rule and parameter, such as "route_deviation.leave_above_m".
            default: What holds where nobody says.
            vehicle: Trucks, for their companies' limits, shape (N,).
            site: Sites, shape (N,); by default the permits' sites.
            permit: Permits, shape (N,); their companies go before the trucks'.

        Returns:
            Shape (N,), or () where no rows are given.
        """
        given = [np.asarray(rows) for rows in (vehicle, site, permit) if rows is not None]
        none = np.full(np.broadcast_shapes(*(rows.shape for rows in given)), -1, np.int32)
        company = none if vehicle is None else _gather(self.company, np.asarray(vehicle))
        if permit is not None:
            company = _first(_gather(self.permits.company, np.asarray(permit)), company)
            site = _gather(self.permits.site, np.asarray(permit)) if site is None else site
        return self.limits.lookup(
            name, default, none if site is None else site, company, none if permit is None else permit
        )


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Indexes of the world before, None where there was none."""

    sites: PolygonIndex | None = None
    dump_points: PolygonIndex | None = None
    zones: PolygonIndex | None = None
    districts: PolygonIndex | None = None
    corridors: CorridorIndex | None = None
    zone_rules: Mapping[str, RuleZones] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World | None) -> _Indexes:
        if world is None:
            return cls()
        return cls(world.sites, world.dump_points, world.zones, world.districts, world.corridors, world.zone_rules)


def _limits(documents: Documents, permits: list[Permit], rows: Rows) -> LimitTable:
    given = read_limits(documents)
    sites = references("limits", "sites", "site_id", given.sites, rows.sites)
    companies = references("limits", "companies", "company_id", given.companies, rows.companies)
    return LimitTable.build(
        given.city,
        dict(zip(sites, given.sites.values(), strict=True)),
        dict(zip(companies, given.companies.values(), strict=True)),
        {row: permit.limits for row, permit in enumerate(permits) if permit.limits},
    )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _gather(table: NDArray[np.int32], rows: IntArray) -> NDArray[np.int32]:
    if not len(table):
        return np.full(rows.shape, -1, np.int32)
    return np.where(rows >= 0, table[np.maximum(rows, 0)], np.int32(-1))


def _first(own: NDArray[np.int32], fallback: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(own >= 0, own, fallback)
