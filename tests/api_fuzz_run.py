"""Asking one operation of the API with made-up requests, and what came of it."""

from __future__ import annotations

import copy
import json
import random
import re
import time
import warnings
from collections import Counter, deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api_fuzz_asker import ASKER, AT_ONCE, AT_ONCE_OF_ONE, Asker
from tests.api_fuzz_cases import BODIES, PARTS, REGISTER_ID, Known, lay_over, there_in_path
from tests.api_fuzz_edges import edges
from tests.test_api_scope import OURS, ids, path_values

MODES = {"positive": GenerationMode.POSITIVE, "negative": GenerationMode.NEGATIVE}
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
# Of each status of an operation, so many answers are held against the description.
CHECKED_MOST = 6
# They answer until the client leaves.
ENDLESS = ("/v1/events/stream", "/v1/cases/stream")
# There is no broker here, and it says so.
HONEST_503 = "GET /readyz"
# A request that takes longer is told of: nothing that a stranger makes up should.
SLOW_S = 5.0
TIDY_EVERY = 40


@dataclass
class Tally:
    """What came of an operation.

    Attributes:
        statuses: How often which status came.
        problems: How often which type of problem.
        mistakes: What was answered with a mistake of ours, as commands.
        contradictions: What the description does not say, the first of each kind.
        slow: What took long.
    """

    name: str
    role: str
    seed: int
    asked: int = 0
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    contradictions: dict[str, str] = field(default_factory=dict)
    slow: list[str] = field(default_factory=list)


def told(answer: requests.Response) -> str:
    """Return a request and its answer, cut short."""
    request = answer.request
    body = request.body if isinstance(request.body, str) else (request.body or b"").decode("utf-8", "backslashreplace")
    kind = request.headers.get("content-type", "")
    return f"{request.method} {request.url} {kind} {body[:1000]!r} -> {answer.status_code} {answer.text[:400]}"


def resolved(document: Any, value: Any, depth: int = 12) -> Any:
    """Return a part of a description with its references filled in."""
    if isinstance(value, dict):
        if "$ref" in value and depth:
            found: Any = document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            return resolved(document, found, depth - 1)
        return {key: resolved(document, inner, depth) for key, inner in value.items()}
    return [resolved(document, inner, depth) for inner in value] if isinstance(value, list) else value


def known_of(document: dict[str, Any], name: str) -> Known:
    """Return what the description says about an operation."""
    method, _, path = name.partition(" ")
    description = resolved(document, document["paths"][path][method.lower()])
    bodies = list(BODIES.get(name, []))
    for content in description.get("requestBody", {}).get("content", {}).values():
        bodies += [content["schema"]["example"]] if "example" in content["schema"] else []
    return Known(name, description, bodies)


def look_at_it(asker: Asker, known: Known, rng: random.Random) -> None:
    """Read the thing that an operation is about, and its version."""
    path = known.path.removesuffix("/steps")
    if known.method not in ("PUT", "PATCH", "DELETE") and path == known.path:
        return
    if path not in asker_paths(asker):
        return
    answer = asker.get(path.format(**(there_in_path(path, rng) | path_of_ours(path))))
    known.current = answer.json() if answer.status_code == 200 else None


_PATHS: dict[str, set[str]] = {}


def asker_paths(asker: Asker) -> set[str]:
    """Return the paths that can be read."""
    if asker.base_url not in _PATHS:
        document = asker.get("/openapi.json").json()["paths"]
        _PATHS[asker.base_url] = {path for path, item in document.items() if "get" in item}
    return _PATHS[asker.base_url]


def path_of_ours(path: str) -> dict[str, str]:
    """Return the parts of a path that name what is the asker's."""
    return path_values(path, OURS) or {}


def make_one(asker: Asker, known: Known, case: Any) -> None:
    """Let a case name something made a moment ago, which may be taken away again."""
    above, _, part = known.path.rpartition("/{")
    part = part.rstrip("}")
    if above not in MAKERS:
        return
    known.made += 1
    register = REGISTER_ID.get(above.removeprefix("/v1/"))
    body = MAKERS[above] | ({register: f"d-{known.made}"} if register else {})
    answer = asker.post(above, body)
    if answer.status_code == 201:
        made = answer.json()
        case.path_parameters[part] = f"d-{known.made}" if register else made[part if part in made else "channel_id"]
        if register and "version" in case.query:
            case.query["version"] = made["version"]


