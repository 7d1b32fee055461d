"""The built console under `/console/`: static files, and one page for every address that the console itself knows.

Hashed files never change and are kept by browsers for good; the page that names them is asked for anew each time. Where
the console was not built a page says how.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "console"
PATH = "/console"
HASHED = "assets/"
# A year, the longest that caches honour. [s]
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Muckline</title>
<meta name="color-scheme" content="light dark">
<body style="font:16px/1.7 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 24px">
<h1 style="font-size:22px">监管平台尚未构建</h1><p>在检出目录运行 <code>make console</code>，然后刷新本页。</p>
<h2 style="font-size:18px" lang="en">The console is not built</h2>
<p lang="en">Run <code>make console</code> in the checkout and reload this page. The API works without it.</p>
"""


class ConsoleFiles(StaticFiles):
    """Serves the console's folder; an address without a file is a page of the console."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or the console's page."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND or path.startswith(HASHED):
                raise
            path = "index.html"
            response = await super().get_response(path, scope)
        response.headers["cache-control"] = FOR_GOOD if path.startswith(HASHED) else ASK_AGAIN
        return response


def mount_console(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the console at `/console/` and send who comes to `/` there."""

    async def start(_request: Request) -> Response:
        return RedirectResponse(f"{PATH}/")

    async def not_built(_request: Request) -> Response:
        return HTMLResponse(NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE, {"cache-control": "no-store"})

    app.add_route("/", start, include_in_schema=False)
    if (folder / "index.html").is_file():
        app.mount(PATH, ConsoleFiles(directory=folder, html=True), name="console")
    else:
        app.add_route(PATH, not_built, include_in_schema=False)
        app.add_route(PATH + "/{rest:path}", not_built, include_in_schema=False)
