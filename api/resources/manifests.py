"""`/v1/manifests`: 电子联单, one load's papers from the scan at the site's exit to the scan at the dump point.

Each shows the trip that its truck then made, so that a load that was scanned in where it was never driven stands out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, ScanInFutureError, problem_responses
from api.masking import shown_plate
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import Services, ServicesDependency
from api.times import EnteredTime, parse_time
from api.viewer import CaseWorker, Looker, Registrar, Viewer
from storage.errors import PaperConflict, UnknownPaper
from storage.papers import Manifest, Scan, issue, scan
from storage.queries.papers import read_manifest_figures, read_manifests

router = APIRouter(tags=["manifests"])

AHEAD = timedelta(minutes=5)  # clocks of handsets err
ManifestNo = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{6,32}$")]
ManifestPath = Annotated[ManifestNo, Path(description="The manifest.", examples=["M20260501-000123"])]
Status = Literal["issued", "out", "closed", "unclosed", "void"]
Note = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
EXAMPLE: dict[str, Any] = {
    "manifest_no": "M20260501-000123",
    "vehicle_id": "T1",
    "site_id": "S01",
    "dump_point_id": "D02",
    "permit_id": "P-S01",
    "driver_id": None,
    "material": "工程渣土",
    "planned_kg": 15000.0,
}


class ManifestOrder(BaseModel):
    """Papers for one load."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    manifest_no: ManifestNo
    vehicle_id: Name
    site_id: Name
    dump_point_id: Name
    permit_id: Name | None = None
    driver_id: Name | None = None
    material: Name | None = None
    planned_kg: Annotated[float, Field(gt=0, le=200_000)] | None = None


class ScanOrder(BaseModel):
    """A manifest seen: `out` of the site, `in` at the dump point, or `void` where the load was never hauled.

    Attributes:
        at: When; now where absent.
        position: `[longitude, latitude]`, WGS 84.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"scan": "out", "at": "2026-05-01T20:10:00+08:00"}}
    )

    scan: Literal["out", "in", "void"]
    at: EnteredTime | None = None
    position: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]] | None = None
    note: Note | None = None


class ManifestAnswer(BaseModel):
    """A manifest and what became of it.

    Attributes:
        status: `unclosed` left its site six hours ago and was seen nowhere since.
        trip_id: The trip that its truck began at that site within half an hour of the scan.
        driven_to: Where that trip unloaded.
        deviated: The truck left its route on that trip.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "plate": "苏D12345",
                "company_id": "C1",
                "issued_at": "2026-05-01T12:00:00Z",
                "issued_by": "supervisor",
                "out_at": "2026-05-01T12:10:00Z",
                "in_at": "2026-05-01T12:40:00Z",
                "void_at": None,
                "status": "closed",
                "trip_id": "8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11",
                "left_site_at": "2026-05-01T12:10:20Z",
                "driven_to": "D02",
                "trip_end": "2026-05-01T12:41:00Z",
                "ending": "delivered",
                "load_kg": 15200.0,
                "weighed_kg": 15080.0,
                "deviated": False,
            }
        }
    )

    manifest_no: str
    permit_id: str | None
    vehicle_id: str
    plate: str | None
    company_id: str | None
    driver_id: str | None
    site_id: str
    dump_point_id: str
    material: str | None
    planned_kg: float | None
    issued_at: AwareDatetime
    issued_by: str
    out_at: AwareDatetime | None
    in_at: AwareDatetime | None
    void_at: AwareDatetime | None
    status: Status
    trip_id: UUID | None
    left_site_at: AwareDatetime | None
    driven_to: str | None
    trip_end: AwareDatetime | None
    ending: Literal["delivered", "dumped", "returned", "lost"] | None
    load_kg: float | None
    weighed_kg: float | None
    deviated: bool


class ManifestPage(BaseModel):
    """Manifests, newest first."""

    manifests: list[ManifestAnswer]
    next: str | None


class ManifestFigure(BaseModel):
    """How many loads were closed.

    Attributes:
        closed_share: Of those that left a site and are not void, the share that arrived; null where none left.
        elsewhere: Scanned in, while the truck unloaded somewhere else.
    """

    by: str
    id: str | None
    issued: int
    left_site: int
    closed: int
    unclosed: int
    void: int
    elsewhere: int
    deviated: int
    closed_share: float | None


