"""Commit acknowledgements: `.../down/ack`, what a terminal may forget.

    {"v": 1, "acks": [{"epoch": 7, "ranges": [[1, 50], [60, 61]]}],
     "refused": [{"crc32": 3405691582, "reason": "bad_checksum", "seq": null}]}

A range names the first and the last seq of records that are committed: accepted, repeated, or rejected with an identity
(kept with their reason). A message that could not be read has no seq; it is named by a CRC-32 (`checksum_of`), so that
the terminal may set it aside instead of sending it for ever.

`ACK` is the table of its members; `decode` reads the same with msgspec, for ten thousand simulated terminals hear one
a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import Annotated, Any
from zlib import crc32

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from firmware_contracts.bin_layout import TRAILER
from firmware_contracts.errors import ContractError, RecordError, RejectReason
from firmware_contracts.json_document import MAX_COUNTER, VERSION, Members
from firmware_contracts.json_fields import Field, Groups, Integer, Text

MAX_RANGES = 200  # an acknowledgement stays under 6 kB, which a terminal's receive buffer holds
MAX_REFUSED = 50
MAX_REASON = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Spans(Field):
    """A list of at most `most` pairs [first, last] of counters, both included."""

    most: int

    def _value(self, members: Members, name: str) -> list[list[int]] | None:
        values = members.get(name)
        if values is None:
            return None
        if not isinstance(values, list) or not all(map(_is_span, values)):
            raise RecordError(RejectReason.BAD_TYPE, f"expected a list of [first, last] {name}, got {values!r:.40}")
        if len(values) > self.most:
            raise RecordError(RejectReason.OUT_OF_RANGE, f"expected at most {self.most} {name}, got {len(values)}")
        return values

    def schema(self) -> dict[str, Any]:
        """Return a list of pairs of counters."""
        counter = {"type": "integer", "minimum": 0, "maximum": MAX_COUNTER}
        pair = {"type": "array", "prefixItems": [counter, counter], "items": False, "minItems": 2}
        return {"type": "array", "maxItems": self.most, "items": pair}


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(n) is int and 0 <= n <= MAX_COUNTER for n in value)


ACK: dict[str, Field] = {
    "acks": Groups(
        most=MAX_RANGES,
        en="Records that are committed: forget them.",
        zh="已提交的记录：终端可以删除。",
        members={
            "epoch": Integer(most=MAX_COUNTER, required=True, en="Whose counter it is.", zh="序号所属的计数纪元。"),
            "ranges": Spans(
                most=MAX_RANGES,
                required=True,
                en="First and last seq of each run, both included.",
                zh="每段的首、末序号，含两端。",
            ),
        },
    ),
    "refused": Groups(
        most=MAX_REFUSED,
        en="Messages that could not be read: sending the same bytes again is useless.",
        zh="无法读取的报文：原样重发没有意义。",
        members={
            "crc32": Integer(
                most=MAX_COUNTER,
                required=True,
                en="CRC-32 (zlib, IEEE 802.3) of the payload; of a binary report, of all before its 4-byte trailer.",
                zh="整个报文载荷的 CRC-32（zlib，IEEE 802.3）；二进制报文则为 4 字节尾部之前的部分。",
            ),
            "reason": Text(most=MAX_REASON, required=True, en="Why; see the reasons.", zh="原因，见拒收原因表。"),
            "seq": Integer(
                most=MAX_COUNTER, en="Its first record's seq where that could be read.", zh="首条记录序号（若可读出）。"
            ),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is kept as rejected and that sending again will not mend.

    Attributes:
        crc32: Names the message, see `checksum_of`.
        reason: Why it was refused.
        seq: Its first record's seq where that could be read.
    """

    crc32: int
    reason: RejectReason | str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class CommitAck:
    """One acknowledgement.

    Attributes:
        ranges: Per epoch the (first, last) seqs that are committed, ascending.
        refused: Messages that could not be read.
    """

    ranges: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def covers(self, epoch: int, seq: int) -> bool:
        """Return whether a record is named."""
        return any(first <= seq <= last for first, last in self.ranges.get(epoch, ()))


def checksum_of(payload: bytes, encoding: str) -> int:
    """Return the CRC-32 that a refused message is named by: of a binary one, of everything before its trailer.

    Bytes with their own CRC-32 behind them all have the same CRC-32, 0x2144DF1C: it would name every sound message.

    Args:
        payload: The message.
        encoding: The last level of its topic.
    """
    return crc32(payload[: -TRAILER.size] if encoding == "bin" else payload)


