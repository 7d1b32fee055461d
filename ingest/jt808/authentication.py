"""Authentication codes that need no memory: any bridge with the same secret knows them, also after a restart. Pure."""

from __future__ import annotations

import hmac

CODE_CHARACTERS = 16  # 64 bits: nobody guesses one in three tries, and the shortest code field known takes it
SECRET_BYTES_LEAST = 16


class Authenticator:
    """Gives each terminal the code that only this city's bridges can make."""

    def __init__(self, secret: bytes) -> None:
        """Take the secret.

        Raises:
            ValueError: It is too short to be one.
        """
        if len(secret) < SECRET_BYTES_LEAST:
            raise ValueError(f"expected a secret of at least {SECRET_BYTES_LEAST} bytes, got {len(secret)}")
        self._secret = secret

    def code(self, phone: str, device: str) -> str:
        """Return the code of a phone number as long as it is registered for that device."""
        return hmac.new(self._secret, f"{phone} {device}".encode(), "sha256").hexdigest()[:CODE_CHARACTERS]

    def knows(self, code: str, phone: str, device: str) -> bool:
        """Return whether the code is the right one; takes the same time for every wrong one."""
        return hmac.compare_digest(code.encode("utf-8", "surrogateescape"), self.code(phone, device).encode())
