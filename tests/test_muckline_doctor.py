"""The doctor, on faults provoked for real: sockets in the way, servers stopped, programs gone."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import typer
from conftest import Broker
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typer.testing import CliRunner

from embedded.postgres import EmbeddedPostgres
from embedded.processes import free_port
from muckline.commands.doctor import doctor
from muckline.commands.down import down
from muckline.commands.status import status
from muckline.commands.up import up
from muckline.doctor import machine
from muckline.doctor.addresses import shown_url
from muckline.doctor.broker import check_broker
from muckline.doctor.checks import blocks, run_checks
from muckline.doctor.clock import RELEASED, clock_finding, kernel_clock_state, newest_file, synchronised_finding
from muckline.doctor.database import Facts, check_database, extension_finding, migration_finding, offset_finding
from muckline.doctor.finding import Finding, Level
from muckline.doctor.ports import check_ports
from muckline.doctor.supervision import check_supervision, console_finding, evidence_key_finding
from muckline.settings import Settings, read_settings
from storage.migrate import check_current
from storage.users import add_user
from storage.worker_status import say_alive
from supervision.evidence.keys import fingerprint, new_key_pem, read_key

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FACTS = Facts("16.14", "2.19.3", "2.19.3", True, "apache", NOW)


@pytest.fixture
def settings(test_home: Path) -> Settings:
    return read_settings(None, [f"embedded.home={test_home}", "api.port=0", "ingest.metrics_port=0"])


def found(findings: Iterator[Finding], code: str) -> Finding:
    """Return the finding with a code; every one that matters must say what to do."""
    listed = list(findings)
    assert all(finding.fix for finding in listed if finding.level in (Level.WARNING, Level.BLOCKING))
    (matching,) = [finding for finding in listed if finding.code == code]
    return matching


def with_database(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database": replace(settings.database, url=url)})


def with_broker(settings: Settings, port: int, **others: object) -> Settings:
    broker = replace(settings.broker, host="127.0.0.1", port=port, **others)  # type: ignore[arg-type]
    return settings.model_copy(update={"broker": broker})


def with_identities(settings: Settings, broker: Broker, **others: object) -> Settings:
    folder = Path(str(broker.settings()["identities"]))
    return with_broker(settings, broker.port, **{"ca_file": broker.address.ca_file, "identities": folder, **others})


@contextmanager
def occupied() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_api_port_names_the_process(settings: Settings) -> None:
    with occupied() as port:
        taken = settings.model_copy(update={"api": replace(settings.api, port=port)})
        finding = found(check_ports(taken), "MUCK-D401")
    assert finding.level is Level.BLOCKING
    assert f"process {os.getpid()}" in finding.cause


def test_free_ports_are_fine(settings: Settings) -> None:
    free = settings.model_copy(update={"api": replace(settings.api, port=free_port())})
    assert found(check_ports(free), "MUCK-D401").level is Level.FINE


def test_taken_ports_of_embedded_servers_block(settings: Settings) -> None:
    with occupied() as port:
        embedded = replace(settings.embedded, database_port=port, broker_port=port)
        taken = settings.model_copy(update={"embedded": embedded})
        assert found(check_database(taken), "MUCK-D202").level is Level.BLOCKING
        assert found(check_broker(taken), "MUCK-D302").level is Level.BLOCKING


def test_embedded_servers_that_are_not_running_are_only_noted(settings: Settings) -> None:
    assert found(check_database(settings), "MUCK-D201").level is Level.NOTE
    assert found(check_broker(settings), "MUCK-D301").level is Level.NOTE


@pytest.mark.services
def test_a_stopped_database(settings: Settings, own_database: EmbeddedPostgres) -> None:
    url = own_database.url()
    own_database.stop()
    finding = found(check_database(with_database(settings, url)), "MUCK-D203")
    assert finding.level is Level.BLOCKING
    assert "nothing answers at muckline@127.0.0.1" in finding.cause


@pytest.mark.services
def test_a_wrong_password_and_a_wrong_name(settings: Settings, own_database: EmbeddedPostgres) -> None:
    known = conninfo_to_dict(own_database.url())
    wrong = make_conninfo(own_database.url(), passfile="/dev/null", password="guess")  # noqa: S106
    refused = found(check_database(with_database(settings, wrong)), "MUCK-D204")
    assert refused.level is Level.BLOCKING
    assert "guess" not in refused.cause
    absent = make_conninfo(own_database.url(), dbname="nowhere")
    assert "nowhere" in found(check_database(with_database(settings, absent)), "MUCK-D205").fix
    elsewhere = make_conninfo(own_database.url(), host="127.0.0.1", port=free_port())
    assert str(known["port"]) not in found(check_database(with_database(settings, elsewhere)), "MUCK-D203").cause


@pytest.mark.services
def test_a_server_that_is_no_database(settings: Settings, broker: Broker) -> None:
    url = f"postgresql://muckline@127.0.0.1:{broker.port}/muckline"
    assert found(check_database(with_database(settings, url)), "MUCK-D206").level is Level.BLOCKING


@pytest.mark.services
def test_an_extension_that_was_never_created(settings: Settings, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("drop extension timescaledb")
    finding = found(check_database(with_database(settings, database_url)), "MUCK-D209")
    assert finding.level is Level.BLOCKING


@pytest.mark.services
def test_a_database_before_and_after_its_migrations(settings: Settings, database_url: str, migrated_url: str) -> None:
    assert found(check_database(with_database(settings, database_url)), "MUCK-D213").level is Level.NOTE
    migrated = list(check_database(with_database(settings, migrated_url)))
    assert {finding.level for finding in migrated} == {Level.FINE}
    assert [finding.code for finding in migrated] == ["MUCK-D201", "MUCK-D211", "MUCK-D212", "MUCK-D213"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(FACTS, created=None, installed=None, preloaded=False), "MUCK-D207"),
        (replace(FACTS, preloaded=False), "MUCK-D208"),
        (replace(FACTS, created=None), "MUCK-D209"),
        (replace(FACTS, created="2.17.2"), "MUCK-D210"),
        (replace(FACTS, created="2.18.0"), "MUCK-D210"),
        (replace(FACTS, created="2.18.1"), "MUCK-D211"),
        (replace(FACTS, created="2.22.0-dev"), "MUCK-D211"),
    ],
)
def test_timescaledb_is_judged_by_what_it_would_lose(facts: Facts, code: str) -> None:
    finding = extension_finding(facts)
    assert finding.code == code
    assert (finding.level is Level.FINE) == (code == "MUCK-D211")


def test_the_edition_is_told() -> None:
    assert "no compression" in extension_finding(FACTS).cause
    assert "Community" in extension_finding(replace(FACTS, edition="timescale")).cause


def test_an_older_schema_blocks_and_an_empty_database_does_not() -> None:
    assert migration_finding("0001", "0002").level is Level.BLOCKING
    assert migration_finding(None, "0002").level is Level.NOTE


@pytest.mark.services
def test_a_running_broker_and_a_wrong_port(settings: Settings, broker: Broker) -> None:
    assert found(check_broker(with_identities(settings, broker)), "MUCK-D301").level is Level.FINE
    assert found(check_broker(with_broker(settings, broker.port)), "MUCK-D305").level is Level.BLOCKING  # without TLS
    nobody = with_identities(settings, broker, identities=None)
    assert found(check_broker(nobody), "MUCK-D306").level is Level.BLOCKING
    missing = with_identities(settings, broker, identities=Path("/nowhere"))
    assert "/nowhere/muckline-probe.crt" in found(check_broker(missing), "MUCK-D306").cause
    assert found(check_broker(with_broker(settings, free_port())), "MUCK-D303").level is Level.BLOCKING
    broker.freeze()
    assert found(check_broker(with_identities(settings, broker)), "MUCK-D304").level is Level.BLOCKING


@pytest.mark.services
def test_a_broker_address_that_is_the_database(settings: Settings, own_database: EmbeddedPostgres) -> None:
    port = own_database.status().port
    assert found(check_broker(with_broker(settings, port)), "MUCK-D305").level is Level.BLOCKING


def test_a_path_without_programs(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    compiler = found(machine.check_compiler(settings), "MUCK-D102")
    assert compiler.level is Level.BLOCKING  # not even root can: there is no apt
    assert "gcc libc6-dev cmake make" in compiler.fix
    assert found(machine.check_mirror(settings), "MUCK-D104").level is Level.BLOCKING


@pytest.mark.services
def test_the_machines_mirror_is_asked(settings: Settings) -> None:
    assert found(machine.check_mirror(settings), "MUCK-D104").level is Level.FINE


@pytest.mark.parametrize(
    ("version", "level"), [("2.0.11", Level.WARNING), ("2.0.22", Level.FINE), ("2.1.0", Level.FINE)]
)
def test_mosquitto_is_judged_by_its_version(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, level: Level
) -> None:
    (tmp_path / "mosquitto").write_text(f"#!/bin/sh\necho 'mosquitto version {version}'\nexit 3\n")
    (tmp_path / "mosquitto").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert found(machine.check_mosquitto(settings), "MUCK-D106").level is level


def test_a_configured_server_needs_no_programs(settings: Settings) -> None:
    elsewhere = with_broker(with_database(settings, "postgresql://there/muckline"), 1883)
    for check in (machine.check_compiler, machine.check_mirror, machine.check_wheel, machine.check_mosquitto):
        assert list(check(elsewhere)) == []


@pytest.mark.parametrize(("free_gb", "level"), [(0.5, Level.BLOCKING), (3, Level.WARNING), (50, Level.FINE)])
def test_a_full_disk(free_gb: float, level: Level) -> None:
    assert machine.disk_finding(Path("/somewhere"), int(free_gb * 1e9)).level is level


def test_variables_that_interfere_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c synchronous_commit=off")
    finding = found(machine.check_environment(settings), "MUCK-D110")
    assert finding.level is Level.WARNING
    assert "PGOPTIONS" in finding.fix


@pytest.mark.parametrize(
    ("now", "newest", "level"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), NOW, Level.BLOCKING),
        (RELEASED - timedelta(seconds=1), RELEASED - timedelta(days=9), Level.BLOCKING),
        (NOW - timedelta(minutes=6), NOW, Level.BLOCKING),
        (NOW - timedelta(minutes=4), NOW, Level.FINE),
        (NOW, NOW, Level.FINE),
    ],
)
def test_a_wrong_clock(now: datetime, newest: datetime, level: Level) -> None:
    assert clock_finding(now, newest).level is level


def test_the_kernel_is_asked_about_its_clock() -> None:
    assert kernel_clock_state() in range(-1, 6)
    assert synchronised_finding(5).level is Level.WARNING
    assert synchronised_finding(-1).level is Level.NOTE
    assert synchronised_finding(0).level is Level.FINE
    assert newest_file() > RELEASED


@pytest.mark.parametrize(("offset_s", "level"), [(0.1, Level.FINE), (-3_600.0, Level.WARNING), (90.0, Level.WARNING)])
def test_two_clocks_apart(offset_s: float, level: Level) -> None:
    finding = offset_finding(offset_s)
    assert finding.level is level
    assert ("behind" in finding.cause) == (offset_s < 0)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@there:5433/trucks?passfile=/x", "me@there:5433/trucks"),
        ("host=there user=me password=secret dbname=trucks", "me@there:5432/trucks"),
        ("postgresql:///trucks", "local socket:5432/trucks"),
        ("", ""),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_missing_secret_file_is_a_finding(settings: Settings) -> None:
    broken = with_broker(settings, 1883, password_file=Path("/nowhere/secret"))
    finding = found((finding for finding in run_checks(broken) if finding.code == "MUCK-D001"), "MUCK-D001")
    assert "/nowhere/secret" in finding.cause


def test_codes_are_stable_names() -> None:
    """Each code has one meaning: documents and support cite them."""
    folder = Path(machine.__file__).parent
    text = "".join(file.read_text() for file in folder.glob("*.py"))
    assert len(set(codes := [word for word in text.split('"') if word.startswith("MUCK-D")])) >= 30
    assert all(len(code) == len("MUCK-D101") for code in codes)


def run(settings: Settings, *words: str) -> tuple[int, str]:
    app = typer.Typer()

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = settings

    for command in (doctor, up, down, status):
        app.command()(command)
    answer = CliRunner().invoke(app, words)
    return answer.exit_code, answer.stdout


def test_the_command_exits_with_1_where_something_blocks(settings: Settings) -> None:
    with occupied() as port:
        blocked = settings.model_copy(update={"api": replace(settings.api, port=port)})
        code, text = run(
            with_broker(with_database(blocked, "postgresql://x@127.0.0.1:9/y"), free_port()), "doctor", "--json"
        )
    findings = json.loads(text)
    assert code == 1
    blocking = {finding["code"] for finding in findings if finding["level"] == "blocking"}
    assert blocking == {"MUCK-D401", "MUCK-D203", "MUCK-D303"}
    assert set(findings[0]) == {"code", "subject", "level", "cause", "fix"}


@pytest.mark.services
def test_a_sound_system_passes(settings: Settings, migrated_url: str, broker: Broker) -> None:
    sound = with_identities(with_database(settings, migrated_url), broker)
    assert not blocks(run_checks(sound))
    code, text = run(sound, "doctor")
    assert code == 0
    assert "MUCK-D213" in text


@pytest.mark.services
def test_up_status_down(settings: Settings, own_database: EmbeddedPostgres) -> None:
    own_database.stop()
    (own_database.status().folder.parent / "software").symlink_to(own_database.software_folder)
    code, text = run(settings, "up")
    assert code == 0
    assert text.count("embedded, process") == 2
    assert "none was heard for a day: no cases, no notices  (Run: muckline work)" in text
    assert "nobody can log in yet  (Add one: muckline user add NAME --role administrator)" in text
    check_current(own_database.url())  # the documented next step, `device add`, needs the tables
    assert run(settings, "status") == (0, text)
    assert run(settings, "down")[1].count("not running") == 2


@pytest.mark.services
def test_who_supervises_is_asked_of_the_database(settings: Settings, migrated_url: str, tmp_path: Path) -> None:
    there = with_database(settings, migrated_url)

    def level(code: str) -> Level:
        return found(check_supervision(there), code).level

    assert (level("MUCK-D603"), level("MUCK-D604")) == (Level.WARNING, Level.WARNING)
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_user(connection, "duty", role="bureau")
        assert "none of them is an administrator" in found(check_supervision(there), "MUCK-D603").cause
        add_user(connection, "admin", role="administrator")
        say_alive(connection, "here")
        assert (level("MUCK-D603"), level("MUCK-D604")) == (Level.FINE, Level.FINE)
        connection.execute("update worker_status set seen_at = now() - interval '2 h'")
    assert "2:00:0" in found(check_supervision(there), "MUCK-D604").cause
    assert "worker    last heard 2:00:0" in run(there, "status")[1]
    assert "MUCK-D603" not in [
        finding.code for finding in check_supervision(with_database(there, "host=127.0.0.1 port=9"))
    ]
    assert console_finding(tmp_path).level is Level.WARNING


def test_the_key_that_signs_evidence_is_read(settings: Settings, tmp_path: Path) -> None:
    assert evidence_key_finding(settings).level is Level.FINE  # made when it is needed
    path = tmp_path / "key.pem"
    named = settings.model_copy(update={"api": replace(settings.api, evidence_key_file=path)})
    assert evidence_key_finding(named).level is Level.BLOCKING
    path.write_text("no key")
    assert "expected a PEM file" in evidence_key_finding(named).cause
    path.write_bytes(new_key_pem())
    assert fingerprint(read_key(path).public)[:16] in evidence_key_finding(named).cause


def test_up_tells_what_is_in_the_way(settings: Settings) -> None:
    with occupied() as port:
        taken = settings.model_copy(update={"embedded": replace(settings.embedded, broker_port=port)})
        code, _ = run(with_database(taken, "postgresql://there/x"), "up")
    assert code == 1
