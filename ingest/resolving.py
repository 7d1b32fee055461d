"""From decoded messages to records with terminal and truck, and to those that are refused. Pure.

What the registry refuses is kept like every other rejected record: one row per message and reason, with the whole
payload, and the identity of each of its records is acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import FixColumns
from firmware_contracts.commit_ack import Ranges, Refused, checksum_of, ranges_of
from firmware_contracts.errors import RejectReason
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import Decoded, DeviceEvent, DeviceState, Rejected, Reply
from firmware_contracts.topics import Topic
from ingest.registry import NONE, Registry, Sender
from storage.write_batch import DeviceEventRow, DeviceStateRow, Received, RejectedRow, ReplyRow


@dataclass(frozen=True, slots=True)
class Resolved:
    """A batch's records with their terminals and trucks, and those that were rejected so far.

    Attributes:
        fixes: Accepted fixes in the order received, N of them.
        vehicle: Truck of each, as the world numbers them, shape (N,).
        vehicle_no: The database's number of each truck, shape (N,).
        terminal_no: The database's number of each terminal, shape (N,).
        received_at_ms: When each came, shape (N,).
        device_events: Accepted events of devices.
        event_vehicle: Truck of each as the world numbers them, -1 where the plate names none.
        event_terminal: Who saw it, as the world numbers its terminals.
        states: What terminals said of themselves.
        state_terminal: Who said it, as the world numbers its terminals.
        replies: What terminals answered to commands.
        rejected: Everything refused by contract or registry.
        received: Identity of every record kept whose terminal is registered.
        kept: The same of every record kept, as ranges by sender.
        refused: By sender, messages in which not even an identity could be read.
        topics: Senders by number.
        strangers: Whether anything came of a sender that the registry does not know (yet).
    """

    fixes: FixColumns
    vehicle: NDArray[np.int32]
    vehicle_no: NDArray[np.int32]
    terminal_no: NDArray[np.int32]
    received_at_ms: NDArray[np.int64]
    device_events: list[DeviceEventRow]
    event_vehicle: list[int]
    event_terminal: list[int]
    states: list[DeviceStateRow]
    state_terminal: list[int]
    replies: list[ReplyRow]
    rejected: list[RejectedRow]
    received: Received
    kept: Ranges
    refused: dict[int, list[Refused]]
    topics: list[Topic]
    strangers: bool

    @property
    def unread_passages(self) -> int:
        """Return how many passages name no known truck; they are stored and judged of nobody."""
        return sum(
            event.is_passage and vehicle == NONE
            for event, vehicle in zip(self.device_events, self.event_vehicle, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Messages:
    """A batch's messages as they were decoded, and who sent them."""

    block: MessageBlock
    decoded: Decoded
    registry: Registry

    def sender(self, message: int) -> Sender | None:
        """Return who sent a message, None where its topic is bad."""
        index = int(self.decoded.sender[message])
        return None if index == NONE else self.registry.senders[index]

    def received_at_ms(self, message: int) -> int:
        """Return when a message came."""
        return int(self.block.received_at_ms[message])

    def rejected(
        self,
        message: int,
        reason: RejectReason,
        detail: str,
        *,
        record: bytes | None = None,
        epoch: int | None = None,
        seq: int | None = None,
    ) -> RejectedRow:
        """Return a message, or one record of it, as rejected."""
        sender = self.sender(message)
        return RejectedRow(
            device=sender.topic.device if sender else "",
            reason=str(reason),
            detail=detail,
            payload=self.block.payload(message) if record is None else record,
            topic=self.block.topic(message).decode("utf-8", "backslashreplace"),
            received_at_ms=self.received_at_ms(message),
            epoch=epoch,
            seq=seq,
        )


