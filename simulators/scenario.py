"""The scenario language: a TOML file that says what a simulated city lives through.

```toml
title = "What the supervisor sees in the first minute"
start = 2026-03-02T06:00:00+08:00   # of recorded runs; live runs begin now
hours = 1.0                         # after this no truck begins another cycle
history_s = 1500                    # what terminals hold when the link comes up

[city]                              # simulators.city.CityPlan
sites = 4

[fleet]                             # simulators.fleet.FleetPlan
trucks = 16
json = 0.4                          # shares of the firmware
nmea = 0.2
bin = 0.4

[link]                              # simulators.reception.LinkPlan
blind_per_hour = 0.3

[[incident]]                        # a row of simulators.incidents.INCIDENTS
kind = "illegal_dumping"
trucks = 2                          # how many trucks have it on their first cycle
at_s = 10                           # when it begins, from the scenario's start; left out: as the cycle goes
share = 0.05                        # of the later cycles of every truck with fitting sensors
```

`[day]` (simulators.day_plan.DayPlan) lets drivers begin, rest and park; without it cycle follows on cycle. `inferred`
demands that loading and unloading be found on trucks with neither load nor lift sensor too, and lets any truck that has
what an incident needs have it. `washer_outages` is the share of washers that are dead for some hours of the run.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from simulators.city import CityPlan
from simulators.day_plan import DayPlan
from simulators.fleet import FleetPlan, Sensor
from simulators.incidents import INCIDENTS
from simulators.reception import LinkPlan

MAX_BATCH = 150  # fixes as JSON that stay below the broker's largest packet of 64 KiB


class ScenarioError(ValueError):
    """A scenario says something that cannot be; names what was expected and what came."""


class IncidentPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about one kind of incident."""

    kind: str
    trucks: int = 1
    at_s: float | None = None
    share: float = 0.0


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole scenario; the fields are explained at the top of this module."""

    title: str
    start: datetime
    hours: float = 1.0
    history_s: float = 0.0
    city: CityPlan = CityPlan()
    fleet: FleetPlan = FleetPlan()
    link: LinkPlan = LinkPlan()
    incident: tuple[IncidentPlan, ...] = ()
    day: DayPlan | None = None
    inferred: bool = False
    washer_outages: float = 0.0

    @property
    def staged(self) -> list[IncidentPlan]:
        """Return the incident of each of the first trucks."""
        return [plan for plan in self.incident for _ in range(plan.trucks)]

    @property
    def wanted_sensors(self) -> list[frozenset[Sensor] | None]:
        """Return the sensors that each of the first trucks must have."""
        return [INCIDENTS[plan.kind].sensors for plan in self.staged]

    def with_changes(self, hours: float | None = None, trucks: int | None = None) -> Scenario:
        """Return the scenario with another length or fleet, where one is given.

        Raises:
            ScenarioError: The staged incidents need more trucks.
        """
        fleet = self.fleet if trucks is None else msgspec.structs.replace(self.fleet, trucks=trucks)
        return checked(msgspec.structs.replace(self, hours=self.hours if hours is None else hours, fleet=fleet))


def shipped_scenarios() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    folder = files("simulators") / "scenarios"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_scenario(name: str) -> Scenario:
    """Return a scenario by the name of a shipped one or the path of a TOML file.

    Raises:
        ScenarioError: There is none, or it says something that cannot be.
    """
    if name in shipped_scenarios():
        text = (files("simulators") / "scenarios" / f"{name}.toml").read_text("utf-8")
    elif name.endswith(".toml") and Path(name).is_file():
        text = Path(name).read_text("utf-8")
    else:
        raise ScenarioError(f"expected {', '.join(shipped_scenarios())} or the path of a .toml file, got {name!r}")
    try:
        return checked(msgspec.convert(tomllib.loads(text), Scenario))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{name}: {error}") from error


def checked(scenario: Scenario) -> Scenario:
    """Return the scenario if it can be.

    Raises:
        ScenarioError: It cannot; says why.
    """
    for plan in scenario.incident:
        if plan.kind not in INCIDENTS:
            raise ScenarioError(f"expected an incident of {', '.join(INCIDENTS)}, got {plan.kind!r}")
        if not (0.0 <= plan.share <= 1.0 and plan.trucks >= 0):
            raise ScenarioError(f"{plan.kind}: expected a share of 0 to 1 and no fewer than 0 trucks")
    if sum(plan.share for plan in scenario.incident) > 1.0 + 1e-9:
        raise ScenarioError("expected shares of later cycles that make up no more than 1 together")
    if scenario.start.tzinfo is None:
        raise ScenarioError("expected a start with an offset such as +08:00, got none")
    if len(scenario.staged) > scenario.fleet.trucks:
        raise ScenarioError(
            f"expected at least {len(scenario.staged)} trucks for what is staged, got {scenario.fleet.trucks}"
        )
    fleet = scenario.fleet
    if min(fleet.trucks, fleet.companies, fleet.interval_s, fleet.standing_interval_s) < 1:
        raise ScenarioError("expected at least one truck, company and second between fixes")
    if fleet.json + fleet.nmea + fleet.bin <= 0.0 or scenario.hours < 0.0 or scenario.history_s < 0.0:
        raise ScenarioError("expected a firmware with a share above 0, and neither hours nor history below 0")
    link = scenario.link
    if not (1 <= link.batch <= MAX_BATCH and link.window >= 1 and link.flash_records >= 1 and link.retry_s > 0.0):
        raise ScenarioError(f"expected a batch of 1 to {MAX_BATCH}, a window, a flash and a retry_s above 0")
    return scenario
