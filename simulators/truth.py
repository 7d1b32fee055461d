"""Truth: what must be found, one JSON object a line, written as it comes to pass.

    {"vehicle_id": "V00001", "kind": "illegal_dumping", "start": "2026-03-02T06:20:11.000Z", "end": "...Z"}

Violations stand beside facts (`loading`, `unloading`, `trip`). What no sensor of the truck can show is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from simulators.instant import from_milliseconds, parse_instant

VIOLATIONS = ("route_deviation", "illegal_dumping", "spillage", "uncovered_haul")
FACTS = ("loading", "unloading", "trip")


class Happening(NamedTuple):
    """Something that happened to a vehicle and must be found."""

    vehicle_id: str
    kind: str
    start_ms: int
    end_ms: int


class _Line(msgspec.Struct):
    vehicle_id: str
    kind: str
    start: str
    end: str


_decoder = msgspec.json.Decoder(_Line)


def write_happening(stream: IO[bytes], happening: Happening) -> None:
    """Append one line of truth."""
    start, end = from_milliseconds(happening.start_ms), from_milliseconds(happening.end_ms)
    stream.write(msgspec.json.encode(_Line(happening.vehicle_id, happening.kind, start, end)) + b"\n")


def read_truth(path: Path) -> Iterator[Happening]:
    """Yield each line of a truth file.

    Raises:
        ValueError: A line is no happening; the message names it.
    """
    with path.open("rb") as stream:
        for number, text in enumerate(stream, 1):
            try:
                line = _decoder.decode(text)
                yield Happening(line.vehicle_id, line.kind, parse_instant(line.start), parse_instant(line.end))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
