import type { Words } from "../page";

const zh = {
  title: "数据质量", only: "范围", all: "全部终端", silent: "失联", troubled: "有异常", terminals: "终端", never_heard: "从未上线", clock_ahead: "时钟超前", last_came_late: "补传滞后", found: "近一天发现",
  terminal: "终端", truck: "车辆", last: "最近定位", state: "状态", clock: "时延（中位）", late: "滞后记录", holes: "缺号", events: "异常事件", rejected: "拒收", doubled: "身份重复", facts: "终端详情", epochs: "计数重启", refused: "拒收记录",
  longest: "最长时延", ahead: "超前记录", without_position: "无定位", under_fault: "带故障", yes: "失联", no: "在线", none_found: "近一天没有发现异常", company: "企业", kind: "类型", washer: "冲洗", gate: "卡口",
  hint: "最近一天的终端数据：失联（超过一天没有定位）、时钟、补传、缺号、重复身份与拒收记录。", conflict: "同号不同内容",
  bad_topic: "主题错误", bad_size: "长度错误", too_large: "过大", bad_checksum: "校验错误", bad_version: "版本不符", bad_json: "非 JSON", bad_utf8: "编码错误", nul_byte: "含空字节", bad_sentence: "语句错误", missing_field: "缺字段", duplicate_field: "字段重复", bad_type: "类型错误", not_finite: "非有限数", out_of_range: "超出范围", unknown_value: "未知取值", device_mismatch: "设备不符", time_past: "时间过早", time_future: "时间超前", no_identity: "无序号", unknown_device: "未登记设备", unassigned_terminal: "未装车终端", suspended_device: "停用设备", refused_by_database: "数据库拒收", terminals_of: "{count} 台终端自称在此车",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Data quality", only: "Which", all: "All terminals", silent: "Silent", troubled: "With trouble", terminals: "Terminals", never_heard: "Never heard", clock_ahead: "Clock ahead", last_came_late: "Came late", found: "Found in the last day",
    terminal: "Terminal", truck: "Truck", last: "Newest fix", state: "State", clock: "Delay (median)", late: "Late", holes: "Missing", events: "Events", rejected: "Refused", doubled: "Two identities", facts: "Terminal", epochs: "Counter restarts", refused: "Records refused",
    longest: "Longest delay", ahead: "Ahead", without_position: "Without position", under_fault: "Under a fault", yes: "Silent", no: "Heard", none_found: "Nothing in the last day", company: "Company", kind: "Kind", washer: "Washer", gate: "Gate",
    hint: "What terminals sent in the last day: silence (no position for more than a day), clocks, late records, holes, doubled identities, refusals.", conflict: "one number, two contents",
    bad_topic: "wrong topic", bad_size: "wrong size", too_large: "too large", bad_checksum: "wrong checksum", bad_version: "unknown version", bad_json: "no JSON", bad_utf8: "no UTF-8", nul_byte: "NUL byte", bad_sentence: "bad sentence", missing_field: "missing field", duplicate_field: "doubled field", bad_type: "wrong type", not_finite: "not finite", out_of_range: "out of range", unknown_value: "unknown value", device_mismatch: "another device", time_past: "too long ago", time_future: "in the future", no_identity: "no identity", unknown_device: "unknown device", unassigned_terminal: "in no truck", suspended_device: "suspended device", refused_by_database: "refused by the database", terminals_of: "{count} {count|terminal says it is|terminals say they are} in this truck",
  },
};
