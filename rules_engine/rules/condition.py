"""Rules that are one condition on the rows of a truck: held long enough it is an event, not again for a while after.

Such a rule says where its condition holds and where it does not, which extrema and which numbers of the confirming row
are its evidence, and how it puts them into words; everything else is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, carried, picked, repeated
from rules_engine.context import Context
from rules_engine.episodes import EPISODE, HELD, MUTED, Episodes, OriginsAmong, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Telling, episode_events
from rules_engine.tracks import Tracks, at, latch

RUN = carried(HELD)


def condition_carry(extrema: Mapping[str, tuple[str, float]], noted: list[tuple[str, str]] | None = None) -> Rows:
    """Return the carry block of such a rule for a truck never seen.

    Args:
        extrema: By name, type and neutral value of each column of which an extremum is kept: -inf or less than all for
            a maximum. `first_` + name holds it as of confirmation.
        noted: Names and types of the values of the confirming row.
    """
    fields: list[Any] = [*EPISODE, *MUTED]
    for name, (kind, _) in extrema.items():
        fields += [(name, kind), ("first_" + name, kind)]
    neutral = {name: value for name, (_, value) in extrema.items()}
    return carried([*fields, *(noted or [])], **neutral, **{"first_" + name: v for name, v in neutral.items()})


@dataclass(frozen=True)
class Condition:
    """A condition on the N rows of a batch, or on N chosen ones, as if there were no others.

    Attributes:
        on: Where it holds, shape (N,).
        off: Where it does not; a row with neither decides nothing.
        hold_s: How long it must hold, a number or shape (N,). [s]
        min_fixes: How many deciding fixes it takes, likewise.
        mute_s: How long after one event there is no other, likewise. [s]
        between: Where the readings lie between two thresholds, shape (N,), if the rule has two: there a run that has
            not held long enough yet ends, one that has goes on. Without it such rows decide nothing.
        extrema: By name of the carry: np.maximum or np.minimum, and a function that gives the column on some rows,
            neutral where the condition does not hold.
        noted: By name of the carry, a function that gives the values of the confirming rows.
        begun: Likewise, of the rows that it began with.
        ending: By name of the carry, a function that gives a value of each of some tracks, for runs that go on.
        rows: The rows chosen, ascending, shape (N,); None for all. The functions above are given rows of the batch.
        tracks: The tracks of the batch as they run through the rows chosen.
        which: Where `tracks` are only some of the batch's, which ones, ascending.
    """

    on: BoolArray
    off: BoolArray
    hold_s: Any = 0.0
    min_fixes: Any = 1
    mute_s: Any = 0.0
    between: BoolArray | None = None
    extrema: Mapping[str, tuple[np.ufunc, Callable[[NDArray[np.intp]], NDArray[Any]]]] = field(default_factory=dict)
    noted: Mapping[str, Callable[[NDArray[np.intp]], Any]] = field(default_factory=dict)
    begun: Mapping[str, Callable[[NDArray[np.intp]], Any]] = field(default_factory=dict)
    ending: Mapping[str, Callable[[NDArray[np.intp]], Any]] = field(default_factory=dict)
    rows: NDArray[np.intp] | None = None
    tracks: Tracks | None = None
    which: NDArray[np.intp] | None = None

    def of_batch(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which rows of the batch some of the condition's rows are."""
        return places if self.rows is None else self.rows[places]


def concerns_nobody(facts: Facts, name: str, on: BoolArray) -> bool:
    """Return whether a condition neither holds on a row nor is carried, so that its rule has nothing to do."""
    if on.any():
        return False
    if facts.context.idle(name):
        return True
    before: Any = facts.context.before[name]
    return not (before["since_ms"] != UNSET_MS).any()


def judge_condition(
    facts: Facts,
    name: str,
    carry: Rows,
    condition: Condition,
    telling: Callable[[Facts, dict[str, Any], bool], Telling],
) -> list[Event]:
    """Return the events of a condition and write the rule's block of the carry.

    Args:
        facts: What is known of the batch.
        name: The rule's, of its block of the carry.
        carry: Made by `condition_carry`.
        condition: What the rule looks for.
        telling: Says what the rule makes of a carry row, of an episode that is over or goes on.
    """
    context = facts.context
    which, condition, tracks = _concerned(facts, name, condition)
    if which is not None and not len(which):
        return []
    before = context.before[name] if which is None else context.before_part(name, which)
    episodes = find(
        condition.on,
        condition.off if condition.between is None else until_held(condition, before, tracks),
        before,
        carry,
        tracks,
        hold_s=condition.hold_s,
        min_fixes=condition.min_fixes,
        mute_s=condition.mute_s,
        origins=context.origins if condition.rows is None else OriginsAmong(context.origins, condition.rows),
    )
    if condition.ending:
        _keep_undecided(context, name, condition, which=which, before=before, episodes=episodes)
    if not len(episodes):
        return []
    if which is not None:
        episodes = replace(episodes, track=which[episodes.track])
    _note(context, episodes, condition)
    context.keep(name, episodes)
    return episode_events(facts, episodes, telling)


