"""A night of one truck as the records hold it: a world, a track with a dumping in it, a washer, a trip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.types.json import Jsonb

from storage.batch_writer import BatchWriter
from storage.times import utc
from storage.world_store import empty_documents, write_documents
from tests.storage_rows import NOON_MS, batch, event, fixes, trip

FIXES = 240  # ten seconds apart: forty minutes
DUMPED_AT = 120


def square(lon: float, lat: float, half_deg: float) -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[round(lon + x * half_deg, 6), round(lat + y * half_deg, 6)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def world(vehicles: int = 2) -> dict[str, Any]:
    """Return a world of a site, a dump point, a corridor, a zone, two districts, trucks of two companies."""
    route = [[119.900, 31.700], [119.912, 31.706], [119.925, 31.7065], [119.940, 31.712]]
    collections = {
        "sites": [feature(square(119.900, 31.700, 0.0012), site_id="S1", name="星河湾二期工地")],
        "dump_points": [feature(square(119.940, 31.712, 0.0015), dump_point_id="D1", name="城北消纳场")],
        "corridors": [
            feature({"type": "LineString", "coordinates": route}, corridor_id="K1", name="通江路", half_width_m=40)
        ],
        "zones": [feature(square(119.9185, 31.7015, 0.0012), zone_id="Z1", name="实验小学", rule="forbidden")],
        "districts": [
            feature(square(119.92, 31.70, 0.03), district_id="新北区"),
            feature(square(120.20, 31.70, 0.03), district_id="武进区"),
        ],
    }
    lists = {
        "companies": [{"company_id": "C1", "name": "常运渣土运输有限公司"}, {"company_id": "C2", "name": "远大运输"}],
        "vehicles": [
            {"vehicle_id": f"V{n}", "plate": f"苏D{12344 + n}", "company_id": "C1" if n % 2 else "C2",
             "capacity_kg": 15_500.0, "tare_kg": 12_000.0}
            for n in range(1, vehicles + 1)
        ],
        "terminals": [
            *({"terminal_id": f"T{n}", "kind": "truck", "region": "320412",
               "assignments": [{"vehicle_id": f"V{n}", "from": "2026-01-01T00:00:00Z"}]}
              for n in range(1, vehicles + 1)),
            {"terminal_id": "W1", "kind": "washer", "region": "320412", "site_id": "S1"},
        ],
        "permits": [
            {"permit_id": "P1", "company_id": "C1", "vehicle_ids": ["V1"], "site_id": "S1", "dump_point_ids": ["D1"],
             "corridor_ids": ["K1"], "valid_from": "2026-05-01T00:00:00+08:00", "valid_to": "2026-06-30T00:00:00+08:00",
             "max_load_kg": 15_500.0, "limits": {"unloading.lost_share": 0.35}}
        ],
        "limits": {"city": {"unloading.hold_s": 12.0}, "sites": {}, "companies": {}},
    }  # fmt: skip
    return {
        **empty_documents(),
        **lists,
        **{name: {"type": "FeatureCollection", "features": items} for name, items in collections.items()},
    }


def track(count: int = FIXES) -> dict[str, Any]:
    """Return the readings of a truck that leaves its route, tips its load beside a school and drives on."""
    way = np.array([[119.900, 31.700], [119.912, 31.706], [119.916, 31.7045], [119.9175, 31.7035], [119.925, 31.7065],
                    [119.940, 31.712]])  # fmt: skip
    stops = np.array([0, 70, 100, DUMPED_AT - 6, 170, count - 1])
    seq = np.arange(count)
    still = (seq >= DUMPED_AT - 6) & (seq <= DUMPED_AT + 12)
    shown = np.where(still, DUMPED_AT - 6, seq)
    rng = np.random.default_rng(5)
    lon = np.interp(shown, stops, way[:, 0]) + rng.normal(0, 1.5e-5, count)
    lat = np.interp(shown, stops, way[:, 1]) + rng.normal(0, 1.5e-5, count)
    lift = np.interp(seq, [0, DUMPED_AT - 3, DUMPED_AT + 2, DUMPED_AT + 8, DUMPED_AT + 12, count],
                     [0, 0, 42, 44, 0, 0])  # fmt: skip
    load = np.interp(seq, [0, DUMPED_AT - 1, DUMPED_AT + 5, count], [15_200, 15_100, 600, 500])
    return {
        "lon_deg": lon,
        "lat_deg": lat,
        "speed_mps": np.where(still, 0.0, 7.5 + 2.5 * np.sin(seq / 9)),
        "course_deg": np.full(count, 60.0),
        "hdop": np.round(0.8 + 0.3 * rng.random(count), 1),
        "satellites": rng.integers(9, 16, count),
        "load_kg": load + rng.normal(0, 60, count),
        "lift_deg": np.clip(lift + rng.normal(0, 0.3, count), 0, None),
        "cover": np.where((seq > DUMPED_AT - 4) & (seq < DUMPED_AT + 20), 2, 0),
    }


def add_night(connection: psycopg.Connection[Any], *, kind: str = "illegal_dumping") -> UUID:
    """Write the world and the night; return the event's name."""
    write_documents(connection, world())
    opening = {
        "rule_version": 3,
        "permit_id": "P1",
        "dump_point_id": None,
        "by": ["lift", "load"],
        "lift_deg": 38.2,
        "load_before_kg": 15_150.0,
        "load_kg": 4_100.0,
        "lift_above_deg": 15.0,
        "lost_share_above": 0.35,
        "hold_s": 12.0,
    }
    found = event(
        DUMPED_AT,
        kind=kind,
        end_seq=DUMPED_AT + 10,
        severity=3,
        lat_deg=31.7035,
        lon_deg=119.9175,
        opening=opening,
        closing={"lift_deg": 44.1, "load_before_kg": 15_150.0, "load_kg": 560.0, "duration_s": 100.0, "fixes": 11},
    )
    load = trip(
        2,
        permit_id="P1",
        corridor_id="K1",
        left_site_ms=NOON_MS + 120_000,
        unloading_start_ms=NOON_MS + DUMPED_AT * 10_000,
        unloading_end_ms=NOON_MS + (DUMPED_AT + 10) * 10_000,
        end_ms=NOON_MS + (FIXES - 5) * 10_000,
        ending="dumped",
    )
    rows = fixes(1, range(FIXES), **track())
    rows.received_at_ms[60:66] += 400_000  # from the terminal's memory, after a blind zone
    BatchWriter(connection).write(
        batch(rows, events=[found], trips=[load], found_at_ms=NOON_MS + DUMPED_AT * 10_000 + 40_000)
    )
    connection.execute(
        "insert into device_events (terminal_no, vehicle_no, event_time, epoch, seq, received_at, type, plate, body)"
        " select terminal_no, 1, %(at)s, 3, 77, %(at)s, 'washer_passage', '苏D12345', %(body)s"
        " from terminals where terminal_id = 'W1'",
        {"at": utc(NOON_MS + 110_000), "body": Jsonb({"result": "washed", "wash_s": 95})},
    )
    return found.event_id
