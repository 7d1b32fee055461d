"""Whom the limits count that know nobody's name: an address, or the network that one customer has."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi.requests import HTTPConnection

# What one customer is given of IPv6; within it anybody takes as many addresses as one likes. [bits]
IPV6_CUSTOMER = 64


def address_of(connection: HTTPConnection) -> str:
    """Return where a request comes from, seen through proxies that are trusted; of IPv6 the network of 64 bits.

    Whatever else a trusted proxy says is one address for all, so that nobody gains by it.
    """
    try:
        address = ip_address(connection.client.host.partition("%")[0] if connection.client else "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, IPV6_CUSTOMER), strict=False))
