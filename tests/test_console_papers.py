"""The paper pages in a real browser: manifests, scores, compliance, key projects, figures, data quality, rules.

What a page says is compared with the API's answer or with SQL; the city is `tests.console_papers`'.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.api_server import as_user
from tests.browser import PHONE, OpenPage, assert_accessible, assert_drawn, keep_screenshot
from tests.console_night import assert_page_accessible
from tests.console_papers import Papers, add_papers
from tests.console_stage import Stage
from worker.queue import _connect
from worker.rule_trial import try_rules
from worker.settings import WorkSettings
from worker.tasks_context import TaskContext

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("papers")]

RATE = """
    select count(i.manifest_no)::float8 / count(*) from manifest_scans o
    left join manifest_scans i on i.manifest_no = o.manifest_no and i.scan = 'in'
    where o.scan = 'out' and not exists (
        select from manifest_scans x where x.manifest_no = o.manifest_no and x.scan = 'void'
    )
"""
CITY = timezone(timedelta(hours=8))
PAGES = ("manifests", "scores", "compliance", "projects", "statistics", "quality", "rules")


@pytest.fixture(scope="module")
def papers(shared_stage: Stage) -> Papers:
    """Return the city's papers, written once."""
    return add_papers(shared_stage)


def opened(stage: Stage, browser_page: OpenPage, path: str, role: str = "bureau", **more: Any) -> Page:
    """Return a page of the console that has loaded."""
    scope = more.pop("scope", {})
    page = browser_page(stage.base_url, cookie=stage.cookie(role, **scope), **more)
    page.goto(f"/console/{path}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    return page


def asked(stage: Stage, path: str, role: str = "bureau", **scope: Any) -> Any:
    """Return what the API answers a role."""
    headers = as_user(stage.database_url, role, **scope)
    answer = httpx.get(stage.base_url + path, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def one(stage: Stage, query: str) -> Any:
    """Return the only value of a query."""
    row = stage.connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def figure_of(page: Page, label: str) -> Locator:
    """Return the figure in large type that a label has."""
    return page.locator(".figure", has=page.get_by_text(label, exact=True)).locator("dd")


def test_closed_share_is_that_of_sql_and_a_stray_load_stands_out(
    shared_stage: Stage, papers: Papers, browser_page: OpenPage
) -> None:
    page = opened(shared_stage, browser_page, "manifests")
    share = 100 * one(shared_stage, RATE)
    assert 0 < share < 100
    expect(figure_of(page, "闭环率")).to_have_text(f"{share:.1f}".removesuffix(".0") + " %")
    figures = asked(shared_stage, "/v1/manifests/figures?by=site")["figures"]
    expect(figure_of(page, "卸点不符")).to_have_text(str(sum(row["elsewhere"] for row in figures)))
    row = page.locator("tr.opens", has_text=papers.manifest_no)
    expect(row).to_contain_text("卸点不符")
    row.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(papers.night.plate)
    route = drawer.locator(".route")
    permit = next(p for p in shared_stage.documents["permits"] if papers.night.vehicle_id in p["vehicle_ids"])
    for planned in permit["corridor_ids"]:
        expect(route).to_have_attribute("data-planned", re.compile(planned))
    assert int(route.get_attribute("data-driven") or 0) > 50
    assert_drawn(page, "dialog canvas.maplibregl-canvas")
    keep_screenshot(page, "manifest-zh-dark")
    expect(drawer.get_by_role("link", name="回放行程")).to_have_attribute(
        "href", re.compile(f"vehicle={papers.night.vehicle_id}")
    )


def test_a_load_is_issued_scanned_out_and_in(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "manifests")
    page.get_by_role("button", name="开具联单").click()
    dialog = page.get_by_role("dialog")
    number = dialog.get_by_label("联单号").input_value()
    dialog.get_by_label("车辆").fill("V00020")
    dialog.get_by_label("工地").select_option(index=1)
    dialog.get_by_label("消纳点").select_option(index=1)
    dialog.get_by_role("button", name="开具", exact=True).click()
    row = page.locator("tr.opens", has_text=number)
    expect(row).to_contain_text("待出场")
    row.click()
    for deed, standing in (("出场扫码", "运输中"), ("入场扫码", "已闭环")):
        page.get_by_role("dialog").get_by_role("button", name=deed).click()
        expect(page.get_by_role("dialog").locator(".badge").first).to_have_text(standing)
    assert asked(shared_stage, f"/v1/manifests/{number}")["status"] == "closed"


def test_a_refused_order_says_why(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "manifests", allowed=(r"status of 404",))
    page.get_by_role("button", name="开具联单").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("车辆").fill("苏A99999")
    dialog.get_by_label("工地").select_option(index=1)
    dialog.get_by_label("消纳点").select_option(index=1)
    dialog.get_by_role("button", name="开具", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("苏A99999")


def test_company_sees_its_own_papers_and_no_button_that_is_refused(
    shared_stage: Stage,
    browser_page: OpenPage,
) -> None:
    scope = {"name": "k02", "company_id": "K02"}
    page = opened(shared_stage, browser_page, "manifests", "company", scope=scope)
    own = asked(shared_stage, "/v1/manifests", "company", **scope)["manifests"]
    assert 0 < len(own) < one(shared_stage, "select count(*) from manifests")
    expect(page.locator("tr.opens")).to_have_count(len(own))
    expect(page.get_by_role("button", name="开具联单")).to_have_count(0)
    page.goto("/console/compliance")
    expect(page.locator("tr.opens").first).to_be_visible()
    expect(page.get_by_role("button", name="编辑检查项目")).to_have_count(0)
    page.locator("tr.opens").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="保存")).to_have_count(0)
    page.goto("/console/rules")
    expect(page.get_by_text("您的角色无权查看此页面")).to_be_visible()


def test_a_company_appeals_and_the_bureau_gives_back(
    shared_stage: Stage,
    browser_page: OpenPage,
) -> None:
    scope = {"name": "k01", "company_id": "K01"}
    before = asked(shared_stage, "/v1/scores?subject_kind=company", "company", **scope)["scores"][0]
    theirs = opened(shared_stage, browser_page, "scores", "company", scope=scope)
    expect(theirs.locator("tr.opens")).to_have_count(1)
    expect(theirs.locator(".score-left")).to_contain_text(f"{before['left']:g}")
    theirs.get_by_role("tab", name="扣分记录").click()
    theirs.get_by_role("button", name="申诉").first.click()
    theirs.get_by_role("dialog").get_by_label("申诉理由").fill("当时车辆在检修，未上路")
    theirs.get_by_role("dialog").get_by_role("button", name="提交申诉").click()
    expect(theirs.locator("tbody")).to_contain_text("待裁定")

    page = opened(shared_stage, browser_page, "scores")
    page.get_by_role("tab", name="待裁定").click()
    page.get_by_role("button", name="裁定").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("当时车辆在检修，未上路")
    dialog.get_by_label("裁定理由").fill("检修单属实")
    dialog.get_by_role("button", name="成立并返还").click()
    expect(page.get_by_text("没有待裁定的申诉")).to_be_visible()
    page.get_by_role("tab", name="扣分记录").click()
    expect(page.locator("tbody")).to_contain_text("申诉成立")
    after = asked(shared_stage, "/v1/scores?subject_kind=company", "company", **scope)["scores"][0]
    assert after["left"] > before["left"]


def test_points_are_edited_with_a_basis(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "scores")
    page.get_by_role("tab", name="记分标准").click()
    page.get_by_label("超速").fill("4.5")
    page.get_by_label("修改依据").fill("市局〔2026〕12号")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast", has_text="记分标准已更新")).to_be_visible()
    cells = asked(shared_stage, "/v1/point-table")["points"]
    assert next(c for c in cells if (c["kind"], c["subject_kind"]) == ("overspeed", "company"))["points"] == 4.5


def test_a_finding_makes_a_truck_compliant(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "compliance")
    first = page.locator("tr.opens").first
    expect(first).to_contain_text("缺 1 项")
    first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("note")).to_contain_text("P0001")
    failed = drawer.locator(".findings li", has_text="不合格").locator(".grow span").first.inner_text()
    drawer.get_by_label("项目").select_option(label=failed)
    drawer.get_by_label("依据").fill("整改照片")
    drawer.get_by_role("button", name="保存").click()
    expect(first).to_contain_text("合规")
    page.keyboard.press("Escape")
    page.get_by_label("只看不合规").check()
    expect(page.locator("tr.opens").first).not_to_contain_text("合规")


