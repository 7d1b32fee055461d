"""The embedded Mosquitto: the shipped configuration with a port, folders, certificates and a log of this checkout.

Files, below the home folder (or where `account.reachable` says):

    broker/              what Mosquitto writes: its database of sessions, pid and log
    broker/tls/          what it reads: certificates of authority and server, the server's key, revocations, access list
    broker.conf          deploy/mosquitto.conf as rendered at every start
    broker.port  .lock   the port kept; one command at a time

And in the home folder itself, which the broker's account need not reach: `authority/`, made at the first start, and
`authority/identities/`, the certificates of clients, issued when they are first asked for. The listener is open to
processes of this machine that may read those, and to nobody else.
"""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from admission.authority import Authority
from admission.files import PRIVATE, write_whole
from admission.identities import issuing_identities
from embedded.account import Account, reachable, service_account
from embedded.errors import ServerFailed, last_words
from embedded.locking import locked
from embedded.mqtt_probe import PROBE, BrokerAnswer, probe_broker
from embedded.ports import choose_port, kept_port
from embedded.processes import command_line, is_alive, send, wait_gone
from embedded.programs import find_program, require_programs
from embedded.server_status import ServerStatus
from embedded.settings import EmbeddedSettings
from embedded.steps import Steps
from firmware_contracts.transport import BrokerAddress

SHIPPED = Path(__file__).parents[1] / "deploy" / "mosquitto.conf"
ACCESS = SHIPPED.with_name("acl")
HOSTS = ("127.0.0.1", "localhost", "::1")
TLS_FILES = {
    "cafile": "ca.crt",
    "certfile": "server.crt",
    "keyfile": "server.key",
    "crlfile": "crl.pem",
    "acl_file": "acl",
}
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
        self._authority_folder = settings.home.resolve() / "authority"
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
        """Return where the broker listens, or did last, with a certificate for whoever connects under a name."""
        authority = self.authority()
        identities = issuing_identities(authority, self._authority_folder / "identities")
        return BrokerAddress(port=kept_port(self._kept_port), ca_file=authority.ca_file, identities=identities)

    def authority(self) -> Authority:
        """Return who issues the certificates of this checkout; made when it is first asked for."""
        return Authority.ensure(self._authority_folder)

    def reload(self) -> None:
        """Let a running broker read the revocation list anew: connections that stand go on, new ones are refused."""
        with self._locked():
            if self._pid() is not None:
                _give(self._tls / "crl.pem", self.authority().crl_file.read_bytes(), self._account)
                self._signal(signal.SIGHUP)

    def status(self) -> ServerStatus:
        """Return whether the broker runs, and where."""
        pid, port = self._pid(), kept_port(self._kept_port)
        return ServerStatus(pid is not None, pid, port, self._folder, f"mqtts://127.0.0.1:{port}")

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

    @property
    def _tls(self) -> Path:
        return self._folder / "tls"

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
        self._write_tls()
        port = choose_port(self._port, self._kept_port, "[embedded] broker_port")
        self._configuration.write_text(render(SHIPPED.read_text(), self._folder, port))
        self._configuration.chmod(0o644)
        _allow_open_files()
        program = find_program("mosquitto") or "mosquitto"
        log_bytes = self._log.stat().st_size if self._log.exists() else 0
        done = self._account.run(program, "--daemon", "--config-file", self._configuration)
        if done.returncode != 0 or not self._answers(log_bytes):
            reason = last_words(self._said_after(log_bytes) or done.stderr)
            raise ServerFailed(f"the embedded broker did not start: {reason}", f"Read {self._log}")

    def _write_tls(self) -> None:
        """Give the broker's account what it reads, and a new certificate of its own."""
        self._tls.mkdir(mode=0o700, exist_ok=True)
        self._account.give(self._tls)
        authority = self.authority()
        server = authority.issue_server(HOSTS)
        _give(self._tls / "ca.crt", authority.ca_file.read_bytes(), self._account)
        _give(self._tls / "crl.pem", authority.crl_file.read_bytes(), self._account)
        _give(self._tls / "server.crt", server.certificate, self._account)
        _give(self._tls / "server.key", server.key or b"", self._account)
        _give(self._tls / "acl", ACCESS.read_bytes(), self._account)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _answers(self, log_bytes: int) -> bool:
        """Return whether it lets clients in; an error in what it has said since it was started ends the waiting."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._pid() is not None and probe_broker(self.address().as_client(PROBE), 1.0) is BrokerAnswer.ACCEPTED:
                return True
            if self._pid() is None and ": Error: " in self._said_after(log_bytes):
                return False
            time.sleep(0.01)
        return False

    def _said_after(self, log_bytes: int) -> str:
        """Return what the log holds behind its first bytes: those are of runs before, and say nothing of this one."""
        return self._log.read_bytes()[log_bytes:].decode(errors="replace") if self._log.exists() else ""


def render(shipped: str, folder: Path, port: int) -> str:
    """Return the shipped configuration with this checkout's own listener, folder, certificates, log and pid file.

    Args:
        shipped: Text of deploy/mosquitto.conf.
        folder: What the broker may write in.
        port: Port to listen on, loopback only.
    """
    own = {
        "listener": f"{port} 127.0.0.1",
        "persistence_location": f"{folder}/",
        "log_dest": f"file {folder / 'log'}",
        **{setting: str(folder / "tls" / file) for setting, file in TLS_FILES.items()},
    }
    lines = [_replaced(line, own) for line in shipped.splitlines()]
    title = "# Written by embedded/broker.py at every start; changes here are lost."
    return "\n".join([title, *lines, f"pid_file {folder / 'pid'}", ""])


def _replaced(line: str, own: dict[str, str]) -> str:
    """Return a line with our value where it stood: what follows a `listener` belongs to it, so the order matters."""
    name = line.partition(" ")[0]
    return f"{name} {own[name]}" if name in own else line


def _give(file: Path, content: bytes, account: Account) -> None:
    write_whole(file, content, PRIVATE, durable=False)
    account.give(file)


def _allow_open_files() -> None:
    """Raise our own limit of open files as far as we may: the broker inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
