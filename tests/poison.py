"""What no terminal should send, and some do."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import aiomqtt
import msgspec
import numpy as np

from firmware_contracts import report_bin, report_nmea
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.transport import BrokerAddress
from simulators.connection import mqtt_connection

REGION = "320412"


@dataclass(frozen=True)
class Poison:
    """A payload that breaks the contract; `reason` is how it must end, None where several rules are broken at once."""

    name: str
    encoding: str
    payload: Callable[[int], bytes]
    reason: str | None
    channel: str = "report"

    def topic(self, device: str) -> str:
        return f"muck/v1/{REGION}/truck/{device}/up/{self.channel}/{self.encoding}"


def _json(now_ms: int, **members: object) -> bytes:
    fix = {"seq": 1, "time_ms": now_ms, "lat_deg": 31.7, "lon_deg": 119.9} | members
    return msgspec.json.encode({"v": 1, "epoch": 9, "fixes": [fix]})


def _bin(now_ms: int) -> bytes:
    return report_bin.encode(columns_of([Fix(9, 1, now_ms, 31.7, 119.9, 5.0)]), None)


def _resealed(payload: bytes, at: int, value: bytes) -> bytes:
    """Return a binary report with bytes replaced and a checksum that fits again."""
    body = payload[:at] + value + payload[at + len(value) : -4]
    return body + zlib.crc32(body).to_bytes(4, "little")


def _nmea(now_ms: int) -> bytes:
    return report_nmea.encode(columns_of([Fix(9, 1, now_ms, 31.7, 119.9, 5.0)]), None)


def _broken_nmea(now_ms: int) -> bytes:
    lines = _nmea(now_ms)
    star = lines.index(b"*")
    return lines[: star + 1] + (b"00" if lines[star + 1 : star + 3] != b"00" else b"01") + lines[star + 3 :]


DAY_MS = 86_400_000
POISONS: tuple[Poison, ...] = (
    Poison("empty", "json", lambda _: b"", None),
    Poison("not json", "json", lambda _: b"position: somewhere", "bad_json"),
    Poison("json cut short", "json", lambda now: _json(now)[:-5], "bad_json"),
    Poison("json with a tail", "json", lambda now: _json(now) + b"}", "bad_json"),
    Poison("NaN token", "json", lambda now: _json(now).replace(b"31.7", b"NaN"), None),
    Poison("Infinity token", "json", lambda now: _json(now).replace(b"31.7", b"Infinity"), None),
    Poison("NUL byte", "json", lambda now: _json(now).replace(b"31.7", b"31\x00.7"), None),
    Poison("bad UTF-8", "json", lambda now: _json(now, cover="x").replace(b'"x"', b'"\xff\xfe"'), None),
    Poison("latitude 91", "json", lambda now: _json(now, lat_deg=91.0), "out_of_range"),
    Poison(
        "latitude and longitude swapped", "json", lambda now: _json(now, lat_deg=119.9, lon_deg=31.7), "out_of_range"
    ),
    Poison("latitude alone", "json", lambda now: _json(now, lon_deg=None), None),
    Poison("text for a number", "json", lambda now: _json(now, speed_mps="fast"), "bad_type"),
    Poison("true for a number", "json", lambda now: _json(now, speed_mps=True), "bad_type"),
    Poison("seq beyond 64 bits", "json", lambda now: _json(now, seq=10**30), None),
    Poison("negative seq", "json", lambda now: _json(now, seq=-1), None),
    Poison("clock in 1970", "json", lambda _: _json(0), "time_past"),
    Poison("clock 61 days ago", "json", lambda now: _json(now - 61 * DAY_MS), "time_past"),
    Poison("clock a day ahead", "json", lambda now: _json(now + DAY_MS), "time_future"),
    Poison(
        "another device's id",
        "json",
        lambda now: _json(now).replace(b'{"v"', b'{"device":"OTHER","v"', 1),
        "device_mismatch",
    ),
    Poison("version 99", "json", lambda now: _json(now).replace(b'"v":1', b'"v":99'), "bad_version"),
    Poison("deep nesting", "json", lambda _: b"[" * 20_000 + b"]" * 20_000, None),
    Poison("binary cut short", "bin", lambda now: _bin(now)[:-9], None),
    Poison("binary with a tail", "bin", lambda now: _bin(now) + b"tail", None),
    Poison("binary, wrong checksum", "bin", lambda now: _bin(now)[:-1] + bytes([_bin(now)[-1] ^ 1]), "bad_checksum"),
    Poison("binary, count of 9 for 1", "bin", lambda now: _resealed(_bin(now), 4, b"\x09\x00"), None),
    Poison("random bytes", "bin", lambda now: np.random.default_rng(now).bytes(200), None),
    Poison("NMEA, wrong checksum", "nmea", _broken_nmea, None),
    Poison("NMEA without identity", "nmea", lambda now: b"\r\n".join(_nmea(now).split(b"\r\n")[:1]) + b"\r\n", None),
    Poison("an encoding that is none", "xml", lambda _: b"<fix/>", "bad_topic"),
)


async def publish_poison(address: BrokerAddress, sent: dict[bytes, Poison]) -> None:
    """Publish one of each kind as the device POISON; note in `sent` what was sent."""
    now_ms = time.time_ns() // 1_000_000
    try:
        async with mqtt_connection(address.as_client("POISON"), "POISON") as client:
            for poison in POISONS:
                payload = poison.payload(now_ms)
                await client.publish(poison.topic("POISON"), payload, qos=1)
                sent[payload] = poison
    except (aiomqtt.MqttError, OSError):
        return  # the broker is being killed; the next round sends them again


def kinds_kept(sent: dict[bytes, Poison], kept: list[tuple[bytes, str]]) -> set[str]:
    """Return the kinds of which a payload was kept, whole or the record cut out of it, for the reason it deserves."""
    lost = lost_poison(sent, kept)
    return {poison.name for payload, poison in sent.items() if payload not in lost}


def lost_poison(sent: dict[bytes, Poison], kept: list[tuple[bytes, str]]) -> set[bytes]:
    """Return the payloads that were kept neither whole nor as the record cut out of them, for their reason."""
    whole = {(record, reason) for record, reason in kept} | {(record, None) for record, _ in kept}
    cut = [(record, reason) for record, reason in kept if record and record not in sent]
    return {
        payload
        for payload, poison in sent.items()
        if (payload, poison.reason) not in whole
        and not any(record in payload and poison.reason in {None, reason} for record, reason in cut)
    }