def test_a_project_is_set_up_with_its_fleet(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "projects")
    board = asked(shared_stage, "/v1/projects/metro-5/board")["days"]
    expect(figure_of(page, "趟次").first).to_have_text(str(sum(day["trips"] for day in board)))
    page.get_by_role("button", name="新建工程").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("编号").fill("airport-2")
    dialog.get_by_label("名称").fill("机场二期")
    dialog.get_by_label("工地").select_option(index=2)
    plate = shared_stage.documents["vehicles"][4]["plate"]
    dialog.get_by_label("专用车队").fill(plate)
    expect(dialog.locator(f"option[value='{plate}']")).to_have_count(1)
    dialog.get_by_role("button", name="添加").click()
    expect(dialog.locator(".chip")).to_have_count(2)
    dialog.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="机场二期")).to_be_visible()
    projects = {p["project_id"]: p for p in asked(shared_stage, "/v1/projects")["projects"]}
    assert projects["airport-2"]["vehicle_ids"] == [shared_stage.documents["vehicles"][4]["vehicle_id"]]


def test_figures_are_the_apis_and_reports_come_as_files(
    shared_stage: Stage,
    browser_page: OpenPage,
    tmp_path: Path,
) -> None:
    page = opened(shared_stage, browser_page, "statistics", language="en")
    week = (datetime.now(CITY) - timedelta(days=6)).replace(hour=0, minute=0, second=0, microsecond=0)
    totals = asked(shared_stage, f"/v1/statistics?by=day&datetime={quote(week.isoformat())}/..")["totals"]
    for label, name in (("Loads", "trips"), ("Violations", "events"), ("Dumped elsewhere", "dumped")):
        expect(figure_of(page, label)).to_have_text(f"{totals[name]:,}")
    page.get_by_role("tab", name="Handling of cases").click()
    opened_cases = asked(shared_stage, "/v1/case-figures?by=district")["total"]["opened"]
    expect(figure_of(page, "Opened")).to_have_text(str(opened_cases))
    page.get_by_role("tab", name="Reports").click()
    for name, read in (("XLSX", CalamineWorkbook.from_path), ("PDF", pypdf.PdfReader)):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.suffix == f".{name.lower()}"
        assert read(str(path))


