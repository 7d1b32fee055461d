"""Drawing places in a real browser: what is drawn is what is stored, undone when asked (U6)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, OpenPage, assert_accessible, assert_drawn, keep_screenshot
from tests.console_stage import Stage

pytestmark = pytest.mark.services

TILE_PX = 512
# Degrees; the acceptance check of U6.
EXACT_DEG = 1e-7
FINGER_PX = 44
REFUSED = r"status of (409|412|422)"


class Map:
    """Where positions of the map are on the screen, by the Mercator projection that it was told to show."""

    def __init__(self, page: Page, centre: tuple[float, float], zoom: float) -> None:
        self._page = page
        box = page.locator("canvas.maplibregl-canvas").bounding_box()
        assert box is not None
        self._middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._scale = TILE_PX * 2**zoom
        self._centre = self._world(*centre)

    def _world(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        north = math.log(math.tan(math.pi / 4 + math.radians(lat_deg) / 2))
        return (lon_deg + 180) / 360 * self._scale, (0.5 - north / math.tau) * self._scale

    def pixel(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Return where a position is drawn. [px]"""
        x, y = self._world(lon_deg, lat_deg)
        return self._middle[0] + x - self._centre[0], self._middle[1] + y - self._centre[1]

    def position(self, x: float, y: float) -> tuple[float, float]:
        """Return what position is drawn at a pixel, (lon, lat). [deg]"""
        east = (x - self._middle[0] + self._centre[0]) / self._scale
        south = (y - self._middle[1] + self._centre[1]) / self._scale
        return east * 360 - 180, math.degrees(2 * math.atan(math.exp((0.5 - south) * math.tau)) - math.pi / 2)

    def click(self, *pixel: float, button: Any = "left") -> None:
        """Click as a hand does: there first, then down."""
        self._page.mouse.move(*pixel, steps=3)
        self._page.mouse.click(*pixel, button=button)


