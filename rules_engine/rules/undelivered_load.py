"""Undelivered load: it left a site and was never seen to be unloaded.

Told on the first row after the trip's deadline, or at once when the truck is back at a site empty or is loaded again.
A truck that comes back still loaded has not lost anything: that is how its trip ends, and no violation before the
deadline. Where it was lost is the last place where the truck was known to be heavy.
"""

from __future__ import annotations

from typing import Any

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.event import Event, FixKey
from rules_engine.load_state import ABSENT_KG
from rules_engine.rules.rule import Facts, Rule, plain, seconds
from rules_engine.rules.told_once import Finding, Origin, place_of, told_once
from rules_engine.trip_notes import Undelivered

NAME = "undelivered_load"
VERSION = 1
NOTICE, WARNING = 1, 2
# How sure it is that a truck without sensors carried a load which it did not unload.
PRESUMED = 0.5
# Where a truck was last known to be heavy.
CARRY = carried([("heavy_ms", "i8"), ("lat_deg", "f8"), ("lon_deg", "f8")])


def judge(facts: Facts) -> list[Event]:
    """Return the undelivered loads of a batch."""
    heavy = facts.load.heavy.nonzero()[0]
    events = [_event(facts, item, heavy) for item in facts.trips.log.undelivered]
    if len(heavy):
        _keep(facts, heavy)
    return events


def _keep(facts: Facts, heavy: Any) -> None:
    """Carry where each truck of the batch was last heavy."""
    context, tracks = facts.context, facts.context.tracks
    after: Any = context.after[NAME]
    last = heavy[heavy.searchsorted(tracks.stop) - 1]
    seen = ((last >= tracks.start) & (last < tracks.stop)).nonzero()[0]
    row = last[seen]
    after["heavy_ms"][seen] = tracks.time_ms[row]
    after["lat_deg"][seen], after["lon_deg"][seen] = context.place.lat_deg[row], context.place.lon_deg[row]


def _last_heavy(facts: Facts, item: Undelivered, heavy: Any) -> tuple[int, float, float]:
    """Return when and where the truck was last heavy, at or before the row that tells."""
    position = int(heavy.searchsorted(item.row, "right")) - 1
    if position >= 0 and heavy[position] >= facts.context.tracks.start[item.track]:
        row = int(heavy[position])
        return int(facts.context.fixes.fix_time_ms[row]), *place_of(facts, row)
    before: Any = facts.context.before[NAME][item.track]
    return int(before["heavy_ms"]), float(before["lat_deg"]), float(before["lon_deg"])


def _event(facts: Facts, item: Undelivered, heavy: Any) -> Event:
    keys, trip = facts.context.keys, item.trip
    heavy_ms, lat_deg, lon_deg = _last_heavy(facts, item, heavy)
    if trip.presumed or heavy_ms < trip.loaded_ms:
        # Nobody measured: the last place known.
        heavy_ms, (lat_deg, lon_deg) = UNSET_MS, place_of(facts, item.row)
    opening: dict[str, Any] = {
        "rule_version": VERSION,
        "site_id": keys.sites.name(trip.site),
        "permit_id": keys.permits.name(trip.permit),
        "load_kg": plain(trip.load_kg, ABSENT_KG),
        "loaded_ms": trip.loaded_ms,
        "left_site_ms": trip.left_site_ms if trip.left_site_ms != UNSET_MS else None,
        "last_heavy_ms": heavy_ms if heavy_ms != UNSET_MS else None,
        "lost_by": item.why,
        "deadline_s": float(trip.deadline_s),
    }
    if trip.presumed:
        opening |= {"by": ["stay"], "confidence": PRESUMED}
    now_ms = int(facts.context.fixes.fix_time_ms[item.row])
    since_ms = trip.loaded_ms if trip.left_site_ms == UNSET_MS else trip.left_site_ms
    origin = Origin(FixKey(trip.start_ms, trip.epoch, trip.seq), lat_deg, lon_deg)
    severity = NOTICE if trip.presumed else WARNING
    return told_once(
        facts, item.row, origin, Finding(NAME, severity, opening, {"duration_s": seconds(since_ms, now_ms)})
    )


RULE = Rule(NAME, VERSION, CARRY, judge)
