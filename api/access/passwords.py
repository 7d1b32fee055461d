"""Passwords: argon2id, off the event loop, few at a time; what is a password good enough; random ones.

Each hash takes 64 MiB and about a tenth of a second on purpose. Two at a time keep both within bounds; the others wait
their turn, and more than can be served in some seconds are told to come later.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from api.errors import NotReadyError, WeakPasswordError

Result = TypeVar("Result")

# RFC 9106, second recommendation, in one lane: parallel lanes would only slow the other one down.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
AT_A_TIME = 2
# A tenth of a second each: the last one waits about two seconds.
WAITING_MOST = 40
LENGTH_LEAST = 10
LENGTH_MOST = 200
# Without those that are mistaken for each other when read out.
LETTERS = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
RANDOM_LENGTH = 16
# What a name that nobody has is compared with, so that it takes as long as one that somebody has.
NOBODYS = HASHER.hash(secrets.token_urlsafe(32))


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was kept; takes as long where none is kept."""
    try:
        HASHER.verify(kept or NOBODYS, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return kept is not None


def random_password() -> str:
    """Return a password that can be read out."""
    return "".join(secrets.choice(LETTERS) for _ in range(RANDOM_LENGTH))


def assert_strong(password: str, name: str) -> None:
    """Raise WeakPasswordError for one that is guessed too easily."""
    if not LENGTH_LEAST <= len(password) <= LENGTH_MOST:
        raise WeakPasswordError(f"expected {LENGTH_LEAST} to {LENGTH_MOST} characters, got {len(password)}")
    if len(set(password)) < LENGTH_LEAST // 2:
        raise WeakPasswordError(f"expected at least {LENGTH_LEAST // 2} different characters, got {len(set(password))}")
    if name in password.lower():
        raise WeakPasswordError("expected a password without the user's name in it")


class Passwords:
    """Hashes and compares in threads, `AT_A_TIME` of them."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Return what is kept of a password."""
        return await self._in_turn(lambda: hashed(password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one that was kept."""
        return await self._in_turn(lambda: matches(kept, password))

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING_MOST:
            raise NotReadyError(f"expected at most {WAITING_MOST} passwords to be looked at, more wait")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
