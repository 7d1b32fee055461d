"""What our certificates look like: the authority's, a server's, a client's. No files, no clock.

Keys are P-256: a handshake costs the broker less than with RSA-2048, and every terminal's TLS library has it. Each
certificate says what it is for and that it issues nothing, so that a chain through a truck's certificate ends there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

COMMON_NAME_MOST = 64  # by X.520; what counts is the list of names, which holds the whole one
Key = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From when until when a certificate holds, aware UTC."""

    begin: datetime
    end: datetime


def new_key() -> Key:
    """Return a new private key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: Key) -> bytes:
    """Return a private key as its file holds it, without a passphrase: whoever may read the file may use it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as its file holds it."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def common_name(certificate: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """Return the name a certificate carries, empty where it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def authority_certificate(name: str, key: Key, lifetime: Lifetime) -> x509.Certificate:
    """Return the authority's own certificate, which no further authority can stand below."""
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(subject(name), subject(name), key.public_key(), lifetime)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256())


def client_certificate(
    name: x509.Name, public_key: PublicKey, issuer: x509.Certificate, issuer_key: Key, lifetime: Lifetime
) -> x509.Certificate:
    """Return a client's certificate: it opens a TLS connection and does nothing else."""
    builder = _builder(name, issuer.subject, public_key, lifetime)
    return _leaf(builder, ExtendedKeyUsageOID.CLIENT_AUTH, issuer_key)


def server_certificate(
    hosts: Sequence[str], public_key: PublicKey, issuer: x509.Certificate, issuer_key: Key, lifetime: Lifetime
) -> x509.Certificate:
    """Return the certificate of a server that is reached under host names or addresses."""
    builder = _builder(subject(hosts[0][:COMMON_NAME_MOST]), issuer.subject, public_key, lifetime)
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    return _leaf(builder.add_extension(names, critical=False), ExtendedKeyUsageOID.SERVER_AUTH, issuer_key)


def subject(name: str) -> x509.Name:
    """Return a subject of a common name alone: Mosquitto takes the user name from it."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: x509.Name, issuer: x509.Name, key: PublicKey, lifetime: Lifetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(lifetime.begin).not_valid_after(lifetime.end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _leaf(builder: x509.CertificateBuilder, purpose: x509.ObjectIdentifier, issuer_key: Key) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.add_extension(authority, critical=False).sign(issuer_key, hashes.SHA256())


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
