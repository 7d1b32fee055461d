"""The platform's signing key: Ed25519, from a file of its own or derived from the secret that all APIs of a city share.

Whoever holds a bundle needs only the public key, named by the SHA-256 of its 32 bytes. A key that is replaced stays
known by its public half, which the database keeps for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"muckline evidence 1"  # another one would sign with another key


class EvidenceKeyError(Exception):
    """A file of a key does not hold one."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and what it is known by."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """Return the public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """Return the name of the public half."""
        return fingerprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self.private.sign(message)


def fingerprint(public: bytes) -> str:
    """Return the name of a public key."""
    return hashlib.sha256(public).hexdigest()


def derived_key(secret: bytes) -> SigningKey:
    """Return the key that belongs to a secret: the same wherever the secret is."""
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret)
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


def read_key(path: Path) -> SigningKey:
    """Return the key in a PEM file (PKCS 8, without a passphrase).

    Raises:
        EvidenceKeyError: It cannot be read, or holds something else.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise EvidenceKeyError(f"expected a PEM file of an Ed25519 key, got {path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceKeyError(f"expected an Ed25519 key in {path}, got {type(key).__name__}")
    return SigningKey(key)


def new_key_pem() -> bytes:
    """Return a new key as the text of its file."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(public: bytes) -> str:
    """Return a public key as PEM, as it is published."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_pem(text: bytes) -> bytes:
    """Return the 32 bytes of a public key given as PEM.

    Raises:
        EvidenceKeyError: It is none.
    """
    try:
        key = serialization.load_pem_public_key(text)
    except (ValueError, TypeError) as error:
        raise EvidenceKeyError(f"expected a public key as PEM: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceKeyError(f"expected an Ed25519 public key, got {type(key).__name__}")
    return key.public_bytes_raw()


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the private half of a key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
