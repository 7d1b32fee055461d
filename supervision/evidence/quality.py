"""How good the records are that evidence stands on: what an appeal asks first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

# A terminal sends within seconds of a fix; what takes longer was kept in its memory. [s]
LATE_S = 60.0
# Clocks of terminals are set by satellites; a second is network and rounding. [s]
AHEAD_S = 1.0


@dataclass(frozen=True, slots=True)
class RecordQuality:
    """What the fixes of a range say about themselves.

    Attributes:
        fixes: How many there are.
        without_position: Of these, those whose receiver saw no position.
        hdop_median: None where no fix tells it; likewise `hdop_most` and `satellites_least`.
        late: Came more than `LATE_S` after their fix.
        latest_s: The longest from fix to arrival. [s]
        ahead: Fixes that are later than their own arrival: the terminal's clock runs ahead.
        longest_gap_s: Longest silence between two fixes. [s]
        numbers_missing: Records of the same epoch whose numbers lie between those here but that are not here.
        under_fault: Fixes under a fault that the terminal itself told.
    """

    fixes: int
    without_position: int
    hdop_median: float | None
    hdop_most: float | None
    satellites_least: int | None
    late: int
    latest_s: float
    ahead: int
    longest_gap_s: float
    numbers_missing: int
    under_fault: int


def record_quality(rows: Sequence[Mapping[str, Any]]) -> RecordQuality:
    """Return what the fixes of one truck, in time order, say about themselves."""
    hdops = [row["hdop"] for row in rows if row["hdop"] is not None]
    satellites = [row["satellites"] for row in rows if row["satellites"] is not None]
    delays_s = [(row["received_at"] - row["fix_time"]).total_seconds() for row in rows]
    gaps_s = [(b["fix_time"] - a["fix_time"]).total_seconds() for a, b in pairwise(rows)]
    return RecordQuality(
        fixes=len(rows),
        without_position=sum(row["lat_deg"] is None for row in rows),
        hdop_median=median(hdops) if hdops else None,
        hdop_most=max(hdops, default=None),
        satellites_least=min(satellites, default=None),
        late=sum(delay_s > LATE_S for delay_s in delays_s),
        latest_s=max([0.0, *delays_s]),
        ahead=sum(delay_s < -AHEAD_S for delay_s in delays_s),
        longest_gap_s=max(gaps_s, default=0.0),
        numbers_missing=_missing(rows),
        under_fault=sum(row["faults"] != 0 for row in rows),
    )


def _missing(rows: Sequence[Mapping[str, Any]]) -> int:
    numbers: dict[tuple[str, int], set[int]] = {}
    for row in rows:
        numbers.setdefault((row["terminal_id"], row["epoch"]), set()).add(row["seq"])
    return sum(max(seqs) - min(seqs) + 1 - len(seqs) for seqs in numbers.values())
