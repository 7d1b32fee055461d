"""Leaving a site unwashed: what washers say, what their silence means, near misses, and the twin on random tracks."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.judge import judge_track
from oracles.not_washed import HeardOracle
from oracles.scenes import START_MS, Scene, loaded
from oracles.tracks import city, random_track

from rules_engine.carry import Carry
from rules_engine.device_log import NOBODY_HEARD, Heard
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.site_exit import CARRY, unread_within_s, within_range_s
from rules_engine.world import World

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)


def documents(*more: dict[str, Any]) -> dict[str, Any]:
    """Return the small city with a washer at each site."""
    washers = [{"terminal_id": name, "kind": "washer", "site_id": site} for name, site in (("W1", "S1"), ("W2", "S2"))]
    return dict(city().documents) | {"terminals": [washers[0], *more, washers[1]]}


@pytest.fixture(scope="module")
def world() -> World:
    return World.from_documents(documents())


def beats(*, every_s: float = 120.0, until_s: float = 7200.0, but: tuple[float, float] = (0.0, 0.0)) -> list[int]:
    """Return times at which a washer says that it lives, from two hours before the scene on, `but` for a silence."""
    seconds = np.arange(-7200.0, until_s, every_s)
    return [START_MS + round(s * 1000) for s in seconds.tolist() if not but[0] < s < but[1]]


def heard(times: list[int], unread: list[int] | None = None, washer: str = "W1") -> Heard:
    log = Heard()
    log.learn(washer, np.array(times, np.int64), np.array(unread or [], np.int64))
    return log


def passage(seconds: float, mark: Mark = Mark.WASHED, device: int = 0, vehicle: int = 0, seq: int = 0) -> FixBatch:
    """Return a washer's word of a truck."""
    identity = np.array([[START_MS + round(seconds * 1000), 1, seq]], np.int64)
    return FixBatch.of_marks(
        np.array([vehicle], np.int32), identity, mark=np.array([mark]), device=np.array([device], np.int32)
    )


def haul() -> Scene:
    """Return a truck that is loaded at S1 from 60 s to 180 s, leaves it at some 230 s and drives on."""
    return loaded().drive((3000.0, 0.0), 12.0).drive((3000.0, 3000.0), 12.0).drive((0.0, 3000.0), 5.0)


def judged(
    world: World, scene: Scene, *passages: FixBatch, log: Heard = NOBODY_HEARD, cuts: tuple[int, ...] = ()
) -> list[Event]:
    """Return the events of kind not_washed of a scene, judged in batches."""
    rows = FixBatch.concatenate([scene.batch(), *passages])
    rows = rows.take(rows.key_order())
    events: dict[Any, Event] = {}
    carry = Carry(4)
    for start, stop in pairwise([0, *cuts, len(rows)]):
        judgement = evaluate(rows.take(slice(start, stop)), world, carry, log)
        assert not judgement.late.any()
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events if event.kind == "not_washed"}
    return list(events.values())


def result(events: list[Event]) -> str | None:
    """Return what was found, None for nothing."""
    assert len(events) <= 1
    return events[0].opening["result"] if events else None


def test_a_washed_truck_is_left_alone(world: World) -> None:
    assert judged(world, haul(), passage(200), log=heard(beats())) == []


@pytest.mark.parametrize(
    ("mark", "word", "severity"),
    [
        (Mark.PASSED_UNWASHED, "not_washed", 2),
        (Mark.WASHED_TOO_SHORT, "too_short", 1),
        (Mark.BYPASSED, "bypass", 2),
    ],
)
def test_what_the_washer_says_of_a_passage_is_the_event(world: World, mark: Mark, word: str, severity: int) -> None:
    (event,) = judged(world, haul(), passage(200, mark))
    assert (event.opening["result"], event.severity, event.opening["washer_id"]) == (word, severity, "W1")
    assert event.opening["passed_ms"] == START_MS + 200_000
    assert event.opening["site_id"] == "S1"
    assert event.start.fix_time_ms == event.end_ms == event.opening["left_site_ms"]
    assert 200_000 < event.start.fix_time_ms - START_MS < 300_000
    assert 120 < (event.confirmed_ms - event.start.fix_time_ms) / 1000 <= 130, "settled soon after the exit"