def encode(ack: CommitAck) -> bytes:
    """Return the payload of one acknowledgement."""
    acks = [{"epoch": epoch, "ranges": ranges} for epoch, ranges in ack.ranges.items()]
    refused = [{"crc32": one.crc32, "reason": str(one.reason), "seq": one.seq} for one in ack.refused]
    return msgspec.json.encode({"v": VERSION, "acks": acks, "refused": refused})


_Counter = Annotated[int, Meta(ge=0, le=MAX_COUNTER)]
_Reason = Annotated[str, Meta(max_length=MAX_REASON)]


class _WireRanges(msgspec.Struct):
    epoch: _Counter
    ranges: Annotated[list[tuple[_Counter, _Counter]], Meta(max_length=MAX_RANGES)]


class _WireRefused(msgspec.Struct):
    crc32: _Counter
    reason: _Reason
    seq: _Counter | None = None


class _WireAck(msgspec.Struct):
    v: int
    acks: Annotated[list[_WireRanges], Meta(max_length=MAX_RANGES)] | None = None
    refused: Annotated[list[_WireRefused], Meta(max_length=MAX_REFUSED)] | None = None


_decoder = msgspec.json.Decoder(_WireAck)


def decode(payload: bytes) -> CommitAck:
    """Return an acknowledgement, as a terminal reads it.

    Raises:
        ContractError: It is none, or of another version.
    """
    try:
        wire = _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ContractError(RejectReason.BAD_JSON, str(error)) from None
    if wire.v != VERSION:
        raise ContractError(RejectReason.BAD_VERSION, f"expected v {VERSION}, got {wire.v}")
    ack = CommitAck(refused=[Refused(one.crc32, one.reason, one.seq) for one in wire.refused or ()])
    for part in wire.acks or ():
        ack.ranges.setdefault(part.epoch, []).extend(part.ranges)
    return ack


@dataclass(frozen=True, slots=True)
class Ranges:
    """Runs of consecutive seqs, one row per run, sorted by sender, epoch and first; each array of shape (R,).

    Attributes:
        sender: Whose records they are, in the caller's numbering.
        epoch: The counter's epoch.
        first: First seq of the run.
        last: Last seq of the run, inclusive.
    """

    sender: NDArray[np.int64]
    epoch: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def ranges_of(sender: NDArray[Any], epoch: NDArray[Any], seq: NDArray[Any]) -> Ranges:
    """Return the runs that records form; records may be repeated and in any order, arrays of shape (N,)."""
    order = np.lexsort((seq, epoch, sender))
    sender, epoch, seq = (np.asarray(values, np.int64)[order] for values in (sender, epoch, seq))
    breaks = (np.diff(sender) != 0) | (np.diff(epoch) != 0) | (np.diff(seq) > 1)
    if not len(seq):
        return Ranges(sender, epoch, seq, seq)
    starts = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    ends = np.concatenate([starts[1:] - 1, [len(seq) - 1]])
    return Ranges(sender[starts], epoch[starts], seq[starts], seq[ends])


def encode_all(ranges: Ranges, refused: Mapping[int, Sequence[Refused]]) -> Iterator[tuple[int, bytes]]:
    """Yield (sender, payload) for everyone who is to be told something, in bounded messages.

    Args:
        ranges: What is committed, of all senders.
        refused: Unreadable messages by sender.
    """
    senders, starts = np.unique(ranges.sender, return_index=True)
    rows = list(zip(ranges.epoch.tolist(), ranges.first.tolist(), ranges.last.tolist(), strict=True))
    bounds = [*starts.tolist(), len(rows)]
    own_rows = {who: rows[a:b] for who, (a, b) in zip(senders.tolist(), pairwise(bounds), strict=True)}
    for who in dict.fromkeys([*own_rows, *refused]):
        yield from ((who, encode(ack)) for ack in _acks(own_rows.get(who, []), refused.get(who, ())))


def _acks(rows: Sequence[tuple[int, int, int]], refused: Sequence[Refused]) -> Iterator[CommitAck]:
    """Yield one sender's acknowledgements, each within the bounds."""
    parts = (rows[at : at + MAX_RANGES] for at in range(0, len(rows), MAX_RANGES))
    refusals = (refused[at : at + MAX_REFUSED] for at in range(0, len(refused), MAX_REFUSED))
    for part, refusal in zip_longest(parts, refusals, fillvalue=()):
        ack = CommitAck(refused=list(refusal))
        for epoch, first, last in part:
            ack.ranges.setdefault(epoch, []).append((first, last))
        yield ack
