"""Logging in to an API that a benchmark runs itself, for its own database and until it ends."""

from __future__ import annotations

import secrets
import time

from api.tokens import access_token
from storage.connect import connect_writer
from storage.sessions import begin_session
from storage.users import add_user

VALID_S = 3_600.0
UNLIMITED = 1_000_000  # requests a minute: what is measured is how fast they are answered, not how many one may ask


def new_secret() -> bytes:
    """Return what an API signs tokens with."""
    return secrets.token_bytes(32)


def log_in(url: str, secret: bytes) -> dict[str, str]:
    """Add a user who sees everything to the database, and return the headers of whoever asks in its name."""
    with connect_writer(url) as connection:
        user_no = add_user(connection, "benchmark", role="inspector")
        session_id = begin_session(connection, user_no, longest_s=VALID_S)
    return {"authorization": f"Bearer {access_token(secret, session_id, time.time(), valid_s=VALID_S)}"}
