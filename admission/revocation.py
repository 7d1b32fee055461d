"""The list of revoked certificates. No files, no clock.

Two properties matter to a broker on OpenSSL. A list past its `next_update` lets nobody in any more, so ours lasts as
long as the authority. And a broker that reads the list again keeps the old one beside it and believes the one with the
later `last_update`, in whole seconds: each list is therefore at least a second younger than the one before, and they
begin a day back, so that a burst of revocations does not reach into the future, where a list does not hold yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from admission.certificates import Key

BACKDATED = timedelta(days=1)
TICK = timedelta(seconds=1)


def revocation_list(
    serials: Iterable[int],
    now: datetime,
    before: x509.CertificateRevocationList | None,
    authority: x509.Certificate,
    key: Key,
) -> x509.CertificateRevocationList:
    """Return the list that follows another one, with further serials.

    Args:
        serials: Certificates to add; those that it holds already stay as they are.
        now: The present, aware UTC.
        before: The list in force, None for the first.
        authority: Who issues it.
        key: Its key.
    """
    number, last_update, entries = 1, now - BACKDATED, list[x509.RevokedCertificate]()
    if before is not None:
        entries = list(before)
        number = before.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number + 1
        last_update = max(last_update, before.last_update_utc + TICK)
    listed = {entry.serial_number for entry in entries}
    entries += [_entry(serial, now) for serial in dict.fromkeys(serials) if serial not in listed]
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=authority.subject,
        last_update=last_update,
        next_update=max(authority.not_valid_after_utc, last_update + TICK),
        revoked_certificates=entries,
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    return builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())


def revocation_list_pem(revoked: x509.CertificateRevocationList) -> bytes:
    """Return a list as its file holds it."""
    return revoked.public_bytes(serialization.Encoding.PEM)


def _entry(serial: int, now: datetime) -> x509.RevokedCertificate:
    return x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
