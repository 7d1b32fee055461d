"""The thresholds of a rule for one truck, site and permit, each with its origin: default, city, site, company, permit.

The order of precedence is that of the rules (docs/rules.md, "Settings"). The numbers that an event itself carries are
those it was judged by; these here say where they came from and name the ones that it does not carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from rules_engine.balance import MassBalanceLimits
from rules_engine.presumed_dumping import PresumedDumpingLimits
from rules_engine.rules.clone import CloneLimits
from rules_engine.rules.fatigue import FatigueLimits
from rules_engine.rules.forbidden_zone import ForbiddenZoneLimits
from rules_engine.rules.jamming import JammingLimits
from rules_engine.rules.lift_while_moving import LiftWhileMovingLimits
from rules_engine.rules.long_stop import LongStopLimits
from rules_engine.rules.no_permit import NoPermitLimits
from rules_engine.rules.offline import OfflineLimits
from rules_engine.rules.out_of_hours import OutOfHoursLimits
from rules_engine.rules.overload import OverloadLimits
from rules_engine.rules.position_jump import PositionJumpLimits
from rules_engine.rules.power_cut import PowerCutLimits
from rules_engine.rules.route_deviation import RouteDeviationLimits
from rules_engine.rules.sensor_readings import SensorFaultLimits
from rules_engine.rules.spillage import SpillageLimits
from rules_engine.rules.suspicious_loading import SuspiciousLoadingLimits
from rules_engine.rules.track_gap import TrackGapLimits
from rules_engine.rules.uncovered_haul import UncoveredHaulLimits
from rules_engine.rules.weight_loss import WeightLossLimits
from rules_engine.site_exit import NotWashedLimits
from rules_engine.speed_limits import OverspeedLimits
from rules_engine.stays import StayLimits
from rules_engine.trip_facts import TripLimits
from rules_engine.unloading import UnloadingLimits
from rules_engine.washers import WasherLimits

# Sections of settings that a kind is judged by, and their defaults.
SECTIONS: dict[str, tuple[tuple[str, type[Any]], ...]] = {
    "loading": (("stay", StayLimits), ("trip", TripLimits)),
    "unloading": (("unloading", UnloadingLimits), ("trip", TripLimits)),
    "illegal_dumping": (("unloading", UnloadingLimits), ("presumed_dumping", PresumedDumpingLimits)),
    "spillage": (("spillage", SpillageLimits),),
    "uncovered_haul": (("uncovered_haul", UncoveredHaulLimits),),
    "suspicious_loading": (("suspicious_loading", SuspiciousLoadingLimits),),
    "undelivered_load": (("trip", TripLimits),),
    "weight_loss": (("weight_loss", WeightLossLimits),),
    "route_deviation": (("route_deviation", RouteDeviationLimits),),
    "lift_while_moving": (("lift_while_moving", LiftWhileMovingLimits),),
    "overload": (("overload", OverloadLimits),),
    "overspeed": (("overspeed", OverspeedLimits),),
    "fatigue": (("fatigue", FatigueLimits),),
    "long_stop": (("long_stop", LongStopLimits),),
    "forbidden_zone": (("forbidden_zone", ForbiddenZoneLimits),),
    "control_order": (("control_order", ForbiddenZoneLimits),),
    "out_of_hours": (("out_of_hours", OutOfHoursLimits),),
    "no_permit": (("no_permit", NoPermitLimits),),
    "not_washed": (("not_washed", NotWashedLimits),),
    "washer_offline": (("washer_offline", WasherLimits),),
    "offline": (("offline", OfflineLimits),),
    "track_gap": (("track_gap", TrackGapLimits),),
    "position_jump": (("position_jump", PositionJumpLimits),),
    "jamming": (("jamming", JammingLimits),),
    "clone": (("clone", CloneLimits),),
    "power_cut": (("power_cut", PowerCutLimits),),
    "sensor_fault": (("sensor_fault", SensorFaultLimits),),
    "mass_imbalance": (("mass_imbalance", MassBalanceLimits),),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """One threshold as it held.

    Attributes:
        name: As in `limits.json`.
        value: What held.
        origin: "default", "city", "site", "company" or "permit".
        default: What holds where nobody says otherwise.
    """

    name: str
    value: float
    origin: str
    default: float


def thresholds_in_force(
    kind: str,
    limits: Mapping[str, Any],
    *,
    site_id: str | None,
    company_id: str | None,
    permit: Mapping[str, Any] | None,
) -> list[InForce]:
    """Return the thresholds of a kind, the narrowest of permit, company, site and city.

    Args:
        kind: Of the event.
        limits: The world's document of limits: `city`, `sites`, `companies`.
        site_id: Where the load came from.
        company_id: Whose truck it is.
        permit: Its document.
    """
    levels: list[tuple[str, Mapping[str, Any]]] = [
        ("permit", (permit or {}).get("limits") or {}),
        ("company", (limits.get("companies") or {}).get(company_id) or {}),
        ("site", (limits.get("sites") or {}).get(site_id) or {}),
        ("city", limits.get("city") or {}),
    ]
    return [
        _in_force(f"{section}.{field.name}", float(getattr(defaults(), field.name)), levels)
        for section, defaults in SECTIONS.get(kind, ())
        for field in fields(defaults)
    ]


def _in_force(name: str, default: float, levels: list[tuple[str, Mapping[str, Any]]]) -> InForce:
    for origin, given in levels:
        if given.get(name) is not None:
            return InForce(name, float(given[name]), origin, default)
    return InForce(name, default, "default", default)
