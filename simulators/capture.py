"""Captures: recorded MQTT messages, one JSON object a line, gzipped where the file's name ends in `.gz`.

{"received_at": "2026-03-02T06:00:01.250Z", "topic": "muck/v1/320412/truck/T1/up/report/bin", "payload": "TUsB..."}
"""

from __future__ import annotations

import binascii
import gzip
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from simulators.instant import from_milliseconds, to_milliseconds

MAX_LINE_BYTES = 16 * 2**20  # a broker's largest usual message, twelve times over


class CaptureError(ValueError):
    """A line that is no captured message; says which line and why."""

    def __init__(self, path: Path, line: int, detail: str) -> None:
        super().__init__(f"{path}, line {line}: {detail}")
        self.path = path
        self.line = line
        self.detail = detail


class CaptureMessage(NamedTuple):
    """One MQTT message as it was received."""

    received_at_ms: int
    topic: str
    payload: bytes


class _Line(msgspec.Struct):
    received_at: datetime
    topic: str
    payload: str


_decoder = msgspec.json.Decoder(_Line)
_encoder = msgspec.json.Encoder()


class CaptureWriter:
    """Appends messages to an open capture."""

    def __init__(self, stream: BufferedWriter | gzip.GzipFile) -> None:
        self._stream = stream
        self.messages = 0

    def write(self, received_at_ms: int, topic: str, payload: bytes) -> None:
        """Append one message."""
        line = {"received_at": from_milliseconds(received_at_ms), "topic": topic, "payload": payload}
        self._stream.write(_encoder.encode(line) + b"\n")
        self.messages += 1

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self._stream.flush()


@contextmanager
def write_capture(path: Path) -> Iterator[CaptureWriter]:
    """Open a new capture for writing; the same messages give the same bytes, gzipped too."""
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            # Neither name nor time of writing go into the header.
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as stream:
                yield CaptureWriter(stream)
        else:
            yield CaptureWriter(raw)


class CaptureReader:
    """Iterates over a capture's messages and knows how far it has come, for progress bars.

    Attributes:
        total_bytes: Size of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total_bytes = path.stat().st_size
        self._raw: BufferedReader = path.open("rb")
        self._stream: gzip.GzipFile | BufferedReader = gzip.open(self._raw) if path.suffix == ".gz" else self._raw  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._raw.close()

    def position_bytes(self) -> int:
        """Return how much of the file has been read."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[CaptureMessage]:
        """Yield each message in the order of the file.

        Raises:
            CaptureError: A line is no captured message, or the file is damaged.
        """
        number = 0
        while True:
            number += 1
            try:
                line = self._stream.readline(MAX_LINE_BYTES)
            except (OSError, EOFError) as error:
                raise CaptureError(self.path, number, f"cannot be read: {error}") from error
            if not line:
                return
            if line.strip():
                yield self._parse(line, number)

    def _parse(self, line: bytes, number: int) -> CaptureMessage:
        try:
            fields = _decoder.decode(line)
            payload = b64decode(fields.payload, validate=True)
        except (msgspec.DecodeError, binascii.Error, UnicodeDecodeError) as error:
            raise CaptureError(self.path, number, str(error)) from error
        if fields.received_at.tzinfo is None:
            raise CaptureError(self.path, number, "expected received_at with an offset such as Z, got none")
        return CaptureMessage(to_milliseconds(fields.received_at), fields.topic, payload)


def read_capture(path: Path) -> Iterator[CaptureMessage]:
    """Yield each message of a capture.

    Raises:
        CaptureError: A line is no captured message; the message names it.
    """
    with CaptureReader(path) as reader:
        yield from reader