def _concerned(facts: Facts, name: str, condition: Condition) -> tuple[NDArray[np.intp] | None, Condition, Tracks]:
    """Return the tracks that a condition may concern, the condition on their rows, and how they run through these.

    None and all of it where they are many.
    """
    tracks = condition.tracks or facts.context.tracks
    if condition.which is not None:
        return condition.which, condition, tracks
    concerned = facts.context.says(name)
    concerned[tracks.of[condition.on.nonzero()[0]]] = True
    which = concerned.nonzero()[0]
    if 2 * len(which) > len(concerned):
        return None, condition, tracks
    rows, narrow = tracks.among(which)
    narrowed = replace(
        condition,
        on=condition.on[rows],
        off=condition.off[rows],
        hold_s=at(condition.hold_s, rows),
        min_fixes=at(condition.min_fixes, rows),
        mute_s=at(condition.mute_s, rows),
        between=None if condition.between is None else condition.between[rows],
        rows=condition.of_batch(rows),
    )
    return which, narrowed, narrow


def _keep_undecided(
    context: Context,
    name: str,
    condition: Condition,
    *,
    which: NDArray[np.intp] | None,
    before: Rows,
    episodes: Episodes,
) -> None:
    """Write what is kept at the end of a batch of runs that go on though none of its rows decided."""
    undecided = before["since_ms"] != UNSET_MS
    undecided[episodes.track] = False
    chosen = undecided.nonzero()[0]
    if not len(chosen):
        return
    tracks = chosen if which is None else which[chosen]
    rows = picked(before, chosen)
    for column, ending in condition.ending.items():
        rows[column] = ending(tracks)
    context.put_part(name, tracks, rows)


def _note(context: Context, episodes: Episodes, condition: Condition) -> None:
    """Keep with each run what is its evidence."""
    if condition.begun:
        fresh = (~episodes.continued).nonzero()[0]
        row = condition.of_batch(episodes.rows[episodes.first[fresh]])
        for column, begun in condition.begun.items():
            episodes.state[column][fresh] = begun(row)
    for column, (ufunc, values) in condition.extrema.items():
        episodes.fold(ufunc, column, values(condition.of_batch(episodes.rows)))
    if episodes.confirmed_now.any():
        confirm = condition.of_batch(episodes.rows[np.maximum(episodes.confirm, 0)])
        episodes.at_confirmation("world", context.world.version.encode())
        for column, noted in condition.noted.items():
            episodes.at_confirmation(column, noted(confirm))
    if condition.ending:
        going_on = (~episodes.ended).nonzero()[0]
        for column, ending in condition.ending.items():
            episodes.state[column][going_on] = ending(episodes.track[going_on])


def until_held(condition: Condition, before: Any, tracks: Tracks) -> BoolArray:
    """Return where a condition does not hold: `off`, and `between` as long as no run has held long enough.

    So readings that only now and then cross the upper threshold add up to nothing, and a run that has held is not
    broken by one that does not.
    """
    on, off, between = condition.on, condition.off, condition.between
    if between is None or not between.any():
        return off
    due_ms = before["since_ms"] + np.rint(before["hold_s"] * 1000).astype(np.int64)
    held = (before["since_ms"] != UNSET_MS) & (before["last_ms"] >= due_ms) & (before["count"] >= before["min_fixes"])
    if tracks.single and not (on & between).any():
        not_yet: BoolArray = ~held
        return off | (between & not_yet)
    runs = repeated(RUN, len(before))
    for field_name in ("since_ms", "hold_s", "min_fixes", "count"):
        runs[field_name] = before[field_name]
    runs["confirmed_ms"][held] = before["last_ms"][held]
    fresh = find(
        on,
        off | between,
        runs,
        RUN,
        tracks,
        hold_s=condition.hold_s,
        min_fixes=condition.min_fixes,
    )
    holds = np.zeros(len(between), np.bool_)
    holds[fresh.confirm_row] = True
    return off | (between & ~latch(holds, off & ~on, held, tracks))


def limit_noted(limit: Any) -> Callable[[NDArray[np.intp]], Any]:
    """Return a function that gives a limit, a number or of shape (N,), on some rows, for `Condition.noted`."""
    return lambda rows: at(limit, rows)
