"""The scenario language: a TOML file that says what a simulated city lives through.

```toml
title = "What the supervisor sees in the first minute"
start = 2026-03-02T06:00:00+08:00   # of recorded runs; live runs begin now
hours = 1.0                         # after this no truck begins another cycle
history_s = 1500                    # what terminals hold when the link comes up

[city]                              # simulators.city.CityPlan
sites = 4
osm = "town.osm.pbf"                # its streets, from an extract beside this file; left out: a generated grid

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

[[storm]]                           # simulators.reception.StormPlan
at_s = 300
share = 0.5                         # of all terminals lose their links at once, and come back
outage_s = 20

[[clock]]                           # a row of simulators.clocks.CLOCKS: ahead, unset, overflow, back, drift
kind = "ahead"
share = 0.01                        # of the trucks, none of those that have something staged
at_s = 0
seconds = 86400
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
from simulators.clocks import CLOCKS, ClockPlan
from simulators.day_plan import DayPlan
from simulators.fleet import FleetPlan, Sensor
from simulators.incidents import INCIDENTS
from simulators.reception import LinkPlan, StormPlan

SMALL_CITY = (20, 5)  # sites and dump points that a smaller fleet still finds; a city that has no more stays as it is
MAX_TRUCKS = 100_000  # ids have five digits
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
    storm: tuple[StormPlan, ...] = ()
    clock: tuple[ClockPlan, ...] = ()
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

    def with_changes(
        self, hours: float | None = None, trucks: int | None = None, jt808: float | None = None
    ) -> Scenario:
        """Return the scenario with another length or fleet, where one is given; a large city shrinks with its fleet.

        Raises:
            ScenarioError: The staged incidents need more trucks.
        """
        changed = self if hours is None else msgspec.structs.replace(self, hours=hours)
        if trucks is not None:
            fleet = msgspec.structs.replace(self.fleet, trucks=trucks)
            changed = msgspec.structs.replace(changed, fleet=fleet, city=_shrunk(self.city, trucks / self.fleet.trucks))
        if jt808 is not None:
            changed = msgspec.structs.replace(changed, fleet=msgspec.structs.replace(changed.fleet, jt808=jt808))
        return checked(changed)


def on_streets(scenario: Scenario, extract: Path) -> Scenario:
    """Return the scenario in a city on the streets of an OpenStreetMap extract."""
    return msgspec.structs.replace(scenario, city=msgspec.structs.replace(scenario.city, osm=str(extract)))


def _shrunk(city: CityPlan, share: float) -> CityPlan:
    """Return a large city with a share of its places, on a share of its ground."""
    least = SMALL_CITY
    if share >= 1.0 or city.sites <= least[0]:
        return city
    sites, dump_points = max(round(city.sites * share), least[0]), max(round(city.dump_points * share), least[1])
    side = (sites / city.sites) ** 0.5
    columns, rows = max(round(city.columns * side), 12), max(round(city.rows * side), 10)
    return msgspec.structs.replace(
        city, sites=sites, dump_points=min(dump_points, city.dump_points), columns=columns, rows=rows
    )


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
        scenario = checked(msgspec.convert(tomllib.loads(text), Scenario))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    # An extract lies beside the scenario that names it.
    return scenario if scenario.city.osm is None else on_streets(scenario, Path(name).parent / scenario.city.osm)


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
    _check_luck(scenario)
    if scenario.start.tzinfo is None:
        raise ScenarioError("expected a start with an offset such as +08:00, got none")
    if len(scenario.staged) > scenario.fleet.trucks:
        raise ScenarioError(
            f"expected at least {len(scenario.staged)} trucks for what is staged, got {scenario.fleet.trucks}"
        )
    fleet = scenario.fleet
    if not 0.0 <= fleet.jt808 <= 1.0:
        raise ScenarioError(f"expected a share jt808 of 0 to 1, got {fleet.jt808}")
    if fleet.trucks > MAX_TRUCKS:
        raise ScenarioError(f"expected at most {MAX_TRUCKS} trucks, got {fleet.trucks}")
    if min(fleet.trucks, fleet.companies, fleet.interval_s, fleet.standing_interval_s) < 1:
        raise ScenarioError("expected at least one truck, company and second between fixes")
    if fleet.json + fleet.nmea + fleet.bin <= 0.0 or scenario.hours < 0.0 or scenario.history_s < 0.0:
        raise ScenarioError("expected a firmware with a share above 0, and neither hours nor history below 0")
    link = scenario.link
    if not (1 <= link.batch <= MAX_BATCH and link.window >= 1 and link.flash_records >= 1 and link.retry_s > 0.0):
        raise ScenarioError(f"expected a batch of 1 to {MAX_BATCH}, a window, a flash and a retry_s above 0")
    return scenario


def _check_luck(scenario: Scenario) -> None:
    """Raise where storms or clocks cannot be."""
    for storm in scenario.storm:
        if not (0.0 <= storm.share <= 1.0 and storm.outage_s >= 1.0 and storm.at_s >= 0.0):
            raise ScenarioError("storm: expected a share of 0 to 1, at_s of 0 or more and outage_s of 1 or more")
    for clock in scenario.clock:
        if clock.kind not in CLOCKS:
            raise ScenarioError(f"expected a clock of {', '.join(CLOCKS)}, got {clock.kind!r}")
        if not (0.0 <= clock.share <= 1.0 and clock.seconds > 0.0):
            raise ScenarioError(f"clock {clock.kind}: expected a share of 0 to 1 and seconds above 0")
    if sum(clock.share for clock in scenario.clock) > 1.0 + 1e-9:
        raise ScenarioError("expected shares of wrong clocks that make up no more than 1 together")
    if not 0.0 < scenario.link.back_off_s <= scenario.link.back_off_max_s:
        raise ScenarioError("link: expected a back_off_s above 0 and no longer than back_off_max_s")
