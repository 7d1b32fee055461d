"""Text and simple shapes on a canvas, in the colours of this platform's paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supervision.drawing.fonts import runs, width
from supervision.drawing.paper import Color, HexColor

INK = HexColor("#1b2430")
FAINT = HexColor("#6b7684")
LINE = HexColor("#c9d1da")
PAPER = HexColor("#f4f6f8")
ACCENT = HexColor("#0b4f8a")
DURING = HexColor("#c8102e")
BEFORE = HexColor("#3567a8")
AFTER = HexColor("#7d8ba1")


def faded(colour: Color, alpha: float) -> Color:
    """Return a colour that lets through what lies below."""
    return Color(colour.red, colour.green, colour.blue, alpha=alpha)


def say(
    canvas: Any,
    text: str,
    at: tuple[float, float],
    *,
    size: float = 7,
    colour: Color = INK,
    bold: bool = False,
    anchor: str = "start",
) -> None:
    """Write one line; `anchor` says which of start, middle or end stands at the place."""
    x, y = at
    x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width(text, size, bold=bold)
    line = canvas.beginText(x, y)
    line.setFillColor(colour)
    for font, part in runs(text, bold=bold):
        line.setFont(font, size)
        line.textOut(part)
    canvas.drawText(line)


def line(
    canvas: Any,
    points: Sequence[tuple[float, float]],
    colour: Color,
    width_pt: float = 0.5,
    *,
    dash: tuple[float, ...] = (),
    closed: bool = False,
    fill: Color | None = None,
) -> None:
    """Draw a line through points, or an area."""
    if len(points) < 2:
        return
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    canvas.saveState()
    canvas.setLineWidth(width_pt)
    canvas.setStrokeColor(colour)
    canvas.setDash(*((list(dash),) if dash else ()))
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    if fill is not None:
        canvas.setFillColor(fill)
    canvas.drawPath(path, stroke=1 if width_pt else 0, fill=int(fill is not None))
    canvas.restoreState()


def box(canvas: Any, at: tuple[float, float, float, float], fill: Color, edge: Color | None = None) -> None:
    """Fill a rectangle (x, y, width, height)."""
    canvas.saveState()
    canvas.setFillColor(fill)
    canvas.setLineWidth(0.5)
    if edge is not None:
        canvas.setStrokeColor(edge)
    canvas.rect(*at, stroke=int(edge is not None), fill=1)
    canvas.restoreState()


def dot(canvas: Any, at: tuple[float, float], radius: float, fill: Color, edge: Color | None = None) -> None:
    """Draw a filled circle."""
    canvas.saveState()
    canvas.setFillColor(fill)
    canvas.setLineWidth(0.8)
    if edge is not None:
        canvas.setStrokeColor(edge)
    canvas.circle(*at, radius, stroke=int(edge is not None), fill=1)
    canvas.restoreState()
