"""What one transaction of ingest writes: arrays for what comes by the thousand, dataclasses for what is rare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import FixColumns
from firmware_contracts.passages import mark_of
from rules_engine.event import Event, Trip
from storage.washers import WasherNews

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StoredFixes:
    """Accepted fixes on their way into the database, one row per fix, each array of shape (N,).

    Attributes:
        vehicle_no: The registry's number of the truck that the terminal was in at `fix_time_ms`.
        terminal_no: The registry's number of the terminal.
        received_at_ms: When the message arrived, milliseconds since 1970-01-01 UTC.
        fixes: What the report said; `message` is not stored.
        fresh: True where the row is newer than everything judged of its truck before and not repeated in the batch
            (the engine's `~late`): such a row can hardly exist already and goes straight in.
    """

    vehicle_no: NDArray[np.int32]
    terminal_no: NDArray[np.int32]
    received_at_ms: NDArray[np.int64]
    fixes: FixColumns
    fresh: BoolArray

    def __len__(self) -> int:
        return len(self.vehicle_no)

    def take(self, index: NDArray[Any] | slice) -> Self:
        """Return the rows that an index array, mask or slice picks."""
        return type(self)(
            self.vehicle_no[index],
            self.terminal_no[index],
            self.received_at_ms[index],
            self.fixes.take(index),
            self.fresh[index],
        )

    @classmethod
    def empty(cls) -> Self:
        """Return columns without rows."""
        number = np.empty(0, np.int32)
        return cls(number, number, np.empty(0, np.int64), FixColumns.empty(), np.empty(0, np.bool_))


@dataclass(frozen=True, slots=True)
class DeviceEventRow:
    """What a washer, a gate or a truck's terminal reported as an event.

    Attributes:
        vehicle_no: The truck that the plate named, None where none was matched.
        body: The event's own members as they came.
        fresh: False where the truck had been judged past this time already (the engine's `late` of its mark row).
    """

    terminal_no: int
    event_time_ms: int
    epoch: int
    seq: int
    received_at_ms: int
    type: str
    plate: str | None
    vehicle_no: int | None
    body: dict[str, Any]
    fresh: bool = True

    @property
    def is_passage(self) -> bool:
        """Return whether a washer or a gate saw a truck pass: what the engine judges as a row of that truck."""
        return mark_of(self.type, self.body) is not None


@dataclass(frozen=True, slots=True)
class DeviceStateRow:
    """A terminal said that it booted, is online or (by its last will) is gone."""

    terminal_no: int
    received_at_ms: int
    state: str
    state_time_ms: int | None
    epoch: int | None
    firmware: str | None


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A terminal answered a command or its settings; `status` is one of `firmware_contracts.reply.STATUSES`."""

    terminal_no: int
    device: str
    received_at_ms: int
    command_id: str
    status: str
    result: str

    @property
    def name(self) -> tuple[int, str]:
        """Return which command it answers: a terminal speaks of its own ones only."""
        return self.terminal_no, self.command_id


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A record that was refused, kept with its reason and its bytes.

    The same bytes of the same device for the same reason are counted, not stored again.
    """

    device: str
    reason: str
    detail: str
    payload: bytes
    topic: str
    received_at_ms: int
    epoch: int | None = None
    seq: int | None = None

    @property
    def sha256(self) -> bytes:
        """Return the digest that names the payload."""
        return hashlib.sha256(self.payload).digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The carry of one truck after the row with this key, as the engine wrote it.

    Attributes:
        mark: `rules_engine.fix_batch.Mark` of the row.
        layout: `Carry.layout` that `row` belongs to; another layout cannot read it.
        row: The bytes of the carry row.
    """

    vehicle_no: int
    fix_time_ms: int
    epoch: int
    seq: int
    mark: int
    layout: str
    row: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """Identity of every record that this batch keeps, accepted or refused, each array of shape (R,).

    Duplicates may stand in it. Ranges of it are what the commit acknowledgement names.
    """

    terminal_no: NDArray[np.int32]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Self:
        """Return columns without rows."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class WriteBatch:
    """Everything that is committed together.

    Attributes:
        received: Identity of every record kept; those in neither `fixes` nor `device_events` are kept as refused.
        events: What the engine gave out, in its order; for an event given twice the later one counts.
        trips: Likewise.
        checkpoints: Carry rows as they are after this batch.
        washers: What the records make known of the washers.
        found_at_ms: Wall clock at which the batch was judged.
        page_within_ms: An event confirmed longer ago than this is stored as back-dated and pages nobody. [ms]
        world_version: `World.version` that judged the batch.
    """

    fixes: StoredFixes = field(default_factory=StoredFixes.empty)
    device_events: list[DeviceEventRow] = field(default_factory=list)
    states: list[DeviceStateRow] = field(default_factory=list)
    replies: list[ReplyRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    received: Received = field(default_factory=Received.empty)
    washers: WasherNews = field(default_factory=WasherNews)
    found_at_ms: int = 0
    page_within_ms: int = 15 * 60 * 1000
    world_version: str = ""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of a batch's records, after COMMIT.

    Attributes:
        inserted: Fixes newly stored, late ones included.
        duplicates: Fixes and device events that were stored before, with the same content.
        late_inserted: Fixes of `inserted` that came after newer ones of their truck, which waits for re-judgement.
        conflicts: Records whose identity was stored before with another content; kept as rejected "conflict".
        poison: Records that the database refused; kept as rejected "refused_by_database".
        device_events_inserted: Device events newly stored.
    """

    inserted: int
    duplicates: int
    late_inserted: int
    conflicts: int
    poison: list[RejectedRow]
    device_events_inserted: int
