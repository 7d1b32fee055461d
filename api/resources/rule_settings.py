"""`/v1/rule-settings`: the limits that the rules judge by, changed as a whole, and tried on the past before.

A change counts from the next batch on; what was found before stays unless somebody judges the past again
(`muckline rejudge`). A trial writes nothing but its own result.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from api.answers import json_answer
from api.audit import noted
from api.errors import (
    BadIntervalError,
    BadLimitsError,
    RangeTooLongError,
    TrialNotFoundError,
    problem_responses,
)
from api.parameters import Name
from api.services import Services, ServicesDependency
from api.times import EnteredTime
from api.viewer import Looker, Permission, Tuner, Viewer
from storage.errors import LimitsChanged, LimitsRefused, TooManyTrials
from storage.queries.rule_settings import (
    read_limit_changes,
    read_limits_in_force,
    read_permit_limits,
    read_trials,
)
from storage.registers.authorship import Author
from storage.revisions import revision_of
from storage.rule_limits import ask_for_trial, set_limits
from supervision.kinds import BY_KIND
from supervision.rules.origins import origins_of
from supervision.rules.parameter_words import unit_words_of, words_of
from supervision.rules.parameters import PARAMETERS, Parameter, faults_in

router = APIRouter(tags=["rules"])

DAYS_MOST = 60  # what terminals may still send: further back nothing changes any more
FIRST_YEAR = 2000  # no terminal sent anything before
TRIALS_SHOWN = 20
NAMED_FAULTS = 20
_SETTINGS: JsonDict = {"type": "object", "additionalProperties": {"type": "number"}}
_BY_ID: JsonDict = {"type": "object", "additionalProperties": _SETTINGS}
# What no limit can be is told by `faults_in`, with the name of each.
_DOCUMENT = WithJsonSchema({"type": "object", "properties": {"city": _SETTINGS, "sites": _BY_ID, "companies": _BY_ID}})
KeptLimits = Annotated[dict[str, Any], _DOCUMENT]
Limits = Annotated[
    dict[str, Any],
    _DOCUMENT,
    Field(
        description="As limits.json: `city`, and by id `sites` and `companies`; settings in SI units.",
        examples=[{"city": {"overspeed.hold_s": 20}, "sites": {"S01": {"route_deviation.hold_s": 90}}}],
    ),
]

# Of any unit: thirty years in seconds. What is larger overflows where it is counted in milliseconds.
LARGEST = 1e9


class ParameterAnswer(BaseModel):
    """One setting of a rule.

    Attributes:
        name_zh: What people call it; likewise `name_en`.
        kinds: Events that it decides; none for what all rules stand on.
        unit: Empty for a count; `unit_zh` and `unit_en` name what is counted too.
        city: What the city says, null where the default holds.
    """

    name: str
    name_zh: str
    name_en: str
    kinds: list[str]
    unit: str
    unit_zh: str
    unit_en: str
    default: float
    city: float | None


class GivenLimit(BaseModel):
    """One limit that somebody set; of several of one name the narrowest holds: city < site < company < permit.

    Attributes:
        id: Of the site, company or permit; null for the city.
        by: Who set it to this value, null where that is not on record, or is not the asker's to know.
    """

    name: str
    level: Literal["city", "site", "company", "permit"]
    id: str | None
    value: float
    by: str | None
    at: AwareDatetime | None
    reason: str | None


class RuleSettings(BaseModel):
    """Every setting, and the document in force.

    Attributes:
        given: Who set what at which level.
        revision: To be given with a change.
    """

    parameters: list[ParameterAnswer]
    given: list[GivenLimit]
    limits: KeptLimits
    revision: str


class LimitsOrder(BaseModel):
    """The whole document as it is to be.

    Attributes:
        expected_revision: Of the document that the author saw.
    """

    model_config = ConfigDict(extra="forbid")

    limits: Limits
    expected_revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=r"^[^\x00]+$")
    ]


class TrialOrder(BaseModel):
    """Limits to be tried on the last days, or on a range.

    Attributes:
        kinds: Only events of these kinds; all where empty.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"limits": {"city": {"overspeed.hold_s": 20}}, "days": 7, "kinds": ["overspeed"]}
        },
    )

    limits: Limits
    days: Annotated[float, Field(gt=0, le=DAYS_MOST)] = 7
    from_time: EnteredTime | None = None
    to_time: EnteredTime | None = None
    kinds: Annotated[list[Name], Field(max_length=50)] = []

    @model_validator(mode="after")
    def fits(self) -> TrialOrder:
        """Refuse a range in the wrong order and kinds that no rule tells."""
        if self.from_time is not None and self.to_time is not None and self.to_time <= self.from_time:
            raise ValueError("expected to_time after from_time")
        if strange := sorted(set(self.kinds) - set(BY_KIND)):
            raise ValueError(f"expected kinds of events, got {', '.join(strange)}")
        return self


