"""`/v1/case-figures`: what bureaux are judged by, and how often a rule is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.errors import BadIntervalError, NaiveTimeError, problem_responses
from api.parameters import IntervalQuery
from api.services import ServicesDependency
from api.viewer import Looker
from storage.queries.case_figures import By, read_false_positives, read_figures
from supervision.cases.reasons import NOT_THE_RULES_FAULT, WITHDRAWN

router = APIRouter(tags=["cases"])


class CaseFigures(BaseModel):
    """Figures of some cases.

    Attributes:
        key: District, company or kind; null for cases of none, and for the total.
        closed_on_time: By the first due time; `closed_extended` later, by the extended one; `closed_late` after that.
        judged: Closed, and open but overdue; false positives and what still has time are not judged.
        closure_score: (1 x on time + 0.6 x extended + 0.3 x late) / judged; null where nothing is judged.
        closure_rate: Closed / judged.
        first_time: Closed without having been sent back or reopened; `first_time_share` of those closed.
        rework: Times that cases were sent back or reopened.
        satisfaction: Mean of call-backs, 1 to 5; `satisfied_share` are 4 and 5.
        median_acknowledge_s: From opening; assigning and handling from the step before; ending from opening. [s]
    """

    key: str | None
    name: str | None
    opened: int
    closed: int
    closed_on_time: int
    closed_extended: int
    closed_late: int
    false_positives: int
    open: int
    open_overdue: int
    judged: int
    closure_score: float | None
    closure_rate: float | None
    first_time: int
    first_time_share: float | None
    rework: int
    call_backs: int
    satisfaction: float | None
    satisfied_share: float | None
    median_acknowledge_s: float | None
    median_assign_s: float | None
    median_handle_s: float | None
    median_verify_s: float | None
    median_end_s: float | None


class CaseFiguresAnswer(BaseModel):
    """Figures of all cases opened in a range, and of each district, company or kind."""

    by: By
    total: CaseFigures
    figures: list[CaseFigures]


class RuleNoise(BaseModel):
    """How often a rule was right.

    Attributes:
        hits: Cases that it opened.
        valid: Closed as violations.
        undecided: Still open.
        false: No violation, by the fault of the rule, its settings or its data.
        withdrawn: Taken back by late records before anybody looked; not the rule's fault, not in `false`.
        reasons: How often each reason was given.
        false_share: false / (false + valid); null before anything is decided.
    """

    kind: str
    hits: int
    valid: int
    undecided: int
    false: int
    withdrawn: int
    reasons: dict[str, int]
    false_share: float | None


class RuleNoiseAnswer(BaseModel):
    """Every rule that opened a case in the range, the noisiest first."""

    rules: list[RuleNoise]


@router.get(
    "/v1/case-figures",
    response_model=CaseFiguresAnswer,
    summary="Closure, rework, satisfaction and times",
    responses=problem_responses(NaiveTimeError, BadIntervalError),
)
async def case_figures(
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    by: Annotated[By, Query(description="What a row is of.")] = "district",
) -> Response:
    """Return figures of the cases opened in the range that the asker sees."""
    query = partial(
        read_figures, by=by, viewer=viewer.user_no, start=interval.start, end=interval.end, now=datetime.now(UTC)
    )
    rows = await services.database.read(query)
    for row in rows:
        del row["is_total"]
    return json_answer({"by": by, "total": rows[0], "figures": rows[1:]})


@router.get(
    "/v1/case-figures/false-positives",
    response_model=RuleNoiseAnswer,
    summary="How often each rule was wrong, and why",
    responses=problem_responses(NaiveTimeError, BadIntervalError),
)
async def false_positives(services: ServicesDependency, viewer: Looker, *, interval: IntervalQuery) -> Response:
    """Return for each rule the cases that it opened in the range, and what became of them."""
    excused = sorted(NOT_THE_RULES_FAULT | {WITHDRAWN})
    query = partial(
        read_false_positives, viewer=viewer.user_no, start=interval.start, end=interval.end, excused=excused
    )
    return json_answer({"rules": await services.database.read(query)})
