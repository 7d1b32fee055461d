"""Where the broker is and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """How to reach an MQTT broker.

    Attributes:
        host: Name or address.
        port: TCP port.
        username: MQTT user name, None to connect without one.
        password: Its password; settings read it from a file.
        ca_file: Certificate authority to trust; a value switches TLS on.
        cert_file: Client certificate for mutual TLS.
        key_file: Its private key.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
