"""What a test is answered is held against the API's own description: what is not described there fails the test.

Response models do not run when the API answers, so without this nothing would notice that they say something else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from api.app import create_app
from api.settings import ApiSettings
from firmware_contracts.transport import BrokerAddress

# Checked in Python, member by member: a truck's day of fixes would take longer than the test that asks for it.
BYTES_MOST = 100_000
JSON = re.compile(r"application/(geo\+)?json(;|$)")


def check_documented(response: httpx.Response) -> None:
    """Refuse a JSON answer with a member too few, too many, or other than its description says; a hook of httpx."""
    media_type = response.headers.get("content-type", "")
    if not response.is_success or not JSON.match(media_type):
        return
    content = response.read()
    wanted = _schema_of(response.request.method, response.request.url.path, response.status_code, media_type)
    if wanted is None or len(content) > BYTES_MOST:
        return
    faults = [_told(fault) for fault in _validator(wanted).iter_errors(response.json())]
    what = f"{response.request.method} {response.request.url.raw_path.decode()} {response.status_code}"
    assert not faults, (what, faults)


def _told(fault: Any) -> str:
    inner = [f"{_told(each)}" for each in (fault.context or ())]
    return f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]} {inner or ''}"


@cache
def _document() -> dict[str, Any]:
    app = create_app(ApiSettings(), "host=127.0.0.1 port=1", BrokerAddress(port=1))
    document = _closed(app.openapi())
    assert isinstance(document, dict)
    return document


def _closed(part: Any) -> Any:
    """Return a description in which an object has no members but those that are described."""
    if isinstance(part, list):
        return [_closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {name: _closed(value) for name, value in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """Return the pattern of each path; one that is written out comes before one that takes a name there."""
    paths = sorted(_document()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def _schema_of(method: str, path: str, status: int, media_type: str) -> str | None:
    """Return the JSON pointer of what an answer must be, None where the path is none of the description's."""
    name = next((name for pattern, name in _routes() if pattern.fullmatch(path)), None)
    if name is None:
        return None
    answers = _document()["paths"][name][method.lower()]["responses"]
    assert str(status) in answers, f"{method} {name}: {status} is not described"
    kind = media_type.partition(";")[0]
    assert kind in answers[str(status)].get("content", {}), f"{method} {name}: {kind} is not described"
    steps = ("paths", name, method.lower(), "responses", str(status), "content", kind, "schema")
    return "#/" + "/".join(
        step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for step in steps
    )


@cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": pointer, **_document()})
