"""`/v1/exports`: everything in every format, at once where it is small, ordered and fetched later where it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import IO, Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers import json_answer, json_bytes
from api.audit import noted
from api.errors import (
    AnswerTooLargeError,
    BadIntervalError,
    BadOrderError,
    ExportNotFoundError,
    ExportNotReadyError,
    NaiveTimeError,
    NoSuchFormatError,
    NotPermittedError,
    TooManyExportsError,
    problem_responses,
)
from api.parameters import IntervalQuery, Name
from api.services import Services, ServicesDependency
from api.times import parse_interval
from api.viewer import Exporter, Permission, Viewer
from storage.exports import order_export
from storage.queries.exports import read_chunk, read_exports
from supervision.exports.formats import FORMATS, format_of, possible_formats
from supervision.exports.make import TooManyRows
from supervision.exports.order import (
    DEFAULT_ZONE,
    Crs,
    FormatRefused,
    Language,
    Order,
    OrderRefused,
    assert_can_be_made,
    file_name,
    read_order,
)
from supervision.exports.rows import Asker
from supervision.exports.things import THINGS

router = APIRouter(tags=["exports"])

WHATS = rf"^({'|'.join(THINGS)})$"
FORMAT_NAMES = rf"^({'|'.join(FORMATS)})$"
PIECE_BYTES = 256 * 1024
KINDS_MOST = 100  # more than there are
ZoneQuery = Annotated[Name, Query(description="Whose clock the times are written in.", examples=["Asia/Shanghai"])]

_ORDER_PROBLEMS = (NoSuchFormatError, BadOrderError, BadIntervalError, NaiveTimeError)


class ExportQuery(BaseModel):
    """What of a thing is wanted, and how it is written.

    Attributes:
        datetime: `start/end`; of tracks the fixes, of trips and events when they began, of cases when they were opened.
        vehicle_id: Only these trucks.
        kind: Only events and cases of these kinds.
        zone: Whose clock the times are written in.
        language: Of headers and of the names of kinds.
        crs: Of positions.
    """

    model_config = ConfigDict(extra="forbid")

    datetime: str = Field(default="../..", examples=["2026-05-01T00:00:00+08:00/2026-06-01T00:00:00+08:00"])
    vehicle_id: list[Name] | None = None
    company_id: Name | None = None
    kind: list[Name] | None = Field(default=None, max_length=KINDS_MOST)
    min_severity: int | None = Field(default=None, ge=0, le=3)
    zone: Name = DEFAULT_ZONE
    language: Language = "zh"
    crs: Crs = "wgs84"


class ExportOrder(BaseModel):
    """An export that takes longer than a request."""

    model_config = ConfigDict(extra="forbid")

    what: str = Field(pattern=WHATS, examples=["trips"])
    format: str = Field(pattern=FORMAT_NAMES, examples=["xlsx"])
    query: ExportQuery = Field(default_factory=ExportQuery)


class Export(BaseModel):
    """An export that was ordered.

    Attributes:
        progress: Share of the rows written, null while it waits.
        file: Where the file is, null until it is done.
        problem: Why it could not be made.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "export_id": "5f0c9c5e-0d0b-4f5e-9a3c-0a9f4f6f1b11",
                "what": "track",
                "format": "parquet",
                "query": {"company_id": "C1", "zone": "Asia/Shanghai"},
                "status": "running",
                "asked_at": "2026-05-02T01:00:00Z",
                "started_at": "2026-05-02T01:00:01Z",
                "ended_at": None,
                "expires_at": None,
                "rows": 120000,
                "expected_rows": 267840,
                "progress": 0.448,
                "size_bytes": 0,
                "file": None,
                "problem": None,
            }
        }
    )

    export_id: UUID
    what: str
    format: str
    query: dict[str, Any]
    status: Literal["waiting", "running", "done", "failed"]
    asked_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    expires_at: AwareDatetime | None
    rows: int
    expected_rows: int | None
    progress: float | None
    size_bytes: int
    file: str | None
    problem: str | None


