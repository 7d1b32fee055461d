"""Checks of the machine: Python, programs, mirror, disk, limits, environment."""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from embedded.account import reachable, service_account
from embedded.debian_source import INSTEAD, answers, mirror_sites
from embedded.errors import EmbeddedError
from embedded.postgres import EmbeddedPostgres
from embedded.programs import find_program, install_command
from embedded.timescaledb import wheel_folder
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings

MINIMUM_PYTHON = (3, 11)
# 2.0.11 and 2.0.12 hand out a whole new window for every acknowledgement after a reconnect (mosquitto #2306); the
# other faults of older versions are listed with 2.0.22, which is the oldest to deploy.
MINIMUM_MOSQUITTO = (2, 0, 22)
BLOCKING_DISK_GB, LOW_DISK_GB = 1.0, 5.0  # a build and an empty cluster take 0.3 GB; a day of 2,000 trucks 2 GB
OPEN_FILES = 8_192  # at 1,024 idle connections shut an honest terminal out, at 8,192 they did not
NOISE = re.compile(r"^(PG(?!\w*COLOR)[A-Z]+|PYTHONPATH|PYTHONHOME|LD_PRELOAD|LD_LIBRARY_PATH)$")


def check_python(_: Settings) -> Iterator[Finding]:
    """Look at the interpreter's version."""
    version = platform.python_version()
    if sys.version_info[:2] >= MINIMUM_PYTHON:
        yield fine("MUCK-D101", "Python", f"{version} on {platform.machine()}")
    else:
        yield Finding(
            "MUCK-D101", "Python", Level.BLOCKING, f"expected 3.11 or newer, got {version}", "Install python3.11"
        )


def check_compiler(settings: Settings) -> Iterator[Finding]:
    """Look for what compiles TimescaleDB, where it still has to be compiled."""
    if settings.database.url:
        return
    if EmbeddedPostgres(settings.embedded).is_built():
        yield fine("MUCK-D102", "compiler", "not needed: TimescaleDB is built")
        return
    missing = [name for name in ("cc", "cmake", "make") if find_program(name) is None]
    if missing:
        yield _missing("MUCK-D102", "compiler", missing)
    else:
        yield fine("MUCK-D102", "compiler", "cc, cmake and make are installed")


def check_wheel(settings: Settings) -> Iterator[Finding]:
    """Look for the wheel that carries PostgreSQL."""
    if settings.database.url:
        return
    try:
        wheel_folder()
    except EmbeddedError as error:
        yield Finding("MUCK-D103", "PostgreSQL wheel", Level.BLOCKING, error.cause, error.fix)
    else:
        yield fine("MUCK-D103", "PostgreSQL wheel", "installed")


def check_mirror(settings: Settings) -> Iterator[Finding]:
    """Ask the machine's Debian mirror, where TimescaleDB's source still has to come from it."""
    if settings.database.url:
        return
    if EmbeddedPostgres(settings.embedded).is_built():
        yield fine("MUCK-D104", "Debian mirror", "not needed: TimescaleDB is built")
        return
    try:
        sites = mirror_sites()
    except EmbeddedError as error:
        yield Finding("MUCK-D104", "Debian mirror", Level.BLOCKING, error.cause, error.fix)
        return
    problems = []
    for site in sites:
        with tempfile.TemporaryDirectory() as folder:
            problem = answers(site, Path(folder))
        if problem is None:
            yield fine("MUCK-D104", "Debian mirror", "answers")
            return
        problems.append(problem)
    cause = problems[0] if problems else "apt has no source configured"
    yield Finding("MUCK-D104", "Debian mirror", Level.BLOCKING, f"no mirror serves the source: {cause}", INSTEAD)


def check_mosquitto(settings: Settings) -> Iterator[Finding]:
    """Look for Mosquitto and its version."""
    if settings.broker.host:
        return
    program = find_program("mosquitto")
    if program is None:
        yield _missing("MUCK-D105", "Mosquitto", ["mosquitto"])
        return
    told = subprocess.run([program, "-h"], check=False, capture_output=True, text=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", told.split("\n", 1)[0])[:3])
    shown = ".".join(map(str, version))
    if version >= MINIMUM_MOSQUITTO:
        yield fine("MUCK-D106", "Mosquitto", shown)
    else:
        cause = f"{shown} keeps no back-pressure after a reconnect to a backlog (mosquitto #2306)"
        yield Finding(
            "MUCK-D106", "Mosquitto", Level.WARNING, cause, "In service run 2.0.22 or newer; set [broker] host to it"
        )


def check_home(settings: Settings) -> Iterator[Finding]:
    """Look at the room where the embedded servers write, and whether we may."""
    folder = reachable(settings.embedded.home, service_account())
    yield fine("MUCK-D107", "home folder", str(folder))
    yield disk_finding(folder, shutil.disk_usage(folder).free)


def disk_finding(folder: Path, free_bytes: int) -> Finding:
    """Judge the free space of a disk. [B]"""
    free_gb = free_bytes / 1e9
    if free_gb >= LOW_DISK_GB:
        return fine("MUCK-D108", "disk", f"{free_gb:.0f} GB free at {folder}")
    level = Level.BLOCKING if free_gb < BLOCKING_DISK_GB else Level.WARNING
    fix = f"Free some, or set [embedded] home to a disk with more than {LOW_DISK_GB:.0f} GB"
    return Finding("MUCK-D108", "disk", level, f"{free_gb:.1f} GB free at {folder}", fix)


def check_open_files(_: Settings) -> Iterator[Finding]:
    """Look at how many connections the broker could hold."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= OPEN_FILES:
        yield fine("MUCK-D109", "open files", "unlimited" if hard == resource.RLIM_INFINITY else f"limit {hard}")
    else:
        cause = f"limit {hard}: a few hundred idle connections shut terminals out"
        yield Finding(
            "MUCK-D109", "open files", Level.WARNING, cause, f"Raise it: ulimit -Hn {OPEN_FILES}, or LimitNOFILE="
        )


def check_environment(_: Settings) -> Iterator[Finding]:
    """Look for variables that change what our programs do behind their settings."""
    noise = sorted(name for name in os.environ if NOISE.match(name))
    if noise:
        cause = f"{', '.join(noise)} change what libpq or Python does"
        yield Finding("MUCK-D110", "environment", Level.WARNING, cause, f"Run: unset {' '.join(noise)}")
    else:
        yield fine("MUCK-D110", "environment", "no variable interferes")


def _missing(code: str, subject: str, programs: list[str]) -> Finding:
    command = " ".join(install_command(programs))
    cause = f"missing: {', '.join(programs)}"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return Finding(code, subject, Level.NOTE, cause, f"Nothing: the first start runs {command}")
    return Finding(code, subject, Level.BLOCKING, cause, f"Run: sudo {command}")
