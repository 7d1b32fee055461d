"""Pieces of a file that belong behind one another but come at the same time: put aside on disk, copied in order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import BinaryIO, cast

# Smaller ones stay in memory; a file has at most a dozen of them open. [bytes]
IN_MEMORY = 256 * 1024
COPIED_AT_ONCE = 256 * 1024


class Spools:
    """Some pieces, each written to its end; on leaving they are gone."""

    def __init__(self, names: Sequence[str]) -> None:
        self._open = ExitStack()
        self._files = {
            name: cast(BinaryIO, self._open.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY)))  # noqa: SIM115
            for name in names
        }

    def __enter__(self) -> Spools:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget them."""
        self._open.close()

    def add(self, name: str, data: bytes) -> None:
        """Put data behind what a piece holds."""
        self._files[name].write(data)

    def is_empty(self, name: str) -> bool:
        """Tell whether nothing was put into a piece."""
        return self._files[name].tell() == 0

    def move(self, name: str, target: BinaryIO) -> None:
        """Copy a piece to a file and begin it anew."""
        self.copy(name, target)
        self.clear(name)

    def copy(self, name: str, target: BinaryIO) -> None:
        """Copy a piece to a file."""
        file = self._files[name]
        file.seek(0)
        shutil.copyfileobj(file, target, COPIED_AT_ONCE)

    def clear(self, name: str) -> None:
        """Begin a piece anew."""
        self._files[name].seek(0)
        self._files[name].truncate()
