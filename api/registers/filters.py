"""Filters of a register's list, made of its description: what has words to choose from, and what refers to others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.parameters import Name
from supervision.registers.fields import Field
from supervision.registers.table import Register


@dataclass(frozen=True, slots=True)
class _Filter:
    """One parameter of a list, and the members that its value stands for."""

    name: str
    type: Any
    members: Callable[[str], dict[str, Any]]


def filtered(register: Register) -> Any:
    """Return the dependency that reads a list's filters into the members that its items must have."""
    filters = {each.name: each for each in (*_own(register), *_MORE.get(register.name, ()))}

    def read(**given: str | None) -> dict[str, Any]:
        wanted: dict[str, Any] = dict(register.only)
        for name, value in given.items():
            if value is not None:
                wanted |= filters[name].members(value)
        return wanted

    # FastAPI reads the signature, for the description and for what a request may say.
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(f.name, keyword, default=None, annotation=f.type) for f in filters.values()]
    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return Depends(read)


def filter_names(register: Register) -> list[str]:
    """Return the names of a list's filters."""
    return list({each.name: None for each in (*_own(register), *_MORE.get(register.name, ()))})


def _own(register: Register) -> Iterator[_Filter]:
    for field in register.fields:
        if field.kind == "choice" or (field.refers is not None and field.kind == "text"):
            yield _Filter(field.name, _type(field), partial(_equal, field.name))
        elif field.kind == "ids" and field.name != "vehicle_ids":  # trucks of permits: also those of its company
            yield _Filter(field.name.removesuffix("s"), _type(field), partial(_one_of, field.name))


def _equal(name: str, value: str) -> dict[str, Any]:
    return {name: value}


def _one_of(name: str, value: str) -> dict[str, Any]:
    return {name: [value]}


def _type(field: Field) -> Any:
    words = Literal[field.choices] if field.choices else Name
    return Annotated[words | None, Query(description=f"Only of this one. {field.en} ({field.zh}).")]


_DRIVES = Annotated[Name | None, Query(description="Only who drives or drove this truck.")]
_MORE = {"drivers": (_Filter("vehicle_id", _DRIVES, lambda value: {"assignments": [{"vehicle_id": value}]}),)}
