import type { Words } from "../page";

const zh = {
  title: "重点工程", new: "新建工程", edit: "编辑", name: "名称", project: "编号（字母、数字）", mark: "标记颜色", sites: "工地", trucks: "专用车队", add_site: "添加工地…", take_away: "移除 {what}",
  from: "开始", to: "结束", save: "保存", cancel: "取消", remove: "停用", day: "日期", trips: "趟次", load: "运量（吨）", delivered: "已消纳", missing: "去向不明",
  working: "出车", cases: "案件", total: "近30天", none: "还没有重点工程", fleet: "{count} 辆专用车", no_trips: "近30天没有行程", in_use: "启用",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Key projects", new: "New project", edit: "Edit", name: "Name", project: "Identifier", mark: "Colour", sites: "Sites", trucks: "Its own trucks", add_site: "Add a site…", take_away: "Take {what} away",
    from: "From", to: "To", save: "Save", cancel: "Cancel", remove: "Take off the list", day: "Day", trips: "Trips", load: "Hauled (t)", delivered: "Delivered", missing: "Missing",
    working: "Trucks", cases: "Cases", total: "Last 30 days", none: "There are no key projects yet", fleet: "{count} {count|truck|trucks} of its own", no_trips: "No trips in the last 30 days", in_use: "In use",
  },
};
