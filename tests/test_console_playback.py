"""Playback in a real browser: map, chart, slider and keys share one cursor; totals are the API's (U4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.api_server import wait_until
from tests.browser import OpenPage, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.test_console_case import Staged, get, interval, staged_night  # noqa: F401 - a fixture

pytestmark = pytest.mark.services


def now_ms(page: Page) -> int:
    """Return where the cursor stands."""
    return int(page.locator("[data-now]").get_attribute("data-now") or 0)


def truck(page: Page) -> dict[str, Any]:
    """Return where the truck is on the page."""
    box = page.locator(".truck-marker").bounding_box()
    assert box is not None
    return dict(box)


def test_one_cursor_moves_map_chart_and_slider(staged_night: Staged, browser_page: OpenPage) -> None:  # noqa: F811
    stage, night = staged_night
    span = interval(night)
    start, end = span.split("/")
    history = get(stage, f"/v1/vehicles/{night.vehicle_id}/history", datetime=span)
    track = get(stage, f"/v1/vehicles/{night.vehicle_id}/track", datetime=span)["columns"]
    page: Page = browser_page(stage.base_url, cookie=stage.cookie())
    page.goto(f"/console/playback?vehicle={night.vehicle_id}&from={quote(start)}&to={quote(end)}")
    expect(page.locator(".truck-marker")).to_be_visible()
    expect(page.locator("[data-total=trips]")).to_have_text(str(len(history["trips"])))
    expect(page.locator("[data-total=tonnes]")).to_have_attribute(
        "data-value", f"{sum(trip['load_kg'] for trip in history['trips']):g}"
    )
    expect(page.locator("[data-total=top]")).to_have_text(f"{max(track['speed_mps']) * 3.6:.0f} km/h")
    found = [event for event in history["events"] if event["severity"] > 0]
    expect(page.locator("[data-entry=event]")).to_have_count(len(found))
    expect(page.locator("[data-entry=stay]")).to_have_count(len(history["stays"]))

    # Keys: fix by fix, faster and slower, play and pause.
    cursor = page.locator("[data-now]")
    page.locator("body").press("ArrowRight")
    expect(cursor).to_have_attribute("data-now", str(night.start_ms + 10_000))
    page.locator("body").press("ArrowLeft")
    expect(cursor).to_have_attribute("data-now", str(night.start_ms))
    rate = page.locator(".transport .rate")
    page.locator("body").press("+")
    expect(rate).to_have_text("40×")
    page.locator("body").press("-")
    page.locator("body").press("-")
    expect(rate).to_have_text("10×")
    page.locator("body").press("Space")
    page.wait_for_function(f"() => Number(document.querySelector('[data-now]').dataset.now) > {night.start_ms} + 3000")
    page.locator("body").press("Space")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    stood = now_ms(page)
    page.wait_for_timeout(150)
    assert now_ms(page) == stood

    # Dragging on the chart moves the truck on the map, and what is read at the cursor.
    before = truck(page)
    box = page.locator(".chart-time").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + 40, steps=4)
    page.mouse.up()
    wait_until(lambda: abs((now_ms(page) - night.start_ms) / (night.end_ms + 1000 - night.start_ms) - 0.35) < 0.01)
    wait_until(lambda: abs(truck(page)["x"] - before["x"]) + abs(truck(page)["y"] - before["y"]) > 20)
    expect(page.locator("[data-now-reading=speed]")).to_have_text("97 km/h")
    expect(page.locator(".playback-slider input")).to_have_value(
        str(round(now_ms(page) / 1000) * 1000 + (night.start_ms % 1000))
    )

    # In the silence nobody knows where it was: nothing is read, and the truck is pale.
    (gap,) = [entry for entry in history["gaps"] if entry["missing_records"]]
    assert gap["gap_s"] == 610
    page.locator("[data-entry=gap]").first.click()
    page.locator("body").press("Shift+ArrowRight")
    expect(page.locator("[data-now-reading=speed]")).to_have_text("无信号")
    expect(page.locator(".truck-marker.silent")).to_be_visible()
    assert_page_accessible(page)
    keep_screenshot(page, "playback-zh-dark")


def test_the_first_truck_is_chosen_in_the_page(staged_night: Staged, browser_page: OpenPage) -> None:  # noqa: F811
    stage, night = staged_night
    start, end = interval(night).split("/")
    page: Page = browser_page(stage.base_url, cookie=stage.cookie())
    page.goto(f"/console/playback?from={quote(start)}&to={quote(end)}")
    search = page.locator(".truck-search input")
    search.fill(night.vehicle_id)
    expect(page.locator(".truck-search li").first).to_be_visible()
    search.press("Enter")
    expect(page.locator(".truck-marker")).to_be_visible()
    expect(page.locator("[data-total=top]")).to_contain_text("km/h")
    # Another time is drawn with its own track, which it waits for.
    page.goto(
        f"/console/playback?vehicle={night.vehicle_id}&from={quote('2020-01-01T00:00:00+08:00')}&to={quote('2020-01-01T01:00:00+08:00')}"
    )
    expect(page.locator(".truck-marker")).to_have_count(0)
    expect(page.locator(".empty")).to_be_visible()
