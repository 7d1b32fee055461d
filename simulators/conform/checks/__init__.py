"""The table of checks, in the order of the report."""

from __future__ import annotations

from simulators.conform.check import Check
from simulators.conform.checks import (
    clock,
    downlink,
    events,
    forwarding,
    hands,
    identity,
    layout,
    patience,
    payload,
    position,
    sensors,
    settings,
    transport,
)

CHECKS: tuple[Check, ...] = (
    *transport.CHECKS,
    *payload.CHECKS,
    *layout.CHECKS,
    *identity.CHECKS,
    *clock.CHECKS,
    *position.CHECKS,
    *sensors.CHECKS,
    *events.CHECKS,
    *forwarding.CHECKS,
    *patience.CHECKS,
    *downlink.CHECKS,
    *settings.CHECKS,
    *hands.CHECKS,
)
