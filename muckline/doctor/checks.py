"""The table of checks, and running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from admission.errors import AdmissionError
from embedded.errors import EmbeddedError
from muckline.doctor import machine
from muckline.doctor.broker import check_broker
from muckline.doctor.clock import check_clock
from muckline.doctor.database import check_database
from muckline.doctor.devices import check_devices
from muckline.doctor.finding import Finding, Level
from muckline.doctor.ports import check_ports
from muckline.doctor.supervision import check_supervision
from muckline.settings import Settings, SettingsError

CHECKS: tuple[Callable[[Settings], Iterable[Finding]], ...] = (
    machine.check_python,
    machine.check_environment,
    machine.check_home,
    machine.check_open_files,
    check_clock,
    machine.check_wheel,
    machine.check_compiler,
    machine.check_mirror,
    machine.check_mosquitto,
    check_ports,
    check_database,
    check_broker,
    check_devices,
    check_supervision,
)


def run_checks(settings: Settings) -> Iterator[Finding]:
    """Yield every finding, in the table's order."""
    for check in CHECKS:
        try:
            yield from check(settings)
        except EmbeddedError as error:
            yield Finding(error.code, "embedded servers", Level.BLOCKING, error.cause, error.fix)
        except AdmissionError as error:
            yield Finding("MUCK-D309", "certificates", Level.BLOCKING, str(error), "Mend or move that folder")
        except SettingsError as error:
            fix = "Correct it in muckline.toml, the environment or on the command line"
            yield Finding("MUCK-D001", "settings", Level.BLOCKING, str(error), fix)


def blocks(findings: Iterable[Finding]) -> bool:
    """Return whether anything found keeps Muckline from running."""
    return any(finding.level is Level.BLOCKING for finding in findings)
