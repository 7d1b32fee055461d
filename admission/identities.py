"""The certificate and key of a client by its name: from a folder that somebody filled, or issued when first asked for.

A folder holds NAME.crt and NAME.key. What it holds is what `BrokerAddress.identities` gives; a process that may not use
the authority's key is given the folder alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from admission.authority import Authority, Issued
from admission.certificates import Key
from admission.errors import IdentityMissing
from admission.files import PRIVATE, locked, write_whole
from admission.names import client_name

RENEWED_BEFORE = timedelta(days=30)  # a process that was given a certificate can run on it this long


@dataclass(frozen=True, slots=True)
class FolderIdentities:
    """Certificates that lie in a folder."""

    folder: Path

    def __call__(self, name: str) -> tuple[Path, Path]:
        """Return a client's certificate and key files.

        Raises:
            IdentityMissing: One of them is not there.
            NameRefused: No client may have the name.
        """
        files = _files(self.folder, name)
        for file in files:
            if not file.is_file():
                raise IdentityMissing(f"expected the certificate and key of {name}, got no file {file}")
        return files


@dataclass(frozen=True, slots=True)
class IssuingIdentities:
    """Certificates that are issued when they are first asked for, and again before they run out."""

    authority: Authority
    folder: Path
    _given: set[str] = field(default_factory=set)

    def __call__(self, name: str) -> tuple[Path, Path]:
        """Return a client's certificate and key files; safe for threads and processes that ask at once.

        Raises:
            NameRefused: No client may have the name.
        """
        certificate_file, key_file = files = _files(self.folder, name)
        if name in self._given and certificate_file.exists():
            return files
        with locked(self.folder / ".lock"):
            if not self._holds(certificate_file):
                issued = self.authority.issue(name, key=_kept_key(key_file))
                write_identity(self.folder, issued, durable=False)
        self._given.add(name)
        return files

    def _holds(self, certificate_file: Path) -> bool:
        """Return whether a certificate is this authority's and goes on for a while. A revoked one stays as it is."""
        try:
            certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            certificate.verify_directly_issued_by(self.authority.certificate)
        except Exception:  # noqa: BLE001 - absent, unreadable or another authority's: all are issued anew
            return False
        return certificate.not_valid_after_utc > self.authority.now() + RENEWED_BEFORE


def folder_identities(folder: Path) -> FolderIdentities:
    """Return the certificates of a folder, for `BrokerAddress.identities`."""
    return FolderIdentities(folder)


def issuing_identities(authority: Authority, folder: Path) -> IssuingIdentities:
    """Return certificates issued on demand and kept in a folder, for `BrokerAddress.identities`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return IssuingIdentities(authority, folder)


def write_identity(folder: Path, issued: Issued, *, durable: bool = True) -> tuple[Path, Path]:
    """Write a certificate, and its key where we made it, as NAME.crt and NAME.key; return both files."""
    certificate_file, key_file = _files(folder, issued.name)
    if issued.key is not None:
        write_whole(key_file, issued.key, PRIVATE, durable=durable)
    write_whole(certificate_file, issued.certificate, durable=durable)  # the last: with it the identity is there
    return certificate_file, key_file


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    client_name(name)
    return folder / f"{name}.crt", folder / f"{name}.key"


def _kept_key(key_file: Path) -> Key | None:
    """Return the key of an earlier certificate: renewed with it, certificate and key match for every reader."""
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None
