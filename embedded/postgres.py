"""The embedded TimescaleDB: one PostgreSQL cluster of this checkout, on loopback, behind a password.

Files, below the home folder (or where `account.reachable` says):

    software/postgresql-16.14/   programs, TimescaleDB compiled in; see timescaledb.py
    database/cluster/            the data, mode 700, owned by the account the server runs as
    database/log                 what the server says
    database.conf                its settings, written at every start, included by cluster/postgresql.conf
    database.port  .lock         the port kept; one command at a time
    database.pgpass              the password, mode 600; the URL names this file, so no URL holds a secret
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from embedded.account import reachable, service_account
from embedded.cluster import DATABASE, USER, create_cluster, create_database, write_configuration
from embedded.errors import ServerFailed, last_words
from embedded.locking import locked
from embedded.ports import choose_port, kept_port
from embedded.processes import children, is_alive, is_listening, send, wait_gone, working_folder
from embedded.server_status import ServerStatus
from embedded.settings import EmbeddedSettings
from embedded.steps import Steps
from embedded.timescaledb import Software, install_software, is_installed

START_S = 600  # crash recovery replays up to max_wal_size of log before the server answers
STOP_S = 60
PORT_TRIES = 3  # a free port can be taken between looking and listening


class EmbeddedPostgres:
    """The TimescaleDB of this checkout, which outlives the command that started it.

    Args:
        settings: Home folder and port.
        steps: Where a slow start is told.
        software_home: The home whose built software is used; None is this one.
    """

    def __init__(
        self, settings: EmbeddedSettings, steps: Steps | None = None, software_home: Path | None = None
    ) -> None:
        self._account = service_account()
        self._base = reachable(settings.home, self._account)
        self.software_folder = reachable(software_home or settings.home, self._account) / "software"
        self._port = settings.database_port
        self._steps = steps or Steps()
        self._folder = self._base / "database"
        self._cluster = self._folder / "cluster"

    def ensure(self) -> str:
        """Start the server where it is not running, setting it up first where that was never done; return its URL.

        Raises:
            EmbeddedError: What is missing, and how to mend it.
        """
        with self._locked():
            if self._pid() is None:
                software = self.build()
                if not (self._cluster / "PG_VERSION").exists():
                    with self._steps.step("Creating the database cluster"):
                        create_cluster(self._folder, self._passfile, software, self._account)
                with self._steps.step("Starting TimescaleDB"):
                    self._start(software)
                    create_database(self.url("postgres"), self.url())
        return self.url()

    def build(self) -> Software:
        """Make sure that the server's software is there, without starting anything.

        Raises:
            EmbeddedError: What is missing, and how to mend it.
        """
        return install_software(self.software_folder, self._steps)

    def is_built(self) -> bool:
        """Return whether the server's software is there, so that a start needs neither compiler nor mirror."""
        return is_installed(self.software_folder)

    def url(self, database: str = DATABASE) -> str:
        """Return the libpq URL of one database; the password stands in the file it names."""
        port, passfile = kept_port(self._kept_port), quote(str(self._passfile))
        return f"postgresql://{USER}@127.0.0.1:{port}/{database}?passfile={passfile}"

    def status(self) -> ServerStatus:
        """Return whether the server runs, and where."""
        pid = self._pid()
        return ServerStatus(pid is not None, pid, kept_port(self._kept_port), self._folder, self.url())

    def stop(self) -> None:
        """End the server in order: open transactions are rolled back, sessions are closed."""
        with self._locked():
            pid = self._pid()
            if pid is not None:
                self.thaw()
                send([pid], signal.SIGINT)  # PostgreSQL's fast shutdown
                if not wait_gone([pid], STOP_S):
                    raise ServerFailed(f"the database (process {pid}) did not stop within {STOP_S} s", "Run it again")

    def restart(self) -> str:
        """Stop and start the server; return its URL."""
        self.stop()
        return self.ensure()

    def kill9(self) -> None:
        """End the server and all of its processes at once, as a power cut would; the next start recovers."""
        family = self._family()
        send(family[:1], signal.SIGSTOP)  # or it would answer the death of a child by starting another
        send([*family, *self._family()], signal.SIGKILL)
        wait_gone(family, STOP_S)

    def freeze(self) -> None:
        """Stop every process of the server where it stands: sockets stay open and nothing answers."""
        send(self._family(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        send(self._family(), signal.SIGCONT)

    @property
    def _kept_port(self) -> Path:
        return self._base / "database.port"

    @property
    def _passfile(self) -> Path:
        return self._base / "database.pgpass"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with locked(self._base / "database.lock"):
            yield

    def _pid(self) -> int | None:
        """Return the server's process id; a pid file left by a crash may name a stranger's process."""
        try:
            pid = int((self._cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if is_alive(pid) and working_folder(pid) == self._cluster else None

    def _family(self) -> list[int]:
        pid = self._pid()
        return [] if pid is None else [pid, *children(pid)]

    def _start(self, software: Software) -> None:
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)  # ours does not run, whatever it says
        log = self._folder / "log"
        log_bytes = log.stat().st_size if log.exists() else 0
        for _ in range(PORT_TRIES):
            port = choose_port(self._port, self._kept_port, "[embedded] database_port")
            write_configuration(self._base / "database.conf", port)
            done = self._account.run(
                software.program("pg_ctl"),
                "start",
                "-D",
                self._cluster,
                "-l",
                log,
                "-w",
                "-t",
                str(START_S),
                "--silent",
            )
            if done.returncode == 0:
                return
            if self._port or not is_listening(port):
                break
        reason = last_words(log.read_text()[log_bytes:] if log.exists() else done.stderr)
        raise ServerFailed(f"the embedded database did not start: {reason}", f"Read {log}")
