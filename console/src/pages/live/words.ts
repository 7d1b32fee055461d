import type { Words } from "../page";

const zh = {
  silent: "离线", parked: "停驶", empty: "空车行驶", loaded: "重车行驶", standing: "重车停留", unknown: "载荷未知",
  sites: "工地", dump_points: "消纳点", corridors: "准运路线", zones: "禁限行区", districts: "网格", candidates: "疑似黑点", cases: "未结案件",
  trucks: "车辆状态", rough: "位置为约 1 公里方格的中心，每 10 分钟更新", layers: "图层", legend: "图例", total: "在册 {count}", open_cases: "未结案件", no_cases: "当前没有未结案件", all_cases: "全部案件",
  company: "运输企业", all_companies: "全部企业", filter: "筛选",
  speed: "速度", load: "载重", last_fix: "最后定位", cover: "密闭", lift: "举升", none: "无",
  follow: "跟踪", unfollow: "停止跟踪", playback: "回放", truck: "车辆详情", close: "关闭", violation: "有未结违规", sensor_fault: "传感器故障", tamper: "拆动报警",
  open: "打开", closed: "关闭状态", zoom_in: "放大", zoom_out: "缩小", whole: "全部范围", locate: "我的位置",
  list: "列表", map: "地图", nearest: "附近车辆", locate_first: "允许定位后按距离排列附近车辆。", locate_refused: "无法取得位置：请在浏览器中允许定位。",
  alerts: "告警", overdue: "超时", place: "位置", unknown_value: "未知", lost: "实时数据中断，显示的是 {time} 的位置",
};

export type LiveKey = keyof typeof zh;

export const words: Words<LiveKey> = {
  zh,
  en: {
    silent: "Silent", parked: "Parked", empty: "Moving, empty", loaded: "Moving, loaded", standing: "Standing, loaded",
    unknown: "Load unknown", sites: "Sites", dump_points: "Dump points", corridors: "Corridors", zones: "Restricted zones",
    districts: "Districts", candidates: "Suspected places", cases: "Open cases", trucks: "Trucks", layers: "Layers",
    legend: "Legend", rough: "Places are the middles of squares of about 1 km, renewed every 10 minutes", total: "{count} registered", open_cases: "Open cases", no_cases: "No open case at the moment", all_cases: "All cases",
    company: "Company", all_companies: "All companies", filter: "Filter", speed: "Speed", load: "Load",
    last_fix: "Last fix", cover: "Cover", lift: "Lift", none: "None",
    follow: "Follow", unfollow: "Stop following", playback: "Playback", truck: "Truck", close: "Close",
    violation: "Open violation", sensor_fault: "Sensor fault", tamper: "Tamper alarm", open: "Open", closed: "Closed",
    zoom_in: "Zoom in", zoom_out: "Zoom out", whole: "Show everything", locate: "Where I am",
    list: "List", map: "Map", nearest: "Trucks nearby", locate_first: "Allow positioning to list trucks by distance.",
    locate_refused: "No position: allow it in the browser.",
    alerts: "Alerts", overdue: "Overdue", place: "Position", unknown_value: "Unknown", lost: "Live data interrupted; positions of {time}",
  },
};
