"""`/v1/photos`: pictures for steps and reports. Sent first, named by the step that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Query, Response, UploadFile
from fastapi.requests import HTTPConnection
from psycopg import Connection
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.body_limit import before_body
from api.errors import PhotoNotFoundError, problem_responses
from api.event_answer import Point
from api.masking import plates_in_full
from api.services import Services, ServicesDependency
from api.viewer import Looker, Permission, Reporter, Viewer
from storage.case_photos import add_photo, photos_since, read_photo_facts, read_photos_since, read_picture
from storage.duty import own_photos
from supervision.cases.errors import BadPhoto, TooManyReports
from supervision.photos.reading import BYTES_MOST, Photo, read_photo

router = APIRouter(tags=["cases"])

# Decoding takes a core for a tenth of a second and 150 MB: one at a time leaves the rest of the API its memory.
DECODER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
# An inspector's day, and what a citizen needs to be believed.
HOURLY_MOST = {True: 300, False: 20}


class PhotoTaken(BaseModel):
    """Names a photo for steps and reports."""

    photo_id: UUID


class PhotoFacts(BaseModel):
    """What is known of a photo.

    Attributes:
        uploaded_by: Login; empty for who does not work cases: it may have been a citizen.
        sha256: Of the JPEG that is kept; `original_sha256` of what was sent.
        taken_at: By the camera, where it told its zone or had GNSS.
        taken_local: The camera's clock.
        position: By the camera.
        sent_before: How many other photos kept are the same file: one of another day, perhaps.
    """

    photo_id: UUID
    uploaded_by: str
    uploaded_at: AwareDatetime
    sha256: str
    original_sha256: str
    width: int
    height: int
    bytes: int
    taken_at: AwareDatetime | None
    taken_local: str | None
    position: Point | None
    camera: str | None
    sent_before: int


async def assert_may_send_more(services: Services, viewer: Viewer, _request: HTTPConnection) -> None:
    """Refuse a photo before it is read.

    Raises:
        TooManyReports: The user has sent too many within an hour.
    """
    since = datetime.now(UTC) - timedelta(hours=1)
    _assert_room(await services.database.read(partial(read_photos_since, user_no=viewer.user_no, since=since)), viewer)


@router.post(
    "/v1/photos",
    status_code=201,
    response_model=PhotoTaken,
    summary="Send a photo",
    responses=problem_responses(BadPhoto, TooManyReports),
)
@before_body(assert_may_send_more)
async def send_photo(
    services: ServicesDependency,
    viewer: Reporter,
    photo: Annotated[UploadFile, File(description=f"JPEG, PNG or WebP of at most {BYTES_MOST} bytes.")],
) -> Response:
    """Keep a photo; one that no step names within a day is forgotten."""
    photo_id = await kept_photo(services, viewer, await photo.read(BYTES_MOST + 1))
    return Response(
        content=b'{"photo_id":"%s"}' % str(photo_id).encode(),
        status_code=HTTPStatus.CREATED,
        media_type="application/json",
        headers={"location": f"/v1/photos/{photo_id}", "cache-control": "no-store"},
    )


async def kept_photo(services: Services, viewer: Viewer, content: bytes) -> UUID:
    """Keep a photo and return its id.

    Raises:
        BadPhoto: Nothing that can be kept.
        TooManyReports: The user has sent too many within an hour.
    """
    photo = await asyncio.get_running_loop().run_in_executor(DECODER, read_photo, content)
    row = _row(photo, viewer)
    await services.writer.write(partial(_keep, row=row, viewer=viewer))
    return UUID(str(row["photo_id"]))


@router.get(
    "/v1/photos/{photo_id}",
    response_class=Response,
    responses={
        200: {
            "description": "The picture",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        },
        **problem_responses(PhotoNotFoundError),
    },
    summary="A photo",
)
async def photo(
    services: ServicesDependency,
    viewer: Looker,
    photo_id: UUID,
    size: Annotated[Literal["full", "thumbnail"], Query(description="`thumbnail` fits 320 x 320.")] = "full",
) -> Response:
    """Return a photo that the asker sent, or that a step of a case shows which the asker sees."""
    query = partial(read_picture, photo_id=photo_id, viewer=viewer.user_no, thumbnail=size == "thumbnail")
    # A photo shows the plate that it was taken for.
    picture = await services.database.read(query) if plates_in_full(viewer) else None
    if picture is None:
        raise PhotoNotFoundError(f"expected a photo, got {photo_id}", photo_id=str(photo_id))
    # It never changes, and whoever saw it has it; whoever comes after them at the same screen asks anew.
    headers = {
        "cache-control": "private, no-cache",
        "etag": f'"{photo_id}-{size}"',
        "x-content-type-options": "nosniff",
    }
    return Response(picture, media_type="image/jpeg", headers=headers)


@router.get(
    "/v1/photos/{photo_id}/facts",
    response_model=PhotoFacts,
    summary="What is known of a photo",
    responses=problem_responses(PhotoNotFoundError),
)
async def photo_facts(services: ServicesDependency, viewer: Looker, photo_id: UUID) -> Response:
    """Return hashes, size, and what the camera told of time and place."""
    row = await services.database.read(partial(read_photo_facts, photo_id=photo_id, viewer=viewer.user_no))
    if row is None:
        raise PhotoNotFoundError(f"expected a photo, got {photo_id}", photo_id=str(photo_id))
    lon_deg, lat_deg = row.pop("lon_deg"), row.pop("lat_deg")
    position = None if lon_deg is None else {"type": "Point", "coordinates": (lon_deg, lat_deg)}
    named = row["uploaded_by"] if viewer.may(Permission.WORK) or row["uploaded_by"] == viewer.name else ""
    return json_answer(row | {"uploaded_by": named, "position": position})


def refuse_strange(connection: Connection, photos: Sequence[UUID], user_no: int) -> None:
    """Return if a user sent these photos, which are kept until the transaction ends.

    Raises:
        PhotoNotFoundError: One is not the user's.
    """
    strange = set(photos) - own_photos(connection, photos, user_no) if photos else set()
    if strange:
        raise PhotoNotFoundError(f"expected photos that you sent, got {min(map(str, strange))}")


def _row(photo: Photo, viewer: Viewer) -> dict[str, Any]:
    lon_deg, lat_deg = photo.place or (None, None)
    given = {"photo_id": uuid4(), "uploader_no": viewer.user_no, "uploaded_at": datetime.now(UTC)}
    return asdict(photo) | given | {"lon_deg": lon_deg, "lat_deg": lat_deg}


def _keep(connection: Connection, row: dict[str, Any], viewer: Viewer) -> None:
    _assert_room(photos_since(connection, viewer.user_no, row["uploaded_at"] - timedelta(hours=1)), viewer)
    add_photo(connection, row)


def _assert_room(sent: int, viewer: Viewer) -> None:
    most = HOURLY_MOST[viewer.may(Permission.WORK)]
    if sent >= most:
        raise TooManyReports(f"expected at most {most} photos an hour, got one more")
