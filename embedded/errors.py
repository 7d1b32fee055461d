"""What can keep an embedded server from running.

EmbeddedError               cause and fix in one line each, a stable code for `muckline doctor` and the documents
├── ProgramMissing          a compiler, cmake or Mosquitto is not installed and may not be installed by us
├── SourceUnavailable       no Debian mirror of this machine gave TimescaleDB's source
├── BuildFailed             the source did not compile
├── PortTaken               another process listens where the server was told to listen
└── StartFailed             the server ended or did not answer; its own last words are in the cause
"""

from __future__ import annotations


class EmbeddedError(Exception):
    """An embedded server cannot run here as things are.

    Attributes:
        code: Stable name of the fault, as `muckline doctor` prints it.
        cause: What is wrong, one line.
        fix: What to do about it, one line.
    """

    code = "MUCK-E100"

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(f"{self.code} {cause}. {fix}")
        self.cause = cause
        self.fix = fix


class ProgramMissing(EmbeddedError):  # noqa: N818 - these read as what they are
    """A program of the operating system is needed and absent."""

    code = "MUCK-E101"


class SourceUnavailable(EmbeddedError):  # noqa: N818
    """TimescaleDB's source could not be fetched."""

    code = "MUCK-E102"


class BuildFailed(EmbeddedError):  # noqa: N818
    """TimescaleDB did not compile."""

    code = "MUCK-E103"


class PortTaken(EmbeddedError):  # noqa: N818
    """The configured port belongs to another process."""

    code = "MUCK-E104"


class ServerFailed(EmbeddedError):  # noqa: N818
    """A server did not come up or go down."""

    code = "MUCK-E105"


class HomeRefused(EmbeddedError):  # noqa: N818
    """What lies in the home folder is another user's."""

    code = "MUCK-E106"


def last_words(text: str) -> str:
    """Return the line of a server's output that says why it ended."""
    lines = text.strip().splitlines() or ["it gave no reason"]
    return next((line for line in reversed(lines) if "FATAL" in line or "Error" in line), lines[-1]).strip()
