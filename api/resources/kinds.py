"""`/v1/kinds`: words for kinds, severities, statuses and steps in Chinese and English, the same for every client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.viewer import Looker
from supervision.cases.reasons import EXTENSION_REASONS, FALSE_POSITIVE_REASONS, RECORDS_REASONS
from supervision.cases.words import SOURCES, STATUSES, STEPS
from supervision.kinds import GROUPS, KINDS, SEVERITIES, Words

router = APIRouter(tags=["cases"])


class NamedWord(BaseModel):
    """A code and its words."""

    name: str
    zh: str
    en: str


class NamedSeverity(BaseModel):
    """A severity and its words."""

    severity: int
    zh: str
    en: str


class KindRow(BaseModel):
    """A kind of event or case.

    Attributes:
        severity: As it usually is.
        due_h: A case is to be closed this long after it was opened. [h]
        acknowledge_min: And taken up this long after. [min]
        merge_min: A later event of the same truck within this time joins the open case. [min]
        critical: Whoever ends such a case must say why.
    """

    kind: str
    zh: str
    en: str
    group: str
    severity: int
    due_h: float
    acknowledge_min: int
    merge_min: int
    critical: bool


class Kinds(BaseModel):
    """Every word that cases use.

    Attributes:
        records_reasons: Why a case ended as false without anybody's deed; no step takes them.
    """

    kinds: list[KindRow]
    groups: list[NamedWord]
    severities: list[NamedSeverity]
    statuses: list[NamedWord]
    steps: list[NamedWord]
    sources: list[NamedWord]
    false_positive_reasons: list[NamedWord]
    records_reasons: list[NamedWord]
    extension_reasons: list[NamedWord]


def named(words: Mapping[str, Words]) -> list[dict[str, Any]]:
    """Return a table of words as JSON."""
    return [{"name": name, "zh": word.zh, "en": word.en} for name, word in words.items()]


# The tables are constants of this release.
ANSWER = {
    "kinds": [asdict(row) for row in KINDS],
    "groups": named(GROUPS),
    "severities": [{"severity": severity, "zh": word.zh, "en": word.en} for severity, word in SEVERITIES.items()],
    "statuses": named(STATUSES),
    "steps": named(STEPS),
    "sources": named(SOURCES),
    "false_positive_reasons": named(FALSE_POSITIVE_REASONS),
    "records_reasons": named(RECORDS_REASONS),
    "extension_reasons": named(EXTENSION_REASONS),
}


@router.get("/v1/kinds", response_model=Kinds, summary="Words for kinds, statuses and steps")
async def kinds(viewer: Looker) -> Response:  # noqa: ARG001 - for whoever may look
    """Return every kind with its words, urgency and time limits; kinds never change their name."""
    return json_answer(ANSWER)
