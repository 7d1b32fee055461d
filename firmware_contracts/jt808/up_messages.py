"""What terminals say, one record per message. Rows of `UP` say how each stands in a body, by edition."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_contracts.jt808.fields import BatchField, LocationField
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import Location
from firmware_contracts.jt808.message_kind import MessageKind
from firmware_contracts.jt808.wire import (
    U8,
    U16,
    U32,
    Counted,
    CountedString,
    Digits,
    Layout,
    RestBytes,
    RestString,
    String,
    Tagged,
)

NORMAL, BLIND_ZONE = 0, 1
Parameters = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class GeneralAnswer:
    """The terminal's word on a message of the platform: 0 done, 1 failed, 2 message wrong, 3 not supported."""

    serial: int
    message_id: int
    result: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Alive."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Gives its registration up."""


@dataclass(frozen=True, slots=True)
class TimeQuery:
    """Asks what time it is (2019)."""


@dataclass(frozen=True, slots=True)
class ResendRequest:
    """Asks for packages of a message again; `serial` is that of its first package."""

    serial: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """Who the terminal is; `version` is the edition that the body's length tells."""

    province: int
    city: int
    maker: str
    model: str
    terminal_id: str
    plate_colour: int
    plate: str
    version: Version = Version.V2013


@dataclass(frozen=True, slots=True)
class Authentication:
    """Shows the code that it was given at registration; `imei` and `software` came in 2019."""

    code: str
    imei: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class ParameterAnswer:
    """Its settings, as asked for in message `serial`."""

    serial: int
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the terminal is made of."""

    kind: int
    maker: str
    model: str
    terminal_id: str
    iccid: str
    hardware: str
    firmware: str
    gnss: int
    network: int


@dataclass(frozen=True, slots=True)
class LocationReport:
    """Where it is."""

    location: Location


@dataclass(frozen=True, slots=True)
class LocationAnswer:
    """Where it is, as asked for in message `serial`."""

    serial: int
    location: Location


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """State after the vehicle control of message `serial`."""

    serial: int
    location: Location


@dataclass(frozen=True, slots=True)
class LocationBatch:
    """Several locations, kept as bytes so that a bad one spoils no other: (0 normal or 1 blind zone, locations)."""

    batch: tuple[int, tuple[bytes, ...]]

    @property
    def kind(self) -> int:
        """Return NORMAL or BLIND_ZONE."""
        return self.batch[0]

    @property
    def bodies(self) -> tuple[bytes, ...]:
        """Return the locations, for `parse_location`."""
        return self.batch[1]


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """A picture, sound or film was made."""

    media_id: int
    kind: int
    format: int
    event: int
    channel: int


@dataclass(frozen=True, slots=True)
class MediaUpload:
    """A picture, sound or film; since 2013 the first 28 bytes of `data` say where."""

    media_id: int
    kind: int
    format: int
    event: int
    channel: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Transparent:
    """Whatever the maker likes; `kind` F0 to FF are theirs to define."""

    kind: int
    data: bytes


def _registration(maker: int, model: int, terminal_id: int) -> Layout:
    return {
        "province": U16,
        "city": U16,
        "maker": String(maker),
        "model": String(model),
        "terminal_id": String(terminal_id),
        "plate_colour": U8,
        "plate": RestString(),
    }


def _is_registration_2011(body: bytes) -> bool:
    """The plate's colour stands at byte 24 in 2011 and at byte 36 in 2013; a longer 2011 body has a VIN for a plate."""
    return len(body) < 37 or (body[24] < 0x20 and 0x30 <= body[36] <= 0x5A)


def _attributes(maker: int, model: int, terminal_id: int) -> Layout:
    return {
        "kind": U16,
        "maker": String(maker),
        "model": String(model),
        "terminal_id": String(terminal_id),
        "iccid": Digits(10),
        "hardware": CountedString(),
        "firmware": CountedString(),
        "gnss": U8,
        "network": U8,
    }


_AT: Layout = {"serial": U16, "location": LocationField()}
_MEDIA: Layout = {"media_id": U32, "kind": U8, "format": U8, "event": U8, "channel": U8}
UP: dict[int, MessageKind] = {
    0x0001: MessageKind(GeneralAnswer, {"serial": U16, "message_id": U16, "result": U8}),
    0x0002: MessageKind(Heartbeat, {}),
    0x0003: MessageKind(Logout, {}),
    0x0004: MessageKind(TimeQuery, {}),
    0x0005: MessageKind(ResendRequest, {"serial": U16, "numbers": Counted(U16, U16)}),
    0x0100: MessageKind(
        Registration,
        _registration(5, 20, 7),
        layout_2011=_registration(5, 8, 7),
        layout_2019=_registration(11, 30, 30),
        is_2011=_is_registration_2011,
    ),
    0x0102: MessageKind(
        Authentication,
        {"code": RestString()},
        layout_2019={"code": CountedString(), "imei": String(15), "software": String(20)},
    ),
    0x0104: MessageKind(ParameterAnswer, {"serial": U16, "parameters": Counted(U8, Tagged(U32))}),
    0x0107: MessageKind(Attributes, _attributes(5, 20, 7), layout_2019=_attributes(11, 30, 30)),
    0x0200: MessageKind(LocationReport, {"location": LocationField()}),
    0x0201: MessageKind(LocationAnswer, _AT),
    0x0500: MessageKind(ControlAnswer, _AT),
    0x0704: MessageKind(LocationBatch, {"batch": BatchField()}),
    0x0800: MessageKind(MediaEvent, _MEDIA),
    0x0801: MessageKind(MediaUpload, {**_MEDIA, "data": RestBytes()}),
    0x0900: MessageKind(Transparent, {"kind": U8, "data": RestBytes()}),
}
