"""What each firmware writes: one encoder per encoding of contract v1, as a terminal's `encode`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from firmware_contracts import device_event, report_bin, report_json, report_nmea
from firmware_contracts.columns import FixColumns
from firmware_contracts.fix import Fix, columns_of
from simulators.fleet import Encoding
from simulators.terminal import Encode

REPORT_ENCODERS: dict[Encoding, Callable[[FixColumns, str], bytes]] = {
    "json": report_json.encode,
    "nmea": lambda columns, _device: report_nmea.encode(columns),
    "bin": report_bin.encode,
}


def report_encoder(encoding: Encoding, device: str) -> Encode:
    """Return how a truck's terminal writes its fixes."""
    write = REPORT_ENCODERS[encoding]

    def encode(epoch: int, records: Sequence[tuple[int, Any]]) -> bytes:
        fixes: list[Fix] = [fix._replace(epoch=epoch, seq=seq) for seq, fix in records]
        return write(columns_of(fixes), device)

    return encode


def event_encoder(device: str) -> Encode:
    """Return how a washer or a gate writes what it saw."""

    def encode(epoch: int, records: Sequence[tuple[int, Any]]) -> bytes:
        return device_event.encode(epoch, [{"seq": seq} | body for seq, body in records], device)

    return encode
