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
        statement_timeout_s: Longest a query of the API may run. [s]
    """

    url: str = ""
    password_file: Path | None = None
    statement_timeout_s: int = 30
