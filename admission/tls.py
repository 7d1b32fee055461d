"""TLS as every client of ours speaks it."""

from __future__ import annotations

import ssl

from admission.errors import AdmissionError
from firmware_contracts.transport import BrokerAddress


def client_context(address: BrokerAddress) -> ssl.SSLContext | None:
    """Return what a connection to a broker is wrapped in, None where it is plain.

    The server's certificate must be signed by `ca_file` alone and name the host or address that we connect to.

    Raises:
        AdmissionError: A certificate or key file is missing, or is not what it should be.
    """
    if address.ca_file is None:
        return None
    try:
        context = ssl.create_default_context(cafile=str(address.ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if address.cert_file is not None:
            context.load_cert_chain(address.cert_file, address.key_file)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(str(file) for file in (address.ca_file, address.cert_file, address.key_file) if file)
        raise AdmissionError(
            f"expected certificates and the key that belongs to them in {files}, got: {error}"
        ) from error
    return context
