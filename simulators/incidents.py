"""The table of incidents: each violation, and each near miss that must raise nothing; a new one is one new row."""

from __future__ import annotations

from functools import partial

from simulators import incidents_driving as driving
from simulators import incidents_load as loads
from simulators import incidents_route as route
from simulators import incidents_terminal as terminal
from simulators.fleet import Sensor
from simulators.incident import Incident
from simulators.incidents_terminal import spelled

WITHOUT_LOAD: frozenset[Sensor] = frozenset(("lift", "cover"))
WITHOUT_LIFT: frozenset[Sensor] = frozenset(("load", "cover"))
LOAD: frozenset[Sensor] = frozenset(("load",))
LIFT: frozenset[Sensor] = frozenset(("lift",))
COVERED: frozenset[Sensor] = frozenset(("load", "cover"))

_Violation = partial(Incident, violation=True)
_NearMiss = partial(Incident, violation=False)

INCIDENTS: dict[str, Incident] = {
    "route_deviation": _Violation(route.route_deviation, of_permit=True),
    "past_the_end": _Violation(route.past_the_end, of_permit=True),
    "illegal_dumping": _Violation(loads.illegal_dumping),
    "illegal_dumping_lift_only": _Violation(loads.illegal_dumping, WITHOUT_LOAD),
    "illegal_dumping_load_only": _Violation(loads.illegal_dumping, WITHOUT_LIFT),
    "wrong_dump_point": _Violation(route.wrong_dump_point, of_permit=True),
    "spillage_open": _Violation(loads.spillage_open, needs=COVERED),
    "spillage_closed": _Violation(loads.spillage_closed, needs=LOAD),
    "weight_loss": _Violation(loads.weight_loss, needs=LOAD),
    "uncovered_haul": _Violation(loads.uncovered_haul, needs=COVERED),
    "overload": _Violation(loads.overload, needs=LOAD),
    "suspicious_loading": _Violation(loads.suspicious_loading, needs=LOAD),
    "lift_while_moving": _Violation(driving.lift_while_moving, needs=LIFT),
    "overspeed": _Violation(driving.overspeed),
    "overspeed_zone": _Violation(driving.overspeed_zone),
    "forbidden_zone": _Violation(route.forbidden_zone),
    "control_order": _Violation(route.control_order),
    "long_stop": _Violation(driving.long_stop, needs=LOAD, long=True),
    "not_washed": _Violation(driving.not_washed),
    "offline": _Violation(spelled(terminal.offline)),
    "track_gap": _Violation(spelled(terminal.track_gap)),
    "position_jump": _Violation(spelled(terminal.position_jump)),
    "jamming": _Violation(spelled(terminal.jamming)),
    "power_cut": _Violation(spelled(terminal.power_cut)),
    "clone": _Violation(spelled(terminal.clone)),
    "torn_load": _Violation(spelled(terminal.torn_load), needs=LOAD),
    "absent_load": _Violation(spelled(terminal.absent_load), needs=LOAD),
    "torn_lift": _Violation(spelled(terminal.torn_lift), needs=LIFT),
    "stuck_load": _Violation(spelled(terminal.stuck_load), needs=LOAD),
    "mad_load": _Violation(spelled(terminal.mad_load), needs=LOAD),
    "mad_lift": _Violation(spelled(terminal.mad_lift), needs=LIFT),
    "traffic_jam": _NearMiss(route.traffic_jam),
    "short_excursion": _NearMiss(route.short_excursion),
    "u_turn": _NearMiss(route.u_turn),
    "detour": _NearMiss(route.detour),
    "gps_excursion": _NearMiss(terminal.gps_excursion),
    "canyon": _NearMiss(terminal.canyon),
    "tunnel": _NearMiss(terminal.tunnel),
    "reboot": _NearMiss(spelled(terminal.reboot)),
    "brown_out": _NearMiss(spelled(terminal.brown_out)),
    "dumping_beside_fence": _NearMiss(loads.beside_fence),
    "load_noise": _NearMiss(loads.load_noise, needs=LOAD),
    "load_drift": _NearMiss(loads.load_drift, needs=LOAD),
    "torn_load_wire": _NearMiss(loads.torn_load_wire, needs=LOAD),
    "slope": _NearMiss(loads.slope, needs=LIFT),
    "cover_flapping": _NearMiss(loads.cover_flapping, needs=COVERED),
    "cover_open_standing": _NearMiss(loads.cover_open_standing, needs=COVERED),
    "lift_test_empty": _NearMiss(loads.lift_test_empty, needs=LIFT),
    "body_cleaning": _NearMiss(loads.body_cleaning, needs=LIFT),
    "at_the_limit": _NearMiss(driving.at_the_limit),
    "roadside_stop": _NearMiss(driving.roadside_stop),
    "roadside_meal": _NearMiss(driving.roadside_meal),
    "washing_queue": _NearMiss(driving.washing_queue),
    "gate_queue": _NearMiss(driving.gate_queue),
    "permitted_dump": _NearMiss(loads.ordinary),
    "permitted_dump_lift_only": _NearMiss(loads.ordinary, WITHOUT_LOAD),
    "permitted_dump_load_only": _NearMiss(loads.ordinary, WITHOUT_LIFT),
}
