"""A world as a folder of GeoJSON and JSON files, one per document.

    world/  companies.json vehicles.json terminals.json permits.json limits.json city.json
            sites.geojson dump_points.geojson zones.geojson districts.geojson corridors.geojson roads.geojson

A file that is missing is an empty document. What the documents must say is `rules_engine.world`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

FILES = {
    "companies": "companies.json",
    "vehicles": "vehicles.json",
    "terminals": "terminals.json",
    "sites": "sites.geojson",
    "dump_points": "dump_points.geojson",
    "zones": "zones.geojson",
    "districts": "districts.geojson",
    "corridors": "corridors.geojson",
    "roads": "roads.geojson",
    "permits": "permits.json",
    "limits": "limits.json",
    "city": "city.json",
}


class WorldFolderError(ValueError):
    """A folder that holds no world, or a file in it that cannot be read or written."""

    def __init__(self, path: Path, expected: str, got: str) -> None:
        super().__init__(f"{path}: expected {expected}, got {got}")
        self.path = path
        self.expected = expected
        self.got = got


def read_world(path: Path) -> dict[str, Any]:
    """Return the documents of a world folder, keyed by file stem.

    Raises:
        WorldFolderError: There is no such folder, no document in it, a file that is no document's, or one that is not
            JSON.
    """
    if not path.is_dir():
        raise WorldFolderError(path, "a world folder", "a file" if path.exists() else "nothing there")
    present = {file.name for file in path.iterdir() if file.suffix in (".json", ".geojson")}
    strange = sorted(present - set(FILES.values()))
    if strange:
        raise WorldFolderError(path / strange[0], f"one of {', '.join(FILES.values())}", "another name")
    if not present:
        raise WorldFolderError(path, f"some of {', '.join(FILES.values())}", "none of them")
    return {name: _read(path / file) for name, file in FILES.items() if file in present}


def write_world(path: Path, documents: Mapping[str, Any]) -> None:
    """Write documents as a world folder; files of documents that are not given are removed.

    Raises:
        WorldFolderError: A document has no file, or the folder cannot be written.
    """
    strange = sorted(set(documents) - set(FILES))
    if strange:
        raise WorldFolderError(path, f"documents among {', '.join(FILES)}", strange[0])
    try:
        path.mkdir(parents=True, exist_ok=True)
        for name, file in FILES.items():
            if name in documents:
                (path / file).write_bytes(_written(documents[name]))
            else:
                (path / file).unlink(missing_ok=True)
    except OSError as error:
        raise WorldFolderError(path, "a folder that can be written", str(error.strerror)) from error


def _read(file: Path) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes())
    except OSError as error:
        raise WorldFolderError(file, "a readable file", str(error.strerror)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WorldFolderError(file, "JSON in UTF-8", str(error)) from error


def _written(document: Any) -> bytes:
    """Return a document with one item a line, so that people can read it and versions can be compared."""
    if isinstance(document, list):
        return b"[" + _lines(document) + b"]\n"
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        rest = {name: value for name, value in document.items() if name != "features"}
        head = msgspec.json.encode(rest)[:-1]
        return head + b',"features":[' + _lines(document["features"]) + b"]}\n"
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _lines(items: list[Any]) -> bytes:
    return b",".join(b"\n" + msgspec.json.encode(item) for item in items) + b"\n" * bool(items)
