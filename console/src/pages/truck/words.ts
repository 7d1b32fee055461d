import type { Words } from "../page";

const zh = {
  trucks: "车辆", search_title: "查找车辆", q: "车牌、车辆或终端编号", company: "企业", area: "到过的区域", any: "不限", range: "在此时间内（最长一天）",
  search: "查找", plate: "车牌", vehicle_id: "车辆编号", terminal: "终端", first_time: "最早", last_time: "最晚", fixes: "定位数", none: "没有找到车辆。",
  range_needed: "按区域查找时，请填写起止时间，最长一天。", retired: "已停用", merged_into: "已并入", results: "查找结果", site: "工地", dump_point: "消纳场", zone: "区域", district: "网格",
  truck: "车辆档案", not_found: "没有这辆车，或不在您的管辖范围。", facts: "档案", capacity: "额定载重", tare: "自重", now: "近 24 小时", last_seen: "最后定位",
  never: "近 24 小时没有定位", speed: "速度", load: "载重", playback: "回放", month: "月历", previous_month: "上月", next_month: "下月", this_month: "本月",
  mon: "一", tue: "二", wed: "三", thu: "四", fri: "五", sat: "六", sun: "日", day_open: "回放 {day}：{trips} 车次，{events} 个事件",
  trips: "运输", stays: "停留", loads: "装卸", washes: "冲洗", gate_passages: "门卡", events: "事件", cases: "案件", gaps: "无信号", tabs: "这个月的记录",
  start: "开始", end: "结束", at: "时间", from: "工地", to: "消纳场", permit: "准运证", mass: "运量", ending: "结果", delivered: "已送达", dumped: "偷倒",
  returned: "返回", lost: "去向不明", on_way: "途中", duration: "时长", place: "地点", position: "位置", kind: "类别", severity: "级别", device: "设备", result: "结果",
  net: "净重", case_no: "案号", status: "状态", missing: "缺失记录", distance: "距离", loaded_at: "装满", left: "驶离工地", unloaded: "卸载", weighed: "称重",
  empty: "这个月没有记录。", truncated: "记录太多，只显示一部分。", trips_short: "车次", total_trips: "{count} 车次", total_mass: "运量 {mass}", export: "导出", track_map: "近 24 小时轨迹",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    trucks: "Trucks", search_title: "Find trucks", q: "Plate, truck or terminal", company: "Company", area: "Was in", any: "Any",
    range: "During (a day at most)", search: "Find", plate: "Plate", vehicle_id: "Truck", terminal: "Terminal", first_time: "First", last_time: "Last",
    fixes: "Fixes", none: "No truck was found.", range_needed: "A search by place needs both times, at most a day apart.", retired: "retired", merged_into: "Merged into",
    results: "Trucks found", site: "Site", dump_point: "Dump point", zone: "Zone", district: "District",
    truck: "Truck", not_found: "There is no such truck, or it is outside what you may see.", facts: "Register", capacity: "Rated load", tare: "Tare",
    now: "Last 24 hours", last_seen: "Last seen", never: "Not seen in the last 24 hours", speed: "Speed", load: "Load", playback: "Playback",
    month: "Month", previous_month: "Previous month", next_month: "Next month", this_month: "This month", mon: "Mon", tue: "Tue", wed: "Wed",
    thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun", day_open: "Play back {day}: {trips} {trips|trip|trips}, {events} {events|event|events}",
    trips: "Trips", stays: "Stays", loads: "Loads", washes: "Washes", gate_passages: "Gates", events: "Events", cases: "Cases", gaps: "Silences",
    tabs: "Records of the month", start: "Start", end: "End", at: "Time", from: "Site", to: "Dump point", permit: "Permit", mass: "Carried",
    ending: "Ending", delivered: "delivered", dumped: "dumped", returned: "returned", lost: "lost", on_way: "on its way", duration: "Lasted",
    place: "Place", position: "Position", kind: "Kind", severity: "Severity", device: "Device", result: "Result", net: "Net", case_no: "Number",
    status: "Status", missing: "Records missing", distance: "Distance", loaded_at: "Loaded", left: "Left the site", unloaded: "Unloaded",
    weighed: "Weighed", empty: "Nothing in this month.", truncated: "Too much to show it all.", trips_short: "trips",
    total_trips: "{count} {count|trip|trips}", total_mass: "{mass} carried", export: "Export", track_map: "Track of the last 24 hours",
  },
};
