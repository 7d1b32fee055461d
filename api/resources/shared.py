"""`/v1/shared/{token}`: what a link shows to anybody who has it, and the ground that its map is drawn on.

A case comes with the track of its truck from some minutes before it to some minutes after, never beyond when the link
was made: a link is no way to follow a truck. The token alone is asked for. What it shows is read as its maker: one who
lost the right to see it, or was disabled, has given out a link that shows nothing any more. Nobody is named in it, and
there is no text that people wrote.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.access.addresses import address_of
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
from api.event_answer import Point, event_answer
from api.fix_columns_answer import LEGEND, columns_answer
from api.masking import shown_plate
from api.recognition import viewer_of
from api.resources import basemap as ground
from api.resources.basemap import Basemap
from api.resources.shares import RANGE_MOST
from api.resources.track import MAX_FIXES, THINNED_TO, Track, thinned_columns, vehicle_and_track
from api.services import Services, ServicesDependency
from api.viewer import Permission, Role, Viewer
from storage.audit_log import Entry
from storage.queries.cases import read_case
from storage.queries.events import read_event
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
EVENT_MEMBERS = ("event_id", "kind", "severity", "start", "confirmed_at", "end", "position")
# Lines that the chart of a case draws; nothing else of what was found is for strangers.
THRESHOLDS = ("limit_kmh", "above_mps", "severe_above_mps", "permitted_kg", "empty_below_kg", "lift_above_deg")
EVENTS_MOST = 20  # as the case's own page shows
AROUND = timedelta(minutes=10)  # likewise
PROBLEMS = problem_responses(ShareNotFoundError, ShareExpiredError, TooManyRequestsError)


class SharedStep(BaseModel):
    """What was done with a case, and when."""

    at: AwareDatetime
    step: str
    step_zh: str
    step_en: str
    to_status: Status


class SharedEvent(BaseModel):
    """What a rule found, as map and chart mark it.

    Attributes:
        opening: Thresholds that the chart draws, in the units of their names.
    """

    event_id: UUID
    kind: str
    kind_zh: str
    kind_en: str
    severity: int
    start: AwareDatetime
    confirmed_at: AwareDatetime
    end: AwareDatetime | None
    position: Point | None
    opening: dict[str, float]


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
    events: list[SharedEvent]


class Shared(BaseModel):
    """What a link shows: its case with the track around it, or where its truck was.

    Attributes:
        masked: Whether the link is for the public: no whole plate, no company, no id of a truck.
        track: Of a case null where it is about no truck, or where the link's maker may not see tracks.
    """

    kind: Literal["case", "playback"]
    expires_at: AwareDatetime
    masked: bool
    case: SharedCase | None
    track: Track | None


@router.get(PATH, response_model=Shared, summary="What a link shows", responses=PROBLEMS)
async def shared(request: Request, services: ServicesDependency, token: Token) -> Response:
    """Return the one thing that the link was made for. Each look is in the audit log, as the link's."""
    address = address_of(request)
    services.rates.take_shared(address)
    row = await _known(services, token)
    members = await _shown(services, row) if row["in_force"] else None
    await services.trail.append(_entry(row, address, allowed=members is not None))
    if members is None:
        raise _ended()
    about = {"kind": row["kind"], "expires_at": row["expires_at"], "masked": row["masked"]}
    vehicle_id = members.pop("vehicle_id", None)
    if vehicle_id is not None:
        await services.trail.append(_clip_entry(row, address, members["track"], vehicle_id))
    return json_answer(about | {"case": None, "track": None} | members)


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
    response_class=Response,
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
    services.rates.take_shared(address_of(request), ground=True)
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
    if not viewer.may(Permission.TRACK):
        return None
    track = await _track(services, viewer, row, row["vehicle_id"], (row["start_time"], row["end_time"]))
    return None if track is None else {"track": track}


