"""The recorded quarry trucks, read straight from their files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

CAPACITY_KG = 62_000


def quarry_world(folder: Path, *, with_dump_points: bool) -> World:
    """Return the quarry: pits are sites, stockpiles and the crusher are dump points or nothing."""
    features = json.loads((folder / "zones.geojson").read_text())["features"]
    sites = [f | {"properties": {"site_id": _name(f)}} for f in features if _name(f).startswith("Pit")]
    dumps = [f | {"properties": {"dump_point_id": _name(f)}} for f in features if not _name(f).startswith("Pit")]
    return World.from_documents(
        {
            "vehicles": [{"vehicle_id": "quarry", "capacity_kg": CAPACITY_KG}],
            "sites": {"type": "FeatureCollection", "features": sites},
            "dump_points": {"type": "FeatureCollection", "features": dumps if with_dump_points else []},
        }
    )


def _name(feature: dict[str, dict[str, str]]) -> str:
    properties = feature["properties"]
    return properties.get("name") or properties["zone_id"]


def quarry_track(path: Path) -> FixBatch:
    """Return one truck's rows; 0, 0 is no position."""
    table = pq.read_table(path)
    time_ms, first = np.unique(table["ts"].to_numpy().astype("datetime64[ms]").astype(np.int64), return_index=True)
    n = len(time_ms)
    lat, lon = table["lat"].to_numpy()[first], table["lon"].to_numpy()[first]
    lost = (lat == 0) & (lon == 0)
    absent = np.full(n, np.nan, np.float32)
    return FixBatch.of_columns(
        vehicle=np.zeros(n, np.int32),
        fix_time_ms=time_ms,
        epoch=np.ones(n, np.int64),
        seq=np.arange(n),
        mark=np.zeros(n, np.int8),
        lat_deg=np.where(lost, np.nan, lat),
        lon_deg=np.where(lost, np.nan, lon),
        speed_mps=table["speed_mps"].to_numpy()[first].astype(np.float32),
        hdop=absent,
        load_kg=table["load_kg"].to_numpy()[first].astype(np.float32),
        load_ratio=absent.copy(),
        lift_deg=absent.copy(),
        cover=np.full(n, -1, np.int8),
        ignition=np.full(n, -1, np.int8),
        faults=np.zeros(n, np.int32),
    )
