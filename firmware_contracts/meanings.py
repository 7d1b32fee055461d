"""What the words and the reasons of the contract mean, in English and Chinese.

Members say what they mean in their own tables (`json_fields.Field`); their words are explained here once, whichever
members share them. A test asks that no word and no reason is left out.
"""

from __future__ import annotations

from typing import NamedTuple

from firmware_contracts.errors import RejectReason


class Meaning(NamedTuple):
    """One meaning in two languages."""

    en: str
    zh: str


WORDS: dict[str, Meaning] = {
    # cover
    "closed": Meaning("fully closed", "完全关闭"),
    "half": Meaning("neither closed nor open", "未完全关闭"),
    "open": Meaning("fully open", "完全打开"),
    # faults of a truck's terminal
    "load_sensor": Meaning(
        "the load sensor is out of its range or does not answer: load_kg and load_ratio are not used",
        "载重传感器超量程或无应答：load_kg、load_ratio 不采用",
    ),
    "lift_sensor": Meaning("likewise the lift sensor: lift_deg is not used", "举升传感器故障：lift_deg 不采用"),
    "cover_sensor": Meaning("likewise the cover sensor: cover is not used", "密闭盖传感器故障：cover 不采用"),
    "gnss": Meaning(
        "the receiver is broken: position, speed, course, hdop and satellites are not used",
        "定位模块故障：位置、速度、航向、hdop、卫星数不采用",
    ),
    "gnss_antenna_open": Meaning("the antenna is not connected", "天线开路"),
    "gnss_antenna_short": Meaning("the antenna is short-circuited", "天线短路"),
    "storage": Meaning("the flash fails to keep records", "存储故障，记录可能丢失"),
    "clock": Meaning("the clock is known to be wrong or was set by a jump", "时钟不可信或发生跳变"),
    # alarms of a truck's terminal
    "main_power_cut": Meaning("the vehicle's battery has been gone for 15 s or more", "主电源断开持续 15 s 以上"),
    "under_voltage": Meaning(
        "the vehicle's battery is low: under 22 V of 24 V, under 11 V of 12 V",
        "主电源欠压：24 V 系统低于 22 V，12 V 系统低于 11 V",
    ),
    "case_opened": Meaning("the case of the terminal is open", "终端外壳被打开"),
    "sensor_unplugged": Meaning("a sensor that was there is gone", "传感器被拔除"),
    "sos": Meaning("the driver pressed the emergency button", "驾驶员按下紧急按钮"),
    "collision": Meaning("an impact was felt", "发生碰撞"),
    "rollover": Meaning("the truck lies on its side", "车辆侧翻"),
    # states
    "boot": Meaning("after power-up", "上电启动"),
    "online": Meaning("after a connection was made", "连接已建立"),
    "offline": Meaning("the last will: the connection broke", "遗嘱：连接中断"),
    # washer passages
    "washed": Meaning("washed as long as the site asks for", "冲洗达标"),
    "too_short": Meaning("washed, but not as long as the site asks for", "冲洗时长不足"),
    "not_washed": Meaning("driven through without washing", "未冲洗"),
    "bypass": Meaning("driven out beside the washer", "绕行，未经过冲洗装置"),
    "unknown": Meaning("the washer cannot tell; nothing is concluded", "设备无法判断，不作结论"),
    # what a barrier did
    "none": Meaning("there is no barrier", "无道闸"),
    "opened": Meaning("it let the truck pass", "放行"),
    "refused": Meaning(
        "it did not let the truck pass; of a reply: it will not be carried out", "拒绝放行；用于应答时：不予执行"
    ),
    # faults of washers and gates
    "radar_in": Meaning("the radar at the entrance", "入口雷达"),
    "radar_out": Meaning("the radar at the exit", "出口雷达"),
    "pump": Meaning("the pump", "水泵"),
    "nozzle_blocked": Meaning("nozzles are blocked", "喷嘴堵塞"),
    "camera": Meaning("the plate camera", "车牌相机"),
    "barrier": Meaning("the barrier", "道闸"),
    "scale": Meaning("the weighbridge", "地磅"),
    "tag_reader": Meaning("the reader of radio tags", "电子标签读写器"),
    # gate passages
    "in": Meaning("into the dump point", "进场"),
    "out": Meaning("out of the dump point", "出场"),
    # replies
    "delivered": Meaning("it came and is under way", "已收到，正在执行"),
    "accepted": Meaning("it was carried out", "已执行"),
    # commands and settings
    "lift": Meaning("the lifting of the load bed", "举升"),
    "engine": Meaning("the engine, and only while the truck stands", "发动机，且仅在车辆静止时"),
    "corridor": Meaning("stay inside", "应在其内行驶"),
    "forbidden": Meaning("stay outside", "不得驶入"),
}

