"""What people call every setting of a rule, and its unit, in both languages: the ONE table. Pure.

A setting is found by its whole name, else by the last part of it, which means the same wherever it stands here. The
page of settings shows these words with the machine's name beside them; a test holds the table complete.
"""

from __future__ import annotations

from collections.abc import Mapping

from supervision.kinds import Words

# By the last part of a name: what means the same in every rule.
COMMON: Mapping[str, Words] = {
    "hold_s": Words("条件持续多久才报", "Held this long before it is told"),
    "min_fixes": Words("至少多少条定位支持", "Fixes that must agree, at least"),
    "mute_s": Words("同一事件多久内不重复报", "Not told again for"),
    "above_mps": Words("车速高于此值才算行驶", "Driving above this speed"),
    "moving_above_mps": Words("车速高于此值才算行驶", "Driving above this speed"),
    "severe_above_mps": Words("车速高于此值加重等级", "More severe above this speed"),
    "margin_m": Words("边界外的容差", "Tolerance outside the boundary"),
    "clear_s": Words("离开多久才算结束", "Over once outside for"),
    "grace_s": Words("超出时限的宽限", "Grace beyond the permitted time"),
    "severity": Words("事件等级（0–3）", "Severity of the event (0 to 3)"),
    "lift_above_deg": Words("货厢举升到此角度算举起", "Bed counts as lifted above"),
    "lift_below_deg": Words("货厢落到此角度算放下", "Bed counts as down below"),
    "silence_s": Words("多久没有数据算中断", "Silent for this long counts as a gap"),
    "far_m": Words("两点相距多远才算", "Apart at least"),
    "lost_kg": Words("至少减少多少载重", "Load lost, at least"),
    "gap_s": Words("记录间隔多久才算缺失", "A gap from this long on"),
}  # fmt: skip

