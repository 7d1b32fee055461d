"""GPX 1.1: a track for each truck or trip, its segments cut where it was silent; everything else as waypoints.

Speed, course and load go into extensions. Times are UTC, as the format wants them; its description names the zone. The
library makes whole documents: it is given a few hundred points at a time, and what is inside goes into the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement

from gpx import GPX, Extensions, Latitude, Longitude, Metadata, Track, TrackSegment, Waypoint

from supervision.exports.rows import Row, Sheet, point_of
from supervision.exports.tracks import batches, by_vehicle, name_of, segments, words_of
from supervision.exports.ways import Position, Way

# The extension that mapping programs know, and ours for the load.
POINT_EXTENSION = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
OURS = "urn:muckline:track:1"
SENSED = (("speed_mps", POINT_EXTENSION, "speed"), ("course_deg", POINT_EXTENSION, "course"), ("load_kg", OURS, "load"))
NAMESPACES = {"gpxtpx": POINT_EXTENSION, "muckline": OURS}
AT_ONCE = 500


def write_gpx(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write tracks of tracks and trips, waypoints of anything else."""
    # One point with every extension lets the beginning of the document name every namespace.
    sample = [Track(name="", trkseg=[TrackSegment(trkpt=[_point((0.0, 0.0), None, dict.fromkeys(_NAMES, 0.0))])])]
    head, _, _ = _text(GPX(metadata=Metadata(name=sheet.title), trk=sample)).partition("<trk>")
    target.write(head.encode())
    if sheet.order.what == "track":
        for vehicle_id, plate, of_one in by_vehicle(rows):
            parts = ((_track_point(row) for row in part) for part in segments(of_one))
            _write_track(plate or vehicle_id, sheet.title, parts, target)
    elif sheet.order.thing.place == "way":
        for row in rows:
            if (way := row["way"]) is not None:
                told = "; ".join(f"{words}: {value}" for words, value in words_of(sheet, row))
                _write_track(name_of(sheet, row), told, _way_points(way), target)
    else:
        placed = (row for row in rows if point_of(row) is not None)
        for batch in batches(placed, AT_ONCE):
            target.write(_inside(GPX(wpt=[_waypoint(sheet, row) for row in batch]), "<wpt ", "</gpx>"))
    target.write(b"</gpx>\n")


def _write_track(name: str, told: str, parts: Iterable[Iterable[Waypoint]], target: BinaryIO) -> None:
    target.write(_inside(GPX(trk=[Track(name=name, desc=told, trkseg=[])]), "<trk>", "</trk>"))
    for part in parts:
        target.write(b"<trkseg>")
        for batch in batches(part, AT_ONCE):
            document = GPX(trk=[Track(trkseg=[TrackSegment(trkpt=batch)])])
            target.write(_inside(document, "<trkpt ", "</trkseg>"))
        target.write(b"</trkseg>")
    target.write(b"</trk>\n")


def _inside(document: GPX, first: str, behind: str) -> bytes:
    """Return a document's text from a tag to before another; names and words in it hold no tags, they are escaped."""
    text = _text(document)
    return text[text.index(first) : text.rindex(behind)].encode()


def _text(document: GPX) -> str:
    document.creator, document.nsmap = "Muckline", NAMESPACES
    return document.to_string(pretty_print=False)


def _track_point(row: Row) -> Waypoint:
    return _point(point_of(row) or (0.0, 0.0), row["fix_time"], row)


def _way_points(way: Way) -> Iterator[Iterator[Waypoint]]:
    for times, positions in way.parts:
        yield (_point(position, at, {}) for at, position in zip(times, positions, strict=True))


def _point(place: Position, at: datetime | None, sensed: Row) -> Waypoint:
    lon_deg, lat_deg = place
    elements: dict[str, Element] = {}
    for name, space, tag in SENSED:
        if sensed.get(name) is not None:
            holder = elements.setdefault(space, Element(f"{{{space}}}TrackPointExtension"))
            SubElement(holder, f"{{{space}}}{tag}").text = f"{sensed[name]:.7g}"
    extensions = Extensions(elements=list(elements.values())) if elements else None
    time = None if at is None else at.astimezone(UTC)
    return Waypoint(Latitude(f"{lat_deg:.7f}"), Longitude(f"{lon_deg:.7f}"), time=time, extensions=extensions)


def _waypoint(sheet: Sheet, row: Row) -> Waypoint:
    point = _point(point_of(row) or (0.0, 0.0), row[sheet.order.thing.time] if sheet.order.thing.time else None, {})
    point.name = name_of(sheet, row)
    point.desc = "; ".join(f"{words}: {value}" for words, value in words_of(sheet, row))
    return point


_NAMES = tuple(name for name, _, _ in SENSED)