def resolve(decoded: Decoded, block: MessageBlock, registry: Registry) -> Resolved:
    """Return the batch's records with terminals and trucks; nothing is left out."""
    registry.learn(decoded.topics)
    messages = Messages(block, decoded, registry)
    terminal, vehicle = _terminals_and_trucks(decoded, registry)
    accepted = vehicle != NONE
    fixes = decoded.fixes if accepted.all() else decoded.fixes.take(accepted)

    by_contract = [_by_contract(messages, one) for one in decoded.rejected]
    by_registry = {**_refused_records(messages), **_refused_fixes(messages, accepted)}
    events = [event for event in decoded.device_events if _is_accepted(messages, event)]
    event_terminal = [_terminal(messages, event) for event in events]
    event_vehicle = [registry.vehicle_of_event(*seen) for seen in zip(events, event_terminal, strict=True)]
    states = [state for state in decoded.states if _is_accepted(messages, state)]

    received, kept = _identities(decoded, registry)
    return Resolved(
        fixes=fixes,
        vehicle=vehicle[accepted],
        vehicle_no=registry.vehicle_no[vehicle[accepted]],
        terminal_no=registry.terminal_no[terminal[accepted]],
        received_at_ms=block.received_at_ms[fixes.message],
        device_events=[
            _event_row(messages, event, vehicle, registry) for event, vehicle in zip(events, event_vehicle, strict=True)
        ],
        event_vehicle=event_vehicle,
        event_terminal=event_terminal,
        states=[_state_row(messages, state, registry) for state in states],
        state_terminal=[_terminal(messages, state) for state in states],
        replies=[_reply_row(messages, one, registry) for one in decoded.replies if _is_accepted(messages, one)],
        rejected=by_contract + list(by_registry.values()),
        received=received,
        kept=kept,
        refused=_unread(messages),
        topics=decoded.topics,
        strangers=any(row.reason != RejectReason.SUSPENDED_DEVICE for row in by_registry.values()),
    )


