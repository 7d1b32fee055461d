"""`muckline user` and `muckline audit` on a real database."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from api.access.passwords import matches
from api.tokens import read_key_text, session_of
from muckline.cli import app
from muckline.kept_secrets import api_secret
from muckline.settings import Settings, SettingsError, read_settings

pytestmark = pytest.mark.services


def test_users_from_the_first_to_the_last(migrated_url: str, tmp_path: Path) -> None:
    def run(*words: str) -> Result:
        given = ["--set", f"database.url={migrated_url}", "--set", f"embedded.home={tmp_path}"]
        return CliRunner().invoke(app, [*given, *words])

    said = run("user", "add", "admin", "--role", "administrator")
    assert said.exit_code == 0, said.output
    password = re.search(r"password (\S+)", said.output)
    assert password
    with psycopg.connect(migrated_url) as connection:
        kept = connection.execute("select password_hash, must_change_password from users").fetchone()
    assert kept
    assert matches(kept[0], password[1])
    assert kept[1]
    assert "not taken" in run("user", "add", "admin", "--role", "bureau").output
    assert "registry" in run("user", "add", "k", "--role", "company", "--company", "K9").output
    assert "last one" in run("user", "disable", "admin").output
    assert "admin" in run("user", "list").output
    token = run("user", "token", "admin").output.strip()
    settings = read_settings(None, [f"embedded.home={tmp_path}"])
    assert session_of(api_secret(settings), token) is not None
    assert (tmp_path / "api.secret").stat().st_mode & 0o077 == 0
    assert read_key_text(run("user", "key", "admin", "--label", "map").output.strip()) is not None
    assert run("user", "password", "admin").exit_code == 0
    assert "not disabled" in run("user", "password", "nobody").output

    whole = run("audit", "verify")
    assert whole.exit_code == 0, whole.output
    head = whole.output.strip().rpartition(" ")[2]
    assert run("audit", "verify", "--head", head).exit_code == 0
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute("set session_replication_role to replica")
        connection.execute("delete from audit_log where audit_no = (select max(audit_no) from audit_log)")
        assert run("audit", "verify").exit_code == 0, "the end is gone, which only an earlier head shows"
        assert run("audit", "verify", "--head", head).exit_code == 1
        connection.execute("update audit_log set object_id = 'x' where audit_no = 2")
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert "row 2" in broken.output


def test_a_secret_too_short_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "secret"
    short.write_text("short\n")
    settings: Settings = read_settings(None, [f"api.secret_file={short}"])
    with pytest.raises(SettingsError, match="at least 32 bytes"):
        api_secret(settings)
