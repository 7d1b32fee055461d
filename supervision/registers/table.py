"""The registers: ONE description of each, from which routes, their documentation, files and checks come.

A member that is not described here and that an item already has (a world folder may bring any) is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from supervision.registers.fields import Field

Geometry = Literal["area", "line"]


@dataclass(frozen=True, slots=True)
class Register:
    """One register.

    Attributes:
        name: Of its address and of its list in answers.
        document: The kind under which history and the world know it.
        id_name: Member that names an item.
        geometry: What its features are; None where items have no shape.
        permission: Who may change it.
        may_create: Whether new items come from here; a device's come from its admission.
        searched: Members that `q` looks into.
        computed: Members that answers have and nobody writes.
        only: What its items have in common, where a document holds those of several registers.
    """

    name: str
    document: str
    id_name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    geometry: Geometry | None = None
    permission: Literal["register", "draw"] = "register"
    may_write: bool = True
    may_create: bool = True
    searched: tuple[str, ...] = ("name",)
    computed: tuple[str, ...] = ()
    only: Mapping[str, str] = dataclass_field(default_factory=dict)

    def field(self, name: str) -> Field | None:
        """Return the field of a name."""
        return next((field for field in self.fields if field.name == name), None)

    def references(self, item: Mapping[str, Any]) -> list[tuple[Field, str]]:
        """Return each id of another register that an item holds; its fields fit."""
        found: list[tuple[Field, str]] = []
        for field in self.fields:
            value = item.get(field.name)
            if field.refers is not None and value is not None:
                found += [(field, each) for each in (value if isinstance(value, list) else [value])]
        return found


ID = r"[^\x00-\x1f\x7f/?#%\\;]{1,100}"
PHONE = r"\+?[0-9][0-9 \-]{4,19}"


def _id(name: str, zh: str, en: str, example: str) -> Field:
    return Field(name, zh, en, required=True, pattern=ID, example=example)


def _reference(name: str, zh: str, en: str, refers: str) -> Field:
    return Field(name, zh, en, refers=refers)


NAME = Field("name", "名称", "Name")
REMARK = Field("remark", "备注", "Remark")
COMPANY = _reference("company_id", "企业编号", "Company", "companies")
DISTRICT = _reference("district_id", "网格编号", "District", "districts")
ADDRESS = Field("address", "地址", "Address")
CONTACT = Field("contact", "联系人", "Contact person", private="name")
PHONE_FIELD = Field("phone", "联系电话", "Telephone", private="number", pattern=PHONE, example="0519-85680000")
WINDOWS = Field("windows", "时段", "Weekly hours", "json", example=[{"from": "22:00", "to": "06:00"}])
VALIDITY = (
    Field("valid_from", "生效时间", "In force from", "time", example="2026-01-01T00:00:00+08:00"),
    Field("valid_to", "失效时间", "In force up to", "time", example="2027-01-01T00:00:00+08:00"),
)
PLACE = (
    Field("lon_deg", "经度", "Longitude, WGS 84", "number", unit="deg", least=-180, most=180),
    Field("lat_deg", "纬度", "Latitude, WGS 84", "number", unit="deg", least=-90, most=90),
)

_REGISTERS = (
    Register(
        "companies",
        "companies",
        "company_id",
        "运输企业",
        "Companies",
        (
            _id("company_id", "企业编号", "Id", "C1"),
            Field("name", "企业名称", "Name", required=True, example="东方渣土运输有限公司"),
            Field("credit_code", "统一社会信用代码", "Unified social credit code", pattern="[0-9A-HJ-NPQRTUWXY]{18}"),
            Field("licence_no", "运输核准证号", "Licence number"),
            Field("licence_valid_to", "核准证有效期至", "Licence valid to", "date"),
            CONTACT,
            PHONE_FIELD,
            ADDRESS,
            DISTRICT,
            REMARK,
        ),
        searched=("name", "credit_code"),
    ),
    Register(
        "vehicle-register",
        "vehicles",
        "vehicle_id",
        "车辆",
        "Vehicles",
        (
            _id("vehicle_id", "车辆编号", "Id", "V9"),
            Field("plate", "号牌号码", "Number plate", private="plate", example="苏D12345"),
            Field("plate_colour", "号牌颜色", "Plate colour", "choice", choices=("yellow", "green", "blue", "white")),
            COMPANY,
            Field("vin", "车辆识别代号", "VIN", pattern="[A-HJ-NPR-Z0-9]{17}", example="LZGJLDR42MX012345"),
            Field("axles", "轴数", "Axles", "integer", least=2, most=8),
            Field("capacity_kg", "核定载质量", "Rated load", "number", unit="kg", least=1, most=100_000),
            Field("tare_kg", "整备质量", "Mass when empty", "number", unit="kg", least=1, most=100_000),
            Field("body_m3", "车厢容积", "Volume of the body", "number", unit="m3", least=0.1, most=100),
            Field("tag", "电子标签", "Radio tag"),
            Field("energy", "能源", "Energy", "choice", choices=("diesel", "gas", "electric", "hybrid", "hydrogen")),
            Field("registered_on", "注册日期", "Registered on", "date"),
            Field("inspected_to", "检验有效期至", "Inspection valid to", "date"),
            Field("photo_id", "照片", "Photo"),
            Field("out_of_service", "停运时段", "Times out of service", "json"),
            REMARK,
        ),
        searched=("plate", "vin"),
        computed=("terminal_ids", "merged_into"),
    ),
    Register(
        "drivers",
        "drivers",
        "driver_id",
        "驾驶员",
        "Drivers",
        (
            _id("driver_id", "驾驶员编号", "Id", "D7"),
            Field("name", "姓名", "Name", required=True, private="name", example="王建国"),
            COMPANY,
            Field("licence_no", "驾驶证号", "Licence number", private="number", pattern="[0-9A-Za-z]{6,30}"),
            Field("licence_class", "准驾车型", "Licence class", "choice", choices=("A1", "A2", "A3", "B1", "B2")),
            Field("licence_valid_to", "驾驶证有效期至", "Licence valid to", "date"),
            Field("qualification_no", "从业资格证号", "Qualification number", private="number"),
            PHONE_FIELD,
            Field("assignments", "驾驶车辆", "Trucks and times", "json"),
            REMARK,
        ),
    ),
    Register(
        "sites",
        "sites",
        "site_id",
        "工地",
        "Sites",
        (
            _id("site_id", "工地编号", "Id", "S1"),
            NAME,
            Field("builder", "建设单位", "Builder"),
            Field("contractor", "施工单位", "Contractor"),
            DISTRICT,
            ADDRESS,
            CONTACT,
            PHONE_FIELD,
            Field("declared_m3", "申报土方量", "Declared volume", "number", unit="m3", least=0, most=1e9),
            Field("starts_on", "开工日期", "Starts on", "date"),
            Field("ends_on", "完工日期", "Ends on", "date"),
            Field("work_windows", "作业时段", "Working hours", "json", example=[{"from": "06:00", "to": "22:00"}]),
            REMARK,
        ),
        geometry="area",
        permission="draw",
        searched=("name", "address", "builder", "contractor"),
    ),
    Register(
        "dump-points",
        "dump_points",
        "dump_point_id",
        "消纳点与中转码头",
        "Dump points and transfer wharves",
        (
            _id("dump_point_id", "消纳点编号", "Id", "P1"),
            NAME,
            Field("type", "类型", "Type", "choice", choices=("dump", "wharf", "recycling")),
            Field("operator", "运营单位", "Operator"),
            DISTRICT,
            ADDRESS,
            CONTACT,
            PHONE_FIELD,
            Field("capacity_m3", "可消纳量", "Capacity", "number", unit="m3", least=0, most=1e9),
            WINDOWS,
            *VALIDITY,
            REMARK,
        ),
        geometry="area",
        permission="draw",
        searched=("name", "address", "operator"),
    ),
    Register(
        "washers",
        "terminals",
        "terminal_id",
        "冲洗设备",
        "Wheel washers",
        (
            _id("terminal_id", "终端编号", "Id", "W1"),
            NAME,
            _reference("site_id", "工地编号", "Site", "sites"),
            *PLACE,
            REMARK,
        ),
        may_create=False,
        computed=("kind", "region", "status", "dump_point_id", "assignments"),
        only={"kind": "washer"},
    ),
    Register(
        "gates",
        "terminals",
        "terminal_id",
        "卡口地磅",
        "Gates with weighbridges",
        (
            _id("terminal_id", "终端编号", "Id", "G1"),
            NAME,
            _reference("dump_point_id", "消纳点编号", "Dump point", "dump_points"),
            _reference("site_id", "工地编号", "Site", "sites"),
            *PLACE,
            REMARK,
        ),
        may_create=False,
        computed=("kind", "region", "status", "assignments"),
        only={"kind": "gate"},
    ),
    Register(
        "terminals",
        "terminals",
        "terminal_id",
        "终端",
        "Terminals",
        (
            _id("terminal_id", "终端编号", "Id", "T1"),
            Field("kind", "类别", "Kind", "choice", choices=("truck", "washer", "gate")),
            Field("status", "状态", "Status", "choice", choices=("active", "provisioned", "suspended", "revoked")),
            Field("region", "行政区划代码", "Administrative code"),
            _reference("site_id", "工地编号", "Site", "sites"),
            _reference("dump_point_id", "消纳点编号", "Dump point", "dump_points"),
            Field("protocol", "协议", "Protocol"),
            Field("vendor", "厂商", "Vendor"),
        ),
        may_write=False,
        may_create=False,
        computed=("assignments",),
    ),
    Register(
        "corridors",
        "corridors",
        "corridor_id",
        "运输线路",
        "Corridors",
        (
            _id("corridor_id", "线路编号", "Id", "K1"),
            NAME,
            Field("half_width_m", "半宽", "Half width", "number", unit="m", least=1, most=2_000),
            *VALIDITY,
            REMARK,
        ),
        geometry="line",
        permission="draw",
    ),
    Register(
        "zones",
        "zones",
        "zone_id",
        "管控区域",
        "Zones",
        (
            _id("zone_id", "区域编号", "Id", "Z1"),
            NAME,
            Field("rule", "规则", "Rule", "choice", choices=("forbidden", "control", "speed", "parking")),
            Field("order", "文号", "Order that it rests on"),
            Field("limit_kmh", "限速", "Speed limit", "number", unit="km/h", least=1, most=130),
            Field("hold_s", "容忍时间", "Patience", "number", unit="s", least=0, most=86_400),
            Field("margin_m", "边界容差", "Margin", "number", unit="m", least=0, most=1_000),
            *VALIDITY,
            WINDOWS,
            REMARK,
        ),
        geometry="area",
        permission="draw",
        searched=("name", "order"),
    ),
    Register(
        "districts",
        "districts",
        "district_id",
        "网格",
        "Districts",
        (_id("district_id", "网格编号", "Id", "G01"), NAME, CONTACT, PHONE_FIELD, REMARK),
        geometry="area",
        permission="draw",
    ),
    Register(
        "permits",
        "permits",
        "permit_id",
        "准运证",
        "Permits",
        (
            _id("permit_id", "准运证号", "Id", "R1"),
            COMPANY,
            Field("vehicle_ids", "车辆", "Trucks; absent for every one of the company", "ids", refers="vehicles"),
            _reference("site_id", "工地编号", "From which site; absent for anywhere", "sites"),
            Field("dump_point_ids", "消纳点", "To which dump points", "ids", refers="dump_points"),
            Field("corridor_ids", "线路", "By which corridors", "ids", refers="corridors"),
            *VALIDITY,
            WINDOWS,
            Field("binding", "绑定方式", "What binds a trip", "choice", choices=("load", "period")),
            Field("max_load_kg", "限载", "Load allowed", "number", unit="kg", least=1, most=100_000),
            Field("limits", "规则限值", "Limits for its trips", "json"),
            Field("spoil", "渣土种类", "What is hauled"),
            Field("density_kg_m3", "容重", "Density of it", "number", unit="kg/m3", least=100, most=5_000),
            Field("quota_trips", "核准趟次", "Quota of trips", "integer", least=1, most=10_000_000),
            Field("quota_t", "核准重量", "Quota of mass", "number", unit="t", least=1, most=1e9),
            Field("quota_m3", "核准方量", "Quota of volume", "number", unit="m3", least=1, most=1e9),
            Field("issuer", "发证机关", "Issued by"),
            Field("conditions", "许可条件", "Conditions"),
            Field(
                "status",
                "状态",
                "Status; changed by its steps only",
                "choice",
                choices=("applied", "rejected", "approved", "suspended", "cancelled"),
            ),
            REMARK,
        ),
        searched=("spoil", "issuer", "company_id", "site_id"),
        computed=("in_force", "quota", "steps", "allowed_steps", "applications"),
    ),
)
REGISTERS: Mapping[str, Register] = {register.name: register for register in _REGISTERS}
# The register that holds the items of a document, for references.
ID_NAMES: Mapping[str, str] = {register.document: register.id_name for register in _REGISTERS}
