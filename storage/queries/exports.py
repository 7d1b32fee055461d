"""Exports as their askers see them: nobody sees another's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.exports import MEMBERS

LIST = f"""
    select {MEMBERS} from exports
    where user_no = %(user_no)s and coalesce(expires_at, 'infinity') > now()
        and (%(export_id)s::uuid is null or export_id = %(export_id)s)
    order by asked_at desc, export_id limit 100
"""  # noqa: S608 - our names
CHUNK = "select bytes from export_chunks where export_id = %s and chunk_no = %s"


async def read_exports(connection: AsyncConnection[Any], user_no: int, export_id: UUID | None = None) -> list[DictRow]:
    """Return a user's exports that have not expired, newest first, at most 100; or the one of this id."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LIST, {"user_no": user_no, "export_id": export_id})
        return await cursor.fetchall()


async def read_chunk(connection: AsyncConnection[Any], export_id: UUID, chunk_no: int) -> bytes | None:
    """Return one piece of a file; None after the last."""
    cursor = await connection.execute(CHUNK, [export_id, chunk_no], binary=True)
    row = await cursor.fetchone()
    return None if row is None else bytes(row[0])
