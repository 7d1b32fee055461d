"""GPX 1.1: a track for each truck, its segments cut where it was silent; everything else as waypoints.

Speed, course and load go into extensions. Times are UTC, as the format wants them; its description names the zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement

from gpx import GPX, Extensions, Latitude, Longitude, Metadata, Track, TrackSegment, Waypoint

from supervision.exports.rows import Row, Sheet, point_of
from supervision.exports.tracks import by_vehicle, name_of, segments, words_of

# The extension that mapping programs know, and ours for the load.
POINT_EXTENSION = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
OURS = "urn:muckline:track:1"
SENSED = (("speed_mps", POINT_EXTENSION, "speed"), ("course_deg", POINT_EXTENSION, "course"), ("load_kg", OURS, "load"))


def write_gpx(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write tracks of a track, waypoints of anything else."""
    document = GPX(
        creator="Muckline", metadata=Metadata(name=sheet.title), nsmap={"gpxtpx": POINT_EXTENSION, "muckline": OURS}
    )
    if sheet.order.what == "track":
        document.trk = [
            Track(
                name=of_one[0]["plate"] or vehicle_id,
                desc=sheet.title,
                trkseg=[TrackSegment(trkpt=[_track_point(row) for row in part]) for part in segments(of_one)],
            )
            for vehicle_id, of_one in by_vehicle(rows)
        ]
    else:
        document.wpt = [_waypoint(sheet, row) for row in rows if point_of(row) is not None]
    target.write(document.to_string(pretty_print=False).encode())


def _track_point(row: Row) -> Waypoint:
    return Waypoint(*_place(row), time=row["fix_time"].astimezone(UTC), extensions=_sensed(row))


def _sensed(row: Row) -> Extensions | None:
    elements: dict[str, Element] = {}
    for name, space, tag in SENSED:
        if row[name] is not None:
            holder = elements.setdefault(space, Element(f"{{{space}}}TrackPointExtension"))
            SubElement(holder, f"{{{space}}}{tag}").text = f"{row[name]:.7g}"
    return Extensions(elements=list(elements.values())) if elements else None


def _waypoint(sheet: Sheet, row: Row) -> Waypoint:
    time = row[sheet.order.thing.time] if sheet.order.thing.time else None
    told = "; ".join(f"{words}: {value}" for words, value in words_of(sheet, row))
    at = None if time is None else time.astimezone(UTC)
    return Waypoint(*_place(row), name=name_of(sheet, row), time=at, desc=told)


def _place(row: Row) -> tuple[Latitude, Longitude]:
    lon_deg, lat_deg = point_of(row) or (0.0, 0.0)
    return Latitude(f"{lat_deg:.7f}"), Longitude(f"{lon_deg:.7f}")
