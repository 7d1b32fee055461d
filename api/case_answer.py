"""A case as lists, single answers and the stream give it out: the same members, plates as the role sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.config import JsonDict

from api.event_answer import Point
from api.masking import masked_members, shown_plate
from api.viewer import Permission, Role, Viewer
from supervision.case_steps import WORKING_ROLES
from supervision.cases.life import allowed_steps, is_critical
from supervision.cases.state import Actor
from supervision.casework import state_of
from supervision.kinds import kind_of
from supervision.masking import hides_reporter, without_reporter

Status = Literal["new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive"]
Source = Literal["event", "hotline", "patrol", "inbox"]
StepName = Literal[
    "acknowledge", "assign", "extend", "handle", "verify", "close", "send_back", "false_positive", "comment", "reopen",
    "call_back", "confirm_vehicle",
]  # fmt: skip

EXAMPLE: JsonDict = {
    "case_id": "3c1f0a52-7a8e-5d0c-8a56-5d3b0c1f9e77",
    "case_no": "2026-000123",
    "kind": "illegal_dumping",
    "severity": 3,
    "status": "assigned",
    "version": 3,
    "source": "event",
    "vehicle_id": "T1",
    "plate": "苏D12345",
    "company_id": "C1",
    "company_name": "安达运输",
    "district_id": "320412-07",
    "subject_kind": "vehicle",
    "subject_id": "T1",
    "position": {"type": "Point", "coordinates": [119.9712, 31.7721]},
    "start": "2026-05-01T13:20:10Z",
    "end": "2026-05-01T13:21:30Z",
    "opened_at": "2026-05-01T13:20:41Z",
    "due_at": "2026-05-02T13:20:41Z",
    "extended": False,
    "overdue": False,
    "assignee": "wang",
    "assignee_name": "王巡查",
    "events": ["8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11"],
    "comment_required": True,
    "paged": True,
    "updated_at": "2026-05-01T13:25:00Z",
    "change_no": 1234,
}


class Case(BaseModel):
    """The work on what was found or reported, until it is closed.

    Attributes:
        case_no: The number that people say.
        version: Grows with every step; a step names the version that its asker has seen.
        company_id: Of the truck when the case was opened.
        start: When what it is about began; `end` is null while it goes on.
        overdue: Late, or ended late.
        events: What the rules found of it.
        comment_required: Whoever ends it must say why.
        paged: False where everything was found so late that nobody is called for it.
        change_no: Grows with every change of any case.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    case_id: UUID
    case_no: str
    kind: str
    severity: int
    status: Status
    version: int
    source: Source
    vehicle_id: str | None
    plate: str | None
    company_id: str | None
    company_name: str | None
    district_id: str | None
    subject_kind: str
    subject_id: str | None
    position: Point | None
    start: AwareDatetime
    end: AwareDatetime | None
    opened_at: AwareDatetime
    due_at: AwareDatetime
    extended: bool
    overdue: bool
    assignee: str | None
    assignee_name: str | None
    events: list[UUID]
    comment_required: bool
    paged: bool
    updated_at: AwareDatetime
    change_no: int


class CaseStep(BaseModel):
    """A step that was taken; never changed afterwards.

    Attributes:
        by: Login of who took it, `records` where late records did; `reporter` where it was a citizen and the asker does
            not work cases.
        detail: What the step changed besides the status: assignee, new due time, reason, satisfaction, event.
    """

    step_no: int
    at: AwareDatetime
    by: str
    by_name: str
    step: str
    from_status: Status | None
    to_status: Status
    comment: str | None
    detail: dict[str, Any]
    photos: list[UUID]


class CaseCandidate(BaseModel):
    """A truck that was near the place of a report at about its time.

    Attributes:
        distance_m: How near it came. [m]
        at: When it was nearest.
        fixes: How many of its positions lie within the radius.
    """

    vehicle_id: str
    plate: str | None
    company_id: str | None
    distance_m: float
    at: AwareDatetime
    position: Point
    fixes: int


