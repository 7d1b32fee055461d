"""The way that a truck drove on one trip: its line without what nobody would see, its length, its ends. Pure.

Thinned as tracks of a month are: by how far a truck that drove evenly from one kept fix to the next would be from where
it was. Fixes nearer to the line than the noise of a receiver that stands are left out of the length, too, or a truck
that waits an hour at a gate would drive a kilometre there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import distance_m, metres_per_degree
from supervision.history.thinning import deviations_m

# How `storage.queries.export_rows` packs a fix.
PACKED = np.dtype([("time_us", ">i8"), ("lon_deg", ">f8"), ("lat_deg", ">f8")])
# A receiver that stands wanders by some metres. [m]
NOISE_M = 5.0
# A line of an hour through a city is drawn with some hundred; more cannot be told apart on a screen.
POSITIONS_MOST = 500
# As for tracks: nobody may draw a truck where it was not heard. [s]
SILENCE_S = 300.0
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """A driven line.

    Attributes:
        parts: Cut where the truck was silent, each the instants and the positions (lon, lat) of its bends. [deg]
        length_m: Straight across silences.
    """

    parts: tuple[tuple[tuple[datetime, ...], tuple[Position, ...]], ...]
    length_m: float

    @property
    def start(self) -> Position:
        """Return where it begins."""
        return self.parts[0][1][0]

    @property
    def end(self) -> Position:
        """Return where it ends."""
        return self.parts[-1][1][-1]


def way_of(packed: bytes | None, zone: tzinfo = UTC) -> Way | None:
    """Return the way through some fixes in the order of time; None where there are none.

    Args:
        packed: Records of `PACKED`, all with a position.
        zone: Whose clock the instants are told by.
    """
    if not packed:
        return None
    fixes = np.frombuffer(packed, PACKED)
    time_s = fixes["time_us"] / 1e6
    lon_deg, lat_deg = fixes["lon_deg"].astype(float), fixes["lat_deg"].astype(float)
    silent = np.diff(time_s) > SILENCE_S
    kept = np.zeros(len(fixes), np.bool_)
    kept[[0, -1]] = True
    kept[1:] |= silent
    kept[:-1] |= silent
    deviation_m = _deviations_m(time_s, lon_deg, lat_deg, kept)
    bends = np.flatnonzero(deviation_m > 0)
    legs_m = distance_m(lat_deg[bends[:-1]], lon_deg[bends[:-1]], lat_deg[bends[1:]], lon_deg[bends[1:]])
    rows = np.sort(bends[np.argsort(-deviation_m[bends], kind="stable")[:POSITIONS_MOST]])
    silences = np.concatenate(([0], np.cumsum(silent)))  # before each fix
    cuts = np.flatnonzero(np.diff(silences[rows])) + 1
    return Way(tuple(_part(fixes, part, zone) for part in np.split(rows, cuts)), float(legs_m.sum()))


def line_of(way: Way | None) -> dict[str, Any] | None:
    """Return a way as a GeoJSON geometry; a truck that stood is a point."""
    if way is None:
        return None
    lines = [positions for _, positions in way.parts if len(positions) > 1]
    if not lines:
        return {"type": "Point", "coordinates": way.start}
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _deviations_m(
    time_s: NDArray[np.float64], lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    north_m, east_m = metres_per_degree(lat_deg.mean())
    line = np.stack((lon_deg * east_m, lat_deg * north_m))
    return deviations_m((time_s * 1000).astype(np.int64), line, kept, NOISE_M)


def _part(
    fixes: NDArray[Any], rows: NDArray[np.intp], zone: tzinfo
) -> tuple[tuple[datetime, ...], tuple[Position, ...]]:
    times = tuple((EPOCH + timedelta(microseconds=int(time_us))).astimezone(zone) for time_us in fixes["time_us"][rows])
    positions = zip(fixes["lon_deg"][rows].tolist(), fixes["lat_deg"][rows].tolist(), strict=True)
    return times, tuple((round(lon, 7), round(lat, 7)) for lon, lat in positions)
