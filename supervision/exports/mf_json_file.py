"""OGC Moving Features JSON: a moving point for each truck, its sensors as temporal properties beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from supervision.exports.rows import Row, Sheet, cell, point_of
from supervision.exports.tracks import by_vehicle

# Units as the standard wants them, in the code of UCUM; None for what is a word.
SENSED = {
    "speed_mps": ("MTS", "Linear"),
    "load_kg": ("KGM", "Linear"),
    "lift_deg": ("DD", "Linear"),
    "cover": (None, "Step"),
}
WGS84 = {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
GREGORIAN = {"type": "Name", "properties": {"name": "urn:ogc:data:time:iso8601"}}


def write_mf_json(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one collection, truck by truck."""
    about = {"title": sheet.title, "zone": sheet.order.zone}
    head = {"crs": WGS84, "trs": GREGORIAN, "about": about}
    target.write(b'{"type":"FeatureCollection",' + orjson.dumps(head)[1:-1] + b',"features":[')
    for number, (vehicle_id, of_one) in enumerate(by_vehicle(rows)):
        target.write((b",\n" if number else b"\n") + orjson.dumps(moving_feature(sheet, vehicle_id, of_one)))
    target.write(b"\n]}\n")


def moving_feature(sheet: Sheet, vehicle_id: str, rows: list[Row]) -> dict[str, Any]:
    """Return one truck's way; two fixes of one instant are one, as the standard wants instants to ascend."""
    rows = [
        row
        for row, after in zip(rows, [*rows[1:], None], strict=True)
        if after is None or after["fix_time"] > row["fix_time"]
    ]
    times = [row["fix_time"].isoformat(timespec="milliseconds") for row in rows]
    coordinates = [point_of(row) for row in rows]
    columns = {column.name: column for column in sheet.columns}
    sensed = [
        _property(name, [(time, cell(columns[name], row[name])) for time, row in zip(times, rows, strict=True)])
        for name in SENSED
    ]
    return {
        "type": "Feature",
        "id": vehicle_id,
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": times,
            "coordinates": coordinates,
            "interpolation": "Linear",
        },
        "temporalProperties": [each for each in sensed if each is not None],
        "geometry": {"type": "LineString", "coordinates": coordinates} if len(rows) > 1 else None,
        "properties": {"vehicle_id": vehicle_id, "plate": rows[0]["plate"]},
    }


def _property(name: str, told: list[tuple[str, Any]]) -> dict[str, Any] | None:
    told = [(time, value) for time, value in told if value is not None]
    if not told:
        return None
    unit, interpolation = SENSED[name]
    values: dict[str, Any] = {"type": "Measure" if unit else "Text", "values": [value for _, value in told]}
    values |= {"interpolation": interpolation} | ({"form": unit} if unit else {})
    return {"datetimes": [time for time, _ in told], name: values}