REASONS: dict[RejectReason, Meaning] = {
    RejectReason.BAD_TOPIC: Meaning("the topic is none of contract v1", "主题不符合 v1 协议"),
    RejectReason.BAD_SIZE: Meaning("a binary message is not as long as its header says", "二进制报文长度与报文头不符"),
    RejectReason.TOO_LARGE: Meaning(
        "the payload, or an event of an unknown type, is larger than allowed", "报文或未知类型事件超过长度上限"
    ),
    RejectReason.BAD_CHECKSUM: Meaning("the CRC or an NMEA checksum does not fit the bytes", "CRC 或 NMEA 校验和错误"),
    RejectReason.BAD_VERSION: Meaning("another version than 1, or another magic", "版本不是 1，或魔数不符"),
    RejectReason.BAD_JSON: Meaning(
        "no JSON object, or nested deeper than 16 levels", "不是 JSON 对象，或嵌套超过 16 层"
    ),
    RejectReason.BAD_UTF8: Meaning(
        "no UTF-8, or half a surrogate pair in a string", "不是合法 UTF-8，或字符串含半个代理对"
    ),
    RejectReason.NUL_BYTE: Meaning("a NUL byte or an escaped NUL", "含 NUL 字节或转义的 NUL"),
    RejectReason.BAD_SENTENCE: Meaning("an NMEA field that is not of its form", "NMEA 语句字段格式错误"),
    RejectReason.MISSING_FIELD: Meaning("a required member is absent or null", "缺少必填字段或其值为 null"),
    RejectReason.DUPLICATE_FIELD: Meaning("a member is given twice", "同一字段出现两次"),
    RejectReason.BAD_TYPE: Meaning("a member is of another JSON type; 1.0 is no integer", "字段类型不符；1.0 不算整数"),
    RejectReason.NOT_FINITE: Meaning("NaN, Infinity or a number beyond a double", "NaN、Infinity 或超出双精度范围的数"),
    RejectReason.OUT_OF_RANGE: Meaning("a number, a string or a list outside its limits", "数值、字符串或列表超出范围"),
    RejectReason.UNKNOWN_VALUE: Meaning("a word that a closed list does not have", "取值不在封闭词表内"),
    RejectReason.DEVICE_MISMATCH: Meaning(
        "the payload names another device than the topic", "报文中的设备与主题不一致"
    ),
    RejectReason.TIME_PAST: Meaning("more than 60 days before its arrival", "早于到达时刻 60 天以上"),
    RejectReason.TIME_FUTURE: Meaning("more than 5 minutes after its arrival", "晚于到达时刻 5 分钟以上"),
    RejectReason.NO_IDENTITY: Meaning("an NMEA fix that no $PMUK follows", "NMEA 定位后没有 $PMUK 语句"),
    RejectReason.UNKNOWN_DEVICE: Meaning(
        "the device is not registered, or as another kind", "设备未登记，或登记为其他类型"
    ),
    RejectReason.UNASSIGNED_TERMINAL: Meaning("the terminal is in no truck at that time", "该时刻终端未绑定车辆"),
    RejectReason.SUSPENDED_DEVICE: Meaning("the device is suspended or revoked", "设备已停用或吊销"),
    RejectReason.CONFLICT: Meaning(
        "a record of this identity is stored already and says something else", "相同标识的记录已存在且内容不同"
    ),
    RejectReason.REFUSED_BY_DATABASE: Meaning("the database could not take it", "数据库无法写入"),
}
