"""Rows as a viewer may have them: masked, in the coordinates and the clock that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from geocoordinates_ffi import Wgs84, wgs84_to_bd09, wgs84_to_gcj02  # type: ignore[import-untyped] # it publishes none

from supervision.exports.order import Crs, Order, zone_words
from supervision.exports.things import Column
from supervision.exports.ways import Way, way_of
from supervision.kinds import kind_of
from supervision.masking import PLATES_IN_FULL, masked_members, masked_plate, masks_of

Row = dict[str, Any]

SHIFTS: dict[Crs, Callable[[Any], Any]] = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
CRS_NAMES: dict[Crs, str] = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom it is made, as the user is when it is made."""

    user_no: int
    role: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a format is told beside the rows."""

    order: Order
    columns: tuple[Column, ...]
    header: tuple[str, ...]
    title: str


def sheet_of(order: Order, now: datetime) -> Sheet:
    """Return the columns of an order and their headers: a kind takes two, times name their zone, positions a datum."""
    columns, header = [], []
    zone, datum = zone_words(order.zone, now), CRS_NAMES[order.crs]
    for column in order.thing.columns:
        words = column.zh if order.language == "zh" else column.en
        if column.kind == "time":
            words = f"{words} ({zone})"
        if column.name.endswith(("lon_deg", "lat_deg", "geometry")):
            words = f"{words[:-1]}, {datum})"
        columns.append(column)
        header.append(words)
        if column.kind == "kind":
            columns.append(Column("kind_name", "text", "类型名称", "Kind name"))
            header.append("类型名称" if order.language == "zh" else "Kind name")
    title = order.thing.zh if order.language == "zh" else order.thing.en
    return Sheet(order, tuple(columns), tuple(header), f"{title} ({zone}; {datum})")


def shown_rows(order: Order, asker: Asker, rows: Iterator[Mapping[str, Any]]) -> Iterator[Row]:
    """Give rows as the asker may have them."""
    zone = ZoneInfo(order.zone)
    plates = [column.name for column in order.thing.columns if column.kind == "plate"]
    times = [column.name for column in order.thing.columns if column.kind == "time"]
    told = [column.name for column in order.thing.columns if column.kind == "json" and column.name != "geometry"]
    masked, masks = asker.role not in PLATES_IN_FULL, masks_of(asker.role)
    for given in rows:
        row = dict(given)
        if order.thing.place == "way":
            row |= _driven(way_of(row.pop("way_fixes"), zone))
        if masked:
            row |= {name: masked_plate(row[name]) for name in plates}
        if masks:  # also of whom devices, rules and registers tell in members of their own
            row |= masked_members({name: row[name] for name in told}, masks)
        row |= {name: row[name].astimezone(zone) for name in times if row[name] is not None}
        if "kind" in row:
            words = kind_of(row["kind"])
            row["kind_name"] = words.zh if order.language == "zh" else words.en
        yield shifted(row, order)


def shifted(row: Row, order: Order) -> Row:
    """Return a row with its position in the asked coordinates."""
    if order.crs == "wgs84" or order.thing.place is None:
        return row
    if order.thing.place == "geometry":
        return row | {"geometry": _shifted_geometry(row["geometry"], order.crs)}
    if order.thing.place == "way":
        return row | _driven(_shifted_way(row["way"], order.crs))
    if row["lon_deg"] is None:
        return row
    row["lon_deg"], row["lat_deg"] = _shifted_position((row["lon_deg"], row["lat_deg"]), order.crs)
    return row


def _driven(way: Way | None) -> Row:
    """Return what a row tells of a way: its ends and its length, and the way itself for formats that draw it."""
    (start_lon, start_lat), (end_lon, end_lat) = ((None, None), (None, None)) if way is None else (way.start, way.end)
    return {
        "start_lon_deg": start_lon,
        "start_lat_deg": start_lat,
        "end_lon_deg": end_lon,
        "end_lat_deg": end_lat,
        "distance_m": None if way is None else round(way.length_m, 1),
        "way": way,
    }


def _shifted_way(way: Way | None, crs: Crs) -> Way | None:
    if way is None:
        return None
    parts = (
        (times, tuple((lon, lat) for lon, lat in (_shifted_position(position, crs) for position in positions)))
        for times, positions in way.parts
    )
    return replace(way, parts=tuple(parts))


def _shifted_geometry(geometry: Any, crs: Crs) -> Any:
    if not geometry or "coordinates" not in geometry:
        return geometry
    return {**geometry, "coordinates": _shifted_positions(geometry["coordinates"], crs)}


def _shifted_positions(positions: Any, crs: Crs) -> Any:
    if positions and isinstance(positions[0], int | float):
        return _shifted_position(positions, crs)
    return [_shifted_positions(part, crs) for part in positions]


def _shifted_position(position: Any, crs: Crs) -> list[float]:
    place = SHIFTS[crs](Wgs84(lat=position[1], lon=position[0]))
    return [round(place.lon, 7), round(place.lat, 7)]


def cell(column: Column, value: Any) -> Any:
    """Return a value as a cell of a table: text, a number, or None."""
    if value is None:
        return None
    if column.kind == "time":
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if column.kind == "json":
        return orjson.dumps(value).decode()
    if column.kind == "number":
        # The nearest double of a float32 has digits that nobody measured.
        return float(f"{value:.10g}") if column.name.endswith(("lon_deg", "lat_deg")) else float(f"{value:.7g}")
    if column.kind == "flag":
        return bool(value)
    return int(value) if column.kind == "integer" else str(value)


def plain(column: Column, value: Any) -> Any:
    """Return a value as a member of JSON."""
    return value if column.kind == "json" else cell(column, value)


def point_of(row: Row) -> tuple[float, float] | None:
    """Return the position of a row, (lon, lat); None where there is none. [deg]"""
    if row.get("lon_deg") is None or row.get("lat_deg") is None:
        return None
    return round(row["lon_deg"], 7), round(row["lat_deg"], 7)
