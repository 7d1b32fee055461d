"""`docs/world.md`: its example is a world, and it names every member that is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rules_engine import world_documents as documents
from rules_engine.world import World
from simulators.world_folder import FILES, read_world

TEXT = (Path(__file__).parents[1] / "docs" / "world.md").read_text(encoding="utf-8")
READ: dict[str, type[Any]] = {
    "companies": documents.Company,
    "vehicles": documents.Vehicle,
    "terminals": documents.Terminal,
    "sites": documents.SiteProperties,
    "zones": documents.ZoneProperties,
    "corridors": documents.CorridorProperties,
    "roads": documents.RoadProperties,
    "permits": documents.Permit,
    "limits": documents.LimitsDocument,
    "city": documents.City,
}
NUMBERED = {"vehicle_no", "terminal_no"}  # the database's own, never in a folder


def rows_of(file: str) -> str:
    """Return the rows of the table that belong to a file."""
    found = re.search(rf"^\| `{re.escape(file)}`.*\n(?:\| \|.*\n)*", TEXT, re.MULTILINE)
    assert found is not None, file
    return found[0]


def test_the_example_is_a_world(tmp_path: Path) -> None:
    examples = re.findall(r"`(\w+\.(?:geo)?json)`[^`]*(?:`[^`]*`[^`]*)*?```json\n(.*?)```", TEXT, re.DOTALL)
    assert [name for name, _ in examples] == ["vehicles.json", "companies.json", "sites.geojson"]
    for name, text in examples:
        (tmp_path / name).write_text(text, encoding="utf-8")
    world = World.from_documents(read_world(tmp_path))
    assert list(world.vehicle_ids) == ["V9"]
    assert list(world.site_ids) == ["S1"]


@pytest.mark.parametrize("document", FILES)
def test_every_member_that_is_read_is_named(document: str) -> None:
    rows = rows_of(FILES[document])
    members = {field.encode_name for field in msgspec.structs.fields(READ[document])} if document in READ else set()
    assert {name for name in members - NUMBERED if f"`{name}`" not in rows} == set()
    assert "_id`**" in rows or document in {"limits", "city"}
