"""Reports of other bureaux, written: each version kept, matched to truck and company by the registers as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from firmware_contracts.plates import PlateIndex, normal_plate
from storage.revisions import assert_standing, edited, rows_of

NEWEST = """
select version, kind, occurred_at, document from inbox_reports
where user_no = %(user_no)s and external_id = %(external_id)s order by version desc limit 1
"""
INSERT = """
insert into inbox_reports (user_no, external_id, version, kind, occurred_at, document, received_at)
values (%(user_no)s, %(external_id)s, %(version)s, %(kind)s, %(occurred_at)s, %(document)s, %(now)s)
returning report_no
"""
WRITE_MATCH = """
insert into inbox_matches
    (user_no, external_id, newest_no, matched, vehicle_no, company_id, wants_case, changed_at)
values (%(user_no)s, %(external_id)s, %(report_no)s, %(matched)s, %(vehicle_no)s, %(company_id)s, %(wants_case)s,
    %(now)s)
on conflict (user_no, external_id) do update set newest_no = excluded.newest_no, changed_at = excluded.changed_at,
    wants_case = inbox_matches.wants_case or excluded.wants_case,
    matched = case inbox_matches.matched when 'person' then 'person' else excluded.matched end,
    vehicle_no = case inbox_matches.matched when 'person' then inbox_matches.vehicle_no else excluded.vehicle_no end,
    company_id = case inbox_matches.matched when 'person' then inbox_matches.company_id else excluded.company_id end
"""
TRUCKS = "select vehicle_no, plate, company_id from vehicles where retired_at is null order by vehicle_no"
COMPANIES = "select company_id, name from companies"
OPEN = """
select m.user_no, m.external_id, m.newest_no, m.matched, m.vehicle_no, m.company_id, r.document
from inbox_matches m join inbox_reports r on r.report_no = m.newest_no
where m.vehicle_no is null and m.matched <> 'person' and r.received_at > %(now)s - interval '1 year'
order by m.newest_no limit 5000
for update of m skip locked
"""
SAID = """
select m.matched, v.vehicle_id, m.company_id
from inbox_matches m left join vehicles v using (vehicle_no) where m.newest_no = %(report_no)s
"""
SAY = """
update inbox_matches m
set matched = 'person', vehicle_no = v.vehicle_no, company_id = v.company_id, changed_at = %(now)s
from vehicles v where v.vehicle_id = %(vehicle_id)s and m.newest_no = %(report_no)s
"""
WANT_CASES = """
select m.user_no, m.external_id, u.name, u.display_name, r.kind, r.occurred_at, r.document
from inbox_matches m join inbox_reports r on r.report_no = m.newest_no join users u on u.user_no = m.user_no
where m.wants_case and m.case_id is null
order by m.newest_no limit 100
"""
NO_CASE = "update inbox_matches set wants_case = false where user_no = %s and external_id = %s and case_id is null"
CASE = "update inbox_matches set case_id = %s where user_no = %s and external_id = %s and case_id is null"
TURN = "select pg_advisory_xact_lock(hashtextextended('muckline inbox ' || %s, 0))"


@dataclass(frozen=True, slots=True)
class Match:
    """Who a report is about."""

    matched: str
    vehicle_no: int | None
    company_id: str | None


class Registers:
    """Trucks and companies as reports name them, read once for a page of reports."""

    def __init__(self, trucks: Sequence[DictRow], companies: Sequence[DictRow]) -> None:
        self._trucks = trucks
        self._plates = PlateIndex.of(row["plate"] for row in trucks)
        self._all_plates = {normal_plate(row["plate"]) for row in trucks if row["plate"]}
        self._companies = {row["company_id"]: row["company_id"] for row in companies}
        self._companies |= {row["name"].strip(): row["company_id"] for row in companies if row["name"]}

    @classmethod
    def read(cls, connection: Connection) -> Registers:
        """Read them."""
        with connection.cursor(row_factory=dict_row) as cursor:
            trucks = cursor.execute(TRUCKS).fetchall()
            return cls(trucks, cursor.execute(COMPANIES).fetchall())

    def match(self, document: Mapping[str, Any]) -> Match:
        """Return who a report is about: the truck of its plate, else the company that it names."""
        plate, company = document.get("plate"), document.get("company")
        row = self._plates.row(plate, None) if plate else -1
        if row >= 0:
            return Match("plate", self._trucks[row]["vehicle_no"], self._trucks[row]["company_id"])
        company_id = self._companies.get(company.strip()) if company else None
        if plate and normal_plate(plate) in self._all_plates:
            return Match("ambiguous", None, company_id)
        return Match("company" if company_id else "nothing", None, company_id)


def receive(
    connection: Connection, *, user_no: int, reports: Sequence[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Keep reports, all or none, and return what became of each: `created`, `changed` or `unchanged`.

    The same report sent again changes nothing; other content under the same id is a new version.
    """
    results = []
    with connection.transaction():
        connection.execute(TURN, [str(user_no)])
        registers = Registers.read(connection)
        for report in reports:
            status, report_no = _keep(connection, user_no, report, now)
            match = registers.match(report["document"])
            if report_no is not None:
                row = {"user_no": user_no, "external_id": report["external_id"], "report_no": report_no, "now": now}
                row |= {
                    "wants_case": report["wants_case"],
                    "matched": match.matched,
                    "vehicle_no": match.vehicle_no,
                    "company_id": match.company_id,
                }
                connection.execute(WRITE_MATCH, row)
            results.append({"id": report["external_id"], "status": status})
    return results


