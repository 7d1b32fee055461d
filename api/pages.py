"""Keyset pages: an opaque cursor that names the last row given, and the link to what comes after it.

Never an OFFSET: rows are written all the time, and a page counted from the beginning would repeat and skip.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from fastapi import Request

from api.answers import json_bytes
from api.errors import ApiError, BadCursorError

Key = tuple[Any, ...]
Row = TypeVar("Row")


def encode_cursor(key: Key) -> str:
    """Return the cursor that names a row by its key."""
    return base64.urlsafe_b64encode(json_bytes(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, readers: tuple[Callable[[Any], Any], ...]) -> Key | None:
    """Return the key in a cursor; None for the first page, which has no cursor.

    Args:
        cursor: As `encode_cursor` made it.
        readers: What reads each part of this list's keys.

    Raises:
        BadCursorError: It was not made by this list.
    """
    if cursor is None:
        return None
    try:
        parts = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        return tuple(read(part) for read, part in zip(readers, parts, strict=True))
    except (ApiError, AttributeError, TypeError, ValueError) as error:
        raise BadCursorError(f"expected a cursor given out by this list, got {cursor!r}") from error


def number_part(part: Any) -> int:
    """Read a number in a cursor's key.

    Raises:
        ValueError: Not an integer that PostgreSQL's bigint holds.
    """
    if not isinstance(part, int) or isinstance(part, bool) or not 0 <= part < 2**63:
        raise ValueError(f"expected a number of a row, got {part!r}")
    return part


def name_part(part: Any) -> str:
    """Read a name in a cursor's key.

    Raises:
        ValueError: No text, or text that PostgreSQL cannot hold.
    """
    if not isinstance(part, str) or "\x00" in part:
        raise ValueError(f"expected a name, got {part!r}")
    return part


def next_link(request: Request, rows: Sequence[Row], limit: int, key: Callable[[Row], Key]) -> str | None:
    """Return the path and query of the page after these rows; None where they do not fill a page.

    Args:
        request: The request for this page.
        rows: The rows of this page.
        limit: Most rows of a page.
        key: Names a row; in the order that the list is sorted by.
    """
    if len(rows) < limit:
        return None
    url = request.url.include_query_params(cursor=encode_cursor(key(rows[-1])))
    return f"{url.path}?{url.query}"
