"""Charts over one axis of time: a panel for each reading, thresholds drawn where they were crossed; and bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from supervision.drawing.paper import Color, Flowable, white
from supervision.drawing.pen import ACCENT, DURING, FAINT, INK, LINE, PAPER, box, faded, line, say

LEFT, RIGHT, BOTTOM = 34.0, 8.0, 14.0
STEPS_S = (10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)


@dataclass(frozen=True)
class Threshold:
    """A level that a reading must not cross."""

    value: float
    label: str


@dataclass(frozen=True)
class Panel:
    """One reading over time.

    Attributes:
        title: What it is, with its unit.
        values: One per instant, NaN where the terminal said nothing.
        thresholds: Levels to draw.
        levels: Names of whole numbers instead of a scale; None for a scale.
        gap_s: A line is not drawn over a longer silence. [s]
    """

    title: str
    values: Sequence[float]
    thresholds: Sequence[Threshold] = ()
    levels: Sequence[str] | None = None
    gap_s: float = 120.0


class ReadingsChart(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Draws panels one below the other.

    Args:
        times_s: Instants, Unix seconds. [s]
        panels: What to draw.
        during: From when to when the episode went on; shaded. [s]
        clock: Writes an instant below the axis.
        width: Of the whole. [pt]
        panel_height: Of each panel. [pt]
    """

    def __init__(
        self,
        times_s: Sequence[float],
        panels: Sequence[Panel],
        *,
        during: tuple[float, float],
        clock: Callable[[float], str],
        width: float,
        panel_height: float,
    ) -> None:
        super().__init__()
        self.width, self.height = width, panel_height * len(panels) + BOTTOM
        self._times_s, self._panels, self._during = times_s, panels, during
        self._clock, self._panel_height = clock, panel_height

    def draw(self) -> None:
        """Draw on the canvas that platypus has set."""
        first_s, last_s = self._times_s[0], max(self._times_s[-1], self._times_s[0] + 1)
        across = self.width - LEFT - RIGHT

        def x_of(time_s: float) -> float:
            return LEFT + (time_s - first_s) / (last_s - first_s) * across

        for row, panel in enumerate(self._panels):
            bottom = self.height - self._panel_height * (row + 1)
            self._draw_panel(panel, bottom, x_of)
        self._draw_times(first_s, last_s, x_of)

    def _draw_panel(self, panel: Panel, bottom: float, x_of: Callable[[float], float]) -> None:
        canvas, tall = self.canv, self._panel_height - 15
        box(canvas, (LEFT, bottom, self.width - LEFT - RIGHT, tall), PAPER, LINE)
        from_x, to_x = (min(max(x_of(at), LEFT), self.width - RIGHT) for at in self._during)
        box(canvas, (from_x, bottom, max(to_x - from_x, 1.2), tall), faded(DURING, 0.10))
        low, high = _range_of(panel)

        def y_of(value: float) -> float:
            return bottom + 2 + (value - low) / (high - low) * (tall - 4)

        say(canvas, panel.title, (LEFT, bottom + tall + 3.5), size=7, bold=True)
        _scale(canvas, panel, (low, high), y_of, self.width)
        for points in _pieces(self._times_s, panel):
            paper = [(x_of(at), y_of(value)) for at, value in points]
            line(canvas, paper if len(paper) > 1 else [*paper, (paper[0][0] + 0.6, paper[0][1])], ACCENT, 0.9)
        for threshold in panel.thresholds:
            y = y_of(threshold.value)
            line(canvas, [(LEFT, y), (self.width - RIGHT, y)], DURING, 0.8, dash=(4, 2))
            say(canvas, threshold.label, (self.width - RIGHT - 3, y + 2), size=6, colour=DURING, anchor="end")

    def _draw_times(self, first_s: float, last_s: float, x_of: Callable[[float], float]) -> None:
        step_s = next((s for s in STEPS_S if (last_s - first_s) / s <= 9), STEPS_S[-1])
        at = math.ceil(first_s / step_s) * step_s
        while at <= last_s:
            x = x_of(at)
            line(self.canv, [(x, BOTTOM), (x, BOTTOM - 3)], FAINT, 0.5)
            say(self.canv, self._clock(at), (x, BOTTOM - 10), size=6, colour=FAINT, anchor="middle")
            at += step_s


