"""Checks of the ports that our own services listen on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded.ports import taken_by
from embedded.processes import command_line, is_free, listener
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Look whether the API and the counters of ingest could listen, or already do."""
    yield port_finding("MUCK-D401", "API port", settings.api.host, settings.api.port, "[api] port")
    ingest = settings.ingest
    yield port_finding("MUCK-D402", "metrics port", ingest.metrics_host, ingest.metrics_port, "[ingest] metrics_port")


def port_finding(code: str, subject: str, host: str, port: int, setting: str) -> Finding:
    """Judge one port."""
    if port == 0:
        return fine(code, subject, "any free one")
    if is_free(port, host):
        return fine(code, subject, f"{port} is free")
    pid = listener(port)
    if pid is not None and _is_ours(pid):
        return fine(code, subject, f"{port} is served by muckline (process {pid})")
    fix = f"End that process, or set {setting} to another port"
    return Finding(code, subject, Level.BLOCKING, f"port {port} is taken by {taken_by(port)}", fix)


def _is_ours(pid: int) -> bool:
    """Return whether a process is the console script, with or without the interpreter before it."""
    return any(Path(word).name == "muckline" for word in command_line(pid)[:2])
