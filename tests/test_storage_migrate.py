"""Schema versions and connections on a real database."""

from __future__ import annotations

import threading

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storage import migrate
from storage.connect import claim_writer, connect_writer, conninfo
from storage.errors import SchemaMismatch, WriterTaken, WrongServer
from tests.storage_rows import wait_for_lock


@pytest.mark.parametrize("version", [None, "2.17.2", "2.18.0", "2.9.3", "2.18.0-dev", "1.7.5"])
def test_a_timescaledb_that_loses_rows_is_refused(version: str | None) -> None:
    with pytest.raises(WrongServer, match=r"timescaledb: expected version 2\.18\.1 or newer, got"):
        migrate.check_timescaledb(version)


@pytest.mark.parametrize("version", ["2.18.1", "2.19.3", "2.30.0-dev", "3.0.0"])
def test_a_timescaledb_that_keeps_rows_is_taken(version: str) -> None:
    migrate.check_timescaledb(version)


def test_what_a_url_says_of_the_link_stands() -> None:
    given = conninfo_to_dict(
        conninfo("postgresql://u@h/d?keepalives_idle=99&options=-csearch_path%3Dx", application_name="a", password="p")  # noqa: S106
    )
    assert (given["keepalives_idle"], given["tcp_user_timeout"], given["password"]) == ("99", "15000", "p")
    assert given["options"] == "-csearch_path=x -c timezone=UTC"


@pytest.mark.services
def test_upgrade_brings_an_empty_database_to_the_expected_version(database_url: str) -> None:
    assert migrate.current(database_url) is None
    with pytest.raises(SchemaMismatch, match="got an empty database"):
        migrate.check_current(database_url)
    assert migrate.upgrade(database_url) == migrate.expected() == migrate.current(database_url)
    migrate.check_current(database_url)
    assert migrate.upgrade(database_url) == migrate.expected()


@pytest.mark.services
def test_a_database_that_goes_away_is_told_in_the_drivers_own_words(migrated_url: str) -> None:
    impatient = make_conninfo(migrated_url, options="-c statement_timeout=200")
    with psycopg.connect(migrated_url) as holder:
        holder.execute("lock table alembic_version in access exclusive mode")
        with pytest.raises(psycopg.OperationalError, match="statement timeout"):
            migrate.current(impatient)
    assert migrate.current(migrated_url) == migrate.expected()


@pytest.mark.services
def test_two_upgrades_at_once_do_it_once(database_url: str) -> None:
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            migrate.upgrade(database_url)
        except BaseException as error:  # noqa: BLE001 - asserted below
            failures.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    migrate.check_current(database_url)


@pytest.mark.services
def test_an_upgrade_that_is_cut_off_has_not_happened(database_url: str) -> None:
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            migrate.upgrade(database_url)
        except Exception as error:  # noqa: BLE001 - asserted below
            failures.append(error)

    with psycopg.connect(database_url, autocommit=True) as other:
        # its last table cannot be created while another transaction holds the name
        with other.transaction(force_rollback=True):
            other.execute("create table trip_states ()")
            thread = threading.Thread(target=attempt)
            thread.start()
            pid = wait_for_lock(database_url)
            other.execute("select pg_terminate_backend(%s)", [pid])
            thread.join()
        assert failures
        assert other.execute("select to_regclass('fixes')").fetchone() == (None,)
    assert migrate.upgrade(database_url) == migrate.expected()


@pytest.mark.services
def test_one_writer_a_name(database_url: str) -> None:
    with connect_writer(database_url) as first, connect_writer(database_url) as second:
        claim_writer(first, "city")
        claim_writer(second, "harbour")
        with pytest.raises(WriterTaken, match="'city'"):
            claim_writer(second, "city")
        first.close()
        for _ in range(100):
            try:
                claim_writer(second, "city")
            except WriterTaken:
                continue
            return
        pytest.fail("expected the name to be free once its connection is gone")


@pytest.mark.services
def test_commits_are_durable_whatever_the_role_says(database_url: str) -> None:
    name = conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(f'alter database "{name}" set synchronous_commit = off')  # type: ignore[arg-type]
    with connect_writer(database_url) as connection:
        assert connection.execute("show synchronous_commit").fetchone() == ("on",)
        assert connection.execute("show timezone").fetchone() == ("UTC",)
