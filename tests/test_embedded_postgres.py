from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from conftest import own_home
from psycopg.conninfo import conninfo_to_dict

from embedded.account import ELSEWHERE
from embedded.cluster import USER
from embedded.errors import HomeRefused, PortTaken
from embedded.postgres import EmbeddedPostgres
from embedded.processes import free_port, is_alive
from embedded.settings import EmbeddedSettings

ROOT = Path(__file__).parents[1]
SOFTWARE_HOME = ROOT / ".muckline"

pytestmark = pytest.mark.services


def ensure_in_own_process(home: Path, urls: multiprocessing.Queue[str]) -> None:
    urls.put(EmbeddedPostgres(EmbeddedSettings(home=home), software_home=SOFTWARE_HOME).ensure())


@pytest.fixture(scope="module")
def _own_server(_software: None) -> Iterator[EmbeddedPostgres]:
    with own_home() as home:
        yield EmbeddedPostgres(EmbeddedSettings(home=home), software_home=SOFTWARE_HOME)


@pytest.fixture
def server(_own_server: EmbeddedPostgres) -> EmbeddedPostgres:
    """Return a running server of this module, whatever the test before did to it."""
    _own_server.ensure()
    return _own_server


def test_a_test_database_is_empty_and_has_timescaledb(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        version = connection.execute("select extversion from pg_extension where extname = 'timescaledb'").fetchone()
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        license_name = connection.execute("show timescaledb.license").fetchone()
    assert version is not None
    assert tuple(map(int, version[0].split("."))) >= (2, 18, 1)
    assert tables == (0,)
    assert license_name == ("apache",)


def test_hypertables_work(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("create table fixes (fix_time timestamptz not null, vehicle_no int)")
        connection.execute("select create_hypertable('fixes', by_range('fix_time', interval '1 day'))")
        connection.execute(
            "insert into fixes select '2026-01-01Z'::timestamptz + n * interval '6 h', n from generate_series(1, 20) n"
        )
        chunks = connection.execute("select count(*) from show_chunks('fixes')").fetchone()
    assert chunks == (6,)


def test_a_commit_means_the_disk_and_only_loopback_is_listened_on(server: EmbeddedPostgres) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "unix_socket_directories")
    with psycopg.connect(server.url()) as connection:
        values = [connection.execute("select current_setting(%s)", [name]).fetchone() for name in names]
    assert values == [("on",), ("on",), ("on",), ("127.0.0.1",), ("",)]


def test_committed_rows_survive_a_kill_and_uncommitted_ones_do_not(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
        connection.commit()
        connection.execute("insert into kept values (2)")
        server.kill9()
        assert not server.status().running
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with psycopg.connect(server.ensure()) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]


def test_a_running_server_is_left_running(server: EmbeddedPostgres) -> None:
    before = server.status()
    assert server.ensure() == before.address
    assert server.status().pid == before.pid


def test_restart_keeps_the_port(server: EmbeddedPostgres) -> None:
    before = server.status()
    server.restart()
    after = server.status()
    assert after.port == before.port
    assert after.pid != before.pid


def test_the_kept_port_is_given_up_when_it_is_taken(server: EmbeddedPostgres) -> None:
    server.stop()
    port = server.status().port
    with _listening(port):
        url = server.ensure()
    assert f":{port}/" not in url
    psycopg.connect(url).close()


def test_a_configured_port_that_is_taken_is_refused_by_name(test_home: Path) -> None:
    port = free_port()
    with _listening(port), pytest.raises(PortTaken) as refused:
        EmbeddedPostgres(EmbeddedSettings(test_home, database_port=port), software_home=SOFTWARE_HOME).ensure()
    assert f"port {port} is taken by process {os.getpid()}" in refused.value.cause
    assert "database_port" in refused.value.fix


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_matter(server: EmbeddedPostgres) -> None:
    pid_file = server.status().folder / "cluster" / "postmaster.pid"
    server.kill9()
    stale = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *stale[1:]]))
    assert not server.status().running
    psycopg.connect(server.ensure()).close()


def test_two_commands_at_once_start_one_server(test_home: Path) -> None:
    context = multiprocessing.get_context("spawn")
    urls: multiprocessing.Queue[str] = context.Queue()
    starters = [context.Process(target=ensure_in_own_process, args=(test_home, urls)) for _ in range(2)]
    for starter in starters:
        starter.start()
    found = {urls.get(timeout=120) for _ in starters}
    for starter in starters:
        starter.join()
        starter.close()
    urls.close()
    urls.join_thread()
    assert len(found) == 1
    psycopg.connect(found.pop()).close()


def test_a_frozen_server_answers_nothing_until_it_thaws(server: EmbeddedPostgres) -> None:
    answered = threading.Event()

    with psycopg.connect(server.url()) as connection:

        def ask() -> None:
            connection.execute("select 1")
            answered.set()

        server.freeze()
        asking = threading.Thread(target=ask)
        asking.start()
        assert not answered.wait(0.5)
        server.thaw()
        assert answered.wait(60)
        asking.join()


def test_nobody_comes_in_without_the_password(server: EmbeddedPostgres) -> None:
    known = conninfo_to_dict(server.url())
    passfile = Path(str(known["passfile"]))
    assert stat.S_IMODE(passfile.stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=str(known["port"]), user=USER, dbname="muckline", passfile="/dev/null")


def test_the_server_never_runs_as_root(server: EmbeddedPostgres) -> None:
    pid = server.status().pid
    assert pid is not None
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_stop_ends_it(server: EmbeddedPostgres) -> None:
    pid = server.status().pid
    assert pid is not None
    with psycopg.connect(server.url()):
        server.stop()
    assert not is_alive(pid)
    server.stop()  # twice is no error


def test_a_closed_folder_is_no_obstacle(test_home: Path) -> None:
    """Root's server runs as nobody, who may not enter: its files lie elsewhere. A user's own server stays."""
    closed = test_home / "closed"
    closed.mkdir(mode=0o700)
    home = closed / ".muckline"
    server = EmbeddedPostgres(EmbeddedSettings(home=home), software_home=SOFTWARE_HOME)
    try:
        psycopg.connect(server.ensure()).close()
        base = (home / "elsewhere").resolve() if os.geteuid() == 0 else home.resolve()
        assert server.status().folder == base / "database"
        assert base.is_relative_to(ELSEWHERE) == (os.geteuid() == 0)
    finally:
        server.kill9()
        if os.geteuid() == 0:
            shutil.rmtree((home / "elsewhere").resolve())


def test_a_home_of_another_user_is_refused(test_home: Path) -> None:
    root = os.geteuid() == 0
    home, owner = (test_home, "nobody") if root else (Path("/usr"), "root")
    if root:
        shutil.chown(home, owner)
    try:
        with pytest.raises(HomeRefused, match=f"belongs to {owner}"):
            EmbeddedPostgres(EmbeddedSettings(home=home))
    finally:
        if root:
            os.chown(home, 0, 0)


@contextmanager
def _listening(port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)):
        yield
