"""The routes that read a register, made of its description: list, one, and files."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from api.answers import json_answer
from api.audit import noted
from api.crs import Crs, CrsQuery
from api.errors import (
    AnswerTooLargeError,
    BadBboxError,
    BadCursorError,
    PageTooLargeError,
    RegisterItemNotFoundError,
    problem_responses,
)
from api.pages import decode_cursor, name_part, next_link
from api.parameters import BboxQuery, CursorQuery, LimitQuery, Name
from api.registers.answers import GEOJSON, collection, has_places, hidden_members, item_answer
from api.registers.editing import not_found
from api.registers.filters import filtered
from api.registers.schemas import answers, features_schema, item_schema, list_name, page_schema
from api.registers.slow_work import aside
from api.services import Services, ServicesDependency
from api.viewer import Exporter, Looker, Viewer
from storage.queries.registers import Wanted, read_item, read_items
from supervision.registers.files import write_csv
from supervision.registers.table import Register

FILE_MOST = 20_000  # items of one file, as many as one import takes
AT_ONCE_MOST = 1_000  # items that are answered in some milliseconds
ItemIdPath = Annotated[Name, Path(description="The item's id.")]
Format = Literal["json", "geojson"]


async def items_of(
    services: Services, viewer: Viewer, register: Register, wanted: Wanted, crs: Crs
) -> list[dict[str, Any]]:
    """Return the answers for some items of a register."""
    rows = await services.database.read(
        partial(read_items, viewer=viewer.user_no, document=register.document, wanted=wanted)
    )

    def answered() -> list[dict[str, Any]]:
        return [item_answer(register, viewer, row, crs) for row in rows]

    return answered() if crs == "wgs84" and len(rows) <= AT_ONCE_MOST else await aside(answered)


async def one_of(services: Services, viewer: Viewer, register: Register, item_id: str, crs: Crs) -> dict[str, Any]:
    """Return the answer for one item.

    Raises:
        RegisterItemNotFoundError: There is none in service, or the viewer does not see it.
    """
    query = partial(read_item, viewer=viewer.user_no, document=register.document, item_id=item_id)
    row = await services.database.read(query)
    if row is None or any(row["item"].get(name) != value for name, value in register.only.items()):
        raise not_found(register, item_id)
    answered = partial(item_answer, register, viewer, row, crs)
    return answered() if crs == "wgs84" else await aside(answered)


def item_response(register: Register, item: dict[str, Any], status: int = 200) -> Response:
    """Return an item with its version as ETag."""
    answer = json_answer(item)
    answer.status_code = status
    answer.headers["etag"] = f'"{item["version"]}"'
    if status == 201:
        answer.headers["location"] = f"/v1/{register.name}/{quote(item[register.id_name])}"
    return answer


def add_reading(router: APIRouter, register: Register) -> None:
    """Add the routes that read a register."""
    filters = filtered(register)

    async def listed(
        request: Request,
        services: ServicesDependency,
        viewer: Looker,
        *,
        q: Annotated[Name | None, Query(description="Only where the id or a name contains this.")] = None,
        bbox: BboxQuery = None,
        format_: Annotated[
            Format, Query(alias="format", description="`geojson` also by `Accept: application/geo+json`.")
        ] = "json",
        crs: CrsQuery = "wgs84",
        equal: dict[str, Any] = filters,
        limit: LimitQuery,
        cursor: CursorQuery = None,
    ) -> Response:
        key = decode_cursor(cursor, (name_part,))
        wanted = Wanted(
            equal=equal,
            text=q,
            searched=register.searched,
            hidden=hidden_members(register, viewer),
            box=bbox if register.geometry else None,
            after=key[0] if key else None,
            limit=limit,
        )
        items = await items_of(services, viewer, register, wanted, crs)
        link = next_link(request, items, limit, lambda item: (item[register.id_name],))
        if has_places(register) and (format_ == "geojson" or GEOJSON in request.headers.get("accept", "")):
            return json_answer(collection(register, items, next=link), GEOJSON)
        return json_answer({list_name(register): items, "next": link})

    router.add_api_route(
        f"/v1/{register.name}",
        listed,
        name=f"list_{list_name(register)}",
        summary=f"{register.en} ({register.zh})",
        description=f"Return the {register.en.lower()} in service that the viewer sees, by id.",
        responses=_listed(register) | problem_responses(BadCursorError, PageTooLargeError, BadBboxError),
    )
    add_files(router, register)
    _add_one(router, register)


def _listed(register: Register) -> dict[int | str, Any]:
    described = answers(page_schema(register))
    if has_places(register):
        described[200]["content"][GEOJSON] = {"schema": features_schema()}
    return described


def _add_one(router: APIRouter, register: Register) -> None:
    async def one(
        services: ServicesDependency,
        viewer: Looker,
        item_id: ItemIdPath,
        crs: CrsQuery = "wgs84",
    ) -> Response:
        return item_response(register, await one_of(services, viewer, register, item_id, crs))

    router.add_api_route(
        f"/v1/{register.name}/{{item_id}}",
        one,
        name=f"one_of_{list_name(register)}",
        summary=f"One of the {register.en.lower()}",
        description="Return an item; its ETag is the version that a change of it must name.",
        responses=answers(item_schema(register, answer=True)) | problem_responses(RegisterItemNotFoundError),
    )


def add_files(router: APIRouter, register: Register) -> None:
    """Add the routes that give a register as a file."""
    filters = filtered(register)

    async def file_items(
        services: Services, viewer: Viewer, *, equal: dict[str, Any], crs: Crs, media_type: str
    ) -> list[dict[str, Any]]:
        wanted = Wanted(equal=equal, limit=FILE_MOST + 1)
        items = await items_of(services, viewer, register, wanted, crs)
        if len(items) > FILE_MOST:
            raise AnswerTooLargeError(f"expected at most {FILE_MOST} items, got more; narrow by a filter")
        detail = {"format": media_type, "items": len(items), "crs": crs}
        await noted(services, viewer, "export", register.document, "", detail=detail)
        return items

    async def as_csv(
        services: ServicesDependency, viewer: Exporter, crs: CrsQuery = "wgs84", equal: dict[str, Any] = filters
    ) -> Response:
        items = await file_items(services, viewer, equal=equal, crs=crs, media_type="text/csv")
        name = f"{register.name}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        content = await aside(partial(write_csv, register, items))
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    async def as_geojson(
        services: ServicesDependency, viewer: Exporter, crs: CrsQuery = "wgs84", equal: dict[str, Any] = filters
    ) -> Response:
        items = await file_items(services, viewer, equal=equal, crs=crs, media_type=GEOJSON)
        answer = await aside(lambda: json_answer(collection(register, items), GEOJSON))
        answer.headers["content-disposition"] = f'attachment; filename="{register.name}.geojson"'
        answer.headers["cache-control"] = "no-store"
        return answer

    text_schema = {"type": "string"}
    problems = problem_responses(AnswerTooLargeError)
    router.add_api_route(
        f"/v1/{register.name}.csv",
        as_csv,
        response_class=Response,
        name=f"csv_of_{list_name(register)}",
        summary=f"{register.en} as CSV",
        description="Return a file that an import takes back: UTF-8 with its mark, one column a member.",
        responses=answers(text_schema, media_type="text/csv") | problems,
    )
    if has_places(register):
        router.add_api_route(
            f"/v1/{register.name}.geojson",
            as_geojson,
            response_class=Response,
            name=f"geojson_of_{list_name(register)}",
            summary=f"{register.en} as GeoJSON",
            description="Return a FeatureCollection that an import takes back.",
            responses=answers(features_schema(), media_type=GEOJSON) | problems,
        )
