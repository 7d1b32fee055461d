"""The additional items of a location that the standard and its sister standards define: name, unit, value.

0x01-0x13, 0x25-0x31 JT/T 808; 0x14-0x18 JT/T 1078 (video); 0x64-0x67 T/JSATL 12 (active safety). E1 to FF are the
makers' to define: see `vendor`. A value may be shorter or longer than its row says; then it is no such value.
"""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One item.

    Attributes:
        name: What it says, its unit last.
        sizes: How long it may be, in bytes; empty for blocks that have their own layout and are kept as bytes.
        scale: Value of one step.
    """

    name: str
    sizes: tuple[int, ...] = ()
    scale: float = 1


ITEMS: dict[int, Item] = {
    0x01: Item("mileage_m", (4,), 100),
    0x02: Item("fuel_l", (2,), 0.1),
    0x03: Item("recorder_speed_kmh", (2,), 0.1),
    0x04: Item("alarm_event_to_confirm", (2,)),
    0x05: Item("tyre_pressure"),
    0x06: Item("carriage_temperature", (2,)),
    0x11: Item("overspeed_place"),
    0x12: Item("area_in_out"),
    0x13: Item("segment_time"),
    0x14: Item("video_alarm", (4,)),
    0x15: Item("video_signal_lost", (4,)),
    0x16: Item("video_covered", (4,)),
    0x17: Item("storage_fault", (2,)),
    0x18: Item("abnormal_driving"),
    0x25: Item("signals", (4,)),
    0x2A: Item("io_state", (2,)),
    0x2B: Item("analog", (4,)),
    0x30: Item("signal_strength", (1,)),
    0x31: Item("satellites", (1,)),
    0x64: Item("driving_assistance"),
    0x65: Item("driver_state"),
    0x66: Item("tyre_state"),
    0x67: Item("blind_spot"),
}
SATELLITES = 0x31


def read_item(item_id: int, data: bytes) -> float | None:
    """Return the value of an item, None for a block, an unknown id or a length that its row does not name."""
    row = ITEMS.get(item_id)
    if row is None or len(data) not in row.sizes:
        return None
    return int.from_bytes(data, "big") * row.scale


def item(item_id: int, value: float) -> tuple[int, bytes]:
    """Return an item with a value, for `Location.items`.

    Raises:
        ValueError: The table has no number under this id, or the value does not fit.
    """
    row = ITEMS.get(item_id)
    if row is None or not row.sizes:
        raise ValueError(f"expected the id of an item with a number, got {item_id:#04x}")
    steps = round(value / row.scale)
    if not 0 <= steps < 1 << 8 * row.sizes[0]:
        raise ValueError(f"expected {row.name} to fit {row.sizes[0]} bytes, got {value}")
    return item_id, steps.to_bytes(row.sizes[0], "big")
