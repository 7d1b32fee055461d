"""Signed webhooks: what a message looks like (Standard Webhooks), and which addresses may be spoken to. Pure.

A target is checked by the address that its name stands for at the moment of sending, and the connection is made to that
very address: a name that answers differently a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import random
import secrets
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

URL_MOST = 2_000
# Waits before each further attempt, as Standard Webhooks recommends; then it is a dead letter. [s]
RETRY_AFTER_S = (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 86_400)
# Services that a request could be smuggled to.
PORTS_REFUSED = frozenset({19, 21, 22, 23, 25, 53, 110, 143, 445, 465, 587, 993, 995, 1883, 8883, 5432, 6379})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class TargetRefused(Exception):  # noqa: N818 - reads as what happened
    """A webhook's target may not be spoken to; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's URL taken apart."""

    scheme: str
    host: str
    port: int
    path: str


def read_target(url: str, allowed_hosts: Collection[str] = ()) -> Target:
    """Return a URL's parts.

    Args:
        url: As its owner gave it.
        allowed_hosts: Names that the operator trusts, also over plain HTTP.

    Raises:
        TargetRefused: Not an HTTPS URL that a webhook may have.
    """
    if len(url) > URL_MOST or not url.isascii() or any(character <= " " or character == "\x7f" for character in url):
        raise TargetRefused(f"expected a URL of at most {URL_MOST} printable ASCII characters without spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TargetRefused(f"expected a URL, got one that cannot be read: {error}") from error
    host = (parts.hostname or "").rstrip(".")
    trusted = host in allowed_hosts
    if parts.scheme != "https" and not (trusted and parts.scheme == "http"):
        raise TargetRefused(f"expected https://, got {parts.scheme or 'no scheme'}")
    if not host:
        raise TargetRefused("expected a host in the URL, got none")
    if parts.username is not None or parts.password is not None:
        raise TargetRefused("expected a URL without user and password; messages are signed")
    port = port or (443 if parts.scheme == "https" else 80)
    if port in PORTS_REFUSED and not trusted:
        raise TargetRefused(f"expected a port of web servers, got {port}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def is_public(text: str) -> bool:
    """Tell whether an address belongs to the public internet, also after what it stands for is unwrapped."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_plain_global(one) for one in _unwrapped(address))


def _unwrapped(address: Address) -> list[Address]:
    """Return an address and the IPv4 addresses that it carries: mapped, 6to4, Teredo, NAT64."""
    found: list[Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        found += [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner is not None]
        found += list(address.teredo or ())
        if any(address in network for network in NAT64):
            found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return found


def _is_plain_global(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_private or address.is_loopback
    )


def chosen_address(target: Target, resolved: Collection[str], allowed_hosts: Collection[str]) -> str:
    """Return the address to connect to.

    Raises:
        TargetRefused: The name stands for nothing, or for any address that is not of the public internet.
    """
    if not resolved:
        raise TargetRefused(f"expected an address of {target.host}, found none")
    if target.host not in allowed_hosts:
        inner = [address for address in resolved if not is_public(address)]
        if inner:
            raise TargetRefused(f"expected an address of the public internet, {target.host} has {inner[0]}")
    return next(iter(resolved))


def new_secret() -> str:
    """Return a secret as Standard Webhooks writes it: 24 random bytes."""
    return "whsec_" + b64encode(secrets.token_bytes(24)).decode()


def message(message_type: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a message's payload as Standard Webhooks lays it out."""
    return {"type": message_type, "timestamp": now.astimezone(UTC), "data": data}


def signed_headers(secret: str, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows a message for ours, and recent."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now.astimezone(UTC), body),
    }


def retry_after_s(attempts: int, rng: random.Random) -> float | None:
    """Return how long to wait after so many failed attempts, with jitter; None where it is a dead letter. [s]"""
    if attempts > len(RETRY_AFTER_S):
        return None
    return RETRY_AFTER_S[attempts - 1] * rng.uniform(0.8, 1.2)
