"""What is known of an embedded server without asking it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Whether a server runs, and where.

    Attributes:
        running: Whether its process lives.
        pid: Its process id.
        port: The port it listens on, or did last.
        folder: Where its files are.
        address: How to reach it.
    """

    running: bool
    pid: int | None
    port: int
    folder: Path
    address: str
