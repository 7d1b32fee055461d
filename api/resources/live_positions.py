"""`/v1/positions/live`: a WebSocket of where everything is, once a second; `docs/live-positions.md` is its contract."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from fastapi_problem.error import Problem

from api.audit import noted
from api.errors import (
    PROBLEM_URI,
    ApiError,
    NotLoggedInError,
    NotPermittedError,
    TooManyStreamsError,
    UpgradeNeededError,
    WrongOriginError,
    kind_of,
    problem_responses,
)
from api.live_positions import SCOPE_S
from api.live_positions_viewer import Shown
from api.recognition import recognized
from api.services import Services
from api.viewer import Looker, Permission, Viewer
from storage.queries.users import read_key, read_session

router = APIRouter(tags=["vehicles"])

PATH = "/v1/positions/live"
# What a browser is told when its user may see nothing more; it logs in again and comes back.
CLOSE_NOT_LOGGED_IN = 4401


@router.get(
    PATH,
    status_code=101,
    summary="Live positions by WebSocket",
    responses={
        101: {"description": "The WebSocket, for a request with `Upgrade: websocket`"},
        **problem_responses(
            UpgradeNeededError, NotLoggedInError, NotPermittedError, WrongOriginError, TooManyStreamsError
        ),
    },
)
async def live_positions(viewer: Looker) -> None:  # noqa: ARG001 - nobody else is told more
    """Connect with a WebSocket; without one this answers 426.

    Identify by the console's cookie, a bearer token, or `?ticket=` from `/v1/tickets`. First comes a text message
    `{"type": "legend", "vehicles": {"no": [], "id": [], "plate": [], "company_id": []}}`, again whenever something in
    it changed; then binary messages, one a second, little-endian. Header, 16 bytes: u8 version (1), u8 type (1 all,
    2 changes), u16 bytes of a record (20), u32 count, f64 server time (Unix, s). Record: u32 vehicle_no, i32 lon and
    i32 lat (1e-7 deg), u16 speed (0.01 m/s, 65535 unknown), u16 course (0.01 deg, 65535 unknown), u8 state (0 silent,
    1 parked, 2 moving empty, 3 moving loaded, 4 standing loaded, 5 moving, load unknown), u8 flags (1 open violation,
    2 sensor fault, 4 tamper alarm), u16 age of the position (s, 65535 or more).

    A viewer without the permission `track` is told the middle of a square of 0.01 degrees, at most once in ten
    minutes, without speed and course.
    """
    raise UpgradeNeededError("expected a WebSocket handshake, got a plain request")


@router.websocket(PATH)
async def live_positions_socket(websocket: WebSocket) -> None:
    """Send positions until one side leaves."""
    services: Services = websocket.app.state.services
    try:
        assert_same_origin(websocket)
        viewer = await recognized(websocket, Permission.LOOK)
        with services.live.looking(viewer.user_no):
            await noted(services, viewer, "look_live", "fleet", "all")
            await websocket.accept()
            await _until_one_leaves(websocket, services, viewer)
    except ApiError as error:
        await _refuse(websocket, error)


def assert_same_origin(websocket: WebSocket) -> None:
    """Refuse a page of another site, which would send this browser's cookie along.

    Raises:
        WrongOriginError: The page that connects was not served by this host.
    """
    origin = websocket.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != websocket.headers.get("host"):
        raise WrongOriginError(f"expected a page of this host, got one of {origin!r}")


async def _refuse(websocket: WebSocket, error: ApiError) -> None:
    kind = kind_of(error)
    problem = Problem(kind.title, type_=kind.name, detail=str(error), status=kind.status, **error.facts)
    body = problem.marshal(uri=PROBLEM_URI)
    await websocket.send_denial_response(JSONResponse(body, kind.status, media_type="application/problem+json"))


async def _until_one_leaves(websocket: WebSocket, services: Services, viewer: Viewer) -> None:
    both = (
        asyncio.create_task(_send(websocket, services, viewer)),
        asyncio.create_task(_until_closed(websocket)),
    )
    done, going_on = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    for task in going_on:
        task.cancel()
    await asyncio.wait(both)
    for task in done:
        if not isinstance(error := task.exception(), WebSocketDisconnect | None):
            raise error


async def _until_closed(websocket: WebSocket) -> None:
    """Drop what the client says, which is nothing, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _send(websocket: WebSocket, services: Services, viewer: Viewer) -> None:
    """Send a legend, everything, then what changes; `send` returns once the reader has taken what was sent before."""
    live, shown, scope_due_s = services.live, Shown(viewer), 0.0
    city = live.city if live.city.now_s else await live.after(live.city.tick)
    while True:
        if time.monotonic() >= scope_due_s:
            if not await _is_still(services, viewer):
                await websocket.close(CLOSE_NOT_LOGGED_IN)
                return
            shown.see(await live.visible(viewer.user_no))
            scope_due_s = time.monotonic() + SCOPE_S
        legend = shown.legend(live.fleet)
        if legend is not None:
            await websocket.send_text(legend)
        # Who may look but not follow is told of the same ten minutes' first places again and again: no way shows.
        await websocket.send_bytes(shown.positions(city if viewer.may(Permission.TRACK) else live.coarse))
        city = await live.after(city.tick)


async def _is_still(services: Services, viewer: Viewer) -> bool:
    """Return whether the viewer is still who connected: logged in, not disabled, of the same role."""
    if viewer.session_id is not None:
        row = await services.database.read(partial(read_session, session_id=viewer.session_id))
    else:
        row = await services.database.read(partial(read_key, key_id=viewer.key_id or ""))
    return row is not None and row["role"] == viewer.role
