"""What the API's description says of every operation: what a request must carry, and what refuses it before its route.

A route describes the errors that are its own; those of who asks, how often, with which parameters and how long a body
are the same everywhere and are added here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import FastAPI

from api.errors import (
    PROBLEMS,
    REFUSALS,
    BodyTooLargeError,
    BodyTooSlowError,
    NotLoggedInError,
    NotPermittedError,
    TooManyRequestsError,
    UnknownParameterError,
)
from api.recognition import COOKIE
from api.viewer import OPEN_METHODS, OPEN_PATHS

SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of `/v1/session`, or a key of `/v1/api-keys`.",
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by `/v1/session`, for browsers."},
}
ANYWHERE = (PROBLEMS[UnknownParameterError],)
NOT_OPEN = tuple(
    PROBLEMS[error] for error in (NotLoggedInError, NotPermittedError, TooManyRequestsError, psycopg.OperationalError)
)
WITH_A_BODY = (REFUSALS[HTTPStatus.BAD_REQUEST], PROBLEMS[BodyTooSlowError], PROBLEMS[BodyTooLargeError])


def describe_access(app: FastAPI) -> None:
    """Let the description of an app say so of every operation that is not open, and what any operation may answer."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        for path, item in document["paths"].items():
            for method, operation in item.items():
                is_open = path in OPEN_PATHS or (method.upper(), path) in OPEN_METHODS
                if not is_open:
                    operation["security"] = [{name: []} for name in SCHEMES]
                _add_problems(operation, is_open=is_open)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _add_problems(operation: dict[str, Any], *, is_open: bool) -> None:
    kinds = (*ANYWHERE, *(() if is_open else NOT_OPEN), *(WITH_A_BODY if "requestBody" in operation else ()))
    for kind in kinds:
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        given = operation["responses"].get(str(kind.status))
        # FastAPI's own says that there always is a list of errors, which only one of the problems of 422 has.
        if given is None or "HTTPValidationError" in str(given):
            operation["responses"][str(kind.status)] = {"description": kind.title, "content": content}
