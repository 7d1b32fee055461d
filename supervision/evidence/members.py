"""How the members of an event's evidence are called and written for people, in both languages."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from supervision.kinds import Words

LABELS: dict[str, Words] = {
    "above_mps": Words("行驶判定车速高于", "Drives above"),
    "above_share": Words("超载判定倍数", "Overload from factor"),
    "allowed_s": Words("允许静默时长", "Silence allowed"),
    "arrived_kg": Words("到场净重", "Arrived"),
    "beyond_end": Words("已越过路线终点", "Past the corridor's end"),
    "by": Words("判定依据", "Known by"),
    "capacity_kg": Words("核定载质量", "Capacity"),
    "confidence": Words("置信度", "Confidence"),
    "corridor_ids": Words("准运路线", "Corridors"),
    "cover_open": Words("密闭盖打开", "Cover open"),
    "deadline_s": Words("消纳期限", "Deadline"),
    "distance_m": Words("距离", "Distance"),
    "dump_point_id": Words("消纳场", "Dump point"),
    "duration_s": Words("持续时长", "Duration"),
    "dwelt_s": Words("停留时长", "Dwelt"),
    "empty_below_kg": Words("空车判定低于", "Empty below"),
    "far_m": Words("距离阈值", "Distance allowed"),
    "faults": Words("故障", "Faults"),
    "fixes": Words("定位点数", "Fixes"),
    "followed_by": Words("其后", "Followed by"),
    "gap_s": Words("静默时长", "Silence"),
    "grace_s": Words("宽限时间", "Grace"),
    "heavy_share": Words("重车判定比例", "Heavy from share"),
    "hold_s": Words("须持续时长", "Must hold for"),
    "hours_of": Words("时段来源", "Hours set by"),
    "how": Words("方式", "How"),
    "ignition": Words("点火", "Ignition"),
    "implied_mps": Words("位移对应车速", "Speed implied"),
    "jumps": Words("跳变次数", "Jumps"),
    "last_heavy_ms": Words("最后为重车时刻", "Last heavy at"),
    "last_washed_ms": Words("上次冲洗时刻", "Last washed at"),
    "leave_above_m": Words("偏航阈值", "Off route above"),
    "left_site_ms": Words("驶离工地时刻", "Left the site at"),
    "level_kg": Words("载重水平", "Level of load"),
    "lift_above_deg": Words("举升角阈值", "Lift above"),
    "lift_deg": Words("举升角", "Lift"),
    "limit_kmh": Words("限速", "Speed limit"),
    "load_before_kg": Words("此前载重", "Load before"),
    "load_kg": Words("载重", "Load"),
    "loaded_ms": Words("装载时刻", "Loaded at"),
    "loading_presumed": Words("装载为推定", "Loading presumed"),
    "local_day": Words("当地日期", "Local day"),
    "local_time": Words("当地时间", "Local time"),
    "longest_stop_s": Words("最长停车", "Longest stop"),
    "lost_above_kg": Words("损失阈值", "Loss above"),
    "lost_by": Words("去向判断", "Lost by"),
    "lost_kg": Words("损失质量", "Lost"),
    "lost_kg_above": Words("损失质量阈值", "Loss above"),
    "lost_share_above": Words("损失比例阈值", "Share lost above"),
    "margin_m": Words("边界余量", "Margin"),
    "max_distance_m": Words("最大偏离距离", "Furthest off"),
    "max_speed_mps": Words("最高车速", "Highest speed"),
    "min_fixes": Words("最少点数", "Least fixes"),
    "off_route_m": Words("偏离路线", "Off the route by"),
    "order": Words("管控令", "Order"),
    "over_share": Words("超速判定比例", "Over the limit by"),
    "passed_ms": Words("通过时刻", "Passed at"),
    "patience_s": Words("等待补传时长", "Patience"),
    "peak_kg": Words("峰值载重", "Peak load"),
    "peak_ms": Words("峰值时刻", "Peak at"),
    "permit_id": Words("准运证", "Permit"),
    "permit_valid_to_ms": Words("准运证有效期至", "Permit valid to"),
    "permitted_kg": Words("核定载重", "Load permitted"),
    "rest_s": Words("须休息时长", "Rest required"),
    "result": Words("结果", "Result"),
    "road_class": Words("道路等级", "Class of road"),
    "road_id": Words("道路", "Road"),
    "rule_version": Words("规则版本", "Version of the rule"),
    "seq_missing": Words("缺失记录数", "Records missing"),
    "severe_above_mps": Words("从严车速", "Severe above"),
    "silence_s": Words("静默时长", "Silence"),
    "silent_before_s": Words("此前静默", "Silent before"),
    "since_empty_s": Words("距空车时长", "Since empty"),
    "site_id": Words("工地", "Site"),
    "speed_mps": Words("车速", "Speed"),
    "stayed_s": Words("停留时长", "Stayed"),
    "stood_s": Words("停车时长", "Stood"),
    "washer_id": Words("冲洗设备", "Washer"),
    "what": Words("情形", "What"),
    "within_s": Words("时间范围", "Within"),
    "working": Words("作业中", "At work"),
    "world_version": Words("基础数据版本", "Version of the world"),
    "zone_id": Words("区域", "Zone"),
    "zone_name": Words("区域名称", "Name of the zone"),
}

# Words that evidence uses as values; what devices say is explained by the contract's own table.
VALUES: dict[str, Words] = {
    "load": Words("载重", "load"),
    "stay": Words("停留", "stay"),
    "time": Words("超过期限", "time"),
    "return": Words("空车返回", "return"),
    "zone": Words("区域", "zone"),
    "permit": Words("准运证", "permit"),
    "road": Words("道路", "road"),
    "class": Words("道路等级", "class of road"),
    "city": Words("城市", "city"),
    "site": Words("工地", "site"),
    "delivered": Words("规范消纳", "delivered"),
    "dumped": Words("偷倒", "dumped"),
    "returned": Words("返回工地", "returned"),
    "lost": Words("去向不明", "lost"),
    "gate": Words("道闸", "gate"),
    "washer": Words("冲洗设备", "washer"),
    "lift": Words("举升", "lift"),
    "washed": Words("冲洗达标", "washed"),
    "not_washed": Words("未冲洗", "not washed"),
    "too_short": Words("冲洗时长不足", "washed too short"),
    "bypass": Words("绕行未冲洗", "driven past the washer"),
    "in": Words("进场", "in"),
    "out": Words("出场", "out"),
}

# By the unit that ends a name: how the number is written.
UNITS: tuple[tuple[str, Callable[[float], str]], ...] = (
    ("_mps", lambda value: f"{value * 3.6:.1f} km/h"),
    ("_kmh", lambda value: f"{value:.0f} km/h"),
    ("_kg", lambda value: f"{value / 1000:.2f} t"),
    ("_deg", lambda value: f"{value:.1f}°"),
    ("_share", lambda value: f"{value * 100:.4g} %"),
    ("_h", lambda value: f"{value:g} h"),
    ("_min", lambda value: f"{value:g} min"),
    ("_m", lambda value: f"{value:.1f} m" if value % 1 else f"{value:.0f} m"),
    ("_s", lambda seconds: duration(seconds)),  # noqa: PLW0108 - defined below
)


def duration(seconds: float) -> str:
    """Return a length of time as `1 h 05 min 20 s`, without what is zero at its beginning."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02d} min" + (f" {rest:02d} s" if rest else "")
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:g} s"


