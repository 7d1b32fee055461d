"""A terminal's settings: `.../down/config`, retained, answered on `.../up/reply/json` (see `reply`).

    {"v": 1, "id": "g-12", "expires_ms": 1767229200000,
     "report": {"moving_s": 10, "standing_s": 60, "corner_deg": 15},
     "thresholds": {"overspeed_mps": 16.7, "lift_deg": 10, "load_change_kg": 500},
     "zones": [{"zone_id": "Z1", "kind": "forbidden", "boundary": [[119.9, 31.7], [119.91, 31.7], [119.91, 31.71]],
                "prompt": "前方禁行区"},
               {"zone_id": "C1", "kind": "corridor", "line": [[119.9, 31.7], [119.95, 31.72]], "half_width_m": 50}]}

A document replaces the one before as a whole; what it does not name goes back to the terminal's own default. It stays
in force after `expires_ms`, which only bounds its delivery. Zones are for prompts in the cab: what is a violation the
platform decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_contracts import json_document as document_of
from firmware_contracts.command import HEAD, encode_exactly
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.json_fields import Field, Group, Groups, Integer, Number, Positions, Text, Word, read_members

MAX_ZONES = 32
MAX_POSITIONS = 200  # 32 zones of 50 positions on average stay under 40 kB
MAX_CONFIG_BYTES = 40_000

ZONE: dict[str, Field] = {
    "zone_id": Text(least=1, most=64, required=True, en="Names the zone.", zh="区域编号。"),
    "kind": Word(
        words=("corridor", "forbidden"),
        required=True,
        en="Stay inside, or stay outside.",
        zh="通道（应在其内）或禁行区（应在其外）。",
    ),
    "boundary": Positions(
        least=3, most=MAX_POSITIONS, en="Outline of a forbidden zone, not closed.", zh="禁行区边界，首尾不必闭合。"
    ),
    "line": Positions(least=2, most=MAX_POSITIONS, en="Centre line of a corridor.", zh="通道中心线。"),
    "half_width_m": Number(least=5.0, most=1000.0, unit="m", en="Half the corridor's width.", zh="通道半宽。"),
    "prompt": Text(most=100, en="Spoken when the zone's rule is broken.", zh="违反时的语音提示。"),
}
SHAPES = {"corridor": ("line", "half_width_m"), "forbidden": ("boundary",)}  # what a zone of each kind must have
CONFIG: dict[str, Field] = {
    "report": Group(
        en="When fixes are recorded.",
        zh="定位记录的时机。",
        members={
            "moving_s": Integer(least=1, most=300, unit="s", en="Interval while moving.", zh="行驶时上报间隔。"),
            "standing_s": Integer(least=1, most=3600, unit="s", en="Interval while standing.", zh="停驶时上报间隔。"),
            "corner_deg": Integer(
                least=5, most=180, unit="deg", en="Change of course that records a fix at once.", zh="拐点补传角度。"
            ),
        },
    ),
    "thresholds": Group(
        en="When the terminal itself warns.",
        zh="终端自身报警阈值。",
        members={
            "overspeed_mps": Number(
                least=1.0, most=60.0, unit="m/s", en="Speed that warns the driver.", zh="超速提示车速。"
            ),
            "lift_deg": Number(
                least=1.0, most=90.0, unit="deg", en="Lift angle that counts as raised.", zh="视为举升的角度。"
            ),
            "load_change_kg": Number(
                least=50.0,
                most=50_000.0,
                unit="kg",
                en="Change of load that records a fix at once.",
                zh="触发补传的载重变化。",
            ),
        },
    ),
    "zones": Groups(most=MAX_ZONES, members=ZONE, en="Zones for prompts in the cab.", zh="车内语音提示用区域。"),
}


@dataclass(frozen=True, slots=True)
class Config:
    """One document of settings.

    Attributes:
        id: Names it.
        expires_ms: Not to be delivered after this, milliseconds since 1970-01-01 UTC.
        body: Members of `CONFIG`.
    """

    id: str
    expires_ms: int
    body: Mapping[str, Any] = field(default_factory=dict)


def encode(config: Config) -> bytes:
    """Return the payload of one document.

    Raises:
        ValueError: A member is unknown or does not fit.
    """
    _check_known(config.body, CONFIG, "the settings")
    head = {"v": document_of.VERSION, "id": config.id, "expires_ms": config.expires_ms}
    payload = encode_exactly(head | dict(config.body))
    if len(payload) > MAX_CONFIG_BYTES:
        raise ValueError(f"expected at most {MAX_CONFIG_BYTES} bytes, got {len(payload)}")
    decode(payload)  # what a terminal would refuse is never sent
    return payload


def decode(payload: bytes) -> Config:
    """Return a document, as a terminal reads it.

    Raises:
        ContractError: It is none.
    """
    document, _ = document_of.read_document(payload)
    try:
        head, body = read_members(document, HEAD), read_members(document, CONFIG)
        for zone in body.get("zones", ()):
            _check_shape(zone)
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None
    return Config(head["id"], head["expires_ms"], body)


def _check_known(members: Mapping[str, Any], fields: Mapping[str, Field], where: str) -> None:
    """Check that nothing is misspelt: a terminal ignores what it does not know, and nobody would notice."""
    if strange := set(members) - set(fields):
        raise ValueError(f"{where}: expected {', '.join(fields)}, got {', '.join(sorted(map(str, strange)))}")
    for name, value in members.items():
        rows = fields[name]
        inner = value if isinstance(rows, Groups) and isinstance(value, list) else [value]
        if isinstance(rows, Group | Groups):
            for one in inner:
                if isinstance(one, Mapping):
                    _check_known(one, rows.members, name)


def _check_shape(zone: Mapping[str, Any]) -> None:
    missing = [name for name in SHAPES[zone["kind"]] if name not in zone]
    if missing:
        raise RecordError(
            RejectReason.MISSING_FIELD, f"expected {', '.join(missing)} in zone {zone['zone_id']}, got none"
        )
