"""What is read of a request's body, from whom, and how fast: nothing before it is known who sends it and that they may.

FastAPI reads a body before it asks who sends it. Here the first wish to read asks that: the route's own permission, the
limits of the user, and what the route itself asks beforehand (`before_body`). Then the body is counted as it comes. An
answer that is given before the body was read to its end closes the connection: nothing more of it is taken in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from fastapi.dependencies.models import Dependant
from fastapi.requests import HTTPConnection
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import INTERNAL_ERROR, BodyTooLargeError, BodyTooSlowError, NotReadyError, StoppedReading, kind_of
from api.recognition import recognized
from api.services import Services
from api.viewer import Permission, Viewer

log = structlog.get_logger(__name__)

MIB = 1024 * 1024
# Longest pause between two pieces of a body. [s]
PIECE_S = 30.0
# Longest that a body may take: 25 MB from a telephone with a bad signal, 1.5 Mbit/s. [s]
WHOLE_S = 150.0
# A long body waits so long for its place. [s]
PLACE_S = 20.0


@dataclass(frozen=True, slots=True)
class Bound:
    """How much is read by requests whose path begins like this.

    Attributes:
        at_a_time: How many of them are read and worked on at once; None for any number.
        of_one: How many of one user.
    """

    start: str
    most_bytes: int
    at_a_time: int | None = None
    of_one: int = 1


# The first that fits counts.
BOUNDS = (
    # Files of registers, 20,000 trucks of 500 bytes, or the outlines of a city's districts; each takes some 200 MB
    # while it is compared with what is there.
    Bound("/v1/imports/", 16 * MIB, at_a_time=2),
    # A photo of a telephone; a report with two of them. They wait on disk for the one decoder, 12 MB of each in memory.
    Bound("/v1/photos", 13 * MIB, at_a_time=8, of_one=4),
    Bound("/v1/reports", 25 * MIB, at_a_time=8, of_one=2),
    # Name and password come from strangers.
    Bound("/v1/session", 8 * 1024),
    # Settings have at most 40,000 bytes on the wire; escaped and indented they are three times that.
    Bound("/", 256 * 1024),
)
BODY_MOST_BYTES = BOUNDS[-1].most_bytes

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
BeforeBody = Callable[[Services, Viewer, HTTPConnection], Awaitable[None]]


def before_body(ask: BeforeBody) -> Callable[[Endpoint], Endpoint]:
    """Return a decorator of an endpoint that asks this before its body is read; it refuses by raising."""

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.before_body = ask  # type: ignore[attr-defined]
        return endpoint

    return marked


class Places:
    """Lets so many long bodies in at a time, and fewer of one user, so that nobody keeps the others out."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._all = asyncio.Semaphore(bound.at_a_time or 1)
        self._of_users: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def taken(self, held: AsyncExitStack, who: str) -> None:
        """Return once there is a place, which `held` gives back.

        Raises:
            NotReadyError: There was none for a while.
        """
        if self._bound.at_a_time is None:
            return
        own = self._of_users.setdefault(who, asyncio.Semaphore(self._bound.of_one))
        try:
            async with asyncio.timeout(PLACE_S):
                await held.enter_async_context(own)
                await held.enter_async_context(self._all)
        except TimeoutError as error:
            raise NotReadyError(f"expected at most {self._bound.at_a_time} uploads at a time, got more") from error


class LimitBody:
    """ASGI middleware that lets a body in, and stops reading it where it becomes too long or too slow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._places = {bound: Places(bound) for bound in BOUNDS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        bound = next(bound for bound in BOUNDS if scope["path"].startswith(bound.start) or bound.start == "/")
        async with AsyncExitStack() as held:
            reading = _Reading(scope, receive, send, bound, held, self._places[bound])
            await self._app(scope, reading.receive, reading.send)


class _Reading:
    """One body on its way in."""

    def __init__(  # noqa: PLR0917 - what a request consists of
        self, scope: Scope, receive: Receive, send: Send, bound: Bound, held: AsyncExitStack, places: Places
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._bound, self._held, self._places = bound, held, places
        self._size = 0
        self._until_s: float | None = None
        self._ended = False

    async def receive(self) -> Message:
        """Return the next piece.

        Raises:
            StoppedReading: The sender may not, or the body is too long or too slow.
        """
        if self._ended:
            return await self._receive()
        if self._until_s is None:
            await self._let_in()
            self._until_s = time.monotonic() + WHOLE_S
        message = await self._piece(self._until_s)
        if message["type"] == "http.disconnect":
            raise StoppedReading(BodyTooSlowError("expected the rest of the body, the client went away"))
        self._size += len(message.get("body", b""))
        self._assert_fits(self._size)
        self._ended = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; one that comes early ends the connection, too."""
        if message["type"] == "http.response.start" and not self._ended:
            MutableHeaders(scope=message)["connection"] = "close"
        await self._send(message)

    async def _let_in(self) -> None:
        try:
            viewer = await _sender(self._scope)
            self._assert_fits(int(Headers(scope=self._scope).get("content-length") or 0))
            if viewer is not None:
                await self._places.taken(self._held, viewer.name)
        except StoppedReading:
            raise
        except Exception as error:
            if kind_of(error) is INTERNAL_ERROR:
                log.exception("body_not_let_in", path=self._scope["path"][:200])
            raise StoppedReading(error) from error

    async def _piece(self, until_s: float) -> Message:
        try:
            async with asyncio.timeout(min(PIECE_S, until_s - time.monotonic())):
                return await self._receive()
        except TimeoutError as error:
            raise StoppedReading(
                BodyTooSlowError(f"expected a piece of the body within {PIECE_S:g} s, the whole within {WHOLE_S:g} s")
            ) from error

    def _assert_fits(self, size: int) -> None:
        if size > self._bound.most_bytes:
            detail = f"expected a body of at most {self._bound.most_bytes} bytes, got more"
            raise StoppedReading(BodyTooLargeError(detail))


async def _sender(scope: Scope) -> Viewer | None:
    """Return who sends a request, refused as its route would; None where the route is open to strangers."""
    route = scope.get("route")
    permissions = asked_for(route.dependant) if isinstance(route, APIRoute) else []
    if not permissions:
        return None
    connection = HTTPConnection(scope)
    viewer = await recognized(connection, permissions[0])
    ask: BeforeBody | None = getattr(scope["endpoint"], "before_body", None)
    if ask is not None:
        await ask(scope["app"].state.services, viewer, connection)
    return viewer


def asked_for(dependant: Dependant) -> list[Permission | None]:
    """Return the permissions that a route's viewers are asked for, the route's own first."""
    call: Any = dependant.call
    own = [call.permission] if hasattr(call, "permission") else []
    return own + [permission for each in dependant.dependencies for permission in asked_for(each)]


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
