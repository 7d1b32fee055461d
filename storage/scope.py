"""Who sees which rows, as conditions that queries put into their text; each takes the parameter `viewer`, a user_no.

The deciding is done by two functions of the database (0011_access.sql) and nowhere else:

- `visible(viewer, kind)` gives the ids that a user sees of `vehicle`, `company`, `site`, `dump_point`, `zone`,
  `corridor`, `permit`, `district` and `terminal`. Use `seen`: in FROM the server folds the function into the query
  (10,000 trucks: 1 ms; one truck by its id: 0.2 ms), in a target list it cannot (50 ms).

      f"select ... from vehicles v where v.retired_at is null and v.vehicle_id in {seen('vehicle')}"

- `scope_of(viewer)` gives how far a user sees. Rows that carry a company and a district ask it through `in_scope`;
  `EVENT_VISIBLE` (table alias `e`) and `CASE_VISIBLE` (alias `c`) are those of events and cases:

      f"select ... from events e where {EVENT_VISIBLE} and e.start_time >= %(start)s order by ... limit ..."

A truck's own records (fixes, trips, stays, loads) are seen by who sees the truck. Duplicates are merged: what reads
records of a truck asks for all of its numbers, by `numbers_of` or by the member `vehicle_nos` of `read_vehicle`.
A district sees the events that happened in it, also of trucks that have left it, and not what its trucks did elsewhere.
Streams decide for each message with `storage.queries.scope.read_scope` and `Scope.sees`, which is the same condition.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["vehicle", "company", "site", "dump_point", "zone", "corridor", "permit", "district", "terminal"]


def seen(kind: Kind) -> str:
    """Return a subselect with the ids of a kind that the viewer sees, to be put behind `in`."""
    return f"(select seen.id from visible(%(viewer)s, '{kind}') as seen (id))"  # noqa: S608 - the kinds are ours


def numbers_of(vehicle_ids: str, *, seen_only: bool = False) -> str:
    """Return an array of the numbers under which the records of trucks stand, those merged into them included.

    Which of the merged ones a viewer sees is decided by `vehicle_nos_of` (0024_merged_and_late.sql) and nowhere else.

    Args:
        vehicle_ids: SQL of a text[] of names.
        seen_only: Of trucks that the viewer sees; for records that have no scope of their own.
    """
    trucks = f"unnest({vehicle_ids}) as named (id) cross join vehicle_nos_of(named.id, %(viewer)s) as truck (no)"
    where = f"where named.id in {seen('vehicle')}" if seen_only else ""
    return f"array(select truck.no from {trucks} {where})"  # noqa: S608 - made of our own conditions


def in_scope(company: str, district: str) -> str:
    """Return the condition under which the viewer sees a row.

    Args:
        company: SQL of the company that the row is about, may be NULL.
        district: SQL of the district in which it happened, may be NULL.
    """
    return (
        "exists (select from scope_of(%(viewer)s) as scope where scope.everything"
        f" or scope.company_id = {company} or {district} = any(scope.district_ids))"
    )


def place_in_scope(kind: str, place: str) -> str:
    """Return the condition under which the viewer sees what happens at a site or dump point, whoever's truck it is.

    Args:
        kind: SQL of `site` or `dump_point`; columns with the name of their table, `place_districts` has the same.
        place: SQL of its id.
    """
    part = f"part.place_kind = {kind} and part.place_id = {place} and part.district_id = any(scope.district_ids)"
    exists = f"exists (select from place_districts as part where {part})"
    return f"exists (select from scope_of(%(viewer)s) as scope where scope.everything or {exists})"


def shown_plate(plate: str) -> str:
    """Return SQL of a plate as the viewer is shown it, so that a search for what is hidden finds nothing.

    Takes the parameter `plates_in_full`; how a plate is hidden is said in `supervision.masking`, and a test compares.

    Args:
        plate: SQL of the plate in full, may be NULL.
    """
    return f"(case when %(plates_in_full)s then {plate} else {hidden_plate(plate)} end)"


def hidden_plate(plate: str) -> str:
    """Return SQL of a plate as those are shown it who do not need to know the truck."""
    part = f"left({plate}, 2) || '***' || right({plate}, 2)"
    return f"(case when length({plate}) > 4 then {part} when {plate} is not null then '***' end)"


def hidden_name(name: str) -> str:
    """Return SQL of a person's name likewise."""
    return f"(left({name}, 1) || '**')"


EVENT_VISIBLE = in_scope(
    "(select truck.company_id from vehicles as truck where truck.vehicle_no = e.vehicle_no)", "e.district_id"
)
CASE_VISIBLE = in_scope("c.company_id", "c.district_id")
# Applications for permits (table alias `a`): a company's own, and of what was sent in those for places in sight.
APPLICATION_VISIBLE = """
    exists (select from scope_of(%(viewer)s) as scope where scope.company_id = a.company_id
        or a.submitted is not null and (scope.everything or exists (
            select from place_districts as part where part.district_id = any(scope.district_ids) and (
                part.place_kind = 'site' and part.place_id = a.submitted ->> 'site_id'
                or part.place_kind = 'dump_point' and a.submitted -> 'dump_point_ids' ? part.place_id
            )
        ))
    )
"""
# Which sites and dump points somebody may apply for: those of the city, as the public knows them, too.
PLACES_TO_APPLY_FOR = "exists (select from scope_of(%(viewer)s) as scope where everything or company_id is not null)"
