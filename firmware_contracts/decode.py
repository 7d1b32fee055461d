"""From received bytes to columns: one table of (channel, encoding), one function for a block, one for a message.

    MessageBlock ── TopicTable.resolve ──> Senders
        │ by (channel, encoding)
        ├─ reports ── read_block, all messages at once ── vouched for ── limits ──> FixColumns
        │                └──────── left over, or over a limit ──────┐
        └─ the rest ────────────────────────────────────────── read, one message at a time ──> records, Rejected

`decode_report` takes one message down the right-hand path: slow, obvious, and what the block path is tested against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firmware_contracts import (
    bin_block,
    device_event,
    device_state,
    json_block,
    nmea_block,
    reply,
    report_bin,
    report_json,
    report_nmea,
)
from firmware_contracts.columns import FixColumns
from firmware_contracts.errors import ContractError, MessageError, RejectReason
from firmware_contracts.fix import Fix, columns_of, joined_columns
from firmware_contracts.fix_limits import (
    check_fix,
    check_time,
    columns_without_faulty_readings,
    within_limits,
    without_faulty_readings,
)
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import (
    BadRecord,
    BlockFixes,
    Decoded,
    DeviceEvent,
    DeviceState,
    Records,
    Rejected,
    Reply,
)
from firmware_contracts.time_window import TimeWindow
from firmware_contracts.topic_table import ROUTES, Senders, TopicTable
from firmware_contracts.topics import Topic, parse_topic

USUAL_WINDOW = TimeWindow()
MAX_PAYLOAD_BYTES = 65_536  # the broker's max_packet_size; a terminal splits its backlog into messages below it


class ReportCodec(NamedTuple):
    """The two readers of one report layout; see `reading`."""

    read: Callable[[bytes, str], Records]
    read_block: Callable[[MessageBlock, NDArray[np.int64], Senders], BlockFixes]


REPORTS: dict[tuple[str, str], ReportCodec] = {
    ("report", "json"): ReportCodec(report_json.read, json_block.read_block),
    ("report", "nmea"): ReportCodec(report_nmea.read, nmea_block.read_block),
    ("report", "bin"): ReportCodec(report_bin.read, bin_block.read_block),
}
_HAS_BLOCK_READER = np.array([*(route in REPORTS for route in ROUTES), False])  # the last for a bad topic


@dataclass(slots=True)
class _Gathered:
    """What the reference path has read so far, in the order of its messages."""

    window: TimeWindow
    fixes: list[Fix] = field(default_factory=list)
    fix_messages: list[int] = field(default_factory=list)
    device_events: list[DeviceEvent] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, message: int, bad: BadRecord) -> None:
        error = bad.error
        self.rejected.append(Rejected(message, error.reason, error.detail, bad.epoch, bad.seq, bad.source))


def decode_block(block: MessageBlock, topics: TopicTable, window: TimeWindow = USUAL_WINDOW) -> Decoded:
    """Return everything that a block of messages holds: sound records, and the others with their reasons.

    Args:
        block: The messages, of any channels and encodings.
        topics: The topics met so far; keep one for as long as blocks are decoded.
        window: How far a record's time may lie from its arrival.
    """
    senders = topics.resolve(block)
    vouched, unread = _read_reports(block, senders, window)
    gathered = _Gathered(window)
    for message in unread.tolist():
        known = int(senders.index[message])
        topic = senders.topics[known] if known >= 0 else block.topic(message)
        _read_message(gathered, message, topic, block.payload(message), int(block.received_at_ms[message]))
    return _decoded(gathered, vouched, senders)


def decode_report(
    topic: bytes | str, payload: bytes, received_at_ms: int, window: TimeWindow = USUAL_WINDOW
) -> Decoded:
    """Return everything that one message holds: the reference, of any channel."""
    senders = TopicTable().resolve(MessageBlock.from_messages([(topic, payload, received_at_ms)]))
    gathered = _Gathered(window)
    _read_message(gathered, 0, topic, payload, received_at_ms)
    return _decoded(gathered, [], senders)


def _read_reports(
    block: MessageBlock, senders: Senders, window: TimeWindow
) -> tuple[list[FixColumns], NDArray[np.int64]]:
    """Return the fixes of the messages that the block readers vouch for, and all other messages, ascending."""
    route = np.append(senders.route, np.int8(-1))[senders.index]  # index -1, a bad topic, takes the last
    route[block.payload_stop - block.payload_start > MAX_PAYLOAD_BYTES] = -1
    vouched: list[FixColumns] = []
    unread = [np.flatnonzero(~_HAS_BLOCK_READER[route])]
    for name, codec in REPORTS.items():
        messages = np.flatnonzero(route == ROUTES.index(name))
        if len(messages):
            fixes, left = _read_report_kind(codec, block, messages, senders, window)
            vouched.append(fixes)
            unread.append(left)
    return vouched, np.sort(np.concatenate(unread))


def _read_report_kind(
    codec: ReportCodec, block: MessageBlock, messages: NDArray[np.int64], senders: Senders, window: TimeWindow
) -> tuple[FixColumns, NDArray[np.int64]]:
    """Return the fixes of one layout's messages that hold only sound records, and the messages that are left."""
    read = codec.read_block(block, messages, senders)
    fixes = columns_without_faulty_readings(read.fixes)
    sound = within_limits(fixes, block.received_at_ms, window)
    if sound.all():
        return fixes, read.unread
    broken = np.zeros(len(block), np.bool_)
    broken[fixes.message[~sound]] = True
    return fixes.take(~broken[fixes.message]), np.concatenate([read.unread, np.flatnonzero(broken)])


