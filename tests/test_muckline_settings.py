"""TOML file < environment < command line; the sample file names every setting with its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from muckline.child import settings_environment
from muckline.settings import Settings, SettingsError, read_secret, read_settings

SAMPLE = Path(__file__).parent.parent / "muckline.sample.toml"


def test_stronger_source_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "muckline.toml"
    file.write_text("[ingest]\nwindow = 1\nkeepalive_s = 1\nflush_fixes = 1\n")
    monkeypatch.setenv("MUCKLINE_INGEST__WINDOW", "2")
    monkeypatch.setenv("MUCKLINE_INGEST__KEEPALIVE_S", "2")
    ingest = read_settings(file, ["ingest.window=3", "ingest.regions=320412,320411"]).ingest
    assert (ingest.window, ingest.keepalive_s, ingest.flush_fixes) == (3, 2, 1)
    assert ingest.regions == ("320412", "320411")


def test_regions_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUCKLINE_INGEST__REGIONS", "320412,320411")
    assert read_settings().ingest.regions == ("320412", "320411")
    monkeypatch.setenv("MUCKLINE_INGEST__REGIONS", "")
    assert read_settings().ingest.regions == ()


@pytest.mark.parametrize("robots", ["", "dingtalk=https://robots.example,feishu=http://robots.example:8080"])
def test_a_child_reads_the_settings_of_its_parent(monkeypatch: pytest.MonkeyPatch, robots: str) -> None:
    ours = read_settings(None, ["ingest.regions=320412,320411", f"work.robot_hosts={robots}"])
    for name, value in settings_environment(ours).items():
        monkeypatch.setenv(name, value)
    assert read_settings().model_dump() == ours.model_dump()


def test_sample_file_holds_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(SAMPLE).model_dump() == Settings().model_dump()


def test_sample_file_names_every_setting() -> None:
    named = set(re.findall(r"^(?:# )?([a-z_]+) = ", SAMPLE.read_text(), re.MULTILINE))
    wanted = {name for section in Settings().model_dump().values() for name in section}
    assert named == wanted


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("ingest.bogus=1", "ingest.bogus"),
        ("ingest.window=many", "valid integer, unable to parse string as an integer, got 'many'"),
        ("window", "expected --set section.name=value, got 'window'"),
        ("nosuch.name=1", "nosuch"),
    ],
)
def test_a_bad_override_says_what_was_expected_and_what_came(override: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(expected)):
        read_settings(None, [override])


def test_a_missing_file_and_broken_toml_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        read_settings(tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[ingest\n")
    with pytest.raises(SettingsError, match=r"broken\.toml"):
        read_settings(broken)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\nsecond line\n")
    assert read_secret(secret) == "hunter2"
    assert read_secret(None) is None
    with pytest.raises(SettingsError, match="expected a readable secret file"):
        read_secret(tmp_path / "absent")
    address = read_settings(None, ["broker.host=b", f"broker.password_file={secret}"]).broker.address()
    assert address.password == "hunter2"
    assert "hunter2" not in repr(address)
