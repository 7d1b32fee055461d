"""The names that certificates carry: a device's id, or one that the platform keeps for itself.

A name is one topic level and nothing else: Mosquitto puts it into the patterns of deploy/acl, where `T2/up` would open
the topics of another device.
"""

from __future__ import annotations

import re

from admission.errors import NameRefused

NAME = re.compile(r"[A-Za-z0-9-]{1,32}")
HOST = re.compile(r"(?!-)[A-Za-z0-9.:-]{1,253}")
RESERVED_PREFIX = "muckline-"
FILE_NAMES = ("ca", "server", "crl")

# What the platform connects as; each has its rows in deploy/acl, and one name is one connection at a time.
PLATFORM_NAMES = {
    "muckline-ingest": "reads what devices send",
    "muckline-ingest-acks": "publishes commit acknowledgements",
    "muckline-ingest-monitor": "counts what the broker drops",
    "muckline-downlink": "publishes commands and configuration",
    "muckline-alerts": "publishes what was found, for other systems",
    "muckline-bridge": "speaks for terminals of another protocol",
    "muckline-conform": "tests a device",
    "muckline-record": "writes down what the broker carries",
    "muckline-replay": "publishes a capture",
    "muckline-probe": "asks whether the broker answers",
}


def client_name(name: str) -> str:
    """Return a name that a client may have, a device's or the platform's.

    Raises:
        NameRefused: It is no single level of 1 to 32 letters, digits and hyphens.
    """
    if NAME.fullmatch(name) is None:
        raise NameRefused(f"expected a name of 1 to 32 letters, digits and hyphens, got {name[:80]!r}")
    return name


def platform_name(name: str) -> str:
    """Return a name that the platform may have: one of its table, or another ingest's.

    Raises:
        NameRefused: It is no such name.
    """
    if not client_name(name).lower().startswith(RESERVED_PREFIX):
        raise NameRefused(f"expected a name of the platform, which begins with {RESERVED_PREFIX}, got {name!r}")
    return name


def host_name(host: str) -> str:
    """Return a name or address that a server may have.

    Raises:
        NameRefused: It is neither.
    """
    if HOST.fullmatch(host) is None:
        raise NameRefused(f"expected a host name or an address, got {host[:80]!r}")
    return host


def device_name(name: str) -> str:
    """Return a name that a device may have.

    Raises:
        NameRefused: It is no such name, or one of the platform's.
    """
    if client_name(name).lower().startswith(RESERVED_PREFIX):
        raise NameRefused(f"expected a device's name, got {name!r}: names of the platform begin with {RESERVED_PREFIX}")
    if name.lower() in FILE_NAMES:
        raise NameRefused(f"expected a device's name, got {name!r}: its files would take the place of the authority's")
    return name
