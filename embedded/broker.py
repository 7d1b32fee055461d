"""The embedded Mosquitto: the shipped configuration with a listener, folders and a log of this checkout.

Files, below the home folder (or where `account.reachable` says):

    broker/              what Mosquitto writes: its database of sessions, pid and log
    broker.conf          deploy/mosquitto.conf as rendered at every start
    broker.port  .lock   the port kept; one command at a time

The listener is open to every process of this machine and to nobody else.
"""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.account import reachable, service_account
from embedded.errors import ServerFailed, last_words
from embedded.locking import locked
from embedded.mqtt_probe import BrokerAnswer, probe_broker
from embedded.ports import choose_port, kept_port
from embedded.processes import command_line, is_alive, send, wait_gone
from embedded.programs import find_program, require_programs
from embedded.server_status import ServerStatus
from embedded.settings import EmbeddedSettings
from embedded.steps import Steps
from firmware_contracts.transport import BrokerAddress

SHIPPED = Path(__file__).parents[1] / "deploy" / "mosquitto.conf"
START_S = 60  # reading back 200,000 stored messages takes 0.3 s
STOP_S = 60
OPEN_FILES = 20_480  # above max_connections of the shipped configuration


class EmbeddedBroker:
    """The MQTT broker of this checkout, which outlives the command that started it.

    Args:
        settings: Home folder and port.
        steps: Where a slow start is told.
    """

    def __init__(self, settings: EmbeddedSettings, steps: Steps | None = None) -> None:
        self._account = service_account()
        self._base = reachable(settings.home, self._account)
        self._port = settings.broker_port
        self._steps = steps or Steps()
        self._folder = self._base / "broker"
        self._configuration = self._base / "broker.conf"

    def ensure(self) -> BrokerAddress:
        """Start the broker where it is not running; return its address.

        Raises:
            EmbeddedError: What is missing, and how to mend it.
        """
        with self._locked():
            if self._pid() is None:
                require_programs(["mosquitto"], self._steps)
                with self._steps.step("Starting Mosquitto"):
                    self._start()
        return self.address()

    def address(self) -> BrokerAddress:
        """Return where the broker listens, or did last."""
        return BrokerAddress(port=kept_port(self._kept_port))

    def status(self) -> ServerStatus:
        """Return whether the broker runs, and where."""
        pid, port = self._pid(), kept_port(self._kept_port)
        return ServerStatus(pid is not None, pid, port, self._folder, f"mqtt://127.0.0.1:{port}")

    def stop(self) -> None:
        """End the broker in order: it writes its sessions and queues down."""
        with self._locked():
            pid = self._pid()
            if pid is not None:
                self.thaw()
                send([pid], signal.SIGTERM)
                if not wait_gone([pid], STOP_S):
                    raise ServerFailed(f"the broker (process {pid}) did not stop within {STOP_S} s", "Run it again")

    def restart(self) -> BrokerAddress:
        """Stop and start the broker; return its address."""
        self.stop()
        return self.ensure()

    def kill9(self) -> None:
        """End the broker at once: what it had not saved is gone."""
        pids = self._pids()  # a dying process still holds its port, but has no command line to be known by
        send(pids, signal.SIGKILL)
        wait_gone(pids, STOP_S)

    def freeze(self) -> None:
        """Stop the broker where it stands: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen broker go on."""
        self._signal(signal.SIGCONT)

    @property
    def _kept_port(self) -> Path:
        return self._base / "broker.port"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with locked(self._base / "broker.lock"):
            yield

    def _pid(self) -> int | None:
        """Return the broker's process id; a pid file left by a crash may name a stranger's process."""
        try:
            pid = int((self._folder / "pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if is_alive(pid) and str(self._configuration) in command_line(pid) else None

    def _pids(self) -> list[int]:
        pid = self._pid()
        return [] if pid is None else [pid]

    def _signal(self, number: signal.Signals) -> None:
        send(self._pids(), number)

    def _start(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._account.give(self._folder)
        (self._folder / "pid").unlink(missing_ok=True)
        port = choose_port(self._port, self._kept_port, "[embedded] broker_port")
        self._configuration.write_text(render(SHIPPED.read_text(), self._folder, port))
        self._configuration.chmod(0o644)
        _allow_open_files()
        program = find_program("mosquitto") or "mosquitto"
        done = self._account.run(program, "--daemon", "--config-file", self._configuration)
        if done.returncode != 0 or not self._answers():
            raise ServerFailed(f"the embedded broker did not start: {self._reason(done.stderr)}", f"Read {self._log}")

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _answers(self) -> bool:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._pid() is not None and probe_broker(self.address(), 1.0) is BrokerAnswer.ACCEPTED:
                return True
            if self._pid() is None and self._log.exists() and "Error" in self._log.read_text():
                return False
            time.sleep(0.01)
        return False

    def _reason(self, otherwise: str) -> str:
        return last_words(self._log.read_text() if self._log.exists() else otherwise)


def render(shipped: str, folder: Path, port: int) -> str:
    """Return the shipped configuration with this checkout's own listener, folder, log and pid file.

    Args:
        shipped: Text of deploy/mosquitto.conf.
        folder: What the broker may write in.
        port: Port to listen on, loopback only.
    """
    own = {
        "listener": f"{port} 127.0.0.1",
        "persistence_location": f"{folder}/",
        "log_dest": f"file {folder / 'log'}",
    }
    lines = [_replaced(line, own) for line in shipped.splitlines()]
    title = "# Written by embedded/broker.py at every start; changes here are lost."
    return "\n".join([title, *lines, f"pid_file {folder / 'pid'}", ""])


def _replaced(line: str, own: dict[str, str]) -> str:
    """Return a line with our value where it stood: what follows a `listener` belongs to it, so the order matters."""
    name = line.partition(" ")[0]
    return f"{name} {own[name]}" if name in own else line


def _allow_open_files() -> None:
    """Raise our own limit of open files as far as we may: the broker inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
