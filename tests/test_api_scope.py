"""Who sees what: every route that reads, asked by every role for what is somebody else's, and no answer names it.

A city of two companies and two districts, each with everything that the registers and records hold. What is the other
one's carries `ALIEN` in its id, or an id of its own where ids are random; the routes are taken from the API's own
description, so that a new one is asked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import httpx
import psycopg
import pytest

from api.app import ROUTERS, create_app
from api.settings import ApiSettings
from api.viewer import GRANTS, OPEN_METHODS, OPEN_PATHS, Permission, Role
from storage.scope import hidden_name, hidden_plate
from storage.world_store import empty_documents, write_documents
from supervision.masking import masked_name, masked_plate
from tests.api_server import NO_BROKER, as_user, serving

OURS, ALIEN = "OURS", "ALIEN"
WEST_DEG = {OURS: 119.90, ALIEN: 120.40}
SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
PLATES = {OURS: "苏D11A11", ALIEN: "苏D99Z99"}
# A word that only the other company's driver has.
NAMES = {OURS: "王守义", ALIEN: "欧阳震华"}
# Not read to their end here: these never end, and are looked at by the tests of the streams.
ENDLESS = re.compile(r"/stream$|^/v1/positions/live$")


def square(west_deg: float, south_deg: float, size_deg: float) -> dict[str, Any]:
    east_deg, north_deg = west_deg + size_deg, south_deg + size_deg
    corners = [(west_deg, south_deg), (east_deg, south_deg), (east_deg, north_deg), (west_deg, north_deg)]
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in [*corners, corners[0]]]]}


def feature(key: str, name: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {key: name, "name": f"name of {name}", **properties}, "geometry": geometry}


def documents() -> dict[str, Any]:
    """Return the registers of the city; both halves are alike."""
    city = empty_documents()
    for whose, west_deg in WEST_DEG.items():
        inner = west_deg + 0.05
        city["companies"].append({"company_id": f"K-{whose}", "name": f"company {whose}"})
        city["districts"]["features"].append(feature("district_id", f"G-{whose}", square(west_deg, 31.6, 0.2)))
        city["sites"]["features"].append(feature("site_id", f"S-{whose}", square(inner, 31.65, 0.002)))
        city["dump_points"]["features"].append(feature("dump_point_id", f"D-{whose}", square(inner, 31.7, 0.002)))
        city["zones"]["features"].append(feature("zone_id", f"Z-{whose}", square(inner, 31.75, 0.002), kind="no_go"))
        line = {"type": "LineString", "coordinates": [[inner, 31.65], [inner, 31.7]]}
        city["corridors"]["features"].append(feature("corridor_id", f"C-{whose}", line, half_width_m=50))
        city["vehicles"].append({"vehicle_id": f"V-{whose}", "plate": PLATES[whose], "company_id": f"K-{whose}"})
        stay = {"vehicle_id": f"V-{whose}", "from": "2020-01-01T00:00:00Z"}
        city["terminals"] += [
            {"terminal_id": f"T-{whose}", "region": "320400", "assignments": [stay]},
            {"terminal_id": f"W-{whose}", "kind": "washer", "region": "320400", "site_id": f"S-{whose}"},
            {"terminal_id": f"E-{whose}", "kind": "gate", "region": "320400", "dump_point_id": f"D-{whose}"},
        ]
        city["permits"].append(
            {
                "permit_id": f"P-{whose}",
                "company_id": f"K-{whose}",
                "site_id": f"S-{whose}",
                "dump_point_ids": [f"D-{whose}"],
                "corridor_ids": [f"C-{whose}"],
                "vehicle_ids": [f"V-{whose}"],
                "valid_from": "2020-01-01T00:00:00Z",
                "valid_to": "2035-01-01T00:00:00Z",
            }
        )
    return city


# What happened, in both halves, an hour ago; every statement is given `whose`, `lon`, `lat` and ids made of them.
RECORDS = (
    """insert into latest (vehicle_no, terminal_no, fix_time, epoch, seq, received_at, position_time, lat_deg, lon_deg,
        faults, alarms)
    select vehicle_no, terminal_no, now(), 1, 9, now(), now(), %(lat)s, %(lon)s, 0, 0 from vehicles, terminals
    where vehicle_id = 'V-' || %(whose)s and terminal_id = 'T-' || %(whose)s""",
    """insert into fixes (vehicle_no, terminal_no, fix_time, epoch, seq, received_at, lat_deg, lon_deg, speed_mps,
        faults,
        alarms)
    select vehicle_no, terminal_no, now() - n * interval '1 min', 1, 100 - n, now(), %(lat)s, %(lon)s, 5, 0, 0
    from vehicles, terminals, generate_series(1, 30) as n
    where vehicle_id = 'V-' || %(whose)s and terminal_id = 'T-' || %(whose)s""",
    """insert into events (event_id, change_no, vehicle_no, kind, start_time, epoch, seq, confirmed_at, end_time,
        lat_deg,
        lon_deg, severity, opening, closing, opened_to, closed_to, world_version, found_at, back_dated)
    select %(event)s, 0, vehicle_no, 'illegal_dumping', now() - interval '1 h', 1, 1, now() - interval '1 h', now(),
        %(lat)s, %(lon)s, 3, '{}', '{}', now(), now(), '1', now(), false
    from vehicles where vehicle_id = 'V-' || %(whose)s""",
    """insert into events (event_id, change_no, subject_kind, subject_id, kind, start_time, epoch, seq, confirmed_at,
        severity, opening, opened_to, world_version, found_at, back_dated)
    values (%(place_event)s, 0, 'site', 'S-' || %(whose)s, 'mass_imbalance', now() - interval '1 h', 1, 1, now(), 2,
        '{}',
        now(), '1', now(), false)""",
    """insert into trips (trip_id, vehicle_no, start_time, epoch, seq, site_id, permit_id, corridor_id, loaded_at,
        left_site_at, dump_point_id, load_kg, judged_to, world_version)
    select %(trip)s, vehicle_no, now() - interval '2 h', 1, 1, 'S-' || %(whose)s, 'P-' || %(whose)s, 'C-' || %(whose)s,
        now() - interval '100 min', now() - interval '90 min', 'D-' || %(whose)s, 15000, now(), '1'
    from vehicles where vehicle_id = 'V-' || %(whose)s""",
    """insert into device_events (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)
    select terminal_no, vehicle_no, now() - interval '90 min', 1, 1, now(), 'washer_passage', plate,
        '{"result": "washed"}'
    from terminals, vehicles where terminal_id = 'W-' || %(whose)s and vehicle_id = 'V-' || %(whose)s""",
    """insert into device_events (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)
    select terminal_no, vehicle_no, now() - interval '80 min', 1, 1, now(), 'gate_passage', plate, '{"direction": "in"}'
    from terminals, vehicles where terminal_id = 'E-' || %(whose)s and vehicle_id = 'V-' || %(whose)s""",
    """insert into mass_balance (place_kind, place_id, day, loads, arrived, unweighed, sent_kg, received_kg, gap_share,
        settled, imbalanced, world_version)
    select kind, prefix || %(whose)s, current_date, 4, 4, 0, 60000, 60000, 0, true, false, '1'
    from (values ('site', 'S-'), ('dump_point', 'D-')) as place (kind, prefix)""",
    """insert into candidate_places (place_id, kind, first_time, last_time, visits, vehicles, load_kg, measured_share,
        lat_deg, lon_deg, geometry, event_ids, world_version)
    values (%(place)s, 'unloading', now(), now(), 4, 1, 1, 1, %(lat)s, %(lon)s,
        '{"type": "Polygon", "coordinates": []}', array[%(event)s::uuid], '1')""",
    """insert into cases (case_id, case_no, change_no, kind, severity, status, source, vehicle_no, company_id,
        district_id,
        subject_kind, subject_id, lon_deg, lat_deg, start_time, newest_time, opened_at, acknowledge_by, first_due_at,
        due_at, paged, updated_at, reported_plate)
    select %(case)s, 'C-' || %(whose)s, nextval('case_changes'), 'illegal_dumping', 3, 'new', 'event', vehicle_no,
        'K-' || %(whose)s, 'G-' || %(whose)s, 'vehicle', vehicle_id, %(lon)s, %(lat)s, now(), now(), now(),
        now() + interval '1 h', now() + interval '1 day', now() + interval '1 day', true, now(), plate
    from vehicles where vehicle_id = 'V-' || %(whose)s""",
    """insert into drivers (driver_id, company_id, document)
    values ('R-' || %(whose)s, 'K-' || %(whose)s, jsonb_build_object('driver_id', 'R-' || %(whose)s, 'name',
        %(driver)s::text,
        'company_id', 'K-' || %(whose)s, 'licence_no', '32040019800101' || %(whose)s))""",
    """insert into manifests (manifest_no, permit_id, vehicle_no, driver_id, site_id, dump_point_id, issued_at,
        issued_by)
    select 'M-' || %(whose)s, 'P-' || %(whose)s, vehicle_no, 'R-' || %(whose)s, 'S-' || %(whose)s, 'D-' || %(whose)s,
        now(), 'x'
    from vehicles where vehicle_id = 'V-' || %(whose)s""",
    """insert into score_entries (at, event_time, subject_kind, subject_id, points, reason, by_name)
    values (now(), now(), 'company', 'K-' || %(whose)s, 2, 'of ' || %(whose)s, 'x'),
        (now(), now(), 'vehicle', 'V-' || %(whose)s, 2, 'of ' || %(whose)s, 'x')""",
    """insert into compliance_checks (vehicle_no, item_id, passed, at, by_name)
    select vehicle_no, 'model', false, now(), 'x' from vehicles where vehicle_id = 'V-' || %(whose)s""",
    # What belongs to one user: somebody of the bureau for each half, who is none of those that ask.
    "insert into users (name, display_name, role) values (%(owner)s, 'owner', 'bureau')",
    """insert into api_keys (key_id, user_no, label, secret_hash, created_by)
    select %(key_id)s, user_no, 'of ' || %(whose)s, 'x', 'x' from users where name = %(owner)s""",
    """insert into photos (photo_id, uploader_no, uploaded_at, sha256, original_sha256, width, height, image, thumbnail,
        camera)
    select %(photo)s, user_no, now(), 'x', 'x', 1, 1, 'x', 'x', 'of ' || %(whose)s from users where name = %(owner)s""",
    """insert into photos (photo_id, uploader_no, uploaded_at, sha256, original_sha256, width, height, image, thumbnail)
    select %(shown_photo)s, user_no, now(), 'x', 'x', 1, 1, 'x', 'x' from users where name = %(owner)s""",
    """insert into case_steps (case_id, step_no, at, by_name, by_display_name, step, to_status, photos)
    values (%(case)s, 1000, now(), 'x', 'x', 'comment', 'new', array[%(shown_photo)s::uuid])""",
    """insert into exports (export_id, user_no, what, format, query, status, file_name, expires_at)
    select %(export)s, user_no, 'cases', 'csv', jsonb_build_object('company_id', 'K-' || %(whose)s), 'done',
        'of ' || %(whose)s, now() + interval '1 day' from users where name = %(owner)s""",
    "insert into export_chunks (export_id, chunk_no, bytes) values (%(export)s, 0, convert_to(%(whose)s, 'UTF8'))",
    """insert into channels (channel_id, owner_no, kind, name, url, secret, per_minute, document_types)
    select id::uuid, user_no, kind, 'of ' || %(whose)s, 'https://muck.example/' || %(whose)s, secret, 20, '{}'
    from users, (values (%(channel)s, 'robot', null), (%(webhook)s, 'webhook', 'whsec_' || %(whose)s))
        as one (id, kind, secret) where users.name = %(owner)s""",
    """insert into subscriptions (subscription_id, owner_no, name, language, min_severity, reasons, channel_ids,
        quiet_passes, digest_over, levels, repeats, repeat_every_s)
    select %(subscription)s, user_no, 'of ' || %(whose)s, 'zh', 1, '{opened}', array[%(channel)s::uuid], 3, 5, '[]', 0,
        600 from users where name = %(owner)s""",
    """insert into deliveries (delivery_id, channel_id, about, object_id, title, body, status, created_at, ended_at)
    values (%(delivery)s, %(channel)s, 'notice', 'x', 'of ' || %(whose)s, 'x', 'dead', now(), now())""",
    """insert into shares (share_id, token_hash, owner_no, kind, case_id, expires_at)
    select %(share)s, convert_to(%(whose)s, 'UTF8'), user_no, 'case', %(case)s, now() + interval '1 day'
    from users where name = %(owner)s""",
    """insert into score_entries (entry_no, at, event_time, subject_kind, subject_id, points, reason, by_name)
    overriding system value
    values (%(number)s, now(), now(), 'company', 'K-' || %(whose)s, 1, 'of ' || %(whose)s, 'x')""",
    """insert into appeals (appeal_no, entry_no, at, by_name, text) overriding system value
    values (%(number)s, %(number)s, now(), 'x', 'of ' || %(whose)s)""",
    """insert into rule_trials (trial_id, asked_by, asked_at, limits, from_time, to_time, kinds)
    values (%(trial)s, 'of ' || %(whose)s, now(), '{}', now() - interval '1 day', now(), '{}')""",
    """insert into device_commands (command_id, terminal_no, channel, kind, body, created_by, created_at, expires_at)
    select 'B-' || %(whose)s, terminal_no, 'command', 'reboot', '{}', 'x', now(), now() + interval '1 day'
    from terminals where terminal_id = 'T-' || %(whose)s""",
    """insert into projects (project_id, name, mark, site_ids, vehicle_ids, in_use, by_name)
    values ('J-' || %(whose)s, 'of ' || %(whose)s, '#ff0000', array['S-' || %(whose)s], array['V-' || %(whose)s], true,
        'x')""",
    """insert into permit_applications (application_id, application_no, kind, status, company_id, content, submitted,
        submitted_at, since, created_at, updated_at)
    select %(application)s, 'Q-' || %(whose)s, 'new', 'submitted', 'K-' || %(whose)s, content, content, now(), now(),
        now(), now()
    from jsonb_build_object('site_id', 'S-' || %(whose)s, 'vehicle_ids', jsonb_build_array('V-' || %(whose)s),
        'dump_point_ids', jsonb_build_array('D-' || %(whose)s), 'corridor_ids', jsonb_build_array('C-' || %(whose)s),
        'valid_from', '2026-01-01T00:00:00Z', 'valid_to', '2035-01-01T00:00:00Z') as content""",
    """insert into permit_application_steps (application_id, step_no, at, by_name, by_display_name, step, to_status)
    values (%(application)s, 1, now(), 'x', 'of ' || %(whose)s, 'submit', 'submitted')""",
    """insert into inbox_reports (report_no, user_no, external_id, version, kind, occurred_at, document, received_at)
    overriding system value
    select %(number)s, user_no, 'X-' || %(whose)s, 1, 'penalty', now(), '{}', now()
    from users where name = %(owner)s""",
)  # fmt: skip
OF_ONE_USER = ("photo", "export", "channel", "webhook", "subscription", "delivery", "share")
RANDOM_IDS = ("application", "event", "place_event", "trip", "place", "case", "trial", "shown_photo", *OF_ONE_USER)
# Of what the database numbers.
NUMBERS = {OURS: 900_001, ALIEN: 900_002}
KEY_IDS = {OURS: "0000000000aa", ALIEN: "0000000000bb"}


def ids(whose: str) -> dict[str, str]:
    return {kind: str(uuid5(SPACE, f"{kind} {whose}")) for kind in RANDOM_IDS}


@dataclass(frozen=True)
class City:
    """The running API of the city.

    Attributes:
        client: Asks in nobody's name.
        users: Headers of a user of each role; those of a scope see what is ours.
        paths: What the API says it answers to: path, method and the description of it.
    """

    client: httpx.Client
    users: dict[Role, dict[str, str]]
    paths: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def city(database_server: Any, _migrated_template: str) -> Iterator[City]:
    from tests.conftest import _copied

    with _copied(database_server, _migrated_template) as url:
        add_city(url)
        scopes: dict[Role, dict[str, Any]] = {
            Role.COMPANY: {"company_id": f"K-{OURS}"},
            Role.DISTRICT: {"district_ids": [f"G-{OURS}"]},
        }
        users = {role: as_user(url, role, **scopes.get(role, {})) for role in Role}
        with serving(url, viewer=None, requests_per_minute=1_000_000, exports_per_minute=1_000_000) as client:
            described = client.get("/openapi.json").json()["paths"]
            paths = [
                (path, method.upper(), operation)
                for path, item in described.items()
                for method, operation in item.items()
                if path not in OPEN_PATHS and (method.upper(), path) not in OPEN_METHODS
            ]
            yield City(client, users, paths)


# What stands in a path, by the resource before it or by its own name; ids of the other half.
IN_PATH = {
    "companies": "K-{whose}",
    "vehicle-register": "V-{whose}",
    "vehicles": "V-{whose}",
    "drivers": "R-{whose}",
    "sites": "S-{whose}",
    "dump-points": "D-{whose}",
    "washers": "W-{whose}",
    "gates": "E-{whose}",
    "terminals": "T-{whose}",
    "corridors": "C-{whose}",
    "zones": "Z-{whose}",
    "districts": "G-{whose}",
    "permits": "P-{whose}",
    "permit-applications": "{application}",
    "manifests": "M-{whose}",
    "duty-roster": "G-{whose}",
    "events": "{event}",
    "cases": "{case}",
    "reports": "{case}",
    "users": "{owner}",
    "api-keys": "{key_id}",
    "photos": "{photo}",
    "exports": "{export}",
    "channels": "{channel}",
    "webhooks": "{webhook}",
    "subscriptions": "{subscription}",
    "deliveries": "{delivery}",
    "shares": "{share}",
    "entries": "{number}",
    "appeals": "{number}",
    "inbox": "{number}",
    "rule-trials": "{trial}",
    "device-commands": "B-{whose}",
    "projects": "J-{whose}",
    # Of no one: what there is of them holds for the whole city.
    "items": "model",
    "imports": "companies",
}
FILES = {"/v1/exports/{what}.{format}": "/v1/exports/cases.csv", "/v1/reports/{period}/{day}.{format_}": None}
# Sites and dump points that a company may apply for are the city's, by their names and shapes alone.
CITYS_PLACES = {"/v1/permit-applications/places": ("S", "D")}
# A filter that is checked is checked like the others; so many are asked of each list.
FILTERS_MOST = 2
# What a foreign id may be asked with in the query of a list.
IN_QUERY = {
    "vehicle_id": "V-{whose}",
    "company_id": "K-{whose}",
    "district_id": "G-{whose}",
    "site_id": "S-{whose}",
    "dump_point_id": "D-{whose}",
    "place_id": "S-{whose}",
    "device": "W-{whose}",
    "search": "{whose}",
    "q": "{whose}",
    "subject_id": "K-{whose}",
    "permit_id": "P-{whose}",
}


def path_values(path: str, whose: str) -> dict[str, str] | None:
    """Return the parts of a path that stand for something of one half, by name; None where one has no such id."""
    words = {"whose": whose, "owner": owner(whose), "key_id": KEY_IDS[whose], "number": NUMBERS[whose], **ids(whose)}
    values = {}
    for before, part in pairwise(path.split("/")):
        if "{" in part:
            if not (part.startswith("{") and part.endswith("}")) or before not in IN_PATH:
                return None
            values[part[1:-1]] = IN_PATH[before].format(**words)
    return values


def filled(path: str, whose: str) -> str | None:
    """Return a path with ids of one half; None where nothing of it has such an id."""
    if path in FILES:
        return FILES[path]
    values = path_values(path, whose)
    return None if values is None else path.format(**values)


def add_city(url: str) -> None:
    """Write both halves into an empty database."""
    with psycopg.connect(url, autocommit=True) as connection:
        write_documents(connection, documents())
        for whose, west_deg in WEST_DEG.items():
            values = {"whose": whose, "lon": west_deg + 0.051, "lat": 31.651, "driver": NAMES[whose]}
            values |= {"owner": owner(whose), "key_id": KEY_IDS[whose], "number": NUMBERS[whose]}
            for statement in RECORDS:
                connection.execute(statement, values | ids(whose))


def owner(whose: str) -> str:
    return f"owner-{whose.lower()}"


def of_one(path: str) -> bool:
    """Tell whether a path names something of one half."""
    return "{" in path and path not in FILES and not re.search(r"/(items|imports)/", path)


def named(body: str, whose: str) -> list[str]:
    """Return what an answer names of one half."""
    marks = [whose, PLATES[whose], NAMES[whose], *ids(whose).values()]
    return [mark for mark in marks if mark in body]


@pytest.mark.services
def test_every_path_is_asked_for_something_that_is_there(city: City) -> None:
    unfilled = [path for path, _, _ in city.paths if filled(path, ALIEN) is None]
    assert unfilled == ["/v1/reports/{period}/{day}.{format_}"], "whose files are made of what lists hold"


def readable(city: City) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, method, operation in city.paths:
        if method == "GET" and not ENDLESS.search(path):
            yield path, operation


def queries(operation: dict[str, Any], whose: str) -> list[dict[str, str]]:
    """Return a list's query without anything, and with each filter that takes an id of the other half."""
    words = {"whose": whose, **ids(whose)}
    parameters = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    filters = [{name: IN_QUERY[name].format(**words)} for name in parameters if name in IN_QUERY]
    return [{}, *filters[:FILTERS_MOST]]


