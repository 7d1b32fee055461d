"""OGC Moving Features JSON: a moving point for each truck or trip, its sensors as temporal properties beside it.

A feature is first all its instants, then all its positions, then each sensor's values: they wait on disk meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import orjson

from supervision.exports.rows import Row, Sheet, cell, plain, point_of
from supervision.exports.spools import Spools
from supervision.exports.tracks import by_vehicle
from supervision.exports.ways import Way, line_of

# Units as the standard wants them, in the code of UCUM; None for what is a word.
SENSED = {
    "speed_mps": ("MTS", "Linear"),
    "load_kg": ("KGM", "Linear"),
    "lift_deg": ("DD", "Linear"),
    "cover": (None, "Step"),
}
WGS84 = {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
GREGORIAN = {"type": "Name", "properties": {"name": "urn:ogc:data:time:iso8601"}}
_SPOOLS = ("times", "places", *(f"{kind} {name}" for name in SENSED for kind in ("times", "values")))


def write_mf_json(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one collection, truck by truck or trip by trip."""
    about = {"title": sheet.title, "zone": sheet.order.zone}
    head = {"crs": WGS84, "trs": GREGORIAN, "about": about}
    target.write(b'{"type":"FeatureCollection",' + orjson.dumps(head)[1:-1] + b',"features":[')
    between = b"\n"
    if sheet.order.what == "track":
        with Spools(_SPOOLS) as spools:
            for vehicle_id, plate, of_one in by_vehicle(rows):
                target.write(between)
                _write_track(sheet, {"vehicle_id": vehicle_id, "plate": plate}, of_one, spools, target)
                between = b",\n"
    else:
        for row in rows:
            if row["way"] is not None:
                target.write(between + orjson.dumps(_moved(sheet, row, row["way"])))
                between = b",\n"
    target.write(b"\n]}\n")


def _write_track(
    sheet: Sheet, properties: dict[str, Any], rows: Iterable[Row], spools: Spools, target: BinaryIO
) -> None:
    columns = {column.name: column for column in sheet.columns}
    count = 0
    for row in _ascending(rows):
        count += 1
        time = orjson.dumps(row["fix_time"].isoformat(timespec="milliseconds"))
        _put(spools, "times", time)
        _put(spools, "places", orjson.dumps(point_of(row)))
        for name in SENSED:
            if (value := cell(columns[name], row[name])) is not None:
                _put(spools, f"times {name}", time)
                _put(spools, f"values {name}", orjson.dumps(value))
    target.write(b'{"type":"Feature","id":' + orjson.dumps(properties["vehicle_id"]))
    target.write(b',"temporalGeometry":{"type":"MovingPoint","datetimes":[')
    spools.move("times", target)
    target.write(b'],"coordinates":[')
    spools.copy("places", target)
    target.write(b'],"interpolation":"Linear"},"temporalProperties":[')
    _write_sensed(spools, target)
    target.write(b'],"geometry":' + (b'{"type":"LineString","coordinates":[' if count > 1 else b"null"))
    if count > 1:
        spools.copy("places", target)
        target.write(b"]}")
    spools.clear("places")
    target.write(b',"properties":' + orjson.dumps(properties) + b"}")


def _write_sensed(spools: Spools, target: BinaryIO) -> None:
    between = b""
    for name, (unit, interpolation) in SENSED.items():
        if spools.is_empty(f"times {name}"):
            continue
        about = {"type": "Measure", "form": unit} if unit else {"type": "Text"}
        target.write(between + b'{"datetimes":[')
        spools.move(f"times {name}", target)
        head = orjson.dumps({name: about | {"interpolation": interpolation}})
        target.write(b"]," + head[1:-2] + b',"values":[')
        spools.move(f"values {name}", target)
        target.write(b"]}}")
        between = b","


def _ascending(rows: Iterable[Row]) -> Iterator[Row]:
    """Give rows, of those of one instant the last: the standard wants instants to ascend."""
    last: Row | None = None
    for row in rows:
        if last is not None and row["fix_time"] > last["fix_time"]:
            yield last
        last = row
    if last is not None:
        yield last


def _put(spools: Spools, name: str, data: bytes) -> None:
    spools.add(name, data if spools.is_empty(name) else b"," + data)


def _moved(sheet: Sheet, row: Row, way: Way) -> dict[str, Any]:
    """Return one trip."""
    told: dict[Any, Any] = {}  # of two bends of one instant the last
    for times, positions in way.parts:
        told |= dict(zip(times, positions, strict=True))
    return {
        "type": "Feature",
        "id": str(row[sheet.columns[0].name]),
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": [at.isoformat(timespec="milliseconds") for at in told],
            "coordinates": list(told.values()),
            "interpolation": "Linear",
        },
        "geometry": line_of(way),
        "properties": {column.name: plain(column, row[column.name]) for column in sheet.columns},
    }
