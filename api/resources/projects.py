"""`/v1/projects`: key projects (metro stations, say) with their own fleet, mark and board."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.answers import json_answer
from api.audit import noted
from api.errors import BadIntervalError, ProjectNotFoundError, RangeTooLongError, problem_responses
from api.parameters import IntervalQuery, Name
from api.revisions import Revision, with_revision
from api.services import Services, ServicesDependency
from api.times import EnteredTime, earlier
from api.viewer import Looker, Registrar, Viewer
from storage.errors import EditedMeanwhile, UnknownPaper
from storage.papers import PROJECT_EDITED, Project, set_project
from storage.queries.papers import read_board, read_projects

router = APIRouter(tags=["projects"])

PROJECTS_MOST = 1_000  # a city has dozens
BOARD_DAYS_MOST = 366
DEFAULT_BOARD = timedelta(days=30)
ProjectId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
ProjectPath = Annotated[ProjectId, Path(description="The project.", examples=["metro-6-hutang"])]
EXAMPLE: dict[str, Any] = {
    "name": "地铁6号线湖塘站",
    "mark": "#c026d3",
    "site_ids": ["S03"],
    "vehicle_ids": ["T1", "T2"],
    "from_time": "2026-01-01T00:00:00+08:00",
    "to_time": None,
    "in_use": True,
}


class ProjectOrder(BaseModel):
    """What a project is to be.

    Attributes:
        mark: Colour of its trucks on the map.
        in_use: False takes it off the list.
        expected_revision: Of the project that the author saw; absent for a new one.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00]+$")]
    mark: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] = "#c026d3"
    site_ids: Annotated[list[Name], Field(max_length=200)] = []
    vehicle_ids: Annotated[list[Name], Field(max_length=5_000)] = []
    from_time: EnteredTime | None = None
    to_time: EnteredTime | None = None
    in_use: bool = True
    expected_revision: Revision | None = None

    @model_validator(mode="after")
    def in_order(self) -> ProjectOrder:
        """Refuse a project that ends before it begins."""
        if self.from_time is not None and self.to_time is not None and self.to_time <= self.from_time:
            raise ValueError("expected to_time after from_time")
        return self


class ProjectAnswer(BaseModel):
    """A project as it is now.

    Attributes:
        revision: To be named by who defines it anew.
    """

    project_id: str
    name: str
    mark: str
    site_ids: list[str]
    vehicle_ids: list[str]
    from_time: AwareDatetime | None
    to_time: AwareDatetime | None
    in_use: bool
    changed_at: AwareDatetime
    by: str
    revision: Revision


class ProjectList(BaseModel):
    """Projects in use."""

    projects: list[ProjectAnswer]


class BoardDay(BaseModel):
    """One day of a project.

    Attributes:
        load_kg: Weighed at the gate where it was, else by the truck's own sensor.
        missing: Loads that were dumped or lost.
    """

    day: date
    trips: int
    load_kg: float
    delivered: int
    missing: int
    trucks: int
    cases: int


class Board(BaseModel):
    """What a project's sites and trucks did."""

    project: ProjectAnswer
    days: list[BoardDay]


@router.get("/v1/projects", response_model=ProjectList, summary="Key projects")
async def projects(services: ServicesDependency, viewer: Looker) -> Response:
    """Return projects with a site or truck in the viewer's sight."""
    query = partial(read_projects, viewer=viewer.user_no, limit=PROJECTS_MOST)
    rows = await services.database.read(query)
    return json_answer({"projects": [with_revision(row, PROJECT_EDITED) for row in rows]})


@router.put(
    "/v1/projects/{project_id}",
    response_model=ProjectAnswer,
    summary="Define a project",
    responses=problem_responses(UnknownPaper, EditedMeanwhile),
)
async def define(
    services: ServicesDependency, viewer: Registrar, project_id: ProjectPath, order: ProjectOrder
) -> Response:
    """Put a project in the place of what it was; earlier versions stay in the book."""
    wanted = order.model_dump(exclude={"expected_revision"})
    project = Project(project_id=project_id, **wanted)
    define_it = partial(set_project, project=project, by_name=viewer.name, expected=order.expected_revision)
    await services.writer.write(define_it)
    await noted(
        services,
        viewer,
        "define_project",
        "project",
        project_id,
        detail=order.model_dump(mode="json", exclude={"expected_revision"}),
    )
    if not order.in_use:
        now = {"project_id": project_id, "changed_at": datetime.now(UTC), "by": viewer.name}
        return json_answer(now | with_revision(wanted, PROJECT_EDITED))
    return json_answer(await _one(services, viewer, project_id))


@router.get(
    "/v1/projects/{project_id}/board",
    response_model=Board,
    summary="What a project's sites and trucks did",
    responses=problem_responses(ProjectNotFoundError, BadIntervalError, RangeTooLongError),
)
async def board(
    services: ServicesDependency, viewer: Looker, project_id: ProjectPath, interval: IntervalQuery
) -> Response:
    """Return trips, tonnes and cases day by day; the last 30 days unless told."""
    project = await _one(services, viewer, project_id)
    end = interval.end or datetime.now(UTC)
    start = interval.start or earlier(end, DEFAULT_BOARD)
    if end - start > timedelta(days=BOARD_DAYS_MOST):
        raise RangeTooLongError(f"expected up to {BOARD_DAYS_MOST} days, got {(end - start).days}")
    query = partial(read_board, project=project, viewer=viewer.user_no, interval=(start, end))
    return json_answer({"project": project, "days": await services.database.read(query)})


async def _one(services: Services, viewer: Viewer, project_id: str) -> dict[str, Any]:
    query = partial(read_projects, viewer=viewer.user_no, project_id=project_id, limit=1)
    rows = await services.database.read(query)
    if not rows:
        raise ProjectNotFoundError(f"expected a project, got {project_id!r}", project_id=project_id)
    return with_revision(rows[0], PROJECT_EDITED)
