"""Kinds of fields that only JT/T 808 has: locations, batches of them, instants."""

from __future__ import annotations

from firmware_contracts.errors import MessageError, RejectReason
from firmware_contracts.jt808.clock import bcd_of, time_ms_of
from firmware_contracts.jt808.location import Location, pack_location, parse_location
from firmware_contracts.jt808.wire import U16, Cursor, Kind


class LocationField(Kind):
    """One location up to the end of the body."""

    def read(self, cursor: Cursor, name: str) -> Location:  # noqa: ARG002  # every kind is called alike
        """Return it."""
        return parse_location(cursor.rest())

    def write(self, value: Location, name: str) -> bytes:  # noqa: ARG002
        """Return its bytes."""
        return pack_location(value)


class BatchField(Kind):
    """How many locations, a byte that says why, and each location behind its size."""

    def read(self, cursor: Cursor, name: str) -> tuple[int, tuple[bytes, ...]]:
        """Return why, and the locations' bytes."""
        count, kind = U16.read(cursor, "count"), cursor.take(1, "kind")[0]
        bodies = tuple([cursor.take(U16.read(cursor, name), name) for _ in range(count)])
        if left := cursor.rest():
            raise MessageError(RejectReason.BAD_SIZE, f"expected {count} locations, got {len(left)} bytes behind them")
        return kind, bodies

    def write(self, value: tuple[int, tuple[bytes, ...]], name: str) -> bytes:
        """Return their bytes."""
        kind, bodies = value
        sized = [U16.write(len(body), name) + body for body in bodies]
        return b"".join([U16.write(len(bodies), "count"), bytes([kind]), *sized])


class Instant(Kind):
    """Six BCD bytes; `offset_ms` is what the clock that they are read from is ahead of UTC."""

    def __init__(self, offset_ms: int) -> None:
        self.offset_ms = offset_ms

    def read(self, cursor: Cursor, name: str) -> int:
        """Return milliseconds since 1970-01-01 UTC."""
        return time_ms_of(cursor.take(6, name), self.offset_ms)

    def write(self, value: int, name: str) -> bytes:  # noqa: ARG002
        """Return its bytes."""
        return bcd_of(value, self.offset_ms)