class ExportList(BaseModel):
    """The asker's exports, newest first, and what could be ordered.

    Attributes:
        formats: The formats of each thing.
    """

    exports: list[Export]
    next: None
    formats: dict[str, list[str]]


def read_direct(
    what: Annotated[str, Path(description="The thing: track, trips, events, ...", pattern=WHATS, examples=["trips"])],
    format_: Annotated[str, Path(alias="format", description="Of the file.", pattern=FORMAT_NAMES, examples=["csv"])],
    interval: IntervalQuery,
    *,
    vehicle_id: Annotated[list[Name] | None, Query(description="Only these trucks.", max_length=100)] = None,
    company_id: Annotated[Name | None, Query(description="Only of this company.")] = None,
    kind: Annotated[
        list[Name] | None, Query(description="Only events and cases of these kinds.", max_length=KINDS_MOST)
    ] = None,
    min_severity: Annotated[int | None, Query(ge=0, le=3, description="Only from this severity on.")] = None,
    zone: ZoneQuery = DEFAULT_ZONE,
    language: Annotated[Language, Query(description="Of headers and of the names of kinds.")] = "zh",
    crs: Annotated[Crs, Query(description="Of positions.")] = "wgs84",
) -> Order:
    """Read an order from an address."""
    return Order(
        what=what,
        format=format_,
        zone=zone,
        language=language,
        crs=crs,
        vehicle_ids=vehicle_id,
        company_id=company_id,
        kinds=kind,
        min_severity=min_severity,
        start=interval.start,
        end=interval.end,
    )


@router.get(
    "/v1/exports/{what}.{format}",
    response_class=StreamingResponse,
    summary="An export at once",
    responses={
        200: {
            "description": "The file",
            "content": {each.media_type: {"schema": {"type": "string"}} for each in FORMATS.values()},
        },
        **problem_responses(*_ORDER_PROBLEMS, AnswerTooLargeError),
    },
)
async def export_now(
    services: ServicesDependency, viewer: Exporter, order: Annotated[Order, Depends(read_direct)]
) -> Response:
    """Return up to 50,000 rows as a file; more are ordered by POST and fetched when they are ready.

    Times carry the offset of `zone`, which the headers name; positions are those of `crs`. A track needs both ends of
    `datetime` and `vehicle_id` or `company_id`.
    """
    _judge(order, viewer)
    now = datetime.now(UTC)
    try:
        file, rows = await services.exports.made(order, Asker(viewer.user_no, viewer.role), now)
    except TooManyRows as error:
        raise AnswerTooLargeError(f"{error}, or order it by POST /v1/exports") from error
    except OrderRefused as error:
        raise _refusal(error) from error
    try:
        await noted(services, viewer, "export", order.what, order.format, detail={**order.document(), "rows": rows})
    except BaseException:
        file.close()
        raise
    return _file(_pieces(file), order, file_name(order, now), file.seek(0, 2))


@router.post(
    "/v1/exports",
    status_code=202,
    response_model=Export,
    summary="Order an export",
    responses=problem_responses(*_ORDER_PROBLEMS, TooManyExportsError),
)
async def order(services: ServicesDependency, viewer: Exporter, ordered: ExportOrder) -> Response:
    """Take an order; `muckline work` makes it. Look at its `progress`, then fetch its `file` within two days."""
    wanted = _read(ordered)
    _judge(wanted, viewer)
    write = partial(
        order_export, user_no=viewer.user_no, what=wanted.what, format_=wanted.format, query=wanted.document()
    )
    row = await services.writer.write(write)
    if row is None:
        raise TooManyExportsError("expected up to 5 exports at a time, so many wait or are being made")
    await noted(services, viewer, "order_export", wanted.what, str(row["export_id"]), detail=wanted.document())
    return Response(json_bytes(_answer(row)), 202, {"cache-control": "no-store"}, "application/json")


@router.get("/v1/exports", response_model=ExportList, summary="Exports that were ordered")
async def exports(services: ServicesDependency, viewer: Exporter) -> Response:
    """Return the asker's own exports, newest first, as long as they have not expired."""
    rows = await services.database.read(partial(read_exports, user_no=viewer.user_no))
    return json_answer({"exports": [_answer(row) for row in rows], "next": None, "formats": possible_formats()})