SCOPED = (Role.COMPANY, Role.DISTRICT, Role.PUBLIC)


@pytest.mark.services
@pytest.mark.parametrize("role", SCOPED)
def test_no_answer_names_what_is_somebody_elses(city: City, role: Role) -> None:
    leaks, asked, answered = [], 0, 0
    for path, operation in readable(city):
        alien = filled(path, ALIEN)
        if alien is None:
            continue
        for query in queries(operation, ALIEN) if role is not Role.PUBLIC else [{}]:
            answer = city.client.get(alien, params=query, headers=city.users[role])
            asked += 1
            answered += answer.status_code == 200
            known = [f"{kind}-{ALIEN}" for kind in CITYS_PLACES.get(path, ())]
            text = re.sub("|".join(known) or "$^", "", answer.text)
            told = named(text, ALIEN) if answer.status_code < 400 else []
            if told or answer.status_code >= 500 or (of_one(path) and answer.status_code not in (403, 404, 422)):
                leaks.append((path, query, answer.status_code, told, answer.text[:200]))
    assert leaks == []
    assert asked > 40
    assert role is Role.PUBLIC or answered > 15, "lists answer, with nothing of the other's"


@pytest.mark.services
@pytest.mark.parametrize("role", [Role.COMPANY, Role.DISTRICT])
def test_everybody_sees_what_is_its_own(city: City, role: Role) -> None:
    def get(path: str) -> httpx.Response:
        return city.client.get(path, headers=city.users[role])

    mine = ids(OURS)
    vehicle = get(f"/v1/vehicles/V-{OURS}")
    assert vehicle.json()["plate"] == PLATES[OURS]
    assert get(f"/v1/vehicles/V-{OURS}/track").json()["count"] == 30
    assert get("/v1/positions/latest").json()["columns"]["vehicle_id"] == [f"V-{OURS}"]
    assert get(f"/v1/events/{mine['event']}").status_code == 200
    assert get(f"/v1/cases/{mine['case']}").status_code == 200
    assert get(f"/v1/permit-applications/{mine['application']}").status_code == 200
    assert [trip["trip_id"] for trip in get(f"/v1/vehicles/V-{OURS}/trips").json()["trips"]] == [mine["trip"]]
    assert [row["vehicle_id"] for row in get("/v1/passages").json()["passages"]] == [f"V-{OURS}"] * 2
    places = get("/v1/balances").json()["balances"]
    assert len(places) == (2 if role is Role.DISTRICT else 0), "a balance pools trucks of many companies"
    assert len(get("/v1/candidate-places").json()["features"]) == (1 if role is Role.DISTRICT else 0)
    assert len(get("/v1/events").json()["events"]) == (2 if role is Role.DISTRICT else 1)


