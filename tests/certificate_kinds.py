"""Certificates that our authority would never issue, and those it would: what may be shown to the broker."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from admission import certificates
from admission.authority import Authority, utc_now
from admission.certificates import Key, Lifetime, certificate_pem, key_pem, new_key
from admission.identities import write_identity

DAY = timedelta(days=1)
NOW = Lifetime(utc_now() - DAY, utc_now() + DAY)
PAST = Lifetime(utc_now() - 2 * DAY, utc_now() - DAY)


@dataclass(frozen=True)
class Shown:
    """What a client shows and says.

    Attributes:
        title: What it is.
        name: The CN, None where there is no certificate or none.
        context: TLS with it.
        enters: Whether the broker may take it.
        says: Client id and user name that it sends instead of its own name.
    """

    title: str
    name: str | None
    context: ssl.SSLContext
    enters: bool
    says: str | None = None


def context_of(ca_file: Path, chain: bytes | None, key: Key | None, folder: Path) -> ssl.SSLContext:
    """Return TLS that trusts the authority's server and shows a chain of certificates."""
    context = ssl.create_default_context(cafile=str(ca_file))
    if chain is not None and key is not None:
        file = folder / "shown.pem"
        file.write_bytes(chain + key_pem(key))
        context.load_cert_chain(file)
    return context


def every_kind(authority: Authority, folder: Path) -> list[Shown]:
    """Return every kind of certificate there is to be shown; T3's is the one to be revoked."""
    authority_key = _key_of(authority)

    def shown(
        title: str,
        name: str | None,
        *,
        enters: bool,
        lifetime: Lifetime = NOW,
        says: str | None = None,
        subject: x509.Name | None = None,
    ) -> Shown:
        key = new_key()
        whom = subject or (certificates.subject(name) if name else x509.Name([]))
        made = certificates.client_certificate(whom, key.public_key(), authority.certificate, authority_key, lifetime)
        context = context_of(authority.ca_file, certificate_pem(made), key, folder)
        return Shown(title, name, context, enters, says)

    def issued(title: str, name: str, says: str | None = None) -> Shown:
        certificate, key = write_identity(folder, authority.issue(name))
        context = ssl.create_default_context(cafile=str(authority.ca_file))
        context.load_cert_chain(certificate, key)
        return Shown(title, name, context, True, says)

    organisation = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "T1")])
    return [
        issued("T1", "T1"),
        issued("T2", "T2"),
        issued("T1 that says it is T2", "T1", "T2"),
        issued("T1 that says it is the ingest", "T1", "muckline-ingest"),
        issued("T1 that says nothing", "T1", ""),
        Shown("no certificate", None, context_of(authority.ca_file, None, None, folder), False),
        _foreign(authority, folder),
        _issued_by_a_truck(authority, authority_key, folder),
        _server(authority, folder),
        _self_signed(authority, folder),
        shown("expired", "T1", enters=False, lifetime=PAST),
        shown("not valid yet", "T1", enters=False, lifetime=Lifetime(utc_now() + DAY, utc_now() + 2 * DAY)),
        shown("CN +", "+", enters=True),
        shown("CN #", "#", enters=True),
        shown("CN T2/up", "T2/up", enters=True),
        shown("CN T2/up/#", "T2/up/#", enters=True),
        shown("CN %u", "%u", enters=True),
        shown("CN over-long", "T" * 33, enters=True),
        shown("CN of 64 characters", "T" * 64, enters=True),
        shown("CN with a space behind", "T2 ", enters=True),
        shown("CN in Cyrillic", "Т2", enters=True),
        shown("no subject", None, enters=False),
        shown("a subject without CN", None, enters=False, subject=organisation),
        shown("two CNs, the first T1", "T1", enters=True, subject=_two_names("T1", "T2")),
    ]


def _two_names(first: str, second: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in (first, second)])


def _foreign(authority: Authority, folder: Path) -> Shown:
    other = Authority.ensure(folder / "other")
    certificate, key = write_identity(other.folder, other.issue("T1"))
    context = ssl.create_default_context(cafile=str(authority.ca_file))
    context.load_cert_chain(certificate, key)
    return Shown("another authority's", "T1", context, False)


def _issued_by_a_truck(authority: Authority, authority_key: Key, folder: Path) -> Shown:
    truck_key, key = new_key(), new_key()
    truck = certificates.client_certificate(
        certificates.subject("T1"), truck_key.public_key(), authority.certificate, authority_key, NOW
    )
    made = certificates.client_certificate(certificates.subject("T2"), key.public_key(), truck, truck_key, NOW)
    chain = certificate_pem(made) + certificate_pem(truck)
    return Shown("issued by a truck's", "T2", context_of(authority.ca_file, chain, key, folder), False)


def _server(authority: Authority, folder: Path) -> Shown:
    server = authority.issue_server(["T1"])
    assert server.key is not None
    (folder / "server.pem").write_bytes(server.certificate + server.key)
    context = ssl.create_default_context(cafile=str(authority.ca_file))
    context.load_cert_chain(folder / "server.pem")
    return Shown("a server's", "T1", context, False)


def _self_signed(authority: Authority, folder: Path) -> Shown:
    key = new_key()
    made = certificates.authority_certificate("T1", key, NOW)
    context = context_of(authority.ca_file, certificate_pem(made), key, folder)
    return Shown("self-signed", "T1", context, False)


def _key_of(authority: Authority) -> Key:
    return authority._key
