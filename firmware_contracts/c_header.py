"""The contract as a C header for firmware: `firmware_contracts/c/muckline_v1.h`, written from the platform's tables.

Nothing in it is typed by hand twice: offsets, sentinels, ranges, codes, topics and reasons come from the tables that
the platform itself reads with. The C sources stand beside it as files and use these names. Pure: text out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntFlag

from firmware_contracts import commit_ack, device_state, reply
from firmware_contracts.bin_layout import (
    FLAG_FIELDS,
    HEADER,
    HEADER_FIELDS,
    MAX_COUNT,
    RECORD,
    RECORD_FIELDS,
    TRAILER,
    BinField,
    struct_of,
)
from firmware_contracts.columns import Alarm, Cover, Fault, Switch
from firmware_contracts.commit_ack import CommitAck, Refused
from firmware_contracts.decode import MAX_PAYLOAD_BYTES
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix_limits import FAULTY_FIELDS, FLOAT_RANGES
from firmware_contracts.json_document import MAX_COUNTER, VERSION
from firmware_contracts.report_bin import ALARM_BITS, MAGIC
from firmware_contracts.time_window import TimeWindow
from firmware_contracts.topics import DOWN_CHANNELS, KINDS, MAX_TOPIC_BYTES, PREFIX, UP_ENCODINGS

PATH = "firmware_contracts/c/muckline_v1.h"
MAX_DEVICE = 32  # the grammar of topics
UTF8_MOST = 4  # bytes of one character
SAID = tuple(state for state in device_state.STATES if state != "offline")  # offline is the broker's to say
C_TYPES = {"u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "i16": "int16_t", "i32": "int32_t"}

_HEAD = """\
/* Contract v1 between terminals and the Muckline platform, for firmware in C99.
 *
 * Generated from the platform's own tables (firmware_contracts/c_header.py): do not edit, ask for it anew with
 * `muckline contract`. Integers only, in the units of the wire; absent is never zero.
 */
#ifndef MUCKLINE_V1_H
#define MUCKLINE_V1_H

