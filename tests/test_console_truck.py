"""Finding a truck, its month day by day, and a patrol's report that becomes a case (U5, U13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.test_console_case import Staged, get, staged_night  # noqa: F401 - a fixture

pytestmark = pytest.mark.services

CITY = timezone(timedelta(hours=8))


def test_a_truck_is_found_and_its_month_is_the_api_s(staged_night: Staged, browser_page: OpenPage) -> None:  # noqa: F811
    stage, night = staged_night
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), theme="light")
    page.goto("/console/trucks")
    page.locator("input[name=q]").fill(night.plate)
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".table tbody tr")).to_have_count(1)
    assert_page_accessible(page)
    page.locator(".table tbody tr a").click()
    expect(page.locator(".truck-page h1")).to_have_text(night.plate)
    began = datetime.fromtimestamp(night.start_ms / 1000, CITY)
    month = began.replace(day=1, hour=0, minute=0, second=0)
    page.goto(f"/console/trucks/{night.vehicle_id}?month={began:%Y-%m}")
    until = (month + timedelta(days=32)).replace(day=1)
    history = get(
        stage, f"/v1/vehicles/{night.vehicle_id}/history", datetime=f"{month.isoformat()}/{until.isoformat()}"
    )
    for tab in ("trips", "stays", "cases", "gaps", "washes", "gate_passages"):
        expect(page.locator(f"[data-count={tab}]")).to_have_text(str(len(history[tab])))
    trip_day = datetime.fromisoformat(history["trips"][0]["start"]).astimezone(CITY)
    day = page.locator(f'[data-day="{trip_day:%Y-%m-%d}"]')
    expect(day).to_have_attribute("data-trips", "1")
    expect(page.locator("[data-load]").first).to_have_attribute("data-load", f"{history['trips'][0]['load_kg']:g}")
    expect(page.locator(".last-seen")).to_contain_text("km/h")
    assert_page_accessible(page)
    keep_screenshot(page, "truck-zh-light")
    day.click()
    page.wait_for_url(f"**/console/playback?vehicle={night.vehicle_id}&from={trip_day:%Y-%m-%d}T00**")
    expect(page.locator(".truck-marker")).to_be_visible()


def test_a_patrol_s_report_is_a_case_in_the_inbox_at_once(staged_night: Staged, browser_page: OpenPage) -> None:  # noqa: F811
    stage, night = staged_night
    inbox: Page = browser_page(stage.base_url, cookie=stage.cookie())
    inbox.goto("/console/cases?source=patrol")
    expect(inbox.locator(".inbox-list .empty")).to_be_visible()
    west, south, east, north = get(stage, "/v1/basemap")["bounds"]
    phone: Page = browser_page(
        stage.base_url, cookie=stage.cookie("inspector"), size=PHONE, permissions=["geolocation"],
        geolocation={"longitude": (west + east) / 2, "latitude": (south + north) / 2},
    )  # fmt: skip
    phone.goto("/console/report")
    expect(phone.locator("form button[type=submit]")).to_be_disabled()
    phone.locator("main").get_by_label("情况").select_option("illegal_dumping")
    phone.locator("main").get_by_label("车牌").fill(night.plate)
    phone.get_by_role("button", name="使用我的位置").click()
    expect(phone.locator("[data-place]")).to_have_attribute("data-place", f"{(west + east) / 2},{(south + north) / 2}")
    phone.locator("textarea").fill("向河边倾倒")
    assert_page_accessible(phone)
    keep_screenshot(phone, "report-phone-zh-dark")
    phone.locator("form button[type=submit]").click()
    expect(phone.get_by_role("heading", name="已收到")).to_be_visible()
    row = inbox.locator('.case-row[data-severity="3"]')
    expect(row).to_be_visible(timeout=2_000)
    case = get(stage, f"/v1/cases/{row.get_attribute('data-case')}")
    assert (case["source"], case["description"], case["kind"]) == ("patrol", "向河边倾倒", "illegal_dumping")
    assert case["position"]["coordinates"] == [(west + east) / 2, (south + north) / 2]
    assert datetime.fromisoformat(case["start"]) <= datetime.now(UTC)