class ManifestFigures(BaseModel):
    """Figures, one row for each company, site or dump point."""

    figures: list[ManifestFigure]


@router.get(
    "/v1/manifests",
    response_model=ManifestPage,
    summary="Manifests",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def manifests(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    vehicle_id: Annotated[Name | None, Query(description="Only of this truck.")] = None,
    site_id: Annotated[Name | None, Query(description="Only from this site.")] = None,
    status: Annotated[Status | None, Query(description="Only of this status.")] = None,
    interval: IntervalQuery,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return manifests that were issued in the range, newest first."""
    key = decode_cursor(cursor, (parse_time, name_part))
    query = partial(
        read_manifests,
        viewer=viewer.user_no,
        vehicle_id=vehicle_id,
        site_id=site_id,
        status=status,
        interval=(interval.start, interval.end),
        before=None if key is None else (key[0], key[1]),
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["issued_at"], row["manifest_no"]))
    return json_answer({"manifests": [_shown(viewer, row) for row in rows], "next": link})


@router.get("/v1/manifests/figures", response_model=ManifestFigures, summary="How many loads were closed")
async def figures(
    services: ServicesDependency,
    viewer: Looker,
    interval: IntervalQuery,
    by: Annotated[Literal["company", "site", "dump_point"], Query(description="A row for each of these.")] = "company",
) -> Response:
    """Return the rate of closed loads."""
    query = partial(read_manifest_figures, viewer=viewer.user_no, by=by, interval=(interval.start, interval.end))
    return json_answer({"figures": await services.database.read(query)})


@router.post(
    "/v1/manifests",
    status_code=201,
    response_model=ManifestAnswer,
    summary="Issue a manifest",
    responses=problem_responses(UnknownPaper, PaperConflict),
)
async def add(services: ServicesDependency, viewer: Registrar, order: ManifestOrder) -> Response:
    """Issue papers for one load; the same order sent again is the same manifest."""
    wanted = Manifest(**order.model_dump())
    write = partial(issue, manifest=wanted, viewer=viewer.user_no, by_name=viewer.name, now=datetime.now(UTC))
    if await services.writer.write(write):
        await noted(services, viewer, "issue_manifest", "manifest", wanted.manifest_no)
    return json_answer(await _one(services, viewer, wanted.manifest_no), status=201)


@router.get(
    "/v1/manifests/{manifest_no}",
    response_model=ManifestAnswer,
    summary="One manifest",
    responses=problem_responses(UnknownPaper),
)
async def one(services: ServicesDependency, viewer: Looker, manifest_no: ManifestPath) -> Response:
    """Return a manifest with its scans and the trip that was driven."""
    return json_answer(await _one(services, viewer, manifest_no))


@router.post(
    "/v1/manifests/{manifest_no}/scans",
    status_code=201,
    response_model=ManifestAnswer,
    summary="Scan a manifest",
    responses=problem_responses(UnknownPaper, PaperConflict, ScanInFutureError),
)
async def add_scan(
    services: ServicesDependency, viewer: CaseWorker, manifest_no: ManifestPath, order: ScanOrder
) -> Response:
    """Keep that a manifest was seen; the same scan sent again is one."""
    now = datetime.now(UTC)
    at = order.at or now
    if at > now + AHEAD:
        raise ScanInFutureError(f"expected a time up to now, got {at.isoformat()}")
    lon_deg, lat_deg = order.position or (None, None)
    seen = Scan(manifest_no, order.scan, at, lon_deg, lat_deg, order.note)
    write = partial(scan, seen=seen, viewer=viewer.user_no, by_name=viewer.name, now=now)
    if await services.writer.write(write):
        await noted(services, viewer, f"scan_{order.scan}", "manifest", manifest_no)
    return json_answer(await _one(services, viewer, manifest_no), status=201)


async def _one(services: Services, viewer: Viewer, manifest_no: str) -> dict[str, Any]:
    query = partial(read_manifests, viewer=viewer.user_no, manifest_no=manifest_no, limit=1)
    rows = await services.database.read(query)
    if not rows:
        raise UnknownPaper(f"expected a manifest, got {manifest_no!r}")
    return _shown(viewer, rows[0])


def _shown(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    return row | {"plate": shown_plate(viewer, row["plate"])}
