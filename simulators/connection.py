"""The one place of the simulators that sets up an MQTT connection."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt

from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress

# A dead link is noticed after 1.5 times this; the library's 60 s would hide a black hole for minutes.
KEEPALIVE_S = 15
CANCEL_AGAIN_S = 0.5
TIMEOUT_S = 20.0  # a PUBACK over a link that loses every seventh packet comes within 7 s

_quiet = logging.getLogger("simulators.mqtt")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


@asynccontextmanager
async def mqtt_connection(
    address: BrokerAddress,
    identifier: str,
    *,
    will: aiomqtt.Will | None = None,
    keep_session: bool = False,
    inflight: int = 20,
    version5: bool = False,
) -> AsyncIterator[aiomqtt.Client]:
    """Connect for as long as the block runs.

    Args:
        address: The broker, as the client that connects: `address.as_client(NAME)`.
        identifier: MQTT client id; a broker that knows clients by their certificates takes the name from there.
        will: What the broker says when the connection breaks.
        keep_session: The broker keeps subscription and queue while we are away.
        inflight: Most messages published and not yet acknowledged.
        version5: Speak MQTT 5, whose subscriptions can ask for more; sessions are not kept then.

    Raises:
        aiomqtt.MqttError: The broker is not there, or goes away.
        AdmissionError: A certificate or key file is missing, or is not what it should be.
    """
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        logger=_quiet,
        identifier=identifier,
        protocol=aiomqtt.ProtocolVersion.V5 if version5 else aiomqtt.ProtocolVersion.V311,
        will=will,
        clean_session=None if version5 else not keep_session,
        timeout=TIMEOUT_S,
        keepalive=KEEPALIVE_S,
        max_inflight_messages=inflight,
        tls_context=client_context(address),
    )
    try:
        async with client:
            yield client
    finally:
        # The library keeps the reason of a lost connection in a future; asyncio complains of one that nobody reads.
        lost = client._disconnected
        if lost.done() and not lost.cancelled():
            lost.exception()


def raise_if_cancelled(cause: BaseException) -> None:
    """Raise the cancellation that a library's error has covered: leaving a dead connection fails in its own way.

    Raises:
        asyncio.CancelledError: The running task has been told to end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from cause


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended; what they raise is dropped.

    Once is not enough: Python 3.11's `wait_for`, which the library waits with, drops a cancellation that arrives
    together with the result.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        ended, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
        for task in ended:
            if not task.cancelled():
                task.exception()


def own_name(purpose: str) -> str:
    """Return a client id that no other run has."""
    return f"muckline-{purpose}-{secrets.token_hex(4)}"
