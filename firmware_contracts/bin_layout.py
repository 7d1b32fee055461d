"""The binary report as one table: where each field lies, what it counts and how it says that it is absent.

From these rows come the codec's struct and column formats (`report_bin`, `bin_block`), the C header of
`firmware_contracts/c` and the byte tables for people. Readers and writers live in those modules, not here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firmware_contracts.columns import Cover, Switch


@dataclass(frozen=True, kw_only=True, slots=True)
class BinField:
    """One field of a header, record or trailer; little-endian, no padding.

    Attributes:
        name: Its name in every language.
        offset: Its first byte.
        type: A key of `TYPES`.
        unit: What one step of it is, for people.
        column: The column of `FixColumns` that it holds, empty where it holds none or several.
        per_unit: Steps in one unit of that column.
        absent: What stands there instead of nothing, None where it is never absent.
        fixed: What always stands there in version 1, None where that differs.
        en: What it means, in English.
        zh: The same in Chinese.
    """

    name: str
    offset: int
    type: str
    unit: str = ""
    column: str = ""
    per_unit: int = 1
    absent: int | None = None
    fixed: int | bytes | None = None
    en: str = ""
    zh: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BitField:
    """Some bits of the record's `flags`; 0 is absent, or no.

    Attributes:
        name: Its name in every language.
        first: Its lowest bit.
        bits: How many it has.
        words: What each value from 0 on means; a value behind the last is refused.
        en: What it means, in English.
        zh: The same in Chinese.
    """

    name: str
    first: int
    bits: int
    words: tuple[str, ...]
    en: str = ""
    zh: str = ""

    @property
    def mask(self) -> int:
        """Its bits, where they stand in the flags."""
        return ((1 << self.bits) - 1) << self.first


TYPES = {"2": "2s", "u8": "B", "u16": "H", "u32": "I", "i16": "h", "i32": "i"}
"""Struct codes; the type `2` is two bytes of text."""

NO_POSITION = -(2**31)
NO_U16 = 0xFFFF
NO_LIFT = -(2**15)
NO_U8 = 0xFF

HEADER_FIELDS = (
    BinField(name="magic", offset=0, type="2", fixed=b"MK", en="Always MK.", zh="固定为 MK。"),
    BinField(name="version", offset=2, type="u8", fixed=1, en="Version of the contract.", zh="协议版本。"),
    BinField(
        name="record_bytes",
        offset=3,
        type="u8",
        fixed=32,
        unit="byte",
        en="Size of a record; a later sender may write more, readers pass over what lies behind the 32nd byte.",
        zh="单条记录长度；以后的终端可以更长，读取方忽略第 32 字节之后的内容。",
    ),
    BinField(name="count", offset=4, type="u16", en="Records that follow.", zh="后续记录条数。"),
    BinField(
        name="reserved", offset=6, type="u16", fixed=0, en="Written as 0, ignored by readers.", zh="写 0，读取方忽略。"
    ),
    BinField(name="epoch", offset=8, type="u32", en="Epoch of all records.", zh="全部记录的计数纪元。"),
    BinField(
        name="device_crc",
        offset=12,
        type="u32",
        absent=0,
        en="CRC-32 of the device id in ASCII, 0 = not given.",
        zh="设备编号 ASCII 的 CRC-32，0 表示未给出。",
    ),
)

RECORD_FIELDS = (
    BinField(
        name="seq",
        offset=0,
        type="u32",
        column="seq",
        en="Counts up in the terminal's flash.",
        zh="终端闪存中递增的序号。",
    ),
    BinField(
        name="time_s",
        offset=4,
        type="u32",
        unit="s",
        en="Instant of the fix since 1970-01-01 UTC.",
        zh="定位时刻，自 1970-01-01 UTC 起。",
    ),
    BinField(
        name="time_ms", offset=8, type="u16", unit="ms", en="0 to 999, added to time_s.", zh="0 至 999，加到 time_s。"
    ),
    BinField(
        name="lat",
        offset=10,
        type="i32",
        unit="1e-7 deg",
        column="lat_deg",
        per_unit=10_000_000,
        absent=NO_POSITION,
        en="Latitude, WGS 84; absent together with lon.",
        zh="纬度（WGS 84），与经度同时缺省。",
    ),
    BinField(
        name="lon",
        offset=14,
        type="i32",
        unit="1e-7 deg",
        column="lon_deg",
        per_unit=10_000_000,
        absent=NO_POSITION,
        en="Longitude, likewise.",
        zh="经度，同上。",
    ),
    BinField(
        name="speed",
        offset=18,
        type="u16",
        unit="0.01 m/s",
        column="speed_mps",
        per_unit=100,
        absent=NO_U16,
        en="Speed over ground.",
        zh="对地速度。",
    ),
    BinField(
        name="course",
        offset=20,
        type="u16",
        unit="0.01 deg",
        column="course_deg",
        per_unit=100,
        absent=NO_U16,
        en="Course over ground, clockwise from true north; 360 is 0.",
        zh="对地航向，真北顺时针；360 即 0。",
    ),
    BinField(
        name="load",
        offset=22,
        type="u16",
        unit="10 kg, or 0.0001 with load_is_ratio",
        absent=NO_U16,
        en="Mass of the load, or its share of the rated load; below zero is written as 0.",
        zh="载重，或占额定载重之比；负值写 0。",
    ),
    BinField(
        name="lift",
        offset=24,
        type="i16",
        unit="0.01 deg",
        column="lift_deg",
        per_unit=100,
        absent=NO_LIFT,
        en="Angle of the load bed above the chassis.",
        zh="车厢相对底盘的举升角。",
    ),
    BinField(
        name="hdop",
        offset=26,
        type="u8",
        unit="0.1",
        column="hdop",
        per_unit=10,
        absent=NO_U8,
        en="Horizontal dilution of precision; 254 = 25.4 or more.",
        zh="水平精度因子；254 表示 25.4 或更大。",
    ),
    BinField(
        name="satellites",
        offset=27,
        type="u8",
        column="satellites",
        absent=NO_U8,
        en="Satellites used.",
        zh="参与定位的卫星数。",
    ),
    BinField(name="flags", offset=28, type="u16", en="Switches, two bits each.", zh="开关量，每项两位。"),
    BinField(name="faults", offset=30, type="u8", column="faults", en="Bits of Fault.", zh="故障位。"),
    BinField(
        name="alarms",
        offset=31,
        type="u8",
        column="alarms",
        en="Bits of Alarm; bit 7 is written as 0 and ignored by readers.",
        zh="报警位；第 7 位写 0，读取方忽略。",
    ),
)

TRAILER_FIELDS = (
    BinField(
        name="crc",
        offset=0,
        type="u32",
        en="CRC-32 (zlib, IEEE 802.3) of everything before it.",
        zh="此前全部字节的 CRC-32（zlib，IEEE 802.3）。",
    ),
)

_SWITCH_WORDS = tuple(state.name.lower() for state in Switch)

FLAG_FIELDS = (
    BitField(
        name="cover",
        first=0,
        bits=2,
        words=tuple(state.name.lower() for state in Cover),
        en="State of the load bed's cover.",
        zh="密闭盖状态。",
    ),
    BitField(name="ignition", first=2, bits=2, words=_SWITCH_WORDS, en="Ignition.", zh="点火。"),
    BitField(name="main_power", first=4, bits=2, words=_SWITCH_WORDS, en="Main power of the terminal.", zh="主电源。"),
    BitField(
        name="load_is_ratio",
        first=6,
        bits=1,
        words=("no", "yes"),
        en="The load is a share of the rated load.",
        zh="载重为占额定载重之比。",
    ),
)
FLAG_BITS = sum(bits.mask for bits in FLAG_FIELDS)
"""Bits of the flags that mean something; senders write the others as 0, readers ignore them."""


def struct_of(fields: tuple[BinField, ...]) -> struct.Struct:
    """Return the struct that packs the fields in order."""
    return struct.Struct("<" + "".join(TYPES[field.type] for field in fields))


HEADER, RECORD, TRAILER = (struct_of(fields) for fields in (HEADER_FIELDS, RECORD_FIELDS, TRAILER_FIELDS))
RECORD_FIELD = {field.name: field for field in RECORD_FIELDS}
MAX_COUNT = 2000  # fits 65,536 bytes, the largest payload, with room for later and longer records' header
