"""How a live run stands, in one line."""

from __future__ import annotations

from simulators.live_status import LiveStatus, StormRecord

TROUBLE_MOST = 60  # characters: the line stays one line


def live_line(status: LiveStatus) -> str:
    """Return a line for people: who is connected, what is sent, what waits, how late it is, and the last storm."""
    parts = [
        f"second {status.at_s:.0f}",
        f"connected {status.connected}/{status.terminals}",
        f"{status.records_per_s:.0f} records/s",
        f"{status.unacknowledged} unacknowledged",
        f"late {1000.0 * status.late_p99_s:.0f} ms",
    ]
    storms = [storm for storm in status.storms if storm.at_s <= status.at_s]
    parts += [_storm(storms[-1])] if storms else []
    parts += [status.trouble[:TROUBLE_MOST]] if status.trouble and status.connected < status.begun else []
    return ", ".join(parts)


def _storm(storm: StormRecord) -> str:
    if storm.recovery_s is None:
        return f"storm: {storm.back}/{storm.terminals} back"
    return f"storm: all {storm.terminals} back after {storm.recovery_s:.0f} s"