@pytest.mark.services
def test_who_sees_the_city_sees_both_halves(city: City) -> None:
    for role in (Role.ADMINISTRATOR, Role.BUREAU, Role.INSPECTOR, Role.ASSOCIATION):
        rows = city.client.get("/v1/vehicles", headers=city.users[role]).json()["vehicles"]
        assert [row["vehicle_id"] for row in rows] == [f"V-{ALIEN}", f"V-{OURS}"]
        assert len(city.client.get("/v1/events", headers=city.users[role]).json()["events"]) == 4


@pytest.mark.services
def test_an_association_reads_no_plate_and_no_driver_in_full(city: City) -> None:
    told, seen = [], 0
    for path, _ in readable(city):
        own = filled(path, OURS)
        if own is None:
            continue
        answer = city.client.get(own, headers=city.users[Role.ASSOCIATION])
        seen += "苏D***" in answer.text
        if any(word in answer.text for word in (*PLATES.values(), *NAMES.values())):
            told.append((path, answer.status_code))
    assert told == []
    assert seen > 10, "masked ones come"


@pytest.mark.services
def test_a_photo_is_shown_to_who_sees_its_case_and_plates_in_full(city: City) -> None:
    seen = {Role.BUREAU: 200, Role.COMPANY: 200, Role.DISTRICT: 200, Role.ASSOCIATION: 404, Role.PUBLIC: 403}
    for role, code in seen.items():
        for whose, expected in ((OURS, code), (ALIEN, 404 if role in (Role.COMPANY, Role.DISTRICT) else code)):
            answer = city.client.get(f"/v1/photos/{ids(whose)['shown_photo']}", headers=city.users[role])
            assert answer.status_code == expected, (role, whose)


