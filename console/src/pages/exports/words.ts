import type { Words } from "../page";

const zh = {
  title: "数据导出", what: "内容", format: "格式", range: "时间", vehicle: "只要这些车辆", company: "运输企业", all: "全部", language: "表头语言", crs: "坐标系", order: "后台生成", direct: "立即下载", at: "下单时间", status: "状态", rows: "行数", size: "大小", file: "文件",
  download: "下载", waiting: "排队", running: "生成中", done: "完成", failed: "失败", none: "还没有导出任务", hint: "五万行以内可立即下载；更多的作为任务生成，保留两天。时间按北京时间写出，表头与单元格都带时区。", expires: "保留至",
  track: "轨迹", trips: "趟次", events: "违规", cases: "案件", passages: "冲洗与过磅", vehicles: "车辆", permits: "准运证", sites: "工地", dump_points: "消纳点", zones: "区域", corridors: "线路", latest: "最新位置", companies: "企业", drivers: "驾驶员", districts: "网格",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Exports", what: "What", format: "Format", range: "Time", vehicle: "Only these trucks", company: "Company", all: "All", language: "Language of headers", crs: "Datum", order: "Make in the background", direct: "Download at once", at: "Ordered", status: "Status", rows: "Rows", size: "Size", file: "File",
    download: "Download", waiting: "Waiting", running: "Being made", done: "Done", failed: "Failed", none: "Nothing was ordered yet", hint: "Up to 50,000 rows come at once; more are made in the background and kept for two days. Times are those of Beijing, with the zone in headers and cells.", expires: "Kept until",
    track: "Tracks", trips: "Loads", events: "Violations", cases: "Cases", passages: "Washers and gates", vehicles: "Trucks", permits: "Permits", sites: "Sites", dump_points: "Dump points", zones: "Zones", corridors: "Corridors", latest: "Latest positions", companies: "Companies", drivers: "Drivers", districts: "Districts",
  },
};
