"""Merging of duplicates: what refers to an item is made to refer to another; the item goes and leaves its name behind.

records    keep the number under which they came; `vehicle_nos_of` gives all numbers of a truck
terminals  leave the truck now and are in the other one from now on: what they sent before stays where it is, so that
           nothing that was judged is judged anew
permits    that are in force or may become so, drivers from now on, users, limits, projects: all name the other one
cases and events name records or an id of their time; `register_aliases` leads from it to the item of today
"""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import Connection

_COMPANIES = (
    "update vehicles set company_id = %(keep)s where company_id = %(gone)s",
    """
    update permits set company_id = %(keep)s, document = document || jsonb_build_object('company_id', %(keep)s::text)
    where company_id = %(gone)s
    """,
    """
    update drivers set company_id = %(keep)s, document = document || jsonb_build_object('company_id', %(keep)s::text)
    where company_id = %(gone)s
    """,
    "update users set company_id = %(keep)s where company_id = %(gone)s",
    # The limits of the one that stays go before those of the one that goes.
    """
    update limits set document = jsonb_build_object(%(keep)s::text, document -> %(gone)s) || (document - %(gone)s::text)
    where scope = 'companies' and document ? %(gone)s
    """,
    "update inbox_matches set company_id = %(keep)s where company_id = %(gone)s",
    """
    update subscriptions set company_ids = array_replace(company_ids, %(gone)s, %(keep)s)
    where %(gone)s = any(company_ids)
    """,
    # Its people go on seeing their cases, and its points are booked to the one that stays: a merge wipes nothing out.
    "update cases set company_id = %(keep)s where company_id = %(gone)s",
    "update permit_applications set company_id = %(keep)s where company_id = %(gone)s",
    "delete from companies where company_id = %(gone)s",
)
_VEHICLES = (
    """
    update permits set document = document || jsonb_build_object('vehicle_ids', (
        select jsonb_agg(distinct case named when %(gone)s then %(keep)s else named end)
        from jsonb_array_elements_text(document -> 'vehicle_ids') as named
    ))
    where jsonb_typeof(document -> 'vehicle_ids') = 'array' and document -> 'vehicle_ids' ? %(gone)s
    """,
    # A project's book is only added to.
    """
    insert into projects (project_id, name, mark, site_ids, vehicle_ids, from_time, to_time, in_use, by_name)
    select project_id, name, mark, site_ids, array(
            select case named when %(gone)s then %(keep)s else named end
            from unnest(vehicle_ids) with ordinality as each (named, place) group by 1 order by min(place)
        ), from_time, to_time, in_use, coalesce(nullif(current_setting('muckline.who', true), ''), 'merge')
    from (select distinct on (project_id) * from projects order by project_id, project_row desc) as standing
    where in_use and %(gone)s = any(vehicle_ids)
    """,
    # A driver's time in the truck that goes is cut in two now; what was before stays with the old name.
    """
    update drivers set document = document || jsonb_build_object('assignments', (
        select jsonb_agg(
            jsonb_build_object('vehicle_id', vehicle, 'from', lower(part), 'to', upper(part)) order by part
        )
        from jsonb_array_elements(document -> 'assignments') as stay
        cross join lateral (
            select tstzrange((stay ->> 'from')::timestamptz, (stay ->> 'to')::timestamptz) as whole
        ) as times
        cross join lateral (values
            (case when stay ->> 'vehicle_id' = %(gone)s then whole * tstzrange(null, now()) else whole end,
                stay ->> 'vehicle_id'),
            (case when stay ->> 'vehicle_id' = %(gone)s then whole * tstzrange(now(), null) end, %(keep)s)
        ) as parts (part, vehicle)
        where part is not null and not isempty(part)
    ))
    where retired_at is null
        and document -> 'assignments' @> jsonb_build_array(jsonb_build_object('vehicle_id', %(gone)s::text))
    """,
    """
    create temporary table moved_terminals on commit drop as
    select terminal_no, valid * tstzrange(now(), null) as valid from terminal_assignments
    where vehicle_no = (select vehicle_no from vehicles where vehicle_id = %(gone)s)
        and not isempty(valid * tstzrange(now(), null))
    """,
    """
    delete from terminal_assignments where lower(valid) >= now()
        and vehicle_no = (select vehicle_no from vehicles where vehicle_id = %(gone)s)
    """,
    """
    update terminal_assignments set valid = valid * tstzrange(null, now())
    where (upper_inf(valid) or upper(valid) > now())
        and vehicle_no = (select vehicle_no from vehicles where vehicle_id = %(gone)s)
    """,
    """
    insert into terminal_assignments (terminal_no, vehicle_no, valid)
    select terminal_no, (select vehicle_no from vehicles where vehicle_id = %(keep)s), valid from moved_terminals
    """,
    "drop table moved_terminals",
    "update vehicles set retired_at = now() where vehicle_id = %(gone)s",
)
STATEMENTS: Mapping[str, tuple[str, ...]] = {"companies": _COMPANIES, "vehicles": _VEHICLES}
ALIAS = """
    insert into register_aliases (kind, alias_id, id) values (%(kind)s, %(gone)s, %(keep)s)
    on conflict (kind, alias_id) do update set id = excluded.id, merged_at = now()
"""


def merge_item(connection: Connection, document: str, keep: str, gone: str) -> None:
    """Make everything that refers to `gone` refer to `keep`, and take `gone` out of service."""
    parameters = {"kind": document, "keep": keep, "gone": gone}
    for statement in STATEMENTS[document]:
        connection.execute(statement, parameters)
    # An alias of what went leads on; one of what stays, from an earlier merge the other way, leads nowhere any more.
    connection.execute("delete from register_aliases where kind = %(kind)s and alias_id = %(keep)s", parameters)
    connection.execute(ALIAS, parameters)
