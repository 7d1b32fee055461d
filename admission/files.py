"""Files that appear whole or not at all, and a lock between processes."""

from __future__ import annotations

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


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock file for the block; other threads and processes wait. The kernel frees it when its holder dies."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
