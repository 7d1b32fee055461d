"""Access tokens: JWTs that name a session for some minutes; browsers that are known; random texts. Pure."""

from __future__ import annotations

import secrets
from typing import NamedTuple
from uuid import UUID

import jwt

ALGORITHM = "HS256"
# What a stolen one is good for at most; a session that has ended takes its tokens with it at once. [s]
ACCESS_S = 600
# Long enough for a shift on the command line. [s]
PROGRAM_ACCESS_S = 86_400
KEY_PREFIX = "mk"
# As long as somebody may be away from work; each log-in begins it anew. [s]
DEVICE_S = 180 * 86_400


class Key(NamedTuple):
    """The two parts of a program's key."""

    key_id: str
    secret: str


def access_token(secret: bytes, session_id: UUID, now_s: float, *, valid_s: float = ACCESS_S) -> str:
    """Return a token that names the session until `now_s + valid_s`."""
    claims = {"sid": str(session_id), "iat": int(now_s), "exp": int(now_s + valid_s)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def session_of(secret: bytes, token: str) -> UUID | None:
    """Return the session that a token names; None where it is not ours or has expired."""
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["sid", "exp"]})
        return UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError):
        return None


def device_token(secret: bytes, name: str, now_s: float) -> str:
    """Return a token that says: in this browser the user has logged in before. It lets nobody in."""
    claims = {"dev": secrets.token_hex(8), "of": name, "exp": int(now_s + DEVICE_S)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def device_of(secret: bytes, token: str, name: str) -> str | None:
    """Return the browser that a token names, None where it is not ours, has expired or is of another user."""
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["dev", "of", "exp"]})
    except jwt.InvalidTokenError:
        return None
    return str(claims["dev"]) if claims["of"] == name else None


def random_token() -> str:
    """Return a text that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def new_key() -> Key:
    """Return a key for a program."""
    return Key(secrets.token_hex(6), random_token())


def key_text(key: Key) -> str:
    """Return a key as programs send it: `mk_1f2e3d4c5b6a_...`."""
    return f"{KEY_PREFIX}_{key.key_id}_{key.secret}"


def read_key_text(token: str) -> Key | None:
    """Return the parts of a key; None where it is none."""
    prefix, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    return Key(key_id, secret) if prefix == KEY_PREFIX and len(key_id) == 12 and secret else None
