"""`/v1/balances`: what left each site and arrived, day by day, and what each dump point weighed in."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadCursorError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.viewer import Looker
from storage.queries.places import read_balances

router = APIRouter(tags=["places"])


class DayBalance(BaseModel):
    """One local day of one place.

    Attributes:
        loads: Loads that left the site that day, or that are known to have arrived at the dump point.
        arrived: Those of them that were delivered.
        unweighed: Those of which no mass is known; the masses leave them out.
        sent_kg: Mass that left the site, or was known to arrive at the dump point. [kg]
        received_kg: Mass of it that was delivered, or that the dump point's gate weighed. [kg]
        gap_share: How much of what should be there is not, null where nothing was weighed.
        settled: Whether the day is over and its loads had time to arrive.
        imbalanced: Whether it is settled and the gap is too large; there is then an event `mass_imbalance`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "place_kind": "site",
                "place_id": "S1",
                "day": "2026-05-01",
                "loads": 42,
                "arrived": 40,
                "unweighed": 3,
                "sent_kg": 592_800,
                "received_kg": 561_100,
                "gap_share": 0.0535,
                "settled": True,
                "imbalanced": True,
                "world_version": "b61e",
            }
        }
    )

    place_kind: Literal["site", "dump_point"]
    place_id: str
    day: date
    loads: int
    arrived: int
    unweighed: int
    sent_kg: int
    received_kg: int
    gap_share: float | None
    settled: bool
    imbalanced: bool
    world_version: str


class BalancePage(BaseModel):
    """Balances, newest day first."""

    balances: list[DayBalance]
    next: str | None


@router.get(
    "/v1/balances",
    response_model=BalancePage,
    summary="Daily mass balances of sites and dump points",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def balances(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    place_kind: Annotated[
        Literal["site", "dump_point"] | None, Query(description="Only places of this kind.", examples=["site"])
    ] = None,
    place_id: Annotated[Name | None, Query(description="Only this place.", examples=["S1"])] = None,
    first_day: Annotated[date | None, Query(description="Local day to begin with.", examples=["2026-05-01"])] = None,
    before_day: Annotated[date | None, Query(description="Local day after the last.", examples=["2026-06-01"])] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the balances of a span of days."""
    before = decode_cursor(cursor, (_day, name_part, name_part))
    rows = await services.database.read(
        partial(
            read_balances,
            viewer=viewer.user_no,
            place=(place_kind, place_id),
            days=(first_day, before_day),
            before=before,
            limit=limit,
        )
    )
    link = next_link(request, rows, limit, lambda row: (row["day"], row["place_kind"], row["place_id"]))
    return json_answer({"balances": rows, "next": link})


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()