def test_no_passage_counts_where_the_washer_was_there(world: World) -> None:
    (event,) = judged(world, haul(), log=heard(beats()))
    assert (event.opening["result"], event.opening["washer_id"], event.severity) == ("no_passage", None, 2)
    assert 600 < (event.confirmed_ms - event.start.fix_time_ms) / 1000 <= 610


@pytest.mark.parametrize("but", [(-7200.0, 7200.0), (-7200.0, 400.0), (100.0, 7200.0), (-200.0, 500.0)])
def test_a_silent_washer_is_the_washers_fault(world: World, but: tuple[float, float]) -> None:
    assert judged(world, haul(), log=heard(beats(but=but))) == []


@pytest.mark.parametrize("but", [(-1000.0, -300.0), (900.0, 3000.0), (0.0, 480.0)])
def test_a_silence_at_another_time_or_a_short_one_excuses_nobody(world: World, but: tuple[float, float]) -> None:
    assert result(judged(world, haul(), log=heard(beats(but=but)))) == "no_passage"


def test_every_washer_of_the_site_must_have_been_there() -> None:
    world = World.from_documents(documents({"terminal_id": "W1B", "kind": "washer", "site_id": "S1"}))
    log = heard(beats())
    assert judged(world, haul(), log=log) == []
    log.learn("W1B", np.array(beats()), np.empty(0, np.int64))
    assert result(judged(world, haul(), log=log)) == "no_passage"


def test_a_washer_out_of_service_is_not_asked() -> None:
    gone = {"terminal_id": "W1B", "kind": "washer", "site_id": "S1", "status": "suspended"}
    assert result(judged(World.from_documents(documents(gone)), haul(), log=heard(beats()))) == "no_passage"


def test_a_site_without_a_washer_asks_for_nothing() -> None:
    assert judged(city(), haul(), passage(200, Mark.BYPASSED, -1), log=heard(beats())) == []


def test_an_empty_truck_may_leave_as_it_likes(world: World) -> None:
    scene = Scene().stand(180).drive((3000.0, 0.0)).drive((3000.0, 3000.0)).drive((0.0, 3000.0), 5.0)
    assert judged(world, scene, passage(150, Mark.BYPASSED), log=heard(beats())) == []


def test_washing_queue_outside_the_fence(world: World) -> None:
    """The queue reaches beyond the fence, so that the truck seems to have left before it is washed."""
    scene = loaded().drive((250.0, 0.0), 3.0)
    scene = scene.stand(400).drive((3000.0, 0.0)).drive((3000.0, 3000.0)).drive((0.0, 3000.0), 5.0)
    assert judged(world, scene, passage(600), log=heard(beats())) == []
    assert result(judged(world, scene, log=heard(beats()))) == "no_passage"


def test_a_truck_that_turns_back_to_be_washed(world: World) -> None:
    def there_and_back() -> Scene:
        return loaded().drive((400.0, 0.0), 8.0).drive("S1", 8.0).stand(900)

    scene = there_and_back().drive((3000.0, 0.0)).drive((3000.0, 3000.0)).drive((0.0, 3000.0), 5.0)
    assert judged(world, there_and_back(), log=heard(beats())) == []
    assert judged(world, scene, passage(1100), log=heard(beats())) == []
    assert result(judged(world, scene, log=heard(beats()))) == "no_passage"


@pytest.mark.parametrize("skew_s", [-60, 60])
@pytest.mark.parametrize(("mark", "expected"), [(Mark.WASHED, None), (Mark.BYPASSED, "bypass")])
def test_a_washers_clock_may_be_a_minute_off(world: World, skew_s: float, mark: Mark, expected: str | None) -> None:
    events = judged(world, haul(), passage(230 + skew_s, mark), log=heard(beats()))
    assert result(events) == expected


def test_a_second_pass_that_washes_counts(world: World) -> None:
    first, second = passage(195, Mark.WASHED_TOO_SHORT), passage(290, Mark.WASHED, seq=1)
    assert judged(world, haul(), first, second, log=heard(beats())) == []


