"""An order for an export, read and judged: what, in which format, in which words, zone and coordinates. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from supervision.exports.things import THINGS, Thing

Language = Literal["zh", "en"]
Crs = Literal["wgs84", "gcj02", "bd09"]

DEFAULT_ZONE = "Asia/Shanghai"
# A month of one fleet; more are several orders.
VEHICLES_MOST = 1_000
RANGE_MOST = timedelta(days=31)


class OrderRefused(ValueError):  # noqa: N818 - the order is refused, nothing is broken
    """What was ordered cannot be made; the message says what was expected."""


class FormatRefused(OrderRefused):
    """This thing is not made in this format."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants.

    Attributes:
        zone: Whose clock the times are written in.
        start: Of what `Thing.time` tells; None is open.
        kinds: Only events and cases of these kinds.
    """

    what: str
    format: str
    zone: str = DEFAULT_ZONE
    language: Language = "zh"
    crs: Crs = "wgs84"
    vehicle_ids: Sequence[str] | None = None
    company_id: str | None = None
    kinds: Sequence[str] | None = None
    min_severity: int | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def thing(self) -> Thing:
        """Return the row of what is wanted."""
        return THINGS[self.what]

    def parameters(self, user_no: int) -> dict[str, Any]:
        """Return what the statement of the thing takes."""
        lists = {
            name: None if values is None else list(values)
            for name, values in (("vehicle_ids", self.vehicle_ids), ("kinds", self.kinds))
        }
        rest = {name: getattr(self, name) for name in ("company_id", "min_severity", "start", "end")}
        return {"viewer": user_no, **lists, **rest}

    def document(self) -> dict[str, Any]:
        """Return what a table keeps of it besides thing and format."""
        names = ("zone", "language", "crs", "vehicle_ids", "company_id", "kinds", "min_severity")
        times = {name: None if (at := getattr(self, name)) is None else at.isoformat() for name in ("start", "end")}
        return {name: getattr(self, name) for name in names} | times


def read_order(what: str, format_: str, document: Mapping[str, Any]) -> Order:
    """Return the order that `Order.document` wrote."""
    given: dict[str, Any] = dict(document)
    for name in ("start", "end"):
        given[name] = datetime.fromisoformat(given[name]) if given.get(name) else None
    return Order(what, format_, **given)


def assert_can_be_made(order: Order) -> None:
    """Refuse an order that asks for too much or for nothing that there is.

    Raises:
        OrderRefused: Says what was expected and what came.
    """
    if order.zone not in _zones():
        raise OrderRefused(f"expected a time zone such as Asia/Shanghai, got {order.zone!r}")
    if len(order.vehicle_ids or ()) > VEHICLES_MOST:
        raise OrderRefused(f"expected up to {VEHICLES_MOST} vehicles, got {len(order.vehicle_ids or ())}")
    if order.start and order.end and order.start >= order.end:
        raise OrderRefused("expected a start before the end")
    if not order.thing.needs_range:
        return
    if order.start is None or order.end is None or not (order.vehicle_ids or order.company_id):
        raise OrderRefused(f"expected vehicle_id or company_id, and both ends of datetime, for {order.what}")
    if order.end - order.start > RANGE_MOST:
        raise OrderRefused(f"expected up to {RANGE_MOST.days} days, got {(order.end - order.start).days}")


@cache
def _zones() -> frozenset[str]:
    """Return the zones of this machine: reading their folders takes up to a tenth of a second."""
    return frozenset(available_timezones())


def zone_words(zone: str, at: datetime) -> str:
    """Return a zone as headers name it: `Asia/Shanghai, UTC+08:00`; without the offset where it changes in the year."""
    offsets = {_offset(zone, at + timedelta(days=days)) for days in range(0, 360, 30)}
    return f"{zone}, UTC{offsets.pop()}" if len(offsets) == 1 else zone


def _offset(zone: str, at: datetime) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat()[-6:]


def file_name(order: Order, now: datetime) -> str:
    """Return a name that sorts by thing and time and every system takes."""
    return f"muckline-{order.what}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.{order.format}"
