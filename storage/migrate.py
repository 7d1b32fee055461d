"""Bringing a database to the schema this code expects, and telling which one it has."""

from __future__ import annotations

from importlib.resources import files

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage.connect import conninfo
from storage.errors import SchemaMismatch, WrongServer

# Before 2.18.1, new rows re-uploaded together with old ones into a compressed chunk are lost without an error.
MINIMUM_TIMESCALEDB = (2, 18, 1)


def upgrade(url: str, password: str | None = None) -> str:
    """Bring the database to the newest schema and return its version.

    One transaction: killed half way, nothing has happened. Two upgrades at once wait for each other.

    Raises:
        WrongServer: TimescaleDB is missing or too old.
    """
    prepare_extension(url, password)
    with _engine(url, password).connect() as connection, connection.begin():
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtextextended('muckline upgrade', 0))")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return expected()


def expected() -> str:
    """Return the schema version that this code is written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("expected a migration in storage/migrations/versions, got none")
    return head


def current(url: str, password: str | None = None) -> str | None:
    """Return the schema version that the database has, None before its first upgrade.

    Raises:
        psycopg.OperationalError: The database is away. Alembic would raise SQLAlchemy's own, which nobody waits for.
    """
    info = conninfo(url, application_name="muckline-migrate", password=password)
    with psycopg.connect(info, autocommit=True) as connection:
        if connection.execute("select to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
    return row[0] if row else None


def check_current(url: str, password: str | None = None) -> None:
    """Raise SchemaMismatch unless the database has the schema this code is written for."""
    got = current(url, password)
    if got != expected():
        raise SchemaMismatch(expected(), got)


def timescaledb_version(connection: psycopg.Connection) -> str | None:
    """Return the version of TimescaleDB in this database, None where it is not created."""
    row = connection.execute("select extversion from pg_extension where extname = 'timescaledb'").fetchone()
    return row[0] if row else None


def check_timescaledb(version: str | None) -> None:
    """Raise WrongServer unless the version is one that loses no rows."""
    wanted = ".".join(map(str, MINIMUM_TIMESCALEDB))
    if version is None or _version_tuple(version) < MINIMUM_TIMESCALEDB:
        raise WrongServer("timescaledb", f"version {wanted} or newer", version)


def prepare_extension(url: str, password: str | None = None) -> None:
    """Create TimescaleDB in the database where it is only installed, and check its version.

    Raises:
        WrongServer: It is not installed on the server, or too old.
    """
    info = conninfo(url, application_name="muckline-migrate", password=password)
    with psycopg.connect(info, autocommit=True) as connection:
        version = timescaledb_version(connection)
        if version is None:
            installed = connection.execute(
                "select default_version from pg_available_extensions where name = 'timescaledb'"
            ).fetchone()
            check_timescaledb(installed[0] if installed else None)
            connection.execute("create extension if not exists timescaledb")
            version = timescaledb_version(connection)
        check_timescaledb(version)


def _version_tuple(version: str) -> tuple[int, ...]:
    numbers = version.partition("-")[0]  # "2.19.0-dev"
    return tuple(int(part) for part in numbers.split(".") if part.isdigit())


def _engine(url: str, password: str | None) -> sqlalchemy.Engine:
    # SQLAlchemy only carries Alembic; the connection is made by the driver, from any URL that libpq understands.
    info = conninfo(url, application_name="muckline-migrate", password=password)
    return sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(info), poolclass=sqlalchemy.NullPool
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("storage.migrations")))
    config.set_main_option("path_separator", "os")
    return config
