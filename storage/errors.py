"""What can go wrong in storage apart from what the driver raises itself.

StorageError
├── WrongServer         the server is not one this release may write to (too old, extension missing, unsafe setting)
├── SchemaMismatch      the database's schema is not the one this code was written for
├── WriterTaken         another process already writes under this name
├── InvalidWorld        documents that contradict themselves or what the registry holds
├── UnknownVehicle      events or trips name a truck that the registry does not hold: a bug of ours
├── UserRefused         a user that cannot be added or changed as asked; nothing was stored
├── DeviceRefused       a device that cannot be admitted, suspended or revoked as asked; nothing was stored
├── ScoreRefused        a deduction, an appeal or a decision that cannot be; nothing was stored
│   ├── UnknownEntry        there is no such deduction or appeal
│   ├── AppealedAlready     the deduction was objected to before
│   └── DecidedAlready      the appeal was decided before
├── PaperRefused        a manifest, a scan, a check or a project that cannot be; nothing was stored
│   ├── UnknownPaper        what it names is not in the registers, or the viewer may not see it
│   └── PaperConflict       it was done before, otherwise
├── EditedMeanwhile     somebody else changed what was to be edited; nothing was stored
│   └── LimitsChanged       other limits are in force than their author saw
├── RulesRefused        limits or a trial of limits that cannot be; nothing was stored
│   ├── LimitsRefused       they do not fit the world
│   └── TooManyTrials       enough are under way
└── CommandRefused      a command to a terminal that is not taken; nothing was stored
    ├── UnknownTerminal     the registry holds no such terminal, or it gets nothing at present
    ├── KindNotAllowed      the city does not allow commands of this kind
    ├── InvalidCommand      it lacks something, or a terminal would refuse it
    └── TooManyCommands     the terminal has not answered what it was sent before

`psycopg.OperationalError` (database down, connection lost, deadlock, disk full) is left as it is: the caller retries.
"""

from __future__ import annotations

from typing import Any


class StorageError(Exception):
    """Base of everything raised here."""


class WrongServer(StorageError):  # noqa: N818 - reads as what it is
    """The server must not be written to.

    Attributes:
        what: The extension or setting.
        expected: What this release needs of it.
        got: What the server has, None if nothing.
    """

    def __init__(self, what: str, expected: str, got: str | None) -> None:
        super().__init__(f"{what}: expected {expected}, got {got or 'none'}")
        self.what = what
        self.expected = expected
        self.got = got


class SchemaMismatch(StorageError):  # noqa: N818
    """The database holds another schema version than this code expects."""

    def __init__(self, expected: str, got: str | None) -> None:
        super().__init__(
            f"expected schema version {expected}, got {got or 'an empty database'}; run `muckline db-upgrade`"
        )
        self.expected = expected
        self.got = got


class WriterTaken(StorageError):  # noqa: N818
    """A second writer under the same name would write with stale rule state."""

    def __init__(self, name: str) -> None:
        super().__init__(f"expected to be the only writer named {name!r}, but another connection holds that name")
        self.name = name


class UnknownVehicle(StorageError):  # noqa: N818
    """Events or trips name trucks that are not in the registry."""

    def __init__(self, vehicle_ids: list[str]) -> None:
        super().__init__(f"expected trucks of the registry, got {', '.join(sorted(vehicle_ids))}")
        self.vehicle_ids = vehicle_ids


class InvalidWorld(StorageError):  # noqa: N818
    """A document of a world cannot be stored; nothing of the world was.

    Attributes:
        document: Which one.
    """

    def __init__(self, document: str, problem: str) -> None:
        super().__init__(f"{document}: {problem}")
        self.document = document


class UserRefused(StorageError):  # noqa: N818
    """What was asked of a user cannot be; nothing was stored."""


class DeviceRefused(StorageError):  # noqa: N818
    """What was asked of a device cannot be; nothing was stored."""


class CommandRefused(StorageError):  # noqa: N818
    """A command to a terminal that is not taken."""


class UnknownTerminal(CommandRefused):
    """The registry holds no such terminal, or it gets nothing at present."""


class KindNotAllowed(CommandRefused):
    """The city does not allow commands of this kind."""

    def __init__(self, kind: str, allowed: list[str]) -> None:
        named = ", ".join(sorted(allowed)) or "nothing"
        super().__init__(
            f"expected a kind that the city allows (city.json, downlink.allowed: {named}), got {kind!r}; "
            "the downlink is off unless a city switches it on, kind by kind"
        )


class InvalidCommand(CommandRefused):
    """It lacks something, or a terminal would refuse it."""


class TooManyCommands(CommandRefused):
    """The terminal has not answered what it was sent before."""


class ScoreRefused(StorageError):  # noqa: N818
    """A deduction, an appeal or a decision that cannot be."""


class UnknownEntry(ScoreRefused):
    """There is no such deduction or appeal, or the viewer may not see it."""


class AppealedAlready(ScoreRefused):
    """The deduction was objected to before."""


class DecidedAlready(ScoreRefused):
    """The appeal was decided before."""


class PaperRefused(StorageError):  # noqa: N818
    """A manifest, a scan, a check or a project that cannot be."""


class UnknownPaper(PaperRefused):
    """What it names is not in the registers, or the viewer may not see it."""


class PaperConflict(PaperRefused):
    """It was done before, otherwise."""


class EditedMeanwhile(StorageError):  # noqa: N818
    """Something else stands than the author of an edit saw.

    Attributes:
        facts: `revision` of what stands and, as `current`, what it is.
    """

    def __init__(self, said: str, current: Any, revision: str) -> None:
        super().__init__(said)
        self.facts = {"revision": revision, "current": current}


class RulesRefused(StorageError):  # noqa: N818
    """Limits or a trial of limits that cannot be."""


class LimitsRefused(RulesRefused):
    """They do not fit the world."""


class LimitsChanged(EditedMeanwhile):
    """Others are in force than their author saw."""


class TooManyTrials(RulesRefused):
    """Enough are under way."""
