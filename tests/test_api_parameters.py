"""Boxes, cursors and the table of errors, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from api import errors
from api.errors import INTERNAL_ERROR, PROBLEMS, ApiError, BadBboxError, BadCursorError, kind_of
from api.pages import decode_cursor, encode_cursor, next_link, number_part
from api.parameters import Bbox, parse_bbox
from api.times import parse_time

INSTANT = datetime(2026, 5, 1, 12, 0, 0, 123456, UTC)
NAME = UUID("8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11")


def test_a_box() -> None:
    assert parse_bbox("119.9,31.6, 120.1,31.9") == Bbox(119.9, 31.6, 120.1, 31.9)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,nan,4", "1,2,inf,4", "3,2,1,4", "1,4,3,2"])
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(BadBboxError):
        parse_bbox(text)


def test_a_cursor_keeps_its_key_to_the_microsecond() -> None:
    cursor = encode_cursor((INSTANT, NAME))
    assert decode_cursor(cursor, (parse_time, UUID)) == (INSTANT, NAME)
    assert decode_cursor(None, (parse_time, UUID)) is None


@pytest.mark.parametrize(
    "cursor", ["", "%", "AAAA", "W10", encode_cursor((1,)), encode_cursor(("x", "y")), encode_cursor((1, 2, 3)), "é"]
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(cursor, (parse_time, UUID))


@given(st.text())
def test_any_text_as_a_cursor_is_read_or_refused(cursor: str) -> None:
    try:
        key = decode_cursor(cursor, (number_part,))
    except BadCursorError:
        return
    assert key is not None
    assert isinstance(key[0], int)


def test_the_next_link_keeps_the_other_parameters() -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/events",
        "query_string": b"kind=spillage&cursor=old",
        "headers": [(b"host", b"muck")],
    }
    request = Request(scope)
    link = next_link(request, [1, 2], 2, lambda row: (row,))
    assert link == f"/v1/events?kind=spillage&cursor={encode_cursor((2,))}"
    assert next_link(request, [1], 2, lambda row: (row,)) is None


def test_every_error_type_has_its_row_and_every_row_its_own_name() -> None:
    own = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ApiError)} - {
        ApiError
    }
    assert own <= PROBLEMS.keys()
    assert len({kind.name for kind in PROBLEMS.values()}) == len(PROBLEMS)


@pytest.mark.parametrize(
    ("error", "name", "status"),
    [
        (psycopg.errors.QueryCanceled(), "query-timeout", 503),
        (psycopg.errors.AdminShutdown(), "database-unavailable", 503),
        (psycopg.ProgrammingError(), "internal-error", 500),
        (RuntimeError("secret"), "internal-error", 500),
        (HTTPException(405), "method-not-allowed", 405),
    ],
)
def test_an_error_is_answered_by_its_nearest_row(error: Exception, name: str, status: int) -> None:
    kind = kind_of(error)
    assert (kind.name, kind.status) == (name, status)


def test_the_last_resort_stands_for_everything() -> None:
    assert PROBLEMS[Exception] is INTERNAL_ERROR
