"""The longest request that is read: a request is held in memory as a whole before anybody looks at it."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Settings have at most 40,000 bytes on the wire; escaped and indented they are three times that.
BODY_MOST_BYTES = 256 * 1024
# By the beginning of a path: files of registers, 20,000 trucks of 500 bytes, or the outlines of a city's districts.
LONGER_BODY_BYTES = {
    "/v1/imports/": 16 * 1024 * 1024,
    # A photo of a telephone; a report with two of them.
    "/v1/photos": 13 * 1024 * 1024,
    "/v1/reports": 25 * 1024 * 1024,
}


class LimitBody:
    """ASGI middleware that stops reading a body where it becomes too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body as it is read."""
        size = 0
        path = scope.get("path", "")
        most = next((most for start, most in LONGER_BODY_BYTES.items() if path.startswith(start)), BODY_MOST_BYTES)

        async def counted_receive() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                detail = f"expected a body of at most {most} bytes, got more"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, counted_receive if scope["type"] == "http" else receive, send)