# Where a word is looked for: the parameter, and the role's own number of items found by a plate or a name in full.
SEARCHES = {
    "/v1/vehicles": "search",
    "/v1/vehicle-register": "q",
    "/v1/cases": "q",
    "/v1/search/vehicles": "q",
}


def found(city: City, role: Role, path: str, parameter: str, text: str) -> int:
    answer = city.client.get(path, params={parameter: text}, headers=city.users[role])
    assert answer.status_code in (200, 403), answer.text
    return sum(len(value) for value in answer.json().values() if isinstance(value, list))


@pytest.mark.services
@pytest.mark.parametrize(("path", "parameter"), SEARCHES.items())
def test_a_search_finds_by_what_its_reader_is_shown_of_a_plate(city: City, path: str, parameter: str) -> None:
    whole, hidden, shown = PLATES[OURS], PLATES[OURS][2:5], masked_plate(PLATES[OURS]) or ""
    assert found(city, Role.BUREAU, path, parameter, whole) == 1
    assert found(city, Role.BUREAU, path, parameter, hidden) == 1
    for role in (Role.ASSOCIATION, Role.PUBLIC):
        assert found(city, role, path, parameter, whole) == 0
        assert found(city, role, path, parameter, hidden) == 0
    if path != "/v1/search/vehicles":  # which leads to tracks
        assert found(city, Role.ASSOCIATION, path, parameter, shown) == 1


