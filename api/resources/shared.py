"""`/v1/shared/{token}`: what a link shows to anybody who has it, and the ground that its map is drawn on.

The token alone is asked for. What it shows is read as its maker: one who lost the right to see it, or was disabled, has
given out a link that shows nothing any more. Nobody is named in it, and there is no text that people wrote.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.case_answer import Status, case_answer
from api.errors import (
    BasemapNotFoundError,
    ShareExpiredError,
    ShareNotFoundError,
    TooManyRequestsError,
    VehicleNotFoundError,
    problem_responses,
)
from api.event_answer import Point
from api.fix_columns_answer import LEGEND, columns_answer
from api.recognition import viewer_of
from api.resources import basemap as ground
from api.resources.basemap import Basemap
from api.resources.track import MAX_FIXES, THINNED_TO, Track, thinned_columns, vehicle_and_track
from api.services import Services, ServicesDependency
from api.viewer import Permission, Viewer
from storage.audit_log import Entry
from storage.queries.cases import read_case
from storage.queries.shares import read_share
from supervision.cases.words import STEPS
from supervision.kinds import Words, kind_of

router = APIRouter(tags=["shares"])

PATH = "/v1/shared/{token}"
Token = Annotated[str, Path(min_length=1, max_length=100, description="The last part of a link.")]
GROUND_FILES = {"roads": ground.roads, "streets.geojson": ground.streets, "city.pmtiles": ground.tiles}
CASE_MEMBERS = (
    "case_id", "case_no", "kind", "severity", "status", "vehicle_id", "plate", "company_name", "district_id",
    "position", "start", "end", "opened_at", "due_at", "overdue",
)  # fmt: skip
PROBLEMS = problem_responses(ShareNotFoundError, ShareExpiredError, TooManyRequestsError)


class SharedStep(BaseModel):
    """What was done with a case, and when."""

    at: AwareDatetime
    step: str
    step_zh: str
    step_en: str
    to_status: Status


class SharedCase(BaseModel):
    """A case without anybody's name and without what people wrote.

    Attributes:
        kind_zh: The kind in words; likewise `kind_en`.
    """

    case_id: UUID
    case_no: str
    kind: str
    kind_zh: str
    kind_en: str
    severity: int
    status: Status
    vehicle_id: str | None
    plate: str | None
    company_name: str | None
    district_id: str | None
    position: Point | None
    start: AwareDatetime
    end: AwareDatetime | None
    opened_at: AwareDatetime
    due_at: AwareDatetime
    ended_at: AwareDatetime | None
    overdue: bool
    steps: list[SharedStep]


class Shared(BaseModel):
    """What a link shows: its case, or where its truck was."""

    kind: Literal["case", "playback"]
    expires_at: AwareDatetime
    case: SharedCase | None
    track: Track | None


@router.get(PATH, response_model=Shared, summary="What a link shows", responses=PROBLEMS)
async def shared(request: Request, services: ServicesDependency, token: Token) -> Response:
    """Return the one thing that the link was made for. Each look is in the audit log, as the link's."""
    address = _address(request)
    services.rates.take_shared(address)
    row = await _known(services, token)
    members = await _shown(services, row) if row["in_force"] else None
    await services.trail.append(_entry(row, address, allowed=members is not None))
    if members is None:
        raise _ended()
    return json_answer({"kind": row["kind"], "expires_at": row["expires_at"], "case": None, "track": None} | members)


@router.get(PATH + "/basemap", response_model=Basemap, summary="The ground of a link's map", responses=PROBLEMS)
async def basemap(request: Request, services: ServicesDependency, token: Token) -> Response:
    """Return what the map is drawn on, as `/v1/basemap` does, without how far the city reaches."""
    await _may_see_ground(request, services, token)
    file, settings = ground.basemap_file(services), services.settings
    base = f"/v1/shared/{token}/basemap"
    return json_answer(
        {
            "kind": file.kind if file else "none",
            "url": f"{base}/{ground.FILES[file.kind].rpartition('/')[2]}" if file else None,
            "roads_url": None if file else f"{base}/roads",
            "crs": settings.basemap_crs,
            "attribution": settings.basemap_attribution,
            "approval_no": settings.basemap_approval_no,
            "bounds": None,
        }
    )


