"""Secrets of this machine: of the settings, or kept in the home folder, made where there is none."""

from __future__ import annotations

import secrets
from pathlib import Path

from admission.files import PRIVATE, locked, write_whole
from muckline.settings import Settings, SettingsError, read_secret

SECRET_NAME = "api.secret"  # noqa: S105 - the name of a file
# As long as the hash that signs with it.
SECRET_BYTES_LEAST = 32


def api_secret(settings: Settings) -> bytes:
    """Return the secret that signs access tokens.

    Raises:
        SettingsError: It cannot be read, or is too short to be one.
    """
    return kept_secret(settings, settings.api.secret_file, SECRET_NAME, SECRET_BYTES_LEAST)


def kept_secret(settings: Settings, path: Path | None, name: str, bytes_least: int) -> bytes:
    """Return the secret in a file, by default one of a name in the home folder, made when there is none.

    Raises:
        SettingsError: It cannot be read, or is too short to be one.
    """
    if path is None:
        path = settings.embedded.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            if not path.exists():
                write_whole(path, f"{secrets.token_hex(32)}\n".encode(), PRIVATE)
    secret = (read_secret(path) or "").encode()
    if len(secret) < bytes_least:
        raise SettingsError(f"expected a secret of at least {bytes_least} bytes in {path}, got {len(secret)}")
    return secret
