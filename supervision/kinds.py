"""Kinds of events and cases: ONE table of their words in Chinese and English, and of how urgent each is.

Everything that names a kind (API, console, notices, reports, exports) reads it here. The numbers are defaults: a kind's
severity is what its rule usually says, hours run by the clock, nights and holidays included, because trucks drive then.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class EventKind:
    """One row of the table.

    Attributes:
        kind: As events and cases carry it; never changes once published.
        group: What it is about, a key of `GROUPS`.
        severity: As it usually is: 0 a fact, 1 notice, 2 warning, 3 critical.
        due_h: A case is to be closed this long after it was opened. [h]
        acknowledge_min: A case is to be taken up this long after it was opened. [min]
        merge_min: A later event of the same truck joins an open case whose newest event is no older. [min]
        critical: Whoever ends such a case says why, whatever its severity.
    """

    kind: str
    zh: str
    en: str
    group: str
    severity: int
    due_h: float
    acknowledge_min: int = 30
    merge_min: int = 120
    critical: bool = False


GROUPS: dict[str, Words] = {
    "load": Words("装载卸载", "Loads"),
    "driving": Words("行驶", "Driving"),
    "zone": Words("区域时段", "Zones and hours"),
    "washing": Words("冲洗", "Washing"),
    "terminal": Words("终端设备", "Terminals"),
    "place": Words("场所", "Places"),
    "report": Words("举报与移送", "Reports"),
}

SEVERITIES: dict[int, Words] = {
    0: Words("事实", "Fact"),
    1: Words("提示", "Notice"),
    2: Words("警告", "Warning"),
    3: Words("严重", "Critical"),
}

# Time limits as cities publish them: four working hours for waste on a road, two to four days for a heap of muck, three
# days for what is complex (Guangzhou, Jiyuan); what only a workshop can mend gets longer.
KINDS: tuple[EventKind, ...] = (
    EventKind("loading", "装载", "Loading", "load", 0, 72),
    EventKind("unloading", "卸载", "Unloading", "load", 0, 72),
    EventKind("illegal_dumping", "偷倒", "Illegal dumping", "load", 3, 24, 10, 120, critical=True),
    EventKind("spillage", "抛洒滴漏", "Spillage", "load", 2, 4, 15, 60),
    EventKind("uncovered_haul", "未密闭运输", "Uncovered haul", "load", 2, 24, 30, 120),
    EventKind("suspicious_loading", "可疑出土", "Suspicious loading", "load", 2, 48, 30, 240),
    EventKind("undelivered_load", "未消纳", "Undelivered load", "load", 2, 48, 60, 240),
    EventKind("weight_loss", "途中失重", "Weight loss on the way", "load", 2, 48, 60, 240),
    EventKind("route_deviation", "偏航", "Route deviation", "driving", 2, 24, 30, 120),
    EventKind("lift_while_moving", "举升行驶", "Driving with the body up", "driving", 2, 24, 15, 60),
    EventKind("overload", "超载", "Overload", "driving", 2, 48, 60, 240),
    EventKind("overspeed", "超速", "Overspeed", "driving", 2, 48, 60, 60),
    EventKind("fatigue", "疲劳驾驶", "Fatigue", "driving", 2, 24, 15, 240),
    EventKind("long_stop", "载货久停", "Long stop while loaded", "driving", 1, 24, 60, 120),
    EventKind("forbidden_zone", "闯禁区", "Forbidden zone", "zone", 2, 24, 30, 120),
    EventKind("control_order", "违反管控", "Against a control order", "zone", 2, 24, 30, 120),
    EventKind("out_of_hours", "非时段作业", "Outside the hours", "zone", 2, 24, 30, 240),
    EventKind("no_permit", "无准运证", "No permit", "zone", 3, 24, 30, 240, critical=True),
    EventKind("not_washed", "未冲洗", "Not washed", "washing", 2, 24, 30, 240),
    EventKind("washer_offline", "冲洗设备离线", "Washer offline", "washing", 1, 72, 240, 1440),
    EventKind("offline", "终端离线", "Terminal offline", "terminal", 1, 72, 240, 1440),
    EventKind("track_gap", "轨迹缺失", "Track gap", "terminal", 1, 72, 240, 720),
    EventKind("position_jump", "位置漂移", "Position jump", "terminal", 1, 72, 240, 720),
    EventKind("jamming", "信号干扰", "Jamming", "terminal", 2, 48, 60, 720),
    EventKind("clone", "一机多用", "One identity, two places", "terminal", 3, 48, 30, 1440, critical=True),
    EventKind("power_cut", "断电", "Power cut", "terminal", 2, 72, 120, 720),
    EventKind("sensor_fault", "传感器故障", "Sensor fault", "terminal", 1, 168, 480, 1440),
    EventKind("mass_imbalance", "消纳不平衡", "Masses do not match", "place", 2, 96, 480, 1440),
    EventKind("penalty", "行政处罚移送", "Penalty reported by a bureau", "report", 2, 96, 240, 0),
    EventKind("incident", "事故移送", "Incident reported by a bureau", "report", 3, 48, 30, 0, critical=True),
    EventKind("other_report", "其他举报", "Other report", "report", 1, 72, 60, 0),
)

BY_KIND: dict[str, EventKind] = {row.kind: row for row in KINDS}


def kind_of(kind: str) -> EventKind:
    """Return the row of a kind; one that a newer ingest knows and this table does not gets cautious defaults."""
    return BY_KIND.get(kind) or EventKind(kind, kind, kind.replace("_", " ").capitalize(), "report", 2, 24)
