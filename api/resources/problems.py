"""`/problems`: what the `type` of a problem means, so that the address in an error leads somewhere."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from api.errors import PROBLEM_URI, PROBLEMS, REFUSALS

router = APIRouter(tags=["operation"])


class ProblemMeaning(BaseModel):
    """One kind of problem."""

    type: str
    status: int
    title: str
    title_zh: str


MEANINGS = {
    kind.name: ProblemMeaning(
        type=PROBLEM_URI.format(type=kind.name), status=kind.status, title=kind.title, title_zh=kind.title_zh
    )
    for kind in (*PROBLEMS.values(), *REFUSALS.values())
}


@router.get("/problems", summary="Every problem this API answers with")
async def problems() -> list[ProblemMeaning]:
    """Return the table of problems."""
    return list(MEANINGS.values())


@router.get("/problems/{name}", summary="What one problem means")
async def problem(name: str) -> ProblemMeaning:
    """Return one row of the table of problems."""
    if name not in MEANINGS:
        raise HTTPException(404, f"expected one of {', '.join(MEANINGS)}, got {name}")
    return MEANINGS[name]
