"""The inbox in two real browsers at once: cases arrive, are worked to their end, and nobody loses a step (U2, U14)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.api_server import serving
from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.console_stage import Stage
from tests.promptness import assert_seen_soon

pytestmark = pytest.mark.services

# What somebody else did is seen within this.
SOON_S = 2.0
# The browser repeats a refusal's status in its console.
MOVED_ON = r"status of 409 .*/steps"


def opened(stage: Stage, browser_page: OpenPage, role: str = "bureau", query: str = "", **more: Any) -> Page:
    """Open the inbox as somebody."""
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(role), **more)
    page.goto(f"/console/cases{query}")
    expect(page.locator(".case-row").first).to_be_visible()
    return page


def api(stage: Stage, role: str = "bureau") -> httpx.Client:
    """Return a client in the name of somebody's cookie."""
    cookie = stage.cookie(role)
    return httpx.Client(
        base_url=stage.base_url,
        cookies={cookie["name"]: cookie["value"]},
        headers={"sec-fetch-site": "same-origin"},
        timeout=30,
    )


def read_case(stage: Stage, case_id: str) -> dict[str, Any]:
    """Return a case as the API gives it out."""
    with api(stage) as client:
        answer = client.get(f"/v1/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    case: dict[str, Any] = answer.json()
    return case


def row(page: Page, case_id: str) -> Any:
    """Return a case's row."""
    return page.locator(f'.case-row[data-case="{case_id}"]')


def plate_of(stage: Stage, vehicle_id: str) -> str:
    """Return what stands on a truck's plate."""
    return next(str(each["plate"]) for each in stage.documents["vehicles"] if each["vehicle_id"] == vehicle_id)


def submit(page: Page) -> None:
    """Send the step's form and wait until it is gone: the list may know of the step before its answer has come."""
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog")).to_have_count(0)


def first_case(page: Page, selector: str = ".case-row") -> str:
    """Return the id of the first case of the list."""
    return page.locator(selector).first.get_attribute("data-case") or ""


def assert_keys(page: Page) -> None:
    """Fail where a key of the list or of every page does nothing (U14)."""
    ids = page.locator(".case-row").evaluate_all("rows => rows.map(row => row.dataset.case)")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(page.locator(".case-row.opened")).to_have_attribute("data-case", ids[at])
    page.keyboard.press("Escape")
    expect(page.locator(".case-row.opened")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("dialog .help-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator(".top-bar .search input")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".top-bar .search input")).to_have_value("j")
    page.locator(".top-bar .search input").fill("")


def test_two_officers_see_each_other_and_neither_loses_a_step(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    one = opened(stage, browser_page)
    other = opened(stage, browser_page, "inspector", allowed=(MOVED_ON,))

    # Nobody reads the list: a new case slides in by itself, in both; what one does with it the other sees at once.
    def find(vehicle_id: str) -> Callable[[], None]:
        before = one.locator(".case-row").count()
        stage.find_event("overspeed", 2, vehicle_id)

        def seen_in_both() -> None:
            expect(one.locator(".case-row")).to_have_count(before + 1)
            expect(other.locator(".case-row")).to_have_count(before + 1)

        return seen_in_both

    assert_seen_soon([partial(find, name) for name in ("V00020", "V00018", "V00019")], 2 * SOON_S)
    newest = one.locator(".case-row").evaluate_all("rows => rows.slice(0, 3).map(row => row.dataset.case)")

    def acknowledge(case_id: str) -> Callable[[], None]:
        row(other, case_id).locator("input").check()
        other.locator("[data-bulk=acknowledge]").click()
        expect(row(other, case_id)).to_have_attribute("data-status", "acknowledged")
        return lambda: expect(row(one, case_id)).to_have_attribute("data-status", "acknowledged")

    assert_seen_soon([partial(acknowledge, each) for each in newest], SOON_S)
    case_id = newest[0]

    # Who reads is not moved: the next one waits behind a pill.
    one.keyboard.press("j")
    expect(one.locator(".preview")).to_have_attribute("data-case", case_id)
    expect(one.locator(".timeline li").first).to_be_visible()
    top = row(one, case_id).bounding_box()
    stage.find_event("route_deviation", 2, "V00021")
    expect(one.locator(".fresh-pill")).to_have_text("1 件新案件")
    assert row(one, case_id).bounding_box() == top
    one.keyboard.press("n")
    expect(one.locator(".fresh-pill")).to_have_count(0)
    assert first_case(one) != case_id

    # The other has a form open when the first writes down what was done.
    row(other, case_id).locator("a").click()
    other.locator("[data-step=assign]").click()
    other.locator("dialog select").select_option("inspector")
    one.keyboard.press("s")
    one.locator("dialog select").select_option("bureau")
    one.locator("dialog textarea").fill("我来处理")
    submit(one)
    expect(row(other, case_id)).to_have_attribute("data-status", "assigned")
    other.locator("dialog button[type=submit]").click()
    conflict = other.locator(".case-conflict")
    expect(conflict).to_contain_text("指挥中心")
    expect(conflict).to_contain_text("我来处理")
    keep_screenshot(other, "cases-moved-on-zh-dark")
    conflict.get_by_role("button", name="仍然派遣").click()
    expect(row(one, case_id)).to_contain_text("@巡查员陈立")
    case = read_case(stage, case_id)
    assert [step["step"] for step in case["steps"]][-3:] == ["acknowledge", "assign", "assign"]
    assert (case["assignee"], case["version"]) == ("inspector", 4)


def test_what_happens_before_changes_are_heard_of_is_not_missed(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    page: Page = browser_page(stage.base_url, cookie=stage.cookie())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/cases/stream*", hold)
    page.goto("/console/cases?kind=out_of_hours")
    expect(page.locator(".case-row").first).to_be_visible()
    page.keyboard.press("j")
    read = first_case(page)
    expect(page.locator(".timeline li").first).to_be_visible()
    stage.find_event("out_of_hours", 1, "V00017")
    held[0].continue_()
    expect(page.locator(".case-row").first).to_contain_text(plate_of(stage, "V00017"))
    # The list that was loaded anew has not been taken away from who reads it.
    expect(page.locator(".case-row.opened")).to_have_attribute("data-case", read)


def test_a_choice_is_not_undone_by_a_search_that_was_typed_before(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page)
    page.evaluate(
        """async () => {
            const field = document.querySelector('.case-search input');
            field.value = 'X';
            field.dispatchEvent(new InputEvent('input', {bubbles: true}));
            await new Promise(rested => setTimeout(rested, 200));
            document.querySelector('[role=tab]:last-child').click();
            // The page is busy while the search's pause ends.
            for (const since = performance.now(); performance.now() < since + 200;);
        }"""
    )
    expect(page).to_have_url(re.compile("view=all"))
    expect(page).to_have_url(re.compile("q=X"))
    expect(page.locator(".inbox-list .empty")).to_be_visible()


def test_a_critical_case_is_worked_to_its_end_on_one_page(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    stage.find_event("illegal_dumping", 3, "V00022")
    page = opened(stage, browser_page, query="?min_severity=3&kind=illegal_dumping")
    assert page.locator(".case-row:not([data-severity='3'])").count() == 0
    case_id = first_case(page)
    # Faster than the case is loaded: the key is kept for it.
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(row(page, case_id)).to_have_attribute("data-status", "acknowledged")
    expect(page.locator(".case-actions [data-step=acknowledge]")).to_have_count(0)
    page.keyboard.press("s")
    page.locator("dialog select").select_option("bureau")
    submit(page)
    expect(row(page, case_id)).to_have_attribute("data-status", "assigned")
    for key, words, status in (("h", "现场清理完毕", "handled"), ("v", "", "verified")):
        page.keyboard.press(key)
        if words:
            expect(page.locator("dialog button[type=submit]")).to_be_disabled()
        page.locator("dialog textarea").fill(words)
        submit(page)
        expect(row(page, case_id)).to_have_attribute("data-status", status)
    page.keyboard.press("c")
    expect(page.locator("dialog")).to_contain_text("此步骤必须填写说明")
    expect(page.locator("dialog button[type=submit]")).to_be_disabled()
    page.locator("dialog textarea").fill("已处罚，结案")
    submit(page)
    expect(row(page, case_id)).to_have_attribute("data-status", "closed")
    # It stays under the eyes of who closed it, and goes when they go on; another browser finds it among the closed.
    expect(row(page, case_id)).to_contain_text("已不在此列表")
    page.keyboard.press("Escape")
    expect(row(page, case_id)).to_have_count(0)
    case = read_case(stage, case_id)
    assert (case["status"], case["steps"][-1]["comment"]) == ("closed", "已处罚，结案")
    later = opened(stage, browser_page, "administrator", "?view=closed")
    expect(row(later, case_id)).to_be_visible()
    row(later, case_id).locator("a").click()
    expect(later.locator(".timeline li")).to_have_count(len(case["steps"]))


def test_an_alert_survives_a_log_out_and_a_restart(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    stage.find_event("uncovered_haul", 2, "V00025")
    with serving(stage.database_url, viewer=None) as before:
        page: Page = browser_page(str(before.base_url).rstrip("/"), cookie=stage.cookie(), allowed=(r"status of 401",))
        page.goto("/console/cases?kind=uncovered_haul&view=new")
        case_id = first_case(page)
        row(page, case_id).locator("input").check()
        # The ticked box has the focus; the key is no text for it.
        page.keyboard.press("a")
        expect(row(page, case_id)).to_have_attribute("data-status", "acknowledged")
        page.locator(".top-bar details summary").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page.get_by_role("button", name="登录")).to_be_visible()
        page.close()
    with serving(stage.database_url, viewer=None) as after:
        later: Page = browser_page(str(after.base_url).rstrip("/"), cookie=stage.cookie())
        later.goto("/console/cases?kind=uncovered_haul")
        expect(row(later, case_id)).to_have_attribute("data-status", "acknowledged")
        # The stream, too, is there again.
        stage.find_event("uncovered_haul", 2, "V00026")
        expect(later.locator(".case-row[data-status=new]").first).to_contain_text(plate_of(stage, "V00026"))
        later.close()  # before the server that it would look for


def test_many_at_once_undo_and_filters_in_the_address(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    for truck in ("V00023", "V00024"):
        stage.find_event("spillage", 2, truck)
    page = opened(stage, browser_page, query="?kind=spillage&view=new")
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator(".case-row input:checked")).to_have_count(2)
    marked = page.locator(".case-row:has(input:checked)").evaluate_all("rows => rows.map(row => row.dataset.case)")
    page.locator("[data-bulk=false_positive]").click()
    expect(page.locator("dialog button[type=submit]")).to_be_disabled()
    page.locator("dialog select").select_option("sensor_error")
    submit(page)
    for case_id in marked:
        expect(row(page, case_id)).to_have_attribute("data-status", "false_positive")
        case = read_case(stage, case_id)
        assert (case["status"], case["false_reason"]) == ("false_positive", "sensor_error")

    # What ended by one click of one officer is taken back by another.
    page.goto("/console/cases?kind=spillage&view=false_positive")
    row(page, marked[0]).locator("a").click()
    page.locator("[data-step=reopen]").click()
    page.locator("dialog textarea").fill("误操作")
    submit(page)
    expect(row(page, marked[0])).to_have_attribute("data-status", "acknowledged")

    # Filters stand in the address, so that a link shows the same list elsewhere.
    page.goto("/console/cases")
    expect(page.locator(".case-row").first).to_be_visible()
    assert_keys(page)
    page.locator(".case-search input").fill("X")
    page.get_by_role("button", name="超时").click()
    page.get_by_role("button", name="超时").click()
    # The year and all digits of the number but the last: ten cases at most.
    start = read_case(stage, marked[0])["case_no"][:-1]
    with api(stage) as client:
        wanted = client.get("/v1/cases", params={"q": start}).json()
    page.locator(".case-search input").fill(start)
    page.get_by_role("tab", name="全部").click()
    page.wait_for_url(f"**/console/cases?view=all&q={start}")
    same = opened(stage, browser_page, "administrator", f"?view=all&q={start}", language="en", theme="light")
    for each in (page, same):
        expect(each.locator(".case-row")).to_have_count(len(wanted["cases"]))
        for at, case in enumerate(wanted["cases"]):
            expect(each.locator(".case-row").nth(at)).to_have_attribute("data-case", case["case_id"])
        expect(each.locator("[data-count=all]")).to_have_text(str(sum(wanted["counts"].values())))
    keep_screenshot(same, "cases-en-light")


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh"), ("light", "en")])
def test_the_inbox_is_readable_for_everybody(
    shared_stage: Stage, browser_page: OpenPage, theme: str, language: str
) -> None:
    page = opened(shared_stage, browser_page, theme=theme, language=language)
    page.keyboard.press("j")
    expect(page.locator(".timeline li").first).to_be_visible()
    assert_page_accessible(page)
    keep_screenshot(page, f"cases-open-{language}-{theme}")
    phone = opened(shared_stage, browser_page, theme=theme, language=language, size=PHONE)
    assert_page_accessible(phone)
    keep_screenshot(phone, f"cases-phone-{language}-{theme}")
    phone.locator(".case-row a").first.click()
    phone.wait_for_url("**/console/cases/*-*")
