"""What a capture holds of one terminal, as a log: everything is judged that can be judged without driving it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from simulators.capture import read_capture
from simulators.conform.observed import Log, Message, observe

MAX_MESSAGES = 200_000  # a week of one terminal


def read_log(path: Path, device: str) -> Log:
    """Return the log of one terminal; with `down` topics in the capture its re-sends are judged too.

    Raises:
        CaptureError: The file is damaged.
        OSError: It cannot be read.
    """
    return observe(device, "capture", islice(_messages(path, device), MAX_MESSAGES))


def _messages(path: Path, device: str) -> Iterator[Message]:
    for received in read_capture(path):
        if device in received.topic.split("/"):
            yield Message(received.received_at_ms, received.topic, received.payload)
