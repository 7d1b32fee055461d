"""Is a bundle what the platform signed? Offline, file by file; the first that differs is named. Pure.

What is checked: the archive is exactly what its files make; every file has the length and hash of the manifest, none is
missing and none is there besides; the fixes hash to what the manifest says of them; the signature fits manifest, key
and time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from supervision.evidence.bundle import LAYOUT, MANIFEST, SIGNATURE, canonical, pack, sha256
from supervision.evidence.fixes import FIXES, fixes_digest
from supervision.evidence.keys import fingerprint, is_signed

# A case with fifty photographs has 250 MB; what is larger is no bundle.
MOST_BYTES = 512 * 2**20
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes:
        name: A file of the bundle, `archive` for the whole, or `key`.
        ok: Whether it is as it must be.
        detail: What was expected and what came, in English.
    """

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found.

    Attributes:
        findings: In the order of checking.
        manifest: Of the bundle, empty where it cannot be read.
        signature: Likewise.
        files: Contents by name, what could be read.
    """

    findings: tuple[Finding, ...]
    manifest: Mapping[str, Any]
    signature: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs."""
        return all(finding.ok for finding in self.findings)

    @property
    def first_wrong(self) -> Finding | None:
        """Return the first thing that differs."""
        return next((finding for finding in self.findings if not finding.ok), None)


def verify(bundle: bytes, trusted: Collection[bytes] = ()) -> Verdict:
    """Return what is right and wrong about a bundle.

    Args:
        bundle: Contents of the file.
        trusted: Public keys to accept; empty accepts the key that the bundle names, and says so.
    """
    files, broken = _unpacked(bundle)
    if broken is not None:
        return Verdict((Finding("archive", False, broken),), {}, {}, files)
    manifest, signature = _document(files.get(MANIFEST)), _document(files.get(SIGNATURE))
    rest = {name: content for name, content in files.items() if name not in (MANIFEST, SIGNATURE)}
    findings = [
        *_check_documents(files, manifest, signature),
        *_check_files(manifest, rest),
        *_check_fixes(manifest, rest),
        *_check_signature(files.get(MANIFEST, b""), signature, trusted),
    ]
    if MANIFEST in files and SIGNATURE in files and pack(files[MANIFEST], files[SIGNATURE], rest) != bundle:
        findings.append(Finding("archive", False, "expected the archive as it was packed, got one with other bytes"))
    return Verdict(tuple(findings), manifest, signature, files)


def _unpacked(bundle: bytes) -> tuple[dict[str, bytes], str | None]:
    if len(bundle) > MOST_BYTES:
        return {}, f"expected up to {MOST_BYTES} bytes, got {len(bundle)}"
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or any(entry.compress_type for entry in entries):
                return {}, f"expected up to {MOST_FILES} files, none of them compressed"
            # Entries that lie over each other could ask for more memory than the file has bytes.
            if sum(entry.file_size for entry in entries) > len(bundle):
                return {}, "expected files that fit into the archive"
            for entry in entries:
                if entry.filename in files:
                    return files, f"expected each file once, got {entry.filename!r} again"
                files[entry.filename] = archive.read(entry)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        OverflowError,
    ) as error:
        return files, f"expected an archive that can be read, got: {error}"
    return files, None


def _document(content: bytes | None) -> dict[str, Any]:
    try:
        document = orjson.loads(content or b"")
        canonical(document)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # lists in lists by the hundred are read, not written
        return {}
    return document if isinstance(document, dict) else {}


def _check_documents(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], signature: Mapping[str, Any]
) -> list[Finding]:
    found = []
    for name, document in ((MANIFEST, manifest), (SIGNATURE, signature)):
        if name not in files:
            found.append(Finding(name, False, "expected the file, got none of this name"))
        elif document.get("layout") != LAYOUT:
            found.append(Finding(name, False, f"expected layout {LAYOUT}, got {document.get('layout')!r}"))
        elif canonical(document) != files[name]:
            found.append(Finding(name, False, "expected the document in its canonical spelling, got another"))
    return found


def _check_files(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Finding]:
    listed = manifest.get("files")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    found = []
    for row in rows:
        name, content = str(row.get("name")), files.get(str(row.get("name")))
        if content is None:
            found.append(Finding(name, False, "expected the file, got none of this name"))
            continue
        got, wanted = sha256(content), row.get("sha256")
        same = got == wanted and len(content) == row.get("bytes")
        said = "as signed" if same else f"expected {row.get('bytes')} bytes, sha256 {wanted}, got {len(content)}, {got}"
        found.append(Finding(name, same, said))
    names = [str(row.get("name")) for row in rows]
    strange = [name for name in files if name not in names]
    return found + [Finding(name, False, "expected no such file: the manifest does not list it") for name in strange]


def _check_fixes(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Finding]:
    said = manifest.get("fixes")
    if not isinstance(said, dict) or FIXES not in files:
        return []
    count, digest = fixes_digest(files[FIXES])
    same = (count, digest) == (said.get("count"), said.get("sha256"))
    detail = f"{count} fixes hash to {digest}"
    return [
        Finding(FIXES, same, detail if same else f"expected {said.get('count')} fixes, {said.get('sha256')}: {detail}")
    ]


def _check_signature(manifest: bytes, signature: Mapping[str, Any], trusted: Collection[bytes]) -> list[Finding]:
    public, signed = (_from_hex(signature.get(name)) for name in ("public_key", "signature"))
    statement = {name: value for name, value in signature.items() if name != "signature"}
    name = fingerprint(public)
    checks = {
        "expected the hash of manifest.json, got another": signature.get("manifest_sha256") == sha256(manifest),
        "expected the fingerprint of its key, got another": signature.get("fingerprint") == name,
        "expected a signature by its key, got one that does not fit": is_signed(public, canonical(statement), signed),
    }
    wrong = next((said for said, right in checks.items() if not right), None)
    if wrong is not None:
        return [Finding(SIGNATURE, False, wrong)]
    good = Finding(SIGNATURE, True, f"signed {signature.get('signed_at')} by {name}")
    if not trusted:
        return [good]
    if public in trusted:
        return [good, Finding("key", True, "a key that you trust")]
    return [good, Finding("key", False, f"expected a key that you trust, got {name}")]


def _from_hex(text: Any) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""
