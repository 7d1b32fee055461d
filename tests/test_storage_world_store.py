"""Worlds written and read back: the same documents, the same numbers, clear refusals."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from muckline.commands.world import world_load, world_save
from muckline.settings import read_settings
from simulators.world_folder import read_world, write_world
from storage.connect import connect_writer
from storage.errors import InvalidWorld
from storage.world_store import DOCUMENTS, empty_documents, read_documents, world_version, write_documents

pytestmark = pytest.mark.services

SQUARE = [[[119.9, 31.7], [119.91, 31.7], [119.91, 31.71], [119.9, 31.7]]]


def area(key: str, name: str, **rest: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {key: name, "name": f"the {name}", **rest},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def world() -> dict[str, Any]:
    return {
        "companies": [
            {"company_id": "C1", "name": "渣土一公司", "licence": "L-1"},
            {"company_id": "C2", "name": "two"},
        ],
        "vehicles": [
            {"vehicle_id": "V1", "plate": "苏D12345", "company_id": "C1", "capacity_kg": 15500.5, "colour": "green"},
            {"vehicle_id": "V2", "plate": "苏D12346", "company_id": "C2"},
        ],
        "terminals": [
            {
                "terminal_id": "T1",
                "kind": "truck",
                "region": "320412",
                "status": "active",
                "sim": "89860",
                "assignments": [
                    {"vehicle_id": "V1", "to": "2026-05-01T00:00:00+00:00"},
                    {"vehicle_id": "V2", "from": "2026-05-01T00:00:00+00:00"},
                ],
            },
            {"terminal_id": "W1", "kind": "washer", "region": "320412", "status": "active", "site_id": "S1"},
        ],
        "sites": collection(area("site_id", "S1", district_id="D1", depth_m=4.25), area("site_id", "S2")),
        "dump_points": collection(area("dump_point_id", "P1")),
        "zones": collection(
            area("zone_id", "Z1"),
            area(
                "zone_id", "Z2", rule="control", order="2026-7", windows=[{"from": "22:00", "to": "06:00"}], hold_s=60
            ),
        ),
        "districts": collection(area("district_id", "D1")),
        "corridors": collection(
            {
                "type": "Feature",
                "properties": {"corridor_id": "K1", "half_width_m": 60},
                "geometry": {"type": "LineString", "coordinates": [[119.9, 31.7], [119.95, 31.75]]},
            }
        ),
        "permits": [
            {
                "permit_id": "R1",
                "company_id": "C1",
                "site_id": "S1",
                "dump_point_ids": ["P1"],
                "corridor_ids": ["K1"],
                "vehicle_ids": ["V1"],
                "valid_from": "2026-01-01T00:00:00+08:00",
                "valid_to": "2027-01-01T00:00:00+08:00",
                "binding": "load",
                "limits": {"route_deviation.leave_above_m": 80},
                "max_load_kg": 15000,
                "windows": [{"days": [1, 2], "from": "19:00", "to": "05:00"}],
            }
        ],
        "roads": collection(
            {
                "type": "Feature",
                "properties": {"road_id": "R7", "road_class": "fast", "limit_kmh": 60, "name": "ring"},
                "geometry": {"type": "LineString", "coordinates": [[119.9, 31.7], [119.95, 31.75]]},
            }
        ),
        "city": {"utc_offset_h": 8, "haul_windows": [{"from": "19:00", "to": "06:00"}], "name": "常州"},
        "limits": {"city": {"route_deviation.leave_above_m": 100}, "sites": {"S1": {"spillage.lost_ratio": 0.1}}},
    }


def without(documents: dict[str, Any], name: str, key: str, gone: str) -> dict[str, Any]:
    changed = copy.deepcopy(documents)
    changed[name] = [item for item in changed[name] if item[key] != gone]
    return changed


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        yield opened


def test_documents_come_back_as_they_were(connection: psycopg.Connection[Any]) -> None:
    write_documents(connection, world())
    assert read_documents(connection, numbered=False) == world()
    write_documents(connection, read_documents(connection))
    assert read_documents(connection, numbered=False) == world()


def test_null_counts_as_absent(connection: psycopg.Connection[Any]) -> None:
    documents = world()
    documents["vehicles"][0]["tare_kg"] = None
    documents["terminals"][0]["assignments"][0]["from"] = None
    documents["terminals"][1]["assignments"] = None
    documents["city"]["mayor"] = None
    write_documents(connection, documents)
    assert read_documents(connection, numbered=False) == world()


def test_an_empty_world_is_complete(connection: psycopg.Connection[Any]) -> None:
    assert read_documents(connection) == empty_documents()
    assert set(empty_documents()) == set(DOCUMENTS)
    write_documents(connection, world())
    write_documents(connection, empty_documents())
    assert read_documents(connection) == empty_documents()


def test_numbers_stay(connection: psycopg.Connection[Any]) -> None:
    def numbers() -> dict[str, int]:
        read = read_documents(connection)
        return {v["vehicle_id"]: v["vehicle_no"] for v in read["vehicles"]} | {
            t["terminal_id"]: t["terminal_no"] for t in read["terminals"]
        }

    write_documents(connection, world())
    before = numbers()
    shorter = without(without(world(), "vehicles", "vehicle_id", "V1"), "terminals", "terminal_id", "T1")
    shorter["permits"] = []
    write_documents(connection, shorter)
    assert numbers() == {"V2": before["V2"], "W1": before["W1"]}
    write_documents(connection, world())
    assert numbers() == before
    assert read_documents(connection, numbered=False) == world()


def test_documents_not_given_stay(connection: psycopg.Connection[Any]) -> None:
    write_documents(connection, world())
    write_documents(connection, {"permits": []})
    assert read_documents(connection, numbered=False) == world() | {"permits": []}


def test_the_version_rises_and_listeners_hear_of_it(connection: psycopg.Connection[Any], migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as listener:
        listener.execute("listen muckline_world")
        assert world_version(connection) == 0
        assert write_documents(connection, world()) == 1
        assert write_documents(connection, {"permits": []}) == 2
        assert world_version(connection) == 2
        assert [n.payload for n in listener.notifies(timeout=60, stop_after=2)] == ["1", "2"]


@pytest.mark.parametrize(
    ("change", "document", "words"),
    [
        (
            lambda w: w["terminals"][0]["assignments"][0].update(to="2026-06-01T00:00:00+00:00"),
            "terminals",
            "one_vehicle",
        ),
        (lambda w: w["terminals"][0]["assignments"][0].update(vehicle_id="V9"), "terminals", "vehicle_no"),
        (lambda w: w["terminals"][0].update(kind="tank"), "terminals", "kind"),
        (lambda w: w["terminals"][1].update(site_id="S9"), "terminals", "S9"),
        (lambda w: w["vehicles"][0].update(company_id="C9"), "vehicles", "C9"),
        (lambda w: w["vehicles"].append(w["vehicles"][0]), "vehicles", "second time"),
        (lambda w: w["vehicles"][0].update(plate="a\x00b"), "vehicles", "Unicode"),
        (lambda w: w["permits"][0].update(valid_to="2025-01-01T00:00:00Z"), "permits", "range"),
        (lambda w: w["sites"]["features"][0]["properties"].pop("site_id"), "sites", "site_id"),
        (lambda w: w["companies"].pop(), "companies", "C2"),
    ],
)
def test_a_contradiction_is_refused_and_nothing_written(
    connection: psycopg.Connection[Any], change: Any, document: str, words: str
) -> None:
    write_documents(connection, world())
    wrong = world()
    change(wrong)
    if document == "companies":  # its trucks are still there
        wrong = {"companies": wrong["companies"]}
    with pytest.raises(InvalidWorld, match=words) as refusal:
        write_documents(connection, wrong)
    assert refusal.value.document == document
    assert read_documents(connection, numbered=False) == world()
    assert world_version(connection) == 1


def test_a_world_folder_goes_in_and_out(migrated_url: str, tmp_path: Any) -> None:
    app = typer.Typer()

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = read_settings(None, [f"database.url={migrated_url}"])

    app.command("load")(world_load)
    app.command("save")(world_save)
    write_world(tmp_path / "in", world())
    loaded = CliRunner().invoke(app, ["load", str(tmp_path / "in")])
    assert loaded.exit_code == 0, loaded.output
    assert "2 vehicles" in loaded.output
    assert CliRunner().invoke(app, ["save", str(tmp_path / "out")]).exit_code == 0
    assert read_world(tmp_path / "out") == world()
    assert CliRunner().invoke(app, ["load", str(tmp_path / "nothing")]).exit_code == 1
