"""The files of the embedded cluster: made once by initdb, its settings written at every start, its database created."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from embedded.account import Account
from embedded.errors import ServerFailed, last_words
from embedded.timescaledb import Software

USER = "muckline"
DATABASE = "muckline"
MINIMUM_BUFFERS_MB, MAXIMUM_BUFFERS_MB = 128, 1024  # an eighth of the memory between these

CONFIGURATION = """\
# Written by embedded/postgres.py at every start; changes here are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 100
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
timescaledb.max_background_workers = 16
max_worker_processes = 32
shared_buffers = '{shared_buffers_mb}MB'
effective_cache_size = '{cache_mb}MB'
max_wal_size = '4GB'
checkpoint_timeout = '15min'
fsync = on
synchronous_commit = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
log_line_prefix = '%m [%p] %d '
"""
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def create_cluster(folder: Path, passfile: Path, software: Software, account: Account) -> None:
    """Initialise a data folder, with a password made up for it.

    Args:
        folder: Emptied; holds the data folder `cluster` afterwards.
        passfile: Where clients of ours find the password.
        software: The server's programs.
        account: Whom the server runs as.

    Raises:
        ServerFailed: initdb could not.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    account.give(folder)
    password = secrets.token_urlsafe(24)
    _write_secret(passfile, f"127.0.0.1:*:*:{USER}:{password}\n", Account())
    password_file, making = folder / "password", folder / "making"
    _write_secret(password_file, password, account)
    initdb = software.program("initdb")
    options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums")
    done = account.run(initdb, "-D", making, "-U", USER, "--pwfile", password_file, *options)
    password_file.unlink()
    if done.returncode != 0:
        raise ServerFailed(f"initdb failed: {last_words(done.stderr)}", f"See that {folder} can be written to")
    with (making / "postgresql.conf").open("a") as configuration:
        configuration.write("include '../../database.conf'\n")  # relative: a checkout may be moved
    (making / "pg_hba.conf").write_text(ACCESS)
    making.rename(folder / "cluster")


def write_configuration(file: Path, port: int) -> None:
    """Write the server's settings for this machine's memory."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    buffers_mb = min(max(memory_mb // 8, MINIMUM_BUFFERS_MB), MAXIMUM_BUFFERS_MB)
    file.write_text(CONFIGURATION.format(port=port, shared_buffers_mb=buffers_mb, cache_mb=memory_mb // 2))
    file.chmod(0o644)


def create_database(admin_url: str, url: str) -> None:
    """Create our database with the extension, and bring the extension to the software's version."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
    with psycopg.connect(url, autocommit=True) as connection:
        created = connection.execute("select 1 from pg_extension where extname = 'timescaledb'").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        # An update must be its session's first command: it replaces the library that later commands load.
        connection.execute("alter extension timescaledb update" if created else "create extension timescaledb")


def _write_secret(file: Path, text: str, account: Account) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as secret:
        secret.write(text)
    account.give(file)
