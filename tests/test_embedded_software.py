"""Getting the database software: programs, mirror, a build that fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embedded import debian_source, timescaledb
from embedded.account import Account
from embedded.debian_source import answers, fetch_source, mirror_sites
from embedded.errors import BuildFailed, ProgramMissing, SourceUnavailable
from embedded.programs import find_program, install_command, require_programs
from embedded.steps import Step, Steps, told_on_stderr
from embedded.timescaledb import install_software, is_installed, wheel_folder


def test_a_path_without_compiler_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("cc") is None
    with pytest.raises(ProgramMissing, match=r"cc, cmake") as missing:
        require_programs(["cc", "cmake"], Steps())
    assert missing.value.fix


def test_an_ordinary_user_is_given_the_exact_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1_000)
    with pytest.raises(ProgramMissing) as missing:
        require_programs(["cc", "make"], Steps())
    assert missing.value.fix == "Run: sudo apt-get install --yes --no-install-recommends gcc libc6-dev make"


def test_root_runs_apt_and_refreshes_its_lists_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Apt here is a script that knows no package until it was updated, as on a new machine."""
    apt, called = tmp_path / "apt-get", tmp_path / "called"
    apt.write_text(
        f'#!/bin/sh\necho "$1" >> {called}\n[ "$1" = update ] && : > {tmp_path}/lists\n[ -e {tmp_path}/lists ]\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    require_programs(["cmake"], Steps())
    assert called.read_text().split() == ["install", "update", "install"]


def test_what_apt_complains_of_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho 'E: Unable to locate package cmake' >&2\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ProgramMissing, match="Unable to locate package"):
        require_programs(["cmake"], Steps())


def test_programs_that_are_there_need_nothing() -> None:
    require_programs(["cc", "cmake", "make"], Steps())


def test_install_command_names_each_package_once() -> None:
    assert install_command(["cmake"])[-1] == "cmake"


def test_a_machine_without_apt_is_told_to_name_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceUnavailable, match=r"\[database\] url"):
        mirror_sites()


@pytest.mark.services
def test_a_mirror_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(debian_source, "mirror_sites", lambda: ["http://127.0.0.1:9/debian"])
    with pytest.raises(SourceUnavailable, match=r"Could not connect|Connection refused|Failed to fetch"):
        fetch_source("timescaledb", tmp_path)


@pytest.mark.services
def test_an_archive_without_debians_signature_is_refused(tmp_path: Path) -> None:
    """The machine's mirror is not asked to lie: a folder stands in for one, unsigned."""
    release = tmp_path / "mirror" / "dists" / debian_source.RELEASE
    (release / "main" / "source").mkdir(parents=True)
    (release / "Release").write_text("Origin: Debian\nSuite: stable\n")
    (release / "main" / "source" / "Sources").write_text("")
    assert answers(f"file:{tmp_path / 'mirror'}", tmp_path / "work") is not None


@pytest.mark.services
def test_the_machines_mirror_serves_the_source(tmp_path: Path) -> None:
    assert any(answers(site, tmp_path / str(number)) is None for number, site in enumerate(mirror_sites()))


def test_a_failing_build_says_what_the_compiler_said() -> None:
    with pytest.raises(BuildFailed, match=r"hypertable\.c:1: error: no such thing"):
        timescaledb._build(["sh", "-c", "echo 'hypertable.c:1: error: no such thing'; exit 2"], Step("x"))


@pytest.mark.services
def test_a_build_that_is_cut_short_leaves_nothing_that_looks_finished(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(timescaledb, "fetch_source", cut)
    with pytest.raises(KeyboardInterrupt):
        install_software(tmp_path, Steps())
    assert not is_installed(tmp_path)


def test_a_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(timescaledb, "WHEEL", "no_such_wheel")
    with pytest.raises(ProgramMissing, match=r"muckline\[embedded\]"):
        wheel_folder()
    assert not is_installed(tmp_path)


def test_servers_get_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c fsync=off")
    assert "PGOPTIONS" not in Account().run("/usr/bin/env").stdout


def test_steps_are_told_with_their_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with told_on_stderr().step("Compiling"):
        pass
    told = capsys.readouterr()
    assert "Compiling (0.0 s)" in told.err
    assert told.out == ""
