"""Programs of the operating system: installed by root through apt, named with the exact command otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess

from embedded.errors import ProgramMissing
from embedded.steps import Steps

# Debian keeps daemons where an ordinary user's PATH does not look.
DAEMON_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
PACKAGES = {
    "cc": ("gcc", "libc6-dev"),
    "chromium": ("chromium",),
    "cmake": ("cmake",),
    "make": ("make",),
    "mosquitto": ("mosquitto",),
}


def find_program(name: str) -> str | None:
    """Return a program's path, None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path=DAEMON_FOLDERS)


def install_command(names: list[str]) -> list[str]:
    """Return the apt command that installs the packages of these programs."""
    packages = [package for name in names for package in PACKAGES[name]]
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def require_programs(names: list[str], steps: Steps) -> None:
    """Make sure that programs are installed; root installs what is missing.

    Raises:
        ProgramMissing: Something is missing and we may not install it, or apt could not.
    """
    missing = [name for name in names if find_program(name) is None]
    if not missing:
        return
    command = install_command(missing)
    listed = ", ".join(missing)
    if shutil.which("apt-get") is None:
        raise ProgramMissing(f"missing on this machine: {listed}", "Install them with this system's package manager")
    if os.geteuid() != 0:
        raise ProgramMissing(f"missing on this machine: {listed}", f"Run: sudo {' '.join(command)}")
    with steps.step(f"Installing {listed}"):
        if _apt(command) is not None:
            _apt(["apt-get", "update"])  # a new machine has no package lists yet
            problem = _apt(command)
            if problem is not None:
                raise ProgramMissing(f"apt could not install {listed}: {problem}", f"Run: {' '.join(command)}")


def _apt(command: list[str]) -> str | None:
    """Run apt and return its complaint, None when it had none."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
    )
    lines = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else (lines or ["no message"])[-1]
