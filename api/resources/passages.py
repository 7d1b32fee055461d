"""`/v1/passages`: which trucks passed washers and gates, and the plates that name no known one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadCursorError, BadIntervalError, NaiveTimeError, PageTooLargeError, problem_responses
from api.masking import masked_members
from api.pages import decode_cursor, name_part, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.times import parse_time
from api.viewer import Looker, Viewer
from firmware_contracts.plates import SimilarPlates
from storage.queries.passages import read_passages, read_plates

router = APIRouter(tags=["places"])

MatchedQuery = Annotated[
    bool | None, Query(description="true: only those of known trucks; false: only plates and tags that name none.")
]


class Passage(BaseModel):
    """A truck at a washer or a gate.

    Attributes:
        plate_read: As the device read it.
        vehicle_id: The truck that plate or tag named, null for none.
        plate: Its plate in the registry.
        similar: Where no truck was named: those whose plates differ from what was read in one character.
        body: What else the device reported, in the members of its contract.
    """

    device: str
    device_kind: str
    site_id: str | None
    dump_point_id: str | None
    type: str
    time: AwareDatetime
    epoch: int
    seq: int
    received_at: AwareDatetime
    plate_read: str | None
    vehicle_id: str | None
    plate: str | None
    similar: list[str]
    body: dict[str, Any]


class PassagePage(BaseModel):
    """Passages, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "passages": [
                        {
                            "device": "W-S1",
                            "device_kind": "washer",
                            "site_id": "S1",
                            "dump_point_id": None,
                            "type": "washer_passage",
                            "time": "2026-05-01T12:00:00Z",
                            "epoch": 7,
                            "seq": 31,
                            "received_at": "2026-05-01T12:00:02Z",
                            "plate_read": "苏D·12B45",
                            "vehicle_id": None,
                            "plate": None,
                            "similar": ["V017"],
                            "body": {"result": "washed", "wash_left_s": 42.0, "wash_right_s": 41.0, "pump_s": 44.0},
                        }
                    ],
                    "next": None,
                }
            ]
        }
    )

    passages: list[Passage]
    next: str | None


@router.get(
    "/v1/passages",
    response_model=PassagePage,
    summary="Passages of washers and gates",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadCursorError, PageTooLargeError),
)
async def passages(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    device: Annotated[Name | None, Query(description="Only of this washer or gate.")] = None,
    type_: Annotated[
        Literal["washer_passage", "gate_passage"] | None, Query(alias="type", description="Only of this type.")
    ] = None,
    matched: MatchedQuery = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the passages in the range, newest first."""
    before = decode_cursor(cursor, (parse_time, name_part, number_part, number_part))
    query = partial(
        read_passages,
        viewer=viewer.user_no,
        device=device,
        type_=type_,
        matched=matched,
        interval=(interval.start, interval.end),
        before=before,
        limit=limit,
    )
    rows = await services.database.read(query)
    plates = partial(read_plates, viewer=viewer.user_no)
    known = await services.database.read(plates) if any(map(_is_unnamed, rows)) else {}
    similar = await asyncio.to_thread(SimilarPlates, known)
    link = next_link(request, rows, limit, lambda row: (row["event_time"], row["device"], row["epoch"], row["seq"]))
    return json_answer({"passages": [_passage_answer(viewer, row, similar) for row in rows], "next": link})


def _passage_answer(viewer: Viewer, row: DictRow, similar: SimilarPlates) -> dict[str, object]:
    answer = {("time" if name == "event_time" else name): value for name, value in row.items()}
    named = {"similar": similar.of(row["plate_read"]) if _is_unnamed(row) else []}
    return masked_members(viewer, answer) | named


def _is_unnamed(row: DictRow) -> bool:
    """Return whether a plate was read and names no truck."""
    return row["vehicle_id"] is None and row["plate_read"] is not None
