"""Loads that never arrive, and loads that arrive lighter than they left."""

from __future__ import annotations

import numpy as np
import pytest
from oracles.hauls import gated_city
from oracles.scenes import START_MS, Scene, loaded

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

WILD = (1500.0, 1500.0)
WORLD = gated_city()
GATE_D1, GATE_D2, GATE_S1 = 0, 1, 2


def found(scene: Scene, kind: str, world: World = WORLD) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == kind]


def with_gate(
    scene: Scene, time_s: float, *, mark: Mark = Mark.GATE_IN, device: int = GATE_D1, weight_kg: float = float("nan")
) -> tuple[list[Event], list[Trip]]:
    """Return what is found if a gate sees the truck."""
    fixes = scene.batch()
    gate = FixBatch.of_columns(
        np.full(1, scene.vehicle, np.int32),
        np.array([START_MS + round(time_s * 1000)]),
        mark=np.array([mark]),
        device=np.array([device]),
        weight_kg=np.array([weight_kg]),
    )
    rows = FixBatch.concatenate([fixes, gate])
    judgement = evaluate(rows.take(rows.key_order()), WORLD, Carry())
    return judgement.events, judgement.trips


def test_a_load_kept_past_the_deadline_is_told_once_where_the_truck_was() -> None:
    scene = loaded().drive(WILD).stand(3 * 3600)
    assert found(scene, "undelivered_load") == []
    (event,) = found(scene.stand(2 * 3600), "undelivered_load")
    assert event.severity == 2
    assert event.opening["lost_by"] == "deadline"
    assert (event.opening["site_id"], event.opening["permit_id"], event.opening["load_kg"]) == ("S1", "P0", 15_000.0)
    assert event.closing is not None
    assert 4 * 3600 <= event.closing["duration_s"] < 4 * 3600 + 30
    assert event.confirmed_ms == event.end_ms == event.opening["last_heavy_ms"]
    assert len(found(scene.stand(8 * 3600), "undelivered_load")) == 1


def test_a_load_delivered_after_the_deadline_is_delivered_all_the_same() -> None:
    scene = loaded().drive(WILD).stand(5 * 3600).drive("D1").ramp(0, 40, lift_deg=40).stand(60)
    events, (trip,) = scene.judge(WORLD)
    kinds = [event.kind for event in events]
    assert (kinds.count("undelivered_load"), kinds.count("unloading")) == (1, 1)
    assert (trip.ending, trip.dump_point_id) == ("delivered", "D1")


def test_a_load_that_waits_in_the_site_is_not_late() -> None:
    assert found(loaded().stand(10 * 3600), "undelivered_load") == []


def test_an_empty_truck_back_at_the_site_has_lost_its_load() -> None:
    scene = loaded().drive(WILD, lost_kg=14_000).drive("S1").stand(60)
    (event,) = found(scene, "undelivered_load")
    assert event.opening["lost_by"] == "empty_at_site"
    assert scene.judge(WORLD)[1][0].ending == "lost"


def test_a_truck_loaded_again_elsewhere_has_lost_its_first_load() -> None:
    scene = loaded().drive(WILD, lost_kg=14_500).load(15_000).stand(60)
    (event,) = found(scene, "undelivered_load")
    assert event.opening["lost_by"] == "loaded_again"


def test_a_truck_that_brings_its_load_back_has_lost_nothing() -> None:
    scene = loaded().drive(WILD).drive("S1").stand(600)
    assert found(scene, "undelivered_load") == []
    (trip,) = scene.judge(WORLD)[1]
    assert (trip.ending, trip.end_ms) == ("returned", None)
    (again,) = scene.drive("D1").judge(WORLD)[1]
    assert again.ending is None


@pytest.mark.parametrize(
    ("scene", "ending"),
    [
        (loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(60), "delivered"),
        (loaded().drive(WILD).ramp(0, 40, lift_deg=40).stand(60), "dumped"),
        (loaded().drive("D1").ramp(7_500, 40).stand(60).drive(WILD).ramp(0, 40).stand(60), "dumped"),
        (loaded().drive("D1"), None),
    ],
)
def test_what_became_of_the_load(scene: Scene, ending: str | None) -> None:
    assert scene.judge(WORLD)[1][0].ending == ending
    assert found(scene, "undelivered_load") == []


def test_the_deadline_can_be_set_by_permit() -> None:
    documents = dict(WORLD.documents)
    documents["permits"] = [
        permit | {"limits": {"trip.deadline_s": 1800.0}} if permit["permit_id"] == "P0" else permit
        for permit in documents["permits"]
    ]
    (event,) = found(loaded().drive(WILD).stand(3600), "undelivered_load", World.from_documents(documents))
    assert event.opening["deadline_s"] == 1800.0


def test_a_gate_knows_of_a_load_whose_unloading_no_sensor_saw() -> None:
    scene = loaded().drive("D1", lost_kg=14_000)
    events, (trip,) = with_gate(scene.drive("S1").stand(60), 400.0, weight_kg=14_950.0)
    assert "undelivered_load" not in {event.kind for event in events}
    assert (trip.ending, trip.gate_dump_point_id, trip.weighed_kg) == ("delivered", "D1", 14_950.0)
    assert trip.gate_in_ms == START_MS + 400_000


def test_gates_of_places_where_nothing_is_unloaded_say_nothing() -> None:
    scene = loaded().drive("D1", lost_kg=14_000).drive("S1").stand(60)
    events, (trip,) = with_gate(scene, 400.0, device=GATE_S1)
    assert "undelivered_load" in {event.kind for event in events}
    assert (trip.ending, trip.gate_in_ms) == ("lost", None)
    _, (trip,) = with_gate(scene, 400.0, device=GATE_D2, mark=Mark.GATE_OUT)
    assert (trip.gate_in_ms, trip.gate_out_ms) == (None, START_MS + 400_000)


@pytest.mark.parametrize(("weight_kg", "losses"), [(14_900.0, 0), (13_600.0, 0), (13_400.0, 1), (9_000.0, 1)])
def test_the_gate_weighs_less_than_the_truck_did(weight_kg: float, losses: int) -> None:
    events, _ = with_gate(loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(60), 450.0, weight_kg=weight_kg)
    lost = [event for event in events if event.kind == "weight_loss"]
    assert len(lost) == losses
    for event in lost:
        assert (event.opening["by"], event.opening["dump_point_id"]) == (["gate"], "D1")
        assert (event.opening["load_kg"], event.opening["arrived_kg"]) == (15_000.0, weight_kg)
        assert event.opening["lost_kg"] == 15_000.0 - weight_kg


def test_the_sensor_itself_may_show_the_loss_and_it_is_told_once() -> None:
    scene = loaded().drive("D1", lost_kg=4_000).stand(60).ramp(0, 40, lift_deg=40).stand(60)
    (event,) = found(scene, "weight_loss")
    assert (event.opening["by"], event.severity) == (["load"], 2)
    events, _ = with_gate(scene, 500.0, weight_kg=10_500.0)
    assert len([event for event in events if event.kind == "weight_loss"]) == 1


def test_a_bump_at_the_fence_is_no_load_to_lose() -> None:
    scene = loaded()
    scene.load_kg = 22_000
    scene.drive((200.0, 0.0))
    scene.load_kg = 15_000
    assert found(scene.drive("D1").stand(30).ramp(0, 40, lift_deg=40).stand(60), "weight_loss") == []
