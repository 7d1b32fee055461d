"""The messages of one read of the socket, and several of them as one batch. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.message_block import MessageBlock
from ingest.packets import Packets, parse


@dataclass(frozen=True, slots=True)
class Delivery:
    """What stays together from the socket to the batch.

    Attributes:
        packets: The messages as they stood on the wire, M of them, in the order received.
        received_at_ms: When they were read, milliseconds since 1970-01-01 UTC.
        connection: Number of the connection they came on; their packet ids mean nothing on any other.
        version5: Whether it speaks MQTT 5.
    """

    packets: Packets
    received_at_ms: int
    connection: int
    version5: bool

    def __len__(self) -> int:
        return len(self.packets)


@dataclass(frozen=True, slots=True)
class Batch:
    """What stays together from the batch to the acknowledgement.

    Attributes:
        deliveries: Where the messages came from, oldest first.
        block: The messages, M of them, in the order received.
        packet_ids: The broker's name for each, 0 where it wants no acknowledgement, shape (M,).
    """

    deliveries: Sequence[Delivery]
    block: MessageBlock
    packet_ids: NDArray[np.uint16]

    @classmethod
    def of(cls, deliveries: Sequence[Delivery]) -> Batch:
        """Return at least one delivery, all of one session, as a batch.

        Raises:
            MalformedPacketError: The broker sent what is no MQTT.
        """
        reads = [delivery.packets for delivery in deliveries]
        times = [delivery.received_at_ms for delivery in deliveries]
        return cls(deliveries, *parse(reads, times, version5=deliveries[0].version5))

    def __len__(self) -> int:
        return len(self.packet_ids)

    def by_connection(self) -> Iterator[tuple[int, NDArray[np.uint16]]]:
        """Yield the packet ids that came on each connection, in the order received."""
        at = 0
        for connection, deliveries in groupby(self.deliveries, key=lambda delivery: delivery.connection):
            count = sum(map(len, deliveries))
            yield connection, self.packet_ids[at : at + count]
            at += count
