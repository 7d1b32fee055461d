"""`/v1/events/{event_id}/evidence`, `/v1/cases/{case_id}/evidence`: one signed file of all that is known; its keys.

Each download is noted twice: in the audit log as a look, and among the bundles that were given out, by their content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from psycopg import AsyncConnection
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.audit import noted
from api.errors import EventNotFoundError, NotPermittedError, problem_responses
from api.masking import shown_driver, shown_plate
from api.services import Services, ServicesDependency
from api.viewer import Exporter, Looker, Permission, Viewer
from storage.evidence import note_issued
from storage.queries.evidence import read_case_dossier, read_event_dossier
from storage.queries.evidence_keys import read_keys
from supervision.cases.errors import UnknownCase
from supervision.evidence.dossier import Reader
from supervision.evidence.keys import SigningKey, derived_key, fingerprint, public_pem, read_key
from supervision.evidence.making import Made, make_evidence

router = APIRouter(tags=["evidence"])

# What tells whether anything is hidden from a reader.
PLATE, PERSON = "苏D12345", "王强"
# Drawing takes a tenth of a second of a core; more at once would only wait on each other and hold memory.
AT_A_TIME = asyncio.Semaphore(2)


class EvidenceLanguage(StrEnum):
    """In which language the pages are."""

    ZH = "zh"
    EN = "en"


class EvidenceFormat(StrEnum):
    """The whole signed bundle, or the pages in it alone."""

    ZIP = "zip"
    PDF = "pdf"


class EvidenceKey(BaseModel):
    """A public key.

    Attributes:
        fingerprint: SHA-256 of its 32 bytes, printed on each evidence file.
        pem: To be given to `muckline evidence verify --key`.
        current: Whether new bundles are signed with it.
    """

    fingerprint: str
    algorithm: str
    public_key: str
    pem: str
    first_used_at: AwareDatetime | None
    current: bool


class EvidenceKeys(BaseModel):
    """Every key that ever signed, the oldest first."""

    keys: list[EvidenceKey]


LanguageQuery = Annotated[EvidenceLanguage, Query(description="Language of the pages.")]
FormatQuery = Annotated[
    EvidenceFormat,
    Query(alias="format", description="`zip`: the signed bundle; `pdf`: its pages, not signed by themselves."),
]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/v1/evidence/keys", response_model=EvidenceKeys, summary="Keys that sign evidence")
async def evidence_keys(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - the login is asked for
    """Return the public keys, also those no longer in use."""
    current = signing_key(services)
    rows = {row["fingerprint"]: row for row in await services.database.read(read_keys)}
    rows.setdefault(current.fingerprint, {"public_key": current.public, "first_used_at": None})
    keys = [_key(bytes(row["public_key"]), row["first_used_at"], current) for row in rows.values()]
    return json_answer({"keys": keys})


def _key(public: bytes, first_used_at: datetime | None, current: SigningKey) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint(public),
        "algorithm": "Ed25519",
        "public_key": public.hex(),
        "pem": public_pem(public),
        "first_used_at": first_used_at,
        "current": public == current.public,
    }


@router.get(
    "/v1/events/{event_id}/evidence",
    response_class=Response,
    summary="Evidence of an event",
    responses={**FILES, **problem_responses(EventNotFoundError, NotPermittedError)},
)
async def event_evidence(
    services: ServicesDependency,
    viewer: Exporter,
    event_id: UUID,
    format_: FormatQuery = EvidenceFormat.ZIP,
    language: LanguageQuery = EvidenceLanguage.ZH,
) -> Response:
    """Return everything that the records say of an event, signed."""
    await _assert_may_track(services, viewer, "event", event_id)
    read = partial(read_event_dossier, event_id=event_id, viewer=viewer.user_no)
    made = await _made(services, viewer, read, language)
    if made is None:
        await noted(services, viewer, "take_evidence", "event", str(event_id), allowed=False)
        raise EventNotFoundError(f"expected an event that was found, got {event_id}", event_id=str(event_id))
    return await _given(services, viewer, made, ("event", str(event_id)), format_)


@router.get(
    "/v1/cases/{case_id}/evidence",
    response_class=Response,
    summary="Evidence of a case",
    responses={**FILES, **problem_responses(UnknownCase, NotPermittedError)},
)
async def case_evidence(
    services: ServicesDependency,
    viewer: Exporter,
    case_id: UUID,
    format_: FormatQuery = EvidenceFormat.ZIP,
    language: LanguageQuery = EvidenceLanguage.ZH,
) -> Response:
    """Return everything that the records say of a case, its steps and photographs included, signed."""
    await _assert_may_track(services, viewer, "case", case_id)
    read = partial(read_case_dossier, case_id=case_id, viewer=viewer.user_no)
    made = await _made(services, viewer, read, language)
    if made is None:
        await noted(services, viewer, "take_evidence", "case", str(case_id), allowed=False)
        raise UnknownCase(f"expected a case, got {case_id}", case_id=str(case_id))
    return await _given(services, viewer, made, ("case", str(case_id)), format_)


async def _assert_may_track(services: Services, viewer: Viewer, kind: str, object_id: UUID) -> None:
    """Refuse, and note, who may export but not see where a truck was: a bundle holds its fixes.

    Raises:
        NotPermittedError: The role, or the key, has not got the permission.
    """
    if not viewer.may(Permission.TRACK):
        await noted(services, viewer, "take_evidence", kind, str(object_id), allowed=False)
        raise NotPermittedError(f"expected a role that may {Permission.TRACK}, got {viewer.role}", role=viewer.role)


async def _made(
    services: Services,
    viewer: Viewer,
    read: Callable[[AsyncConnection[Any]], Awaitable[dict[str, Any] | None]],
    language: EvidenceLanguage,
) -> Made | None:
    async with AT_A_TIME:
        dossier = await services.database.read(read)
        if dossier is None:
            return None
        masks = shown_plate(viewer, PLATE) != PLATE or shown_driver(viewer, PERSON) != PERSON
        shown = (partial(shown_plate, viewer), partial(shown_driver, viewer))
        reader = Reader(language, *shown, masks, reporter=viewer.may(Permission.WORK))
        return await asyncio.to_thread(make_evidence, dossier, reader, signing_key(services), datetime.now(UTC))


async def _given(
    services: Services, viewer: Viewer, made: Made, about: tuple[str, str], format_: EvidenceFormat
) -> Response:
    """Note the bundle, then hand it out: what cannot be noted is not given."""
    kind, object_id = about
    key = signing_key(services)
    detail = {"format": format_, "manifest_sha256": made.manifest_sha256}
    await noted(services, viewer, "take_evidence", kind, object_id, detail=detail)
    note = partial(
        note_issued,
        fingerprint=key.fingerprint,
        public_key=key.public,
        user_name=viewer.name,
        object_kind=kind,
        object_id=object_id,
        manifest_sha256=made.manifest_sha256,
    )
    await services.writer.write(note)
    content = made.archive if format_ is EvidenceFormat.ZIP else made.pdf
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="evidence-{kind}-{object_id}.{format_}"',
        "x-manifest-sha256": made.manifest_sha256,
    }
    return Response(content, media_type=f"application/{format_}", headers=headers)


def signing_key(services: Services) -> SigningKey:
    """Return the key of this API: its own file, or what belongs to the secret that all APIs of a city share."""
    path = services.settings.evidence_key_file
    return derived_key(services.secret) if path is None else _key_in(path)


@lru_cache(maxsize=4)
def _key_in(path: Path) -> SigningKey:
    return read_key(path)
