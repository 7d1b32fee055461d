"""What can be exported: ONE table of things and of their columns, with the words of both languages.

A column's name is that of `storage.queries.export_rows`, its unit ends it. A new thing is a row here and a statement
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "time", "number", "integer", "flag", "json", "kind", "plate"]
# Where a thing is: at a position, in an outline, on a driven way, or nowhere.
Place = Literal["point", "geometry", "way"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a thing.

    Attributes:
        kind: How it is written: `kind` also as words, `plate` as the asker's role may see it.
    """

    name: str
    kind: Kind
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of the table.

    Attributes:
        place: `point` where it has `lon_deg` and `lat_deg`, `geometry` where it has that, `way` where it drove from one
            position to another; None for none of these.
        time: Column that `datetime` chooses by, and that tracks and waypoints carry; None where there is none.
        needs_range: Whether it is too large to be exported without trucks and both ends of a time.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    place: Place | None = None
    time: str | None = None
    needs_range: bool = False


_VEHICLE = Column("vehicle_id", "text", "车辆编号", "Vehicle")
_PLATE = Column("plate", "plate", "车牌号", "Plate")
_COMPANY = Column("company_id", "text", "企业编号", "Company")
_COMPANY_NAME = Column("company_name", "text", "企业名称", "Company name")
_DISTRICT = Column("district_id", "text", "网格", "District")
_SITE = Column("site_id", "text", "工地编号", "Site")
_DUMP_POINT = Column("dump_point_id", "text", "消纳点编号", "Dump point")
_PERMIT = Column("permit_id", "text", "准运证号", "Permit")
_KIND = Column("kind", "kind", "类型", "Kind")
_SEVERITY = Column("severity", "integer", "等级", "Severity")
_START = Column("start_time", "time", "开始时间", "Start")
_END = Column("end_time", "time", "结束时间", "End")
_POINT = (
    Column("lon_deg", "number", "经度 (度)", "Longitude (deg)"),
    Column("lat_deg", "number", "纬度 (度)", "Latitude (deg)"),
)
_RECEIVED = Column("received_at", "time", "接收时间", "Received")
_IDENTITY = (Column("epoch", "integer", "计数周期", "Epoch"), Column("seq", "integer", "序号", "Sequence"))
_READINGS = (
    *_POINT,
    Column("speed_mps", "number", "速度 (米/秒)", "Speed (m/s)"),
    Column("course_deg", "number", "航向 (度)", "Course (deg)"),
    Column("load_kg", "number", "载重 (千克)", "Load (kg)"),
    Column("load_ratio", "number", "载重比", "Load ratio"),
    Column("lift_deg", "number", "举升角 (度)", "Lift (deg)"),
    Column("cover", "text", "密闭盖", "Cover"),
    Column("ignition", "flag", "点火", "Ignition"),
    Column("main_power", "flag", "主电源", "Main power"),
    Column("faults", "integer", "故障位", "Faults"),
    Column("alarms", "integer", "报警位", "Alarms"),
)


def _features(name: str, zh: str, en: str, key: str) -> Thing:
    columns = (
        Column(f"{key}_id", "text", f"{zh}编号", f"{en} id"),
        Column("name", "text", "名称", "Name"),
        Column("properties", "json", "属性", "Properties"),
        Column("geometry", "json", "边界 (GeoJSON)", "Geometry (GeoJSON)"),
    )
    return Thing(name, zh, en, columns, place="geometry")


