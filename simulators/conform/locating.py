"""The fix that `locate` asks for, found among those that a terminal records anyway.

It stands out where a terminal records seldom: it comes at once and breaks the rhythm, and nothing else asks for it.
Moving and standing have rhythms of their own; what comes between the two is not looked at.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from simulators.conform.motion_pairs import COURSE_MPS, is_changed
from simulators.conform.observed import Log, Row

BREAKS_RHYTHM = 0.85  # of the usual interval: what comes later came for the interval's sake
LEAST_INTERVALS = 3


def _moves(row: Row) -> bool:
    return row.fix.speed_mps > COURSE_MPS


def _calm_pairs(log: Log) -> list[tuple[Row, Row]]:
    """Return neighbours between which nothing changed that asks for a fix."""
    return [
        (a, b)
        for a, b in pairwise(log.track)
        if a.fix.epoch == b.fix.epoch
        and b.fix.seq - a.fix.seq == 1
        and _moves(a) == _moves(b)
        and not is_changed(log, a, b)
    ]


def _apart_ms(pair: tuple[Row, Row]) -> int:
    return pair[1].fix.fix_time_ms - pair[0].fix.fix_time_ms


def _extra(log: Log) -> list[Row]:
    """Return the fixes that break the rhythm of a terminal whose rhythm leaves room for that."""
    extra: list[Row] = []
    for moving in (False, True):
        calm = [pair for pair in _calm_pairs(log) if _moves(pair[0]) is moving]
        unasked = [_apart_ms(pair) for pair in calm if not any(log.is_located(row.fix.fix_time_ms) for row in pair)]
        usual_ms = median(unasked) if len(unasked) >= LEAST_INTERVALS else 0.0
        if usual_ms > 2000 * log.timing.locate_s:
            extra += [pair[1] for pair in calm if _apart_ms(pair) < BREAKS_RHYTHM * usual_ms]
    return extra


def located_rows(log: Log, purpose: str) -> list[Row | None]:
    """Return for each delivery of one `locate` the fix that it alone explains, None where there is none.

    A receiver's last solution may be a little older than the question.
    """
    within_ms, extra = 1000 * log.timing.locate_s, _extra(log)
    return [
        next((row for row in extra if -within_ms / 2 <= row.fix.fix_time_ms - at_ms <= within_ms), None)
        for at_ms in log.sent_ms.get(log.ids.get(purpose, ""), [])
    ]


def stands_out(log: Log) -> bool:
    """Return whether a `locate` was seen to be carried out, so that its being carried out again would be seen."""
    return any(row is not None for purpose in ("locate", "alive") for row in located_rows(log, purpose)[:1])
