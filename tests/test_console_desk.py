"""Notices, duty roster, exchange and shared links in a real browser, used as a duty officer and a stranger use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api_server import as_user
from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import add_night, assert_page_accessible
from tests.console_stage import Stage

pytestmark = pytest.mark.services

CITY = timezone(timedelta(hours=8))


def ask(stage: Stage, method: str, path: str, role: str = "bureau", **more: Any) -> Any:
    """Return the API's answer to a user of the stage."""
    answer = httpx.request(method, stage.base_url + path, headers=as_user(stage.database_url, role), timeout=30, **more)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def test_subscriptions_and_channels_are_made_in_the_page(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/notices")
    expect(page.get_by_text("还没有订阅")).to_be_visible()
    page.get_by_role("tab", name="通道").click()
    page.get_by_role("button", name="新增通道").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("值班群")
    expect(dialog.get_by_role("button", name="保存")).to_be_disabled()
    dialog.get_by_label("机器人 Key").fill("https://robots.example/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0")
    dialog.get_by_label("同事可用于逐级升级").check()
    dialog.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="值班群")).to_contain_text("企业微信机器人")
    [channel] = ask(shared_stage, "GET", "/v1/channels")["channels"]
    assert (channel["scheme"], channel["shared"]) == ("wecombot", True)
    page.get_by_role("row", name="值班群").get_by_role("button", name="测试").click()
    expect(page.locator(".toast", has_text="测试消息已发出")).to_be_visible()
    assert_page_accessible(page)
    keep_screenshot(page, "notices-channels-zh-dark")

    page.get_by_role("tab", name="订阅").click()
    page.get_by_role("button", name="新增订阅").click()
    dialog.get_by_label("名称").fill("夜班")
    dialog.get_by_label("案件类型").select_option("illegal_dumping")
    dialog.get_by_label("网格").select_option(index=1)
    dialog.get_by_label("免打扰开始").fill("23:00")
    dialog.get_by_label("免打扰结束").fill("06:30")
    dialog.get_by_role("button", name="增加一级").click()
    level = dialog.locator(".level")
    level.get_by_label("未受理满（分钟）").fill("15")
    level.get_by_label("值班群").check()
    assert_page_accessible(page)
    keep_screenshot(page, "notices-subscription-zh-dark")
    dialog.get_by_role("button", name="保存").click()
    row = page.get_by_role("row", name="夜班")
    expect(row).to_contain_text("偷倒")
    expect(row).to_contain_text("23:00–06:30")
    [made] = ask(shared_stage, "GET", "/v1/subscriptions")["subscriptions"]
    assert (made["kinds"], made["quiet_from"][:5], made["channel_ids"]) == (
        ["illegal_dumping"],
        "23:00",
        [channel["channel_id"]],
    )
    assert [(one["after_s"], one["channel_ids"]) for one in made["levels"]] == [(900, [channel["channel_id"]])]
    row.click()
    dialog.get_by_label("启用").uncheck()
    dialog.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("停用")
    assert not ask(shared_stage, "GET", "/v1/subscriptions")["subscriptions"][0]["enabled"]


def test_the_log_shows_attempts_and_sends_again(shared_stage: Stage, browser_page: OpenPage) -> None:
    made = ask(shared_stage, "POST", "/v1/channels", json={"name": "巡查群", "url": "feishu://abcdef1234567890"})
    sent = ask(shared_stage, "POST", f"/v1/channels/{made['channel_id']}/test")
    shared_stage.connection.execute(
        "insert into delivery_attempts (delivery_no, attempt_no, at, took_ms, outcome, http_status, detail)"
        " select delivery_no, 1, now(), 212, 'refused', 200, 'code 19024: Key Words Not Found'"
        " from deliveries where delivery_id = %s",
        [sent["delivery_id"]],
    )
    shared_stage.connection.execute(
        "update deliveries set status = 'dead', attempts = 1, next_at = null, ended_at = now() where delivery_id = %s",
        [sent["delivery_id"]],
    )
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie(), theme="light", language="en")
    page.goto("/console/notices?tab=deliveries")
    row = page.get_by_role("row", name="巡查群")
    expect(row).to_contain_text("Not delivered")
    row.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Key Words Not Found")
    assert_page_accessible(page)
    keep_screenshot(page, "notices-delivery-en-light")
    dialog.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("row", name="巡查群")).to_have_count(2)
    expect(page.get_by_role("row", name="巡查群").first).to_contain_text("Waiting")


