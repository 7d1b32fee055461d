"""Settings of rules: what is no setting is refused, who comes second is told, a trial says what would change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from oracles.tracks import city_documents

from api.errors import BadIntervalError, RangeTooLongError
from api.resources.rule_settings import RuleSettings, Trial, TrialOrder, span_of
from rules_engine.fix_batch import FixBatch
from storage.connect import connect_writer
from supervision.rules.parameters import PARAMETERS, faults_in
from supervision.rules.trial import trial_result
from tests.api_server import as_user, serving
from tests.stored_past import StoredPast, long_track
from worker.queue import _connect
from worker.rule_trial import try_rules
from worker.settings import WorkSettings
from worker.tasks_context import TaskContext


def test_every_setting_of_every_rule_is_in_the_catalogue() -> None:
    from tests.test_docs_rules import limit_classes

    known = {name.partition(".")[2] for name in PARAMETERS}
    elsewhere = {"CandidatePlaceLimits", "ReadingLimits"}  # of places, not of rules; of what sensors may say at all
    for limits in limit_classes():
        if limits.__name__ not in elsewhere:
            assert set(limits.__dataclass_fields__) <= known, limits.__name__


@pytest.mark.parametrize(
    ("limits", "where"),
    [
        ({"city": {"overspeed.hold": 3}}, "city.overspeed.hold"),
        ({"city": {"overspeed.hold_s": "3"}}, "city.overspeed.hold_s"),
        ({"city": {"overspeed.hold_s": True}}, "city.overspeed.hold_s"),
        ({"city": {"overspeed.hold_s": float("nan")}}, "city.overspeed.hold_s"),
        ({"city": []}, "city"),
        ({"sites": {"S1": 4}}, "sites.S1"),
        ({"permits": {}}, "permits"),
    ],
)
def test_what_is_no_setting_is_named(limits: dict[str, Any], where: str) -> None:
    assert [fault.where for fault in faults_in(limits)] == [where]


def test_counts_of_a_trial_are_of_all_changes_and_the_first_ones_are_shown() -> None:
    line = b'{"change":"appears","vehicle_id":"V1","kind":"overspeed","id":"x","start":"t","before":null,"after":{}}\n'
    result = trial_result([line] * 700 + [line.replace(b"appears", b"vanishes")])
    assert result["changes"] == 701
    assert result["kinds"] == [{"kind": "overspeed", "appears": 700, "vanishes": 1, "changes": 0}]
    assert len(result["first"]) == 500


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    rng = np.random.default_rng(5)
    capacities_kg = (16_000, 60_000, 15_500, 16_000)
    tracks = FixBatch.concatenate([long_track(rng, v, capacities_kg[v], 3) for v in range(4)])
    rows = tracks.take(np.lexsort((tracks.vehicle, tracks.fix_time_ms)))
    with connect_writer(migrated_url) as opened:
        past = StoredPast(opened, deepcopy(city_documents()))
        past.write(rows)
        yield opened


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url, viewer="bureau") as opened:
        yield opened


@pytest.mark.services
def test_settings_change_as_a_whole_and_who_comes_second_is_told(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    before = RuleSettings.model_validate_json(client.get("/v1/rule-settings").content)
    order = {"limits": {"city": {"overspeed.hold_s": 20}}, "expected_revision": before.revision, "reason": "试行"}
    after = RuleSettings.model_validate_json(client.put("/v1/rule-settings", json=order).content)
    assert next(p for p in after.parameters if p.name == "overspeed.hold_s").city == 20
    again = client.put("/v1/rule-settings", json=order)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/limits-changed")
    stranger = order | {"expected_revision": after.revision, "limits": {"sites": {"S404": {"overspeed.hold_s": 1}}}}
    refused = client.put("/v1/rule-settings", json=stranger)
    assert refused.json()["type"] == "/problems/limits-refused"
    assert "S404" in refused.json()["detail"]
    history = connection.execute("select who, reason from register_history where kind = 'limits'").fetchall()
    assert ("bureau", "试行") in history


@pytest.mark.services
def test_a_company_sees_no_other_s_settings(client: httpx.Client, migrated_url: str) -> None:
    before = client.get("/v1/rule-settings").json()["revision"]
    companies = sorted(row["company_id"] for row in client.get("/v1/companies").json()["companies"])[:2]
    limits = {"companies": {company: {"overspeed.hold_s": 20} for company in companies}}
    order = {"limits": limits, "expected_revision": before, "reason": "试行"}
    assert client.put("/v1/rule-settings", json=order).status_code == 200
    mine = as_user(migrated_url, "company", name="first", company_id=companies[0])
    seen = client.get("/v1/rule-settings", headers=mine).json()["limits"]["companies"]
    assert list(seen) == companies[:1]


@pytest.mark.services
def test_a_trial_says_what_would_change_and_changes_nothing(
    client: httpx.Client, connection: psycopg.Connection[Any], migrated_url: str
) -> None:
    stored = connection.execute("select event_id, change_no from events order by 1").fetchall()
    span = connection.execute(
        "select min(fix_time) - interval '1 s', max(fix_time) + interval '1 s' from fixes"
    ).fetchone()
    assert stored
    assert span is not None
    limits = {"city": {"uncovered_haul.hold_s": 5, "overspeed.limit_kmh": 30}}
    order = {"limits": limits, "from_time": span[0].isoformat(), "to_time": span[1].isoformat()}
    asked = client.post("/v1/rule-trials", json=order)
    assert asked.status_code == 202, asked.text
    trial_id = asked.json()["trial_id"]

    context = TaskContext(lambda: _connect(migrated_url), WorkSettings(), migrated_url)
    try_rules(context, trial_id)
    try_rules(context, trial_id)  # asked again after a crash: it has ended, nothing happens
    trial = Trial.model_validate_json(client.get(f"/v1/rule-trials/{trial_id}").content)
    assert (trial.status, trial.error) == ("done", None)
    assert trial.result is not None
    assert trial.result.changes > 0
    assert trial.result.changes == sum(kind.appears + kind.vanishes + kind.changes for kind in trial.result.kinds)
    assert connection.execute("select event_id, change_no from events order by 1").fetchall() == stored
    assert client.get(f"/v1/rule-trials/{uuid.uuid4()}").status_code == 404


@pytest.mark.services
def test_few_trials_wait_at_a_time(client: httpx.Client) -> None:
    order = {"limits": {"city": {"overspeed.hold_s": 20}}, "days": 1}
    codes = [client.post("/v1/rule-trials", json=order).status_code for _ in range(4)]
    assert codes == [202, 202, 202, 409]


def test_a_trial_judges_a_bounded_past() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    limits: dict[str, Any] = {"city": {}}
    assert span_of(TrialOrder(limits=limits), now) == (now - timedelta(days=7), now)
    with pytest.raises(RangeTooLongError, match="up to 60 days"):
        span_of(TrialOrder(limits=limits, from_time=datetime(1990, 1, 1, tzinfo=UTC)), now)
    with pytest.raises(BadIntervalError, match="before"):
        span_of(TrialOrder(limits=limits, from_time=now + timedelta(days=1)), now)
    with pytest.raises(BadIntervalError, match="since 2000"):
        span_of(TrialOrder(limits=limits, to_time=datetime(1999, 1, 1, tzinfo=UTC)), now)


@pytest.mark.services
def test_who_set_what_at_which_level_is_told_and_a_company_is_not_told_who(migrated_url: str) -> None:
    permit = """
        insert into companies (company_id, name) values ('C1', 'one');
        insert into permits (permit_id, company_id, site_id, valid, status, document) values
            ('P1', 'C1', null, tstzrange(now(), null), 'approved', '{"limits": {"overspeed.hold_s": 30}}')
    """
    with serving(migrated_url, viewer="bureau") as client:
        seen = RuleSettings.model_validate(client.get("/v1/rule-settings").json())
        assert seen.given == []
        hold = next(one for one in seen.parameters if one.name == "overspeed.hold_s")
        assert (hold.name_zh, hold.unit_zh, hold.name_en) == (
            "条件持续多久才报",
            "秒",
            "Held this long before it is told",
        )
        order = {"limits": {"city": {"overspeed.hold_s": 20}}, "expected_revision": seen.revision, "reason": "试"}
        assert client.put("/v1/rule-settings", json=order).status_code == 200
        late = client.put("/v1/rule-settings", json=order | {"limits": {"city": {"overspeed.hold_s": 21}}})
        assert (late.status_code, late.json()["current"]) == (409, {"city": {"overspeed.hold_s": 20}})
        with connect_writer(migrated_url) as connection:
            connection.execute(permit)
        given = RuleSettings.model_validate(client.get("/v1/rule-settings").json()).given
        assert [(one.level, one.id, one.value) for one in given] == [("city", None, 20), ("permit", "P1", 30)]
        assert (given[0].by, given[0].reason) == ("bureau", "试")
        company = as_user(migrated_url, "company", company_id="C1")
        told = RuleSettings.model_validate(client.get("/v1/rule-settings", headers=company).json()).given
        assert [(one.level, one.by, one.reason) for one in told] == [("city", None, None), ("permit", None, None)]
