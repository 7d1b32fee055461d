"""Processes and ports of this machine, read from /proc: who lives, who listens, and ending a family of processes."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"  # state column of /proc/net/tcp


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that is dead and not yet waited for does not."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def children(pid: int) -> list[int]:
    """Return the process ids whose parent is `pid`."""
    return [child for child in _pids() if _stat(child)[1:2] == [str(pid)]]


def working_folder(pid: int) -> Path | None:
    """Return where a process works, None where it is gone or not ours to look at."""
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def command_line(pid: int) -> list[str]:
    """Return a process's words, none where it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each process that still lives."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_gone(pids: Iterable[int], timeout_s: float) -> bool:
    """Return whether all of the processes ended within the time."""
    until = time.monotonic() + timeout_s
    waiting = [pid for pid in pids if is_alive(pid)]
    while waiting and time.monotonic() < until:
        time.sleep(0.01)
        waiting = [pid for pid in waiting if is_alive(pid)]
    return not waiting


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT does not bar them
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def listener(port: int) -> int | None:
    """Return the process that listens on a TCP port, None where nobody does or it is not ours to see."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for pid in _pids() if sockets else ():
        with suppress(OSError):
            if any(_target(entry) in sockets for entry in (PROC / str(pid) / "fd").iterdir()):
                return pid
    return None


def is_listening(port: int) -> bool:
    """Return whether any process listens on a TCP port."""
    return any(True for _ in _listening_inodes(port))


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (PROC / "net" / table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield rest[5]


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _pids() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """Return the columns of /proc/PID/stat from the state on: state, parent, group, ..."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