def test_a_webhooks_secret_is_shown_once(shared_stage: Stage, browser_page: OpenPage) -> None:
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/notices?tab=webhooks")
    page.get_by_role("button", name="新增 Webhook").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("交警支队")
    dialog.get_by_label("地址").fill("https://traffic.example/muckline")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.locator(".secret")).to_contain_text("whsec_")
    secret = dialog.locator(".secret").inner_text()
    dialog.get_by_role("button", name="完成").click()
    row = page.get_by_role("row", name="交警支队")
    expect(row).to_contain_text("案件")
    row.click()
    dialog.get_by_role("button", name="更换密钥").click()
    expect(dialog.locator(".secret")).to_contain_text("whsec_")
    assert dialog.locator(".secret").inner_text() != secret
    dialog.get_by_role("button", name="完成").click()
    expect(page.locator(".secret")).to_have_count(0)


def shifts(stage: Stage, district_id: str) -> list[tuple[str, datetime, datetime]]:
    """Return a district's plan as the database has it."""
    rows = stage.connection.execute(
        "select u.name, lower(s.valid), upper(s.valid) from duty_shifts s join users u using (user_no)"
        " where s.district_id = %s order by 2, 1",
        [district_id],
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_week_is_planned_without_losing_a_shift(shared_stage: Stage, browser_page: OpenPage) -> None:
    district = shared_stage.documents["districts"]["features"][0]["properties"]
    district_id, name = district["district_id"], district["name"]
    today = datetime.now(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    # One who works over midnight into this week, and one of last week.
    over_midnight = (monday - timedelta(hours=4), monday + timedelta(hours=8))
    last_week = (monday - timedelta(days=6) + timedelta(hours=8), monday - timedelta(days=6) + timedelta(hours=20))
    order = {
        "start": (monday - timedelta(days=7)).isoformat(),
        "end": (monday + timedelta(days=1)).isoformat(),
        "shifts": [
            {"assignee": name_, "start": start.isoformat(), "end": end.isoformat()}
            for name_, (start, end) in (("inspector", over_midnight), ("bureau", last_week))
        ],
    }
    ask(shared_stage, "PUT", f"/v1/duty-roster/{district_id}", json=order)
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/duty")
    page.get_by_label("网格").select_option(label=name)
    first = page.locator(f"[data-day='{monday:%Y-%m-%d}']")
    expect(first.locator(".shift", has_text="00:00–08:00")).to_be_visible()
    day = page.locator(f"[data-day='{today:%Y-%m-%d}']")
    day.locator(".add-shift").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("值班人员").select_option("administrator")
    dialog.get_by_label("开始").fill(f"{today:%Y-%m-%d}T00:00")
    dialog.get_by_label("结束").fill(f"{today:%Y-%m-%d}T00:00")
    expect(dialog.get_by_role("button", name="保存")).to_be_disabled()
    dialog.get_by_label("结束").fill(f"{today + timedelta(days=1):%Y-%m-%d}T00:00")
    assert_page_accessible(page)
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator(".on-duty [aria-pressed=true]")).to_contain_text("系统管理员")
    expect(day).to_contain_text("全天有人")
    # Others may be on duty with them, by the hour and the day of the week at which this runs.
    own = day.locator(".shift.on", has_text="系统管理员")
    expect(own).to_be_visible()
    page.get_by_role("button", name="复制上周").click()
    expect(page.locator(".toast", has_text="已复制 2 个班次")).to_be_visible()
    planned = shifts(shared_stage, district_id)
    assert planned[1] == ("inspector", *over_midnight)
    assert [one[0] for one in planned].count("bureau") == 2
    assert len(planned) == 5
    assert_page_accessible(page)
    keep_screenshot(page, "duty-zh-dark")
    own.click()
    dialog.get_by_role("button", name="删除").click()
    expect(page.locator(".on-duty [aria-pressed=true]")).not_to_contain_text("系统管理员")
    assert len(shifts(shared_stage, district_id)) == 4

    phone: Page = browser_page(
        shared_stage.base_url, cookie=shared_stage.cookie(), size=PHONE, theme="light", language="en"
    )
    phone.goto("/console/duty")
    expect(phone.locator(".duty-day")).to_have_count(7)
    assert phone.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    assert_page_accessible(phone)
    keep_screenshot(phone, "duty-phone-en-light")


def test_of_two_officers_who_plan_at_once_neither_loses_a_shift(shared_stage: Stage, browser_page: OpenPage) -> None:
    district = shared_stage.documents["districts"]["features"][-1]["properties"]
    district_id, name = district["district_id"], district["name"]
    today = datetime.now(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=14)
    morning = (monday + timedelta(hours=6), monday + timedelta(hours=12))

    def planned(role: str, name_: str, start: datetime, end: datetime) -> None:
        path, span = f"/v1/duty-roster/{district_id}", {"start": monday.isoformat()}
        span["end"] = (monday + timedelta(days=1)).isoformat()
        seen = ask(
            shared_stage,
            "GET",
            "/v1/duty-roster",
            params={"district_id": district_id, "datetime": "/".join(span.values())},
        )
        shift = {"assignee": name_, "start": start.isoformat(), "end": end.isoformat()}
        known = [{member: one[member] for member in shift} for one in seen["shifts"]]
        order = span | {"shifts": [*known, shift], "expected_revision": seen["revision"]}
        ask(shared_stage, "PUT", path, role, json=order)

    planned("administrator", "inspector", *morning)
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie(), allowed=("status of 409",))
    page.goto("/console/duty")
    page.get_by_label("网格").select_option(label=name)
    page.get_by_role("button", name="下一周").click()
    page.get_by_role("button", name="下一周").click()
    day = page.locator(f"[data-day='{monday:%Y-%m-%d}']")
    expect(day.locator(".shift")).to_have_count(1)
    day.locator(".shift").click()
    form = page.get_by_role("dialog")
    form.get_by_label("结束").fill(f"{monday:%Y-%m-%d}T14:00")
    # Meanwhile a colleague puts somebody else on duty at the same time.
    planned("administrator", "administrator", monday + timedelta(hours=8), monday + timedelta(hours=10))
    form.get_by_role("button", name="保存").click()
    both = page.locator(".duty-choice")
    expect(both.locator("li")).to_have_count(3)
    expect(both.locator("[data-mark=theirs] input")).to_be_checked()
    expect(both.locator("[data-mark=removed] input")).not_to_be_checked()
    assert len(shifts(shared_stage, district_id)) == 2, "nothing is changed unless the officer says so"
    assert_page_accessible(page)
    keep_screenshot(page, "duty-two-officers-zh-dark")
    page.get_by_role("button", name="按勾选保存").click()
    expect(both).to_have_count(0)
    expect(day.locator(".shift")).to_have_count(2)
    longer = (morning[0], monday + timedelta(hours=14))
    assert [(who, *times) for who, *times in shifts(shared_stage, district_id)] == [
        ("inspector", *longer),
        ("administrator", monday + timedelta(hours=8), monday + timedelta(hours=10)),
    ]


