"""Checks of the clock: fixes are accepted by it, so a wrong one rejects or misdates everything."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings

RELEASED = datetime(2025, 1, 1, tzinfo=UTC)  # no copy of this code is older
BEHIND = timedelta(minutes=5)
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
TIMEX_BYTES = 256  # more than struct timex has on any platform
SET_IT = "Set it by NTP: apt-get install chrony, or timedatectl set-ntp true"


def check_clock(_: Settings) -> Iterator[Finding]:
    """Look at this machine's clock."""
    yield clock_finding(datetime.now(UTC), newest_file())
    yield synchronised_finding(kernel_clock_state())


def clock_finding(now: datetime, newest: datetime) -> Finding:
    """Judge the time of day.

    Args:
        now: What the clock says.
        newest: When the newest of our own files was written: the clock cannot be before it.
    """
    if now < RELEASED:
        return Finding("MUCK-D111", "clock", Level.BLOCKING, f"it says {now:%Y-%m-%d}: it was never set", SET_IT)
    if now < newest - BEHIND:
        cause = f"it says {now:%Y-%m-%d %H:%M} UTC, but a file here was written at {newest:%Y-%m-%d %H:%M}"
        return Finding("MUCK-D111", "clock", Level.BLOCKING, cause, SET_IT)
    return fine("MUCK-D111", "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def synchronised_finding(state: int) -> Finding:
    """Judge what the kernel says about its clock; see adjtimex(2)."""
    if state == TIME_ERROR:
        return Finding("MUCK-D112", "clock source", Level.WARNING, "the kernel's clock is not synchronised", SET_IT)
    if state < 0:
        return Finding(
            "MUCK-D112", "clock source", Level.NOTE, "the kernel does not say whether its clock is synchronised"
        )
    return fine("MUCK-D112", "clock source", "synchronised")


def kernel_clock_state() -> int:
    """Return adjtimex(2)'s answer, negative where it may not be asked."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    except (AttributeError, OSError):
        return -1


def newest_file() -> datetime:
    """Return when the newest file of this package was written."""
    package = Path(__file__).parents[1]
    return datetime.fromtimestamp(max(file.stat().st_mtime for file in package.rglob("*.py")), UTC)
