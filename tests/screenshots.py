"""Take the pictures of the README: a demo of its own, its three logins, real pages.

    .venv/bin/python -m tests.screenshots                                  # starts a demo, three to five minutes
    .venv/bin/python -m tests.screenshots --url http://127.0.0.1:8400      # takes them of a demo that runs
    .venv/bin/python -m tests.screenshots --only live,wall                 # some of them

They go to `docs/screenshots/`, in as few colours and bytes as look the same.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

from muckline.demo_accounts import PASSWORD
from tests.browser import DESKTOP, PHONE, WALL, running_chromium

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
# A README with a dozen of them is still read over a telephone.
MOST_BYTES = 250_000
COMMON, RARE = 192, 64
# Until every rule has found something and trucks are all over the city. [s]
EVENTFUL_S = 150.0
UP_S = 120.0
# Longest that the demo lives, should this program be killed. [s]
DEMO_S = 1500
PATIENCE_MS = 60_000
# What is played back: how the truck came to where it dumped, and where it went.
LOOK_BACK, LOOK_ON = timedelta(minutes=20), timedelta(minutes=6)
SETTLED_MS = 3_500
MAP_READY = "[data-ready='true']:not([data-positions='0'])"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.

    Attributes:
        name: Of its file.
        account: Who looks.
        path: Of the page, with what `to_look_at` returns filled in.
        shown: What is there once the page can be looked at.
    """

    name: str
    account: str
    path: str
    shown: str
    size: tuple[int, int] = DESKTOP
    theme: str = "dark"
    language: str = "zh"
    then: Callable[[Page], None] | None = None


def previewed(page: Page) -> None:
    """Put a case beside the list."""
    page.keyboard.press("j")
    rested(page)


def rested(page: Page) -> None:
    """Wait for a map that is near: software draws it slowly."""
    page.wait_for_timeout(8_000)


def located(page: Page) -> None:
    """Ask for the trucks around the place of the dumping."""
    page.get_by_role("button", name="我的位置").tap()
    page.locator(".near-rows").wait_for()


def half_played(page: Page) -> None:
    """Let the truck of the playback be under way."""
    rested(page)
    page.keyboard.press("Space")
    page.wait_for_timeout(1_500)
    page.keyboard.press("Space")


SHOTS = (
    Shot("live", "supervisor", "/console/", MAP_READY),
    Shot("live-light", "supervisor", "/console/", MAP_READY, theme="light", language="en"),
    Shot("truck", "supervisor", "/console/?truck={truck}", ".truck-card", then=rested),
    Shot("cases", "supervisor", "/console/cases", "main table, main li", then=previewed),
    Shot("case", "supervisor", "/console/cases/{case}", "canvas.maplibregl-canvas", then=rested),
    Shot(
        "playback",
        "inspector",
        "/console/playback?vehicle={truck}&from={since}&to={until}&at={at}",
        "canvas.maplibregl-canvas",
        then=half_played,
    ),
    Shot("wall", "supervisor", "/console/wall", MAP_READY, size=WALL),
    Shot("statistics", "supervisor", "/console/statistics", "main h1, main h2", theme="light"),
    Shot("company", "company", "/console/", MAP_READY, theme="light"),
    Shot("phone", "inspector", "/console/", ".alert-row", size=PHONE, then=located),
    Shot(
        "phone-truck", "inspector", "/console/?truck={truck}", ".truck-card", size=PHONE, theme="light", language="en"
    ),
)


