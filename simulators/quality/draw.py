"""Pictures of cases: a map of where the truck went, and its speed, load and lift over time. matplotlib, to a file.

One picture is one truck over a span: what happened is shaded, what was found is marked, so that a person sees at once
why a rule spoke, or should have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import FixBatch, Mark

LEAD_MS = 12 * 60_000  # shown before and after what it is about
MAX_SPAN_MS = 8 * 3_600_000
SIZE_IN, DPI = (9.0, 3.9), 75
METRES_A_DEGREE = 111_200.0

AREAS = {
    "sites": ("#2b6cb0", "site"),
    "dump_points": ("#2f855a", "dump point"),
    "zones": ("#c53030", "zone"),
}
MARKS = {
    Mark.WASHED: ("washed", "#0987a0"),
    Mark.PASSED_UNWASHED: ("not washed", "#c53030"),
    Mark.GATE_IN: ("gate in", "#2f855a"),
    Mark.GATE_OUT: ("gate out", "#2f855a"),
}
LOAD, SPEED, LIFT = "#b7791f", "#4a5568", "#6b46c1"
HAPPENED, FOUND, BESIDE = "#ed8936", "#c53030", "#718096"


@dataclass(frozen=True)
class Case:
    """What a picture shows.

    Attributes:
        title: Its heading.
        kind: What it is about; whatever else happened or was found is drawn in grey.
        track: Rows of one truck, in order.
        documents: The world that the truck was in.
        happened: Name and span of what really happened. [ms]
        found: Name, span and place of what was found: start, end, latitude, longitude; NaN where it has no place.
    """

    title: str
    kind: str
    track: FixBatch
    documents: Mapping[str, Any]
    happened: list[tuple[str, int, int]] = field(default_factory=list)
    found: list[tuple[str, int, int, float, float]] = field(default_factory=list)


def draw(case: Case, path: Path) -> None:
    """Draw a case into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_IN, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(case.title, fontsize=10, x=0.01, ha="left")
    on_map, over_time = figure.subplots(1, 2, width_ratios=(1, 1.35))
    track = case.track.take(_shown(case))
    _draw_map(on_map, case, track)
    _draw_time(over_time, case, track)
    path.parent.mkdir(parents=True, exist_ok=True)
    # No date and no version in the file: the same case gives the same bytes.
    figure.savefig(path, metadata={"Software": None})


def _shown(case: Case) -> NDArray[np.bool_]:
    """Return which rows lie in the span of what the case is about, and a little around it."""
    spans = [(start, end) for name, start, end in case.happened if name == case.kind]
    spans += [(start, end) for name, start, end, *_ in case.found if name == case.kind]
    time_ms = case.track.fix_time_ms
    if not spans:
        return np.ones(len(time_ms), np.bool_)
    first = min(start for start, _ in spans) - LEAD_MS
    last = min(max(end for _, end in spans) + LEAD_MS, first + MAX_SPAN_MS)
    shown: NDArray[np.bool_] = (time_ms >= first) & (time_ms <= last)
    return shown


def _draw_map(axes: Any, case: Case, track: FixBatch) -> None:
    located = ~np.isnan(track.lat_deg)
    lat_deg, lon_deg = track.lat_deg[located], track.lon_deg[located]
    box = _box(lat_deg, lon_deg)
    for document, (colour, _) in AREAS.items():
        for ring in _rings(case.documents.get(document)):
            axes.fill(ring[:, 0], ring[:, 1], facecolor=colour, alpha=0.18, edgecolor=colour, linewidth=1)
    for line in _lines(case.documents.get("corridors")):
        axes.plot(line[:, 0], line[:, 1], color="#a0aec0", linewidth=5, alpha=0.55, solid_capstyle="round", zorder=1)
    axes.plot(lon_deg, lat_deg, color=SPEED, linewidth=0.8, marker=".", markersize=2.5, zorder=2)
    for name, start, end in case.happened:
        if name != case.kind:
            continue
        during = (track.fix_time_ms[located] >= start) & (track.fix_time_ms[located] <= end)
        axes.plot(lon_deg[during], lat_deg[during], color=HAPPENED, linewidth=2.2, alpha=0.8, zorder=3)
    for name, _, _, lat, lon in case.found:
        main = name == case.kind
        axes.plot([lon], [lat], marker="X", color=FOUND if main else BESIDE, markersize=9 if main else 5, zorder=4)
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    middle_deg = (box[2] + box[3]) / 2
    axes.set_aspect(1 / np.cos(np.radians(middle_deg)))
    axes.set_xticks([])
    axes.set_yticks([])
    _scale_bar(axes, box, middle_deg)