def _read_message(
    gathered: _Gathered, message: int, topic: Topic | bytes | str, payload: bytes, received_at_ms: int
) -> None:
    """Read one message into what is gathered."""
    try:
        if not isinstance(topic, Topic):
            topic = parse_topic(topic)
        if len(payload) > MAX_PAYLOAD_BYTES:
            detail = f"expected at most {MAX_PAYLOAD_BYTES} bytes, got {len(payload)}"
            raise MessageError(RejectReason.TOO_LARGE, detail)
        READERS[topic.channel, topic.encoding](gathered, message, topic, payload, received_at_ms)
    except ContractError as error:
        gathered.reject(message, BadRecord(error, None, None, payload))


def _read_report(gathered: _Gathered, message: int, topic: Topic, payload: bytes, received_at_ms: int) -> None:
    for record in REPORTS[topic.channel, topic.encoding].read(payload, topic.device):
        if isinstance(record, BadRecord):
            gathered.reject(message, record)
            continue
        fix = without_faulty_readings(record.fix)
        try:
            check_fix(fix, received_at_ms, gathered.window)
        except ContractError as error:
            gathered.reject(message, BadRecord(error, fix.epoch, fix.seq, record.source))
        else:
            gathered.fixes.append(fix)
            gathered.fix_messages.append(message)


def _read_events(gathered: _Gathered, message: int, topic: Topic, payload: bytes, received_at_ms: int) -> None:
    for record in device_event.read(payload, topic.device, message):
        if isinstance(record, BadRecord):
            gathered.reject(message, record)
            continue
        event, source = record
        try:
            check_time(event.time_ms, received_at_ms, gathered.window)
        except ContractError as error:
            gathered.reject(message, BadRecord(error, event.epoch, event.seq, source))
        else:
            gathered.device_events.append(event)


def _read_state(gathered: _Gathered, message: int, topic: Topic, payload: bytes, received_at_ms: int) -> None:
    state = device_state.read(payload, topic.device, message)
    if state.time_ms is not None:
        check_time(state.time_ms, received_at_ms, gathered.window)
    gathered.states.append(state)


def _read_reply(gathered: _Gathered, message: int, topic: Topic, payload: bytes, received_at_ms: int) -> None:  # noqa: ARG001
    gathered.replies.append(reply.read(payload, topic.device, message))


READERS: dict[tuple[str, str], Callable[[_Gathered, int, Topic, bytes, int], None]] = {
    **dict.fromkeys(REPORTS, _read_report),
    ("event", "json"): _read_events,
    ("state", "json"): _read_state,
    ("reply", "json"): _read_reply,
}


def _decoded(gathered: _Gathered, vouched: list[FixColumns], senders: Senders) -> Decoded:
    parts = [*vouched, columns_of(gathered.fixes, gathered.fix_messages)] if gathered.fixes else vouched
    fixes = joined_columns(parts)
    if (np.diff(fixes.message) < 0).any():
        fixes = fixes.take(np.argsort(fixes.message, kind="stable"))
    return Decoded(
        fixes,
        senders.index,
        senders.topics,
        gathered.device_events,
        gathered.states,
        gathered.replies,
        gathered.rejected,
    )