SQUARE = {"type": "Polygon", "coordinates": [[[119.95, 31.8], [119.953, 31.8], [119.953, 31.802], [119.95, 31.8]]]}
# What is made to be taken away.
MAKERS: dict[str, Any] = {
    "/v1/companies": {"name": "一"},
    "/v1/vehicle-register": {"plate": "苏D12345", "company_id": f"K-{OURS}"},
    "/v1/drivers": {"name": "王建国", "company_id": f"K-{OURS}"},
    "/v1/sites": {"name": "一", "geometry": SQUARE},
    "/v1/dump-points": {"name": "一", "geometry": SQUARE},
    "/v1/corridors": {
        "name": "一",
        "half_width_m": 50,
        "geometry": {"type": "LineString", "coordinates": [[119.95, 31.8], [119.953, 31.8]]},
    },
    "/v1/zones": {"name": "一", "rule": "forbidden", "geometry": SQUARE},
    "/v1/districts": {"name": "一", "geometry": SQUARE},
    "/v1/api-keys": {"label": "x", "permissions": ["exchange"], "user": ASKER},
    "/v1/shares": {"kind": "case", "case_id": ids(OURS)["case"], "hours": 1},
    "/v1/channels": {"name": "一", "url": "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"},
    "/v1/webhooks": {"name": "一", "url": "https://muck.example/x", "document_types": ["case"]},
    "/v1/subscriptions": {"name": "一", "channel_ids": [ids(OURS)["channel"]], "min_severity": 1},
}


