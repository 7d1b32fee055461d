"""Words of an evidence file in both languages."""

from __future__ import annotations

from supervision.kinds import Words

WORDS: dict[str, Words] = {
    "platform": Words("建筑垃圾运输监管 · 电子证据", "Construction-waste supervision · Evidence"),
    "title_event": Words("事件证据", "Evidence of an event"),
    "title_case": Words("案件证据", "Evidence of a case"),
    "event": Words("事件", "Event"),
    "case": Words("案件", "Case"),
    "plate": Words("车牌", "Plate"),
    "vehicle": Words("车辆编号", "Vehicle"),
    "company": Words("运输企业", "Company"),
    "capacity": Words("核定载质量", "Capacity"),
    "severity": Words("严重程度", "Severity"),
    "event_severity": Words("事件级别", "Severity of the event"),
    "start": Words("开始", "Began"),
    "confirmed": Words("确认", "Confirmed"),
    "end": Words("结束", "Ended"),
    "goes_on": Words("尚未结束", "goes on"),
    "lasted": Words("持续", "Lasted"),
    "place": Words("地点 (WGS-84)", "Place (WGS-84)"),
    "district": Words("辖区", "District"),
    "found": Words("系统发现", "Found"),
    "back_dated": Words("补传后发现，未即时通知", "found from late records; nobody was paged"),
    "at_once": Words("即时发现", "found as it happened"),
    "validity": Words("效力", "Validity"),
    "holds": Words("有效", "holds"),
    "withdrawn": Words("已撤回：补传记录表明不成立", "withdrawn: late records made it untrue"),
    "case_no": Words("案件编号", "Case number"),
    "status": Words("状态", "Status"),
    "source": Words("来源", "Source"),
    "opened": Words("立案", "Opened"),
    "due": Words("办结时限", "Due"),
    "subject": Words("对象", "Subject"),
    "section_finding": Words("一、认定事实", "1. What was found"),
    "section_map": Words("二、轨迹与地点", "2. Track and places"),
    "section_chart": Words("三、传感器读数", "3. Readings"),
    "section_thresholds": Words("四、规则与阈值", "4. Rule and thresholds in force"),
    "section_papers": Words("五、准运证、运次与通行记录", "5. Permit, trip, washer and gate"),
    "section_quality": Words("六、记录质量与存疑核查", "6. Quality of the records, and what speaks against"),
    "section_steps": Words("七、办理过程", "7. Steps of the case"),
    "section_photos": Words("八、照片", "8. Photographs"),
    "section_verify": Words("附：文件清单与验证方法", "Annex: files, and how to verify them"),
    "rule": Words("规则说明", "The rule"),
    "at_confirmation": Words("确认时", "At confirmation"),
    "of_the_whole": Words("全过程", "Of the whole"),
    "evidence_member": Words("项目", "Item"),
    "before": Words("事前轨迹", "Track before"),
    "during": Words("事件期间", "During the event"),
    "after": Words("事后轨迹", "Track after"),
    "sites": Words("工地", "Site"),
    "dump_points": Words("消纳场", "Dump point"),
    "zones": Words("区域", "Zone"),
    "corridors": Words("运输路线", "Corridor"),
    "roads": Words("道路", "Road"),
    "no_positions": Words("该时段内无定位。", "No position in this range."),
    "no_fixes": Words("该对象无车载终端记录。", "No records of a truck belong to it."),
    "map_note": Words(
        "按原始定位绘制，未做平滑、吸附或坐标偏移。底图不含第三方地图。",
        "Drawn from the positions as reported: nothing smoothed, snapped or shifted; no third-party map below.",
    ),
    "speed": Words("车速 (km/h)", "Speed (km/h)"),
    "load": Words("载重 (t)", "Load (t)"),
    "load_ratio": Words("载重比 (%)", "Load ratio (%)"),
    "lift": Words("举升角 (°)", "Lift (°)"),
    "cover": Words("密闭盖", "Cover"),
    "closed": Words("关闭", "closed"),
    "half": Words("半开", "half"),
    "open": Words("打开", "open"),
    "chart_note": Words(
        "红色阴影为事件期间，红色虚线为判定阈值；终端静默超过两分钟处断线；未上报的读数不画。",
        "Shaded red: the event. Dashed red: the threshold. Lines break where the terminal was silent for two "
        "minutes; what was "
        "not reported is not drawn.",
    ),
    "parameter": Words("参数", "Parameter"),
    "value": Words("生效值", "In force"),
    "default": Words("默认值", "Default"),
    "origin": Words("来源", "Set by"),
    "origin_default": Words("默认", "default"),
    "origin_city": Words("城市", "city"),
    "origin_site": Words("工地", "site"),
    "origin_company": Words("企业", "company"),
    "origin_permit": Words("准运证", "permit"),
    "versions": Words(
        "规则版本 {rule}；判定所用基础数据版本 {world}；本文件所附地点与设置为 {at} 生效者。",
        "Rule version {rule}; judged by world {world}; places and settings in this file are those in force at {at}.",
    ),
    "permit": Words("准运证", "Permit"),
    "no_permit": Words("记录未指明准运证。", "The records name no permit."),
    "valid": Words("有效期", "Valid"),
    "trip": Words("运次", "Trip"),
    "no_trip": Words("该时段内无运次记录。", "No trip in this range."),
    "loaded_at": Words("装载", "Loaded"),
    "left_site_at": Words("驶离工地", "Left the site"),
    "washed_at": Words("冲洗", "Washed"),
    "unloading_start": Words("卸载", "Unloaded"),
    "gate_in_at": Words("进场", "Gate in"),
    "weighed": Words("地磅净重", "Weighed"),
    "ending": Words("去向", "Ending"),
    "passages": Words("冲洗与道闸通行记录", "Passages of washers and gates"),
    "no_passages": Words("该时段内无通行记录。", "No passage in this range."),
    "time": Words("时间", "Time"),
    "device": Words("设备", "Device"),
    "what": Words("内容", "What"),
    "quality_fixes": Words("定位记录", "Fixes"),
    "quality_range": Words("时间范围", "Range"),
    "quality_lost": Words("无位置的记录", "Without position"),
    "quality_hdop": Words("HDOP（中位 / 最大）", "HDOP (median / most)"),
    "quality_satellites": Words("卫星数（最少）", "Satellites (fewest)"),
    "quality_late": Words("迟到记录（到达晚于定位 60 秒以上）", "Late records (over 60 s from fix to arrival)"),
    "quality_worst_late": Words("最大到达延迟", "Longest from fix to arrival"),
    "quality_ahead": Words("时钟超前（定位时间晚于到达时间）", "Clock ahead (fix later than its arrival)"),
    "quality_gap": Words("最长间隔", "Longest silence"),
    "quality_numbers": Words("序号缺口", "Numbers missing between records"),
    "quality_faults": Words("终端自报故障的记录", "Records under a fault of the terminal"),
    "quality_cut": Words(
        "该时段记录过多，仅附开头部分。", "The range holds more records than one file may; its beginning is here."
    ),
    "terminal": Words("终端", "Terminal"),
    "assigned": Words("安装于该车", "In this truck"),
    "firmware": Words("固件", "Firmware"),
    "doubts": Words(
        "同时段的设备异常（可能影响判定）", "Found of the terminal in these hours, perhaps against the evidence"
    ),
    "no_doubts": Words(
        "同时段未发现终端、定位或传感器异常。", "Nothing was found of terminal, positions or sensors in these hours."
    ),
    "no_steps": Words(
        "本文件为事件证据，不含案件办理过程。", "This file is of an event; the steps of a case are not in it."
    ),
    "step": Words("步骤", "Step"),
    "by": Words("经办人", "By"),
    "comment": Words("意见", "Comment"),
    "no_photos": Words("无照片。", "No photographs."),
    "file": Words("文件", "File"),
    "bytes": Words("字节", "Bytes"),
    "fixes_chain": Words("定位记录链式哈希", "Chained hash of the fixes"),
    "key": Words("签名公钥指纹 (SHA-256)", "Fingerprint of the signing key (SHA-256)"),
    "how": Words(
        "验证：在任一安装本软件的计算机上离线运行 muckline evidence verify 文件.zip --key 公钥.pem。公钥由平台公布于 "
        "/v1/evidence/keys，请通过独立渠道核对指纹。manifest.json 列出每个文件的 SHA-256，"
        "signature.json 为对其摘要与签名时间的 "
        "Ed25519 签名。签名时间为平台服务器时间，未使用 RFC 3161 第三方可信时间戳。",
        "To verify, offline, on any machine with this software: muckline evidence verify FILE.zip --key PUBLIC.pem. "
        "The platform "
        "publishes its public keys at /v1/evidence/keys; compare the fingerprint through another channel. "
        "manifest.json lists "
        "the SHA-256 of each file; signature.json is an Ed25519 signature of its digest and the time of signing. "
        "That time is the "
        "server's own; no RFC 3161 timestamp of a third party was taken.",
    ),
    "masked": Words(
        "按查看者权限，车牌与人员已部分隐去。", "Plates and names are masked as the reader's role requires."
    ),
    "page_foot": Words("时间为当地时间并注明时区", "Local times, with their offset"),
}


def word(name: str, language: str) -> str:
    """Return a word."""
    return str(getattr(WORDS[name], language))
