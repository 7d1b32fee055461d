"""Registers without a database: files are read or refused with a reason, and what is written is read back the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.world import World, WorldError
from supervision.registers.duplicates import groups
from supervision.registers.faults import Fault, Refused
from supervision.registers.files import Row, read_file, write_csv
from supervision.registers.items import stored
from supervision.registers.permit_life import STEPS, allowed_steps, quota
from supervision.registers.plan import Current, ids_of, planned
from supervision.registers.table import REGISTERS, Register

TRUCKS = REGISTERS["vehicle-register"]
ZONES = REGISTERS["zones"]
TRIANGLE = [[[119.9, 31.7], [119.91, 31.7], [119.91, 31.71], [119.9, 31.7]]]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def faults(register: Register, content: bytes, media_type: str) -> Sequence[Fault]:
    """Return what an import of a file into an empty register is refused for, nothing where it is taken."""
    try:
        rows = read_file(register, content, media_type)
        ids_of(register, rows)
        planned(register, rows, {}, whole=False)
    except Refused as refused:
        return refused.faults
    return ()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(REGISTERS)), st.sampled_from(["text/csv", "application/json"]))
def test_any_bytes_are_taken_or_refused_with_a_reason(content: bytes, name: str, media_type: str) -> None:
    assert all(fault.expected and fault.got for fault in faults(REGISTERS[name], content, media_type))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_members_are_taken_or_refused_and_the_rules_read_what_is_taken(data: st.DataObject) -> None:
    register = data.draw(st.sampled_from([each for each in REGISTERS.values() if each.may_create]))
    names = [field.name for field in register.fields] + ["geometry"] * bool(register.geometry)
    shapes = st.fixed_dictionaries({"type": st.sampled_from(["Polygon", "LineString", "x"]), "coordinates": VALUES})
    members = st.dictionaries(st.sampled_from(names), VALUES | shapes, max_size=6)
    content = orjson.dumps([data.draw(members) | {register.id_name: "I1"}])
    found = faults(register, content, "application/json")
    assert all(fault.expected and fault.got and fault.row in {1, None} for fault in found)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"vehicle_id": st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)},
            optional={
                "plate": st.text(st.characters(codec="gb18030", exclude_categories=["C"]), min_size=1, max_size=9),
                "axles": st.integers(2, 8),
                "capacity_kg": st.floats(1, 100_000),
                "energy": st.sampled_from(["diesel", "electric"]),
                "out_of_service": st.just([{"from": "2026-01-01T00:00:00+08:00", "to": None}]),
            },
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda item: item["vehicle_id"],
    ),
    st.sampled_from(["utf-8-sig", "utf-8", "gb18030"]),
)
def test_a_csv_file_comes_back_as_it_was(items: list[dict[str, Any]], encoding: str) -> None:
    trimmed = [{k: v.strip() if isinstance(v, str) else v for k, v in item.items()} for item in items]
    kept = [{k: v for k, v in item.items() if v != ""} for item in trimmed]
    content = write_csv(TRUCKS, kept).decode("utf-8-sig").encode(encoding)
    rows = read_file(TRUCKS, content, "text/csv")
    assert [{k: v for k, v in row.item.items() if v is not None} for row in rows] == kept


def world_refusal(documents: dict[str, Any]) -> str | None:
    """Return what a world folder got instead of what it expected."""
    try:
        World.from_documents(documents)
    except WorldError as error:
        return error.got
    return None


def test_a_register_refuses_what_a_world_folder_refuses() -> None:
    zones: list[dict[str, Any]] = [
        {"zone_id": "Z1", "rule": "speed"},
        {"zone_id": "Z1", "rule": "forbidden", "windows": [{"from": "1:00", "to": "06:00"}]},
        {"zone_id": "Z1", "rule": "forbidden", "windows": []},
        {
            "zone_id": "Z1",
            "rule": "forbidden",
            "valid_from": "2026-02-01T00:00:00Z",
            "valid_to": "2026-01-01T00:00:00Z",
        },
        {"zone_id": "Z1", "rule": "control", "order": "7"},
    ]
    refusals = 0
    for zone in zones:
        item = zone | {"geometry": {"type": "Polygon", "coordinates": TRIANGLE}}
        documents = {"zones": {"type": "FeatureCollection", "features": [stored(ZONES, item)]}}
        got = world_refusal(documents)
        if got is None:
            planned(ZONES, [Row(7, item)], {}, whole=True)
            continue
        refusals += 1
        with pytest.raises(Refused) as refused:
            planned(ZONES, [Row(7, item)], {}, whole=True)
        assert (refused.value.faults[0].got, refused.value.faults[0].row) == (got, 7)
    assert refusals >= 3


def test_each_bad_row_is_named_also_where_only_the_rules_see_it() -> None:
    good = {"zone_id": "Z1", "rule": "forbidden", "geometry": {"type": "Polygon", "coordinates": TRIANGLE}}
    rows = [
        Row(2, good),
        Row(3, good | {"zone_id": "Z2", "rule": "speed"}),
        Row(4, good | {"zone_id": "Z3", "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}),
    ]
    with pytest.raises(Refused) as refused:
        planned(ZONES, rows, {}, whole=False)
    assert [(fault.row, fault.item) for fault in refused.value.faults] == [(3, "Z2"), (4, "Z3")]


def test_members_that_nobody_described_stay() -> None:
    current = {"V1": Current({"vehicle_id": "V1", "colour": "green", "axles": 3}, 4)}
    (plan,) = planned(TRUCKS, [Row(1, {"vehicle_id": "V1", "axles": None})], current, whole=False)
    assert (plan.action, plan.after) == ("changed", {"vehicle_id": "V1", "colour": "green"})
    with pytest.raises(Refused, match="smell"):
        planned(TRUCKS, [Row(1, {"vehicle_id": "V1", "smell": "bad"})], current, whole=False)


def test_cells_that_a_spreadsheet_would_run_are_shown_as_text() -> None:
    content = write_csv(TRUCKS, [{"vehicle_id": "V1", "remark": "=HYPERLINK(1)", "axles": 4}])
    line = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1]
    assert "'=HYPERLINK(1)" in line
    assert read_file(TRUCKS, content, "text/csv")[0].item["remark"] == "=HYPERLINK(1)"


def test_plates_and_names_are_the_same_however_they_are_written() -> None:
    plates = [("V1", "苏D12345"), ("V2", "苏Ｄ·12345黄牌"), ("V3", "苏D12346"), ("V4", None)]
    assert [group["ids"] for group in groups("vehicles", plates)] == [["V1", "V2"]]
    names = [("C1", "常州（东方）渣土"), ("C2", "常州(东方) 渣土"), ("C3", "西方")]
    assert [group["ids"] for group in groups("companies", names)] == [["C1", "C2"]]


def test_quotas_warn_before_they_are_used_up() -> None:
    permit = {"quota_trips": 10, "quota_t": 100, "quota_m3": 50, "density_kg_m3": 2000}
    used = {"trips": 9, "load_kg": 80_000, "unmeasured": 1, "rated_kg": 20_000, "body_m3": 5}
    trips, mass, volume = quota(permit, used)
    assert (trips["used"], trips["left"], trips["warning"]) == (9, 1, "nearly_used_up")
    assert (mass["used"], mass["left"], mass["warning"]) == (100, 0, "used_up")
    assert (volume["used"], volume["left"], volume["warning"]) == (45, 5, "nearly_used_up")
    assert quota(permit, {})[0]["warning"] is None
    assert quota({}, used) == []


def test_every_status_of_a_permit_but_the_last_leads_on() -> None:
    statuses = {status for before, after in STEPS.values() for status in (*before, after)}
    assert {status for status in statuses if not allowed_steps(status)} == {"cancelled"}
