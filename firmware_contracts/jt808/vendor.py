"""What one vendor's terminals mean by their bits, items and transparent data: a mapping file, read from TOML text.

JT/T 808 has no tarp, no lift and hardly a load; each vendor puts them elsewhere. A file names, for every reading of a
fix that the vendor sends, where it stands and how to read it:

    name = "example"
    standard_alarms = true             # alarm bits mean what the standard says; false where the vendor reuses them
    standard_encryption = true         # likewise status bit 5: the coordinates are encrypted

    [readings.cover]                   # also ignition, main_power, lift_deg, load_kg, load_ratio
    from = "status"                    # status, alarm, item, transparent (0x0900)
    bits = [9, 1]                      # first bit from the lowest, how many
    values = { 0 = "closed", 1 = "open" }   # a raw value that is not listed is an absent reading

    [readings.load_kg]
    from = "item"
    id = 0x55                          # of the item, or the type of the transparent data
    bytes = [0, 4]                     # first byte, how many; all of it where not given
    endian = "big"                     # or "little"
    signed = false
    scale = 0.1                        # value = raw * scale + add
    add = 0.0
    absent = [0xFFFFFFFF]              # raw values that mean: no reading

    [faults.load_sensor]               # each of `Fault`; also [alarms.NAME], each of `Alarm`
    from = "status"
    bits = [25, 1]
    when = [1]                         # raw values that raise it; every value but 0 where not given

    [transparent]
    time = { 0xF1 = 0 }                # where six BCD bytes of time in UTC+8 stand in a type's data
    hold_s = 30                        # transparent readings stand for locations up to this far in time from them

    [controls.lift]                    # also engine: what 0x8500 locks with, for the standard locks doors only
    type = 0xF001                      # 2019's control type; 2013 has one byte of flags and no type
    lock = 1                           # the parameter, or the flags, that locks
    unlock = 0

What a report does not hold is absent, never zero. `sources` reads raw values; checking the file is done here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from firmware_contracts.columns import Alarm, Cover, Fault, Switch
from firmware_contracts.jt808.clock import time_ms_of
from firmware_contracts.jt808.mapping_table import Table
from firmware_contracts.jt808.sources import Bit, Carrier, Reading, Source

COVER_WORDS = {"closed": int(Cover.CLOSED), "half": int(Cover.HALF), "open": int(Cover.OPEN)}
SWITCH_WORDS = {"off": int(Switch.OFF), "on": int(Switch.ON)}
READINGS: dict[str, Mapping[str, int] | None] = {  # the words of each; None for a number
    "load_kg": None,
    "load_ratio": None,
    "lift_deg": None,
    "cover": COVER_WORDS,
    "ignition": SWITCH_WORDS,
    "main_power": SWITCH_WORDS,
}
FAULTS = {fault.name.lower(): int(fault) for fault in Fault if fault.name}
ALARMS = {alarm.name.lower(): int(alarm) for alarm in Alarm if alarm.name}
HOLD_S = 30  # a lift takes about as long; older says nothing of the body's state now
CONTROLS = ("lift", "engine")
MAX_FILE_BYTES = 65_536  # a mapping is a page of text


class Control(NamedTuple):
    """How a vendor's terminal is told by 0x8500 to lock something, and to let go."""

    type: int
    lock: int
    unlock: int


@dataclass(frozen=True, slots=True)
class VendorMapping:
    """One vendor's meaning of a location and of transparent data.

    Attributes:
        name: What the registry calls it.
        sources: Readings of a fix.
        faults: Bits that raise `Fault`.
        alarms: Bits that raise `Alarm`.
        standard_alarms: Whether alarm bits mean what the standard says.
        standard_encryption: Whether status bit 5 marks encrypted coordinates.
        time_at: Where the time stands in the transparent data of a type.
        transparent_max_age_ms: How far in time from a location transparent readings may stand for it.
        controls: What 0x8500 can lock, by its name in contract v1.
    """

    name: str
    sources: tuple[Reading, ...] = ()
    faults: tuple[Bit, ...] = ()
    alarms: tuple[Bit, ...] = ()
    standard_alarms: bool = True
    standard_encryption: bool = True
    time_at: Mapping[int, int] = field(default_factory=dict)
    transparent_max_age_ms: int = 1000 * HOLD_S
    controls: Mapping[str, Control] = field(default_factory=dict)

    def readings(self, carrier: Carrier) -> dict[str, float | int]:
        """Return the readings that a location or transparent data hold, and the bits of `faults` and `alarms`."""
        values: dict[str, float | int] = {
            "faults": _raised(self.faults, carrier),
            "alarms": _raised(self.alarms, carrier),
        }
        for reading in self.sources:
            value = reading.value_of(carrier.raw(reading.source))
            if value is not None:
                values[reading.name] = value
        return values

    def readings_of(self, kind: int, data: bytes) -> dict[str, float | int]:
        """Return what transparent data (0x0900) of a type say; empty where the mapping does not know the type."""
        return self.readings(Carrier({}, {("transparent", kind): data})) if kind in self.transparent_types() else {}

    def transparent_time_ms(self, kind: int, data: bytes) -> int | None:
        """Return when transparent data were measured, None where they do not say. [ms since 1970-01-01 UTC]

        Raises:
            RecordError: They are too short for their time, or hold none.
        """
        at = self.time_at.get(kind)
        return None if at is None else time_ms_of(data[at : at + 6])

    def transparent_types(self) -> set[int]:
        """Return the types of transparent data that hold a reading, fault or alarm."""
        sources = [reading.source for reading in self.sources]
        sources += [bit.source for bit in (*self.faults, *self.alarms)]
        return {source.id for source in sources if source.kind == "transparent"}