@pytest.mark.services
def test_a_search_finds_drivers_by_what_its_reader_is_shown_of_their_names(city: City) -> None:
    for role, whole, shown in ((Role.COMPANY, 1, 0), (Role.ASSOCIATION, 0, 1)):
        assert found(city, role, "/v1/drivers", "q", NAMES[OURS]) == whole
        assert found(city, role, "/v1/drivers", "q", "王**") == shown


@pytest.mark.services
def test_plates_and_names_are_hidden_alike_by_the_database_and_by_answers(migrated_url: str) -> None:
    plates = ["苏D12345", "苏DF12345", "学1234", "ABCD", "ABCDE", "", None]
    names = ["王建国", "王", "欧阳震华", "", None]
    with psycopg.connect(migrated_url) as connection:
        for sql, hide, values in ((hidden_plate, masked_plate, plates), (hidden_name, masked_name, names)):
            query = f"select {sql('value')} from unnest(%s::text[]) with ordinality as given (value, n) order by n"
            got = [row[0] for row in connection.execute(query, [values])]
            assert got == [hide(value) for value in values]


@pytest.mark.services
def test_deeds_to_what_is_somebody_elses_are_answered_like_what_is_not_there(city: City) -> None:
    district = city.users[Role.DISTRICT]
    step = {"step": "comment", "comment": "x", "expected_version": 1}
    for whose, code in ((ALIEN, 404), (OURS, 201)):
        answer = city.client.post(f"/v1/cases/{ids(whose)['case']}/steps", headers=district, json=step)
        assert answer.status_code == code, answer.text
    wrong = []
    for path, method, _ in city.paths:
        alien = filled(path, ALIEN)
        if method == "GET" or alien is None or "{" not in path:
            continue
        for role in SCOPED:
            answer = city.client.request(method, alien, headers=city.users[role], json={})
            if answer.status_code not in (403, 404, 405, 415, 422, 428):
                wrong.append((method, path, role, answer.status_code, answer.text[:200]))
    assert wrong == []


