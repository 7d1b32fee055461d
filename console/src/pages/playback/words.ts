import type { Words } from "../page";

const zh = {
  title: "轨迹回放", vehicle: "车辆", add: "添加车辆（最多 3 辆）", add_placeholder: "车牌或编号", remove: "移除 {name}", range: "时间范围",
  last_night: "昨夜", today: "今天", last_24h: "近 24 小时", earlier: "前一段", later: "后一段", load: "载入", export: "导出",
  play: "播放", pause: "暂停", back: "上一个定位点", forward: "下一个定位点", slower: "减速", faster: "加速", follow: "跟随", rate: "{rate} 倍速",
  colour: "轨迹着色", speed: "速度", load_colour: "载重", plain: "单色", slider: "回放进度", map: "回放地图", chart: "传感器曲线",
  totals: "合计", distance: "里程", driving: "行驶", standing: "停留", silent: "无信号", trips: "车次", tonnes: "运量", top: "最高速度",
  choose: "选择一辆车和时间范围开始回放", no_track: "这段时间没有轨迹。", what: "行程与事件", all: "全部", trip: "运输", stay: "停留", event: "事件",
  wash: "冲洗", gate: "门卡", gap: "无信号", none: "这段时间没有记录。", delivered: "已送达", dumped: "偷倒", returned: "返回", lost: "去向不明",
  on_way: "途中", truncated: "记录太多，只显示一部分；请缩短时间范围。", keys: "空格 播放 · ←→ 逐点 · Shift+←→ 1 分钟 · +− 倍速 · f 跟随",
  open_truck: "车辆档案", at_site: "工地 {name}", at_dump: "消纳场 {name}",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Playback", vehicle: "Truck", add: "Add a truck (up to 3)", add_placeholder: "Plate or id", remove: "Remove {name}", range: "Time",
    last_night: "Last night", today: "Today", last_24h: "Last 24 h", earlier: "Earlier", later: "Later", load: "Show", export: "Export",
    play: "Play", pause: "Pause", back: "One fix back", forward: "One fix on", slower: "Slower", faster: "Faster", follow: "Follow",
    rate: "{rate} times as fast", colour: "Colour of the track", speed: "Speed", load_colour: "Load", plain: "Plain", slider: "Playback time",
    map: "Map of the playback", chart: "Sensors over time",
    totals: "Totals", distance: "Distance", driving: "Driving", standing: "Standing", silent: "Silent", trips: "Trips", tonnes: "Carried",
    top: "Top speed", choose: "Choose a truck and a time to play back", no_track: "No track in this time.", what: "Trips and events",
    all: "All", trip: "Trip", stay: "Stay", event: "Event", wash: "Wash", gate: "Gate", gap: "Silence", none: "Nothing was recorded in this time.",
    delivered: "delivered", dumped: "dumped", returned: "returned", lost: "lost", on_way: "on its way",
    truncated: "Too much to show it all; take a shorter time.", keys: "Space plays · ←→ one fix · Shift+←→ one minute · +− speed · f follow",
    open_truck: "The truck's page", at_site: "site {name}", at_dump: "dump point {name}",
  },
};
