"""API documentation for people, served from this process alone.

FastAPI's own `/docs` fetches its scripts from a public CDN, which a city's network does not reach. Swagger UI comes
from an installed package instead, of which only the files are used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from base64 import b64encode
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.access.headers import POLICY

# Carries swagger-ui-bundle.js and swagger-ui.css in its folder `static`.
ASSETS_PACKAGE = "fastapi_offline"


def installed_assets() -> Path | None:
    """Return the folder of Swagger UI's files, None where the package is not installed."""
    spec = importlib.util.find_spec(ASSETS_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "static"


def mount_docs(app: FastAPI, assets: Path) -> None:
    """Serve Swagger UI at `/docs` from a folder with its files."""
    app.mount("/docs/assets", StaticFiles(directory=assets))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """Show the OpenAPI document."""
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} - API",
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/docs/assets/favicon.png",
            # Its badge would send the document's address to a server on the internet.
            swagger_ui_parameters={"validatorUrl": None},
        )
        page.headers["content-security-policy"] = policy_of(bytes(page.body).decode())
        return page


def policy_of(page: str) -> str:
    """Return the policy that lets a page run the scripts which are written in it, and no others."""
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    own = "script-src 'self'"
    return POLICY.replace(own, " ".join([own, *(f"'sha256-{each}'" for each in hashes)]))
