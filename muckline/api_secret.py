"""The secret that signs access tokens: of the settings, or kept in the home folder, made where there is none."""

from __future__ import annotations

import secrets

from admission.files import PRIVATE, locked, write_whole
from muckline.settings import Settings, SettingsError, read_secret

SECRET_NAME = "api.secret"  # noqa: S105 - the name of a file
# As long as the hash that signs with it.
SECRET_BYTES_LEAST = 32


def api_secret(settings: Settings) -> bytes:
    """Return the secret.

    Raises:
        SettingsError: It cannot be read, or is too short to be one.
    """
    path = settings.api.secret_file
    if path is None:
        path = settings.embedded.home / SECRET_NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            if not path.exists():
                write_whole(path, f"{secrets.token_hex(32)}\n".encode(), PRIVATE)
    secret = (read_secret(path) or "").encode()
    if len(secret) < SECRET_BYTES_LEAST:
        raise SettingsError(f"expected a secret of at least {SECRET_BYTES_LEAST} bytes in {path}, got {len(secret)}")
    return secret
