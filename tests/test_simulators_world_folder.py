"""World folders: what is written is read again, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulators.world_folder import FILES, WorldFolderError, read_world, write_world

DOCUMENTS: dict[str, Any] = {
    "companies": [{"company_id": "K1", "name": "渣土一队"}],
    "vehicles": [],
    "sites": {
        "type": "FeatureCollection",
        "name": "kept",
        "features": [
            {"type": "Feature", "properties": {"site_id": n}, "geometry": {"type": "Point", "coordinates": [1.5, 2]}}
            for n in "ab"
        ],
    },
    "zones": {"type": "FeatureCollection", "features": []},
    "limits": {"city": {"overspeed.limit_mps": 16.7}},
}


def test_documents_come_back_as_they_were(tmp_path: Path) -> None:
    write_world(tmp_path / "deep" / "world", DOCUMENTS)
    assert read_world(tmp_path / "deep" / "world") == DOCUMENTS


def test_each_item_has_a_line_of_its_own(tmp_path: Path) -> None:
    write_world(tmp_path, DOCUMENTS)
    assert [line[:18] for line in (tmp_path / "sites.geojson").read_text().splitlines()[1:3]] == [
        '{"type":"Feature",'
    ] * 2
    assert "渣土一队" in (tmp_path / "companies.json").read_text("utf-8")


def test_documents_that_are_gone_leave_no_file(tmp_path: Path) -> None:
    write_world(tmp_path, DOCUMENTS)
    write_world(tmp_path, {"companies": []})
    assert read_world(tmp_path) == {"companies": []}


def test_other_files_of_a_folder_are_let_be(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("a city")
    write_world(tmp_path, DOCUMENTS)
    assert read_world(tmp_path) == DOCUMENTS


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("sites.geojson", b"{", r"sites.geojson: expected JSON in UTF-8, got .*truncated"),
        ("sites.geojson", b'{"a":"\xff"}', r"sites.geojson: expected JSON in UTF-8"),
        ("site.geojson", b"{}", r"site.geojson: expected one of companies.json, .* got another name"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, file: str, content: bytes, message: str) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(WorldFolderError, match=message):
        read_world(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldFolderError, match="expected a world folder, got nothing there"):
        read_world(tmp_path / "missing")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WorldFolderError, match="expected a world folder, got a file"):
        read_world(tmp_path / "file")
    with pytest.raises(WorldFolderError, match="got none of them"):
        read_world(tmp_path)


def test_a_document_without_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorldFolderError, match="got routes"):
        write_world(tmp_path, {"routes": []})
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WorldFolderError, match="a folder that can be written"):
        write_world(tmp_path / "file", {"vehicles": []})


def test_every_document_of_a_world_has_a_file() -> None:
    from rules_engine.world_documents import DOCUMENTS as DOCUMENTS_OF_A_WORLD

    assert set(FILES) == set(DOCUMENTS_OF_A_WORLD)
