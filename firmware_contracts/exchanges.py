"""What a device and the platform say to each other: one row for each kind of message, with its topic and quality.

From these rows come the channels, operations and messages of the AsyncAPI document (`asyncapi`) and the topics' table
of the human pages; what a payload holds stands in the module of its layout.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One kind of message on one topic.

    Attributes:
        name: Names its channel, operation and message.
        topic: What follows the device in the topic.
        payload: Its schema's name in `PAYLOADS`, empty for a layout that is no JSON.
        examples: Names of golden examples.
        qos: Quality of service that it is published with.
        retain: Whether the broker keeps the last one.
        reply: Name of the exchange that answers it, empty where none does.
        en: What it is for, in English.
        zh: The same in Chinese.
    """

    name: str
    topic: str
    payload: str = ""
    examples: tuple[str, ...] = ()
    qos: int = 1
    retain: bool = False
    reply: str = ""
    en: str
    zh: str

    @property
    def is_up(self) -> bool:
        """Whether the terminal sends it."""
        return self.topic.startswith("up/")


EXCHANGES = (
    Exchange(
        name="reportJson",
        topic="up/report/json",
        payload="report",
        examples=("json_full", "json_later_members"),
        en="Fixes with sensors, as JSON.",
        zh="定位与传感器记录（JSON）。",
    ),
    Exchange(
        name="reportBinary",
        topic="up/report/bin",
        examples=("bin_full",),
        en="Fixes with sensors, as fixed binary records: 32 bytes each.",
        zh="定位与传感器记录（定长二进制，每条 32 字节）。",
    ),
    Exchange(
        name="reportNmea",
        topic="up/report/nmea",
        examples=("nmea_full",),
        en="Fixes with sensors, as the receiver's NMEA 0183 sentences, each fix closed by $PMUK.",
        zh="定位与传感器记录（接收机 NMEA 0183 语句，每个定位以 $PMUK 结束）。",
    ),
    Exchange(
        name="event",
        topic="up/event/json",
        payload="event",
        examples=("event_all_types", "event_later_type"),
        en="Events: passages of washers and gates, heartbeats, faults.",
        zh="事件：冲洗、进出场、心跳、故障。",
    ),
    Exchange(
        name="state",
        topic="up/state/json",
        payload="state",
        examples=("state_boot", "state_online", "state_offline"),
        retain=True,
        en="The device's word about itself; offline is its last will.",
        zh="设备状态；offline 为遗嘱。",
    ),
    Exchange(
        name="reply",
        topic="up/reply/json",
        payload="reply",
        examples=("reply_done", "reply_delivered", "reply_refused"),
        en="Answers to commands and settings.",
        zh="对指令和参数的应答。",
    ),
    Exchange(
        name="commitAck",
        topic="down/ack",
        payload="ack",
        examples=("ack_two_epochs",),
        qos=0,  # a lost one only makes the terminal send again, and none wait for a terminal that is away
        en="What the platform has committed: only now may the device forget it.",
        zh="平台已提交的记录：收到后设备方可删除。",
    ),
    Exchange(
        name="command",
        topic="down/command",
        payload="command",
        examples=("command_text", "command_lock", "command_speed_limit", "command_locate"),
        reply="reply",
        en="One thing to do, sent again until it is answered or has expired.",
        zh="单条指令，应答或过期之前会重发。",
    ),
    Exchange(
        name="config",
        topic="down/config",
        payload="config",
        examples=("config_full",),
        retain=True,
        reply="reply",
        en="All settings of the device; each document replaces the one before as a whole.",
        zh="设备全部参数；每份整体替换前一份。",
    ),
)
