# ruff: noqa: S608 - the statements are made of our own fragments
"""Manifests (电子联单) and their scans, compliance checks, key projects: appended, never changed.

A manifest that is sent again with the same content is the same manifest; a scan likewise. What differs is refused, as
two tellings of one load cannot both be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from storage.errors import PaperConflict, UnknownPaper
from storage.revisions import ANY, assert_standing, edited, rows_of
from storage.scope import seen


@dataclass(frozen=True, slots=True)
class Manifest:
    """One load's papers, as they are issued."""

    manifest_no: str
    vehicle_id: str
    site_id: str
    dump_point_id: str
    permit_id: str | None = None
    driver_id: str | None = None
    material: str | None = None
    planned_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A manifest seen at the site's exit (`out`), at the dump point (`in`), or declared void."""

    manifest_no: str
    scan: str
    at: datetime
    lon_deg: float | None = None
    lat_deg: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a truck has what an item asks for."""

    vehicle_id: str
    item_id: str
    passed: bool
    expires_on: date | None = None
    evidence: str | None = None
    photos: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A key project with its own fleet, mark and board."""

    project_id: str
    name: str
    mark: str
    site_ids: Sequence[str]
    vehicle_ids: Sequence[str]
    from_time: datetime | None = None
    to_time: datetime | None = None
    in_use: bool = True


# Nothing is inserted where something that it names is not there or not in the viewer's sight.
ISSUE = f"""
    insert into manifests (manifest_no, permit_id, vehicle_no, driver_id, site_id, dump_point_id, material, planned_kg,
        issued_at, issued_by)
    select %(manifest_no)s, %(permit_id)s, vehicle_no, %(driver_id)s, %(site_id)s, %(dump_point_id)s, %(material)s,
        %(planned_kg)s, %(now)s, %(by_name)s
    from vehicles
    where vehicle_id = %(vehicle_id)s and retired_at is null
        and vehicle_id in {seen("vehicle")}
        and exists (select from sites where site_id = %(site_id)s)
        and exists (select from dump_points where dump_point_id = %(dump_point_id)s)
        and (%(permit_id)s::text is null or exists (select from permits where permit_id = %(permit_id)s))
        and (%(driver_id)s::text is null or exists (select from drivers where driver_id = %(driver_id)s))
    on conflict (manifest_no) do nothing
    returning manifest_no
"""
SAME_MANIFEST = """
    select from manifests join vehicles using (vehicle_no)
    where manifest_no = %(manifest_no)s and vehicle_id = %(vehicle_id)s and site_id = %(site_id)s
        and dump_point_id = %(dump_point_id)s and permit_id is not distinct from %(permit_id)s::text
        and driver_id is not distinct from %(driver_id)s::text and material is not distinct from %(material)s::text
        and planned_kg is not distinct from %(planned_kg)s::float8
"""


def issue(connection: Connection, manifest: Manifest, *, viewer: int, by_name: str, now: datetime) -> bool:
    """Issue a manifest; return False where the same one was issued before.

    Raises:
        UnknownPaper: A truck, place, permit or driver that it names is not there.
        PaperConflict: Its number was given to another load.
    """
    parameters = {
        "manifest_no": manifest.manifest_no,
        "vehicle_id": manifest.vehicle_id,
        "site_id": manifest.site_id,
        "dump_point_id": manifest.dump_point_id,
        "permit_id": manifest.permit_id,
        "driver_id": manifest.driver_id,
        "material": manifest.material,
        "planned_kg": manifest.planned_kg,
        "viewer": viewer,
        "by_name": by_name,
        "now": now,
    }
    with connection.transaction():
        if connection.execute(ISSUE, parameters).fetchone() is not None:
            return True
        if connection.execute(SAME_MANIFEST, parameters).fetchone() is not None:
            return False
        known = connection.execute("select from manifests where manifest_no = %(manifest_no)s", parameters).fetchone()
    if known is not None:
        raise PaperConflict(f"expected a new number, got {manifest.manifest_no}, which another load has")
    raise UnknownPaper(
        f"expected a truck in service, a site, a dump point, and a permit and driver of the registers, got"
        f" vehicle_id {manifest.vehicle_id!r}, site_id {manifest.site_id!r}, dump_point_id {manifest.dump_point_id!r},"
        f" permit_id {manifest.permit_id!r}, driver_id {manifest.driver_id!r}"
    )


SCAN = f"""
    insert into manifest_scans (manifest_no, scan, at, received_at, by_name, lon_deg, lat_deg, note)
    select manifest_no, %(scan)s, %(at)s, %(now)s, %(by_name)s, %(lon_deg)s, %(lat_deg)s, %(note)s
    from manifests join vehicles using (vehicle_no)
    where manifest_no = %(manifest_no)s and vehicle_id in {seen("vehicle")}
    on conflict (manifest_no, scan) do nothing
    returning manifest_no
"""
SCANNED = f"""
    select s.at from manifest_scans s join manifests using (manifest_no) join vehicles using (vehicle_no)
    where manifest_no = %(manifest_no)s and scan = %(scan)s and vehicle_id in {seen("vehicle")}
"""


