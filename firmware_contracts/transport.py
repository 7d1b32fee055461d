"""Where the broker is and who we are to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self


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
        identities: Gives the certificate and key files of a client by its name; None where one serves them all.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    identities: Callable[[str], tuple[Path, Path]] | None = field(default=None, repr=False, compare=False)

    def as_client(self, name: str) -> Self:
        """Return the address with the certificate of one client, whose client id and user name are its CN.

        Without identities the address stays as it is: one certificate, or none, serves every client.
        """
        if self.identities is None:
            return self
        cert_file, key_file = self.identities(name)
        return replace(self, cert_file=cert_file, key_file=key_file)