# By the whole name.
SPECIAL: Mapping[str, Words] = {
    "accuracy.hdop_above": Words("HDOP 高于此值的定位不用", "Positions with a higher HDOP are not used"),
    "accuracy.satellites_below": Words("卫星数少于此值的定位不用", "Positions with fewer satellites are not used"),
    "accuracy.jump_above_mps": Words("推算车速高于此值视为漂移", "Faster between two fixes is no driving"),
    "load_state.heavy_share": Words("载重达到核定载质量多少算重车", "Loaded from this share of capacity on"),
    "load_state.empty_share": Words("载重低于核定载质量多少算空车", "Empty below this share of capacity"),
    "load_state.hold_s": Words("空重车状态稳定多久才认定", "Load state believed once it held for"),
    "load_state.assumed_capacity_kg": Words("未登记车辆的默认核定载质量", "Capacity assumed where none is registered"),
    "load_level.memory_s": Words("记住载重读数多久", "Load readings remembered for"),
    "load_level.frozen_s": Words("读数不变多久算卡死", "A reading that stays the same for this long is stuck"),
    "motion.slow_below_mps": Words("低于此车速算停车或慢行", "Slow below this speed"),
    "motion.slow_until_mps": Words("高于此车速算恢复行驶", "No longer slow above this speed"),
    "motion.silence_s": Words("静默多久后不再推断停留", "Silence after which a stay is not assumed"),
    "motion.silence_m": Words("静默前后相距多远算已驶离", "Drove away when this far apart after silence"),
    "stay.blind_s": Words("无载重读数多久后按停留判断装卸", "Without load readings, judged by stays after"),
    "stay.load_s": Words("在工地慢行停留多久算装载", "Slow in a site for this long counts as loading"),
    "stay.unload_s": Words("在消纳场慢行停留多久算卸载", "Slow in a dump point for this long counts as unloading"),
    "stay.stop_s": Words("其他地点停车多久可能是卸土", "A stop elsewhere may be a dump from"),
    "stay.stop_until_s": Words("停车超过多久视为休息", "A longer stop is a rest"),
    "stay.radius_m": Words("停留地点的半径", "Radius of a stay"),
    "stay.unseen_s": Words("静默多久可能已卸土", "It may have unloaded unseen after"),
    "stay.unseen_m": Words("静默后出现在多远处可能已卸土", "It may have unloaded unseen when this far away afterwards"),
    "trip.enter_hold_s": Words("进入围栏持续多久才认定", "Inside a fence once held for"),
    "trip.leave_hold_s": Words("离开围栏持续多久才认定", "Outside a fence once held for"),
    "trip.site_margin_m": Words("工地围栏外的容差", "Tolerance around a site"),
    "trip.dump_margin_m": Words("消纳场围栏外的容差", "Tolerance around a dump point"),
    "trip.wash_within_s": Words("出场前后多久内的冲洗算本趟", "A wash this close to the exit is the trip's"),
    "trip.deadline_s": Words("出场后多久未卸算去向不明", "Lost when not unloaded this long after the exit"),
    "unloading.lost_share": Words("载重比峰值减少多少算卸载", "Unloaded when this share of the peak is gone"),
    "unloading.peak_share": Words("峰值至少占核定载质量多少", "Peak load, at least this share of capacity"),
    "unloading.progress_share": Words("视为仍在卸载的减少量", "Still unloading while it loses this share of capacity"),
    "unloading.sparse_s": Words("读数间隔多久算稀疏", "Readings this far apart are sparse"),
    "unloading.silence_until_s": Words("静默多久以内仍连着判断", "Judged across a silence of up to"),
    "presumed_dumping.off_route_m": Words("偏离路线多远算离开路线", "Off the route from this distance on"),
    "presumed_dumping.on_route_s": Words("在路线上停车多久可能是卸土", "A stop on the route may be a dump from"),
    "spillage.lost_share": Words("载重比峰值减少多少算撒漏", "Spilt when this share of the peak is gone"),
    "spillage.wander_factor": Words("须超过读数波动的倍数", "Loss must exceed the wander of readings by"),
    "spillage.least_rises": Words("读数回升次数达到此值算波动", "Rises of the reading from which it is mere wander"),
    "spillage.within_min": Words("在多长时间内减少", "Lost within"),
    "spillage.least_fixes": Words("两分钟内至少多少个读数", "Readings in two minutes, at least"),
    "spillage.stand_s": Words("停车多久后重新计算", "Counted anew after standing for"),
    "uncovered_haul.clear_hold_s": Words("盖好多久才算解除", "Over once covered for"),
    "uncovered_haul.half_is_open": Words("半开算未密闭（1 是，0 否）", "Half open counts as open (1 yes, 0 no)"),
    "suspicious_loading.margin_m": Words("已知工地围栏外的容差", "Tolerance around known sites"),
    "suspicious_loading.sure_within_s": Words("装载过程不超过多久才确定", "Sure when loading took no longer than"),
    "weight_loss.lost_share": Words("过磅比出场减少的比例", "Lost from the site to the weighbridge, as a share"),
    "weight_loss.lost_kg": Words("过磅比出场至少减少多少", "Lost from the site to the weighbridge, at least"),
    "route_deviation.leave_above_m": Words("偏离核定路线多远算偏航", "Off the permitted route from this distance on"),
    "route_deviation.return_share": Words("回到该距离的多少比例算返回", "Back when within this share of that distance"),
    "route_deviation.place_margin_m": Words("工地、消纳场周边不判断的范围", "Not judged this close to a place"),
    "lift_while_moving.above_mps": Words("举升时车速高于此值才报", "Told when lifted above this speed"),
    "lift_while_moving.until_mps": Words("车速低于此值算结束", "Over below this speed"),
    "overload.above_share": Words("载重达到核定多少倍算超载", "Overloaded from this share of the permitted load on"),
    "overload.step_share": Words("无法称重时的一次增量", "A step of the load that counts where nothing is weighed"),
    "overload.severe_above_share": Words("达到核定多少倍加重等级", "More severe from this share on"),
    "overload.extreme_above_share": Words("达到核定多少倍列为最重", "Most severe from this share on"),
    "overspeed.limit_kmh": Words("渣土车最高限速", "Speed limit of trucks"),
    "overspeed.expressway_kmh": Words("高速公路、快速路限速", "Speed limit on expressways"),
    "overspeed.fast_kmh": Words("主干路限速", "Speed limit on main roads"),
    "overspeed.ordinary_kmh": Words("其他道路限速", "Speed limit on other roads"),
    "overspeed.road_reach_m": Words("离道路中心线多远算在路上", "On a road within this distance of its line"),
    "overspeed.over_share": Words("超过限速多少才报", "Told when over the limit by this share"),
    "overspeed.moved_share": Words("位移至少达到车速应有的比例", "Must have moved this share of what speed gives"),
    "overspeed.severe_over_share": Words("超过限速多少加重等级", "More severe when over by this share"),
    "overspeed.extreme_over_share": Words("超过限速多少列为最重", "Most severe when over by this share"),
    "fatigue.hold_s": Words("连续驾驶多久算疲劳", "Driving without rest for"),
    "fatigue.rest_s": Words("停车多久算一次休息", "A rest takes at least"),
    "fatigue.silent_above_mps": Words("静默期间平均车速高于此值算在驾驶", "Drove through a silence above"),
    "long_stop.below_mps": Words("低于此车速算停车", "Standing below this speed"),
    "long_stop.hold_s": Words("载货停车多久才报", "Told once loaded and standing for"),
    "long_stop.moved_m": Words("移动多远算离开", "Left when moved by"),
    "long_stop.away_s": Words("离开多久算结束", "Over once away for"),
    "not_washed.within_s": Words("出场前后多久内须有冲洗", "A wash must lie within this long of the exit"),
    "not_washed.settle_s": Words("等待冲洗记录到齐多久", "Wait for records of the washer"),
    "not_washed.early_s": Words("容许冲洗设备时钟偏差", "Tolerance for the washer's clock"),
    "not_washed.unread_within_s": Words("未识别车牌的冲洗多久内算本车", "A wash without plate is its own within"),
    "washer_offline.silence_s": Words("冲洗设备多久无数据算离线", "A washer is offline when silent for"),
    "offline.working_s": Words("作业中多久无数据算离线", "Offline when silent at work for"),
    "offline.parked_s": Words("停放时多久无数据算离线", "Offline when silent while parked for"),
    "track_gap.far_m": Words("缺失前后相距多远才报", "Told when this far apart before and after"),
    "track_gap.patience_s": Words("等待补传多久", "Wait for records that come late"),
    "position_jump.far_m": Words("瞬间移动多远算漂移", "A jump from this distance on"),
    "position_jump.latest_s": Words("多久内须跳回", "Back within"),
    "clone.jumps": Words("来回跳变多少次算一机多用", "Jumps to and fro that make a clone"),
    "clone.within_s": Words("在多长时间内跳变", "Jumps within"),
    "clone.back_within_m": Words("跳回原处的距离", "Back within this distance of where it was"),
    "clone.back_mps": Words("跳回后容许的行驶速度", "Or as far as this speed leads"),
    "clone.back_share": Words("跳回距离占跳变的比例", "Back by this share of the jump"),
    "sensor_fault.absent_s": Words("传感器多久无读数算故障", "A sensor is faulty without readings for"),
    "sensor_fault.absent_fixes": Words("其间至少多少条定位", "Fixes meanwhile, at least"),
    "sensor_fault.stuck_s": Words("读数不变多久算卡死", "Stuck when the reading stays the same for"),
    "sensor_fault.stuck_fixes": Words("其间至少多少条读数", "Readings meanwhile, at least"),
    "sensor_fault.unloaded_s": Words("卸完后读数不归零多久算故障", "Faulty when still loaded after unloading for"),
    "sensor_fault.unloaded_fixes": Words("其间至少多少条读数", "Readings meanwhile, at least"),
    "sensor_fault.rest_share": Words("卸完后允许的残留比例", "What may be left after unloading, of capacity"),
    "sensor_fault.stuck_at_rest_s": Words("空车读数不变多久算卡死", "Stuck when empty and unchanged for"),
    "sensor_fault.stuck_at_rest_fixes": Words("其间至少多少条读数", "Readings meanwhile, at least"),
    "mass_imbalance.gap_share": Words("进出差额占总量多少才报", "Told when in and out differ by this share"),
    "mass_imbalance.gap_kg": Words("进出差额至少多少", "In and out differ by, at least"),
    "mass_imbalance.settle_h": Words("次日等待多久再结算", "Settled this long after the day's end"),
}  # fmt: skip

# By the last part of a name; what has none is a number of something.
UNITS: Mapping[str, Words] = {
    "m": Words("米", "m"),
    "s": Words("秒", "s"),
    "min": Words("分钟", "min"),
    "h": Words("小时", "h"),
    "kg": Words("千克", "kg"),
    "deg": Words("度", "°"),
    "mps": Words("米/秒", "m/s"),
    "kmh": Words("公里/小时", "km/h"),
    "share": Words("比例", "share"),
    "factor": Words("倍", "times"),
    "fixes": Words("条", "fixes"),
    "jumps": Words("次", "jumps"),
    "rises": Words("次", "rises"),
    "severity": Words("级", "level"),
    "below": Words("颗", "satellites"),
    "above": Words("无量纲", "no unit"),
    "open": Words("是/否", "yes/no"),
}


def words_of(name: str) -> Words:
    """Return what people call a setting.

    Raises:
        KeyError: The table lacks it.
    """
    return SPECIAL.get(name) or COMMON[name.partition(".")[2]]


def unit_words_of(name: str) -> Words:
    """Return the unit of a setting in words.

    Raises:
        KeyError: The table lacks it.
    """
    return UNITS[name.partition(".")[2].rpartition("_")[2]]