@router.get(
    PATH + "/basemap/{file}",
    summary="A file of that ground",
    responses=PROBLEMS | problem_responses(ShareNotFoundError, BasemapNotFoundError),
)
async def basemap_file(
    request: Request,
    services: ServicesDependency,
    token: Token,
    file: Annotated[Literal["roads", "streets.geojson", "city.pmtiles"], Path(description="As the ground names it.")],
) -> Response:
    """Return registered roads, or the operator's file, as `/v1/basemap` has them."""
    viewer = await _may_see_ground(request, services, token)
    return await GROUND_FILES[file](services, viewer)


async def _may_see_ground(request: Request, services: Services, token: str) -> Viewer:
    services.rates.take_shared(_address(request), ground=True)
    row = await _known(services, token)
    if not row["in_force"]:
        raise _ended()
    return viewer_of(row)


async def _known(services: Services, token: str) -> dict[str, Any]:
    row = await services.database.read(partial(read_share, token=token))
    if row is None:
        raise ShareNotFoundError("expected a link that was given out, got an unknown one")
    return row


async def _shown(services: Services, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a link shows; None where its maker may not see it any more."""
    viewer = viewer_of(row)
    if row["kind"] == "case":
        return await _case(services, viewer, row) if viewer.may(Permission.LOOK) else None
    return await _track(services, viewer, row) if viewer.may(Permission.TRACK) else None


async def _case(services: Services, viewer: Viewer, row: dict[str, Any]) -> dict[str, Any] | None:
    case = await services.database.read(partial(read_case, case_id=row["case_id"], viewer=viewer.user_no))
    if case is None:
        return None
    answer, kind = case_answer(case, viewer), kind_of(case["kind"])
    members = {name: answer[name] for name in CASE_MEMBERS} | {"kind_zh": kind.zh, "kind_en": kind.en}
    steps = [_step(step) for step in case["steps"]]
    return {"case": members | {"ended_at": case["ended_at"], "steps": steps}}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    words = STEPS.get(step["step"]) or Words(step["step"], step["step"])
    told = {name: step[name] for name in ("at", "step", "to_status")}
    return told | {"step_zh": words.zh, "step_en": words.en}


async def _track(services: Services, viewer: Viewer, row: dict[str, Any]) -> dict[str, Any] | None:
    start, end = row["start_time"], row["end_time"]
    query = partial(
        vehicle_and_track, viewer=viewer, vehicle_id=row["vehicle_id"], start=start, end=end, most=THINNED_TO
    )
    try:
        vehicle, columns, instants_ms = await services.database.read(query)
    except VehicleNotFoundError:
        return None
    columns = {name: column[:MAX_FIXES] for name, column in columns.items()}
    about, columns = await asyncio.to_thread(thinned_columns, columns, THINNED_TO, instants_ms)
    about |= {"vehicle_id": row["vehicle_id"], "plate": vehicle["plate"], "start": start, "end": end}
    return {"track": {**about, "count": len(columns["seq"]), "columns": columns_answer(columns), "legend": LEGEND}}


def _entry(row: dict[str, Any], address: str, *, allowed: bool) -> Entry:
    """Return the look of whoever has the link, in its maker's account and not in the maker's name."""
    named = str(row["case_id"]) if row["kind"] == "case" else row["vehicle_id"]
    object_kind = "case" if row["kind"] == "case" else "vehicle"
    detail = {"share_id": row["share_id"], "by_link_of": row["name"], "address": address}
    detail |= {"start": row["start_time"], "end": row["end_time"]}
    return Entry(
        row["user_no"], "link", row["role"], "look_by_link", object_kind, named, allowed=allowed, detail=detail
    )


def _ended() -> ShareExpiredError:
    return ShareExpiredError("expected a link that can still be opened; ask whoever gave it to you for a new one")


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
