"""The proprietary sentence $PMUK as a table, and what a message of sentences is, for people and documents.

The readers are `nmea_sentence` and `nmea_fast`; a test holds this table against them.
"""

from __future__ import annotations

from typing import NamedTuple


class PmukField(NamedTuple):
    """One field of $PMUK, behind the sentence's name.

    Attributes:
        name: As in the JSON layout.
        form: How it is written, in English.
        form_zh: The same in Chinese.
        required: Whether it may be empty, which means absent.
        en: What it means, in English.
        zh: The same in Chinese.
    """

    name: str
    form: str
    form_zh: str
    required: bool
    en: str
    zh: str


PMUK = (
    PmukField("v", "1", "1", True, "Version of the contract.", "协议版本。"),
    PmukField(
        "epoch", "0-4294967295", "0-4294967295", True, "Names the counter that seq counts in.", "seq 所属的计数纪元。"
    ),
    PmukField(
        "seq",
        "0-4294967295",
        "0-4294967295",
        True,
        "Counts up with every record of the device.",
        "设备每产生一条记录加一。",
    ),
    PmukField("load_kg", "decimal", "十进制数", False, "Mass of the load. [kg]", "载重。[kg]"),
    PmukField("load_ratio", "decimal", "十进制数", False, "Load as a share of the rated load.", "载重比。"),
    PmukField("lift_deg", "decimal", "十进制数", False, "Angle of the load bed. [deg]", "举升角。[deg]"),
    PmukField("cover", "0 closed, 1 half, 2 open", "0 关，1 半开，2 开", False, "State of the cover.", "密闭盖状态。"),
    PmukField("ignition", "0 off, 1 on", "0 断，1 通", False, "Ignition.", "点火。"),
    PmukField("main_power", "0 off, 1 on", "0 断，1 通", False, "Main power of the terminal.", "主电源。"),
    PmukField(
        "faults",
        "hexadecimal, capitals",
        "十六进制，大写",
        False,
        "Bits of the faults; empty is none.",
        "故障位；空表示无。",
    ),
    PmukField(
        "alarms",
        "hexadecimal, capitals",
        "十六进制，大写",
        False,
        "Bits of the alarms; empty is none.",
        "报警位；空表示无。",
    ),
)
DESCRIPTION = (
    "Sentences of NMEA 0183, each closed by its checksum and CR LF. Per fix one group: RMC, GGA or both, of any "
    "talker, as the receiver wrote them, then $PMUK with identity and sensors. Other sentences are passed over, and so "
    "are fields behind the last known one."
)
