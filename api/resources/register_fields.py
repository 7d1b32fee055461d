"""`/v1/register-fields`: what the registers are made of, for whoever builds a form, a table or a file of one."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.registers.answers import has_places
from api.registers.filters import filter_names
from api.registers.schemas import list_name
from api.viewer import Looker
from supervision.registers.fields import Field, Kind, Private
from supervision.registers.permit_life import COMMENTED, STEPS
from supervision.registers.table import ID_NAMES, REGISTERS, Geometry, Register

router = APIRouter(tags=["registers"])


class RegisterField(BaseModel):
    """One member of a register's items; `expected` says in words what a value must be."""

    name: str
    zh: str
    en: str
    kind: Kind
    unit: str | None
    required: bool
    choices: list[str]
    refers: str | None
    private: Private | None
    pattern: str | None
    least: float | None
    most: float | None
    example: Any
    expected: str


class RegisterDescription(BaseModel):
    """One register: its address is `/v1/{name}`, its items stand in `member` of a list."""

    name: str
    document: str
    member: str
    id_name: str
    zh: str
    en: str
    geometry: Geometry | None
    has_places: bool
    permission: Literal["register", "draw"]
    may_write: bool
    may_create: bool
    may_retire: bool
    filters: list[str]
    computed: list[str]
    fields: list[RegisterField]


class RegisterDescriptions(BaseModel):
    """All registers, and the steps of a permit that need a reason."""

    registers: list[RegisterDescription]
    permit_steps: list[str]
    commented_steps: list[str]


@cache
def described_registers() -> dict[str, Any]:
    """Return the descriptions; they change with the code alone."""
    return {
        "registers": [_described(register) for register in REGISTERS.values()],
        "permit_steps": list(STEPS),
        "commented_steps": sorted(COMMENTED),
    }


def _described(register: Register) -> dict[str, Any]:
    return {
        "name": register.name,
        "document": register.document,
        "member": list_name(register),
        "id_name": register.id_name,
        "zh": register.zh,
        "en": register.en,
        "geometry": register.geometry,
        "has_places": has_places(register),
        "permission": register.permission,
        "may_write": register.may_write,
        "may_create": register.may_create,
        "may_retire": register.may_create and register.name != "permits",
        "filters": filter_names(register),
        "computed": list(register.computed),
        "fields": [_described_field(field) for field in register.fields],
    }


def _described_field(field: Field) -> dict[str, Any]:
    plain = ("name", "zh", "en", "kind", "unit", "required", "private", "pattern", "least", "most", "example")
    # Documents are what fields refer to; who follows one needs the address.
    refers = None if field.refers is None else _ADDRESSES[field.refers]
    told = {"choices": list(field.choices), "refers": refers, "expected": field.expected()}
    return {name: getattr(field, name) for name in plain} | told


_ADDRESSES = {
    document: next(r.name for r in REGISTERS.values() if r.document == document and not r.only) for document in ID_NAMES
}


@router.get("/v1/register-fields", response_model=RegisterDescriptions, summary="What registers are made of")
async def register_fields(_viewer: Looker) -> Response:
    """Return each register with its fields: names in both languages, units, bounds, choices and references."""
    return json_answer(described_registers())
