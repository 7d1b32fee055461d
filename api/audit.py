"""Who looked at what, written before the answer leaves: a look that cannot be logged does not happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from api.errors import ApiError
from api.services import Services
from api.viewer import Viewer
from storage.audit_log import Entry


async def noted(
    services: Services,
    viewer: Viewer,
    action: str,
    object_kind: str,
    object_id: str,
    *,
    allowed: bool = True,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append what the viewer did, or was refused, to the audit log.

    Args:
        services: Of the app.
        viewer: Who.
        action: A verb in snake case: `look_track`, `export`, `log_in`, `edit_register`.
        object_kind: `vehicle`, `case`, `user`, ...
        object_id: Which one.
        allowed: False where it was refused.
        detail: Further members: the range of a track, what changed.

    Raises:
        psycopg.OperationalError: It cannot be written.
        NotReadyError: Too much waits to be written.
    """
    entry = Entry(
        user_no=viewer.user_no,
        user_name=viewer.name,
        role=viewer.role,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        allowed=allowed,
        detail=detail or {},
    )
    await services.trail.append(entry)


@asynccontextmanager
async def looked(  # noqa: PLR0917 - in the order of a sentence: who looked how at what from when to when
    services: Services, viewer: Viewer, action: str, vehicle_id: str, start: datetime | None, end: datetime | None
) -> AsyncIterator[None]:
    """Log a look at where a truck was once the block has read it; also one that it refuses, as refused."""
    detail = {"start": start, "end": end}
    try:
        yield
    except ApiError:
        await noted(services, viewer, action, "vehicle", vehicle_id, allowed=False, detail=detail)
        raise
    await noted(services, viewer, action, "vehicle", vehicle_id, detail=detail)
