"""Weekly hours in the city's local time: whether an instant is within them, for a whole column of questions.

Times of day have minutes, so a set of windows is a week of minutes, each open or not; the same windows are one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.world_documents import Window

IntArray = NDArray[np.integer[Any]]

MINUTE_MS = 60_000
DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN
DAY_MS = DAY_MIN * MINUTE_MS
# 1970-01-01 was a Thursday, the fourth day.
EPOCH_MIN = 3 * DAY_MIN
ALWAYS = -1


@dataclass(frozen=True)
class TimeWindows:
    """Sets of weekly windows, R of them; row `ALWAYS` is every instant.

    Attributes:
        utc_offset_ms: How far the city's clock is ahead of UTC.
        open: Whether each minute of the week, from Monday 00:00 on, is in each set, shape (R, 10080).
    """

    utc_offset_ms: int
    open: NDArray[np.bool_]

    @classmethod
    def build(
        cls, utc_offset_h: float, sets: Iterable[Sequence[Window] | None]
    ) -> tuple[TimeWindows, NDArray[np.int32]]:
        """Return the table, and the row of each set in the order given; None is always."""
        rows: dict[bytes, int] = {}
        row = [ALWAYS if own is None else rows.setdefault(_week(own).tobytes(), len(rows)) for own in sets]
        weeks = np.frombuffer(b"".join(rows), np.bool_).reshape(-1, WEEK_MIN)
        return cls(round(utc_offset_h * 60) * MINUTE_MS, weeks), np.array(row, np.int32)

    def allowed(self, row: IntArray | int, time_ms: IntArray) -> NDArray[np.bool_]:
        """Return whether each instant is in its set of windows, shape (N,)."""
        row = np.asarray(row)
        if not len(self.open):
            return np.ones(np.broadcast_shapes(row.shape, np.shape(time_ms)), np.bool_)
        minute = ((np.asarray(time_ms) + self.utc_offset_ms) // MINUTE_MS + EPOCH_MIN) % WEEK_MIN
        within: NDArray[np.bool_] = self.open[np.maximum(row, 0), minute] | (row == ALWAYS)
        return within

    def closings(self, rows: Iterable[int]) -> NDArray[np.int32]:
        """Return how many minutes of two weeks lie before each minute that are out of any of some sets, shape (20161,).

        For `surely_allowed`.
        """
        within = np.ones(WEEK_MIN, np.bool_)
        for row in set(rows) - {ALWAYS}:
            within &= self.open[row]
        return np.concatenate(([0], np.cumsum(np.tile(~within, 2)))).astype(np.int32)

    def surely_allowed(self, closings: NDArray[np.int32], first_ms: IntArray, last_ms: IntArray) -> NDArray[np.bool_]:
        """Return whether all of each span of time is in every set that `closings` was made of, shape (N,)."""
        first_min = (np.asarray(first_ms) + self.utc_offset_ms) // MINUTE_MS + EPOCH_MIN
        length = np.minimum(
            (np.asarray(last_ms) + self.utc_offset_ms) // MINUTE_MS + EPOCH_MIN - first_min + 1, WEEK_MIN
        )
        begin = first_min % WEEK_MIN
        allowed: NDArray[np.bool_] = closings[begin + length] == closings[begin]
        return allowed

    def day(self, time_ms: IntArray | np.int64) -> NDArray[np.int64]:
        """Return the number of the city's day that each instant is in, counted from 1970-01-01."""
        day: NDArray[np.int64] = (np.asarray(time_ms, np.int64) + self.utc_offset_ms) // DAY_MS
        return day

    def clock(self, time_ms: int) -> str:
        """Return the city's time of day at an instant, such as "06:30"."""
        hours, minutes = divmod((time_ms + self.utc_offset_ms) % DAY_MS // MINUTE_MS, 60)
        return f"{hours:02}:{minutes:02}"

    def date(self, time_ms: int) -> str:
        """Return the city's date at an instant, such as "2026-01-31"."""
        return str(np.datetime64(int(self.day(np.int64(time_ms))), "D"))


def _week(windows: Sequence[Window]) -> NDArray[np.bool_]:
    """Return which minutes of the week are in any of some windows."""
    week = np.zeros(WEEK_MIN, np.bool_)
    for window in windows:
        begin, end = _minutes(window.from_), _minutes(window.to)
        length = end - begin if end > begin else end + DAY_MIN - begin
        for day in window.days or range(1, 8):
            week[(np.arange(length) + begin + (day - 1) * DAY_MIN) % WEEK_MIN] = True
    return week


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
