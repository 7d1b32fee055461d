"""The port of an embedded server: as configured, or a free one that is kept from start to start."""

from __future__ import annotations

from pathlib import Path

from embedded.errors import PortTaken
from embedded.processes import command_line, free_port, is_free, listener


def choose_port(configured: int, kept: Path, setting: str) -> int:
    """Return the port to listen on and keep it in a file.

    Args:
        configured: The port an operator asked for, 0 for any free one.
        kept: File that holds the port of the last start.
        setting: Name of the setting, for the error.

    Raises:
        PortTaken: Another process listens on the configured port.
    """
    if configured and not is_free(configured):
        raise PortTaken(
            f"port {configured} is taken by {taken_by(configured)}",
            f"End that process, or set {setting} to another port, or to 0 for a free one",
        )
    port = configured or kept_port(kept)
    if not port or not is_free(port):
        port = free_port()
    kept.write_text(f"{port}\n")
    return port


def kept_port(kept: Path) -> int:
    """Return the port of the last start, 0 when there was none."""
    return int(kept.read_text()) if kept.exists() else 0


def taken_by(port: int) -> str:
    """Return who listens on a port, as far as it can be seen."""
    pid = listener(port)
    if pid is None:
        return "a process of another user"
    words = command_line(pid)
    return f"process {pid} ({Path(words[0]).name if words else 'unknown'})"
