"""What is served to a browser: the console's files, its addresses, the base map."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import threading
import time
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from fastapi import FastAPI

from api.console_files import mount_console
from api.settings import ApiSettings
from tests.api_server import serving

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[1]

STREETS = {"type": "FeatureCollection", "features": []}


def answer_of(folder: Path, path: str) -> httpx.Response:
    """Return what an app with the console of a folder answers."""
    app = FastAPI()
    mount_console(app, folder)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a folder as the build leaves it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Muckline</title>")
    (tmp_path / "assets" / "index-abc.js").write_text("1")
    return tmp_path


def test_start_leads_to_console(built: Path) -> None:
    response = answer_of(built, "/")
    assert (response.status_code, response.headers["location"]) == (307, "/console/")


@pytest.mark.parametrize("path", ["/console/", "/console/wall", "/console/cases/0199-a.b", "/console/trucks/苏D1"])
def test_addresses_of_console_are_its_page(built: Path, path: str) -> None:
    response = answer_of(built, path)
    assert (response.status_code, response.text) == (200, "<title>Muckline</title>")
    assert response.headers["cache-control"] == "no-cache"


def test_hashed_files_are_kept_for_good(built: Path) -> None:
    assert (
        answer_of(built, "/console/assets/index-abc.js").headers["cache-control"]
        == "public, max-age=31536000, immutable"
    )


@pytest.mark.parametrize("path", ["/console/assets/index-old.js", "/console/assets/../../console_files.py"])
def test_missing_files_are_missing(built: Path, path: str) -> None:
    response = answer_of(built, path)
    assert response.status_code == 404 or response.text == "<title>Muckline</title>"
    assert "mount_console" not in response.text


def test_missing_hashed_file_is_not_the_page(built: Path) -> None:
    assert answer_of(built, "/console/assets/index-old.js").status_code == 404


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/wall"])
def test_not_built_console_says_how_to_build(tmp_path: Path, path: str) -> None:
    response = answer_of(tmp_path, path)
    assert response.status_code == 503
    assert "make console" in response.text


def test_without_base_map_the_registered_roads_are_drawn(migrated_url: str) -> None:
    with serving(migrated_url) as client:
        answer = client.get("/v1/basemap").raise_for_status().json()
        roads = client.get(answer["roads_url"]).raise_for_status().json()
        missing = client.get("/v1/basemap/city.pmtiles")
    assert answer == {
        "kind": "none", "url": None, "roads_url": "/v1/basemap/roads", "crs": "wgs84", "attribution": "",
        "approval_no": "", "bounds": None,
    }  # fmt: skip
    assert roads == STREETS
    assert missing.status_code == 404
    assert missing.json()["type"].endswith("basemap-not-found")


def test_base_map_needs_a_login(migrated_url: str) -> None:
    with serving(migrated_url, viewer=None) as client:
        assert {client.get(path).status_code for path in ("/v1/basemap", "/v1/basemap/roads")} == {401}


def test_streets_of_a_folder(migrated_url: str, tmp_path: Path) -> None:
    (tmp_path / "streets.geojson").write_text(json.dumps(STREETS))
    settings = {"basemap": tmp_path, "basemap_crs": "gcj02", "basemap_approval_no": "苏C(2025)012号"}
    with serving(migrated_url, **settings) as client:
        answer = client.get("/v1/basemap").raise_for_status().json()
        streets = client.get(answer["url"])
    assert (answer["kind"], answer["crs"], answer["approval_no"]) == ("geojson", "gcj02", "苏C(2025)012号")
    assert (streets.json(), streets.headers["content-type"]) == (STREETS, "application/geo+json")


def test_tiles_are_read_by_ranges(migrated_url: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * 8
    (tmp_path / "changzhou.pmtiles").write_bytes(content)
    with serving(migrated_url, basemap=tmp_path) as client:
        answer = client.get("/v1/basemap").raise_for_status().json()
        part = client.get(answer["url"], headers={"range": "bytes=16-31"})
        beyond = client.get(answer["url"], headers={"range": "bytes=999999-"})
    assert answer["kind"] == "pmtiles"
    assert (part.status_code, part.content) == (206, content[16:32])
    assert beyond.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE


@pytest.mark.parametrize("exists", [True, False])
def test_folder_without_base_map_is_refused(tmp_path: Path, *, exists: bool) -> None:
    folder = tmp_path if exists else tmp_path / "nowhere"
    with pytest.raises(ValueError, match=r"expected streets\.geojson or a file \*\.pmtiles in basemap, got "):
        ApiSettings(basemap=folder)


def builder() -> ModuleType:
    """Return the program that builds the console, which is in no package."""
    spec = importlib.util.spec_from_file_location("console_build", ROOT / "console" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(folder: Path, page: str, *assets: str) -> Path:
    """Write a build: its page names its hashed files."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(page)
    for name in assets:
        (folder / "assets" / name).write_text(name)
    return folder


def test_a_page_that_is_open_during_a_build_keeps_its_files_for_a_day(tmp_path: Path) -> None:
    build, served, now_s = builder(), tmp_path / "served", 1_780_000_000.0
    build.put_in_place(written(tmp_path / "1", "one", "a-1.js", "font.woff2"), served, now_s)
    (served / "left.svg").write_text("of no build")
    later_s = now_s + 3_600
    build.put_in_place(written(tmp_path / "2", "two", "a-2.js", "font.woff2"), served, later_s)
    assert answer_of(served, "/console/").text == "two"
    assert answer_of(served, "/console/assets/a-1.js").text == "a-1.js"
    assert answer_of(served, "/console/assets/a-2.js").text == "a-2.js"
    assert not (served / "left.svg").exists()
    build.put_in_place(written(tmp_path / "3", "three", "a-3.js"), served, now_s + build.OLD_KEPT_S + 60)
    names = sorted(file.name for file in (served / "assets").iterdir())
    assert names == ["a-2.js", "a-3.js", "font.woff2"], "of the build before, which is not a day old"


def test_the_served_folder_is_whole_at_every_moment_of_a_build(tmp_path: Path) -> None:
    build, served = builder(), tmp_path / "served"
    build.put_in_place(written(tmp_path / "0", "a-0.js", "a-0.js"), served, time.time())
    ended, broken = threading.Event(), []

    def look() -> None:
        while not ended.is_set():
            named = (served / "index.html").read_text()
            if not (served / "assets" / named).is_file():
                broken.append(named)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(1, 60):
            fresh = written(tmp_path / str(number), f"a-{number}.js", f"a-{number}.js")
            build.put_in_place(fresh, served, time.time())
    finally:
        ended.set()
        reader.join()
    assert broken == []
