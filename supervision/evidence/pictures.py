"""The map and the chart of a dossier: what is drawn of its records. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from supervision.drawing.chart import Panel, ReadingsChart, Threshold
from supervision.drawing.map_picture import MapContent, MapPicture, Place, Stretch
from supervision.evidence.dossier import Dossier, clock_of
from supervision.evidence.members import label, quantity
from supervision.evidence.words import word

Row = Mapping[str, Any]
# Which member of an opening is a level of which reading, and what makes it the panel's unit.
LEVELS: dict[str, tuple[tuple[str, float], ...]] = {
    "speed": (("limit_kmh", 1.0), ("severe_above_mps", 3.6), ("above_mps", 3.6)),
    "load": (("permitted_kg", 0.001), ("empty_below_kg", 0.001), ("capacity_kg", 0.001)),
    "lift": (("lift_above_deg", 1.0),),
}
READINGS: dict[str, tuple[str, float]] = {
    "speed": ("speed_mps", 3.6),
    "load": ("load_kg", 0.001),
    "load_ratio": ("load_ratio", 100.0),
    "lift": ("lift_deg", 1.0),
    "cover": ("cover", 1.0),
}
MARKS = 6  # times written beside the track
NEARLY_STILL_DEG = 0.0008  # closer marks would lie on each other
PANEL_PT = 62.0


def episode(dossier: Dossier) -> tuple[datetime, datetime]:
    """Return from when to when the events went on."""
    events = dossier["events"]
    if not events:
        case = dossier["case"]
        return case["start_time"], case["end_time"] or case["start_time"]
    ends = [event["end_time"] or event["confirmed_at"] for event in events]
    return min(event["start_time"] for event in events), max(ends)


def map_of(dossier: Dossier, language: str, size: tuple[float, float]) -> MapPicture:
    """Return the map."""
    start, end = episode(dossier)
    placed = [row for row in dossier["fixes"] if row["lat_deg"] is not None]
    parts = {
        "before": [row for row in placed if row["fix_time"] <= start],
        "during": [row for row in placed if start <= row["fix_time"] <= end],
        "after": [row for row in placed if row["fix_time"] >= end],
    }
    # The line goes through from one part to the next.
    if parts["before"] and parts["during"]:
        parts["during"] = [parts["before"][-1], *parts["during"]]
    if parts["during"] and parts["after"]:
        parts["after"] = [parts["during"][-1], *parts["after"]]
    words = {
        name: word(name, language) for name in (*parts, "event", "sites", "dump_points", "zones", "corridors", "roads")
    }
    event_at = _place_of(dossier)
    content = MapContent(
        stretches=[Stretch(phase, [_at(row) for row in rows]) for phase, rows in parts.items()],
        places=[
            Place(row["kind"], _label(row), row["document"])
            for row in dossier["world"]["items"]
            if row["kind"] != "permits"
        ],
        marks=_marks(placed, clock_of(dossier), event_at),
        event_at=event_at,
        words=words,
    )
    return MapPicture(content, *size)


def chart_of(dossier: Dossier, language: str, width: float) -> ReadingsChart | None:
    """Return the chart of the readings that the terminal told; None where there are no fixes."""
    rows = dossier["fixes"]
    if not rows:
        return None
    panels = [panel for name in READINGS if (panel := _panel(name, dossier, language)) is not None]
    zone = clock_of(dossier)

    def clock(time_s: float) -> str:
        return f"{datetime.fromtimestamp(time_s, UTC).astimezone(zone):%H:%M:%S}".removesuffix(":00")

    during = tuple(instant.timestamp() for instant in episode(dossier))
    times_s = [row["fix_time"].timestamp() for row in rows]
    return ReadingsChart(
        times_s, panels, during=(during[0], during[1]), clock=clock, width=width, panel_height=PANEL_PT
    )


def _panel(name: str, dossier: Dossier, language: str) -> Panel | None:
    column, factor = READINGS[name]
    values = [math.nan if row[column] is None else float(row[column]) * factor for row in dossier["fixes"]]
    if name != "speed" and all(math.isnan(value) for value in values):
        return None
    levels = [word(each, language) for each in ("closed", "half", "open")] if name == "cover" else None
    return Panel(word(name, language), values, _thresholds(name, dossier["events"], language), levels)


def _thresholds(name: str, events: Sequence[Row], language: str) -> list[Threshold]:
    found: dict[float, Threshold] = {}
    for event in events:
        for member, factor in LEVELS.get(name, ()):
            value = event["opening"].get(member)
            if isinstance(value, int | float) and not isinstance(value, bool):
                level = round(float(value) * factor, 3)
                found.setdefault(level, Threshold(level, f"{label(member, language)} {quantity(member, float(value))}"))
    return list(found.values())


def _at(row: Row) -> tuple[float, float]:
    return float(row["lon_deg"]), float(row["lat_deg"])


def _place_of(dossier: Dossier) -> tuple[float, float] | None:
    known = [row for row in [*dossier["events"], dossier["case"] or {}] if row.get("lat_deg") is not None]
    return _at(known[0]) if known else None


def _label(row: Row) -> str:
    properties = row["document"].get("properties") or {}
    return str(properties.get("name") or row["id"])


def _marks(
    placed: Sequence[Row], zone: Any, event_at: tuple[float, float] | None
) -> list[tuple[tuple[float, float], str]]:
    marks: dict[tuple[float, float], str] = {}
    step = max(1, len(placed) // MARKS)
    for row in [*placed[::step], *placed[-1:]]:
        at = _at(row)
        if all(math.dist(at, other) > NEARLY_STILL_DEG for other in (*marks, *([event_at] if event_at else ()))):
            marks[at] = f"{row['fix_time'].astimezone(zone):%H:%M}"
    return list(marks.items())
