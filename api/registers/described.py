"""Puts the registers' schemas, which no model holds, into the API's description."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.registers.schemas import register_schemas


def describe_registers(app: FastAPI) -> None:
    """Let the description of an app hold what the registers' routes refer to."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document["components"]["schemas"] |= register_schemas()
        return document

    app.openapi = openapi  # type: ignore[method-assign]
