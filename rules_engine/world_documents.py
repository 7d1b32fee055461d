"""What each document of a world must say, and reading one into typed items.

Members that are not named here are kept in the documents and ignored by the engine. An instant without offset is
refused: nobody could say when a permit ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import numpy as np
from msgspec import Meta, Struct, field
from numpy.typing import NDArray

from rules_engine.world_error import WorldError
from rules_engine.world_intervals import EVER_MS, NEVER_MS

Id = Annotated[str, Meta(min_length=1)]
Instant = Annotated[datetime, Meta(tz=True)]
Mass = Annotated[float, Meta(gt=0)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Length = Annotated[float, Meta(ge=0)]
Speed = Annotated[float, Meta(gt=0)]
Limits = dict[str, float]
Position = tuple[Longitude, Latitude]
Line = Annotated[list[Any], Meta(min_length=2)]
Ring = Annotated[list[Any], Meta(min_length=4)]

DOCUMENTS = (
    "companies",
    "vehicles",
    "terminals",
    "sites",
    "dump_points",
    "zones",
    "districts",
    "corridors",
    "permits",
    "limits",
    "roads",
    "city",
)


class Company(Struct, frozen=True):
    """A haulier."""

    company_id: Id
    name: str | None = None


class OutOfService(Struct, frozen=True, rename={"from_": "from"}):
    """A time in which a truck is registered as parked, as for a repair: its silence means nothing. Null is open."""

    from_: Instant | None = None
    to: Instant | None = None


class Vehicle(Struct, frozen=True):
    """A truck; `vehicle_no` is the database's number, where the documents come from there."""

    vehicle_id: Id
    plate: str | None = None
    tag: str | None = None
    company_id: Id | None = None
    capacity_kg: Mass | None = None
    tare_kg: Mass | None = None
    vehicle_no: int = -1
    out_of_service: list[OutOfService] = field(default_factory=list)

    def times_out_of_service_ms(self) -> list[tuple[int, int]]:
        """Return from and up to of each time out of service, ascending. [ms]"""
        return sorted((from_ms(time.from_), to_ms(time.to)) for time in self.out_of_service)


class Assignment(Struct, frozen=True, rename={"from_": "from"}):
    """A terminal's time in a truck: from an instant up to, and not including, another; null is open."""

    vehicle_id: Id
    from_: Instant | None = None
    to: Instant | None = None


class Terminal(Struct, frozen=True):
    """A device; `terminal_id` is the device of its topics. Any status but "active" is none."""

    terminal_id: Id
    kind: Literal["truck", "washer", "gate"] = "truck"
    region: Id | None = None
    status: str = "active"
    site_id: Id | None = None
    dump_point_id: Id | None = None
    assignments: list[Assignment] = field(default_factory=list)
    terminal_no: int = -1


# A time of day, "24:00" being the end of it.
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Weekday = Annotated[int, Meta(ge=1, le=7)]


