"""Trucks that are silent now: what `rules.offline` will say of a silence once it is over, told while it lasts.

The engine judges rows, and a truck that is silent sends none. So whoever knows each truck's newest fix asks here, as of
an instant of event time. What comes back has the identity and the opening that the engine gives the same silence when
its truck is heard again, and is to be taken back where the truck was heard of in time after all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.rules.offline import NAME, LastFix, OfflineLimits, is_working, silent_event
from rules_engine.world import World


@dataclass(frozen=True)
class LastFixes:
    """The newest own fix of each of some trucks, arrays of shape (V,).

    Attributes:
        vehicle: Row of the truck in the world.
        fix_time_ms: When it was; `epoch` and `seq` name it. [ms]
        speed_mps: Speed it told, NaN where none. [m/s]
        ignition: Switch it told, -1 where none.
        lat_deg: Where the truck was seen last, NaN where never. [deg]
        lon_deg: Likewise. [deg]
        quiet_ms: Until when nothing is told of the truck, see `quiet_after_ms`. [ms]
    """

    vehicle: NDArray[np.int32]
    fix_time_ms: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    speed_mps: NDArray[np.float32]
    ignition: NDArray[np.int8]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    quiet_ms: NDArray[np.int64]


def open_silences(last: LastFixes, world: World, as_of_ms: int) -> list[Event]:
    """Return the opening events of trucks whose silence lasts too long already, as of an instant of event time."""
    limits = _limits(world, last.vehicle)
    working = is_working(last.speed_mps, last.ignition, limits)
    allowed_s = np.where(working, limits.working_s, limits.parked_s)
    silent = (as_of_ms - last.fix_time_ms >= np.rint(allowed_s * 1000)).nonzero()[0]
    found = [
        silent_event(
            world,
            _last_fix(last, truck),
            working=bool(working[truck]),
            allowed_s=float(allowed_s[truck]),
            quiet_ms=int(last.quiet_ms[truck]),
            until_ms=as_of_ms,
        )
        for truck in silent.tolist()
    ]
    return [event for event in found if event is not None]


def quiet_after_ms(world: World, vehicle: NDArray[np.int32], ended_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return until when nothing is told of trucks whose last offline event ended then, `UNSET_MS` being never. [ms]"""
    mute_ms = np.rint(np.asarray(_limits(world, vehicle).mute_s) * 1000).astype(np.int64)
    return np.where(ended_ms == UNSET_MS, UNSET_MS, ended_ms + mute_ms)


def _limits(world: World, vehicle: NDArray[np.int32]) -> OfflineLimits:
    defaults = OfflineLimits()
    names = [field.name for field in fields(defaults)]
    given = {name: world.limit(f"{NAME}.{name}", getattr(defaults, name), vehicle=vehicle) for name in names}
    return OfflineLimits(**given)  # type: ignore[arg-type]


def _last_fix(last: LastFixes, truck: int) -> LastFix:
    return LastFix(
        vehicle=int(last.vehicle[truck]),
        key=FixKey(int(last.fix_time_ms[truck]), int(last.epoch[truck]), int(last.seq[truck])),
        speed_mps=float(last.speed_mps[truck]),
        ignition=int(last.ignition[truck]),
        lat_deg=float(last.lat_deg[truck]),
        lon_deg=float(last.lon_deg[truck]),
    )


def silent_at_end(rows: FixBatch, world: World, events: Collection[Event]) -> list[Event]:
    """Return the silences that go on where all records end, as of the newest fix of all.

    Args:
        rows: All rows of all trucks, sorted.
        world: What is permitted.
        events: What the engine found in them.
    """
    own = rows.take(rows.mark == Mark.FIX)
    if not len(own):
        return []
    last = np.append(own.vehicle[1:] != own.vehicle[:-1], True).nonzero()[0]
    start = np.append(0, last[:-1] + 1)
    located = np.where(np.isnan(own.lat_deg), -1, np.arange(len(own)))
    seen = np.maximum.reduceat(located, start)
    ended_ms = {event.vehicle_id: UNSET_MS for event in events}
    for event in events:
        if event.kind == NAME and event.end_ms is not None:
            ended_ms[event.vehicle_id] = max(ended_ms[event.vehicle_id], event.end_ms)
    vehicle = own.vehicle[last]
    over_ms = np.array([ended_ms.get(world.vehicle_ids[truck], UNSET_MS) for truck in vehicle.tolist()], np.int64)
    fixes = LastFixes(
        vehicle=vehicle,
        fix_time_ms=own.fix_time_ms[last],
        epoch=own.epoch[last],
        seq=own.seq[last],
        speed_mps=own.speed_mps[last],
        ignition=own.ignition[last],
        lat_deg=np.where(seen >= 0, own.lat_deg[seen], np.nan),
        lon_deg=np.where(seen >= 0, own.lon_deg[seen], np.nan),
        quiet_ms=quiet_after_ms(world, vehicle, over_ms),
    )
    return open_silences(fixes, world, int(own.fix_time_ms.max()))
