"""What a case costs where the bureau has not said otherwise. Pure.

Cities differ: Jinan gives a company 100 points and a truck 30 for half a year, Quanzhou takes 1 to 5 for speed, route
and hours, 10 for dumping or a missing permit (their published rules). These defaults follow that order of severity; the
bureau's own rows of `point_rules` go before them.
"""

from __future__ import annotations

from typing import Literal

from supervision.kinds import KINDS

SubjectKind = Literal["company", "vehicle", "driver"]
SUBJECT_KINDS: tuple[SubjectKind, ...] = ("company", "vehicle", "driver")
BASE = "base"  # the row of the table that says what a year begins with
BASES: dict[SubjectKind, float] = {"company": 100.0, "vehicle": 30.0, "driver": 30.0}
BY_SEVERITY: dict[int, float] = {0: 0.0, 1: 1.0, 2: 3.0, 3: 10.0}
# What a driver has no hand in: the box, and the company's papers.
NOT_THE_DRIVERS = frozenset({"terminal", "place"})


def default_points() -> dict[tuple[str, str], float]:
    """Return the points of each kind of case and subject, bases included."""
    table: dict[tuple[str, str], float] = {(BASE, subject): base for subject, base in BASES.items()}
    for kind in KINDS:
        points = BY_SEVERITY[kind.severity]
        for subject in SUBJECT_KINDS:
            spared = subject == "driver" and kind.group in NOT_THE_DRIVERS
            table[kind.kind, subject] = 0.0 if spared else points
    return table
