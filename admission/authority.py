"""A certificate authority in a folder: it issues, signs requests and revokes.

    ca.crt  ca.key   its certificate, for everybody; its key, mode 600, for whoever may admit devices
    crl.pem          the certificates revoked, always there: the broker does not start without it
    issued.ndjson    every certificate issued: name, serial, end; a line each, only ever added to
    lock             one writer at a time

The broker needs `ca.crt` and `crl.pem` and never the key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from admission import certificates, revocation
from admission.certificates import Key, Lifetime, PublicKey, certificate_pem, key_pem
from admission.errors import AuthorityExists, AuthorityMissing, RequestRefused
from admission.files import PRIVATE, add_line, locked, write_whole
from admission.names import client_name, host_name

AUTHORITY_DAYS = 7300.0  # longer than any terminal lives: its end would end every connection of a city at once
CLIENT_DAYS = 730.0  # two yearly inspections, the occasions at which a truck's terminal can be given a new one
SERVER_DAYS = 730.0
BACKDATED = timedelta(hours=1)  # a broker or a terminal whose clock is a little slow takes a new certificate too
REQUEST_BYTES = 16 * 1024  # a request with an RSA-4096 key has 1.7 kB


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate just issued.

    Attributes:
        name: What it says who its holder is.
        serial: Its number, by which it is revoked.
        end: When it runs out.
        certificate: The certificate, PEM.
        key: Its private key, PEM; None where the holder made it.
    """

    name: str
    serial: int
    end: datetime
    certificate: bytes
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the authority remembers of a certificate: see `Issued`."""

    name: str
    serial: int
    end: datetime


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


class Authority:
    """A certificate authority whose key this process may use; `ensure`, `create` or `open` give one.

    Attributes:
        folder: Where its files are.
        certificate: Its own.
        now: The clock, aware UTC.
    """

    def __init__(self, folder: Path, certificate: x509.Certificate, key: Key, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self.certificate = certificate
        self._key = key
        self.now = now

    @classmethod
    def create(cls, folder: Path, days: float = AUTHORITY_DAYS, now: Callable[[], datetime] = utc_now) -> Self:
        """Make an authority in a folder.

        Raises:
            AuthorityExists: There is one.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / "lock"):
            found = [name for name in ("ca.crt", "ca.key", "issued.ndjson") if (folder / name).exists()]
            if found:  # a key without its certificate may be a backup half put back
                raise AuthorityExists(f"expected a folder without an authority, got {folder}, which holds {found[0]}")
            return cls._create(folder, days, now)

    @classmethod
    def open(cls, folder: Path, now: Callable[[], datetime] = utc_now) -> Self:
        """Return the authority of a folder.

        Raises:
            AuthorityMissing: It holds none, only part of one, or one that we may not read.
        """
        try:
            certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
            key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        except FileNotFoundError as error:
            what = f"expected a certificate authority in {folder}, got no file {error.filename}"
            raise AuthorityMissing(f"{what}; `muckline authority create` makes one") from error
        except OSError as error:
            raise AuthorityMissing(f"expected a certificate authority in {folder}, got {error}") from error
        except (ValueError, TypeError) as error:
            raise AuthorityMissing(f"expected ca.crt and ca.key as PEM in {folder}, got: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise AuthorityMissing(f"expected the key of ca.crt in {folder / 'ca.key'}, got another one")
        return cls(folder, certificate, key, now)

    @classmethod
    def ensure(cls, folder: Path, now: Callable[[], datetime] = utc_now) -> Self:
        """Return the authority of a folder, made where there is none; safe for processes that start at once."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / "lock"):
            issued = (folder / "issued.ndjson").exists()  # then it is not new, and a lost ca.crt is to be put back
            if not (folder / "ca.crt").exists() and not issued:
                return cls._create(folder, AUTHORITY_DAYS, now)
        return cls.open(folder, now)

    @classmethod
    def _create(cls, folder: Path, days: float, now: Callable[[], datetime]) -> Self:
        key = certificates.new_key()
        lifetime = Lifetime(now() - BACKDATED, now() + timedelta(days=days))
        certificate = certificates.authority_certificate("Muckline device authority", key, lifetime)
        made = cls(folder, certificate, key, now)
        write_whole(folder / "ca.key", key_pem(key), PRIVATE)
        made._write_revoked([], None)
        write_whole(made.ca_file, certificate_pem(certificate))  # the last: with it the authority exists
        return made

    @property
    def ca_file(self) -> Path:
        """Return the file that servers and clients trust."""
        return self.folder / "ca.crt"

    @property
    def crl_file(self) -> Path:
        """Return the file of the certificates revoked."""
        return self.folder / "crl.pem"

    def issue(self, name: str, days: float = CLIENT_DAYS, key: Key | None = None) -> Issued:
        """Return a client's certificate and key; give its key to renew a certificate without changing it.

        Raises:
            NameRefused: No client may have the name.
        """
        client_name(name)
        key = key or certificates.new_key()
        certificate = self._client(name, key.public_key(), days)
        return self._issued(name, certificate, key)

    def issue_server(self, hosts: Sequence[str], days: float = SERVER_DAYS) -> Issued:
        """Return a server's certificate and key for the host names and addresses that clients use.

        Raises:
            NameRefused: One is neither a host name nor an address.
        """
        for host in hosts:
            host_name(host)
        key = certificates.new_key()
        certificate = certificates.server_certificate(
            hosts, key.public_key(), self.certificate, self._key, self._lifetime(days)
        )
        return self._issued(hosts[0], certificate, key)

    def sign(self, request_pem: bytes, name: str, days: float = CLIENT_DAYS) -> Issued:
        """Return a certificate for a key that never left its device; of the request only the key is taken over.

        Raises:
            NameRefused: No client may have the name.
            RequestRefused: It is no request, is not signed by its own key, or asks for another name.
        """
        client_name(name)
        certificate = self._client(name, requested_key(request_pem, name), days)
        return self._issued(name, certificate, None)

    def entries(self) -> Iterator[Entry]:
        """Yield what was issued, the oldest first.

        A line that was torn by a full disk or a power cut is passed over: its certificate was given to nobody.

        Raises:
            AuthorityMissing: A whole line says something else.
        """
        log = self.folder / "issued.ndjson"
        for number, line in enumerate(log.read_text().splitlines() if log.exists() else (), 1):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            try:
                yield Entry(row["name"], int(row["serial"], 16), datetime.fromisoformat(row["end"]))
            except (ValueError, KeyError, TypeError) as error:
                what = f"expected name, serial and end in line {number} of {log}, got {line[:80]!r}"
                raise AuthorityMissing(what) from error

    def revoked(self) -> set[int]:
        """Return the serials that are revoked."""
        return {entry.serial_number for entry in self._revocation_list()}

    def valid_serials(self, name: str) -> list[int]:
        """Return the certificates of a name that have not run out, revoked ones too."""
        now = self.now()
        return [entry.serial for entry in self.entries() if entry.name == name and entry.end > now]

    def valid_until(self) -> dict[str, datetime]:
        """Return until when each name has a certificate that is not revoked."""
        revoked, ends = self.revoked(), dict[str, datetime]()
        for entry in self.entries():
            if entry.serial not in revoked:
                ends[entry.name] = max(entry.end, ends.get(entry.name, entry.end))
        return ends

    def revoke_serials(self, serials: Sequence[int]) -> list[int]:
        """Revoke certificates; return those that were not revoked before. The broker hears of it on SIGHUP."""
        with locked(self.folder / "lock"):
            before = self._revocation_list()
            known = {entry.serial_number for entry in before}
            added = [serial for serial in dict.fromkeys(serials) if serial not in known]
            if added:
                self._write_revoked(added, before)
        return added

    def _client(self, name: str, public_key: PublicKey, days: float) -> x509.Certificate:
        return certificates.client_certificate(
            certificates.subject(name), public_key, self.certificate, self._key, self._lifetime(days)
        )

    def _lifetime(self, days: float) -> Lifetime:
        now = self.now()
        return Lifetime(now - BACKDATED, min(now + timedelta(days=days), self.certificate.not_valid_after_utc))

    def _issued(self, name: str, certificate: x509.Certificate, key: Key | None) -> Issued:
        serial, end = certificate.serial_number, certificate.not_valid_after_utc
        add_line(
            self.folder / "issued.ndjson", json.dumps({"name": name, "serial": f"{serial:x}", "end": end.isoformat()})
        )
        return Issued(name, serial, end, certificate_pem(certificate), None if key is None else key_pem(key))

    def _revocation_list(self) -> x509.CertificateRevocationList:
        try:
            return x509.load_pem_x509_crl(self.crl_file.read_bytes())
        except (OSError, ValueError) as error:
            raise AuthorityMissing(f"expected a revocation list in {self.crl_file}, got: {error}") from error

    def _write_revoked(self, serials: Sequence[int], before: x509.CertificateRevocationList | None) -> None:
        after = revocation.revocation_list(serials, self.now(), before, self.certificate, self._key)
        write_whole(self.crl_file, revocation.revocation_list_pem(after))


def requested_key(request_pem: bytes, name: str) -> PublicKey:
    """Return the public key of a signing request.

    Raises:
        RequestRefused: It is no request, is not signed by its own key, or asks for another name.
    """
    if len(request_pem) > REQUEST_BYTES:
        raise RequestRefused(f"expected a request of at most {REQUEST_BYTES} bytes, got {len(request_pem)}")
    try:
        request = x509.load_pem_x509_csr(request_pem)
        signed, key = request.is_signature_valid, request.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RequestRefused(f"expected a certificate signing request (PEM), got: {error}") from error
    asked = certificates.common_name(request)
    if asked != name:
        raise RequestRefused(f"expected a request for CN {name}, got {asked!r}")
    if not signed:
        raise RequestRefused("expected a request signed by its own key, got another signature")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise RequestRefused("expected a P-256 key, as `openssl ecparam -name prime256v1` makes, got another kind")
    return key
