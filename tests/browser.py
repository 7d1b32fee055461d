"""Debian's Chromium driven by Playwright: pages that tolerate no console error, no page error, no request elsewhere.

Tests ask for the fixture `browser_page`, and for `shared_stage`, a city of `tests.console_stage`.
"""

from __future__ import annotations

import os
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from embedded.programs import find_program, require_programs
from embedded.steps import told_on_stderr

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / ".muckline" / "screenshots"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"

# Software WebGL must be allowed by name, and Chromium has business of its own with hosts that tests must not reach.
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# Software WebGL on a shared machine is slow, not broken: what comes too late by a promise is measured, not waited for.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)
DESKTOP, WALL, PHONE = (1440, 900), (1920, 1080), (390, 844)
# A map has ground, streets, places and letters on it.
COLOURS_LEAST = 8
# Who is not logged in is told so by a status, which Chromium writes to the console.
NOT_LOGGED_IN = re.compile(r"status of 401 .*/v1/session")
# What software WebGL says of itself.
ABOUT_WEBGL = re.compile(r"GPU stall due to ReadPixels|Automatic fallback to software WebGL")


@dataclass
class Watch:
    """Complaints of one page and requests that would have left the host."""

    host: str
    allowed: tuple[re.Pattern[str], ...] = ()
    complaints: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Listen to everything that the page complains about."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complain(f"page error: {error}\n{error.stack}"))
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("crash", lambda _page: self._complain("the page crashed"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"console {message.type}: {message.text} {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self._complain(f"request off-host: {url}")

    def _complain(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in (NOT_LOGGED_IN, ABOUT_WEBGL, *self.allowed)):
            self.complaints.append(text)


OpenPage = Callable[..., Page]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Give a Chromium."""
    require_programs(["chromium"], told_on_stderr())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opening_pages(chromium: Browser) -> Iterator[OpenPage]:
    """Give a function that opens pages, each a browser of its own; what any of them complained of fails the test.

    Its arguments: `base_url`; `cookie` of `Stage.cookie` to be logged in; `size`; `theme` "dark" or "light"; `language`
    "zh" or "en"; `allowed` patterns of complaints that the test provokes; further ones of Playwright's `new_context`.
    """
    watches: list[Watch] = []
    contexts = []

    def opened(
        base_url: str,
        *,
        cookie: dict[str, str] | None = None,
        size: tuple[int, int] = DESKTOP,
        theme: str = "dark",
        language: str = "zh",
        allowed: tuple[str, ...] = (),
        **more: Any,
    ) -> Page:
        host = urlsplit(base_url).netloc
        context = chromium.new_context(
            base_url=base_url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="zh-CN",
            timezone_id="Europe/London",  # the console speaks the city's time wherever its reader is
            **more,
        )
        contexts.append(context)
        if language != "zh":
            context.add_init_script(f"localStorage.setItem('muckline.language', '{language}')")
        if cookie is not None:
            context.add_cookies([{"url": base_url, "httpOnly": True, "sameSite": "Strict", **cookie}])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watch = Watch(host, tuple(map(re.compile, allowed)))
        watch.attach(page)
        watches.append(watch)
        return page

    yield opened
    for context in contexts:
        context.close()
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


def keep_screenshot(page: Page, name: str) -> Path:
    """Write what the page shows to `.muckline/screenshots`, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    unfinished = path.with_suffix(f".{os.getpid()}.png")
    page.screenshot(path=unfinished)
    unfinished.replace(path)
    return path


def assert_accessible(page: Page) -> None:
    """Fail where axe-core finds what somebody cannot read or reach (WCAG 2.1 A and AA)."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", tags)
    told = [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]}\n    {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert not told, "\n".join(told)


def assert_drawn(page: Page, canvas: str = "canvas.maplibregl-canvas") -> None:
    """Fail where a map's canvas does not come to show more than one colour."""
    give_up_s = time.monotonic() + PATIENCE_MS / 1000
    while (colours := _colours(page, canvas)) <= COLOURS_LEAST:
        assert time.monotonic() < give_up_s, f"expected a drawn map, got {colours} colours"


def _colours(page: Page, canvas: str) -> int:
    shot = page.locator(canvas).first.screenshot()
    counted: int = page.evaluate(
        """async base64 => {
            const image = new Image();
            image.src = `data:image/png;base64,${base64}`;
            await image.decode();
            const paper = new OffscreenCanvas(160, 100).getContext('2d');
            paper.drawImage(image, 0, 0, 160, 100);
            return new Set(new Uint32Array(paper.getImageData(0, 0, 160, 100).data.buffer)).size;
        }""",
        b64encode(shot).decode(),
    )
    return counted
