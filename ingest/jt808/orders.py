"""Contract v1's commands and settings in the words of JT/T 808. Pure.

A new command is a new row of `COMMANDS`. What the standard has no word for is refused with that reason; what a settings
document names beyond the parameters is told in the reply, so that nobody takes it for being in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from firmware_contracts.command import Command
from firmware_contracts.config import Config
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.messages import LocateQuery, Message, QueryParameters, SetParameters, Text, VehicleControl
from firmware_contracts.jt808.parameters import parameter
from firmware_contracts.jt808.vendor import VendorMapping

DISPLAY, SPEAK, NOTICE = 1 << 2, 1 << 3, 0b11  # 0x8300: bits 2 and 3 in every edition, bits 0-1 a kind in 2019
NO_LIMIT_KMH = 255  # some terminals take 0 for "no limit" and some for "always too fast"
LIMIT_HELD_S = 10
REPORT_BY_TIME = 0


class UnspeakableError(ValueError):
    """JT/T 808 has no word for it."""


class Spoken(NamedTuple):
    """What is said to the terminal, and what could not be said."""

    message: Message
    notes: str = ""


def spoken(command: Command, version: Version, mapping: VendorMapping) -> Spoken:
    """Return a command in the terminal's language.

    Raises:
        UnspeakableError: There is no such message.
    """
    speak = COMMANDS.get(command.kind)
    if speak is None:
        raise UnspeakableError(f"expected a command of {', '.join(COMMANDS)}, got {command.kind}")
    return speak(command.body, version, mapping)


def _text(body: Mapping[str, Any], version: Version, mapping: VendorMapping) -> Spoken:  # noqa: ARG001
    flags = DISPLAY | (SPEAK if body.get("speak") else 0) | (NOTICE if version is Version.V2019 else 0)
    return Spoken(Text(flags, body["text"]))


def _lock(body: Mapping[str, Any], version: Version, mapping: VendorMapping) -> Spoken:
    target = body["target"]
    control = mapping.controls.get(target)
    if control is None:
        reason = f"JT/T 808 locks doors (0x8500), and vendor {mapping.name} has no word for locking the {target}"
        raise UnspeakableError(reason)
    value = control.lock if body["locked"] else control.unlock
    if version is Version.V2019:
        return Spoken(VehicleControl(controls=((control.type, value),)))
    return Spoken(VehicleControl(flags=value))


def _speed_limit(body: Mapping[str, Any], version: Version, mapping: VendorMapping) -> Spoken:  # noqa: ARG001
    limit_mps = body.get("limit_mps")
    limit_kmh = NO_LIMIT_KMH if limit_mps is None else round(limit_mps * 3.6)
    return Spoken(_parameters({0x0055: limit_kmh, 0x0056: LIMIT_HELD_S}))


def _locate(body: Mapping[str, Any], version: Version, mapping: VendorMapping) -> Spoken:  # noqa: ARG001
    return Spoken(LocateQuery())


def _query(body: Mapping[str, Any], version: Version, mapping: VendorMapping) -> Spoken:  # noqa: ARG001
    return Spoken(QueryParameters())


COMMANDS: dict[str, Callable[[Mapping[str, Any], Version, VendorMapping], Spoken]] = {
    "text": _text,
    "lock": _lock,
    "speed_limit": _speed_limit,
    "locate": _locate,
    "query": _query,
}

# Member of a settings document, parameter, and how the one is said as the other.
SETTINGS: dict[str, tuple[int, Callable[[float], int]]] = {
    "report.moving_s": (0x0029, round),
    "report.standing_s": (0x0027, round),
    "report.corner_deg": (0x0030, round),
    "thresholds.overspeed_mps": (0x0055, lambda mps: round(mps * 3.6)),
}


def spoken_settings(config: Config) -> Spoken:
    """Return a settings document in the terminal's language.

    Raises:
        UnspeakableError: Nothing in it is a parameter of the standard.
    """
    named = dict(_flat(config.body))
    values = {SETTINGS[name][0]: SETTINGS[name][1](value) for name, value in named.items() if name in SETTINGS}
    left_out = sorted(set(named) - set(SETTINGS))
    notes = f"JT/T 808 has no parameter for {', '.join(left_out)}; not taken over" if left_out else ""
    if not values:
        raise UnspeakableError(notes or "the document names nothing, and JT/T 808 cannot go back to defaults")
    if 0x0029 in values or 0x0027 in values:
        values = {0x0020: REPORT_BY_TIME, **values}
    return Spoken(_parameters(values), notes)


def _flat(body: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for group, members in body.items():
        if isinstance(members, Mapping):
            yield from ((f"{group}.{name}", value) for name, value in members.items())
        elif members:
            yield group, members


def _parameters(values: Mapping[int, int]) -> SetParameters:
    return SetParameters(tuple(parameter(number, value) for number, value in values.items()))