def _keep(connection: Connection, user_no: int, report: Mapping[str, Any], now: datetime) -> tuple[str, int | None]:
    keys = {"user_no": user_no, "external_id": report["external_id"]}
    content = {name: report[name] for name in ("kind", "occurred_at", "document")}
    with connection.cursor(row_factory=dict_row) as cursor:
        before = cursor.execute(NEWEST, keys).fetchone()
        if before is not None and all(before[name] == value for name, value in content.items()):
            return "unchanged", None
        version = 1 if before is None else before["version"] + 1
        row = keys | content | {"document": Jsonb(report["document"]), "version": version, "now": now}
        kept = cursor.execute(INSERT, row).fetchone()
    return ("created" if before is None else "changed"), kept["report_no"] if kept else None


def match_again(connection: Connection, now: datetime) -> int:
    """Match reports without a truck once more: the registers may have grown. Return how many found one."""
    found = 0
    with connection.transaction():
        with connection.cursor(row_factory=dict_row) as cursor:
            waiting = cursor.execute(OPEN, {"now": now}).fetchall()
        if not waiting:
            return 0
        registers = Registers.read(connection)
        for row in waiting:
            match = registers.match(row["document"])
            if match == Match(row["matched"], row["vehicle_no"], row["company_id"]):
                continue
            found += match.vehicle_no is not None
            names = {"user_no": row["user_no"], "external_id": row["external_id"], "report_no": row["newest_no"]}
            said = {
                "wants_case": False,
                "matched": match.matched,
                "vehicle_no": match.vehicle_no,
                "company_id": match.company_id,
            }
            connection.execute(WRITE_MATCH, names | said | {"now": now})
    return found


def said_vehicle(match: Mapping[str, Any]) -> str | None:
    """Return the truck that a person said a report is about: what the next one must have seen; None for any other."""
    return match["vehicle_id"] if match["matched"] == "person" else None


def say_vehicle(
    connection: Connection, report_no: int, vehicle_id: str, now: datetime, *, expected: str | None
) -> bool:
    """Let a person say which truck a report is about; False where there is no such report or truck.

    Raises:
        EditedMeanwhile: Somebody else said so since.
    """
    parameters = {"report_no": report_no, "vehicle_id": vehicle_id, "now": now}
    with edited(connection, f"report {report_no}"):
        for match in rows_of(connection, SAID, parameters):
            assert_standing(expected, said_vehicle(match), match, wanted=vehicle_id)
        return connection.execute(SAY, parameters).rowcount == 1


def read_wanting_cases(connection: Connection) -> list[DictRow]:
    """Return reports that a case is to be opened for, the oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(WANT_CASES).fetchall()


def give_up_case(connection: Connection, user_no: int, external_id: str) -> None:
    """Say that no case can be opened for a report."""
    connection.execute(NO_CASE, [user_no, external_id])


def remember_case(connection: Connection, user_no: int, external_id: str, case_id: UUID) -> None:
    """Say which case a report opened."""
    connection.execute(CASE, [case_id, user_no, external_id])
