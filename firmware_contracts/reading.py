"""What readers hand on: sound fixes in columns, other records as objects, and every rejected one with its bytes.

A layout has two readers. The reference reads one message slowly and says exactly what is wrong with it. The block
reader reads many at once and vouches for whole messages only; each message that it does not vouch for is read by the
reference, so that there is one judge of what is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import FixColumns
from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.fix import Fix, joined_columns
from firmware_contracts.topics import Topic


class Record(NamedTuple):
    """A fix and the bytes that it was written as."""

    fix: Fix
    source: bytes


class BadRecord(NamedTuple):
    """A record that breaks the contract, as much of its identity as could be read, and its bytes."""

    error: ContractError
    epoch: int | None
    seq: int | None
    source: bytes


Records = Iterator[Record | BadRecord]


class BlockFixes(NamedTuple):
    """What a block reader made of its messages.

    Attributes:
        fixes: Rows of the messages that it vouches for; limits are still to be checked.
        unread: The messages left to the reference, as block indexes.
    """

    fixes: FixColumns
    unread: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[BlockFixes]) -> BlockFixes:
        """Return what several slices of a block gave, in order."""
        unread = [np.empty(0, np.int64), *(part.unread for part in parts)]
        return cls(joined_columns([part.fixes for part in parts]), np.concatenate(unread))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record or message that broke the contract.

    Attributes:
        message: Index of its message in the block.
        reason: The rule that it broke.
        detail: What was expected and what came.
        epoch: Identity where it could be read.
        seq: Likewise.
        record: The record's bytes, or the whole payload where it cannot be cut out.
    """

    message: int
    reason: RejectReason
    detail: str
    epoch: int | None
    seq: int | None
    record: bytes


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something that a device saw or did, such as a washer passage.

    Attributes:
        message: Index of its message in the block.
        epoch: With seq the identity of the record.
        seq: Counts up in the terminal's flash, shared with its fixes.
        time_ms: When it happened. [ms since 1970-01-01 UTC]
        type: A key of `device_event.EVENT_TYPES`, or a word of a later version.
        plate: Number plate that the device read, None where it read none.
        body: The other members of its type that were given, checked; all of an unknown type.
    """

    message: int
    epoch: int
    seq: int
    time_ms: int
    type: str
    plate: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A terminal's word about itself; `offline` is its last will, spoken by the broker.

    Attributes:
        message: Index of its message in the block.
        state: `boot`, `online` or `offline`.
        time_ms: The terminal's clock, None in a last will, which is written long before it is sent.
        epoch: Its counter's epoch, None where it does not say.
        firmware: Version of its program, None where it does not say.
    """

    message: int
    state: str
    time_ms: int | None
    epoch: int | None
    firmware: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A terminal's answer to a command or to its settings.

    Attributes:
        message: Index of its message in the block.
        id: The command's or the settings' id.
        result: What came of it, in words; may be empty.
        status: One of `reply.STATUSES`.
    """

    message: int
    id: str
    result: str
    status: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """Everything that a block of messages held.

    Attributes:
        fixes: Sound fixes in the order of their messages; `message` is the index in the block.
        sender: Index into `topics` for each message, -1 where the topic is bad, shape (M,).
        topics: The distinct topics of the block.
        device_events: Sound device events in the order of their messages.
        states: Likewise states.
        replies: Likewise replies.
        rejected: Everything else; no record is left out.
    """

    fixes: FixColumns
    sender: NDArray[np.int32]
    topics: list[Topic]
    device_events: list[DeviceEvent] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
