"""How the API's description tells what a request must carry: a bearer token or key, or the console's cookie."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

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


def describe_access(app: FastAPI) -> None:
    """Let the description of an app say so of every operation that is not open."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if path not in OPEN_PATHS and (method.upper(), path) not in OPEN_METHODS:
                    operation["security"] = [{name: []} for name in SCHEMES]
        return document

    app.openapi = openapi  # type: ignore[method-assign]