_ALL = (
    Thing(
        "track",
        "轨迹",
        "Track",
        (
            _VEHICLE,
            _PLATE,
            Column("fix_time", "time", "定位时间", "Fix time"),
            *_READINGS,
            Column("hdop", "number", "HDOP", "HDOP"),
            Column("satellites", "integer", "卫星数", "Satellites"),
            _RECEIVED,
            *_IDENTITY,
        ),
        place="point",
        time="fix_time",
        needs_range=True,
    ),
    Thing(
        "latest",
        "最新位置",
        "Latest positions",
        (
            _VEHICLE,
            _PLATE,
            Column("fix_time", "time", "上报时间", "Fix time"),
            Column("position_time", "time", "定位时间", "Position time"),
            *_READINGS,
            _RECEIVED,
        ),
        place="point",
        time="position_time",
    ),
    Thing(
        "trips",
        "运输趟次",
        "Trips",
        (
            Column("trip_id", "text", "趟次编号", "Trip"),
            _VEHICLE,
            _PLATE,
            _COMPANY,
            _START,
            _SITE,
            _PERMIT,
            Column("corridor_id", "text", "路线编号", "Corridor"),
            Column("loading_start", "time", "开始装载", "Loading start"),
            Column("loaded_at", "time", "装载完成", "Loaded"),
            Column("washed_at", "time", "冲洗时间", "Washed"),
            Column("left_site_at", "time", "驶离工地", "Left site"),
            Column("unloading_start", "time", "开始卸载", "Unloading start"),
            Column("unloading_end", "time", "卸载完成", "Unloading end"),
            _DUMP_POINT,
            _END,
            Column("load_kg", "number", "载重 (千克)", "Load (kg)"),
            Column("gate_in_at", "time", "进场时间", "Gate in"),
            Column("gate_out_at", "time", "出场时间", "Gate out"),
            Column("gate_dump_point_id", "text", "过磅消纳点", "Gate's dump point"),
            Column("weighed_kg", "number", "过磅净重 (千克)", "Weighed (kg)"),
            Column("ending", "text", "去向", "Ending"),
            Column("inferred", "flag", "推断", "Inferred"),
            Column("start_lon_deg", "number", "起点经度 (度)", "Start longitude (deg)"),
            Column("start_lat_deg", "number", "起点纬度 (度)", "Start latitude (deg)"),
            Column("end_lon_deg", "number", "终点经度 (度)", "End longitude (deg)"),
            Column("end_lat_deg", "number", "终点纬度 (度)", "End latitude (deg)"),
            Column("distance_m", "number", "行驶距离 (米)", "Distance (m)"),
        ),
        place="way",
        time="start_time",
    ),
    Thing(
        "events",
        "事件",
        "Events",
        (
            Column("event_id", "text", "事件编号", "Event"),
            _KIND,
            _SEVERITY,
            Column("subject_kind", "text", "对象类型", "Subject kind"),
            Column("subject_id", "text", "对象编号", "Subject"),
            _VEHICLE,
            _PLATE,
            _COMPANY,
            _DISTRICT,
            _START,
            Column("confirmed_at", "time", "确认时间", "Confirmed"),
            _END,
            *_POINT,
            Column("opening", "json", "发现时证据", "Opening evidence"),
            Column("closing", "json", "结束时证据", "Closing evidence"),
            Column("back_dated", "flag", "补报", "Back-dated"),
            Column("found_at", "time", "发现时间", "Found"),
        ),
        place="point",
        time="start_time",
    ),
    Thing(
        "cases",
        "案件",
        "Cases",
        (
            Column("case_id", "text", "案件标识", "Case"),
            Column("case_no", "text", "案件编号", "Case number"),
            _KIND,
            _SEVERITY,
            Column("status", "text", "状态", "Status"),
            Column("source", "text", "来源", "Source"),
            _VEHICLE,
            _PLATE,
            _COMPANY,
            _COMPANY_NAME,
            _DISTRICT,
            _START,
            _END,
            *_POINT,
            Column("opened_at", "time", "立案时间", "Opened"),
            Column("due_at", "time", "办结时限", "Due"),
            Column("acknowledged_at", "time", "受理时间", "Acknowledged"),
            Column("assigned_at", "time", "派遣时间", "Assigned"),
            Column("handled_at", "time", "处置时间", "Handled"),
            Column("verified_at", "time", "核查时间", "Verified"),
            Column("ended_at", "time", "结案时间", "Ended"),
            Column("extended", "flag", "延期", "Extended"),
            Column("overdue", "flag", "超时", "Overdue"),
            Column("assignee_name", "text", "处置人", "Assignee"),
            Column("rework", "integer", "返工次数", "Rework"),
            Column("satisfaction", "integer", "满意度", "Satisfaction"),
            Column("false_reason", "text", "误报原因", "Reason of false positive"),
        ),
        place="point",
        time="opened_at",
    ),
    Thing(
        "passages",
        "过车记录",
        "Passages",
        (
            Column("device", "text", "设备编号", "Device"),
            Column("device_kind", "text", "设备类型", "Device kind"),
            _SITE,
            _DUMP_POINT,
            Column("type", "text", "记录类型", "Type"),
            Column("event_time", "time", "时间", "Time"),
            Column("plate_read", "plate", "识别车牌", "Plate read"),
            _VEHICLE,
            _PLATE,
            Column("body", "json", "内容", "Body"),
            _RECEIVED,
            *_IDENTITY,
        ),
        time="event_time",
    ),
    Thing(
        "vehicles",
        "车辆",
        "Vehicles",
        (
            _VEHICLE,
            _PLATE,
            _COMPANY,
            _COMPANY_NAME,
            Column("capacity_kg", "number", "核定载质量 (千克)", "Capacity (kg)"),
            Column("tare_kg", "number", "整备质量 (千克)", "Tare (kg)"),
            Column("terminal_ids", "text", "终端编号", "Terminals"),
            Column("retired_at", "time", "停用时间", "Retired"),
        ),
    ),
    Thing("companies", "企业", "Companies", (_COMPANY, Column("name", "text", "名称", "Name"))),
    Thing(
        "permits",
        "准运证",
        "Permits",
        (
            _PERMIT,
            _COMPANY,
            _SITE,
            Column("valid_from", "time", "有效期始", "Valid from"),
            Column("valid_to", "time", "有效期止", "Valid to"),
            Column("document", "json", "内容", "Document"),
        ),
        time="valid_from",
    ),
    _features("sites", "工地", "Sites", "site"),
    _features("dump_points", "消纳点", "Dump points", "dump_point"),
    _features("zones", "区域", "Zones", "zone"),
    _features("corridors", "路线", "Corridors", "corridor"),
    _features("districts", "网格", "Districts", "district"),
)
THINGS: dict[str, Thing] = {thing.name: thing for thing in _ALL}