class TrialCounts(BaseModel):
    """How many of a kind would be otherwise; `trip` is one too."""

    kind: str
    appears: int
    vanishes: int
    changes: int


class TrialChange(BaseModel):
    """One event or trip that would be otherwise."""

    change: Literal["appears", "vanishes", "changes"]
    vehicle_id: str
    kind: str
    id: str
    start: AwareDatetime
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class TrialResult(BaseModel):
    """What limits would change on the days that they were tried on."""

    changes: int
    kinds: list[TrialCounts]
    first: list[TrialChange]


class Trial(BaseModel):
    """A trial and what it would have changed.

    Attributes:
        result: `kinds` counts what appears, vanishes and changes; `first` are the first 500 changes.
        error: Why there is no result.
    """

    trial_id: UUID
    asked_by: str
    asked_at: AwareDatetime
    from_time: AwareDatetime
    to_time: AwareDatetime
    kinds: list[str]
    status: Literal["waiting", "running", "done", "failed"]
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    limits: KeptLimits
    result: TrialResult | None
    error: str | None


class Trials(BaseModel):
    """The newest trials."""

    trials: list[Trial]


@router.get("/v1/rule-settings", response_model=RuleSettings, summary="Settings of the rules")
async def settings(services: ServicesDependency, viewer: Looker) -> Response:
    """Return every setting with its default and what is in force; of companies a company sees its own alone."""
    limits = await services.database.read(read_limits_in_force)
    revision = revision_of(limits)
    if viewer.company_id is not None:
        own = {name: given for name, given in (limits.get("companies") or {}).items() if name == viewer.company_id}
        limits = limits | {"companies": own}
    city = limits.get("city") or {}
    parameters = [_shown(parameter) | {"city": city.get(parameter.name)} for parameter in PARAMETERS.values()]
    given = await _given(services, viewer, limits)
    return json_answer({"parameters": parameters, "limits": limits, "given": given, "revision": revision})


def _shown(parameter: Parameter) -> dict[str, Any]:
    words, unit = words_of(parameter.name), unit_words_of(parameter.name)
    told = {"name": parameter.name, "name_zh": words.zh, "name_en": words.en, "kinds": parameter.kinds}
    return told | {"unit": parameter.unit, "unit_zh": unit.zh, "unit_en": unit.en, "default": parameter.default}