async def _case(services: Services, viewer: Viewer, row: dict[str, Any]) -> dict[str, Any] | None:
    case = await services.database.read(partial(read_case, case_id=row["case_id"], viewer=viewer.user_no))
    if case is None:
        return None
    shown_as = _shown_as(viewer, row)
    answer = case_answer(case, shown_as)
    members = {name: answer[name] for name in CASE_MEMBERS} | _kind_words(case["kind"])
    if row["masked"]:
        members |= {"vehicle_id": None, "company_name": None}
    steps = [_step(step) for step in case["steps"]]
    events = [
        await services.database.read(partial(read_event, event_id=one, viewer=viewer.user_no))
        for one in case["events"][:EVENTS_MOST]
    ]
    members |= {"ended_at": case["ended_at"], "steps": steps, "events": [_event(one) for one in events if one]}
    vehicle_id, track = answer["vehicle_id"], None
    if vehicle_id is not None and viewer.may(Permission.TRACK):
        track = await _track(services, viewer, row, vehicle_id, clip_of(answer, row["created_at"]))
    return {"case": members, "track": track} | ({} if track is None else {"vehicle_id": vehicle_id})


def clip_of(case: Mapping[str, Any], made_at: datetime) -> tuple[datetime, datetime]:
    """Return the range of a case's track that a link shows: around it, up to when the link was made."""
    start, end = case["start"], case["end"] or case["start"]
    return start - AROUND, max(min(end + AROUND, start + RANGE_MOST, made_at), start)


def _shown_as(viewer: Viewer, row: Mapping[str, Any]) -> Viewer:
    """Return as whom the link's holder sees plates: its maker, or the public."""
    return replace(viewer, role=Role.PUBLIC) if row["masked"] else viewer


def _kind_words(kind: str) -> dict[str, str]:
    words = kind_of(kind)
    return {"kind_zh": words.zh, "kind_en": words.en}


def _event(row: dict[str, Any]) -> dict[str, Any]:
    answer = event_answer(row)
    told = {name: answer[name] for name in EVENT_MEMBERS}
    opening = {name: answer["opening"][name] for name in THRESHOLDS if name in answer["opening"]}
    return told | _kind_words(row["kind"]) | {"opening": opening}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    words = STEPS.get(step["step"]) or Words(step["step"], step["step"])
    told = {name: step[name] for name in ("at", "step", "to_status")}
    return told | {"step_zh": words.zh, "step_en": words.en}


async def _track(
    services: Services, viewer: Viewer, row: dict[str, Any], vehicle_id: str, span: tuple[datetime, datetime]
) -> dict[str, Any] | None:
    start, end = span
    query = partial(vehicle_and_track, viewer=viewer, vehicle_id=vehicle_id, start=start, end=end, most=THINNED_TO)
    try:
        vehicle, columns, instants_ms = await services.database.read(query)
    except VehicleNotFoundError:
        return None
    columns = {name: column[:MAX_FIXES] for name, column in columns.items()}
    about, columns = await asyncio.to_thread(thinned_columns, columns, THINNED_TO, instants_ms)
    plate = shown_plate(_shown_as(viewer, row), vehicle["plate"])
    about |= {"vehicle_id": "" if row["masked"] else vehicle_id, "plate": plate, "start": start, "end": end}
    return {**about, "count": len(columns["seq"]), "columns": columns_answer(columns), "legend": LEGEND}


def _entry(row: dict[str, Any], address: str, *, allowed: bool) -> Entry:
    """Return the look of whoever has the link, in its maker's account and not in the maker's name."""
    named = str(row["case_id"]) if row["kind"] == "case" else row["vehicle_id"]
    object_kind = "case" if row["kind"] == "case" else "vehicle"
    detail = {"share_id": row["share_id"], "by_link_of": row["name"], "address": address}
    detail |= {"start": row["start_time"], "end": row["end_time"]}
    return Entry(
        row["user_no"], "link", row["role"], "look_by_link", object_kind, named, allowed=allowed, detail=detail
    )


def _clip_entry(row: dict[str, Any], address: str, track: Mapping[str, Any], vehicle_id: str) -> Entry:
    """Return the look at the track of a case's truck: every look at a track is one row, under the truck."""
    detail = {"share_id": row["share_id"], "by_link_of": row["name"], "address": address}
    detail |= {"case_id": str(row["case_id"]), "start": track["start"], "end": track["end"]}
    return Entry(row["user_no"], "link", row["role"], "look_by_link", "vehicle", vehicle_id, detail=detail)


def _ended() -> ShareExpiredError:
    return ShareExpiredError("expected a link that can still be opened; ask whoever gave it to you for a new one")
