"""Opening connections: the settings that make a commit mean something and a dead server noticed."""

from __future__ import annotations

from typing import Any

import orjson
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.types.json import set_json_loads

from storage.errors import WriterTaken, WrongServer

# PostgreSQL writes 1e29 in thirty digits: they are read as a float, as no answer is written with longer integers.
set_json_loads(orjson.loads)

# A server that is gone without a word is noticed after at most 10 + 3 x 5 s idle, 15 s while we wait for an answer.
LINK_SETTINGS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def conninfo(url: str, *, application_name: str, password: str | None = None) -> str:
    """Return a libpq connection string; what the URL itself says about the link goes before `LINK_SETTINGS`."""
    given = psycopg.conninfo.conninfo_to_dict(url)
    settings = {**LINK_SETTINGS, "application_name": application_name, **given}
    if password is not None:
        settings["password"] = password
    # The session speaks UTC, so that a time written out by the server always carries the same offset.
    settings["options"] = f"{settings.get('options', '')} -c timezone=UTC".strip()
    return make_conninfo("", **settings)


def connect_writer(
    url: str, *, application_name: str = "muckline-writer", password: str | None = None
) -> psycopg.Connection:
    """Open a connection whose commits survive a crash of the server.

    Raises:
        WrongServer: The server does not flush commits to disk.
        psycopg.OperationalError: No connection.
    """
    connection = psycopg.connect(conninfo(url, application_name=application_name, password=password), autocommit=True)
    try:
        # An operator's `alter role` must not turn acknowledged records into lost ones: 46-69 per crash were measured.
        connection.execute("set synchronous_commit = on")
        assert_durable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


async def connect_reader(
    url: str,
    *,
    application_name: str = "muckline-reader",
    password: str | None = None,
    statement_timeout_s: int = 30,
) -> psycopg.AsyncConnection:
    """Open a connection for queries, each statement bounded by `statement_timeout_s`. [s]"""
    info = conninfo(url, application_name=application_name, password=password)
    connection = await psycopg.AsyncConnection.connect(info, autocommit=True)
    await configure_reader(connection, statement_timeout_s)
    return connection


async def configure_reader(connection: psycopg.AsyncConnection, statement_timeout_s: int = 30) -> None:
    """Make a connection, of a pool for example, fit for `storage.queries`.

    Plans are kept from the first use: planning a track query over many chunks takes longer than running it.
    """
    await connection.set_autocommit(True)
    await connection.execute(
        "select set_config('statement_timeout', %s, false), set_config('timezone', 'UTC', false)",
        [f"{statement_timeout_s}s"],
    )
    connection.prepare_threshold = 0


def assert_durable(connection: psycopg.Connection) -> None:
    """Raise WrongServer unless a COMMIT on this connection is on disk when it returns."""
    for setting in ("fsync", "synchronous_commit"):
        row = connection.execute("select current_setting(%s)", [setting]).fetchone()
        got = row[0] if row else None
        if got not in ("on", "remote_apply"):
            raise WrongServer(setting, "on", got)


def claim_writer(connection: psycopg.Connection, name: str) -> None:
    """Make this connection the only writer under `name` for as long as it lives.

    Two ingests of the same trucks would each judge with a past the other has moved on from; the second one must wait.
    The claim is a session's advisory lock: it ends with the connection, also when the process is killed.

    Raises:
        WriterTaken: Another connection holds the name.
    """
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended('muckline writer ' || %s, 0))", [name]
    ).fetchone()
    if row is None or not row[0]:
        raise WriterTaken(name)
