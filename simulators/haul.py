"""The haul cycle: its parts, the ordinary one, and the truth about it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from simulators.city import Corridor
from simulators.fleet import Truck
from simulators.plane import distance_to_line_m
from simulators.spells import Spell
from simulators.steps import (
    CRUISE_EMPTY_MPS,
    CRUISE_LOADED_MPS,
    YARD_MPS,
    Drive,
    Effect,
    Load,
    Stand,
    Step,
    Tip,
    Wash,
    Weigh,
)
from simulators.track import TrackBuilder

DEVIATION_S = 240  # out of the corridor for longer is a deviation by anyone's measure; incidents keep clear of it
FILLED = (0.86, 0.97)  # of what is allowed: drivers leave room for a scale that reads too much
DOUBTFUL_S = 100  # and shorter than this is none


@dataclass(frozen=True, slots=True)
class Cycle:
    """One haul cycle in its parts, so that an incident can change one of them.

    Attributes:
        corridor: Where the load is permitted to go.
        load: Waiting at the site and being loaded.
        haul: From the site to where the load goes.
        tip: Unloading there.
        back: To the site again.
        spells: What begins meanwhile and lasts its own time.
        detour: A second corridor that is permitted too.
        always_bound: The corridor binds the truck on its way back too.
        overloaded: The load is more than is allowed.
    """

    corridor: Corridor
    load: tuple[Step, ...]
    haul: tuple[Step, ...]
    tip: tuple[Step, ...]
    back: tuple[Step, ...]
    spells: tuple[Spell, ...] = ()
    detour: Corridor | None = None
    always_bound: bool = False
    overloaded: bool = False

    def render(self, track: TrackBuilder, rng: np.random.Generator) -> None:
        """Write the whole cycle and tell of the trip, and of deviations where there are any."""
        begun = track.seconds
        _render(self.load, track, rng)
        loading = next((told for told in reversed(track.told) if told.kind == "loading"), None)
        hauled_from = track.seconds
        _render(self.haul, track, rng)
        track.hauled = (hauled_from, track.seconds)
        if self.spells:
            track.stage(hauled_from)
        if self.overloaded:
            track.stage(hauled_from)
            track.tell("overload", hauled_from)
        _render(self.tip, track, rng)
        if not self.always_bound:
            self._tell_deviations(track, hauled_from)
        if loading is not None:
            track.tell("trip", loading.first)
        _render(self.back, track, rng)
        if self.always_bound:
            self._tell_deviations(track, begun)

    def _tell_deviations(self, track: TrackBuilder, bound_from: int) -> None:
        """Tell of each time out of the corridor, and stage the first long one; a shorter one is doubtful."""
        places = track.places()[bound_from:]
        corridors = [self.corridor] if self.detour is None else [self.corridor, self.detour]
        inside = np.any([distance_to_line_m(places, c.line_m) <= c.half_width_m for c in corridors], axis=0)
        outside = np.concatenate([[False], ~inside, [False]])
        for first, after in (np.flatnonzero(np.diff(outside)).reshape(-1, 2) + bound_from).tolist():
            if after - first >= DEVIATION_S:
                track.stage(first)
                track.tell("route_deviation", first, after - 1)
            elif after - first >= DOUBTFUL_S:
                track.tell("route_deviation", first, after - 1, required=False)


def _render(steps: tuple[Step, ...], track: TrackBuilder, rng: np.random.Generator) -> None:
    for step in steps:
        step.render(track, rng)


def ordinary_cycle(truck: Truck, rng: np.random.Generator) -> Cycle:
    """Return a cycle in which everything is as it should be."""
    corridor = truck.corridor
    line = corridor.line_m
    site_yard, haul, dump_yard = line[:2], line[1:-1], line[-2:]
    return Cycle(
        corridor=corridor,
        load=(Stand(float(rng.uniform(20.0, 150.0))), Load(truck.allowed_kg * float(rng.uniform(*FILLED)))),
        haul=(
            Drive(site_yard, YARD_MPS),
            Wash(truck),
            Drive(haul, CRUISE_LOADED_MPS),
            Weigh(truck, "in"),
            Drive(dump_yard, YARD_MPS),
        ),
        tip=(Stand(float(rng.uniform(5.0, 40.0))), Tip("unloading")),
        back=(
            Drive(dump_yard[::-1], YARD_MPS),
            Weigh(truck, "out"),
            Drive(haul[::-1], CRUISE_EMPTY_MPS),
            Drive(site_yard[::-1], YARD_MPS),
        ),
        always_bound=truck.binding == "period",
    )


def with_effect(cycle: Cycle, *effects: Effect) -> Cycle:
    """Return the cycle with effects on its long haul."""
    longest = max((step for step in cycle.haul if isinstance(step, Drive)), key=lambda step: len(step.line_m))
    hauled = tuple(replace(step, effects=effects) if step is longest else step for step in cycle.haul)
    return replace(cycle, haul=hauled)


def with_drives(cycle: Cycle, change: Callable[[Drive], Drive]) -> Cycle:
    """Return the cycle with each of its drives changed."""

    def changed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(change(step) if isinstance(step, Drive) else step for step in steps)

    return replace(
        cycle, load=changed(cycle.load), haul=changed(cycle.haul), tip=changed(cycle.tip), back=changed(cycle.back)
    )