@router.get(
    "/v1/exports/{export_id}",
    response_model=Export,
    summary="How far an export is",
    responses=problem_responses(ExportNotFoundError),
)
async def export(services: ServicesDependency, viewer: Exporter, export_id: UUID) -> Response:
    """Return one export that the asker ordered."""
    return json_answer(_answer(await _own(services, viewer, export_id)))


@router.get(
    "/v1/exports/{export_id}/file",
    response_class=StreamingResponse,
    summary="The file of an export",
    responses={
        200: {"description": "The file", "content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        **problem_responses(ExportNotFoundError, ExportNotReadyError),
    },
)
async def export_file(services: ServicesDependency, viewer: Exporter, export_id: UUID) -> Response:
    """Return the file of an export that is done; only to who ordered it."""
    row = await _own(services, viewer, export_id)
    if row["status"] != "done":
        raise ExportNotReadyError(f"expected an export that is done, it is {row['status']}", status_now=row["status"])
    made = read_order(row["what"], row["format"], row["query"])
    _judge(made, viewer)
    await noted(services, viewer, "fetch_export", row["what"], str(export_id), detail=row["query"])
    return _file(_chunks(services, export_id), made, row["file_name"], row["size_bytes"])


def _read(ordered: ExportOrder) -> Order:
    query = ordered.query
    interval = parse_interval(query.datetime)
    return Order(
        what=ordered.what,
        format=ordered.format,
        zone=query.zone,
        language=query.language,
        crs=query.crs,
        vehicle_ids=query.vehicle_id,
        company_id=query.company_id,
        kinds=query.kind,
        min_severity=query.min_severity,
        start=interval.start,
        end=interval.end,
    )


def _judge(wanted: Order, viewer: Viewer) -> None:
    """Refuse what cannot be made, and tracks to those who may not look at one."""
    if wanted.what in ("track", "trips", "latest") and not viewer.may(Permission.TRACK):
        raise NotPermittedError(f"expected a role that may {Permission.TRACK}, got {viewer.role}", role=viewer.role)
    try:
        assert_can_be_made(wanted)
        format_of(wanted)
    except OrderRefused as error:
        raise _refusal(error) from error


def _refusal(error: OrderRefused) -> NoSuchFormatError | BadOrderError:
    return NoSuchFormatError(str(error)) if isinstance(error, FormatRefused) else BadOrderError(str(error))


async def _own(services: Services, viewer: Viewer, export_id: UUID) -> DictRow:
    rows = await services.database.read(partial(read_exports, user_no=viewer.user_no, export_id=export_id))
    if not rows:
        raise ExportNotFoundError(f"expected an export that you ordered, got {export_id}", export_id=str(export_id))
    return rows[0]


def _answer(row: DictRow) -> dict[str, Any]:
    rows, expected = row["row_count"], row["expected_rows"]
    share = None if expected is None else min(rows / expected, 1.0) if expected else 1.0
    same = ("export_id", "what", "format", "query", "status", "asked_at", "started_at", "ended_at", "expires_at")
    return {
        **{name: row[name] for name in same},
        "rows": rows,
        "expected_rows": expected,
        "progress": 1.0 if row["status"] == "done" else share,
        "size_bytes": row["size_bytes"],
        "file": f"/v1/exports/{row['export_id']}/file" if row["status"] == "done" else None,
        "problem": row["problem"],
    }


def _file(pieces: AsyncIterator[bytes], order: Order, name: str, size: int) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(size),
        "cache-control": "no-store",
    }
    return StreamingResponse(pieces, media_type=FORMATS[order.format].media_type, headers=headers)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := await run_in_threadpool(file.read, PIECE_BYTES):
            yield piece


async def _chunks(services: Services, export_id: UUID) -> AsyncIterator[bytes]:
    number = 0
    while (data := await services.database.read(partial(read_chunk, export_id=export_id, chunk_no=number))) is not None:
        yield data
        number += 1
