import type { Words } from "../page";

const zh = {
  title: "重点工程", new: "新建工程", edit: "编辑", name: "名称", project: "标识", mark: "标记颜色", sites: "工地编号（逗号分隔）", trucks: "车辆编号（逗号分隔）",
  from: "开始", to: "结束", save: "保存", cancel: "取消", remove: "停用", day: "日期", trips: "趟次", load: "运量（吨）", delivered: "已消纳", missing: "去向不明",
  working: "出车", cases: "案件", total: "近30天", none: "还没有重点工程", fleet: "{count} 辆专用车", no_trips: "近30天没有行程", on_map: "在地图上查看",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Key projects", new: "New project", edit: "Edit", name: "Name", project: "Identifier", mark: "Colour", sites: "Sites (ids, with commas)", trucks: "Trucks (ids, with commas)",
    from: "From", to: "To", save: "Save", cancel: "Cancel", remove: "Take off the list", day: "Day", trips: "Trips", load: "Hauled (t)", delivered: "Delivered", missing: "Missing",
    working: "Trucks", cases: "Cases", total: "Last 30 days", none: "There are no key projects yet", fleet: "{count} trucks of its own", no_trips: "No trips in the last 30 days", on_map: "Show on the map",
  },
};
