"""Terminals that ail: random tracks with silences, lost records, wild positions, twins, cut power, broken sensors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from oracles.tracks import M_LAT, random_track
from rules_engine.fix_batch import FixBatch

HOUR_MS = 3_600_000


def ailing_track(rng: np.random.Generator, vehicle: int, capacity_kg: float) -> FixBatch:
    """Return the rows of one truck, sorted, none repeated."""
    track = random_track(rng, vehicle, capacity_kg)
    for ail in rng.permutation(np.array(AILS, object))[: int(rng.integers(1, 7))]:
        track = ail(rng, track)
    return track.take(track.key_order())


def _span(rng: np.random.Generator, track: FixBatch, longest: int = 200) -> slice:
    start = int(rng.integers(0, len(track)))
    return slice(start, start + int(rng.integers(1, longest)))


def _set(track: FixBatch, where: Any, **values: Any) -> FixBatch:
    """Return the track with some columns of its own fixes changed on some rows."""
    chosen = np.zeros(len(track), np.bool_)
    chosen[where] = True
    chosen &= track.mark == 0
    columns = {name: getattr(track, name).copy() for name in values}
    for name, value in values.items():
        columns[name][chosen] = value[chosen] if isinstance(value, np.ndarray) else value
    return replace(track, **columns)


def _silent(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Let the terminal stop for a while, its truck going on or not."""
    at = int(rng.integers(0, len(track)))
    time_ms = track.fix_time_ms.copy()
    time_ms[at:] += int(rng.choice([100, 130, 620, 3600, 90_000])) * 1000
    lat_deg = track.lat_deg.copy()
    lat_deg[at:] += rng.choice([0.0, 1500.0, 4000.0]) * M_LAT
    return replace(track, fix_time_ms=time_ms, lat_deg=lat_deg)


def _unsent(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Take records away that were made."""
    kept = np.ones(len(track), np.bool_)
    kept[_span(rng, track)] = False
    kept[int(rng.integers(0, len(track)))] = True
    return track.take(kept)


def _forgetful(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Let the terminal count anew."""
    return _set(track, slice(int(rng.integers(0, len(track))), None), epoch=8)


def _ignition(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    track = _set(track, slice(None), ignition=1)
    for _ in range(int(rng.integers(0, 4))):
        track = _set(track, _span(rng, track), ignition=int(rng.choice([-1, 0])))
    return track


def _power(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    if rng.random() < 0.7:
        track = _set(track, slice(None), main_power=1)
    for _ in range(int(rng.integers(1, 5))):
        cut: dict[str, Any] = {"main_power": 0} if rng.random() < 0.6 else {"alarms": 1}
        track = _set(track, _span(rng, track, 30), **cut)
    return track


def _receiver(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Let the receiver lose its position, its satellites, its geometry or its antenna."""
    track = _set(track, slice(None), satellites=9)
    lost = {"lat_deg": np.nan, "lon_deg": np.nan}
    for _ in range(int(rng.integers(1, 5))):
        ill: list[dict[str, Any]] = [lost, lost | {"speed_mps": np.nan}, {"satellites": 2}]
        ill += [{"hdop": 30.0}, {"faults": 16}]
        track = _set(track, _span(rng, track, 60), **ill[int(rng.integers(0, len(ill)))])
    return track


def _excursions(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    away_m = rng.choice([200.0, 700.0, 5000.0, 5000.0])
    chosen = rng.random(len(track)) < rng.choice([0.01, 0.1])
    where = rng.choice([1.0, -1.0, 2.0], len(track)) if rng.random() < 0.5 else 1.0
    return _set(track, chosen, lat_deg=track.lat_deg + away_m * M_LAT * where)


def _twin(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Put another terminal of the same identity elsewhere, for a while."""
    other = track.take(_span(rng, track))
    other = other.take(other.mark == 0)
    other = replace(
        other,
        fix_time_ms=other.fix_time_ms + int(rng.integers(1, 9000)),
        lat_deg=other.lat_deg + rng.choice([1000.0, 6000.0]) * M_LAT,
        epoch=np.full(len(other), 9),
    )
    together = FixBatch.concatenate([track, other])
    together = together.take(together.key_order())
    if rng.random() < 0.3:
        together = _set(together, slice(None), epoch=9, seq=np.arange(len(together)))
    return together


def _sensors(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    for _ in range(int(rng.integers(1, 5))):
        ill: list[dict[str, Any]] = [
            {"faults": int(rng.integers(1, 8)), "load_kg": np.nan},
            {"alarms": int(rng.choice([4, 8, 12]))},
            {"load_kg": -5000.0},
            {"load_kg": 400_000.0},
            {"lift_deg": float(rng.choice([-40.0, 130.0]))},
        ]
        track = _set(track, _span(rng, track, 60), **ill[int(rng.integers(0, len(ill)))])
    return track


def _torn_off(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    name = str(rng.choice(["load_kg", "lift_deg", "cover"]))
    return _set(track, _span(rng, track, 600), **{name: -1 if name == "cover" else np.nan})


def _frozen(rng: np.random.Generator, track: FixBatch) -> FixBatch:
    """Let the load read the same from some fix on, and the truck drive on for hours, with a stop."""
    n, step_ms = 280, int(rng.choice([10, 30])) * 1000
    after = np.arange(1, n + 1)
    own = track.take(track.mark == 0)
    if not len(own):
        return track
    last_ms, east = int(track.fix_time_ms[-1]), 10.0 * step_ms / 1000
    drive = FixBatch.of_columns(
        np.full(n, track.vehicle[0], np.int32),
        last_ms + after * step_ms + 3600_000 * (after > n // 2),
        epoch=np.full(n, own.epoch[-1]),
        seq=own.seq.max() + after,
        lat_deg=31.7 + after * east * M_LAT,
        lon_deg=np.full(n, 119.95),
        speed_mps=np.where(rng.random(n) < 0.05, 0.0, 10.0),
        load_kg=np.full(n, np.nan),
        lift_deg=np.zeros(n),
        cover=np.zeros(n),
    )
    track = FixBatch.concatenate([track, drive])
    start = int(rng.integers(0, len(track) - n))
    track = _set(track, slice(start, None), load_kg=float(rng.choice([0.0, 9000.0, 9000.0])))
    return _set(track, rng.random(len(track)) < rng.choice([0.0, 0.002]), load_kg=np.nan)


AILS = (
    _silent,
    _silent,
    _unsent,
    _forgetful,
    _ignition,
    _power,
    _receiver,
    _excursions,
    _twin,
    _sensors,
    _torn_off,
    _frozen,
)