def _box(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return west, east, south and north of a square around the middle 98 % of places, so that a jump does not shrink
    all the rest.
    """
    if not len(lat_deg):
        return 0.0, 1.0, 0.0, 1.0
    west, east = np.percentile(lon_deg, [1, 99])
    south, north = np.percentile(lat_deg, [1, 99])
    stretch = np.cos(np.radians((south + north) / 2))
    half = max((east - west) * stretch, north - south, 0.004) * 0.58
    lon, lat = (west + east) / 2, (south + north) / 2
    return lon - half / stretch, lon + half / stretch, lat - half, lat + half


def _scale_bar(axes: Any, box: tuple[float, float, float, float], middle_deg: float) -> None:
    west, east, south, north = box
    width_m = (east - west) * METRES_A_DEGREE * np.cos(np.radians(middle_deg))
    length_m = max(m for m in (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000) if m < width_m / 2)
    length_deg = length_m / (METRES_A_DEGREE * np.cos(np.radians(middle_deg)))
    lon, lat = west + (east - west) * 0.04, south + (north - south) * 0.05
    axes.plot([lon, lon + length_deg], [lat, lat], color="black", linewidth=2)
    axes.text(lon, lat + (north - south) * 0.015, f"{length_m / 1000:g} km", fontsize=7)


def _draw_time(axes: Any, case: Case, track: FixBatch) -> None:
    origin_ms = int(track.fix_time_ms[0]) if len(track) else 0

    def minutes(time_ms: Any) -> Any:
        return (np.asarray(time_ms) - origin_ms) / 60_000

    fixes = track.mark == Mark.FIX
    axes.plot(minutes(track.fix_time_ms[fixes]), track.speed_mps[fixes] * 3.6, color=SPEED, linewidth=0.8)
    axes.set_ylabel("km/h", fontsize=8, color=SPEED)
    axes.set_xlabel("minutes", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.set_ylim(bottom=0)
    _draw_sensors(axes.twinx(), minutes(track.fix_time_ms[fixes]), track, fixes)
    shown = (int(track.fix_time_ms[0]), int(track.fix_time_ms[-1])) if len(track) else (0, 0)
    for name, start, end in _within(case.happened, shown):
        colour = HAPPENED if name == case.kind else BESIDE
        axes.axvspan(minutes(start), minutes(max(end, start + 5000)), color=colour, alpha=0.25, linewidth=0)
    for n, (name, start, end, *_) in enumerate(_within(case.found, shown)):
        colour = FOUND if name == case.kind else BESIDE
        height = axes.get_ylim()[1] * (0.96 - 0.07 * (n % 4))
        axes.plot(minutes([start, max(end, start)]), [height] * 2, color=colour, linewidth=2.5, marker="|")
        axes.text(minutes(start), height, f" {name}", fontsize=6.5, color=colour, va="bottom")
    axes.set_title("shaded: what happened; bars: what was found", fontsize=7, loc="left", color=SPEED)
    for mark, (name, colour) in MARKS.items():
        for time_ms in track.fix_time_ms[track.mark == mark]:
            axes.axvline(minutes(time_ms), color=colour, linewidth=0.9, linestyle=":")
            axes.text(minutes(time_ms), 0.5, name, fontsize=6, rotation=90, color=colour, va="bottom")


def _within(items: list[Any], shown: tuple[int, int]) -> list[Any]:
    """Return what touches a span of time. [ms]"""
    return [item for item in items if item[2] >= shown[0] and item[1] <= shown[1]]


def _draw_sensors(axes: Any, minutes: NDArray[np.float64], track: FixBatch, fixes: NDArray[np.bool_]) -> None:
    tonnes, lift_deg = track.load_kg[fixes] / 1000, track.lift_deg[fixes]
    axes.tick_params(labelsize=7)
    axes.set_ylim(0, 30)
    if not np.isnan(tonnes).all():
        axes.plot(minutes, tonnes, color=LOAD, linewidth=1.1)
        axes.set_ylim(0, max(30.0, float(np.nanmax(tonnes)) * 1.1))
    if not np.isnan(lift_deg).all():
        axes.plot(minutes, lift_deg / 2, color=LIFT, linewidth=0.9)
    axes.set_ylabel("load [t]; lift [2 deg]", fontsize=8, color=LOAD)


def _features(collection: Any) -> list[Any]:
    return list(collection["features"]) if isinstance(collection, dict) else []


def _rings(collection: Any) -> Iterator[NDArray[np.float64]]:
    """Yield the outer rings of a document's areas, as longitude and latitude."""
    for feature in _features(collection):
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for polygon in polygons:
            yield np.array(polygon[0], np.float64)[:, :2]


def _lines(collection: Any) -> Iterator[NDArray[np.float64]]:
    for feature in _features(collection):
        yield np.array(feature["geometry"]["coordinates"], np.float64)[:, :2]
