"""Registers over HTTP: what people write comes back, two never overwrite each other, and each sees only its own."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from storage.connect import connect_writer
from storage.scores import settle_scores
from storage.world_store import read_documents, world_version, write_documents
from supervision.registers.table import REGISTERS
from supervision.scores.points import default_points
from tests.api_server import as_user, serving

pytestmark = pytest.mark.services

SQUARE = [[[119.95, 31.8], [119.953, 31.8], [119.953, 31.802], [119.95, 31.802], [119.95, 31.8]]]
LINE = [[119.9512345678, 31.8012345678], [119.9612345678, 31.8112345678], [119.97, 31.82]]
AREA = {"type": "Polygon", "coordinates": SQUARE}
WORLD: dict[str, Any] = {
    "companies": [{"company_id": "C1", "name": "东方渣土"}, {"company_id": "C2", "name": "（东方）渣土 "}],
    "vehicles": [
        {"vehicle_id": "V1", "plate": "苏D12345", "company_id": "C1", "capacity_kg": 15000, "colour": "green"},
        {"vehicle_id": "V2", "plate": "苏d·12345", "company_id": "C2"},
    ],
    "terminals": [
        {"terminal_id": "T2", "region": "320412", "assignments": [{"vehicle_id": "V2"}]},
        {"terminal_id": "W1", "kind": "washer", "region": "320412", "site_id": "S1"},
    ],
    "sites": {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"site_id": "S1", "name": "地铁站"}, "geometry": AREA}],
    },
    "dump_points": {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"dump_point_id": "P1"}, "geometry": AREA}],
    },
    "permits": [{"permit_id": "R1", "company_id": "C1", "vehicle_ids": ["V1"], "site_id": "S1"}],
    "limits": {"companies": {"C2": {"overspeed.hold_s": 10}}},
}


@contextmanager
def editing(url: str, **settings: Any) -> Iterator[httpx.Client]:
    """Give a client of an API over the world above."""
    with connect_writer(url) as connection:
        write_documents(connection, WORLD)
    with serving(url, viewer="bureau", documented=True, **settings) as client:
        yield client


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == f"/problems/{kind}"
    return told


def test_an_item_of_each_register_goes_in_and_comes_back(migrated_url: str) -> None:
    items: dict[str, dict[str, Any]] = {
        "companies": {"company_id": "C9", "name": "三", "phone": "0519-85680000", "remark": "新"},
        "vehicle-register": {
            "vehicle_id": "V9",
            "plate": "苏D99999",
            "plate_colour": "yellow",
            "company_id": "C1",
            "vin": "LZGJLDR42MX012345",
            "axles": 4,
            "capacity_kg": 15500.5,
            "body_m3": 19.4,
        },
        "drivers": {
            "driver_id": "D1",
            "name": "王建国",
            "company_id": "C1",
            "licence_no": "320404199001011234",
            "assignments": [{"vehicle_id": "V1", "from": "2026-01-01T00:00:00+08:00", "to": None}],
        },
        "sites": {
            "site_id": "S9",
            "name": "工地",
            "geometry": AREA,
            "work_windows": [{"from": "06:00", "to": "22:00"}],
        },
        "dump-points": {"dump_point_id": "P9", "type": "wharf", "geometry": AREA},
        "corridors": {"corridor_id": "K9", "half_width_m": 60, "geometry": {"type": "LineString", "coordinates": LINE}},
        "zones": {"zone_id": "Z9", "rule": "speed", "limit_kmh": 30, "geometry": AREA},
        "districts": {"district_id": "G9", "name": "九", "geometry": AREA},
        "permits": {"permit_id": "R9", "company_id": "C1", "dump_point_ids": ["P1"], "quota_trips": 5},
    }
    with editing(migrated_url) as client:
        for name, item in items.items():
            register = REGISTERS[name]
            item_id = item[register.id_name]
            made = client.post(f"/v1/{name}", json=item, params={"reason": "首次登记"})
            assert made.status_code == 201, made.text
            assert made.headers["location"] == f"/v1/{name}/{item_id}"
            assert {**made.json(), **item} == made.json()
            again = client.get(f"/v1/{name}/{item_id}").json()
            assert {**again, **item} == again
            assert client.get(f"/v1/{name}/{item_id}").headers["etag"] == f'"{again["version"]}"'
            # what was read can be written back, and is no change
            back = client.put(f"/v1/{name}/{item_id}", json=again)
            assert (back.status_code, back.json()["version"]) == (200, again["version"]), back.text
            changed = client.patch(f"/v1/{name}/{item_id}", json={"remark": "改", "version": again["version"]})
            assert changed.json()["remark"] == "改"
            assert changed.json()["version"] > again["version"]
            problem(client.post(f"/v1/{name}", json=item), 409, "register-item-there")
            history = client.get(f"/v1/{name}/{item_id}/history").json()["changes"]
            assert [change["action"] for change in history] == ["changed", "created"]
            assert (history[1]["who"], history[1]["reason"], history[1]["before"]) == ("bureau", "首次登记", None)
            listed = client.get(f"/v1/{name}", params={"q": item_id}).json()
            assert [each[register.id_name] for each in listed[name.replace("-", "_")]] == [item_id]
            if name != "permits":
                version = changed.json()["version"]
                gone = client.delete(f"/v1/{name}/{item_id}", headers={"if-match": f'"{version}"'})
                assert gone.status_code == 204, gone.text
                problem(client.get(f"/v1/{name}/{item_id}"), 404, "register-item-not-found")
    with psycopg.connect(migrated_url) as connection:
        actions = connection.execute("select distinct action from audit_log").fetchall()
    assert ("edit_register",) in actions


def test_two_people_do_not_overwrite_each_other(migrated_url: str) -> None:
    with editing(migrated_url) as client:
        read = client.get("/v1/vehicle-register/V1")
        etag = {"if-match": read.headers["etag"]}
        problem(client.patch("/v1/vehicle-register/V1", json={"axles": 4}), 428, "version-required")
        assert client.patch("/v1/vehicle-register/V1", json={"axles": 4}, headers=etag).json()["colour"] == "green"
        late = problem(
            client.patch("/v1/vehicle-register/V1", json={"axles": 3}, headers=etag), 412, "changed-meanwhile"
        )
        assert late["current"]["axles"] == 4
        assert client.get("/v1/vehicle-register/V1").headers["etag"] == f'"{late["version"]}"'
        whole = {"vehicle_id": "V1", "plate": "苏D12345", "version": late["version"]}
        put = client.put("/v1/vehicle-register/V1", json=whole).json()
        assert "axles" not in put
        assert "company_id" not in put
        problem(client.put("/v1/vehicle-register/V7", json={"version": 3}), 412, "changed-meanwhile")
        made = client.put("/v1/companies/公司 1", json={"name": "名"})
        assert client.get(made.headers["location"]).json()["company_id"] == "公司 1"
        problem(client.get("/v1/vehicle-register/V7"), 404, "register-item-not-found")


def test_the_world_takes_a_change_over_and_nothing_else_moves(migrated_url: str) -> None:
    with editing(migrated_url) as client, connect_writer(migrated_url) as connection:
        before, documents = world_version(connection), read_documents(connection)
        made = client.post("/v1/zones", json={"zone_id": "Z1", "rule": "forbidden", "geometry": AREA})
        assert made.status_code == 201
        assert world_version(connection) == before + 1
        now = read_documents(connection)
        (zone,) = now["zones"]["features"]
        assert zone == {"type": "Feature", "properties": {"zone_id": "Z1", "rule": "forbidden"}, "geometry": AREA}
        assert now | {"zones": documents["zones"]} == documents
        refused = client.post("/v1/zones", json={"zone_id": "Z2", "rule": "speed", "geometry": AREA})
        told = problem(refused, 422, "register-refused")["errors"][0]
        assert (told["item"], "limit_kmh" in told["expected"]) == ("Z2", True)
        version = client.get("/v1/washers/W1").json()["version"]
        changes = {"name": "北门", "lon_deg": 119.95, "lat_deg": 31.8, "version": version}
        washer = client.patch("/v1/washers/W1", json=changes).json()
        (point,) = client.get("/v1/washers.geojson").json()["features"]
        assert point["geometry"] == {"type": "Point", "coordinates": [119.95, 31.8]}
        assert (washer["name"], washer["site_id"], washer["status"]) == ("北门", "S1", "active")
        assert [each["terminal_id"] for each in client.get("/v1/washers").json()["washers"]] == ["W1"]
        problem(client.get("/v1/gates/W1"), 404, "register-item-not-found")
        told = problem(client.put("/v1/gates/W1", json={"name": "x"}), 422, "register-refused")
        assert "admitted" in told["errors"][0]["expected"]
        terminals = client.get("/v1/terminals").json()["terminals"]
        assert [(each["terminal_id"], len(each["assignments"])) for each in terminals] == [("T2", 1), ("W1", 0)]


def test_what_is_wrong_is_told_by_field_and_changes_nothing(migrated_url: str) -> None:
    bad: list[tuple[str, Any, str, str]] = [
        ("vehicle-register", {"vehicle_id": "V7", "company_id": "nobody"}, "company_id", "'nobody'"),
        ("vehicle-register", {"vehicle_id": "V7", "axles": "four"}, "axles", "'four'"),
        ("vehicle-register", {"vehicle_id": "V7", "vin": "short"}, "vin", "'short'"),
        ("vehicle-register", {"vehicle_id": "V7", "colour": "red"}, "colour", "another name"),
        ("vehicle-register", {"plate": "苏D1"}, "vehicle_id", "nothing"),
        ("zones", {"zone_id": "Z1", "rule": "forbidden"}, "geometry", "nothing"),
        (
            "zones",
            {"zone_id": "Z1", "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}},
            "geometry",
            "[0. 0.]",
        ),
        ("corridors", {"corridor_id": "K1", "geometry": AREA}, "geometry", "Polygon"),
        (
            "zones",
            {"zone_id": "Z1", "windows": [{"from": "25:00", "to": "06:00"}], "geometry": AREA},
            "windows",
            "25:00",
        ),
        ("permits", {"permit_id": "R7", "site_id": "S1"}, "company_id", "neither"),
        ("permits", {"permit_id": "R7", "company_id": "C1", "dump_point_ids": ["P1", "P7"]}, "dump_point_ids", "'P7'"),
        (
            "permits",
            {
                "permit_id": "R7",
                "company_id": "C1",
                "valid_from": "2026-02-01T00:00:00+08:00",
                "valid_to": "2026-01-01T00:00:00+08:00",
            },
            "valid_to",
            "2026-01-01",
        ),
        (
            "drivers",
            {"driver_id": "D1", "name": "x", "assignments": [{"vehicle_id": "V1", "from": "soon"}]},
            "assignments",
            "soon",
        ),
        ("drivers", {"driver_id": "D1", "name": "x\u0000"}, "", "one with"),
        ("sites", [1, 2], "", "[1, 2]"),
    ]
    with editing(migrated_url) as client, connect_writer(migrated_url) as connection:
        before = world_version(connection)
        for name, item, field, got in bad:
            told = problem(client.post(f"/v1/{name}", json=item), 422, "register-refused")["errors"]
            assert (told[0]["field"] or "").startswith(field), told
            assert got in told[0]["got"], told
            assert told[0]["expected"]
        several = client.post(
            "/v1/vehicle-register", json={"vehicle_id": "V7", "axles": 0, "vin": "1", "energy": "wind"}
        )
        assert len(problem(several, 422, "register-refused")["errors"]) == 3
        problem(client.post("/v1/zones", content=b"[" * 5000), 422, "register-refused")
        assert world_version(connection) == before
        changes = client.get("/v1/register-history", params={"by": "bureau"}).json()["changes"]
        assert changes == []


def test_nothing_is_retired_that_others_refer_to(migrated_url: str) -> None:
    with editing(migrated_url) as client:
        for path, others in (
            ("/v1/companies/C1", [{"kind": "vehicles", "id": "V1"}, {"kind": "permits", "id": "R1"}]),
            ("/v1/companies/C2", [{"kind": "vehicles", "id": "V2"}, {"kind": "limits", "id": "companies"}]),
            ("/v1/sites/S1", [{"kind": "terminals", "id": "W1"}, {"kind": "permits", "id": "R1"}]),
            ("/v1/vehicle-register/V1", [{"kind": "permits", "id": "R1"}]),
        ):
            version = client.get(path).json()["version"]
            refused = client.delete(path, params={"version": version})
            assert problem(refused, 409, "still-referred-to")["referred_by"] == others
        # a truck whose terminal reports may go: the terminal is in none from then on, and the world holds together
        version = client.get("/v1/vehicle-register/V2").json()["version"]
        assert client.delete("/v1/vehicle-register/V2", params={"version": version}).status_code == 204
        with connect_writer(migrated_url) as connection:
            from rules_engine.world import World

            world = World.from_documents(read_documents(connection))
            assert world.vehicle_ids == ["V1"]
            write_documents(connection, WORLD)  # and comes back with a folder that names it
            assert read_documents(connection, numbered=False)["terminals"][0]["assignments"] == [{"vehicle_id": "V2"}]


def test_positions_go_out_and_in_in_the_systems_of_chinese_maps(migrated_url: str) -> None:
    with editing(migrated_url) as client:
        corridor = {"corridor_id": "K1", "geometry": {"type": "LineString", "coordinates": LINE}}
        client.post("/v1/corridors", json=corridor)
        assert client.get("/v1/corridors/K1").json()["geometry"]["coordinates"] == LINE
        for crs in ("gcj02", "bd09"):
            shifted = client.get("/v1/corridors/K1", params={"crs": crs}).json()
            moved = shifted["geometry"]["coordinates"]
            shift_m = math.dist(moved[0], LINE[0]) * 111_000
            assert 200 < shift_m < 2_000
            shifted["remark"] = crs
            back = client.put("/v1/corridors/K1", json=shifted, params={"crs": crs})
            assert back.status_code == 200, back.text
            kept = client.get("/v1/corridors/K1").json()["geometry"]["coordinates"]
            assert max(math.dist(a, b) for a, b in zip(kept, LINE, strict=True)) < 1e-7
        drawn = client.get("/v1/corridors.geojson").json()
        stored = client.post("/v1/imports/corridors", params={"dry_run": "true"}, json=drawn)
        assert (stored.json()["unchanged"], stored.json()["changes"]) == (1, [])
        feature = drawn["features"][0]
        feature["properties"] |= {"corridor_id": "K2"}
        del feature["properties"]["version"]
        assert client.post("/v1/imports/corridors", json=drawn).json()["created"] == 1
        assert client.get("/v1/corridors/K2").json()["geometry"] == feature["geometry"]
        page = client.get("/v1/corridors", params={"bbox": "119.9,31.7,119.96,31.81", "format": "geojson"})
        assert page.headers["content-type"] == "application/geo+json"
        assert len(page.json()["features"]) == 2
        assert client.get("/v1/corridors", params={"bbox": "118,31,118.1,31.1"}).json()["corridors"] == []


def test_each_sees_its_own_and_people_are_masked(migrated_url: str) -> None:
    with editing(migrated_url) as client:
        driver = {"driver_id": "D1", "name": "王建国", "company_id": "C1", "licence_no": "320404199001011234"}
        assert client.post("/v1/drivers", json=driver).status_code == 201
        company = as_user(migrated_url, "company", company_id="C2")
        own = as_user(migrated_url, "company", name="own", company_id="C1")
        association = as_user(migrated_url, "association")
        for name, key, seen in (
            ("companies", "company_id", ["C2"]),
            ("vehicle-register", "vehicle_id", ["V2"]),
            ("drivers", "driver_id", []),
            ("permits", "permit_id", []),
            ("sites", "site_id", []),
        ):
            page = client.get(f"/v1/{name}", headers=company).json()[name.replace("-", "_")]
            assert [item[key] for item in page] == seen, name
        for path in ("companies/C1", "vehicle-register/V1", "drivers/D1", "permits/R1", "sites/S1"):
            problem(client.get(f"/v1/{path}", headers=company), 404, "register-item-not-found")
            assert client.get(f"/v1/{path}", headers=own).status_code == 200
        assert "V1" not in client.get("/v1/vehicle-register.csv", headers=company).text
        masked = client.get("/v1/drivers/D1", headers=association).json()
        assert (masked["name"], masked["licence_no"]) == ("王**", "***34")
        assert client.get("/v1/drivers/D1", headers=own).json()["name"] == "王建国"
        assert client.get("/v1/vehicle-register/V1", headers=association).json()["plate"] == "苏D***45"
        for method, path in (
            ("POST", "/v1/drivers"),
            ("PUT", "/v1/zones/Z1"),
            ("DELETE", "/v1/companies/C2"),
            ("POST", "/v1/imports/companies"),
            ("GET", "/v1/register-history"),
            ("GET", "/v1/duplicates"),
            ("POST", "/v1/merges"),
            ("POST", "/v1/permits/R1/steps"),
        ):
            problem(client.request(method, path, headers=company, json={}), 403, "not-permitted")


def test_permits_live_and_are_used_up(migrated_url: str) -> None:
    with editing(migrated_url) as client, connect_writer(migrated_url) as connection:

        def in_force() -> list[str]:
            return [permit["permit_id"] for permit in read_documents(connection)["permits"]]

        asked = {"permit_id": "R2", "company_id": "C1", "site_id": "S1", "quota_trips": 10, "quota_t": 150}
        permit = client.post("/v1/permits", json=asked).json()
        assert (permit["status"], in_force()) == ("applied", ["R1"])
        assert client.get("/v1/permits/R2").json()["allowed_steps"] == ["approve", "reject", "cancel"]

        def take(step: str, **more: Any) -> httpx.Response:
            version = client.get("/v1/permits/R2").json()["version"]
            return client.post("/v1/permits/R2/steps", json={"step": step, "expected_version": version, **more})

        stale = {"step": "approve", "expected_version": permit["version"]}
        approved = take("approve", comment="同意").json()
        assert (approved["status"], approved["in_force"], in_force()) == ("approved", True, ["R1", "R2"])
        problem(client.post("/v1/permits/R2/steps", json=stale), 412, "changed-meanwhile")
        assert problem(take("reject", comment="x"), 409, "permit-step-refused")["allowed_steps"] == [
            "suspend",
            "cancel",
        ]
        problem(
            client.patch("/v1/permits/R2", json={"status": "cancelled", "version": approved["version"]}),
            422,
            "register-refused",
        )
        connection.execute(
            """
            insert into trips (trip_id, vehicle_no, start_time, epoch, seq, permit_id, loaded_at, judged_to, load_kg,
                world_version)
            select gen_random_uuid(), vehicle_no, now() - n * interval '1 hour', 1, n, 'R2', now(), now(),
                case when n < 9 then 14000.0 end, 'w'
            from vehicles, generate_series(1, 9) as n where vehicle_id = 'V1'
            """
        )
        trips, mass = client.get("/v1/permits/R2").json()["quota"]
        assert (trips["used"], trips["left"], trips["warning"]) == (9, 1, "nearly_used_up")
        assert (mass["used"], mass["left"], mass["unmeasured_trips"]) == (127.0, 23.0, 1)  # eight of 14 t and one full
        problem(take("suspend"), 422, "register-refused")
        assert take("suspend", comment="欠费").json()["status"] == "suspended"
        assert in_force() == ["R1"]
        assert take("resume").json()["status"] == "approved"
        found = client.get("/v1/permits", params={"valid_at": "2026-05-01T20:00:00+08:00", "vehicle_id": "V1"}).json()
        assert [each["permit_id"] for each in found["permits"]] == ["R1", "R2"]
        assert client.get("/v1/permits", params={"vehicle_id": "V2"}).json()["permits"] == []
        cancelled = take("cancel", comment="完工").json()
        assert [step["step"] for step in cancelled["steps"]] == ["apply", "approve", "suspend", "resume", "cancel"]
        assert (cancelled["allowed_steps"], cancelled["steps"][1]["comment"]) == ([], "同意")
        late = {"remark": "改", "version": cancelled["version"]}
        problem(client.patch("/v1/permits/R2", json=late), 422, "register-refused")
        # a world folder knows those in force alone, and takes none of the papers away
        write_documents(connection, {"permits": []})
        statuses = {each["permit_id"]: each["status"] for each in client.get("/v1/permits").json()["permits"]}
        assert statuses == {"R1": "cancelled", "R2": "cancelled"}
        paper = client.get("/v1/permits/R1/print").json()
        assert (paper["company"]["name"], paper["site"]["name"]) == ("东方渣土", "地铁站")
        assert [truck["plate"] for truck in paper["vehicles"]] == ["苏D12345"]


def test_duplicates_become_one_and_keep_their_past(migrated_url: str) -> None:
    with editing(migrated_url) as client, connect_writer(migrated_url) as connection:
        (pair,) = client.get("/v1/duplicates").json()["duplicates"]
        assert (pair["name"], pair["ids"]) == ("苏D12345", ["V1", "V2"])
        (pair,) = client.get("/v1/duplicates", params={"kind": "companies"}).json()["duplicates"]
        assert pair["ids"] == ["C1", "C2"]
        permit = client.get("/v1/permits/R1").json()
        client.patch("/v1/permits/R1", json={"vehicle_ids": ["V1", "V2"], "version": permit["version"]})
        client.post("/v1/drivers", json={"driver_id": "D1", "name": "王", "assignments": [{"vehicle_id": "V2"}]})
        merge = {"kind": "vehicles", "keep": "V1", "merge": ["V2"], "reason": "重复登记"}
        assert client.post("/v1/merges", json=merge).status_code == 201
        problem(client.post("/v1/merges", json=merge), 404, "register-item-not-found")
        assert client.get("/v1/permits/R1").json()["vehicle_ids"] == ["V1"]
        stays = client.get("/v1/drivers/D1").json()["assignments"]
        assert [stay["vehicle_id"] for stay in stays] == ["V2", "V1"]
        assert stays[0]["to"] == stays[1]["from"]
        for vehicle_id, drivers in (("V1", ["D1"]), ("V7", [])):
            page = client.get("/v1/drivers", params={"vehicle_id": vehicle_id}).json()["drivers"]
            assert [driver["driver_id"] for driver in page] == drivers
        (terminal,) = [each for each in client.get("/v1/terminals").json()["terminals"] if each["terminal_id"] == "T2"]
        assert [stay["vehicle_id"] for stay in terminal["assignments"]] == ["V1"] or len(terminal["assignments"]) == 2
        assert client.get("/v1/vehicle-register/V1").json()["terminal_ids"] == ["T2"]
        # The other one was of another company: its past is for those who see everything.
        for viewer, count in (("(select min(user_no) from users where company_id is null)", 2), ("null", 1)):
            numbers = connection.execute(f"select count(*) from vehicle_nos_of('V1', {viewer})").fetchone()
            assert numbers == (count,)
        companies = {"kind": "companies", "keep": "C1", "merge": ["C2"], "reason": "改名"}
        assert client.post("/v1/merges", json=companies).status_code == 201
        limits = read_documents(connection)["limits"]
        assert limits["companies"] == {"C1": {"overspeed.hold_s": 10}}
        from rules_engine.world import World

        World.from_documents(read_documents(connection))
        history = client.get("/v1/register-history", params={"kind": "companies", "id": "C2"}).json()["changes"]
        assert (history[0]["action"], history[0]["source"], history[0]["reason"]) == ("retired", "merge", "改名")


def test_files_are_taken_whole_or_not_at_all(migrated_url: str) -> None:
    text = "车辆编号,号牌号码,企业编号,轴数\r\nV1,苏D12345,C1,4\r\nV8,苏D88888,C2,3\r\n"
    with editing(migrated_url) as client:
        for content in (text.encode(), text.encode("utf-8-sig"), text.encode("gbk")):
            dry = client.post(
                "/v1/imports/vehicle-register",
                params={"dry_run": "true"},
                content=content,
                headers={"content-type": "text/csv"},
            ).json()
            assert (dry["created"], dry["changed"]) == (1, 1), dry
        problem(client.get("/v1/vehicle-register/V8"), 404, "register-item-not-found")
        bad = text + "V9,苏D99999,nobody,4\r\n,苏D1,C1,4\r\n"
        told = problem(client.post("/v1/imports/vehicle-register", content=bad.encode()), 422, "register-refused")
        assert [(each["row"], each["field"]) for each in told["errors"]] == [(5, "vehicle_id")]
        bad = text + "V9,苏D99999,nobody,4\r\nV10,苏D1,C1,many\r\n"
        told = problem(client.post("/v1/imports/vehicle-register", content=bad.encode()), 422, "register-refused")
        assert [(each["row"], each["field"], each["got"]) for each in told["errors"]] == [(5, "axles", "'many'")]
        bad = text + "V9,苏D99999,nobody,4\r\n"
        told = problem(client.post("/v1/imports/vehicle-register", content=bad.encode()), 422, "register-refused")
        assert [(each["row"], each["field"], each["got"]) for each in told["errors"]] == [(4, "company_id", "'nobody'")]
        problem(client.get("/v1/vehicle-register/V8"), 404, "register-item-not-found")
        done = client.post("/v1/imports/vehicle-register", content=text.encode("gbk"), params={"reason": "年检"})
        assert done.json()["created"] == 1, done.text
        kept = client.get("/v1/vehicle-register/V1").json()
        assert (kept["axles"], kept["capacity_kg"], kept["colour"]) == (4, 15000, "green")
        file = client.get("/v1/vehicle-register.csv")
        assert file.content.startswith(b"\xef\xbb\xbf")
        assert len(list(csv.reader(io.StringIO(file.text)))) == 4
        again = client.post("/v1/imports/vehicle-register", content=file.content, headers={"content-type": "text/csv"})
        assert (again.json()["unchanged"], again.json()["rows"]) == (3, 3), again.text
        template = client.get("/v1/imports/vehicle-register/template.csv")
        assert template.text.startswith("\ufeff车辆编号 vehicle_id,")
        for name in ("terminals", "nothing"):
            problem(client.post(f"/v1/imports/{name}", content=b"[]"), 404, "register-item-not-found")


def test_a_world_folder_leaves_its_changes_in_the_history(migrated_url: str) -> None:
    with editing(migrated_url) as client, connect_writer(migrated_url, application_name="muckline-db") as connection:
        first = client.get("/v1/register-history").json()["changes"]
        assert {change["kind"] for change in first} >= {"companies", "vehicles", "terminals", "assignments", "limits"}
        write_documents(connection, WORLD)
        assert client.get("/v1/register-history").json()["changes"] == first  # nothing changed
        write_documents(connection, {"limits": {"city": {"overspeed.hold_s": 20}}})
        newest = client.get("/v1/register-history", params={"by": "muckline-db"}).json()["changes"]
        assert {(change["action"], change["id"]) for change in newest} == {
            ("retired", "companies"),
            ("created", "city"),
        }
        page = client.get("/v1/register-history", params={"limit": 3}).json()
        after = client.get(page["next"]).json()["changes"]
        assert after[0]["history_no"] < page["changes"][-1]["history_no"]
        at = first[0]["at"].replace("+", "%2B")
        assert client.get(f"/v1/register-history?datetime=../{at}").status_code == 200
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            connection.execute("delete from register_history")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_file_of_yesterday_does_not_undo_what_others_changed(migrated_url: str, form: str) -> None:
    with editing(migrated_url) as client:
        read = client.get("/v1/vehicle-register/V1").json()["version"]
        other = {"axles": 4, "version": read}
        assert client.patch("/v1/vehicle-register/V1", json=other).status_code == 200

        def sent(version: Any, **options: Any) -> httpx.Response:
            if form == "csv":
                text = f"vehicle_id,axles,version\nV1,3,{version}\nV2,2,\n"
                headers = {"content-type": "text/csv"}
                return client.post("/v1/imports/vehicle-register", content=text, headers=headers, params=options)
            items = [{"vehicle_id": "V1", "axles": 3, "version": version}, {"vehicle_id": "V2", "axles": 2}]
            return client.post("/v1/imports/vehicle-register", json=items, params=options)

        problem(sent(read), 412, "changed-meanwhile")
        assert client.get("/v1/vehicle-register/V1").json()["axles"] == 4
        assert client.get("/v1/vehicle-register/V2").json().get("axles") is None, "all of a file or nothing"
        problem(sent("x"), 422, "register-refused")
        now = client.get("/v1/vehicle-register/V1").json()["version"]
        assert sent(now, dry_run=True).status_code == 200
        assert sent(now).json()["changed"] == 2
        assert client.get("/v1/vehicle-register/V1").json()["axles"] == 3


def test_a_merge_of_companies_wipes_no_case_and_no_point_out(migrated_url: str) -> None:
    with editing(migrated_url) as client, connect_writer(migrated_url) as connection:
        now = datetime.now(UTC)
        vehicle_no = connection.execute("select vehicle_no from vehicles where vehicle_id = 'V2'").fetchone()
        assert vehicle_no is not None
        connection.execute(
            """
            insert into cases (case_id, case_no, kind, severity, status, source, vehicle_no, company_id, subject_kind,
                start_time, newest_time, opened_at, acknowledge_by, first_due_at, due_at, paged, updated_at, ended_at)
            values (gen_random_uuid(), '2026-1', 'spillage', 2, 'closed', 'event', %(no)s, 'C2', 'vehicle', %(now)s,
                %(now)s, %(now)s, %(now)s, %(now)s, %(now)s, true, %(now)s, %(now)s)
            """,
            {"no": vehicle_no[0], "now": now},
        )
        settle_scores(connection, now, default_points())
        merge = {"kind": "companies", "keep": "C1", "merge": ["C2"], "reason": "重复登记"}
        assert client.post("/v1/merges", json=merge).status_code == 201
        settle_scores(connection, now, default_points())
        stays = as_user(migrated_url, "company", name="east", company_id="C1")
        assert [case["case_no"] for case in client.get("/v1/cases", headers=stays).json()["cases"]] == ["2026-1"]
        scores = client.get("/v1/scores", headers=stays).json()["scores"]
        points = default_points()["spillage", "company"]
        assert [(score["subject_id"], score["deducted"]) for score in scores] == [("C1", points)]