def scan(connection: Connection, seen: Scan, *, viewer: int, by_name: str, now: datetime) -> bool:
    """Keep a scan; return False where it was kept before. A void manifest takes no more scans.

    Raises:
        UnknownPaper: There is no such manifest.
        PaperConflict: It was scanned there at another time, or is void.
    """
    parameters = {
        "manifest_no": seen.manifest_no,
        "scan": seen.scan,
        "at": seen.at,
        "lon_deg": seen.lon_deg,
        "lat_deg": seen.lat_deg,
        "note": seen.note,
        "viewer": viewer,
        "by_name": by_name,
        "now": now,
    }
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtextextended('manifest ' || %s, 0))", [seen.manifest_no])
        void = connection.execute(SCANNED, parameters | {"scan": "void"}).fetchone()
        if void is not None and seen.scan != "void":
            raise PaperConflict(f"expected a manifest in force, {seen.manifest_no} was declared void")
        if connection.execute(SCAN, parameters).fetchone() is not None:
            return True
        before = connection.execute(SCANNED, parameters).fetchone()
    if before is None:
        raise UnknownPaper(f"expected a manifest, got {seen.manifest_no!r}")
    if before[0] != seen.at:
        raise PaperConflict(
            f"expected one scan {seen.scan!r} of {seen.manifest_no}, it was seen at {before[0].isoformat()} already"
        )
    return False


CHECK = f"""
    insert into compliance_checks (vehicle_no, item_id, passed, expires_on, evidence, photos, at, by_name)
    select vehicle_no, %(item_id)s, %(passed)s, %(expires_on)s, %(evidence)s, %(photos)s, %(now)s, %(by_name)s
    from vehicles
    where vehicle_id = %(vehicle_id)s and vehicle_id in {seen("vehicle")}
        and (
            select in_use from compliance_items where item_id = %(item_id)s order by item_no desc limit 1
        )
    returning check_no
"""


def check(connection: Connection, done: Check, *, viewer: int, by_name: str, now: datetime) -> int:
    """Keep what was found of one item of a truck and return the check's number.

    Raises:
        UnknownPaper: There is no such truck, or no such item in use.
    """
    parameters = {
        "vehicle_id": done.vehicle_id,
        "item_id": done.item_id,
        "passed": done.passed,
        "expires_on": done.expires_on,
        "evidence": done.evidence,
        "photos": list(done.photos),
        "viewer": viewer,
        "by_name": by_name,
        "now": now,
    }
    row = connection.execute(CHECK, parameters).fetchone()
    if row is None:
        raise UnknownPaper(f"expected a truck and an item in use, got {done.vehicle_id!r} and {done.item_id!r}")
    return int(row[0])


STANDING_ITEM = """
    select position, name_zh, name_en, required, in_use
    from compliance_items where item_id = %(item_id)s order by item_no desc limit 1
"""
ITEM = """
    insert into compliance_items (item_id, position, name_zh, name_en, required, in_use, by_name)
    values (%(item_id)s, %(position)s, %(name_zh)s, %(name_en)s, %(required)s, %(in_use)s, %(by_name)s)
"""


def set_item(
    connection: Connection,
    *,
    item_id: str,
    position: int,
    name_zh: str,
    name_en: str,
    required: bool,
    in_use: bool,
    by_name: str,
    expected: str | None = ANY,
) -> None:
    """Define an item of the checklist, in the place of what it was before.

    Raises:
        EditedMeanwhile: It is not of the revision that was expected, None being that there was none.
    """
    wanted = {"position": position, "name_zh": name_zh, "name_en": name_en, "required": required, "in_use": in_use}
    with edited(connection, f"compliance item {item_id}"):
        standing = _one_of(rows_of(connection, STANDING_ITEM, {"item_id": item_id}))
        assert_standing(expected, standing, standing, wanted=wanted)
        connection.execute(ITEM, wanted | {"item_id": item_id, "by_name": by_name})


def _one_of(rows: list[DictRow]) -> DictRow | None:
    return rows[0] if rows else None


ITEM_EDITED = ("position", "name_zh", "name_en", "required", "in_use")
PROJECT_EDITED = ("name", "mark", "site_ids", "vehicle_ids", "from_time", "to_time", "in_use")
STANDING_PROJECT = f"""
    select * from (
        select {", ".join(PROJECT_EDITED)} from projects
        where project_id = %(project_id)s order by project_row desc limit 1
    ) as project where in_use
"""
PROJECT = """
    insert into projects (project_id, name, mark, site_ids, vehicle_ids, from_time, to_time, in_use, by_name)
    select %(project_id)s, %(name)s, %(mark)s, %(site_ids)s, %(vehicle_ids)s, %(from_time)s, %(to_time)s, %(in_use)s,
        %(by_name)s
    where not exists (
        select from unnest(%(site_ids)s::text[]) as given (id) where id not in (select site_id from sites)
    ) and not exists (
        select from unnest(%(vehicle_ids)s::text[]) as given (id)
        where id not in (select vehicle_id from vehicles where retired_at is null)
    )
    returning project_row
"""


def set_project(connection: Connection, project: Project, *, by_name: str, expected: str | None = ANY) -> None:
    """Put a project in the place of what it was before.

    Raises:
        EditedMeanwhile: It is not of the revision that was expected, None being that there was none.
        UnknownPaper: It names a site or truck that is not there.
    """
    parameters = {
        "project_id": project.project_id,
        "name": project.name,
        "mark": project.mark,
        "site_ids": list(project.site_ids),
        "vehicle_ids": list(project.vehicle_ids),
        "from_time": project.from_time,
        "to_time": project.to_time,
        "in_use": project.in_use,
        "by_name": by_name,
    }
    with edited(connection, f"project {project.project_id}"):
        standing = _one_of(rows_of(connection, STANDING_PROJECT, parameters))
        assert_standing(expected, standing, standing, wanted={name: parameters[name] for name in PROJECT_EDITED})
        written = connection.execute(PROJECT, parameters).fetchone()
    if written is None:
        raise UnknownPaper(
            "expected sites and trucks of the registers, got site_ids"
            f" {', '.join(project.site_ids)} and vehicle_ids {', '.join(project.vehicle_ids)}"
        )