def _terminals_and_trucks(decoded: Decoded, registry: Registry) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the terminal and the truck of each fix, -1 for none, each of shape (N,)."""
    fixes = decoded.fixes
    sender = decoded.sender[fixes.message]
    terminal, welcome = registry.terminal[sender], registry.welcome[sender]
    if welcome.all():
        return terminal, registry.world.vehicle_of(terminal, fixes.fix_time_ms)
    vehicle = np.full(len(fixes), NONE, np.int32)
    vehicle[welcome] = registry.world.vehicle_of(terminal[welcome], fixes.fix_time_ms[welcome])
    return terminal, vehicle


def _is_accepted(messages: Messages, record: DeviceEvent | DeviceState | Reply) -> bool:
    sender = messages.sender(record.message)
    return sender is not None and sender.refused is None


def _terminal(messages: Messages, record: DeviceEvent | DeviceState | Reply) -> int:
    sender = messages.sender(record.message)
    return NONE if sender is None else sender.terminal


def _by_contract(messages: Messages, one: Rejected) -> RejectedRow:
    return messages.rejected(one.message, one.reason, one.detail, record=one.record, epoch=one.epoch, seq=one.seq)


def _refused_records(messages: Messages) -> dict[int, RejectedRow]:
    """Return by message the device events, states and replies of senders that the registry refuses."""
    refused: dict[int, RejectedRow] = {}
    decoded = messages.decoded
    records: list[DeviceEvent | DeviceState | Reply] = [*decoded.device_events, *decoded.states, *decoded.replies]
    for record in records:
        sender = messages.sender(record.message)
        if sender is not None and sender.refused is not None and record.message not in refused:
            refused[record.message] = messages.rejected(record.message, sender.refused, sender.detail)
    return refused


def _refused_fixes(messages: Messages, accepted: NDArray[np.bool_]) -> dict[int, RejectedRow]:
    """Return by message the fixes that the registry refuses, all of the message or some."""
    refused: dict[int, RejectedRow] = {}
    rows = np.flatnonzero(~accepted)
    message, first, count = np.unique(messages.decoded.fixes.message[rows], return_index=True, return_counts=True)
    for m, row, n in zip(message.tolist(), rows[first].tolist(), count.tolist(), strict=True):
        sender = messages.sender(m)
        if sender is not None and sender.refused is not None:
            refused[m] = messages.rejected(m, sender.refused, sender.detail)
        else:
            seq = int(messages.decoded.fixes.seq[row])
            detail = f"expected a terminal that is in a truck, got {n} fixes, seq {seq} first, while it was in none"
            refused[m] = messages.rejected(m, RejectReason.UNASSIGNED_TERMINAL, detail)
    return refused


def _event_row(messages: Messages, event: DeviceEvent, vehicle: int, registry: Registry) -> DeviceEventRow:
    return DeviceEventRow(
        terminal_no=int(registry.terminal_no[_terminal(messages, event)]),
        event_time_ms=event.time_ms,
        epoch=event.epoch,
        seq=event.seq,
        received_at_ms=messages.received_at_ms(event.message),
        type=event.type,
        plate=event.plate,
        vehicle_no=None if vehicle == NONE else int(registry.vehicle_no[vehicle]),
        body=event.body,
    )


def _state_row(messages: Messages, state: DeviceState, registry: Registry) -> DeviceStateRow:
    return DeviceStateRow(
        terminal_no=int(registry.terminal_no[_terminal(messages, state)]),
        received_at_ms=messages.received_at_ms(state.message),
        state=state.state,
        state_time_ms=state.time_ms,
        epoch=state.epoch,
        firmware=state.firmware,
    )


def _reply_row(messages: Messages, one: Reply, registry: Registry) -> ReplyRow:
    terminal = _terminal(messages, one)
    return ReplyRow(
        terminal_no=int(registry.terminal_no[terminal]),
        device=registry.world.terminals.terminal_ids[terminal],
        received_at_ms=messages.received_at_ms(one.message),
        command_id=one.id,
        status=one.status,
        result=one.result,
    )


def _identities(decoded: Decoded, registry: Registry) -> tuple[Received, Ranges]:
    """Return the identity of every record that has one: by registered terminal, and as ranges by sender."""
    rare = [(one.message, one.epoch, one.seq) for one in decoded.device_events]
    rare += [(r.message, r.epoch, r.seq) for r in decoded.rejected if r.epoch is not None and r.seq is not None]
    others = np.array(rare, np.int64).reshape(-1, 3)
    topic = decoded.sender[np.concatenate([decoded.fixes.message, others[:, 0].astype(np.int32)])]
    epoch = np.concatenate([decoded.fixes.epoch, others[:, 1]])
    seq = np.concatenate([decoded.fixes.seq, others[:, 2]])

    if len(others) and (topic == NONE).any():  # an identity in a message whose sender nobody knows
        named = topic != NONE
        topic, epoch, seq = topic[named], epoch[named], seq[named]
    kept = ranges_of(registry.answered_as[topic], epoch, seq)
    terminal = registry.terminal[topic]
    if (terminal == NONE).any():
        known = terminal != NONE
        terminal, epoch, seq = terminal[known], epoch[known], seq[known]
    return Received(registry.terminal_no[terminal], epoch, seq), kept


def _unread(messages: Messages) -> dict[int, list[Refused]]:
    """Return by sender the messages that are rejected without an identity of their own, each once."""
    decoded = messages.decoded
    unread: dict[int, dict[int, Refused]] = {}
    for one in decoded.rejected:
        topic = int(decoded.sender[one.message])
        if topic != NONE and (one.epoch is None or one.seq is None):
            encoding = decoded.topics[topic].encoding
            refusal = Refused(checksum_of(messages.block.payload(one.message), encoding), one.reason, one.seq)
            unread.setdefault(int(messages.registry.answered_as[topic]), {}).setdefault(one.message, refusal)
    return {who: list(refusals.values()) for who, refusals in unread.items()}
