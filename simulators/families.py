"""Families of scenarios drawn at random: one table of what is in each, and `draw`, which makes a scenario of a seed.

A family says how often what happens, how good receivers and links are, and what sensors trucks have; everything else,
the city included, is drawn. Shares are of cycles: a truck drives about ten a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import numpy as np
from msgspec.structs import replace

from simulators.city import CityPlan
from simulators.day_plan import DayPlan
from simulators.fleet import FleetPlan
from simulators.reception import LinkPlan
from simulators.scenario import IncidentPlan, Scenario, ScenarioError, checked, read_scenario
from simulators.windows import DayWindow

FAMILY_PREFIX = "family:"
TRUCKS, HOURS = 40, 24.0  # unless told otherwise
UTC_OFFSET_H = 8.0
OPENS_AFTER_H = 1.0  # a run begins an hour before the first opening
USUAL_DAY = DayPlan(without_rest=0.06, night_run=0.08, keeps_load=0.06, edge_parking=0.15)
NIGHTLY = DayWindow(20.0, 6.0)  # many cities let muck trucks in only at night
DAILY = (DayWindow(6.0, 22.0), DayWindow(7.0, 20.0), DayWindow(5.5, 21.0))

Shares = dict[str, float]
DUMPING: Shares = {"illegal_dumping": 0.05, "wrong_dump_point": 0.02}
LOADS: Shares = {
    "spillage_open": 0.015,
    "spillage_closed": 0.015,
    "weight_loss": 0.015,
    "uncovered_haul": 0.02,
    "overload": 0.02,
    "suspicious_loading": 0.02,
}
DRIVING: Shares = {
    "route_deviation": 0.02,
    "past_the_end": 0.015,
    "lift_while_moving": 0.02,
    "overspeed": 0.025,
    "overspeed_zone": 0.02,
    "forbidden_zone": 0.025,
    "control_order": 0.025,
    "long_stop": 0.015,
    "not_washed": 0.03,
}
TERMINALS: Shares = {
    "offline": 0.012,
    "track_gap": 0.015,
    "position_jump": 0.015,
    "jamming": 0.015,
    "power_cut": 0.015,
    "clone": 0.01,
}
SENSOR_FAULTS: Shares = {
    "torn_load": 0.006,
    "absent_load": 0.006,
    "torn_lift": 0.006,
    "stuck_load": 0.006,
    "mad_load": 0.006,
    "mad_lift": 0.006,
}
NEAR_MISSES: Shares = {
    "traffic_jam": 0.02,
    "short_excursion": 0.02,
    "u_turn": 0.02,
    "gps_excursion": 0.02,
    "canyon": 0.02,
    "tunnel": 0.02,
    "reboot": 0.01,
    "brown_out": 0.015,
    "dumping_beside_fence": 0.02,
    "load_noise": 0.02,
    "load_drift": 0.02,
    "torn_load_wire": 0.01,
    "slope": 0.02,
    "cover_flapping": 0.02,
    "cover_open_standing": 0.01,
    "lift_test_empty": 0.01,
    "body_cleaning": 0.02,
    "at_the_limit": 0.025,
    "roadside_stop": 0.025,
    "roadside_meal": 0.02,
    "washing_queue": 0.02,
    "gate_queue": 0.02,
}


@dataclass(frozen=True, slots=True)
class Family:
    """What a family of scenarios has in common.

    Attributes:
        what: In one line, for people.
        shares: How often each incident is, of all cycles.
        day: What drivers do with their day.
        gps_p95_m: How good receivers are, best and worst. [m]
        without: Share of trucks without load, lift and cover sensor.
        bare: Share of trucks with none of them.
        intervals_s: How often terminals report. [s]
        link: What links live through.
        nightly: Hauling is allowed at night only.
        washer_outages: Share of washers that are dead for some hours.
        without_permit: Share of trucks that have none.
        load_error: How wrong load sensors are calibrated, at most, of the load.
        lift_error_deg: How wrong lift sensors stand, at most. [deg]
        works: Whether the first corridor is dug up for half the day.
    """

    what: str
    shares: Shares
    day: DayPlan = USUAL_DAY
    gps_p95_m: tuple[float, float] = (8.0, 25.0)
    without: tuple[float, float, float] = (0.05, 0.05, 0.1)
    bare: float = 0.05
    intervals_s: tuple[int, ...] = (5, 10, 15)
    link: LinkPlan = field(default_factory=LinkPlan)
    nightly: bool = False
    washer_outages: float = 0.3
    without_permit: float = 0.05
    load_error: float = 0.02
    lift_error_deg: float = 1.5
    works: bool = True


def _halved(shares: Shares) -> Shares:
    return {kind: share / 2.0 for kind, share in shares.items()}


ALL: Shares = DUMPING | LOADS | DRIVING | TERMINALS | SENSOR_FAULTS
ROUGH_LINK = LinkPlan(
    newest_first=0.5,
    blind_per_hour=0.25,
    blind_minutes=(4.0, 200.0),
    message_loss=0.02,
    answer_loss=0.03,
    battery_pulls_per_hour=0.1,
)

FAMILIES: dict[str, Family] = {
    "everyday": Family("A bit of everything, ordinary receivers and links", _halved(ALL) | _halved(NEAR_MISSES)),
    "tempting": Family("Near misses before all, and few violations", _halved(DUMPING) | NEAR_MISSES),
    "dumpers": Family("Dumping, spilling and overloading", ALL | {"illegal_dumping": 0.12} | _halved(NEAR_MISSES)),
    "drivers": Family(
        "Drivers who speed, stray, stop and never rest",
        {kind: 1.5 * share for kind, share in DRIVING.items()} | _halved(NEAR_MISSES),
        day=DayPlan(without_rest=0.25, night_run=0.15, keeps_load=0.12, edge_parking=0.2),
    ),
    "tampering": Family(
        "Terminals dead, jammed, cloned and robbed of power; sensors torn, stuck and mad",
        {kind: 2.0 * share for kind, share in (TERMINALS | SENSOR_FAULTS).items()} | _halved(NEAR_MISSES),
        washer_outages=0.6,
    ),
    "bare": Family(
        "Trucks without load, lift and cover sensor",
        ALL | {"illegal_dumping": 0.1} | _halved(NEAR_MISSES),
        without=(0.6, 0.6, 0.6),
        bare=0.6,
        works=False,
    ),
    "blind": Family(
        "Blind zones of hours, lost messages, lost counters", _halved(ALL | NEAR_MISSES), link=ROUGH_LINK, works=False
    ),
    "canyon": Family(
        "Poor receivers between high buildings",
        _halved(ALL) | _halved(NEAR_MISSES) | {"canyon": 0.1, "gps_excursion": 0.06, "tunnel": 0.06},
        gps_p95_m=(20.0, 38.0),
    ),
    "night": Family(
        "A city that lets muck trucks in at night only",
        _halved(ALL) | _halved(NEAR_MISSES),
        day=DayPlan(without_rest=0.1, night_run=0.3, keeps_load=0.05, edge_parking=0.1, ends_h=(2.2, 3.0)),
        nightly=True,
    ),
    "harsh": Family(
        "Poor receivers, bad links, slow terminals and sensors that nobody has calibrated for years",
        _halved(ALL) | _halved(NEAR_MISSES) | {"canyon": 0.05, "gps_excursion": 0.04, "load_noise": 0.05},
        gps_p95_m=(20.0, 38.0),
        without=(0.15, 0.15, 0.2),
        bare=0.15,
        intervals_s=(15, 30),
        link=ROUGH_LINK,
        load_error=0.04,
        lift_error_deg=3.0,
    ),
    "sparse": Family(
        "Terminals that report every half minute",
        _halved(ALL) | _halved(NEAR_MISSES),
        intervals_s=(20, 30),
        gps_p95_m=(8.0, 30.0),
    ),
}


def family_of(name: str) -> Family:
    """Return a family by its name.

    Raises:
        ScenarioError: There is none.
    """
    if name not in FAMILIES:
        raise ScenarioError(f"expected a family of {', '.join(FAMILIES)}, got {name!r}")
    return FAMILIES[name]


def draw(name: str, seed: int, trucks: int = TRUCKS, hours: float = HOURS) -> Scenario:
    """Return a scenario of a family; `simulate` it with the same seed.

    Args:
        name: A row of `FAMILIES`.
        seed: The same seed gives the same scenario.
        trucks: How many trucks.
        hours: How long; a day's work needs 24. [h]

    Raises:
        ScenarioError: There is no such family, or it would be no scenario.
    """
    family = family_of(name)
    rng = np.random.default_rng([seed, sorted(FAMILIES).index(name)])
    window = NIGHTLY if family.nightly else DAILY[int(rng.integers(len(DAILY)))]
    scenario = Scenario(
        title=f"{name}: {family.what}",
        start=_start(rng, window),
        hours=hours,
        city=_city(rng, family, window, trucks, hours),
        fleet=_fleet(family, trucks),
        link=_link(family.link),
        incident=_incidents(rng, family),
        day=family.day,
        inferred=True,
        washer_outages=family.washer_outages,
    )
    return checked(scenario)


def named_scenario(name: str, seed: int, *, trucks: int | None = None, hours: float | None = None) -> Scenario:
    """Return what a person names: `family:NAME`, a shipped scenario, or the path of a TOML file.

    Args:
        name: What to take.
        seed: What a family is drawn from.
        trucks: How many trucks, None for as many as there are usually.
        hours: How long, likewise. [h]

    Raises:
        ScenarioError: There is no such thing, or it would be no scenario.
    """
    if name.startswith(FAMILY_PREFIX):
        family = name.removeprefix(FAMILY_PREFIX)
        return draw(family, seed, TRUCKS if trucks is None else trucks, HOURS if hours is None else hours)
    return read_scenario(name).with_changes(hours, trucks)


def _start(rng: np.random.Generator, window: DayWindow) -> datetime:
    day = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=UTC_OFFSET_H))) + timedelta(days=int(rng.integers(60)))
    return day + timedelta(hours=window.from_h - OPENS_AFTER_H)


def _city(rng: np.random.Generator, family: Family, window: DayWindow, trucks: int, hours: float) -> CityPlan:
    works_s = (OPENS_AFTER_H * 3_600.0, OPENS_AFTER_H * 3_600.0 + hours * 1_000.0)
    return CityPlan(
        columns=int(rng.integers(10, 15)),
        rows=int(rng.integers(9, 13)),
        spacing_m=float(rng.uniform(620.0, 820.0)),
        sites=int(np.clip(trucks // 8, 2, 8)),
        dump_points=int(rng.integers(3, 6)),
        half_width_m=float(rng.uniform(90.0, 130.0)),
        lat_deg=float(rng.uniform(28.0, 38.0)),
        lon_deg=float(rng.uniform(110.0, 121.0)),
        roads=True,
        forbidden_zones=2,
        zones_beside=3,
        control_orders=2,
        orders_s=(0.15 * hours * 3_600.0, 0.5 * hours * 3_600.0),
        slow_streets=4,
        haul_window=window,
        site_windows=0.3,
        works_s=works_s if family.works else None,
        utc_offset_h=UTC_OFFSET_H,
    )


def _fleet(family: Family, trucks: int) -> FleetPlan:
    load, lift, cover = family.without
    return FleetPlan(
        trucks=trucks,
        companies=max(2, trucks // 12),
        without_load=load,
        without_lift=lift,
        without_cover=cover,
        bare=family.bare,
        standing_interval_s=30,
        intervals_s=family.intervals_s,
        gps_p95_m=family.gps_p95_m,
        load_limits=0.15,
        night_permits=0.15,
        without_permit=family.without_permit,
        load_error=family.load_error,
        empty_kg=300.0,
        lift_error_deg=family.lift_error_deg,
    )


def _link(link: LinkPlan) -> LinkPlan:
    """Return the links with messages as large as they come and a coarse tick: what is said does not depend on it."""
    return replace(link, batch=120, flush_s=120.0, tick_s=60.0, retry_s=180.0)


def _incidents(rng: np.random.Generator, family: Family) -> tuple[IncidentPlan, ...]:
    """Return each incident with a share that this city's drivers have: half to one and a half times the family's."""
    shares = {kind: share * float(rng.uniform(0.6, 1.4)) for kind, share in family.shares.items()}
    whole = max(sum(shares.values()), 0.95) / 0.95  # some cycles at least are ordinary
    return tuple(IncidentPlan(kind, trucks=0, share=share / whole) for kind, share in shares.items())
