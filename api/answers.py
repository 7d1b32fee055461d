"""JSON of answers: from NumPy columns and rows straight to bytes, every time RFC 3339 with offset, NaN as null."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response

# OPT_UTC_Z writes UTC as "Z", the offset that RFC 3339 gives it; datetime64 columns are UTC by definition.
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


def json_bytes(content: Any) -> bytes:
    """Return JSON of dicts, lists, aware UTC times, UUIDs and C-contiguous NumPy arrays."""
    return orjson.dumps(content, option=_OPTIONS)


def json_answer(content: Any, media_type: str = "application/json", *, status: int = 200) -> Response:
    """Return an answer without a Python object per row; its response model is documentation, tested not run."""
    # Where a truck is, is nobody's but the asker's, and old a second later: no cache may keep it.
    return Response(json_bytes(content), status, media_type=media_type, headers={"cache-control": "no-store"})
