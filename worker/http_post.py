"""One HTTP POST to a checked address: what leaves the platform for a target that somebody else named.

The name is resolved once, every address it has is judged, and the connection is made to the judged one; TLS still asks
the certificate for the name. No redirect is followed, no proxy is asked, the answer is read up to a bound, and a
deadline ends the whole of it: also for a receiver that sends one byte a second.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from supervision.webhooks import Target, TargetRefused, chosen_address

CONNECT_S = 5.0
DEADLINE_S = 15.0  # from resolving to the last byte; Standard Webhooks asks for 15 to 30 s
ANSWER_MOST_BYTES = 4096  # enough to tell people what the receiver said
SHOWN_MOST = 200  # characters of an answer in the delivery log


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said."""

    status: int
    body: bytes


class PinnedConnection(http.client.HTTPConnection):
    """A connection to one address, whatever its name stands for by now."""

    def __init__(self, target: Target, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_S)
        self._address = address
        self._context = context

    def connect(self) -> None:
        """Connect to the address, and speak TLS with the name."""
        raw = socket.create_connection((self._address, self.port), CONNECT_S)
        raw.settimeout(DEADLINE_S)
        self.sock = raw if self._context is None else self._context.wrap_socket(raw, server_hostname=self.host)


def post(
    target: Target, body: bytes, headers: Mapping[str, str], allowed_hosts: Collection[str], ca_file: str | None = None
) -> Answer:
    """Return the answer to a POST.

    Raises:
        TargetRefused: The name stands for an address that may not be spoken to.
        TimeoutError: The deadline has passed.
        OSError: No connection, no answer in time, or no certificate for the name.
        http.client.HTTPException: The answer is not HTTP.
    """
    deadline_s = time.monotonic() + DEADLINE_S
    address = chosen_address(target, resolved(target), allowed_hosts)
    context = ssl.create_default_context(cafile=ca_file) if target.scheme == "https" else None
    connection = PinnedConnection(target, address, context)
    connection.connect()
    hanging_up = threading.Timer(max(deadline_s - time.monotonic(), 0.1), _hang_up, [connection.sock])
    hanging_up.daemon = True
    hanging_up.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, response.read(ANSWER_MOST_BYTES))
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() >= deadline_s:
            raise TimeoutError from error
        raise
    finally:
        hanging_up.cancel()
        connection.close()
    if time.monotonic() >= deadline_s:  # what was cut short reads like a short answer
        raise TimeoutError
    return answer


def resolved(target: Target) -> list[str]:
    """Return the addresses of a target's name.

    Raises:
        TargetRefused: It has none.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetRefused(f"expected an address of {target.host}, found none") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def shown(body: bytes) -> str:
    """Return the beginning of an answer as the delivery log shows it."""
    text = body.decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)[:SHOWN_MOST].strip()


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
