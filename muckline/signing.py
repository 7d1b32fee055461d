"""The key that signs evidence: the file of the settings, or one that is kept in the home folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from api.settings import ApiSettings
from muckline.settings import Settings

KEY_NAME = "evidence.pem"


def with_evidence_key(settings: Settings) -> ApiSettings:
    """Return the API's settings with the file of a key that exists."""
    return replace(settings.api, evidence_key_file=evidence_key_file(settings))


def evidence_key_file(settings: Settings) -> Path:
    """Return the file of the signing key, made in the home folder where the settings name none."""
    if settings.api.evidence_key_file is not None:
        return settings.api.evidence_key_file
    from admission.files import locked

    path = settings.embedded.home / KEY_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".lock")):
        if not path.exists():
            write_new_key(path)
    return path


def write_new_key(path: Path) -> None:
    """Write a new key that only its owner may read."""
    from admission.files import PRIVATE, write_whole
    from supervision.evidence.keys import new_key_pem

    write_whole(path, new_key_pem(), PRIVATE)
