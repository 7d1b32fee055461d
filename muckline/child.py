"""Our own commands as child processes: started with the addresses they need, their logs kept, ended by pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from admission.identities import FolderIdentities, IssuingIdentities
from admission.names import PLATFORM_NAMES
from firmware_contracts.transport import BrokerAddress
from muckline.settings import Settings

STOP_S = 30.0  # ingest may have a batch to commit and acknowledgements to send


class ChildDied(Exception):  # noqa: N818 - reads as what happened
    """A command that should go on has ended; says where its last words stand."""


class Child:
    """One `muckline` command in a process of its own."""

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        """Start it.

        Args:
            command: The command's name.
            environment: Settings, as `settings_environment` gives them.
            log: File that its output is appended to.
        """
        self.command = command
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "muckline", command],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for whoever started us; we end the children in order
            )

    def check(self) -> None:
        """Raise ChildDied when it has ended by itself."""
        code = self._process.poll()
        if code is not None:
            words = self._log.read_text(errors="replace").strip().splitlines()[-3:]
            raise ChildDied(f"`muckline {self.command}` ended with {code}; {self._log} says: {' | '.join(words)}")

    def stop(self) -> None:
        """Ask it to finish, and end it when it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def settings_environment(settings: Settings) -> dict[str, str]:
    """Return settings as the environment spells them, so that what --config and --set said holds for children too."""
    return {
        f"MUCKLINE_{section}__{name}".upper(): _spelled(value)
        for section, values in settings.model_dump(mode="json").items()
        for name, value in values.items()
        if value is not None
    }


def _spelled(value: object) -> str:
    match value:
        case list():
            return ",".join(value)
        case dict():
            return ",".join(f"{name}={member}" for name, member in value.items())
        case _:
            return str(value)


def broker_environment(address: BrokerAddress) -> dict[str, str]:
    """Return an address as the settings of a child spell it, with a certificate for each name of the platform."""
    environment = {"MUCKLINE_BROKER__HOST": address.host, "MUCKLINE_BROKER__PORT": str(address.port)}
    if address.ca_file is not None:
        environment["MUCKLINE_BROKER__CA_FILE"] = str(address.ca_file)
    identities = address.identities
    if isinstance(identities, IssuingIdentities | FolderIdentities):
        if isinstance(identities, IssuingIdentities):
            for name in PLATFORM_NAMES:
                identities(name)  # a child is given the folder, not the authority
        environment["MUCKLINE_BROKER__IDENTITIES"] = str(identities.folder)
    return environment


@contextmanager
def children(commands: list[str], environment: Mapping[str, str], logs: Path) -> Iterator[list[Child]]:
    """Run commands while the block runs; they are stopped in reverse order."""
    logs.mkdir(parents=True, exist_ok=True)
    running: list[Child] = []
    try:
        for command in commands:
            running.append(Child(command, environment, logs / f"{command}.log"))  # noqa: PERF401 - each must be known as it starts
        yield running
    finally:
        for child in reversed(running):
            child.stop()
