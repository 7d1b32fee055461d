"""The trucks: who owns them, what they can carry, which sensors and firmware their terminals have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import numpy as np

from simulators.city import City, Corridor

Encoding = Literal["json", "nmea", "bin"]
Sensor = Literal["load", "lift", "cover"]
FIRST_PHONE = 13_800_000_001
LIMITED_KG = 12_500.0  # what permits allow over a weak bridge
SENSORS: frozenset[Sensor] = frozenset(("load", "lift", "cover"))


class FleetPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about its trucks; the shares are of all trucks.

    `bare` trucks have neither load, lift nor cover sensor. Where `intervals_s` is given, each terminal has one of them.
    `load_limits` have a permit that allows less than they can carry, `night_permits` one that allows hauling at any
    time, `without_permit` none that is valid. `tags` have a radio tag, `dirty` ones are sent back once by the washer's
    barrier, `worn_plates` are misread by a gate's camera one time in three. Sensors are calibrated as well as they are:
    a load sensor reads up to `load_error` too much or too little, and up to `empty_kg` for nothing, a lift sensor is up
    to `lift_error_deg` off. `jt808` terminals speak JT/T 808 to a bridge; the firmwares' other shares are of the rest.
    """

    trucks: int = 12
    companies: int = 3
    json: float = 0.4
    nmea: float = 0.2
    bin: float = 0.4
    jt808: float = 0.0
    without_load: float = 0.0
    without_lift: float = 0.0
    without_cover: float = 0.0
    bare: float = 0.0
    interval_s: int = 2
    standing_interval_s: int = 10
    intervals_s: tuple[int, ...] = ()
    gps_p95_m: tuple[float, float] = (8.0, 35.0)
    load_limits: float = 0.0
    night_permits: float = 0.0
    without_permit: float = 0.0
    load_error: float = 0.0
    empty_kg: float = 0.0
    lift_error_deg: float = 0.0
    tags: float = 0.0
    dirty: float = 0.0
    worn_plates: float = 0.0


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
        load_limit_kg: What its permit allows, None where that is what it can carry. [kg]
        night_permit: Its permit allows hauling at any time.
        permitted: Whether it has a permit.
        load_scale: What its load sensor makes of a kilogram.
        load_offset_kg: What it reads for nothing. [kg]
        lift_offset_deg: What its lift sensor reads with the body down. [deg]
        tag: What readers read of its radio tag, None without one.
        dirty: Its wheels need two washings.
        worn_plate: Cameras misread its plate now and then.
        phone: The number of a terminal that speaks JT/T 808, empty of any other.
        vendor: Whose JT/T 808 terminal it is.
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
    load_limit_kg: float | None = None
    night_permit: bool = False
    permitted: bool = True
    load_scale: float = 1.0
    load_offset_kg: float = 0.0
    lift_offset_deg: float = 0.0
    tag: str | None = None
    dirty: bool = False
    worn_plate: bool = False
    phone: str = ""
    vendor: str = ""

    @property
    def allowed_kg(self) -> float:
        """Return what it may carry by build and by permit. [kg]"""
        return self.capacity_kg if self.load_limit_kg is None else min(self.capacity_kg, self.load_limit_kg)

    @property
    def binding(self) -> Literal["load", "period"]:
        """Return how its permit binds it: without a load sensor nobody sees it being loaded."""
        return "load" if "load" in self.sensors else "period"


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
    fleet = [
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
            gps_p95_m=float(rng.uniform(*((8.0, 15.0) if n < len(wanted) else plan.gps_p95_m))),
            interval_s=plan.interval_s,
            standing_interval_s=plan.standing_interval_s,
            tag=f"E20047{int(plates[n]):05d}" if _is_among(n, plan.tags, 0) else None,
            dirty=_is_among(n, plan.dirty, 1),
            worn_plate=_is_among(n, plan.worn_plates, 2),
        )
        for n in range(plan.trucks)
    ]
    fleet = [_with_papers(rng, plan, truck) for truck in fleet]
    first = len(wanted)  # what is staged is staged for the sensors of contract v1
    return [
        _bridged(truck, n) if n >= first and _is_among(n, plan.jt808, 3) else truck for n, truck in enumerate(fleet)
    ]


def _bridged(truck: Truck, number: int) -> Truck:
    """Return the truck with a JT/T 808 terminal: one vendor's reads all sensors, the other's none."""
    vendor, sensors = ("egs", SENSORS) if truck.sensors else ("default", frozenset[Sensor]())
    return replace(truck, sensors=sensors, phone=str(FIRST_PHONE + number), vendor=vendor)


def _with_papers(rng: np.random.Generator, plan: FleetPlan, truck: Truck) -> Truck:
    """Return the truck with its terminal's interval and what its permit says."""
    interval_s = int(rng.choice(plan.intervals_s)) if plan.intervals_s else truck.interval_s
    limited, nightly, permitted = rng.random(3) < (plan.load_limits, plan.night_permits, 1.0 - plan.without_permit)
    scale, offset, lift = rng.uniform([-1.0, 0.0, -1.0], 1.0)
    return replace(
        truck,
        load_scale=1.0 + float(scale) * plan.load_error,
        load_offset_kg=float(offset) * plan.empty_kg,
        lift_offset_deg=float(lift) * plan.lift_error_deg,
        interval_s=interval_s,
        standing_interval_s=max(interval_s, truck.standing_interval_s),
        load_limit_kg=LIMITED_KG if limited else None,
        night_permit=bool(nightly),
        permitted=bool(permitted),
    )


def _is_among(number: int, share: float, which: int) -> bool:
    """Return whether a truck is one of a share; without chance, so that shares added later change no other draw."""
    return (number * 0.618034 + which / 3.0) % 1.0 < share


def _draw_sensors(rng: np.random.Generator, plan: FleetPlan) -> frozenset[Sensor]:
    if rng.random() < plan.bare:
        return frozenset()
    absent: dict[Sensor, float] = {"load": plan.without_load, "lift": plan.without_lift, "cover": plan.without_cover}
    return frozenset(sensor for sensor, share in absent.items() if rng.random() >= share)
