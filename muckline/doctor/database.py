"""Checks of the database: reachable, a TimescaleDB that loses nothing, migrated, of one mind about the time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import conninfo_to_dict

from embedded.ports import taken_by
from embedded.postgres import EmbeddedPostgres
from embedded.processes import is_free
from muckline.doctor.addresses import shown_url
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings, read_secret
from storage.connect import conninfo
from storage.migrate import MINIMUM_TIMESCALEDB, current, expected

ANSWER_S = 5
OFFSET_S = 2.0  # of the 300 s that a fix may be ahead
EDITIONS = {
    "apache": "Apache edition: no compression, no continuous aggregates",
    "timescale": "Community edition (TSL)",
}

FACTS = """
select current_setting('server_version'),
       (select extversion from pg_extension where extname = 'timescaledb'),
       (select default_version from pg_available_extensions where name = 'timescaledb'),
       current_setting('shared_preload_libraries') like '%timescaledb%',
       current_setting('timescaledb.license', true),
       clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database says about itself; None where it has no TimescaleDB to say it."""

    postgres: str
    created: str | None
    installed: str | None
    preloaded: bool
    edition: str | None
    now: datetime


def check_database(settings: Settings) -> Iterator[Finding]:
    """Look at the configured database, or the embedded one as far as it runs."""
    url, password = settings.database.url, read_secret(settings.database.password_file)
    if not url:
        server = EmbeddedPostgres(settings.embedded)
        if not server.status().running:
            yield embedded_down(settings.embedded.database_port)
            return
        url = server.url()
    try:
        facts = _facts(url, password)
    except psycopg.OperationalError as error:
        yield unreachable(url, str(error), embedded=not settings.database.url)
        return
    yield fine("MUCK-D201", "database", f"PostgreSQL {facts.postgres} at {shown_url(url)}")
    yield extension_finding(facts)
    yield offset_finding((datetime.now(UTC) - facts.now).total_seconds())
    if facts.created:
        yield migration_finding(current(url, password), expected())


def embedded_down(port: int) -> Finding:
    """Judge an embedded database that does not run."""
    if port and not is_free(port):
        fix = "End that process, or set [embedded] database_port to another port, or to 0 for a free one"
        return Finding("MUCK-D202", "database", Level.BLOCKING, f"port {port} is taken by {taken_by(port)}", fix)
    return Finding("MUCK-D201", "database", Level.NOTE, "the embedded database is not running", "Run: muckline up")


def unreachable(url: str, message: str, *, embedded: bool) -> Finding:
    """Judge why no connection could be made.

    Args:
        url: Where it was tried.
        message: What the driver said.
        embedded: Whether it is the server of this checkout.
    """
    where = shown_url(url)
    known = conninfo_to_dict(url)
    host, port = str(known.get("host") or "localhost").split(",")[0], int(str(known.get("port") or 5432).split(",")[0])
    last = message.strip().splitlines()[-1].removeprefix("FATAL:").strip() if message.strip() else "no reason given"
    if not host.startswith("/") and not _listens(host, port):
        fix = "Run: muckline up" if embedded else "Start it, or correct [database] url"
        return Finding("MUCK-D203", "database", Level.BLOCKING, f"nothing answers at {where}", fix)
    if "password" in message or "authentication" in message or "role" in message or "pg_hba" in message:
        fix = "Correct the user in [database] url, and password_file"
        return Finding("MUCK-D204", "database", Level.BLOCKING, f"{where} refuses us: {last}", fix)
    if "does not exist" in message:
        fix = f"Create it: createdb {known.get('dbname', 'muckline')}, or correct [database] url"
        return Finding("MUCK-D205", "database", Level.BLOCKING, f"{where}: {last}", fix)
    fix = "Read the server's log; wait if it is starting" if not embedded else "Run: muckline down, then muckline up"
    return Finding("MUCK-D206", "database", Level.BLOCKING, f"{where} does not serve: {last}", fix)


def extension_finding(facts: Facts) -> Finding:
    """Judge TimescaleDB: there, loaded, in a version that loses no rows."""
    least = ".".join(map(str, MINIMUM_TIMESCALEDB))
    subject = "TimescaleDB"
    if facts.installed is None:
        fix = f"Install TimescaleDB {least} or newer on the server, or leave [database] url empty for the embedded one"
        return Finding("MUCK-D207", subject, Level.BLOCKING, "the server has no TimescaleDB", fix)
    if not facts.preloaded:
        fix = "Add it to shared_preload_libraries in postgresql.conf and restart the server"
        return Finding("MUCK-D208", subject, Level.BLOCKING, "installed, but the server does not load it", fix)
    if facts.created is None:
        cause = f"{facts.installed} is installed, but not created in this database"
        return Finding("MUCK-D209", subject, Level.BLOCKING, cause, "Run: muckline db-upgrade")
    if _numbers(facts.created) < MINIMUM_TIMESCALEDB:
        cause = f"{facts.created} loses rows that terminals send again (before {least})"
        fix = f"Install {least} or newer on the server, then: alter extension timescaledb update"
        return Finding("MUCK-D210", subject, Level.BLOCKING, cause, fix)
    edition = EDITIONS.get(facts.edition or "", f"edition {facts.edition}")
    return fine("MUCK-D211", subject, f"{facts.created}, {edition}")


def offset_finding(offset_s: float) -> Finding:
    """Judge how far our clock is from the database's. [s]"""
    if abs(offset_s) <= OFFSET_S:
        return fine("MUCK-D212", "clock and database", f"{abs(offset_s) * 1000:.0f} ms apart")
    ahead = "ahead of" if offset_s > 0 else "behind"
    cause = f"this clock is {abs(offset_s):.0f} s {ahead} the database's"
    return Finding("MUCK-D212", "clock and database", Level.WARNING, cause, "Set both by NTP")


def migration_finding(got: str | None, wanted: str) -> Finding:
    """Judge the schema."""
    if got == wanted:
        return fine("MUCK-D213", "schema", f"version {got}")
    cause = f"expected version {wanted}, got {got or 'an empty database'}"
    return Finding("MUCK-D213", "schema", Level.BLOCKING if got else Level.NOTE, cause, "Run: muckline db-upgrade")


def _facts(url: str, password: str | None) -> Facts:
    with psycopg.connect(conninfo(url, application_name="muckline-doctor", password=password)) as connection:
        row = connection.execute(FACTS).fetchone()
    if row is None:
        raise RuntimeError("expected one row of facts, got none")
    return Facts(*row)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), ANSWER_S).close()
    except OSError:
        return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())
