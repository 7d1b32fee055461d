"""The real database and the real broker for tests, run by the same code as `make demo`.

MUCKLINE_TEST_DATABASE names a TimescaleDB to use instead of an embedded one; its user must be allowed to create
databases.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from embedded.broker import EmbeddedBroker
from embedded.postgres import EmbeddedPostgres
from embedded.processes import is_alive
from embedded.settings import EmbeddedSettings
from embedded.steps import told_on_stderr
from firmware_contracts.transport import BrokerAddress

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".muckline"
TEST_HOMES = HOME / "test"
TEST_DATA = Path(os.environ.get("MUCKLINE_TEST_DATA", ROOT.parent / "shared" / "data"))
# How long an example takes says more of the machine, and of what else it does, than of what is tried.
settings.register_profile("muckline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("muckline")
# Files of few tests that take long: those that run many servers by turns with those that only reckon.
LONGEST = (
    "test_nothing_lost.py",
    "test_rules_engine_promise.py",
    "test_demo.py",
    "test_promise.py",
    "test_real_recordings_end_to_end.py",
    "test_ingest_jt808_end_to_end.py",
    "test_api_fuzz.py",
    "test_storage_cases_figures.py",
    "test_storage_registers.py",
    "test_console_papers.py",
    "test_console_cases.py",
    "test_console_places.py",
)
# A test of the console looks at several pages, each drawn in software; it must end all the same.
BROWSER_S = 600
NO_DATA = f"recorded traces are absent: {TEST_DATA} is no folder (set MUCKLINE_TEST_DATA)"


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of the tests that `make test` runs last, one at a time and with nothing beside them."""
    config.addinivalue_line("markers", "frames: measures what a page takes of the machine; runs alone")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser; leave out the tests on recorded traces where there are none.

    `pytest_report_header` says that they are absent.
    """
    # xdist gives out files in this order: none of the longest is left to one process when the others have ended.
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(BROWSER_S))
    if TEST_DATA.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("real_data")]
    if absent:
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if item not in absent]


def pytest_report_header() -> str:
    """Say which recorded traces the tests read."""
    return f"recorded traces: {TEST_DATA}" if TEST_DATA.is_dir() else f"NOT TESTED ON REAL DATA: {NO_DATA}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat at the end, where it is read, that the tests on recorded traces did not run."""
    if not TEST_DATA.is_dir():
        terminalreporter.write_line(f"NOT TESTED ON REAL DATA: {NO_DATA}", yellow=True)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder of recorded traces."""
    return TEST_DATA


@pytest.fixture
def test_home() -> Iterator[Path]:
    """Return an empty home folder for embedded servers, removed afterwards."""
    with own_home() as home:
        yield home


@contextmanager
def own_home() -> Iterator[Path]:
    """Give a home folder named after this process; sweep up those whose process was killed."""
    for left in TEST_HOMES.glob("[0-9]*-*"):
        if not is_alive(int(left.name.partition("-")[0])):
            _sweep(left)
    home = TEST_HOMES / f"{os.getpid()}-{secrets.token_hex(3)}"
    home.mkdir(parents=True)
    try:
        yield home
    finally:
        _sweep(home)


def _sweep(home: Path) -> None:
    settings = EmbeddedSettings(home=home)
    EmbeddedPostgres(settings, software_home=HOME).kill9()
    EmbeddedBroker(settings).kill9()
    elsewhere = home / "elsewhere"
    if elsewhere.is_symlink():
        shutil.rmtree(elsewhere.resolve(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)  # another run may be sweeping it too


@dataclass(frozen=True)
class DatabaseServer:
    """A TimescaleDB whose databases come and go with the tests."""

    admin_url: str

    def url(self, name: str) -> str:
        """Return the URL of one database."""
        return make_conninfo(self.admin_url, dbname=name)

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database and return its URL."""
        self._run("create database {} template {}", name, template)
        return self.url(name)

    def close(self, name: str) -> None:
        """Let nobody into a database any more: TimescaleDB's scheduler in it would keep it from being copied."""
        self._run("alter database {} with allow_connections false", name)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            # waits up to 10 s for each session to be gone
            connection.execute(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s", [name]
            )

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._run("drop database if exists {} with (force)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def _software(pytestconfig: pytest.Config) -> None:
    """Build the database software where that was never done, and show it: it takes a minute."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        EmbeddedPostgres(EmbeddedSettings(home=HOME), told_on_stderr()).build()


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """Return the server that the databases of this run are created in; tests must not stop it."""
    configured = os.environ.get("MUCKLINE_TEST_DATABASE")
    if configured:
        yield DatabaseServer(configured)
        return
    request.getfixturevalue("_software")
    with own_home() as home:
        server = EmbeddedPostgres(EmbeddedSettings(home=home), software_home=HOME)
        yield DatabaseServer(server.ensure())


@pytest.fixture
def own_database(test_home: Path, _software: None) -> EmbeddedPostgres:
    """Return a running TimescaleDB that the test has for itself and may kill, stop and freeze."""
    server = EmbeddedPostgres(EmbeddedSettings(home=test_home), software_home=HOME)
    server.ensure()
    return server


@pytest.fixture(scope="session")
def _template(database_server: DatabaseServer) -> Iterator[str]:
    with _prepared(database_server, _add_extension) as name:
        yield name


@pytest.fixture(scope="session")
def _migrated_template(database_server: DatabaseServer) -> Iterator[str]:
    from storage.migrate import upgrade

    with _prepared(database_server, _add_extension, upgrade) as name:
        yield name


@pytest.fixture
def database_url(database_server: DatabaseServer, _template: str) -> Iterator[str]:
    """Return the URL of an empty database with the TimescaleDB extension, dropped afterwards."""
    with _copied(database_server, _template) as url:
        yield url


@pytest.fixture
def migrated_url(database_server: DatabaseServer, _migrated_template: str) -> Iterator[str]:
    """Return the URL of a database with every migration applied, dropped afterwards."""
    with _copied(database_server, _migrated_template) as url:
        yield url


@pytest.fixture(scope="module")
def module_url(database_server: DatabaseServer, _migrated_template: str) -> Iterator[str]:
    """Return the URL of a migrated database that the tests of one module share; they leave it as they found it."""
    with _copied(database_server, _migrated_template) as url:
        yield url


@contextmanager
def _prepared(
    server: DatabaseServer, *preparations: Callable[[str], object], template: str = "template0"
) -> Iterator[str]:
    """Create a database to copy from: creating the extension, or a city, takes longer than copying it."""
    name = f"muckline_template_{secrets.token_hex(6)}"
    url = server.create(name, template)
    for prepare in preparations:
        prepare(url)
    server.close(name)
    yield name
    server.drop(name)


def _add_extension(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists timescaledb")


@contextmanager
def _copied(server: DatabaseServer, template: str) -> Iterator[str]:
    name = f"muckline_test_{secrets.token_hex(6)}"
    yield server.create(name, template)
    server.drop(name)


class Broker:
    """A Mosquitto with the shipped configuration that the test has for itself."""

    def __init__(self, server: EmbeddedBroker) -> None:
        self._server = server
        self.address: BrokerAddress = server.ensure()
        self.host, self.port = self.address.host, self.address.port
        self.stop, self.kill9, self.freeze, self.thaw = server.stop, server.kill9, server.freeze, server.thaw

    def settings(self) -> dict[str, object]:
        """Return the section [broker] of whoever shall use it, with a certificate for each name of the platform."""
        from muckline.child import broker_environment

        environment = broker_environment(self.address)
        return {name.removeprefix("MUCKLINE_BROKER__").lower(): value for name, value in environment.items()}

    def start(self) -> None:
        """Start it again on its port."""
        assert self._server.ensure() == self.address


@pytest.fixture
def broker(test_home: Path) -> Broker:
    """Return a running broker, ended afterwards."""
    return Broker(EmbeddedBroker(EmbeddedSettings(home=test_home)))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a running Chromium, one for all browser tests of this process; see `tests.browser`."""
    from tests.browser import running_chromium

    with running_chromium() as browser:
        yield browser


@pytest.fixture
def browser_page(chromium: Any) -> Iterator[Any]:
    """Return a function that opens pages which tolerate no complaint; see `tests.browser.opening_pages`."""
    from tests.browser import opening_pages

    with opening_pages(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def _furnished_template(database_server: DatabaseServer, _migrated_template: str) -> Iterator[str]:
    from tests.console_stage import furnish

    with _prepared(database_server, furnish, template=_migrated_template) as name:
        yield name


@pytest.fixture(scope="module")
def shared_stage(database_server: DatabaseServer, _furnished_template: str) -> Iterator[Any]:
    """Return a served city of 200 trucks with a dozen cases; see `tests.console_stage.Stage`.

    All tests of a module have it together: those that look at it, and those that add to it.
    """
    from tests.console_stage import staged

    with _copied(database_server, _furnished_template) as url, staged(url) as built:
        yield built
