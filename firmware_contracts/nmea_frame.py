"""Where the sentences of a text lie, which are whole and what kinds they are: the frame of the fast NMEA reader.

The bytes up to the comma in ASCII order are `$`, `*`, comma, line ends and a few that hardly occur; one pass finds them
all, and the rest is counting. Field k of a sentence lies between its commas k and k + 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.digit_words import HEX_PAIR, KEEP_FIRST, BoolArray, IntArray, Spans, WordArray

PAD = 16  # bytes around the text, so that a word may be taken anywhere
RMC, GGA, ZDA, MUK, OTHER = range(5)
MOST_FIELDS = 12  # of a sentence the fields 0 to 11 are looked at; the last is RMC's mode


@dataclass(frozen=True, slots=True)
class Sentences:
    """S sentences of a padded text, by where their parts lie.

    Attributes:
        text: The padded bytes.
        words: The same as overlapping little-endian 64-bit words, one beginning at each byte.
        frame: Where the bytes up to the comma lie.
        opening: Index into `frame` of each sentence's `$`; of a sound one's the commas and the `*` follow, shape (S,).
        kind: `RMC`, `GGA`, `ZDA`, `MUK` or `OTHER`, shape (S,).
        fields: How many commas each has, which is the number of its fields, shape (S,).
        sound: Whether its frame and checksum are right, shape (S,).
    """

    text: NDArray[np.uint8]
    words: WordArray
    frame: IntArray
    opening: IntArray
    kind: NDArray[np.int8]
    fields: IntArray
    sound: BoolArray

    @property
    def start(self) -> IntArray:
        """Where each `$` is, shape (S,)."""
        return self.frame[self.opening]

    def take(self, index: NDArray[Any]) -> Sentences:
        """Return the sentences that an index array or mask picks."""
        index = np.flatnonzero(index) if index.dtype == np.bool_ else index
        return replace(self, **{name: getattr(self, name)[index] for name in ("opening", "kind", "fields", "sound")})


def padded(text: bytes | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of a text with room around it, in whole words.

    Behind it stand a line end and as many commas as the reader looks ahead, so that it need not look where it ends.
    """
    room = np.full(PAD + 7 - (len(text) + len(_BEHIND) + 7) % 8, 0xFF, np.uint8)
    return np.concatenate([np.full(PAD, 0xFF, np.uint8), np.frombuffer(text, np.uint8), _BEHIND, room])


_BEHIND = np.frombuffer(b"\n" + b"," * (MOST_FIELDS + 2), np.uint8)


def find_sentences(text: NDArray[np.uint8]) -> Sentences:
    """Return every sentence of a padded text; those that are not `sound` may be anything that begins with `$`.

    Of the frame without its commas, a sound sentence is `$`, `*` and a line end three bytes on. One with a space, a
    plus or the like is not sound, even if right: such hardly occur and are left to pynmea2.
    """
    words = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    frame = np.flatnonzero(text <= ord(","))
    character = text[frame]
    marks = np.flatnonzero(character != ord(","))
    mark = np.append(character[marks], np.zeros(2, np.uint8))
    marks = np.append(marks, np.full(2, len(frame) - 1))
    rank = np.flatnonzero(mark == ord("$"))
    opening, closing = marks[rank], marks[rank + 1]
    start, star = frame[opening], frame[closing]
    end = mark[rank + 2]
    sound = (mark[rank + 1] == ord("*")) & (frame[marks[rank + 2]] == star + 3)
    sound &= (end == ord("\r")) | (end == ord("\n"))
    sound &= _stated_checksum(words, star) == _checksum(text, start + 1, star)
    return Sentences(text, words, frame, opening, _kind(words, start), closing - opening - 1, sound)


def _kind(words: WordArray, start: IntArray) -> NDArray[np.int8]:
    """Return the kind of each sentence from the eight bytes at its `$`, "$ttRMC,." or "$PMUK,.."."""
    head = words[start]
    kind = np.full(len(start), OTHER, np.int8)
    tag = (head >> np.uint64(24)).astype(np.uint32)
    talker = _TALKER[head >> np.uint64(8) & np.uint64(0xFFFF)]
    kind[talker & (tag == int.from_bytes(b"RMC,", "little"))] = RMC
    kind[talker & (tag == int.from_bytes(b"GGA,", "little"))] = GGA
    kind[talker & (tag == int.from_bytes(b"ZDA,", "little"))] = ZDA
    kind[(head & np.uint64(2**48 - 1)) == int.from_bytes(b"$PMUK,", "little")] = MUK
    return kind


def _members(characters: bytes) -> BoolArray:
    """Return a table of which bytes are among the characters."""
    table = np.zeros(256, np.bool_)
    table[list(characters)] = True
    return table


_TALKER_FIRST = _members(b"ABCDEFGHIJKLMNOQRSTUVWXYZ")  # P begins a maker's own sentence
_TALKER_SECOND = _members(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_TALKER = (_TALKER_SECOND[:, None] & _TALKER_FIRST).ravel()  # by the word that the two bytes are


def _checksum(text: NDArray[np.uint8], start: IntArray, stop: IntArray) -> WordArray:
    """Return the XOR of the bytes from each start up to, not including, its stop.

    The running XOR of whole words gives every span of them; the bytes by which its ends miss a word's edge are put in
    and taken out, and the eight bytes of the word folded into one.
    """
    words = text.view(np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.bitwise_xor.accumulate(words)])
    ends = [running[at >> 3] ^ (words[at >> 3] & KEEP_FIRST[at & 7]) for at in (start, stop)]
    folded: WordArray = ends[0] ^ ends[1]
    for bits in (32, 16, 8):
        folded ^= folded >> np.uint64(bits)
    folded &= np.uint64(0xFF)
    return folded


def _stated_checksum(words: WordArray, star: IntArray) -> NDArray[np.uint16]:
    """Return the two hexadecimal digits after each `*`, or more than a byte where they are none."""
    stated: NDArray[np.uint16] = HEX_PAIR[words[star + 1] & np.uint64(0xFFFF)]
    return stated


def spans_of(sentences: Sentences, count: int) -> Spans:
    """Return the spans of the first `count` fields, those that a sentence does not have of length 0."""
    row = np.arange(count + 1)[:, None]
    bounds = sentences.frame[sentences.opening + 1 + row]
    start = bounds[:-1] + 1
    length = bounds[1:] - start
    missing = sentences.fields < count
    if missing.any():
        length[row[:-1] >= sentences.fields] = 0
        length = np.maximum(length, 0)
    return Spans(start, length)
