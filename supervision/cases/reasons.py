"""Reasons that a step names: tables, so that they can be counted."""

from __future__ import annotations

from supervision.kinds import Words

FALSE_POSITIVE_REASONS: dict[str, Words] = {
    "gps_error": Words("定位误差", "Position was wrong"),
    "sensor_error": Words("传感器误报", "Sensor was wrong"),
    "map_outdated": Words("路网或围栏过期", "Map or boundary out of date"),
    "permit_missing": Words("证照未录入", "Permit was not in the register"),
    "threshold": Words("阈值过严", "Threshold too strict"),
    "lawful": Words("合法作业", "Lawful work"),
    "wrong_vehicle": Words("车辆不符", "Another truck"),
    "duplicate": Words("重复案件", "Duplicate"),
    "not_found": Words("现场未发现", "Nothing found on the spot"),
    "other": Words("其他", "Other"),
}

# Said by the records themselves, never by a person: late records made the event untrue.
WITHDRAWN = "withdrawn"
RECORDS_REASONS: dict[str, Words] = {WITHDRAWN: Words("事件已撤回", "Withdrawn by later records")}

# Of false positives, those that say nothing about the rule.
NOT_THE_RULES_FAULT = frozenset({"duplicate"})

EXTENSION_REASONS: dict[str, Words] = {
    "weather": Words("天气原因", "Weather"),
    "vehicle_absent": Words("车辆或当事人无法到场", "Truck or driver cannot be reached"),
    "evidence": Words("补充取证", "More evidence is being gathered"),
    "parts": Words("待配件或检修", "Waiting for repair"),
    "other_bureau": Words("待其他部门", "Waiting for another bureau"),
    "complex": Words("案情复杂", "The case is complex"),
    "other": Words("其他", "Other"),
}
