"""Photos kept with the cases they belong to, in the same database: one backup holds both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen
from storage.scores import SEEN as SUBJECT_SEEN

ADD = """
    insert into photos (
        photo_id, uploader_no, uploaded_at, sha256, original_sha256, width, height, image, thumbnail, taken_at,
        taken_local, lon_deg, lat_deg, camera
    ) values (
        %(photo_id)s, %(uploader_no)s, %(uploaded_at)s, %(sha256)s, %(original_sha256)s, %(width)s, %(height)s,
        %(image)s, %(thumbnail)s, %(taken_at)s, %(taken_local)s, %(lon_deg)s, %(lat_deg)s, %(camera)s
    )
"""
COUNT = "select count(*) from photos where uploader_no = %s and uploaded_at > %s"
# Whoever sent it, and whoever sees what shows it: a case's step, an appeal's deduction, a truck's check.
SEEN = f"""
    (p.uploader_no = %(viewer)s or exists (
        select from case_steps s join cases c using (case_id), scope_of(%(viewer)s) as scope
        where s.photos <> '{{}}' and s.photos @> array[p.photo_id]
            and (scope.everything or c.company_id = scope.company_id or c.district_id = any(scope.district_ids))
    ) or exists (
        select from appeals a join score_entries using (entry_no)
        where a.photos <> '{{}}' and a.photos @> array[p.photo_id] and {SUBJECT_SEEN}
    ) or exists (
        select from compliance_checks k join vehicles using (vehicle_no)
        where k.photos <> '{{}}' and k.photos @> array[p.photo_id]
            and vehicle_id in {seen("vehicle")}
    ))
"""  # noqa: S608 - our names
FACTS = f"""
    select p.photo_id, u.name as uploaded_by, p.uploaded_at, encode(p.sha256, 'hex') as sha256,
        encode(p.original_sha256, 'hex') as original_sha256, p.width, p.height, length(p.image) as bytes,
        p.taken_at, p.taken_local, p.lon_deg, p.lat_deg, p.camera,
        (select count(*) from photos o where o.original_sha256 = p.original_sha256 and o.photo_id <> p.photo_id)
            as sent_before
    from photos p join users u on u.user_no = p.uploader_no
    where p.photo_id = %(photo_id)s and {SEEN}
"""  # noqa: S608 - our names
PICTURES = {
    False: f"select p.image from photos p where p.photo_id = %(photo_id)s and {SEEN}",  # noqa: S608 - our names
    True: f"select p.thumbnail from photos p where p.photo_id = %(photo_id)s and {SEEN}",  # noqa: S608 - our names
}
# Photos that are used are looked at again each time; those of a month ago were looked at often enough.
FORGET = """
    delete from photos p where uploaded_at between %(before)s - interval '30 days' and %(before)s
        and not exists (select from case_steps s where s.photos <> '{}' and s.photos @> array[p.photo_id])
        and not exists (select from appeals a where a.photos <> '{}' and a.photos @> array[p.photo_id])
        and not exists (select from compliance_checks k where k.photos <> '{}' and k.photos @> array[p.photo_id])
"""


def add_photo(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a photo."""
    connection.execute(ADD, row)


def photos_since(connection: Connection, user_no: int, since: datetime) -> int:
    """Return how many photos a user has sent since an instant."""
    row = connection.execute(COUNT, [user_no, since]).fetchone()
    return 0 if row is None else int(row[0])


async def read_photos_since(connection: AsyncConnection[Any], user_no: int, since: datetime) -> int:
    """Return how many photos a user has sent since an instant."""
    row = await (await connection.execute(COUNT, [user_no, since])).fetchone()
    return 0 if row is None else int(row[0])


def forget_unused_photos(connection: Connection, before: datetime) -> int:
    """Delete photos sent before an instant that no step, appeal or check shows; return how many."""
    return connection.execute(FORGET, {"before": before}).rowcount


async def read_photo_facts(connection: AsyncConnection[Any], photo_id: UUID, viewer: int) -> DictRow | None:
    """Return what is known of a photo, None where the viewer sees none of this name."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(FACTS, {"photo_id": photo_id, "viewer": viewer})
        return await cursor.fetchone()


async def read_picture(
    connection: AsyncConnection[Any], photo_id: UUID, viewer: int, *, thumbnail: bool
) -> bytes | None:
    """Return a photo's JPEG, None where the viewer sees none of this name."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(PICTURES[thumbnail], {"photo_id": photo_id, "viewer": viewer})
        row = await cursor.fetchone()
        return None if row is None else bytes(row[0])