def test_a_report_of_another_bureau_is_given_its_truck(shared_stage: Stage, browser_page: OpenPage) -> None:
    known = shared_stage.documents["vehicles"][3]
    reports = [
        {"id": "JJ-2026-1", "kind": "penalty", "plate": known["plate"], "title": "超载 42%", "amount_yuan": 2000},
        {
            "id": "JJ-2026-2",
            "kind": "penalty",
            "plate": "苏D0000?",
            "title": "闯红灯",
            "reference": "常公交决字 118 号",
        },
    ]
    for one in reports:
        one["occurred_at"] = datetime.now(UTC).isoformat()
    ask(shared_stage, "POST", "/v1/exchange/inbox", "association", json={"reports": reports})
    page: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    page.goto("/console/exchange")
    expect(page.get_by_role("row", name="超载 42%")).to_contain_text("按车牌")
    page.get_by_label("车辆匹配").select_option("false")
    expect(page.get_by_role("row", name="超载 42%")).to_have_count(0)
    page.get_by_role("row", name="闯红灯").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("指定车辆").fill(known["plate"][-4:])
    dialog.locator(".found-trucks button", has_text=known["plate"]).first.click()
    assert_page_accessible(page)
    keep_screenshot(page, "exchange-inbox-zh-dark")
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator(".toast", has_text="已指定车辆")).to_be_visible()
    rows = ask(shared_stage, "GET", "/v1/exchange/inbox", params={"vehicle_id": known["vehicle_id"]})["reports"]
    assert {row["id"]: row["matched"] for row in rows} == {"JJ-2026-1": "plate", "JJ-2026-2": "person"}
    page.get_by_role("tab", name="对外共享").click()
    expect(page.get_by_label("读取地址")).to_have_value(f"{shared_stage.base_url}/v1/exchange/feed?limit=200&wait_s=30")
    assert page.get_by_role("link", name="数据结构").get_attribute("href") == "/v1/exchange/schema"
    assert_page_accessible(page)
    keep_screenshot(page, "exchange-feed-zh-dark")