def test_seeded_faults_appear_on_the_quality_page(shared_stage: Stage, papers: Papers, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, "quality")
    summary = asked(shared_stage, "/v1/data-quality/summary")
    expect(figure_of(page, "补传滞后")).to_have_text(str(summary["last_came_late"]))
    expect(page.locator(".sheet-top")).to_contain_text("同号不同内容 1")
    rows = {row["terminal_id"]: row for row in asked(shared_stage, "/v1/data-quality?limit=500")["terminals"]}
    assert rows[papers.fast]["clock"]["ahead"] == 18
    assert rows[papers.late]["clock"]["late"] == 18
    assert rows[papers.late]["ledger"]["missing"] == 2
    fast, late = (page.locator("tr.opens", has_text=name) for name in (papers.fast, papers.late))
    expect(fast.locator("td").nth(6)).to_have_text("18")
    expect(late.locator("td").nth(5)).to_have_text("18")
    expect(late.locator("td").nth(7)).to_have_text("2")
    page.get_by_label("范围").select_option("troubled")
    expect(late).to_have_count(0)
    page.locator("tr.opens", has_text=papers.doubled).click()
    expect(page.get_by_role("dialog")).to_contain_text("拒收 · 同号不同内容")


def test_a_trial_shows_what_a_rejudgement_finds_and_is_put_in_force(
    shared_stage: Stage,
    browser_page: OpenPage,
    tmp_path: Path,
) -> None:
    page = opened(shared_stage, browser_page, "rules", allowed=("status of 409",))
    page.get_by_label("查找参数").fill("最高限速")
    row = page.get_by_role("row", name="overspeed.limit_kmh")
    expect(row).to_contain_text("渣土车最高限速")
    expect(row).to_contain_text("公里/小时")
    page.get_by_label("overspeed.limit_kmh, 本市取值").fill("30")
    expect(page.get_by_text("已修改 1 项")).to_be_visible()
    page.get_by_label("最近天数").select_option("1")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("正在用最近 1 天的真实记录试算")).to_be_visible()
    trial = asked(shared_stage, "/v1/rule-trials")["trials"][0]
    context = TaskContext(lambda: _connect(shared_stage.database_url), WorkSettings(), shared_stage.database_url)
    try_rules(context, trial["trial_id"])
    result = asked(shared_stage, f"/v1/rule-trials/{trial['trial_id']}")["result"]
    assert result["changes"] > 0
    panel = page.locator(".trial")
    expect(panel).to_contain_text(f"共 {result['changes']} 项变化")
    expect(panel.locator("table").last.locator("tbody tr")).to_have_count(len(result["first"]))
    assert rejudged(shared_stage, trial, tmp_path) == {
        (each["change"], each["kind"], each["vehicle_id"], each["id"]) for each in result["first"]
    }
    keep_screenshot(page, "rules-trial-zh-dark")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    limits = json.loads(Path(download.value.path()).read_text())
    page.get_by_role("button", name="放弃修改").click()
    expect(page.get_by_text("没有修改")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="导入").click()
    chooser.value.set_files({"name": "limits.json", "mimeType": "application/json", "buffer": orjson.dumps(limits)})
    expect(page.get_by_text("已修改 1 项")).to_be_visible()
    page.get_by_role("button", name="生效").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("overspeed.limit_kmh")
    dialog.get_by_label("修改依据").fill("夏季限速")
    # Meanwhile somebody else puts settings in force: one that does not collide, and one that does.
    now = asked(shared_stage, "/v1/rule-settings")
    theirs = {"limits": {"city": {"overload.hold_s": 80, "overspeed.limit_kmh": 50}}, "reason": "他人修改"}
    answer = httpx.put(
        f"{shared_stage.base_url}/v1/rule-settings",
        json=theirs | {"expected_revision": now["revision"]},
        headers=as_user(shared_stage.database_url, "administrator"),
    )
    assert answer.status_code == 200, answer.text
    dialog.get_by_role("button", name="生效").click()
    both = page.locator(".meanwhile")
    expect(both.locator("[data-meanwhile='city overspeed.limit_kmh']")).to_contain_text("现在：50")
    expect(both.locator("[data-meanwhile='city overload.hold_s']")).to_contain_text("现在：80")
    assert_accessible(page)
    keep_screenshot(page, "rules-meanwhile-zh-dark")
    page.get_by_role("button", name="按所选保存").click()
    expect(page.locator(".toast", has_text="参数已生效")).to_be_visible()
    wanted = {"overload.hold_s": 80, "overspeed.limit_kmh": limits["city"]["overspeed.limit_kmh"]}
    assert asked(shared_stage, "/v1/rule-settings")["limits"]["city"] == wanted
    page.get_by_label("查找参数").fill("overspeed.limit_kmh")
    expect(page.locator(".levels")).to_contain_text("bureau")
    keep_screenshot(page, "rules-who-zh-dark")


