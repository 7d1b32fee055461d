"""`/v1/vehicles/{vehicle_id}/...`: one truck's past in one call each: stays, gaps, washes, gates, events, cases, or all.

Stays and gaps are found from the fixes when somebody asks (`supervision.history`); the rest stands in tables. Every look is
logged, also the one at a truck that the viewer may not see, which is answered like one that does not exist.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from api.answers import json_answer
from api.audit import looked
from api.case_answer import case_answer
from api.errors import (
    AnswerTooLargeError,
    BadCursorError,
    BadIntervalError,
    NaiveTimeError,
    PageTooLargeError,
    RangeTooLongError,
    VehicleNotFoundError,
    problem_responses,
)
from api.event_answer import event_answer
from api.history_answer import (
    CasesOfVehicle,
    EventsOfVehicle,
    GapList,
    History,
    PassageList,
    StayList,
    gap_answer,
    passage_answer,
    stay_answers,
)
from api.pages import decode_cursor, name_part, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, VehicleIdPath, WithdrawnQuery
from api.resources.track import MAX_FIXES, closed_range
from api.resources.trips import trip_answer
from api.services import Services, ServicesDependency
from api.times import Interval, parse_time
from api.vehicle_lookup import known_vehicle
from api.viewer import Tracker, Viewer
from storage.queries.case_page import CaseChoice, read_case_page
from storage.queries.event_page import EventChoice, read_event_page
from storage.queries.track import read_track
from storage.queries.trips import read_trips
from storage.queries.vehicle_history import PlaceOfStay, read_places_at, read_vehicle_passages
from supervision.history.gaps import LEAST_S as GAP_LEAST_S
from supervision.history.gaps import gaps
from supervision.history.stays import StayLimits, Stays, stays

router = APIRouter(tags=["vehicles"])
