"""The trucks: who owns them, what they can carry, which sensors and firmware their terminals have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from simulators.city import City, Corridor

Encoding = Literal["json", "nmea", "bin"]
Sensor = Literal["load", "lift", "cover"]
SENSORS: frozenset[Sensor] = frozenset(("load", "lift", "cover"))


class FleetPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about its trucks; the shares are of all trucks."""

    trucks: int = 12
    companies: int = 3
    json: float = 0.4
    nmea: float = 0.2
    bin: float = 0.4
    without_load: float = 0.0
    without_lift: float = 0.0
    without_cover: float = 0.0
    interval_s: int = 2
    standing_interval_s: int = 10


@dataclass(frozen=True, slots=True)
class Truck:
    """One truck and the terminal in it.

    Attributes:
        vehicle_id: Its id in the world documents.
        plate: Its number plate.
        company: Index of its company, from 0.
        terminal_id: The terminal's device id.
        encoding: What its firmware speaks.
        sensors: Which of load, lift and cover it has.
        corridor: The run it is permitted to do.
        capacity_kg: What it may carry. [kg]
        tare_kg: What it weighs empty. [kg]
        gps_p95_m: Radius that holds 95 % of its fixes. [m]
        interval_s: Time between fixes while anything changes. [s]
        standing_interval_s: Time between fixes while nothing does. [s]
    """

    vehicle_id: str
    plate: str
    company: int
    terminal_id: str
    encoding: Encoding
    sensors: frozenset[Sensor]
    corridor: Corridor
    capacity_kg: float
    tare_kg: float
    gps_p95_m: float
    interval_s: int
    standing_interval_s: int


def generate_fleet(
    rng: np.random.Generator, plan: FleetPlan, city: City, wanted: list[frozenset[Sensor] | None]
) -> list[Truck]:
    """Return the trucks, site by site in turn.

    Args:
        rng: Where chance comes from.
        plan: What the scenario says.
        city: Where they drive.
        wanted: The exact sensors of the first trucks, where what is staged for them needs these; None draws them.
    """
    shares = np.array([plan.json, plan.nmea, plan.bin])
    encodings = rng.choice(["json", "nmea", "bin"], plan.trucks, p=shares / shares.sum())
    plates = rng.choice(90_000, plan.trucks, replace=False) + 10_000
    return [
        Truck(
            vehicle_id=f"V{n + 1:05d}",
            plate=f"苏D{plates[n]}",
            company=n % plan.companies,
            terminal_id=f"T{n + 1:05d}",
            encoding=str(encodings[n]),  # type: ignore[arg-type]  # drawn from the three names
            sensors=(wanted[n] if n < len(wanted) else None) or _draw_sensors(rng, plan),
            corridor=city.corridors[n % len(city.corridors)],
            capacity_kg=float(rng.choice([15_000.0, 16_000.0, 18_000.0])),
            tare_kg=float(rng.integers(120, 150) * 100),
            # 8-35 m was measured on road trucks; the staged ones stay below 15 m so that their truth is certain.
            gps_p95_m=float(rng.uniform(8.0, 15.0 if n < len(wanted) else 35.0)),
            interval_s=plan.interval_s,
            standing_interval_s=plan.standing_interval_s,
        )
        for n in range(plan.trucks)
    ]


def _draw_sensors(rng: np.random.Generator, plan: FleetPlan) -> frozenset[Sensor]:
    absent: dict[Sensor, float] = {"load": plan.without_load, "lift": plan.without_lift, "cover": plan.without_cover}
    return frozenset(sensor for sensor, share in absent.items() if rng.random() >= share)