async def _given(services: Services, viewer: Viewer, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """Return who set what; a company is not told who of the bureau did."""
    origins = origins_of(limits, await services.database.read(read_limit_changes))
    given = [asdict(origin) for origin in origins]
    for permit in await services.database.read(partial(read_permit_limits, viewer=viewer.user_no)):
        who = {"level": "permit", "id": permit["permit_id"], "by": permit["who"]}
        who |= {"at": permit["at"], "reason": permit["reason"]}
        given += [{"name": name, "value": value} | who for name, value in permit["limits"].items()]
    return given if viewer.may(Permission.TUNE) else [one | {"by": None, "reason": None} for one in given]


@router.put(
    "/v1/rule-settings",
    response_model=RuleSettings,
    summary="Change settings of the rules",
    responses=problem_responses(BadLimitsError, LimitsRefused, LimitsChanged),
)
async def change(services: ServicesDependency, viewer: Tuner, order: LimitsOrder) -> Response:
    """Put a document of limits in force, in the place of the one that the author saw."""
    refuse_faults(order.limits)
    author = Author(viewer.name, viewer.user_no, "console", order.reason)
    await services.writer.write(
        partial(set_limits, limits=order.limits, expected=order.expected_revision, author=author)
    )
    await noted(services, viewer, "change_limits", "limits", "city", detail={"reason": order.reason})
    return await settings(services, viewer)


@router.post(
    "/v1/rule-trials",
    status_code=202,
    response_model=Trial,
    summary="Try settings on the past",
    responses=problem_responses(BadLimitsError, BadIntervalError, RangeTooLongError, LimitsRefused, TooManyTrials),
)
async def ask(services: ServicesDependency, viewer: Tuner, order: TrialOrder) -> Response:
    """Let the worker judge the past by these limits and say what would appear, vanish and change."""
    refuse_faults(order.limits)
    now, trial_id = datetime.now(UTC), uuid.uuid4()
    from_time, to_time = span_of(order, now)
    write = partial(
        ask_for_trial,
        trial_id=trial_id,
        limits=order.limits,
        span=(from_time, to_time),
        kinds=order.kinds,
        asked_by=viewer.name,
        now=now,
    )
    await services.writer.write(write)
    await noted(services, viewer, "try_limits", "rule_trial", str(trial_id))
    return json_answer(await _one(services, viewer, trial_id), status=202)


@router.get("/v1/rule-trials", response_model=Trials, summary="Trials of settings")
async def trials(services: ServicesDependency, viewer: Tuner) -> Response:  # noqa: ARG001 - whoever may tune
    """Return the newest trials."""
    return json_answer({"trials": await services.database.read(partial(read_trials, limit=TRIALS_SHOWN))})


@router.get(
    "/v1/rule-trials/{trial_id}",
    response_model=Trial,
    summary="One trial of settings",
    responses=problem_responses(TrialNotFoundError),
)
async def trial(
    services: ServicesDependency, viewer: Tuner, trial_id: Annotated[UUID, Path(description="The trial.")]
) -> Response:
    """Return a trial and its result, once it has one."""
    return json_answer(await _one(services, viewer, trial_id))


def span_of(order: TrialOrder, now: datetime) -> tuple[datetime, datetime]:
    """Return the range of a trial.

    Raises:
        RangeTooLongError: It is longer than the past that a trial may judge.
        BadIntervalError: It ends before it begins, or before there were records.
    """
    to_time = order.to_time or now
    if to_time.year < FIRST_YEAR:
        raise BadIntervalError(f"expected a range since {FIRST_YEAR}, got one until {to_time.isoformat()}")
    from_time = order.from_time or to_time - timedelta(days=order.days)
    if from_time >= to_time:
        raise BadIntervalError(f"expected from_time before {to_time.isoformat()}, got {from_time.isoformat()}")
    if to_time - from_time > timedelta(days=DAYS_MOST):
        raise RangeTooLongError(f"expected up to {DAYS_MOST} days, got {(to_time - from_time).days}")
    return from_time, to_time


def _largest(value: Any) -> float:
    """Return the largest number that stands anywhere in a document, whatever its sign."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0.0)
    return abs(value) if isinstance(value, int | float) else 0.0


def refuse_faults(limits: dict[str, Any]) -> None:
    """Raise BadLimitsError where a setting is none."""
    faults = faults_in(limits)
    if not faults and _largest(limits) > LARGEST:
        raise BadLimitsError(f"expected numbers of at most {LARGEST:.0e}, got a larger one")
    if faults:
        said = "; ".join(
            f"{fault.where}: expected {fault.expected}, got {fault.got}" for fault in faults[:NAMED_FAULTS]
        )
        more = f"; and {len(faults) - NAMED_FAULTS} more" if len(faults) > NAMED_FAULTS else ""
        raise BadLimitsError(said + more)


async def _one(services: ServicesDependency, viewer: Viewer, trial_id: UUID) -> dict[str, Any]:  # noqa: ARG001
    rows = await services.database.read(partial(read_trials, trial_id=trial_id, limit=1))
    if not rows:
        raise TrialNotFoundError(f"expected a trial, got {trial_id}")
    return rows[0]
