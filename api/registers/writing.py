"""The routes that change a register, made of its description: whole items, some members, retiring; and the history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from api.crs import Crs, CrsQuery
from api.errors import (
    BadCursorError,
    ChangedMeanwhileError,
    PageTooLargeError,
    RegisterItemNotFoundError,
    RegisterItemThereError,
    RegisterRefusedError,
    StillReferredToError,
    VersionRequiredError,
    problem_responses,
)
from api.pages import decode_cursor, number_part
from api.parameters import CursorQuery, LimitQuery
from api.registers.editing import REASON_MOST, Change, change_items, retire, sent_item, sent_json, sent_version
from api.registers.history import RegisterChangePage, history_answer
from api.registers.reading import ItemIdPath, item_response, one_of
from api.registers.schemas import answers, body, change_schema, item_schema, list_name
from api.services import Services, ServicesDependency
from api.viewer import Permission, Registrar, Viewer, requires
from supervision.registers.faults import Fault
from supervision.registers.files import Row
from supervision.registers.items import Item
from supervision.registers.table import Register

Reason = Annotated[str, StringConstraints(min_length=1, max_length=REASON_MOST, pattern=r"^[^\x00]+$")]
ReasonQuery = Annotated[Reason | None, Query(description="Why; stands in the history.")]
CHANGE_PROBLEMS = (RegisterRefusedError, ChangedMeanwhileError, VersionRequiredError)
VersionQuery = Annotated[int | None, Query(ge=0, le=2**62, description="Which was read, if not in `If-Match`.")]
Read = Callable[[Services, Change, str, Crs], Awaitable[Item]]


async def _item_of(services: Services, change: Change, item_id: str, crs: Crs) -> Item:
    return await one_of(services, change.viewer, change.register, item_id, crs)


def add_writing(router: APIRouter, register: Register, read: Read = _item_of) -> None:
    """Add the routes that change a register, for who may.

    Args:
        router: Gets them.
        register: Whose they are.
        read: Returns an item as it is answered after it was changed.
    """
    editor = requires(Permission(register.permission))
    _add_changes(router, register, editor, read)
    if register.may_create:
        _add_creation(router, register, editor, read)
        if register.name != "permits":  # a permit ends by its steps
            _add_retiring(router, register, editor)
    _add_history(router, register)


async def _changed(services: Services, item: Item, change: Change, crs: Crs, read: Read) -> Response:
    (plan,) = await change_items(services, [Row(1, item)], change)
    answer = await read(services, change, plan.item_id, crs)
    return item_response(change.register, answer, 201 if plan.action == "created" else 200)


def _with_id(register: Register, item: Item, item_id: str) -> Item:
    """Return an item with the id of its path.

    Raises:
        RegisterRefusedError: It names another one itself.
    """
    named = item.get(register.id_name)
    if named is not None and named != item_id:
        fault = Fault(register.id_name, f"{item_id!r}, as in the path", repr(named)[:100], item_id)
        raise RegisterRefusedError(str(fault), errors=[fault.told()])
    return {**item, register.id_name: item_id}


def _add_changes(router: APIRouter, register: Register, editor: Any, read: Read) -> None:
    async def changed(
        request: Request, services: Services, viewer: Viewer, *, item_id: str, crs: Crs, reason: str | None, whole: bool
    ) -> Response:
        sent = await sent_json(request)
        item = _with_id(register, await sent_item(register, sent, crs), item_id)
        versions = {item_id: sent_version(request, sent)}
        change = Change(viewer, register, "console", whole, versions, reason=reason)
        return await _changed(services, item, change, crs, read)

    async def put(
        request: Request,
        services: ServicesDependency,
        viewer: Viewer = editor,
        *,
        item_id: ItemIdPath,
        crs: CrsQuery = "wgs84",
        reason: ReasonQuery = None,
    ) -> Response:
        return await changed(request, services, viewer, item_id=item_id, crs=crs, reason=reason, whole=True)

    async def patch(
        request: Request,
        services: ServicesDependency,
        viewer: Viewer = editor,
        *,
        item_id: ItemIdPath,
        crs: CrsQuery = "wgs84",
        reason: ReasonQuery = None,
    ) -> Response:
        return await changed(request, services, viewer, item_id=item_id, crs=crs, reason=reason, whole=False)

    described = "The version that was read stands in `If-Match` or in the body; a change of another one is refused."
    for method, route, schema, what in (
        ("PUT", put, item_schema(register, answer=False), "Write an item whole; one that is not there is created."),
        ("PATCH", patch, change_schema(register), "Change some members of an item; null takes one away."),
    ):
        item = item_schema(register, answer=True)
        schemas = answers(item) | (answers(item, 201) if register.may_create else {})
        router.add_api_route(
            f"/v1/{register.name}/{{item_id}}",
            route,
            methods=[method],
            name=f"{method.lower()}_{list_name(register)}",
            summary=f"{'Write' if method == 'PUT' else 'Change'} one of the {register.en.lower()}",
            description=f"{what} {described}",
            responses=schemas | problem_responses(*CHANGE_PROBLEMS),
            openapi_extra=body(schema),
        )


def _add_creation(router: APIRouter, register: Register, editor: Any, read: Read) -> None:
    async def create(
        request: Request,
        services: ServicesDependency,
        viewer: Viewer = editor,
        *,
        crs: CrsQuery = "wgs84",
        reason: ReasonQuery = None,
    ) -> Response:
        item = await sent_item(register, await sent_json(request), crs)
        change = Change(viewer, register, "console", whole=True, new=True, reason=reason)
        return await _changed(services, item, change, crs, read)

    router.add_api_route(
        f"/v1/{register.name}",
        create,
        methods=["POST"],
        status_code=201,
        name=f"create_{list_name(register)}",
        summary=f"Add to the {register.en.lower()}",
        description="Create an item; its id must be free.",
        responses=answers(item_schema(register, answer=True), 201)
        | problem_responses(RegisterRefusedError, RegisterItemThereError),
        openapi_extra=body(item_schema(register, answer=False)),
    )


def _add_retiring(router: APIRouter, register: Register, editor: Any) -> None:
    async def delete(
        request: Request,
        services: ServicesDependency,
        viewer: Viewer = editor,
        *,
        item_id: ItemIdPath,
        version: VersionQuery = None,
        reason: ReasonQuery = None,
    ) -> Response:
        read = sent_version(request, {"version": version})
        change = Change(viewer, register, "console", whole=True, versions={item_id: read}, reason=reason)
        await retire(services, item_id, change)
        return Response(status_code=204)

    router.add_api_route(
        f"/v1/{register.name}/{{item_id}}",
        delete,
        methods=["DELETE"],
        status_code=204,
        name=f"retire_{list_name(register)}",
        summary=f"Take one of the {register.en.lower()} out of service",
        description="Retire an item that nothing refers to any more. Its history and its records stay.",
        responses=problem_responses(*CHANGE_PROBLEMS, RegisterItemNotFoundError, StillReferredToError),
    )


def _add_history(router: APIRouter, register: Register) -> None:
    async def history(
        request: Request,
        services: ServicesDependency,
        _viewer: Registrar,
        item_id: ItemIdPath,
        *,
        limit: LimitQuery,
        cursor: CursorQuery = None,
    ) -> Response:
        key = decode_cursor(cursor, (number_part,))
        return await history_answer(
            request, services, limit, kind=register.document, item_id=item_id, before=key[0] if key else None
        )

    router.add_api_route(
        f"/v1/{register.name}/{{item_id}}/history",
        history,
        name=f"history_of_{list_name(register)}",
        summary=f"Changes of one of the {register.en.lower()}",
        description="Return who changed the item when, from what to what, the newest first.",
        response_model=RegisterChangePage,
        responses=problem_responses(BadCursorError, PageTooLargeError),
    )
