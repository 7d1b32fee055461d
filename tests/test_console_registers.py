"""Registers and permits in a real browser: edited with a reason, taken in from files, merged, led through life."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from supervision.registers.table import REGISTERS
from tests.browser import PHONE, OpenPage, assert_accessible, keep_screenshot
from tests.console_stage import Stage

pytestmark = pytest.mark.services

REFUSED = r"status of (409|412|422)"
FAULTY = (
    "企业编号,名称,credit_code,licence_valid_to\nC-good,好企业,,2027-01-31\nC-bad,坏企业,123,31.01.2027\n,无编号,,\n"
)
MENDED = "企业编号,企业名称,credit_code,licence_valid_to\nC-good,好企业,,2020-01-31\nC-bad,坏企业,91320412MA1NABCD12,\n"


def send(stage: Stage, method: str, path: str, body: dict[str, Any] | None = None, role: str = "bureau") -> Any:
    """Ask the API without a browser."""
    cookie = stage.cookie(role)
    headers = {"cookie": f"{cookie['name']}={cookie['value']}", "sec-fetch-site": "same-origin"}
    answer = httpx.request(method, stage.base_url + path, json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.json()


def test_descriptions_are_the_registers_own(shared_stage: Stage) -> None:
    told = send(shared_stage, "GET", "/v1/register-fields", role="inspector")
    assert [each["name"] for each in told["registers"]] == list(REGISTERS)
    addresses = {each["name"] for each in told["registers"]}
    for each in told["registers"]:
        register = REGISTERS[each["name"]]
        assert [field["name"] for field in each["fields"]] == [field.name for field in register.fields]
        assert {field["refers"] for field in each["fields"]} - {None} <= addresses
        listed = send(shared_stage, "GET", f"/v1/{each['name']}?limit=1", role="inspector")
        for item in listed[each["member"]]:  # a list tells each item's own version
            one = send(shared_stage, "GET", f"/v1/{each['name']}/{item[each['id_name']]}", role="inspector")
            assert item["version"] == one["version"]
    assert told["commented_steps"] == ["cancel", "reject", "suspend"]


def test_an_item_is_made_changed_and_remembered(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie(), allowed=(REFUSED,))
    page.goto("/console/registers?register=vehicle-register")
    expect(page.locator(".table tbody tr").first).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "registers-zh-dark")
    page.get_by_role("button", name="新增").click()
    form = page.locator("dialog")
    form.get_by_label("车辆编号").fill("V-new")
    form.get_by_label("号牌号码").fill("苏D00001")
    form.get_by_label("车辆识别代号").fill("too short")
    form.get_by_role("button", name="保存").click()
    wrong = form.locator("[data-field=vin] .wrong")
    expect(wrong).to_contain_text("[A-HJ-NPR-Z0-9]{17}")
    form.get_by_label("车辆识别代号").fill("LZGJLDR42MX012345")
    form.get_by_label("核定载质量").fill("15500")
    form.get_by_role("button", name="添加时间").click()
    form.get_by_label("起", exact=True).fill("2026-05-01T08:00")
    form.get_by_role("textbox", name="原因").fill("新车")
    form.get_by_role("button", name="保存").click()
    expect(page.locator(".toast", has_text="已保存")).to_be_visible()
    stored = send(shared_stage, "GET", "/v1/vehicle-register/V-new")
    assert (stored["vin"], stored["capacity_kg"]) == ("LZGJLDR42MX012345", 15500)
    assert stored["out_of_service"] == [{"from": "2026-05-01T08:00:00+08:00"}]
    form.get_by_label("能源").select_option("electric")
    form.get_by_label("核定载质量").fill("")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        form.get_by_role("button", name="保存").click()
    form.get_by_role("tab", name="变更记录").click()
    expect(form.locator(".changes > li")).to_have_count(2)
    form.locator(".changes summary").first.click()
    expect(form.locator(".changes > li").first).to_contain_text("纯电")
    assert_accessible(page)
    keep_screenshot(page, "register-history-zh-dark")
    stored = send(shared_stage, "GET", "/v1/vehicle-register/V-new")
    assert (stored["energy"], stored.get("capacity_kg")) == ("electric", None)


def test_a_file_is_taken_in_whole_or_not_at_all(shared_stage: Stage, browser_page: OpenPage, tmp_path: Path) -> None:
    page: Page = browser_page(
        shared_stage.base_url, cookie=shared_stage.cookie(), theme="light", accept_downloads=True, allowed=(REFUSED,)
    )
    page.goto("/console/registers")
    page.get_by_role("button", name="导入").click()
    dialog = page.locator("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="下载模板").click()
    assert "企业编号 company_id" in Path(download.value.path()).read_text("utf-8-sig")
    file = tmp_path / "企业.csv"
    file.write_text(FAULTY, "gb18030")
    dialog.locator("input[type=file]").set_input_files(file)
    faults = dialog.locator(".fault-list tbody tr")
    expect(faults.first).to_contain_text("名称")  # no column of this register
    expect(dialog.get_by_role("button", name="确认导入")).to_be_disabled()
    file.write_text(FAULTY.replace("名称", "企业名称"), "gb18030")
    dialog.locator("input[type=file]").set_input_files([])
    dialog.locator("input[type=file]").set_input_files(file)
    expect(faults.first).to_contain_text("企业编号")
    file.write_text(FAULTY.replace("名称", "企业名称").replace("\n,无编号", "\nC-x,无编号"), "gb18030")
    dialog.locator("input[type=file]").set_input_files([])
    dialog.locator("input[type=file]").set_input_files(file)
    expect(faults).to_have_count(2)
    told = faults.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    assert [(row[0], row[1], row[2], row[4]) for row in told] == [
        ("3", "C-bad", "统一社会信用代码", "'123'"),
        ("3", "C-bad", "核准证有效期至", "'31.01.2027'"),
    ]
    assert told[0][3].startswith("符合格式")
    assert told[1][3] == "日期，如 2026-01-31"
    assert_accessible(page)
    keep_screenshot(page, "register-import-zh-light")
    file.write_text(MENDED, "gb18030")
    dialog.locator("input[type=file]").set_input_files([])
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.locator("[data-trial]")).to_have_attribute("data-trial", "2/0/0")
    dialog.get_by_label("原因").fill("年度备案")
    dialog.get_by_role("button", name="确认导入").click()
    expect(page.locator(".toast", has_text="新增 2")).to_be_visible()
    page.get_by_label("搜索", exact=True).fill("C-good")
    expect(page.locator(".table tbody tr")).to_have_count(1)
    expect(page.locator(".table tbody .badge.critical")).to_contain_text("2020-01-31")  # has run out
    (made,) = send(shared_stage, "GET", "/v1/companies/C-bad/history")["changes"]
    assert (made["source"], made["reason"], made["who"]) == ("import", "年度备案", "bureau")


def test_duplicates_become_one(shared_stage: Stage, browser_page: OpenPage) -> None:
    for name, plate in (("V-twin1", "苏D99998"), ("V-twin2", "苏d·99998")):
        send(shared_stage, "POST", "/v1/vehicle-register", {"vehicle_id": name, "plate": plate})
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie(), language="en", theme="light")
    page.goto("/console/registers?register=vehicle-register")
    page.get_by_role("button", name="Duplicates").click()
    group = page.locator("[data-same]", has_text="V-twin1")
    group.locator("label", has_text="V-twin2").locator("input").check()
    expect(group.get_by_role("button", name="Merge")).to_be_disabled()
    group.get_by_label("Reason").fill("typed twice")
    assert_accessible(page)
    group.get_by_role("button", name="Merge").click()
    expect(page.locator("[data-same]", has_text="V-twin1")).to_have_count(0)
    listed = send(shared_stage, "GET", "/v1/vehicle-register?q=V-twin")["vehicle_register"]
    assert [item["vehicle_id"] for item in listed] == ["V-twin2"]


def test_a_permit_s_life(shared_stage: Stage, browser_page: OpenPage) -> None:
    stage = shared_stage
    trucks = [vehicle for vehicle in stage.documents["vehicles"] if vehicle["company_id"] == "K01"][:2]
    ids = [vehicle["vehicle_id"] for vehicle in trucks]
    body = {"permit_id": "R-life", "company_id": "K01", "vehicle_ids": ids, "quota_trips": 100, "issuer": "市城管局"}
    send(stage, "POST", "/v1/permits", body)
    stage.connection.execute(
        "update trips set permit_id = 'R-life' where ctid in (select ctid from trips order by start_time limit 3)"
    )
    used = send(stage, "GET", "/v1/permits/R-life")["quota"][0]
    assert used["used"] == 3
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), allowed=(REFUSED,))
    page.goto("/console/permits?id=R-life")
    drawer = page.locator("dialog")
    expect(drawer.locator(".permit-path [aria-current=step]")).to_have_text("已申报")
    expect(drawer.locator("[data-quota=trips]")).to_have_attribute("data-used", "3")
    expect(drawer.locator("[data-quota=trips]")).to_have_attribute("data-left", "97")
    drawer.locator("[data-step=approve]").click()
    expect(drawer.locator(".permit-path [aria-current=step]")).to_have_text("已核准")
    failing = send(stage, "GET", "/v1/compliance?failing=true&company_id=K01&limit=500")["vehicles"]
    expect(drawer.locator("[data-failing]")).to_have_attribute(
        "data-failing", str(sum("R-life" in truck["permit_ids"] for truck in failing))
    )
    drawer.locator("[data-step=suspend]").click()
    expect(drawer.locator(".wrong")).to_have_text("此步骤须填写意见")
    drawer.get_by_label("意见").fill("车辆未检验")
    drawer.locator("[data-step=suspend]").click()
    expect(drawer.locator(".permit-path [aria-current=step]")).to_have_text("已暂停")
    expect(drawer.locator(".changes > li")).to_have_count(3)
    assert_accessible(page)
    keep_screenshot(page, "permit-zh-dark")
    steps = send(stage, "GET", "/v1/permits/R-life")["steps"]
    assert [(step["step"], step["comment"]) for step in steps[1:]] == [("approve", None), ("suspend", "车辆未检验")]
    drawer.get_by_role("link", name="打印").click()
    sheet = page.locator(".permit-sheet article")
    expect(sheet).to_contain_text(trucks[0]["plate"])
    expect(sheet).to_contain_text("未核准，不得作为运输凭证")
    assert_accessible(page)
    keep_screenshot(page, "permit-sheet-zh-dark")


def test_who_may_only_look_sees_and_changes_nothing(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(
        shared_stage.base_url, cookie=shared_stage.cookie("inspector"), size=PHONE, theme="light", has_touch=True
    )
    page.goto("/console/registers?register=drivers")
    page.locator(".register-select select").select_option("companies")
    expect(page.get_by_role("button", name="新增")).to_have_count(0)
    expect(page.get_by_role("button", name="导入")).to_have_count(0)
    page.locator(".table tbody tr", has_text="K01").first.click()
    expect(page.locator("dialog .item-form input").first).to_be_disabled()
    expect(page.locator("dialog").get_by_role("button", name="保存")).to_have_count(0)
    assert_accessible(page)
    keep_screenshot(page, "registers-phone-zh-light")
