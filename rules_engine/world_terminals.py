"""Terminals: what kind each is, where it stands, and which truck it was in when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rules_engine.world_documents import Terminal, from_ms, reference, to_ms, unique
from rules_engine.world_error import WorldError
from rules_engine.world_intervals import Interval, IntervalTable
from rules_engine.world_permits import Rows


@dataclass(frozen=True, slots=True)
class TerminalTable:
    """Terminals in columns, each of shape (T,).

    Attributes:
        terminal_ids: Names, equal to the device of their topics; the position is `terminal`.
        terminal_rows: Row of each name.
        terminal_no: The database's number, -1 where unknown.
        kinds: "truck", "washer" or "gate".
        regions: Administrative code, None where not given.
        active: Whether its reports are accepted.
        site: Site it stands at, -1 for none.
        dump_point: Dump point it stands at, -1 for none.
        vehicle_of: Truck by terminal and instant.
    """

    terminal_ids: list[str]
    terminal_rows: dict[str, int]
    terminal_no: NDArray[np.int64]
    kinds: list[str]
    regions: list[str | None]
    active: NDArray[np.bool_]
    site: NDArray[np.int32]
    dump_point: NDArray[np.int32]
    vehicle_of: IntervalTable

    @classmethod
    def build(cls, terminals: Sequence[Terminal], rows: Rows) -> TerminalTable:
        """Return the terminals in columns.

        Raises:
            WorldError: An id stands twice or refers to nothing, or a terminal is in two trucks at once.
        """
        ids = [terminal.terminal_id for terminal in terminals]
        site = [reference("terminals", t.terminal_id, "site_id", t.site_id, rows.sites) for t in terminals]
        dump_point = [
            reference("terminals", t.terminal_id, "dump_point_id", t.dump_point_id, rows.dump_points) for t in terminals
        ]
        return cls(
            terminal_ids=ids,
            terminal_rows=unique("terminals", ids),
            terminal_no=np.array([terminal.terminal_no for terminal in terminals], np.int64),
            kinds=[terminal.kind for terminal in terminals],
            regions=[terminal.region for terminal in terminals],
            active=np.array([terminal.status == "active" for terminal in terminals], np.bool_),
            site=np.array(site, np.int32),
            dump_point=np.array(dump_point, np.int32),
            vehicle_of=IntervalTable.build(
                stay for row, terminal in enumerate(terminals) for stay in _stays(row, terminal, rows)
            ),
        )


def _stays(row: int, terminal: Terminal, rows: Rows) -> list[Interval]:
    """Return when the terminal was in which truck, in time order."""
    name = terminal.terminal_id
    stays = sorted(
        Interval(
            row,
            from_ms(assignment.from_),
            to_ms(assignment.to),
            reference("terminals", name, "vehicle_id", assignment.vehicle_id, rows.vehicles),
        )
        for assignment in terminal.assignments
    )
    for before, after in pairwise(stays):
        if after.from_ms < before.to_ms:
            raise WorldError("terminals", name, "one truck at a time", "assignments that overlap")
    for stay in stays:
        if stay.from_ms >= stay.to_ms:
            raise WorldError("terminals", name, "assignments that end after they begin", "one that does not")
    return stays