class Window(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Every week the same hours, in the city's time: on these ISO days (absent: all) from one time of day to another.

    What does not end after it begins ends on the day after; it belongs to the day it began on.
    """

    from_: Clock
    to: Clock
    days: Annotated[list[Weekday], Meta(min_length=1)] | None = None


# Absent is always; a list without a window would be never, which nobody means.
Windows = Annotated[list[Window], Meta(min_length=1)]


class Downlink(Struct, frozen=True):
    """What may be sent to terminals, by kind; nothing unless a city says so. No rule reads it."""

    allowed: list[Literal["text", "config", "locate", "lock", "speed_limit"]] = field(default_factory=list)


class City(Struct, frozen=True):
    """The city: its clock, when hauling is allowed at all (absent: always), and what may be sent to terminals."""

    utc_offset_h: Annotated[float, Meta(ge=-12, le=14)] = 8.0
    haul_windows: Windows | None = None
    downlink: Downlink | None = None


class Permit(Struct, frozen=True):
    """A permit; without `site_id` for loading anywhere, without `vehicle_ids` for every truck of its company."""

    permit_id: Id
    company_id: Id | None = None
    site_id: Id | None = None
    dump_point_ids: list[Id] = field(default_factory=list)
    corridor_ids: list[Id] = field(default_factory=list)
    vehicle_ids: list[Id] | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    binding: Literal["load", "period"] = "load"
    limits: Limits = field(default_factory=dict)
    max_load_kg: Mass | None = None
    windows: Windows | None = None


class LimitsDocument(Struct, frozen=True):
    """Limits by "rule.parameter": for the city, and narrower ones by site and company."""

    city: Limits = field(default_factory=dict)
    sites: dict[str, Limits] = field(default_factory=dict)
    companies: dict[str, Limits] = field(default_factory=dict)


class Polygon(Struct, frozen=True, tag_field="type", tag="Polygon"):
    """GeoJSON: rings, outer first."""

    coordinates: Annotated[list[Ring], Meta(min_length=1)]


class MultiPolygon(Struct, frozen=True, tag_field="type", tag="MultiPolygon"):
    """GeoJSON: polygons."""

    coordinates: Annotated[list[Annotated[list[Ring], Meta(min_length=1)]], Meta(min_length=1)]


class LineString(Struct, frozen=True, tag_field="type", tag="LineString"):
    """GeoJSON: positions."""

    coordinates: Line


class AreaFeature(Struct, frozen=True):
    """A site, dump point, zone or district."""

    properties: dict[str, Any]
    geometry: Polygon | MultiPolygon


class SiteProperties(Struct, frozen=True):
    """What the engine reads of a site's feature besides its id."""

    work_windows: Windows | None = None


class ZoneProperties(Struct, frozen=True):
    """What a zone's feature may say: which rule it is for, what that needs, and when it is in force."""

    zone_id: Id
    name: str | None = None
    rule: Literal["forbidden", "control", "speed", "parking"] | None = None
    limit_kmh: Speed | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    windows: Windows | None = None
    order: str | None = None
    hold_s: Length | None = None
    margin_m: Length | None = None


class RoadProperties(Struct, frozen=True):
    """What a road's feature must say; without `limit_kmh` its class decides."""

    road_id: Id
    road_class: Literal["expressway", "fast", "ordinary"]
    limit_kmh: Speed | None = None


class RoadFeature(Struct, frozen=True):
    """A road."""

    properties: RoadProperties
    geometry: LineString


class CorridorProperties(Struct, frozen=True):
    """What a corridor's feature must say; without `half_width_m` the rule's limit decides, without dates it holds."""

    corridor_id: Id
    half_width_m: Mass | None = None
    name: str | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None


class CorridorFeature(Struct, frozen=True):
    """A permitted route."""

    properties: CorridorProperties
    geometry: LineString


# What msgspec says of a value, and what was expected of it.
WORDING = {
    "Expected ": "",
    "Invalid RFC3339 encoded datetime": "an instant such as 2026-01-31T00:00:00+08:00",
    "`datetime` with a timezone component": "an instant with an offset, such as 2026-01-31T00:00:00+08:00",
    "Invalid enum value": "another word than",
    "Invalid value": "another type than",
    "`str` matching regex '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$'": "a time of day such as 06:30",
}

Item = TypeVar("Item")


def read_list(documents: Mapping[str, Any], document: str, kind: type[Item], id_name: str) -> list[Item]:
    """Return the items of a document that is a list, none where the world has no such document.

    Raises:
        WorldError: The document is no list, or an item does not fit.
    """
    items = documents.get(document, [])
    if not isinstance(items, list):
        raise WorldError(document, "the document", "a list", type(items).__name__)
    return [_convert(document, _name(item, id_name, row), item, kind) for row, item in enumerate(items)]


def read_features(documents: Mapping[str, Any], document: str, kind: type[Item], id_name: str) -> list[Item]:
    """Return the features of a document that is a GeoJSON FeatureCollection, none where there is no such document.

    Raises:
        WorldError: The document is no FeatureCollection, or a feature does not fit.
    """
    collection = documents.get(document, {"type": "FeatureCollection", "features": []})
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        got = collection.get("type") if isinstance(collection, dict) else type(collection).__name__
        raise WorldError(document, "the document", "a GeoJSON FeatureCollection", repr(got))
    features = collection.get("features")
    if not isinstance(features, list):
        raise WorldError(document, "features", "a list", type(features).__name__)
    return [
        _convert(document, _name(_properties(feature), id_name, row), feature, kind)
        for row, feature in enumerate(features)
    ]


def read_limits(documents: Mapping[str, Any]) -> LimitsDocument:
    """Return the limits of city, sites and companies."""
    limits: LimitsDocument = _convert("limits", "the document", documents.get("limits", {}), LimitsDocument)
    return limits


def read_city(documents: Mapping[str, Any]) -> City:
    """Return what is said of the city as a whole."""
    city: City = _convert("city", "the document", documents.get("city", {}), City)
    return city


def read_properties(document: str, item: str, feature: AreaFeature, kind: type[Item]) -> Item:
    """Return what the engine reads of an area's properties.

    Raises:
        WorldError: They do not fit.
    """
    read: Item = _convert(document, item, feature.properties, kind)
    return read


def area_id(document: str, row: int, feature: AreaFeature, id_name: str) -> str:
    """Return a feature's id.

    Raises:
        WorldError: It has none.
    """
    value = feature.properties.get(id_name)
    if not isinstance(value, str) or not value:
        raise WorldError(document, f"feature {row}", f"a text in properties.{id_name}", repr(value))
    return value


def polygons_of(document: str, item: str, geometry: Polygon | MultiPolygon) -> list[list[NDArray[np.float64]]]:
    """Return the polygons of a geometry, each a list of closed rings (outer first) of shape (V, 2): lon, lat. [deg]

    Raises:
        WorldError: A ring is open, or a position is none on earth.
    """
    polygons = [geometry.coordinates] if isinstance(geometry, Polygon) else geometry.coordinates
    rings = [[positions(document, item, ring) for ring in polygon] for polygon in polygons]
    for ring in (ring for polygon in rings for ring in polygon):
        if not np.array_equal(ring[0], ring[-1]):
            raise WorldError(document, item, "a ring that ends where it begins", f"{ring[0]} and {ring[-1]}")
    return rings


def positions(document: str, item: str, coordinates: list[Any]) -> NDArray[np.float64]:
    """Return GeoJSON positions as an array of shape (V, 2): lon, lat; heights are left out. [deg]

    Raises:
        WorldError: A position is none on earth.
    """
    pairs = [position[:2] if isinstance(position, list | tuple) else position for position in coordinates]
    return np.array(_convert(document, item, pairs, list[Position]), np.float64)


def unique(document: str, ids: list[str]) -> dict[str, int]:
    """Return the row of each id.

    Raises:
        WorldError: An id stands twice.
    """
    rows: dict[str, int] = {}
    for row, item in enumerate(ids):
        if rows.setdefault(item, row) != row:
            raise WorldError(document, item, "an id that no other item has", f"it in rows {rows[item]} and {row}")
    return rows


def reference(document: str, item: str, name: str, value: str | None, rows: Mapping[str, int]) -> int:
    """Return the row that an id refers to, -1 without an id.

    Raises:
        WorldError: There is no such item.
    """
    if value is None:
        return -1
    if value not in rows:
        raise WorldError(document, item, f"a {name} that the world has", repr(value))
    return rows[value]


def references(document: str, item: str, name: str, values: Iterable[str], rows: Mapping[str, int]) -> list[int]:
    """Return the row of each id, in order."""
    return [reference(document, item, name, value, rows) for value in values]


def from_ms(instant: datetime | None) -> int:
    """Return an instant in milliseconds since 1970-01-01 UTC, or since ever."""
    return EVER_MS if instant is None else round(instant.timestamp() * 1000)


def to_ms(instant: datetime | None) -> int:
    """Return an instant in milliseconds since 1970-01-01 UTC, or for ever."""
    return NEVER_MS if instant is None else round(instant.timestamp() * 1000)


def _convert(document: str, item: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        expected, _, got = str(error).partition(", got ")
        for theirs, ours in WORDING.items():
            expected = expected.replace(theirs, ours)
        raise WorldError(document, item, expected, got or _at(value, str(error))) from None


def _at(value: Any, message: str) -> str:
    """Return the value at the path that a message of msgspec ends with, such as `$.geometry.coordinates[0]`."""
    path = message.rpartition("`$")[2].rstrip("`") if "`$" in message else ""
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, list | tuple) and step.isdigit():
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
    return repr(value)[:200]


def _properties(feature: Any) -> Any:
    return feature.get("properties") if isinstance(feature, dict) else None


def _name(item: Any, id_name: str, row: int) -> str:
    value = item.get(id_name) if isinstance(item, dict) else None
    return value if isinstance(value, str) and value else f"row {row}"
