"""The console's shell in a real browser: logging in, sessions, language, appearance, keys, what everybody can read."""

from __future__ import annotations

import re

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from api.access.passwords import hashed
from storage.users import set_password
from tests.browser import PHONE, OpenPage, assert_accessible, keep_screenshot
from tests.console_stage import Stage

pytestmark = pytest.mark.services

PASSWORD = "a lorry full of earth"
NEW_PASSWORD = "another lorry full of it"
# Has bars and menu and no map, which software WebGL takes seconds to draw.
QUIET = "/console/nowhere"
# Not to be logged in is told by a status, which the browser repeats.
REFUSED = r"status of (401|403|429)"


def give_password(stage: Stage, name: str, *, must_change: bool = False) -> None:
    """Give a user of the stage a password."""
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        row = connection.execute("select user_no from users where name = %s", [name]).fetchone()
        assert row is not None
        set_password(connection, row[0], hashed(PASSWORD), must_change=must_change)


def log_in(page: Page, name: str, password: str) -> None:
    """Fill in the form and send it."""
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_log_in_leads_to_the_page_that_was_asked_for(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "bureau")
    page = browser_page(shared_stage.base_url, allowed=(REFUSED,))
    page.goto(f"{QUIET}?company=K01")
    expect(page.get_by_role("heading", name="Muckline")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "login-zh-dark")
    log_in(page, "bureau", "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("密码")).to_have_value("")
    log_in(page, "bureau", PASSWORD)
    expect(page.locator(".top-bar")).to_contain_text("指挥中心")
    expect(page).to_have_url(re.compile(re.escape(f"{QUIET}?company=K01") + "$"))


def test_session_is_renewed_unseen_and_ends_with_a_log_in(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "bureau")
    page = browser_page(shared_stage.base_url, allowed=(REFUSED,))
    page.goto(QUIET)
    log_in(page, "bureau", PASSWORD)
    expect(page.locator(".top-bar")).to_contain_text("指挥中心")
    page.context.clear_cookies(name="muckline_access")  # as it is after ten minutes
    page.get_by_role("combobox", name="搜索车牌").fill(plate_of(shared_stage, "V00002"))
    expect(page.locator(".search [role=option]")).to_have_count(1)
    page.context.clear_cookies()
    page.get_by_role("combobox", name="搜索车牌").fill("苏D")
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_what_is_being_written_outlives_the_session(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "bureau")
    page = browser_page(shared_stage.base_url, allowed=(REFUSED,))
    page.goto("/console/manifests")
    log_in(page, "bureau", PASSWORD)
    page.get_by_role("button", name="开具联单").click()
    form = page.locator("dialog.dialog")
    form.get_by_label("驾驶员编号").fill("周师傅")
    page.context.clear_cookies()
    form.get_by_label("车辆").fill("苏D")  # asks for trucks
    again = page.locator("dialog.again")
    expect(again).to_contain_text("登录已过期")
    expect(again.get_by_label("密码")).to_be_focused()
    assert_accessible(page)
    keep_screenshot(page, "login-again-zh-dark")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(again).to_be_visible()
    expect(again.get_by_label("用户名")).to_have_value("bureau")
    again.get_by_label("密码").fill(PASSWORD)
    again.get_by_role("button", name="登录").click()
    expect(again).to_have_count(0)
    expect(form.get_by_label("驾驶员编号")).to_have_value("周师傅")
    expect(form.get_by_label("车辆")).to_be_focused()
    # A click that misses the form loses nothing either.
    page.mouse.click(5, 5)
    expect(form.get_by_label("驾驶员编号")).to_have_value("周师傅")
    form.get_by_role("button", name="取消").click()
    expect(page.get_by_role("button", name="开具联单")).to_be_focused()


def test_a_restarting_server_ends_no_session(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "bureau")
    page = browser_page(shared_stage.base_url, allowed=(r"status of (401|502)",))
    page.goto(QUIET)
    log_in(page, "bureau", PASSWORD)
    expect(page.locator(".top-bar")).to_contain_text("指挥中心")
    page.route("**/v1/session/refresh", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    page.context.clear_cookies(name="muckline_access")
    search = page.get_by_role("combobox", name="搜索车牌")
    with page.expect_response("**/v1/session/refresh"):
        search.fill(plate_of(shared_stage, "V00002"))
    page.unroute("**/v1/session/refresh")
    search.fill(plate_of(shared_stage, "V00003"))
    expect(page.locator(".search [role=option]")).to_have_count(1)
    expect(page.locator("dialog.again")).to_have_count(0)


def test_the_tabs_of_a_browser_are_one_session(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "bureau")
    page = browser_page(shared_stage.base_url, allowed=(REFUSED,))
    page.goto(QUIET)
    other = page.context.new_page()
    other.goto(f"{shared_stage.base_url}{QUIET}")
    log_in(page, "bureau", PASSWORD)
    expect(other.locator(".top-bar")).to_contain_text("指挥中心")
    page.locator("summary[aria-label*=账户]").click()
    page.get_by_role("button", name="退出登录").click()
    expect(other.get_by_role("button", name="登录")).to_be_visible()
    other.close()


def test_log_out(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie(), allowed=(REFUSED,))
    page.goto(QUIET)
    page.locator("summary[aria-label*=账户]").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_password_that_was_given_out_is_changed_first(shared_stage: Stage, browser_page: OpenPage) -> None:
    give_password(shared_stage, "inspector", must_change=True)
    page = browser_page(shared_stage.base_url, allowed=(REFUSED,))
    page.goto(QUIET)
    log_in(page, "inspector", PASSWORD)
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_label(re.compile("^新密码")).fill(NEW_PASSWORD)
    page.get_by_label("再次输入新密码").fill(NEW_PASSWORD[:-1])
    expect(page.get_by_text("两次输入不一致")).to_be_visible()
    expect(page.get_by_role("button", name="保存")).to_be_disabled()
    page.get_by_label("再次输入新密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".top-bar")).to_contain_text("巡查员陈立")
    answer = httpx.post(
        f"{shared_stage.base_url}/v1/session", json={"name": "inspector", "password": NEW_PASSWORD}, timeout=30
    )
    assert answer.status_code == 200


def test_search_finds_a_truck_by_keyboard_alone(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/")
    expect(page.locator(".legend")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(plate_of(shared_stage, "V00007")[1:])
    expect(page.locator(".search [role=option]", has_text=plate_of(shared_stage, "V00007"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".truck-card")).to_contain_text(plate_of(shared_stage, "V00007"))
    expect(page).to_have_url(re.compile("truck=V00007$"))
    page.keyboard.press("Escape")
    expect(page.locator(".truck-card")).to_have_count(0)
    # Faster than the search: the key is kept for what will be found.
    page.keyboard.press("/")
    page.keyboard.type(plate_of(shared_stage, "V00008")[1:])
    page.keyboard.press("Enter")
    expect(page.locator(".truck-card")).to_contain_text(plate_of(shared_stage, "V00008"))


def test_keys_help_and_go(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto(QUIET)
    expect(page.locator(".rail")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.type("gw")
    expect(page.locator(".wall")).to_be_visible()


def test_language_and_appearance_are_remembered(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto(QUIET)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    for name in ("English", "Light"):
        page.locator(".top-bar .menu summary").click()
        page.get_by_role("button", name=name).click()
    page.reload()
    expect(page.locator(".rail .side a").first).to_have_text("Live")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(238, 241, 244)"


def test_without_the_permission_a_page_is_neither_offered_nor_shown(
    shared_stage: Stage, browser_page: OpenPage
) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie("public"))
    page.goto("/console/")
    expect(page.get_by_text("您的角色无权查看此页面")).to_be_visible()
    expect(page.locator(".rail a", has_text="态势")).to_have_count(0)


def test_unknown_address_says_so(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/nowhere/at/all")
    expect(page.get_by_text("没有这个页面")).to_be_visible()


def test_phone_has_touchable_targets(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = browser_page(
        shared_stage.base_url, cookie=shared_stage.cookie("inspector"), size=PHONE, has_touch=True, is_mobile=True
    )
    page.goto("/console/")
    expect(page.locator(".alert-row").first).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input, select')]
            .filter(element => element.checkVisibility({visibilityProperty: true}))
            .map(element => [element, element.getBoundingClientRect()])
            .filter(([element, box]) => box.top >= 0 && box.bottom <= innerHeight)
            .filter(([element, box]) => Math.min(box.width, box.height) < 44)
            .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""
    )
    assert not small, small
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def plate_of(stage: Stage, vehicle_id: str) -> str:
    """Return a truck's plate."""
    plates = {vehicle["vehicle_id"]: str(vehicle["plate"]) for vehicle in stage.documents["vehicles"]}
    assert re.fullmatch(r"苏D\d{5}", plates[vehicle_id])
    return plates[vehicle_id]