@dataclass
class Run:
    """The asking of one operation.

    Attributes:
        examples: Requests of each mode at least.
        ends_s: No request begins after this. [s]
        variations: So many requests are made of each example, with other things laid over it.
    """

    asker: Asker
    operation: Any
    known: Known
    tally: Tally
    examples: int
    rng: random.Random
    ends_s: float = float("inf")
    variations: int = 1
    _asked: deque[Future[tuple[requests.Response, float]]] = field(default_factory=deque)

    def all(self) -> Tally:
        """Ask in both modes, and again where a mode could make only few."""
        began_s = time.monotonic()
        if not self.is_safe:
            self.asker.tidy()
            look_at_it(self.asker, self.known, self.rng)
        if "/imports/" in self.known.path:
            self._read_files()
        for mode in MODES:
            self._some(mode, self.examples)
        for _ in range(self.examples):
            left = 2 * self.examples - self.tally.asked
            if left <= 0 or time.monotonic() > self.ends_s:
                break
            self._some("positive", left)
        self.edges()
        self.tally.seconds = round(time.monotonic() - began_s, 1)
        return self.tally

    @property
    def is_safe(self) -> bool:
        """Tell whether asking changes nothing."""
        return self.known.method == "GET"

    def _read_files(self) -> None:
        for register in PARTS["register_name"]:
            for path in (f"/v1/{register}.csv", f"/v1/imports/{register}/template.csv", f"/v1/{register}.geojson"):
                answer = self.asker.get(path)
                self.known.files += [answer.content] if answer.status_code == 200 else []
            rows = self.asker.get(f"/v1/{register}").json()
            items = next((value for value in rows.values() if isinstance(value, list)), [])
            self.known.files.append(json.dumps(items, ensure_ascii=False).encode())

    def _some(self, mode: str, examples: int) -> None:
        run = settings(
            max_examples=-(-examples // self.variations),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the maker of examples, about schemas that leave it little choice
            try:
                strategy = self.operation.as_strategy(generation_mode=MODES[mode])
                seeded(self.rng.randrange(2**32))(run(given(case=strategy)(self._asking(mode))))()
            except Unsatisfiable:
                return  # nothing wrong can be made of an operation without parameters
            finally:
                while self._asked:
                    self._note_next()

    def _asking(self, mode: str) -> Any:
        def asked(case: Any) -> None:
            made = (dict(case.path_parameters or {}), dict(case.query or {}), case.body)
            for _ in range(self.variations):
                case.path_parameters, case.query, case.body = copy.deepcopy(made)
                if time.monotonic() < self.ends_s:
                    lay_over(case, self.known, mode, self.rng)
                    self._ask(case)

        return asked

    def edges(self) -> None:
        """Ask with each value that programs stumble over, in each place."""
        for made in edges(self.known, self.rng)[: 2 * self.examples]:
            if time.monotonic() < self.ends_s:
                self._ask(self.operation.Case(**made))
        while self._asked:
            self._note_next()

    def _ask(self, case: Any) -> None:
        if self.known.method == "DELETE" and self.rng.random() < 0.6:
            make_one(self.asker, self.known, case)
        cookies = self._cookies()
        try:
            request = case.as_transport_kwargs(base_url=self.asker.base_url, headers=self.asker.headers)
        except (ValueError, UnicodeError):
            return  # what no client can send
        if cookies:
            request["headers"] = dict(request["headers"]) | {"sec-fetch-site": "same-origin"}
            request["headers"].pop("authorization", None)
            request["cookies"] = cookies
        while len(self._asked) >= (AT_ONCE if self.known.current is None else AT_ONCE_OF_ONE):
            self._note_next()
        self._asked.append(self.asker.threads.submit(self.asker.send, request, self.known.path in ENDLESS))

    def _note_next(self) -> None:
        try:
            answer, took_s = self._asked.popleft().result()
        except (ValueError, UnicodeError):
            return  # likewise
        self._note(answer, took_s)

    def _cookies(self) -> dict[str, str] | None:
        if self.known.name not in ("POST /v1/session/refresh", "DELETE /v1/session") or self.rng.random() < 0.3:
            return None
        return self.asker.log_in()

    def _note(self, answer: requests.Response, took_s: float) -> None:
        tally, status = self.tally, answer.status_code
        tally.asked += 1
        tally.statuses[str(status)] += 1
        problem = ""
        if answer.headers.get("content-type", "").startswith("application/problem+json"):
            problem = str(answer.json().get("type", "")).rpartition("/")[2]
            tally.problems[f"{status} {problem}"] += 1
        if status >= 500 and (status, self.known.name) != (503, HONEST_503):
            tally.mistakes.append(told(answer))
        if took_s > SLOW_S:
            tally.slow.append(f"{took_s:.1f} s {told(answer)}")
        if tally.statuses[str(status)] <= CHECKED_MOST and not (self.known.path in ENDLESS and status == 200):
            self._check(answer, problem)
        self._learn(answer, status)
        if status in (401, 403):
            self.asker.restore()
        if problem.startswith("too-many") or (not self.is_safe and tally.asked % TIDY_EVERY == 0):
            self.asker.tidy()

    def _check(self, answer: requests.Response, problem: str) -> None:
        try:
            self.operation.Case().validate_response(answer, checks=CHECKS)
        except InvalidSchema:
            return  # schemathesis 4.32 does not know what a list of fixed length is
        except FailureGroup as group:
            for failure in group.exceptions:
                name = f"{answer.status_code} {problem} {type(failure).__name__}"
                self.tally.contradictions.setdefault(name, f"{told(answer)} :: {str(failure)[:600]}")

    def _learn(self, answer: requests.Response, status: int) -> None:
        if status not in (200, 201) or "json" not in answer.headers.get("content-type", ""):
            return
        if self.is_safe and b'"next":"' not in answer.content[-400:]:
            return
        body = answer.json()
        if not isinstance(body, dict):
            return
        if isinstance(body.get("next"), str) and "cursor=" in body["next"]:
            cursor = re.search(r"cursor=([^&]+)", body["next"])
            if cursor and len(self.known.cursors) < 20:
                self.known.cursors.append(cursor[1])
        if self.known.current is not None:
            self.known.current = body


def operations(document: dict[str, Any]) -> list[str]:
    """Return the names of all operations."""
    return [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item]


def run_operation(
    schema: Any, document: dict[str, Any], asker: Asker, name: str, *, role: str, seed: int, examples: int, **more: Any
) -> Tally:
    """Ask one operation and return what came of it."""
    method, _, path = name.partition(" ")
    tally, rng = Tally(name, role, seed), random.Random(f"{seed} {name}")
    return Run(asker, schema[path][method], known_of(document, name), tally, examples, rng, **more).all()
