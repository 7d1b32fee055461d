"""Events of washers, gates, sites and dump points, and of trucks' silence: found from what is committed, by jobs.

A job says all that there is from an instant on, as often as it likes: found again changes nothing, found no more is
withdrawn and stays visible, and what was closed and goes on again is open again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from rules_engine.event import EVENT_NAMESPACE
from storage.event_rows import write_events
from storage.times import utc


@dataclass(frozen=True, slots=True)
class SubjectEvent:
    """An event of a device or place.

    Attributes:
        subject_kind: "washer", "gate", "site" or "dump_point".
        subject_id: Its id.
        kind: What was found.
        start_ms: When it began; part of its identity.
        confirmed_ms: Event time at which it had held long enough.
        end_ms: When it was over, None while it goes on.
        place: Latitude and longitude, None where it has no single one. [deg]
        severity: As of `Event`.
        opening: Evidence known at `confirmed_ms`.
        closing: Evidence over the whole, None while it goes on.
    """

    subject_kind: str
    subject_id: str
    kind: str
    start_ms: int
    confirmed_ms: int
    end_ms: int | None
    place: tuple[float, float] | None
    severity: int
    opening: dict[str, Any]
    closing: dict[str, Any] | None

    @property
    def event_id(self) -> uuid.UUID:
        """Return the name of the event, the same whenever it is found again."""
        return uuid.uuid5(EVENT_NAMESPACE, f"{self.subject_kind}:{self.subject_id}/{self.kind}/{self.start_ms}")


def replace_subject_events(
    connection: Connection,
    kind: str,
    found: Sequence[SubjectEvent],
    *,
    since_ms: int,
    found_at_ms: int,
    page_within_ms: int,
    world_version: str,
) -> None:
    """Make `found` all the events of a kind of devices and places that began at or after an instant, in a transaction.

    Args:
        connection: In autocommit.
        kind: The events' kind.
        found: All of them, none that began earlier.
        since_ms: Earlier ones are left alone. [ms]
        found_at_ms: Now. [ms]
        page_within_ms: Events confirmed longer ago page nobody. [ms]
        world_version: The world that they were found in.
    """
    documents = {event.event_id: _document(event) for event in found}
    now = utc(found_at_ms)
    with connection.transaction():
        write_events(
            connection,
            documents,
            found_at=now,
            page_within_ms=page_within_ms,
            world_version=world_version,
            since="-infinity",
        )
        connection.execute(WITHDRAW, {"kind": kind, "since": utc(since_ms), "found": list(documents), "now": now})


def _document(event: SubjectEvent) -> dict[str, Any]:
    lat_deg, lon_deg = event.place or (None, None)
    return {
        "event_id": event.event_id,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "kind": event.kind,
        "start_time": utc(event.start_ms),
        "epoch": 0,
        "seq": 0,
        "confirmed_at": utc(event.confirmed_ms),
        "end_time": None if event.end_ms is None else utc(event.end_ms),
        "lat_deg": lat_deg,
        "lon_deg": lon_deg,
        "severity": event.severity,
        "opening": event.opening,
        "closing": event.closing,
        "opened_to": utc(event.confirmed_ms),
        "closed_to": None if event.end_ms is None else utc(event.end_ms),
    }


WITHDRAW = """
update events set withdrawn_at = %(now)s
where
    kind = %(kind)s and vehicle_no is null and start_time >= %(since)s and withdrawn_at is null
    and event_id <> all(%(found)s::uuid[])
"""
