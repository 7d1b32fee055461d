"""Rows as a viewer may have them: masked, in the coordinates and the clock that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from geocoordinates_ffi import Wgs84, wgs84_to_bd09, wgs84_to_gcj02  # type: ignore[import-untyped] # it publishes none

from supervision.exports.order import Crs, Order, zone_words
from supervision.exports.things import Column
from supervision.kinds import kind_of
from supervision.masking import PLATES_IN_FULL, masked_plate

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
        if column.name in ("lon_deg", "lat_deg", "geometry"):
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
    masked = asker.role not in PLATES_IN_FULL
    for given in rows:
        row = dict(given)
        if masked:
            row |= {name: masked_plate(row[name]) for name in plates}
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
    if row["lon_deg"] is None:
        return row
    row["lon_deg"], row["lat_deg"] = _shifted_position((row["lon_deg"], row["lat_deg"]), order.crs)
    return row


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
        return float(f"{value:.10g}") if column.name in ("lon_deg", "lat_deg") else float(f"{value:.7g}")
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
