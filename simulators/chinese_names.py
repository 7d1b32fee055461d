"""Names that a Chinese city's bureau would have on file, for the documents of a simulated one. All invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COMPANIES = (
    "恒达渣土运输有限公司",
    "绿洲环保运输有限公司",
    "江南土石方工程有限公司",
    "龙城渣土清运有限公司",
    "安顺运输有限公司",
)
SITES = (
    "云锦花园二期",
    "滨湖中学新建工程",
    "地铁6号线湖塘站",
    "科创园B区基坑",
    "武南医院扩建",
    "星河广场",
    "运河风光带改造",
    "东城安置房",
)
DUMP_POINTS = ("横山桥消纳场", "雪堰渣土消纳点", "运河中转码头", "前黄资源化利用厂", "礼嘉消纳场")
ZONES = {
    "forbidden": ("淹城遗址保护区", "湖塘老街禁行区", "水源地保护区"),
    "control": ("夜间管制通告1号", "夜间管制通告2号"),
    "speed": ("实验小学限速路段", "湖塘桥小学限速路段"),
    "parking": ("停车场",),
}
DISTRICTS = ("西片区", "东片区", "南片区", "北片区")


def named_in_chinese(documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return world documents whose companies, places and routes carry Chinese names; ids stay as they are."""
    names = {
        "sites": _by_id(documents["sites"]["features"], "site_id", SITES),
        "dump_points": _by_id(documents["dump_points"]["features"], "dump_point_id", DUMP_POINTS),
        "districts": _by_id(documents["districts"]["features"], "district_id", DISTRICTS),
        "zones": _zone_names(documents["zones"]["features"]),
    }
    names["corridors"] = _corridor_names(documents, names["sites"], names["dump_points"])
    keys = {"sites": "site_id", "dump_points": "dump_point_id", "districts": "district_id", "zones": "zone_id"}
    keys["corridors"] = "corridor_id"
    renamed = {
        kind: {
            "type": "FeatureCollection",
            "features": [_renamed(feature, keys[kind], names[kind]) for feature in documents[kind]["features"]],
        }
        for kind in names
    }
    companies = [{**company, "name": _name(COMPANIES, n)} for n, company in enumerate(documents["companies"])]
    return {**documents, **renamed, "companies": companies}


def _name(names: Sequence[str], n: int) -> str:
    """Return the n-th name; once all are taken they come again with a number."""
    again = n // len(names)
    return names[n % len(names)] + (f"（{again + 1}）" if again else "")


def _by_id(features: Sequence[Mapping[str, Any]], key: str, names: Sequence[str]) -> dict[str, str]:
    return {feature["properties"][key]: _name(names, n) for n, feature in enumerate(features)}


def _zone_names(features: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    seen: dict[str, int] = {}
    named = {}
    for feature in features:
        properties = feature["properties"]
        rule = properties.get("rule", "forbidden")
        named[properties["zone_id"]] = _name(ZONES[rule], seen.get(rule, 0))
        seen[rule] = seen.get(rule, 0) + 1
    return named


def _corridor_names(
    documents: Mapping[str, Any], sites: Mapping[str, str], dump_points: Mapping[str, str]
) -> dict[str, str]:
    """Return `site → dump point` for each corridor that is named after its ends."""
    named = {}
    for feature in documents["corridors"]["features"]:
        corridor_id = feature["properties"]["corridor_id"]
        parts: list[str] = [*corridor_id.split("-"), "", "", ""]
        site_id, dump_point_id, variant = parts[1:4]
        if site_id in sites and dump_point_id in dump_points:
            around = "（绕行）" if variant == "T" else ""
            named[corridor_id] = f"{sites[site_id]}→{dump_points[dump_point_id]}{around}"
    return named


def _renamed(feature: Mapping[str, Any], key: str, names: Mapping[str, str]) -> dict[str, Any]:
    properties = feature["properties"]
    name = names.get(properties[key], properties.get("name"))
    return {**feature, "properties": {**properties, **({} if name is None else {"name": name})}}
