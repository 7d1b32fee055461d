"""Cases worked: reads what a decision needs, lets `supervision.cases` decide, writes it, in one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from storage.case_events import advance, keep_events, read_concerned, read_kept, read_news
from storage.cases import add_cases, add_steps, change_cases, lock_cases
from supervision.cases.opening import CaseBook, EventKept, EventSeen, enter
from supervision.cases.state import CaseState, StepRecord

# Events of one transaction: others who write cases wait for it, at most some tenths of a second.
PAGE = 200
# Of one call: whoever calls looks after its other work in between.
PAGES_MOST = 50

_SEEN = tuple(field.name for field in fields(EventSeen))
_KEPT = tuple(field.name for field in fields(EventKept))
_STATE = tuple(field.name for field in fields(CaseState))


def open_cases(connection: Connection, now: datetime) -> int:
    """Let every event new or changed since the last call have its effect on cases; return how many there were.

    May be called by any number of workers, at any time, and be killed anywhere: what was committed is not done again.

    Args:
        connection: In autocommit.
        now: When cases opened here are opened.
    """
    done = 0
    for _ in range(PAGES_MOST):
        with connection.transaction():
            lock_cases(connection)
            count = _open_page(connection, now)
        done += count
        if count < PAGE:
            break
    return done


def state_of(row: Mapping[str, Any]) -> CaseState:
    """Return the state that a row of `cases` holds."""
    return CaseState(**{name: row[name] for name in _STATE})


def step_row(case_id: UUID, step: StepRecord) -> dict[str, Any]:
    """Return a step as it is stored."""
    return {
        "case_id": case_id,
        "at": step.at,
        "user_no": step.actor.user_no,
        "by_name": step.actor.name,
        "by_display_name": step.actor.display_name,
        "step": step.step,
        "from_status": step.from_status,
        "to_status": step.to_status,
        "comment": step.comment,
        "detail": dict(step.detail),
        "photos": list(step.photos),
    }


def _open_page(connection: Connection, now: datetime) -> int:
    news = read_news(connection, PAGE)
    if news:
        book = _book(connection, news)
        for row in news:
            enter(book, EventSeen(**{name: row[name] for name in _SEEN}), now)
        _write(connection, book, now)
        advance(connection, news[-1]["change_no"])
    return len(news)


def _book(connection: Connection, news: Sequence[Mapping[str, Any]]) -> CaseBook:
    book = CaseBook()
    for row in read_concerned(connection, news):
        book.add(row["case_id"], state_of(row))
        if row["touched"]:
            book.touched.add(row["case_id"])
    for row in read_kept(connection, list(book.states)):
        kept = EventKept(**{name: row[name] for name in _KEPT})
        book.events.setdefault(row["case_id"], {})[row["event_id"]] = kept
        book.case_of[row["event_id"]] = row["case_id"]
    return book


def _write(connection: Connection, book: CaseBook, now: datetime) -> None:
    opened = set(book.opened)
    rows = {case_id: asdict(book.states[case_id]) | {"case_id": case_id, "updated_at": now} for case_id in book.changed}
    places = {case_id: dict(zip(("lon_deg", "lat_deg"), place, strict=True)) for case_id, place in book.places.items()}
    add_cases(connection, [rows[case_id] | places[case_id] for case_id in book.opened])
    change_cases(connection, [row for case_id, row in rows.items() if case_id not in opened])
    keep_events(connection, [_kept_row(book, event_id, now) for event_id in book.joined])
    add_steps(connection, [step_row(case_id, step) for case_id, step in book.steps])


def _kept_row(book: CaseBook, event_id: UUID, now: datetime) -> dict[str, Any]:
    case_id = book.case_of[event_id]
    return asdict(book.events[case_id][event_id]) | {"event_id": event_id, "case_id": case_id, "joined_at": now}
