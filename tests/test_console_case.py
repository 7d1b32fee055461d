"""A case's page in a real browser: every number is the API's, photos go in, the evidence comes out (U3)."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from typer.testing import CliRunner

from muckline.cli import app
from tests.browser import PHONE, OpenPage, keep_screenshot
from tests.console_night import Night, add_night, assert_page_accessible
from tests.console_stage import Stage

pytestmark = pytest.mark.services

Staged = tuple[Stage, Night]


@pytest.fixture(scope="module")
def staged_night(shared_stage: Stage) -> Staged:
    """Return a stage on which one truck has driven its night."""
    return shared_stage, add_night(shared_stage)


def get(stage: Stage, path: str, **parameters: Any) -> Any:
    """Return what the API answers to the bureau."""
    cookie = stage.cookie()
    answer = httpx.get(stage.base_url + path, params=parameters, cookies={cookie["name"]: cookie["value"]}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def case_of(stage: Stage, night: Night, kind: str) -> dict[str, Any]:
    """Return the night's case of a kind."""
    cases = get(stage, "/v1/cases", vehicle_id=night.vehicle_id, kind=kind)["cases"]
    case: dict[str, Any] = get(stage, f"/v1/cases/{cases[0]['case_id']}")
    return case


def interval(night: Night) -> str:
    """Return the night as the API and the console's addresses have it."""
    first, last = (
        f"{datetime.fromtimestamp(ms / 1000).astimezone().isoformat()}" for ms in (night.start_ms, night.end_ms + 1000)
    )
    return f"{first}/{last}"


def taken(page: Page, folder: Path, which: str) -> Path:
    """Take one of the evidence files from the open page."""
    page.locator(".case-head summary:has-text('证据')").click()
    with page.expect_download() as download:
        page.locator(f"[data-evidence={which}]").click()
    path = folder / f"{which}.{which[:3]}"
    download.value.save_as(path)
    expect(page.locator(".case-head summary:has-text('下载证据')")).to_be_visible()
    return path


def test_every_number_of_a_case_is_the_api_s(staged_night: Staged, browser_page: OpenPage, tmp_path: Path) -> None:
    stage, night = staged_night
    case = case_of(stage, night, "overspeed")
    event = get(stage, f"/v1/events/{case['events'][0]}")
    page: Page = browser_page(stage.base_url, cookie=stage.cookie(), accept_downloads=True)
    page.goto(f"/console/cases/{case['case_id']}")
    shown = page.locator(f'[data-event="{event["event_id"]}"] [data-member]')
    expect(shown.first).to_be_visible()
    told = shown.evaluate_all("all => all.map(one => [one.dataset.member, one.dataset.value, one.textContent])")
    members = {name: (json.loads(value), text) for name, value, text in told}
    assert {"opening.limit_kmh", "closing.max_speed_mps", "opening.hold_s", "closing.duration_s"} <= members.keys()
    for name, (value, _text) in members.items():
        part, _, member = name.partition(".")
        assert value == event[part][member], name
    assert members["opening.limit_kmh"][1] == f"{event['opening']['limit_kmh']:g} km/h"
    assert members["closing.max_speed_mps"][1] == f"{round(event['closing']['max_speed_mps'] * 3.6, 1):g} km/h"
    threshold = page.locator("[data-panel=speed] .chart-threshold[data-value]").first
    expect(threshold).to_have_attribute("data-value", f"{event['opening']['limit_kmh']:g}")
    # The cursor stands where the event begins; the panels read what the fix says.
    expect(page.locator("[data-reading=speed]")).to_have_text(f"{event['opening']['max_speed_mps'] * 3.6:.0f} km/h")
    expect(page.locator(".timeline li")).to_have_count(len(case["steps"]))
    assert_page_accessible(page)
    keep_screenshot(page, "case-zh-dark")

    # A photo goes in with a comment, and the signed bundle comes out.
    picture = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(picture, "JPEG")
    page.keyboard.press("m")
    page.locator("dialog input[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(page.locator("dialog .photo img")).to_be_visible()
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".timeline .photo img")).to_be_visible()
    assert len(case_of(stage, night, "overspeed")["steps"][-1]["photos"]) == 1
    key = tmp_path / "public.pem"
    key.write_text(next(one["pem"] for one in get(stage, "/v1/evidence/keys")["keys"] if one["current"]))
    for language in ("zh", "en"):
        bundle = taken(page, tmp_path, f"zip-{language}")
        checked = CliRunner().invoke(app, ["evidence", "verify", str(bundle), "--key", str(key)])
        assert checked.exit_code == 0, checked.output
        pages = PdfReader(taken(page, tmp_path, f"pdf-{language}")).pages
        assert case["case_no"] in "".join(sheet.extract_text() for sheet in pages)
    bundle.write_bytes(bundle.read_bytes().replace(case["case_no"].encode(), b"2026-999999", 1))
    assert CliRunner().invoke(app, ["evidence", "verify", str(bundle), "--key", str(key)]).exit_code == 1

    phone: Page = browser_page(
        stage.base_url, cookie=stage.cookie("inspector"), size=PHONE, theme="light", language="en"
    )
    phone.goto(f"/console/cases/{case['case_id']}")
    expect(phone.locator(".timeline li").first).to_be_attached()
    assert phone.locator(".case-actions .button").first.bounding_box()["height"] >= 44  # type: ignore[index]
    assert_page_accessible(phone)
    keep_screenshot(phone, "case-phone-en-light")
