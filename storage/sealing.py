"""Texts that the database must not tell: encrypted with a key that is not in it (Fernet: AES-128-CBC, HMAC-SHA-256).

The newest key seals, every key opens. A text without the mark of a sealed one is from before there was a key.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MARK = "sealed:"


class SealError(Exception):
    """A key is none, or a sealed text is not of any of the keys; no message repeats a text or a key."""


class Seal:
    """Seals and opens texts.

    Args:
        keys: As `new_key` makes them, the newest first.

    Raises:
        SealError: One is no key, or there is none.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SealError("expected keys of 32 bytes in URL-safe base64, one a line") from error

    def sealed(self, text: str) -> str:
        """Return a text sealed with the newest key."""
        return MARK + self._keys.encrypt(text.encode()).decode()

    def opened(self, text: str) -> str:
        """Return what was sealed.

        Raises:
            SealError: It was sealed with another key, or changed since.
        """
        if not is_sealed(text):
            return text
        try:
            return self._keys.decrypt(text.removeprefix(MARK)).decode()
        except InvalidToken as error:
            raise SealError("expected what a key of this platform has sealed") from error

    def renewed(self, text: str) -> str:
        """Return a text sealed with the newest key, whichever of the keys had sealed it.

        Raises:
            SealError: None of them had.
        """
        return self.sealed(self.opened(text))


def is_sealed(text: str) -> bool:
    """Tell whether a text was sealed."""
    return text.startswith(MARK)


def new_key() -> str:
    """Return a key."""
    return Fernet.generate_key().decode()