def label(name: str, language: str) -> str:
    """Return how a member is called; its own name where it has no label."""
    words = LABELS.get(name)
    return name if words is None else str(getattr(words, language))


def written(name: str, value: Any, language: str, zone: tzinfo) -> str:
    """Return a member's value with its unit."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, list):
        return ", ".join(written(name, each, language, zone) for each in value) or "—"
    if isinstance(value, int | float):
        if name.endswith("_ms"):
            return local(datetime.fromtimestamp(value / 1000, zone), zone)
        return quantity(name, float(value))
    return value_word(str(value), language)


def value_word(value: str, language: str) -> str:
    """Return a word that evidence uses as a value; any other text as it is."""
    words = VALUES.get(value)
    return value if words is None else str(getattr(words, language))


def quantity(name: str, value: float) -> str:
    """Return a number with the unit that ends its name."""
    if math.isinf(value) or math.isnan(value):
        return "—"
    unit_of = name.removesuffix("_above")
    return next((write(value) for ending, write in UNITS if unit_of.endswith(ending)), f"{value:g}")


def local(instant: datetime, zone: tzinfo) -> str:
    """Return an instant in the city's time, offset included."""
    moved = instant.astimezone(zone)
    return f"{moved:%Y-%m-%d %H:%M:%S}{moved:%z}"[:-2] + ":" + f"{moved:%z}"[-2:]


def zone_of(utc_offset_h: float) -> timezone:
    """Return the city's clock."""
    return timezone(timedelta(hours=utc_offset_h))
