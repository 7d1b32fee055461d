"""Trucks without sensors: what their stays, gates and trips let presume, against the twins and in any batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable
from oracles.hauls import gated_city, random_day
from oracles.judge import judge_track
from oracles.scenes import NAN, START_MS, Scene, loaded
from test_rules_engine_engine import judge_in_batches

from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import evaluate
from rules_engine.event import ENDINGS, Event
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

KINDS = ("loading", "unloading", "illegal_dumping", "undelivered_load", "weight_loss", "route_deviation")


WORLD = gated_city()


WILD = (1500.0, 1500.0)


def blind(vehicle: int = 0, interval_s: float = 10.0, dwell_s: float = 400.0) -> Scene:
    """Return a truck without load and lift sensor that has dwelt in its site and driven off it."""
    scene = Scene(vehicle, interval_s)
    scene.load_kg = scene.lift_deg = NAN
    return scene.stand(dwell_s).drive((0.0, 400.0))


def lifting(dwell_s: float = 400.0) -> Scene:
    """Return a truck with a lift sensor alone that has dwelt in its site and driven off it."""
    scene = Scene()
    scene.load_kg = NAN
    return scene.stand(dwell_s).drive((0.0, 400.0))


def home(scene: Scene) -> Scene:
    return scene.drive("S1").stand(300)


def told(scene: Scene, kind: str) -> list[Event]:
    return [event for event in scene.judge(WORLD)[0] if event.kind == kind]


@pytest.mark.parametrize("interval_s", [2, 10, 20])
def test_a_dwell_in_a_site_is_a_loading_once_the_truck_drives_away(interval_s: float) -> None:
    (event,) = told(blind(interval_s=interval_s), "loading")
    assert (event.opening["by"], event.opening["site_id"], event.opening["permit_id"]) == (["stay"], "S1", "P0")
    assert 0.5 < event.opening["confidence"] < 1
    assert event.start.fix_time_ms == START_MS
    (trip,) = blind(interval_s=interval_s).judge(WORLD)[1]
    assert (trip.inferred, trip.start, trip.left_site_ms) == (True, event.start, event.confirmed_ms)


def test_neither_a_short_visit_nor_noise_at_the_fence_is_a_loading() -> None:
    assert told(blind(dwell_s=120), "loading") == []
    scene = Scene()
    scene.load_kg = scene.lift_deg = NAN
    scene.stand(400)
    for east_m in (190.0, 140.0, 230.0, 140.0):
        scene.place = (east_m, 0.0)
        scene.stand(40)
    assert told(scene, "loading") == []


def test_a_truck_whose_sensors_work_is_not_second_guessed() -> None:
    scene = loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(60).drive(WILD).stand(300).drive("S1").stand(600)
    assert all("confidence" not in event.opening for event in scene.drive("D1").judge(WORLD)[0])


def test_a_stop_off_the_route_before_coming_home_was_a_dumping() -> None:
    scene = home(blind().drive(WILD).stand(200))
    (event,) = told(scene, "illegal_dumping")
    assert event.severity == 2
    assert event.opening | {"world_version": None} == {
        "rule_version": 3,
        "permit_id": "P0",
        "dump_point_id": None,
        "by": ["stay"],
        "confidence": event.opening["confidence"],
        "stayed_s": 200,
        "off_route_m": event.opening["off_route_m"],
        "followed_by": "stay_in_site",
        "loading_presumed": True,
        "world_version": None,
    }
    assert event.confirmed_ms > event.start.fix_time_ms + 200_000
    (trip,) = scene.judge(WORLD)[1]
    assert (trip.ending, trip.unloading_start_ms) == ("dumped", event.start.fix_time_ms)


def test_of_several_stops_the_longest_off_the_route_is_meant() -> None:
    scene = blind().drive((0.0, 1500.0)).stand(1200).drive(WILD).stand(120).drive((1500.0, 900.0)).stand(300)
    (event,) = told(home(scene), "illegal_dumping")
    assert event.opening["stayed_s"] == 300


def test_the_wrong_dump_point_is_none() -> None:
    (event,) = told(home(blind().drive("D2").stand(300)), "illegal_dumping")
    assert event.opening["dump_point_id"] == "D2"


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(blind().drive("D1").stand(120), id="delivered"),
        pytest.param(blind().drive(WILD).stand(1800).drive("D1").stand(120), id="lunch on the way"),
        pytest.param(blind().drive("D1").stand(120).drive(WILD).stand(1800), id="lunch on the way back"),
        pytest.param(blind().drive((0.0, 2000.0)).stand(100), id="a red light, and home again"),
        pytest.param(blind().drive((2000.0, -900.0)).stand(1500), id="a parking zone"),
        pytest.param(blind().drive(WILD).stand(3 * 3600), id="far too long"),
        pytest.param(blind().drive(WILD).stand(60), id="far too short"),
        pytest.param(blind(dwell_s=100).drive(WILD).stand(300), id="never loaded"),
        pytest.param(blind().drive((2800.0, 0.0)).stand(600).drive("D1").stand(120), id="a queue at the gate"),
    ],
)
def test_what_is_no_dumping(scene: Scene) -> None:
    assert told(home(scene), "illegal_dumping") == []


def test_a_truck_that_went_a_way_unseen_may_have_delivered() -> None:
    scene = blind().drive(WILD).stand(300).wait(900)
    scene.place = (2500.0, 500.0)
    assert told(home(scene), "illegal_dumping") == []
    assert scene.judge(WORLD)[1][0].ending == "lost"


def test_a_jam_is_no_stop() -> None:
    scene = blind().drive(WILD)
    for _ in range(30):
        scene.place = (scene.place[0] + 15.0, scene.place[1])
        scene.fix(1.5)
    assert told(home(scene), "illegal_dumping") == []


def test_cut_wires_hide_no_dumping() -> None:
    scene = loaded().drive((0.0, 1000.0))
    scene.load_kg = scene.lift_deg = NAN
    (event,) = told(home(scene.drive((0.0, 2500.0)).stand(4000).drive(WILD).stand(300)), "illegal_dumping")
    assert event.opening["loading_presumed"] is False


def test_a_gate_tells_that_the_load_arrived() -> None:
    fixes = home(blind().drive("D1").stand(40).drive(WILD).stand(300)).batch()
    gate = FixBatch.of_columns(
        np.zeros(1, np.int32), np.array([START_MS + 750_000]), mark=np.array([Mark.GATE_IN]), device=np.array([0])
    )
    rows = FixBatch.concatenate([fixes, gate])
    judgement = evaluate(rows.take(rows.key_order()), WORLD, Carry())
    found = {event.kind: event for event in judgement.events}
    assert found["unloading"].opening["by"] == ["gate"]
    assert "illegal_dumping" not in found
    assert [trip.ending for trip in judgement.trips] == ["delivered"]


def test_where_nothing_weighs_a_dwell_is_a_loading_and_the_lift_tells_the_unloading() -> None:
    scene = home(lifting().drive("D1").stand(200).ramp(NAN, 40, lift_deg=40).stand(60))
    (loading,) = told(scene, "loading")
    assert loading.opening["by"] == ["stay"]
    (unloading,) = told(scene, "unloading")
    assert unloading.opening["by"] == ["lift"]
    assert "confidence" not in unloading.opening
    (trip,) = scene.judge(WORLD)[1]
    assert (trip.inferred, trip.ending, trip.unloading_start_ms) == (True, "delivered", unloading.start.fix_time_ms)


def test_a_bed_raised_on_a_loaded_trip_is_a_dumping() -> None:
    scene = lifting().drive(WILD).ramp(NAN, 40, lift_deg=40).stand(20)
    (event,) = told(home(scene), "illegal_dumping")
    assert (event.severity, event.opening["by"], event.opening["permit_id"]) == (3, ["lift"], "P0")
    assert "confidence" not in event.opening


@pytest.mark.parametrize("where", ["D1", WILD])
def test_a_bed_raised_again_after_unloading_was_empty(where: str | tuple[float, float]) -> None:
    scene = lifting().drive("D1").ramp(NAN, 40, lift_deg=40).stand(20).drive((1500.0, 900.0))
    tested = scene.drive(where).ramp(NAN, 60, lift_deg=40).stand(30)
    (unloading,) = [event for event in home(tested).judge(WORLD)[0] if event.kind in {"unloading", "illegal_dumping"}]
    assert unloading.kind == "unloading"
    (trip,) = tested.judge(WORLD)[1]
    assert (trip.ending, trip.dump_point_id, trip.unloading_end_ms) == ("delivered", "D1", unloading.end_ms)


def test_what_was_loaded_again_counts_again() -> None:
    emptied = lifting().drive("D1").ramp(NAN, 40, lift_deg=40).stand(20).drive("S1").stand(400).drive((0.0, 400.0))
    (event,) = told(emptied.drive(WILD).ramp(NAN, 40, lift_deg=40).stand(20), "illegal_dumping")
    assert event.severity == 3


def test_a_bed_raised_on_no_trip_is_doubted() -> None:
    scene = lifting(dwell_s=100).drive(WILD).ramp(NAN, 40, lift_deg=40).stand(20)
    (event,) = told(scene.drive((0.0, 400.0)), "illegal_dumping")
    assert (event.severity, event.opening["confidence"]) == (2, 0.5)
    assert event.end_ms is not None


def test_a_gate_does_not_unload_a_truck_whose_lift_tells() -> None:
    scene = lifting().drive("D1").stand(100).ramp(NAN, 40, lift_deg=40).stand(60)
    gate = FixBatch.of_columns(
        np.zeros(1, np.int32), np.array([scene.batch().fix_time_ms[-14]]), mark=np.array([Mark.GATE_IN]), device=[0]
    )
    rows = FixBatch.concatenate([home(scene).batch(), gate])
    judgement = evaluate(rows.take(rows.key_order()), WORLD, Carry())
    (unloading,) = [event for event in judgement.events if event.kind == "unloading"]
    assert unloading.opening["by"] == ["lift"]
    assert [(trip.ending, trip.gate_dump_point_id) for trip in judgement.trips] == [("delivered", "D1")]


def test_a_lift_sensor_lets_stops_decide_nothing() -> None:
    assert told(home(lifting().drive(WILD).stand(300)), "illegal_dumping") == []


@pytest.mark.parametrize("load_kg", [NAN, 0.0])
def test_a_truck_that_is_presumed_to_be_loaded_must_be_washed(load_kg: float) -> None:
    washer = {"terminal_id": "W1", "kind": "washer", "site_id": "S1"}
    world = World.from_documents({**WORLD.documents, "terminals": [washer]})
    scene = Scene()
    # Whatever the load sensor told before it went dead.
    scene.load_kg, scene.lift_deg = load_kg, NAN
    scene.stand(100)
    scene.load_kg = NAN
    scene.wait(3600).stand(400).drive((0.0, 400.0)).drive((3000.0, 400.0)).stand(900)
    heard = Heard()
    heard.learn("W1", START_MS + 60_000 * np.arange(-60, 180, dtype=np.int64), np.empty(0, np.int64))
    (event,) = [e for e in evaluate(scene.batch(), world, Carry(), heard).events if e.kind == "not_washed"]
    assert (event.severity, event.opening["result"], event.opening["by"]) == (1, "no_passage", ["stay"])


def days(seed: int) -> list[FixBatch]:
    rng = np.random.default_rng(seed)
    return [random_day(rng, vehicle) for vehicle in range(4)]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_twins_find_the_same(seed: int) -> None:
    tracks = days(seed)
    events, trips, _ = judge_in_batches(by_time(tracks), [], WORLD)
    expected, expected_trips = [], []
    for track in tracks:
        found, found_trips = judge_track(track, WORLD)
        for item in found:
            columns = vars(item) | {"vehicle_id": WORLD.vehicle_ids[track.vehicle[0]]}
            lat_deg, lon_deg = columns.pop("place")
            expected.append(Event(**columns, lat_deg=lat_deg, lon_deg=lon_deg))
        expected_trips += found_trips
    assert comparable(e for e in events.values() if e.kind in KINDS) == comparable(
        e for e in expected if e.kind in KINDS
    )
    assert sorted(map(repr, trips.values())) == sorted(map(repr, expected_trips))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 4000), max_size=12))
def test_cuts_change_nothing(seed: int, cuts: list[int]) -> None:
    rows = by_time(days(seed))
    events, trips, carry = judge_in_batches(rows, [], WORLD)
    cut_events, cut_trips, cut_carry = judge_in_batches(rows, cuts, WORLD)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert sorted(map(repr, trips.values())) == sorted(map(repr, cut_trips.values()))
    assert carry.rows.tobytes() == cut_carry.rows.tobytes()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_loading_opens_one_trip_and_every_trip_that_is_over_has_an_ending(seed: int) -> None:
    events, trips, _ = judge_in_batches(by_time(days(seed)), [], WORLD)
    loadings = {(event.vehicle_id, event.start) for event in events.values() if event.kind == "loading"}
    assert loadings == {(trip.vehicle_id, trip.start) for trip in trips.values()}
    for trip in trips.values():
        assert trip.ending in ENDINGS or (trip.ending is None and trip.end_ms is None)
        assert (trip.ending in {"delivered", "dumped"}) >= (trip.unloading_start_ms is not None)


def test_the_random_days_are_eventful_enough_to_mean_something() -> None:
    events = [e for seed in range(30) for e in judge_in_batches(by_time(days(seed)), [], WORLD)[0].values()]
    presumed = [event.kind for event in events if "confidence" in event.opening]
    few = {"loading": 20, "unloading": 10, "illegal_dumping": 10, "undelivered_load": 5}
    assert all(presumed.count(kind) >= least for kind, least in few.items())
    measured = [event.kind for event in events if "confidence" not in event.opening]
    assert all(measured.count(kind) >= 3 for kind in ("undelivered_load", "weight_loss"))
