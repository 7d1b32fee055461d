"""What people report: a citizen to the hotline, an inspector on patrol, another bureau. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from supervision.cases.due import due_times
from supervision.cases.errors import BadReport
from supervision.cases.state import CaseState, Truck
from supervision.kinds import BY_KIND, kind_of

# Records of trucks are kept about as long; who remembers further back writes a letter.
OLDEST = timedelta(days=60)
# A telephone's clock may be fast.
CLOCK_MARGIN = timedelta(minutes=5)
# When to look again which trucks were there, after the report: terminals send late what they stored in a blind zone.
LOOK_AGAIN = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=26))


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports.

    Attributes:
        source: `hotline`, `patrol` or `inbox`.
        seen_at: When it was seen.
        place: Longitude and latitude, None where only said in words. [deg]
        plate: As it was read.
        contact: How to reach who reports.
        reference: The reporting bureau's own number.
        vehicle_id: Where it is known which truck it was.
        retry_key: The same for the same report sent again.
    """

    kind: str
    source: str
    seen_at: datetime
    place: tuple[float, float] | None = None
    severity: int | None = None
    plate: str | None = None
    description: str | None = None
    contact: str | None = None
    reference: str | None = None
    vehicle_id: str | None = None
    photos: tuple[UUID, ...] = ()
    retry_key: str | None = None


def check_report(report: Report, now: datetime) -> None:
    """Return if a report can be worked.

    Raises:
        BadReport: It cannot.
    """
    if report.kind not in BY_KIND or kind_of(report.kind).severity == 0:
        raise BadReport(f"expected a kind of violation of /v1/kinds, got {report.kind!r}")
    if not now - OLDEST <= report.seen_at <= now + CLOCK_MARGIN:
        raise BadReport(
            f"expected a time within the {OLDEST.days} days before {now.isoformat()}, got {report.seen_at.isoformat()}"
        )
    if not (report.plate or report.description or report.photos or report.vehicle_id):
        raise BadReport("expected a plate, a description or a photo, got none")
    if report.place is not None:
        lon_deg, lat_deg = report.place
        if not (math.isfinite(lon_deg) and math.isfinite(lat_deg) and abs(lon_deg) <= 180 and abs(lat_deg) <= 90):
            raise BadReport(f"expected longitude and latitude in degrees, got {lon_deg}, {lat_deg}")


def opened_by(report: Report, truck: Truck | None, district_id: str | None, now: datetime) -> CaseState:
    """Return the case that a report opens."""
    severity = report.severity if report.severity is not None else kind_of(report.kind).severity
    acknowledge_by, due_at = due_times(report.kind, severity, now)
    return CaseState(
        kind=report.kind,
        severity=severity,
        status="new",
        version=1,
        opened_at=now,
        acknowledge_by=acknowledge_by,
        first_due_at=due_at,
        due_at=due_at,
        step_due_at=acknowledge_by,
        start_time=report.seen_at,
        end_time=report.seen_at,
        newest_time=report.seen_at,
        paged=True,
        source=report.source,
        vehicle_no=truck.vehicle_no if truck else None,
        company_id=truck.company_id if truck else None,
        district_id=district_id,
    )


def look_again_at(opened_at: datetime, now: datetime) -> datetime | None:
    """Return when to look next for trucks that were there, None when late records have had their time."""
    return next((opened_at + after for after in LOOK_AGAIN if opened_at + after > now), None)


def told_of(report: Report, truck: Truck | None) -> dict[str, Any]:
    """Return what the first step of the case keeps of the report."""
    told = {"source": report.source, "plate": report.plate, "reference": report.reference}
    return {name: value for name, value in told.items() if value} | ({"vehicle_id": truck.vehicle_id} if truck else {})