@pytest.fixture(scope="module")
def shifted_stage(shared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an API whose base map is shifted, over the same database."""
    from tests.api_server import serving

    folder: Path = tmp_path_factory.mktemp("basemap")
    roads = {"type": "FeatureCollection", "features": []}
    (folder / "streets.geojson").write_text(json.dumps(roads))
    with serving(shared_stage.database_url, viewer=None, basemap=folder, basemap_crs="gcj02") as client:
        yield str(client.base_url).rstrip("/")


def get(stage: Stage, path: str, **parameters: Any) -> Any:
    """Return what the API answers to the bureau."""
    cookie = stage.cookie()
    answer = httpx.get(stage.base_url + path, params=parameters, cookies={cookie["name"]: cookie["value"]}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(stage: Stage, path: str, body: dict[str, Any]) -> None:
    """Change an item as somebody else, without a browser."""
    cookie = stage.cookie()
    headers = {"cookie": f"{cookie['name']}={cookie['value']}", "sec-fetch-site": "same-origin"}
    httpx.patch(stage.base_url + path, json=body, headers=headers, timeout=30).raise_for_status()


def centre_of(stage: Stage) -> tuple[float, float]:
    """Return the middle of the city, (lon, lat). [deg]"""
    west, south, east, north = get(stage, "/v1/basemap")["bounds"]
    return round((west + east) / 2, 6), round((south + north) / 2, 6)


def open_map(page: Page, centre: tuple[float, float], zoom: float = 15.0, query: str = "") -> Map:
    """Open the page where it was looked at before, and wait for what there is."""
    view = json.dumps({"center": centre, "zoom": zoom})
    page.add_init_script(
        f"sessionStorage.getItem('muckline.view') ?? sessionStorage.setItem('muckline.view', '{view}')"
    )
    page.goto(f"/console/places?register=corridors{query}")
    expect(page.locator(".places-page .map")).to_have_attribute("data-ready", "true")
    return Map(page, centre, zoom)


def seen(page: Page) -> Map:
    """Return the map as the page left it after its last move."""
    page.wait_for_function("sessionStorage.getItem('muckline.view') !== null")
    view = json.loads(page.evaluate("sessionStorage.getItem('muckline.view')"))
    return Map(page, tuple(view["center"]), view["zoom"])


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Take hold of what is at a pixel and let go of it at another."""
    page.mouse.move(*start, steps=3)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def area(*rings: list[list[float]]) -> dict[str, Any]:
    """Return a polygon of rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def square(lon_deg: float, lat_deg: float, side_deg: float) -> list[list[float]]:
    """Return a ring."""
    east, north = lon_deg + side_deg, lat_deg + side_deg
    return [[lon_deg, lat_deg], [east, lat_deg], [east, north], [lon_deg, north], [lon_deg, lat_deg]]


def save(page: Page, reason: str) -> None:
    """Give a reason and save; the tools go with it."""
    page.locator(".places-panel footer").get_by_label("原因").fill(reason)
    with page.expect_response(lambda answer: answer.request.method in ("POST", "PATCH") and answer.ok):
        page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast", has_text="已保存").first).to_be_visible()


def assert_same_line(
    got: Sequence[Sequence[float]], wanted: Sequence[Sequence[float]], exact_deg: float = EXACT_DEG
) -> None:
    """Fail where a corner is further away than what is exact."""
    assert len(got) == len(wanted)
    for found, asked in zip(got, wanted, strict=True):
        assert tuple(found) == pytest.approx(tuple(asked), abs=exact_deg)


def test_a_drawn_corridor_is_the_stored_corridor(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage, centre = shared_stage, centre_of(shared_stage)
    page: Page = browser_page(stage.base_url, cookie=stage.cookie())
    shown = open_map(page, centre, 15.0)
    assert_drawn(page)
    assert_accessible(page)
    keep_screenshot(page, "places-zh-dark")
    expect(page.locator("[data-place]")).to_have_count(len(get(stage, "/v1/corridors")["corridors"]))
    page.get_by_role("button", name="新建").click()
    expect(page.locator(".draw-tools")).to_have_attribute("data-mode", "draw")
    pixels = [(700.0, 300.0), (820.0, 380.0), (960.0, 340.0), (1100.0, 520.0)]
    for pixel in pixels:
        shown.click(*pixel)
    page.keyboard.press("Control+z")  # the last corner was none
    shown.click(1080, 560)
    page.keyboard.press("Enter")
    expect(page.locator(".draw-tools")).to_have_attribute("data-mode", "edit")
    page.get_by_label("线路编号").fill("K-drawn")
    page.get_by_label("名称").fill("绘制的线路")
    page.get_by_label("半宽").fill("60")
    keep_screenshot(page, "places-drawing-zh-dark")
    assert_accessible(page)
    save(page, "新增线路")
    stored = get(stage, "/v1/corridors/K-drawn")
    assert (stored["name"], stored["half_width_m"], stored["geometry"]["type"]) == ("绘制的线路", 60, "LineString")
    assert_same_line(stored["geometry"]["coordinates"], [shown.position(*p) for p in [*pixels[:3], (1080.0, 560.0)]])
    (change_,) = get(stage, "/v1/corridors/K-drawn/history")["changes"]
    assert (change_["who"], change_["reason"], change_["action"]) == ("bureau", "新增线路", "created")


def test_corners_are_moved_snapped_and_undone(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage, (lon, lat) = shared_stage, centre_of(shared_stage)
    side = 0.004
    ring = square(lon, lat, side)
    anchor = [[lon + 1.3 * side, lat - side / 7], [lon + 1.6 * side, lat + side]]
    change(stage, "/v1/zones/Z-moved", {"name": "Z", "rule": "forbidden", "geometry": area(ring)})
    change(stage, "/v1/corridors/K-anchor", {"geometry": {"type": "LineString", "coordinates": anchor}})
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), theme="light", language="en")
    page.goto("/console/places?register=zones&id=Z-moved")
    page.get_by_role("button", name="Edit the shape").click()
    expect(page.locator(".draw-tools")).to_have_attribute("data-mode", "edit")
    expect(page.locator(".places-page .map")).to_have_attribute("data-ready", "true")
    shown = seen(page)
    old, to = shown.pixel(*ring[1]), shown.pixel(*anchor[0])
    drag(page, old, (to[0] + 5, to[1] + 4))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.locator(".places-panel").get_by_role("button", name="Save")).to_be_disabled()
    page.keyboard.press("Control+y")
    keep_screenshot(page, "places-zone-en-light")
    page.get_by_role("button", name="Add hours").click()
    page.locator(".hours-row input").first.fill("22:00")
    page.locator(".hours-row input").nth(1).fill("06:00")
    page.get_by_role("button", name="Su", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").first).to_be_visible()
    stored = get(stage, "/v1/zones/Z-moved")
    wanted = [ring[0], anchor[0], *ring[2:]]
    assert_same_line(sorted(stored["geometry"]["coordinates"][0]), sorted(wanted), 1e-9)
    assert stored["windows"] == [{"from": "22:00", "to": "06:00", "days": [1, 2, 3, 4, 5, 6]}]
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".changes > li")).to_have_count(2)
    page.locator(".changes > li").first.get_by_role("button").click()
    expect(page.locator(".places-panel")).to_contain_text("Dashed")
    assert_accessible(page)


def test_a_corner_is_removed_by_key_and_by_finger_and_comes_back(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage, (lon, lat) = shared_stage, centre_of(shared_stage)
    ring = square(lon, lat, 0.004)
    change(stage, "/v1/zones/Z-corners", {"name": "Z", "rule": "forbidden", "geometry": area(ring)})
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), size=PHONE, has_touch=True)
    page.goto("/console/places?register=zones&id=Z-corners")
    page.get_by_role("button", name="编辑图形").click()
    tools = page.locator(".draw-tools")
    expect(tools).to_have_attribute("data-mode", "edit")
    expect(page.locator(".places-page .map")).to_have_attribute("data-ready", "true")
    page.keyboard.press("]")
    expect(tools.locator(".corner-of")).to_have_text("角点 1/4")
    expect(page.locator(".picked-corner")).to_be_visible()
    keep_screenshot(page, "places-corner-phone-zh-dark")
    remove = tools.get_by_role("button", name="删除角点")
    box = remove.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= FINGER_PX
    page.keyboard.press("Delete")
    expect(tools.locator(".corner-of")).to_have_text("角点 1/3")
    expect(remove).to_be_disabled()  # an area has three
    page.keyboard.press("Delete")
    expect(tools.locator(".corner-of")).to_have_text("角点 1/3")
    page.keyboard.press("Control+z")
    expect(tools.locator(".corner-of")).to_contain_text("/4")
    shown = seen(page)
    at = shown.pixel(*ring[1])  # the upper ones lie below the tools
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.tagName", list(at)) == "CANVAS", at
    page.touchscreen.tap(*at)
    expect(tools.locator(".corner-of")).to_have_text("角点 2/4")
    expect(remove).to_be_enabled()
    remove.tap()
    expect(tools.locator(".corner-of")).to_contain_text("/3")
    assert_accessible(page)
    save(page, "删去一角")
    stored = get(stage, "/v1/zones/Z-corners")["geometry"]["coordinates"][0]
    assert_same_line(sorted(stored[:-1]), sorted([ring[0], ring[2], ring[3]]), 1e-9)


def test_what_somebody_else_changed_meanwhile_is_shown_and_kept(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage, (lon, lat) = shared_stage, centre_of(shared_stage)
    change(stage, "/v1/sites/S-two", {"name": "旧名", "geometry": area(square(lon - 0.01, lat, 0.003))})
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), allowed=(REFUSED,))
    page.goto("/console/places?register=sites&id=S-two")
    page.get_by_label("名称").fill("我的名字")
    page.get_by_label("施工单位").fill("我的单位")
    version = get(stage, "/v1/sites/S-two")["version"]
    change(stage, "/v1/sites/S-two", {"name": "他的名字", "address": "他的地址", "version": version})
    page.get_by_role("button", name="保存").click()
    conflict = page.locator(".conflict")
    expect(conflict.locator("[data-conflict=name]")).to_contain_text("他的名字")
    expect(conflict.locator("[data-conflict=address]")).to_contain_text("他的地址")
    assert_accessible(page)
    keep_screenshot(page, "places-conflict-zh-dark")
    conflict.locator("[data-conflict=name]").get_by_text("他的名字").click()
    conflict.get_by_role("button", name="应用选择").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast", has_text="已保存")).to_be_visible()
    stored = get(stage, "/v1/sites/S-two")
    assert (stored["name"], stored["contractor"], stored["address"]) == ("他的名字", "我的单位", "他的地址")


def test_on_a_shifted_map_what_is_drawn_is_stored_in_wgs84(
    shared_stage: Stage, shifted_stage: str, browser_page: OpenPage
) -> None:
    from api.crs import read_position

    stage, centre = shared_stage, centre_of(shared_stage)
    page: Page = browser_page(shifted_stage, cookie=stage.cookie())
    shown = open_map(page, centre, 15.0)
    expect(page.locator(".places-note")).to_contain_text("GCJ-02")
    page.get_by_role("button", name="新建").click()
    expect(page.locator(".draw-tools")).to_have_attribute("data-mode", "draw")
    pixels = [(760.0, 420.0), (900.0, 300.0), (1000.0, 500.0)]
    for pixel in pixels:
        shown.click(*pixel)
    page.get_by_role("button", name="闭合").click()
    expect(page.locator(".draw-tools")).to_have_attribute("data-mode", "edit")
    page.get_by_label("线路编号").fill("K-shifted")
    save(page, "偏移底图")
    stored = get(stage, "/v1/corridors/K-shifted")["geometry"]["coordinates"]
    wanted = [read_position(*shown.position(*pixel), "gcj02") for pixel in pixels]
    assert_same_line(stored, wanted)
    assert abs(stored[0][0] - shown.position(*pixels[0])[0]) > 1e-3, "expected what is stored not to be shifted"
    # A change of a name alone leaves the shape as it is, to the last digit.
    page.get_by_label("名称").fill("只改名称")
    save(page, "改名")
    assert get(stage, "/v1/corridors/K-shifted")["geometry"]["coordinates"] == stored


def test_geojson_goes_out_and_comes_in_tried_first(shared_stage: Stage, browser_page: OpenPage, tmp_path: Path) -> None:
    stage = shared_stage
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), accept_downloads=True, allowed=(REFUSED,))
    page.goto("/console/places?register=districts")
    page.locator(".places-panel summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 GeoJSON").click()
    collection = json.loads(Path(download.value.path()).read_text())
    assert len(collection["features"]) == len(get(stage, "/v1/districts")["districts"])
    hole = square(120.0, 31.5, 0.02), square(120.005, 31.505, 0.005)
    new = {"type": "Feature", "properties": {"district_id": "D-new", "name": "新区"}, "geometry": area(*hole)}
    features = [*collection["features"], new]
    file = tmp_path / "districts.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    page.get_by_role("button", name="导入").click()
    page.locator("dialog input[type=file]").set_input_files(file)
    trial = page.locator("dialog [data-trial]")
    expect(trial).to_have_attribute("data-trial", f"1/0/{len(features) - 1}")
    assert len(get(stage, "/v1/districts")["districts"]) == len(features) - 1, "expected a trial to change nothing"
    keep_screenshot(page, "places-import-zh-dark")
    assert_accessible(page)
    page.locator("dialog").get_by_role("button", name="确认导入").click()
    expect(page.locator("[data-place=D-new]")).to_be_visible()
    assert get(stage, "/v1/districts/D-new")["geometry"] == area(*hole)
    # A hole is drawn and kept as one.
    page.locator("[data-place=D-new]").click()
    page.get_by_role("button", name="编辑图形").click()
    expect(page.locator(".draw-tools .size")).to_contain_text("8 个顶点")
    page.keyboard.press("Escape")
    expect(page.locator(".draw-tools")).to_have_count(0)
    expect(page.get_by_role("button", name="保存")).to_be_disabled()


def test_on_a_phone(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(
        shared_stage.base_url, cookie=shared_stage.cookie(), size=PHONE, theme="light", has_touch=True
    )
    page.goto("/console/places?register=sites")
    row = page.locator("[data-place]").first
    assert row.bounding_box()["height"] >= 44  # type: ignore[index]
    assert_accessible(page)
    row.click()
    page.get_by_role("button", name="编辑图形").click()
    expect(page.locator(".draw-tools")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    keep_screenshot(page, "places-phone-zh-light")


def test_who_may_not_draw_is_not_offered_it(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie("inspector"))
    page.goto("/console/places")
    expect(page.locator(".places-page")).to_have_count(0)
    expect(page.locator(".empty")).to_be_visible()
