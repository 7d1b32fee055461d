"""Fetch a Debian source package through the mirror that this machine already uses, without touching its configuration.

apt works in folders of our own, so that no root is needed and the machine's package lists stay as they are. It checks
the archive's signature with Debian's keyring, and every file against the signed index: which mirror answered does not
matter.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from embedded.errors import SourceUnavailable

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
RELEASE = "trixie"  # Debian 13: the newest stable release that carries TimescaleDB's source
INSTEAD = "Set [database] url to a TimescaleDB of your own, or run on Debian with a reachable mirror"


def mirror_sites() -> list[str]:
    """Return the base addresses of the archives apt is configured with, in its order.

    Raises:
        SourceUnavailable: This is not a Debian machine.
    """
    if shutil.which("apt-get") is None or not KEYRING.exists():
        raise SourceUnavailable("this machine has no apt with Debian's keyring", INSTEAD)
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)"], check=False, capture_output=True, text=True
    )
    return list(dict.fromkeys(line for line in listing.stdout.split() if line))


def fetch_source(package: str, folder: Path) -> Path:
    """Download a source package into a folder and return its upstream archive, verified by apt.

    Raises:
        SourceUnavailable: No configured mirror has it, or none answers.
    """
    problems = []
    for site in mirror_sites():
        problem = _try_site(site, package, folder)
        if problem is None:
            return next(folder.glob(f"{package}_*.orig.tar.*"))
        problems.append(problem)
    told = "; ".join(dict.fromkeys(problems)) or "apt has no source configured"
    raise SourceUnavailable(f"no Debian mirror of this machine gave the source of {package}: {told}", INSTEAD)


def answers(site: str, folder: Path) -> str | None:
    """Return why an archive does not serve Debian's release with our source, None when it does."""
    apt = _private_apt(site, folder)
    return _run([*apt, "update", "--error-on=any"], folder)


def _try_site(site: str, package: str, folder: Path) -> str | None:
    apt = _private_apt(site, folder)
    return _run([*apt, "update", "--error-on=any"], folder) or _run(
        [*apt, "source", "--download-only", package], folder
    )


def _private_apt(site: str, folder: Path) -> list[str]:
    sources = folder / "sources.list"
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources.write_text(f"deb-src [signed-by={KEYRING}] {site} {RELEASE} main\n")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",  # the download user _apt may not be able to reach our folder
        "Acquire::Retries": 2,
        "Acquire::http::Timeout": 20,
    }
    return ["apt-get", "--quiet=2", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]


def _run(command: list[str], folder: Path) -> str | None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, stdin=subprocess.DEVNULL)
    complaints = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    return None if done.returncode == 0 else (complaints or ["apt gave no reason"])[0].removeprefix("E:").strip()