class MappingError(ValueError):
    """A mapping file that cannot be used; says which key, what was expected and what came."""


def read_mapping(text: str, name: str = "mapping") -> VendorMapping:
    """Return the mapping that a file's text holds.

    Args:
        text: TOML, as the module's docstring draws it.
        name: Of the file, for errors.

    Raises:
        MappingError: It is no TOML, a key is unknown, missing or twice, or a value does not fit.
    """
    try:
        return _mapping_of(Table(_toml(text), ""))
    except ValueError as error:
        raise MappingError(f"{name}: {error}") from None


def _toml(text: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_FILE_BYTES:
        raise ValueError(f"expected at most {MAX_FILE_BYTES} bytes, got {len(text.encode())}")
    return tomllib.loads(text)


def _mapping_of(table: Table) -> VendorMapping:
    name = table.text("name")
    is_standard = (table.flag("standard_alarms", True), table.flag("standard_encryption", True))
    readings = tuple(_reading(one, key) for key, one in table.tables("readings", READINGS))
    faults = tuple(_bit(one, FAULTS[key]) for key, one in table.tables("faults", FAULTS))
    alarms = tuple(_bit(one, ALARMS[key]) for key, one in table.tables("alarms", ALARMS))
    transparent = table.table("transparent")
    times = transparent.numbers_by_id("time", 0xFF)
    hold_s = transparent.number("hold_s", HOLD_S)
    if not 0 <= hold_s <= 3600:
        raise ValueError(f"transparent.hold_s: expected 0 to 3600 seconds, got {hold_s}")
    transparent.close()
    controls = {key: _control(one) for key, one in table.tables("controls", CONTROLS)}
    table.close()
    mapping = VendorMapping(name, readings, faults, alarms, *is_standard, times, round(hold_s * 1000), controls)
    if strange := set(times) - mapping.transparent_types():
        raise ValueError(f"transparent.time: expected types that a reading uses, got {sorted(strange)}")
    return mapping


def _reading(table: Table, key: str) -> Reading:
    source = _source(table)
    words = READINGS[key]
    values = table.values("values", words, required=words is not None)
    scale, add = table.number("scale", 1.0), table.number("add", 0.0)
    if values is not None and (scale, add) != (1.0, 0.0):
        raise ValueError(f"{table.path}: expected values or scale and add, got both")
    absent = frozenset(table.integers("absent"))
    table.close()
    return Reading(key, source, values, scale, add, absent)


def _bit(table: Table, flag: int) -> Bit:
    source = _source(table)
    when = table.integers("when")
    table.close()
    return Bit(flag, source, frozenset(when) if when else None)


def _control(table: Table) -> Control:
    control = Control(table.integer("type", 0xFFFF), table.integer("lock", 0xFF), table.integer("unlock", 0xFF))
    table.close()
    return control


def _source(table: Table) -> Source:
    kind = table.word("from", ("status", "alarm", "item", "transparent"))
    is_data = kind in {"item", "transparent"}
    return Source(
        kind,
        table.integer("id", 0xFF) if is_data else 0,
        table.pair("bytes", 255, 8) if is_data else None,
        table.pair("bits", 64, 64) if is_data else table.pair("bits", 32, 32, required=True),
        table.word("endian", ("big", "little"), "big") if is_data else "big",
        table.flag("signed", False) if is_data else False,
    )


def _raised(bits: tuple[Bit, ...], carrier: Carrier) -> int:
    raised = 0
    for bit in bits:
        raised |= bit.raised(carrier.raw(bit.source))
    return raised
