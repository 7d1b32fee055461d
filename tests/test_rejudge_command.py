"""`muckline rejudge` on a real database: a changed world applied to the past, and nothing that was not asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
import pytest
from oracles.tracks import city_documents
from typer.testing import CliRunner, Result

from ingest.history import TruckJudge
from ingest.job import JobContext
from ingest.rejudging import judge_again, restore
from ingest.silence_job import bring_silences_up_to_date
from muckline.cli import app
from rules_engine.carry import Carry
from rules_engine.fix_batch import FixBatch
from storage.connect import claim_writer, connect_writer
from storage.rejudge import pending
from storage.washers import read_heard
from storage.world_store import write_documents
from tests.stored_past import (
    GOING_ON,
    StoredPast,
    judged_at_once,
    long_track,
    registered,
    stored_findings,
    world_of,
)

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)


def changed_documents() -> dict[str, Any]:
    """Return the city with the second dump point permitted to all, no road K1, and stricter covers."""
    documents = deepcopy(city_documents())
    for permit in documents["permits"]:
        permit["dump_point_ids"] = ["D1", "D2"]
        permit["corridor_ids"] = ["K2", "K3"]
    documents["limits"] = {"city": {"uncovered_haul.hold_s": 5}}
    return documents


@pytest.fixture(scope="module")
def rows() -> FixBatch:
    """Return the fixes of four trucks over the better part of a day, in the order of time."""
    rng = np.random.default_rng(5)
    tracks = FixBatch.concatenate([long_track(rng, v, CAPACITIES_KG[v], 8) for v in range(4)])
    return tracks.take(np.lexsort((tracks.vehicle, tracks.fix_time_ms)))


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        yield opened


@pytest.fixture
def past(connection: psycopg.Connection[Any], rows: FixBatch) -> StoredPast:
    """Return a past judged by the first world, while the second one is in force by now."""
    stored = StoredPast(connection, city_documents())
    stored.write(rows)
    assert stored_findings(connection) == judged_at_once(rows, stored.world)[0]
    write_documents(connection, registered(changed_documents()))
    return stored


@pytest.fixture
def command(migrated_url: str) -> Any:
    def run(*options: str, workers: int = 1) -> Result:
        given = ["--set", f"database.url={migrated_url}", "rejudge", "--workers", str(workers), *options]
        result = CliRunner().invoke(app, given, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    return run


def changes_in(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def instant(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat()


def middle(rows: FixBatch, share: float) -> int:
    return int(rows.fix_time_ms[0] + share * np.ptp(rows.fix_time_ms))


def differing(first: Carry, second: Carry) -> list[str]:
    """Return the blocks and trucks in which two carries do not agree."""
    names = first.rows.dtype.names or ()
    blocks = ((name, vehicle) for name in names for vehicle in range(len(first.rows)))
    return [
        f"{b} of {v}: {first.rows[b][v]} {second.rows[b][v]}"
        for b, v in blocks
        if first.rows[b][v].tobytes() != second.rows[b][v].tobytes()
    ]


def everything(connection: psycopg.Connection[Any]) -> list[Any]:
    tables = ("events", "trips", "trip_states", "checkpoints", "rejudge_queue")
    return [sorted(map(repr, connection.execute(f"select * from {name}").fetchall())) for name in tables]


@pytest.mark.usefixtures("past")
def test_the_past_becomes_what_a_fresh_judgement_finds(
    connection: psycopg.Connection[Any], rows: FixBatch, command: Any
) -> None:
    before = stored_findings(connection)
    shown = changes_in(command("--dry-run", "--json"))
    assert stored_findings(connection) == before
    command()
    world = world_of(connection)
    expected, carry = judged_at_once(rows, world)
    after = stored_findings(connection)
    assert after == expected
    became = {
        "appears": after.keys() - before.keys(),
        "vanishes": before.keys() - after.keys(),
        "changes": {name for name in after.keys() & before.keys() if after[name] != before[name]},
    }
    for word, names in became.items():
        assert {f"{c['kind']} {c['id']}" for c in shown if c["change"] == word} == names
        assert names, f"expected the worlds to differ in what {word}"
    assert not pending(connection)
    restored = Carry(len(world.vehicle_ids))
    restore(connection, world, restored, read_heard(connection))
    assert differing(carry, restored) == []


@pytest.mark.usefixtures("past")
def test_what_vanishes_stays_as_withdrawn_and_what_appears_pages_nobody(
    connection: psycopg.Connection[Any], command: Any
) -> None:
    known = {name for (name,) in connection.execute("select event_id from events").fetchall()}
    shown = changes_in(command("--json"))
    withdrawn = {
        str(name) for (name,) in connection.execute("select event_id from events where withdrawn_at is not null")
    }
    assert withdrawn == {c["id"] for c in shown if c["change"] == "vanishes" and c["kind"] != "trip"}
    new = connection.execute("select back_dated from events where event_id <> all(%s)", [list(known)]).fetchall()
    assert new
    assert all(back_dated for (back_dated,) in new)


@pytest.mark.usefixtures("past")
def test_a_second_time_changes_nothing_and_so_does_a_dry_run(connection: psycopg.Connection[Any], command: Any) -> None:
    before = everything(connection)
    command("--dry-run")
    assert everything(connection) == before
    command()
    once = stored_findings(connection)
    assert changes_in(command("--json")) == []
    assert stored_findings(connection) == once


@pytest.mark.usefixtures("past")
def test_only_the_rule_asked_for_changes(connection: psycopg.Connection[Any], rows: FixBatch, command: Any) -> None:
    before = stored_findings(connection)
    result = command("--rule", "uncovered_haul", "--json")
    made = {f"uncovered_haul {c['id']}" for c in changes_in(result) if not c["left"]}
    after, world = stored_findings(connection), world_of(connection)
    assert made
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == made
    expected = judged_at_once(rows, world)[0]
    assert all(after.get(name) == expected.get(name) for name in made)


@pytest.mark.usefixtures("past")
def test_only_what_begins_in_the_span_changes(
    connection: psycopg.Connection[Any], rows: FixBatch, command: Any
) -> None:
    before = stored_findings(connection)
    span = middle(rows, 0.25), middle(rows, 0.6)
    shown = changes_in(command("--from", instant(span[0]), "--to", instant(span[1]), "--json"))
    after = stored_findings(connection)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {f"{c['kind']} {c['id']}" for c in shown if not c["left"]}
    assert {c["kind"] for c in shown} > {"trip"}
    starts = [datetime.fromisoformat(c["start"]).timestamp() * 1000 for c in shown]
    assert span[0] <= min(starts) <= max(starts) < span[1]


def test_a_late_record_in_a_span_judged_again_does_not_bring_the_old_back(
    connection: psycopg.Connection[Any], rows: FixBatch, command: Any
) -> None:
    late = np.zeros(len(rows), np.bool_)
    late[np.flatnonzero(rows.vehicle == 0)[300]] = True
    stored = StoredPast(connection, city_documents())
    stored.write(rows.take(~late))
    write_documents(connection, registered(changed_documents()))
    command("--vehicle", "T0", "--rule", "uncovered_haul", "--rule", "illegal_dumping")
    stored.world = world = world_of(connection)
    stored.write(rows.take(late))
    assert judge_again(connection, int(world.vehicle_no[0]), TruckJudge(0, world, stored.carry), 0)
    kinds = ("uncovered_haul", "illegal_dumping")
    expected = judged_at_once(rows.take(rows.vehicle == 0), world)[0]
    newest = connection.execute("select max(fix_time) from checkpoints where vehicle_no = 1").fetchone()
    assert newest
    settled = connection.execute(
        "select kind || ' ' || event_id from events where vehicle_no = 1 and withdrawn_at is null"
        " and start_time < %s and kind = any(%s)",
        [newest[0], list(kinds)],
    ).fetchall()
    found = stored_findings(connection)
    assert settled
    assert all(found[name] == expected.get(name) for (name,) in settled)


@pytest.mark.usefixtures("past")
def test_the_newest_rows_are_left_to_the_ingest_that_runs(
    connection: psycopg.Connection[Any], migrated_url: str, rows: FixBatch, command: Any
) -> None:
    with connect_writer(migrated_url) as ingest:
        claim_writer(ingest, "muckline-ingest")
        result = command()
        assert "by the ingest that runs" in result.stderr
        waiting = pending(connection)
        assert [each.to_ms for each in waiting] == [None] * 4
        world = world_of(connection)
        carry = Carry(4)  # ingest's own, which judged by the old world until now
        restore(connection, world, carry, read_heard(connection))
        for each in waiting:
            assert judge_again(ingest, each.vehicle_no, TruckJudge(each.vehicle_no - 1, world, carry), 0)
    expected, fresh = judged_at_once(rows, world)
    assert stored_findings(connection) == expected
    assert differing(carry, fresh) == []


def test_a_silence_that_goes_on_is_no_finding_of_the_past(
    connection: psycopg.Connection[Any], past: StoredPast, command: Any
) -> None:
    bring_silences_up_to_date(JobContext(connection, past.world, time.time_ns() // 1_000_000, 900_000))
    going_on = f"select event_id::text from events where {GOING_ON} and withdrawn_at is null"
    silent = {name for (name,) in connection.execute(going_on)}
    assert silent
    for options in ((), ("--rule", "offline"), ("--to", "2100-01-01T00:00:00Z")):
        shown = changes_in(command("--dry-run", "--json", *options))
        assert not silent & {change["id"] for change in shown}
    command()
    assert {name for (name,) in connection.execute(going_on)} == silent


@pytest.mark.usefixtures("past")
def test_two_processes_find_what_one_finds(command: Any) -> None:
    assert changes_in(command("--dry-run", "--json", workers=2)) == changes_in(command("--dry-run", "--json"))


@pytest.mark.usefixtures("past")
def test_only_the_trucks_asked_for_are_judged(connection: psycopg.Connection[Any], command: Any) -> None:
    assert {c["vehicle_id"] for c in changes_in(command("--dry-run", "--json", "--vehicle", "T1"))} == {"T1"}
    bound = connection.execute(
        "select distinct vehicle_id from trips join vehicles using (vehicle_no) where site_id = 'S2'"
    ).fetchall()
    found = changes_in(command("--dry-run", "--json", "--site", "S2"))
    assert found
    assert {c["vehicle_id"] for c in found} <= {name for (name,) in bound}


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--vehicle", "T9"), "expected trucks of the world, got T9"),
        (("--site", "D1"), "expected a site of the world, got D1"),
        (("--from", "yesterday"), "expected --from as RFC 3339, got 'yesterday'"),
        (("--from", "2026-03-01T00:00:00"), "with its offset from UTC"),
        (("--from", "2026-03-02T00:00:00Z", "--to", "2026-03-01T00:00:00Z"), "expected --to after --from"),
    ],
)
def test_what_cannot_be_meant_is_said(migrated_url: str, options: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["--set", f"database.url={migrated_url}", "rejudge", *options])
    assert result.exit_code != 0
    assert said in " ".join(result.output.replace("│", "").split())
