"""Every setting of every rule by its name in `limits.json`: default, unit, which kinds of events it decides. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from rules_engine.accuracy import AccuracyLimits
from rules_engine.load_level import LoadLevelLimits
from rules_engine.load_state import LoadStateLimits
from rules_engine.motion import MotionLimits
from supervision.evidence.thresholds import SECTIONS

# What all rules stand on; no kind of its own.
FACTS: dict[str, type[Any]] = {
    "accuracy": AccuracyLimits,
    "load_state": LoadStateLimits,
    "load_level": LoadLevelLimits,
    "motion": MotionLimits,
}
# The last part of a name says its unit.
UNITS = {
    "m": "m",
    "s": "s",
    "min": "min",
    "h": "h",
    "kg": "kg",
    "deg": "°",
    "mps": "m/s",
    "kmh": "km/h",
    "share": "1",
    "ratio": "1",
    "dps": "°/s",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting.

    Attributes:
        name: `section.parameter`.
        kinds: Events that it decides; none for what all rules stand on.
        unit: SI, km/h or °; empty for a count.
        default: Where nobody says otherwise.
    """

    name: str
    kinds: tuple[str, ...]
    unit: str
    default: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one member of a document of limits."""

    where: str
    expected: str
    got: str


def _catalogue() -> dict[str, Parameter]:
    classes: dict[str, type[Any]] = dict(FACTS)
    kinds: dict[str, list[str]] = {section: [] for section in FACTS}
    for kind, sections in SECTIONS.items():
        for section, limits in sections:
            classes[section] = limits
            kinds.setdefault(section, []).append(kind)
    return {
        f"{section}.{field.name}": Parameter(
            f"{section}.{field.name}",
            tuple(kinds[section]),
            UNITS.get(field.name.rpartition("_")[2], ""),
            float(getattr(limits(), field.name)),
        )
        for section, limits in classes.items()
        for field in fields(limits)
    }


PARAMETERS: dict[str, Parameter] = _catalogue()


def faults_in(limits: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a document of limits: names that no rule knows, values that are no numbers."""
    faults = [
        Fault(level, "city, sites or companies", level)
        for level in limits
        if level not in ("city", "sites", "companies")
    ]
    for where, given in _levels(limits):
        if not isinstance(given, Mapping):
            faults.append(Fault(where, "an object of settings", type(given).__name__))
            continue
        for name, value in given.items():
            if name not in PARAMETERS:
                faults.append(Fault(f"{where}.{name}", "a setting of a rule", name))
            elif isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
                faults.append(Fault(f"{where}.{name}", "a finite number", repr(value)))
    return faults


def _levels(limits: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "city" in limits:
        yield "city", limits["city"]
    for level in ("sites", "companies"):
        of_level = limits.get(level, {})
        if not isinstance(of_level, Mapping):
            yield level, of_level
            continue
        for owner, given in of_level.items():
            yield f"{level}.{owner}", given