def _range_of(panel: Panel) -> tuple[float, float]:
    if panel.levels is not None:
        return -0.3, len(panel.levels) - 0.7
    known = [value for value in panel.values if not math.isnan(value)] + [t.value for t in panel.thresholds]
    high = max([*known, 0.0])
    return min([*known, 0.0]), (high * 1.15 or 1.0)


def _scale(canvas: Any, panel: Panel, ends: tuple[float, float], y_of: Callable[[float], float], width: float) -> None:
    if panel.levels is not None:
        ticks = [(float(level), name) for level, name in enumerate(panel.levels)]
    else:
        step = _nice((ends[1] - ends[0]) / 3)
        first = math.ceil(ends[0] / step)
        ticks = [(n * step, f"{n * step:g}") for n in range(first, math.floor(ends[1] / step) + 1)]
    for value, text in ticks:
        y = y_of(value)
        line(canvas, [(LEFT, y), (width - RIGHT, y)], faded(LINE, 0.7), 0.3)
        say(canvas, text, (LEFT - 3, y - 2), size=6, colour=FAINT, anchor="end")


def _nice(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= step * 0.999)


def _pieces(times_s: Sequence[float], panel: Panel) -> list[list[tuple[float, float]]]:
    """Return the readings as lines, cut where the terminal was silent."""
    pieces: list[list[tuple[float, float]]] = []
    last_s = -math.inf
    for at, value in zip(times_s, panel.values, strict=True):
        if math.isnan(value):
            continue
        if at - last_s > panel.gap_s:
            pieces.append([])
        pieces[-1].append((at, value))
        last_s = at
    return pieces


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart."""

    label: str
    value: float
    text: str


class Bars(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Horizontal bars, the label at the left, the number at the end."""

    def __init__(self, bars: Sequence[Bar], width: float, colour: Color = ACCENT, label_width: float = 110) -> None:
        super().__init__()
        self.width, self.height = width, 13.0 * len(bars) + 2
        self._bars, self._colour, self._label_width = bars, colour, label_width

    def draw(self) -> None:
        """Draw on the canvas that platypus has set."""
        most = max([bar.value for bar in self._bars] + [1e-9])
        room = self.width - self._label_width - 60
        for row, bar in enumerate(self._bars):
            y = self.height - 13 * (row + 1)
            say(self.canv, bar.label, (self._label_width - 5, y + 3), size=7.5, anchor="end")
            box(self.canv, (self._label_width, y + 1, room, 9), PAPER)
            box(self.canv, (self._label_width, y + 1, max(room * bar.value / most, 0.5), 9), self._colour)
            say(self.canv, bar.text, (self._label_width + room + 5, y + 3), size=7.5, colour=INK)


class Columns(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Upright columns over hours or days."""

    def __init__(self, bars: Sequence[Bar], width: float, height: float, colour: Color = ACCENT) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._bars, self._colour = bars, colour

    def draw(self) -> None:
        """Draw on the canvas that platypus has set."""
        most = max([bar.value for bar in self._bars] + [1e-9])
        step, tall = self.width / max(len(self._bars), 1), self.height - 22
        box(self.canv, (0, 12, self.width, tall + 10), PAPER, LINE)
        for column, bar in enumerate(self._bars):
            up = tall * bar.value / most
            box(self.canv, (column * step + step * 0.15, 12, step * 0.7, max(up, 0.3)), self._colour, white)
            say(self.canv, bar.label, (column * step + step / 2, 4), size=5.5, colour=FAINT, anchor="middle")
            if bar.value:
                say(self.canv, bar.text, (column * step + step / 2, up + 14), size=5.5, anchor="middle")
