"""The API's description is complete, is true of its errors, and can be read without leaving the host."""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.app import ROUTERS, create_app
from api.docs import mount_docs
from api.errors import PROBLEM_URI, PROBLEMS, BadLimitsError
from api.settings import ApiSettings
from tests.api_server import NO_BROKER

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


def ask(app: FastAPI, path: str) -> httpx.Response:
    """Return an answer without a server; what needs the database cannot be asked so."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://muck") as client:
            return await client.get(path)

    return asyncio.run(get())


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(ApiSettings(), "host=127.0.0.1 port=1", NO_BROKER)


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return ask(app, "/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in HTTP_METHODS
            yield path, operation


def test_every_operation_says_what_it_is_for_and_what_its_parameters_mean(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        for parameter in operation.get("parameters", []):
            described = parameter.get("description") or parameter["schema"].get("format") == "uuid"
            assert described or parameter["name"] == "name", (path, parameter["name"])


def test_every_error_is_documented_as_a_problem_with_its_example(document: dict[str, Any]) -> None:
    known = {PROBLEM_URI.format(type=kind.name): kind.status for kind in PROBLEMS.values()}
    for path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) < 400:
                continue
            (media_type,) = response["content"]
            assert media_type == "application/problem+json", (path, status)
            for example in response["content"][media_type].get("examples", {}).values():
                assert known[example["value"]["type"]] == int(status) == example["value"]["status"]


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', str(document).replace("'", '"'))):
        assert name in document["components"]["schemas"]


def test_main_answers_carry_an_example(document: dict[str, Any]) -> None:
    for name in ("Vehicle", "Track", "Latest", "Trip", "EventAnswer"):
        assert document["components"]["schemas"][name]["example"], name


def test_a_router_stands_in_the_table_once() -> None:
    assert len(set(map(id, ROUTERS))) == len(ROUTERS)


def test_swagger_ui_is_served_from_here_alone(tmp_path: Path) -> None:
    (tmp_path / "swagger-ui-bundle.js").write_text("// the bundle")
    (tmp_path / "swagger-ui.css").write_text("/* the style */")
    app = FastAPI(docs_url=None)
    mount_docs(app, tmp_path)
    page = ask(app, "/docs").text
    assert not re.findall(r"""(?:src|href|url)\s*[=:]\s*["'](?:https?:)?//""", page)
    assert '"validatorUrl": null' in page
    for asset in re.findall(r"/docs/assets/[\w.-]+\.(?:js|css)", page):
        assert ask(app, asset).status_code == 200


def test_the_policy_of_swagger_ui_lets_its_own_script_run_and_no_other(tmp_path: Path) -> None:
    app = FastAPI(docs_url=None)
    mount_docs(app, tmp_path)
    answer = ask(app, "/docs")
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["connect-src"] == "'self'"


def test_a_mistake_of_ours_tells_nothing_of_itself() -> None:
    app = create_app(ApiSettings(), "host=127.0.0.1 port=1", NO_BROKER)

    @app.get("/mistake")
    async def mistake() -> None:
        raise RuntimeError("password=hunter2")

    response = ask(app, "/mistake")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert response.json()["type"] == "/problems/internal-error"
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text


def test_a_detail_that_repeats_half_a_character_is_still_written() -> None:
    app = create_app(ApiSettings(), "host=127.0.0.1 port=1", NO_BROKER)

    @app.get("/half")
    async def half() -> None:
        raise BadLimitsError("expected a setting, got \ud800")

    response = ask(app, "/half")
    assert (response.status_code, response.json()["detail"]) == (422, "expected a setting, got \\ud800")
