"""What a check needs to have seen before its silence means anything; one row each, with the words for its absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firmware_contracts.fix_limits import FAULTY_FIELDS
from simulators.conform.locating import stands_out
from simulators.conform.observed import LEAST_APART, Log

UP_DEG, DOWN_DEG = 30.0, 8.0  # of a body that is tipped, and of one that lies


class Need(NamedTuple):
    """Whether a log has it, and what to say where it has not, in English and Chinese."""

    met: Callable[[Log], bool]
    en: str
    zh: str


def _ran(name: str) -> Callable[[Log], bool]:
    return lambda log: log.step(name) is not None


def _heard_channel(channel: str) -> Callable[[Log], bool]:
    return lambda log: any(content.topic is not None and content.topic.channel == channel for content in log.up)


def _heard_encoding(encoding: str) -> Callable[[Log], bool]:
    return lambda log: any(content.topic is not None and content.topic.encoding == encoding for content in log.up)


def _config_accepted(log: Log) -> bool:
    return any(
        content.reply is not None and content.reply.id == log.ids.get("config") and content.reply.status == "accepted"
        for content in log.replies
    )


def _turned(log: Log) -> bool:
    courses = [row.fix.course_deg for row in log.track if row.fix.speed_mps > 2.0 and row.fix.course_deg >= 0.0]
    return bool(courses) and max(courses) - min(courses) > 60.0


def _unloaded(log: Log) -> bool:
    loads = [row.fix.load_kg for row in log.track if row.fix.load_kg >= 0.0]
    return bool(loads) and max(loads) > 2000.0 and min(loads) < 0.3 * max(loads)


def _told_fault(log: Log) -> bool:
    return any(row.fix.faults & fault for row in log.rows for fault in FAULTY_FIELDS)


def _lifted(log: Log) -> bool:
    """Return whether the body was seen to go up and to come down again, with the load told all the while."""
    lifts = [row.fix.lift_deg for row in log.track if row.fix.load_kg == row.fix.load_kg]
    return bool(lifts) and max(lifts) > UP_DEG and lifts[0] < DOWN_DEG and lifts[-1] < DOWN_DEG


def _unnamed(name: str) -> Callable[[Log], bool]:
    return lambda log: bool(log.unnamed_in(name))


_FEW = (
    "too few new records came during the step; run it longer, or let the box report more often",
    "该步骤内新记录太少；请延长时间或提高上报频率",
)

NEEDS: dict[str, Need] = {
    "messages": Need(lambda log: bool(log.up), "nothing was heard", "没有收到任何报文"),
    "live": Need(lambda log: log.mode == "live", "a capture cannot show it", "录制文件无法体现"),
    "reports": Need(_heard_channel("report"), "no report was heard", "没有收到定位报文"),
    "events": Need(_heard_channel("event"), "no device event was heard", "没有收到设备事件"),
    "json": Need(_heard_encoding("json"), "nothing was sent as JSON", "没有 JSON 报文"),
    "bin": Need(_heard_encoding("bin"), "nothing was sent in the binary layout", "没有二进制报文"),
    "nmea": Need(_heard_encoding("nmea"), "nothing was sent as NMEA", "没有 NMEA 报文"),
    "records": Need(lambda log: bool(log.deliveries), "no record with an identity was heard", "没有带编号的记录"),
    "states": Need(lambda log: bool(log.states), "no sound state message was heard", "没有收到正确的状态报文"),
    "acks": Need(lambda log: bool(log.acks), "no acknowledgement was seen", "没有看到提交确认"),
    "moving": Need(
        lambda log: sum(row.fix.speed_mps > 3.0 for row in log.track) >= 10,
        "the terminal was not seen moving (10 fixes above 3 m/s)",
        "未见终端移动（需 10 个 3 m/s 以上的定位点）",
    ),
    "moving_positions": Need(
        lambda log: sum(row.fix.speed_mps > 3.0 for row in log.track) >= 5,
        "the terminal was not seen moving (5 fixes above 3 m/s)",
        "未见终端移动（需 5 个 3 m/s 以上的定位点）",
    ),
    "turning": Need(_turned, "the terminal was not seen turning", "未见终端转弯"),
    "unloading": Need(_unloaded, "no unloading was seen", "未见卸载过程"),
    "sensor_fault": Need(
        _told_fault,
        "no sensor fault was reported: unplug a sensor during the trial",
        "未上报任何传感器故障：请在检验中拔掉一个传感器",
    ),
    "lifted": Need(_lifted, "the body was not seen to go up and down with a load told", "未见带载重读数的完整举升过程"),
    "locate_seen": Need(
        stands_out,
        "the fix that locate asks for did not stand out: let the box record every 5 s or more seldom, driving straight"
        " on or standing",
        "locate 触发的定位无法与平常记录区分：请让设备直行或停驶，且间隔不小于 5 秒",
    ),
    "to_the_end": Need(
        lambda log: not log.cut_short, "the trial was ended before it was through", "检验未进行完即被中止"
    ),
    "rhythm": Need(
        lambda log: len(log.apart_ms("listen")) >= LEAST_APART,
        "too few records came while listening to know how often the box records; run it longer",
        "旁听期间记录太少，无法得知设备的记录频率；请延长时间",
    ),
    "refusals": Need(lambda log: bool(log.refused_ms), "no message was refused", "没有报文被拒收"),
    "washer_or_gate": Need(lambda log: log.kind in {"washer", "gate"}, "it is no washer or gate", "不是洗车机或卡口"),
    "washer": Need(lambda log: log.kind == "washer", "it is no washer", "不是洗车机"),
    "gate": Need(lambda log: log.kind == "gate", "it is no gate", "不是卡口卡口"),
    "hands": Need(
        lambda log: log.step("antenna") is not None or log.step("power") is not None,
        "somebody must pull antenna and power: run it with --hands",
        "需人工拔天线、断电：请加 --hands 运行",
    ),
    "proxy": Need(lambda log: log.has_proxy, "the box does not connect through --proxy", "设备未通过 --proxy 连接"),
    "config_accepted": Need(_config_accepted, "no settings were accepted", "终端未接受参数设置"),
    # A GCJ-02 shift looks like any other place.
    "not_visible": Need(
        lambda _: False,
        "a shifted map cannot be seen from inside: compare one position with a survey point",
        "坐标偏移无法从数据内部看出：请与已知测量点比对",
    ),
    **{f"unnamed {name}": Need(_unnamed(name), *_FEW) for name in ("withhold", "partial", "other_epoch")},
    **{
        f"step {name}": Need(_ran(name), f"the step '{name}' did not run", f"未执行步骤“{zh}”")
        for name, zh in (
            ("listen", "旁听"),
            ("withhold", "停止确认"),
            ("partial", "部分确认"),
            ("other_epoch", "错误 epoch 确认"),
            ("repeat", "重复确认"),
            ("refuse", "拒收"),
            ("commands", "下发指令"),
            ("config", "下发参数"),
            ("cut", "断开链路"),
            ("antenna", "拔天线"),
            ("power", "断电"),
        )
    },
}


# What a capture must hold before its silence means anything; what only driving shows it never does.
CAPTURE_NEEDS: tuple[Need, ...] = (
    NEEDS["records"],
    NEEDS["states"],
    Need(
        lambda log: bool(log.acks),
        "no acknowledgement is in the capture: record with --filter 'muck/v1/+/+/+/#'",
        "录制中没有提交确认：请用 --filter 'muck/v1/+/+/+/#' 录制",
    ),
    Need(
        lambda log: log.end_ms - log.up[0].message.at_ms >= 1000 * log.timing.capture_least_s,
        "the capture spans less than ten minutes",
        "录制不足十分钟",
    ),
)


def missing_need(log: Log, names: tuple[str, ...]) -> Need | None:
    """Return the first need that a log does not meet."""
    return next((NEEDS[name] for name in names if not NEEDS[name].met(log)), None)
