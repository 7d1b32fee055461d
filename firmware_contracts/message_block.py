"""Received messages as one byte buffer with offsets: what the socket side hands to the decoder.

No Python object stands for a message; `topic(i)` and `payload(i)` cut one out where a person or a slow path wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MessageBlock:
    """M messages in the order they were received.

    Attributes:
        buffer: Holds every topic and payload, contiguous.
        topic_start: Where each topic begins in the buffer, shape (M,).
        topic_stop: Where it ends, exclusive, shape (M,).
        payload_start: Where each payload begins, shape (M,).
        payload_stop: Where it ends, exclusive, shape (M,).
        received_at_ms: When each arrived, milliseconds since 1970-01-01 UTC, shape (M,).
    """

    buffer: NDArray[np.uint8]
    topic_start: NDArray[np.int64]
    topic_stop: NDArray[np.int64]
    payload_start: NDArray[np.int64]
    payload_stop: NDArray[np.int64]
    received_at_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.topic_start)

    @classmethod
    def from_messages(cls, messages: Sequence[tuple[bytes | str, bytes, int]]) -> Self:
        """Return the block of messages given as (topic, payload, received_at_ms)."""
        parts: list[bytes] = []
        for topic, payload, _ in messages:
            parts += [topic.encode() if isinstance(topic, str) else topic, payload]
        stops = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
        starts = np.concatenate([np.zeros(1, np.int64), stops])[:-1]
        received_at_ms = np.fromiter((message[2] for message in messages), np.int64, len(messages))
        buffer = np.frombuffer(b"".join(parts), np.uint8)
        return cls(buffer, starts[::2], stops[::2], starts[1::2], stops[1::2], received_at_ms)

    def topic(self, i: int) -> bytes:
        """Return the bytes of message i's topic."""
        return self.buffer[self.topic_start[i] : self.topic_stop[i]].tobytes()

    def payload(self, i: int) -> bytes:
        """Return the bytes of message i's payload."""
        return self.buffer[self.payload_start[i] : self.payload_stop[i]].tobytes()

    def payloads(self, messages: NDArray[np.int64]) -> list[bytes]:
        """Return the payloads of some messages, for readers that need bytes; quick where they lie close together."""
        if not len(messages):
            return []
        starts, stops = self.payload_start[messages], self.payload_stop[messages]
        first = int(starts.min())
        near = self.buffer[first : int(stops.max())].tobytes()
        return [near[a:b] for a, b in zip((starts - first).tolist(), (stops - first).tolist(), strict=True)]

    def slices(self, messages: NDArray[np.int64], payload_bytes: int) -> list[NDArray[np.int64]]:
        """Return the messages cut into runs of about so many bytes of payload, at least one message each."""
        size = self.payload_stop[messages] - self.payload_start[messages]
        part = np.cumsum(size) // payload_bytes
        return np.split(messages, np.flatnonzero(np.diff(part)) + 1) if len(messages) else []
