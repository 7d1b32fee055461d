"""The layout of a bundle: which files, in which order, named by which hashes, signed how. Pure.

    manifest.json    every other file but the signature: name, length, SHA-256
    signature.json   Ed25519 over the hash of the manifest and the time of signing
    ...              the files, in the order of the manifest

The archive is stored without compression, entries in this order and without times: the same content is the same
archive, byte for byte, so that one that was repacked or padded shows.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from supervision.evidence.keys import SigningKey

LAYOUT = "muckline-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
# ZIP has no earlier date; nothing is said by it.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def canonical(content: Any) -> bytes:
    """Return the one spelling of a document: sorted members, two spaces, UTC as Z, a line end."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(content, option=options)


def sha256(content: bytes) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(content).hexdigest()


def manifest_of(about: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of files, in their order."""
    listed = [{"name": name, "bytes": len(content), "sha256": sha256(content)} for name, content in files.items()]
    return canonical({"layout": LAYOUT, **about, "files": listed})


def signed(manifest: bytes, key: SigningKey, at: datetime) -> bytes:
    """Return the detached signature of a manifest."""
    statement = {
        "layout": LAYOUT,
        "algorithm": "Ed25519",
        "fingerprint": key.fingerprint,
        "public_key": key.public.hex(),
        "manifest_sha256": sha256(manifest),
        "signed_at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    return canonical({**statement, "signature": key.sign(canonical(statement)).hex()})


def pack(manifest: bytes, signature: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return the archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {MANIFEST: manifest, SIGNATURE: signature, **files}.items():
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.create_system = 3  # the same whichever system packs
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def make_bundle(about: Mapping[str, Any], files: Mapping[str, bytes], key: SigningKey, at: datetime) -> bytes:
    """Return a signed archive of files."""
    manifest = manifest_of(about, files)
    return pack(manifest, signed(manifest, key, at), files)
