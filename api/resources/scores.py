"""`/v1/scores`: what companies, trucks and drivers lost of their points, why, and what was objected to.

The table of points is the bureau's; deductions follow closed cases by themselves, and what an upheld appeal or a case
found false gives back is an entry of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from psycopg import Connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, PhotoNotFoundError, problem_responses
from api.masking import shown_driver, shown_plate
from api.pages import decode_cursor, name_part, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.resources.photos import refuse_strange
from api.revisions import Revision
from api.services import ServicesDependency
from api.times import EnteredTime
from api.viewer import Appellant, Looker, Tuner, Verifier, Viewer
from storage.errors import AppealedAlready, DecidedAlready, EditedMeanwhile, UnknownEntry
from storage.queries.city import city_now
from storage.queries.scores import (
    read_entries,
    read_point_history,
    read_points,
    read_points_revision,
    read_ranking,
)
from storage.scores import appeal as write_appeal
from storage.scores import decide, set_points
from supervision.kinds import BY_KIND
from supervision.scores.points import BASE, SubjectKind, default_points

router = APIRouter(tags=["scores"])

HISTORY_MOST = 500
LongText = Annotated[
    str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True, pattern=r"^[^\x00]+$")
]
SubjectQuery = Annotated[SubjectKind, Query(description="Of companies, trucks or drivers.")]
EntryNo = Annotated[int, Path(ge=1, lt=2**63, description="The entry of the ledger.")]


class Score(BaseModel):
    """A year's points of one subject.

    Attributes:
        base: What the year began with.
        left: What is left of it; below zero where more was lost.
        deductions: That stand.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "subject_kind": "company",
                "subject_id": "C1",
                "name": "恒达渣土运输有限公司",
                "company_id": "C1",
                "base": 100.0,
                "deducted": 13.0,
                "left": 87.0,
                "deductions": 3,
                "open_appeals": 1,
            }
        }
    )

    subject_kind: SubjectKind
    subject_id: str
    name: str | None
    company_id: str | None
    base: float
    deducted: float
    left: float
    deductions: int
    open_appeals: int


class ScorePage(BaseModel):
    """Subjects, those that lost most first."""

    year: int
    scores: list[Score]
    next: str | None


class ScoreEntry(BaseModel):
    """One line of the ledger.

    Attributes:
        points: Deducted; negative where given back.
        reverses: The entry that this one gives back.
        reversed_by: The entry that gave this one back.
    """

    entry_no: int
    at: AwareDatetime
    event_time: AwareDatetime
    subject_kind: SubjectKind
    subject_id: str
    name: str | None
    points: float
    case_id: UUID | None
    case_no: str | None
    kind: str | None
    reverses: int | None
    reversed_by: int | None
    reason: str
    by: str
    appeal_no: int | None
    appeal_text: str | None
    appealed_at: AwareDatetime | None
    appeal_upheld: bool | None
    decision: str | None


class ScoreEntryPage(BaseModel):
    """The ledger, newest first."""

    entries: list[ScoreEntry]
    next: str | None


class PointRow(BaseModel):
    """What a kind of case costs one subject; of kind `base`, what a year begins with."""

    kind: str
    subject_kind: SubjectKind
    points: float
    default_points: float
    from_time: AwareDatetime | None
    by: str | None
    reason: str | None


class PastEdit(BaseModel):
    """A cell of the table as somebody put it in force."""

    point_rule_no: int
    kind: str
    subject_kind: SubjectKind
    points: float
    from_time: AwareDatetime
    by: str
    reason: str
    at: AwareDatetime


class AppealTaken(BaseModel):
    """An objection that waits for its decision."""

    appeal_no: int
    entry_no: int


class AppealDecided(BaseModel):
    """What became of an objection."""

    appeal_no: int
    upheld: bool
    reason: str


class PointTable(BaseModel):
    """The table in force, and its newest edits.

    Attributes:
        revision: To be named by who edits the table.
    """

    points: list[PointRow]
    edits: list[PastEdit]
    revision: Revision


class PointEdit(BaseModel):
    """One cell of the table."""

    model_config = ConfigDict(extra="forbid")

    kind: Name
    subject_kind: SubjectKind
    points: Annotated[float, Field(ge=0, le=1000)]

    @field_validator("kind")
    @classmethod
    def known(cls, kind: str) -> str:
        """Refuse what no case is of: it would never cost anything."""
        if kind != BASE and kind not in BY_KIND:
            raise ValueError(f"expected a kind of /v1/kinds or {BASE!r}, got {kind!r}")
        return kind


class PointEdits(BaseModel):
    """Cells that change together.

    Attributes:
        from_time: When they come into force; now where absent. Events before keep what held then.
        expected_revision: Of the table that the author saw; absent where nobody had edited it.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "points": [{"kind": "illegal_dumping", "subject_kind": "company", "points": 20}],
                "reason": "渝城管发〔2026〕12号",
            }
        },
    )

    points: Annotated[list[PointEdit], Field(min_length=1, max_length=500)]
    from_time: EnteredTime | None = None
    reason: LongText
    expected_revision: Revision | None = None


class AppealOrder(BaseModel):
    """An objection to a deduction."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "当时车辆在维修厂", "photos": []}})

    text: LongText
    photos: Annotated[list[UUID], Field(max_length=10)] = []