#include <stdint.h>
"""


def files() -> dict[str, str]:
    """Return what is generated for firmware: text by path in the repository."""
    return {PATH: header()}


def header() -> str:
    """Return the text of `muckline_v1.h`."""
    parts = (_sizes(), _topics(), _words(), _sentinels(), _fix(), _layout(), _limits(), _reasons())
    return _HEAD + "".join("\n" + "\n".join(part) + "\n" for part in parts) + "\n#endif\n"


def _define(name: str, value: object, note: str = "") -> str:
    return f"#define MUCK_{name} {value}" + (f" /* {note} */" if note else "")


def _sizes() -> Iterator[str]:
    yield _define("VERSION", f"{VERSION}u")
    yield _define("MAGIC_0", f"0x{MAGIC[0]:02X}u", MAGIC[:1].decode())
    yield _define("MAGIC_1", f"0x{MAGIC[1]:02X}u", MAGIC[1:].decode())
    yield _define("HEADER_BYTES", f"{HEADER.size}u")
    yield _define("RECORD_BYTES", f"{RECORD.size}u", "readers accept more and pass over what lies behind")
    yield _define("TRAILER_BYTES", f"{TRAILER.size}u")
    yield _define("MAX_COUNT", f"{MAX_COUNT}u", "records in one message")
    yield _define("MAX_PAYLOAD_BYTES", f"{MAX_PAYLOAD_BYTES}u", "of any message upwards")
    yield _define("ACK_MAX_BYTES", f"{_longest_ack()}u", "the longest acknowledgement the platform sends")
    yield _define(
        "MAX_FIRMWARE_BYTES", f"{UTF8_MOST * device_state.MAX_FIRMWARE}u", f"{device_state.MAX_FIRMWARE} characters"
    )
    yield from _enum("state", "What a terminal says of itself; offline is its last will.", _numbered(SAID))
    yield _table("STATES", [f'X({state.upper()}, "{state}")' for state in SAID])
    yield _define("LAST_WILL", '"{\\"v\\":1,\\"state\\":\\"offline\\"}"', "retained, on the topic of the state")
    yield _define("MAX_REPLY_ID_BYTES", f"{UTF8_MOST * reply.MAX_ID}u", f"{reply.MAX_ID} characters of UTF-8")
    yield _define("MAX_RESULT_BYTES", f"{UTF8_MOST * reply.MAX_RESULT}u", f"{reply.MAX_RESULT} characters of UTF-8")


def _longest_ack() -> int:
    """Return the size of an acknowledgement whose every range has an epoch of its own, the numbers at their longest."""
    most = MAX_COUNTER
    ranges = {most - i: [(most, most)] for i in range(commit_ack.MAX_RANGES)}
    reason = max(RejectReason, key=len)
    return len(commit_ack.encode(CommitAck(ranges, [Refused(most, reason, most)] * commit_ack.MAX_REFUSED)))


def _topics() -> Iterator[str]:
    yield "/* Topics as printf formats of region (six digits), kind, device id (letters, digits, hyphen). */"
    yield from (_define(f"KIND_{kind.upper()}", f'"{kind}"') for kind in KINDS)
    yield _define("MAX_DEVICE_BYTES", f"{MAX_DEVICE}u")
    yield _define("MAX_TOPIC_BYTES", f"{MAX_TOPIC_BYTES}u", "with the closing zero")
    for channel, encodings in UP_ENCODINGS.items():
        for encoding in encodings:
            name = f"TOPIC_{channel}_{encoding}".upper()
            yield _define(name, f'"{PREFIX}/%s/%s/%s/up/{channel}/{encoding}"')
    for channel in DOWN_CHANNELS:
        yield _define(f"TOPIC_{channel.upper()}", f'"{PREFIX}/%s/%s/%s/down/{channel}"')


def _words() -> Iterator[str]:
    yield from _enum("cover", "A cover; on the wire one more than in JSON and NMEA.", {c.name: c + 1 for c in Cover})
    yield from _enum("switch", "Ignition or main power.", {s.name: s + 1 for s in Switch})
    yield from _enum("fault", "What is broken; a reading under a fault is absent.", _bits(Fault))
    yield from _enum("alarm", "What the terminal itself raised.", _bits(Alarm))
    yield _define("ALARM_BITS", f"0x{ALARM_BITS:02X}u", "the others are written as 0, and ignored")
    yield from _enum("status", "What became of a command, in a reply.", _numbered(reply.STATUSES))
    yield _table("STATUSES", [f'X({status.upper()}, "{status}")' for status in reply.STATUSES])


def _bits(flags: type[IntFlag]) -> dict[str, int]:
    return {bit.name or "": int(bit) for bit in flags}


def _numbered(words: tuple[str, ...]) -> dict[str, int]:
    return {word.upper(): number for number, word in enumerate(words)}


def _enum(name: str, note: str, members: dict[str, int]) -> Iterator[str]:
    listed = [f"    MUCK_{name.upper()}_{word} = {value}" for word, value in members.items()]
    yield f"/* {note} */"
    yield f"enum muck_{name} {{\n" + ",\n".join(listed) + "\n};"


def _sentinels() -> Iterator[str]:
    yield "/* What stands where nothing is known. */"
    for field in RECORD_FIELDS:
        if field.absent is not None:
            # The least integer cannot be written as a literal of its own type.
            value = f"({field.absent + 1} - 1)" if field.absent < 0 else f"{field.absent}u"
            yield _define(f"NO_{field.name.upper()}", value)


def _members() -> Iterator[tuple[str, str, str, str]]:
    """Yield (C type, name, value while absent, note) of each member of a fix; the flags are taken apart."""
    for field in RECORD_FIELDS:
        if field.name == "flags":
            yield from (("uint8_t", bits.name, "0", bits.en) for bits in FLAG_FIELDS)
            continue
        absent = "0" if field.absent is None else f"MUCK_NO_{field.name.upper()}"
        unit = f"[{field.unit}] " if field.unit else ""
        yield C_TYPES[field.type], field.name, absent, unit + field.en


def _fix() -> Iterator[str]:
    yield "/* One fix. Begin with MUCK_FIX_ABSENT, then set what is known. */"
    yield "typedef struct muck_fix {"
    yield from (f"    {kind} {name}; /* {note} */" for kind, name, _, note in _members())
    yield "} muck_fix;"
    yield _define("FIX_ABSENT", "{ \\\n    " + ", \\\n    ".join(absent for _, _, absent, _ in _members()) + " }")


def _layout() -> Iterator[str]:
    yield "/* Where each field lies; integers are little-endian. X(name, offset, type) */"
    yield from _offsets("HEADER", HEADER_FIELDS)
    fields = [field for field in RECORD_FIELDS if field.name != "flags"]
    yield _table("RECORD_FIELDS", [f"X({field.name}, {field.offset}u, {field.type})" for field in fields])
    yield from _offsets("RECORD", tuple(field for field in RECORD_FIELDS if field.name == "flags"))
    yield "/* The flags: X(name, lowest bit, mask once shifted down, greatest value) */"
    rows = [
        f"X({bits.name}, {bits.first}u, {bits.mask >> bits.first}u, {len(bits.words) - 1}u)" for bits in FLAG_FIELDS
    ]
    yield _table("FLAG_FIELDS", rows)
    yield "/* CRC-32 (zlib, IEEE 802.3) of each half byte, for a loop without a table of 1 kB. */"
    yield _table("CRC_NIBBLES", [f"X(0x{_crc_of_nibble(nibble):08X}u)" for nibble in range(16)])
    yield _define("CRC_POLYNOMIAL", "0xEDB88320u")


def _offsets(part: str, fields: tuple[BinField, ...]) -> Iterator[str]:
    yield from (_define(f"{part}_AT_{field.name.upper()}", f"{field.offset}u") for field in fields)


def _crc_of_nibble(nibble: int) -> int:
    value = nibble
    for _ in range(4):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


def _table(name: str, rows: Iterable[str]) -> str:
    return f"#define MUCK_{name}(X) \\\n    " + " \\\n    ".join(rows)


def _limits() -> Iterator[str]:
    yield "/* What a reading may say beside being absent: X(name, least, most) */"
    yield _table("RANGES", [f"X({field.name}, {least}, {most})" for field, least, most in _ranges()])
    yield "/* What is absent under which fault: X(fault, name, value) */"
    yield _table("FAULTY", [f"X(MUCK_FAULT_{fault.name}, {name}, {absent})" for fault, name, absent in _faulty()])
    window = TimeWindow()
    yield _define("TIME_PAST_S", f"{window.past_ms // 1000}u", "older records are refused")
    yield _define("TIME_FUTURE_S", f"{window.future_ms // 1000}u", "as are those further ahead")


def _ranges() -> Iterator[tuple[BinField, int, int]]:
    """Yield each field whose type holds more than its column may, with its range in steps of the wire."""
    for field in RECORD_FIELDS:
        if field.column not in FLOAT_RANGES:
            continue
        least, most = (round(bound * field.per_unit) for bound in FLOAT_RANGES[field.column])
        bits = struct_of((field,)).size * 8
        signed = field.type.startswith("i")
        lowest, highest = (-(2 ** (bits - 1)) + 1, 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 2)
        if least > lowest or most < highest:
            yield field, least, most


def _faulty() -> Iterator[tuple[Fault, str, str]]:
    columns = {"load_kg": "load", "load_ratio": "load"} | {f.column: f.name for f in RECORD_FIELDS if f.column}
    absent = {name: value for _, name, value, _ in _members()}
    for fault, names in FAULTY_FIELDS.items():
        for name in dict.fromkeys(columns.get(column, column) for column in names):
            yield fault, name, absent[name]


def _reasons() -> Iterator[str]:
    yield "/* Why the platform refuses, and what the functions here return: X(NAME, word) */"
    yield _table("REASONS", [f'X({reason.name}, "{reason.value}")' for reason in RejectReason])
    yield "typedef enum muck_reason {\n    MUCK_OK = 0,"
    yield "#define MUCK_REASON(name, word) MUCK_##name,"
    yield "    MUCK_REASONS(MUCK_REASON)\n#undef MUCK_REASON"
    yield "    MUCK_REASON_COUNT\n} muck_reason;"
