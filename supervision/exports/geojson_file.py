"""GeoJSON: a feature for each row, written as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from supervision.exports.rows import CRS_NAMES, Row, Sheet, plain, point_of
from supervision.exports.ways import line_of

PLACES = ("lon_deg", "lat_deg", "geometry")


def write_geojson(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one collection; foreign members name title, zone and, where they are not WGS 84, the coordinates."""
    about = {"title": sheet.title, "zone": sheet.order.zone, "coordinates": CRS_NAMES[sheet.order.crs]}
    target.write(b'{"type":"FeatureCollection","about":' + orjson.dumps(about) + b',"features":[')
    for number, row in enumerate(rows):
        target.write((b",\n" if number else b"\n") + orjson.dumps(feature(sheet, row)))
    target.write(b"\n]}\n")


def feature(sheet: Sheet, row: Row) -> dict[str, Any]:
    """Return a row as a feature; without a position its geometry is null."""
    properties = {column.name: plain(column, row[column.name]) for column in sheet.columns if column.name not in PLACES}
    return {"type": "Feature", "geometry": _geometry(sheet, row), "properties": properties}


def _geometry(sheet: Sheet, row: Row) -> Any:
    if sheet.order.thing.place == "geometry":
        return row["geometry"]
    if sheet.order.thing.place == "way":
        return line_of(row["way"])
    point = point_of(row)
    return None if point is None else {"type": "Point", "coordinates": point}
