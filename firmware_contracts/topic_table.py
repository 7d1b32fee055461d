"""Which terminal each message of a block came from, found for all messages at once.

Terminals send on the same topics for months, so every topic is parsed once and kept as a row of 64-bit words. A block's
topics are gathered as such rows, hashed by a product with fixed odd numbers, looked up by hash and compared word for
word; only what is new or bad becomes a Python object.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.errors import TopicError
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topics import MAX_TOPIC_BYTES, UP_ENCODINGS, Topic, parse_topic

WORDS = MAX_TOPIC_BYTES // 8
MAX_TOPICS = 65_536  # a region's 10,000 terminals with each channel, and room: 10 MB
SLOTS = 8 * MAX_TOPICS  # sparse, so that almost every look-up ends at its first slot
MAX_PROBES = 8
FIRST_ROOM = 1024

ROUTES = [(channel, encoding) for channel, encodings in UP_ENCODINGS.items() for encoding in encodings]
"""Every (channel, encoding); a route is an index into it."""

_FACTORS = np.random.default_rng(20260101).integers(0, 2**63, WORDS, np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True)
class Senders:
    """Who sent each message of a block.

    Attributes:
        index: Index into `topics` for each message, -1 where the topic is bad, shape (M,).
        topics: The distinct topics, T of them; as long as it is the same list, an index means the same topic.
        route: Index into `ROUTES` of each topic, shape (T,).
        device_crc: CRC-32 of each topic's device id, shape (T,).
    """

    index: NDArray[np.int32]
    topics: list[Topic]
    route: NDArray[np.int8]
    device_crc: NDArray[np.uint32]


class TopicTable:
    """The topics met so far. Keep one for as long as blocks are decoded.

    It forgets everything when it holds more than `MAX_TOPICS` before a block, and then has a new list of topics.
    """

    def __init__(self) -> None:
        self._start_over()

    def _start_over(self) -> None:
        self.topics: list[Topic] = []
        self._index_of: dict[bytes, int] = {}
        self._route = np.zeros(FIRST_ROOM, np.int8)
        self._device_crc = np.zeros(FIRST_ROOM, np.uint32)
        self._words = np.zeros((FIRST_ROOM, WORDS), np.uint64)
        self._length = np.zeros(FIRST_ROOM, np.int64)
        self._slots = np.full(SLOTS + MAX_PROBES, -1, np.int32)

    def _make_room(self) -> None:
        """Double the room for topics."""
        for name in ("_route", "_device_crc", "_words", "_length"):
            values = getattr(self, name)
            setattr(self, name, np.concatenate([values, np.zeros_like(values)]))

    def resolve(self, block: MessageBlock) -> Senders:
        """Return the sender of each message, having learned the topics that are new."""
        if len(self.topics) > MAX_TOPICS:
            self._start_over()
        length = block.topic_stop - block.topic_start
        words = _words(block, np.minimum(length, MAX_TOPIC_BYTES))
        first_slot = _slot(words)
        index = self._find(words, length, first_slot)
        for message in np.flatnonzero(index < 0).tolist():
            index[message] = self._learn(block.topic(message), words[message], int(first_slot[message]))
        known = len(self.topics)
        return Senders(index, self.topics, self._route[:known], self._device_crc[:known])

    def _find(
        self, words: NDArray[np.uint64], length: NDArray[np.int64], first_slot: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Return the index of each topic, -1 where it is not known."""
        index = self._slots[first_slot]
        same = (index >= 0) & (length == self._length[index]) & ~self._differ(words, index)
        for probe in range(1, MAX_PROBES):
            other = np.flatnonzero(~same & (index >= 0))
            if not len(other):
                break
            index[other] = self._slots[first_slot[other] + probe]
            there = index[other]
            same[other] = (there >= 0) & (length[other] == self._length[there])
            same[other] &= ~self._differ(words[other], there)
        return np.where(same, index, np.int32(-1))

    def _differ(self, words: NDArray[np.uint64], index: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which words differ from those of known topics; a topic's words that are not given are told by length.

        A product of booleans is an `any` over short rows at a quarter of its time.
        """
        used = words.shape[1]
        differing: NDArray[np.bool_] = (words != self._words[:, :used][index]) @ _ANY[:used]
        return differing

    def _learn(self, topic: bytes, words: NDArray[np.uint64], first_slot: int) -> int:
        """Return the index of a topic that was not found, -1 if it is bad."""
        if topic in self._index_of:
            return self._index_of[topic]
        try:
            parsed = parse_topic(topic)
        except TopicError:
            return -1
        index = len(self.topics)
        if index == len(self._route):
            self._make_room()
        self.topics.append(parsed)
        self._index_of[topic] = index
        self._route[index] = ROUTES.index((parsed.channel, parsed.encoding))
        self._device_crc[index] = zlib.crc32(parsed.device.encode())
        self._words[index, : len(words)], self._length[index] = words, len(topic)
        free = np.flatnonzero(self._slots[first_slot : first_slot + MAX_PROBES] < 0)
        if len(free):  # else it is found through the dict each time, which is slow but right
            self._slots[first_slot + free[0]] = index
        return index


def _words(block: MessageBlock, length: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the beginning of each topic as zero-padded words, as many as the longest fills, shape (M, words)."""
    size = max(-(-int(length.max(initial=0)) // 8), 1) * 8
    buffer = block.buffer
    if len(block) and int(block.topic_start.max()) + size > len(buffer):
        buffer = np.concatenate([buffer, np.zeros(size, np.uint8)])
    places = max(len(buffer) - size + 1, 0)
    overlapping = np.ndarray((places,), f"V{size}", buffer, strides=(1,))
    words = overlapping[block.topic_start].view(np.uint64).reshape(-1, size // 8)
    words &= _MASKS[length, : size // 8] if (length != length[:1]).any() else _MASKS[length[:1], : size // 8]
    return words


_MASKS = (np.arange(MAX_TOPIC_BYTES) < np.arange(MAX_TOPIC_BYTES + 1)[:, None]).astype(np.uint8) * np.uint8(255)
_MASKS = _MASKS.view(np.uint64)
_ANY = np.ones(WORDS, np.bool_)


def _slot(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return where the search for each topic begins: the top bits of its words' sum of products."""
    hashed = words @ _FACTORS[: words.shape[1]]
    return (hashed >> np.uint64(64 - (SLOTS.bit_length() - 1))).astype(np.int64)