def test_a_case_and_a_playback_are_shared_with_a_stranger(shared_stage: Stage, browser_page: OpenPage) -> None:
    night = add_night(shared_stage)
    case = next(
        one
        for one in ask(shared_stage, "GET", "/v1/cases", params={"vehicle_id": night.vehicle_id})["cases"]
        if one["kind"] == "illegal_dumping"
    )
    officer: Page = browser_page(shared_stage.base_url, cookie=shared_stage.cookie())
    officer.goto(f"/console/cases/{case['case_id']}")
    officer.locator("[data-share=case]").click()
    dialog = officer.get_by_role("dialog")
    dialog.get_by_label("有效期").select_option("8")
    dialog.get_by_role("button", name="生成链接").click()
    link = dialog.get_by_label("链接", exact=True).input_value()
    assert link.startswith(f"{shared_stage.base_url}/console/shared/")
    expect(dialog.get_by_role("button", name="撤销")).to_have_count(1)
    keep_screenshot(officer, "share-dialog-zh-dark")

    stranger: Page = browser_page(shared_stage.base_url, theme="light", language="en", allowed=("status of 410",))
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="Illegal dumping")).to_be_visible()
    expect(stranger.locator(".plate").first).to_have_text(night.plate)
    expect(stranger.locator(".maplibregl-canvas")).to_be_visible()
    steps = ask(shared_stage, "GET", f"/v1/cases/{case['case_id']}")["steps"]
    expect(stranger.locator(".shared-steps li")).to_have_count(len(steps))
    expect(stranger.locator(".clip-chart canvas").first).to_be_visible()
    expect(stranger.locator(".shared-span")).to_contain_text("The track around it")
    assert_page_accessible(stranger)
    keep_screenshot(stranger, "shared-case-en-light")
    public = ask(shared_stage, "POST", "/v1/shares", json={"kind": "case", "case_id": case["case_id"], "masked": True})
    anybody: Page = browser_page(shared_stage.base_url, size=PHONE)
    anybody.goto(public["path"])
    expect(anybody.locator(".shared-bar .masked")).to_be_visible()
    expect(anybody.locator(".clip-chart canvas").first).to_be_visible()
    assert night.plate not in anybody.content()
    assert anybody.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    assert_page_accessible(anybody)
    keep_screenshot(anybody, "shared-case-masked-phone-zh-dark")
    dialog.get_by_role("button", name="撤销").click()
    expect(officer.locator(".toast", has_text="链接已撤销")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="The link has ended")).to_be_visible()
    assert_page_accessible(stranger)
    keep_screenshot(stranger, "shared-ended-en-light")

    times = [datetime.fromtimestamp(ms / 1000, CITY).isoformat() for ms in (night.start_ms, night.end_ms + 1000)]
    wanted = {"kind": "playback", "vehicle_id": night.vehicle_id, "from": times[0], "to": times[1], "hours": 1}
    path = ask(shared_stage, "POST", "/v1/shares", json=wanted)["path"]
    phone: Page = browser_page(shared_stage.base_url, size=PHONE)
    phone.goto(path)
    expect(phone.locator(".truck-marker")).to_be_visible()
    expect(phone.get_by_role("heading")).to_contain_text(night.plate)
    phone.get_by_role("button", name="播放").click()
    phone.wait_for_function(f"() => Number(document.querySelector('[data-now]').dataset.now) > {night.start_ms} + 3000")
    phone.get_by_role("button", name="暂停").click()
    assert phone.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    assert_page_accessible(phone)
    keep_screenshot(phone, "shared-track-phone-zh-dark")