class WholeCase(Case):
    """A case with all that is known of it.

    Attributes:
        allowed_steps: Steps that the asker could take now.
        acknowledge_by: Until when it is to be taken up.
        step_due_at: When the next step is due, null once it has ended.
        rework: How often it was sent back or reopened.
        contact: How to reach the one who reported it; only for those who work cases.
        candidates: Of a report: trucks that were there.
    """

    steps: list[CaseStep]
    allowed_steps: list[StepName]
    acknowledge_by: AwareDatetime
    first_due_at: AwareDatetime
    step_due_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None
    assigned_at: AwareDatetime | None
    handled_at: AwareDatetime | None
    verified_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    extensions: int
    rework: int
    satisfaction: int | None
    false_reason: str | None
    description: str | None
    reported_plate: str | None
    contact: str | None
    reference: str | None
    candidates: list[CaseCandidate]


AS_THEY_ARE = (
    "case_id", "case_no", "kind", "severity", "status", "version", "source", "vehicle_id", "company_id", "company_name",
    "district_id", "subject_kind", "subject_id",
)  # fmt: skip
LATER = (
    "opened_at", "due_at", "extended", "overdue", "assignee", "assignee_name", "events", "paged", "updated_at",
    "change_no",
)  # fmt: skip
OF_THE_WHOLE = (
    "acknowledge_by", "first_due_at", "step_due_at", "acknowledged_at", "assigned_at", "handled_at", "verified_at",
    "ended_at", "extensions", "rework", "satisfaction", "false_reason", "description", "reference",
)  # fmt: skip


def actor_of(viewer: Viewer) -> Actor:
    """Return who takes a step."""
    may_work = viewer.may(Permission.WORK) and viewer.role in WORKING_ROLES
    return Actor(viewer.user_no, viewer.name, viewer.display_name, may_work, viewer.may(Permission.VERIFY))


def case_answer(row: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Return the members of `Case` from a row of `storage.queries.cases`."""
    return {
        **{name: row[name] for name in AS_THEY_ARE},
        "plate": shown_plate(viewer, row["plate"]),
        "position": _point(row["lon_deg"], row["lat_deg"]),
        "start": row["start_time"],
        "end": row["end_time"],
        "comment_required": row["severity"] >= 3 or kind_of(row["kind"]).critical,
        **{name: row[name] for name in LATER},
    }


def whole_case_answer(row: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Return the members of `WholeCase`."""
    state = state_of(row)
    anonymous = hides_reporter(row["source"], may_work=viewer.may(Permission.WORK))
    steps = [without_reporter(step) for step in row["steps"]] if anonymous else row["steps"]
    return {
        **case_answer(row, viewer),
        "comment_required": is_critical(state),
        **{name: row[name] for name in OF_THE_WHOLE},
        "steps": [masked_members(viewer, step) for step in steps],
        "reported_plate": shown_plate(viewer, row["reported_plate"]),
        "contact": row["contact"] if viewer.may(Permission.WORK) else None,
        "allowed_steps": allowed_steps(state, actor_of(viewer), datetime.now(UTC)),
        "candidates": [_candidate(found, viewer) for found in row["candidates"]] if _sees_others(viewer) else [],
    }


def _sees_others(viewer: Viewer) -> bool:
    """Tell whether trucks that merely drove by are shown: to a company they would be those of its rivals."""
    return viewer.role not in {Role.COMPANY, Role.ASSOCIATION}


def _candidate(row: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    return {
        "vehicle_id": row["vehicle_id"],
        "plate": shown_plate(viewer, row["plate"]),
        "company_id": row["company_id"],
        "distance_m": row["distance_m"],
        "at": row["at"],
        "position": _point(row["lon_deg"], row["lat_deg"]),
        "fixes": row["fixes"],
    }


def _point(lon_deg: float | None, lat_deg: float | None) -> dict[str, Any] | None:
    return None if lon_deg is None else {"type": "Point", "coordinates": (lon_deg, lat_deg)}
