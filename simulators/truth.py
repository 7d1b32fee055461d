"""Truth: what must be found, one JSON object a line, written as it comes to pass.

    {"vehicle_id": "V00001", "kind": "illegal_dumping", "start": "2026-03-02T06:20:11.000Z", "end": "...Z"}
    {"subject_kind": "washer", "subject_id": "W-S01", "kind": "washer_offline", "start": ..., "end": ...}

Violations stand beside facts (`loading`, `unloading`, `trip`). Three members more, where they are needed:

- `also`: kinds that follow from this one. An event of such a kind meanwhile is neither right nor wrong; "*" is any.
- `slack_s`: how far beside it an event may lie, over what scoring allows: of an act that only a long stay shows.
- `required`: false where it may be found and need not be: no sensor of the truck shows it, the terminal was dead, or it
  is so slight that two honest people would differ.

The header of a run (`run.json` beside the truth) says who was watched for how long.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from simulators.instant import from_milliseconds, parse_instant

FACTS = ("loading", "unloading", "trip")
ANY_KIND = "*"


class Happening(NamedTuple):
    """Something that happened to a truck, or to another subject, and must be found.

    Attributes:
        subject_id: The truck, or what `subject_kind` says.
        kind: What happened.
        start_ms: When it began, milliseconds since 1970-01-01 UTC.
        end_ms: When it was over.
        also: Kinds that follow from it.
        required: Whether it must be found.
        subject_kind: "vehicle" or "washer".
        slack_s: How far beside it an event may lie, over what scoring allows. [s]
    """

    subject_id: str
    kind: str
    start_ms: int
    end_ms: int
    also: tuple[str, ...] = ()
    required: bool = True
    subject_kind: str = "vehicle"
    slack_s: float = 0.0


class RunHeader(msgspec.Struct, frozen=True):
    """Who was watched for how long.

    Attributes:
        title: The family or scenario.
        seed: What it was drawn from.
        start: When the run began, RFC 3339.
        hours: How long it lasted. [h]
        sensors: The sensors of each truck, by vehicle.
    """

    title: str
    seed: int
    start: str
    hours: float
    sensors: dict[str, list[str]]

    @property
    def truck_days(self) -> float:
        """Return how many trucks were watched, times the days. [d]"""
        return len(self.sensors) * self.hours / 24.0


class _Line(msgspec.Struct, omit_defaults=True):
    kind: str
    start: str
    end: str
    vehicle_id: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    also: tuple[str, ...] = ()
    required: bool = True
    slack_s: float = 0.0


_decoder = msgspec.json.Decoder(_Line)


def write_happening(stream: IO[bytes], happening: Happening) -> None:
    """Append one line of truth."""
    of_truck = happening.subject_kind == "vehicle"
    line = _Line(
        kind=happening.kind,
        start=from_milliseconds(happening.start_ms),
        end=from_milliseconds(happening.end_ms),
        vehicle_id=happening.subject_id if of_truck else None,
        subject_kind=None if of_truck else happening.subject_kind,
        subject_id=None if of_truck else happening.subject_id,
        also=happening.also,
        required=happening.required,
        slack_s=happening.slack_s,
    )
    stream.write(msgspec.json.encode(line) + b"\n")


def subject_of(vehicle_id: str | None, subject_kind: str | None, subject_id: str | None) -> tuple[str, str]:
    """Return kind and id of whom a line of truth or events is about.

    Raises:
        ValueError: It names neither a vehicle nor another subject.
    """
    if vehicle_id is not None:
        return "vehicle", vehicle_id
    if subject_kind is None or subject_id is None:
        raise ValueError("expected a vehicle_id, or a subject_kind and a subject_id, got neither")
    return subject_kind, subject_id


def read_truth(path: Path) -> Iterator[Happening]:
    """Yield each line of a truth file.

    Raises:
        ValueError: A line is no happening; the message names it.
    """
    with path.open("rb") as stream:
        for number, text in enumerate(stream, 1):
            try:
                yield _happening(_decoder.decode(text))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def _happening(line: _Line) -> Happening:
    kind, name = subject_of(line.vehicle_id, line.subject_kind, line.subject_id)
    start_ms, end_ms = parse_instant(line.start), parse_instant(line.end)
    return Happening(name, line.kind, start_ms, end_ms, line.also, line.required, kind, line.slack_s)


def write_header(path: Path, header: RunHeader) -> None:
    """Write a run's header."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(header), indent=2) + b"\n")


def read_header(path: Path) -> RunHeader:
    """Return a run's header.

    Raises:
        ValueError: The file is none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunHeader)
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"{path}: expected the header of a run, got {error}") from error
