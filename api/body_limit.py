"""The longest request that is read: a request is held in memory as a whole before anybody looks at it."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Settings have at most 40,000 bytes on the wire; escaped and indented they are three times that.
BODY_MOST_BYTES = 256 * 1024


class LimitBody:
    """ASGI middleware that stops reading a body where it becomes too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body as it is read."""
        size = 0

        async def counted_receive() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > BODY_MOST_BYTES:
                detail = f"expected a body of at most {BODY_MOST_BYTES} bytes, got more"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, counted_receive if scope["type"] == "http" else receive, send)
