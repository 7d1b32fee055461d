"""Access tokens: JWTs that name a user for some minutes. Pure."""

from __future__ import annotations

import jwt

ALGORITHM = "HS256"
ACCESS_S = 600  # a user who is disabled is out after this at the latest


def access_token(secret: bytes, user_no: int, now_s: float, *, valid_s: float = ACCESS_S) -> str:
    """Return a token that names the user until `now_s + valid_s`."""
    claims = {"sub": str(user_no), "iat": int(now_s), "exp": int(now_s + valid_s)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def user_of(secret: bytes, token: str) -> int | None:
    """Return the number of the user whom a token names; None where it is not ours or has expired."""
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["sub", "exp"]})
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None
