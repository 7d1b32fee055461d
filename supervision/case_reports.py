"""Reports become cases, and are compared with where trucks were: now, and again when late records have come."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from firmware_contracts.plates import PlateIndex, normal_plate
from storage.case_photos import forget_unused_photos
from storage.case_reports import (
    district_of,
    due_to_match,
    is_known,
    look_later,
    read_plates,
    replace_candidates,
    reports_since,
    trucks_near,
)
from storage.cases import add_cases, add_steps, lock_cases
from storage.duty import own_photos, truck_named
from supervision.cases.errors import BadReport, TooManyReports
from supervision.cases.opening import CASE_NAMESPACE
from supervision.cases.reports import Report, check_report, look_again_at, opened_by, told_of
from supervision.cases.state import Actor, StepRecord, Truck
from supervision.casework import step_row

# Of somebody who does not work cases, within an hour: a street can be watched for a night with these.
REPORTS_MOST = 20
# A photo that no step or report has shown by then was sent by mistake.
PHOTO_KEPT = timedelta(days=1)


def report_case(connection: Connection, report: Report, actor: Actor, now: datetime) -> UUID:
    """Open a case for what somebody reports; return its id, the same for a report sent again with its key.

    Raises:
        CaseRefused: It cannot be taken; nothing was stored.
    """
    check_report(report, now)
    if actor.user_no is None:
        raise ValueError("expected a user who reports")
    case_id = case_of_report(actor.user_no, report.retry_key)
    with connection.transaction():
        lock_cases(connection)
        if not is_known(connection, case_id):
            _check_sender(connection, report, actor, now)
            _open(connection, case_id, report, actor, now)
    # Taken is taken: where looking takes too long now, the background process looks again.
    with contextlib.suppress(psycopg.errors.QueryCanceled):
        match_reports(connection, now, only=case_id)
    return case_id


def case_of_report(user_no: int, retry_key: str | None) -> UUID:
    """Return the id of the case that a report opens: the same for a report that is sent again with its key."""
    return uuid.uuid4() if retry_key is None else uuid.uuid5(CASE_NAMESPACE, f"report/{user_no}/{retry_key}")


def assert_reports_left(reported: int) -> None:
    """Refuse one more report of somebody who does not work cases.

    Raises:
        TooManyReports: So many were sent within an hour.
    """
    if reported >= REPORTS_MOST:
        raise TooManyReports(f"expected at most {REPORTS_MOST} reports an hour, got one more")


def match_reports(connection: Connection, now: datetime, only: UUID | None = None) -> int:
    """Look which trucks were near the places of reports, for those for which it is time; return how many.

    The looking holds no lock: it reads the index of every truck, which takes a second for 10,000.

    Args:
        connection: In autocommit.
        now: The present instant.
        only: One report; who sent it does not wait for those of others.
    """
    due = due_to_match(connection, now, only)
    for row in due:
        again_at = look_again_at(row["opened_at"], now)
        found: list[Mapping[str, Any]] | None
        try:
            found = [*trucks_near(connection, row["lon_deg"], row["lat_deg"], row["start_time"])]
        except psycopg.errors.QueryCanceled:
            if only is not None:
                raise
            found = None  # the others are looked after all the same, this one with the next look
        with connection.transaction():
            lock_cases(connection)
            if found is None:
                look_later(connection, row["case_id"], again_at=again_at, now=now)
            else:
                replace_candidates(connection, row["case_id"], found, again_at=again_at, now=now)
    return len(due)


def forget_photos(connection: Connection, now: datetime) -> int:
    """Forget photos that nobody used; return how many."""
    return forget_unused_photos(connection, now - PHOTO_KEPT)


def _check_sender(connection: Connection, report: Report, actor: Actor, now: datetime) -> None:
    user_no = actor.user_no or 0
    if report.source == "hotline" and not actor.may_work:
        assert_reports_left(reports_since(connection, user_no, now - timedelta(hours=1)))
    if report.photos and (unknown := set(report.photos) - own_photos(connection, report.photos, user_no)):
        raise BadReport(f"expected photos that you sent, got {min(map(str, unknown))}")


def _open(connection: Connection, case_id: UUID, report: Report, actor: Actor, now: datetime) -> None:
    truck = _truck(connection, report, actor)
    lon_deg, lat_deg = report.place or (None, None)
    state = opened_by(report, truck, district_of(connection, report.place), now)
    given = {
        "case_id": case_id,
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "reporter_no": actor.user_no,
        "reported_plate": normal_plate(report.plate) if report.plate else None,
        "description": report.description,
        "contact": report.contact,
        "reference": report.reference,
        "match_at": None if report.place is None else now,
        "updated_at": now,
    }
    add_cases(connection, [asdict(state) | given])
    told = told_of(report, truck)
    step = StepRecord("open", now, actor, None, "new", report.description, told, tuple(dict.fromkeys(report.photos)))
    add_steps(connection, [step_row(case_id, step)])


def _truck(connection: Connection, report: Report, actor: Actor) -> Truck | None:
    """Return the truck that is named, or the only one that bears the plate."""
    if report.vehicle_id is not None:
        named = truck_named(connection, report.vehicle_id, actor.user_no or 0)
        if named is None:
            raise BadReport(f"expected a vehicle of the registry, got {report.vehicle_id!r}")
        return Truck(**named)
    if report.plate is None:
        return None
    rows = read_plates(connection)
    found = PlateIndex.of([row["plate"] for row in rows]).row(report.plate, None)
    if found < 0:
        return None
    return Truck(rows[found]["vehicle_no"], rows[found]["vehicle_id"], rows[found]["company_id"])