class AppealDecision(BaseModel):
    """What the bureau says to it; upheld gives the points back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"upheld": True, "reason": "维修单属实"}})

    upheld: bool
    reason: LongText


@router.get(
    "/v1/scores",
    response_model=ScorePage,
    summary="Scores of a year",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def scores(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    subject_kind: SubjectQuery = "company",
    year: Annotated[int | None, Query(ge=2000, le=2199, description="This year unless told.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return companies, trucks or drivers with what they lost this year, those that lost most first."""
    now = await services.database.read(city_now)
    chosen = year or now.year
    span = (datetime(chosen, 1, 1, tzinfo=now.tzinfo), datetime(chosen + 1, 1, 1, tzinfo=now.tzinfo))
    key = decode_cursor(cursor, (_points_part, name_part))
    before = None if key is None else (key[0], key[1])
    query = partial(
        read_ranking, viewer=viewer.user_no, subject_kind=subject_kind, year=span, before=before, limit=limit
    )
    rows = await services.database.read(query)
    table = await services.database.read(
        partial(read_points, defaults=default_points(), at=min(datetime.now(UTC), span[1]))
    )
    base = next(row["points"] for row in table if (row["kind"], row["subject_kind"]) == (BASE, subject_kind))
    link = next_link(request, rows, limit, lambda row: (row["deducted"], row["subject_id"]))
    answers = [_named(viewer, row) | {"base": base, "left": base - row["deducted"]} for row in rows]
    return json_answer({"year": chosen, "scores": answers, "next": link})


@router.get(
    "/v1/scores/entries",
    response_model=ScoreEntryPage,
    summary="The ledger of deductions",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def entries(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    subject_kind: Annotated[SubjectKind | None, Query(description="Only of companies, trucks or drivers.")] = None,
    subject_id: Annotated[Name | None, Query(description="Only of this one.")] = None,
    appealed: Annotated[bool, Query(description="Only with an appeal that waits for its decision.")] = False,
    interval: IntervalQuery,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return deductions and what was given back, newest first, with appeals and decisions."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_entries,
        viewer=viewer.user_no,
        subject_kind=subject_kind,
        subject_id=subject_id,
        interval=(interval.start, interval.end),
        appealed=appealed,
        before=None if key is None else key[0],
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["entry_no"],))
    return json_answer({"entries": [_named(viewer, row) for row in rows], "next": link})


@router.post(
    "/v1/scores/entries/{entry_no}/appeal",
    status_code=201,
    response_model=AppealTaken,
    summary="Object to a deduction",
    responses=problem_responses(UnknownEntry, AppealedAlready, PhotoNotFoundError),
)
async def appeal(services: ServicesDependency, viewer: Appellant, entry_no: EntryNo, order: AppealOrder) -> Response:
    """Take an objection; each deduction has one at most."""
    appeal_no = await services.writer.write(partial(_appeal, viewer=viewer, entry_no=entry_no, order=order))
    await noted(services, viewer, "appeal", "score_entry", str(entry_no), detail={"appeal_no": appeal_no})
    return json_answer({"appeal_no": appeal_no, "entry_no": entry_no}, status=201)


def _appeal(connection: Connection, *, viewer: Viewer, entry_no: int, order: AppealOrder) -> int:
    with connection.transaction():
        refuse_strange(connection, order.photos, viewer.user_no)
        return write_appeal(
            connection,
            entry_no,
            viewer=viewer.user_no,
            by_name=viewer.name,
            text=order.text,
            photos=order.photos,
            now=datetime.now(UTC),
        )


@router.post(
    "/v1/appeals/{appeal_no}/decision",
    status_code=201,
    response_model=AppealDecided,
    summary="Decide an appeal",
    responses=problem_responses(UnknownEntry, DecidedAlready),
)
async def decision(
    services: ServicesDependency, viewer: Verifier, appeal_no: EntryNo, order: AppealDecision
) -> Response:
    """Decide once; an upheld objection gives the points back."""
    write = partial(
        decide,
        appeal_no=appeal_no,
        viewer=viewer.user_no,
        by_name=viewer.name,
        upheld=order.upheld,
        reason=order.reason,
        now=datetime.now(UTC),
    )
    decided = await services.writer.write(write)
    await noted(services, viewer, "decide_appeal", "appeal", str(appeal_no), detail={"upheld": order.upheld})
    return json_answer(decided, status=201)


@router.get("/v1/point-table", response_model=PointTable, summary="What each kind of case costs")
async def point_table(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - whoever may look
    """Return the table of points in force and its edits, newest first."""
    now = datetime.now(UTC)
    table = await services.database.read(partial(read_points, defaults=default_points(), at=now))
    edits = await services.database.read(partial(read_point_history, limit=HISTORY_MOST))
    revision = await services.database.read(read_points_revision)
    return json_answer({"points": table, "edits": edits, "revision": revision})


@router.put(
    "/v1/point-table",
    response_model=PointTable,
    summary="Change what kinds of cases cost",
    responses=problem_responses(EditedMeanwhile),
)
async def change_points(services: ServicesDependency, viewer: Tuner, edits: PointEdits) -> Response:
    """Put cells of the table in force from a time on; what was deducted before stays."""
    rows = [(edit.kind, edit.subject_kind, edit.points) for edit in edits.points]
    write = partial(
        set_points,
        rows=rows,
        from_time=edits.from_time or datetime.now(UTC),
        by_name=viewer.name,
        reason=edits.reason,
        expected=edits.expected_revision,
        defaults=default_points(),
    )
    await services.writer.write(write)
    await noted(services, viewer, "edit_points", "point_table", "city", detail=edits.model_dump(mode="json"))
    return await point_table(services, viewer)


def _points_part(part: Any) -> float:
    if isinstance(part, bool) or not isinstance(part, int | float):
        raise ValueError(f"expected points, got {part!r}")
    return float(part)


SHOWN = {"vehicle": shown_plate, "driver": shown_driver}


def _named(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    shown = SHOWN.get(row["subject_kind"])
    return row if shown is None else row | {"name": shown(viewer, row["name"])}
