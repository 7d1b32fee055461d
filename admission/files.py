"""Files that appear whole or not at all, and a lock between processes."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644


def write_whole(path: Path, content: bytes, mode: int = PUBLIC, *, durable: bool = True) -> None:
    """Write a file under another name and rename it: whoever reads meets the old content or the new.

    Args:
        path: The file.
        content: What it shall hold.
        mode: Its permissions from the first byte on, whatever the caller's umask.
        durable: Also on the disk before this returns; a fleet's certificates can be made again.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            os.fchmod(handle, mode)
            if durable:
                file.flush()
                os.fsync(handle)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def add_line(path: Path, line: str) -> None:
    """Add a line to a file that only its owner may read; a line before it that was torn stays alone.

    Raises:
        OSError: Not all of it could be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        whole = (b"\n" if torn else b"") + line.encode() + b"\n"
        written = os.write(handle, whole)  # one write of less than a page: whole, whoever else adds a line
        if written < len(whole):
            raise OSError(errno.ENOSPC, f"expected room for {len(whole)} bytes, got {written}", str(path))
    finally:
        os.close(handle)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock file for the block; other threads and processes wait. The kernel frees it when its holder dies."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
