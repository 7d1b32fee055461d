"""Checks of what supervises the city: the console, its keys, users, the background process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from api.console_files import FOLDER
from embedded.postgres import EmbeddedPostgres
from muckline.doctor.channel_key import channel_key_finding
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings, read_secret
from muckline.signing import KEY_NAME
from storage.connect import conninfo
from storage.migrate import current, expected
from storage.notices_sealing import count_plain, newest_sealed
from storage.queries.worker_status import SEEN
from supervision.evidence.keys import EvidenceKeyError, fingerprint, read_key

SILENT_AFTER_S = 60.0  # a background process says every 5 s that it lives
SHOWN_OF_KEY = 16
ANYBODY = "select count(*), count(*) filter (where role = 'administrator') from users where disabled_at is null"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database says of those who use it.

    Attributes:
        users: Who may log in.
        administrators: Of these, who may add others.
        silence_s: How long no background process has been heard; None: not for a day. [s]
        sealed: The encrypted address of a channel, None where there is none.
        plain: How many channels are not encrypted.
    """

    users: int
    administrators: int
    silence_s: float | None
    sealed: str | None
    plain: int


def check_supervision(settings: Settings) -> Iterator[Finding]:
    """Look at the console and the signing key, and at users and background process of a database that is there."""
    yield console_finding(FOLDER)
    yield evidence_key_finding(settings)
    facts = read_facts(settings)
    yield channel_key_finding(settings, *((facts.sealed, facts.plain) if facts is not None else (None, 0)))
    if facts is not None:
        yield users_finding(facts)
        yield worker_finding(facts.silence_s)


def console_finding(folder: Path) -> Finding:
    """Judge whether the console was built."""
    if (folder / "index.html").is_file():
        return fine("MUCK-D601", "console", f"built, in {folder}")
    fix = "Run: make console. Then start `muckline api` anew"
    return Finding("MUCK-D601", "console", Level.WARNING, "not built; the API serves a page that says so", fix)


def evidence_key_finding(settings: Settings) -> Finding:
    """Judge the key that signs evidence; one that nobody named is made at the first start of the API."""
    subject, named = "evidence key", settings.api.evidence_key_file
    path = named or settings.embedded.home / KEY_NAME
    if named is None and not path.exists():
        return fine("MUCK-D602", subject, f"made at the first start of `muckline api`, as {path}")
    try:
        key = read_key(path)
    except (EvidenceKeyError, OSError) as error:
        fix = "Correct [api] evidence_key_file, or make one: muckline evidence key FILE"
        return Finding("MUCK-D602", subject, Level.BLOCKING, str(error), fix)
    return fine("MUCK-D602", subject, f"{path}, fingerprint {fingerprint(key.public)[:SHOWN_OF_KEY]}...")


def users_finding(facts: Facts) -> Finding:
    """Judge whether anybody can log in, and add others."""
    subject, fix = "users", "Add one: muckline user add NAME --role administrator"
    if facts.users == 0:
        return Finding("MUCK-D603", subject, Level.WARNING, "nobody can log in yet", fix)
    if facts.administrators == 0:
        cause = f"{facts.users} may log in, none of them is an administrator"
        return Finding("MUCK-D603", subject, Level.WARNING, cause, fix)
    return fine("MUCK-D603", subject, f"{facts.users} may log in, {facts.administrators} of them administrators")


def worker_finding(silence_s: float | None) -> Finding:
    """Judge whether a background process runs: without it no event becomes a case."""
    subject, fix = "background process", "Run: muckline work"
    if silence_s is None:
        return Finding("MUCK-D604", subject, Level.WARNING, "none was heard for a day: no cases, no notices", fix)
    if silence_s > SILENT_AFTER_S:
        cause = f"last heard {timedelta(seconds=round(silence_s))} ago: no cases, no notices since"
        return Finding("MUCK-D604", subject, Level.WARNING, cause, fix)
    return fine("MUCK-D604", subject, f"heard {max(silence_s, 0.0):.0f} s ago")


def read_facts(settings: Settings) -> Facts | None:
    """Return what the database says; None where it is away or of another schema, of which its own check tells."""
    url, password = settings.database.url, read_secret(settings.database.password_file)
    if not url:
        server = EmbeddedPostgres(settings.embedded)
        if not server.status().running:
            return None
        url = server.url()
    try:
        if current(url, password) != expected():
            return None
        with psycopg.connect(conninfo(url, application_name="muckline-doctor", password=password)) as connection:
            users, administrators = connection.execute(ANYBODY).fetchone() or (0, 0)
            (silence_s,) = connection.execute(SEEN).fetchone() or (None,)
            sealed, plain = newest_sealed(connection), count_plain(connection)
    except psycopg.OperationalError:
        return None
    return Facts(users, administrators, silence_s, sealed, plain)