def test_a_washing_before_the_load_was_taken_is_another_one(world: World) -> None:
    (event,) = judged(
        world,
        Scene()
        .stand(600)
        .load(15_000)
        .stand(30)
        .drive((3000.0, 0.0))
        .drive((3000.0, 3000.0))
        .drive((0.0, 3000.0), 5.0),
        passage(100),
        log=heard(beats()),
    )
    assert event.opening["last_washed_ms"] == START_MS + 100_000


def test_another_trucks_plate_read_as_ours_at_another_site_is_nothing(world: World) -> None:
    assert judged(world, haul(), passage(200, Mark.BYPASSED, device=1)) == []


def test_a_passage_that_could_not_be_read_may_have_been_this_truck(world: World) -> None:
    unread = [START_MS + 215_000]
    assert judged(world, haul(), log=heard(beats(), unread)) == []
    assert result(judged(world, haul(), log=heard(beats(), [START_MS + 900_000]))) == "no_passage"
    assert result(judged(world, haul(), passage(200, Mark.BYPASSED), log=heard(beats(), unread))) == "bypass"


def test_a_truck_without_sensors_is_presumed_to_be_loaded(world: World) -> None:
    scene = Scene().stand(1500).drive((3000.0, 0.0)).drive((3000.0, 3000.0)).drive((0.0, 3000.0), 5.0)
    rows = without_sensors(scene.batch())
    events = [e for e in evaluate(rows, world, Carry(4), heard(beats())).events if e.kind == "not_washed"]
    assert [(e.opening["result"], e.severity, e.opening["by"], e.opening["confidence"]) for e in events] == [
        ("no_passage", 1, ["stay"], 0.5)
    ]
    seen = FixBatch.concatenate([rows, passage(1490)])
    washed = evaluate(seen.take(seen.key_order()), world, Carry(4), heard(beats())).events
    assert [e for e in washed if e.kind == "not_washed"] == []


def test_limits_can_be_set_for_a_site() -> None:
    limits = {"sites": {"S1": {"not_washed.within_s": 60, "not_washed.unread_within_s": 600}}}
    world = World.from_documents(documents() | {"limits": limits})
    assert within_range_s(world) == (60.0, 600.0)
    assert unread_within_s(world) == 600.0
    (event,) = judged(world, haul(), log=heard(beats()))
    assert event.opening["within_s"] == 60.0
    assert 60 < (event.confirmed_ms - event.start.fix_time_ms) / 1000 <= 70


def test_a_truck_costs_little_memory() -> None:
    assert CARRY.dtype.itemsize <= 128


def random_log(rng: np.random.Generator, start_ms: int, end_ms: int) -> tuple[Heard, HeardOracle]:
    """Return when washers were heard, with silences, and the same as lists."""
    log, lists = Heard(), HeardOracle()
    for washer in ("W1", "W2"):
        times = np.arange(start_ms - 3_600_000, end_ms + 3_600_000, 120_000)
        times = times[rng.random(len(times)) >= rng.choice([0.0, 0.3, 0.8])] + rng.integers(0, 60_000)
        unread = rng.integers(start_ms, end_ms, int(rng.integers(0, 3)))
        log.learn(washer, times, unread)
        lists.heard_ms[washer], lists.unread_ms[washer] = times.tolist(), unread.tolist()
    return log, lists


