"""What a machine makes up of the API's own description: no request whatever is answered with a mistake of ours.

A run of all tests asks some operations a few times for some seconds, others each time. `make fuzz` asks all of them 500
times each; docs/api-fuzzing.md says what came of it.
"""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.api_fuzz_asker import fresh_api, prepare
from tests.api_fuzz_run import operations, run_operation

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]

# Of each mode.
EXAMPLES = 3
# It begins with other operations each time.
SECONDS = 20.0


def test_made_up_requests_meet_no_mistake_of_ours(database_server: Any, _migrated_template: str) -> None:  # noqa: PT019 - its name is wanted
    seed = random.randrange(10**6)
    asked, answered, mistakes = 0, 0, []
    with fresh_api(database_server, _migrated_template, "administrator", prepare) as (schema, document, asker):
        names = operations(document)
        random.Random(seed).shuffle(names)
        ends_s = time.monotonic() + SECONDS
        for name in names:
            if time.monotonic() > ends_s:
                break
            tally = run_operation(
                schema, document, asker, name, role="administrator", seed=seed, examples=EXAMPLES, ends_s=ends_s
            )
            asked += tally.asked
            answered += sum(count for status, count in tally.statuses.items() if status[0] == "2")
            mistakes += tally.mistakes
    assert mistakes == [], f"seed {seed}"
    assert answered, f"expected that not all of {asked} requests die in the first check"
