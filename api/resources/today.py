"""`/v1/today`: the day's counters, as a wall screen shows them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.services import ServicesDependency
from api.viewer import Looker
from storage.queries.today import read_today

router = APIRouter(tags=["trips"])


class Today(BaseModel):
    """What happened since the city's midnight, in the viewer's scope.

    Attributes:
        start: The midnight.
        trips: Loads that were taken up.
        ended: Of them, those that were brought to their end.
        load_kg: Mass of all of them, as weighed at a gate or else as the truck's sensor says. [kg]
        violations: Events of severity 1 and more that have not been withdrawn.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "start": "2026-05-01T00:00:00+08:00",
                "trips": 1873,
                "ended": 1790,
                "load_kg": 28_411_000.0,
                "violations": 64,
            }
        }
    )

    start: AwareDatetime
    trips: int
    ended: int
    load_kg: float
    violations: int


@router.get("/v1/today", response_model=Today, summary="Counters of the day")
async def today(services: ServicesDependency, viewer: Looker) -> Response:
    """Return the counters of the city's day so far."""
    return json_answer(await services.database.read(partial(read_today, viewer=viewer.user_no)))
