"""Secrets of this machine: of the settings, or kept in the home folder, made where there is none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from admission.files import PRIVATE, locked, write_whole
from muckline.settings import Settings, SettingsError, read_secret
from storage.sealing import Seal, SealError, new_key

SECRET_NAME = "api.secret"  # noqa: S105 - the name of a file
SEAL_NAME = "channels.key"
# As long as the hash that signs with it.
SECRET_BYTES_LEAST = 32


def api_secret(settings: Settings) -> bytes:
    """Return the secret that signs access tokens.

    Raises:
        SettingsError: It cannot be read, or is too short to be one.
    """
    return kept_secret(settings, settings.api.secret_file, SECRET_NAME, SECRET_BYTES_LEAST)


def seal_file(settings: Settings) -> Path:
    """Return where the keys of channels are kept."""
    return settings.database.seal_key_file or settings.embedded.home / SEAL_NAME


def channel_seal(settings: Settings) -> Seal:
    """Return what seals addresses of channels; a key is made in the home folder where none is named.

    Raises:
        SettingsError: The file cannot be read, or holds no keys.
    """
    path = seal_file(settings)
    if settings.database.seal_key_file is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            if not path.exists():
                write_seal_keys(path, [new_key()])
    try:
        return Seal(read_seal_keys(path))
    except SealError as error:
        raise SettingsError(f"{path}: {error}") from error


def read_seal_keys(path: Path) -> list[str]:
    """Return the keys in a file, the newest first.

    Raises:
        SettingsError: It cannot be read.
    """
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise SettingsError(f"expected a readable file of keys, got {path}: {error.strerror}") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def write_seal_keys(path: Path, keys: Sequence[str]) -> None:
    """Write keys into a file that only its owner may read, all of them or none."""
    write_whole(path, "".join(f"{key}\n" for key in keys).encode(), PRIVATE)


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