@contextmanager
def running_demo() -> Iterator[str]:
    """Give the address of a demo in an empty home of its own; it is ended and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="muckline-screenshots-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # the database runs as another user
        (home / "software").symlink_to(ROOT / ".muckline" / "software")
        environment = os.environ | {"MUCKLINE_EMBEDDED__HOME": folder, "MUCKLINE_API__PORT": "0"}
        command = [sys.executable, "-m", "muckline", "demo", "--seconds", str(DEMO_S)]
        said = (home / "said").open("w+")
        demo = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield address_in(home / "said", demo)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
            said.close()
            # Its database and broker would go on for the next demo, which never comes.
            subprocess.run([sys.executable, "-m", "muckline", "down"], env=environment, cwd=ROOT, check=True)


def address_in(said: Path, demo: subprocess.Popen[bytes]) -> str:
    """Return the address that the demo tells once it is up."""
    deadline_s = time.monotonic() + UP_S
    while time.monotonic() < deadline_s and demo.poll() is None:
        found = re.search(r"(http://\S+)/docs", said.read_text())
        if found:
            return found[1]
        time.sleep(0.5)
    sys.exit(f"expected the demo to be up within {UP_S:.0f} s, it said:\n{said.read_text()}")


@contextmanager
def supervisor(base_url: str) -> Iterator[httpx.Client]:
    """Give a client of the API in the supervisor's name."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        answer = client.post("/v1/session", json={"name": "supervisor", "password": PASSWORD, "token": True})
        client.headers["authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        yield client


def to_look_at(client: httpx.Client, wait_s: float) -> dict[str, str]:
    """Wait until the city is eventful; return a case and the truck that it is about."""
    deadline_s = time.monotonic() + wait_s
    while True:
        cases = listed(client)
        dumped = [case for case in cases if case["kind"] == "illegal_dumping" and case["position"]]
        if dumped and time.monotonic() >= deadline_s:
            break
        if time.monotonic() > deadline_s + EVENTFUL_S:
            sys.exit(f"expected a case of illegal dumping, got {[case['kind'] for case in cases]}")
        time.sleep(2.0)
    case = min(dumped, key=lambda one: (one["status"] != "new", one["start"]))
    found = datetime.fromisoformat(case["start"])
    times = {"since": found - LOOK_BACK, "until": found + LOOK_ON, "at": found}
    shown = {name: f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for name, instant in times.items()}
    lon, lat = case["position"]["coordinates"]
    return {"case": case["case_id"], "truck": case["vehicle_id"], "lon": str(lon), "lat": str(lat), **shown}


def listed(client: httpx.Client) -> list[dict[str, Any]]:
    """Return the cases, newest first."""
    cases: list[dict[str, Any]] = client.get("/v1/cases", params={"limit": 100}).raise_for_status().json()["cases"]
    return cases


def work_some(client: httpx.Client, but: str) -> None:
    """Take up cases as a duty officer would have by now: of three one is left, one taken up, one sent to somebody."""
    for at, case in enumerate(listed(client)):
        steps: tuple[dict[str, str], ...] = ({"step": "acknowledge"}, {"step": "assign", "assignee": "inspector"})
        version = case["version"]
        for step in steps[: at % 3] if case["status"] == "new" and case["case_id"] != but else ():
            body = {**step, "expected_version": version}
            answer = client.post(f"/v1/cases/{case['case_id']}/steps", json=body).raise_for_status()
            version = answer.json()["version"]


def cookies_of(chromium: Browser, base_url: str, account: str) -> Any:
    """Log in as people do and return what the browser keeps of it."""
    page = chromium.new_page(base_url=base_url, locale="zh-CN")
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/console/nowhere")
    page.get_by_label("用户名").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator(".top-bar").wait_for()
    state = page.context.storage_state()
    page.context.close()
    return state


def take(chromium: Browser, base_url: str, state: Any, shot: Shot, named: dict[str, str]) -> Path:
    """Take one picture."""
    phone: dict[str, Any] = (
        {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if shot.size == PHONE else {}
    )
    context = chromium.new_context(
        base_url=base_url,
        storage_state=state,
        viewport={"width": shot.size[0], "height": shot.size[1]},
        color_scheme="light" if shot.theme == "light" else "dark",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation={"longitude": float(named["lon"]), "latitude": float(named["lat"])},
        **phone,
    )
    context.grant_permissions(["geolocation"])
    context.add_init_script(f"localStorage.setItem('muckline.language', '{shot.language}')")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(shot.path.format(**named))
    page.locator(shot.shown).first.wait_for(state="attached")
    page.wait_for_timeout(SETTLED_MS)
    if shot.then is not None:
        shot.then(page)
    path = FOLDER / f"{shot.name}.png"
    path.write_bytes(small(page.screenshot()))
    context.close()
    return path


def small(png: bytes) -> bytes:
    """Return the picture in 256 colours: those of its great areas, and those of its rare bright marks."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    areas = whole.quantize(COMMON, Image.Quantize.MEDIANCUT, kmeans=3).getpalette() or []
    marks = whole.quantize(RARE, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(areas[: 3 * COMMON] + marks[: 3 * RARE])
    written = BytesIO()
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    if len(written.getvalue()) > MOST_BYTES:
        sys.exit(f"expected a picture of at most {MOST_BYTES} bytes, got {len(written.getvalue())}")
    return written.getvalue()


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="of a demo that runs already")
    parser.add_argument("--only", help="names of pictures, with commas", default="")
    asked = parser.parse_args()
    wanted = [shot for shot in SHOTS if not asked.only or shot.name in asked.only.split(",")]
    FOLDER.mkdir(parents=True, exist_ok=True)
    if asked.url:
        take_all(asked.url, wanted, wait_s=0.0)
    else:
        with running_demo() as base_url:
            take_all(base_url, wanted, wait_s=EVENTFUL_S)


def take_all(base_url: str, shots: list[Shot], wait_s: float) -> None:
    """Take the pictures of a running demo and say how large they are."""
    with supervisor(base_url) as client:
        named = to_look_at(client, wait_s)
        work_some(client, but=named["case"])
    with running_chromium() as chromium:
        states = {account: cookies_of(chromium, base_url, account) for account in {shot.account for shot in shots}}
        for shot in shots:
            path = take(chromium, base_url, states[shot.account], shot, named)
            print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
