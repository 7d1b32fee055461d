"""Permits applied for in two browsers at once: a company writes and corrects, an officer sends back and approves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from storage.world_store import read_documents
from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.console_stage import Stage

pytestmark = pytest.mark.services


def opened(stage: Stage, browser_page: OpenPage, path: str, role: str, **more: Any) -> Page:
    """Return a page of the console that has loaded."""
    page = browser_page(stage.base_url, cookie=stage.cookie(role, **more.pop("scope", {})), **more)
    page.goto(f"/console/{path}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    return page


def company_of(stage: Stage) -> dict[str, Any]:
    """Return the scope of a company's user."""
    return {"name": "haulier", "display_name": "赵经理", "company_id": stage.documents["companies"][0]["company_id"]}


def plates_of(stage: Stage, company_id: str) -> list[str]:
    return [truck["plate"] for truck in stage.documents["vehicles"] if truck.get("company_id") == company_id]


def fill(dialog: Locator, plates: list[str], quota_m3: int) -> None:
    """Fill in the form of a new application."""
    for plate in plates:
        dialog.get_by_role("group", name=re.compile("^车辆")).get_by_label(plate).check()
    dialog.get_by_label(re.compile("^工地")).select_option(index=1)
    dialog.get_by_role("group", name=re.compile("^消纳点")).get_by_role("checkbox").first.check()
    dialog.get_by_label("起始时间").fill("2026-01-01T00:00")
    dialog.get_by_label("截止时间").fill("2027-06-30T00:00")
    dialog.get_by_role("button", name="添加时段").click()
    dialog.get_by_label("方量").fill(str(quota_m3))
    dialog.get_by_label("渣土种类").fill("工程渣土")


def in_force(stage: Stage) -> dict[str, dict[str, Any]]:
    return {permit["permit_id"]: permit for permit in read_documents(stage.connection)["permits"]}


def standing(page: Page, status: str) -> None:
    """Wait until the open application says where it stands."""
    expect(page.locator(f".application[data-status={status}]")).to_be_visible()


def test_a_company_applies_corrects_and_has_its_permit(shared_stage: Stage, browser_page: OpenPage) -> None:
    scope = company_of(shared_stage)
    plates = plates_of(shared_stage, scope["company_id"])
    company = opened(shared_stage, browser_page, "permits", "company", scope=scope, allowed=(r"status of 422",))
    company.get_by_role("link", name="申报准运证").click()
    dialog = company.get_by_role("dialog")
    dialog.get_by_role("button", name="提交申报").click()
    expect(dialog.get_by_text("必填").first).to_be_visible()
    strange = plates_of(shared_stage, shared_stage.documents["companies"][1]["company_id"])[0]
    expect(dialog.get_by_label(strange)).to_have_count(0)
    fill(dialog, plates[:2], 26_000)
    expect(dialog.locator("canvas.maplibregl-canvas")).to_be_visible()
    company.wait_for_timeout(800)
    keep_screenshot(company, "application-form-zh-dark")
    assert_page_accessible(company)
    dialog.get_by_role("button", name="提交申报").click()
    standing(company, "submitted")
    number = company.locator(".application").get_attribute("data-application")
    before = set(in_force(shared_stage))

    officer = opened(shared_stage, browser_page, "permits/applications", "bureau", theme="light")
    row = officer.locator("tr.opens", has_text=number)
    expect(row).to_contain_text(shared_stage.documents["companies"][0]["name"])
    row.click()
    standing(officer, "submitted")
    expect(officer.locator("[data-remark=failing_trucks]")).to_contain_text(plates[0])
    officer.wait_for_timeout(800)
    keep_screenshot(officer, "application-officer-zh-light")
    assert_page_accessible(officer)
    officer.get_by_role("button", name="退回补正").click()
    expect(officer.get_by_text("请写明理由，企业会看到")).to_be_visible()
    officer.get_by_label("意见").fill("方量与工地申报不符，请核减")
    officer.get_by_role("button", name="退回补正").click()
    standing(officer, "returned")

    company.reload()
    standing(company, "returned")
    expect(company.locator(".returned")).to_contain_text("方量与工地申报不符，请核减")
    company.get_by_role("button", name="修改").click()
    company.get_by_role("dialog").get_by_label("方量").fill("9000")
    company.get_by_role("button", name="补正后提交").click()
    standing(company, "submitted")
    assert set(in_force(shared_stage)) == before

    officer.reload()
    expect(officer.locator("[data-step=submit]").last).to_contain_text("方量 26,000 → 9,000")
    officer.get_by_text("核准时调整").click()
    officer.get_by_label("方量").fill("8000")
    officer.get_by_label("许可条件").fill("出场须冲洗，限夜间")
    officer.locator("button[data-step=approve]").click()
    standing(officer, "approved")

    company.reload()
    standing(company, "approved")
    (permit_id,) = set(in_force(shared_stage)) - before
    assert in_force(shared_stage)[permit_id]["quota_m3"] == 8_000
    company.get_by_role("link", name=re.compile(permit_id)).click()
    drawer = company.get_by_role("dialog")
    expect(drawer.locator("[data-quota=m3]")).to_contain_text("8,000")
    expect(drawer).to_contain_text("出场须冲洗，限夜间")
    keep_screenshot(company, "application-permit-zh-dark")

    drawer.get_by_role("button", name="申请延期").click()
    longer = company.get_by_role("dialog", name=re.compile("延期"))
    expect(longer.get_by_label(re.compile("^工地"))).to_be_disabled()
    longer.get_by_label("截止时间").fill("2027-09-30T00:00")
    longer.get_by_role("button", name="提交申报").click()
    standing(company, "submitted")
    expect(company.locator(".differences [data-member=valid_to]")).to_contain_text("2027-09-30")


def test_of_two_officers_the_second_sees_what_the_first_did(shared_stage: Stage, browser_page: OpenPage) -> None:
    scope = company_of(shared_stage)
    company = opened(shared_stage, browser_page, "permits/applications?new=1", "company", scope=scope, size=PHONE)
    dialog = company.get_by_role("dialog")
    fill(dialog, plates_of(shared_stage, scope["company_id"])[:1], 500)
    keep_screenshot(company, "application-form-zh-phone")
    dialog.get_by_role("button", name="保存草稿").click()
    standing(company, "draft")
    company.get_by_role("button", name="修改").click()
    company.get_by_role("button", name="提交申报").click()
    standing(company, "submitted")
    keep_screenshot(company, "application-zh-phone")
    assert_page_accessible(company)
    number = company.locator(".application").get_attribute("data-application")
    officers = []
    for name, language in (("first", "zh"), ("second", "en")):
        who = {"name": name, "display_name": f"officer {name}"}
        page = opened(
            shared_stage, browser_page, "permits/applications", "bureau", scope=who, language=language,
            allowed=(r"status of 409",),
        )  # fmt: skip
        page.locator("tr.opens", has_text=number).click()
        standing(page, "submitted")
        officers.append(page)
    first, second = officers
    first.get_by_label("意见").fill("工地尚未开工")
    first.locator("button[data-step=reject]").click()
    standing(first, "rejected")
    second.locator("button[data-step=approve]").click()
    expect(second.locator(".moved-on")).to_contain_text("officer first was faster: Rejected")
    standing(second, "rejected")
    second.wait_for_timeout(800)
    keep_screenshot(second, "application-moved-on-en-dark")
    assert_page_accessible(second)
