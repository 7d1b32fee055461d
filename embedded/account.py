"""Who runs an embedded server, and a folder that this account can reach.

PostgreSQL refuses to run as root, and a broker has no need to. Run by root, the servers therefore belong to `nobody`;
run by an ordinary user, to that user. A checkout may lie where `nobody` may not go (below /root, mode 700): then the
servers' files lie in /var/lib/muckline and a link in the home folder names the place. Capabilities that let `nobody`
pass would have kept everything in the checkout, but many containers have none to give.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import HomeRefused

ELSEWHERE = Path("/var/lib/muckline")
LINK = "elsewhere"
ELSE_HOME = "Set [embedded] home to a folder of yours"


@dataclass(frozen=True, slots=True)
class Account:
    """The account that servers run as.

    Attributes:
        uid: User id, None to stay who we are.
        gid: Group id, likewise.
    """

    uid: int | None = None
    gid: int | None = None

    def give(self, path: Path) -> None:
        """Make a file or folder this account's own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program as this account and return how it ended, its output as text.

        The environment holds nothing of ours: a PGOPTIONS or PGDATA of the caller must not reach a server.
        """
        return subprocess.run(
            [str(word) for word in command],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **environment},
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            umask=0o077,
        )


def service_account() -> Account:
    """Return `nobody` for root, and the caller's own account otherwise."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def reachable(home: Path, account: Account) -> Path:
    """Return the folder for the servers' files: `home`, or one in /var/lib where the account cannot reach `home`.

    Raises:
        HomeRefused: The folder cannot be made, or another user's servers have their files there.
    """
    home = home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeRefused(f"{home} cannot be made: {error.strerror}", ELSE_HOME) from error
    if home.stat().st_uid != os.geteuid():
        raise HomeRefused(f"{home} belongs to {home.owner()}", f"Run as {home.owner()}. Or: {ELSE_HOME}")
    if account.run("/bin/sh", "-c", 'cd -- "$0"', home).returncode == 0:
        return home
    elsewhere = ELSEWHERE / f"{home.parent.name}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
    for folder in (ELSEWHERE, elsewhere):
        folder.chmod(0o755)  # whatever the caller's umask
    with suppress(FileExistsError):  # of an earlier start, or of a command starting beside us
        (home / LINK).symlink_to(elsewhere)
    return elsewhere
