"""What of the truth must be found, what may be, and what nobody can see."""

from __future__ import annotations

from simulators.fleet import Sensor
from simulators.track import Told

LOAD: frozenset[Sensor] = frozenset(("load",))
EITHER: frozenset[Sensor] = frozenset(("load", "lift"))
SEEN_WITH: dict[str, frozenset[Sensor]] = {  # any of these sensors shows it; what is not here needs none
    "loading": LOAD,
    "trip": LOAD,
    "unloading": EITHER,
    "illegal_dumping": EITHER,
    "suspicious_loading": LOAD,
    "spillage": LOAD,
    "weight_loss": LOAD,
    "overload": LOAD,
    "long_stop": LOAD,
    "undelivered_load": LOAD,
    "no_permit": LOAD,
    "out_of_hours": LOAD,
    "not_washed": LOAD,
    "uncovered_haul": LOAD,
    "lift_while_moving": frozenset(("lift",)),
}
SEEN_WITH_ALL: dict[str, frozenset[Sensor]] = {"uncovered_haul": frozenset(("load", "cover"))}
INFERRED = ("loading", "unloading", "illegal_dumping")  # from stays, gates and the trip's logic
STAYS, STAY_S = ("loading", "unloading"), 720.0  # trucks queue for so long before either
AVERAGED, AVERAGED_S = ("spillage",), 240.0  # a swinging load shows what is gone only in minutes of readings
SHORT = ("overspeed", "lift_while_moving")
# Whoever was told is not told again so soon: a second such happening may be found and need not be. [h]
QUIET_H: dict[str, float] = dict.fromkeys(
    (
        "route_deviation",
        "overspeed",
        "lift_while_moving",
        "uncovered_haul",
        "forbidden_zone",
        "control_order",
        "out_of_hours",
        "offline",
        "power_cut",
        "position_jump",
        "jamming",
        "sensor_fault",
        "clone",
        "fatigue",
    ),
    4.5,
) | {"no_permit": 26.0, "track_gap": 26.0}
ORDER_MARGIN_S = 600.0


def is_shown(kind: str, sensors: frozenset[Sensor], *, inferred: bool) -> bool:
    """Return whether a truck's sensors show a kind of happening.

    Args:
        kind: What happens.
        sensors: What the truck has.
        inferred: Loading and unloading count as shown where no load or lift sensor is: both can be inferred.
    """
    if inferred and kind in INFERRED and not sensors & EITHER:
        return True
    any_of = SEEN_WITH.get(kind)
    return (any_of is None or bool(any_of & sensors)) and SEEN_WITH_ALL.get(kind, frozenset()) <= sensors


def slack_s(kind: str, sensors: frozenset[Sensor]) -> float:
    """Return how far beside a happening an event may lie: a stay, with its queue, or an average may be all there is."""
    if kind in STAYS and not sensors & EITHER:
        return STAY_S
    return AVERAGED_S if kind in AVERAGED else 0.0


def was_sampled(kind: str, seconds: int, interval_s: int) -> bool:
    """Return whether a terminal had the chance to see something short: three fixes, or two and a half intervals."""
    return kind not in SHORT or seconds >= 2.5 * interval_s


def holds(told: Told, begins_s: float) -> bool | None:
    """Return whether the order of a happening's zone held then: None where it began or ended meanwhile."""
    valid_s = None if told.zone is None else told.zone.valid_s
    if valid_s is None:
        return True
    first_s, last_s = begins_s + told.first, begins_s + told.last
    if first_s > valid_s[0] + ORDER_MARGIN_S and last_s < valid_s[1] - ORDER_MARGIN_S:
        return True
    outside = last_s < valid_s[0] - ORDER_MARGIN_S or first_s > valid_s[1] + ORDER_MARGIN_S
    return False if outside else None


class Quiet:
    """Remembers when one truck's happenings of each kind began."""

    def __init__(self) -> None:
        self._last_s: dict[str, float] = {}

    def is_repetition(self, kind: str, at_s: float) -> bool:
        """Return whether the same happened too shortly before; notes it."""
        hours = QUIET_H.get(kind)
        if hours is None:
            return False
        before_s = self._last_s.get(kind)
        self._last_s[kind] = at_s
        return before_s is not None and at_s - before_s < hours * 3_600.0
