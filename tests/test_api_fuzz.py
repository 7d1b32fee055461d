"""What a machine makes up of the API's own description: no request whatever is answered with a mistake of ours.

Operations are asked with made-up values, right and wrong ones, in the name of an administrator; a 5xx fails. Most ids
in paths are of things that are there, most of them the asker's own, or what comes behind them would never be reached.
A run of all tests asks some operations for some seconds, others each time; all of them are asked 500 times each by

    MUCKLINE_FUZZ_EXAMPLES=500 .venv/bin/pytest tests/test_api_fuzz.py
"""

from __future__ import annotations

import math
import os
import random
import time
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation import GenerationMode

from tests.api_server import as_user, serving
from tests.test_api_scope import OURS, add_city, owner, path_values

IS_WHOLE = "MUCKLINE_FUZZ_EXAMPLES" in os.environ
# A whole run takes an hour or two.
pytestmark = [pytest.mark.services, pytest.mark.timeout(0 if IS_WHOLE else 180)]

EXAMPLES = int(os.environ.get("MUCKLINE_FUZZ_EXAMPLES", "3"))
# Of a short run; it begins with other operations each time.
SECONDS = math.inf if IS_WHOLE else 25.0
# How many of the paths get ids of things that are there.
THERE_SHARE = 0.75
# There is no broker here, and it says so.
HONEST_503 = "GET /readyz"
ASKER = owner(OURS)
# Back to what it was, also after it has changed itself.
ADMINISTRATOR = """
    update users set role = 'administrator', disabled_at = null, must_change_password = false, company_id = null,
        district_ids = '{}' where name = %s
"""
# They answer until the client leaves.
ENDLESS = ("/v1/events/stream", "/v1/cases/stream")
# Asked for a hundred times, these only lock their asker out, log it out, or make hashes of passwords.
LEFT_OUT = ("/v1/session", "/v1/session/refresh", "/v1/session/password")


@pytest.fixture(scope="module")
def server(database_server: Any, _migrated_template: str) -> Iterator[tuple[httpx.Client, str]]:
    from tests.conftest import _copied

    without_end = {"requests_per_minute": 10**9, "exports_per_minute": 10**9}
    with _copied(database_server, _migrated_template) as url, serving(url, viewer=None, **without_end) as client:
        add_city(url)
        yield client, url


def logged_in(url: str) -> dict[str, str]:
    """Return the header of the asker, who is an administrator again."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ADMINISTRATOR, [ASKER])
    return as_user(url, "administrator", name=ASKER)


def test_made_up_requests_meet_no_mistake_of_ours(server: tuple[httpx.Client, str]) -> None:
    client, url = server
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    asked: dict[str, int] = {}
    mistakes: list[tuple[str, int, str]] = []

    operations = [result.ok() for result in schema.exclude(path=[*ENDLESS, *LEFT_OUT]).get_all_operations()]
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    rng.shuffle(operations)
    ends_s = time.monotonic() + SECONDS
    for operation in operations:
        if time.monotonic() > ends_s:
            break
        name = f"{operation.method.upper()} {operation.path}"
        there, headers = path_values(operation.path, OURS) or {}, logged_in(url)

        def ask(case: Any, name: str = name, there: dict[str, str] = there, headers: dict[str, str] = headers) -> None:
            if rng.random() < THERE_SHARE:
                case.path_parameters.update(there)
            try:
                answer = case.call(base_url=str(client.base_url), headers=headers, timeout=60)
            except (ValueError, UnicodeError):
                return  # what no client can send
            asked[name] = asked.get(name, 0) + 1
            if answer.status_code >= 500 and (answer.status_code, name) != (503, HONEST_503):
                mistakes.append((name, answer.status_code, f"{case.as_curl_command()}"[:600]))

        run = settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the maker of examples, about schemas that leave it little choice
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    operation.as_strategy(generation_mode=mode)
                except Exception:  # noqa: BLE001, S112 - nothing wrong can be made of an operation without parameters
                    continue
                run_one(operation.as_strategy(generation_mode=mode), ask, run)
    assert mistakes == [], f"seed {seed}"
    assert asked


def run_one(strategy: Any, ask: Any, run: settings) -> None:
    """Ask with made-up cases; a strategy that can make none is none."""
    from hypothesis import given
    from hypothesis.errors import Unsatisfiable

    try:
        run(given(case=strategy)(ask_with(ask)))()
    except Unsatisfiable:
        return


def ask_with(ask: Any) -> Any:
    def asked(case: Any) -> None:
        ask(case)

    return asked
