"""A wheel opened: what a user installs carries the built console and everything that is no Python."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel that hatchling builds of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_console_is_in_the_wheel_with_every_asset_that_it_names(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    page = wheel.read("api/console/index.html").decode()
    assets = re.findall(r'(?:src|href)="/console/([^"]+)"', page)
    assert assets
    assert {f"api/console/{asset}" for asset in assets} <= names
    assert any(name.endswith(".woff2") for name in names), "expected the fonts that Chinese text is drawn with"


def test_files_that_are_read_at_run_time_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    here = [*ROOT.glob("storage/migrations/versions/*.sql"), *ROOT.glob("simulators/scenarios/*.toml")]
    assert {str(file.relative_to(ROOT)) for file in here} <= names
    assert not any(name.startswith(("tests/", "console/node_modules")) for name in names)