def rejudged(stage: Stage, trial: dict[str, Any], folder: Path) -> set[tuple[str, str, str, str]]:
    """Return what `muckline rejudge --dry-run` says of the trial's range and limits."""
    limits = folder / "limits.json"
    limits.write_bytes(orjson.dumps(trial["limits"]))
    command = [sys.executable, "-m", "muckline", "rejudge", "--dry-run", "--json", "--workers", "1"]
    span = ["--limits", str(limits), "--from", trial["from_time"], "--to", trial["to_time"]]
    environment = os.environ | {"MUCKLINE_DATABASE__URL": stage.database_url}
    done = subprocess.run([*command, *span], env=environment, capture_output=True, check=True)
    lines = map(orjson.loads, done.stdout.splitlines())
    return {(each["change"], each["kind"], each["vehicle_id"], each["id"]) for each in lines}


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh"), ("light", "en")])
def test_every_page_can_be_read_by_everybody(
    shared_stage: Stage,
    browser_page: OpenPage,
    theme: str,
    language: str,
) -> None:
    page = opened(shared_stage, browser_page, PAGES[0], theme=theme, language=language)
    for name in PAGES:
        page.goto(f"/console/{name}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        keep_screenshot(page, f"{name}-{language}-{theme}")
        assert_page_accessible(page)


def test_pages_fit_a_phone(shared_stage: Stage, browser_page: OpenPage) -> None:
    page = opened(shared_stage, browser_page, PAGES[0], size=PHONE)
    for name in PAGES:
        page.goto(f"/console/{name}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        wide = page.evaluate("document.querySelector('main').scrollWidth - innerWidth")
        assert wide <= 0, f"{name}: expected no scrolling sideways, got {wide} px too much"
        keep_screenshot(page, f"{name}-phone")