@pytest.mark.services
def test_what_belongs_to_one_user_is_there_for_nobody_else_of_whatever_role(city: City) -> None:
    """Of those who see the whole city, too; who operates the platform reads what was sent to whom."""
    wrong, asked = [], 0
    for path, method, _ in city.paths:
        alien = filled(path, ALIEN)
        if alien is None or not any(ids(ALIEN)[kind] in alien for kind in OF_ONE_USER):
            continue
        is_log = (method, path) == ("GET", "/v1/deliveries/{delivery_id}")
        for role in (each for each in Role if not (is_log and Permission.OPERATE in GRANTS[each])):
            answer = city.client.request(method, alien, headers=city.users[role], json=None if method == "GET" else {})
            asked += 1
            if answer.status_code not in (403, 404, 422) or "ALIEN" in answer.text:
                wrong.append((method, path, role, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert asked > 100


@pytest.mark.services
def test_nobody_is_answered_without_being_known(city: City) -> None:
    open_ = []
    for path, method, _ in city.paths:
        answer = city.client.request(method, filled(path, OURS) or re.sub(r"\{\w+\}", "1", path))
        if answer.status_code != 401:
            open_.append((method, path, answer.status_code))
    assert open_ == []


def permissions_of(dependant: Any) -> set[Permission | None]:
    own = {dependant.call.permission} if hasattr(dependant.call, "permission") else set()
    return own.union(*map(permissions_of, dependant.dependencies))


def test_every_route_names_the_permission_that_it_needs() -> None:
    create_app(ApiSettings(), "host=127.0.0.1 port=1", NO_BROKER)
    without = [
        route.path  # type: ignore[attr-defined]
        for router in ROUTERS
        for route in router.routes
        if not permissions_of(route.dependant)  # type: ignore[attr-defined]
        and route.path not in OPEN_PATHS  # type: ignore[attr-defined]
        and not {(method, route.path) for method in getattr(route, "methods", ["WS"])} <= OPEN_METHODS  # type: ignore[attr-defined]
    ]
    assert without == ["/v1/positions/live"], "only the WebSocket, which recognizes its viewer itself"


def test_who_may_do_what_has_no_holes() -> None:
    assert GRANTS.keys() == set(Role)
    assert GRANTS[Role.ADMINISTRATOR] == set(Permission)
    for role in (Role.COMPANY, Role.ASSOCIATION, Role.PUBLIC):
        deeds = {Permission.WORK, Permission.VERIFY, Permission.REGISTER, Permission.DRAW, Permission.TUNE}
        deeds |= {Permission.PERMIT, Permission.COMMAND, Permission.OPERATE, Permission.USERS, Permission.AUDIT}
        assert not GRANTS[role] & deeds
