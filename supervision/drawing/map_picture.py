"""A map of one episode without a base map: the track before, during and after, and the places that explain it.

Drawn from the same records that stand in the bundle, so that nothing on it depends on somebody's tiles. North is up; a
degree of longitude is as wide as it is at the middle of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from supervision.drawing.fonts import width as text_width
from supervision.drawing.paper import Flowable, HexColor, white
from supervision.drawing.pen import (
    AFTER,
    BEFORE,
    DURING,
    FAINT,
    INK,
    LINE,
    PAPER,
    box,
    dot,
    faded,
    line,
    say,
)

LonLat = tuple[float, float]
M_PER_DEG = 111_320.0
LEAST_M = 300.0  # a truck that stood is drawn with its surroundings
MARGIN_SHARE = 0.12
ARROWS = 9
PLACE_COLOURS = {
    "sites": HexColor("#c77700"),
    "dump_points": HexColor("#2e7d32"),
    "zones": HexColor("#b3121d"),
    "corridors": HexColor("#2f74b5"),
    "roads": HexColor("#6b7684"),
}
STEPS_M = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True)
class Place:
    """A place as the picture needs it."""

    kind: str
    label: str
    feature: Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """Part of a track: `before`, `during` or `after`."""

    phase: str
    points: Sequence[LonLat]


@dataclass(frozen=True)
class MapContent:
    """What a picture shows.

    Attributes:
        stretches: The track in order.
        places: Places near it.
        marks: Instants to write beside the track.
        event_at: Where the episode began.
        words: Labels of the legend by `before`, `during`, `after`, `event` and kinds of places.
    """

    stretches: Sequence[Stretch]
    places: Sequence[Place] = ()
    marks: Sequence[tuple[LonLat, str]] = ()
    event_at: LonLat | None = None
    words: Mapping[str, str] = field(default_factory=dict)


PHASES = {"before": (BEFORE, 1.0), "during": (DURING, 2.0), "after": (AFTER, 1.0)}


class MapPicture(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Draws a `MapContent`."""

    def __init__(self, content: MapContent, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._content = content

    def draw(self) -> None:
        """Draw on the canvas that platypus has set."""
        canvas, content = self.canv, self._content
        frame = Frame.around(_extent_of(content), self.width, self.height)
        box(canvas, (0, 0, self.width, self.height), PAPER, LINE)
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(0, 0, self.width, self.height)
        canvas.clipPath(path, stroke=0)
        _graticule(canvas, frame)
        places = [place for place in content.places if frame.shows(place)]
        for place in places:
            _draw_place(canvas, frame, place)
        for stretch in content.stretches:
            _draw_stretch(canvas, frame, stretch)
        for at, text in content.marks:
            _mark(canvas, frame.to_paper(at), text)
        if content.event_at is not None:
            _event(canvas, frame.to_paper(content.event_at))
        canvas.restoreState()
        _legend(canvas, replace(content, places=places), frame)
        _scale_bar(canvas, frame)
        _north(canvas, self.width - 16, 16)
        line(canvas, _corners(self.width, self.height), LINE, 0.8, closed=True)


@dataclass(frozen=True)
class Frame:
    """From degrees to points of the picture."""

    west_deg: float
    south_deg: float
    pt_per_m: float
    m_per_deg_lon: float
    width: float
    height: float

    @classmethod
    def around(cls, extent: tuple[float, float, float, float], width: float, height: float) -> Frame:
        """Return the frame that shows an extent (west, south, east, north) in the middle."""
        west, south, east, north = extent
        m_per_deg_lon = M_PER_DEG * max(0.05, math.cos(math.radians((south + north) / 2)))
        across_m = max((east - west) * m_per_deg_lon, LEAST_M) * (1 + 2 * MARGIN_SHARE)
        up_m = max((north - south) * M_PER_DEG, LEAST_M * height / width) * (1 + 2 * MARGIN_SHARE)
        pt_per_m = min(width / across_m, height / up_m)
        return cls(
            (west + east) / 2 - width / pt_per_m / 2 / m_per_deg_lon,
            (south + north) / 2 - height / pt_per_m / 2 / M_PER_DEG,
            pt_per_m,
            m_per_deg_lon,
            width,
            height,
        )

    def to_paper(self, at: LonLat) -> tuple[float, float]:
        """Return where a position is drawn. [pt]"""
        return (
            (at[0] - self.west_deg) * self.m_per_deg_lon * self.pt_per_m,
            (at[1] - self.south_deg) * M_PER_DEG * self.pt_per_m,
        )

    def shows(self, place: Place) -> bool:
        """Tell whether the box around a place reaches into the picture."""
        paper = [self.to_paper(at) for ring in positions_of(place.feature.get("geometry")) for at in ring]
        if not paper:
            return False
        xs, ys = zip(*paper, strict=True)
        return bool(max(xs) >= 0 and min(xs) <= self.width and max(ys) >= 0 and min(ys) <= self.height)


def positions_of(geometry: Mapping[str, Any] | None) -> list[list[LonLat]]:
    """Return the lines and rings of a geometry."""
    if geometry is None:
        return []
    coordinates, kind = geometry.get("coordinates", []), geometry.get("type")
    if kind == "MultiPolygon":
        coordinates = [ring for polygon in coordinates for ring in polygon]
    lines = {"Point": [[coordinates]], "LineString": [coordinates]}.get(str(kind), coordinates)
    return [[(float(point[0]), float(point[1])) for point in each] for each in lines]


def _extent_of(content: MapContent) -> tuple[float, float, float, float]:
    points = [point for stretch in content.stretches for point in stretch.points]
    points += [] if content.event_at is None else [content.event_at]
    if not points:
        points = [at for place in content.places for ring in positions_of(place.feature.get("geometry")) for at in ring]
    if not points:
        return (0.0, 0.0, 0.0, 0.0)
    lons, lats = zip(*points, strict=True)
    return (min(lons), min(lats), max(lons), max(lats))


def _draw_place(canvas: Any, frame: Frame, place: Place) -> None:
    colour = PLACE_COLOURS.get(place.kind, FAINT)
    rings = [[frame.to_paper(at) for at in ring] for ring in positions_of(place.feature.get("geometry"))]
    properties = place.feature.get("properties") or {}
    if place.kind in ("corridors", "roads"):
        band_pt = 2 * float(properties.get("half_width_m") or 0) * frame.pt_per_m
        for ring in rings:
            if band_pt > 1:
                line(canvas, ring, faded(colour, 0.16), band_pt)
            line(canvas, ring, faded(colour, 0.9), 0.7, dash=(4, 2))
    else:
        for ring in rings:
            line(canvas, ring, colour, 0.9, closed=True, fill=faded(colour, 0.15))
    if rings and rings[0]:
        _place_label(canvas, frame, rings[0], place, colour)


def _place_label(canvas: Any, frame: Frame, ring: Sequence[tuple[float, float]], place: Place, colour: Any) -> None:
    shown = [at for at in ring if 0 <= at[0] <= frame.width and 0 <= at[1] <= frame.height]
    if not shown:
        return
    x = sum(at[0] for at in shown) / len(shown)
    y = shown[len(shown) // 2][1] + 3 if place.kind in ("corridors", "roads") else max(at[1] for at in shown) + 2
    say(canvas, place.label, (min(max(x, 30), frame.width - 30), min(y, frame.height - 8)), size=6, colour=colour,
        anchor="middle")  # fmt: skip


def _draw_stretch(canvas: Any, frame: Frame, stretch: Stretch) -> None:
    colour, width_pt = PHASES[stretch.phase]
    paper = [frame.to_paper(at) for at in stretch.points]
    line(canvas, paper, white, width_pt + 1.4)
    line(canvas, paper, colour, width_pt)
    if len(paper) <= 200:
        for at in paper:
            dot(canvas, at, width_pt * 0.75, colour)
    for here, there in _spread(list(pairwise(paper)), ARROWS):
        _arrow(canvas, here, there, colour)


def _spread(items: list[Any], most: int) -> Iterable[Any]:
    step = max(1, len(items) // most)
    return items[step // 2 :: step]


def _arrow(canvas: Any, here: tuple[float, float], there: tuple[float, float], colour: Any) -> None:
    length = math.hypot(there[0] - here[0], there[1] - here[1])
    if length < 3:
        return
    turn = math.atan2(there[1] - here[1], there[0] - here[0])
    x, y = (here[0] + there[0]) / 2, (here[1] + there[1]) / 2
    corners = [(x + 4 * math.cos(turn + a), y + 4 * math.sin(turn + a)) for a in (0.0, 2.5, -2.5)]
    line(canvas, corners, white, 0.3, closed=True, fill=colour)


def _mark(canvas: Any, at: tuple[float, float], text: str) -> None:
    dot(canvas, at, 1.7, white, INK)
    box(canvas, (at[0] + 3.5, at[1] - 1.5, 4 + 3.4 * len(text), 8), faded(white, 0.8))
    say(canvas, text, (at[0] + 5, at[1]), size=6)


def _event(canvas: Any, at: tuple[float, float]) -> None:
    dot(canvas, at, 7, faded(DURING, 0.18), DURING)
    line(canvas, [(at[0] - 10, at[1]), (at[0] + 10, at[1])], DURING, 0.6)
    line(canvas, [(at[0], at[1] - 10), (at[0], at[1] + 10)], DURING, 0.6)


def _graticule(canvas: Any, frame: Frame) -> None:
    step_deg = next(
        (s for s in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1) if s * M_PER_DEG * frame.pt_per_m > 60), 0.2
    )
    lon = math.ceil(frame.west_deg / step_deg) * step_deg
    while (x := frame.to_paper((lon, frame.south_deg))[0]) < frame.width:
        line(canvas, [(x, 0), (x, frame.height)], faded(LINE, 0.6), 0.3)
        say(canvas, f"{lon:.3f}°", (x + 1.5, 2), size=5, colour=FAINT)
        lon += step_deg
    lat = math.ceil(frame.south_deg / step_deg) * step_deg
    while (y := frame.to_paper((frame.west_deg, lat))[1]) < frame.height:
        line(canvas, [(0, y), (frame.width, y)], faded(LINE, 0.6), 0.3)
        say(canvas, f"{lat:.3f}°", (2, y + 1.5), size=5, colour=FAINT)
        lat += step_deg


def _scale_bar(canvas: Any, frame: Frame) -> None:
    length_m = max((s for s in STEPS_M if s * frame.pt_per_m < frame.width / 4), default=STEPS_M[0])
    long_pt, x, y = length_m * frame.pt_per_m, 10.0, 12.0
    box(canvas, (x - 4, y - 4, long_pt + 44, 15), faded(white, 0.85))
    line(canvas, [(x, y + 3), (x, y), (x + long_pt, y), (x + long_pt, y + 3)], INK, 1)
    say(canvas, f"{length_m} m" if length_m < 1_000 else f"{length_m // 1_000} km", (x + long_pt + 4, y - 1), size=6.5)


def _north(canvas: Any, x: float, y: float) -> None:
    line(canvas, [(x, y + 12), (x - 4, y), (x, y + 3), (x + 4, y)], INK, 0.5, closed=True, fill=INK)
    say(canvas, "N", (x, y + 14), size=7, bold=True, anchor="middle")


def _legend(canvas: Any, content: MapContent, frame: Frame) -> None:
    phases = [phase for phase in PHASES if any(s.phase == phase and s.points for s in content.stretches)]
    kinds = [kind for kind in PLACE_COLOURS if any(place.kind == kind for place in content.places)]
    rows = [(content.words.get(p, p), PHASES[p][0]) for p in phases]
    rows += [(content.words.get(kind, kind), PLACE_COLOURS[kind]) for kind in kinds]
    if content.event_at is not None:
        rows.append((content.words.get("event", "event"), DURING))
    if not rows:
        return
    wide, tall = 28 + max(text_width(text, 6.5) for text, _ in rows), 6 + 10.0 * len(rows)
    left, bottom = _free_corner(content, frame, wide, tall)
    box(canvas, (left, bottom, wide, tall), faded(white, 0.9), LINE)
    for row, (text, colour) in enumerate(rows):
        y = bottom + tall - 10 - 10 * row
        line(canvas, [(left + 5, y + 2.2), (left + 17, y + 2.2)], colour, 2.2)
        say(canvas, text, (left + 21, y), size=6.5)


def _free_corner(content: MapContent, frame: Frame, wide: float, tall: float) -> tuple[float, float]:
    """Return left and bottom of the corner that hides least of the track; the two below hold scale and north."""
    paper = [frame.to_paper(at) for stretch in content.stretches for at in stretch.points]
    top = frame.height - tall - 6
    corners = [(frame.width - wide - 6, top), (6.0, top), (frame.width - wide - 6, 44.0), (6.0, 30.0)]

    def hidden(corner: tuple[float, float]) -> int:
        left, bottom = corner
        return sum(left - 5 <= x <= left + wide + 5 and bottom - 5 <= y <= bottom + tall + 5 for x, y in paper)

    return min(corners, key=hidden)


def _corners(width: float, height: float) -> list[tuple[float, float]]:
    return [(0, 0), (width, 0), (width, height), (0, height)]
