"""Query parameters that several resources share, read into types once."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from fastapi import Depends, Path, Query
from pydantic import StringConstraints

from api.errors import BadBboxError, PageTooLargeError
from api.services import Services, services
from api.times import Interval, parse_interval

DEFAULT_PAGE = 100

# PostgreSQL's text holds every character but NUL.
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class Bbox(NamedTuple):
    """A box along meridians and parallels, WGS 84. [deg]"""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


def parse_bbox(text: str) -> Bbox:
    """Return the box written as `min_lon,min_lat,max_lon,max_lat`.

    Raises:
        BadBboxError: Not four finite degrees, south-west before north-east.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadBboxError(f"expected min_lon,min_lat,max_lon,max_lat, got {text!r}") from error
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise BadBboxError(f"expected the south-west corner before the north-east one, got {text!r}")
    return Bbox(west, south, east, north)


def read_interval(
    datetime_: Annotated[
        str,
        Query(
            alias="datetime",
            description="`start/end` in RFC 3339 with offset, start included, end not; `..` is an open end.",
            examples=["2026-05-01T20:00:00+08:00/2026-05-02T08:00:00+08:00", "2026-05-01T12:00:00Z/.."],
        ),
    ] = "../..",
) -> Interval:
    """Read `datetime`."""
    return parse_interval(datetime_)


def read_bbox(
    bbox: Annotated[
        str | None,
        Query(
            description="Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees.",
            examples=["119.9,31.6,120.1,31.9"],
        ),
    ] = None,
) -> Bbox | None:
    """Read `bbox`."""
    return None if bbox is None else parse_bbox(bbox)


def read_limit(
    services: Annotated[Services, Depends(services)],
    limit: Annotated[int | None, Query(ge=1, description="Most rows of this page; 100 unless told.")] = None,
) -> int:
    """Read `limit`.

    Raises:
        PageTooLargeError: More rows than the settings allow.
    """
    if limit is None:
        return min(DEFAULT_PAGE, services.settings.max_page)
    if limit > services.settings.max_page:
        raise PageTooLargeError(f"expected limit up to {services.settings.max_page}, got {limit}")
    return limit


IntervalQuery = Annotated[Interval, Depends(read_interval)]
BboxQuery = Annotated[Bbox | None, Depends(read_bbox)]
LimitQuery = Annotated[int, Depends(read_limit)]
CursorQuery = Annotated[str | None, Query(description="From the `next` link of the page before.")]
VehicleIdPath = Annotated[Name, Path(description="The vehicle.", examples=["T1"])]
WithdrawnQuery = Annotated[bool, Query(description="Also what late records made untrue.")]