def random_hauls(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a truck that goes in and out of sites, with a load and without, straight on or not."""
    scene = Scene(vehicle, float(rng.choice([2.0, 10.0, 30.0])), at=str(rng.choice(["S1", "S2"])))
    acts = rng.choice(["load", "queue", "turn", "haul", "site", "wait", "tip", "away"], int(rng.integers(1, 6)))
    for act in ["load", *acts.tolist(), "away"]:
        here = scene.place
        if act == "load":
            scene.load(CAPACITIES_KG[vehicle] * rng.uniform(0.3, 1.0)).stand(60)
        elif act == "tip":
            scene.ramp(0.0, 60.0, lift_deg=float(rng.choice([0.0, 40.0])))
        elif act == "queue":
            scene.stand(float(rng.choice([60.0, 300.0, 800.0])))
        elif act == "turn":
            out = (here[0] + 400.0, here[1])
            scene.drive(out, 8.0).stand(float(rng.choice([20.0, 200.0]))).drive(here, 8.0)
        elif act == "wait":
            scene.wait(float(rng.choice([100.0, 900.0])))
        elif act == "away":
            scene.drive((here[0] + 1000.0, here[1] + 5000.0), float(rng.choice([5.0, 12.0])))
        else:
            target = str(rng.choice(["D1", "D2"] if act == "haul" else ["S1", "S2"]))
            scene.drive(target, float(rng.choice([5.0, 12.0])))
    return without_sensors(scene.batch()) if rng.random() < 0.25 else scene.batch()


def without_sensors(batch: FixBatch) -> FixBatch:
    """Return the same truck with neither load nor lift sensor."""
    nothing = np.full(len(batch), np.nan, np.float32)
    return dataclasses.replace(batch, load_kg=nothing, lift_deg=nothing)


def random_passages(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Return what washers and gates say of a truck at a few random moments."""
    n = int(rng.choice([0, 2, 5, 9]))
    time_ms = rng.choice(track.fix_time_ms, n) + rng.choice([0, 0, 700], n)
    return FixBatch.of_marks(
        np.full(n, track.vehicle[0], np.int32),
        np.stack([time_ms, np.full(n, 3), np.arange(n)], axis=1).astype(np.int64),
        mark=rng.choice([1, 2, 2, 3, 4, 5, 5, 6], n).astype(np.int8),
        device=rng.choice([-1, 0, 0, 1], n).astype(np.int32),
    )


def arrivals(seed: int) -> tuple[list[FixBatch], FixBatch, Heard, HeardOracle]:
    """Return the tracks of some trucks, all their rows in the order of time, and when washers were heard."""
    rng = np.random.default_rng(seed)
    draw = [random_hauls, random_hauls, lambda rng, v: random_track(rng, v, CAPACITIES_KG[v])]
    tracks = [draw[rng.integers(0, 3)](rng, int(v)) for v in rng.permutation(4)[: rng.integers(1, 4)]]
    tracks = [FixBatch.concatenate([track, random_passages(rng, track)]) for track in tracks]
    tracks = [track.take(track.key_order()) for track in tracks]
    rows = FixBatch.concatenate(tracks)
    log, lists = random_log(rng, int(rows.fix_time_ms.min()), int(rows.fix_time_ms.max()) + 1)
    return tracks, rows.take(np.lexsort((rows.seq, rows.epoch, rows.mark, rows.fix_time_ms))), log, lists


def in_batches(rows: FixBatch, cuts: list[int], world: World, log: Heard) -> tuple[dict[Any, Event], Carry]:
    carry, events = Carry(4), {}
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry, log)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events if event.kind == "not_washed"}
    return events, carry


def comparable(events: Any) -> list[str]:
    return sorted(repr(sorted(dataclasses.asdict(event).items(), key=repr)) for event in events)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12))
def test_batching_changes_nothing(world: World, seed: int, cuts: list[int]) -> None:
    _, rows, log, _ = arrivals(seed)
    events, carry = in_batches(rows, [], world, log)
    cut_events, cut_carry = in_batches(rows, cuts, world, log)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert carry.rows["not_washed"].tobytes() == cut_carry.rows["not_washed"].tobytes()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_twin_finds_the_same(world: World, seed: int) -> None:
    tracks, rows, log, lists = arrivals(seed)
    expected = []
    for track in tracks:
        for item in judge_track(track, world, lists)[0]:
            if item.kind == "not_washed":
                columns = vars(item) | {"vehicle_id": world.vehicle_ids[track.vehicle[0]]}
                lat_deg, lon_deg = columns.pop("place")
                expected.append(Event(**columns, lat_deg=lat_deg, lon_deg=lon_deg))
    assert comparable(in_batches(rows, [], world, log)[0].values()) == comparable(expected)


def test_the_random_tracks_are_eventful_enough(world: World) -> None:
    found = []
    for seed in range(80):
        _, rows, log, _ = arrivals(seed)
        found += [event.opening["result"] for event in in_batches(rows, [], world, log)[0].values()]
    least = {"no_passage": 5, "not_washed": 2, "too_short": 2, "bypass": 1}
    assert all(found.count(word) >= count for word, count in least.items())
