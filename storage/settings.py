"""What an operator may set about the database; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the database is.

    Attributes:
        url: libpq URL or keyword string; empty means the embedded database of this checkout.
        password_file: File whose first line is the password, so that the URL needs to hold no secret.
        seal_key_file: Keys that addresses and secrets of channels are encrypted with, one a line, the newest first;
            None keeps one in the embedded home folder.
        statement_timeout_s: Longest a query of the API may run. [s]
    """

    url: str = ""
    password_file: Path | None = None
    seal_key_file: Path | None = None
    statement_timeout_s: int = 30
