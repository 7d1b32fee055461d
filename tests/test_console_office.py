"""Users and keys, the audit log, exports and the menu in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api_server import as_user
from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.console_stage import Stage
from tests.working import working

pytestmark = pytest.mark.services

PAGES = ("users", "audit", "exports", "guide")


def opened(stage: Stage, browser_page: OpenPage, path: str, role: str = "administrator", **more: Any) -> Page:
    """Return a page of the console that has loaded."""
    page = browser_page(stage.base_url, cookie=stage.cookie(role), **more)
    page.goto(f"/console/{path}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    return page


def logged_in(stage: Stage, name: str, password: str) -> httpx.Response:
    """Return what the API says to a log-in."""
    body = {"name": name, "password": password, "token": True}
    return httpx.post(f"{stage.base_url}/v1/session", json=body, timeout=30)


def test_a_user_is_added_changed_disabled_and_let_in_again(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "users")
    page.get_by_role("button", name="新增用户").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="新增用户")).to_be_disabled()
    dialog.get_by_label("登录名").fill("zhao.min")
    dialog.get_by_label("姓名").fill("赵敏")
    dialog.get_by_role("combobox").first.select_option("company")
    dialog.get_by_role("combobox").last.select_option("K03")
    dialog.get_by_role("button", name="新增用户").click()
    password = page.locator("code.secret").inner_text()
    assert logged_in(shared_stage, "zhao.min", password).status_code in (200, 201)
    page.get_by_role("button", name="完成").click()
    expect(page.locator("code.secret")).to_have_count(0)
    assert password not in page.content()

    row = page.locator("tr.opens", has_text="zhao.min")
    expect(row).to_contain_text("待改密码")
    row.click()
    page.get_by_role("dialog").get_by_role("button", name="重置密码").click()
    page.get_by_role("dialog").get_by_role("button", name="重置密码").click()
    again = page.locator("code.secret").inner_text()
    assert again != password
    page.get_by_role("button", name="完成").click()
    row.click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.get_by_role("dialog")).to_contain_text("立即停止访问")
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(row).to_contain_text("停用")
    assert logged_in(shared_stage, "zhao.min", again).status_code == 401
    row.click()
    page.get_by_role("dialog").get_by_role("button", name="启用").click()
    expect(row).not_to_contain_text("停用")


def test_a_key_is_told_once_and_refused_once_revoked(shared_stage: Stage, browser_page: OpenPage) -> None:
    as_user(shared_stage.database_url, "association", name="exchange")
    page = opened(shared_stage, browser_page, "users")
    page.get_by_role("tab", name="接口密钥").click()
    page.get_by_role("button", name="新建密钥").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="用户").fill("exchange")
    dialog.get_by_label("用途").fill("交警数据共享")
    dialog.get_by_role("combobox").select_option("look")
    dialog.get_by_role("button", name="新建密钥").click()
    key = page.locator("code.secret").inner_text()
    assert key.startswith("mk_")

    def vehicles() -> int:
        headers = {"authorization": f"Bearer {key}"}
        return httpx.get(f"{shared_stage.base_url}/v1/vehicles", headers=headers, timeout=30).status_code

    assert vehicles() == 200
    page.get_by_role("button", name="完成").click()
    row = page.locator("tbody tr", has_text="交警数据共享")
    expect(row).to_contain_text("查看")
    row.get_by_role("button", name="吊销").click()
    page.get_by_role("dialog").get_by_role("button", name="吊销").click()
    expect(row).to_contain_text("已吊销")
    assert vehicles() == 401


def test_the_audit_log_is_narrowed_to_what_was_refused(shared_stage: Stage, browser_page: OpenPage) -> None:
    headers = as_user(shared_stage.database_url, "company", name="curious", company_id="K01")
    day = "datetime=2026-11-20T00:00:00Z/2026-11-20T12:00:00Z"
    own, foreign = (
        next(each["vehicle_id"] for each in shared_stage.documents["vehicles"] if (each["company_id"] == "K01") is own)
        for own in (True, False)
    )
    codes = [
        httpx.get(f"{shared_stage.base_url}/v1/vehicles/{name}/track?{day}", headers=headers, timeout=30).status_code
        for name in (own, foreign)
    ]
    assert codes == [200, 404]
    page = opened(shared_stage, browser_page, "audit", "bureau")
    page.get_by_role("textbox", name="用户").fill("curious")
    expect(page.locator("tr.opens")).to_have_count(2)
    page.get_by_label("只看被拒绝的").check()
    expect(page.locator("tr.opens")).to_have_count(1)
    expect(page.locator("tr.opens")).to_contain_text(foreign)
    page.locator("tr.opens").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("拒绝")
    expect(drawer.locator("dd.mono").last).to_have_text(re.compile("[0-9a-f]{64}"))
    page.keyboard.press("Escape")
    page.get_by_label("只看被拒绝的").uncheck()
    page.get_by_role("combobox", name="操作").select_option("look_track")
    expect(page.locator("tr.opens").first).to_contain_text("查看轨迹")


def test_exports_come_at_once_or_from_the_worker(shared_stage: Stage, browser_page: OpenPage, tmp_path: Path) -> None:
    page = opened(shared_stage, browser_page, "exports", "bureau")
    page.get_by_label("内容").select_option("cases")
    with page.expect_download() as download:
        page.get_by_role("button", name="立即下载").click()
    path = tmp_path / "cases.csv"
    download.value.save_as(path)
    said = path.read_bytes()
    assert said.startswith(b"\xef\xbb\xbf")
    cases = shared_stage.connection.execute("select count(*) from cases").fetchone()
    assert cases is not None
    assert len(said.decode("utf-8-sig").splitlines()) == cases[0] + 1
    page.get_by_label("格式").select_option("xlsx")
    page.get_by_role("button", name="后台生成").click()
    expect(page.locator("tbody")).to_contain_text("排队")
    with working(shared_stage.database_url):
        expect(page.locator("tbody")).to_contain_text("完成")
    with page.expect_download() as made:
        page.locator("tbody").get_by_role("button", name="下载").click()
    assert made.value.suggested_filename.endswith(".xlsx")


def test_the_menu_holds_every_page_at_any_height(shared_stage: Stage, browser_page: OpenPage) -> None:
    for size in ((1440, 1000), (1280, 520), PHONE):
        page = opened(shared_stage, browser_page, "guide", size=size)
        rail = page.get_by_role("navigation", name="主菜单")
        bar = rail.locator(".links.below" if size == PHONE else ".links.side")
        bar.locator("summary").click()
        for name in ("态势", "案件", "联单", "规则", "审计", "大屏"):
            link = bar.get_by_role("link", name=name, exact=True)
            link.scroll_into_view_if_needed()
            expect(link).to_be_in_viewport()
        expect(bar.locator(".items .caption").last).to_have_text("系统")
        keep_screenshot(page, f"menu-{size[1]}")
        page.context.close()


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh"), ("light", "en")])
def test_every_page_can_be_read_by_everybody(
    shared_stage: Stage, browser_page: OpenPage, theme: str, language: str
) -> None:
    page = opened(shared_stage, browser_page, PAGES[0], theme=theme, language=language)
    for name in PAGES:
        page.goto(f"/console/{name}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        keep_screenshot(page, f"{name}-{language}-{theme}")
        assert_page_accessible(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for name in PAGES:
        page.goto(f"/console/{name}")
        expect(page.locator("h1")).to_be_visible()
        wide = page.evaluate("document.querySelector('main').scrollWidth - innerWidth")
        assert wide <= 0, f"{name}: expected no scrolling sideways, got {wide} px too much"
