"""What the company of a demo has applied for: a draft, one that waits, one that was sent back, one that was approved,
one that was rejected, and an extension of a permit in force; so that company and supervisor both have something to do.

Written as the API writes it, in the name of the demo's logins. A demo that is started again finds them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import dict_row

from supervision.permits.office import Asked, Person, begin_application, take_step

# Chinese cities keep one clock; days of papers begin at its midnight.
CITY_TIME = timezone(timedelta(hours=8))
OFFICER = "supervisor"
# How long ago each was begun, its volume, and the steps with who takes them and what is said. [days, m3]
SCENES: tuple[tuple[float, int, tuple[tuple[str, str, str | None], ...]], ...] = (
    (9, 6_000, (("submit", "company", None), ("approve", "officer", "同意，限夜间运输"))),
    (7, 90_000, (("submit", "company", None), ("reject", "officer", "申报方量远超工地申报量，请核实后重新申报"))),
    (6, 4_000, (("submit", "company", None),)),
    (2, 12_000, (("submit", "company", None), ("send_back", "officer", "请补充拟行线路和工地出入口位置"))),
    (0.1, 2_500, ()),
)
PERSON = "select user_no, name, display_name, company_id from users where name = %s"
ALREADY = "select exists (select from permit_applications where company_id = %s)"
EXTENSIBLE = """
    select permit_id, upper(valid) from permits
    where company_id = %(company_id)s and status = 'approved' and jsonb_typeof(document -> 'vehicle_ids') = 'array'
        and document ->> 'valid_to' is not null and valid @> %(now)s
    order by permit_id limit 1
"""


def apply_for_permits(connection: Connection[Any], documents: Mapping[str, Any], now: datetime) -> None:
    """Write applications in every state; none where the city has no company with a login, or has them already.

    Args:
        connection: In autocommit.
        documents: The world in force.
        now: Up to which the applications go.
    """
    company, officer = _person(connection, "company", "company"), _person(connection, OFFICER, "officer")
    if company is None or officer is None or company.company_id is None:
        return
    known = connection.execute(ALREADY, [company.company_id]).fetchone()
    trucks = [truck["vehicle_id"] for truck in documents["vehicles"] if truck.get("company_id") == company.company_id]
    if not trucks or known is None or known[0]:
        return
    with connection.transaction():
        for number, (days, volume_m3, steps) in enumerate(SCENES):
            content = _content(documents, trucks, number, volume_m3, now)
            _play(connection, {"company": company, "officer": officer}, content, now - timedelta(days=days), steps)
        _extend(connection, company, now - timedelta(days=1))


def _person(connection: Connection[Any], name: str, side: Any) -> Person | None:
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(PERSON, [name]).fetchone()
    return None if row is None else Person(**row, sides=frozenset({side}))


def _content(
    documents: Mapping[str, Any], trucks: list[str], number: int, volume_m3: int, now: datetime
) -> dict[str, Any]:
    """Return what is applied for: each time other trucks, another site and another dump point."""
    today = now.astimezone(CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    sites = [feature["properties"]["site_id"] for feature in documents["sites"]["features"]]
    dumps = [feature["properties"]["dump_point_id"] for feature in documents["dump_points"]["features"]]
    return {
        "vehicle_ids": sorted({trucks[(number + each) % len(trucks)] for each in range(2)}),
        "site_id": sites[number % len(sites)],
        "dump_point_ids": [dumps[number % len(dumps)]],
        # In force from next week on: what the demo's trucks do tonight is judged by the permits of its world.
        "valid_from": (today + timedelta(days=7)).isoformat(),
        "valid_to": (today + timedelta(days=120 + 30 * number)).isoformat(),
        "spoil": "工程渣土",
        "quota_m3": volume_m3,
        "note": "基坑土方外运",
    }


def _play(
    connection: Connection[Any],
    people: Mapping[str, Person],
    content: Mapping[str, Any],
    begun_at: datetime,
    steps: tuple[tuple[str, str, str | None], ...],
) -> None:
    application_id = uuid4()
    begin_application(
        connection,
        people["company"],
        application_id=application_id,
        kind="new",
        permit_id=None,
        content=content,
        now=begun_at,
    )
    for version, (step, who, comment) in enumerate(steps, 1):
        changes = {"issuer": "市城市管理局"} if step == "approve" else None
        asked = Asked(step, version, comment, changes)
        take_step(connection, people[who], application_id, asked, begun_at + timedelta(hours=3 * version))


def _extend(connection: Connection[Any], company: Person, sent_at: datetime) -> None:
    """Ask for three months more of a permit that the company has."""
    row = connection.execute(EXTENSIBLE, {"company_id": company.company_id, "now": sent_at}).fetchone()
    if row is None:
        return
    application_id = uuid4()
    until = row[1].astimezone(CITY_TIME) + timedelta(days=90)
    content = {"valid_to": until.isoformat(), "note": "工程延期，申请顺延"}
    begin_application(
        connection,
        company,
        application_id=application_id,
        kind="extension",
        permit_id=row[0],
        content=content,
        now=sent_at,
    )
    take_step(connection, company, application_id, Asked("submit", 1), sent_at)
