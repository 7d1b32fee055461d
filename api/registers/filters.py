"""Filters of a register's list, made of its description: what has words to choose from, and what refers to others."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.parameters import Name
from supervision.registers.fields import Field
from supervision.registers.table import Register


def filtered(register: Register, *, without: frozenset[str] = frozenset()) -> Any:
    """Return the dependency that reads a list's filters into the members that its items must have."""
    fields = [field for field in register.fields if _is_filter(field) and field.name not in without]

    def read(**given: str | None) -> dict[str, str]:
        return dict(register.only) | {name: value for name, value in given.items() if value is not None}

    # FastAPI reads the signature, for the description and for what a request may say.
    parameters = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_type(f)) for f in fields
    ]
    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return Depends(read)


def _is_filter(field: Field) -> bool:
    return field.kind == "choice" or (field.refers is not None and field.kind == "text")


def _type(field: Field) -> Any:
    words = Literal[field.choices] if field.choices else Name
    return Annotated[words | None, Query(description=f"Only of this one. {field.en} ({field.zh}).")]
