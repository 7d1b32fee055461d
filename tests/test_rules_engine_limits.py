"""Every threshold is a setting, the narrower one winning: city < site < company < permit.

Rules of a device or of a span over many trips know no site and permit; docs/rules.md says which.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from oracles.scenes import Scene, loaded
from oracles.zoned import collection, square, zone, zoned_city

from rules_engine import engine, rules
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.rules.rule import Facts, Rule
from rules_engine.world import World

LEVELS = ("city", "site", "company", "permit")
MODULES = [
    importlib.import_module(f"rules_engine.rules.{found.name}") for found in pkgutil.iter_modules(rules.__path__)
]
# Each rule's dataclass of limits, by the rule's name.
LIMITS = {
    module.NAME: kind
    for module in MODULES
    if hasattr(module, "NAME")
    for name, kind in vars(module).items()
    if name == "".join(word.capitalize() for word in module.NAME.split("_")) + "Limits"
}
SHOWN = (
    "overload",
    "overspeed",
    "lift_while_moving",
    "long_stop",
    "route_deviation",
    "uncovered_haul",
    "forbidden_zone",
    "power_cut",
)


def world_with(limits: dict[str, dict[str, float]]) -> World:
    """Return a city with these limits by level, for truck T0, its company, its site S1 and its permit P0."""
    zones = collection(zone("F1", square(1500, 3000, 2000), rule="forbidden"))
    documents = dict(zoned_city(zones=zones).documents)
    first = documents["permits"][0] | {"limits": limits.get("permit", {})}
    set_by = {
        "city": limits.get("city", {}),
        "sites": {"S1": limits.get("site", {})},
        "companies": {"C1": limits.get("company", {})},
    }
    return World.from_documents(documents | {"permits": [first, *documents["permits"][1:]], "limits": set_by})


def offender() -> Scene:
    """Return a truck too heavy, too fast, open, with its bed up and off its route, that then stands for long."""
    scene = loaded().drive((400.0, 0.0), 8.0)
    scene.load_kg, scene.cover, scene.lift_deg = 20_000, 2, 12.0
    scene.drive((1500.0, 2500.0), 25.0)
    scene.lift_deg = 0.0
    return scene.stand(2700)


def facts_of(world: World, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Return what is known of that truck's rows."""
    seen: list[Facts] = []
    watching = Rule("watching", 1, None, lambda facts: seen.append(facts) or [])  # type: ignore[func-returns-value]
    monkeypatch.setattr(engine, "RULES", (watching,))
    evaluate(offender().batch(), world, Carry())
    return seen[0]


@pytest.mark.parametrize("level", LEVELS)
def test_every_limit_of_every_rule_can_be_set_at_every_level(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(SHOWN) <= set(LIMITS)
    assert len(LIMITS) >= 15
    upto = LEVELS[: LEVELS.index(level) + 1]
    names = [(rule, field.name) for rule, kind in LIMITS.items() for field in fields(kind)]
    limits = {each: {f"{rule}.{name}": 7.0 + LEVELS.index(each) for rule, name in names} for each in upto}
    facts = facts_of(world_with(limits), monkeypatch)
    on_trip = (facts.trips.permit >= 0).nonzero()[0][-1]
    for rule, kind in LIMITS.items():
        in_force: Any = facts.limits(rule, kind())
        for field in fields(kind):
            value = np.broadcast_to(getattr(in_force, field.name), facts.trips.permit.shape)[on_trip]
            assert value == 7.0 + LEVELS.index(level), (rule, field.name)


@pytest.mark.parametrize("level", LEVELS)
def test_the_narrower_limit_takes_effect(level: str) -> None:
    upto = LEVELS[: LEVELS.index(level) + 1]
    limits = {each: {f"{rule}.hold_s": 41.0 + LEVELS.index(each) for rule in SHOWN} for each in upto}
    batch, world = offender().batch(), world_with(limits)
    power = (np.arange(len(batch)) < len(loaded().rows) + 10).astype(np.int8)
    events = evaluate(replace(batch, main_power=power), world, Carry()).events
    held = {event.kind: event.opening["hold_s"] for event in events if "hold_s" in event.opening}
    assert {rule: held.get(rule) for rule in SHOWN} == dict.fromkeys(SHOWN, 41.0 + LEVELS.index(level))
