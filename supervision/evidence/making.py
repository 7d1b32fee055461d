"""A bundle from a dossier and a key. Pure but for the time that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supervision.evidence.bundle import manifest_of, pack, sha256, signed
from supervision.evidence.dossier import PDF, README, Dossier, Reader, about, hashes_of, masked, record_files
from supervision.evidence.fixes import FIXES, fixes_digest
from supervision.evidence.keys import SigningKey, public_pem
from supervision.evidence.pdf import evidence_pdf
from supervision.evidence.words import word

PUBLIC_KEY = "public_key.pem"


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle and what it is known by.

    Attributes:
        archive: The signed ZIP.
        pdf: The PDF in it.
        manifest_sha256: Names its content; the same records give the same.
    """

    archive: bytes
    pdf: bytes
    manifest_sha256: str


def make_evidence(dossier: Dossier, reader: Reader, key: SigningKey, at: datetime) -> Made:
    """Return the signed bundle of a dossier.

    Args:
        dossier: As `storage.queries.evidence` read it.
        reader: Language and masking.
        key: Signs it.
        at: When it is signed; nothing else of the bundle depends on it.
    """
    shown = masked(dossier, reader)
    files = record_files(shown)
    _, chain = fixes_digest(files[FIXES])
    files |= {PUBLIC_KEY: public_pem(key.public).encode(), README: _readme().encode()}
    pdf = evidence_pdf(shown, reader.language, hashes_of(files), chain, key.fingerprint)
    files = {PDF: pdf, **files}
    manifest = manifest_of(about(shown, files, reader, key.fingerprint), files)
    return Made(pack(manifest, signed(manifest, key, at), files), pdf, sha256(manifest))


def _readme() -> str:
    return "\n\n".join(word("how", language) for language in ("zh", "en")) + "\n"
