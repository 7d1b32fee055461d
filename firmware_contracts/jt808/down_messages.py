"""What the platform says, one record per message. Rows of `DOWN` say how each stands in a body, by edition."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_contracts.jt808.fields import Instant
from firmware_contracts.jt808.message_kind import MessageKind
from firmware_contracts.jt808.up_messages import Parameters
from firmware_contracts.jt808.wire import U8, U16, U32, Counted, RestBytes, RestString, Sequence, Tagged

DONE, FAILED, WRONG, UNSUPPORTED, ALARM_CONFIRMED = range(5)  # results of general answers, both directions


@dataclass(frozen=True, slots=True)
class PlatformAnswer:
    """The platform's word on a message of the terminal: 0 done, 1 failed, 2 wrong, 3 unsupported, 4 alarm confirmed."""

    serial: int
    message_id: int
    result: int


@dataclass(frozen=True, slots=True)
class ResendPackages:
    """Asks for packages of a message again; `serial` is that of its first package."""

    serial: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """What time it is (2019); on the wire in UTC. [ms since 1970-01-01 UTC]"""

    time_ms: int


@dataclass(frozen=True, slots=True)
class RegistrationAnswer:
    """0 done, 1 vehicle already registered, 2 no such vehicle, 3 terminal already registered, 4 no such terminal."""

    serial: int
    result: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class SetParameters:
    """Settings; see `parameters`."""

    parameters: Parameters


@dataclass(frozen=True, slots=True)
class QueryParameters:
    """Asks for all settings."""


@dataclass(frozen=True, slots=True)
class TerminalControl:
    """3 off, 4 restart, 5 factory settings and others, with the parameters of some."""

    command: int
    parameters: bytes = b""


@dataclass(frozen=True, slots=True)
class QuerySomeParameters:
    """Asks for some settings."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QueryAttributes:
    """Asks what the terminal is made of."""


@dataclass(frozen=True, slots=True)
class LocateQuery:
    """Asks where it is."""


@dataclass(frozen=True, slots=True)
class TrackLocation:
    """Report every `interval_s` for `valid_s`."""

    interval_s: int
    valid_s: int


@dataclass(frozen=True, slots=True)
class AlarmConfirm:
    """Alarms of message `serial` were seen by a person; `kinds` are alarm bits, see `alarms.to_confirm`."""

    serial: int
    kinds: int


@dataclass(frozen=True, slots=True)
class Text:
    """Text to the driver; flags: bit 0 urgent, 2 on the display, 3 spoken; kind (2019): 1 notice, 2 service."""

    flags: int
    text: str
    kind: int = 1


@dataclass(frozen=True, slots=True)
class VehicleControl:
    """2013: flags, bit 0 locks the doors. 2019: (what, parameter) pairs; 1 is the doors, 0 locks, 1 unlocks."""

    flags: int = 0
    controls: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TransparentDown:
    """Whatever the maker likes."""

    kind: int
    data: bytes


DOWN: dict[int, MessageKind] = {
    0x8001: MessageKind(PlatformAnswer, {"serial": U16, "message_id": U16, "result": U8}),
    0x8003: MessageKind(
        ResendPackages,
        {"serial": U16, "numbers": Counted(U8, U16)},
        layout_2019={"serial": U16, "numbers": Counted(U16, U16)},
    ),
    0x8004: MessageKind(TimeAnswer, {"time_ms": Instant(0)}),
    0x8100: MessageKind(RegistrationAnswer, {"serial": U16, "result": U8, "code": RestString()}),
    0x8103: MessageKind(SetParameters, {"parameters": Counted(U8, Tagged(U32))}),
    0x8104: MessageKind(QueryParameters, {}),
    0x8105: MessageKind(TerminalControl, {"command": U8, "parameters": RestBytes()}),
    0x8106: MessageKind(QuerySomeParameters, {"ids": Counted(U8, U32)}),
    0x8107: MessageKind(QueryAttributes, {}),
    0x8201: MessageKind(LocateQuery, {}),
    0x8202: MessageKind(TrackLocation, {"interval_s": U16, "valid_s": U32}),
    0x8203: MessageKind(AlarmConfirm, {"serial": U16, "kinds": U32}),
    0x8300: MessageKind(
        Text, {"flags": U8, "text": RestString()}, layout_2019={"flags": U8, "kind": U8, "text": RestString()}
    ),
    0x8500: MessageKind(VehicleControl, {"flags": U8}, layout_2019={"controls": Counted(U16, Sequence((U16, U8)))}),
    0x8900: MessageKind(TransparentDown, {"kind": U8, "data": RestBytes()}),
}
