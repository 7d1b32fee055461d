"""Ask whether an MQTT broker answers: one CONNECT, one CONNACK, no library.

CONNECT   10 | length | 00 04 "MQTT" | 04 level 3.1.1 | flags | keepalive u16 | client id, user name, password
CONNACK   20 | 02 | session present | return code
"""

from __future__ import annotations

import secrets
import socket
import ssl
from datetime import UTC, datetime
from enum import Enum

from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress

PROBE = "muckline-probe"  # the name to connect under, where names are certificates: `address.as_client(PROBE)`
CONNACK_BYTES = 4
CLEAN_SESSION, WITH_PASSWORD, WITH_USERNAME = 0x02, 0x40, 0x80


class BrokerAnswer(Enum):
    """How a broker took a CONNECT."""

    ACCEPTED = "accepted"
    BAD_CREDENTIALS = "user name, password or certificate refused"
    REFUSED = "the broker refuses connections"
    NO_LISTENER = "nothing listens there"
    SILENT = "no answer in time"
    NOT_MQTT = "what listens there does not speak MQTT"
    TLS_FAILED = "the TLS handshake failed"


def probe_broker(address: BrokerAddress, timeout_s: float = 3.0) -> BrokerAnswer:
    """Return how the broker at an address takes a connection, within the time.

    Raises:
        AdmissionError: A certificate or key file is missing, or is not what it should be.
    """
    try:
        with connect(address, timeout_s) as stream:
            stream.sendall(connect_packet(address))
            answer = stream.recv(CONNACK_BYTES)
    except ssl.SSLError:
        return BrokerAnswer.TLS_FAILED
    except TimeoutError:
        return BrokerAnswer.SILENT
    except ConnectionRefusedError:
        return BrokerAnswer.NO_LISTENER
    except ConnectionError:
        return BrokerAnswer.NOT_MQTT
    except OSError:  # name not found, no route
        return BrokerAnswer.NO_LISTENER
    return _read(answer)


def _read(answer: bytes) -> BrokerAnswer:
    if len(answer) != CONNACK_BYTES or answer[:2] != b"\x20\x02":
        return BrokerAnswer.NOT_MQTT
    code = answer[3]
    if code == 0:
        return BrokerAnswer.ACCEPTED
    return BrokerAnswer.BAD_CREDENTIALS if code in (4, 5) else BrokerAnswer.REFUSED


def certificate_end(address: BrokerAddress, timeout_s: float = 3.0) -> datetime | None:
    """Return until when the certificate holds that a broker shows, None where it is plain.

    Raises:
        AdmissionError: A certificate or key file is missing, or is not what it should be.
        OSError: No connection.
    """
    with connect(address, timeout_s) as stream:
        shown = stream.getpeercert() if isinstance(stream, ssl.SSLSocket) else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC) if shown else None


def connect(address: BrokerAddress, timeout_s: float) -> socket.socket:
    """Return a connection to a broker, encrypted where its address says so."""
    context = client_context(address)
    plain = socket.create_connection((address.host, address.port), timeout_s)
    if context is None:
        return plain
    try:
        return context.wrap_socket(plain, server_hostname=address.host)
    except BaseException:
        plain.close()
        raise


def connect_packet(address: BrokerAddress) -> bytes:
    """Return a CONNECT without session under a client id of its own."""
    flags, payload = CLEAN_SESSION, text(f"{PROBE}-{secrets.token_hex(4)}")
    if address.username is not None:
        flags |= WITH_USERNAME
        payload += text(address.username)
        if address.password is not None:
            flags |= WITH_PASSWORD
            payload += text(address.password)
    body = text("MQTT") + bytes([4, flags, 0, 10]) + payload
    return b"\x10" + length(len(body)) + body


def text(value: str) -> bytes:
    """Return a string as MQTT writes it."""
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def length(value: int) -> bytes:
    """Return the length of a packet of less than 16 kB as MQTT writes it."""
    low, high = value % 128, value // 128
    return bytes([low | 128, high]) if high else bytes([low])
