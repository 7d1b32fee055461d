"""Received bytes written down as NDJSON, for looking at a terminal that behaves oddly; up to a bound."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import structlog

log = structlog.get_logger(__name__)

WRITTEN_MOST = 2**30  # a day of forty terminals; a disk that fills up would stop the database too


def frames_stream(path: Path) -> TextIO:
    """Open the file to append to; only its owner may read it, as codes of terminals stand in it."""
    path.touch(mode=0o600)
    return path.open("a")


class FramesFile:
    """Where an operator wants received bytes kept."""

    def __init__(self, stream: TextIO | None) -> None:
        """Write to a stream, None for nowhere."""
        self._stream = stream
        self._written = 0

    def write(self, data: bytes, peer: str) -> None:
        """Keep what a peer sent."""
        if self._stream is None:
            return
        line = {"received_at": datetime.now(UTC).isoformat(), "peer": peer, "hex": data.hex()}
        self._written += self._stream.write(json.dumps(line) + "\n")
        if self._written > WRITTEN_MOST:
            self._stream.flush()
            self._stream = None
            log.warning("frames_full", characters=self._written, meaning="nothing more is written down")

    def flush(self) -> None:
        """Bring what was written to the disk."""
        if self._stream is not None:
            self._stream.flush()
