"""KML: a gx:Track for each truck and part of its way, a placemark with all it tells for anything else."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from pygeoif.factories import shape

from supervision.exports.rows import Row, Sheet, point_of
from supervision.exports.tracks import by_vehicle, name_of, segments, words_of

with warnings.catch_warnings():
    # It tells that an optional part is absent, which we do not use.
    warnings.simplefilter("ignore")
    import fastkml
    from fastkml import gx
    from fastkml.times import KmlDateTime


def write_kml(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one document, its times with the offset of their zone."""
    document = fastkml.Document(name=sheet.title)
    if sheet.order.what == "track":
        for vehicle_id, of_one in by_vehicle(rows):
            document.append(_way(vehicle_id, of_one))
    else:
        for row in rows:
            document.append(_placemark(sheet, row))
    kml = fastkml.KML(features=[document])
    target.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + kml.to_string(prettyprint=False).encode())


def _way(vehicle_id: str, rows: list[Row]) -> Any:
    tracks = [
        gx.Track(
            whens=[KmlDateTime(row["fix_time"]) for row in part],
            coords=[point_of(row) or (0.0, 0.0) for row in part],
            angles=[(row["course_deg"] or 0.0, 0.0, 0.0) for row in part],
        )
        for part in segments(rows)
    ]
    way = tracks[0] if len(tracks) == 1 else gx.MultiTrack(tracks=tracks, interpolate=False)
    return fastkml.Placemark(name=rows[0]["plate"] or vehicle_id, kml_geometry=way)


def _placemark(sheet: Sheet, row: Row) -> Any:
    told = [fastkml.Data(name=words, value=value) for words, value in words_of(sheet, row)]
    time: datetime | None = row[sheet.order.thing.time] if sheet.order.thing.time else None
    point = point_of(row)
    geometry: Any = row.get("geometry") or (None if point is None else {"type": "Point", "coordinates": point})
    return fastkml.Placemark(
        name=name_of(sheet, row),
        times=None if time is None else fastkml.TimeStamp(timestamp=KmlDateTime(time)),
        extended_data=fastkml.ExtendedData(elements=told),
        geometry=None if geometry is None else shape(geometry),
    )
