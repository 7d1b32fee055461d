"""What each rule says, in the reader's language: what it finds, and what makes it silent. docs/rules.md tells all "
"of it.
"""

from __future__ import annotations

from supervision.kinds import Words

RULE_TEXTS: dict[str, Words] = {
    "loading": Words(
        "空车变为重车，或在工地停留足够长时间后驶离，即记为一次装载。这是事实记录，不是违规。",
        "An empty truck became heavy, or left a site after a dwell: one loading. A fact, no violation.",
    ),
    "unloading": Words(
        "在准运证允许的消纳场内（含边界余量）卸载；无准运证时，任何已登记的消纳场均可。这是事实记录，不是违规。",
        "Unloaded within the margin of a dump point that its permit allows; without a permit any registered one will "
        "do. "
        "A fact, no violation.",
    ),
    "illegal_dumping": Words(
        "车辆在准运证允许的消纳场以外卸载：举升角超过阈值，或载重相对峰值下降超过比例，且持续达到规定时长。"
        "仅凭举升或停留推断的，置信度降低，严重程度不高于“警告”。",
        "Unloaded anywhere but at a dump point that the permit allows: the body rose above the threshold, or the "
        "load fell by "
        "the share of its peak, for as long as required. Where only a lift or a stay tells, confidence is lower and "
        "severity "
        "at most a warning.",
    ),
    "spillage": Words(
        "行驶途中载重水平下降：比较每分钟的行驶载重水平与此前十分钟内的最高水平，损失须同时超过比例、质量及本车传感器"
        "自身波动的倍数，并连续三分钟成立。举升、停车或装载变化后重新开始比较。",
        "The load shrinks while driving: each minute's level is compared with the highest of the ten minutes before. "
        "The loss "
        "must exceed a share, a mass and a multiple of what this truck's sensor wanders, for three minutes in a row. "
        "A raised "
        "body, a stand or a changed load starts the comparison anew.",
    ),
    "uncovered_haul": Words(
        "重车在工地、消纳场以外行驶且密闭盖未关闭，持续达到规定时长。停车等灯既不构成也不终止该事件。",
        "A heavy truck drives outside sites and dump points with its cover open, for as long as required. Standing "
        "at a light "
        "neither makes nor ends it.",
    ),
    "suspicious_loading": Words(
        "车辆在所有已登记工地以外（含边界余量）由空变重，可能为未报备的出土点。",
        "The truck became heavy outside every registered site and its margin: perhaps an excavation that nobody "
        "declared.",
    ),
    "undelivered_load": Words(
        "重车驶离工地后，在规定期限内未在任何消纳场卸载，也未返回。",
        "A load left a site and was not unloaded at any dump point within the deadline, nor brought back.",
    ),
    "weight_loss": Words(
        "消纳场地磅净重比驶离工地时的载重少，超过比例和质量两项阈值。",
        "The weighbridge of the dump point weighs less than left the site, by more than a share and a mass.",
    ),
    "route_deviation": Words(
        "载货车辆偏离准运证所列全部运输路线，距离超过阈值，且达到规定时长和点数；驶过路线终点后，按到终点的距离计算。",
        "The loaded truck was off every corridor of its permit by more than the distance, for the time and number of "
        "fixes "
        "required. Past a corridor's end the distance is that from its end.",
    ),
    "lift_while_moving": Words(
        "车厢举升角高于阈值时行驶，持续达到规定时长。车厢放下或车辆停住即结束。",
        "The body was up above the threshold while the truck drove, for as long as required. It ends with the body "
        "down or the "
        "truck at rest.",
    ),
    "overload": Words(
        "载重高于准运证核定载重（无准运证时为车辆核定载质量）的规定倍数，持续达到规定时长；传感器波动已计入。",
        "More load than the permit (or, without one, the truck) allows, times the factor, for as long as required; "
        "what load "
        "sensors wander is allowed for.",
    ),
    "overspeed": Words(
        "车速超过所在区域、准运证、道路或城市限速的规定比例，持续达到规定时长；只采用定位良好的接收机所报速度，且位移须与之相符。",
        "Faster than zone, permit, road or city allow, by more than the share, for as long as required. Only a speed "
        "told by a "
        "receiver in good order counts, and only if the truck went as far as it says.",
    ),
    "fatigue": Words(
        "连续驾驶超过四小时且未休息满二十分钟（《道路交通安全法实施条例》第六十二条）。",
        "Four hours of driving without twenty minutes of rest (Road Traffic Safety Law, Implementing Regulation, "
        "Art. 62).",
    ),
    "long_stop": Words(
        "载货车辆在工地、消纳场、停车区以外停留超过规定时长。",
        "A loaded truck stood outside sites, dump points and parking zones for longer than allowed.",
    ),
    "forbidden_zone": Words(
        "车辆在生效的禁行区域内行驶，达到规定时长和点数；只采用可信定位，停车不计。",
        "The truck drove within a forbidden zone in force, for the time and number of fixes required. Only trusted "
        "fixes count; "
        "standing decides nothing.",
    ),
    "control_order": Words(
        "车辆在管控令生效期间于管控区域内行驶，判定方法同禁行区域。",
        "The truck drove within a zone under a dated control order; judged like a forbidden zone.",
    ),
    "out_of_hours": Words(
        "载货车辆在规定时段以外上路行驶，或在工地允许时段以外装载；准时出发者有宽限时间。",
        "A loaded truck was on the road, or loaded at a site, outside the hours in force. Who set out in time has a "
        "grace.",
    ),
    "no_permit": Words(
        "载货车辆上路行驶而没有有效准运证，或准运证不适用于其装载工地。",
        "A truck with a load drove on the road and no valid permit covered it, or its permit is for another site.",
    ),
    "not_washed": Words(
        "重车驶离设有冲洗设备的工地时，规定时间内没有有效冲洗记录，或冲洗时长不足。设备离线或未能识别车辆时不作判定。",
        "A truck left, with a load, a site that has a washer in service, without a valid wash in time, or washed too "
        "short. "
        "Where the washer was silent or read no plate, nothing is said.",
    ),
    "washer_offline": Words(
        "工地作业期间，冲洗设备无任何上报超过规定时长。",
        "A washer was silent for longer than allowed while its site was at work.",
    ),
    "offline": Words(
        "终端停止上报：行驶或点火状态下超过较短时限，停放状态下超过较长时限。登记停用（如维修）的车辆除外。",
        "The terminal's own records stopped: for the shorter time if it drove or had the ignition on, for the longer "
        "one if "
        "parked. Trucks registered as out of service are exempt.",
    ),
    "track_gap": Words(
        "终端静默后，车辆在规定距离以外重新出现；记录序号说明缺失的是补传延迟还是未记录。",
        "The truck was seen again further than allowed from where its terminal fell silent. The record counter says "
        "whether "
        "records are missing or late.",
    ),
    "position_jump": Words(
        "相邻两个可信定位之间的位移，任何车辆都不可能行驶完成，疑似定位欺骗或设备故障。",
        "Two sound fixes so far apart that no truck can have driven it: spoofed, or a fault of the device.",
    ),
    "jamming": Words(
        "车辆作业期间（点火或刚才仍在行驶）连续无有效定位，达到规定时长和点数，疑似信号干扰。",
        "No sound position for the time and number of fixes required while the truck was at work: perhaps jammed.",
    ),
    "clone": Words(
        "同一终端身份的定位在两条相距很远的轨迹之间反复跳变，疑似一机多用或身份被盗用。",
        "The fixes of one terminal identity alternate between two tracks far apart: two devices under one name.",
    ),
    "power_cut": Words(
        "终端主电源断开（或其报警）持续达到规定时长和点数。",
        "Main power off, or the terminal's alarm of it, for the time and number of fixes required.",
    ),
    "sensor_fault": Words(
        "载重、举升或密闭传感器断线、无读数、读数不合理或长期不变。故障期间相关读数不作为违规依据。",
        "A load, lift or cover sensor is torn, silent, implausible or stuck. While it is, its readings prove no "
        "violation.",
    ),
    "mass_imbalance": Words(
        "工地当日运出量与到达量，或消纳场当日过磅量与申报运入量不平衡，超过比例和质量两项阈值。",
        "What left a site on a day and what of it arrived, or what a dump point weighed in, differ by more than a "
        "share and a "
        "mass.",
    ),
    "penalty": Words("由其他执法部门移送的行政处罚记录。", "A penalty that another bureau reported."),
    "incident": Words("由其他部门移送的事故记录。", "An incident that another bureau reported."),
    "other_report": Words("市民或巡查人员举报的其他情况。", "Something else that a citizen or a patrol reported."),
}


def rule_text(kind: str) -> Words:
    """Return what the rule of a kind says; of a kind that this release does not know, that it does not."""
    unknown = Words("本版本未收录该规则的说明。", "This release has no text of this rule.")
    return RULE_TEXTS.get(kind, unknown)
