"""KML: a gx:Track for each part of a truck's or a trip's way, a placemark with all it tells for anything else.

The library makes whole documents: it is given a few hundred rows at a time, and what is inside goes into the file. A
track is first all its instants, then all its positions, then all its courses: the latter two wait on disk meanwhile.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from pygeoif.factories import shape

from supervision.exports.rows import Row, Sheet, point_of
from supervision.exports.spools import Spools
from supervision.exports.tracks import batches, by_vehicle, name_of, segments, words_of
from supervision.exports.ways import EPOCH, Position, Way

with warnings.catch_warnings():
    # It tells that an optional part is absent, which we do not use.
    warnings.simplefilter("ignore")
    import fastkml
    from fastkml import gx
    from fastkml.times import KmlDateTime

AT_ONCE = 500
# Instant, position and course of a fix; no course of a bend of a thinned way. [deg]
Fix = tuple[datetime, Position, float | None]


def write_kml(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one document, its times with the offset of their zone."""
    # One track lets the beginning of the document name every namespace.
    sample = gx.Track(whens=[KmlDateTime(EPOCH)], coords=[(0.0, 0.0)])
    head, _, _ = _text([fastkml.Placemark(kml_geometry=sample)], name=sheet.title).partition("<kml:Placemark")
    target.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + head.encode())
    with Spools(("coords", "angles")) as spools:
        if sheet.order.what == "track":
            for vehicle_id, plate, of_one in by_vehicle(rows):
                placemark = fastkml.Placemark(name=plate or vehicle_id)
                _write_way(placemark, (map(_fix, part) for part in segments(of_one)), spools, target)
        elif sheet.order.thing.place == "way":
            for row in rows:
                _write_way(_placemark(sheet, row), () if row["way"] is None else _bends(row["way"]), spools, target)
        else:
            for batch in batches(rows, AT_ONCE):
                document = _text([_placemark(sheet, row) for row in batch])
                target.write(_inside(document, "<kml:Placemark", "</kml:Document>"))
    target.write(b"</kml:Document></kml:kml>\n")


def _write_way(placemark: Any, parts: Iterable[Iterable[Fix]], spools: Spools, target: BinaryIO) -> None:
    target.write(_inside(_text([placemark]), "<kml:Placemark", "</kml:Placemark>"))
    opened = False
    for part in parts:
        target.write(b"<gx:Track>" if opened else b"<gx:MultiTrack><gx:interpolate>0</gx:interpolate><gx:Track>")
        opened = True
        for batch in batches(part, AT_ONCE):
            _write_fixes(batch, spools, target)
        spools.move("coords", target)
        spools.move("angles", target)
        target.write(b"</gx:Track>")
    target.write((b"</gx:MultiTrack>" if opened else b"") + b"</kml:Placemark>\n")


def _write_fixes(fixes: list[Fix], spools: Spools, target: BinaryIO) -> None:
    """Write the instants of some fixes and put the rest aside."""
    times, positions, courses = zip(*fixes, strict=True)
    turned = [(course_deg or 0.0, 0.0, 0.0) for course_deg in courses if course_deg is not None]
    track = gx.Track(whens=[KmlDateTime(at) for at in times], coords=list(positions), angles=turned)
    text = _text([fastkml.Placemark(kml_geometry=track)])
    whens, _, _ = text[text.index("<kml:when>") :].partition("<gx:coord>")
    target.write(whens.encode())
    coords, _, _ = text[text.index("<gx:coord>") : text.rindex("</gx:Track>")].partition("<gx:angles>")
    spools.add("coords", coords.encode())
    if turned:
        spools.add("angles", _inside(text, "<gx:angles>", "</gx:Track>"))


def _inside(text: str, first: str, behind: str) -> bytes:
    """Return a text from a tag to before the last of another; names and words in it hold no tags, they are escaped."""
    return text[text.index(first) : text.rindex(behind)].encode()


def _text(features: list[Any], name: str | None = None) -> str:
    document = fastkml.Document(name=name, features=features)
    text: str = fastkml.KML(features=[document]).to_string(prettyprint=False)
    return text


def _fix(row: Row) -> Fix:
    return row["fix_time"], point_of(row) or (0.0, 0.0), row["course_deg"] or 0.0


def _bends(way: Way) -> Iterator[Iterator[Fix]]:
    for times, positions in way.parts:
        yield ((at, position, None) for at, position in zip(times, positions, strict=True))


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
